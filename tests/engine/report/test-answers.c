/* SPDX-License-Identifier: Apache-2.0 */
#include "report/qs-report.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

static const double dose_step_mg = 0.5;

/* A curve of @n_doses doses, decided as reached; what a network gives. */
static QsResult *
make_result (const char *name, double target, gsize n_doses)
{
  QsResult *result = g_new0 (QsResult, 1);

  result->n_refs = 1;
  result->scenario = qs_scenario_default ();
  result->scenario.name = name;
  result->scenario.target = target;
  result->estimates = g_new0 (QsDoseEstimate, n_doses);
  result->n_estimates = n_doses;
  for (gsize i = 0; i < n_doses; i++)
    result->estimates[i] = (QsDoseEstimate){
      .dose_mg = dose_step_mg * (double) (i + 1),
      .probability = 0.1,
      .lower = NAN,
      .upper = NAN,
      .mc_lower = 0.05,
      .mc_upper = 0.15,
      .replicate_lower = 0.01,
      .replicate_upper = 0.2,
    };
  result->decision = (QsDecision){
    .status = QS_STATUS_REACHED,
    .target = target,
    .dose_mg = 6.5,
    .assured_dose_mg = NAN,
    .crossing_mg = 6.31,
    .interval_low_mg = 5.5,
    .interval_high_mg = INFINITY,
    .p_at_dose = 0.907,
    .p_below = 0.889,
    .band_low = 0.84,
    .band_high = 0.95,
    .max_p = 0.999,
    .extrapolation = 0.65,
  };
  result->exposure = qs_exposure_unknown ();
  result->level = 0.95;
  result->n_subjects = 480;
  result->n_replicates = 1000;
  result->n_draws = 20;
  result->seed = G_MAXUINT64;
  result->ess = 480000.0;
  result->warnings = g_strsplit ("Say \"when\", twice|another", "|", -1);

  return result;
}

static QsModel *
make_model (void)
{
  QsModel *model = qs_model_new (QS_MODEL_EMAX);

  model->data_sha256 = g_strdup ("abc");
  return model;
}

static json_t *
answers_of (GPtrArray *results)
{
  g_autoptr (QsModel)   model = make_model ();
  const QsReportContext context = { model, "def", 1.5 };
  g_autofree char      *text = qs_report_answers_json (&context, results);
  json_t               *root = json_loads (text, JSON_REJECT_DUPLICATES, NULL);

  g_assert_nonnull (root);
  return root;
}

static GPtrArray *
one_result (void)
{
  GPtrArray *results = g_ptr_array_new_with_free_func ((GDestroyNotify) qs_result_unref);

  g_ptr_array_add (results, make_result ("base", 0.9, 3));
  return results;
}

static void
test_answers_have_the_promised_fields (void)
{
  static const char *const top[] = {
    "schema",    "version", "data_sha256",     "model",      "model_sha256",
    "seed",      "success", "threshold_ng_ml", "n_subjects", "n_parameter_draws",
    "elapsed_s", "answers"
  };
  static const char *const each[] = { "scenario",      "regimen",      "target",
                                      "status",        "dose_mg",      "assured_dose_mg",
                                      "interval_mg",   "crossing_mg",  "p_at_dose",
                                      "p_below",       "band_at_dose", "max_p",
                                      "extrapolation", "ess",          "warnings" };
  g_autoptr (GPtrArray)    results = one_result ();
  json_t                  *root = answers_of (results);
  json_t                  *answer = json_array_get (json_object_get (root, "answers"), 0);

  for (gsize i = 0; i < G_N_ELEMENTS (top); i++)
    g_assert_nonnull (json_object_get (root, top[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (each); i++)
    g_assert_nonnull (json_object_get (answer, each[i]));
  g_assert_cmpstr (json_string_value (json_object_get (root, "schema")), ==,
                   "qusop-answers/1");
  g_assert_cmpint (json_integer_value (json_object_get (root, "n_subjects")), ==, 480000);

  json_decref (root);
}

/* Exposures as median and 95th percentile, kinetics as the whole spread; nothing where a
 * model knows no concentrations. */
static void
test_exposure_stands_beside_the_dose (void)
{
  g_autoptr (GPtrArray) results = one_result ();
  QsResult             *result = results->pdata[0];
  json_t               *root = answers_of (results), *answer, *cmax, *steady;

  answer = json_array_get (json_object_get (root, "answers"), 0);
  g_assert_true (json_is_null (json_object_get (answer, "cmax_mg_l")));
  g_assert_true (json_is_null (json_object_get (answer, "extrapolation_cmax")));
  g_assert_cmpfloat (json_real_value (json_object_get (answer, "extrapolation_dose")), ==,
                     0.65);
  json_decref (root);

  result->exposure.dose_mg = 6.5;
  result->exposure.factor_dose = 0.65;
  result->exposure.factor_cmax = 0.5;
  result->exposure.figures[QS_EXPOSURE_CMAX] = (QsSpread){ 1.0, 2.0, 3.0 };
  result->exposure.figures[QS_EXPOSURE_STEADY] = (QsSpread){ 96.0, 144.0, 216.0 };
  root = answers_of (results);
  answer = json_array_get (json_object_get (root, "answers"), 0);
  cmax = json_object_get (answer, "cmax_mg_l");
  steady = json_object_get (answer, "time_to_steady_state_h");
  g_assert_cmpuint (json_array_size (cmax), ==, 2);
  g_assert_cmpfloat (json_real_value (json_array_get (cmax, 0)), ==, 2.0);
  g_assert_cmpfloat (json_real_value (json_array_get (cmax, 1)), ==, 3.0);
  g_assert_cmpfloat (json_real_value (json_array_get (steady, 0)), ==, 96.0);
  g_assert_cmpfloat (json_real_value (json_object_get (answer, "extrapolation_cmax")), ==,
                     0.5);
  json_decref (root);
}

static void
test_doses_that_do_not_exist_are_null (void)
{
  g_autoptr (GPtrArray) results = one_result ();
  json_t               *root = answers_of (results);
  json_t               *answer = json_array_get (json_object_get (root, "answers"), 0);
  json_t               *interval = json_object_get (answer, "interval_mg");

  g_assert_true (json_is_null (json_object_get (answer, "assured_dose_mg")));
  g_assert_cmpfloat (json_real_value (json_array_get (interval, 0)), ==, 5.5);
  g_assert_true (json_is_null (json_array_get (interval, 1)));

  json_decref (root);
}

static void
test_seed_keeps_its_64_bits (void)
{
  g_autoptr (GPtrArray) results = one_result ();
  json_t               *root = answers_of (results);

  g_assert_cmpstr (json_string_value (json_object_get (root, "seed")), ==,
                   "18446744073709551615");

  json_decref (root);
}

static void
test_numbers_are_written_for_people (void)
{
  g_autoptr (GPtrArray) results = one_result ();
  g_autoptr (QsModel)   model = make_model ();
  const QsReportContext context = { model, "def", 1.5 };
  g_autofree char      *text = qs_report_answers_json (&context, results);

  g_assert_nonnull (strstr (text, "\"target\": 0.9,"));
}

static void
test_observed_success_is_named (void)
{
  g_autoptr (GPtrArray) results = one_result ();
  g_autoptr (QsModel)   model = qs_model_new (QS_MODEL_LOGISTIC);
  const QsReportContext context = { model, "def", 1.5 };
  g_autofree char      *text = NULL;

  model->data_sha256 = g_strdup ("abc");
  ((QsResult *) results->pdata[0])->observed = TRUE;
  text = qs_report_answers_json (&context, results);

  g_assert_nonnull (strstr (text, "\"success\": \"observed biomarker\""));
}

static void
test_csv_quotes_and_leaves_gaps (void)
{
  g_autoptr (GPtrArray) results = one_result ();
  g_autofree char      *csv = qs_report_answers_csv (results);

  g_assert_nonnull (strstr (csv, "base,qd,0.9,reached,6.5,,6.31,"));
  g_assert_nonnull (strstr (csv, ",5.5,,0.84,0.95,"));
  g_assert_true (g_str_has_suffix (csv, ",\"Say \"\"when\"\", twice; another\"\n"));
}

static void
test_curve_has_the_promised_columns (void)
{
  g_autoptr (GPtrArray) results = one_result ();
  g_autofree char      *csv = qs_report_curves_csv (results);

  g_assert_true (
      g_str_has_prefix (csv, "scenario,regimen,dose_mg,p,lower,upper,mc_lower,mc_upper"));
  g_assert_nonnull (strstr (csv, "\nbase,qd,0.5,0.1,,,0.05,0.15,0.01,0.2\n"));
}

static guint
count_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  return g_strv_length (lines) - 1;
}

static void
test_a_curve_is_written_once_and_at_full_length (void)
{
  g_autoptr (GPtrArray) results = one_result ();
  g_autofree char      *csv = NULL;

  g_ptr_array_add (results, make_result ("base", 0.75, 5));
  g_ptr_array_add (results, make_result ("base", 0.5, 5));
  g_ptr_array_add (results, make_result ("heavy", 0.9, 2));
  csv = qs_report_curves_csv (results);

  /* Header, five doses of base, two of heavy. */
  g_assert_cmpuint (count_lines (csv), ==, 1 + 5 + 2);
}

/* A schedule is quoted, for its commas; a dose per kg has a name of its own. */
static void
test_a_schedule_is_named_with_its_unit (void)
{
  g_autoptr (GPtrArray) results = one_result ();
  QsResult             *result = results->pdata[0];
  QsDosing              schedule;
  g_autofree char      *csv = NULL, *per_kg = NULL;
  json_t               *root, *answer;

  g_assert_true (qs_dosing_parse ("qd bands=60:0.5,1", &schedule, NULL));
  qs_scenario_set_schedule (&result->scenario, &schedule);
  csv = qs_report_curves_csv (results);
  g_assert_nonnull (strstr (csv, "\nbase,\"qd bands=60:0.5,1\",0.5,"));

  g_assert_true (qs_dosing_parse ("q12h mg/kg", &schedule, NULL));
  qs_scenario_set_schedule (&result->scenario, &schedule);
  per_kg = qs_report_curves_csv (results);
  g_assert_true (g_str_has_prefix (per_kg, "scenario,regimen,dose_mg_per_kg,p,"));

  root = answers_of (results);
  answer = json_array_get (json_object_get (root, "answers"), 0);
  g_assert_cmpstr (json_string_value (json_object_get (answer, "regimen")), ==,
                   "q12h mg/kg");
  g_assert_null (json_object_get (answer, "dose_mg"));
  g_assert_cmpfloat (json_real_value (json_object_get (answer, "dose_mg_per_kg")), ==,
                     6.5);
  g_assert_nonnull (json_object_get (answer, "interval_mg_per_kg"));
  json_decref (root);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/report/answers/exposure-stands-beside-the-dose",
                   test_exposure_stands_beside_the_dose);
  g_test_add_func ("/report/answers/have-the-promised-fields",
                   test_answers_have_the_promised_fields);
  g_test_add_func ("/report/answers/doses-that-do-not-exist-are-null",
                   test_doses_that_do_not_exist_are_null);
  g_test_add_func ("/report/answers/seed-keeps-its-64-bits", test_seed_keeps_its_64_bits);
  g_test_add_func ("/report/answers/numbers-are-written-for-people",
                   test_numbers_are_written_for_people);
  g_test_add_func ("/report/answers/observed-success-is-named",
                   test_observed_success_is_named);
  g_test_add_func ("/report/answers/a-schedule-is-named-with-its-unit",
                   test_a_schedule_is_named_with_its_unit);
  g_test_add_func ("/report/answers/csv-quotes-and-leaves-gaps",
                   test_csv_quotes_and_leaves_gaps);
  g_test_add_func ("/report/answers/curve-has-the-promised-columns",
                   test_curve_has_the_promised_columns);
  g_test_add_func ("/report/answers/a-curve-is-written-once-and-at-full-length",
                   test_a_curve_is_written_once_and_at_full_length);

  return g_test_run ();
}
