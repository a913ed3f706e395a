/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-lstm-residuals.h"
#include "nn/qs-window-trainer.h"

/**
 * QsLstmBootstrap:
 * @trained: (array length=n): the networks, in replicate order
 * @times: (array length=n * n_members): how often each replicate drew each member
 * @predicted: (array length=n * n_members): what each network says of each member
 *
 * Networks trained on resampled subjects.
 */
typedef struct {
  guint             n;
  QsWindowTrained **trained;
  guint            *times;
  QsLstmTrajectory *predicted;
} QsLstmBootstrap;

QsLstmBootstrap *qs_lstm_bootstrap_new (const QsLstmStudy   *study,
                                        const QsDataset     *dataset,
                                        const QsModel       *model,
                                        const QsSchedule    *schedule,
                                        const QsRemlSubject *residuals,
                                        QsRun               *run,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void             qs_lstm_bootstrap_free (QsLstmBootstrap *self);

gboolean qs_lstm_bootstrap_out_of_bag (const QsLstmBootstrap *self,
                                       const QsLstmStudy     *study,
                                       QsLstmTrajectory      *predicted);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsLstmBootstrap, qs_lstm_bootstrap_free)
