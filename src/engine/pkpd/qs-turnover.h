/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-compartment.h"

/* The four indirect-response models of Dayneka, Garg & Jusko (1993), and the direct
 * effect. */
typedef enum {
  QS_RESPONSE_INHIBITS_PRODUCTION,
  QS_RESPONSE_INHIBITS_LOSS,
  QS_RESPONSE_STIMULATES_PRODUCTION,
  QS_RESPONSE_STIMULATES_LOSS,
  QS_RESPONSE_DIRECT_INHIBITION,
} QsResponseKind;

/**
 * QsPdParameters:
 * @kind: what the drug acts on
 * @r0: baseline, ng/mL
 * @kout: loss rate, 1/h; ignored by a direct effect
 * @imax: largest effect; at most 1 where something is inhibited
 * @ic50: concentration of half the effect, mg/L
 * @gamma: Hill coefficient
 */
typedef struct {
  QsResponseKind kind;
  double         r0;
  double         kout;
  double         imax;
  double         ic50;
  double         gamma;
} QsPdParameters;

typedef enum {
  QS_DOSE_GIVEN,  /* adds to what is there */
  QS_DOSE_STEADY, /* the periodic state just before the next dose or infusion */
  QS_DOSE_RESET,  /* no drug, the biomarker at its baseline */
  QS_DOSE_RATE,   /* from now on so much more is infused, or less */
} QsDoseKind;

/**
 * QsDose:
 * @dose_mg: what is given; under %QS_DOSE_STEADY what has always been given; under
 * %QS_DOSE_RATE a change of the rate in mg/h
 * @interval_h: of %QS_DOSE_STEADY, longer than any lag time; else unused
 * @duration_h: of %QS_DOSE_STEADY, over which what has always been given was infused, at
 *   most @interval_h; 0 for at once
 *
 * One dose of a schedule, or a state that starts it anew and cancels earlier doses that
 * still wait for their lag time. A patient seen at steady state who goes on is a
 * %QS_DOSE_STEADY and a %QS_DOSE_GIVEN at the same time.
 */
typedef struct {
  double     time_h;
  double     dose_mg;
  QsDoseKind kind;
  double     interval_h;
  double     duration_h;
} QsDose;

double   qs_pd_effect (const QsPdParameters *pd, double concentration_mg_l);
gboolean qs_response_rises (QsResponseKind kind);
double   qs_response_sustaining (QsResponseKind kind, double relative);
double   qs_response_production (QsResponseKind kind, double effect);
double   qs_response_loss (QsResponseKind kind, double effect);
double   qs_pd_direct (const QsPdParameters *pd, double concentration_mg_l);
double   qs_turnover_advance (const QsPdParameters *pd,
                              const QsPkResponse   *response,
                              const double         *amplitude,
                              double                from_h,
                              double                length_h,
                              double                biomarker);
void     qs_pkpd_simulate (const QsPkParameters *pk,
                           const QsPdParameters *pd,
                           const QsDose         *doses,
                           gsize                 n_doses,
                           const double         *times_h,
                           gsize                 n_times,
                           double               *concentration_mg_l,
                           double               *response_ng_ml);
void     qs_pkpd_steady_state (const QsPkParameters *pk,
                               const QsPdParameters *pd,
                               double                dose_mg,
                               double                interval_h,
                               const double         *times_h,
                               gsize                 n_times,
                               double               *concentration_mg_l,
                               double               *response_ng_ml);
