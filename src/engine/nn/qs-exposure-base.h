/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/**
 * QsExposureBase:
 * @intercept: log biomarker without drug and co-medication
 * @slope: of log (1 + C / C50)
 * @comed: of co-medication
 * @c50_mg_l: C50
 *
 * log R = a + b log (1 + C / C50) + c COMED: the simplest that is said of exposure and
 * biomarker, and what networks start from. A plain value.
 */
typedef struct {
  double intercept;
  double slope;
  double comed;
  double c50_mg_l;
} QsExposureBase;

void   qs_exposure_base_learn (QsExposureBase *self,
                               gsize           n,
                               const double   *concentration_mg_l,
                               const double   *comed,
                               const double   *log_response);
double qs_exposure_base_at (const QsExposureBase *self,
                            double                concentration_mg_l,
                            double                comed);
