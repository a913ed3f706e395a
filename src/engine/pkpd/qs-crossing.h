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
 * @max_p: the share that any dose reaches
 */
typedef struct {
  double target;
  double dose_mg;
  double lower_mg;
  double upper_mg;
  double max_p;
} QsCrossing;

double   qs_critical_dose (const QsPkParameters *pk,
                           const QsPdParameters *pd,
                           const QsScenario     *scenario);
gboolean qs_truth_crossings (const QsTruth    *truth,
                             const QsScenario *scenario,
                             guint64           seed,
                             guint             n_subjects,
                             QsCrossing       *crossings,
                             gsize             n_crossings,
                             QsRun            *run,
                             GError          **error);
