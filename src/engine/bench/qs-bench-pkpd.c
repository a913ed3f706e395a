/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/qs-bench-suite.h"

gboolean
qs_bench_ensure_pkpd (QsBench *self, GError **error)
{
  const QsFitOptions options = qs_fit_options_default (QS_MODEL_PKPD);

  if (self->pkpd == NULL)
    self->pkpd = qs_fit (self->dataset, &options, self->run, error);

  return self->pkpd != NULL;
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
