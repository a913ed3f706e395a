/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-logistic.h"

#include "analysis/qs-firth.h"
#include "core/qs-error.h"
#include "core/qs-stats.h"
#include "data/qs-windows.h"
#include "study-csv.h"

static const QsLogisticParameters truth = {
  .intercept = -3.0,
  .slope = 2.5,
  .beta_comed = 0.8,
  .u0_mg_per_kg = 0.012,
  .threshold_ng_ml = 3.3,
  .success = QS_SUCCESS_BELOW,
};

static double
steep_log_response (double dose_mg_per_kg, guint comed)
{
  return log (9.0) - 0.3 * comed - log (1.0 + dose_mg_per_kg / 0.03);
}

static QsDataset *
simulate (guint n_per_arm, double omega)
{
  const StudyOptions options = {
    .n_per_arm = n_per_arm,
    .n_points = 6,
    .log_response = steep_log_response,
    .omega = omega,
    .sigma = 0.05,
    .has_comed = TRUE,
    .seed = 11,
  };

  return study_new (&options);
}

static QsModel *
fit (const QsDataset *dataset, guint n_bootstrap, guint n_threads)
{
  g_autoptr (QsRun)  run = qs_run_new (n_threads, NULL, NULL);
  g_autoptr (GError) error = NULL;
  QsFitOptions       options = qs_fit_options_default (QS_MODEL_LOGISTIC);
  QsModel           *model;

  options.n_bootstrap = n_bootstrap;
  model = qs_logistic_fit (dataset, &options, run, &error);
  g_assert_no_error (error);

  return model;
}

/* The labels made again from the windows; the washout of the file lies at 99 ng/mL. */
static void
test_fit_is_that_of_the_window_labels (void)
{
  g_autoptr (QsDataset)       dataset = simulate (20, 0.4);
  g_autoptr (QsModel)         model = fit (dataset, 0, 1);
  const QsLogisticParameters *p = qs_logistic_parameters (model->estimate);
  QsFirthRow                  rows[80];
  double                      expected[QS_FIRTH_MAX];

  for (guint i = 0; i < 80; i++) {
    const QsSubject *subject = qs_dataset_subject (dataset, i);
    const double     u = subject->dose_mg / subject->bw_kg;
    double           highest;

    g_assert_true (qs_window_extreme (subject, QS_SUCCESS_BELOW, &highest));
    rows[i] = (QsFirthRow){
      .x = { 1.0, log (1.0 + u / p->u0_mg_per_kg), subject->comed },
      .times = 1,
      .success = highest <= 3.3,
    };
  }

  qs_firth_fit (rows, 80, 3, expected);
  g_assert_cmpfloat_with_epsilon (p->intercept, expected[0], 1e-6);
  g_assert_cmpfloat_with_epsilon (p->slope, expected[1], 1e-6);
  g_assert_cmpfloat_with_epsilon (p->beta_comed, expected[2], 1e-6);
  g_assert_cmpfloat (p->slope, >, 0.0);
}

/* Without variability the dose separates the labels; the fit stays finite. */
static void
test_separated_study_has_a_finite_fit (void)
{
  g_autoptr (QsDataset)       dataset = simulate (12, 0.0);
  g_autoptr (QsModel)         model = fit (dataset, 50, 2);
  const QsLogisticParameters *p = qs_logistic_parameters (model->estimate);

  g_assert_true (qs_logistic_parameters_validate (p, NULL));
  g_assert_cmpfloat (p->slope, >, 0.0);
  g_assert_cmpfloat (p->slope, <, 100.0);
  g_assert_cmpuint (model->draws->len, ==, 50);
  for (guint i = 0; i < 50; i++)
    g_assert_true (qs_logistic_parameters_validate (
        qs_logistic_parameters (model->draws->pdata[i]), NULL));
}

static void
test_draws_do_not_depend_on_threads (void)
{
  g_autoptr (QsDataset) dataset = simulate (12, 0.4);
  g_autoptr (QsModel)   one = fit (dataset, 40, 1);
  g_autoptr (QsModel)   eight = fit (dataset, 40, 8);

  g_assert_cmpuint (one->draws->len, ==, 40);
  g_assert_cmpuint (eight->draws->len, ==, 40);
  for (guint i = 0; i < 40; i++)
    /* All numbers come before the enumeration, whose padding is nobody's. */
    g_assert_cmpmem (qs_logistic_parameters (one->draws->pdata[i]),
                     offsetof (QsLogisticParameters, success),
                     qs_logistic_parameters (eight->draws->pdata[i]),
                     offsetof (QsLogisticParameters, success));
}

/* Over the latent values of a large population the share of successes is the logistic
 * probability. */
static void
test_latent_form_has_the_logistic_probability (void)
{
  enum { N = 20000 };
  g_autoptr (QsPredictor) self = qs_logistic_new (&truth, 24.0);
  const QsCriterion       criterion = { .success = QS_SUCCESS_BELOW };
  const double            level = self->klass->level (self, QS_SUCCESS_BELOW, 3.3);

  for (guint i = 0; i < 20; i++) {
    const double u = 0.015 * i;
    const guint8 comed = i % 2;
    const double eta = -3.0 + 2.5 * log (1.0 + u / 0.012) + 0.8 * comed;
    double       score;
    guint        n_success = 0;

    self->klass->score (self, &criterion, 1, &u, &comed, &score);
    for (guint k = 0; k < N; k++) {
      const double z = qs_normal_quantile ((k + 0.5) / N);

      n_success += score + self->klass->shift (self, QS_SUCCESS_BELOW, z) <= level;
    }

    g_assert_cmpfloat_with_epsilon (n_success / (double) N, 1.0 / (1.0 + exp (-eta)),
                                    1.0 / N);
  }
}

static void
test_shift_keeps_its_tails (void)
{
  g_autoptr (QsPredictor) self = qs_logistic_new (&truth, 24.0);

  for (double z = -30.0; z <= 30.0; z += 0.7) {
    const double here = self->klass->shift (self, QS_SUCCESS_BELOW, z);

    g_assert_true (isfinite (here));
    g_assert_cmpfloat (self->klass->shift (self, QS_SUCCESS_BELOW, z + 0.7), >, here);
    g_assert_cmpfloat_with_epsilon (self->klass->shift (self, QS_SUCCESS_BELOW, -z),
                                    -here, 1e-9 * (1.0 + fabs (here)));
  }
}

static void
assert_refused (const QsPredictor *self, QsCriterion criterion, double threshold_ng_ml)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (qs_predictor_judges (self, &criterion, threshold_ng_ml, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_REFUSED);
}

static void
test_other_questions_are_refused_by_name (void)
{
  g_autoptr (QsPredictor) self = qs_logistic_new (&truth, 24.0);
  g_autoptr (GError)      error = NULL, weekly = NULL;
  const QsCriterion       whole = { .success = QS_SUCCESS_BELOW };

  g_assert_true (qs_predictor_judges (self, &whole, 3.3, NULL));
  g_assert_false (qs_predictor_judges (self, &whole, 3.2, &error));
  g_assert_nonnull (strstr (error->message, "3.3"));
  g_assert_nonnull (strstr (error->message, "3.2"));
  g_assert_true (isnan (self->klass->level (self, QS_SUCCESS_BELOW, 3.2)));
  g_assert_true (isnan (self->klass->level (self, QS_SUCCESS_ABOVE, 3.3)));

  assert_refused (self, (QsCriterion){ .success = QS_SUCCESS_ABOVE }, 3.3);
  assert_refused (self, (QsCriterion){ .window_from_h = 12.0 }, 3.3);
  assert_refused (self, (QsCriterion){ .window_to_h = 12.0 }, 3.3);

  g_assert_true (self->klass->answers (self, QS_REGIMEN_QD, NULL));
  g_assert_false (self->klass->answers (self, QS_REGIMEN_QW, &weekly));
  g_assert_error (weekly, QS_ERROR, QS_ERROR_REFUSED);
}

static void
assert_too_few (guint n_per_arm, guint n_points)
{
  const StudyOptions options = {
    .n_per_arm = n_per_arm,
    .n_points = n_points,
    .log_response = steep_log_response,
    .sigma = 0.1,
    .has_comed = TRUE,
    .seed = 1,
  };
  g_autoptr (QsDataset) dataset = study_new (&options);
  g_autoptr (GError)    error = NULL;
  const QsFitOptions    settings = qs_fit_options_default (QS_MODEL_LOGISTIC);

  g_assert_null (qs_logistic_fit (dataset, &settings, NULL, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_TOO_FEW);
}

static void
test_too_few_data_are_refused (void)
{
  assert_too_few (1, 5);
  assert_too_few (12, 0);
}

static void
test_wrong_options_are_refused (void)
{
  g_autoptr (QsDataset) dataset = simulate (12, 0.4);
  g_autoptr (GError)    error = NULL;
  QsFitOptions          options = qs_fit_options_default (QS_MODEL_LOGISTIC);

  options.threshold_ng_ml = -1.0;
  g_assert_null (qs_logistic_fit (dataset, &options, NULL, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
}

static void
test_foreign_parameters_are_refused (void)
{
  QsLogisticParameters bad[6] = { truth, truth, truth, truth, truth, truth };

  g_assert_true (qs_logistic_parameters_validate (&truth, NULL));
  bad[0].intercept = NAN;
  bad[1].slope = INFINITY;
  bad[2].beta_comed = NAN;
  bad[3].u0_mg_per_kg = 0.0;
  bad[4].threshold_ng_ml = -3.3;
  bad[5].success = (QsSuccess) 7;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (qs_logistic_parameters_validate (&bad[i], &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_MODEL);
  }
}

static double
base_crossing (const QsLogisticParameters *p, double target)
{
  double low = 0.0, high = 1000.0;

  for (guint turn = 0; turn < 60; turn++) {
    const double middle = 0.5 * (low + high);
    double       sum = 0.0;

    for (guint i = 0; i < 2000; i++) {
      const double u = middle / (50.0 + 50.0 * (i / 2 + 0.5) / 1000.0);
      const double eta =
          p->intercept + p->slope * log1p (u / p->u0_mg_per_kg) + i % 2 * p->beta_comed;

      sum += 1.0 / (1.0 + exp (-eta)) / 2000.0;
    }

    if (sum < target)
      low = middle;
    else
      high = middle;
  }

  return high;
}

static void
test_real_study_has_its_attainment (void)
{
  const char                 *path = g_getenv ("QUSOP_ESTDATA");
  g_autoptr (QsDataset)       dataset = NULL;
  g_autoptr (QsModel)         model = NULL;
  const QsLogisticParameters *p;

  if (path == NULL) {
    g_test_skip ("QUSOP_ESTDATA is not set");
    return;
  }

  dataset = qs_dataset_load (path, NULL, NULL, NULL);
  g_assert_nonnull (dataset);
  model = fit (dataset, 200, 2);
  p = qs_logistic_parameters (model->estimate);

  for (guint i = 0; i < model->metrics->len; i++) {
    const QsMetric *entry = &g_array_index (model->metrics, QsMetric, i);

    g_test_message ("%s %.6g %s", entry->name, entry->value, entry->unit);
    if (g_str_equal (entry->name, "attained"))
      g_assert_cmpfloat (entry->value, ==, 17.0);
  }
  g_test_message ("base QD: 90 %% at %.3f mg, 75 %% at %.3f mg; fit %.3f s",
                  base_crossing (p, 0.9), base_crossing (p, 0.75), model->elapsed_s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/analysis/logistic/fit-is-that-of-the-window-labels",
                   test_fit_is_that_of_the_window_labels);
  g_test_add_func ("/analysis/logistic/separated-study-has-a-finite-fit",
                   test_separated_study_has_a_finite_fit);
  g_test_add_func ("/analysis/logistic/draws-do-not-depend-on-threads",
                   test_draws_do_not_depend_on_threads);
  g_test_add_func ("/analysis/logistic/latent-form-has-the-logistic-probability",
                   test_latent_form_has_the_logistic_probability);
  g_test_add_func ("/analysis/logistic/shift-keeps-its-tails",
                   test_shift_keeps_its_tails);
  g_test_add_func ("/analysis/logistic/other-questions-are-refused-by-name",
                   test_other_questions_are_refused_by_name);
  g_test_add_func ("/analysis/logistic/too-few-data-are-refused",
                   test_too_few_data_are_refused);
  g_test_add_func ("/analysis/logistic/wrong-options-are-refused",
                   test_wrong_options_are_refused);
  g_test_add_func ("/analysis/logistic/foreign-parameters-are-refused",
                   test_foreign_parameters_are_refused);
  g_test_add_func ("/analysis/logistic/real-study-has-its-attainment",
                   test_real_study_has_its_attainment);
  return g_test_run ();
}
