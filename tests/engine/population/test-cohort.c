/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-rng.h"
#include "pkpd/qs-pkpd-predictor.h"
#include "pkpd/qs-turnover.h"
#include "population/qs-cohort.h"
#include "qs-population.h"

#include <math.h>
#include <string.h>

#define N QS_PKPD_N_PARAMETERS

static QsPkpdPopulation
known_population (void)
{
  static const double value[N] = {
    [QS_PKPD_KA] = 1.0,    [QS_PKPD_TLAG] = 1.0,   [QS_PKPD_CL] = 0.044,
    [QS_PKPD_V] = 2.7,     [QS_PKPD_Q] = 0.17,     [QS_PKPD_V2] = 5.7,
    [QS_PKPD_R0] = 10.0,   [QS_PKPD_KOUT] = 0.015, [QS_PKPD_IMAX] = 0.9,
    [QS_PKPD_IC50] = 1.05, [QS_PKPD_GAMMA] = 1.0,
  };
  QsPkpdPopulation population = { 0 };

  for (guint i = 0; i < N; i++) {
    population.theta[i] = qs_pkpd_transform (i, value[i]);
    population.omega2[i] = 0.05;
  }
  population.beta_comed[QS_PKPD_R0] = -0.26;

  return population;
}

/* A model of a study up to 10 mg in 50–100 kg, with draws that scatter. */
static QsModel *
known_model (guint n_draws)
{
  const QsPkpdStructure  structure = qs_pkpd_structure_default ();
  const QsPkpdPopulation population = known_population ();
  QsModel               *model = qs_model_new (QS_MODEL_PKPD);

  model->facts = (QsStudyFacts){
    .n_subjects = 48,
    .highest_dose_mg = 10.0,
    .bw_low_kg = 50.0,
    .bw_high_kg = 100.0,
    .has_comed = TRUE,
    .comed_share = 0.5,
    .interval_h = 24.0,
  };
  model->estimate = qs_pkpd_predictor_new (&structure, &population);

  for (guint i = 0; i < n_draws; i++) {
    const QsRngKey   key = { .seed = 7, .stream = QS_RNG_TEST, .replicate = i };
    QsPkpdPopulation draw = population;

    draw.theta[QS_PKPD_CL] += 0.05 * qs_rng_normal (&key, 0, 0);
    draw.theta[QS_PKPD_R0] += 0.04 * qs_rng_normal (&key, 0, 1);
    draw.theta[QS_PKPD_IC50] += 0.04 * qs_rng_normal (&key, 0, 2);
    g_ptr_array_add (model->draws, qs_pkpd_predictor_new (&structure, &draw));
  }

  return model;
}

static QsPopulation *
population_of (const QsModel *model,
               guint64        seed,
               guint          n_subjects,
               guint          n_replicates,
               QsRun         *run)
{
  const QsPopulationOptions options = { .seed = seed,
                                        .n_subjects = n_subjects,
                                        .n_replicates = n_replicates,
                                        .subject_effect = TRUE };
  g_autoptr (GError)        error = NULL;
  QsPopulation             *population = qs_population_new (model, &options, run, &error);

  g_assert_no_error (error);
  return population;
}

static QsResult *
solve (QsPopulation *population, const QsScenario *scenario, QsRun *run)
{
  g_autoptr (GError) error = NULL;
  QsResult          *result = qs_solve (population, scenario, run, &error);

  g_assert_no_error (error);
  return result;
}

/* Whether a person's biomarker stays below the threshold at @dose_mg, by simulation. */
static gboolean
succeeds (const QsPredictor *predictor,
          const QsScenario  *scenario,
          double             bw_kg,
          guint              comed,
          const float       *latent,
          double             dose_mg)
{
  enum { N_LOOKS = 337 };
  const double   interval_h = qs_regimen_interval_h (scenario->regimen);
  double         times_h[N_LOOKS], c[N_LOOKS], r[N_LOOKS];
  QsPkParameters pk;
  QsPdParameters pd;

  qs_pkpd_predictor_person (predictor, bw_kg, comed, latent, &pk, &pd);
  for (guint k = 0; k < N_LOOKS; k++)
    times_h[k] = interval_h * k / (N_LOOKS - 1.0);
  qs_pkpd_steady_state (&pk, &pd, dose_mg, interval_h, times_h, N_LOOKS, c, r);
  for (guint k = 0; k < N_LOOKS; k++)
    if (scenario->success == QS_SUCCESS_BELOW ? r[k] > scenario->threshold_ng_ml
                                              : r[k] < scenario->threshold_ng_ml)
      return FALSE;

  return TRUE;
}

/* The curve by the oracle: everybody simulated at every dose. The people are drawn as the
 * header of #QsCohort says. */
static void
assert_curve_is_brute_force (QsRegimen regimen)
{
  enum { N_PEOPLE = 300, STRIDE = 4 };
  g_autoptr (QsModel)      model = known_model (0);
  g_autoptr (QsRun)        run = qs_run_new (2, NULL, NULL);
  g_autoptr (QsPopulation) population = population_of (model, 11, N_PEOPLE, 1, run);
  const QsScenario     scenario = qs_scenario_named (QS_POPULATION_BASE, regimen, 0.9);
  g_autoptr (QsResult) result = solve (population, &scenario, run);
  const QsRngKey       key = { .seed = 11, .stream = QS_RNG_POPULATION };
  g_autofree float    *latent = g_new (float, N_PEOPLE *N);
  guint                n_flips = 0, n_asked = 0;

  for (guint i = 0; i < N_PEOPLE; i++)
    for (guint k = 0; k < N; k++)
      latent[i * N + k] = (float) qs_rng_normal (&key, i, 8 + k);

  for (gsize j = 0; j < result->n_estimates; j += STRIDE) {
    const QsDoseEstimate *e = &result->estimates[j];
    gint                  n_slow = 0, n_fast = (gint) lround (e->probability * N_PEOPLE);

    for (guint i = 0; i < N_PEOPLE; i++)
      n_slow +=
          succeeds (model->estimate, &scenario, (double) population->patients->bw_kg[i],
                    (double) population->patients->comed_uniform[i] < 0.5, latent + i * N,
                    e->dose_mg);
    n_flips += (guint) ABS (n_slow - n_fast);
    n_asked += N_PEOPLE;
  }

  g_test_message ("%u of %u decisions differ", n_flips, n_asked);
  g_assert_cmpuint (n_flips, <=, 1);
}

static void
test_curve_is_brute_force (void)
{
  assert_curve_is_brute_force (QS_REGIMEN_QD);
  assert_curve_is_brute_force (QS_REGIMEN_QW);
}

static const QsResult *
find (GPtrArray *answers, const char *name, QsRegimen regimen, double target)
{
  for (guint i = 0; i < answers->len; i++) {
    const QsResult *result = answers->pdata[i];

    if (strcmp (result->scenario.name, name) == 0 &&
        result->scenario.regimen == regimen && result->decision.target == target)
      return result;
  }

  g_assert_not_reached ();
}

static GPtrArray *
answers_of (const QsModel *model, guint64 seed, guint n_threads)
{
  const QsPopulationOptions options = {
    .seed = seed, .n_subjects = 480, .n_replicates = 40, .subject_effect = TRUE
  };
  g_autoptr (QsRun)  run = qs_run_new (n_threads, NULL, NULL);
  g_autoptr (GError) error = NULL;
  GPtrArray         *answers = qs_answer (model, &options, run, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (answers->len, ==, 16);
  return answers;
}

/* Draws of other structures, with shapes of another size or none, are places of their
 * own: each curve is that of its draw alone. */
static void
test_draws_of_several_structures_are_each_themselves (void)
{
  enum { N_DRAWS = 3, N_DOSES = 25 };
  const QsPkpdPopulation population = known_population ();
  const QsScenario  scenario = qs_scenario_named (QS_POPULATION_BASE, QS_REGIMEN_QD, 0.9);
  g_autoptr (QsRun) run = qs_run_new (2, NULL, NULL);
  g_autoptr (GError)      error = NULL;
  g_autoptr (QsPatients)  patients = qs_patients_new (3, 100, 1, run, &error);
  g_autoptr (QsPredictor) estimate = NULL;
  QsPredictor            *draws[N_DRAWS];
  QsPredictor            *together[N_DRAWS + 1];
  double                  doses_mg[N_DOSES], all[N_DOSES * (N_DRAWS + 1)];
  QsPkpdStructure         structure = qs_pkpd_structure_default ();
  g_autoptr (QsCohort)    cohort = NULL;

  for (guint k = 0; k < N_DOSES; k++)
    doses_mg[k] = 0.7 * k;
  estimate = qs_pkpd_predictor_new (&structure, &population);
  structure.n_compartments = 1;
  structure.comed |= 1u << QS_PKPD_CL;
  draws[0] = qs_pkpd_predictor_new (&structure, &population);
  structure = qs_pkpd_structure_default ();
  structure.bw |= 1u << QS_PKPD_IC50;
  draws[1] = qs_pkpd_predictor_new (&structure, &population);
  structure.bw = 1u << QS_PKPD_CL;
  draws[2] = qs_pkpd_predictor_new (&structure, &population);
  g_assert_cmpuint (draws[0]->klass->shape_size (draws[0]), !=,
                    estimate->klass->shape_size (estimate));
  g_assert_cmpuint (draws[1]->klass->shape_size (draws[1]), ==, 0);

  together[0] = estimate;
  memcpy (together + 1, draws, sizeof draws);
  cohort = qs_cohort_new (together, N_DRAWS + 1, patients, 3, TRUE, run, &error);
  g_assert_true (qs_cohort_aim (cohort, &scenario, run, &error));
  qs_cohort_curves (cohort, N_DOSES, doses_mg, all, run);

  for (guint j = 0; j < N_DRAWS; j++) {
    QsPredictor         *alone[2] = { draws[j], draws[j] };
    g_autoptr (QsCohort) one = qs_cohort_new (alone, 2, patients, 3, TRUE, run, &error);
    double               own[N_DOSES * 2];

    g_assert_true (qs_cohort_aim (one, &scenario, run, &error));
    qs_cohort_curves (one, N_DOSES, doses_mg, own, run);
    for (guint k = 0; k < N_DOSES; k++)
      g_assert_cmpfloat (all[k * (N_DRAWS + 1) + 1 + j], ==, own[2 * k + 1]);
  }
  for (guint j = 0; j < N_DRAWS; j++)
    qs_predictor_unref (draws[j]);
}

static void
test_answers_hold_their_invariants (void)
{
  static const char *const names[] = { "base", "heavy", "nocomed", "heavy_nocomed" };
  g_autoptr (QsModel)      model = known_model (40);
  g_autoptr (GPtrArray)    answers = answers_of (model, 1, 2);

  for (guint i = 0; i < answers->len; i++) {
    const QsResult   *result = answers->pdata[i];
    const QsDecision *d = &result->decision;
    const double      step = qs_regimen_grid_step_mg (result->scenario.regimen);

    g_assert_cmpint (d->status, ==, QS_STATUS_REACHED);
    g_assert_cmpfloat (d->dose_mg - step, <, d->crossing_mg);
    g_assert_cmpfloat (d->crossing_mg, <=, d->dose_mg);
    g_assert_cmpfloat (d->interval_low_mg, <, d->crossing_mg);
    g_assert_cmpfloat (d->interval_high_mg, >, d->crossing_mg);
    g_assert_cmpfloat (d->assured_dose_mg, >=, d->dose_mg);
    for (gsize j = 1; j < result->n_estimates; j++)
      g_assert_cmpfloat (result->estimates[j].probability, >=,
                         result->estimates[j - 1].probability);
  }

  for (guint i = 0; i < 8; i++) {
    const double    target = i % 2 == 0 ? 0.9 : 0.75;
    const char     *name = names[i / 2];
    const QsResult *daily = find (answers, name, QS_REGIMEN_QD, target);
    const QsResult *weekly = find (answers, name, QS_REGIMEN_QW, target);

    g_assert_cmpfloat (weekly->decision.crossing_mg, >=,
                       7.0 * daily->decision.crossing_mg);
  }

  for (guint i = 0; i < 4; i++) {
    const QsRegimen regimen = i % 2;
    const double    target = i / 2 == 0 ? 0.9 : 0.75;
    const double    base = find (answers, "base", regimen, target)->decision.crossing_mg;

    g_assert_cmpfloat (find (answers, "heavy", regimen, target)->decision.crossing_mg, >=,
                       base);
    g_assert_cmpfloat (find (answers, "nocomed", regimen, target)->decision.crossing_mg,
                       >=, base);
    g_assert_cmpfloat (find (answers, names[i], regimen, 0.75)->decision.dose_mg, <=,
                       find (answers, names[i], regimen, 0.9)->decision.dose_mg);
  }
}

static void
test_threads_do_not_change_a_bit (void)
{
  g_autoptr (QsModel)   model = known_model (10);
  g_autoptr (GPtrArray) one = answers_of (model, 1, 1), many = answers_of (model, 1, 7);

  for (guint i = 0; i < one->len; i++) {
    const QsResult *a = one->pdata[i], *b = many->pdata[i];

    g_assert_cmpmem (&a->decision, sizeof a->decision, &b->decision, sizeof b->decision);
    g_assert_cmpmem (a->estimates, a->n_estimates * sizeof *a->estimates, b->estimates,
                     b->n_estimates * sizeof *b->estimates);
  }
}

static void
test_another_seed_moves_a_dose_by_one_step_at_most (void)
{
  g_autoptr (QsModel)   model = known_model (0);
  g_autoptr (GPtrArray) one = answers_of (model, 1, 2), two = answers_of (model, 2, 2);

  for (guint i = 0; i < one->len; i++) {
    const QsResult *a = one->pdata[i], *b = two->pdata[i];

    g_assert_cmpfloat (fabs (a->decision.dose_mg - b->decision.dose_mg), <=,
                       qs_regimen_grid_step_mg (a->scenario.regimen));
  }
}

/* With γ = 1 and Imax below 1 a share of the population is out of reach at any dose. */
static void
test_what_levels_off_is_not_reached (void)
{
  const QsPkpdStructure structure = qs_pkpd_structure_default ();
  QsPkpdPopulation      population = known_population ();
  g_autoptr (QsModel)   model = known_model (0);
  g_autoptr (QsRun)     run = qs_run_new (2, NULL, NULL);
  const QsScenario      scenario = qs_scenario_default ();
  double                expected = 0.0;

  population.theta[QS_PKPD_IMAX] = qs_pkpd_transform (QS_PKPD_IMAX, 0.65);
  g_clear_pointer (&model->estimate, qs_predictor_unref);
  model->estimate = qs_pkpd_predictor_new (&structure, &population);

  g_autoptr (QsPopulation) crowd = population_of (model, 1, 480, 60, run);
  g_autoptr (QsResult)     result = solve (crowd, &scenario, run);

  for (guint comed = 0; comed < 2; comed++)
    expected +=
        0.5 * qs_normal_cdf ((log (3.3 / 0.35 / 10.0) + 0.26 * comed) / sqrt (0.05));

  g_assert_cmpint (result->decision.status, ==, QS_STATUS_NOT_REACHED);
  g_assert_true (isnan (result->decision.dose_mg));
  g_assert_cmpfloat_with_epsilon (result->decision.max_p, expected, 0.012);
}

/* Above a threshold the drug does harm, so success falls from that of no dose. */
static void
test_success_above_falls_with_dose (void)
{
  g_autoptr (QsModel)      model = known_model (5);
  g_autoptr (QsRun)        run = qs_run_new (2, NULL, NULL);
  g_autoptr (QsPopulation) crowd = population_of (model, 1, 480, 10, run);
  QsScenario               scenario = qs_scenario_default ();

  scenario.success = QS_SUCCESS_ABOVE;
  scenario.threshold_ng_ml = 8.0;
  g_autoptr (QsResult) result = solve (crowd, &scenario, run);

  g_assert_cmpfloat (result->p_at_zero, >, 0.5);
  g_assert_cmpfloat (result->estimates[0].probability, <=, result->p_at_zero);
  for (gsize j = 1; j < result->n_estimates; j++)
    g_assert_cmpfloat (result->estimates[j].probability, <=,
                       result->estimates[j - 1].probability);
  g_assert_cmpfloat (result->estimates[result->n_estimates - 1].probability, <, 0.01);
}

/* The same model, but for an effect of size 0 that shapes cannot hold: every dose is
 * searched. */
static QsModel *
searched_model (void)
{
  QsPkpdStructure        structure = qs_pkpd_structure_default ();
  const QsPkpdPopulation population = known_population ();
  QsModel               *model = known_model (0);

  structure.bw = 1u << QS_PKPD_R0;
  g_clear_pointer (&model->estimate, qs_predictor_unref);
  model->estimate = qs_pkpd_predictor_new (&structure, &population);

  return model;
}

/* What a hand on the sliders may ask; every fifth prior leaves the usual weights. */
static QsScenario
slide (guint i)
{
  const QsRngKey key = { .seed = 13, .stream = QS_RNG_TEST };
  const double   way = qs_rng_uniform (&key, i, 0);
  QsScenario     scenario = qs_scenario_named (QS_POPULATION_BASE, i % 2, 0.9);

  if (i % 5 == 4)
    scenario.bw = qs_prior_uniform (20.0 + 15.0 * way, 180.0 + 40.0 * way);
  else if (i % 5 == 3)
    scenario.bw =
        (QsPrior){ QS_PRIOR_LOGNORMAL, 60.0 + 30.0 * way, 0.2, 0.0, G_MAXDOUBLE };
  else
    scenario.bw = qs_prior_uniform (45.0 + 20.0 * way, 80.0 + 60.0 * way);
  scenario.comed_share = qs_rng_uniform (&key, i, 1);
  scenario.threshold_ng_ml = 2.0 + 3.0 * qs_rng_uniform (&key, i, 2);

  return scenario;
}

static void
test_sliders_read_what_a_search_finds (void)
{
  g_autoptr (QsModel)      model = known_model (0), searched = searched_model ();
  g_autoptr (QsRun)        run = qs_run_new (2, NULL, NULL);
  g_autoptr (QsPopulation) fast = population_of (model, 1, 480, 6, run);
  g_autoptr (QsPopulation) slow = population_of (searched, 1, 480, 6, run);
  double                   worst = 0.0;

  for (guint i = 0; i < 60; i++) {
    const QsScenario     scenario = slide (i);
    g_autoptr (QsResult) a = solve (fast, &scenario, run);
    g_autoptr (QsResult) b = solve (slow, &scenario, run);

    for (gsize j = 0; j < MIN (a->n_estimates, b->n_estimates); j++)
      worst =
          MAX (worst, fabs (a->estimates[j].probability - b->estimates[j].probability));
    if (isfinite (b->decision.crossing_mg))
      g_assert_cmpfloat_with_epsilon (a->decision.crossing_mg / b->decision.crossing_mg,
                                      1.0, 2e-3);
  }

  /* One person in 2,880 is 3.5e-4. */
  g_test_message ("largest difference of a probability %.2g", worst);
  g_assert_cmpfloat (worst, <, 1.1e-3);
}

static void
test_cancel_leaves_a_usable_population (void)
{
  g_autoptr (QsModel)      model = known_model (5);
  g_autoptr (QsRun)        run = qs_run_new (2, NULL, NULL);
  g_autoptr (QsRun)        cancelled = qs_run_new (2, NULL, NULL);
  g_autoptr (QsPopulation) crowd = population_of (model, 1, 480, 10, run);
  g_autoptr (GError)       error = NULL;
  const QsScenario weekly = qs_scenario_named (QS_POPULATION_HEAVY, QS_REGIMEN_QW, 0.9);

  qs_run_cancel (cancelled);
  g_assert_null (qs_solve (crowd, &weekly, cancelled, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);

  g_autoptr (QsResult)     after = solve (crowd, &weekly, run);
  g_autoptr (QsPopulation) fresh = population_of (model, 1, 480, 10, run);
  g_autoptr (QsResult)     expected = solve (fresh, &weekly, run);

  g_assert_cmpmem (&after->decision, sizeof after->decision, &expected->decision,
                   sizeof expected->decision);
}

/* The exposure at an answer, against the simulation of the same people; the study's
 * highest exposures make the factors. */
static void
test_exposure_is_that_of_the_same_people (void)
{
  enum { N_PEOPLE = 500, N_LOOKS = 241 };
  g_autoptr (QsModel)      model = known_model (0);
  g_autoptr (QsPopulation) population = population_of (model, 5, 100, 5, NULL);
  QsScenario               scenario = qs_scenario_default ();
  g_autoptr (QsResult)     result = NULL;
  g_autoptr (GError)       error = NULL;
  double                   times_h[N_LOOKS], c[N_LOOKS], r[N_LOOKS], tops[N_PEOPLE];
  const QsSpread          *cmax;

  model->facts.highest_cmax_mg_l = 10.0;
  model->facts.highest_auctau_h_mg_l = 100.0;
  result = solve (population, &scenario, NULL);
  g_assert_true (isnan (result->exposure.dose_mg));
  g_assert_true (qs_expose (model, result, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (result->exposure.n_patients, ==, N_PEOPLE);

  for (guint k = 0; k < N_LOOKS; k++)
    times_h[k] = 24.0 * k / (N_LOOKS - 1.0);
  for (guint i = 0; i < N_PEOPLE; i++) {
    float          own[N];
    QsPkParameters pk;
    QsPdParameters pd;

    qs_cohort_draw_latent (5, i / 100, i % 100, N, own);
    qs_pkpd_predictor_person (model->estimate, population->patients->bw_kg[i],
                              population->patients->comed_uniform[i] <
                                  (float) scenario.comed_share,
                              own, &pk, &pd);
    qs_pkpd_steady_state (&pk, &pd, result->decision.dose_mg, 24.0, times_h, N_LOOKS, c,
                          r);
    tops[i] = c[0];
    for (guint k = 1; k < N_LOOKS; k++)
      tops[i] = MAX (tops[i], c[k]);
  }
  qs_sort (tops, N_PEOPLE);

  cmax = &result->exposure.figures[QS_EXPOSURE_CMAX];
  g_assert_cmpfloat (fabs (cmax->median / qs_quantile_sorted (tops, N_PEOPLE, 0.5) - 1.0),
                     <, 1e-3);
  g_assert_cmpfloat (fabs (cmax->high / qs_quantile_sorted (tops, N_PEOPLE, 0.95) - 1.0),
                     <, 1e-3);
  g_assert_cmpfloat (result->exposure.factor_cmax, ==, cmax->high / 10.0);
  g_assert_cmpfloat (
      result->decision.extrapolation, ==,
      MAX (result->exposure.factor_dose,
           MAX (result->exposure.factor_cmax, result->exposure.factor_auc)));
  /* Who reaches the target in time is who succeeds at steady state. */
  g_assert_cmpfloat (fabs (result->exposure.target_share - result->decision.p_at_dose), <,
                     1e-9);
}

/* Percentiles of a time course rise with rank and fall with dose, and at 0 mg are those
 * of the baseline. */
static void
test_course_starts_from_the_baseline (void)
{
  g_autoptr (QsModel)      model = known_model (0);
  g_autoptr (QsPopulation) population = population_of (model, 5, 100, 5, NULL);
  QsScenario               scenario = qs_scenario_default ();
  g_autoptr (QsResult)     result = solve (population, &scenario, NULL);
  g_autoptr (GError)       error = NULL;
  g_autoptr (QsCourse)     none = qs_course_new (model, result, 0.0, NULL, &error);
  g_autoptr (QsCourse)     some = qs_course_new (model, result, 5.0, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpfloat (some->times_h[0], ==, 0.0);
  g_assert_cmpfloat (some->times_h[some->n_times - 1], ==, 24.0);
  for (gsize t = 0; t < some->n_times; t++) {
    const QsSpread *r = &some->response_ng_ml[t], *r0 = &none->response_ng_ml[t];

    g_assert_cmpfloat (r0->median, >, 7.0);
    g_assert_cmpfloat (r0->median, <, 10.5);
    g_assert_cmpfloat (fabs (r0->median - none->response_ng_ml[0].median), <, 1e-9);
    g_assert_cmpfloat (none->concentration_mg_l[t].high, ==, 0.0);
    g_assert_true (r->low < r->median && r->median < r->high && r->high < r0->high);
  }
}

/* Observed success: everybody at one dose, by the exact simulation with the same noise.
 */
static guint
observed_successes (const QsModel      *model,
                    const QsPopulation *population,
                    const QsScenario   *scenario,
                    double              dose_mg)
{
  const double            interval_h = qs_regimen_interval_h (scenario->regimen);
  const QsPkpdPopulation *parameters = qs_pkpd_predictor_population (model->estimate);
  guint                   n = 0;

  for (guint32 i = 0; i < population->patients->n; i++) {
    const QsRngKey key = { .seed = 5, .stream = QS_RNG_POPULATION, .replicate = i / 100 };
    double         times_h[QS_N_LOOKS], c[QS_N_LOOKS], r[QS_N_LOOKS];
    float          latent[N];
    gboolean       good = TRUE;
    QsPkParameters pk;
    QsPdParameters pd;

    qs_cohort_draw_latent (5, i / 100, i % 100, N, latent);
    qs_pkpd_predictor_person (model->estimate, population->patients->bw_kg[i],
                              population->patients->comed_uniform[i] <
                                  (float) scenario->comed_share,
                              latent, &pk, &pd);
    for (guint k = 0; k < QS_N_LOOKS; k++)
      times_h[k] = interval_h * k / (QS_N_LOOKS - 1.0);
    qs_pkpd_steady_state (&pk, &pd, dose_mg, interval_h, times_h, QS_N_LOOKS, c, r);
    for (guint k = 0; k < QS_N_LOOKS; k++) {
      const double a = parameters->sigma_add[1], b = parameters->sigma_prop[1] * r[k];
      const double noise = qs_rng_normal (&key, i % 100, 64 + k);
      const double seen = r[k] + noise * sqrt (a * a + b * b);

      good = good &&
             (scenario->success == QS_SUCCESS_BELOW ? seen <= scenario->threshold_ng_ml
                                                    : seen >= scenario->threshold_ng_ml);
    }
    n += (guint) good;
  }

  return n;
}

/* True success likewise. */
static guint
true_successes (const QsModel      *model,
                const QsPopulation *population,
                const QsScenario   *scenario,
                double              dose_mg)
{
  guint n = 0;

  for (guint32 i = 0; i < population->patients->n; i++) {
    float latent[N];

    qs_cohort_draw_latent (5, i / 100, i % 100, N, latent);
    n += (guint) succeeds (model->estimate, scenario, population->patients->bw_kg[i],
                           population->patients->comed_uniform[i] <
                               (float) scenario->comed_share,
                           latent, dose_mg);
  }

  return n;
}

static void
test_observed_success_is_that_of_the_simulation (void)
{
  static const double sigmas[][2] = { { 0.15, 0.0 }, { 0.0, 0.3 }, { 0.12, 0.2 } };

  for (guint s = 0; s < G_N_ELEMENTS (sigmas); s++) {
    const QsPkpdStructure    structure = qs_pkpd_structure_default ();
    QsPkpdPopulation         parameters = known_population ();
    g_autoptr (QsModel)      model = known_model (0);
    g_autoptr (QsPopulation) population = NULL;
    QsScenario               scenario = qs_scenario_default ();
    g_autoptr (QsResult)     plain = NULL;
    g_autoptr (QsResult)     seen = NULL;

    parameters.sigma_prop[1] = sigmas[s][0];
    parameters.sigma_add[1] = sigmas[s][1];
    qs_predictor_unref (model->estimate);
    model->estimate = qs_pkpd_predictor_new (&structure, &parameters);
    population = population_of (model, 5, 100, 4, NULL);
    plain = solve (population, &scenario, NULL);
    scenario.biomarker = QS_BIOMARKER_OBSERVED;
    scenario.regimen = s == 1 ? QS_REGIMEN_QW : QS_REGIMEN_QD;
    scenario.success = s == 2 ? QS_SUCCESS_ABOVE : QS_SUCCESS_BELOW;
    seen = solve (population, &scenario, NULL);

    g_assert_false (plain->observed);
    g_assert_true (seen->observed);
    for (gsize i = 3; i < seen->n_estimates && i < 60; i += 9) {
      const QsDoseEstimate *e = &seen->estimates[i];
      const guint wanted = observed_successes (model, population, &scenario, e->dose_mg);

      /* One of 400 may lie within the rounding of a step's cubic. */
      g_assert_cmpfloat (fabs (e->probability * 400.0 - wanted), <=, 1.0 + 1e-6);
    }
    /* The largest of 13 noisy looks lies above the largest true value, mostly. */
    if (s == 0)
      g_assert_cmpfloat (seen->estimates[12].probability, <,
                         plain->estimates[12].probability);
  }
}

/* Each of the four ways of turnover, and each with what its success is for: a rise above
 * a threshold, or a fall below. */
static void
test_every_response_is_brute_force (void)
{
  for (guint kind = 0; kind < QS_RESPONSE_DIRECT_INHIBITION; kind++) {
    QsPkpdStructure          structure = qs_pkpd_structure_default ();
    QsPkpdPopulation         parameters = known_population ();
    g_autoptr (QsModel)      model = known_model (0);
    g_autoptr (QsPopulation) population = NULL;
    QsScenario               scenario = qs_scenario_default ();
    const gboolean           rises = qs_response_rises (kind);

    structure.response = kind;
    if (qs_pkpd_stimulates (&structure))
      parameters.theta[QS_PKPD_IMAX] = log (4.0);
    parameters.sigma_prop[1] = 0.1;
    qs_predictor_unref (model->estimate);
    model->estimate = qs_pkpd_predictor_new (&structure, &parameters);
    population = population_of (model, 5, 100, 4, NULL);
    scenario.success = rises ? QS_SUCCESS_ABOVE : QS_SUCCESS_BELOW;
    scenario.threshold_ng_ml = rises ? 16.0 : 3.3;

    for (guint seen = 0; seen < 2; seen++) {
      g_autoptr (QsResult) result = NULL;

      scenario.biomarker = seen ? QS_BIOMARKER_OBSERVED : QS_BIOMARKER_TRUE;
      result = solve (population, &scenario, NULL);
      g_assert_cmpuint (result->n_estimates, >, 20);
      for (gsize i = 1; i < result->n_estimates; i++)
        g_assert_cmpfloat (result->estimates[i].probability, >=,
                           result->estimates[i - 1].probability);
      g_assert_cmpfloat (result->estimates[result->n_estimates - 1].probability, >, 0.5);

      for (gsize i = 3; i < MIN (result->n_estimates, 60); i += 9) {
        const QsDoseEstimate *e = &result->estimates[i];
        const guint           wanted =
            seen ? observed_successes (model, population, &scenario, e->dose_mg)
                           : true_successes (model, population, &scenario, e->dose_mg);

        g_assert_cmpfloat (fabs (e->probability * 400.0 - wanted), <=, 1.0 + 1e-6);
      }
    }
  }
}

/* Fewer looks see no more than all, and 13 miss little. */
static void
test_observed_without_noise_is_the_true_biomarker_at_the_looks (void)
{
  g_autoptr (QsModel)      model = known_model (0);
  g_autoptr (QsPopulation) population = population_of (model, 5, 100, 4, NULL);
  QsScenario               scenario = qs_scenario_default ();
  g_autoptr (QsResult)     plain = solve (population, &scenario, NULL);
  g_autoptr (QsResult)     seen = NULL;

  scenario.biomarker = QS_BIOMARKER_OBSERVED;
  seen = solve (population, &scenario, NULL);
  for (gsize i = 0; i < MIN (seen->n_estimates, plain->n_estimates); i++) {
    const double more =
        400.0 * (seen->estimates[i].probability - plain->estimates[i].probability);

    g_assert_cmpfloat (more, >=, -1.0 - 1e-6);
    g_assert_cmpfloat (more, <=, 2.0 + 1e-6);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/population/cohort/observed-success-is-that-of-the-simulation",
                   test_observed_success_is_that_of_the_simulation);
  g_test_add_func (
      "/population/cohort/observed-without-noise-is-the-true-biomarker-at-the-looks",
      test_observed_without_noise_is_the_true_biomarker_at_the_looks);
  g_test_add_func ("/population/cohort/exposure-is-that-of-the-same-people",
                   test_exposure_is_that_of_the_same_people);
  g_test_add_func ("/population/cohort/course-starts-from-the-baseline",
                   test_course_starts_from_the_baseline);
  g_test_add_func ("/cohort/brute-force", test_curve_is_brute_force);
  g_test_add_func ("/cohort/responses", test_every_response_is_brute_force);
  g_test_add_func ("/cohort/several-structures",
                   test_draws_of_several_structures_are_each_themselves);
  g_test_add_func ("/cohort/invariants", test_answers_hold_their_invariants);
  g_test_add_func ("/cohort/threads", test_threads_do_not_change_a_bit);
  g_test_add_func ("/cohort/seeds", test_another_seed_moves_a_dose_by_one_step_at_most);
  g_test_add_func ("/cohort/levels-off", test_what_levels_off_is_not_reached);
  g_test_add_func ("/cohort/above", test_success_above_falls_with_dose);
  g_test_add_func ("/cohort/sliders", test_sliders_read_what_a_search_finds);
  g_test_add_func ("/cohort/cancel", test_cancel_leaves_a_usable_population);

  return g_test_run ();
}
