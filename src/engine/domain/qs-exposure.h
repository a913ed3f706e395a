/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * QsExposureFigure:
 *
 * What a dose does to one person besides success or failure; qs_exposure_info() names
 * them. Steady state is the periodic state of the regimen. An effective half-life is that
 * of a one-compartment drug which accumulates as much (Boxenbaum & Battle 1995). Kinetics
 * is at steady state from the dose on after which the trough has 90 % of its last value.
 * The target is reached when the biomarker stays at or below the threshold for good;
 * +infinity for who never gets there.
 */
typedef enum {
  QS_EXPOSURE_CMAX,
  QS_EXPOSURE_AUC_TAU,
  QS_EXPOSURE_ACCUMULATION_CMAX,
  QS_EXPOSURE_ACCUMULATION_AUC,
  QS_EXPOSURE_HALF_LIFE,
  QS_EXPOSURE_STEADY,
  QS_EXPOSURE_TARGET,
  QS_N_EXPOSURE_FIGURES,
} QsExposureFigure;

/**
 * QsExposureInfo:
 * @name: as in answers.json
 * @title: in words
 * @unit: "" for numbers without one
 */
typedef struct {
  const char *name;
  const char *title;
  const char *unit;
} QsExposureInfo;

/**
 * QsSpread:
 * @low: 5th percentile over virtual patients
 * @median: of them
 * @high: 95th percentile
 */
typedef struct {
  double low;
  double median;
  double high;
} QsSpread;

/**
 * QsExposure:
 * @dose_mg: which was taken; NaN where nothing is known, as all that follows then
 * @n_patients: virtual patients
 * @figures: the time to target over those who reach it
 * @target_share: share of patients who reach it
 * @factor_dose: dose over the highest single dose of the study
 * @factor_cmax: 95th percentile of Cmax over the highest one observed
 * @factor_auc: likewise of AUCtau, both per hour of their dosing intervals
 *
 * Exposure and kinetics of a population at one dose. A plain value.
 */
typedef struct {
  double   dose_mg;
  guint    n_patients;
  QsSpread figures[QS_N_EXPOSURE_FIGURES];
  double   target_share;
  double   factor_dose;
  double   factor_cmax;
  double   factor_auc;
} QsExposure;

const QsExposureInfo *qs_exposure_info (QsExposureFigure figure);
QsExposure            qs_exposure_unknown (void);
double                qs_exposure_extrapolation (const QsExposure *self);

G_END_DECLS
