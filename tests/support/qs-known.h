/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-model.h"

/**
 * QsKnownShape:
 * @QS_KNOWN_EMAX: log (R0 (1 − Imax u / (u50 + u))) + βc: falls with dose
 * @QS_KNOWN_WAVY: that, with waves that make it rise in places
 * @QS_KNOWN_KINKED: the larger of two lines, with a step of the slope
 * @QS_KNOWN_FLAT: the same at every dose
 * @QS_KNOWN_NOISY: as the first one, rounded to single precision on the way
 */
typedef enum {
  QS_KNOWN_EMAX,
  QS_KNOWN_WAVY,
  QS_KNOWN_KINKED,
  QS_KNOWN_FLAT,
  QS_KNOWN_NOISY,
} QsKnownShape;

/**
 * QsKnown:
 *
 * A predictor whose probability of success can be written down. Doses are mg/kg, the
 * effect is @omega times the normal value, on the log scale.
 */
typedef struct {
  QsKnownShape shape;
  double       r0;
  double       imax;
  double       u50;
  double       beta;
  double       omega;
  double       wave;  /* height of the waves */
  double       waves; /* per mg/kg */
} QsKnown;

QsKnown      qs_known_default (void);
QsPredictor *qs_known_new (const QsKnown *known);
QsModel     *qs_known_model (const QsKnown *known, guint n_draws, double spread);
double       qs_known_score (const QsKnown *known,
                             QsSuccess      success,
                             double         dose_mg_per_kg,
                             guint          comed);
