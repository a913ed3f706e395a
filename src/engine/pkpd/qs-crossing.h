/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "domain/qs-scenario.h"
#include "pkpd/qs-truth.h"

/**
 * QsCrossing:
 * @target: the share of patients that has to succeed
 * @dose_mg: quantile of the critical dose at @target; +infinity where it is not reached
 * @lower_mg: lower end of its 95 % interval over virtual subjects
 * @upper_mg: upper end
 */
typedef struct {
  double target;
  double dose_mg;
  double lower_mg;
  double upper_mg;
} QsCrossing;

double   qs_critical_dose (const QsPkParameters *pk,
                           const QsPdParameters *pd,
                           double                interval_h,
                           double                threshold_ng_ml);
gboolean qs_truth_crossings (const QsTruth    *truth,
                             const QsScenario *scenario,
                             guint64           seed,
                             guint             n_subjects,
                             QsCrossing       *crossings,
                             gsize             n_crossings,
                             QsRun            *run,
                             GError          **error);
