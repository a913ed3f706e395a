/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-firth.h"

#include "core/qs-rng.h"

#include <math.h>

#define N_ROWS 40

/* The oracle: the penalised likelihood from its definition, row by row, with the
 * determinant written out. */
static double
oracle_value (const QsFirthRow *rows, gsize n_rows, const double b[3])
{
  double m[3][3] = { { 0.0 } }, value = 0.0, det;

  for (gsize i = 0; i < n_rows; i++) {
    for (guint t = 0; t < rows[i].times; t++) {
      const double *x = rows[i].x;
      const double  p = 1.0 / (1.0 + exp (-(x[0] * b[0] + x[1] * b[1] + x[2] * b[2])));

      value += rows[i].success ? log (p) : log1p (-p);
      for (guint j = 0; j < 3; j++)
        for (guint k = 0; k < 3; k++)
          m[j][k] += p * (1.0 - p) * x[j] * x[k];
    }
  }

  det = m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
        m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
        m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);

  return value + 0.5 * log (det);
}

/* Derivative of the oracle's value along @direction, by fourth-order differences. */
static double
oracle_slope (const QsFirthRow *rows, gsize n_rows, const double b[3], guint direction)
{
  static const double weights[] = { 1.0, -8.0, 0.0, 8.0, -1.0 };
  const double        h = 1e-3;
  double              slope = 0.0;

  for (int k = -2; k <= 2; k++) {
    double moved[3] = { b[0], b[1], b[2] };

    moved[direction] += k * h;
    slope += weights[k + 2] * oracle_value (rows, n_rows, moved) / (12.0 * h);
  }

  return slope;
}

static void
simulate (QsFirthRow *rows, double slope)
{
  const QsRngKey key = { .seed = 7, .stream = QS_RNG_TEST };

  for (guint i = 0; i < N_ROWS; i++) {
    const double x = qs_rng_uniform (&key, i, 0) * 3.0, group = i % 2;
    const double p = 1.0 / (1.0 + exp (-(-2.0 + slope * x - 0.7 * group)));

    rows[i] = (QsFirthRow){
      .x = { 1.0, x, group },
      .times = i % 3,
      .success = qs_rng_uniform (&key, i, 1) < p,
    };
  }
}

/* The slopes vanish, and no point around is better. */
static void
assert_maximum (const QsFirthRow *rows, gsize n_rows)
{
  const QsRngKey key = { .seed = 8, .stream = QS_RNG_TEST };
  double         fit[QS_FIRTH_MAX];
  const double   value = qs_firth_fit (rows, n_rows, 3, fit);

  g_assert_cmpfloat_with_epsilon (value, oracle_value (rows, n_rows, fit), 1e-10);
  for (guint j = 0; j < 3; j++)
    g_assert_cmpfloat_with_epsilon (oracle_slope (rows, n_rows, fit, j), 0.0, 1e-7);

  for (guint i = 0; i < 1000; i++) {
    const double around[3] = { fit[0] + qs_rng_normal (&key, i, 0),
                               fit[1] + qs_rng_normal (&key, i, 1),
                               fit[2] + qs_rng_normal (&key, i, 2) };

    g_assert_cmpfloat (oracle_value (rows, n_rows, around), <, value);
  }
}

static void
test_finds_the_maximum (void)
{
  QsFirthRow rows[N_ROWS];

  simulate (rows, 1.5);
  assert_maximum (rows, N_ROWS);
}

static void
test_separated_labels_stay_finite (void)
{
  QsFirthRow rows[N_ROWS];

  simulate (rows, 1.5);
  for (guint i = 0; i < N_ROWS; i++)
    rows[i].success = rows[i].x[1] > 1.5;
  assert_maximum (rows, N_ROWS);
}

/* With an intercept alone Firth's estimate is known: (successes + ½) / (n + 1). */
static void
test_intercept_has_closed_form (void)
{
  const QsFirthRow rows[] = {
    { .x = { 1.0 }, .times = 12, .success = FALSE },
    { .x = { 1.0 }, .times = 3, .success = TRUE },
  };
  double fit[QS_FIRTH_MAX];

  qs_firth_fit (rows, 2, 1, fit);
  g_assert_cmpfloat_with_epsilon (fit[0], log (3.5 / 12.5), 1e-9);

  qs_firth_fit (rows, 1, 1, fit);
  g_assert_cmpfloat_with_epsilon (fit[0], log (0.5 / 12.5), 1e-9);
}

static void
test_constant_covariate_is_noticed (void)
{
  QsFirthRow rows[N_ROWS];
  double     fit[QS_FIRTH_MAX];

  simulate (rows, 1.5);
  for (guint i = 0; i < N_ROWS; i++)
    rows[i].x[2] = 1.0;

  g_assert_cmpfloat (qs_firth_fit (rows, N_ROWS, 3, fit), ==, -INFINITY);
  g_assert_true (isfinite (qs_firth_fit (rows, N_ROWS, 2, fit)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/analysis/firth/finds-the-maximum", test_finds_the_maximum);
  g_test_add_func ("/analysis/firth/separated-labels-stay-finite",
                   test_separated_labels_stay_finite);
  g_test_add_func ("/analysis/firth/intercept-has-closed-form",
                   test_intercept_has_closed_form);
  g_test_add_func ("/analysis/firth/constant-covariate-is-noticed",
                   test_constant_covariate_is_noticed);
  return g_test_run ();
}
