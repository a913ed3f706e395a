/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

#define QS_PK_N_RATES 3

typedef enum {
  QS_ROUTE_ORAL,
  QS_ROUTE_BOLUS,
} QsRoute;

/**
 * QsPkParameters:
 * @n_compartments: 1 or 2
 * @route: how doses get into the central compartment
 * @ka: absorption rate, 1/h; ignored by a bolus
 * @tlag_h: absorption starts this long after a dose
 * @cl: CL/F, L/h
 * @v: V/F of the central compartment, L
 * @q: inter-compartmental clearance Q/F, L/h; ignored with one compartment
 * @v2: peripheral volume V2/F, L; ignored with one compartment
 *
 * One person's pharmacokinetics. All but @tlag_h are positive.
 */
typedef struct {
  guint   n_compartments;
  QsRoute route;
  double  ka;
  double  tlag_h;
  double  cl;
  double  v;
  double  q;
  double  v2;
} QsPkParameters;

/**
 * QsPkResponse:
 * @n: number of exponentials
 * @rate: their rates, 1/h
 * @unit: their amplitudes after a dose of 1 mg, mg/L
 *
 * Concentration after a unit dose: Σ unit_j exp (−rate_j t). Linear kinetics is this sum
 * and superposition, so a person's state at any time is one amplitude per exponential.
 */
typedef struct {
  guint  n;
  double rate[QS_PK_N_RATES];
  double unit[QS_PK_N_RATES];
} QsPkResponse;

void   qs_pk_response (const QsPkParameters *pk, QsRoute route, QsPkResponse *response);
void   qs_pk_allometry (QsPkParameters *pk, double bw_kg);
double qs_pk_concentration (const QsPkResponse *self,
                            const double       *amplitude,
                            double              time_h);
void   qs_pk_decay (const QsPkResponse *self, double *amplitude, double time_h);
void   qs_pk_dose (const QsPkResponse *self, double *amplitude, double dose_mg);
void   qs_pk_steady_state (const QsPkResponse *self,
                           double              dose_mg,
                           double              interval_h,
                           double             *amplitude);
double qs_pk_auc (const QsPkResponse *self, const double *amplitude, double time_h);
