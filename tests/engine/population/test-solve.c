/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-rng.h"
#include "qs-known.h"
#include "qs-population.h"
#include "qs-warnings.h"

#include <math.h>
#include <string.h>

#define N_SUBJECTS 60
#define N_REPLICATES 40

static QsPopulation *
make_population (const QsModel *model, QsRun *run)
{
  const QsPopulationOptions options = {
    .seed = 3,
    .n_subjects = N_SUBJECTS,
    .n_replicates = N_REPLICATES,
    .subject_effect = TRUE,
  };
  g_autoptr (GError) error = NULL;
  QsPopulation      *population = qs_population_new (model, &options, run, &error);

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

/* The oracle: every patient at every dose, asked directly. */
static guint
successes (const QsPopulation *population,
           const QsKnown      *known,
           const QsScenario   *scenario,
           double              dose_mg,
           gsize               from,
           gsize               to)
{
  const QsPatients *patients = population->patients;
  const double      sign = scenario->success == QS_SUCCESS_BELOW ? 1.0 : -1.0;
  guint             sum = 0;

  for (gsize i = from; i < to; i++) {
    const guint  comed = patients->comed_uniform[i] < (float) scenario->comed_share;
    const double score = qs_known_score (known, scenario->success,
                                         dose_mg / (double) patients->bw_kg[i], comed);
    const double shift = sign * (double) patients->latent[i] * known->omega;

    sum += score + shift <= sign * log (scenario->threshold_ng_ml);
  }

  return sum;
}

typedef struct {
  QsKnownShape shape;
  QsSuccess    success;
  double       omega;
  QsPriorKind  prior;
} Case;

static const double sample[] = { 51.0, 55.0, 60.0, 72.0, 80.0, 99.0 };

static QsScenario
scenario_of (const Case *one)
{
  QsScenario scenario = qs_scenario_default ();

  scenario.success = one->success;
  scenario.bw.kind = one->prior;
  if (one->prior == QS_PRIOR_NORMAL)
    scenario.bw = (QsPrior){ .kind = QS_PRIOR_NORMAL, 70.0, 12.0, 40.0, 120.0 };
  if (one->prior == QS_PRIOR_LOGNORMAL)
    scenario.bw = (QsPrior){ .kind = QS_PRIOR_LOGNORMAL, 75.0, 0.2, 0.0, G_MAXDOUBLE };
  if (one->prior == QS_PRIOR_SAMPLE)
    scenario.bw = (QsPrior){ .kind = QS_PRIOR_SAMPLE,
                             .values = sample,
                             .n_values = G_N_ELEMENTS (sample),
                             .jitter = 0.1 };
  return scenario;
}

static void
test_counts_agree_with_brute_force (void)
{
  static const Case cases[] = {
    { QS_KNOWN_EMAX, QS_SUCCESS_BELOW, 0.3, QS_PRIOR_UNIFORM },
    { QS_KNOWN_EMAX, QS_SUCCESS_BELOW, 0.0, QS_PRIOR_LOGNORMAL },
    { QS_KNOWN_EMAX, QS_SUCCESS_ABOVE, 0.3, QS_PRIOR_UNIFORM },
    { QS_KNOWN_WAVY, QS_SUCCESS_BELOW, 0.3, QS_PRIOR_NORMAL },
    { QS_KNOWN_WAVY, QS_SUCCESS_BELOW, 0.0, QS_PRIOR_UNIFORM },
    { QS_KNOWN_WAVY, QS_SUCCESS_ABOVE, 0.2, QS_PRIOR_SAMPLE },
    { QS_KNOWN_KINKED, QS_SUCCESS_BELOW, 0.3, QS_PRIOR_SAMPLE },
    { QS_KNOWN_FLAT, QS_SUCCESS_BELOW, 0.8, QS_PRIOR_UNIFORM },
    { QS_KNOWN_NOISY, QS_SUCCESS_BELOW, 0.3, QS_PRIOR_UNIFORM },
  };

  for (gsize k = 0; k < G_N_ELEMENTS (cases); k++) {
    QsKnown    known = qs_known_default ();
    QsScenario scenario = scenario_of (&cases[k]);
    gsize      n_wrong = 0;

    known.shape = cases[k].shape;
    known.omega = cases[k].omega;

    g_autoptr (QsModel)      model = qs_known_model (&known, 0, 0.0);
    g_autoptr (QsPopulation) population = make_population (model, NULL);
    g_autoptr (QsResult)     result = solve (population, &scenario, NULL);

    for (gsize j = 0; j <= result->n_estimates; j++)
      for (gsize r = 0; r < N_REPLICATES; r++)
        n_wrong += successes (population, &known, &scenario, (double) j * 0.5,
                              r * N_SUBJECTS, (r + 1) * N_SUBJECTS) !=
                   (guint) population->counts->rows[r * (result->n_estimates + 2) + j];

    g_test_message ("case %zu: %zu doses, %zu rechecked, %u + %u nodes", k,
                    result->n_estimates, population->counts->n_rechecked,
                    population->table->nodes[0]->len, population->table->nodes[1]->len);
    g_assert_cmpuint (n_wrong, ==, 0);
  }
}

/* p (dose) = E over weight and co-medication of Φ, by a fine midpoint rule. */
static double
exact_probability (const QsKnown *known, double dose_mg)
{
  const guint n = 4000;
  double      sum = 0.0;

  for (guint i = 0; i < n; i++) {
    const double bw_kg = 50.0 + 50.0 * (i + 0.5) / n;

    for (guint c = 0; c < 2; c++)
      sum += 0.5 * qs_normal_cdf ((log (3.3) - qs_known_score (known, QS_SUCCESS_BELOW,
                                                               dose_mg / bw_kg, c)) /
                                  known->omega);
  }

  return sum / n;
}

static double
exact_crossing (const QsKnown *known, double target)
{
  double low = 0.0, high = 100.0;

  while (high - low > 1e-9)
    if (exact_probability (known, 0.5 * (low + high)) < target)
      low = 0.5 * (low + high);
    else
      high = 0.5 * (low + high);

  return low;
}

static void
test_curve_and_band_agree_with_the_integral (void)
{
  const QsKnown             known = qs_known_default ();
  const QsScenario          scenario = qs_scenario_default ();
  const QsPopulationOptions options = { 3, 480, 500, TRUE };
  g_autoptr (QsModel)       model = qs_known_model (&known, 3, 0.0);
  g_autoptr (QsPopulation)  population = qs_population_new (model, &options, NULL, NULL);
  g_autoptr (QsResult)      result = solve (population, &scenario, NULL);
  const double              crossing_mg = exact_crossing (&known, scenario.target);

  for (gsize i = 0; i < result->n_estimates; i++) {
    const QsDoseEstimate *e = &result->estimates[i];
    const double          p = exact_probability (&known, e->dose_mg);

    /* Five standard errors; draws without spread are the curve itself. */
    g_assert_cmpfloat_with_epsilon (e->probability, p,
                                    5.0 * sqrt (p * (1.0 - p) / 240000.0) + 1e-9);
    if (e->lower < e->probability)
      g_assert_cmpfloat_with_epsilon (e->lower, p, 2e-4);
    else
      g_assert_cmpfloat_with_epsilon (e->upper, p, 2e-4);
  }

  g_test_message ("crossing %.5f, exact %.5f, interval %.5f–%.5f, error %.4f",
                  result->decision.crossing_mg, crossing_mg,
                  result->decision.interval_low_mg, result->decision.interval_high_mg,
                  result->decision.mc_error_mg);
  g_assert_cmpfloat_with_epsilon (result->decision.crossing_mg, crossing_mg,
                                  2.5 * result->decision.mc_error_mg);
}

/* Few patients at first, so that more are needed; no wanted error asks for half a step.
 */
static QsResult *
refine (const QsModel *model, guint64 seed, double error_mg, guint64 n_people_max)
{
  const QsPopulationOptions options = {
    .seed = seed,
    .n_subjects = N_SUBJECTS,
    .n_replicates = 5,
    .subject_effect = TRUE,
    .n_people_max = n_people_max,
    .mc_error_mg = error_mg,
  };
  const QsScenario   scenario = qs_scenario_default ();
  g_autoptr (GError) error = NULL;
  QsResult          *result = qs_solve_refined (model, &options, &scenario, NULL, &error);

  g_assert_no_error (error);
  return result;
}

static gboolean
says_not_decision_grade (const QsResult *result)
{
  for (guint i = 0; result->warnings[i] != NULL; i++)
    if (strstr (result->warnings[i], "not decision-grade") != NULL)
      return TRUE;

  return FALSE;
}

static void
test_patients_are_added_until_the_dose_is_precise (void)
{
  static const double wanted_mg[] = { 0.0, 0.5, 0.1 };
  const QsKnown       known = qs_known_default ();
  g_autoptr (QsModel) model = qs_known_model (&known, 0, 0.0);

  for (guint i = 0; i < G_N_ELEMENTS (wanted_mg); i++) {
    const double         most_mg = wanted_mg[i] > 0.0 ? wanted_mg[i] : 0.25;
    g_autoptr (QsResult) result = refine (model, 3, wanted_mg[i], 1000000);

    g_test_message ("%g mg: %u replicates, error %.4f", most_mg, result->n_replicates,
                    result->decision.mc_error_mg);
    g_assert_cmpfloat (result->decision.mc_error_mg, <=, most_mg);
    g_assert_cmpuint (result->n_replicates, >, 5);
    /* Not many more than it takes, though the first error is a guess. */
    g_assert_cmpfloat (result->decision.mc_error_mg, >, 0.5 * most_mg);
    g_assert_true (result->decision.decision_grade ==
                   (result->decision.mc_error_mg <= 0.25));
    g_assert_true (says_not_decision_grade (result) != result->decision.decision_grade);
    g_assert_cmpfloat_with_epsilon (result->decision.mc_half_width,
                                    1.96 * sqrt (0.09 / result->ess), 0.003);
  }
}

/* 95 %: of 50, fewer than 43 once in 80 tests. */
static void
test_refined_doses_lie_within_their_error (void)
{
  const QsKnown       known = qs_known_default ();
  const double        truth_mg = exact_crossing (&known, 0.9);
  g_autoptr (QsModel) model = qs_known_model (&known, 0, 0.0);
  guint               n_within = 0;

  for (guint seed = 1; seed <= 50; seed++) {
    g_autoptr (QsResult) result = refine (model, seed, 0.0, 1000000);

    n_within +=
        fabs (result->decision.crossing_mg - truth_mg) <= result->decision.mc_error_mg;
  }

  g_test_message ("%u of 50 within", n_within);
  g_assert_cmpuint (n_within, >=, 43);
}

static void
test_refinement_stops_at_the_patients_allowed (void)
{
  const QsKnown        known = qs_known_default ();
  const QsScenario     scenario = qs_scenario_default ();
  g_autoptr (QsModel)  model = qs_known_model (&known, 0, 0.0);
  g_autoptr (QsResult) capped = refine (model, 3, 0.0, 10 * N_SUBJECTS + 1);
  g_autoptr (QsResult) fixed = refine (model, 3, 0.0, 0);
  g_autoptr (QsRun)    run = qs_run_new (1, NULL, NULL);
  g_autoptr (GError)   error = NULL;
  QsPopulationOptions  options = qs_population_options_default (model->kind);

  g_assert_cmpuint (capped->n_replicates, ==, 10);
  g_assert_false (capped->decision.decision_grade);
  g_assert_true (says_not_decision_grade (capped));
  g_assert_cmpuint (fixed->n_replicates, ==, 5);

  options.n_people_max = QS_POPULATION_N_PEOPLE_MAX;
  options.mc_error_mg = 1e-9;
  qs_run_cancel (run);
  g_assert_null (qs_solve_refined (model, &options, &scenario, run, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
  g_clear_error (&error);

  options.n_people_max++;
  g_assert_null (qs_solve_refined (model, &options, &scenario, NULL, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
}

/* The exact quantile of the critical doses, from a bisection per patient. */
static int
compare (const void *a, const void *b)
{
  return (*(const double *) a > *(const double *) b) -
         (*(const double *) a < *(const double *) b);
}

static void
test_crossing_is_the_quantile_of_critical_doses (void)
{
  const QsKnown            known = qs_known_default ();
  const QsScenario         scenario = qs_scenario_default ();
  g_autoptr (QsModel)      model = qs_known_model (&known, 0, 0.0);
  g_autoptr (QsPopulation) population = make_population (model, NULL);
  g_autoptr (QsResult)     result = solve (population, &scenario, NULL);
  const gsize              n = population->patients->n;
  g_autofree double       *critical = g_new (double, n);

  for (gsize i = 0; i < n; i++) {
    double low = 0.0, high = 1e6;

    for (guint turn = 0; turn < 80; turn++) {
      const double middle = 0.5 * (low + high);

      if (successes (population, &known, &scenario, middle, i, i + 1))
        high = middle;
      else
        low = middle;
    }
    critical[i] = high;
  }
  qsort (critical, n, sizeof *critical, compare);

  /* The table's error, a millionth of the score's range, over its slope. */
  g_assert_cmpfloat_with_epsilon (result->decision.crossing_mg,
                                  critical[(gsize) ceil (0.9 * (double) n) - 1], 1e-3);
}

static gboolean
same (double a, double b)
{
  return a == b || (isnan (a) && isnan (b));
}

static void
assert_same (const QsResult *a, const QsResult *b)
{
  g_assert_cmpuint (a->n_estimates, ==, b->n_estimates);
  for (gsize i = 0; i < a->n_estimates; i++) {
    const double *x = &a->estimates[i].dose_mg, *y = &b->estimates[i].dose_mg;

    for (gsize k = 0; k < sizeof *a->estimates / sizeof *x; k++)
      g_assert_true (same (x[k], y[k]));
  }

  g_assert_true (same (a->decision.crossing_mg, b->decision.crossing_mg));
  g_assert_true (same (a->decision.interval_low_mg, b->decision.interval_low_mg));
  g_assert_true (same (a->decision.interval_high_mg, b->decision.interval_high_mg));
  g_assert_true (same (a->decision.mc_error_mg, b->decision.mc_error_mg));
}

static void
test_threads_do_not_change_a_bit (void)
{
  static const guint   n_threads[] = { 1, 2, 8 };
  const QsKnown        known = qs_known_default ();
  const QsScenario     scenario = qs_scenario_default ();
  g_autoptr (QsModel)  model = qs_known_model (&known, 20, 0.2);
  g_autoptr (QsResult) first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (n_threads); i++) {
    g_autoptr (QsRun)        run = qs_run_new (n_threads[i], NULL, NULL);
    g_autoptr (QsPopulation) population = make_population (model, run);
    g_autoptr (QsResult)     result = solve (population, &scenario, run);

    if (first == NULL)
      first = qs_result_ref (result);
    assert_same (first, result);
  }
}

/* Tables that have grown for other questions give the same answer as new ones. */
static void
test_history_does_not_change_a_bit (void)
{
  const QsKnown            known = qs_known_default ();
  const QsScenario         scenario = qs_scenario_default ();
  QsScenario               other = scenario;
  g_autoptr (QsModel)      model = qs_known_model (&known, 20, 0.2);
  g_autoptr (QsPopulation) fresh = make_population (model, NULL);
  g_autoptr (QsPopulation) used = make_population (model, NULL);
  g_autoptr (QsResult)     expected = solve (fresh, &scenario, NULL);
  g_autoptr (QsResult)     far = NULL, above = NULL, again = NULL;

  other.threshold_ng_ml = 0.8;
  other.bw = qs_prior_uniform (5.0, 250.0);
  far = solve (used, &other, NULL);
  other.success = QS_SUCCESS_ABOVE;
  above = solve (used, &other, NULL);
  again = solve (used, &scenario, NULL);

  g_assert_cmpuint (far->n_estimates, >, 80);
  assert_same (expected, again);
}

static double
or_infinity (double dose_mg)
{
  return isnan (dose_mg) ? INFINITY : dose_mg;
}

static void
test_invariants_hold_for_falling_curves (void)
{
  for (guint turn = 0; turn < 12; turn++) {
    const QsRngKey key = { .seed = 11, .stream = QS_RNG_TEST, .replicate = turn };
    QsKnown        known = qs_known_default ();
    QsScenario     base = qs_scenario_named (QS_POPULATION_BASE, QS_REGIMEN_QD, 0.9);
    QsScenario     easy = qs_scenario_named (QS_POPULATION_BASE, QS_REGIMEN_QD, 0.75);
    QsScenario     heavy = qs_scenario_named (QS_POPULATION_HEAVY, QS_REGIMEN_QD, 0.9);
    QsScenario nocomed = qs_scenario_named (QS_POPULATION_NOCOMED, QS_REGIMEN_QD, 0.9);

    known.r0 = 5.0 + 8.0 * qs_rng_uniform (&key, 0, 0);
    known.imax = 0.6 + 0.38 * qs_rng_uniform (&key, 0, 1);
    known.u50 = 0.01 + 0.2 * qs_rng_uniform (&key, 0, 2);
    known.beta = -0.3 * qs_rng_uniform (&key, 0, 3); /* co-medication lowers R0 */
    known.omega = 0.5 * qs_rng_uniform (&key, 0, 4);

    g_autoptr (QsModel)      model = qs_known_model (&known, 20, 0.15);
    g_autoptr (QsPopulation) population = make_population (model, NULL);
    g_autoptr (QsResult)     a = solve (population, &base, NULL);
    g_autoptr (QsResult)     b = solve (population, &easy, NULL);
    g_autoptr (QsResult)     c = solve (population, &heavy, NULL);
    g_autoptr (QsResult)     d = solve (population, &nocomed, NULL);
    const QsDecision        *decision = &a->decision;

    for (gsize i = 0; i < a->n_estimates; i++) {
      const QsDoseEstimate *e = &a->estimates[i];

      g_assert_cmpfloat (e->dose_mg, ==, 0.5 * (double) (i + 1));
      g_assert_cmpfloat (e->lower, <=, e->probability);
      g_assert_cmpfloat (e->probability, <=, e->upper);
      g_assert_cmpfloat (e->mc_lower, <=, e->probability);
      g_assert_cmpfloat (e->probability, <=, e->mc_upper);
      g_assert_cmpfloat (e->replicate_lower, <=, e->replicate_upper);
      g_assert_cmpfloat (e->probability, >=,
                         i > 0 ? a->estimates[i - 1].probability : a->p_at_zero);
    }

    g_assert_cmpfloat (or_infinity (decision->assured_dose_mg), >=,
                       or_infinity (decision->dose_mg));
    g_assert_cmpfloat (or_infinity (b->decision.dose_mg), <=,
                       or_infinity (decision->dose_mg));
    g_assert_cmpfloat (or_infinity (c->decision.dose_mg), >=,
                       or_infinity (decision->dose_mg));
    g_assert_cmpfloat (or_infinity (d->decision.dose_mg), >=,
                       or_infinity (decision->dose_mg));

    if (decision->status == QS_STATUS_REACHED) {
      g_assert_cmpfloat (decision->crossing_mg, <=, decision->dose_mg);
      g_assert_cmpfloat (decision->crossing_mg, >=, decision->dose_mg - 0.5);
      g_assert_cmpfloat (decision->interval_low_mg, <=, decision->crossing_mg);
      g_assert_cmpfloat (decision->interval_high_mg, >=, decision->crossing_mg);
      g_assert_cmpfloat (decision->p_at_dose, >=, 0.9);
      g_assert_cmpfloat (decision->p_below, <, 0.9);
    }
  }
}

static gboolean
has_warning (const QsResult *result, const char *words)
{
  for (char **warning = result->warnings; *warning != NULL; warning++)
    if (strstr (*warning, words) != NULL)
      return TRUE;

  return FALSE;
}

static void
test_unreachable_targets_say_how_far_it_gets (void)
{
  QsKnown          known = qs_known_default ();
  const QsScenario scenario = qs_scenario_default ();

  known.imax = 0.7;
  g_autoptr (QsModel)      model = qs_known_model (&known, 20, 0.05);
  g_autoptr (QsPopulation) population = make_population (model, NULL);
  g_autoptr (QsResult)     result = solve (population, &scenario, NULL);
  const double             r_end = 9.0 * (1.0 - 0.7);
  const double             exact = 0.5 * qs_normal_cdf (log (3.3 / r_end) / 0.3) +
                       0.5 * qs_normal_cdf ((log (3.3 / r_end) - 0.15) / 0.3);

  g_assert_cmpint (result->decision.status, ==, QS_STATUS_NOT_REACHED);
  g_assert_true (isnan (result->decision.dose_mg));
  /* At 100 times the highest dose little is missing to the limit; the rest is five
   * standard errors of 2,400 patients. */
  g_assert_cmpfloat_with_epsilon (result->decision.max_p, exact, 0.04);
  g_assert_true (has_warning (result, "not reached"));
  g_assert_cmpuint (result->n_estimates, >=, 80);
}

static void
test_grid_grows_to_far_doses (void)
{
  QsKnown          known = qs_known_default ();
  const QsScenario scenario = qs_scenario_default ();

  known.u50 = 1.5; /* doses of some hundred mg */
  g_autoptr (QsModel)      model = qs_known_model (&known, 20, 0.1);
  g_autoptr (QsPopulation) population = make_population (model, NULL);
  g_autoptr (QsResult)     result = solve (population, &scenario, NULL);

  g_assert_cmpint (result->decision.status, ==, QS_STATUS_REACHED);
  g_assert_cmpfloat (result->decision.dose_mg, >, 100.0);
  g_assert_cmpfloat (1.2 * result->decision.assured_dose_mg, <,
                     result->estimates[result->n_estimates - 1].dose_mg);
  g_assert_true (has_warning (result, "times the highest dose studied"));
}

static void
test_waves_are_named (void)
{
  QsKnown          known = qs_known_default ();
  const QsScenario scenario = qs_scenario_default ();

  known.shape = QS_KNOWN_WAVY;
  known.omega = 0.02;
  known.wave = 0.4;
  g_autoptr (QsModel)      model = qs_known_model (&known, 0, 0.0);
  g_autoptr (QsPopulation) population = make_population (model, NULL);
  g_autoptr (QsResult)     result = solve (population, &scenario, NULL);

  g_assert_true (has_warning (result, "Broken rule"));
  g_assert_true (has_warning (result, "no parameter draws"));
}

static void
test_effect_off_is_steeper_and_says_so (void)
{
  const QsKnown             known = qs_known_default ();
  const QsScenario          scenario = qs_scenario_default ();
  const QsPopulationOptions options = { 3, N_SUBJECTS, N_REPLICATES, FALSE };
  g_autoptr (QsModel)       model = qs_known_model (&known, 5, 0.1);
  g_autoptr (QsPopulation)  with = make_population (model, NULL);
  g_autoptr (QsPopulation)  without = qs_population_new (model, &options, NULL, NULL);
  g_autoptr (QsResult)      a = solve (with, &scenario, NULL);
  g_autoptr (QsResult)      b = solve (without, &scenario, NULL);

  g_assert_true (has_warning (b, "leaves out unexplained between-subject variability"));
  g_assert_false (has_warning (a, "leaves out"));
  g_assert_cmpfloat (b->decision.dose_mg, <, a->decision.dose_mg);
  g_assert_cmpfloat (b->decision.p_at_dose - b->decision.p_below, >,
                     2.0 * (a->decision.p_at_dose - a->decision.p_below));
}

static void
test_audit_finds_no_flip (void)
{
  static const QsKnownShape shapes[] = { QS_KNOWN_EMAX, QS_KNOWN_WAVY, QS_KNOWN_KINKED,
                                         QS_KNOWN_NOISY };

  for (gsize k = 0; k < G_N_ELEMENTS (shapes); k++) {
    QsKnown            known = qs_known_default ();
    const QsScenario   scenario = qs_scenario_default ();
    g_autoptr (GError) error = NULL;
    QsAudit            audit;

    known.shape = shapes[k];
    g_autoptr (QsModel)      model = qs_known_model (&known, 0, 0.0);
    g_autoptr (QsPopulation) population = make_population (model, NULL);

    g_assert_true (
        qs_population_audit (population, &scenario, 5, 1000000, &audit, NULL, &error));
    g_test_message ("shape %u: %" G_GUINT64_FORMAT " rechecked", shapes[k],
                    audit.n_rechecked);
    g_assert_cmpuint (audit.n_flipped, ==, 0);
  }
}

static void
test_questions_come_in_order (void)
{
  const QsKnown             known = qs_known_default ();
  const QsPopulationOptions options = { 3, N_SUBJECTS, N_REPLICATES, TRUE };
  g_autoptr (QsModel)       model = qs_known_model (&known, 5, 0.1);
  g_autoptr (GPtrArray)     results = qs_answer (model, &options, NULL, NULL);
  const QsResult           *first = g_ptr_array_index (results, 0);
  const QsResult           *weekly = g_ptr_array_index (results, 2);
  const QsResult           *last = g_ptr_array_index (results, 15);

  g_assert_cmpuint (results->len, ==, 16);
  g_assert_cmpstr (first->scenario.name, ==, "base");
  g_assert_cmpfloat (first->scenario.target, ==, 0.9);
  g_assert_cmpint (first->decision.status, ==, QS_STATUS_REACHED);
  g_assert_cmpint (weekly->decision.status, ==, QS_STATUS_REFUSED);
  g_assert_cmpstr (weekly->warnings[0], ==, "Daily doses only");
  g_assert_true (isnan (weekly->decision.dose_mg));
  g_assert_cmpstr (last->scenario.name, ==, "heavy_nocomed");
  g_assert_cmpfloat (last->scenario.target, ==, 0.75);
  g_assert_true (has_warning (g_ptr_array_index (results, 8), "not randomised"));
}

static void
test_studies_without_co_medication_get_half (void)
{
  const QsKnown             known = qs_known_default ();
  const QsPopulationOptions options = { 3, N_SUBJECTS, N_REPLICATES, TRUE };
  g_autoptr (QsModel)       model = qs_known_model (&known, 0, 0.0);
  g_autoptr (GPtrArray)     results = NULL;

  model->facts.has_comed = FALSE;
  results = qs_answer (model, &options, NULL, NULL);
  g_assert_cmpuint (results->len, ==, 8);
}

static void
test_bad_questions_are_refused (void)
{
  const QsKnown            known = qs_known_default ();
  g_autoptr (QsModel)      model = qs_known_model (&known, 0, 0.0);
  g_autoptr (QsPopulation) population = make_population (model, NULL);
  QsScenario               scenario = qs_scenario_default ();
  QsPopulationOptions      options = qs_population_options_default (QS_MODEL_LSTM);
  g_autoptr (GError)       weekly = NULL, target = NULL, many = NULL, none = NULL;

  scenario.regimen = QS_REGIMEN_QW;
  g_assert_null (qs_solve (population, &scenario, NULL, &weekly));
  g_assert_error (weekly, QS_ERROR, QS_ERROR_REFUSED);

  scenario = qs_scenario_default ();
  scenario.target = NAN;
  g_assert_null (qs_solve (population, &scenario, NULL, &target));
  g_assert_error (target, QS_ERROR, QS_ERROR_SCENARIO);

  options.n_subjects = options.n_replicates = 10000;
  g_assert_null (qs_population_new (model, &options, NULL, &many));
  g_assert_error (many, QS_ERROR, QS_ERROR_RESOURCE);

  options.n_subjects = 0;
  g_assert_null (qs_population_new (model, &options, NULL, &none));
  g_assert_error (none, QS_ERROR, QS_ERROR_SCENARIO);
}

static QsResult *
answer_of (QsPopulationName name, QsRegimen regimen, double crossing_mg)
{
  QsResult *result = g_new0 (QsResult, 1);

  result->n_refs = 1;
  result->scenario = qs_scenario_named (name, regimen, 0.9);
  result->decision.crossing_mg = crossing_mg;
  result->warnings = g_new0 (char *, 1);
  return result;
}

/* Weekly against daily, heavy against base: only what breaks a rule says so. */
static void
test_rules_between_answers_are_named (void)
{
  g_autoptr (GPtrArray) results =
      g_ptr_array_new_with_free_func ((GDestroyNotify) qs_result_unref);
  const QsResult *found;

  g_ptr_array_add (results, answer_of (QS_POPULATION_BASE, QS_REGIMEN_QD, 6.0));
  g_ptr_array_add (results, answer_of (QS_POPULATION_BASE, QS_REGIMEN_QW, 43.0));
  g_ptr_array_add (results, answer_of (QS_POPULATION_HEAVY, QS_REGIMEN_QD, 5.0));
  g_ptr_array_add (results, answer_of (QS_POPULATION_HEAVY, QS_REGIMEN_QW, 30.0));
  g_ptr_array_add (results, answer_of (QS_POPULATION_NOCOMED, QS_REGIMEN_QD, NAN));
  g_ptr_array_add (results, answer_of (QS_POPULATION_NOCOMED, QS_REGIMEN_QW, 10.0));
  qs_warn_about_rules (results);

  g_assert_null (((QsResult *) results->pdata[0])->warnings[0]);
  g_assert_null (((QsResult *) results->pdata[1])->warnings[0]);
  found = results->pdata[2];
  g_assert_true (has_warning (found, "heavier patients need no less"));
  g_assert_null (found->warnings[1]);
  found = results->pdata[3];
  g_assert_true (
      has_warning (found, "crossing dose is 30 mg, seven daily ones are 35 mg"));
  g_assert_true (has_warning (found, "that of base patients 43 mg"));
  g_assert_null (((QsResult *) results->pdata[5])->warnings[0]);
}

/* Outside of the interval, inside of it, and where only one of both finds a dose. */
static void
test_disagreement_is_named (void)
{
  g_autoptr (QsResult) reference = answer_of (QS_POPULATION_BASE, QS_REGIMEN_QD, 6.0);
  g_autoptr (QsResult) far = answer_of (QS_POPULATION_BASE, QS_REGIMEN_QD, 8.5);
  g_autoptr (QsResult) near = answer_of (QS_POPULATION_BASE, QS_REGIMEN_QD, 7.5);
  g_autoptr (QsResult) none = answer_of (QS_POPULATION_BASE, QS_REGIMEN_QD, NAN);

  reference->decision.interval_low_mg = 5.0;
  reference->decision.interval_high_mg = 8.0;
  none->decision.status = QS_STATUS_NOT_REACHED;
  qs_warn_about_disagreement (far, reference);
  qs_warn_about_disagreement (near, reference);
  qs_warn_about_disagreement (none, reference);
  g_assert_true (
      has_warning (far, "8.5 mg lies outside of its 95 % interval, 5 to 8 mg"));
  g_assert_null (near->warnings[0]);
  g_assert_true (has_warning (none, "which finds a dose"));

  reference->decision.interval_high_mg = INFINITY;
  near->decision.crossing_mg = 4.0;
  qs_warn_about_disagreement (near, reference);
  g_assert_true (has_warning (near, "from 5 mg on"));
}

static void
test_cancel_leaves_the_population_usable (void)
{
  const QsKnown             known = qs_known_default ();
  const QsPopulationOptions options = qs_population_options_default (QS_MODEL_LSTM);
  const QsScenario          scenario = qs_scenario_default ();
  g_autoptr (QsModel)       model = qs_known_model (&known, 3, 0.1);
  g_autoptr (QsRun)         run = qs_run_new (2, NULL, NULL);
  g_autoptr (QsPopulation)  population = make_population (model, NULL);
  g_autoptr (QsResult)      result = NULL;
  QsScenario                other = scenario;
  g_autoptr (GError)        first = NULL, second = NULL;

  qs_run_cancel (run);
  g_assert_null (qs_population_new (model, &options, run, &first));
  g_assert_error (first, QS_ERROR, QS_ERROR_CANCELLED);

  other.success = QS_SUCCESS_ABOVE;
  g_assert_null (qs_solve (population, &other, run, &second));
  g_assert_error (second, QS_ERROR, QS_ERROR_CANCELLED);

  result = solve (population, &scenario, NULL);
  g_assert_cmpint (result->decision.status, ==, QS_STATUS_REACHED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/population/solve/counts-agree-with-brute-force",
                   test_counts_agree_with_brute_force);
  g_test_add_func ("/population/solve/curve-and-band-agree-with-the-integral",
                   test_curve_and_band_agree_with_the_integral);
  g_test_add_func ("/population/solve/patients-are-added-until-the-dose-is-precise",
                   test_patients_are_added_until_the_dose_is_precise);
  g_test_add_func ("/population/solve/refined-doses-lie-within-their-error",
                   test_refined_doses_lie_within_their_error);
  g_test_add_func ("/population/solve/refinement-stops-at-the-patients-allowed",
                   test_refinement_stops_at_the_patients_allowed);
  g_test_add_func ("/population/solve/crossing-is-the-quantile-of-critical-doses",
                   test_crossing_is_the_quantile_of_critical_doses);
  g_test_add_func ("/population/solve/threads-do-not-change-a-bit",
                   test_threads_do_not_change_a_bit);
  g_test_add_func ("/population/solve/history-does-not-change-a-bit",
                   test_history_does_not_change_a_bit);
  g_test_add_func ("/population/solve/invariants-hold-for-falling-curves",
                   test_invariants_hold_for_falling_curves);
  g_test_add_func ("/population/solve/unreachable-targets-say-how-far-it-gets",
                   test_unreachable_targets_say_how_far_it_gets);
  g_test_add_func ("/population/solve/grid-grows-to-far-doses",
                   test_grid_grows_to_far_doses);
  g_test_add_func ("/population/solve/waves-are-named", test_waves_are_named);
  g_test_add_func ("/population/solve/effect-off-is-steeper-and-says-so",
                   test_effect_off_is_steeper_and_says_so);
  g_test_add_func ("/population/solve/audit-finds-no-flip", test_audit_finds_no_flip);
  g_test_add_func ("/population/solve/questions-come-in-order",
                   test_questions_come_in_order);
  g_test_add_func ("/population/solve/studies-without-co-medication-get-half",
                   test_studies_without_co_medication_get_half);
  g_test_add_func ("/population/solve/bad-questions-are-refused",
                   test_bad_questions_are_refused);
  g_test_add_func ("/population/solve/disagreement-is-named", test_disagreement_is_named);
  g_test_add_func ("/population/solve/rules-between-answers-are-named",
                   test_rules_between_answers_are_named);
  g_test_add_func ("/population/solve/cancel-leaves-the-population-usable",
                   test_cancel_leaves_the_population_usable);
  return g_test_run ();
}
