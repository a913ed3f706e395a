/* SPDX-License-Identifier: Apache-2.0 */
/* Between-subject effects that are correlated. */
#include "core/qs-rng.h"
#include "pkpd/qs-pkpd-estimate.h"
#include "pkpd/qs-pkpd-predictor.h"
#include "pkpd/qs-study.h"

#include <math.h>
#include <string.h>

#define N QS_PKPD_N_PARAMETERS
#define CL_V QS_PKPD_PAIR (QS_PKPD_V, QS_PKPD_CL)

static const double true_correlation = 0.8;

/* Four doses to 32 people, whose clearance and volume go together. */
static QsPkpdStudy *
small_study (void)
{
  static const double doses_mg[] = { 3.0, 10.0 };
  static const double times_h[] = { 0, 2, 8, 24, 73, 76, 84, 96, 144, 240 };
  QsTruth             truth = qs_truth_default ();
  g_autoptr (GError)  error = NULL;
  QsPkpdStudy        *study;
  char               *csv;

  truth.n_compartments = 1;
  truth.n_arms = G_N_ELEMENTS (doses_mg);
  memcpy (truth.doses_mg, doses_mg, sizeof doses_mg);
  truth.n_times = G_N_ELEMENTS (times_h);
  memcpy (truth.times_h, times_h, sizeof times_h);
  truth.n_per_arm = 16;
  truth.n_doses = 4;
  truth.corr_cl_v = true_correlation;
  csv = qs_study_csv (&truth, 5);

  g_autoptr (GBytes)    bytes = g_bytes_new_take (csv, strlen (csv));
  g_autoptr (QsDataset) dataset =
      qs_dataset_parse (bytes, "study.csv", NULL, NULL, &error);
  g_assert_no_error (error);
  study = qs_pkpd_study_new (dataset, &error);
  g_assert_no_error (error);

  return study;
}

static QsPkpdStructure
small_structure (gboolean correlated)
{
  QsPkpdStructure structure = qs_pkpd_structure_default ();

  structure.n_compartments = 1;
  structure.imax_estimated = FALSE;
  structure.eta = 1u << QS_PKPD_CL | 1u << QS_PKPD_V | 1u << QS_PKPD_R0;
  structure.correlated = correlated;
  return structure;
}

static QsPkpdEstimate *
fit (const QsPkpdStudy *study, gboolean correlated, guint n_threads)
{
  const QsPkpdEffort effort = {
    .saem = { .seed = 1, .n_chains = 1, .n_explore = 80, .n_smooth = 60 },
    .n_polish = 3,
    .n_polish_samples = 128,
    .n_final_samples = 512,
    .n_final_slopes = 512,
  };
  const QsPkpdStructure  structure = small_structure (correlated);
  const QsPkpdPopulation start = qs_pkpd_start (study, &structure);
  g_autoptr (QsRun)      run = qs_run_new (n_threads, NULL, NULL);
  g_autoptr (GError)     error = NULL;
  QsPkpdEstimate        *estimate =
      qs_pkpd_estimate_from (study, &structure, &start, &effort, run, &error);

  g_assert_no_error (error);
  return estimate;
}

/* The truth within two standard errors; what is not there is within them of zero; and the
 * likelihood is higher by more than the three correlations' chance. */
static void
test_a_correlation_is_found (void)
{
  g_autoptr (QsPkpdStudy)    study = small_study ();
  g_autoptr (QsPkpdEstimate) full = fit (study, TRUE, 2);
  g_autoptr (QsPkpdEstimate) again = fit (study, TRUE, 3);
  g_autoptr (QsPkpdEstimate) diagonal = fit (study, FALSE, 2);
  guint                      n_correlations = 0;

  g_assert_cmpmem (&full->population, sizeof full->population, &again->population,
                   sizeof again->population);
  g_assert_nonnull (full->covariance);
  g_assert_cmpuint (full->n_coordinates, ==, diagonal->n_coordinates + 3);
  g_test_message ("-2LL %.1f, diagonal %.1f; gradient %.2f", full->minus2ll,
                  diagonal->minus2ll, full->gradient_size);
  g_assert_cmpfloat (diagonal->minus2ll - full->minus2ll, >, 12.0);
  g_assert_cmpfloat (full->bic, <, diagonal->bic);

  for (guint j = 0; j < full->n_coordinates; j++) {
    const QsPkpdCoordinate at = full->coordinates[j];
    const double           se = qs_pkpd_estimate_se (full, j);
    const double           z = qs_pkpd_coordinate_get (&full->population, at);

    if (at.kind != QS_COORDINATE_CORRELATION)
      continue;
    n_correlations++;
    g_test_message ("%u with %u: %.3f, z ± %.2f", at.index, at.other, tanh (z), se);
    g_assert_cmpfloat (se, <, 0.35);
    g_assert_cmpfloat_with_epsilon (
        z,
        at.index == QS_PKPD_V && at.other == QS_PKPD_CL ? atanh (true_correlation) : 0.0,
        2.5 * se);
  }
  g_assert_cmpuint (n_correlations, ==, 3);
}

/* Scores of variances and correlations are the slopes of the very likelihood that is
 * sampled, to the accuracy of differences; the information is its curvature but for what
 * has mean zero. */
static void
test_scores_are_slopes_of_the_likelihood (void)
{
  g_autoptr (QsPkpdStudy) study = small_study ();
  g_autoptr (QsRun)       run = qs_run_new (2, NULL, NULL);
  const QsPkpdStructure   structure = small_structure (TRUE);
  const QsPkpdPopulation  start = qs_pkpd_start (study, &structure);
  const QsSaemOptions     options = {
        .seed = 3, .n_chains = 1, .n_explore = 50, .n_smooth = 30
  };
  g_autoptr (QsSaemFit) saem =
      qs_saem_fit (study, &structure, &start, &options, run, NULL);
  g_autoptr (QsPkpdMarginal) marginal =
      qs_pkpd_marginal_new (study, saem, 200, 200, 1, run, NULL);
  QsPkpdCoordinate   at[QS_PKPD_MAX_COORDINATES];
  const guint        n = qs_pkpd_coordinates (&saem->structure, &saem->population, at);
  g_autofree double *gradient = g_new (double, n);
  g_autofree double *information = g_new (double, n *n);
  const double       centre =
      qs_pkpd_marginal_minus2ll (marginal, &saem->population, run, NULL);
  guint n_held = 0;

  qs_pkpd_marginal_information (marginal, run, gradient, information);
  for (guint j = 0; j < n; j++) {
    const double     x = qs_pkpd_coordinate_get (&saem->population, at[j]), h = 1e-3;
    QsPkpdPopulation moved = saem->population;
    double           above, below;

    for (guint k = 0; k < n; k++)
      g_assert_cmpfloat_with_epsilon (information[j * n + k], information[k * n + j],
                                      1e-6 * (1.0 + fabs (information[j * n + k])));
    if (!(at[j].kind <= QS_COORDINATE_CORRELATION &&
          (structure.eta & (1u << at[j].index))))
      continue;

    n_held++;
    qs_pkpd_coordinate_set (&moved, at[j], x + h);
    above = qs_pkpd_marginal_minus2ll (marginal, &moved, run, NULL);
    qs_pkpd_coordinate_set (&moved, at[j], x - h);
    below = qs_pkpd_marginal_minus2ll (marginal, &moved, run, NULL);
    g_test_message ("%u/%u: slope %.4f and %.4f, curvature %.2f and %.2f", at[j].kind,
                    at[j].index, gradient[j], -0.25 * (above - below) / h,
                    information[j * n + j], 0.5 * (above - 2.0 * centre + below) / h / h);
    g_assert_cmpfloat_with_epsilon (gradient[j], -0.25 * (above - below) / h,
                                    1e-3 * (1.0 + fabs (gradient[j])));
    g_assert_cmpfloat_with_epsilon (information[j * n + j],
                                    0.5 * (above - 2.0 * centre + below) / h / h,
                                    0.3 * fabs (information[j * n + j]));
  }
  g_assert_cmpuint (n_held, ==, 10);
}

/* Virtual subjects have the model's correlation and their critical doses follow. */
static void
test_virtual_subjects_are_correlated (void)
{
  enum { N_PEOPLE = 4000 };
  const QsRngKey          key = { .seed = 4, .stream = QS_RNG_TEST };
  const QsPkpdStructure   structure = small_structure (TRUE);
  QsPkpdPopulation        population = { .sigma_prop = { 0.1, 0.1 } };
  g_autoptr (QsPredictor) predictor = NULL;
  double                  sums[3] = { 0.0 };

  for (guint i = 0; i < N; i++)
    population.omega2[i] = 0.09;
  population.correlation[CL_V] = true_correlation;
  g_assert_true (qs_pkpd_population_validate (&structure, &population, NULL));
  predictor = qs_pkpd_predictor_new (&structure, &population);

  for (guint32 i = 0; i < N_PEOPLE; i++) {
    float          latent[N];
    QsPkParameters pk;
    QsPdParameters pd;

    for (guint k = 0; k < N; k++)
      latent[k] = (float) qs_rng_normal (&key, i, k);
    qs_pkpd_predictor_person (predictor, 70.0, 0, latent, &pk, &pd);
    sums[0] += log (pk.cl) * log (pk.cl);
    sums[1] += log (pk.v) * log (pk.v);
    sums[2] += log (pk.cl) * log (pk.v);
  }
  g_assert_cmpfloat_with_epsilon (sums[0] / N_PEOPLE, 0.09, 0.01);
  g_assert_cmpfloat_with_epsilon (sums[1] / N_PEOPLE, 0.09, 0.01);
  g_assert_cmpfloat_with_epsilon (sums[2] / sqrt (sums[0] * sums[1]), true_correlation,
                                  0.03);

  population.correlation[QS_PKPD_PAIR (QS_PKPD_R0, QS_PKPD_CL)] = 0.9;
  population.correlation[QS_PKPD_PAIR (QS_PKPD_R0, QS_PKPD_V)] = -0.9;
  g_assert_false (qs_pkpd_population_validate (&structure, &population, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/omega/found", test_a_correlation_is_found);
  g_test_add_func ("/omega/slopes", test_scores_are_slopes_of_the_likelihood);
  g_test_add_func ("/omega/virtual", test_virtual_subjects_are_correlated);

  return g_test_run ();
}
