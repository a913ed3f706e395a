/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-window-trainer.h"

#include "nn/qs-lstm-trainer.h"
#include "nn/qs-window-net.h"

void
qs_window_trained_free (QsWindowTrained *self)
{
  if (self == NULL)
    return;

  qs_trained_free (self->network);
  g_free (self);
}

/* One sequence per curve that the lesson names. */
static QsTrained *
train_sequences (const QsLstmScaler *scaler,
                 const QsLstmCurve  *curves,
                 QsNetShape          shape,
                 const QsLesson     *lesson,
                 const QsFitOptions *options,
                 QsRun              *run,
                 GError            **error)
{
  guint                  n = 0;
  g_autofree QsSequence *sequences = NULL;
  g_autofree QsWindow   *windows = NULL;

  for (guint i = 0; i < lesson->n_training; i++)
    n = MAX (n, lesson->training[i] + 1);
  for (guint i = 0; i < lesson->n_validation; i++)
    n = MAX (n, lesson->validation[i] + 1);

  sequences = g_new (QsSequence, n);
  windows = g_new (QsWindow, n);
  for (guint i = 0; i < n; i++) {
    sequences[i] = qs_window_sequence (&windows[i], scaler, curves[i].dose_mg_per_kg,
                                       curves[i].comed);
    for (guint t = 0; t < QS_LSTM_N_STEPS; t++)
      windows[i].labels[t] = qs_lstm_scaler_response (scaler, curves[i].log_response[t]);
  }

  return qs_sequence_train (&shape, sequences, lesson, options, run, error);
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
  self->network = options->kind == QS_MODEL_LSTM
                      ? qs_lstm_train (curves, &self->scaler, lesson, options, run, error)
                      : train_sequences (&self->scaler, curves, qs_window_shape (options),
                                         lesson, options, run, error);

  return self->network != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * qs_window_train_twin:
 * @predicted: (out) (array length=n): what it says of @curves
 *
 * Trains the LSTM whose size is next to that of the options' kind in the same way on the
 * same subjects, and says what it has learned.
 *
 * Returns: its number of parameters; 0 with @error set
 */
gsize
qs_window_train_twin (const QsLstmCurve  *curves,
                      guint               n,
                      double              dose_scale_mg_per_kg,
                      const QsLesson     *lesson,
                      const QsFitOptions *options,
                      QsRun              *run,
                      QsLstmTrajectory   *predicted,
                      GError            **error)
{
  const QsNetShape      shape = qs_window_shape (options);
  const QsNetShape      twin = qs_net_shape_twin (&shape);
  g_autoptr (QsTrained) trained = NULL;
  g_autofree double    *doses = g_new (double, n);
  g_autofree double    *comeds = g_new (double, n);
  QsLstmScaler          scaler = { .dose_scale_mg_per_kg = dose_scale_mg_per_kg };

  qs_lstm_scaler_learn (&scaler, curves, lesson->training, lesson->n_training);
  trained = train_sequences (&scaler, curves, twin, lesson, options, run, error);
  if (trained == NULL)
    return 0;

  for (guint i = 0; i < n; i++) {
    doses[i] = curves[i].dose_mg_per_kg;
    comeds[i] = curves[i].comed;
  }
  qs_window_evaluate (&twin, trained->params, &scaler, n, doses, comeds, predicted);

  return trained->n_params;
}
