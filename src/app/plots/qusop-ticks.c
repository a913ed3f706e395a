/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-ticks.h"

#include <math.h>

/* More ticks than this are never readable, however large the picture. */
#define MAX_TICKS 40

static double
step_of (guint index, double decade)
{
  static const double mantissas[] = { 1.0, 2.0, 2.5, 5.0 };

  return mantissas[index % 4] * pow (10.0, decade + index / 4);
}

/**
 * qusop_ticks_linear:
 * @n_max: most ticks there is room for
 *
 * The multiples of the smallest step of 1, 2, 2.5 or 5 times a power of ten that gives at
 * most @n_max of them in [@low, @high].
 *
 * Returns: (element-type double): increasing; empty where the range is
 */
GArray *
qusop_ticks_linear (double low, double high, guint n_max)
{
  GArray *ticks = g_array_new (FALSE, FALSE, sizeof (double));
  guint   n_wanted = CLAMP (n_max, 2, MAX_TICKS);
  double  decade, step, first;
  guint   index = 0;

  if (!(low < high) || !isfinite (high - low))
    return ticks;

  decade = floor (log10 ((high - low) / n_wanted));
  do {
    step = step_of (index++, decade);
    first = ceil (low / step - 1e-9);
  } while (floor (high / step + 1e-9) - first + 1.0 > n_wanted);

  for (double k = first; k * step <= high + 1e-9 * step; k++) {
    /* Adding zero turns a negative zero into a positive one. */
    const double tick = k * step + 0.0;

    g_array_append_val (ticks, tick);
  }

  return ticks;
}

static GArray *
ticks_of_decades (double low, double high, const double *mantissas, guint n, int stride)
{
  GArray   *ticks = g_array_new (FALSE, FALSE, sizeof (double));
  const int first = (int) floor (log10 (low) / stride) * stride;

  for (int decade = first; decade <= log10 (high) + 1e-9; decade += stride) {
    for (guint i = 0; i < n; i++) {
      const double tick = mantissas[i] * pow (10.0, decade);

      if (tick >= low * (1.0 - 1e-9) && tick <= high * (1.0 + 1e-9))
        g_array_append_val (ticks, tick);
    }
  }

  return ticks;
}

/**
 * qusop_ticks_log:
 *
 * As qusop_ticks_linear() for a logarithmic axis: 1-2-5 within decades where there is
 * room, else whole decades, else every second, third, … one. Ranges within one decade get
 * linear ticks.
 */
GArray *
qusop_ticks_log (double low, double high, guint n_max)
{
  static const struct {
    guint  n;
    double mantissas[3];
  } choices[] = { { 3, { 1.0, 2.0, 5.0 } }, { 2, { 1.0, 3.0 } }, { 1, { 1.0 } } };

  if (!(low > 0.0 && low < high) || !isfinite (high))
    return g_array_new (FALSE, FALSE, sizeof (double));

  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++) {
    g_autoptr (GArray) ticks =
        ticks_of_decades (low, high, choices[i].mantissas, choices[i].n, 1);

    if (ticks->len < 2)
      return qusop_ticks_linear (low, high, n_max);
    if (ticks->len <= MAX (n_max, 2))
      return g_steal_pointer (&ticks);
  }

  for (int stride = 2;; stride++) {
    g_autoptr (GArray) ticks =
        ticks_of_decades (low, high, choices[2].mantissas, 1, stride);

    if (ticks->len <= MAX (n_max, 2))
      return g_steal_pointer (&ticks);
  }
}

static char *
format_decimals (double value, int decimals)
{
  char buffer[64];
  char form[8];

  g_snprintf (form, sizeof form, "%%.%df", decimals);
  return g_strdup (g_ascii_formatd (buffer, sizeof buffer, form, value));
}

/**
 * qusop_number_format:
 *
 * Returns: @value with up to four significant digits and no idle zeros, independent of
 *   the locale
 */
char *
qusop_number_format (double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_formatd (buffer, sizeof buffer, "%.4g", value));
}

/* By itself; whole numbers in full while that is short. */
static char *
format_alone (double value)
{
  return value >= 1e4 && value < 1e8 && value == rint (value)
             ? g_strdup_printf ("%.0f", value)
             : qusop_number_format (value);
}

static gboolean
are_even (const GArray *ticks)
{
  const double *t = (const double *) ticks->data;

  return ticks->len < 3 || fabs (t[2] - 2.0 * t[1] + t[0]) < 1e-6 * fabs (t[1] - t[0]);
}

/* Decimals that @value needs, up to ten. */
static int
decimals_of (double value, double tolerance)
{
  int decimals = 0;

  while (decimals < 10) {
    const double scaled = value * pow (10.0, decimals);

    if (fabs (rint (scaled) - scaled) <= tolerance * pow (10.0, decimals))
      break;
    decimals++;
  }

  return decimals;
}

/**
 * qusop_ticks_format:
 *
 * Returns: tick @i; evenly spaced ticks all with the decimals that they need to differ,
 *   others each with its own
 */
char *
qusop_ticks_format (const GArray *ticks, guint i)
{
  const double *t = (const double *) ticks->data;
  double        largest = 0.0;
  double        step;
  int           decimals;

  for (guint k = 0; k < ticks->len; k++)
    largest = fmax (largest, fabs (t[k]));
  if (ticks->len < 2 || !are_even (ticks))
    return format_alone (t[i]);
  if (largest >= 1e6 || (largest > 0.0 && largest < 1e-4))
    return qusop_number_format (t[i]);

  step = t[1] - t[0];
  decimals = MAX (decimals_of (step, 1e-6 * step), decimals_of (t[0], 1e-6 * step));
  return format_decimals (t[i], decimals);
}
