/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-diagnostics-parts.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static gboolean
is_shown (const QsDiagnostics *diagnostics, QsEndpoint endpoint, guint subject)
{
  const QsIndividual *individual = &diagnostics->individuals[subject];

  for (gsize i = individual->first; i < individual->first + individual->n; i++)
    if (diagnostics->residuals[i].endpoint == endpoint)
      return TRUE;

  return FALSE;
}

/* Subjects below number @before that have observations of @endpoint. */
guint
qusop_n_shown_individuals (const QsDiagnostics *diagnostics,
                           QsEndpoint           endpoint,
                           guint                before)
{
  guint n = 0;

  for (guint i = 0; diagnostics->individuals != NULL && i < before; i++)
    n += is_shown (diagnostics, endpoint, i);

  return n;
}

static void
add_course (const QsIndividual *individual,
            QsEndpoint          endpoint,
            gboolean            individually,
            QusopPlotSpec      *panel)
{
  g_autoptr (QusopPoints) line = qusop_points_new ();

  for (gsize i = 0; i < individual->n_course; i++) {
    const QsFitPoint *point = &individual->course[i];

    qusop_points_add (line, point->time_h,
                      individually ? point->ipred[endpoint] : point->pred[endpoint]);
  }
  qusop_points_add_to (line, panel, QUSOP_SERIES_LINE,
                       individually ? _ ("individual prediction (IPRED)")
                                    : _ ("population prediction (PRED)"),
                       individually ? "ipred" : "pred",
                       individually ? QUSOP_INK_PRIMARY : QUSOP_INK_SECONDARY,
                       !individually);
}

static QusopPlotSpec *
draw_individual (const QusopDiagnosis *self, guint subject)
{
  const QsEndpoint    endpoint = self->view->endpoint;
  const QsSubject    *who = qs_dataset_subject (self->dataset, subject);
  const QsIndividual *individual = &self->diagnostics->individuals[subject];
  const gboolean      chosen = subject == self->view->highlighted;
  g_autofree char    *arm = qusop_arm_label (who->dose_mg);
  g_autofree char    *title =
      g_strdup_printf (chosen ? _ ("ID %s · %s · selected") : "ID %s · %s", who->id, arm);
  QusopPlotSpec          *panel = qusop_plot_spec_new (title);
  g_autoptr (QusopPoints) seen = qusop_points_new ();
  g_autoptr (QusopPoints) below = qusop_points_new ();

  for (gsize i = individual->first; i < individual->first + individual->n; i++) {
    const QsResidual *residual = &self->diagnostics->residuals[i];

    if (residual->endpoint == endpoint)
      qusop_points_add (residual->below_limit ? below : seen, residual->time_h,
                        residual->dv);
  }

  qusop_plot_spec_set_x_axis (panel, _ ("Time since the first dose (h)"), "time_h", 0.0,
                              0.0, FALSE);
  qusop_plot_spec_set_y_axis (panel, qusop_endpoint_axis (endpoint),
                              qusop_endpoint_csv_name (endpoint), 0.0, 0.0,
                              self->view->logarithmic);
  add_course (individual, endpoint, FALSE, panel);
  add_course (individual, endpoint, TRUE, panel);
  qusop_points_add_to (below, panel, QUSOP_SERIES_POINTS,
                       _ ("below the limit of quantification, at the limit"),
                       "below_limit", QUSOP_INK_ARM_2, TRUE);
  qusop_points_add_to (seen, panel, QUSOP_SERIES_POINTS, _ ("observation"), "observation",
                       chosen ? QUSOP_INK_TARGET : QUSOP_INK_NEUTRAL, FALSE);
  return panel;
}

/* One page of subjects, in the order of the file. */
void
qusop_draw_individuals (const QusopDiagnosis *self, QusopPlotSpec *figure)
{
  const guint first = self->view->page * QUSOP_PANELS_PER_PAGE;
  guint       shown = 0;

  for (guint i = 0; i < self->diagnostics->n_subjects; i++) {
    if (!is_shown (self->diagnostics, self->view->endpoint, i))
      continue;
    if (shown >= first && shown < first + QUSOP_PANELS_PER_PAGE)
      qusop_plot_spec_add_panel (figure, draw_individual (self, i));
    shown++;
  }
}

/**
 * qusop_figure_individual:
 * @diagnostics: of a model with random effects
 * @dataset: what @diagnostics are of
 *
 * One subject alone: what was observed, and what the model predicts for the person and
 * for the population.
 */
QusopPlotSpec *
qusop_figure_individual (const QsDiagnostics *diagnostics,
                         const QsDataset     *dataset,
                         QsEndpoint           endpoint,
                         gboolean             logarithmic,
                         guint                subject)
{
  const QusopDiagnosticsView view = {
    .endpoint = endpoint,
    .logarithmic = logarithmic,
    .highlighted = G_MAXUINT,
  };
  const QusopDiagnosis self = { diagnostics, dataset, &view };
  QusopPlotSpec       *figure = draw_individual (&self, subject);
  g_autofree char     *text = g_strdup_printf (
          _ ("%s: observations, individual and population prediction against time."),
          qusop_plot_spec_title (figure));

  qusop_plot_spec_set_description (figure, text);
  return figure;
}
