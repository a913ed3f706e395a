/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "core/qs-rng.h"
#include "nn/qs-reml.h"

#include <math.h>
#include <string.h>

#define N_SUBJECTS 6
#define N_RESIDUALS 30

typedef struct {
  double        values[N_RESIDUALS];
  guint         subject[N_RESIDUALS];
  guint         n;
  QsRemlSubject summaries[N_SUBJECTS];
} Study;

/* Unequal numbers of residuals: 2, 3, … 7; 27 in all. */
static void
study_fill (Study *study, double omega, double sigma, guint32 replicate)
{
  const QsRngKey key = { 11, QS_RNG_TEST, replicate };

  study->n = 0;
  for (guint i = 0; i < N_SUBJECTS; i++) {
    const double effect = omega * qs_rng_normal (&key, i, 100);
    const guint  first = study->n;

    for (guint j = 0; j < i + 2; j++) {
      study->subject[study->n] = i;
      study->values[study->n++] = 0.3 + effect + sigma * qs_rng_normal (&key, i, j);
    }
    study->summaries[i] = qs_reml_subject (study->values + first, i + 2);
  }
}

/* Solves a x = b for two right-hand sides by Gaussian elimination without pivoting (a is
 * positive definite); returns log |a|. */
static double
solve (double a[N_RESIDUALS][N_RESIDUALS], double b[N_RESIDUALS][2], guint n)
{
  double log_det = 0.0;

  for (guint k = 0; k < n; k++) {
    log_det += log (a[k][k]);
    for (guint i = k + 1; i < n; i++) {
      const double factor = a[i][k] / a[k][k];

      for (guint j = k; j < n; j++)
        a[i][j] -= factor * a[k][j];
      b[i][0] -= factor * b[k][0];
      b[i][1] -= factor * b[k][1];
    }
  }

  for (guint k = n; k-- > 0;) {
    for (guint c = 0; c < 2; c++) {
      for (guint j = k + 1; j < n; j++)
        b[k][c] -= a[k][j] * b[j][c];
      b[k][c] /= a[k][k];
    }
  }

  return log_det;
}

/* The oracle: −2 log restricted likelihood from the whole covariance matrix V,
 * log |V| + log |X' V⁻¹ X| + (y − X m)' V⁻¹ (y − X m), with X a column of ones. */
static double
dense_deviance (const Study *study, double omega, double sigma)
{
  double v[N_RESIDUALS][N_RESIDUALS], x[N_RESIDUALS][2];
  double log_det, information = 0.0, score = 0.0, mean, squares = 0.0;

  for (guint i = 0; i < study->n; i++) {
    for (guint j = 0; j < study->n; j++)
      v[i][j] = (study->subject[i] == study->subject[j] ? omega * omega : 0.0) +
                (i == j ? sigma * sigma : 0.0);
    x[i][0] = 1.0;
    x[i][1] = study->values[i];
  }

  log_det = solve (v, x, study->n);
  for (guint i = 0; i < study->n; i++) {
    information += x[i][0];
    score += x[i][1];
  }
  mean = score / information;
  for (guint i = 0; i < study->n; i++)
    squares += (study->values[i] - mean) * (x[i][1] - mean * x[i][0]);

  return log_det + log (information) + squares;
}

static void
test_finds_the_minimum_of_the_dense_likelihood (void)
{
  for (guint32 replicate = 0; replicate < 5; replicate++) {
    Study  study;
    QsReml fit;
    double lowest;

    study_fill (&study, 0.5, 0.2, replicate);
    g_assert_true (qs_reml_fit (study.summaries, NULL, N_SUBJECTS, &fit, NULL));
    lowest = dense_deviance (&study, fit.omega, fit.sigma);

    for (gint i = -1; i <= 1; i += 2) {
      for (double step = 1e-3; step < 0.5; step *= 10.0) {
        g_assert_cmpfloat (
            dense_deviance (&study, fit.omega * (1.0 + i * step), fit.sigma), >, lowest);
        g_assert_cmpfloat (
            dense_deviance (&study, fit.omega, fit.sigma * (1.0 + i * step)), >, lowest);
      }
    }
  }
}

static void
test_counts_a_subject_as_often_as_drawn (void)
{
  const guint   times[N_SUBJECTS] = { 2, 0, 1, 3, 1, 1 };
  QsRemlSubject repeated[8];
  Study         study;
  QsReml        weighted, listed;
  guint         n = 0;

  study_fill (&study, 0.4, 0.3, 7);
  for (guint i = 0; i < N_SUBJECTS; i++) {
    for (guint k = 0; k < times[i]; k++)
      repeated[n++] = study.summaries[i];
  }

  g_assert_true (qs_reml_fit (study.summaries, times, N_SUBJECTS, &weighted, NULL));
  g_assert_true (qs_reml_fit (repeated, NULL, n, &listed, NULL));
  g_assert_cmpfloat_with_epsilon (weighted.omega, listed.omega, 1e-7);
  g_assert_cmpfloat_with_epsilon (weighted.sigma, listed.sigma, 1e-7);
}

static void
test_without_subject_effect_omega_is_zero (void)
{
  const double  residuals[] = { -1.0, 1.0, -0.5, 0.5 };
  QsRemlSubject subjects[] = { qs_reml_subject (residuals, 4),
                               qs_reml_subject (residuals, 4),
                               qs_reml_subject (residuals, 4) };
  QsReml        fit;

  g_assert_true (qs_reml_fit (subjects, NULL, 3, &fit, NULL));
  g_assert_cmpfloat (fit.omega, ==, 0.0);
}

static void
test_too_few_subjects_are_refused (void)
{
  const double       residuals[] = { 0.1, 0.2 };
  QsRemlSubject      subjects[] = { qs_reml_subject (residuals, 1),
                                    qs_reml_subject (residuals + 1, 1) };
  g_autoptr (GError) one = NULL, single = NULL;
  QsReml             fit;

  g_assert_false (qs_reml_fit (subjects, NULL, 1, &fit, &one));
  g_assert_error (one, QS_ERROR, QS_ERROR_TOO_FEW);
  g_assert_false (qs_reml_fit (subjects, NULL, 2, &fit, &single));
  g_assert_error (single, QS_ERROR, QS_ERROR_TOO_FEW);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/nn/reml/finds-the-minimum-of-the-dense-likelihood",
                   test_finds_the_minimum_of_the_dense_likelihood);
  g_test_add_func ("/nn/reml/counts-a-subject-as-often-as-drawn",
                   test_counts_a_subject_as_often_as_drawn);
  g_test_add_func ("/nn/reml/without-subject-effect-omega-is-zero",
                   test_without_subject_effect_omega_is_zero);
  g_test_add_func ("/nn/reml/too-few-subjects-are-refused",
                   test_too_few_subjects_are_refused);

  return g_test_run ();
}
