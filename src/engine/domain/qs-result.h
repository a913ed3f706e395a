/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-exposure.h"
#include "domain/qs-scenario.h"

/**
 * QsDoseEstimate:
 * @dose_mg: on the grid
 * @probability: success at the point estimate of the model, mean over all replicates
 * @lower: 2.5 % quantile over parameter draws (NaN without draws)
 * @upper: 97.5 % quantile over parameter draws
 * @mc_lower: Monte Carlo error alone: Clopper–Pearson over all virtual subjects
 * @mc_upper: its upper end
 * @replicate_lower: 2.5 % quantile over replicates of the chosen size: how much a group
 * of that many patients varies
 * @replicate_upper: 97.5 % quantile
 */
typedef struct {
  double dose_mg;
  double probability;
  double lower;
  double upper;
  double mc_lower;
  double mc_upper;
  double replicate_lower;
  double replicate_upper;
} QsDoseEstimate;

typedef enum {
  QS_STATUS_REACHED,
  QS_STATUS_NOT_REACHED,
  QS_STATUS_REFUSED,
} QsStatus;

/**
 * QsDecision:
 *
 * The dose that a curve supports for one target (science.md 8). Doses that do not exist
 * are NaN.
 */
typedef struct {
  QsStatus status;
  double   target;
  double   dose_mg;          /* mean dose */
  double   assured_dose_mg;  /* recommended dose */
  double   crossing_mg;      /* exact target quantile of the critical dose */
  double   interval_low_mg;  /* 95 % interval of the crossing over parameter draws */
  double   interval_high_mg; /* +infinity where draws never cross */
  double   p_at_dose;
  double   p_below; /* one grid step lower; at 0 mg below the first step */
  double   band_low;
  double   band_high;
  double   mc_half_width;  /* of the Monte Carlo interval of p_at_dose */
  double   mc_error_mg;    /* the same as a dose: half-width of that of the crossing */
  gboolean decision_grade; /* mc_error_mg is half a grid step at most */
  double   max_p;
  double   extrapolation; /* dose over the highest studied dose */
} QsDecision;

/**
 * QsResult:
 * @estimates: by increasing dose, grid step apart, starting at the first step above 0
 * @observed: success is that of the observed biomarker, not of the true one
 * @exposure: at the mean dose; unknown until qs_expose()
 * @warnings: %NULL-terminated, each one sentence; never %NULL
 *
 * The answer to one scenario. Immutable, reference-counted.
 */
typedef struct {
  int             n_refs;
  QsScenario      scenario;
  double          p_at_zero;
  QsDoseEstimate *estimates;
  gsize           n_estimates;
  QsDecision      decision;
  QsExposure      exposure;
  double          level; /* of all bands, 0.95 */
  guint           n_subjects;
  guint           n_replicates;
  guint           n_draws;
  guint64         seed;
  double          ess;
  gboolean        has_subject_effect;
  gboolean        observed;
  double          elapsed_s;
  char          **warnings;
} QsResult;

QsResult *qs_result_copy (const QsResult *self) G_GNUC_WARN_UNUSED_RESULT;
QsResult *qs_result_ref (QsResult *self);
void      qs_result_unref (QsResult *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsResult, qs_result_unref)
