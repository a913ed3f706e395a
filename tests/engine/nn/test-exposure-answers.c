/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "core/qs-rng.h"
#include "nn/qs-exposure-fit.h"
#include "nn/qs-exposure-net.h"
#include "nn/qs-exposure-physics.h"
#include "nn/qs-exposure-plan.h"
#include "nn/qs-exposure-predictor.h"
#include "nn/qs-lstm-fit.h"
#include "nn/qs-pinn-fit.h"
#include "pkpd/qs-pkpd-course.h"
#include "pkpd/qs-pkpd-individual.h"
#include "pkpd/qs-pkpd-predictor.h"
#include "qs-population.h"

#include <math.h>
#include <string.h>
#include <time.h>

#define N QS_PKPD_N_PARAMETERS
#define N_LATENT (N + 1)
#define N_PEOPLE 21

static QsPredictor *
make_kinetics (void)
{
  static const double value[N] = {
    [QS_PKPD_KA] = 1.0,    [QS_PKPD_TLAG] = 1.0,   [QS_PKPD_CL] = 0.044,
    [QS_PKPD_V] = 2.7,     [QS_PKPD_Q] = 0.17,     [QS_PKPD_V2] = 5.7,
    [QS_PKPD_R0] = 10.0,   [QS_PKPD_KOUT] = 0.015, [QS_PKPD_IMAX] = 0.95,
    [QS_PKPD_IC50] = 1.05, [QS_PKPD_GAMMA] = 1.0,
  };
  QsPkpdStructure  structure = qs_pkpd_structure_default ();
  QsPkpdPopulation population = { 0 };

  structure.has_lag = TRUE;
  for (guint i = 0; i < N; i++) {
    population.theta[i] = qs_pkpd_transform (i, value[i]);
    population.omega2[i] = 0.05;
  }

  return qs_pkpd_predictor_new (&structure, &population);
}

/* A network that has learned nothing, on a regression that falls with the dose. */
static QsPredictor *
make (double omega)
{
  const QsExposureScales scales = {
    .base = { 2.3, -0.9, -0.2, 0.5 },
    .c0_mg_l = 0.5,
    .mean = { 1.0, 1.2, 0.5, 0.0 },
    .sd = { 0.8, 0.7, 0.5, 0.2 },
    .response_mean = 0.0,
    .response_sd = 0.2,
  };
  const QsExposureSettings settings = { 96.0, 10.0, omega, 0.1 };
  QsFitOptions             options = qs_fit_options_default (QS_MODEL_LSTM);
  g_autoptr (QsPredictor)  kinetics = make_kinetics ();
  g_autofree double       *params = NULL;
  g_autoptr (GError)       error = NULL;
  QsNetShape               shape;
  QsPredictor             *self;
  gsize                    n;

  qs_fit_options_set_input (&options, QS_INPUT_EXPOSURE);
  shape = qs_exposure_shape (&options);
  n = qs_net_shape_layout (&shape).n_params;
  params = g_new (double, n);
  qs_net_shape_init (&shape, 3, 0, params);
  self = qs_exposure_predictor_new (&options, &scales, params, n, &settings, kinetics,
                                    &error);
  g_assert_no_error (error);
  return self;
}

typedef struct {
  float  bw_kg[N_PEOPLE];
  guint8 comed[N_PEOPLE];
  float  latent[N_PEOPLE * N_LATENT];
} People;

static void
people_init (People *self)
{
  const QsRngKey key = { 5, QS_RNG_TEST, 0 };

  for (guint i = 0; i < N_PEOPLE; i++) {
    self->bw_kg[i] = 50.0f + 3.0f * (float) i;
    self->comed[i] = i % 2;
    for (guint k = 0; k < N_LATENT; k++)
      self->latent[i * N_LATENT + k] = (float) qs_rng_normal (&key, i, k);
  }
}

/* The highest biomarker of one person over the steps at which it is judged, by the time
 * course, which shares no search with the critical dose. */
static double
highest (const QsPredictor *predictor,
         const QsScenario  *scenario,
         const double      *times_h,
         gsize              n_times,
         const People      *people,
         guint              person,
         double             dose_mg)
{
  double concentration[64], response[64], most = 0.0;

  predictor->klass->course (predictor, scenario, dose_mg, 1, people->bw_kg + person,
                            people->comed + person, people->latent + person * N_LATENT,
                            n_times, times_h, concentration, response);
  for (gsize t = 0; t < n_times; t++)
    most = fmax (most, response[t]);

  return most;
}

static void
assert_doses_are_critical (const QsScenario *scenario,
                           const double     *times_h,
                           gsize             n_times)
{
  g_autoptr (QsPredictor) predictor = make (0.2);
  const QsCriterion       criterion = qs_scenario_criterion (scenario);
  float                   dose_mg[N_PEOPLE];
  guint                   n_found = 0;
  People                  people;

  people_init (&people);
  predictor->klass->critical_dose (predictor, &criterion, scenario->regimen,
                                   scenario->threshold_ng_ml, N_PEOPLE, people.bw_kg,
                                   people.comed, people.latent, dose_mg);
  for (guint i = 0; i < N_PEOPLE; i++) {
    if (!(dose_mg[i] > 0.0f && isfinite (dose_mg[i])))
      continue;
    n_found++;
    g_assert_cmpfloat (highest (predictor, scenario, times_h, n_times, &people, i,
                                1.001 * (double) dose_mg[i]),
                       <=, scenario->threshold_ng_ml);
    g_assert_cmpfloat (highest (predictor, scenario, times_h, n_times, &people, i,
                                0.999 * (double) dose_mg[i]),
                       >, scenario->threshold_ng_ml);
  }
  g_assert_cmpuint (n_found, >, N_PEOPLE / 2);
}

static void
test_daily_and_weekly_doses_are_critical (void)
{
  static const double day_h[] = { 0.0, 1.0, 2.0, 4.0, 8.0, 12.0, 24.0 };
  double              week_h[13] = { 0.0, 1.0, 2.0, 4.0, 8.0 };
  QsScenario          scenario = qs_scenario_default ();

  assert_doses_are_critical (&scenario, day_h, G_N_ELEMENTS (day_h));

  /* From half a day on in even steps of at most a day. */
  scenario.regimen = QS_REGIMEN_QW;
  for (guint k = 0; k <= 7; k++)
    week_h[5 + k] = 12.0 + 156.0 * k / 7.0;
  assert_doses_are_critical (&scenario, week_h, G_N_ELEMENTS (week_h));
}

/* Half the dose for four days, then what is judged on the sixth. */
static void
test_titration_is_the_same_model (void)
{
  static const double times_h[] = { 120.0, 121.0, 122.0, 124.0, 128.0, 132.0, 144.0 };
  g_autoptr (GError)  error = NULL;
  QsScenario          scenario = qs_scenario_default ();
  QsDosing            schedule;

  g_assert_true (qs_dosing_parse ("qd titrate=0.5x4 naive judge=6-6", &schedule, &error));
  g_assert_no_error (error);
  qs_scenario_set_schedule (&scenario, &schedule);
  assert_doses_are_critical (&scenario, times_h, G_N_ELEMENTS (times_h));
}

/* Superposition by hand is what the population model's course says. */
static void
test_concentrations_are_those_of_the_course (void)
{
  const QsCriterion          criterion = { 0 };
  g_autoptr (QsExposurePlan) plan =
      qs_exposure_plan_new (&criterion, QS_REGIMEN_QD, 96.0);
  const guint             n = plan->times_h->len;
  g_autoptr (QsPredictor) kinetics = make_kinetics ();
  const double           *times_h = (const double *) (gpointer) plan->times_h->data;
  g_autofree double      *found = g_new (double, n);
  g_autofree double      *expected = g_new (double, n), *response = g_new (double, n);
  const float             latent[N] = { 0.5f, -0.3f, 1.0f };
  QsDose                  doses[5] = { { 0 } };
  QsPkParameters          pk;
  QsPdParameters          pd;

  g_assert_cmpuint (plan->doses_h->len, ==, G_N_ELEMENTS (doses));
  g_assert_cmpfloat (plan->begin_h, ==, 96.0);
  for (guint i = 0; i < G_N_ELEMENTS (doses); i++)
    doses[i] = (QsDose){ .time_h = 24.0 * i, .dose_mg = 1.0 };
  qs_pkpd_predictor_person (kinetics, 80.0, 1, latent, &pk, &pd);
  qs_exposure_plan_concentrations (plan, &pk, times_h, n, found);
  qs_pkpd_simulate (&pk, &pd, doses, G_N_ELEMENTS (doses), times_h, n, expected,
                    response);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (found[i], expected[i], 1e-12);
}

/* Whoever lies higher than others of the same exposure needs more. */
static void
test_subject_effect_raises_doses (void)
{
  g_autoptr (QsPredictor) predictor = make (0.2);
  const QsCriterion       criterion = { 0 };
  const float             bw_kg[2] = { 70.0f, 70.0f };
  const guint8            comed[2] = { 0, 0 };
  float                   latent[2 * N_LATENT] = { 0.0f }, dose_mg[2];

  latent[2 * N_LATENT - 1] = 1.0f;
  predictor->klass->critical_dose (predictor, &criterion, QS_REGIMEN_QD, 3.3, 2, bw_kg,
                                   comed, latent, dose_mg);
  g_assert_true (predictor->has_subject_effect);
  g_assert_cmpfloat (dose_mg[1], >, 1.1f * dose_mg[0]);
}

/* Every @nth subject of the bundled study; of each third there are four per arm. */
static QsDataset *
part_of_study (guint nth)
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
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    if (i == 0 || (g_ascii_strtoull (lines[i], NULL, 10) - 1) % nth == 0)
      g_string_append_printf (kept, "%s\n", lines[i]);

  bytes = g_string_free_to_bytes (kept);
  dataset = qs_dataset_parse (bytes, "small.csv", NULL, NULL, &error);
  g_assert_no_error (error);
  return dataset;
}

static QsDataset *
small_study (void)
{
  return part_of_study (3);
}

/* The truth of the bundled study, near enough for concentrations. */
static QsModel *
known_kinetics (void)
{
  QsModel *model = qs_model_new (QS_MODEL_PKPD);

  model->estimate = make_kinetics ();
  return model;
}

static QsModel *
fit_with (const QsDataset *dataset,
          QsModelKind      kind,
          guint            n_threads,
          guint            n_physics,
          double           weight)
{
  g_autoptr (QsModel) kinetics = known_kinetics ();
  g_autoptr (QsRun)   run = qs_run_new (n_threads, NULL, NULL);
  g_autoptr (GError)  error = NULL;
  QsFitOptions        options = qs_fit_options_default (kind);
  QsModel            *model;

  qs_fit_options_set_input (&options, QS_INPUT_EXPOSURE);
  options.n_epochs = 5;
  options.n_bootstrap = 2;
  options.n_physics = n_physics;
  options.physics_weight = weight;
  model = qs_exposure_fit (dataset, &options, kinetics, run, &error);
  g_assert_no_error (error);
  return model;
}

static QsModel *
fit (const QsDataset *dataset, QsModelKind kind, guint n_threads)
{
  return fit_with (dataset, kind, n_threads, 0, 1.0);
}

static void
assert_same_fit (const QsModel *one, const QsModel *two)
{
  gsize n;

  g_assert_cmpuint (one->draws->len, ==, 2);
  for (guint i = 0; i <= one->draws->len; i++) {
    const QsPredictor *a = i > 0 ? one->draws->pdata[i - 1] : one->estimate;
    const QsPredictor *b = i > 0 ? two->draws->pdata[i - 1] : two->estimate;
    const double      *params = qs_exposure_predictor_params (a, &n);

    g_assert_cmpmem (params, n * sizeof (double), qs_exposure_predictor_params (b, &n),
                     n * sizeof (double));
    g_assert_cmpfloat (qs_exposure_predictor_settings (a)->omega, ==,
                       qs_exposure_predictor_settings (b)->omega);
  }
}

static void
test_fit_gives_the_same_bits (gconstpointer data)
{
  const QsModelKind     kind = (QsModelKind) GPOINTER_TO_UINT (data);
  g_autoptr (QsDataset) dataset = small_study ();
  g_autoptr (QsModel)   one = fit (dataset, kind, 1);
  g_autoptr (QsModel)   two = fit (dataset, kind, 2);

  assert_same_fit (one, two);
  g_assert_cmpfloat (qs_exposure_predictor_settings (one->estimate)->treated_h, ==,
                     480.0);
}

static void
test_physics_gives_the_same_bits (void)
{
  g_autoptr (QsDataset) dataset = part_of_study (5);
  g_autoptr (QsModel)   one = fit_with (dataset, QS_MODEL_QLSTM, 1, 12, 0.5);
  g_autoptr (QsModel)   two = fit_with (dataset, QS_MODEL_QLSTM, 2, 12, 0.5);

  assert_same_fit (one, two);
}

static void
test_physics_without_weight_changes_no_bit (void)
{
  g_autoptr (QsDataset) dataset = part_of_study (5);
  g_autoptr (QsModel)   without = fit (dataset, QS_MODEL_LSTM, 1);
  g_autoptr (QsModel)   weightless = fit_with (dataset, QS_MODEL_LSTM, 1, 12, 0.0);
  g_autoptr (QsModel)   with = fit_with (dataset, QS_MODEL_LSTM, 1, 12, 0.5);
  gsize                 n;
  const double         *params = qs_exposure_predictor_params (without->estimate, &n);

  assert_same_fit (without, weightless);
  g_assert_cmpint (memcmp (params, qs_exposure_predictor_params (with->estimate, &n),
                           n * sizeof *params),
                   !=, 0);
}

/* data/sample/sample-study.truth.json */
static QsPredictor *
true_kinetics (void)
{
  static const struct {
    guint  parameter;
    double value;
    double omega2;
  } truth[] = {
    { QS_PKPD_KA, 0.6, 0.09 },   { QS_PKPD_TLAG, 0.0, 0.0 },  { QS_PKPD_CL, 0.05, 0.05 },
    { QS_PKPD_V, 2.4, 0.03 },    { QS_PKPD_Q, 0.08, 0.0 },    { QS_PKPD_V2, 3.0, 0.0 },
    { QS_PKPD_R0, 9.6, 0.04 },   { QS_PKPD_KOUT, 0.02, 0.0 }, { QS_PKPD_IMAX, 0.95, 0.0 },
    { QS_PKPD_IC50, 1.3, 0.06 }, { QS_PKPD_GAMMA, 1.0, 0.0 },
  };
  QsPkpdStructure  structure = qs_pkpd_structure_default ();
  QsPkpdPopulation population = { .sigma_prop = { 0.18, 0.12 } };

  structure.has_lag = FALSE;
  structure.eta = 0;
  structure.comed = 1u << QS_PKPD_R0;
  population.beta_comed[QS_PKPD_R0] = -0.3;
  for (guint i = 0; i < G_N_ELEMENTS (truth); i++) {
    const guint p = truth[i].parameter;

    population.theta[p] = p == QS_PKPD_TLAG ? 0.0 : qs_pkpd_transform (p, truth[i].value);
    population.omega2[p] = truth[i].omega2;
    structure.eta |= truth[i].omega2 > 0.0 ? 1u << p : 0;
  }

  return qs_pkpd_predictor_new (&structure, &population);
}

/* Everybody's record with the concentrations that the kinetics make of the own ones. */
static QsExposureRecord **
records_of (const QsDataset *dataset, const QsPredictor *kinetics, guint n_physics)
{
  const guint             n = qs_dataset_n_subjects (dataset);
  const QsPkpdStructure  *structure = qs_pkpd_predictor_structure (kinetics);
  g_autoptr (QsPkpdStudy) study = qs_pkpd_study_new (dataset, NULL);
  QsExposureRecord      **records = g_new0 (QsExposureRecord *, n + n_physics);

  for (guint i = 0; i < n; i++) {
    double transformed[N];

    records[i] = qs_exposure_record_new (qs_dataset_subject (dataset, i));
    qs_pkpd_individual_estimate (&study->persons[i], structure,
                                 qs_pkpd_predictor_population (kinetics),
                                 QS_PKPD_FROM_CONCENTRATIONS, transformed);
    qs_exposure_record_expose (records[i], qs_dataset_subject (dataset, i), structure,
                               transformed);
  }

  return records;
}

/* RMSE on log biomarker of those of the bundled study who do not train, after training
 * with every third. */
static double
error_of_the_rest (const QsDataset *dataset, guint n_physics)
{
  const guint             n = qs_dataset_n_subjects (dataset);
  g_autoptr (QsPredictor) kinetics = true_kinetics ();
  QsExposureRecord      **records = records_of (dataset, kinetics, n_physics);
  QsFitOptions            options = qs_fit_options_default (QS_MODEL_LSTM);
  g_autofree guint       *training = g_new (guint, n + n_physics);
  QsLesson lesson = { .training = training, .weight_decay = QS_EXPOSURE_WEIGHT_DECAY };
  g_autoptr (QsExposureNet) net = NULL;
  g_autoptr (GError)        error = NULL;
  QsNetShape                shape;
  double                    squares = 0.0;
  guint                     n_seen = 0;

  qs_fit_options_set_input (&options, QS_INPUT_EXPOSURE);
  options.n_epochs = 100;
  options.n_physics = n_physics;
  for (guint i = 0; i < n; i += 3)
    training[lesson.n_training++] = i;
  qs_exposure_physics_make (dataset, training, lesson.n_training, kinetics, &options, 0,
                            records + n);
  for (guint k = 0; k < n_physics; k++)
    training[lesson.n_training++] = n + k;
  shape = qs_exposure_shape (&options);
  net = qs_exposure_net_train (&shape, NULL, records, &lesson, &options, NULL, NULL,
                               &error);
  g_assert_no_error (error);

  for (guint i = 0; i < n; i++) {
    g_autofree double *predicted = g_new (double, records[i]->n_steps);

    qs_exposure_net_predict (net, records[i], predicted);
    for (guint t = 0; t < records[i]->n_steps && i % 3 != 0; t++)
      if (!isnan (records[i]->log_response[t])) {
        squares += pow (predicted[t] - records[i]->log_response[t], 2.0);
        n_seen++;
      }
  }
  for (guint i = 0; i < n + n_physics; i++)
    qs_exposure_record_free (records[i]);
  g_free (records);

  return sqrt (squares / n_seen);
}

/* Sixteen subjects are few: physics, here the truth, tells what they don't. */
static void
test_physics_helps_where_subjects_are_few (void)
{
  g_autoptr (QsDataset) dataset = part_of_study (1);
  const double          without = error_of_the_rest (dataset, 0);
  const double          with = error_of_the_rest (dataset, 40);

  g_test_message ("RMSE of log biomarker: %.4f without, %.4f with", without, with);
  g_assert_cmpfloat (with, <, 0.97 * without);
}

/* What a sanitizer weaves in makes a step of work many times as long. */
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#  define MAX_S_TO_END 2.0
#else
#  define MAX_S_TO_END 0.2
#endif

typedef struct {
  QsRun *run; /* borrowed */
  guint  after_ms;
  double cancelled_s;
} Canceller;

/* Of all threads: other programs, which may keep them from answering, do not count. */
static double
cpu_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

static gpointer
cancel_soon (gpointer data)
{
  Canceller *self = data;

  g_usleep (1000 * self->after_ms);
  self->cancelled_s = cpu_seconds ();
  qs_run_cancel (self->run);
  return NULL;
}

/* Seconds of work between the cancelling of a training and its end. */
static double
seconds_to_end (const QsDataset *dataset, const QsFitOptions *options, guint after_ms)
{
  g_autoptr (QsModel) kinetics = known_kinetics (), model = NULL;
  g_autoptr (QsRun)   run = qs_run_new (2, NULL, NULL);
  g_autoptr (GError)  error = NULL;
  Canceller           canceller = { run, after_ms, 0.0 };
  GThread            *thread = g_thread_new ("cancel", cancel_soon, &canceller);
  double              ended_s;

  if (options->input == QS_INPUT_EXPOSURE)
    model = qs_exposure_fit (dataset, options, kinetics, run, &error);
  else if (qs_model_kind_is_pinn (options->kind))
    model = qs_pinn_fit (dataset, options, run, &error);
  else
    model = qs_lstm_fit (dataset, options, run, &error);
  ended_s = cpu_seconds ();
  g_thread_join (thread);

  g_assert_null (model);
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
  return ended_s - canceller.cancelled_s;
}

/* Networks of windows and on exposure, while they prepare and while they train. */
static void
test_every_training_can_be_cancelled (void)
{
  static const QsModelKind kinds[] = { QS_MODEL_LSTM,   QS_MODEL_QLSTM, QS_MODEL_QTLSTM,
                                       QS_MODEL_QKLSTM, QS_MODEL_PINN,  QS_MODEL_QPINN };
  static const guint       moments_ms[] = { 0, 15, 70 };
  g_autoptr (QsDataset)    dataset = small_study ();

  for (guint i = 0; i < 2 * G_N_ELEMENTS (kinds); i++) {
    const QsModelKind kind = kinds[i / 2];
    QsFitOptions      options = qs_fit_options_default (kind);
    double            worst_s = 0.0;

    if (i % 2 == 1 && qs_model_kind_is_pinn (kind))
      continue;
    if (i % 2 == 1)
      qs_fit_options_set_input (&options, QS_INPUT_EXPOSURE);
    options.n_epochs = 100000;
    options.early_stopping = FALSE;
    for (guint k = 0; k < G_N_ELEMENTS (moments_ms); k++)
      worst_s = fmax (worst_s, seconds_to_end (dataset, &options, moments_ms[k]));
    g_test_message ("%s%s: %.3f s", qs_model_kind_name (kind),
                    i % 2 == 1 ? " on exposure" : "", worst_s);
    g_assert_cmpfloat (worst_s, <, MAX_S_TO_END);
  }
}

/* Daily and weekly answers of one network, with bands. */
static void
test_one_model_answers_daily_and_weekly (void)
{
  const QsPopulationOptions options = {
    .seed = 1, .n_subjects = 40, .n_replicates = 5, .subject_effect = TRUE
  };
  g_autoptr (QsDataset)    dataset = small_study ();
  g_autoptr (QsModel)      model = fit (dataset, QS_MODEL_LSTM, 1);
  g_autoptr (GError)       error = NULL;
  g_autoptr (QsPopulation) population = qs_population_new (model, &options, NULL, &error);

  g_assert_no_error (error);
  for (guint regimen = QS_REGIMEN_QD; regimen <= QS_REGIMEN_QW; regimen++) {
    QsScenario           scenario = qs_scenario_default ();
    g_autoptr (QsResult) result = NULL;

    scenario.regimen = regimen;
    scenario.target = 0.5;
    result = qs_solve (population, &scenario, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpint (result->decision.status, ==, QS_STATUS_REACHED);
    g_assert_cmpuint (result->n_draws, ==, 2);
    for (gsize i = 1; i < result->n_estimates; i++)
      g_assert_cmpfloat (result->estimates[i].probability, >=,
                         result->estimates[i - 1].probability);
    g_assert_true (qs_expose (model, result, NULL, &error));
    g_assert_cmpfloat (result->exposure.figures[QS_EXPOSURE_CMAX].median, >, 0.0);
    g_assert_true (isnan (result->exposure.target_share));
  }
}

int
main (int argc, char **argv)
{
  static const QsModelKind kinds[] = { QS_MODEL_LSTM, QS_MODEL_QLSTM, QS_MODEL_QKLSTM };

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/nn/exposure-answers/concentrations-are-those-of-the-course",
                   test_concentrations_are_those_of_the_course);
  g_test_add_func ("/nn/exposure-answers/daily-and-weekly-doses-are-critical",
                   test_daily_and_weekly_doses_are_critical);
  g_test_add_func ("/nn/exposure-answers/titration-is-the-same-model",
                   test_titration_is_the_same_model);
  g_test_add_func ("/nn/exposure-answers/subject-effect-raises-doses",
                   test_subject_effect_raises_doses);
  g_test_add_func ("/nn/exposure-answers/one-model-answers-daily-and-weekly",
                   test_one_model_answers_daily_and_weekly);
  g_test_add_func ("/nn/exposure-answers/every-training-can-be-cancelled",
                   test_every_training_can_be_cancelled);
  g_test_add_func ("/nn/exposure-answers/physics-gives-the-same-bits",
                   test_physics_gives_the_same_bits);
  g_test_add_func ("/nn/exposure-answers/physics-without-weight-changes-no-bit",
                   test_physics_without_weight_changes_no_bit);
  g_test_add_func ("/nn/exposure-answers/physics-helps-where-subjects-are-few",
                   test_physics_helps_where_subjects_are_few);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autofree char *path = g_strdup_printf (
        "/nn/exposure-answers/%s/fit-gives-the-same-bits", qs_model_kind_name (kinds[i]));

    g_test_add_data_func (path, GUINT_TO_POINTER (kinds[i]),
                          test_fit_gives_the_same_bits);
  }

  return g_test_run ();
}
