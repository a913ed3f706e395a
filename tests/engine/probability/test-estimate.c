/* SPDX-License-Identifier: Apache-2.0 */
#include "probability/qs-estimate.h"

#include "core/qs-error.h"
#include "core/qs-stats.h"
#include "pkpd/qs-pkpd-predictor.h"
#include "qs-known.h"
#include "qusop.h"

#include <math.h>
#include <string.h>

/* Of the known model and of the population model. */
#define DOSE_MG 14.0
#define POPULATION_DOSE_MG 6.0

/* The probability written down: an integral over body weight of a normal distribution
 * function. */
static double
known_probability (const QsKnown *known, double dose_mg)
{
  enum { N = 20000 };
  double sum = 0.0;

  for (guint i = 0; i < N; i++) {
    const double bw_kg = 50.0 + 50.0 * (i + 0.5) / N;

    for (guint comed = 0; comed <= 1; comed++)
      sum += 0.5 / N *
             qs_normal_cdf ((log (3.3) - qs_known_score (known, QS_SUCCESS_BELOW,
                                                         dose_mg / bw_kg, comed)) /
                            known->omega);
  }

  return sum;
}

/* Tests look at hundreds of intervals, so these are of a level that rarely fails. */
static QsEstimateOptions
sure_options (void)
{
  QsEstimateOptions options = qs_estimate_options_default ();

  options.level = 0.9995;
  return options;
}

static QsEstimate
estimate (const QsModel           *model,
          const QsScenario        *scenario,
          const QsEstimateOptions *options)
{
  g_autoptr (GError) error = NULL;
  const double dose_mg = model->kind == QS_MODEL_PKPD ? POPULATION_DOSE_MG : DOSE_MG;
  QsEstimate   found;

  g_assert_true (qs_estimate (model, scenario, dose_mg, options, NULL, &found, &error));
  g_assert_no_error (error);
  return found;
}

static void
test_every_method_finds_a_known_probability (void)
{
  const QsKnown       known = qs_known_default ();
  g_autoptr (QsModel) model = qs_known_model (&known, 0, 0.0);
  const QsScenario    scenario = qs_scenario_default ();
  const double        p = known_probability (&known, DOSE_MG);

  g_assert_true (p > 0.5 && p < 0.95);
  for (guint i = 0; i < QS_N_ESTIMATORS; i++) {
    QsEstimateOptions options = sure_options ();
    QsEstimate        found;
    double            off;

    options.estimator = i;
    options.n_qubits = 14;
    found = estimate (model, &scenario, &options);
    off = isnan (found.discretisation) ? 0.0 : found.discretisation;
    g_test_message ("%s: %.5f [%.5f, %.5f] ± %.5f, p %.5f", qs_estimator_name (i),
                    found.dose.probability, found.dose.mc_lower, found.dose.mc_upper, off,
                    p);
    g_assert_cmpfloat (found.dose.mc_lower - off, <=, p);
    g_assert_cmpfloat (found.dose.mc_upper + off, >=, p);
    g_assert_cmpint (found.verdict, !=, QS_AMPLITUDE_CAPPED);
    g_assert_cmpfloat (found.dose.dose_mg, ==, DOSE_MG);
    g_assert_true (i < QS_ESTIMATOR_CANONICAL || fabs (found.exact - p) <= off);
  }
}

/* Twice the qubits halve the bins, and with them the error that the interval lacks. */
static void
test_discretisation_is_bounded_and_falls (void)
{
  const QsKnown       known = qs_known_default ();
  g_autoptr (QsModel) model = qs_known_model (&known, 0, 0.0);
  const QsScenario    scenario = qs_scenario_default ();
  const double        p = known_probability (&known, DOSE_MG);
  QsEstimateOptions   options = sure_options ();
  double              last = 1.0;

  for (options.n_qubits = 6; options.n_qubits <= 18; options.n_qubits += 4) {
    const QsEstimate found = estimate (model, &scenario, &options);

    g_assert_cmpfloat (fabs (found.exact - p), <=, found.discretisation);
    g_assert_cmpfloat (found.discretisation, <, 0.5 * last);
    last = found.discretisation;
  }
}

static QsModel *
population_model_of (QsResponseKind response)
{
  static const double value[QS_PKPD_N_PARAMETERS] = {
    [QS_PKPD_KA] = 1.0,    [QS_PKPD_TLAG] = 1.0,   [QS_PKPD_CL] = 0.044,
    [QS_PKPD_V] = 2.7,     [QS_PKPD_Q] = 0.17,     [QS_PKPD_V2] = 5.7,
    [QS_PKPD_R0] = 10.0,   [QS_PKPD_KOUT] = 0.015, [QS_PKPD_IMAX] = 0.9,
    [QS_PKPD_IC50] = 1.05, [QS_PKPD_GAMMA] = 1.0,
  };
  QsPkpdStructure  structure = qs_pkpd_structure_default ();
  QsPkpdPopulation population = { 0 };
  QsModel         *model = qs_model_new (QS_MODEL_PKPD);

  for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++) {
    population.theta[i] = qs_pkpd_transform (i, value[i]);
    population.omega2[i] = 0.05;
  }
  population.beta_comed[QS_PKPD_R0] = -0.26;
  structure.response = response;
  model->facts.highest_dose_mg = 10.0;
  model->facts.interval_h = 24.0;
  model->estimate = qs_pkpd_predictor_new (&structure, &population);
  return model;
}

static QsModel *
population_model (void)
{
  return population_model_of (QS_RESPONSE_INHIBITS_PRODUCTION);
}

/* On either side of the threshold, whether the biomarker falls or rises with the dose. */
static void
test_estimates_agree_with_the_curve (void)
{
  static const struct {
    QsResponseKind response;
    QsSuccess      success;
    double         threshold_ng_ml;
  } cases[] = {
    { QS_RESPONSE_INHIBITS_PRODUCTION, QS_SUCCESS_BELOW, 3.3 },
    { QS_RESPONSE_INHIBITS_PRODUCTION, QS_SUCCESS_ABOVE, 2.0 },
    { QS_RESPONSE_INHIBITS_LOSS, QS_SUCCESS_ABOVE, 30.0 },
    { QS_RESPONSE_INHIBITS_LOSS, QS_SUCCESS_BELOW, 50.0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (QsModel)      model = population_model_of (cases[i].response);
    QsScenario               scenario = qs_scenario_default ();
    QsPopulationOptions      people = qs_population_options_default (model->kind);
    g_autoptr (QsPopulation) population = NULL;
    g_autoptr (QsResult)     result = NULL;
    g_autoptr (GError)       error = NULL;
    QsEstimateOptions        options = sure_options ();
    const QsDoseEstimate    *known;
    QsEstimate               found;

    scenario.success = cases[i].success;
    scenario.threshold_ng_ml = cases[i].threshold_ng_ml;
    people.n_subjects = 480;
    people.n_replicates = 40;
    population = qs_population_new (model, &people, NULL, &error);
    g_assert_no_error (error);
    result = qs_solve (population, &scenario, NULL, &error);
    g_assert_no_error (error);
    known = &result->estimates[11];
    g_assert_cmpfloat (known->dose_mg, ==, POPULATION_DOSE_MG);
    g_assert_true (known->probability > 0.05 && known->probability < 0.95);

    options.estimator = QS_ESTIMATOR_MC;
    found = estimate (model, &scenario, &options);
    g_test_message ("%.5f [%.5f, %.5f], %.5f [%.5f, %.5f]", known->probability,
                    known->mc_lower, known->mc_upper, found.dose.probability,
                    found.dose.mc_lower, found.dose.mc_upper);
    g_assert_cmpfloat (found.dose.mc_lower, <=, known->mc_upper);
    g_assert_cmpfloat (found.dose.mc_upper, >=, known->mc_lower);
  }
}

static void
test_every_method_agrees_on_a_population_model (void)
{
  g_autoptr (QsModel) model = population_model ();
  const QsScenario    scenario = qs_scenario_default ();
  QsEstimateOptions   options = sure_options ();
  QsEstimate          sure;

  options.estimator = QS_ESTIMATOR_QMC;
  options.epsilon = 0.004;
  sure = estimate (model, &scenario, &options);
  g_assert_true (sure.dose.probability > 0.3 && sure.dose.probability < 0.98);

  options.epsilon = 0.02;
  for (guint i = 0; i < QS_N_ESTIMATORS; i++) {
    QsEstimate found;

    if (i == QS_ESTIMATOR_QRNG)
      continue; /* many bits of many people: the known model has shown it */
    options.estimator = i;
    found = estimate (model, &scenario, &options);
    g_test_message ("%s: %.5f [%.5f, %.5f]", qs_estimator_name (i),
                    found.dose.probability, found.dose.mc_lower, found.dose.mc_upper);
    g_assert_cmpfloat (found.dose.mc_lower, <=, sure.dose.mc_upper);
    g_assert_cmpfloat (found.dose.mc_upper, >=, sure.dose.mc_lower);
    if (i >= QS_ESTIMATOR_CANONICAL) {
      g_assert_cmpfloat (found.discretisation, ==, 1.0 / 1024.0);
      g_assert_cmpfloat (fabs (found.exact - found.reference), <=, found.discretisation);
      g_assert_cmpfloat_with_epsilon (found.reference, sure.dose.probability, 0.005);
    }
  }
}

/* The observed biomarker and a prior of body weights from a sample have dimensions of
 * their own. */
static void
test_looks_and_samples_are_drawn_too (void)
{
  static const double weights_kg[] = { 55.0, 60.0, 80.0, 95.0 };
  g_autoptr (QsModel) model = population_model ();
  QsScenario          scenario = qs_scenario_default ();
  QsEstimateOptions   options = sure_options ();
  QsEstimate          samples, bins;

  scenario.bw = (QsPrior){ .kind = QS_PRIOR_SAMPLE,
                           .max = G_MAXDOUBLE,
                           .values = weights_kg,
                           .n_values = G_N_ELEMENTS (weights_kg),
                           .jitter = 0.1 };
  scenario.biomarker = QS_BIOMARKER_OBSERVED;
  options.epsilon = 0.02;
  options.estimator = QS_ESTIMATOR_MC;
  samples = estimate (model, &scenario, &options);
  options.estimator = QS_ESTIMATOR_MIQAE;
  bins = estimate (model, &scenario, &options);
  g_assert_cmpfloat (bins.dose.mc_lower, <=, samples.dose.mc_upper);
  g_assert_cmpfloat (bins.dose.mc_upper, >=, samples.dose.mc_lower);
}

static void
test_tables_give_their_exact_sum (void)
{
  static const double weights[5] = { 0.1, 0.3, 0.25, 0.15, 0.2 };
  static const guint8 success[5] = { 1, 1, 0, 1, 1 };

  for (guint i = 0; i < QS_N_ESTIMATORS; i++) {
    for (guint backend = 0; backend <= 1; backend++) {
      QsEstimateOptions  options = sure_options ();
      g_autoptr (GError) error = NULL;
      QsEstimate         found;

      options.estimator = i;
      options.backend = backend;
      g_assert_true (
          qs_estimate_table (5, weights, success, &options, NULL, &found, &error));
      g_assert_no_error (error);
      g_assert_cmpfloat_with_epsilon (found.exact, 0.75, 1e-15);
      g_assert_cmpfloat (found.dose.mc_lower, <=, 0.75);
      g_assert_cmpfloat (found.dose.mc_upper, >=, 0.75);
      g_assert_true (found.timed == (i < QS_ESTIMATOR_CANONICAL || backend == 0));
    }
  }
}

static void
test_what_always_succeeds_is_not_called_certain (void)
{
  static const double weights[2] = { 0.5, 0.5 };
  static const guint8 success[2] = { 1, 1 };

  for (guint i = 0; i < QS_N_ESTIMATORS; i++) {
    QsEstimateOptions options = sure_options ();
    QsEstimate        found;

    options.estimator = i;
    g_assert_true (qs_estimate_table (2, weights, success, &options, NULL, &found, NULL));
    g_assert_cmpfloat (found.dose.mc_lower, <, 1.0);
    g_assert_cmpfloat_with_epsilon (found.dose.mc_upper, 1.0, 1e-12);
    g_assert_cmpint (found.verdict, ==, QS_AMPLITUDE_REACHED);
  }
}

static void
test_evenly_spread_people_need_fewer (void)
{
  const QsKnown       known = qs_known_default ();
  g_autoptr (QsModel) model = qs_known_model (&known, 0, 0.0);
  const QsScenario    scenario = qs_scenario_default ();
  QsEstimateOptions   options = sure_options ();
  QsEstimate          alone, together;

  options.epsilon = 0.002;
  options.estimator = QS_ESTIMATOR_MC;
  alone = estimate (model, &scenario, &options);
  options.estimator = QS_ESTIMATOR_QMC;
  together = estimate (model, &scenario, &options);
  g_assert_cmpuint (together.n_calls, <, alone.n_calls / 5);
}

static void
test_a_control_variate_needs_fewer_people (void)
{
  const QsKnown       known = qs_known_default ();
  g_autoptr (QsModel) model = qs_known_model (&known, 0, 0.0);
  const QsScenario    scenario = qs_scenario_default ();
  const double        p = known_probability (&known, DOSE_MG);
  QsEstimateOptions   options = qs_estimate_options_default ();
  QsEstimate          alone;
  guint               n_covered = 0;
  double              n_calls = 0.0;

  options.epsilon = 0.005;
  options.estimator = QS_ESTIMATOR_MC;
  alone = estimate (model, &scenario, &options);
  options.estimator = QS_ESTIMATOR_CONTROL;
  for (options.seed = 1; options.seed <= 100; options.seed++) {
    const QsEstimate found = estimate (model, &scenario, &options);

    n_covered += found.dose.mc_lower <= p && p <= found.dose.mc_upper;
    n_calls += (double) found.n_calls / 100.0;
  }
  g_test_message ("%.0f people for %" G_GUINT64_FORMAT ", %u of 100 cover", n_calls,
                  alone.n_calls, n_covered);
  g_assert_cmpfloat (n_calls, <, (double) alone.n_calls / 5.0);
  g_assert_cmpuint (n_covered, >=, 89); /* four standard errors below 95 % */
}

/* A surrogate of a table knows of one step. Where there is one, it is right; where rows
 * take turns it knows nothing, which costs people and not the truth. */
static void
test_a_surrogate_may_be_as_wrong_as_it_likes (void)
{
  enum { N = 64 };
  double weights[N];
  guint8 steps[N], turns[N];
  double n_calls[2] = { 0.0 };

  for (guint i = 0; i < N; i++) {
    weights[i] = 1.0 / N;
    steps[i] = i >= 16;
    turns[i] = i % 4 != 3;
  }
  for (guint wrong = 0; wrong <= 1; wrong++) {
    QsEstimateOptions options = qs_estimate_options_default ();
    guint             n_covered = 0;

    options.estimator = QS_ESTIMATOR_CONTROL;
    options.epsilon = 0.005;
    for (options.seed = 1; options.seed <= 100; options.seed++) {
      QsEstimate found;

      g_assert_true (qs_estimate_table (N, weights, wrong ? turns : steps, &options, NULL,
                                        &found, NULL));
      n_covered += found.dose.mc_lower <= 0.75 && 0.75 <= found.dose.mc_upper;
      n_calls[wrong] += (double) found.n_calls / 100.0;
    }
    g_test_message ("%u of 100 cover, %.0f rows", n_covered, n_calls[wrong]);
    g_assert_cmpuint (n_covered, >=, 89);
  }
  g_assert_cmpfloat (n_calls[0], <, 0.2 * n_calls[1]);
}

static void
test_threads_never_change_a_bit (void)
{
  g_autoptr (QsModel) model = population_model ();
  const QsScenario    scenario = qs_scenario_default ();

  for (guint i = 0; i < QS_N_ESTIMATORS; i += 3) {
    QsEstimateOptions options = sure_options ();
    double            found[2];

    options.estimator = i;
    options.epsilon = 0.03;
    for (guint k = 0; k < 2; k++) {
      g_autoptr (QsRun) run = qs_run_new (1 + 3 * k, NULL, NULL);
      QsEstimate        result;

      g_assert_true (qs_estimate (model, &scenario, POPULATION_DOSE_MG, &options, run,
                                  &result, NULL));
      found[k] = result.dose.mc_lower;
    }
    g_assert_cmpfloat (found[0], ==, found[1]);
  }
}

static void
test_what_cannot_be_estimated_is_refused (void)
{
  const QsKnown       known = qs_known_default ();
  g_autoptr (QsModel) model = qs_known_model (&known, 0, 0.0);
  g_autoptr (GError)  error = NULL;
  QsScenario          scenario = qs_scenario_default ();
  QsEstimateOptions   options = sure_options ();
  QsEstimate          found;

  g_assert_false (qs_estimate (model, &scenario, NAN, &options, NULL, &found, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
  g_clear_error (&error);

  options.n_qubits = 25;
  g_assert_false (qs_estimate (model, &scenario, 1.0, &options, NULL, &found, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
  g_clear_error (&error);

  options.n_qubits = 10;
  scenario.regimen = QS_REGIMEN_QW;
  g_assert_false (qs_estimate (model, &scenario, 1.0, &options, NULL, &found, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_REFUSED);
  g_clear_error (&error);

  scenario.regimen = QS_REGIMEN_QD;
  scenario.biomarker = QS_BIOMARKER_OBSERVED;
  g_assert_false (qs_estimate (model, &scenario, 1.0, &options, NULL, &found, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_REFUSED);
}

#define ADD(name, function) g_test_add_func ("/probability/estimate/" name, function)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("every-method-finds-a-known-probability",
       test_every_method_finds_a_known_probability);
  ADD ("discretisation-is-bounded-and-falls", test_discretisation_is_bounded_and_falls);
  ADD ("estimates-agree-with-the-curve", test_estimates_agree_with_the_curve);
  ADD ("every-method-agrees-on-a-population-model",
       test_every_method_agrees_on_a_population_model);
  ADD ("looks-and-samples-are-drawn-too", test_looks_and_samples_are_drawn_too);
  ADD ("tables-give-their-exact-sum", test_tables_give_their_exact_sum);
  ADD ("what-always-succeeds-is-not-called-certain",
       test_what_always_succeeds_is_not_called_certain);
  ADD ("evenly-spread-people-need-fewer", test_evenly_spread_people_need_fewer);
  ADD ("a-control-variate-needs-fewer-people", test_a_control_variate_needs_fewer_people);
  ADD ("a-surrogate-may-be-as-wrong-as-it-likes",
       test_a_surrogate_may_be_as_wrong_as_it_likes);
  ADD ("threads-never-change-a-bit", test_threads_never_change_a_bit);
  ADD ("what-cannot-be-estimated-is-refused", test_what_cannot_be_estimated_is_refused);
  return g_test_run ();
}
