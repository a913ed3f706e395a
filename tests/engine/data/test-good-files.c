/* SPDX-License-Identifier: Apache-2.0 */

/* One file per accepted dialect. Those of the first table all tell the same study. */

#include "core/qs-error.h"
#include "data/qs-dataset.h"
#include "data/qs-windows.h"

#include <math.h>

typedef struct {
  const char *file;
  const char *mapping;
} Dialect;

static const Dialect dialects[] = {
  { "semicolon", NULL },
  { "tab", NULL },
  { "bom", NULL },
  { "crlf", NULL },
  { "cr", NULL },
  { "no-final-newline", NULL },
  { "lower-case", NULL },
  { "aliases", NULL },
  { "units", NULL },
  { "mapping", "ID=who, BW=kilos,time=Clock" },
  { "quoted", NULL },
  { "blanks", NULL },
  { "empty-rows", NULL },
  { "missing-empty", NULL },
  { "missing-na", NULL },
  { "decimal-comma", NULL },
  { "exponent", NULL },
  { "any-order", NULL },
  { "no-evid", NULL },
  { "no-mdv", NULL },
  { "no-dose", NULL },
  { "addl", NULL },
  { "placebo-doses", NULL },
  { "vague-names", NULL },
  { "two-weights", NULL },
  { "endpoint-names", NULL },
  { "depot", NULL },
};

static QsDataset *
load (const char *file, const char *mapping)
{
  g_autofree char *name = g_strconcat (file, ".csv", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "good", name, NULL);
  g_autoptr (GError) error = NULL;
  QsDataset         *dataset = qs_dataset_load (path, mapping, NULL, &error);

  g_assert_no_error (error);
  if (!qs_dataset_is_usable (dataset))
    g_error ("%s", qs_finding_message (qs_dataset_finding (dataset, 0), file));

  return dataset;
}

static const QsFinding *
find (const QsDataset *dataset, const char *rule)
{
  for (guint i = 0; i < qs_dataset_n_findings (dataset); i++)
    if (g_strcmp0 (qs_dataset_finding (dataset, i)->rule, rule) == 0)
      return qs_dataset_finding (dataset, i);

  return NULL;
}

static void
assert_same_record (const QsRecord *a, const QsRecord *b)
{
  g_assert_cmpint (a->kind, ==, b->kind);
  g_assert_cmpint (a->endpoint, ==, b->endpoint);
  g_assert_cmpfloat (a->time_h, ==, b->time_h);
  g_assert_cmpfloat (a->value, ==, b->value);
  g_assert_cmpuint (a->compartment, ==, b->compartment);
  g_assert_cmpint (a->below_limit, ==, b->below_limit);
}

static void
assert_same_subject (const QsSubject *a, const QsSubject *b)
{
  g_assert_cmpstr (a->id, ==, b->id);
  g_assert_cmpfloat (a->bw_kg, ==, b->bw_kg);
  g_assert_cmpuint (a->comed, ==, b->comed);
  g_assert_cmpfloat (a->dose_mg, ==, b->dose_mg);
  g_assert_cmpfloat (a->last_dose_h, ==, b->last_dose_h);
  g_assert_cmpfloat (a->interval_h, ==, b->interval_h);
  g_assert_cmpuint (a->n_records, ==, b->n_records);
  for (gsize i = 0; i < a->n_records; i++)
    assert_same_record (&a->records[i], &b->records[i]);
}

static void
test_dialect_tells_the_same_study (gconstpointer data)
{
  const Dialect        *dialect = data;
  g_autoptr (QsDataset) plain = load ("plain", NULL);
  g_autoptr (QsDataset) other = load (dialect->file, dialect->mapping);

  g_assert_cmpuint (qs_dataset_n_subjects (other), ==, 2);
  for (guint i = 0; i < 2; i++)
    assert_same_subject (qs_dataset_subject (other, i), qs_dataset_subject (plain, i));
}

static void
test_plain_file_is_read_as_written (void)
{
  g_autoptr (QsDataset) dataset = load ("plain", NULL);
  const QsSubject      *placebo = qs_dataset_subject (dataset, 0);
  const QsSubject      *treated = qs_dataset_subject (dataset, 1);

  g_assert_cmpuint (qs_dataset_n_rows (dataset), ==, 8);
  g_assert_cmpstr (qs_dataset_cell (dataset, 3, 5), ==, ".");
  g_assert_cmpuint (qs_dataset_n_covariates (dataset), ==, 0);
  g_assert_true (qs_dataset_mapping_is_certain (dataset));

  g_assert_cmpuint (placebo->n_doses, ==, 0);
  g_assert_cmpfloat (placebo->last_dose_h, ==, 24.0);
  g_assert_cmpfloat (placebo->interval_h, ==, 24.0);
  g_assert_cmpuint (placebo->n_pd, ==, 3);

  g_assert_cmpfloat (treated->dose_mg, ==, 3.0);
  g_assert_cmpuint (treated->n_doses, ==, 2);
  g_assert_cmpuint (treated->n_pk, ==, 1);
  g_assert_cmpuint (treated->n_pd, ==, 2);
  g_assert_cmpint (treated->records[0].kind, ==, QS_RECORD_DOSE);
  g_assert_cmpfloat (treated->records[0].value, ==, 3.0);
  g_assert_cmpuint (treated->records[0].row, ==, 5);
  g_assert_cmpfloat (treated->records[1].value, ==, 9.1);
  g_assert_cmpint (treated->records[1].endpoint, ==, QS_ENDPOINT_PD);
  g_assert_cmpfloat (treated->records[4].time_h, ==, 36.0);
}

static void
test_placebo_is_information (void)
{
  g_autoptr (QsDataset) dataset = load ("plain", NULL);
  const QsFinding      *finding = find (dataset, "subjects without a dose are placebo");

  g_assert_nonnull (finding);
  g_assert_cmpint (finding->severity, ==, QS_SEVERITY_INFO);
}

static void
test_missing_comed_is_remembered (void)
{
  g_autoptr (QsDataset) with = load ("plain", NULL);
  g_autoptr (QsDataset) without = load ("no-comed", NULL);

  g_assert_true (qs_dataset_facts (with).has_comed);
  g_assert_false (qs_dataset_facts (without).has_comed);
  g_assert_cmpuint (qs_dataset_subject (without, 1)->comed, ==, 0);
}

static void
test_ids_are_texts (void)
{
  g_autoptr (QsDataset) zero = load ("subject-zero", NULL);
  g_autoptr (QsDataset) text = load ("string-ids", NULL);

  g_assert_cmpstr (qs_dataset_subject (zero, 0)->id, ==, "0");
  g_assert_cmpstr (qs_dataset_subject (text, 0)->id, ==, "S-01/A");
  g_assert_cmpstr (qs_dataset_subject (text, 1)->id, ==, "Müller, B");
}

/* Who lacks a covariate, and what is beyond the eighth, is told with its place. */
static void
test_missing_and_too_many_covariates_are_told (void)
{
  static const char text[] =
      "ID,BW,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID,K1,K2,K3,K4,K5,K6,K7,K8,K9,NONE\n"
      "1,70,3,0,.,1,1,3,1,.,1,1,1,1,1,1,1,1,1,.\n"
      "1,70,3,2,1,0,0,.,2,1,1,1,1,1,1,1,1,1,1,.\n"
      "2,70,3,0,.,1,1,3,1,.,2,.,2,2,2,2,2,2,2,.\n"
      "2,70,3,4,5,0,0,.,3,2,2,.,2,2,2,2,2,2,2,.\n"
      "3,70,3,0,.,1,1,3,1,.,3,3,3,3,3,3,3,3,3,.\n"
      "3,70,3,4,5,0,0,.,3,2,3,3,3,3,3,3,3,3,3,.\n";
  g_autoptr (GBytes)    bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError)    error = NULL;
  g_autoptr (QsDataset) dataset =
      qs_dataset_parse (bytes, "rows.csv", NULL, NULL, &error);
  guint n_missing = 0, n_many = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < qs_dataset_n_findings (dataset); i++) {
    const QsFinding *finding = qs_dataset_finding (dataset, i);

    if (strstr (finding->rule, "covariate is missing") != NULL) {
      n_missing++;
      g_assert_cmpuint (finding->row, ==, 4);
      g_assert_cmpstr (finding->column, ==, "K2");
      g_assert_cmpint (finding->severity, ==, QS_SEVERITY_WARNING);
    }
    if (strstr (finding->rule, "first 8") != NULL) {
      n_many++;
      g_assert_cmpstr (finding->column, ==, "K9");
    }
  }
  g_assert_cmpuint (n_missing, ==, 1);
  g_assert_cmpuint (n_many, ==, 1);
}

static void
test_further_covariates_are_kept (void)
{
  g_autoptr (QsDataset) dataset = load ("covariates", NULL);

  g_assert_cmpuint (qs_dataset_n_covariates (dataset), ==, 3);
  g_assert_cmpstr (qs_dataset_covariate_name (dataset, 0), ==, "SEX");
  g_assert_true (qs_dataset_covariate_is_categorical (dataset, 0));
  g_assert_cmpfloat (qs_dataset_covariate (dataset, 0, 1), ==, 1.0);
  g_assert_cmpstr (qs_dataset_covariate_level (dataset, 0, 1), ==, "M");
  g_assert_null (qs_dataset_covariate_level (dataset, 0, 2));

  g_assert_cmpstr (qs_dataset_covariate_name (dataset, 1), ==, "AGE");
  g_assert_false (qs_dataset_covariate_is_categorical (dataset, 1));
  g_assert_cmpfloat (qs_dataset_covariate (dataset, 1, 0), ==, 31.5);
  g_assert_true (isnan (qs_dataset_covariate (dataset, 1, 1)));
}

static void
test_values_below_the_limit_carry_the_limit (void)
{
  static const struct {
    const char *file;
    double      limit;
  } cases[] = {
    { "blq-text", 0.1 }, { "blq-word", 0.2 }, { "below-lloq", 0.2 }, { "cens", 0.5 }
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (QsDataset) dataset = load (cases[i].file, NULL);
    const QsRecord       *record = &qs_dataset_subject (dataset, 1)->records[2];

    g_assert_cmpfloat (record->time_h, ==, 12.0);
    g_assert_true (record->below_limit);
    g_assert_cmpfloat (record->value, ==, cases[i].limit);
  }
}

static void
test_steady_state_is_kept (void)
{
  g_autoptr (QsDataset) dataset = load ("steady-state", NULL);
  const QsRecord       *records = qs_dataset_subject (dataset, 1)->records;

  g_assert_true (records[0].steady_state);
  g_assert_cmpfloat (records[0].interval_h, ==, 24.0);
  g_assert_false (records[3].steady_state);
}

/* By the rate, or by the compartment's number or name; words of observations are theirs.
 */
static void
test_doses_into_a_vein_are_known (void)
{
  g_autoptr (QsDataset) infusion = load ("infusion", NULL), bolus = load ("bolus", NULL);
  const QsRecord       *infused = qs_dataset_subject (infusion, 1)->records;
  const QsRecord       *given = qs_dataset_subject (bolus, 1)->records;

  g_assert_true (infused[0].is_intravenous && infused[3].is_intravenous);
  g_assert_cmpfloat (infused[0].rate_mg_h, ==, 1.5);
  g_assert_false (infused[1].is_intravenous);
  g_assert_nonnull (find (infusion, "RATE above 0 is an infusion into a vein"));

  g_assert_true (given[0].is_intravenous && given[3].is_intravenous);
  g_assert_cmpfloat (given[0].rate_mg_h, ==, 0.0);
  g_assert_cmpuint (given[1].compartment, ==, 0);
  g_assert_nonnull (
      find (bolus, "a dose into compartment 2, the central one, is a bolus"));
}

static void
test_reset_with_dose_becomes_two_records (void)
{
  static const QsRecordKind kinds[] = {
    QS_RECORD_DOSE,  QS_RECORD_OBSERVATION, QS_RECORD_OBSERVATION, QS_RECORD_RESET,
    QS_RECORD_RESET, QS_RECORD_DOSE,        QS_RECORD_OBSERVATION,
  };
  g_autoptr (QsDataset) dataset = load ("resets", NULL);
  const QsSubject      *subject = qs_dataset_subject (dataset, 1);

  g_assert_cmpuint (subject->n_records, ==, G_N_ELEMENTS (kinds));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_assert_cmpint (subject->records[i].kind, ==, kinds[i]);
  g_assert_nonnull (find (dataset, "EVID 2 rows hold neither dose nor observation"));
}

static void
test_negative_concentration_is_kept (void)
{
  g_autoptr (QsDataset) dataset = load ("negative-concentration", NULL);

  g_assert_cmpfloat (qs_dataset_subject (dataset, 1)->records[2].value, ==, -0.02);
  g_assert_nonnull (find (dataset, "a concentration should not be negative"));
}

static void
test_a_sample_may_have_two_values (void)
{
  g_autoptr (QsDataset) once = load ("plain", NULL);
  g_autoptr (QsDataset) twice = load ("replicate", NULL);
  const QsFinding      *finding = find (twice, "one sample has two values");

  g_assert_nonnull (finding);
  g_assert_cmpint (finding->severity, ==, QS_SEVERITY_WARNING);
  g_assert_cmpuint (qs_dataset_n_observations (twice, QS_ENDPOINT_PK), ==,
                    qs_dataset_n_observations (once, QS_ENDPOINT_PK) + 1);
}

static void
test_mdv_takes_an_observation_out (void)
{
  g_autoptr (QsDataset) dataset = load ("mdv-one", NULL);

  g_assert_cmpuint (qs_dataset_subject (dataset, 1)->n_pk, ==, 0);
  g_assert_nonnull (find (dataset, "MDV 1 means that DV is ignored"));
}

static void
test_guessed_mapping_is_not_certain (void)
{
  g_autoptr (QsDataset) vague = load ("vague-names", NULL);
  g_autoptr (QsDataset) twice = load ("two-weights", NULL);
  g_autoptr (QsDataset) told = load ("vague-names", "TIME=T");

  g_assert_false (qs_dataset_mapping_is_certain (vague));
  g_assert_false (qs_dataset_mapping_is_certain (twice));
  g_assert_nonnull (find (twice, "only one column can be BW"));
  g_assert_true (qs_dataset_mapping_is_certain (told));
}

static void
test_too_few_data_can_be_shown_but_not_fitted (void)
{
  static const char *const files[] = { "one-subject", "no-biomarker" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (QsDataset) dataset = load (files[i], NULL);
    g_autoptr (GError)    error = NULL;

    g_assert_false (qs_dataset_require (dataset, &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_TOO_FEW);
  }
}

static void
test_washout_is_no_window (void)
{
  g_autoptr (QsDataset) dataset = load ("washout", NULL);
  double                max_ng_ml;

  g_assert_cmpuint (qs_window_points (qs_dataset_subject (dataset, 1), NULL, 0), ==, 0);
  g_assert_false (
      qs_window_extreme (qs_dataset_subject (dataset, 1), QS_SUCCESS_BELOW, &max_ng_ml));
}

static void
test_attainment_counts_both_sides (void)
{
  g_autoptr (QsDataset) dataset = load ("plain", NULL);
  QsArm                 arms[1];
  double                max_ng_ml;

  g_assert_true (
      qs_window_extreme (qs_dataset_subject (dataset, 0), QS_SUCCESS_BELOW, &max_ng_ml));
  g_assert_cmpfloat (max_ng_ml, ==, 17.9);

  /* Placebo saw 17.9 and 17.0: touching the threshold is success on either side. */
  g_assert_cmpuint (qs_attainment (dataset, QS_SUCCESS_BELOW, 17.9, arms, 1), ==, 2);
  g_assert_cmpuint (arms[0].attained, ==, 1);
  qs_attainment (dataset, QS_SUCCESS_BELOW, 17.8, arms, 1);
  g_assert_cmpuint (arms[0].attained, ==, 0);
  qs_attainment (dataset, QS_SUCCESS_ABOVE, 17.0, arms, 1);
  g_assert_cmpuint (arms[0].attained, ==, 1);
  qs_attainment (dataset, QS_SUCCESS_ABOVE, 17.1, arms, 1);
  g_assert_cmpuint (arms[0].attained, ==, 0);
}

static void
test_mapping_that_makes_no_sense_is_refused (void)
{
  static const char *const mappings[] = { "BW", "MASS=BW", "BW=nothing", "BW=BW,BW=DV",
                                          "BW=BW,ID=BW" };
  g_autofree char         *path =
      g_test_build_filename (G_TEST_DIST, "data", "good", "plain.csv", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (mappings); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (qs_dataset_load (path, mappings[i], NULL, &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_DATA);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (dialects); i++) {
    g_autofree char *path =
        g_strconcat ("/data/good-files/tells-the-same-study/", dialects[i].file, NULL);

    g_test_add_data_func (path, &dialects[i], test_dialect_tells_the_same_study);
  }

  g_test_add_func ("/data/good-files/a-sample-may-have-two-values",
                   test_a_sample_may_have_two_values);
  g_test_add_func ("/data/good-files/plain-file-is-read-as-written",
                   test_plain_file_is_read_as_written);
  g_test_add_func ("/data/good-files/placebo-is-information",
                   test_placebo_is_information);
  g_test_add_func ("/data/good-files/missing-comed-is-remembered",
                   test_missing_comed_is_remembered);
  g_test_add_func ("/data/good-files/ids-are-texts", test_ids_are_texts);
  g_test_add_func ("/data/good-files/missing-and-many-covariates-are-told",
                   test_missing_and_too_many_covariates_are_told);
  g_test_add_func ("/data/good-files/further-covariates-are-kept",
                   test_further_covariates_are_kept);
  g_test_add_func ("/data/good-files/values-below-the-limit-carry-the-limit",
                   test_values_below_the_limit_carry_the_limit);
  g_test_add_func ("/data/good-files/steady-state-is-kept", test_steady_state_is_kept);
  g_test_add_func ("/data/good-files/doses-into-a-vein-are-known",
                   test_doses_into_a_vein_are_known);
  g_test_add_func ("/data/good-files/reset-with-dose-becomes-two-records",
                   test_reset_with_dose_becomes_two_records);
  g_test_add_func ("/data/good-files/negative-concentration-is-kept",
                   test_negative_concentration_is_kept);
  g_test_add_func ("/data/good-files/mdv-takes-an-observation-out",
                   test_mdv_takes_an_observation_out);
  g_test_add_func ("/data/good-files/guessed-mapping-is-not-certain",
                   test_guessed_mapping_is_not_certain);
  g_test_add_func ("/data/good-files/too-few-data-can-be-shown-but-not-fitted",
                   test_too_few_data_can_be_shown_but_not_fitted);
  g_test_add_func ("/data/good-files/washout-is-no-window", test_washout_is_no_window);
  g_test_add_func ("/data/good-files/attainment-counts-both-sides",
                   test_attainment_counts_both_sides);
  g_test_add_func ("/data/good-files/mapping-that-makes-no-sense-is-refused",
                   test_mapping_that_makes_no_sense_is_refused);

  return g_test_run ();
}
