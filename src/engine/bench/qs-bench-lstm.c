/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/qs-bench-suite.h"

#include "nn/qs-lstm-kernel.h"

#define N_TRAJECTORIES 32768
#define N_REPEATS 7
#define N_AUDIT_POINTS 1000000

static QsLstmKernel *
make_kernel (void)
{
  double                   times[QS_LSTM_N_STEPS];
  g_autofree QsLstmParams *params = g_new0 (QsLstmParams, 1);

  qs_lstm_params_init (params, 1, 0);
  for (guint i = 0; i < QS_LSTM_N_STEPS; i++)
    times[i] = i / (double) (QS_LSTM_N_STEPS - 1);

  return qs_lstm_kernel_new (params, times, QS_LSTM_N_STEPS, QS_LSTM_KERNEL_AUTO);
}

gboolean
qs_bench_kernel (QsBench *self, const QsBenchListener *listener, GError **error)
{
  g_autoptr (QsLstmKernel) kernel = make_kernel ();
  g_autofree double       *doses = g_new (double, N_TRAJECTORIES);
  g_autofree double       *comeds = g_new (double, N_TRAJECTORIES);
  g_autofree double       *highest = g_new (double, N_TRAJECTORIES);
  g_autofree double       *lowest = g_new (double, N_TRAJECTORIES);
  g_autofree char         *context = NULL;
  double                   best_s = G_MAXDOUBLE;

  for (guint i = 0; i < N_TRAJECTORIES; i++) {
    doses[i] = i / (double) N_TRAJECTORIES;
    comeds[i] = i % 2;
  }

  for (guint i = 0; i < N_REPEATS; i++) {
    const gint64 start_us = g_get_monotonic_time ();

    qs_lstm_kernel_peaks (kernel, N_TRAJECTORIES, doses, comeds, 0, QS_LSTM_N_STEPS,
                          highest, lowest);
    best_s = MIN (best_s, qs_bench_seconds_since (start_us));
    if (!qs_run_step (self->run, NULL, error))
      return FALSE;
  }

  context =
      g_strdup_printf ("BiLSTM peaks over %d steps, single precision, path %s, best "
                       "of %d",
                       QS_LSTM_N_STEPS, qs_lstm_kernel_path_name (kernel), N_REPEATS);
  const QsBenchFigure figure = {
    .name = "kernel",
    .value = N_TRAJECTORIES / best_s,
    .unit = "trajectories/s",
    .n = N_TRAJECTORIES,
    .n_threads = 1,
    .context = context,
  };

  qs_bench_report (listener, &figure);
  return TRUE;
}

static QsModel *
fit (QsBench *self, guint n_bootstrap, gboolean early_stopping, GError **error)
{
  QsFitOptions options = qs_fit_options_default (QS_MODEL_LSTM);

  options.n_bootstrap = n_bootstrap;
  options.early_stopping = early_stopping;
  return qs_fit (self->dataset, &options, self->run, error);
}

gboolean
qs_bench_training (QsBench *self, const QsBenchListener *listener, GError **error)
{
  const gint64        start_us = g_get_monotonic_time ();
  g_autoptr (QsModel) model = fit (self, 0, FALSE, error);

  if (model == NULL)
    return FALSE;

  const QsBenchFigure figure = {
    .name = "training",
    .value = qs_bench_seconds_since (start_us),
    .unit = "s",
    .lower_is_better = TRUE,
    .n = model->options.n_epochs,
    .n_threads = qs_run_n_threads (self->run),
    .context = "epochs of one network, no early stopping, no bootstrap",
  };

  qs_bench_report (listener, &figure);
  return TRUE;
}

/* The model that the later benchmarks share. */
gboolean
qs_bench_ensure_lstm (QsBench *self, GError **error)
{
  if (self->model == NULL)
    self->model =
        fit (self, qs_fit_options_default (QS_MODEL_LSTM).n_bootstrap, TRUE, error);

  return self->model != NULL;
}

gboolean
qs_bench_bootstrap (QsBench *self, const QsBenchListener *listener, GError **error)
{
  const gint64 start_us = g_get_monotonic_time ();

  g_clear_pointer (&self->model, qs_model_unref);
  if (!qs_bench_ensure_lstm (self, error))
    return FALSE;

  const QsBenchFigure figure = {
    .name = "bootstrap",
    .value = qs_bench_seconds_since (start_us),
    .unit = "s",
    .lower_is_better = TRUE,
    .n = self->model->draws->len,
    .n_threads = qs_run_n_threads (self->run),
    .context = "bootstrap networks besides the estimate, default settings",
  };

  qs_bench_report (listener, &figure);
  return TRUE;
}

QsPopulation *
qs_bench_lstm_population (QsBench *self, GError **error)
{
  const QsPopulationOptions options = qs_population_options_default (QS_MODEL_LSTM);

  return qs_bench_ensure_lstm (self, error)
             ? qs_population_new (self->model, &options, self->run, error)
             : NULL;
}

gboolean
qs_bench_tables (QsBench *self, const QsBenchListener *listener, GError **error)
{
  gint64 start_us;

  if (!qs_bench_ensure_lstm (self, error))
    return FALSE;

  start_us = g_get_monotonic_time ();
  g_autoptr (QsPopulation) population = qs_bench_lstm_population (self, error);
  if (population == NULL)
    return FALSE;

  const QsBenchFigure figure = {
    .name = "tables",
    .value = 1e3 * qs_bench_seconds_since (start_us),
    .unit = "ms",
    .lower_is_better = TRUE,
    .n = self->model->draws->len + 1,
    .n_threads = qs_run_n_threads (self->run),
    .context = "networks tabulated, virtual patients drawn",
  };

  qs_bench_report (listener, &figure);
  return TRUE;
}

gboolean
qs_bench_audit (QsBench *self, const QsBenchListener *listener, GError **error)
{
  g_autoptr (QsPopulation) population = qs_bench_lstm_population (self, error);
  const QsScenario         scenario = qs_scenario_default ();
  g_autofree char         *context = NULL;
  QsAudit                  audit;

  if (population == NULL ||
      !qs_population_audit (population, &scenario, 1, N_AUDIT_POINTS, &audit, self->run,
                            error))
    return FALSE;

  context = g_strdup_printf (
      "decisions by table that differ from the network's own, at random doses, weights, "
      "co-medications and effects; %" G_GUINT64_FORMAT " were close enough to be asked",
      audit.n_rechecked);
  const QsBenchFigure figure = {
    .name = "audit",
    .value = (double) audit.n_flipped,
    .unit = "flips",
    .lower_is_better = TRUE,
    .n = audit.n_points,
    .n_threads = qs_run_n_threads (self->run),
    .context = context,
  };

  qs_bench_report (listener, &figure);
  return TRUE;
}
