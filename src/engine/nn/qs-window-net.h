/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-model.h"
#include "nn/qs-lstm-evaluate.h"
#include "nn/qs-sequence.h"

/**
 * QsWindow:
 *
 * A dosing interval as a sequence: t/τ, transformed dose, co-medication, standardised.
 */
typedef struct {
  double inputs[QS_LSTM_N_STEPS * QS_LSTM_N_INPUTS];
  double labels[QS_LSTM_N_STEPS];
} QsWindow;

/* Networks of every kind on the windows of science.md 4. */
QsNetShape    qs_window_shape (const QsFitOptions *options);
QsSequence    qs_window_sequence (QsWindow           *window,
                                  const QsLstmScaler *scaler,
                                  double              dose_mg_per_kg,
                                  double              comed);
gboolean      qs_window_is_plain (const QsNetShape *shape);
QsLstmParams *qs_window_weights (const QsNetShape *shape, const double *params);
void          qs_window_evaluate (const QsNetShape   *shape,
                                  const double       *params,
                                  const QsLstmScaler *scaler,
                                  gsize               n,
                                  const double       *dose_mg_per_kg,
                                  const double       *comed,
                                  QsLstmTrajectory   *log_response);
