/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-compare.h"
#include "comparison/qs-stack.h"
#include "core/qs-error.h"
#include "core/qs-rng.h"
#include "domain/qs-result.h"
#include "qusop.h"

#include <glib/gstdio.h>
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
  static const QsCompareModel models[] = { { QS_MODEL_EMAX, QS_INPUT_WINDOW },
                                           { QS_MODEL_LSTM, QS_INPUT_EXPOSURE },
                                           { QS_MODEL_QLSTM, QS_INPUT_EXPOSURE },
                                           { QS_MODEL_LSTM, QS_INPUT_WINDOW },
                                           { QS_MODEL_QKLSTM, QS_INPUT_WINDOW } };
  g_autoptr (GError)          error = NULL;
  g_autoptr (QsRun)           run = qs_run_new (n_threads, NULL, NULL);
  QsCompareOptions            options = qs_compare_options_default ();
  QsCompare                  *result;

  options.n_folds = 2;
  options.n_simulations = 20;
  options.n_epochs = 3;
  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    options.models[i] = models[i];
  options.n_models = G_N_ELEMENTS (models);
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

/* Every quantum network stands beside an LSTM of its size, and on whole records where it
 * reads exposure. */
static void
check_roster (const QsCompare *result)
{
  static const char *const names[] = { "group mean",
                                       "regression",
                                       "pkpd",
                                       "pkpd population",
                                       "emax",
                                       "lstm exposure",
                                       "lstm exposure population",
                                       "qlstm exposure",
                                       "qlstm exposure population",
                                       "qlstm exposure twin",
                                       "qlstm exposure twin population",
                                       "lstm",
                                       "qklstm",
                                       "qklstm twin",
                                       "ensemble",
                                       "ensemble population" };
  guint                    n_verdicts = 0;

  for (guint c = 0; c < result->contestants->len; c++) {
    const QsContestant *one = contestant (result, c);
    const gboolean      whole = c == 2 || c == 3 || (c >= 5 && c <= 10) || c >= 14;

    g_assert_cmpstr (one->name, ==, names[c]);
    g_assert_cmpuint (one->record.n, ==, whole ? result->n_points : 0);
    if (one->n_quantum > 0 && c < 14) {
      const QsContestant *twin = contestant (result, one->twin);
      const double        size = one->n_quantum + one->n_classical;

      g_assert_true (g_str_has_prefix (twin->name, g_str_has_prefix (one->name, "qlstm")
                                                       ? "qlstm exposure twin"
                                                       : "qklstm twin"));
      g_assert_true (twin->is_twin);
      g_assert_cmpuint (twin->n_quantum, ==, 0);
      g_assert_cmpfloat (fabs (twin->n_classical - size), <, 0.06 * size);
    }
    if (one->is_network && !one->is_twin) {
      g_autofree char *begin = g_strdup_printf ("%s: out-of-fold RMSE %.2f", one->name,
                                                one->window.rmse_ng_ml);

      g_assert_true (g_str_has_prefix (result->verdicts[n_verdicts], begin));
      g_assert_true ((strstr (result->verdicts[n_verdicts], " twin") != NULL) ==
                     (one->twin > 0));
      n_verdicts++;
    }
  }
  g_assert_cmpuint (n_verdicts, ==, g_strv_length (result->verdicts));
  g_assert_cmpuint (contestant (result, 11)->n_classical, ==, 38977);
  g_assert_cmpuint (contestant (result, 7)->n_quantum, ==, 16);
}

/* Each prediction lies between those of its members, whose weights sum to one. */
static void
check_ensemble (const QsCompare *result, const QsContestant *ensemble)
{
  double sum = 0.0;

  for (guint c = 0; c < result->contestants->len; c++) {
    g_assert_cmpfloat (ensemble->weights[c], >=, 0.0);
    sum += ensemble->weights[c];
    g_assert_true (ensemble->weights[c] == 0.0 || (contestant (result, c)->is_network &&
                                                   !contestant (result, c)->is_twin));
  }
  g_assert_cmpfloat_with_epsilon (sum, 1.0, 1e-12);
  for (gsize i = 0; i < result->n_points; i++) {
    const guint  way = strcmp (ensemble->name, "ensemble") != 0;
    const double a = contestant (result, 5 + way)->predicted[i];
    const double b = contestant (result, 7 + way)->predicted[i];

    g_assert_cmpfloat (ensemble->predicted[i], >=, 0.999999 * fmin (a, b));
    g_assert_cmpfloat (ensemble->predicted[i], <=, 1.000001 * fmax (a, b));
  }
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
  g_assert_cmpuint (result->contestants->len, ==, 16);
  g_assert_cmpmem (result->fold, 16 * sizeof (guint), altered->fold, 16 * sizeof (guint));
  for (guint c = 0; c < result->contestants->len; c++) {
    const QsContestant *before = contestant (result, c), *after = contestant (altered, c);
    gboolean            differs = FALSE;

    for (gsize i = 0; i < result->n_points; i++) {
      const gboolean same =
          memcmp (&before->predicted[i], &after->predicted[i], sizeof (double)) == 0;

      /* Weights of ensembles come from predictions of fits that have seen the fold. */
      if (result->fold[result->points[i].subject] == fold && before->weights == NULL)
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
  check_roster (result);
  check_ensemble (result, contestant (result, 14));
  check_ensemble (result, contestant (result, 15));
}

static void
test_what_cannot_be_compared_is_refused (void)
{
  g_autoptr (QsDataset) dataset = small_study (0);
  g_autoptr (QsRun)     run = qs_run_new (1, NULL, NULL);
  g_autoptr (GError)    error = NULL;
  QsCompareOptions      options = qs_compare_options_default ();

  options.models[0].kind = QS_MODEL_LOGISTIC;
  g_assert_null (qs_compare (dataset, &options, NULL, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
  g_clear_error (&error);

  options = qs_compare_options_default ();
  options.models[2] = options.models[1];
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

/* The optimum on the simplex, against a fine grid over it. */
static void
test_weights_of_a_stack_are_the_best (void)
{
  const QsRngKey key = { 7, QS_RNG_TEST, 1 };

  for (guint32 round = 0; round < 20; round++) {
    QsStack stack;
    double  weights[3], best = INFINITY, found;

    qs_stack_init (&stack, 3);
    for (guint32 i = 0; i < 30; i++) {
      double x[3];

      for (guint32 k = 0; k < 3; k++)
        x[k] = (0.5 + k * (round % 4)) * qs_rng_normal (&key, 1000 * round + i, k) +
               0.1 * round * k;
      qs_stack_add (&stack, x, 0.0, 1.0 + i % 3);
    }
    found = qs_stack_solve (&stack, weights);
    g_assert_cmpfloat_with_epsilon (weights[0] + weights[1] + weights[2], 1.0, 1e-12);
    for (guint i = 0; i <= 100; i++)
      for (guint j = 0; i + j <= 100; j++) {
        const double w[3] = { i / 100.0, j / 100.0, (100 - i - j) / 100.0 };
        double       sum = 0.0;

        for (guint a = 0; a < 3; a++)
          for (guint b = 0; b < 3; b++)
            sum += w[a] * w[b] * stack.errors[a][b];
        best = fmin (best, sum);
      }
    g_assert_cmpfloat (found, <=, best * (1.0 + 1e-12));
    g_assert_cmpfloat (found, >=, best * 0.99);
  }
}

static void
add_answer (GPtrArray *answers, QsRegimen regimen, double target, double crossing_mg)
{
  QsResult *result = g_new0 (QsResult, 1);

  result->n_refs = 1;
  result->scenario = qs_scenario_named (QS_POPULATION_HEAVY, regimen, target);
  result->decision.crossing_mg = crossing_mg;
  g_ptr_array_add (answers, result);
}

/* Doses that do not exist make no pair, and weeks belong to the days of their target. */
static void
test_weeks_are_held_against_seven_days (void)
{
  g_autoptr (GPtrArray) answers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) qs_result_unref);
  const QsContestant asked = { .answers = answers }, unasked = { 0 };
  guint              n_coherent;
  double             least;

  add_answer (answers, QS_REGIMEN_QD, 0.9, 10.0);
  add_answer (answers, QS_REGIMEN_QD, 0.75, 5.0);
  add_answer (answers, QS_REGIMEN_QD, 0.5, 2.0);
  add_answer (answers, QS_REGIMEN_QW, 0.5, NAN);
  add_answer (answers, QS_REGIMEN_QW, 0.75, 40.0);
  add_answer (answers, QS_REGIMEN_QW, 0.9, 65.0);
  g_assert_cmpuint (qs_contestant_coherence (&asked, &n_coherent, &least), ==, 2);
  g_assert_cmpuint (n_coherent, ==, 1);
  g_assert_cmpfloat (least, ==, 6.5);
  g_assert_cmpuint (qs_contestant_coherence (&unasked, &n_coherent, &least), ==, 0);
}

/* Only networks are held against what is simpler, each against what knew as much. */
static void
test_a_network_that_loses_says_to_whom (void)
{
  static const struct {
    QsModelKind kind;
    QsInput     input;
    const char *lost_to[4];
  } cases[] = {
    { QS_MODEL_QLSTM,
      QS_INPUT_EXPOSURE,
      { "the population model: RMSE 1.5 against 1.2", "a regression", "an LSTM of" } },
    { QS_MODEL_QLSTM, QS_INPUT_WINDOW, { "a regression" } },
    { QS_MODEL_LSTM, QS_INPUT_EXPOSURE, { NULL } },
    { QS_MODEL_PKPD, QS_INPUT_WINDOW, { NULL } },
  };
  QsContestant contestants[] = {
    { .name = (char *) "regression", .window = { 9, 1.4, 0.0 } },
    { .name = (char *) "pkpd", .window = { 9, 1.2, 0.0 } },
    { .name = (char *) "pkpd population", .window = { 9, 1.6, 0.0 } },
    { .name = (char *) "qlstm exposure", .window = { 9, 1.5, 0.0 }, .twin = 4 },
    { .name = (char *) "qlstm exposure twin", .window = { 9, 1.3, 0.0 } },
    { .name = (char *) "qlstm", .window = { 9, 1.5, 0.0 }, .twin = 6 },
    { .name = (char *) "qlstm twin", .window = { 9, 1.5, 0.0 } },
  };
  char     *verdicts[] = { NULL };
  QsCompare comparison = { .contestants = g_array_new (FALSE, FALSE, sizeof *contestants),
                           .verdicts = verdicts };
  g_autoptr (QsDataset) dataset = small_study (0);
  g_autoptr (GError)    error = NULL;
  g_autofree char      *path = NULL, *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (contestants); i++)
    contestants[i].what = "known";
  g_array_append_vals (comparison.contestants, contestants, G_N_ELEMENTS (contestants));
  text = qs_report_compare_json (dataset, &comparison);
  g_close (g_file_open_tmp ("compare-XXXXXX.json", &path, &error), NULL);
  g_assert_true (g_file_set_contents (path, text, -1, &error));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (QsModel)   model = qs_model_new (cases[i].kind);
    g_autoptr (QsResult)  result = g_new0 (QsResult, 1);
    g_autoptr (QsResult)  again = NULL;
    g_autoptr (GPtrArray) results = g_ptr_array_new ();
    guint                 n = 0;

    result->n_refs = 1;
    result->warnings = g_new0 (char *, 1);
    model->options.input = cases[i].input;
    model->data_sha256 = g_strdup (qs_dataset_sha256 (dataset));
    again = qs_result_copy (result);
    qs_confront_folds (result, model, &comparison);
    g_ptr_array_add (results, again);
    g_assert_true (qs_confront_record (results, model, path, &error));
    g_assert_true (g_strv_equal ((const char *const *) result->warnings,
                                 (const char *const *) again->warnings));
    for (; cases[i].lost_to[n] != NULL; n++) {
      g_assert_nonnull (result->warnings[n]);
      g_assert_nonnull (strstr (result->warnings[n], cases[i].lost_to[n]));
    }
    g_assert_null (result->warnings[n]);
  }
  g_array_unref (comparison.contestants);
  g_remove (path);
}

static void
test_a_foreign_comparison_is_refused (void)
{
  g_autoptr (QsModel)   model = qs_model_new (QS_MODEL_LSTM);
  g_autoptr (GPtrArray) results = g_ptr_array_new ();
  g_autofree char      *path = NULL;
  static const char    *texts[] = {
       "", "[]", "{\"schema\": \"qusop-compare/1\", \"data_sha256\": \"other\"}"
  };

  model->data_sha256 = g_strdup ("this");
  g_close (g_file_open_tmp ("compare-XXXXXX.json", &path, NULL), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_true (g_file_set_contents (path, texts[i], -1, NULL));
    g_assert_false (qs_confront_record (results, model, path, &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_DATA);
  }
  g_remove (path);
  {
    g_autoptr (GError) error = NULL;

    g_assert_false (qs_confront_record (results, model, path, &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_IO);
  }
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
  g_test_add_func ("/compare/stack", test_weights_of_a_stack_are_the_best);
  g_test_add_func ("/compare/weeks", test_weeks_are_held_against_seven_days);
  g_test_add_func ("/compare/loses", test_a_network_that_loses_says_to_whom);
  g_test_add_func ("/compare/foreign", test_a_foreign_comparison_is_refused);
  g_test_add_func ("/compare/subset", test_a_subset_is_a_study);

  return g_test_run ();
}
