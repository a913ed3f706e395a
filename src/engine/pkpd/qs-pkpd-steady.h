/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-predictor.h"
#include "pkpd/qs-turnover.h"

#define QS_PKPD_STEADY_MAX_STEPS 48
#define QS_PKPD_STEADY_N_NODES 3

/**
 * QsPkpdSteady:
 *
 * One person in the periodic state of a regimen, prepared so that any dose costs a few
 * divisions: kinetics is linear, so the concentrations of 1 mg on a mesh of the interval
 * serve all doses. A plain value.
 */
typedef struct {
  QsPdParameters pd;
  guint          n_steps;
  gboolean       judged[QS_PKPD_STEADY_MAX_STEPS];
  double         length_h[QS_PKPD_STEADY_MAX_STEPS];
  double         pass[QS_PKPD_STEADY_MAX_STEPS];
  double         input[QS_PKPD_STEADY_MAX_STEPS][QS_PKPD_STEADY_N_NODES];
  double         unit[QS_PKPD_STEADY_MAX_STEPS][QS_PKPD_STEADY_N_NODES];
  double         unit_end[QS_PKPD_STEADY_MAX_STEPS + 1];
  double         unit_slope[QS_PKPD_STEADY_MAX_STEPS + 1];
  double         unit_low; /* within the window, for the direct effect */
  double         unit_high;
  double         unit_mean; /* over the interval, mg/L per mg */
} QsPkpdSteady;

void   qs_pkpd_steady_prepare (QsPkpdSteady         *self,
                               const QsPkParameters *pk,
                               const QsPdParameters *pd,
                               const QsCriterion    *criterion,
                               double                interval_h);
void   qs_pkpd_steady_step (const QsPkpdSteady *self,
                            guint               s,
                            const double       *effect,
                            double             *pass,
                            double             *input);
double qs_pkpd_steady_slope (const QsPkpdSteady *self, double effect, double value);
void   qs_pkpd_steady_walk (const QsPkpdSteady *self,
                            double              dose_mg,
                            double             *value,
                            double             *slope);
double qs_pkpd_steady_strength (const QsPkpdSteady *self, double relative);
double qs_pkpd_steady_extreme (const QsPkpdSteady *self,
                               double              dose_mg,
                               gboolean            highest);
double qs_pkpd_steady_critical (const QsPkpdSteady *self,
                                QsSuccess           success,
                                double              threshold_ng_ml);
void   qs_pkpd_unit_range (const QsPkResponse *response,
                           const double       *amplitude,
                           double              from_h,
                           double              length_h,
                           double             *low,
                           double             *high);
double qs_pkpd_step_top (double sign,
                         double left,
                         double right,
                         double left_slope,
                         double right_slope);
