/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli.h"

#include <math.h>
#include <stdio.h>

/* A cell of the table; what does not exist is a dash, what has no end is "open". */
static char *
cell (double value, const char *format)
{
  char text[64];

  if (isnan (value))
    return g_strdup ("–");
  if (isinf (value))
    return g_strdup ("open");

  g_ascii_formatd (text, sizeof text, format, value);
  return g_strdup (text);
}

static char *
range (double low, double high, const char *format)
{
  g_autofree char *from = cell (low, format);
  g_autofree char *to = cell (high, format);

  return isnan (low) && isnan (high) ? g_strdup ("–")
                                     : g_strconcat (from, " – ", to, NULL);
}

/* printf() counts bytes, columns are characters. */
static void
print_cell (const char *text, guint width)
{
  const glong length = g_utf8_strlen (text, -1);

  fputs (text, stdout);
  for (glong i = length; i < (glong) width; i++)
    fputc (' ', stdout);
  fputs ("  ", stdout);
}

static void
print_number (double value, const char *format, guint width)
{
  g_autofree char *text = cell (value, format);

  print_cell (text, width);
}

static void
print_range (double low, double high, const char *format, guint width)
{
  g_autofree char *text = range (low, high, format);

  print_cell (text, width);
}

static void
print_header (const QsScenario *scenario)
{
  g_autofree char *dose = g_strconcat ("dose ", qs_scenario_dose_unit (scenario), NULL);

  print_cell ("scenario", 13);
  print_cell ("regimen", 7);
  print_cell ("target", 6);
  print_cell (dose, 7);
  print_cell ("assured", 7);
  print_cell ("95 % interval", 13);
  print_cell ("p there", 7);
  print_cell ("p below", 7);
  print_cell ("95 % band", 13);
  print_cell ("max p", 6);
  puts ("status");
}

static void
print_answer (const QsResult *result)
{
  const QsDecision *d = &result->decision;
  const gboolean    per_kg = result->scenario.schedule.per_kg;

  print_cell (result->scenario.name, 13);
  print_cell (qs_scenario_regimen_name (&result->scenario), 7);
  print_number (d->target, "%.2f", 6);
  print_number (d->dose_mg, per_kg ? "%.2f" : "%.1f", 7);
  print_number (d->assured_dose_mg, per_kg ? "%.2f" : "%.1f", 7);
  print_range (d->interval_low_mg, d->interval_high_mg, per_kg ? "%.3f" : "%.2f", 13);
  print_number (d->p_at_dose, "%.4f", 7);
  print_number (d->p_below, "%.4f", 7);
  print_range (d->band_low, d->band_high, "%.3f", 13);
  print_number (d->max_p, "%.4f", 6);
  puts (qs_status_name (d->status));
}

/* How many of the doses there are the simulation was long enough for; which are not, the
 * notes say. */
static void
print_precision (const GPtrArray *results)
{
  const QsResult *first = results->pdata[0];
  guint           n_doses = 0, n_good = 0;

  for (guint i = 0; i < results->len; i++) {
    const QsDecision *d = &((const QsResult *) results->pdata[i])->decision;

    n_doses += d->status == QS_STATUS_REACHED;
    n_good += d->status == QS_STATUS_REACHED && d->decision_grade;
  }

  if (results->len == 1 && n_doses == 1 && isfinite (first->decision.mc_error_mg))
    printf ("Monte Carlo error: ± %.3g %s, of p there ± %.2g %%. ",
            first->decision.mc_error_mg, qs_scenario_dose_unit (&first->scenario),
            100.0 * first->decision.mc_half_width);
  if (n_doses > 0)
    printf ("%u of %u %s decision-grade: Monte Carlo error of half a grid step at most, "
            "%.0f virtual patients.\n",
            n_good, n_doses, n_doses == 1 ? "dose is" : "doses are", first->ess);
}

/**
 * qusop_cli_print_answers:
 * @results: (element-type QsResult): what to show, one line each; at least one, all with
 * doses of one unit
 */
void
qusop_cli_print_answers (const GPtrArray *results)
{
  print_header (&((const QsResult *) results->pdata[0])->scenario);
  for (guint i = 0; i < results->len; i++)
    print_answer (results->pdata[i]);

  puts (
      "dose: smallest on the grid whose share of successes reaches the target; assured: "
      "smallest whose\nlower end of the 95 % parameter band does. Interval and band: "
      "parameter uncertainty.");
  print_precision (results);
}

/* Names the answers up to this many; beyond, counts them. */
#define N_NAMED_MAX 3

/* The answers that a note belongs to. */
static char *
owners (const GPtrArray *results, const char *note)
{
  g_autoptr (GString) names = g_string_new (NULL);
  guint               n = 0;

  for (guint i = 0; i < results->len; i++) {
    const QsResult *result = results->pdata[i];

    if (!g_strv_contains ((const char *const *) result->warnings, note))
      continue;
    n++;
    g_string_append_printf (names, "%s%s %s %g", n > 1 ? ", " : "", result->scenario.name,
                            qs_scenario_regimen_name (&result->scenario),
                            result->decision.target);
  }

  return n > N_NAMED_MAX ? g_strdup_printf ("%u answers", n) : g_strdup (names->str);
}

/**
 * qusop_cli_print_notes:
 *
 * The warnings of all answers, each once with the answers it belongs to.
 */
void
qusop_cli_print_notes (const GPtrArray *results)
{
  g_autoptr (GHashTable) printed = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < results->len; i++) {
    const QsResult *result = results->pdata[i];

    for (guint j = 0; result->warnings[j] != NULL; j++) {
      g_autofree char *names = owners (results, result->warnings[j]);

      if (!g_hash_table_add (printed, result->warnings[j]))
        continue;
      if (results->len > 1)
        printf ("Note: %s [%s]\n", result->warnings[j], names);
      else
        printf ("Note: %s\n", result->warnings[j]);
    }
  }
}
