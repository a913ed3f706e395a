/* SPDX-License-Identifier: Apache-2.0 */
#include "report/qs-json.h"
#include "report/qs-report.h"

static json_t *
doses_of (const QsLandscape *landscape, gsize code)
{
  json_t *doses = json_array ();

  for (guint a = 0; a < landscape->n_axes; a++)
    json_array_append_new (doses,
                           qs_json_number (qs_landscape_dose_mg (landscape, code, a)));

  return doses;
}

static json_t *
method_of (const QsLandscape *landscape, const QsSearchFound *found)
{
  return json_pack (
      "{s:o, s:o, s:b, s:I, s:o, s:o}", "doses_mg", doses_of (landscape, found->code),
      "cost_mg_per_week", qs_json_number (landscape->cost[found->code]), "is_the_answer",
      (int) (found->code == landscape->best), "costs_looked_at",
      (json_int_t) found->n_looked, "share_per_shot", qs_json_number (found->share),
      "elapsed_s", qs_json_number (found->elapsed_s));
}

/**
 * qs_report_search_json:
 * @annealed: what annealing found
 * @measured: what QAOA found
 * @seed: of both
 *
 * Returns: (transfer full): schema qusop-search/1; "scan" is the answer, the others are
 * shown against it
 */
char *
qs_report_search_json (const QsLandscape   *landscape,
                       const QsSearchFound *annealed,
                       const QsSearchFound *measured,
                       guint64              seed)
{
  json_t *root = json_object (), *penalty = json_array ();

  for (guint a = 0; a < landscape->n_axes; a++)
    json_array_append_new (penalty, qs_json_number (landscape->penalty[a]));

  json_object_set_new (root, "schema", json_string ("qusop-search/1"));
  json_object_set_new (root, "seed", qs_json_seed (seed));
  json_object_set_new (root, "codes", json_integer ((json_int_t) landscape->n));
  json_object_set_new (root, "penalty", penalty);
  json_object_set_new (
      root, "scan",
      json_pack ("{s:o, s:o, s:b, s:i}", "doses_mg",
                 doses_of (landscape, landscape->best), "cost_mg_per_week",
                 qs_json_number (landscape->cost[landscape->best]), "reached",
                 (int) landscape->found, "doses_looked_at", (int) landscape->n_looked));
  json_object_set_new (root, "annealing", method_of (landscape, annealed));
  json_object_set_new (root, "qaoa", method_of (landscape, measured));

  return qs_json_dump (root);
}

static void
add (GString *text, double value, char end)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (value == value)
    g_string_append (text, g_ascii_dtostr (buffer, sizeof buffer, value));
  g_string_append_c (text, end);
}

/* Returns: (transfer full): the landscape, a row per code; codes beyond the grid have no
 * dose. */
char *
qs_report_search_csv (const QsLandscape *landscape)
{
  GString *text = g_string_new (landscape->n_axes == 2
                                    ? "code,dose_mg,second_dose_mg,cost_mg_per_week\n"
                                    : "code,dose_mg,cost_mg_per_week\n");

  for (gsize x = 0; x < landscape->n; x++) {
    g_string_append_printf (text, "%" G_GSIZE_FORMAT ",", x);
    for (guint a = 0; a < landscape->n_axes; a++)
      add (text, qs_landscape_dose_mg (landscape, x, a), ',');
    add (text, landscape->cost[x], '\n');
  }

  return g_string_free (text, FALSE);
}
