/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figure-parts.h"

#include <math.h>

static void
add_diagonal (QusopPlotSpec *panel, double end, const char *label)
{
  const double ends[2] = { 0.0, end };

  qusop_plot_spec_add_series (panel, QUSOP_SERIES_LINE, label, NULL, QUSOP_INK_NEUTRAL,
                              TRUE, 2, ends, ends, NULL);
}

/* Last dosing intervals, by arm. */
static QusopPlotSpec *
draw_predictions (const QsDataset    *dataset,
                  const QsCompare    *compare,
                  const QsContestant *contestant)
{
  QusopPlotSpec *panel = qusop_plot_spec_new ("Last dosing interval");
  double         doses_mg[QUSOP_MAX_ARMS], highest = 0.0;
  const guint    n_arms = qusop_arms_of (dataset, doses_mg);

  qusop_plot_spec_set_x_axis (panel, "Predicted out of fold (ng/mL)", "predicted_ng_ml",
                              0.0, 0.0, FALSE);
  qusop_plot_spec_set_y_axis (panel, "Observed (ng/mL)", "observed_ng_ml", 0.0, 0.0,
                              FALSE);
  for (guint arm = 0; arm < n_arms; arm++) {
    g_autoptr (QusopPoints) points = qusop_points_new ();
    g_autofree char        *label = qusop_arm_label (doses_mg[arm]);

    for (gsize i = 0; i < compare->n_points; i++) {
      const QsComparePoint *point = &compare->points[i];

      if (isnan (point->after_h) ||
          qs_dataset_subject (dataset, point->subject)->dose_mg != doses_mg[arm])
        continue;
      qusop_points_add (points, contestant->predicted[i], point->observed_ng_ml);
      highest = fmax (highest, fmax (contestant->predicted[i], point->observed_ng_ml));
    }
    qusop_points_add_to (points, panel, QUSOP_SERIES_POINTS, label, label,
                         qusop_arm_ink (arm), FALSE);
  }
  add_diagonal (panel, highest, "as predicted");

  return panel;
}

/* Attainment, by predicted probability, in one of #qs_calibration_bins. */
static QusopPlotSpec *
draw_reliability (const QsContestant *contestant, guint bins, const char *title)
{
  QusopPlotSpec          *panel = qusop_plot_spec_new (title);
  g_autoptr (QusopPoints) points = qusop_points_new ();

  qusop_plot_spec_set_x_axis (panel, "Predicted probability (%)", "predicted", 0.0, 1.0,
                              FALSE);
  qusop_plot_spec_set_y_axis (panel, "Attained (%)", "attained", 0.0, 1.0, FALSE);
  qusop_plot_spec_set_x_percent (panel, TRUE);
  qusop_plot_spec_set_y_percent (panel, TRUE);
  add_diagonal (panel, 1.0, "as predicted");
  for (guint b = 0; b < qs_calibration_bins[bins]; b++) {
    const QsReliability *bin = &contestant->calibration.bins[bins][b];

    if (bin->n == 0)
      continue;
    qusop_points_add (points, bin->predicted, bin->observed);
    {
      g_autofree char *n = g_strdup_printf ("%u", bin->n);

      qusop_plot_spec_add_mark (panel, QUSOP_MARK_TEXT, n, QUSOP_INK_PRIMARY,
                                bin->predicted, bin->observed);
    }
  }
  qusop_points_add_to (points, panel, QUSOP_SERIES_POINTS, "number of subjects",
                       "attained", QUSOP_INK_PRIMARY, FALSE);

  return panel;
}

/**
 * qusop_figure_comparison:
 * @dataset: that was compared on
 * @contestant: its place in @compare
 */
QusopPlotSpec *
qusop_figure_comparison (const QsDataset *dataset,
                         const QsCompare *compare,
                         guint            contestant)
{
  const QsContestant *one =
      &g_array_index (compare->contestants, QsContestant, contestant);
  g_autofree char *title = g_strdup_printf ("Out of fold: %s", one->name);
  g_autofree char *words = g_strdup_printf (
      "Observed against predicted biomarker of %s: RMSE %.2f ng/mL; attainment against "
      "its predicted probability: area under the curve %.2f",
      one->name, one->window.rmse_ng_ml, one->calibration.auc);
  QusopPlotSpec *spec = qusop_plot_spec_new (title);

  qusop_plot_spec_add_panel (spec, draw_predictions (dataset, compare, one));
  qusop_plot_spec_add_panel (spec,
                             draw_reliability (one, 0, "Reliability of attainment"));
  qusop_plot_spec_set_description (spec, words);
  qusop_plot_spec_set_note (spec, "Each subject by the fit that had not seen it.");
  return spec;
}

/**
 * qusop_figure_reliability:
 * @contestant: its place in @compare
 *
 * What was predicted of attainment beside what came true, in all numbers of bins.
 */
QusopPlotSpec *
qusop_figure_reliability (const QsCompare *compare, guint contestant)
{
  const QsContestant *one =
      &g_array_index (compare->contestants, QsContestant, contestant);
  g_autofree char    *title = g_strdup_printf ("Reliability out of fold: %s", one->name);
  g_autoptr (GString) words = g_string_new (title);
  QusopPlotSpec      *spec = qusop_plot_spec_new (title);

  for (guint i = 0; i < QS_CALIBRATION_N_ECE; i++) {
    g_autofree char *name = g_strdup_printf ("%u bins, ECE %.3f", qs_calibration_bins[i],
                                             one->calibration.ece[i]);

    qusop_plot_spec_add_panel (spec, draw_reliability (one, i, name));
    g_string_append_printf (words, "; %s", name);
  }
  qusop_plot_spec_set_description (spec, words->str);
  qusop_plot_spec_set_note (spec, "Each subject by the fit that had not seen it; the "
                                  "numbers are subjects of a bin.");
  return spec;
}

static QusopPlotSpec *
draw_answers (const QsCompare *compare,
              const char      *population,
              QsRegimen        regimen,
              double           target,
              guint            chosen)
{
  g_autofree QusopAnswer *rows = g_new0 (QusopAnswer, compare->contestants->len);
  guint                   n = 0;

  for (guint i = 0; i < compare->contestants->len; i++) {
    const QsContestant *one = &g_array_index (compare->contestants, QsContestant, i);
    const QsResult     *result = qs_contestant_answer (one, population, regimen, target);

    if (result != NULL)
      rows[n++] = (QusopAnswer){ .name = one->name,
                                 .result = result,
                                 .is_base = one->n_quantum == 0 && !one->is_network,
                                 .is_chosen = i == chosen,
                                 .tag = i + 1 };
  }
  for (guint i = 0, n_base = 0; i < n; i++)
    if (rows[i].is_base && n_base++ > 0)
      rows[i].is_base = FALSE;

  return qusop_figure_overlay (rows, n);
}

/**
 * qusop_figure_compared_curves:
 * @population: name of one of the challenge's
 * @chosen: the contestant to point out
 *
 * The dose–success curves of all models that were asked, daily beside weekly.
 */
QusopPlotSpec *
qusop_figure_compared_curves (const QsCompare *compare,
                              const char      *population,
                              guint            chosen)
{
  g_autofree char *title = g_strdup_printf ("Every model’s curve: %s", population);
  QusopPlotSpec   *spec = qusop_plot_spec_new (title);

  if (!compare->options.answers) {
    qusop_plot_spec_set_empty_reason (spec, "No model was asked for doses.");
    return spec;
  }

  for (guint regimen = QS_REGIMEN_QD; regimen <= QS_REGIMEN_QW; regimen++)
    qusop_plot_spec_add_panel (spec,
                               draw_answers (compare, population, regimen, 0.9, chosen));
  qusop_plot_spec_set_description (spec, title);
  qusop_plot_spec_set_note (spec, "Point estimates, each model fitted to everybody.");
  return spec;
}
