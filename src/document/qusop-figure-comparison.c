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

/* Attainment, by predicted probability. */
static QusopPlotSpec *
draw_reliability (const QsContestant *contestant)
{
  QusopPlotSpec          *panel = qusop_plot_spec_new ("Reliability of attainment");
  g_autoptr (QusopPoints) points = qusop_points_new ();

  qusop_plot_spec_set_x_axis (panel, "Predicted probability (%)", "predicted", 0.0, 1.0,
                              FALSE);
  qusop_plot_spec_set_y_axis (panel, "Attained (%)", "attained", 0.0, 1.0, FALSE);
  qusop_plot_spec_set_x_percent (panel, TRUE);
  qusop_plot_spec_set_y_percent (panel, TRUE);
  add_diagonal (panel, 1.0, "as predicted");
  for (guint b = 0; b < qs_calibration_bins[0]; b++) {
    const QsReliability *bin = &contestant->calibration.bins[0][b];

    if (bin->n == 0)
      continue;
    qusop_points_add (points, bin->predicted, bin->observed);
    {
      g_autofree char *n = g_strdup_printf ("%u", bin->n);

      qusop_plot_spec_add_mark (panel, QUSOP_MARK_TEXT, n, QUSOP_INK_PRIMARY,
                                bin->predicted, bin->observed);
    }
  }
  qusop_points_add_to (points, panel, QUSOP_SERIES_POINTS, "subjects in tenths",
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
  qusop_plot_spec_add_panel (spec, draw_reliability (one));
  qusop_plot_spec_set_description (spec, words);
  qusop_plot_spec_set_note (spec, "Each subject by the fit that had not seen it.");
  return spec;
}
