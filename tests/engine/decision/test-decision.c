/* SPDX-License-Identifier: Apache-2.0 */
#include "decision/qs-decision.h"

#include <math.h>

#define N 6

static void
curve (QsDoseEstimate estimates[N], const double p[N], const double lower[N])
{
  for (gsize i = 0; i < N; i++)
    estimates[i] = (QsDoseEstimate){
      .dose_mg = 0.5 * (double) (i + 1),
      .probability = p[i],
      .lower = lower[i],
      .upper = 1.0,
      .mc_lower = p[i] - 0.01,
      .mc_upper = p[i] + 0.01,
    };
}

static void
test_every_higher_dose_must_pass (void)
{
  const double   p[N] = { 0.5, 0.92, 0.85, 0.91, 0.95, 0.97 };
  const double   lower[N] = { 0.1, 0.91, 0.70, 0.80, 0.90, 0.93 };
  QsDoseEstimate estimates[N];
  QsDecision     decision;

  curve (estimates, p, lower);
  qs_decision_select (&decision, 0.9, estimates, N, 0.1);

  g_assert_cmpint (decision.status, ==, QS_STATUS_REACHED);
  g_assert_cmpfloat (decision.dose_mg, ==, 2.0);
  g_assert_cmpfloat (decision.assured_dose_mg, ==, 2.5);
  g_assert_cmpfloat (decision.p_at_dose, ==, 0.91);
  g_assert_cmpfloat (decision.p_below, ==, 0.85);
  g_assert_cmpfloat (decision.band_low, ==, 0.80);
}

static void
test_unassured_doses_are_still_named (void)
{
  const double   p[N] = { 0.95, 0.96, 0.97, 0.97, 0.98, 0.99 };
  const double   lower[N] = { NAN, NAN, NAN, NAN, NAN, NAN };
  QsDoseEstimate estimates[N];
  QsDecision     decision;

  curve (estimates, p, lower);
  qs_decision_select (&decision, 0.9, estimates, N, 0.2);

  g_assert_cmpfloat (decision.dose_mg, ==, 0.5);
  g_assert_cmpfloat (decision.p_below, ==, 0.2);
  g_assert_true (isnan (decision.assured_dose_mg));
}

static void
test_a_last_dose_below_the_target_reaches_nothing (void)
{
  const double   p[N] = { 0.5, 0.6, 0.94, 0.93, 0.92, 0.89 };
  const double   lower[N] = { 0.1, 0.2, 0.3, 0.3, 0.3, 0.3 };
  QsDoseEstimate estimates[N];
  QsDecision     decision;

  curve (estimates, p, lower);
  qs_decision_select (&decision, 0.9, estimates, N, 0.1);

  g_assert_cmpint (decision.status, ==, QS_STATUS_NOT_REACHED);
  g_assert_true (isnan (decision.dose_mg));
  g_assert_cmpfloat (decision.max_p, ==, 0.94);
}

static void
test_monte_carlo_error_is_half_the_doses_between_its_ends (void)
{
  /* A straight line: 0.1 per step of 0.5 mg, so that ±0.01 is ±0.05 mg. */
  const double   p[N] = { 0.5, 0.6, 0.7, 0.8, 0.9, 1.0 };
  QsDoseEstimate estimates[N];
  QsDecision     decision;

  curve (estimates, p, p);
  qs_decision_select (&decision, 0.75, estimates, N, 0.4);

  g_assert_cmpfloat_with_epsilon (decision.mc_error_mg, 0.05, 1e-12);
  g_assert_cmpfloat_with_epsilon (decision.mc_half_width, 0.01, 1e-12);
  g_assert_true (decision.decision_grade);
}

static void
test_more_than_half_a_step_is_not_decision_grade (void)
{
  /* 0.015 per step, so that ±0.01 is two thirds of one. */
  const double   p[N] = { 0.5, 0.7, 0.715, 0.73, 0.745, 0.76 };
  QsDoseEstimate estimates[N];
  QsDecision     decision;

  curve (estimates, p, p);
  qs_decision_select (&decision, 0.7225, estimates, N, 0.4);

  g_assert_cmpfloat_with_epsilon (decision.mc_error_mg, 1.0 / 3.0, 1e-12);
  g_assert_false (decision.decision_grade);
  /* The square of 4 / 3, and a tenth. */
  g_assert_cmpfloat_with_epsilon (qs_decision_n_needed (&decision, 900.0, 0.25), 1760.5,
                                  1.0);
  g_assert_cmpfloat (qs_decision_n_needed (&decision, 900.0, 0.34), ==, 900.0);
}

static void
test_an_error_without_an_end_is_not_decision_grade (void)
{
  const double   p[N] = { 0.5, 0.6, 0.7, 0.8, 0.895, 0.905 };
  QsDoseEstimate estimates[N];
  QsDecision     decision;

  curve (estimates, p, p);
  qs_decision_select (&decision, 0.9, estimates, N, 0.4);

  g_assert_cmpint (decision.status, ==, QS_STATUS_REACHED);
  g_assert_false (decision.decision_grade);
  g_assert_cmpfloat (qs_decision_n_needed (&decision, 100.0, 0.25), ==, 400.0);
}

static void
test_crossings_lie_between_doses (void)
{
  const double rises[4] = { 0.1, 0.5, 0.9, 1.0 };
  const double dips[4] = { 0.1, 0.95, 0.5, 0.9 };

  g_assert_cmpfloat_with_epsilon (qs_decision_crossing (4, 0.0, 2.0, rises, 1, 0.7), 3.0,
                                  1e-12);
  g_assert_cmpfloat_with_epsilon (qs_decision_crossing (4, 0.0, 2.0, dips, 1, 0.7), 5.0,
                                  1e-12);
  g_assert_cmpfloat (qs_decision_crossing (4, 0.0, 2.0, rises, 1, 0.05), ==, 0.0);
  g_assert_true (isinf (qs_decision_crossing (4, 0.0, 2.0, dips, 1, 0.92)));
}

static void
test_falls_are_found (void)
{
  const double   p[N] = { 0.3, 0.6, 0.55, 0.4, 0.7, 0.69 };
  QsDoseEstimate estimates[N];
  double         from_mg, to_mg;

  curve (estimates, p, p);
  g_assert_cmpfloat_with_epsilon (
      qs_decision_largest_fall (estimates, N, 0.1, &from_mg, &to_mg), 0.2, 1e-12);
  g_assert_cmpfloat (from_mg, ==, 1.0);
  g_assert_cmpfloat (to_mg, ==, 2.0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decision/decision/every-higher-dose-must-pass",
                   test_every_higher_dose_must_pass);
  g_test_add_func ("/decision/decision/unassured-doses-are-still-named",
                   test_unassured_doses_are_still_named);
  g_test_add_func ("/decision/decision/a-last-dose-below-the-target-reaches-nothing",
                   test_a_last_dose_below_the_target_reaches_nothing);
  g_test_add_func (
      "/decision/decision/monte-carlo-error-is-half-the-doses-between-its-ends",
      test_monte_carlo_error_is_half_the_doses_between_its_ends);
  g_test_add_func ("/decision/decision/more-than-half-a-step-is-not-decision-grade",
                   test_more_than_half_a_step_is_not_decision_grade);
  g_test_add_func ("/decision/decision/an-error-without-an-end-is-not-decision-grade",
                   test_an_error_without_an_end_is_not_decision_grade);
  g_test_add_func ("/decision/decision/crossings-lie-between-doses",
                   test_crossings_lie_between_doses);
  g_test_add_func ("/decision/decision/falls-are-found", test_falls_are_found);
  return g_test_run ();
}
