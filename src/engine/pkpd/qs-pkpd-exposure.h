/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-exposure.h"
#include "domain/qs-scenario.h"
#include "pkpd/qs-turnover.h"

void   qs_pkpd_exposure (const QsPkParameters *pk,
                         const QsPdParameters *pd,
                         double                interval_h,
                         double                dose_mg,
                         double                threshold_ng_ml,
                         double                figures[QS_N_EXPOSURE_FIGURES]);
double qs_pkpd_time_to_target (const QsPkParameters *pk,
                               const QsPdParameters *pd,
                               double                interval_h,
                               double                dose_mg,
                               double                threshold_ng_ml);
