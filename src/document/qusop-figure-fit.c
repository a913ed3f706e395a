/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-diagnostics-parts.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* What a panel of residuals shows on its axes. */
typedef enum {
  FIELD_TIME,
  FIELD_TAD,
  FIELD_PRED,
  FIELD_IPRED,
  FIELD_DV,
  FIELD_CWRES,
  FIELD_NPDE,
  FIELD_STANDARDISED,
} Field;

static const struct {
  const char *short_name;
  const char *label; /* NULL: by endpoint */
  const char *csv_name;
  gsize       offset;
  gboolean    is_value; /* a concentration or biomarker, which can be logarithmic */
} fields[] = {
  [FIELD_TIME] = { N_ ("time"), N_ ("Time since the first dose (h)"), "time_h",
                   G_STRUCT_OFFSET (QsResidual, time_h), FALSE },
  [FIELD_TAD] = { N_ ("time after dose"), N_ ("Time after dose (h)"), "time_after_dose_h",
                  G_STRUCT_OFFSET (QsResidual, tad_h), FALSE },
  [FIELD_PRED] = { "PRED", NULL, "pred", G_STRUCT_OFFSET (QsResidual, pred), TRUE },
  [FIELD_IPRED] = { "IPRED", NULL, "ipred", G_STRUCT_OFFSET (QsResidual, ipred), TRUE },
  [FIELD_DV] = { "DV", NULL, "dv", G_STRUCT_OFFSET (QsResidual, dv), TRUE },
  [FIELD_CWRES] = { "CWRES", "CWRES", "cwres", G_STRUCT_OFFSET (QsResidual, cwres),
                    FALSE },
  [FIELD_NPDE] = { "NPDE", "NPDE", "npde", G_STRUCT_OFFSET (QsResidual, npde), FALSE },
  [FIELD_STANDARDISED] = { N_ ("standardised residual"), N_ ("Standardised residual"),
                           "standardised", G_STRUCT_OFFSET (QsResidual, standardised),
                           FALSE },
};

static char *
label_of (Field field, QsEndpoint endpoint)
{
  const char *quantity =
      endpoint == QS_ENDPOINT_PK ? _ ("concentration (mg/L)") : _ ("biomarker (ng/mL)");

  switch (field) {
  case FIELD_PRED:
    return g_strdup_printf (_ ("Population predicted %s"), quantity);
  case FIELD_IPRED:
    return g_strdup_printf (_ ("Individual predicted %s"), quantity);
  case FIELD_DV:
    return g_strdup_printf (_ ("Observed %s"), quantity);
  case FIELD_TIME:
  case FIELD_TAD:
  case FIELD_CWRES:
  case FIELD_NPDE:
  case FIELD_STANDARDISED:
  default:
    return g_strdup (_ (fields[field].label));
  }
}

static double
value_of (const QsResidual *residual, Field field)
{
  return G_STRUCT_MEMBER (double, residual, fields[field].offset);
}

/* Observations of @y against @x: those below the limit apart, the highlighted subject on
 * top. */
static void
add_observations (const QusopDiagnosis *self,
                  Field                 x,
                  Field                 y,
                  QusopPoints          *all,
                  QusopPlotSpec        *panel)
{
  const QsDiagnostics    *diagnostics = self->diagnostics;
  g_autoptr (QusopPoints) below = qusop_points_new ();
  g_autoptr (QusopPoints) own = qusop_points_new ();

  for (gsize i = 0; i < diagnostics->n_residuals; i++) {
    const QsResidual *residual = &diagnostics->residuals[i];
    const double      at = value_of (residual, x), value = value_of (residual, y);

    if (residual->endpoint != self->view->endpoint || !isfinite (at) || !isfinite (value))
      continue;
    qusop_points_add (residual->below_limit ? below : all, at, value);
    if (residual->subject == self->view->highlighted)
      qusop_points_add (own, at, value);
  }

  qusop_points_add_to (all, panel, QUSOP_SERIES_POINTS, _ ("observation"), "observation",
                       QUSOP_INK_PRIMARY, FALSE);
  qusop_points_add_to (below, panel, QUSOP_SERIES_POINTS,
                       _ ("below the limit of quantification"), "below_limit",
                       QUSOP_INK_ARM_2, TRUE);
  if (own->x->len > 0) {
    g_autofree char *name = g_strdup_printf (
        _ ("ID %s"), qs_dataset_subject (self->dataset, self->view->highlighted)->id);

    qusop_points_add_to (own, panel, QUSOP_SERIES_POINTS, name, name, QUSOP_INK_TARGET,
                         FALSE);
  }
}

static QusopPlotSpec *
panel_new (const QusopDiagnosis *self, Field x, Field y)
{
  g_autofree char *title = g_strdup_printf (_ ("%s against %s"), _ (fields[y].short_name),
                                            _ (fields[x].short_name));
  g_autofree char *x_label = label_of (x, self->view->endpoint);
  g_autofree char *y_label = label_of (y, self->view->endpoint);
  QusopPlotSpec   *panel = qusop_plot_spec_new (title);

  qusop_plot_spec_set_x_axis (panel, x_label, fields[x].csv_name, 0.0, 0.0,
                              self->view->logarithmic && fields[x].is_value);
  qusop_plot_spec_set_y_axis (panel, y_label, fields[y].csv_name, 0.0, 0.0,
                              self->view->logarithmic && fields[y].is_value);
  qusop_plot_spec_set_empty_reason (panel,
                                    qusop_endpoint_empty_reason (self->view->endpoint));
  return panel;
}

/* Observations against predictions, with the line of identity. */
static void
add_agreement (const QusopDiagnosis *self, Field prediction, QusopPlotSpec *figure)
{
  QusopPlotSpec          *panel = panel_new (self, prediction, FIELD_DV);
  g_autoptr (QusopPoints) points = qusop_points_new ();

  add_observations (self, prediction, FIELD_DV, points, panel);
  qusop_add_identity (panel, points);
  qusop_add_trend (panel, points, self->view->logarithmic, self->view->logarithmic);
  qusop_plot_spec_add_panel (figure, panel);
}

/* Residuals, which should scatter about 0, 95 % of them within 2. */
static void
add_scatter (const QusopDiagnosis *self, Field x, Field y, QusopPlotSpec *figure)
{
  QusopPlotSpec          *panel = panel_new (self, x, y);
  g_autoptr (QusopPoints) points = qusop_points_new ();

  add_observations (self, x, y, points, panel);
  for (int guide = -2; guide <= 2; guide += 2)
    qusop_plot_spec_add_mark (panel, QUSOP_MARK_HORIZONTAL, NULL, QUSOP_INK_NEUTRAL,
                              guide, 0.0);
  qusop_add_trend (panel, points, self->view->logarithmic && fields[x].is_value, FALSE);
  qusop_plot_spec_add_panel (figure, panel);
}

typedef struct {
  double   value;
  gboolean highlighted;
} Ranked;

static int
compare_ranked (gconstpointer a, gconstpointer b)
{
  const Ranked *x = a, *y = b;

  return (x->value > y->value) - (x->value < y->value);
}

/* Residuals in order against the normal quantiles of their ranks. */
static void
add_quantiles (const QusopDiagnosis *self, Field y, QusopPlotSpec *figure)
{
  g_autofree char *title =
      g_strdup_printf (_ ("%s, normal Q–Q plot"), _ (fields[y].short_name));
  QusopPlotSpec          *panel = qusop_plot_spec_new (title);
  g_autoptr (GArray)      values = g_array_new (FALSE, FALSE, sizeof (Ranked));
  g_autoptr (QusopPoints) points = qusop_points_new ();
  g_autoptr (QusopPoints) own = qusop_points_new ();

  for (gsize i = 0; i < self->diagnostics->n_residuals; i++) {
    const QsResidual *residual = &self->diagnostics->residuals[i];
    const Ranked      ranked = { value_of (residual, y),
                                 residual->subject == self->view->highlighted };

    if (residual->endpoint == self->view->endpoint && isfinite (ranked.value))
      g_array_append_val (values, ranked);
  }
  g_array_sort (values, compare_ranked);
  for (guint i = 0; i < values->len; i++) {
    const Ranked *ranked = &g_array_index (values, Ranked, i);
    const double  quantile = qs_normal_quantile ((i + 0.5) / values->len);

    qusop_points_add (points, quantile, ranked->value);
    if (ranked->highlighted)
      qusop_points_add (own, quantile, ranked->value);
  }

  qusop_plot_spec_set_x_axis (panel, _ ("Standard normal quantile"), "normal_quantile",
                              0.0, 0.0, FALSE);
  qusop_plot_spec_set_y_axis (panel, _ (fields[y].short_name), fields[y].csv_name, 0.0,
                              0.0, FALSE);
  qusop_plot_spec_set_empty_reason (panel,
                                    qusop_endpoint_empty_reason (self->view->endpoint));
  qusop_points_add_to (points, panel, QUSOP_SERIES_POINTS, _ ("observation"),
                       "observation", QUSOP_INK_PRIMARY, FALSE);
  qusop_points_add_to (own, panel, QUSOP_SERIES_POINTS, _ ("selected subject"),
                       "selected", QUSOP_INK_TARGET, FALSE);
  qusop_add_identity (panel, points);
  qusop_plot_spec_add_panel (figure, panel);
}

/* The four panels of goodness of fit; three for models without random effects. */
void
qusop_draw_fit (const QusopDiagnosis *self, QusopPlotSpec *figure)
{
  add_agreement (self, FIELD_PRED, figure);
  if (self->diagnostics->not_applicable != NULL) {
    add_scatter (self, FIELD_TIME, FIELD_STANDARDISED, figure);
    add_quantiles (self, FIELD_STANDARDISED, figure);
    return;
  }

  add_agreement (self, FIELD_IPRED, figure);
  add_scatter (self, FIELD_TIME, FIELD_CWRES, figure);
  add_scatter (self, FIELD_PRED, FIELD_CWRES, figure);
}

void
qusop_draw_residuals (const QusopDiagnosis *self, QusopPlotSpec *figure)
{
  add_quantiles (self, FIELD_CWRES, figure);
  add_quantiles (self, FIELD_NPDE, figure);
  add_scatter (self, FIELD_TAD, FIELD_CWRES, figure);
  add_scatter (self, FIELD_TIME, FIELD_NPDE, figure);
}
