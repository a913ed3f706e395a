/* SPDX-License-Identifier: Apache-2.0 */
/* R's mathematics library is the oracle where it is installed; it is GPL, so it never
 * comes near the product. */
#include "core/qs-rng.h"
#include "core/qs-stats.h"

#include <math.h>
#include <stdio.h>

#ifdef HAVE_RMATH

#  define MATHLIB_STANDALONE
#  include <Rmath.h>

#  define N_CASES 3000

static double
log_uniform (const QsRngKey *key,
             guint32         item,
             guint32         dimension,
             double          low,
             double          high)
{
  return low * pow (high / low, qs_rng_uniform (key, item, dimension));
}

static void
test_normal_agrees (void)
{
  const QsRngKey key = { .seed = 1, .stream = QS_RNG_TEST };

  for (guint i = 0; i < N_CASES; i++) {
    const double p = log_uniform (&key, i, 0, 1e-300, 1.0);
    const double exact = qnorm (p, 0.0, 1.0, 1, 0);
    const double z = 10.0 * (qs_rng_uniform (&key, i, 1) - 0.7);
    const double chance = pnorm (z, 0.0, 1.0, 1, 0);

    g_assert_cmpfloat_with_epsilon (qs_normal_quantile (p), exact,
                                    1e-13 * fabs (exact) + 1e-15);
    g_assert_cmpfloat_with_epsilon (qs_normal_cdf (z), chance, 1e-13 * chance);
  }
}

static void
test_beta_cdf_agrees (void)
{
  const QsRngKey key = { .seed = 2, .stream = QS_RNG_TEST };

  for (guint i = 0; i < N_CASES; i++) {
    const double a = log_uniform (&key, i, 0, 1e-3, 1e8);
    const double b = log_uniform (&key, i, 1, 1e-3, 1e8);
    const double mean = a / (a + b), sd = sqrt (mean * (1.0 - mean) / (a + b + 1.0));
    const double x =
        CLAMP (mean + 4.0 * sd * qs_rng_normal (&key, i, 2), 1e-9, 1.0 - 1e-9);
    const double exact = pbeta (x, a, b, 1, 0);

    g_assert_cmpfloat_with_epsilon (qs_beta_cdf (x, a, b), exact, 1e-9 * exact + 1e-300);
  }
}

/* R's quantile is no oracle everywhere, its distribution function is: it must pass p
 * within 1e-10 of the quantile. */
static void
test_beta_quantile_is_right_to_ten_digits (void)
{
  const QsRngKey key = { .seed = 3, .stream = QS_RNG_TEST };

  for (guint i = 0; i < N_CASES; i++) {
    const double a = log_uniform (&key, i, 0, 0.5, 1e7);
    const double b = log_uniform (&key, i, 1, 0.5, 1e7);
    const double p =
        i % 2 != 0 ? qs_rng_uniform (&key, i, 2) : log_uniform (&key, i, 2, 1e-12, 1.0);
    const double x = qs_beta_quantile (p, a, b);

    g_assert_cmpfloat (pbeta (x * (1.0 - 1e-10), a, b, 1, 0), <=, p * (1.0 + 1e-12));
    g_assert_cmpfloat (pbeta (fmin (1.0, x * (1.0 + 1e-10)), a, b, 1, 0), >=,
                       p * (1.0 - 1e-12));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/mathlib/normal-agrees", test_normal_agrees);
  g_test_add_func ("/core/mathlib/beta-cdf-agrees", test_beta_cdf_agrees);
  g_test_add_func ("/core/mathlib/beta-quantile-is-right-to-ten-digits",
                   test_beta_quantile_is_right_to_ten_digits);
  return g_test_run ();
}

#else

int
main (void)
{
  puts ("1..0 # SKIP r-mathlib is not installed");
  return 77;
}

#endif
