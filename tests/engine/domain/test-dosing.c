/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "domain/qs-scenario.h"

#include <math.h>
#include <string.h>

static QsDosing
parse (const char *text)
{
  QsDosing           schedule;
  g_autoptr (GError) error = NULL;

  qs_dosing_parse (text, &schedule, &error);
  g_assert_no_error (error);
  return schedule;
}

/* What is printed reads as itself; left out is what goes without saying. */
static void
test_schedules_are_printed_as_they_are_read (void)
{
  static const struct {
    const char *text;
    const char *printed;
  } cases[] = {
    { "qd", "qd" },
    { "q24h", "qd" },
    { "q1w mg", "qw" },
    { "q14d", "q2w" },
    { "q72h", "q3d" },
    { "q12h", "q12h" },
    { "q1.5d", "q36h" },
    { "  qw   mg/kg ", "qw mg/kg" },
    { "qd bands=60:0.75,80:1,1.25", "qd bands=60:0.75,80:1,1.25" },
    { "qd load=2 judge=1-4", "qd load=2 judge=1-4" },
    { "qd judge=28 load=1.5x3", "qd load=1.5x3 judge=28" },
    { "qd titrate=2 judge=3", "qd load=2 judge=3" },
    { "qd titrate=0.25x7,0.5x7 judge=15-28", "qd titrate=0.25x7,0.5x7 judge=15-28" },
    { "qd titrate=0x7 judge=9", "qd titrate=0x7 judge=9" },
    { "qd naive judge=28-28", "qd naive judge=28" },
    { "qd miss=1", "qd miss=1 judge=1-2" },
    { "qd miss=2-3,7", "qd miss=2-3,7 judge=2-8" },
    { "qd miss=2 judge=3", "qd miss=2 judge=3" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const QsDosing schedule = parse (cases[i].text);
    const QsDosing again = parse (schedule.text);

    g_assert_cmpstr (schedule.text, ==, cases[i].printed);
    g_assert_cmpstr (again.text, ==, schedule.text);
    for (gint dose = 0; dose < 30; dose++)
      g_assert_cmpfloat (qs_dosing_factor (&again, dose), ==,
                         qs_dosing_factor (&schedule, dose));
  }
}

/* Where it is wrong, and what to write instead. */
static void
test_errors_name_place_and_remedy (void)
{
  static const struct {
    const char *text;
    const char *place;
    const char *remedy;
  } cases[] = {
    { "", "at character 1 (its end)", "begin with qd" },
    { "daily", "at character 1 (\"daily\")", "begin with qd" },
    { "q0h", "at character 1", "from 1 h" },
    { "q14w", "at character 1", "13 weeks" },
    { "q12", "at character 1", "q12h" },
    { "qx", "at character 1", "q12h" },
    { "qdmg", "at character 1", "begin with" },
    { "q12hmg", "at character 5", "a space" },
    { "qd weekly", "at character 4 (\"weekly\")", "what may follow" },
    { "qd mg/kg bands=60:1,2", "at character 10", "exclude each other" },
    { "qd bands=60:1,2 mg/kg", "at character 17", "exclude each other" },
    { "qd bands=60:1,80:2", "at character 19 (its end)", "the last one without" },
    { "qd bands=80:1,60:1.5,2", "at character 15", "by rising weight" },
    { "qd bands=1,60:2", "at character 12", "the last one without" },
    { "qd bands=1000", "at character 10", "factors lie in" },
    { "qd load=", "at character 9", "load=2" },
    { "qd load=-1", "at character 9", "load=2" },
    { "qd load=2y3", "at character 10", "a space" },
    { "qd titrate=0.5x0", "at character 16", "for how many" },
    { "qd titrate=0.5x1.5", "at character 16", "for how many" },
    { "qd titrate=1,1,1,1,1,1,1,1,1", "at character 28", "at most 8" },
    { "qd load=2 titrate=1x2", "at character 11", "one of them" },
    { "qd miss=0", "at character 9", "from 1 to 366" },
    { "qd miss=5-4", "at character 9", "rising" },
    { "qd miss=4,4", "at character 11", "rising" },
    { "qd miss=1 miss=2", "at character 11", "once" },
    { "qd naive judge=367", "at character 16", "from 1 to 366" },
    { "qd load=2", "at character 10 (its end)", "add which intervals" },
    { "qd naive", "its end", "judge=28" },
    { "qd judge=3", "its end", "at steady state" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    QsDosing           schedule;

    g_assert_false (qs_dosing_parse (cases[i].text, &schedule, &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, cases[i].place));
    g_assert_nonnull (strstr (error->message, cases[i].remedy));
  }
}

static void
test_doses_follow_phases_and_weight (void)
{
  const QsDosing      titrated = parse ("qd titrate=0.25x2,0.5x3 miss=4,7-8 judge=9");
  const QsDosing      missed = parse ("qd miss=1");
  const QsDosing      banded = parse ("qd bands=60:0.75,80:1,1.25");
  static const double expected[] = { 0.0, 0.25, 0.25, 0.5, 0.0, 0.5, 1.0, 0.0, 0.0, 1.0 };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpfloat (qs_dosing_factor (&titrated, (gint) i), ==, expected[i]);
  g_assert_cmpfloat (qs_dosing_factor (&missed, 0), ==, 1.0);
  g_assert_cmpfloat (qs_dosing_factor (&missed, 1), ==, 0.0);
  g_assert_cmpfloat (qs_dosing_factor (&missed, 2), ==, 1.0);

  g_assert_cmpfloat (qs_dosing_weight_factor (&banded, 59.9), ==, 0.75);
  g_assert_cmpfloat (qs_dosing_weight_factor (&banded, 60.0), ==, 1.0);
  g_assert_cmpfloat (qs_dosing_weight_factor (&banded, 200.0), ==, 1.25);
  g_assert_cmpfloat (qs_dosing_weight_factor (&missed, 200.0), ==, 1.0);
}

static QsScenario
scenario_of (const char *text)
{
  const QsDosing schedule = parse (text);
  QsScenario     scenario = qs_scenario_default ();

  qs_scenario_set_schedule (&scenario, &schedule);
  g_assert_true (qs_scenario_validate (&scenario, NULL));
  return scenario;
}

static void
test_scenarios_know_common_schedules_by_name (void)
{
  const QsScenario daily = scenario_of ("q24h"), weekly = scenario_of ("qw");
  const QsScenario usual = qs_scenario_default (), kg = scenario_of ("qw mg/kg");

  g_assert_true (qs_scenario_is_same_regimen (&daily, &usual));
  g_assert_cmpint (weekly.regimen, ==, QS_REGIMEN_QW);
  g_assert_cmpint (kg.regimen, ==, QS_REGIMEN_SCHEDULE);
  g_assert_false (qs_scenario_is_same_regimen (&weekly, &kg));
  g_assert_cmpstr (qs_scenario_regimen_name (&kg), ==, "qw mg/kg");
  g_assert_cmpstr (qs_scenario_dose_unit (&kg), ==, "mg/kg");
  g_assert_cmpfloat (qs_scenario_interval_h (&kg), ==, 168.0);
  g_assert_cmpfloat (qs_scenario_grid_step (&kg), ==, 0.1);
  g_assert_true (qs_scenario_is_steady (&kg));
}

/* In patients of 50 to 100 kg. */
static void
test_the_highest_single_dose_is_known (void)
{
  static const struct {
    const char *text;
    double      highest_mg;
  } cases[] = {
    { "q12h", 2.0 },
    { "qd mg/kg", 200.0 },
    { "qd load=3 judge=2", 6.0 },
    { "qd bands=60:0.75,80:2,1.25", 4.0 },
    { "qd bands=60:0.75,120:1,9", 2.0 },
    { "qd bands=40:9,1", 2.0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const QsScenario scenario = scenario_of (cases[i].text);

    g_assert_cmpfloat_with_epsilon (qs_scenario_highest_mg (&scenario, 2.0),
                                    cases[i].highest_mg, 1e-3);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/domain/dosing/printed", test_schedules_are_printed_as_they_are_read);
  g_test_add_func ("/domain/dosing/errors", test_errors_name_place_and_remedy);
  g_test_add_func ("/domain/dosing/doses", test_doses_follow_phases_and_weight);
  g_test_add_func ("/domain/dosing/scenarios",
                   test_scenarios_know_common_schedules_by_name);
  g_test_add_func ("/domain/dosing/highest", test_the_highest_single_dose_is_known);
  return g_test_run ();
}
