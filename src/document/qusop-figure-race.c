/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figures.h"

#include <math.h>

static void
add_curve (QusopPlotSpec *spec, guint i, const QsRaceCurve *curve)
{
  /* Monte Carlo is what the others are held against. */
  const QusopInk ink =
      i == QS_AMPLITUDE_MC ? QUSOP_INK_NEUTRAL : QUSOP_INK_ARM_1 + (QusopInk) (i - 1);
  const char      *name = qs_race_curve_name (i);
  g_autofree char *label = curve->n >= 2 && isfinite (curve->slope)
                               ? g_strdup_printf ("%s, slope %.2f", name, curve->slope)
                               : g_strdup (name);
  g_autofree char *column = g_strdup_printf ("half_width_%s", name);

  if (curve->n == 0)
    return;

  qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, label, column, ink,
                              i == QS_AMPLITUDE_MC, curve->n, curve->calls,
                              curve->half_width, NULL);
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_POINTS, NULL, NULL, ink, FALSE, curve->n,
                              curve->calls, curve->half_width, NULL);
}

QusopPlotSpec *
qusop_figure_race (const QsRaceCurve *curves)
{
  QusopPlotSpec      *spec = qusop_plot_spec_new ("Half-width against queries");
  g_autoptr (GString) words =
      g_string_new ("Half-width of the interval against queries on logarithmic axes");

  qusop_plot_spec_set_x_axis (spec, "Queries (uses of A and A†, or people)", "queries",
                              0.0, 0.0, TRUE);
  qusop_plot_spec_set_y_axis (spec, "Half-width of the interval", "half_width", 0.0, 0.0,
                              TRUE);
  for (guint i = 0; i < QS_RACE_N_CURVES; i++) {
    add_curve (spec, i, &curves[i]);
    if (curves[i].n >= 2 && isfinite (curves[i].slope))
      g_string_append_printf (words, "; %s slope %.2f", qs_race_curve_name (i),
                              curves[i].slope);
  }

  qusop_plot_spec_set_description (spec, words->str);
  qusop_plot_spec_set_note (
      spec, "Amplitude estimation on an emulated device, means of 20 runs; qmc asks the "
            "model. Queries, not seconds.");
  qusop_plot_spec_set_empty_reason (spec, "Nothing was estimated yet.");
  return spec;
}
