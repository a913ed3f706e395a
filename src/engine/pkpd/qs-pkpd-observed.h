/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-pkpd-model.h"
#include "pkpd/qs-pkpd-steady.h"

double qs_pkpd_observed_level (const QsPkpdPopulation *population,
                               double                  threshold_ng_ml,
                               double                  noise);
double qs_pkpd_observed_critical (const QsPkpdSteady *steady,
                                  QsSuccess           success,
                                  const double        looks_h[QS_N_LOOKS],
                                  const double        levels_ng_ml[QS_N_LOOKS]);
