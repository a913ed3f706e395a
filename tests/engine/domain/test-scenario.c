/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/qs-scenario.h"

#include "core/qs-error.h"

#include <math.h>

static void
test_challenge_has_its_populations (void)
{
  static const struct {
    const char *name;
    double      low_kg, high_kg, comed_share;
  } expected[QS_N_POPULATIONS] = {
    { "base", 50.0, 100.0, 0.5 },
    { "heavy", 70.0, 140.0, 0.5 },
    { "nocomed", 50.0, 100.0, 0.0 },
    { "heavy_nocomed", 70.0, 140.0, 0.0 },
  };

  for (guint i = 0; i < QS_N_POPULATIONS; i++) {
    const QsScenario scenario = qs_scenario_named (i, QS_REGIMEN_QW, 0.75);

    g_assert_cmpstr (scenario.name, ==, expected[i].name);
    g_assert_cmpint (scenario.bw.kind, ==, QS_PRIOR_UNIFORM);
    g_assert_cmpfloat (scenario.bw.a, ==, expected[i].low_kg);
    g_assert_cmpfloat (scenario.bw.b, ==, expected[i].high_kg);
    g_assert_cmpfloat (scenario.comed_share, ==, expected[i].comed_share);
    g_assert_cmpfloat (scenario.threshold_ng_ml, ==, 3.3);
    g_assert_cmpfloat (scenario.target, ==, 0.75);
    g_assert_cmpint (scenario.regimen, ==, QS_REGIMEN_QW);
    g_assert_true (qs_scenario_validate (&scenario, NULL));
  }
}

static void
test_regimens_have_their_grid (void)
{
  g_assert_cmpfloat (qs_regimen_interval_h (QS_REGIMEN_QD), ==, 24.0);
  g_assert_cmpfloat (qs_regimen_interval_h (QS_REGIMEN_QW), ==, 168.0);
  g_assert_cmpfloat (qs_regimen_grid_step_mg (QS_REGIMEN_QD), ==, 0.5);
  g_assert_cmpfloat (qs_regimen_grid_step_mg (QS_REGIMEN_QW), ==, 5.0);
  g_assert_cmpstr (qs_regimen_name (QS_REGIMEN_QD), ==, "qd");
  g_assert_cmpstr (qs_regimen_name (QS_REGIMEN_QW), ==, "qw");
}

/* One field wrong at a time, as an offset into the scenario. */
static void
test_every_field_is_checked (void)
{
  static const struct {
    gsize  offset;
    double value;
  } wrong[] = {
    { G_STRUCT_OFFSET (QsScenario, comed_share), -0.01 },
    { G_STRUCT_OFFSET (QsScenario, comed_share), 1.01 },
    { G_STRUCT_OFFSET (QsScenario, comed_share), NAN },
    { G_STRUCT_OFFSET (QsScenario, threshold_ng_ml), 0.0 },
    { G_STRUCT_OFFSET (QsScenario, threshold_ng_ml), INFINITY },
    { G_STRUCT_OFFSET (QsScenario, threshold_ng_ml), NAN },
    { G_STRUCT_OFFSET (QsScenario, target), 0.0 },
    { G_STRUCT_OFFSET (QsScenario, target), 1.0 },
    { G_STRUCT_OFFSET (QsScenario, target), NAN },
    { G_STRUCT_OFFSET (QsScenario, window_from_h), -1.0 },
    { G_STRUCT_OFFSET (QsScenario, window_from_h), 24.0 },
    { G_STRUCT_OFFSET (QsScenario, window_from_h), NAN },
    { G_STRUCT_OFFSET (QsScenario, window_to_h), -1.0 },
    { G_STRUCT_OFFSET (QsScenario, window_to_h), 24.5 },
    { G_STRUCT_OFFSET (QsScenario, window_to_h), NAN },
    { G_STRUCT_OFFSET (QsScenario, bw.a), 200.0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) error = NULL;
    QsScenario         scenario = qs_scenario_default ();

    G_STRUCT_MEMBER (double, &scenario, wrong[i].offset) = wrong[i].value;
    g_assert_false (qs_scenario_validate (&scenario, &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
  }
}

static void
test_part_of_the_interval_is_allowed (void)
{
  QsScenario scenario = qs_scenario_default ();

  scenario.window_from_h = 12.0;
  scenario.window_to_h = 24.0;
  g_assert_true (qs_scenario_validate (&scenario, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/domain/scenario/challenge-has-its-populations",
                   test_challenge_has_its_populations);
  g_test_add_func ("/domain/scenario/regimens-have-their-grid",
                   test_regimens_have_their_grid);
  g_test_add_func ("/domain/scenario/every-field-is-checked",
                   test_every_field_is_checked);
  g_test_add_func ("/domain/scenario/part-of-the-interval-is-allowed",
                   test_part_of_the_interval_is_allowed);
  return g_test_run ();
}
