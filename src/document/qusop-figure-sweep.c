/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figure-parts.h"
#include "qusop-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static void
add_arm (QusopPlotSpec *spec, const QsSweep *sweep, gsize arm)
{
  g_autofree char   *dose = qusop_arm_label (sweep->doses_mg[arm]);
  g_autofree char   *label = g_strdup_printf ("%s (n = %u)", dose, sweep->n[arm]);
  g_autofree double *share = g_new (double, sweep->n_thresholds);

  for (gsize t = 0; t < sweep->n_thresholds; t++)
    share[t] = sweep->attained[t * sweep->n_arms + arm] / (double) sweep->n[arm];

  qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, label, dose,
                              qusop_arm_ink ((guint) arm), FALSE, sweep->n_thresholds,
                              sweep->thresholds_ng_ml, share, NULL);
}

/**
 * qusop_figure_sweep:
 * @threshold_ng_ml: the one that is asked about, marked
 *
 * Observed attainment of each arm against the threshold.
 */
QusopPlotSpec *
qusop_figure_sweep (const QsSweep *sweep, QsSuccess success, double threshold_ng_ml)
{
  QusopPlotSpec *spec = qusop_plot_spec_new (_ ("Threshold sweep"));
  /* xgettext:no-c-format */
  const char *y_label =
      success == QS_SUCCESS_BELOW
          ? _ ("Subjects at or below during the last dosing window (%)")
          : _ ("Subjects at or above during the last dosing window (%)");
  g_autofree char *number = qusop_word_number (threshold_ng_ml);
  g_autofree char *from = qusop_word_number (sweep->thresholds_ng_ml[0]);
  g_autofree char *to =
      qusop_word_number (sweep->thresholds_ng_ml[sweep->n_thresholds - 1]);
  g_autofree char *mark = g_strconcat (number, " ng/mL", NULL);
  g_autofree char *description = NULL;

  qusop_plot_spec_set_empty_reason (
      spec, _ ("No arm has biomarker observations in its last dosing window."));
  qusop_plot_spec_set_x_axis (spec, _ ("Threshold (ng/mL)"), "threshold_ng_ml",
                              sweep->thresholds_ng_ml[0],
                              sweep->thresholds_ng_ml[sweep->n_thresholds - 1], FALSE);
  qusop_plot_spec_set_y_axis (spec, y_label, "attained_share", 0.0, 1.0, FALSE);
  qusop_plot_spec_set_y_percent (spec, TRUE);
  for (gsize arm = 0; arm < sweep->n_arms; arm++)
    add_arm (spec, sweep, arm);
  if (threshold_ng_ml >= sweep->thresholds_ng_ml[0] &&
      threshold_ng_ml <= sweep->thresholds_ng_ml[sweep->n_thresholds - 1])
    qusop_plot_spec_add_mark (spec, QUSOP_MARK_VERTICAL, mark, QUSOP_INK_TARGET,
                              threshold_ng_ml, 1.0);

  description = g_strdup_printf (
      _ ("Observed attainment of %u arms against thresholds of %s to %s ng/mL."),
      (guint) sweep->n_arms, from, to);
  qusop_plot_spec_set_description (spec, description);
  qusop_plot_spec_set_note (spec, _ ("Counted in the study; no model."));
  return spec;
}
