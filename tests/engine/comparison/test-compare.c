/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-compare.h"
#include "core/qs-error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Sixteen subjects of the bundled study, four per arm; @altered is the ID of one whose
 * biomarker is ten times what it was, 0 for nobody. */
static QsDataset *
small_study (int altered)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *path = g_test_build_filename (G_TEST_DIST, "..", "data", "sample",
                                                   "sample-study.csv", NULL);
  g_autofree char   *text = NULL;
  g_auto (GStrv)     lines = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GString           *kept = g_string_new (NULL);
  QsDataset         *dataset;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
    g_auto (GStrv)   cells = g_strsplit (lines[i], ",", -1);
    const int        id = atoi (cells[0]);
    g_autofree char *line = NULL;

    if (i > 0 && (id - 1) % 3 != 0)
      continue;
    if (id == altered && strcmp (cells[10], "2") == 0) {
      char number[G_ASCII_DTOSTR_BUF_SIZE];

      g_ascii_dtostr (number, sizeof number, 10.0 * g_ascii_strtod (cells[5], NULL));
      g_free (cells[5]);
      cells[5] = g_strdup (number);
    }
    line = g_strjoinv (",", cells);
    g_string_append_printf (kept, "%s\n", line);
  }

  bytes = g_string_free_to_bytes (kept);
  dataset = qs_dataset_parse (bytes, "small.csv", NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (qs_dataset_n_subjects (dataset), ==, 16);
  return dataset;
}

static QsCompare *
compare (const QsDataset *dataset, guint n_threads)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QsRun)  run = qs_run_new (n_threads, NULL, NULL);
  QsCompareOptions   options = qs_compare_options_default ();
  QsCompare         *result;

  options.n_folds = 2;
  options.n_simulations = 20;
  options.n_epochs = 3;
  options.kinds[0] = QS_MODEL_EMAX;
  options.kinds[1] = QS_MODEL_LSTM;
  options.n_kinds = 2;
  result = qs_compare (dataset, &options, run, &error);
  g_assert_no_error (error);

  return result;
}

static const QsContestant *
contestant (const QsCompare *self, guint index)
{
  return &g_array_index (self->contestants, QsContestant, index);
}

/* Logs of the biomarker of the held-out subject's arm, by hand: the times of the bundled
 * study are the same for all. */
static void
check_group_mean (const QsDataset *dataset, const QsCompare *result)
{
  const double *predicted = contestant (result, 0)->predicted;

  for (gsize i = 0; i < result->n_points; i++) {
    const QsComparePoint *point = &result->points[i];
    const double          dose_mg = qs_dataset_subject (dataset, point->subject)->dose_mg;
    double                sum = 0.0;
    guint                 n = 0;

    if (isnan (point->after_h)) {
      g_assert_true (isnan (predicted[i]));
      continue;
    }
    for (gsize k = 0; k < result->n_points; k++) {
      const QsComparePoint *other = &result->points[k];

      if (result->fold[other->subject] == result->fold[point->subject] ||
          qs_dataset_subject (dataset, other->subject)->dose_mg != dose_mg ||
          other->after_h != point->after_h)
        continue;
      sum += log (other->observed_ng_ml);
      n++;
    }
    g_assert_cmpuint (n, ==, 2);
    g_assert_cmpfloat_with_epsilon (predicted[i], exp (sum / n), 1e-9 * predicted[i]);
  }
}

static void
check_accuracy (const QsCompare *result, const QsContestant *c)
{
  double errors = 0.0;
  guint  n = 0;

  for (gsize i = 0; i < result->n_points; i++) {
    if (isnan (result->points[i].after_h))
      continue;
    errors += pow (result->points[i].observed_ng_ml - c->predicted[i], 2.0);
    n++;
  }
  g_assert_cmpuint (c->window.n, ==, n);
  g_assert_cmpfloat_with_epsilon (c->window.rmse_ng_ml, sqrt (errors / n), 1e-9);
}

/* Nobody's own biomarker has a part in what is predicted of him: with that of one subject
 * ten times as high, and on another number of threads, nothing changes for its fold. */
static void
test_folds_are_blind_to_what_they_predict (void)
{
  g_autoptr (QsDataset) dataset = small_study (0);
  g_autoptr (QsDataset) other = small_study (46);
  g_autoptr (QsCompare) result = compare (dataset, 1);
  g_autoptr (QsCompare) altered = compare (other, 2);
  const guint           fold = result->fold[15];

  g_assert_cmpstr (qs_dataset_subject (dataset, 15)->id, ==, "46");
  g_assert_cmpuint (result->contestants->len, ==, 8);
  g_assert_cmpmem (result->fold, 16 * sizeof (guint), altered->fold, 16 * sizeof (guint));
  for (guint c = 0; c < result->contestants->len; c++) {
    const QsContestant *before = contestant (result, c), *after = contestant (altered, c);
    gboolean            differs = FALSE;

    for (gsize i = 0; i < result->n_points; i++) {
      const gboolean same =
          memcmp (&before->predicted[i], &after->predicted[i], sizeof (double)) == 0;

      if (result->fold[result->points[i].subject] == fold)
        g_assert_true (same);
      differs |= !same;
    }
    g_assert_true (differs);
    g_assert_cmpfloat (before->window.rmse_ng_ml, >, 0.0);
    check_accuracy (result, before);
    g_assert_cmpuint (before->calibration.n, ==, 16);
    g_assert_cmpuint (before->strata[QS_STRATUM_COMED].n +
                          before->strata[QS_STRATUM_NO_COMED].n,
                      ==, 16);
  }

  check_group_mean (dataset, result);
  /* Only models that know the exposure speak of the whole record. */
  for (guint c = 2; c < 6; c++)
    g_assert_cmpuint (contestant (result, c)->record.n, ==, result->n_points);
  g_assert_cmpuint (contestant (result, 7)->record.n, ==, 0);
  g_assert_cmpuint (contestant (result, 7)->n_classical, ==, 38977);
  g_assert_cmpstr (contestant (result, 4)->name, ==, "lstm exposure");
  g_assert_cmpstr (contestant (result, 7)->name, ==, "lstm");
  g_assert_nonnull (strstr (result->verdicts[0], "lstm exposure: out-of-fold RMSE"));
  g_assert_nonnull (strstr (result->verdicts[2], "lstm: out-of-fold RMSE"));
  g_assert_null (result->verdicts[3]);
}

static void
test_what_cannot_be_compared_is_refused (void)
{
  g_autoptr (QsDataset) dataset = small_study (0);
  g_autoptr (QsRun)     run = qs_run_new (1, NULL, NULL);
  g_autoptr (GError)    error = NULL;
  QsCompareOptions      options = qs_compare_options_default ();

  options.kinds[0] = QS_MODEL_LOGISTIC;
  g_assert_null (qs_compare (dataset, &options, NULL, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
  g_clear_error (&error);

  options = qs_compare_options_default ();
  options.n_folds = 1;
  g_assert_null (qs_compare (dataset, &options, NULL, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
  g_clear_error (&error);

  options = qs_compare_options_default ();
  qs_run_cancel (run);
  g_assert_null (qs_compare (dataset, &options, run, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
}

/* A subset is the study as if its file had no other rows. */
static void
test_a_subset_is_a_study (void)
{
  g_autoptr (QsDataset) dataset = small_study (0);
  g_autoptr (QsDataset) subset = NULL;
  g_autoptr (GError)    error = NULL;
  gboolean              keep[16] = { FALSE };

  for (guint i = 0; i < 16; i += 5)
    keep[i] = TRUE;
  subset = qs_dataset_subset (dataset, keep, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (qs_dataset_n_subjects (subset), ==, 4);
  g_assert_cmpstr (qs_dataset_sha256 (subset), !=, qs_dataset_sha256 (dataset));
  for (guint i = 0; i < 4; i++) {
    const QsSubject *a = qs_dataset_subject (dataset, 5 * i);
    const QsSubject *b = qs_dataset_subject (subset, i);

    g_assert_cmpstr (a->id, ==, b->id);
    g_assert_cmpfloat (a->bw_kg, ==, b->bw_kg);
    g_assert_cmpfloat (a->dose_mg, ==, b->dose_mg);
    g_assert_cmpuint (a->comed, ==, b->comed);
    g_assert_cmpuint (a->n_records, ==, b->n_records);
    for (gsize r = 0; r < a->n_records; r++) {
      g_assert_cmpfloat (a->records[r].time_h, ==, b->records[r].time_h);
      g_assert_cmpfloat (a->records[r].value, ==, b->records[r].value);
      g_assert_cmpuint (a->records[r].endpoint, ==, b->records[r].endpoint);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compare/folds", test_folds_are_blind_to_what_they_predict);
  g_test_add_func ("/compare/refused", test_what_cannot_be_compared_is_refused);
  g_test_add_func ("/compare/subset", test_a_subset_is_a_study);

  return g_test_run ();
}
