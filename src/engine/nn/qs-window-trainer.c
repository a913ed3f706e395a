/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-window-trainer.h"

#include "nn/qs-lstm-trainer.h"

void
qs_window_trained_free (QsWindowTrained *self)
{
  if (self == NULL)
    return;

  qs_trained_free (self->network);
  g_free (self);
}

/**
 * qs_window_train:
 * @curves: of all subjects
 * @dose_scale_mg_per_kg: of the scaler
 * @lesson: who learns what; the scaler sees who trains
 * @error: as qs_train()
 *
 * Trains a network of the options' kind on last dosing windows.
 */
QsWindowTrained *
qs_window_train (const QsLstmCurve  *curves,
                 double              dose_scale_mg_per_kg,
                 const QsLesson     *lesson,
                 const QsFitOptions *options,
                 QsRun              *run,
                 GError            **error)
{
  g_autoptr (QsWindowTrained) self = g_new0 (QsWindowTrained, 1);

  self->scaler.dose_scale_mg_per_kg = dose_scale_mg_per_kg;
  qs_lstm_scaler_learn (&self->scaler, curves, lesson->training, lesson->n_training);
  self->network = qs_lstm_train (curves, &self->scaler, lesson, options, run, error);

  return self->network != NULL ? g_steal_pointer (&self) : NULL;
}
