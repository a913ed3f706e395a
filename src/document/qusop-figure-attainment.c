/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figures.h"
#include "qusop-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MAX_ARMS 32

/**
 * qusop_figure_attainment:
 *
 * How many of each arm stayed on the right side of the threshold during their last dosing
 * window, with 95 % Clopper–Pearson intervals.
 */
QusopPlotSpec *
qusop_figure_attainment (const QsDataset *dataset,
                         QsSuccess        success,
                         double           threshold_ng_ml)
{
  const QsScenario scenario = { .success = success, .threshold_ng_ml = threshold_ng_ml };
  QsArm            arms[MAX_ARMS];
  const gsize      n =
      MIN (qs_attainment (dataset, success, threshold_ng_ml, arms, MAX_ARMS), MAX_ARMS);
  QusopPlotSpec   *spec = qusop_plot_spec_new (_ ("Observed target attainment by arm"));
  g_autofree char *words = qusop_word_success (&scenario);
  g_autofree char *y_label =
      g_strdup_printf (_ ("Subjects %s during the last dosing window (%%)"), words);
  GString *description = g_string_new (NULL);
  char    *names[MAX_ARMS + 1] = { NULL };
  double   x[MAX_ARMS], share[MAX_ARMS], low[MAX_ARMS], high[MAX_ARMS];

  g_string_printf (description, _ ("Observed attainment, %s:"), words);
  for (gsize i = 0; i < n; i++) {
    g_autofree char *label = g_strdup_printf ("%u/%u", arms[i].attained, arms[i].n);

    names[i] = arms[i].dose_mg > 0.0 ? qusop_word_mg (arms[i].dose_mg)
                                     : g_strdup (_ ("placebo"));
    x[i] = i;
    share[i] = arms[i].n > 0 ? arms[i].attained / (double) arms[i].n : NAN;
    qs_clopper_pearson (arms[i].attained, arms[i].n, 0.95, &low[i], &high[i]);
    qusop_plot_spec_add_mark (spec, QUSOP_MARK_TEXT, label, QUSOP_INK_PRIMARY, x[i],
                              high[i]);
    g_string_append_printf (description, "%s %s of %s", i > 0 ? "," : "", label,
                            names[i]);
  }

  qusop_plot_spec_set_empty_reason (
      spec, _ ("No arm has biomarker observations in its last dosing window."));
  qusop_plot_spec_set_x_categories (spec, (const char *const *) names);
  qusop_plot_spec_set_x_axis (spec, _ ("Arm"), "arm", 0.0, 0.0, FALSE);
  qusop_plot_spec_set_y_axis (spec, y_label, "attained_share", 0.0, 1.14, FALSE);
  qusop_plot_spec_set_y_percent (spec, TRUE);
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_BARS, _ ("observed share"),
                              "attained_share", QUSOP_INK_PRIMARY, FALSE, n, x, share,
                              NULL);
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_INTERVALS, /* xgettext:no-c-format */
                              _ ("95 % Clopper–Pearson interval"),
                              "95 % Clopper–Pearson interval", QUSOP_INK_NEUTRAL, FALSE,
                              n, x, low, high);
  qusop_plot_spec_set_description (spec, description->str);
  g_string_free (description, TRUE);
  for (gsize i = 0; i < n; i++)
    g_free (names[i]);
  return spec;
}
