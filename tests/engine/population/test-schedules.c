/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-rng.h"
#include "pkpd/qs-pkpd-predictor.h"
#include "pkpd/qs-pkpd-schedule.h"
#include "qs-population.h"

#include <math.h>
#include <string.h>

#define N QS_PKPD_N_PARAMETERS

/* A model of a study up to 10 mg in 50–100 kg, with draws that scatter. */
static QsModel *
known_model (guint n_draws)
{
  static const double value[N] = {
    [QS_PKPD_KA] = 1.0,    [QS_PKPD_TLAG] = 1.0,   [QS_PKPD_CL] = 0.044,
    [QS_PKPD_V] = 2.7,     [QS_PKPD_Q] = 0.17,     [QS_PKPD_V2] = 5.7,
    [QS_PKPD_R0] = 10.0,   [QS_PKPD_KOUT] = 0.015, [QS_PKPD_IMAX] = 0.95,
    [QS_PKPD_IC50] = 1.05, [QS_PKPD_GAMMA] = 1.0,
  };
  const QsPkpdStructure structure = qs_pkpd_structure_default ();
  QsPkpdPopulation      population = { 0 };
  QsModel              *model = qs_model_new (QS_MODEL_PKPD);

  for (guint i = 0; i < N; i++) {
    population.theta[i] = qs_pkpd_transform (i, value[i]);
    population.omega2[i] = 0.05;
  }
  population.beta_comed[QS_PKPD_R0] = -0.26;
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

    draw.theta[QS_PKPD_R0] += 0.04 * qs_rng_normal (&key, 0, 1);
    draw.theta[QS_PKPD_IC50] += 0.04 * qs_rng_normal (&key, 0, 2);
    g_ptr_array_add (model->draws, qs_pkpd_predictor_new (&structure, &draw));
  }

  return model;
}

static QsScenario
scenario_of (const char *text)
{
  QsScenario         scenario = qs_scenario_default ();
  QsDosing           schedule;
  g_autoptr (GError) error = NULL;

  qs_dosing_parse (text, &schedule, &error);
  g_assert_no_error (error);
  qs_scenario_set_schedule (&scenario, &schedule);
  return scenario;
}

static QsPopulation *
population_of (const QsModel *model, guint n_subjects, QsRun *run)
{
  const QsPopulationOptions options = {
    .seed = 11, .n_subjects = n_subjects, .n_replicates = 1, .subject_effect = TRUE
  };
  g_autoptr (GError) error = NULL;
  QsPopulation      *population = qs_population_new (model, &options, run, &error);

  g_assert_no_error (error);
  return population;
}

static QsResult *
solve (QsPopulation *population, const char *text, QsRun *run)
{
  const QsScenario   scenario = scenario_of (text);
  g_autoptr (GError) error = NULL;
  QsResult          *result = qs_solve (population, &scenario, run, &error);

  g_assert_no_error (error);
  return result;
}

/* Whether a person's biomarker stays below the threshold in all that is judged, by the
 * exact simulation of all doses; a steady state is what half a year of them leads to. */
static gboolean
succeeds (const QsPredictor *predictor,
          const QsScenario  *scenario,
          double             bw_kg,
          guint              comed,
          const float       *latent,
          double             dose)
{
  enum { N_LOOKS = 97, N_DAYS = 180 };
  const QsDosing *schedule = &scenario->schedule;
  const gboolean  steady = qs_dosing_is_steady (schedule);
  const double    interval_h = schedule->interval_h;
  const guint n_before = schedule->is_naive ? 0 : (guint) (N_DAYS * 24.0 / interval_h);
  const guint first = steady ? 1 : schedule->judged_from;
  const guint last = steady ? 1 : schedule->judged_to;
  const guint n_doses = n_before + last;
  g_autofree QsDose *doses = g_new0 (QsDose, n_doses);
  double             mg = dose * qs_scenario_weight_factor (scenario, bw_kg);
  QsPkParameters     pk;
  QsPdParameters     pd;

  qs_pkpd_predictor_person (predictor, bw_kg, comed, latent, &pk, &pd);
  for (guint k = 0; k < n_doses; k++) {
    doses[k].time_h = k * interval_h;
    doses[k].dose_mg = mg * qs_dosing_factor (schedule, (gint) k + 1 - (gint) n_before);
  }

  for (guint k = first; k <= last; k++) {
    double times_h[N_LOOKS], c[N_LOOKS], r[N_LOOKS];

    for (guint i = 0; i < N_LOOKS; i++)
      times_h[i] = (n_before + k - 1.0 + i / (N_LOOKS - 1.0)) * interval_h;
    qs_pkpd_simulate (&pk, &pd, doses, n_doses, times_h, N_LOOKS, c, r);
    for (guint i = 0; i < N_LOOKS; i++)
      if (r[i] > scenario->threshold_ng_ml)
        return FALSE;
  }

  return TRUE;
}

/* The curve by the oracle: everybody simulated at some doses. */
static void
test_curves_are_brute_force (void)
{
  enum { N_PEOPLE = 60, N_ASKED = 6 };
  static const char *const schedules[] = { "qd mg/kg",
                                           "q12h",
                                           "qw bands=60:0.75,80:1,1.25",
                                           "qd miss=1-2",
                                           "qd load=2x2 judge=12-14",
                                           "qd mg/kg titrate=0.5x4 miss=9 judge=9-11" };
  g_autoptr (QsModel)      model = known_model (0);
  g_autoptr (QsRun)        run = qs_run_new (2, NULL, NULL);
  g_autoptr (QsPopulation) population = population_of (model, N_PEOPLE, run);
  const QsRngKey           key = { .seed = 11, .stream = QS_RNG_POPULATION };
  g_autofree float        *latent = g_new (float, N_PEOPLE *N);
  guint                    n_flips = 0, n_inside = 0;

  for (guint i = 0; i < N_PEOPLE; i++)
    for (guint k = 0; k < N; k++)
      latent[i * N + k] = (float) qs_rng_normal (&key, i, 8 + k);

  for (guint s = 0; s < G_N_ELEMENTS (schedules); s++) {
    const QsScenario     scenario = scenario_of (schedules[s]);
    g_autoptr (QsResult) result = solve (population, schedules[s], run);

    for (guint q = 1; q <= N_ASKED; q++) {
      const gsize           j = result->n_estimates * q / (4 * N_ASKED);
      const QsDoseEstimate *e = &result->estimates[j];
      const gint            n_fast = (gint) lround (e->probability * N_PEOPLE);
      gint                  n_slow = 0;

      for (guint i = 0; i < N_PEOPLE; i++)
        n_slow +=
            succeeds (model->estimate, &scenario, (double) population->patients->bw_kg[i],
                      (double) population->patients->comed_uniform[i] < 0.5,
                      latent + i * N, e->dose_mg);
      n_flips += (guint) ABS (n_slow - n_fast);
      n_inside += n_slow > 0 && n_slow < N_PEOPLE;
    }
  }

  g_test_message ("%u decisions differ", n_flips);
  g_assert_cmpuint (n_flips, <=, 1);
  g_assert_cmpuint (n_inside, >, 20);
}

/* What science.md 8 asks of any schedules: daily averaging, full adherence and a longer
 * start can only help; in people of one weight, mg/kg is mg. */
static void
test_schedules_keep_their_order (void)
{
  g_autoptr (QsModel)      model = known_model (3);
  g_autoptr (QsRun)        run = qs_run_new (2, NULL, NULL);
  g_autoptr (QsPopulation) population = population_of (model, 1000, run);
  g_autoptr (QsResult)     daily = solve (population, "qd", run);
  g_autoptr (QsResult)     weekly = solve (population, "qw", run);
  g_autoptr (QsResult)     twice = solve (population, "q12h", run);
  g_autoptr (QsResult)     missed = solve (population, "qd miss=1", run);
  g_autoptr (QsResult)     thrice = solve (population, "qd miss=1-3", run);
  g_autoptr (QsResult)     early = solve (population, "qd naive judge=10", run);
  g_autoptr (QsResult)     late = solve (population, "qd naive judge=20", run);
  g_autoptr (QsResult)     loaded = solve (population, "qd load=3 judge=10", run);
  const double             qd = daily->decision.crossing_mg;

  g_assert_cmpfloat (weekly->decision.crossing_mg, >=, 7.0 * qd);
  g_assert_cmpfloat (2.0 * twice->decision.crossing_mg, <=, qd * (1.0 + 1e-3));
  g_assert_cmpfloat (missed->decision.crossing_mg, >=, qd);
  g_assert_cmpfloat (thrice->decision.crossing_mg, >=, missed->decision.crossing_mg);
  g_assert_cmpfloat (late->decision.crossing_mg, >=, qd);
  g_assert_cmpfloat (early->decision.crossing_mg, >=, late->decision.crossing_mg);
  g_assert_cmpfloat (loaded->decision.crossing_mg, <=, early->decision.crossing_mg);
  for (guint i = 0; i < 4; i++) {
    const QsResult *result = (const QsResult *[]){ twice, missed, early, loaded }[i];

    g_assert_cmpint (result->decision.status, ==, QS_STATUS_REACHED);
    g_assert_cmpfloat (result->decision.assured_dose_mg, >=, result->decision.dose_mg);
    for (gsize j = 1; j < result->n_estimates; j++)
      g_assert_cmpfloat (result->estimates[j].probability, >=,
                         result->estimates[j - 1].probability);
  }
}

static void
test_one_weight_makes_kilograms_milligrams (void)
{
  g_autoptr (QsModel)      model = known_model (0);
  g_autoptr (QsRun)        run = qs_run_new (1, NULL, NULL);
  g_autoptr (QsPopulation) population = population_of (model, 1000, run);
  QsScenario               mg = scenario_of ("qd"), kg = scenario_of ("qd mg/kg");
  g_autoptr (QsResult)     by_mg = NULL, by_kg = NULL;

  mg.bw = kg.bw = qs_prior_uniform (79.99, 80.01);
  by_mg = qs_solve (population, &mg, run, NULL);
  by_kg = qs_solve (population, &kg, run, NULL);
  g_assert_cmpfloat_with_epsilon (
      80.0 * by_kg->decision.crossing_mg / by_mg->decision.crossing_mg, 1.0, 1e-3);
  g_assert_cmpfloat_with_epsilon (by_kg->decision.extrapolation,
                                  by_kg->decision.dose_mg * 8.0, 1e-2);
}

static void
test_threads_do_not_change_a_bit (void)
{
  g_autoptr (QsModel) model = known_model (2);
  QsResult           *results[2];

  for (guint i = 0; i < 2; i++) {
    g_autoptr (QsRun)        run = qs_run_new (1 + 2 * i, NULL, NULL);
    g_autoptr (QsPopulation) population = population_of (model, 500, run);

    results[i] = solve (population, "qd mg/kg load=2 judge=9-10", run);
  }

  g_assert_cmpuint (results[0]->n_estimates, ==, results[1]->n_estimates);
  g_assert_cmpmem (
      results[0]->estimates, results[0]->n_estimates * sizeof *results[0]->estimates,
      results[1]->estimates, results[1]->n_estimates * sizeof *results[1]->estimates);
  qs_result_unref (results[0]);
  qs_result_unref (results[1]);
}

/* A week in which not all is observed at steady state has no looks to be judged at, and a
 * model of one regimen knows no other. */
static void
test_what_cannot_be_answered_is_refused (void)
{
  g_autoptr (QsModel)      model = known_model (0);
  g_autoptr (QsPopulation) population = population_of (model, 10, NULL);
  QsScenario               scenario = scenario_of ("qd miss=1");
  g_autoptr (GError)       error = NULL;

  scenario.biomarker = QS_BIOMARKER_OBSERVED;
  g_assert_null (qs_solve (population, &scenario, NULL, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "qd miss=1"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/schedules/brute-force", test_curves_are_brute_force);
  g_test_add_func ("/schedules/order", test_schedules_keep_their_order);
  g_test_add_func ("/schedules/one-weight", test_one_weight_makes_kilograms_milligrams);
  g_test_add_func ("/schedules/threads", test_threads_do_not_change_a_bit);
  g_test_add_func ("/schedules/refused", test_what_cannot_be_answered_is_refused);

  return g_test_run ();
}
