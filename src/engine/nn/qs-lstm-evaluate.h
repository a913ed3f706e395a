/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-lstm-scaler.h"

/* A predicted log biomarker at the 24 points of the dosing interval. */
typedef double QsLstmTrajectory[QS_LSTM_N_STEPS];

void   qs_lstm_evaluate (const QsLstmParams *params,
                         const QsLstmScaler *scaler,
                         gsize               n,
                         const double       *dose_mg_per_kg,
                         const double       *comed,
                         QsLstmTrajectory   *log_response);
double qs_lstm_trajectory_at (const QsLstmTrajectory log_response, double share);
