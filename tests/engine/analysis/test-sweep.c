/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-sweep.h"

#include "data/qs-windows.h"
#include "study-csv.h"

static double
true_log_response (double dose_mg_per_kg, guint comed)
{
  return log (9.0) - 0.3 * comed - log1p (dose_mg_per_kg / 0.03);
}

static void
assert_as_counted_one_by_one (const QsDataset *dataset, QsSuccess success)
{
  g_autoptr (QsSweep) sweep = qs_sweep_new (dataset, success, 0.5, 12.0, 47);
  QsArm               arms[8];

  g_assert_cmpuint (sweep->n_arms, ==, 4);
  g_assert_cmpfloat (sweep->thresholds_ng_ml[0], ==, 0.5);
  g_assert_cmpfloat (sweep->thresholds_ng_ml[46], ==, 12.0);
  for (gsize t = 0; t < sweep->n_thresholds; t++) {
    g_assert_cmpuint (
        qs_attainment (dataset, success, sweep->thresholds_ng_ml[t], arms, 8), ==, 4);
    for (gsize a = 0; a < 4; a++) {
      g_assert_cmpfloat (sweep->doses_mg[a], ==, arms[a].dose_mg);
      g_assert_cmpuint (sweep->n[a], ==, arms[a].n);
      g_assert_cmpuint (sweep->attained[t * 4 + a], ==, arms[a].attained);
    }
  }
  /* Not everybody succeeds at every threshold, or this would say nothing. */
  g_assert_cmpuint (sweep->attained[0], !=, sweep->attained[46 * 4]);
}

static void
test_every_threshold_counts_as_alone (void)
{
  const StudyOptions    options = { .n_per_arm = 9,
                                    .n_points = 5,
                                    .log_response = true_log_response,
                                    .omega = 0.3,
                                    .sigma = 0.1,
                                    .has_comed = TRUE,
                                    .seed = 5 };
  g_autoptr (QsDataset) dataset = study_new (&options);

  assert_as_counted_one_by_one (dataset, QS_SUCCESS_BELOW);
  assert_as_counted_one_by_one (dataset, QS_SUCCESS_ABOVE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sweep/every-threshold-counts-as-alone",
                   test_every_threshold_counts_as_alone);
  return g_test_run ();
}
