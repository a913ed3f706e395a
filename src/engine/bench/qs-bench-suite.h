/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the benchmarks share among themselves. */
#include "bench/qs-bench.h"
#include "qs-population.h"

struct _QsBench {
  QsDataset *dataset;
  QsRun     *run;   /* borrowed */
  QsModel   *model; /* the LSTM; NULL until a benchmark needs it */
  QsModel   *pkpd;  /* likewise */
  guint      n_studies;
};

/* One benchmark's way to report. */
typedef struct {
  QsBenchFunc func;
  gpointer    user_data;
} QsBenchListener;

double qs_bench_seconds_since (gint64 start_us);
void   qs_bench_report (const QsBenchListener *listener, const QsBenchFigure *figure);
void   qs_bench_report_value (const QsBenchListener *listener,
                              const char            *name,
                              double                 value,
                              const char            *unit,
                              gboolean               lower_is_better,
                              guint64                n,
                              guint                  n_threads,
                              const char            *context);

/* The models that benchmarks share: fitted by the first that needs them. */
gboolean      qs_bench_ensure_lstm (QsBench *self, GError **error);
gboolean      qs_bench_ensure_pkpd (QsBench *self, GError **error);
QsPopulation *qs_bench_lstm_population (QsBench *self, GError **error);

gboolean qs_bench_philox (QsBench *self, const QsBenchListener *listener, GError **error);
gboolean qs_bench_kernel (QsBench *self, const QsBenchListener *listener, GError **error);
gboolean qs_bench_training (QsBench               *self,
                            const QsBenchListener *listener,
                            GError               **error);
gboolean qs_bench_bootstrap (QsBench               *self,
                             const QsBenchListener *listener,
                             GError               **error);
gboolean qs_bench_tables (QsBench *self, const QsBenchListener *listener, GError **error);
gboolean qs_bench_slider (QsBench *self, const QsBenchListener *listener, GError **error);
gboolean qs_bench_audit (QsBench *self, const QsBenchListener *listener, GError **error);
gboolean qs_bench_csv (QsBench *self, const QsBenchListener *listener, GError **error);
gboolean qs_bench_lanes (QsBench *self, const QsBenchListener *listener, GError **error);
gboolean qs_bench_pkpd (QsBench *self, const QsBenchListener *listener, GError **error);
gboolean qs_bench_networks (QsBench               *self,
                            const QsBenchListener *listener,
                            GError               **error);
gboolean qs_bench_pkpd_search (QsBench               *self,
                               const QsBenchListener *listener,
                               GError               **error);
gboolean qs_bench_pkpd_slider (QsBench               *self,
                               const QsBenchListener *listener,
                               GError               **error);
gboolean qs_bench_exposure_slider (QsBench               *self,
                                   const QsBenchListener *listener,
                                   GError               **error);
gboolean qs_bench_quantum (QsBench               *self,
                           const QsBenchListener *listener,
                           GError               **error);
gboolean qs_bench_sampling (QsBench               *self,
                            const QsBenchListener *listener,
                            GError               **error);
gboolean qs_bench_m3 (QsBench *self, const QsBenchListener *listener, GError **error);
gboolean qs_bench_search (QsBench *self, const QsBenchListener *listener, GError **error);
gboolean qs_bench_amplitude (QsBench               *self,
                             const QsBenchListener *listener,
                             GError               **error);
gboolean qs_bench_coverage (QsBench               *self,
                            const QsBenchListener *listener,
                            GError               **error);
