/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "domain/qs-model.h"
#include "nn/qs-lstm-scaler.h"

/**
 * QsLstmSchedule:
 * @rates: learning rate of each epoch
 * @n_epochs: how many
 *
 * How a network was trained, for others to be trained the same way.
 */
typedef struct {
  const double *rates;
  guint         n_epochs;
} QsLstmSchedule;

/**
 * QsLstmProgress:
 * @n_done: epochs done so far, changed atomically
 * @n_total: epochs of all networks together
 */
typedef struct {
  gint  n_done;
  guint n_total;
} QsLstmProgress;

/**
 * QsLstmTask:
 * @curves: of all subjects
 * @training: (array length=n_training): who trains; a subject may come more than once
 * @validation: (array length=n_validation): who judges; none without early stopping
 * @schedule: (nullable): train just so, instead of stopping early
 * @dose_scale_mg_per_kg: of the scaler
 * @replicate: 0 for the estimate, else the bootstrap replicate: chooses the random
 * numbers
 * @stage: for the events
 * @progress: (nullable): shared by networks that train at the same time
 *
 * What one network shall learn. All is borrowed.
 */
typedef struct {
  const QsLstmCurve    *curves;
  const guint          *training;
  guint                 n_training;
  const guint          *validation;
  guint                 n_validation;
  const QsLstmSchedule *schedule;
  double                dose_scale_mg_per_kg;
  guint32               replicate;
  QsStage               stage;
  QsLstmProgress       *progress;
} QsLstmTask;

/**
 * QsLstmTrained:
 * @history: #QsLossPoint per epoch
 * @rates: double, learning rate per epoch
 * @best_epoch: whose weights @params are
 */
typedef struct {
  QsLstmParams params;
  QsLstmScaler scaler;
  GArray      *history;
  GArray      *rates;
  guint        best_epoch;
} QsLstmTrained;

QsLstmTrained *qs_lstm_train (const QsLstmTask   *task,
                              const QsFitOptions *options,
                              QsRun              *run,
                              GError            **error) G_GNUC_WARN_UNUSED_RESULT;
void           qs_lstm_trained_free (QsLstmTrained *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsLstmTrained, qs_lstm_trained_free)
