/* SPDX-License-Identifier: Apache-2.0 */
#include "plots/qusop-ticks.h"

#include <math.h>

static char *
texts_of (const GArray *ticks)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < ticks->len; i++) {
    g_autofree char *text = qusop_ticks_format (ticks, i);

    g_string_append_printf (list, "%s%s", i > 0 ? " " : "", text);
  }

  return g_string_free (list, FALSE);
}

static void
test_linear_ticks_by_value (void)
{
  static const struct {
    double      low, high;
    guint       n_max;
    const char *expected;
  } cases[] = {
    { 0.0, 20.0, 11, "0 2 4 6 8 10 12 14 16 18 20" },
    { 0.0, 20.0, 5, "0 5 10 15 20" },
    { 0.0, 1.0, 6, "0.0 0.2 0.4 0.6 0.8 1.0" },
    { -1.0, 1.0, 5, "-1.0 -0.5 0.0 0.5 1.0" },
    { 0.013, 0.029, 4, "0.015 0.020 0.025" },
    { 480.0, 504.0, 6, "480 485 490 495 500" },
    { 0.0, 4e6, 5, "0 1e+06 2e+06 3e+06 4e+06" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GArray) ticks =
        qusop_ticks_linear (cases[i].low, cases[i].high, cases[i].n_max);
    g_autofree char *texts = texts_of (ticks);

    g_assert_cmpstr (texts, ==, cases[i].expected);
  }
}

static void
test_log_ticks_by_value (void)
{
  static const struct {
    double      low, high;
    guint       n_max;
    const char *expected;
  } cases[] = {
    { 0.01, 1.0, 9, "0.01 0.02 0.05 0.1 0.2 0.5 1" },
    { 0.01, 100.0, 6, "0.01 0.1 1 10 100" },
    { 0.005, 2.0, 6, "0.01 0.03 0.1 0.3 1" },
    { 1.2, 1.9, 8, "1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9" },
    { 1e-8, 1e8, 6, "1e-06 0.001 1 1000 1000000" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GArray) ticks =
        qusop_ticks_log (cases[i].low, cases[i].high, cases[i].n_max);

    g_autofree char *texts = texts_of (ticks);

    g_assert_cmpstr (texts, ==, cases[i].expected);
  }
}

/* Ticks lie in the range, are evenly apart and not too many, whatever the range. */
static void
test_ticks_of_random_ranges_are_even (void)
{
  for (guint i = 0; i < 20000; i++) {
    const double       scale = pow (10.0, g_test_rand_double_range (-12.0, 12.0));
    const double       low = scale * g_test_rand_double_range (-1.0, 1.0);
    const double       high = low + scale * g_test_rand_double_range (1e-3, 2.0);
    const guint        n_max = g_test_rand_int_range (2, 20);
    g_autoptr (GArray) ticks = qusop_ticks_linear (low, high, n_max);
    const double       slack = 1e-6 * (high - low);

    g_assert_cmpuint (ticks->len, >=, 1);
    g_assert_cmpuint (ticks->len, <=, n_max);
    for (guint k = 0; k < ticks->len; k++) {
      const double tick = g_array_index (ticks, double, k);

      g_assert_cmpfloat (tick, >=, low - slack);
      g_assert_cmpfloat (tick, <=, high + slack);
      if (k > 1)
        g_assert_cmpfloat (fabs (tick - 2.0 * g_array_index (ticks, double, k - 1) +
                                 g_array_index (ticks, double, k - 2)),
                           <=, slack);
    }
  }
}

static void
test_senseless_ranges_have_no_ticks (void)
{
  static const double ranges[][2] = {
    { 1.0, 1.0 }, { 2.0, 1.0 }, { NAN, 1.0 }, { 0.0, INFINITY }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++) {
    g_autoptr (GArray) linear = qusop_ticks_linear (ranges[i][0], ranges[i][1], 5);
    g_autoptr (GArray) logarithmic = qusop_ticks_log (ranges[i][0], ranges[i][1], 5);

    g_assert_cmpuint (linear->len, ==, 0);
    g_assert_cmpuint (logarithmic->len, ==, 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plots/ticks/linear-by-value", test_linear_ticks_by_value);
  g_test_add_func ("/plots/ticks/log-by-value", test_log_ticks_by_value);
  g_test_add_func ("/plots/ticks/random-ranges-are-even",
                   test_ticks_of_random_ranges_are_even);
  g_test_add_func ("/plots/ticks/senseless-ranges-have-none",
                   test_senseless_ranges_have_no_ticks);
  return g_test_run ();
}
