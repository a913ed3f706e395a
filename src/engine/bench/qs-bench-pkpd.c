/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/qs-bench-suite.h"

#include <time.h>

gboolean
qs_bench_ensure_pkpd (QsBench *self, GError **error)
{
  QsFitOptions options = qs_fit_options_default (QS_MODEL_PKPD);

  options.structure.search = FALSE;
  if (self->pkpd == NULL)
    self->pkpd = qs_fit (self->dataset, &options, self->run, error);

  return self->pkpd != NULL;
}

/* The whole search on a fresh study, and the final fit of what it chose. */
gboolean
qs_bench_pkpd_search (QsBench *self, const QsBenchListener *listener, GError **error)
{
  QsFitOptions        options = qs_fit_options_default (QS_MODEL_PKPD);
  const gint64        start_us = g_get_monotonic_time ();
  const clock_t       start = clock ();
  g_autoptr (QsModel) model = NULL;

  options.n_bootstrap = 0;
  model = qs_fit (self->dataset, &options, self->run, error);
  if (model == NULL)
    return FALSE;

  qs_bench_report_value (listener, "pkpd-search", qs_bench_seconds_since (start_us), "s",
                         TRUE, model->candidates->len, qs_run_n_threads (self->run),
                         "candidates, and the full fit of the chosen one");
  qs_bench_report_value (listener, "pkpd-search processor",
                         (double) (clock () - start) / CLOCKS_PER_SEC, "s", TRUE,
                         model->candidates->len, qs_run_n_threads (self->run),
                         "candidates, and the full fit of the chosen one");
  return TRUE;
}

gboolean
qs_bench_pkpd (QsBench *self, const QsBenchListener *listener, GError **error)
{
  g_clear_pointer (&self->pkpd, qs_model_unref);
  if (!qs_bench_ensure_pkpd (self, error))
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

  qs_bench_report (listener, &figure);
  return qs_bench_lanes (self, listener, error);
}
