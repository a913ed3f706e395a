/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "data/qs-dataset.h"
#include "data/qs-windows.h"

/* The study of the challenge is not part of the project; its place is told by the
 * environment. */
static QsDataset *
load_estdata (void)
{
  const char        *path = g_getenv ("QUSOP_ESTDATA");
  g_autoptr (GError) error = NULL;
  QsDataset         *dataset;

  if (path == NULL || *path == '\0') {
    g_test_skip ("QUSOP_ESTDATA is not set");
    return NULL;
  }

  dataset = qs_dataset_load (path, NULL, NULL, &error);
  g_assert_no_error (error);

  return dataset;
}

static void
test_real_study_has_its_known_figures (void)
{
  static const double   doses_mg[] = { 0.0, 1.0, 3.0, 10.0 };
  static const guint    attained[] = { 0, 0, 6, 11 };
  g_autoptr (QsDataset) dataset = load_estdata ();
  g_autoptr (GError)    error = NULL;
  QsArm                 arms[8];
  QsStudyFacts          facts;

  if (dataset == NULL)
    return;

  facts = qs_dataset_facts (dataset);
  g_assert_cmpuint (qs_dataset_n_rows (dataset), ==, 2820);
  g_assert_cmpuint (qs_dataset_n_subjects (dataset), ==, 48);
  g_assert_cmpuint (qs_dataset_n_observations (dataset, QS_ENDPOINT_PK), ==, 864);
  g_assert_cmpuint (qs_dataset_n_observations (dataset, QS_ENDPOINT_PD), ==, 1200);
  g_assert_true (qs_dataset_require (dataset, &error));
  g_assert_no_error (error);
  g_assert_true (qs_dataset_mapping_is_certain (dataset));

  g_assert_cmpfloat (facts.window_from_h, ==, 480.0);
  g_assert_cmpfloat (facts.window_to_h, ==, 504.0);
  g_assert_cmpfloat (facts.interval_h, ==, 24.0);
  g_assert_cmpfloat (facts.comed_share, ==, 0.5);
  g_assert_cmpfloat (facts.highest_dose_mg, ==, 10.0);
  g_assert_cmpfloat (facts.bw_low_kg, ==, 51.0);
  g_assert_cmpfloat (facts.bw_high_kg, ==, 100.0);

  g_assert_cmpuint (qs_attainment (dataset, QS_SUCCESS_BELOW, 3.3, arms, 8), ==, 4);
  for (guint i = 0; i < 4; i++) {
    g_assert_cmpfloat (arms[i].dose_mg, ==, doses_mg[i]);
    g_assert_cmpuint (arms[i].n, ==, 12);
    g_assert_cmpuint (arms[i].attained, ==, attained[i]);
  }
}

static void
test_placebo_takes_the_window_of_its_study (void)
{
  g_autoptr (QsDataset) dataset = load_estdata ();
  double                from_h, to_h;

  if (dataset == NULL)
    return;

  g_assert_cmpuint (qs_dataset_subject (dataset, 0)->n_doses, ==, 0);
  g_assert_true (qs_window_of (qs_dataset_subject (dataset, 0), &from_h, &to_h));
  g_assert_cmpfloat (from_h, ==, 480.0);
  g_assert_cmpfloat (to_h, ==, 504.0);
  g_assert_cmpuint (qs_window_points (qs_dataset_subject (dataset, 0), NULL, 0), ==, 7);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data/dataset/real-study-has-its-known-figures",
                   test_real_study_has_its_known_figures);
  g_test_add_func ("/data/dataset/placebo-takes-the-window-of-its-study",
                   test_placebo_takes_the_window_of_its_study);
  return g_test_run ();
}
