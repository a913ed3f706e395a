/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/qs-bench-suite.h"

#include "nn/qs-lstm-kernel.h"
#include "nn/qs-lstm-study.h"
#include "nn/qs-window-net.h"

#include <math.h>
#include <time.h>

/* What the goals are set for: as many sequences of 24 points as train where ten of 48
 * subjects validate. */
#define N_SEQUENCES 38
#define BATCH_SIZE 8

#define N_TRAJECTORIES 9600
#define N_INFERENCES 9

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

static double
cpu_seconds (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

/* Milliseconds of an epoch, the best of @n_repeats trainings of @n_epochs, and of
 * all processors together; 0 with @error set. */
static double
time_epoch (const QsBench    *self,
            const Task       *task,
            const QsNetShape *shape,
            guint             n_epochs,
            guint             n_repeats,
            double           *cpu_ms,
            GError          **error)
{
  QsFitOptions      options = qs_fit_options_default (QS_MODEL_LSTM);
  const QsLesson    lesson = { .training = task->members, .n_training = N_SEQUENCES };
  g_autoptr (QsRun) quiet = qs_run_new_quiet (self->run);
  double            best_s = G_MAXDOUBLE, best_cpu_s = G_MAXDOUBLE;

  options.batch_size = BATCH_SIZE;
  options.n_epochs = n_epochs;

  for (guint i = 0; i < n_repeats; i++) {
    const gint64          start_us = g_get_monotonic_time ();
    const double          start_cpu_s = cpu_seconds (CLOCK_PROCESS_CPUTIME_ID);
    g_autoptr (QsTrained) trained =
        qs_sequence_train (shape, task->sequences, &lesson, &options, quiet, error);

    if (trained == NULL)
      return 0.0;
    best_s = MIN (best_s, qs_bench_seconds_since (start_us));
    best_cpu_s = MIN (best_cpu_s, cpu_seconds (CLOCK_PROCESS_CPUTIME_ID) - start_cpu_s);
  }

  *cpu_ms = 1e3 * best_cpu_s / n_epochs;
  return 1e3 * best_s / n_epochs;
}

/* Trajectories per minute of a QLSTM with three layers, by the throughput kernel. */
static gboolean
time_inference (QsBench               *self,
                const char            *name,
                gboolean               published,
                const QsBenchListener *listener,
                GError               **error)
{
  QsNetShape               shape = qs_net_shape_default (QS_NET_QLSTM, QS_LSTM_N_INPUTS);
  g_autofree double       *params = NULL;
  g_autofree double       *doses = g_new (double, N_TRAJECTORIES);
  g_autofree double       *comeds = g_new (double, N_TRAJECTORIES);
  g_autofree double       *highest = g_new (double, N_TRAJECTORIES);
  g_autofree char         *context = NULL;
  g_autoptr (QsLstmKernel) kernel = NULL;
  double                   times[QS_LSTM_N_STEPS], best_s = G_MAXDOUBLE;

  shape.n_layers = 3;
  shape.replaces = published;
  shape.bidirectional = !published;
  params = g_new (double, qs_net_shape_layout (&shape).n_params);
  qs_net_shape_init (&shape, 1, 0, params);
  for (guint t = 0; t < QS_LSTM_N_STEPS; t++)
    times[t] = 3.0 * t / (QS_LSTM_N_STEPS - 1) - 1.5;
  for (guint i = 0; i < N_TRAJECTORIES; i++) {
    doses[i] = 3.0 * i / N_TRAJECTORIES - 1.5;
    comeds[i] = i % 2;
  }

  kernel = qs_lstm_kernel_new_for (&shape, params, times, QS_LSTM_N_STEPS,
                                   QS_LSTM_KERNEL_AUTO);
  for (guint i = 0; i < N_INFERENCES; i++) {
    const double start_s = cpu_seconds (CLOCK_THREAD_CPUTIME_ID);

    qs_lstm_kernel_peaks (kernel, N_TRAJECTORIES, doses, comeds, 0, QS_LSTM_N_STEPS,
                          highest, NULL);
    best_s = MIN (best_s, cpu_seconds (CLOCK_THREAD_CPUTIME_ID) - start_s);
    if (!qs_run_step (self->run, NULL, error))
      return FALSE;
  }

  context = g_strdup_printf (
      "QLSTM of 64 units, 4 qubits, 3 layers, %s; single precision, path %s, CPU time of "
      "one thread, best of %d",
      published ? "as published: one direction, circuits in place of affine maps"
                : "as fitted to windows: both directions, circuits besides affine maps",
      qs_lstm_kernel_path_name (kernel), N_INFERENCES);
  qs_bench_report_value (listener, name, 60e-6 * N_TRAJECTORIES / best_s,
                         "M trajectories/min", FALSE, N_TRAJECTORIES, 1, context);
  return TRUE;
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
    QsNetShape       shape = qs_net_shape_default (figures[i].kind, QS_LSTM_N_INPUTS);
    g_autofree char *context = NULL;
    double           ms, cpu_ms;

    shape.bidirectional = figures[i].bidirectional;
    ms = time_epoch (self, task, &shape, figures[i].n_epochs, figures[i].n_repeats,
                     &cpu_ms, error);
    if (ms == 0.0)
      return FALSE;
    context =
        g_strdup_printf ("%s; %.3g ms of processor time", figures[i].context, cpu_ms);
    qs_bench_report_value (listener, figures[i].name, ms, "ms", TRUE, N_SEQUENCES,
                           qs_run_n_threads (self->run), context);
  }

  return task != NULL &&
         time_inference (self, "qlstm-inference", TRUE, listener, error) &&
         time_inference (self, "qlstm-inference-window", FALSE, listener, error);
}
