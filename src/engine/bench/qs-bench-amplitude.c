/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/qs-bench-suite.h"

#include "core/qs-stats.h"

#include "probability/qs-estimate.h"
#include "probability/qs-register.h"

#include <math.h>

#define N_COVERAGE 3000
#define N_ENDINGS 10000
#define N_POINTS 6
#define N_QUBITS 20

/* Means over runs of one setting. */
typedef struct {
  double covered;
  double half_width;
  double calls;
  guint  n_capped;
} Means;

/* Emulated: the statistics of a perfect device, quick enough for thousands of runs. */
static gboolean
repeat (QsBench                  *self,
        const QsAmplitudeOptions *given,
        double                    p,
        guint                     n_runs,
        Means                    *means,
        GError                  **error)
{
  QsAmplitudeOptions   options = *given;
  g_autoptr (QsOracle) oracle = qs_oracle_new_emulated (p);

  *means = (Means){ 0 };
  for (guint i = 0; i < n_runs; i++) {
    QsAmplitudeResult result;

    options.replicate = i;
    if (!qs_amplitude_estimate (oracle, &options, self->run, &result, error))
      return FALSE;
    means->covered += (result.lower <= p && p <= result.upper) / (double) n_runs;
    means->half_width += 0.5 * (result.upper - result.lower) / n_runs;
    means->calls += (double) result.n_calls / n_runs;
    means->n_capped += result.verdict == QS_AMPLITUDE_CAPPED;
  }

  return TRUE;
}

/* Half-width against calls at p = 0.9, and its slope. The grid of the likelihood grows
 * with its precision, so its finest points have fewer runs. */
static gboolean
measure_slope (QsBench               *self,
               QsAmplitudeMethod      method,
               const QsBenchListener *listener,
               GError               **error)
{
  const char        *name = qs_amplitude_method_name (method);
  const double       ratio = method == QS_AMPLITUDE_MC ? 1.6 : 2.5;
  g_autofree char   *point = g_strdup_printf ("%s-half-width", name);
  g_autofree char   *slope = g_strdup_printf ("%s-slope", name);
  QsAmplitudeOptions options = qs_amplitude_options_default (method);
  double             calls[N_POINTS], half_width[N_POINTS];

  options.epsilon = 0.02;
  for (guint i = 0; i < N_POINTS; i++) {
    const guint n_runs = method == QS_AMPLITUDE_MLAE ? 40 : 100;
    Means       means;

    if (!repeat (self, &options, 0.9, n_runs, &means, error))
      return FALSE;
    calls[i] = means.calls;
    half_width[i] = means.half_width;
    qs_bench_report_value (
        listener, point, means.half_width, "probability", TRUE, (guint64) means.calls, 1,
        "mean half-width of the 95 % interval at p 0.9 after n uses of A and A†, "
        "emulated");
    options.epsilon /= ratio;
  }

  qs_bench_report_value (
      listener, slope, qs_log_slope (calls, half_width, N_POINTS), "log/log", TRUE,
      N_POINTS, 1, "slope of half-width against uses of A and A† at p 0.9, emulated");
  return TRUE;
}

static gboolean
measure_coverage (QsBench               *self,
                  QsAmplitudeMethod      method,
                  const QsBenchListener *listener,
                  GError               **error)
{
  static const double amplitudes[] = { 0.5, 0.75, 0.9, 0.99 };
  QsAmplitudeOptions  options = qs_amplitude_options_default (method);

  for (guint i = 0; i < G_N_ELEMENTS (amplitudes); i++) {
    g_autofree char *name =
        g_strdup_printf ("%s-coverage", qs_amplitude_method_name (method));
    g_autofree char *context = NULL;
    Means            means;

    if (!repeat (self, &options, amplitudes[i], N_COVERAGE, &means, error))
      return FALSE;
    context =
        g_strdup_printf ("95 %% intervals that hold p %g, emulated; half-width %.5f "
                         "after %.0f uses of A and A†",
                         amplitudes[i], means.half_width, means.calls);
    qs_bench_report_value (listener, name, means.covered, "fraction", FALSE, N_COVERAGE,
                           1, context);
  }

  return TRUE;
}

/* Published code of the iterative method runs away in some of these. */
static gboolean
measure_endings (QsBench               *self,
                 QsAmplitudeMethod      method,
                 const QsBenchListener *listener,
                 GError               **error)
{
  static const double amplitudes[] = { 0.0, 0.5, 0.75, 0.9, 1.0 };
  static const double epsilons[QS_N_AMPLITUDE_METHODS] = {
    [QS_AMPLITUDE_MC] = 0.02,     [QS_AMPLITUDE_CANONICAL] = 0.005,
    [QS_AMPLITUDE_MLAE] = 0.005,  [QS_AMPLITUDE_IQAE] = 1e-3,
    [QS_AMPLITUDE_MIQAE] = 1e-3,  [QS_AMPLITUDE_FIXED_POINT] = 0.02,
    [QS_AMPLITUDE_FASTER] = 0.02,
  };
  QsAmplitudeOptions options = qs_amplitude_options_default (method);
  g_autofree char   *name =
      g_strdup_printf ("%s-endless", qs_amplitude_method_name (method));
  g_autofree char *context = NULL;
  guint            n_capped = 0;

  options.epsilon = epsilons[method];
  options.n_shots = 10;
  for (guint i = 0; i < G_N_ELEMENTS (amplitudes); i++) {
    Means means;

    if (!repeat (self, &options, amplitudes[i], N_ENDINGS / G_N_ELEMENTS (amplitudes),
                 &means, error))
      return FALSE;
    n_capped += means.n_capped;
  }

  context = g_strdup_printf ("runs that did not end by themselves; half-width %g, 10 "
                             "shots, p 0, 0.5, 0.75, 0.9 and 1",
                             options.epsilon);
  qs_bench_report_value (listener, name, n_capped, "runs", TRUE, N_ENDINGS, 1, context);
  return TRUE;
}

/* Half-width over that of Monte Carlo with as many draws. */
static gboolean
measure_ratio (QsBench *self, const QsBenchListener *listener, GError **error)
{
  static const double amplitudes[] = { 0.75, 0.9 };
  QsAmplitudeOptions  options = qs_amplitude_options_default (QS_AMPLITUDE_IQAE);

  for (guint i = 0; i < G_N_ELEMENTS (amplitudes); i++) {
    const double     p = amplitudes[i];
    g_autofree char *context = g_strdup_printf (
        "half-width of iqae over that of Monte Carlo after n calls, p %g, emulated", p);
    Means means;

    if (!repeat (self, &options, p, N_COVERAGE, &means, error))
      return FALSE;
    qs_bench_report_value (listener, "iqae-over-mc",
                           means.half_width /
                               (1.959964 * sqrt (p * (1.0 - p) / means.calls)),
                           "ratio", TRUE, (guint64) means.calls, 1, context);
  }

  return TRUE;
}

static double
seconds_of_exact_sum (gsize n, const double *weights, const guint8 *success, double *sum)
{
  const gint64 start_us = g_get_monotonic_time ();

  *sum = 0.0;
  for (gsize i = 0; i < n; i++)
    *sum += success[i] ? weights[i] : 0.0;

  return qs_bench_seconds_since (start_us);
}

/* The same table by the clock: its sum, Monte Carlo on it, and a simulated register. */
static gboolean
measure_clock (QsBench *self, const QsBenchListener *listener, GError **error)
{
  const gsize          n = (gsize) 1 << N_QUBITS;
  const guint          n_threads = qs_run_n_threads (self->run);
  g_autofree double   *weights = g_new (double, n);
  g_autofree guint8   *success = g_new (guint8, n);
  g_autoptr (QsOracle) oracle = NULL;
  QsEstimateOptions    options = qs_estimate_options_default ();
  g_autofree char     *context = NULL;
  QsEstimate           found;
  double               p, sum, sum_s, best_s = INFINITY;

  for (gsize i = 0; i < n; i++) {
    weights[i] = 1.0 / (double) n;
    success[i] = i < 9 * n / 10;
  }
  oracle = qs_oracle_new_register (n, weights, success, error);
  if (oracle == NULL)
    return FALSE;

  for (guint turn = 0; turn < 60; turn++) {
    const gint64 start_us = g_get_monotonic_time ();

    if (!oracle->klass->success (oracle, 5 * (turn + 1), &p, self->run, error))
      return FALSE;
    best_s = MIN (best_s, qs_bench_seconds_since (start_us) / 5.0);
  }
  qs_bench_report_value (listener, "grover-turn", 1e3 * best_s, "ms", TRUE, N_QUBITS,
                         n_threads,
                         "one turn Q of a register of n qubits, best of 60 × 5");

  sum_s = seconds_of_exact_sum (n, weights, success, &sum);
  context = g_strdup_printf ("adding up the table of n qubits: p %.6f itself", sum);
  qs_bench_report_value (listener, "exact-sum", 1e3 * sum_s, "ms", TRUE, N_QUBITS, 1,
                         context);

  options.epsilon = 0.004;
  for (guint i = 0; i < 2; i++) {
    options.estimator = i == 0 ? QS_ESTIMATOR_IQAE : QS_ESTIMATOR_MC;
    if (!qs_estimate_table (n, weights, success, &options, self->run, &found, error))
      return FALSE;
    g_free (context);
    context = g_strdup_printf ("%s on the same table, half-width %.5f, p %.5f, after n "
                               "calls",
                               qs_estimator_name (options.estimator),
                               0.5 * (found.dose.mc_upper - found.dose.mc_lower),
                               found.dose.probability);
    qs_bench_report_value (listener, i == 0 ? "iqae-clock" : "table-mc-clock",
                           1e3 * found.elapsed_s, "ms", TRUE, found.n_calls, n_threads,
                           context);
  }

  return TRUE;
}

/* Amplitude estimation: half-width against calls, coverage, endings, and the clock. */
gboolean
qs_bench_amplitude (QsBench *self, const QsBenchListener *listener, GError **error)
{
  for (guint method = 0; method < QS_N_AMPLITUDE_METHODS; method++)
    if (!measure_slope (self, method, listener, error) ||
        !measure_coverage (self, method, listener, error) ||
        !measure_endings (self, method, listener, error))
      return FALSE;

  return measure_ratio (self, listener, error) && measure_clock (self, listener, error);
}
