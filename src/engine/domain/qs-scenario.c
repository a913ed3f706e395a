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
  const double interval_h = qs_scenario_interval_h (self);
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

/**
 * qs_scenario_set_schedule:
 * @schedule: of qs_dosing_parse(); once daily and once weekly are known by these names
 */
void
qs_scenario_set_schedule (QsScenario *self, const QsDosing *schedule)
{
  self->regimen = g_str_equal (schedule->text, "qd")   ? QS_REGIMEN_QD
                  : g_str_equal (schedule->text, "qw") ? QS_REGIMEN_QW
                                                       : QS_REGIMEN_SCHEDULE;
  self->schedule = self->regimen == QS_REGIMEN_SCHEDULE ? *schedule : (QsDosing){ 0 };
}

gboolean
qs_scenario_is_same_regimen (const QsScenario *a, const QsScenario *b)
{
  return a->regimen == b->regimen && g_str_equal (a->schedule.text, b->schedule.text);
}

static gboolean
is_same_prior (const QsPrior *a, const QsPrior *b)
{
  return a->kind == b->kind && a->a == b->a && a->b == b->b && a->min == b->min &&
         a->max == b->max && a->values == b->values;
}

/**
 * qs_scenario_equal:
 *
 * Returns: whether both ask the same, whatever they are called
 */
gboolean
qs_scenario_equal (const QsScenario *a, const QsScenario *b)
{
  return qs_scenario_is_same_regimen (a, b) && is_same_prior (&a->bw, &b->bw) &&
         a->comed_share == b->comed_share && a->success == b->success &&
         a->biomarker == b->biomarker && a->threshold_ng_ml == b->threshold_ng_ml &&
         a->window_from_h == b->window_from_h && a->window_to_h == b->window_to_h &&
         a->target == b->target;
}

/**
 * qs_scenario_is_steady:
 *
 * Returns: whether a steady state is judged, in which all intervals are alike
 */
gboolean
qs_scenario_is_steady (const QsScenario *self)
{
  return self->regimen != QS_REGIMEN_SCHEDULE || qs_dosing_is_steady (&self->schedule);
}

double
qs_scenario_interval_h (const QsScenario *self)
{
  return self->regimen == QS_REGIMEN_SCHEDULE ? self->schedule.interval_h
                                              : qs_regimen_interval_h (self->regimen);
}

/* In the unit of the dose. */
double
qs_scenario_grid_step (const QsScenario *self)
{
  return self->regimen == QS_REGIMEN_SCHEDULE ? qs_dosing_grid_step (&self->schedule)
                                              : qs_regimen_grid_step_mg (self->regimen);
}

/**
 * qs_scenario_regimen_name:
 *
 * Returns: (transfer none): as files call it: "qd", "qw" or the text of the schedule,
 * which is @self's
 */
const char *
qs_scenario_regimen_name (const QsScenario *self)
{
  return self->regimen == QS_REGIMEN_SCHEDULE ? self->schedule.text
                                              : qs_regimen_name (self->regimen);
}

const char *
qs_scenario_dose_unit (const QsScenario *self)
{
  return self->schedule.per_kg ? "mg/kg" : "mg";
}

/**
 * qs_scenario_weight_factor:
 *
 * Returns: the mg that a person of @bw_kg takes for a dose of 1
 */
double
qs_scenario_weight_factor (const QsScenario *self, double bw_kg)
{
  return qs_dosing_weight_factor (&self->schedule, bw_kg);
}

/**
 * qs_scenario_highest_mg:
 * @dose: in the scenario's unit
 *
 * Returns: the most that any patient takes at once, mg
 */
double
qs_scenario_highest_mg (const QsScenario *self, double dose)
{
  double low_kg, high_kg, factor;

  qs_prior_range (&self->bw, &low_kg, &high_kg);
  factor = qs_dosing_weight_factor (&self->schedule, high_kg);
  for (guint i = 0; i < self->schedule.n_bands; i++)
    if (i == 0 || self->schedule.band_end_kg[i - 1] <= high_kg)
      factor = MAX (factor, self->schedule.band_factor[i] *
                                (self->schedule.band_end_kg[i] > low_kg));

  return dose * factor * qs_dosing_highest_factor (&self->schedule);
}

/* Of a schedule the scenario knows more: see qs_scenario_interval_h(). */
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
