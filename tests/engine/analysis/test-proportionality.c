/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-proportionality.h"

#include "core/qs-error.h"
#include "core/qs-rng.h"

#include <math.h>

/* Logarithms to base 2: x = 0 … 4, y = 0, 1, 1, 3, 4, so the slope is 10 / 10. */
static void
test_line_is_the_one_of_the_textbook (void)
{
  const double      dose_mg[] = { 1.0, 2.0, 4.0, 8.0, 16.0, 0.0, 5.0 };
  const double      auc[] = { 1.0, 2.0, 2.0, 8.0, 16.0, 3.0, NAN };
  QsProportionality line;

  g_assert_true (qs_proportionality_fit (&line, dose_mg, auc, 7, NULL));
  g_assert_cmpuint (line.n_subjects, ==, 5);
  g_assert_cmpfloat (line.low_dose_mg, ==, 1.0);
  g_assert_cmpfloat (line.high_dose_mg, ==, 16.0);
  g_assert_cmpfloat (fabs (line.slope - 1.0), <, 1e-12);
  /* Residuals 0.2, 0.2, −0.8, 0.2, 0.2: variance 0.8 / 3, over Σxx = 10. */
  g_assert_cmpfloat (fabs (line.se - sqrt (0.8 / 3.0 / 10.0)), <, 1e-12);
  /* Student's t with 3 degrees of freedom: 3.182446 and 2.353363 (Fisher & Yates). */
  g_assert_cmpfloat (fabs ((line.high95 - 1.0) / line.se - 3.182446), <, 1e-6);
  g_assert_cmpfloat (fabs ((1.0 - line.low90) / line.se - 2.353363), <, 1e-6);
  g_assert_cmpfloat (fabs (line.limit_low - (1.0 - log2 (1.25) / 4.0)), <, 1e-12);
  g_assert_cmpfloat (fabs (line.limit_high - (1.0 + log2 (1.25) / 4.0)), <, 1e-12);
  g_assert_cmpint (line.verdict, ==, QS_PROPORTIONALITY_INCONCLUSIVE);
}

static QsProportionalityVerdict
verdict_of (double slope, double noise)
{
  enum { N = 60 };
  const QsRngKey    key = { .seed = 2, .stream = QS_RNG_TEST };
  double            dose_mg[N], auc[N];
  QsProportionality line;

  for (guint i = 0; i < N; i++) {
    dose_mg[i] = (const double[]){ 1.0, 3.0, 10.0 }[i % 3];
    auc[i] = 7.0 * pow (dose_mg[i], slope) * exp (noise * qs_rng_normal (&key, i, 0));
  }

  g_assert_true (qs_proportionality_fit (&line, dose_mg, auc, N, NULL));
  return line.verdict;
}

static void
test_verdict_follows_the_interval (void)
{
  g_assert_cmpint (verdict_of (1.0, 0.1), ==, QS_PROPORTIONALITY_YES);
  g_assert_cmpint (verdict_of (0.7, 0.1), ==, QS_PROPORTIONALITY_NO);
  g_assert_cmpint (verdict_of (1.4, 0.1), ==, QS_PROPORTIONALITY_NO);
  g_assert_cmpint (verdict_of (1.0, 2.0), ==, QS_PROPORTIONALITY_INCONCLUSIVE);
}

static void
test_one_dose_is_too_few (void)
{
  const double       dose_mg[] = { 5.0, 5.0, 5.0, 5.0 }, auc[] = { 1.0, 2.0, 3.0, 4.0 };
  QsProportionality  line;
  g_autoptr (GError) error = NULL;

  g_assert_false (qs_proportionality_fit (&line, dose_mg, auc, 4, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_TOO_FEW);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/analysis/proportionality/line-is-the-one-of-the-textbook",
                   test_line_is_the_one_of_the_textbook);
  g_test_add_func ("/analysis/proportionality/verdict-follows-the-interval",
                   test_verdict_follows_the_interval);
  g_test_add_func ("/analysis/proportionality/one-dose-is-too-few",
                   test_one_dose_is_too_few);

  return g_test_run ();
}
