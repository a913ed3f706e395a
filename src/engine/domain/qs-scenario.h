/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-dosing.h"
#include "domain/qs-prior.h"

typedef enum {
  QS_REGIMEN_QD,       /* once daily: every 24 h, grid step 0.5 mg */
  QS_REGIMEN_QW,       /* once weekly: every 168 h, grid step 5 mg */
  QS_REGIMEN_SCHEDULE, /* any other, see #QsDosing */
} QsRegimen;
#define QS_N_REGIMENS 3

typedef enum {
  QS_SUCCESS_BELOW, /* the biomarker stays at or below the threshold */
  QS_SUCCESS_ABOVE, /* … at or above … */
} QsSuccess;

/**
 * QsBiomarker:
 *
 * What success is judged on: the true biomarker through the whole window, or what would
 * be measured at %QS_N_LOOKS times spread evenly over the window, its ends among them:
 * the true value with the residual error of the model, drawn once per virtual patient and
 * look, the same for all doses.
 */
typedef enum {
  QS_BIOMARKER_TRUE,
  QS_BIOMARKER_OBSERVED,
} QsBiomarker;
#define QS_N_LOOKS 13

/**
 * QsScenario:
 * @name: such as "base"; static or interned, never freed
 * @regimen: how often
 * @schedule: how exactly, where @regimen is %QS_REGIMEN_SCHEDULE; else all zero
 * @bw: prior of body weight, kg
 * @comed_share: share of patients with co-medication, in [0, 1]
 * @success: on which side of the threshold success lies
 * @biomarker: what is judged
 * @threshold_ng_ml: of the biomarker, over the whole window
 * @window_from_h: start of the judged part of the dosing interval, h after the dose
 * @window_to_h: its end; 0 for the end of the interval
 * @target: the share of patients that has to succeed, in (0, 1)
 *
 * One question: what a dose must achieve, and in whom. A plain value.
 */
typedef struct {
  const char *name;
  QsRegimen   regimen;
  QsDosing    schedule;
  QsPrior     bw;
  double      comed_share;
  QsSuccess   success;
  QsBiomarker biomarker;
  double      threshold_ng_ml;
  double      window_from_h;
  double      window_to_h;
  double      target;
} QsScenario;

/* The five questions of the challenge, science.md 1: 4 populations; regimens and targets
 * are set by the caller. */
typedef enum {
  QS_POPULATION_BASE,
  QS_POPULATION_HEAVY,
  QS_POPULATION_NOCOMED,
  QS_POPULATION_HEAVY_NOCOMED,
} QsPopulationName;
#define QS_N_POPULATIONS 4

QsScenario  qs_scenario_default (void);
QsScenario  qs_scenario_named (QsPopulationName population,
                               QsRegimen        regimen,
                               double           target);
gboolean    qs_scenario_validate (const QsScenario *self, GError **error);
gboolean    qs_scenario_equal (const QsScenario *a, const QsScenario *b);
void        qs_scenario_set_schedule (QsScenario *self, const QsDosing *schedule);
gboolean    qs_scenario_is_same_regimen (const QsScenario *a, const QsScenario *b);
gboolean    qs_scenario_is_steady (const QsScenario *self);
double      qs_scenario_interval_h (const QsScenario *self);
double      qs_scenario_grid_step (const QsScenario *self);
const char *qs_scenario_regimen_name (const QsScenario *self);
const char *qs_scenario_dose_unit (const QsScenario *self);
double      qs_scenario_weight_factor (const QsScenario *self, double bw_kg);
double      qs_scenario_highest_mg (const QsScenario *self, double dose);
double      qs_regimen_interval_h (QsRegimen regimen);
double      qs_regimen_grid_step_mg (QsRegimen regimen);
const char *qs_regimen_name (QsRegimen regimen);
