/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figures.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* With two decimals, and a point in every locale. */
static char *
slope_of (const QsRaceCurve *curve)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_formatd (text, sizeof text, "%.2f", curve->slope));
}

static void
add_curve (QusopPlotSpec *spec, guint i, const QsRaceCurve *curve)
{
  /* Monte Carlo is what the others are held against. */
  const QusopInk   ink = i == QS_AMPLITUDE_MC ? QUSOP_INK_NEUTRAL
                         : i == QS_N_AMPLITUDE_METHODS
                             ? QUSOP_INK_PRIMARY
                             : QUSOP_INK_ARM_1 + (QusopInk) (i - 1);
  const char      *name = qs_race_curve_name (i);
  g_autofree char *slope = slope_of (curve);
  g_autofree char *label = curve->n >= 2 && isfinite (curve->slope)
                               ? g_strdup_printf (_ ("%s, slope %s"), name, slope)
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
  QusopPlotSpec      *spec = qusop_plot_spec_new (_ ("Half-width against queries"));
  g_autoptr (GString) words =
      g_string_new (_ ("Half-width of the interval against queries on logarithmic axes"));

  qusop_plot_spec_set_x_axis (spec, _ ("Queries (uses of A and A†, or people)"),
                              "queries", 0.0, 0.0, TRUE);
  qusop_plot_spec_set_y_axis (spec, _ ("Half-width of the interval"), "half_width", 0.0,
                              0.0, TRUE);
  for (guint i = 0; i < QS_RACE_N_CURVES; i++) {
    add_curve (spec, i, &curves[i]);
    if (curves[i].n >= 2 && isfinite (curves[i].slope)) {
      g_autofree char *slope = slope_of (&curves[i]);

      g_string_append_printf (words, _ ("; %s slope %s"), qs_race_curve_name (i), slope);
    }
  }

  qusop_plot_spec_set_description (spec, words->str);
  qusop_plot_spec_set_note (
      spec,
      _ ("Amplitude estimation on an emulated device, means of 20 runs; qmc asks the "
         "model. Queries, not seconds."));
  qusop_plot_spec_set_empty_reason (spec, _ ("Nothing was estimated yet."));
  return spec;
}
