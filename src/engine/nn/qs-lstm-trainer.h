/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-lstm-scaler.h"
#include "nn/qs-trainer.h"

QsTrained *qs_lstm_train (const QsLstmCurve  *curves,
                          const QsLstmScaler *scaler,
                          const QsLesson     *lesson,
                          const QsFitOptions *options,
                          QsRun              *run,
                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;
