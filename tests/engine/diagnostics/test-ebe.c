/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-ebe.h"
#include "pkpd/qs-whiten.h"

#include <math.h>
#include <string.h>

/* y = a + b t with normal a and b: everything about it is known in closed form. */
#define N_LOOKS 5
static const double times[N_LOOKS] = { 0.0, 1.0, 2.0, 4.0, 8.0 };
static const double observed[N_LOOKS] = { 10.4, 11.9, 11.1, 15.2, 17.0 };
static const double omega[4] = { 1.0, 0.3, 0.3, 0.5 };
static const double base[2] = { 10.0, 0.5 };
static const double sd = 0.8;

static void
predict_line (const double *eta, double *prediction, gpointer data)
{
  const QsEbeProblem *problem = data;

  for (gsize i = 0; i < problem->n_looks; i++)
    prediction[i] = base[0] + eta[0] + (base[1] + eta[1]) * times[i];
}

static void
predict_growth (const double *eta, double *prediction, gpointer data)
{
  for (guint i = 0; i < N_LOOKS; i++)
    prediction[i] = 10.0 * exp (eta[0]) * exp (0.1 * exp (eta[1]) * times[i]);
}

typedef struct {
  QsPkpdPopulation population;
  QsPkpdLook       looks[N_LOOKS];
  QsEbeProblem     problem;
} Fixture;

static void
fixture_init (Fixture *self, QsEbePredict predict)
{
  memset (self, 0, sizeof *self);
  self->population.sigma_add[QS_ENDPOINT_PK] = sd;
  for (guint i = 0; i < N_LOOKS; i++)
    self->looks[i] =
        (QsPkpdLook){ .at = i, .endpoint = QS_ENDPOINT_PK, .value = observed[i] };
  self->problem = (QsEbeProblem){ .n_effects = 2,
                                  .omega = omega,
                                  .n_looks = N_LOOKS,
                                  .looks = self->looks,
                                  .population = &self->population,
                                  .predict = predict,
                                  .data = &self->problem };
}

static void
invert (const double m[4], double inverse[4])
{
  const double determinant = m[0] * m[3] - m[1] * m[2];

  inverse[0] = m[3] / determinant;
  inverse[1] = -m[1] / determinant;
  inverse[2] = -m[2] / determinant;
  inverse[3] = m[0] / determinant;
}

/* The oracle: η̂ = (GᵀG/σ² + Ω⁻¹)⁻¹ Gᵀ (y − f₀)/σ², with G = (1, t). */
static void
test_linear_mode_is_the_closed_form (void)
{
  Fixture           fixture;
  double            precision[4], covariance[4], right[2] = { 0.0, 0.0 };
  g_autoptr (QsEbe) ebe = NULL;

  fixture_init (&fixture, predict_line);
  ebe = qs_ebe_new (&fixture.problem);

  invert (omega, precision);
  for (guint i = 0; i < N_LOOKS; i++) {
    const double t = times[i], r = observed[i] - base[0] - base[1] * t;

    precision[0] += 1.0 / (sd * sd);
    precision[1] += t / (sd * sd);
    precision[2] += t / (sd * sd);
    precision[3] += t * t / (sd * sd);
    right[0] += r / (sd * sd);
    right[1] += r * t / (sd * sd);
  }
  invert (precision, covariance);

  g_assert_true (ebe->converged);
  g_assert_cmpfloat_with_epsilon (
      ebe->eta[0], covariance[0] * right[0] + covariance[1] * right[1], 1e-6);
  g_assert_cmpfloat_with_epsilon (
      ebe->eta[1], covariance[2] * right[0] + covariance[3] * right[1], 1e-6);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat_with_epsilon (ebe->covariance[i], covariance[i], 1e-6);
}

/* In a linear model the linearisation is exact: the sum of squared residuals is the
 * Mahalanobis distance of y from f₀ under G Ω Gᵀ + σ² I, here by elimination. */
static void
test_linear_residuals_are_the_closed_form (void)
{
  Fixture           fixture;
  double            v[N_LOOKS][N_LOOKS + 1], cwres[N_LOOKS], distance = 0.0, sum = 0.0;
  g_autoptr (QsEbe) ebe = NULL;

  fixture_init (&fixture, predict_line);
  ebe = qs_ebe_new (&fixture.problem);
  g_assert_true (qs_ebe_conditional_residuals (ebe, &fixture.problem, cwres));

  for (guint i = 0; i < N_LOOKS; i++) {
    for (guint j = 0; j < N_LOOKS; j++)
      v[i][j] = omega[0] + omega[1] * (times[i] + times[j]) +
                omega[3] * times[i] * times[j] + (i == j ? sd * sd : 0.0);
    v[i][N_LOOKS] = observed[i] - base[0] - base[1] * times[i];
  }
  /* Gauss elimination: the last column becomes L⁻¹ r up to the pivots' roots. */
  for (guint p = 0; p < N_LOOKS; p++) {
    distance += v[p][N_LOOKS] * v[p][N_LOOKS] / v[p][p];
    for (guint i = p + 1; i < N_LOOKS; i++) {
      const double factor = v[i][p] / v[p][p];

      for (guint j = p; j <= N_LOOKS; j++)
        v[i][j] -= factor * v[p][j];
    }
  }

  for (guint i = 0; i < N_LOOKS; i++)
    sum += cwres[i] * cwres[i];
  g_assert_cmpfloat_with_epsilon (sum, distance, 1e-6);
}

/* The oracle: a search over a fine grid, which knows no derivative. */
static void
test_curved_mode_is_the_lowest_of_a_grid (void)
{
  Fixture           fixture;
  double            prediction[N_LOOKS], best = INFINITY, at[2] = { 0.0, 0.0 };
  g_autoptr (QsEbe) ebe = NULL;

  fixture_init (&fixture, predict_growth);
  fixture.population.sigma_prop[QS_ENDPOINT_PK] = 0.1;
  fixture.looks[1].below_limit = TRUE;
  ebe = qs_ebe_new (&fixture.problem);

  for (double a = -1.0; a <= 1.0; a += 0.005) {
    for (double b = -2.0; b <= 1.0; b += 0.005) {
      const double eta[2] = { a, b };
      const double value = qs_ebe_objective (&fixture.problem, eta, prediction);

      if (value < best) {
        best = value;
        memcpy (at, eta, sizeof at);
      }
    }
  }

  g_assert_true (ebe->converged);
  g_assert_cmpfloat_with_epsilon (ebe->eta[0], at[0], 0.006);
  g_assert_cmpfloat_with_epsilon (ebe->eta[1], at[1], 0.006);
  g_assert_cmpfloat (qs_ebe_objective (&fixture.problem, ebe->eta, prediction), <=, best);
}

static void
test_no_data_leaves_the_effects_alone (void)
{
  Fixture           fixture;
  g_autoptr (QsEbe) ebe = NULL;

  fixture_init (&fixture, predict_line);
  fixture.problem.n_looks = 0;
  ebe = qs_ebe_new (&fixture.problem);

  g_assert_true (ebe->converged);
  g_assert_cmpfloat (ebe->eta[0], ==, 0.0);
  g_assert_cmpfloat_with_epsilon (ebe->covariance[0], omega[0], 1e-9);
  g_assert_cmpfloat_with_epsilon (ebe->covariance[1], omega[1], 1e-9);
}

static void
test_symmetric_root_is_symmetric_and_a_root (void)
{
  static const double covariance[9] = { 4.0, 1.0, 0.5, 1.0, 3.0, -0.7, 0.5, -0.7, 2.0 };
  double              root[9];

  for (guint j = 0; j < 3; j++) {
    double destroyed[9], column[3] = { 0.0, 0.0, 0.0 };

    memcpy (destroyed, covariance, sizeof destroyed);
    column[j] = 1.0;
    g_assert_true (qs_whiten_symmetric (3, destroyed, column));
    for (guint i = 0; i < 3; i++)
      root[i * 3 + j] = column[i];
  }

  for (guint i = 0; i < 3; i++) {
    for (guint j = 0; j < 3; j++) {
      double sum = 0.0; /* R V R = 1 */

      for (guint k = 0; k < 3; k++)
        for (guint l = 0; l < 3; l++)
          sum += root[i * 3 + k] * covariance[k * 3 + l] * root[l * 3 + j];
      g_assert_cmpfloat_with_epsilon (root[i * 3 + j], root[j * 3 + i], 1e-12);
      g_assert_cmpfloat_with_epsilon (sum, i == j ? 1.0 : 0.0, 1e-12);
    }
  }
}

static void
test_what_is_no_covariance_is_told (void)
{
  double symmetric[4] = { 1.0, 2.0, 2.0, 1.0 }, factor[4] = { 1.0, 2.0, 2.0, 1.0 };
  double values[2] = { 1.0, 2.0 };

  g_assert_false (qs_whiten_symmetric (2, symmetric, values));
  g_assert_cmpfloat (values[0], ==, 1.0);
  g_assert_false (qs_whiten_factor (2, factor));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/diagnostics/ebe/linear-mode-is-the-closed-form",
                   test_linear_mode_is_the_closed_form);
  g_test_add_func ("/diagnostics/ebe/linear-residuals-are-the-closed-form",
                   test_linear_residuals_are_the_closed_form);
  g_test_add_func ("/diagnostics/ebe/curved-mode-is-the-lowest-of-a-grid",
                   test_curved_mode_is_the_lowest_of_a_grid);
  g_test_add_func ("/diagnostics/ebe/no-data-leaves-the-effects-alone",
                   test_no_data_leaves_the_effects_alone);
  g_test_add_func ("/diagnostics/ebe/symmetric-root-is-symmetric-and-a-root",
                   test_symmetric_root_is_symmetric_and_a_root);
  g_test_add_func ("/diagnostics/ebe/what-is-no-covariance-is-told",
                   test_what_is_no_covariance_is_told);
  return g_test_run ();
}
