/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-draws.h"

#include "core/qs-stats.h"

#include "sample-study.h"

#include <math.h>
#include <string.h>

#define N_DRAWS 200

static GArray *
draw (const QsPkpdStudy    *study,
      const QsPkpdEstimate *estimate,
      guint                 n,
      guint                 n_threads,
      double               *effective_size)
{
  g_autoptr (QsRun)  run = qs_run_new (n_threads, NULL, NULL);
  g_autoptr (GError) error = NULL;
  GArray *draws = qs_pkpd_draws (study, estimate, n, 1, effective_size, run, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (draws->len, ==, n);
  return draws;
}

/* The draws have the estimate's mean and standard errors, up to what the skewness of the
 * likelihood and 200 draws leave open; the same bits from any number of threads. */
static void
test_draws_scatter_like_the_estimate (void)
{
  const QsSaemOptions quick = {
    .seed = 1, .n_chains = 2, .n_explore = 120, .n_smooth = 120
  };
  const QsPkpdStructure      structure = qs_pkpd_structure_default ();
  g_autoptr (QsPkpdStudy)    study = sample_study ();
  g_autoptr (QsRun)          run = qs_run_new (2, NULL, NULL);
  g_autoptr (GError)         error = NULL;
  g_autoptr (QsPkpdEstimate) estimate =
      qs_pkpd_estimate (study, &structure, &quick, run, &error);
  double             effective_size;
  g_autoptr (GArray) draws = draw (study, estimate, N_DRAWS, 2, &effective_size);
  g_autoptr (GArray) again = draw (study, estimate, N_DRAWS, 5, &effective_size);

  g_assert_cmpmem (draws->data, draws->len * sizeof (QsPkpdPopulation), again->data,
                   again->len * sizeof (QsPkpdPopulation));
  g_assert_cmpfloat (effective_size, >, 100.0);
  g_assert_cmpfloat (effective_size, <=, 1000.0);

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

  g_autoptr (GArray) none = draw (study, estimate, 0, 1, &effective_size);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpfloat (effective_size, ==, 0.0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pkpd/draws/scatter", test_draws_scatter_like_the_estimate);

  return g_test_run ();
}
