/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-draws.h"
#include "pkpd/qs-pkpd-rough.h"
#include "pkpd/qs-pkpd-uncertainty.h"

#include "core/qs-stats.h"

#include "sample-study.h"

#include <math.h>
#include <string.h>

#define N_DRAWS 200
#define FEW_PROPOSALS 256
#define MANY_PROPOSALS 1024

static GArray *
draw (const QsPkpdStudy    *study,
      const QsPkpdEstimate *estimate,
      guint                 n_proposals,
      guint                 n,
      guint64               seed,
      guint                 n_threads,
      double               *effective_size)
{
  g_autoptr (QsRun)  run = qs_run_new (n_threads, NULL, NULL);
  g_autoptr (GError) error = NULL;
  GArray            *draws =
      qs_pkpd_draws (study, estimate, n_proposals, n, seed, effective_size, run, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (draws->len, ==, n);
  return draws;
}

/* One thorough fit serves all. */
typedef struct {
  QsPkpdStudy    *study;
  QsPkpdEstimate *estimate;
} Fixture;

static void
fixture_init (Fixture *self)
{
  const QsSaemOptions quick = {
    .seed = 1, .n_chains = 2, .n_explore = 120, .n_smooth = 120
  };
  const QsPkpdStructure structure = qs_pkpd_structure_default ();
  g_autoptr (QsRun)     run = qs_run_new (2, NULL, NULL);

  self->study = sample_study ();
  self->estimate = qs_pkpd_estimate (self->study, &structure, &quick, run, NULL);
  g_assert_nonnull (self->estimate);
}

/* The draws have the estimate's mean and standard errors, up to what the skewness of the
 * likelihood and 200 draws leave open; the same bits from any number of threads. */
static void
test_draws_scatter_like_the_estimate (gconstpointer data)
{
  const Fixture        *fixture = data;
  const QsPkpdStudy    *study = fixture->study;
  const QsPkpdEstimate *estimate = fixture->estimate;
  double                effective_size;
  g_autoptr (GArray)    draws =
      draw (study, estimate, FEW_PROPOSALS, N_DRAWS, 1, 2, &effective_size);
  g_autoptr (GArray) again =
      draw (study, estimate, FEW_PROPOSALS, N_DRAWS, 1, 5, &effective_size);

  g_assert_cmpmem (draws->data, draws->len * sizeof (QsPkpdPopulation), again->data,
                   again->len * sizeof (QsPkpdPopulation));
  g_assert_cmpfloat (effective_size, >, 25.0);
  g_assert_cmpfloat (effective_size, <=, FEW_PROPOSALS);

  for (guint j = 0; j < estimate->n_coordinates; j++) {
    const QsPkpdCoordinate at = estimate->coordinates[j];
    const double           se = qs_pkpd_estimate_se (estimate, j);
    double                 values[N_DRAWS];

    for (guint i = 0; i < N_DRAWS; i++)
      values[i] =
          qs_pkpd_coordinate_get (&g_array_index (draws, QsPkpdPopulation, i), at);
    g_test_message (
        "%u/%u: mean off by %.2f SE, SD ratio %.2f", at.kind, at.index,
        (qs_mean (values, N_DRAWS) - qs_pkpd_coordinate_get (&estimate->population, at)) /
            se,
        sqrt (qs_variance (values, N_DRAWS)) / se);
    g_assert_cmpfloat_with_epsilon (qs_mean (values, N_DRAWS),
                                    qs_pkpd_coordinate_get (&estimate->population, at),
                                    se);
    g_assert_cmpfloat (sqrt (qs_variance (values, N_DRAWS)), >, 0.6 * se);
    g_assert_cmpfloat (sqrt (qs_variance (values, N_DRAWS)), <, 1.6 * se);
  }

  g_autoptr (GArray) none =
      draw (study, estimate, FEW_PROPOSALS, 0, 1, 1, &effective_size);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpfloat (effective_size, ==, 0.0);
}

/* Doses by rule of thumb of the draws, in order. */
static void
rough_doses (const Fixture *fixture, guint64 seed, double *values)
{
  double                  effective_size;
  g_autoptr (GArray)      draws = draw (fixture->study, fixture->estimate, MANY_PROPOSALS,
                                        N_DRAWS, seed, 2, &effective_size);
  g_autoptr (QsPkpdRough) rough =
      qs_pkpd_rough_new (fixture->study, fixture->estimate, 1);

  for (guint i = 0; i < N_DRAWS; i++) {
    double log_dose[QS_PKPD_N_ROUGH];

    qs_pkpd_rough_log_dose (rough, &g_array_index (draws, QsPkpdPopulation, i), log_dose);
    values[i] = log_dose[1];
  }
  qs_sort (values, N_DRAWS);
}

/* Beyond the ends of one seed's interval lie five draws of two hundred; of another seed's
 * as many, where those of random draws would differ from that by 3.1 (root mean square).
 */
static void
test_ends_of_intervals_hardly_depend_on_the_seed (gconstpointer data)
{
  double first[N_DRAWS], other[N_DRAWS], sum = 0.0;
  guint  n = 0;

  rough_doses (data, 1, first);
  for (guint64 seed = 2; seed <= 3; seed++) {
    const double low = qs_quantile_sorted (first, N_DRAWS, 0.025);
    const double high = qs_quantile_sorted (first, N_DRAWS, 0.975);
    guint        below = 0, above = 0;

    rough_doses (data, seed, other);
    for (guint i = 0; i < N_DRAWS; i++) {
      below += other[i] < low;
      above += other[i] > high;
    }
    g_test_message ("%u below, %u above", below, above);
    sum += (below - 5.0) * (below - 5.0) + (above - 5.0) * (above - 5.0);
    n += 2;
  }

  g_assert_cmpfloat (sqrt (sum / n), <, 2.2);
}

/* The same people under a structure with one effect more, as a short run might leave it.
 */
static QsPkpdEstimate *
rival_of (const Fixture *fixture)
{
  QsPkpdEstimate *rival = g_new0 (QsPkpdEstimate, 1);

  rival->structure = fixture->estimate->structure;
  rival->structure.bw |= 1u << QS_PKPD_CL;
  rival->population = fixture->estimate->population;
  rival->mean = g_memdup2 (fixture->estimate->mean, fixture->study->n_persons *
                                                        QS_PKPD_N_PARAMETERS *
                                                        sizeof *fixture->estimate->mean);
  return rival;
}

/* A structure with one parameter more, which nothing in the study speaks for or against,
 * has as many draws as its weight by BIC says. */
static void
test_structures_that_tie_share_the_draws (gconstpointer data)
{
  const Fixture           *fixture = data;
  const QsPkpdStudy       *study = fixture->study;
  const QsPkpdEstimate    *estimate = fixture->estimate;
  const QsCandidate        candidates[] = { { .name = "self" }, { .name = "RIVAL" } };
  g_autoptr (QsRun)        run = qs_run_new (2, NULL, NULL);
  g_autoptr (QsPkpdSearch) search = g_new0 (QsPkpdSearch, 1);
  g_autoptr (QsPkpdUncertainty) shared = NULL;
  g_autoptr (GError)            error = NULL;
  QsPkpdRival                   rival = { .candidate = 1 };
  const QsPkpdShare            *one;
  g_autofree char              *told = NULL;
  double                        weight;

  rival.estimate = rival_of (fixture);
  search->candidates = g_array_new (FALSE, TRUE, sizeof (QsCandidate));
  search->rivals = g_array_new (FALSE, TRUE, sizeof (QsPkpdRival));
  g_array_append_vals (search->candidates, candidates, 2);
  g_array_append_val (search->rivals, rival);

  shared = qs_pkpd_uncertainty_new (study, estimate, search, QS_UNCERTAINTY_LIKELIHOOD,
                                    40, 1, run, &error);
  g_assert_no_error (error);
  g_test_message ("%s", shared->sentence);
  g_assert_cmpuint (shared->shares->len, ==, 1);
  one = &g_array_index (shared->shares, QsPkpdShare, 0);
  weight = exp (-0.5 * one->difference);
  told = g_strdup_printf ("%u of 40 draws come from RIVAL, whose BIC", one->draws->len);

  g_assert_cmpuint (shared->draws->len + one->draws->len, ==, 40);
  g_assert_cmpuint (one->draws->len, ==, (guint) (40.0 * weight / (1.0 + weight)));
  g_assert_cmpfloat (fabs (one->difference), <, 6.0);
  g_assert_nonnull (strstr (shared->sentence, told));
  for (guint i = 0; i < one->draws->len; i++)
    g_assert_cmpfloat (
        g_array_index (one->draws, QsPkpdPopulation, i).beta_bw[QS_PKPD_CL], !=, 0.0);
  for (guint i = 0; i < shared->draws->len; i++)
    g_assert_cmpfloat (
        g_array_index (shared->draws, QsPkpdPopulation, i).beta_bw[QS_PKPD_CL], ==, 0.0);
}

int
main (int argc, char *argv[])
{
  Fixture fixture;
  int     status;

  g_test_init (&argc, &argv, NULL);
  fixture_init (&fixture);
  g_test_add_data_func ("/pkpd/draws/scatter", &fixture,
                        test_draws_scatter_like_the_estimate);
  g_test_add_data_func ("/pkpd/draws/seeds", &fixture,
                        test_ends_of_intervals_hardly_depend_on_the_seed);
  g_test_add_data_func ("/pkpd/draws/shares", &fixture,
                        test_structures_that_tie_share_the_draws);

  status = g_test_run ();
  qs_pkpd_estimate_free (fixture.estimate);
  qs_pkpd_study_free (fixture.study);
  return status;
}
