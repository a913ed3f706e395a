/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/qs-scenario.h"

#include "core/qs-error.h"

/**
 * qs_scenario_default:
 *
 * Returns: the base question: once daily, 50–100 kg, half with co-medication, 3.3 ng/mL,
 * 90 %
 */
QsScenario
qs_scenario_default (void)
{
  return (QsScenario){
    .name = "base",
    .regimen = QS_REGIMEN_QD,
    .bw = qs_prior_uniform (50.0, 100.0),
    .comed_share = 0.5,
    .success = QS_SUCCESS_BELOW,
    .threshold_ng_ml = 3.3,
    .target = 0.9,
  };
}

QsScenario
qs_scenario_named (QsPopulationName population, QsRegimen regimen, double target)
{
  static const char *const names[] = { "base", "heavy", "nocomed", "heavy_nocomed" };
  QsScenario               scenario = qs_scenario_default ();

  scenario.name = names[population];
  scenario.regimen = regimen;
  scenario.target = target;
  if (population == QS_POPULATION_HEAVY || population == QS_POPULATION_HEAVY_NOCOMED)
    scenario.bw = qs_prior_uniform (70.0, 140.0);
  if (population == QS_POPULATION_NOCOMED || population == QS_POPULATION_HEAVY_NOCOMED)
    scenario.comed_share = 0.0;

  return scenario;
}

static gboolean
check (const char *name, double value, gboolean good, const char *rule, GError **error)
{
  if (good)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO, "%s is %g, must %s", name, value,
               rule);
  return FALSE;
}

gboolean
qs_scenario_validate (const QsScenario *self, GError **error)
{
  const double interval_h = qs_regimen_interval_h (self->regimen);
  const double from_h = self->window_from_h;
  const double to_h = self->window_to_h > 0.0 ? self->window_to_h : interval_h;

  return qs_prior_validate (&self->bw, error) &&
         check ("The share with co-medication", self->comed_share,
                self->comed_share >= 0.0 && self->comed_share <= 1.0, "lie in [0, 1]",
                error) &&
         check ("The threshold (ng/mL)", self->threshold_ng_ml,
                self->threshold_ng_ml > 0.0 && self->threshold_ng_ml <= 1e9,
                "be positive, at most 1e9", error) &&
         check ("The target", self->target, self->target > 0.0 && self->target < 1.0,
                "lie between 0 and 1", error) &&
         check ("The start of the window (h)", from_h, from_h >= 0.0 && from_h < to_h,
                "lie in the interval, before the end", error) &&
         check ("The end of the window (h)", self->window_to_h,
                self->window_to_h >= 0.0 && to_h <= interval_h,
                "lie in the dosing interval", error);
}

double
qs_regimen_interval_h (QsRegimen regimen)
{
  return regimen == QS_REGIMEN_QW ? 168.0 : 24.0;
}

double
qs_regimen_grid_step_mg (QsRegimen regimen)
{
  return regimen == QS_REGIMEN_QW ? 5.0 : 0.5;
}

const char *
qs_regimen_name (QsRegimen regimen)
{
  return regimen == QS_REGIMEN_QW ? "qw" : "qd";
}
