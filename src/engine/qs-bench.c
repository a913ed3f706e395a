/* SPDX-License-Identifier: Apache-2.0 */
#include "qs-bench.h"

#include "core/qs-rng.h"
#include "nn/qs-lstm-kernel.h"
#include "qs-population.h"

#include <string.h>

#define N_PHILOX_BLOCKS 20000000
#define N_TRAJECTORIES 32768
#define N_REPEATS 7
#define N_SLIDER_STEPS 400
#define N_CSV_ROWS 100000
#define N_AUDIT_POINTS 1000000

struct _QsBench {
  QsDataset *dataset;
  QsRun     *run;   /* borrowed */
  QsModel   *model; /* the LSTM; NULL until a benchmark needs it */
  QsModel   *pkpd;  /* likewise */
};

/* One benchmark's way to report. */
typedef struct {
  QsBenchFunc func;
  gpointer    user_data;
} Listener;

typedef gboolean (*Benchmark) (QsBench *self, const Listener *listener, GError **error);

static double
seconds_since (gint64 start_us)
{
  return (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC;
}

static void
report (const Listener *listener, const QsBenchFigure *figure)
{
  listener->func (figure, listener->user_data);
}

static gboolean
bench_philox (QsBench *self, const Listener *listener, GError **error)
{
  const gint64  start_us = g_get_monotonic_time ();
  const guint32 key[2] = { 1, 2 };
  guint32       counter[4] = { 0 }, out[4], sum = 0;

  for (guint i = 0; i < N_PHILOX_BLOCKS; i++) {
    counter[0] = i;
    qs_rng_philox (counter, key, out);
    sum ^= out[0];
    if (i % 1000000 == 0 && !qs_run_step (self->run, NULL, error))
      return FALSE;
  }

  /* The sum is part of the figure's words, or the compiler would drop the loop. */
  g_autofree char    *context = g_strdup_printf ("blocks of 4 words, check %08x", sum);
  const QsBenchFigure figure = {
    .name = "philox",
    .value = 4e-6 * N_PHILOX_BLOCKS / seconds_since (start_us),
    .unit = "million words/s",
    .n = N_PHILOX_BLOCKS,
    .n_threads = 1,
    .context = context,
  };

  report (listener, &figure);
  return TRUE;
}

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

static gboolean
bench_kernel (QsBench *self, const Listener *listener, GError **error)
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
    best_s = MIN (best_s, seconds_since (start_us));
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

  report (listener, &figure);
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

static gboolean
bench_training (QsBench *self, const Listener *listener, GError **error)
{
  const gint64        start_us = g_get_monotonic_time ();
  g_autoptr (QsModel) model = fit (self, 0, FALSE, error);

  if (model == NULL)
    return FALSE;

  const QsBenchFigure figure = {
    .name = "training",
    .value = seconds_since (start_us),
    .unit = "s",
    .lower_is_better = TRUE,
    .n = model->options.n_epochs,
    .n_threads = qs_run_n_threads (self->run),
    .context = "epochs of one network, no early stopping, no bootstrap",
  };

  report (listener, &figure);
  return TRUE;
}

/* The model that the later benchmarks share. */
static gboolean
ensure_model (QsBench *self, GError **error)
{
  if (self->model == NULL)
    self->model =
        fit (self, qs_fit_options_default (QS_MODEL_LSTM).n_bootstrap, TRUE, error);

  return self->model != NULL;
}

static gboolean
bench_bootstrap (QsBench *self, const Listener *listener, GError **error)
{
  const gint64 start_us = g_get_monotonic_time ();

  g_clear_pointer (&self->model, qs_model_unref);
  if (!ensure_model (self, error))
    return FALSE;

  const QsBenchFigure figure = {
    .name = "bootstrap",
    .value = seconds_since (start_us),
    .unit = "s",
    .lower_is_better = TRUE,
    .n = self->model->draws->len,
    .n_threads = qs_run_n_threads (self->run),
    .context = "bootstrap networks besides the estimate, default settings",
  };

  report (listener, &figure);
  return TRUE;
}

static QsPopulation *
make_population (QsBench *self, GError **error)
{
  const QsPopulationOptions options = qs_population_options_default ();

  return ensure_model (self, error)
             ? qs_population_new (self->model, &options, self->run, error)
             : NULL;
}

static gboolean
bench_tables (QsBench *self, const Listener *listener, GError **error)
{
  gint64 start_us;

  if (!ensure_model (self, error))
    return FALSE;

  start_us = g_get_monotonic_time ();
  g_autoptr (QsPopulation) population = make_population (self, error);
  if (population == NULL)
    return FALSE;

  const QsBenchFigure figure = {
    .name = "tables",
    .value = 1e3 * seconds_since (start_us),
    .unit = "ms",
    .lower_is_better = TRUE,
    .n = self->model->draws->len + 1,
    .n_threads = qs_run_n_threads (self->run),
    .context = "networks tabulated, virtual patients drawn",
  };

  report (listener, &figure);
  return TRUE;
}

/* What a hand on the sliders asks for: every control moves in turn. */
static QsScenario
slide (guint step)
{
  QsScenario   scenario = qs_scenario_default ();
  const double way = (step % 100) / 100.0;

  switch (step % 7) {
  case 0:
    scenario.bw = qs_prior_uniform (50.0 + 30.0 * way, 140.0);
    break;
  case 1:
    scenario.bw = qs_prior_uniform (50.0, 90.0 + 60.0 * way);
    break;
  case 2:
    scenario.bw = (QsPrior){ QS_PRIOR_NORMAL, 70.0 + 30.0 * way, 12.0, 40.0, 150.0 };
    break;
  case 3:
    scenario.bw = (QsPrior){ QS_PRIOR_LOGNORMAL, 75.0, 0.1 + 0.2 * way, 30.0, 200.0 };
    break;
  case 4:
    scenario.comed_share = way;
    break;
  case 5:
    scenario.threshold_ng_ml = 2.5 + 2.0 * way;
    break;
  default:
    scenario.target = 0.5 + 0.45 * way;
    break;
  }

  return scenario;
}

static gboolean
time_steps (QsPopulation *population,
            double        ms[N_SLIDER_STEPS],
            gsize        *n_doses,
            QsRun        *run,
            GError      **error)
{
  for (guint i = 0; i < N_SLIDER_STEPS; i++) {
    const QsScenario     scenario = slide (i);
    const gint64         start_us = g_get_monotonic_time ();
    g_autoptr (QsResult) result = qs_solve (population, &scenario, run, error);

    ms[i] = 1e3 * seconds_since (start_us);
    if (result == NULL)
      return FALSE;
    *n_doses = result->n_estimates;
  }

  qs_sort (ms, N_SLIDER_STEPS);
  return TRUE;
}

static gboolean
report_slider (QsBench        *self,
               QsPopulation   *population,
               const char     *p50,
               const char     *p95,
               const Listener *listener,
               GError        **error)
{
  const QsPopulationOptions options = qs_population_options_default ();
  double                    ms[N_SLIDER_STEPS];
  gsize                     n_doses = 0;

  if (!time_steps (population, ms, &n_doses, self->run, error))
    return FALSE;

  g_autofree char *context = g_strdup_printf (
      "steps of body weight (ends and shape), co-medication, threshold and target in "
      "turn; "
      "%u replicates of %u subjects, %" G_GSIZE_FORMAT " doses",
      options.n_replicates, options.n_subjects, n_doses);
  QsBenchFigure figure = {
    .name = p50,
    .value = qs_quantile_sorted (ms, N_SLIDER_STEPS, 0.5),
    .unit = "ms",
    .lower_is_better = TRUE,
    .n = N_SLIDER_STEPS,
    .n_threads = qs_run_n_threads (self->run),
    .context = context,
  };

  report (listener, &figure);
  figure.name = p95;
  figure.value = qs_quantile_sorted (ms, N_SLIDER_STEPS, 0.95);
  report (listener, &figure);
  return TRUE;
}

static gboolean
bench_slider (QsBench *self, const Listener *listener, GError **error)
{
  g_autoptr (QsPopulation) population = make_population (self, error);

  return population != NULL &&
         report_slider (self, population, "slider-p50", "slider-p95", listener, error);
}

static gboolean
ensure_pkpd (QsBench *self, GError **error)
{
  const QsFitOptions options = qs_fit_options_default (QS_MODEL_PKPD);

  if (self->pkpd == NULL)
    self->pkpd = qs_fit (self->dataset, &options, self->run, error);

  return self->pkpd != NULL;
}

static gboolean
bench_pkpd (QsBench *self, const Listener *listener, GError **error)
{
  g_clear_pointer (&self->pkpd, qs_model_unref);
  if (!ensure_pkpd (self, error))
    return FALSE;

  const QsBenchFigure figure = {
    .name = "pkpd",
    .value = self->pkpd->elapsed_s,
    .unit = "s",
    .lower_is_better = TRUE,
    .n = self->pkpd->draws->len,
    .n_threads = qs_run_n_threads (self->run),
    .context = "parameter draws, with the estimate, its standard errors and -2LL",
  };

  report (listener, &figure);
  return TRUE;
}

static gboolean
bench_pkpd_slider (QsBench *self, const Listener *listener, GError **error)
{
  const QsPopulationOptions options = qs_population_options_default ();
  gint64                    start_us;
  g_autoptr (QsPopulation)  population = NULL;

  if (!ensure_pkpd (self, error))
    return FALSE;

  start_us = g_get_monotonic_time ();
  population = qs_population_new (self->pkpd, &options, self->run, error);
  if (population == NULL)
    return FALSE;

  const QsBenchFigure figure = {
    .name = "pkpd-population",
    .value = seconds_since (start_us),
    .unit = "s",
    .lower_is_better = TRUE,
    .n = options.n_subjects * options.n_replicates,
    .n_threads = qs_run_n_threads (self->run),
    .context = "virtual patients of the estimate and 2,000 of each draw, one regimen",
  };

  report (listener, &figure);
  return report_slider (self, population, "pkpd-slider-p50", "pkpd-slider-p95", listener,
                        error);
}

static gboolean
bench_audit (QsBench *self, const Listener *listener, GError **error)
{
  g_autoptr (QsPopulation) population = make_population (self, error);
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

  report (listener, &figure);
  return TRUE;
}

static void
append_row (GString *csv, const QsDataset *dataset, gsize row, guint id)
{
  for (guint c = 0; c < qs_dataset_n_columns (dataset); c++) {
    if (c > 0)
      g_string_append_c (csv, ',');
    if (qs_dataset_column_role (dataset, c) == QS_COLUMN_ID)
      g_string_append_printf (csv, "%u", id);
    else
      g_string_append (csv, qs_dataset_cell (dataset, row, c));
  }
  g_string_append_c (csv, '\n');
}

static gboolean
is_new_subject (const QsDataset *dataset, gsize row)
{
  guint id = 0;

  while (qs_dataset_column_role (dataset, id) != QS_COLUMN_ID)
    id++;

  return row == 0 || strcmp (qs_dataset_cell (dataset, row, id),
                             qs_dataset_cell (dataset, row - 1, id)) != 0;
}

/* The study again and again under new subject numbers, until there are enough rows. */
static GBytes *
make_large_csv (const QsDataset *dataset)
{
  GString    *csv = g_string_new (qs_dataset_column_name (dataset, 0));
  const gsize n_rows = qs_dataset_n_rows (dataset);
  guint       id = 0;
  gsize       n_bytes;

  for (guint c = 1; c < qs_dataset_n_columns (dataset); c++)
    g_string_append_printf (csv, ",%s", qs_dataset_column_name (dataset, c));
  g_string_append_c (csv, '\n');

  for (gsize i = 0; i < N_CSV_ROWS; i++) {
    const gsize row = i % n_rows;

    id += is_new_subject (dataset, row);
    append_row (csv, dataset, row, id);
  }

  n_bytes = csv->len;
  return g_bytes_new_take (g_string_free (csv, FALSE), n_bytes);
}

static gboolean
bench_csv (QsBench *self, const Listener *listener, GError **error)
{
  g_autoptr (GBytes)    bytes = make_large_csv (self->dataset);
  const gint64          start_us = g_get_monotonic_time ();
  g_autoptr (QsDataset) dataset =
      qs_dataset_parse (bytes, "bench.csv", NULL, self->run, error);
  const double elapsed_s = seconds_since (start_us);

  if (dataset == NULL || !qs_dataset_require (dataset, error))
    return FALSE;

  const QsBenchFigure figure = {
    .name = "csv",
    .value = 1e3 * elapsed_s,
    .unit = "ms",
    .lower_is_better = TRUE,
    .n = qs_dataset_n_rows (dataset),
    .n_threads = qs_run_n_threads (self->run),
    .context = "rows read, checked and made into subjects",
  };

  report (listener, &figure);
  return TRUE;
}

static const struct {
  const char *name;
  Benchmark   func;
} benchmarks[] = {
  { "philox", bench_philox },     { "kernel", bench_kernel },
  { "training", bench_training }, { "bootstrap", bench_bootstrap },
  { "tables", bench_tables },     { "slider", bench_slider },
  { "audit", bench_audit },       { "csv", bench_csv },
  { "pkpd", bench_pkpd },         { "pkpd-slider", bench_pkpd_slider },
};

/**
 * qs_bench_new:
 * @dataset: a usable study
 * @run: borrowed while the benchmarks live
 */
QsBench *
qs_bench_new (QsDataset *dataset, QsRun *run)
{
  QsBench *self = g_new0 (QsBench, 1);

  self->dataset = qs_dataset_ref (dataset);
  self->run = run;
  return self;
}

void
qs_bench_free (QsBench *self)
{
  if (self == NULL)
    return;

  qs_dataset_unref (self->dataset);
  qs_model_unref (self->model);
  qs_model_unref (self->pkpd);
  g_free (self);
}

/**
 * qs_bench_names:
 *
 * Returns: (transfer none): the benchmarks, %NULL-terminated
 */
const char *const *
qs_bench_names (void)
{
  static const char *names[G_N_ELEMENTS (benchmarks) + 1];

  for (gsize i = 0; i < G_N_ELEMENTS (benchmarks); i++)
    names[i] = benchmarks[i].name;

  return names;
}

/**
 * qs_bench_run:
 * @name: one of qs_bench_names()
 * @func: called once per figure
 */
gboolean
qs_bench_run (QsBench    *self,
              const char *name,
              QsBenchFunc func,
              gpointer    user_data,
              GError    **error)
{
  const Listener listener = { func, user_data };

  for (gsize i = 0; i < G_N_ELEMENTS (benchmarks); i++) {
    if (strcmp (name, benchmarks[i].name) == 0)
      return benchmarks[i].func (self, &listener, error);
  }

  g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO, "There is no benchmark \"%s\"", name);
  return FALSE;
}
