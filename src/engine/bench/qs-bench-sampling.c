/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/qs-bench-suite.h"

#include "core/qs-rng.h"
#include "core/qs-sobol.h"
#include "core/qs-stats.h"
#include "probability/qs-estimate.h"

#include <math.h>
#include <time.h>

#define N_POINTS 5
#define N_NUMBERS 4000000

/* Half-width against people, on the population model's own probability. */
static gboolean
measure_slope (QsBench               *self,
               QsEstimator            estimator,
               const QsBenchListener *listener,
               GError               **error)
{
  const QsScenario  scenario = qs_scenario_default ();
  const guint       n_threads = qs_run_n_threads (self->run);
  const char       *name = qs_estimator_name (estimator);
  g_autofree char  *point = g_strdup_printf ("%s-half-width", name);
  g_autofree char  *slope = g_strdup_printf ("%s-slope", name);
  QsEstimateOptions options = qs_estimate_options_default ();
  double            calls[N_POINTS], half_width[N_POINTS];

  options.estimator = estimator;
  options.epsilon = 0.02;
  for (guint i = 0; i < N_POINTS; i++) {
    g_autofree char *context = NULL;
    QsEstimate       found;

    if (!qs_estimate (self->pkpd, &scenario, 6.0, &options, self->run, &found, error))
      return FALSE;
    calls[i] = (double) found.n_calls;
    half_width[i] = 0.5 * (found.dose.mc_upper - found.dose.mc_lower);
    context = g_strdup_printf ("half-width of the 95 %% interval of p at 6 mg once daily "
                               "after n people, p %.5f, %.3g s",
                               found.dose.probability, found.elapsed_s);
    qs_bench_report_value (listener, point, half_width[i], "probability", TRUE,
                           found.n_calls, n_threads, context);
    options.epsilon *= 0.5;
  }

  qs_bench_report_value (listener, slope, qs_log_slope (calls, half_width, N_POINTS),
                         "log/log", TRUE, N_POINTS, n_threads,
                         "slope of half-width against people, 6 mg once daily");
  return TRUE;
}

/* Of this thread: other programs do not count. */
static double
cpu_seconds (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec + 1e-9 * (double) time.tv_nsec;
}

/* Numbers a second of one core. Their sum is part of the words, or the compiler would
 * drop the loop. */
static void
measure_numbers (const QsBenchListener *listener)
{
  const QsRngKey   key = { .seed = 1, .stream = QS_RNG_TEST };
  g_autofree char *context = NULL;
  double           start_s = cpu_seconds (), sum = 0.0;
  guint32          bits[256], check = 0;
  float            z[4096];

  for (guint32 i = 0; i < N_NUMBERS / 8; i++)
    sum += qs_rng_normal (&key, i, 0);
  context = g_strdup_printf ("normal numbers by address, one by one, check %.6g", sum);
  qs_bench_report_value (listener, "philox-normal",
                         1e-6 * (N_NUMBERS / 8) / (cpu_seconds () - start_s), "million/s",
                         FALSE, N_NUMBERS / 8, 1, context);

  start_s = cpu_seconds ();
  for (guint32 i = 0; i < 16 * N_NUMBERS; i += G_N_ELEMENTS (z)) {
    qs_rng_fill_normals (&key, i, G_N_ELEMENTS (z), 0, z);
    sum += (double) z[i / G_N_ELEMENTS (z) % 64];
  }
  g_free (context);
  context = g_strdup_printf ("normal numbers by address, 4,096 at once, check %.6g", sum);
  qs_bench_report_value (listener, "philox-normals",
                         16e-6 * N_NUMBERS / (cpu_seconds () - start_s), "million/s",
                         FALSE, 16 * N_NUMBERS, 1, context);

  start_s = cpu_seconds ();
  for (guint32 i = 0; i < 16 * N_NUMBERS / 256; i++) {
    qs_sobol_fill (256 * i, 256, i % QS_SOBOL_N_DIMENSIONS, bits);
    check ^= bits[i % 256];
  }
  g_free (context);
  context = g_strdup_printf ("coordinates of Sobol' points, check %08x", check);
  qs_bench_report_value (listener, "sobol-points",
                         16e-6 * N_NUMBERS / (cpu_seconds () - start_s), "million/s",
                         FALSE, 16 * N_NUMBERS, 1, context);

  start_s = cpu_seconds ();
  for (guint32 i = 0; i < N_NUMBERS / 256; i++) {
    qs_sobol_fill (256 * i, 256, i % QS_SOBOL_N_DIMENSIONS, bits);
    for (guint k = 0; k < 256; k++)
      check ^= qs_sobol_scramble (bits[k], 0x9e3779b9u);
  }
  g_free (context);
  context = g_strdup_printf ("scrambled coordinates of Sobol' points, check %08x", check);
  qs_bench_report_value (listener, "sobol", 1e-6 * N_NUMBERS / (cpu_seconds () - start_s),
                         "million/s", FALSE, N_NUMBERS, 1, context);
}

/* Samplers: speed, and half-width against people. */
gboolean
qs_bench_sampling (QsBench *self, const QsBenchListener *listener, GError **error)
{
  measure_numbers (listener);
  if (!qs_bench_ensure_pkpd (self, error))
    return FALSE;

  for (guint estimator = QS_ESTIMATOR_MC; estimator <= QS_ESTIMATOR_STRATIFIED;
       estimator++)
    if (!measure_slope (self, estimator, listener, error))
      return FALSE;

  return TRUE;
}
