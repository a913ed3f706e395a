/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-model.h"
#include "nn/qs-lstm-scaler.h"

/* Make. Ends with qs_predictor_unref(). */
QsPredictor *qs_window_predictor_new (const QsFitOptions *options,
                                      const QsLstmScaler *scaler,
                                      const double       *params,
                                      gsize               n_params,
                                      double              interval_h,
                                      double              omega,
                                      double              sigma,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
QsPredictor *qs_lstm_predictor_new (const QsLstmScaler *scaler,
                                    const double       *params,
                                    gsize               n_params,
                                    double              interval_h,
                                    double              omega,
                                    double              sigma,
                                    GError            **error) G_GNUC_WARN_UNUSED_RESULT;

/* Read, for the codec. The weights are laid out as qs_lstm_views() says; there are none
 * where gates are quantum. */
const double       *qs_window_predictor_params (const QsPredictor *self, gsize *n_params);
const QsLstmParams *qs_lstm_predictor_params (const QsPredictor *self);
const QsLstmScaler *qs_lstm_predictor_scaler (const QsPredictor *self);
double              qs_lstm_predictor_interval_h (const QsPredictor *self);
double              qs_lstm_predictor_omega (const QsPredictor *self);
double              qs_lstm_predictor_sigma (const QsPredictor *self);

void qs_lstm_predictor_add_metrics (QsModel *model, gboolean out_of_bag);
