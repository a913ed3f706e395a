/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-diagnostics-parts.h"
#include "qusop-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static const struct {
  const char *name; /* of files */
  const char *title;
  gboolean    has_endpoints;
  gboolean    has_scales;
} charts[QUSOP_N_DIAGNOSTICS_CHARTS] = {
  [QUSOP_DIAGNOSTICS_FIT] = { "gof", N_ ("Goodness of fit"), TRUE, TRUE },
  [QUSOP_DIAGNOSTICS_RESIDUALS] = { "residuals", N_ ("Distribution of residuals"), TRUE,
                                    FALSE },
  [QUSOP_DIAGNOSTICS_INDIVIDUALS] = { "individual-fits", N_ ("Individual fits"), TRUE,
                                      TRUE },
  [QUSOP_DIAGNOSTICS_VPC] = { "vpc", N_ ("Visual predictive check by arm"), TRUE, TRUE },
  [QUSOP_DIAGNOSTICS_CORRECTED_VPC] = { "pcvpc",
                                        N_ ("Prediction-corrected visual predictive "
                                            "check"),
                                        TRUE, TRUE },
  [QUSOP_DIAGNOSTICS_EFFECTS] = { "eta", N_ ("Random effects"), FALSE, FALSE },
  [QUSOP_DIAGNOSTICS_COVARIATES] = { "eta-covariates",
                                     N_ ("Random effects and covariates"), FALSE, FALSE },
  [QUSOP_DIAGNOSTICS_ATTAINMENT] = { "attainment-check",
                                     N_ ("Attainment, predicted and observed"), FALSE,
                                     FALSE },
};

const char *
qusop_diagnostics_name (QusopDiagnosticsChart chart)
{
  return charts[chart].name;
}

/* Whether concentrations or biomarker values can be linear or logarithmic. */
gboolean
qusop_diagnostics_has_scales (QusopDiagnosticsChart chart)
{
  return charts[chart].has_scales;
}

/* Whether there is one for concentrations and one for the biomarker. */
gboolean
qusop_diagnostics_has_endpoints (QusopDiagnosticsChart chart)
{
  return charts[chart].has_endpoints;
}

static guint
n_panels (const QsDiagnostics        *diagnostics,
          const QsDataset            *dataset,
          QusopDiagnosticsChart       chart,
          const QusopDiagnosticsView *view)
{
  switch (chart) {
  case QUSOP_DIAGNOSTICS_INDIVIDUALS:
    return qusop_n_shown_individuals (diagnostics, view->endpoint,
                                      diagnostics->n_subjects);
  case QUSOP_DIAGNOSTICS_VPC:
    return qusop_n_vpc_panels (diagnostics, view->endpoint);
  case QUSOP_DIAGNOSTICS_EFFECTS:
    return diagnostics->n_effects;
  case QUSOP_DIAGNOSTICS_COVARIATES:
    return qusop_n_covariate_panels (diagnostics, dataset);
  case QUSOP_DIAGNOSTICS_FIT:
  case QUSOP_DIAGNOSTICS_RESIDUALS:
  case QUSOP_DIAGNOSTICS_CORRECTED_VPC:
  case QUSOP_DIAGNOSTICS_ATTAINMENT:
  case QUSOP_N_DIAGNOSTICS_CHARTS:
  default:
    return 1;
  }
}

/**
 * qusop_diagnostics_n_pages:
 *
 * Returns: how many pages the figure has; at least 1
 */
guint
qusop_diagnostics_n_pages (const QsDiagnostics        *diagnostics,
                           const QsDataset            *dataset,
                           QusopDiagnosticsChart       chart,
                           const QusopDiagnosticsView *view)
{
  const guint n = diagnostics->not_applicable != NULL
                      ? 1
                      : n_panels (diagnostics, dataset, chart, view);

  return MAX (1, (n + QUSOP_PANELS_PER_PAGE - 1) / QUSOP_PANELS_PER_PAGE);
}

/* The page of the individual fits that shows @subject, or would. */
guint
qusop_diagnostics_page_of (const QsDiagnostics *diagnostics,
                           QsEndpoint           endpoint,
                           guint                subject)
{
  return qusop_n_shown_individuals (diagnostics, endpoint, subject) /
         QUSOP_PANELS_PER_PAGE;
}

static void
draw_panels (const QusopDiagnosis *self,
             QusopDiagnosticsChart chart,
             QusopPlotSpec        *figure)
{
  switch (chart) {
  case QUSOP_DIAGNOSTICS_FIT:
    qusop_draw_fit (self, figure);
    break;
  case QUSOP_DIAGNOSTICS_RESIDUALS:
    qusop_draw_residuals (self, figure);
    break;
  case QUSOP_DIAGNOSTICS_INDIVIDUALS:
    qusop_draw_individuals (self, figure);
    break;
  case QUSOP_DIAGNOSTICS_VPC:
  case QUSOP_DIAGNOSTICS_CORRECTED_VPC:
    qusop_draw_vpc (self, chart == QUSOP_DIAGNOSTICS_CORRECTED_VPC, figure);
    break;
  case QUSOP_DIAGNOSTICS_EFFECTS:
    qusop_draw_effects (self, figure);
    break;
  case QUSOP_DIAGNOSTICS_COVARIATES:
    qusop_draw_covariates (self, figure);
    break;
  case QUSOP_DIAGNOSTICS_ATTAINMENT:
    qusop_draw_attainment (self, figure);
    break;
  case QUSOP_N_DIAGNOSTICS_CHARTS:
  default:
    g_return_if_reached ();
  }
}

/* Without random effects only residuals can be drawn, and not by every model. */
static gboolean
is_applicable (const QsDiagnostics *diagnostics, QusopDiagnosticsChart chart)
{
  if (diagnostics->not_applicable == NULL)
    return TRUE;
  if (chart != QUSOP_DIAGNOSTICS_FIT)
    return FALSE;

  for (gsize i = 0; i < diagnostics->n_residuals; i++)
    if (isfinite (diagnostics->residuals[i].standardised))
      return TRUE;

  return FALSE;
}

static void
describe (const QusopDiagnosis *self,
          QusopDiagnosticsChart chart,
          guint                 n_pages,
          QusopPlotSpec        *figure)
{
  const char      *title = qusop_plot_spec_title (figure);
  g_autofree char *text =
      g_strdup_printf (_ ("%s; %u charts of %u subjects."), title,
                       qusop_plot_spec_n_panels (figure), self->diagnostics->n_subjects);

  qusop_plot_spec_set_description (figure, text);
}

/**
 * qusop_diagnostics_draw:
 * @dataset: what @diagnostics are of
 *
 * Returns: (transfer full): the figure, which says why where the model has nothing to
 *   show in it
 */
QusopPlotSpec *
qusop_diagnostics_draw (const QsDiagnostics        *diagnostics,
                        const QsDataset            *dataset,
                        QusopDiagnosticsChart       chart,
                        const QusopDiagnosticsView *view)
{
  const QusopDiagnosis self = { diagnostics, dataset, view };
  const guint n_pages = qusop_diagnostics_n_pages (diagnostics, dataset, chart, view);
  const char *name = _ (charts[chart].title);
  g_autofree char *title = !charts[chart].has_endpoints ? g_strdup (name)
                           : view->endpoint == QS_ENDPOINT_PK
                               ? g_strdup_printf (_ ("%s: concentration"), name)
                               : g_strdup_printf (_ ("%s: biomarker"), name);
  g_autofree char *full = n_pages > 1 ? g_strdup_printf (_ ("%s (page %u of %u)"), title,
                                                         view->page + 1, n_pages)
                                      : g_strdup (title);
  QusopPlotSpec   *figure = qusop_plot_spec_new (full);

  if (!is_applicable (diagnostics, chart)) {
    g_autofree char *reason = g_strdup_printf (_ ("Not applicable to this model. %s"),
                                               diagnostics->not_applicable);

    qusop_plot_spec_set_empty_reason (figure, reason);
    qusop_plot_spec_set_description (figure, reason);
    return figure;
  }

  qusop_plot_spec_set_empty_reason (
      figure, charts[chart].has_endpoints ? qusop_endpoint_empty_reason (view->endpoint)
                                          : _ ("The model has no random effects."));
  if (diagnostics->not_applicable != NULL)
    qusop_plot_spec_set_note (figure, diagnostics->not_applicable);
  draw_panels (&self, chart, figure);
  describe (&self, chart, n_pages, figure);
  return figure;
}
