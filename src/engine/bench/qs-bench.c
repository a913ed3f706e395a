/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/qs-bench-suite.h"

#include "core/qs-error.h"

#include <string.h>

typedef gboolean (*Benchmark) (QsBench               *self,
                               const QsBenchListener *listener,
                               GError               **error);

/* Studies of the coverage benchmark: enough to tell 90 from 95 %. */
#define N_STUDIES 100

static const struct {
  const char *name;
  Benchmark   func;
  gboolean    takes_long; /* many minutes: run only when asked for by name */
} benchmarks[] = {
  { "philox", qs_bench_philox },
  { "kernel", qs_bench_kernel },
  { "training", qs_bench_training },
  { "bootstrap", qs_bench_bootstrap },
  { "tables", qs_bench_tables },
  { "slider", qs_bench_slider },
  { "audit", qs_bench_audit },
  { "csv", qs_bench_csv },
  { "pkpd", qs_bench_pkpd },
  { "pkpd-search", qs_bench_pkpd_search },
  { "pkpd-slider", qs_bench_pkpd_slider },
  { "exposure-slider", qs_bench_exposure_slider, TRUE },
  { "quantum", qs_bench_quantum },
  { "sampling", qs_bench_sampling },
  { "networks", qs_bench_networks },
  { "search", qs_bench_search, TRUE },
  { "m3", qs_bench_m3, TRUE },
  { "amplitude", qs_bench_amplitude, TRUE },
  { "coverage", qs_bench_coverage, TRUE },
};

double
qs_bench_seconds_since (gint64 start_us)
{
  return (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC;
}

void
qs_bench_report (const QsBenchListener *listener, const QsBenchFigure *figure)
{
  listener->func (figure, listener->user_data);
}

/* As qs_bench_report(), in one call. */
void
qs_bench_report_value (const QsBenchListener *listener,
                       const char            *name,
                       double                 value,
                       const char            *unit,
                       gboolean               lower_is_better,
                       guint64                n,
                       guint                  n_threads,
                       const char            *context)
{
  const QsBenchFigure figure = {
    .name = name,
    .value = value,
    .unit = unit,
    .lower_is_better = lower_is_better,
    .n = n,
    .n_threads = n_threads,
    .context = context,
  };

  qs_bench_report (listener, &figure);
}

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
  self->n_studies = N_STUDIES;
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

/* Whether a benchmark takes many minutes, and is meant to be run by itself. */
gboolean
qs_bench_takes_long (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (benchmarks); i++)
    if (strcmp (name, benchmarks[i].name) == 0)
      return benchmarks[i].takes_long;

  return FALSE;
}

/**
 * qs_bench_set_studies:
 * @n_studies: simulated studies of the coverage benchmark, at least 1
 */
void
qs_bench_set_studies (QsBench *self, guint n_studies)
{
  self->n_studies = n_studies;
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
  const QsBenchListener listener = { func, user_data };

  for (gsize i = 0; i < G_N_ELEMENTS (benchmarks); i++) {
    if (strcmp (name, benchmarks[i].name) == 0)
      return benchmarks[i].func (self, &listener, error);
  }

  g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO, "There is no benchmark \"%s\"", name);
  return FALSE;
}
