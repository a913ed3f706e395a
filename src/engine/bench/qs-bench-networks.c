/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/qs-bench-suite.h"

#include "nn/qs-lstm-study.h"
#include "nn/qs-window-net.h"

/* What the goals are set for: as many sequences of 24 points as train where ten of 48
 * subjects validate. */
#define N_SEQUENCES 38
#define BATCH_SIZE 8

typedef struct {
  QsWindow   windows[N_SEQUENCES];
  QsSequence sequences[N_SEQUENCES];
  guint      members[N_SEQUENCES];
} Task;

/* Subjects are taken again where the study has fewer. */
static Task *
task_new (const QsLstmStudy *study)
{
  Task             *self = g_new0 (Task, 1);
  QsLstmScaler      scaler = { .dose_scale_mg_per_kg = study->dose_scale_mg_per_kg };
  g_autofree guint *all = g_new (guint, study->n_members);

  for (guint i = 0; i < study->n_members; i++)
    all[i] = i;
  qs_lstm_scaler_learn (&scaler, study->curves, all, study->n_members);

  for (guint i = 0; i < N_SEQUENCES; i++) {
    const QsLstmCurve *curve = &study->curves[i % study->n_members];

    self->members[i] = i;
    self->sequences[i] = qs_window_sequence (&self->windows[i], &scaler,
                                             curve->dose_mg_per_kg, curve->comed);
    for (guint t = 0; t < QS_LSTM_N_STEPS; t++)
      self->windows[i].labels[t] =
          qs_lstm_scaler_response (&scaler, curve->log_response[t]);
  }

  return self;
}

/* Milliseconds of an epoch, the best of @n_repeats trainings of @n_epochs; 0 with @error
 * set. */
static double
time_epoch (const QsBench    *self,
            const Task       *task,
            const QsNetShape *shape,
            guint             n_epochs,
            guint             n_repeats,
            GError          **error)
{
  QsFitOptions      options = qs_fit_options_default (QS_MODEL_LSTM);
  const QsLesson    lesson = { .training = task->members, .n_training = N_SEQUENCES };
  g_autoptr (QsRun) quiet = qs_run_new_quiet (self->run);
  double            best_s = G_MAXDOUBLE;

  options.batch_size = BATCH_SIZE;
  options.n_epochs = n_epochs;

  for (guint i = 0; i < n_repeats; i++) {
    const gint64          start_us = g_get_monotonic_time ();
    g_autoptr (QsTrained) trained =
        qs_sequence_train (shape, task->sequences, &lesson, &options, quiet, error);

    if (trained == NULL)
      return 0.0;
    best_s = MIN (best_s, qs_bench_seconds_since (start_us));
  }

  return 1e3 * best_s / n_epochs;
}

gboolean
qs_bench_networks (QsBench *self, const QsBenchListener *listener, GError **error)
{
  static const struct {
    const char *name;
    QsNetKind   kind;
    gboolean    bidirectional;
    guint       n_epochs;
    guint       n_repeats;
    const char *context;
  } figures[] = {
    { "lstm-epoch", QS_NET_LSTM, FALSE, 20, 5,
      "LSTM of 64 units in one direction, for comparison" },
    { "qlstm-epoch", QS_NET_QLSTM, FALSE, 20, 5,
      "QLSTM of 64 units in one direction, 4 qubits, 1 layer" },
    { "qklstm-epoch", QS_NET_QKLSTM, TRUE, 20, 5,
      "QK-LSTM of windows: 64 units in both directions, 20 references, 4 qubits" },
    { "qtlstm-epoch", QS_NET_QTLSTM, TRUE, 1, 3,
      "QT-LSTM of windows: 16 qubits, 14 blocks, 38,977 weights made" },
  };
  g_autoptr (QsLstmStudy) study = qs_lstm_study_new (self->dataset, error);
  g_autofree Task        *task = study != NULL ? task_new (study) : NULL;

  for (guint i = 0; task != NULL && i < G_N_ELEMENTS (figures); i++) {
    QsNetShape shape = qs_net_shape_default (figures[i].kind, QS_LSTM_N_INPUTS);
    double     ms;

    shape.bidirectional = figures[i].bidirectional;
    ms =
        time_epoch (self, task, &shape, figures[i].n_epochs, figures[i].n_repeats, error);
    if (ms == 0.0)
      return FALSE;
    qs_bench_report_value (listener, figures[i].name, ms, "ms", TRUE, N_SEQUENCES,
                           qs_run_n_threads (self->run), figures[i].context);
  }

  return task != NULL;
}
