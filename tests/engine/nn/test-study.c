/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "nn/qs-lstm-residuals.h"

#include <math.h>

/* @n_subjects subjects with doses at 0 and 24 h; subject 1 is seen at 26, 30 and 40 h,
 * the others at 24 and 48 h. */
static QsDataset *
make_dataset (guint n_subjects)
{
  g_autoptr (GString) csv =
      g_string_new ("ID,BW,COMED,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID\n");
  g_autoptr (GBytes) bytes = NULL;
  QsDataset         *dataset;
  GError            *error = NULL;

  for (guint i = 1; i <= n_subjects; i++) {
    g_string_append_printf (csv, "%u,50,%u,%u,0,.,1,1,%u,1,.\n", i, i % 2, i, i);
    g_string_append_printf (csv, "%u,50,%u,%u,24,.,1,1,%u,1,.\n", i, i % 2, i, i);

    if (i == 1) {
      g_string_append (csv, "1,50,1,1,26,2,0,0,0,3,2\n");
      g_string_append (csv, "1,50,1,1,30,4,0,0,0,3,2\n1,50,1,1,40,8,0,0,0,3,2\n");
    } else {
      g_string_append_printf (csv, "%u,50,%u,%u,24,5,0,0,0,3,2\n", i, i % 2, i);
      g_string_append_printf (csv, "%u,50,%u,%u,48,6,0,0,0,3,2\n", i, i % 2, i);
    }
  }

  bytes = g_bytes_new (csv->str, csv->len);
  dataset = qs_dataset_parse (bytes, "study.csv", NULL, NULL, &error);
  g_assert_no_error (error);
  return dataset;
}

/* Log biomarker of subject 1 at @hour of its last window, from the definition. */
static double
expected (double hour)
{
  if (hour <= 2.0)
    return log (2.0);
  if (hour <= 6.0)
    return log (2.0) + (hour - 2.0) / 4.0 * (log (4.0) - log (2.0));
  if (hour <= 16.0)
    return log (4.0) + (hour - 6.0) / 10.0 * (log (8.0) - log (4.0));
  return log (8.0);
}

static void
test_labels_join_the_logarithms (void)
{
  g_autoptr (QsDataset)   dataset = make_dataset (9);
  g_autoptr (QsLstmStudy) study = qs_lstm_study_new (dataset, NULL);

  g_assert_cmpuint (study->n_members, ==, 9);
  g_assert_cmpuint (study->n_observations, ==, 3 + 8 * 2);
  g_assert_cmpfloat (study->interval_h, ==, 24.0);
  g_assert_cmpfloat (study->dose_scale_mg_per_kg, ==, 1.0 / 50.0);
  g_assert_cmpfloat (study->curves[3].dose_mg_per_kg, ==, 4.0 / 50.0);
  g_assert_cmpfloat (study->curves[3].comed, ==, 0.0);

  for (guint t = 0; t < QS_LSTM_N_STEPS; t++)
    g_assert_cmpfloat_with_epsilon (study->curves[0].log_response[t],
                                    expected (24.0 * t / 23.0), 1e-12);
}

static void
test_residuals_are_taken_at_true_times (void)
{
  g_autoptr (QsDataset)   dataset = make_dataset (9);
  g_autoptr (QsLstmStudy) study = qs_lstm_study_new (dataset, NULL);
  QsLstmTrajectory        predicted[9];
  QsRemlSubject           subjects[9];
  const double            at[] = { 2.0, 6.0, 16.0 };
  double                  mean = 0.0, squares = 0.0;

  /* log R rises by 0.1 an hour in every prediction. */
  for (guint i = 0; i < 9; i++) {
    for (guint t = 0; t < QS_LSTM_N_STEPS; t++)
      predicted[i][t] = 2.4 * t / 23.0;
  }
  qs_lstm_residuals (study, predicted, subjects);

  for (guint j = 0; j < 3; j++)
    mean += (log (pow (2.0, j + 1)) - 0.1 * at[j]) / 3.0;
  for (guint j = 0; j < 3; j++)
    squares += pow (log (pow (2.0, j + 1)) - 0.1 * at[j] - mean, 2.0);

  g_assert_cmpuint (subjects[0].n, ==, 3);
  g_assert_cmpfloat_with_epsilon (subjects[0].mean, mean, 1e-12);
  g_assert_cmpfloat_with_epsilon (subjects[0].squares, squares, 1e-12);
  g_assert_cmpuint (subjects[8].n, ==, 2);
}

static void
test_accuracy_counts_whom_it_is_told (void)
{
  g_autoptr (QsDataset)   dataset = make_dataset (9);
  g_autoptr (QsLstmStudy) study = qs_lstm_study_new (dataset, NULL);
  gboolean                counts[9] = { TRUE };
  QsLstmTrajectory        predicted[9] = { 0 };
  QsLstmAccuracy          accuracy;

  /* Everyone is predicted 1 ng/mL; subject 1 has 2, 4 and 8. */
  accuracy = qs_lstm_accuracy (study, predicted, counts);

  g_assert_cmpuint (accuracy.n, ==, 3);
  g_assert_cmpfloat_with_epsilon (accuracy.rmse_ng_ml, sqrt ((1.0 + 9.0 + 49.0) / 3.0),
                                  1e-12);
  g_assert_cmpfloat_with_epsilon (accuracy.r_squared, 1.0 - 59.0 / (56.0 / 3.0), 1e-12);
}

static void
test_too_few_subjects_are_refused (void)
{
  g_autoptr (QsDataset) dataset = make_dataset (7);
  g_autoptr (GError)    error = NULL;

  g_assert_null (qs_lstm_study_new (dataset, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_TOO_FEW);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/nn/study/labels-join-the-logarithms",
                   test_labels_join_the_logarithms);
  g_test_add_func ("/nn/study/residuals-are-taken-at-true-times",
                   test_residuals_are_taken_at_true_times);
  g_test_add_func ("/nn/study/accuracy-counts-whom-it-is-told",
                   test_accuracy_counts_whom_it_is_told);
  g_test_add_func ("/nn/study/too-few-subjects-are-refused",
                   test_too_few_subjects_are_refused);

  return g_test_run ();
}
