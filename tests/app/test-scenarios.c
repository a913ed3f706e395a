/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-scenarios.h"

#include <math.h>

static const QsPopulationOptions usual = { .seed = 1, .subject_effect = TRUE };

static guint
add (QusopScenarios *scenarios, const char *name, QsRegimen regimen)
{
  const QsScenario scenario = qs_scenario_named (QS_POPULATION_BASE, regimen, 0.9);

  return qusop_scenarios_add (scenarios, name, &scenario, &usual);
}

static const char *
name_at (QusopScenarios *scenarios, guint i)
{
  return ((QusopCase *) g_ptr_array_index (qusop_scenarios_get_cases (scenarios), i))
      ->name;
}

static QsResult *
make_result (QsRegimen regimen, double dose_mg)
{
  QsResult *result = g_new0 (QsResult, 1);

  result->n_refs = 1;
  result->scenario = qs_scenario_named (QS_POPULATION_BASE, regimen, 0.9);
  result->decision.dose_mg = dose_mg;
  result->warnings = g_new0 (char *, 1);
  return result;
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
test_rows_are_ordered_named_and_removed (void)
{
  g_autoptr (QusopScenarios) scenarios = qusop_scenarios_new ();
  const guint                daily = add (scenarios, "Daily", QS_REGIMEN_QD);
  const guint                weekly = add (scenarios, "Weekly", QS_REGIMEN_QW);
  const guint                copy = qusop_scenarios_duplicate (scenarios, daily);

  g_assert_cmpstr (name_at (scenarios, 0), ==, "Daily");
  g_assert_cmpstr (name_at (scenarios, 1), ==, "Daily 2");
  g_assert_cmpstr (name_at (scenarios, 2), ==, "Weekly");

  g_assert_true (qusop_scenarios_move (scenarios, weekly, -2));
  g_assert_false (qusop_scenarios_move (scenarios, weekly, -1));
  g_assert_cmpstr (name_at (scenarios, 0), ==, "Weekly");
  g_assert_cmpstr (name_at (scenarios, 1), ==, "Daily");

  qusop_scenarios_rename (scenarios, copy, "  Loading ");
  qusop_scenarios_rename (scenarios, daily, "   ");
  g_assert_cmpstr (name_at (scenarios, 2), ==, "Loading");
  g_assert_cmpstr (name_at (scenarios, 1), ==, "Daily");

  qusop_scenarios_remove (scenarios, daily);
  g_assert_null (qusop_scenarios_find (scenarios, daily));
  g_assert_cmpuint (qusop_scenarios_get_cases (scenarios)->len, ==, 2);
}

static void
test_a_list_that_was_got_stays_as_it_is (void)
{
  g_autoptr (QusopScenarios) scenarios = qusop_scenarios_new ();
  const guint                id = add (scenarios, "One", QS_REGIMEN_QD);
  g_autoptr (GPtrArray) former = g_ptr_array_ref (qusop_scenarios_get_cases (scenarios));
  guint                 n_edited = 0;

  g_signal_connect_swapped (scenarios, "edited", G_CALLBACK (count_cb), &n_edited);
  qusop_scenarios_rename (scenarios, id, "Other");
  qusop_scenarios_duplicate (scenarios, id);
  g_assert_cmpuint (former->len, ==, 1);
  g_assert_cmpstr (((QusopCase *) former->pdata[0])->name, ==, "One");

  qusop_scenarios_set_cases (scenarios, former);
  g_assert_cmpstr (name_at (scenarios, 0), ==, "One");
  g_assert_cmpuint (qusop_scenarios_get_cases (scenarios)->len, ==, 1);
  g_assert_cmpuint (n_edited, ==, 3);
}

static void
test_only_what_differs_is_told (void)
{
  QsScenario            scenario = qs_scenario_default ();
  g_autoptr (QusopCase) base = qusop_case_new ("base", &scenario, &usual);
  g_autoptr (QusopCase) same = qusop_case_new ("other", &scenario, &usual);
  g_autoptr (QusopCase) other = NULL;
  QsDosing              schedule;

  g_assert_cmpuint (qusop_case_compare (same, base), ==, 0);

  g_assert_true (qs_dosing_parse ("qw load=2 judge=4", &schedule, NULL));
  qs_scenario_set_schedule (&scenario, &schedule);
  scenario.target = 0.75;
  scenario.bw = qs_prior_uniform (70.0, 140.0);
  other = qusop_case_new ("other", &scenario, &usual);
  g_assert_cmpuint (qusop_case_compare (other, base), ==,
                    QUSOP_DIFFERS_REGIMEN | QUSOP_DIFFERS_TARGET | QUSOP_DIFFERS_WEIGHT);
}

/* 70 mg a week are 10 mg a day, 4 more than 6. */
static void
test_changes_are_those_of_a_day (void)
{
  const QsScenario daily = qs_scenario_named (QS_POPULATION_BASE, QS_REGIMEN_QD, 0.9);
  const QsScenario weekly = qs_scenario_named (QS_POPULATION_BASE, QS_REGIMEN_QW, 0.9);
  QsScenario       per_kg = daily;
  QsDosing         schedule;
  g_autoptr (QusopCase) base = qusop_case_new ("base", &daily, &usual);
  g_autoptr (QusopCase) row = qusop_case_new ("row", &weekly, &usual);
  g_autoptr (QusopCase) heavy = NULL;
  g_autoptr (QsResult)  six = make_result (QS_REGIMEN_QD, 6.0);
  g_autoptr (QsResult)  seventy = make_result (QS_REGIMEN_QW, 70.0);

  g_assert_cmpfloat_with_epsilon (qusop_case_change_per_day (row, seventy, base, six),
                                  4.0, 1e-12);
  g_assert_true (isnan (qusop_case_change_per_day (row, NULL, base, six)));

  g_assert_true (qs_dosing_parse ("qd mg/kg", &schedule, NULL));
  qs_scenario_set_schedule (&per_kg, &schedule);
  heavy = qusop_case_new ("mg/kg", &per_kg, &usual);
  g_assert_true (isnan (qusop_case_change_per_day (heavy, six, base, six)));
}

static void
test_results_follow_the_inputs (void)
{
  g_autoptr (QusopScenarios) scenarios = qusop_scenarios_new ();
  const guint                one = add (scenarios, "One", QS_REGIMEN_QD);
  const guint                two = add (scenarios, "Two", QS_REGIMEN_QW);
  g_autoptr (QsResult)       result = make_result (QS_REGIMEN_QD, 6.0);
  g_autoptr (GPtrArray) before = g_ptr_array_ref (qusop_scenarios_get_cases (scenarios));
  g_autoptr (QusopCase) asked = qusop_case_ref (qusop_scenarios_next (scenarios));

  g_assert_cmpuint (asked->id, ==, one);
  qusop_scenarios_begin (scenarios, asked);
  g_assert_cmpint (qusop_scenarios_get_state (scenarios, one), ==, QUSOP_CASE_RUNNING);
  g_assert_cmpint (qusop_scenarios_get_state (scenarios, two), ==, QUSOP_CASE_WAITING);

  /* A name is no input. */
  qusop_scenarios_rename (scenarios, one, "Renamed");
  qusop_scenarios_finish (scenarios, asked, result, NULL);
  g_assert_true (qusop_scenarios_get_result (scenarios, one) == result);
  g_assert_cmpuint (qusop_scenarios_next (scenarios)->id, ==, two);

  qusop_scenarios_finish (scenarios, qusop_scenarios_find (scenarios, two), NULL, "why");
  g_assert_cmpint (qusop_scenarios_get_state (scenarios, two), ==, QUSOP_CASE_REFUSED);
  g_assert_cmpstr (qusop_scenarios_get_reason (scenarios, two), ==, "why");
  g_assert_null (qusop_scenarios_next (scenarios));

  qusop_scenarios_remove (scenarios, one);
  qusop_scenarios_set_cases (scenarios, before);
  g_assert_cmpint (qusop_scenarios_get_state (scenarios, one), ==, QUSOP_CASE_WAITING);
  g_assert_cmpint (qusop_scenarios_get_state (scenarios, two), ==, QUSOP_CASE_REFUSED);

  qusop_scenarios_forget (scenarios);
  g_assert_cmpuint (qusop_scenarios_n_left (scenarios), ==, 2);
}

/* What was cancelled waits for a word, or for another change of the rows. */
static void
test_cancelled_rows_wait (void)
{
  g_autoptr (QusopScenarios) scenarios = qusop_scenarios_new ();
  const guint                id = add (scenarios, "One", QS_REGIMEN_QD);

  qusop_scenarios_pause (scenarios);
  g_assert_null (qusop_scenarios_next (scenarios));
  g_assert_cmpint (qusop_scenarios_get_state (scenarios, id), ==, QUSOP_CASE_PAUSED);
  qusop_scenarios_resume (scenarios);
  g_assert_nonnull (qusop_scenarios_next (scenarios));

  qusop_scenarios_pause (scenarios);
  add (scenarios, "Two", QS_REGIMEN_QW);
  g_assert_nonnull (qusop_scenarios_next (scenarios));
}

/* science.md 1: 12 doses, and 4 of heavy patients without co-medication. */
static void
test_the_challenge_is_a_template (void)
{
  g_autoptr (QusopScenarios) scenarios = qusop_scenarios_new ();
  const QsScenario           present = qs_scenario_default ();
  const QusopCase           *last;

  qusop_scenarios_add_template (scenarios, QUSOP_TEMPLATE_CHALLENGE, TRUE, &present,
                                &usual);
  g_assert_cmpuint (qusop_scenarios_get_cases (scenarios)->len, ==, 16);
  last = g_ptr_array_index (qusop_scenarios_get_cases (scenarios), 15);
  g_assert_cmpfloat (last->scenario.target, ==, 0.75);
  g_assert_cmpfloat (last->scenario.bw.b, ==, 140.0);
  g_assert_cmpfloat (last->scenario.comed_share, ==, 0.0);
  g_assert_cmpint (last->scenario.regimen, ==, QS_REGIMEN_QW);

  qusop_scenarios_add_template (scenarios, QUSOP_TEMPLATE_CHALLENGE, FALSE, &present,
                                &usual);
  g_assert_cmpuint (qusop_scenarios_get_cases (scenarios)->len, ==, 24);

  qusop_scenarios_add_template (scenarios, QUSOP_TEMPLATE_THRESHOLDS, TRUE, &present,
                                &usual);
  last = g_ptr_array_index (qusop_scenarios_get_cases (scenarios), 30);
  g_assert_cmpfloat (last->scenario.threshold_ng_ml, ==, 4.0);
  g_assert_cmpuint (qusop_scenarios_get_cases (scenarios)->len, ==, 31);
}

static void
test_the_first_row_is_the_base_unless_chosen (void)
{
  g_autoptr (QusopScenarios) scenarios = qusop_scenarios_new ();
  guint                      one, two;

  g_assert_null (qusop_scenarios_get_base (scenarios));
  one = add (scenarios, "One", QS_REGIMEN_QD);
  two = add (scenarios, "Two", QS_REGIMEN_QW);
  g_assert_cmpuint (qusop_scenarios_get_base (scenarios)->id, ==, one);
  qusop_scenarios_set_base (scenarios, two);
  g_assert_cmpuint (qusop_scenarios_get_base (scenarios)->id, ==, two);
  qusop_scenarios_set_base (scenarios, one);
  g_assert_cmpuint (qusop_scenarios_get_base (scenarios)->id, ==, one);
}

#define ADD(name, function) g_test_add_func ("/app/scenarios/" name, function)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("rows-are-ordered-named-and-removed", test_rows_are_ordered_named_and_removed);
  ADD ("a-list-that-was-got-stays-as-it-is", test_a_list_that_was_got_stays_as_it_is);
  ADD ("only-what-differs-is-told", test_only_what_differs_is_told);
  ADD ("changes-are-those-of-a-day", test_changes_are_those_of_a_day);
  ADD ("results-follow-the-inputs", test_results_follow_the_inputs);
  ADD ("cancelled-rows-wait", test_cancelled_rows_wait);
  ADD ("the-challenge-is-a-template", test_the_challenge_is_a_template);
  ADD ("the-first-row-is-the-base-unless-chosen",
       test_the_first_row_is_the_base_unless_chosen);
  return g_test_run ();
}
