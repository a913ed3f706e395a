/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-lstm-panel.h"

/**
 * QsLstmScaler:
 * @dose_scale_mg_per_kg: u0 of the dose's transform log (1 + u / u0); 0 for u as it is
 * @mean: of each input before standardisation: t/τ, transformed dose, co-medication
 * @sd: their standard deviations, positive
 * @response_mean: mean of log biomarker over the training labels
 * @response_sd: its standard deviation, positive
 *
 * How the network's numbers relate to the study's. Part of the model.
 *
 * Arms of 1, 3 and 10 mg lie far apart in u; its logarithm spaces them evenly. Measured
 * on the real study with subjects left out both do the same (RMSE of log R 0.30); with
 * the 1 mg arm left out, u gives 0.36 to 0.40 over 400 epochs, log (1 + u / u0) 0.32 to
 * 0.35; with the 3 mg arm left out, at the end, 0.39 and 0.26.
 */
typedef struct {
  double dose_scale_mg_per_kg;
  double mean[QS_LSTM_N_INPUTS];
  double sd[QS_LSTM_N_INPUTS];
  double response_mean;
  double response_sd;
} QsLstmScaler;

/**
 * QsLstmCurve:
 * @dose_mg_per_kg: dose per body weight
 * @comed: co-medication, 0 or 1
 * @log_response: log biomarker at the 24 points of the last dosing window
 *
 * What a network learns of one subject.
 */
typedef struct {
  double dose_mg_per_kg;
  double comed;
  double log_response[QS_LSTM_N_STEPS];
} QsLstmCurve;

void   qs_lstm_scaler_learn (QsLstmScaler      *self,
                             const QsLstmCurve *curves,
                             const guint       *members,
                             guint              n_members);
double qs_lstm_scaler_time (const QsLstmScaler *self, guint step);
double qs_lstm_scaler_dose (const QsLstmScaler *self, double dose_mg_per_kg);
double qs_lstm_scaler_comed (const QsLstmScaler *self, double comed);
double qs_lstm_scaler_response (const QsLstmScaler *self, double log_response);
double qs_lstm_scaler_log_response (const QsLstmScaler *self, double output);
void   qs_lstm_scaler_fill_lane (const QsLstmScaler *self,
                                 double              dose_mg_per_kg,
                                 double              comed,
                                 guint               lane,
                                 QsLstmLanes (*inputs)[QS_LSTM_N_INPUTS]);
