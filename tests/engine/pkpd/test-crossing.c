/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-crossing.h"

#include "core/qs-error.h"
#include "core/qs-rng.h"

#include <math.h>

#define N_SUBJECTS 200

/* The oracle: at least 80 days of doses from the first one on, instead of the periodic
 * state, and the highest biomarker after the last of them: the cubic mesh has no part in
 * it. */
static double
highest_at_last (const QsPkParameters *pk,
                 const QsPdParameters *pd,
                 double                interval_h,
                 double                dose_mg)
{
  enum { N_DOSES = 80, N_LOOKS = 337 };
  QsDose doses[N_DOSES];
  double times_h[N_LOOKS], concentration[N_LOOKS], response[N_LOOKS], highest = 0.0;

  for (guint i = 0; i < N_DOSES; i++)
    doses[i] = (QsDose){ interval_h * i, dose_mg };
  for (guint i = 0; i < N_LOOKS; i++)
    times_h[i] = interval_h * (N_DOSES - 1 + 0.9999 * i / (N_LOOKS - 1));

  qs_pkpd_simulate (pk, pd, doses, N_DOSES, times_h, N_LOOKS, concentration, response);
  for (guint i = 0; i < N_LOOKS; i++)
    highest = MAX (highest, response[i]);

  return highest;
}

static void
test_critical_dose_divides_success_from_failure (void)
{
  const QsRngKey   key = { .seed = 5, .stream = QS_RNG_TEST };
  const QsTruth    truth = qs_truth_default ();
  const QsScenario daily = qs_scenario_default ();
  const QsScenario weekly = qs_scenario_named (QS_POPULATION_BASE, QS_REGIMEN_QW, 0.9);

  for (guint i = 0; i < 30; i++) {
    const QsScenario *scenario = i % 2 ? &weekly : &daily;
    const double      interval_h = qs_regimen_interval_h (scenario->regimen);
    double            effects[QS_PKPD_N_PARAMETERS], dose_mg;
    QsPkParameters    pk;
    QsPdParameters    pd;

    qs_truth_effects (&truth, &key, i, 0, effects);
    qs_truth_person (&truth, 50.0 + 2.0 * i, i % 2, effects, &pk, &pd);
    dose_mg = qs_critical_dose (&pk, &pd, scenario);

    g_assert_cmpfloat (highest_at_last (&pk, &pd, interval_h, 1.001 * dose_mg), <=, 3.3);
    g_assert_cmpfloat (highest_at_last (&pk, &pd, interval_h, 0.999 * dose_mg), >, 3.3);
  }
}

static void
test_critical_dose_knows_its_ends (void)
{
  static const double none[QS_PKPD_N_PARAMETERS] = { 0.0 };
  const QsTruth       truth = qs_truth_default ();
  QsScenario          scenario = qs_scenario_default ();
  QsPkParameters      pk;
  QsPdParameters      pd;

  qs_truth_person (&truth, 70.0, 0, none, &pk, &pd);
  scenario.threshold_ng_ml = 10.0;
  g_assert_cmpfloat (qs_critical_dose (&pk, &pd, &scenario), ==, 0.0);

  /* Inhibition by a half never takes 9.6 below 4.8. */
  pd.imax = 0.5;
  scenario.threshold_ng_ml = 4.5;
  g_assert_cmpfloat (qs_critical_dose (&pk, &pd, &scenario), ==, INFINITY);

  /* To stay above, the drug is of no help: who does so needs none. */
  scenario.success = QS_SUCCESS_ABOVE;
  g_assert_cmpfloat (qs_critical_dose (&pk, &pd, &scenario), ==, 0.0);
  scenario.threshold_ng_ml = 10.0;
  g_assert_cmpfloat (qs_critical_dose (&pk, &pd, &scenario), ==, INFINITY);
}

static double
crossing (const QsTruth    *truth,
          const QsScenario *scenario,
          guint             n_threads,
          double            target)
{
  g_autoptr (QsRun) run = qs_run_new (n_threads, NULL, NULL);
  QsCrossing        found = { .target = target };

  g_assert_true (
      qs_truth_crossings (truth, scenario, 3, N_SUBJECTS, &found, 1, run, NULL));
  g_assert_true (found.lower_mg <= found.dose_mg && found.dose_mg <= found.upper_mg);

  return found.dose_mg;
}

static void
test_crossings_keep_the_invariants (void)
{
  const QsTruth    truth = qs_truth_default ();
  const QsScenario base = qs_scenario_default ();
  const QsScenario heavy =
      qs_scenario_named (QS_POPULATION_HEAVY, QS_REGIMEN_QD, base.target);
  const QsScenario nocomed =
      qs_scenario_named (QS_POPULATION_NOCOMED, QS_REGIMEN_QD, base.target);
  const QsScenario weekly =
      qs_scenario_named (QS_POPULATION_BASE, QS_REGIMEN_QW, base.target);
  const double dose_mg = crossing (&truth, &base, 1, 0.9);

  g_assert_cmpfloat (crossing (&truth, &base, 8, 0.9), ==, dose_mg);
  g_assert_cmpfloat (crossing (&truth, &base, 1, 0.75), <, dose_mg);
  g_assert_cmpfloat (crossing (&truth, &heavy, 1, 0.9), >, dose_mg);
  g_assert_cmpfloat (crossing (&truth, &nocomed, 1, 0.9), >, dose_mg);
  g_assert_cmpfloat (crossing (&truth, &weekly, 1, 0.9), >=, 7.0 * dose_mg);
}

static void
test_cancelled_search_ends (void)
{
  g_autoptr (QsRun)  run = qs_run_new (1, NULL, NULL);
  g_autoptr (GError) error = NULL;
  const QsTruth      truth = qs_truth_default ();
  const QsScenario   base = qs_scenario_default ();
  const gint64       begin_us = g_get_monotonic_time ();
  QsCrossing         found = { .target = 0.9 };

  qs_run_cancel (run);
  g_assert_false (qs_truth_crossings (&truth, &base, 3, 1000000, &found, 1, run, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - begin_us, <, 5 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pkpd/crossing/critical-dose-divides-success-from-failure",
                   test_critical_dose_divides_success_from_failure);
  g_test_add_func ("/pkpd/crossing/critical-dose-knows-its-ends",
                   test_critical_dose_knows_its_ends);
  g_test_add_func ("/pkpd/crossing/crossings-keep-the-invariants",
                   test_crossings_keep_the_invariants);
  g_test_add_func ("/pkpd/crossing/cancelled-search-ends", test_cancelled_search_ends);
  return g_test_run ();
}
