/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/qs-bench-suite.h"

#include "core/qs-rng.h"

#define N_PHILOX_BLOCKS 20000000

gboolean
qs_bench_philox (QsBench *self, const QsBenchListener *listener, GError **error)
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
    .value = 4e-6 * N_PHILOX_BLOCKS / qs_bench_seconds_since (start_us),
    .unit = "million words/s",
    .n = N_PHILOX_BLOCKS,
    .n_threads = 1,
    .context = context,
  };

  qs_bench_report (listener, &figure);
  return TRUE;
}
