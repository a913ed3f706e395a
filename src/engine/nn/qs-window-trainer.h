/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-lstm-evaluate.h"
#include "nn/qs-trainer.h"

/**
 * QsWindowTrained:
 * @network: its parameters are those of the kind that was trained
 *
 * A network of windows, and how its numbers relate to the study's.
 */
typedef struct {
  QsLstmScaler scaler;
  QsTrained   *network;
} QsWindowTrained;

QsWindowTrained *qs_window_train (const QsLstmCurve  *curves,
                                  double              dose_scale_mg_per_kg,
                                  const QsLesson     *lesson,
                                  const QsFitOptions *options,
                                  QsRun              *run,
                                  GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gsize            qs_window_train_twin (const QsLstmCurve  *curves,
                                       guint               n,
                                       double              dose_scale_mg_per_kg,
                                       const QsLesson     *lesson,
                                       const QsFitOptions *options,
                                       QsRun              *run,
                                       QsLstmTrajectory   *predicted,
                                       GError            **error);
void             qs_window_trained_free (QsWindowTrained *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsWindowTrained, qs_window_trained_free)
