/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-result.h"

/* The Monte Carlo error of a dose that is called decision-grade, at most, in grid steps.
 */
#define QS_DECISION_ERROR_STEPS 0.5

void   qs_decision_select (QsDecision           *self,
                           double                target,
                           const QsDoseEstimate *estimates,
                           gsize                 n_estimates,
                           double                p_at_zero);
double qs_decision_crossing (gsize         n,
                             double        first_mg,
                             double        step_mg,
                             const double *success,
                             gsize         stride,
                             double        target);
double qs_decision_largest_fall (const QsDoseEstimate *estimates,
                                 gsize                 n_estimates,
                                 double                p_at_zero,
                                 double               *from_mg,
                                 double               *to_mg);
double qs_decision_n_needed (const QsDecision *self, double n, double error_mg);
