/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figures.h"
#include "qusop-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/**
 * qusop_figure_course:
 *
 * The biomarker of virtual patients over one dosing interval at steady state, or over a
 * schedule that is not: median and the band of nine patients in ten, against the
 * threshold.
 */
QusopPlotSpec *
qusop_figure_course (const QsCourse *course)
{
  const gsize        n = course->n_times;
  const double       threshold = course->scenario.threshold_ng_ml;
  const gboolean     is_steady = qs_scenario_is_steady (&course->scenario);
  const double       interval_h = course->times_h[n - 1];
  g_autofree double *low = g_new (double, n);
  g_autofree double *median = g_new (double, n);
  g_autofree double *high = g_new (double, n);
  g_autofree char   *dose = qusop_word_dose (&course->scenario, course->dose_mg);
  g_autofree char   *title = g_strdup_printf (
        is_steady ? _ ("Biomarker at %s %s, steady state") : _ ("Biomarker at %s, %s"),
      dose, qusop_word_regimen (&course->scenario));
  QusopPlotSpec   *spec = qusop_plot_spec_new (title);
  double           top = 0.0, middle = 0.0;
  g_autofree char *description = NULL, *top_word = NULL, *middle_word = NULL;
  g_autofree char *threshold_word = qusop_word_number (threshold);

  for (gsize i = 0; i < n; i++) {
    low[i] = course->response_ng_ml[i].low;
    median[i] = course->response_ng_ml[i].median;
    high[i] = course->response_ng_ml[i].high;
    top = MAX (top, high[i]);
    middle = MAX (middle, median[i]);
  }

  qusop_plot_spec_set_x_axis (
      spec, is_steady ? _ ("Hours after the dose") : _ ("Hours after the first dose"),
      "time_h", 0.0, interval_h, FALSE);
  qusop_plot_spec_set_y_axis (spec, _ ("Biomarker (ng/mL)"), "response_ng_ml", 0.0,
                              1.15 * MAX (top, threshold), FALSE);
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_BAND, _ ("5th–95th percentile"),
                              "p5_p95_ng_ml", QUSOP_INK_PRIMARY, FALSE, n,
                              course->times_h, low, high);
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, _ ("median patient"), "p50_ng_ml",
                              QUSOP_INK_PRIMARY, FALSE, n, course->times_h, median, NULL);
  qusop_plot_spec_add_mark (spec, QUSOP_MARK_HORIZONTAL, _ ("threshold"),
                            QUSOP_INK_TARGET, threshold, 0.0);

  top_word = qusop_word_number (top);
  middle_word = qusop_word_number (middle);
  description = g_strdup_printf (_ ("True biomarker of %u virtual patients at %s over "
                                    "%.0f h: the median patient stays "
                                    "at or below %s ng/mL, 95 %% of patients at any time "
                                    "below %s ng/mL; the threshold "
                                    "is %s ng/mL."),
                                 course->n_patients, dose, interval_h, middle_word,
                                 top_word, threshold_word);
  qusop_plot_spec_set_description (spec, description);

  return spec;
}
