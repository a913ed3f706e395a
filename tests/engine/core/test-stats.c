/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-stats.h"

#include "core/qs-rng.h"

#include <float.h>
#include <math.h>

/* The oracle: the density in t = logit x integrated by Simpson's rule, its constant by
 * the same rule, so that no gamma function is shared. */
static double
log_density (double t, double a, double b)
{
  return a * t - (a + b) * (MAX (t, 0.0) + log1p (exp (-fabs (t))));
}

static double
simpson (double from, double to, double a, double b)
{
  const double peak = log_density (log (a / b), a, b);
  const guint  n = 40000;
  const double h = (to - from) / n;
  double       sum = 0.0;

  for (guint i = 0; i <= n; i++)
    sum += (i == 0 || i == n ? 1.0
            : i % 2 != 0     ? 4.0
                             : 2.0) *
           exp (log_density (from + i * h, a, b) - peak);

  return sum * h / 3.0;
}

static double
oracle_beta_cdf (double x, double a, double b)
{
  const double mode = log (a / b);
  const double sd = sqrt (1.0 / a + 1.0 / b);
  const double from = mode - 45.0 * (sd + 1.0 / a), to = mode + 45.0 * (sd + 1.0 / b);
  const double t = CLAMP (log (x) - log1p (-x), from, to);
  const double below = simpson (from, t, a, b), above = simpson (t, to, a, b);

  return below / (below + above);
}

static const double shapes[] = { 0.5, 1.0, 2.0, 7.5, 40.0, 250.0, 3000.0 };
static const double chances[] = { 1e-6, 0.001, 0.025, 0.3, 0.5, 0.8, 0.975, 0.999999 };

static void
test_beta_cdf_agrees_with_integration (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
    for (guint j = 0; j < G_N_ELEMENTS (shapes); j++) {
      const double a = shapes[i], b = shapes[j];
      const double mean = a / (a + b), sd = sqrt (mean * (1.0 - mean) / (a + b + 1.0));

      for (int k = -3; k <= 3; k++) {
        const double x = CLAMP (mean + 1.1 * k * sd, 1e-4, 1.0 - 1e-4);
        const double exact = oracle_beta_cdf (x, a, b);

        g_assert_cmpfloat_with_epsilon (qs_beta_cdf (x, a, b), exact, 1e-9 * exact);
      }
    }
  }
}

/* The quantile is right to 1e-10 if the distribution function passes p between x a
 * little less and x a little more. */
static void
assert_quantile (double p, double a, double b)
{
  const double x = qs_beta_quantile (p, a, b);
  const double slack = 1e-13;

  g_assert_true (x >= 0.0 && x <= 1.0);

  /* Among the denormal numbers there are no ten digits. */
  if (x < DBL_MIN) {
    g_assert_cmpfloat (qs_beta_cdf (DBL_MIN, a, b), >=, p);
    return;
  }

  g_assert_cmpfloat (qs_beta_cdf (x * (1.0 - 1e-10), a, b), <=,
                     p * (1.0 + slack) + 2e-16);
  g_assert_cmpfloat (qs_beta_cdf (MIN (1.0, x * (1.0 + 1e-10)), a, b), >=,
                     p * (1.0 - slack) - 2e-16);
}

static void
test_beta_quantile_inverts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    for (guint j = 0; j < G_N_ELEMENTS (shapes); j++)
      for (guint k = 0; k < G_N_ELEMENTS (chances); k++)
        assert_quantile (chances[k], shapes[i], shapes[j]);
}

static void
test_beta_quantile_bears_extremes (void)
{
  static const double extremes[] = { 1e-3, 0.1, 1.0, 1e3, 1e5, 1e7, 1e9 };

  for (guint i = 0; i < G_N_ELEMENTS (extremes); i++)
    for (guint j = 0; j < G_N_ELEMENTS (extremes); j++)
      for (guint k = 0; k < G_N_ELEMENTS (chances); k++)
        assert_quantile (chances[k], extremes[i], extremes[j]);
}

/* I_x(a, 1) = x^a and I_x(1, b) = 1 − (1 − x)^b. */
static void
test_beta_has_closed_forms (void)
{
  static const double powers[] = { 1e-3, 0.3, 1.0, 17.0, 1e4, 1e8 };

  for (guint i = 0; i < G_N_ELEMENTS (powers); i++) {
    for (guint k = 0; k < G_N_ELEMENTS (chances); k++) {
      const double p = chances[k], a = powers[i];
      const double upper = exp (log (p) / a), lower = -expm1 (log1p (-p) / a);

      g_assert_cmpfloat_with_epsilon (qs_beta_quantile (p, a, 1.0), upper,
                                      1e-10 * upper + DBL_MIN);
      g_assert_cmpfloat_with_epsilon (qs_beta_quantile (p, 1.0, a), lower,
                                      1e-10 * lower + DBL_MIN);
    }
  }
}

static void
test_beta_refuses_nonsense (void)
{
  g_assert_true (isnan (qs_beta_cdf (0.5, 0.0, 1.0)));
  g_assert_true (isnan (qs_beta_cdf (0.5, 1.0, -1.0)));
  g_assert_true (isnan (qs_beta_cdf (NAN, 1.0, 1.0)));
  g_assert_true (isnan (qs_beta_quantile (1.5, 1.0, 1.0)));
  g_assert_true (isnan (qs_beta_quantile (0.5, NAN, 1.0)));
  g_assert_cmpfloat (qs_beta_quantile (0.0, 2.0, 3.0), ==, 0.0);
  g_assert_cmpfloat (qs_beta_quantile (1.0, 2.0, 3.0), ==, 1.0);
  g_assert_cmpfloat (qs_beta_cdf (-1.0, 2.0, 3.0), ==, 0.0);
  g_assert_cmpfloat (qs_beta_cdf (2.0, 2.0, 3.0), ==, 1.0);
}

/* The oracle: bisection of the distribution function, and the digits every table has. */
static void
test_normal_quantile_inverts (void)
{
  for (double p = 1e-300; p < 0.5; p *= 3.7) {
    double low = -40.0, high = 0.0;

    while (high - low > 1e-14 * -low) {
      const double middle = 0.5 * (low + high);

      if (middle <= low || middle >= high)
        break;
      if (qs_normal_cdf (middle) < p)
        low = middle;
      else
        high = middle;
    }

    g_assert_cmpfloat_with_epsilon (qs_normal_quantile (p), low, 4e-14 * -low + 1e-15);
  }

  g_assert_cmpfloat_with_epsilon (qs_normal_quantile (0.975), 1.959963984540054, 1e-15);
  g_assert_cmpfloat_with_epsilon (qs_normal_quantile (0.9), 1.2815515655446004, 1e-15);
  g_assert_cmpfloat (qs_normal_quantile (0.5), ==, 0.0);
  g_assert_cmpfloat (qs_normal_quantile (0.0), ==, -INFINITY);
  g_assert_cmpfloat (qs_normal_quantile (1.0), ==, INFINITY);
  g_assert_true (isnan (qs_normal_quantile (-0.1)));
  g_assert_true (isnan (qs_normal_quantile (NAN)));
}

/* P(X >= k) for a binomial X, added up term by term. */
static double
binomial_tail (guint k, guint n, double p)
{
  double sum = 0.0;

  for (guint i = k; i <= n; i++)
    sum += exp (lgamma (n + 1.0) - lgamma (i + 1.0) - lgamma (n - i + 1.0) + i * log (p) +
                (n - i) * log1p (-p));

  return sum;
}

/* Quantiles as tables print them, and the distribution function back. */
static void
test_chi_square_quantile_has_known_values (void)
{
  static const struct {
    double p;
    guint  n;
    double x;
  } known[] = {
    { 0.95, 2, 5.991464547107979 },   { 0.95, 4, 9.487729036781157 },
    { 0.5, 6, 5.348120627447121 },    { 0.01, 20, 8.260398332546398 },
    { 0.999, 20, 45.31474661812586 }, { 1e-6, 2, 2.000001000000667e-6 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    g_assert_cmpfloat_with_epsilon (qs_chi_square_quantile (known[i].p, known[i].n),
                                    known[i].x, 1e-12 * known[i].x);

  /* Four degrees of freedom: 1 − exp (−h) (1 + h), whose lower tail begins with h² / 2.
   */
  for (double p = 1e-10; p < 1.0; p += 0.0625) {
    const double h = 0.5 * qs_chi_square_quantile (p, 4);
    const double cdf = p < 1e-6 ? 0.5 * h * h : -expm1 (-h) - h * exp (-h);

    g_assert_cmpfloat_with_epsilon (cdf, p, 1e-4 * (p < 1e-6 ? p : 1e-10));
  }
}

/* The definition of Clopper and Pearson: each end leaves half the error in its tail. */
static void
test_clopper_pearson_leaves_its_tails (void)
{
  static const struct {
    guint k, n;
  } cases[] = { { 1, 1 }, { 6, 12 }, { 11, 12 }, { 1, 480 }, { 432, 480 }, { 479, 480 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const guint k = cases[i].k, n = cases[i].n;
    double      lower, upper;

    qs_clopper_pearson (k, n, 0.95, &lower, &upper);
    g_assert_cmpfloat_with_epsilon (binomial_tail (k, n, lower), 0.025, 1e-10);
    if (k < n)
      g_assert_cmpfloat_with_epsilon (1.0 - binomial_tail (k + 1, n, upper), 0.025,
                                      1e-10);
    else
      g_assert_cmpfloat (upper, ==, 1.0);
  }
}

/* Values of scipy.stats.binomtest (…).proportion_ci (method="exact"). */
static void
test_clopper_pearson_has_known_values (void)
{
  static const struct {
    double k, n, level, lower, upper;
  } known[] = {
    { 0, 100, 0.95, 0.0, 0.03621669264517634 },
    { 90, 100, 0.95, 0.8237774022599773, 0.9509953107785141 },
    { 100, 100, 0.95, 0.9637833073548236, 1.0 },
    { 75, 100, 0.99, 0.6231427302562947, 0.8522562919453438 },
    { 9, 10, 0.95, 0.5549838829718046, 0.9974714214555382 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    double lower, upper;

    qs_clopper_pearson (known[i].k, known[i].n, known[i].level, &lower, &upper);
    g_assert_cmpfloat_with_epsilon (lower, known[i].lower, 1e-12);
    g_assert_cmpfloat_with_epsilon (upper, known[i].upper, 1e-12);
  }
}

/* At no success the upper end is 1 − (tail)^(1/n): known for any n. */
static void
test_clopper_pearson_has_known_ends (void)
{
  for (double n = 1.0; n <= 1e9; n *= 10.0) {
    const double upper_at_0 = -expm1 (log (0.025) / n);
    double       lower, upper;

    qs_clopper_pearson (0.0, n, 0.95, &lower, &upper);
    g_assert_cmpfloat (lower, ==, 0.0);
    g_assert_cmpfloat_with_epsilon (upper, upper_at_0, 1e-10 * upper_at_0);

    qs_clopper_pearson (n, n, 0.95, &lower, &upper);
    g_assert_cmpfloat_with_epsilon (lower, 1.0 - upper_at_0, 1e-10);
    g_assert_cmpfloat (upper, ==, 1.0);
  }
}

static void
test_interval_of_ten_million_is_quick (void)
{
  const gint64 begin_us = g_get_monotonic_time ();
  double       lower, upper;

  for (guint i = 1; i < 100; i++) {
    qs_clopper_pearson (i * 1e5, 1e7, 0.95, &lower, &upper);
    g_assert_cmpfloat (lower, <, i * 0.01);
    g_assert_cmpfloat (upper, >, i * 0.01);
    /* Ten million tosses know their chance to about ± 3.1e-4 at most. */
    g_assert_cmpfloat (upper - lower, <, 6.3e-4);
  }

  g_assert_cmpint (g_get_monotonic_time () - begin_us, <, 5 * G_USEC_PER_SEC);
}

/* Wilson's ends solve (p − x)² = z² x (1 − x) / n. */
static void
test_wilson_solves_its_equation (void)
{
  static const double shares[] = { 0.0, 0.01, 0.5, 0.9, 1.0 };
  const double        z = qs_normal_quantile (0.975);

  for (guint i = 0; i < G_N_ELEMENTS (shares); i++) {
    for (double n = 1.0; n <= 1e7; n *= 10.0) {
      double lower, upper;

      qs_wilson (shares[i], n, 0.95, &lower, &upper);
      g_assert_true (lower >= 0.0 && lower <= shares[i]);
      g_assert_true (upper <= 1.0 && upper >= shares[i]);
      g_assert_cmpfloat_with_epsilon ((shares[i] - lower) * (shares[i] - lower),
                                      z * z * lower * (1.0 - lower) / n, 1e-14);
      g_assert_cmpfloat_with_epsilon ((shares[i] - upper) * (shares[i] - upper),
                                      z * z * upper * (1.0 - upper) / n, 1e-14);
    }
  }
}

static void
test_sum_keeps_small_parts (void)
{
  static const double values[] = { 1.0, 1e100, 1.0, -1e100 };
  double              tenths[1000];

  for (guint i = 0; i < G_N_ELEMENTS (tenths); i++)
    tenths[i] = 0.1;

  g_assert_cmpfloat (qs_sum (values, 4), ==, 2.0);
  g_assert_cmpfloat (qs_sum (tenths, 1000), ==, 100.0);
  g_assert_cmpfloat (qs_sum (NULL, 0), ==, 0.0);
}

static void
test_moments_agree_with_known_samples (void)
{
  static const double values[] = { 1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0 };
  static const double equal[] = { 2.0, 2.0, 2.0, 2.0 };
  static const double one[] = { 0.0, 5.0, 0.0 };

  g_assert_cmpfloat (qs_mean (values, 4), ==, 1e9 + 10.0);
  g_assert_cmpfloat (qs_variance (values, 4), ==, 30.0);
  g_assert_true (isnan (qs_variance (values, 1)));
  g_assert_true (isnan (qs_mean (values, 0)));
  g_assert_cmpfloat (qs_kish_size (equal, 4), ==, 4.0);
  g_assert_cmpfloat (qs_kish_size (one, 3), ==, 1.0);
  g_assert_cmpfloat (qs_kish_size (one, 1), ==, 0.0);
}

static void
test_quantiles_interpolate (void)
{
  double values[] = { 9.0, 1.0, 5.0, 3.0, 7.0 };

  qs_sort (values, 5);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpfloat (values[i], ==, 1.0 + 2.0 * i);

  g_assert_cmpfloat (qs_quantile_sorted (values, 5, 0.0), ==, 1.0);
  g_assert_cmpfloat (qs_quantile_sorted (values, 5, 1.0), ==, 9.0);
  g_assert_cmpfloat (qs_quantile_sorted (values, 5, 0.5), ==, 5.0);
  g_assert_cmpfloat_with_epsilon (qs_quantile_sorted (values, 5, 0.9), 8.2, 1e-12);
  g_assert_cmpfloat (qs_quantile_sorted (values, 1, 0.3), ==, 1.0);
  g_assert_true (isnan (qs_quantile_sorted (values, 0, 0.5)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/stats/beta-cdf-agrees-with-integration",
                   test_beta_cdf_agrees_with_integration);
  g_test_add_func ("/core/stats/beta-quantile-inverts", test_beta_quantile_inverts);
  g_test_add_func ("/core/stats/beta-quantile-bears-extremes",
                   test_beta_quantile_bears_extremes);
  g_test_add_func ("/core/stats/beta-has-closed-forms", test_beta_has_closed_forms);
  g_test_add_func ("/core/stats/beta-refuses-nonsense", test_beta_refuses_nonsense);
  g_test_add_func ("/core/stats/normal-quantile-inverts", test_normal_quantile_inverts);
  g_test_add_func ("/core/stats/chi-square-quantile-has-known-values",
                   test_chi_square_quantile_has_known_values);
  g_test_add_func ("/core/stats/clopper-pearson-leaves-its-tails",
                   test_clopper_pearson_leaves_its_tails);
  g_test_add_func ("/core/stats/clopper-pearson-has-known-ends",
                   test_clopper_pearson_has_known_ends);
  g_test_add_func ("/core/stats/clopper-pearson-has-known-values",
                   test_clopper_pearson_has_known_values);
  g_test_add_func ("/core/stats/interval-of-ten-million-is-quick",
                   test_interval_of_ten_million_is_quick);
  g_test_add_func ("/core/stats/wilson-solves-its-equation",
                   test_wilson_solves_its_equation);
  g_test_add_func ("/core/stats/sum-keeps-small-parts", test_sum_keeps_small_parts);
  g_test_add_func ("/core/stats/moments-agree-with-known-samples",
                   test_moments_agree_with_known_samples);
  g_test_add_func ("/core/stats/quantiles-interpolate", test_quantiles_interpolate);
  return g_test_run ();
}
