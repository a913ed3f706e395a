/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-diagnostics-parts.h"
#include "qusop-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define N_CURVE 61

/* What the parts of one figure share. Borrowed for the call. */
typedef struct {
  QusopPlotSpec   *spec;
  const QsDataset *dataset;
  const QsNca     *nca;
  QsNcaParameter   parameter;
} Figure;

/* Sums over the logarithms of dose and exposure, of who has both. */
typedef struct {
  guint  n;
  double mean_x;
  double mean_y;
  double xx; /* of squared deviations of log dose */
} Sums;

static gboolean
value_of (const Figure *self, guint subject, double *dose_mg, double *value)
{
  *dose_mg = qs_dataset_subject (self->dataset, subject)->dose_mg;
  *value = qs_nca_value (self->nca, subject, self->parameter);
  return *dose_mg > 0.0 && *value > 0.0 && isfinite (*value);
}

static Sums
sum_up (const Figure *self)
{
  Sums   sums = { 0 };
  double dose_mg, value;

  for (guint i = 0; i < qs_nca_n_subjects (self->nca); i++) {
    double step;

    if (!value_of (self, i, &dose_mg, &value))
      continue;
    step = log (dose_mg) - sums.mean_x;
    sums.n++;
    sums.mean_x += step / sums.n;
    sums.xx += step * (log (dose_mg) - sums.mean_x);
    sums.mean_y += (log (value) - sums.mean_y) / sums.n;
  }

  return sums;
}

/* The line with its confidence band, and the proportional one through the same centre.
 * The residual variance is se² times the sum of squares, by the definition of se. */
static void
add_power_model (Figure *self, const QsProportionality *line)
{
  const Sums       sums = sum_up (self);
  const double     student = (line->slope - line->low95) / line->se;
  g_autofree char *label =
      g_strdup_printf (_ ("power model, slope %.2f (95 %% %.2f–%.2f)"), line->slope,
                       line->low95, line->high95);
  double x[N_CURVE], mean[N_CURVE], low[N_CURVE], high[N_CURVE], even[N_CURVE];

  for (guint i = 0; i < N_CURVE; i++) {
    const double at = log (line->low_dose_mg) +
                      log (line->high_dose_mg / line->low_dose_mg) * i / (N_CURVE - 1.0);
    const double off = at - sums.mean_x;
    const double y = sums.mean_y + line->slope * off;
    const double half = student * line->se * sqrt (sums.xx / sums.n + off * off);

    x[i] = exp (at);
    mean[i] = exp (y);
    low[i] = exp (y - half);
    high[i] = exp (y + half);
    even[i] = exp (sums.mean_y + off);
  }

  if (isfinite (student))
    qusop_plot_spec_add_series (self->spec, QUSOP_SERIES_BAND,
                                _ ("95 % confidence interval of the geometric mean"),
                                "confidence", QUSOP_INK_PRIMARY, FALSE, N_CURVE, x, low,
                                high);
  qusop_plot_spec_add_series (self->spec, QUSOP_SERIES_LINE, label, "power_model",
                              QUSOP_INK_PRIMARY, FALSE, N_CURVE, x, mean, NULL);
  qusop_plot_spec_add_series (self->spec, QUSOP_SERIES_LINE, _ ("in proportion to dose"),
                              "proportional", QUSOP_INK_NEUTRAL, TRUE, N_CURVE, x, even,
                              NULL);
}

static void
add_subjects (Figure *self, guint highlighted)
{
  g_autoptr (QusopPoints) others = qusop_points_new ();
  g_autoptr (QusopPoints) chosen = qusop_points_new ();
  double                  dose_mg, value;

  for (guint i = 0; i < qs_nca_n_subjects (self->nca); i++)
    if (value_of (self, i, &dose_mg, &value))
      qusop_points_add (i == highlighted ? chosen : others, dose_mg, value);

  qusop_points_add_to (others, self->spec, QUSOP_SERIES_POINTS, _ ("subject"), "subject",
                       QUSOP_INK_SECONDARY, TRUE);
  if (highlighted < qs_dataset_n_subjects (self->dataset)) {
    g_autofree char *label = g_strdup_printf (
        _ ("ID %s, highlighted"), qs_dataset_subject (self->dataset, highlighted)->id);

    qusop_points_add_to (chosen, self->spec, QUSOP_SERIES_POINTS, label, "highlighted",
                         QUSOP_INK_TARGET, FALSE);
  }
}

static const char *
verdict_text (QsProportionalityVerdict verdict)
{
  switch (verdict) {
  case QS_PROPORTIONALITY_YES:
    return _ ("proportional to dose");
  case QS_PROPORTIONALITY_NO:
    return _ ("not proportional to dose");
  case QS_PROPORTIONALITY_INCONCLUSIVE:
  default:
    return _ ("inconclusive");
  }
}

static gboolean
scales_with_dose (QsNcaParameter parameter)
{
  return parameter == QS_NCA_CMAX || parameter == QS_NCA_AUC_TAU ||
         parameter == QS_NCA_CTROUGH || parameter == QS_NCA_CAVG ||
         parameter == QS_NCA_AUC_INF;
}

static void
describe (Figure *self, const QsProportionality *line)
{
  const char      *title = qusop_plot_spec_title (self->spec);
  g_autofree char *note = NULL;
  g_autofree char *text = NULL;

  if (line == NULL) {
    text = g_strdup_printf (_ ("%s: one point per subject."), title);
    qusop_plot_spec_set_description (self->spec, text);
    return;
  }

  note = g_strdup_printf (_ ("Slope %.2f, 90 %% interval %.2f–%.2f against limits "
                             "%.2f–%.2f (Smith et al. 2000): %s."),
                          line->slope, line->low90, line->high90, line->limit_low,
                          line->limit_high, verdict_text (line->verdict));
  text = g_strdup_printf ("%s. %s", title, note);
  qusop_plot_spec_set_note (self->spec, note);
  qusop_plot_spec_set_description (self->spec, text);
}

/**
 * qusop_figure_exposure:
 * @nca: of @dataset
 * @highlighted: number of the subject to point out, G_MAXUINT for nobody
 *
 * One exposure of every subject against the dose. What should grow in proportion to the
 * dose is drawn on logarithmic axes with the power model and its verdict.
 */
QusopPlotSpec *
qusop_figure_exposure (const QsDataset *dataset,
                       const QsNca     *nca,
                       QsNcaParameter   parameter,
                       guint            highlighted)
{
  const QsNcaParameterInfo *info = qs_nca_parameter_info (parameter);
  const gboolean            scales = scales_with_dose (parameter);
  g_autofree char          *title = g_strdup_printf (_ ("%s by dose"), info->title);
  g_autofree char          *axis = *info->unit != '\0'
                                       ? g_strdup_printf ("%s (%s)", info->title, info->unit)
                                       : g_strdup (info->title);
  Figure            self = { qusop_plot_spec_new (title), dataset, nca, parameter };
  QsProportionality line;
  const gboolean    fitted =
      scales && qs_proportionality_of_study (&line, dataset, nca, parameter, NULL);

  qusop_plot_spec_set_x_axis (self.spec, _ ("Dose (mg)"), "dose_mg", 0.0, 0.0, TRUE);
  qusop_plot_spec_set_y_axis (self.spec, axis, info->code, 0.0, 0.0, scales);
  qusop_plot_spec_set_empty_reason (
      self.spec,
      _ ("The study does not give this; its doses or samples do not allow it."));
  if (fitted)
    add_power_model (&self, &line);
  add_subjects (&self, highlighted);
  describe (&self, fitted ? &line : NULL);
  return self.spec;
}
