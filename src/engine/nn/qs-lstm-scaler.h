/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-lstm-params.h"

/**
 * QsLstmScaler:
 * @dose_scale_mg_per_kg: u0 of the dose's transform log (1 + u / u0); 0 for u as it is
 * @mean: of each input before standardisation: t/τ, transformed dose, co-medication
 * @sd: their standard deviations, positive
 * @response_mean: mean of log biomarker over the training labels
 * @response_sd: its standard deviation, positive
 *
 * How the network's numbers relate to the study's. Part of the model.
 */
typedef struct {
  double dose_scale_mg_per_kg;
  double mean[QS_LSTM_N_INPUTS];
  double sd[QS_LSTM_N_INPUTS];
  double response_mean;
  double response_sd;
} QsLstmScaler;

double qs_lstm_scaler_time (const QsLstmScaler *self, guint step);
double qs_lstm_scaler_dose (const QsLstmScaler *self, double dose_mg_per_kg);
double qs_lstm_scaler_comed (const QsLstmScaler *self, double comed);
