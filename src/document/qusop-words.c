/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static char *
format (const char *form, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_formatd (buffer, sizeof buffer, form, value));
}

/**
 * qusop_word_number:
 *
 * Returns: @value with up to four significant digits, a dash where there is none
 */
char *
qusop_word_number (double value)
{
  if (isnan (value))
    return g_strdup ("–");
  if (isinf (value))
    return g_strdup (value > 0.0 ? "∞" : "−∞");

  return format ("%.4g", value);
}

char *
qusop_word_mg (double dose_mg)
{
  g_autofree char *number = qusop_word_number (dose_mg);

  return isfinite (dose_mg) ? g_strconcat (number, " mg", NULL)
                            : g_steal_pointer (&number);
}

/**
 * qusop_word_percent:
 *
 * Returns: a share in [0, 1] as per cent with one decimal, "90 %" where it is whole
 */
char *
qusop_word_percent (double share)
{
  const double     percent = 100.0 * share;
  g_autofree char *number = NULL;

  if (!isfinite (share))
    return g_strdup ("–");

  number = format (fabs (percent - rint (percent)) < 1e-9 ? "%.0f" : "%.1f", percent);
  return g_strconcat (number, " %", NULL);
}

/**
 * qusop_word_count:
 *
 * Returns: @n with its thousands apart, such as "480,000"
 */
char *
qusop_word_count (guint64 n)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, n);
  const gsize      length = strlen (digits);
  GString         *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0)
      g_string_append_c (text, ',');
    g_string_append_c (text, digits[i]);
  }

  return g_string_free (text, FALSE);
}

static char *
truncation (const QsPrior *prior)
{
  g_autofree char *low = qusop_word_number (prior->min);
  g_autofree char *high = qusop_word_number (prior->max);

  if (prior->min > 0.0 && prior->max < G_MAXDOUBLE)
    return g_strdup_printf (_ (", cut to %s–%s kg"), low, high);
  if (prior->max < G_MAXDOUBLE)
    return g_strdup_printf (_ (", at most %s kg"), high);
  if (prior->min > 0.0)
    return g_strdup_printf (_ (", at least %s kg"), low);

  return g_strdup ("");
}

char *
qusop_word_prior (const QsPrior *prior)
{
  g_autofree char *a = qusop_word_number (prior->a);
  g_autofree char *b = qusop_word_number (prior->b);
  g_autofree char *cv = qusop_word_percent (prior->b);
  g_autofree char *cut = truncation (prior);

  switch (prior->kind) {
  case QS_PRIOR_UNIFORM:
    return g_strdup_printf (_ ("%s–%s kg, uniform"), a, b);
  case QS_PRIOR_NORMAL:
    return g_strdup_printf (_ ("normal, mean %s kg, SD %s kg%s"), a, b, cut);
  case QS_PRIOR_LOGNORMAL:
    return g_strdup_printf (_ ("log-normal, mean %s kg, CV %s%s"), a, cv, cut);
  case QS_PRIOR_SAMPLE:
    return g_strdup_printf (_ ("resampled from %u values"), (guint) prior->n_values);
  }

  return g_strdup ("");
}

/**
 * qusop_word_success:
 *
 * Returns: what counts as success, such as "at or below 3.3 ng/mL"
 */
char *
qusop_word_success (const QsScenario *scenario)
{
  g_autofree char *threshold = qusop_word_number (scenario->threshold_ng_ml);

  return g_strdup_printf (scenario->success == QS_SUCCESS_BELOW
                              ? _ ("at or below %s ng/mL")
                              : _ ("at or above %s ng/mL"),
                          threshold);
}

/**
 * qusop_word_dose:
 *
 * Returns: @dose with the unit that doses of @scenario have
 */
char *
qusop_word_dose (const QsScenario *scenario, double dose)
{
  g_autofree char *number = qusop_word_number (dose);

  return isfinite (dose)
             ? g_strconcat (number, " ", qs_scenario_dose_unit (scenario), NULL)
             : g_steal_pointer (&number);
}

/**
 * qusop_word_regimen:
 *
 * Returns: (transfer none): such as "once daily"; a schedule as it is written, which
 * is
 * @scenario's
 */
const char *
qusop_word_regimen (const QsScenario *scenario)
{
  switch (scenario->regimen) {
  case QS_REGIMEN_QW:
    return _ ("once weekly");
  case QS_REGIMEN_SCHEDULE:
    return scenario->schedule.text;
  case QS_REGIMEN_QD:
  default:
    return _ ("once daily");
  }
}
