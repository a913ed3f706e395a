/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-lstm-study.h"
#include "nn/qs-reml.h"

/**
 * QsLstmAccuracy:
 * @n: observations that were counted
 * @rmse_ng_ml: root mean squared error
 * @r_squared: share of the variance that is explained; NaN where there is none
 */
typedef struct {
  guint  n;
  double rmse_ng_ml;
  double r_squared;
} QsLstmAccuracy;

void           qs_lstm_residuals (const QsLstmStudy      *study,
                                  const QsLstmTrajectory *predicted,
                                  QsRemlSubject          *subjects);
QsLstmAccuracy qs_lstm_accuracy (const QsLstmStudy      *study,
                                 const QsLstmTrajectory *predicted,
                                 const gboolean         *counts);
