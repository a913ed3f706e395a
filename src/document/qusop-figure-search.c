/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figures.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static void
add_found (QusopPlotSpec       *spec,
           const QsSearch      *search,
           const QsSearchFound *found,
           const char          *name,
           const char          *column,
           QusopInk             ink)
{
  const double     dose_mg = qs_landscape_dose_mg (search->landscape, found->code, 0);
  const double     cost = search->landscape->cost[found->code];
  g_autofree char *label =
      isnan (found->share)
          ? g_strdup_printf ("%s: %g mg", name, dose_mg)
          : g_strdup_printf (_ ("%s: %g mg, in %.1f %% of shots the answer"), name,
                             dose_mg, 100.0 * found->share);

  qusop_plot_spec_add_series (spec, QUSOP_SERIES_POINTS, label, column, ink, FALSE, 1,
                              &dose_mg, &cost, NULL);
}

/**
 * qusop_figure_search:
 * @search: of one regimen; %NULL for none yet
 *
 * The cost of each dose's bit string, and where each way of searching ended.
 */
QusopPlotSpec *
qusop_figure_search (const QsSearch *search)
{
  QusopPlotSpec      *spec = qusop_plot_spec_new (_ ("Search landscape"));
  const QsLandscape  *landscape = search != NULL ? search->landscape : NULL;
  const gsize         n = landscape != NULL ? landscape->n_doses[0] : 0;
  g_autofree double  *dose_mg = g_new (double, n + 1);
  g_autofree char    *note = NULL;
  g_autoptr (GString) words = g_string_new (_ ("Cost of the bit string of each dose"));

  qusop_plot_spec_set_empty_reason (spec, _ ("Nothing was searched yet."));
  qusop_plot_spec_set_x_axis (spec, _ ("Dose of the bit string (mg)"), "dose_mg", 0.0,
                              0.0, FALSE);
  qusop_plot_spec_set_y_axis (spec,
                              _ ("Cost (mg per week, and a penalty below the target)"),
                              "cost_mg_per_week", 0.0, 0.0, FALSE);
  if (n == 0)
    return spec;

  for (gsize i = 0; i < n; i++)
    dose_mg[i] = qs_landscape_dose_mg (landscape, i, 0);
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, _ ("Cost"), "cost_mg_per_week",
                              QUSOP_INK_PRIMARY, FALSE, n, dose_mg, landscape->cost,
                              NULL);
  add_found (spec, search, &search->scanned, _ ("Scan, the answer"), "scan",
             QUSOP_INK_TARGET);
  add_found (spec, search, &search->annealed, _ ("Annealing"), "annealing",
             QUSOP_INK_ARM_2);
  add_found (spec, search, &search->measured, "QAOA", "qaoa", QUSOP_INK_ARM_4);

  g_string_append_printf (
      words, _ ("; the scan ends at %g mg, annealing at %g mg, QAOA at %g mg"),
      qs_landscape_dose_mg (landscape, search->scanned.code, 0),
      qs_landscape_dose_mg (landscape, search->annealed.code, 0),
      qs_landscape_dose_mg (landscape, search->measured.code, 0));
  qusop_plot_spec_set_description (spec, words->str);
  note = g_strdup_printf ("%u qubits; %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
                          " bit strings have no dose and cost more than any other. "
                          "Penalty %.4g mg per week for all that is missing.",
                          landscape->n_qubits[0], landscape->n - n, landscape->n,
                          landscape->penalty[0]);
  qusop_plot_spec_set_note (spec, note);
  return spec;
}
