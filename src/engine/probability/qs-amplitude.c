/* SPDX-License-Identifier: Apache-2.0 */
#include "probability/qs-amplitude.h"

#include "core/qs-error.h"
#include "core/qs-rng.h"
#include "core/qs-stats.h"
#include "probability/qs-amplitude-task.h"

#include <math.h>

static const char *const method_names[QS_N_AMPLITUDE_METHODS] = {
  "mc", "canonical", "mlae", "iqae", "miqae", "fixed-point", "faster"
};

QsAmplitudeOptions
qs_amplitude_options_default (QsAmplitudeMethod method)
{
  return (QsAmplitudeOptions){
    .method = method,
    .epsilon = 0.01,
    .level = 0.95,
    .seed = 1,
    .max_calls = 10000000,
  };
}

gboolean
qs_amplitude_options_validate (const QsAmplitudeOptions *self, GError **error)
{
  if (!(self->epsilon >= 1e-6 && self->epsilon < 0.5))
    g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
                 "The wanted half-width is %g, must lie in [1e-06, 0.5)", self->epsilon);
  else if (!(self->level >= 0.5 && self->level <= 0.9999))
    g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
                 "The level of the interval is %g, must lie in [0.5, 0.9999]",
                 self->level);
  else if (self->n_shots > 1000000)
    g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
                 "The number of shots is %u, must be at most 1000000", self->n_shots);
  else if (self->max_calls < 1 || self->max_calls > 1000000000)
    g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
                 "The calls allowed are %" G_GUINT64_FORMAT
                 ", must lie in [1, 1000000000]",
                 self->max_calls);
  else
    return TRUE;

  return FALSE;
}

const char *
qs_amplitude_method_name (QsAmplitudeMethod method)
{
  return method_names[method];
}

const char *
qs_amplitude_verdict_name (QsAmplitudeVerdict verdict)
{
  static const char *const names[] = { "reached", "wider", "capped" };

  return names[verdict];
}

gboolean
qs_amplitude_afford (QsAmplitudeTask *task, guint64 n_calls, guint64 n_shots)
{
  QsAmplitudeResult *result = task->result;

  if (n_calls > task->options->max_calls - result->n_calls) {
    result->verdict = QS_AMPLITUDE_CAPPED;
    return FALSE;
  }

  result->n_calls += n_calls;
  result->n_shots += n_shots;
  result->n_rounds++;
  return TRUE;
}

guint
qs_amplitude_shots (const QsAmplitudeTask *task, guint usual)
{
  return task->options->n_shots > 0 ? task->options->n_shots : usual;
}

/* The next number of the outcomes' stream. */
double
qs_amplitude_uniform (QsAmplitudeTask *task)
{
  const QsRngKey key = { .seed = task->options->seed,
                         .stream = QS_RNG_SHOTS,
                         .replicate = task->options->replicate };

  return qs_rng_uniform (&key, task->n_drawn++, 0);
}

/* Successes of @n shots. */
double
qs_amplitude_draw (QsAmplitudeTask *task, double p, guint n)
{
  guint n_successes = 0;

  if (task->options->expected)
    return p * n;

  for (guint i = 0; i < n; i++)
    n_successes += qs_amplitude_uniform (task) < p;

  return n_successes;
}

/* How far the interval has shrunk, on a log scale; listens for cancel. */
gboolean
qs_amplitude_report (QsAmplitudeTask *task, GError **error)
{
  const double  half = 0.5 * (task->result->upper - task->result->lower);
  const double  done = log (2.0 * half) / log (2.0 * task->options->epsilon);
  const QsEvent event = {
    .stage = QS_STAGE_SIMULATE,
    .fraction = half > 0.0 ? CLAMP (done, 0.0, 1.0) : 1.0,
  };

  return qs_run_step (task->run, &event, error);
}

/* As many shots as make the widest interval, that of one half, narrow enough. */
static gboolean
monte_carlo (QsAmplitudeTask *task, GError **error)
{
  const QsAmplitudeOptions *options = task->options;
  const double              z = qs_normal_quantile (0.5 + 0.5 * options->level);
  const double              needed =
      ceil (pow (0.5 * z / options->epsilon, 2.0) + 1.0 / options->epsilon);
  const guint usual = (guint) MIN (needed, (double) options->max_calls);
  const guint n = qs_amplitude_shots (task, usual);
  double      p, hits;

  if (!qs_amplitude_afford (task, n, n))
    return TRUE;
  if (!task->oracle->klass->success (task->oracle, 0, &p, task->run, error))
    return FALSE;

  hits = qs_amplitude_draw (task, p, n);
  task->result->estimate = hits / n;
  qs_clopper_pearson (hits, n, options->level, &task->result->lower,
                      &task->result->upper);
  if (usual < needed)
    task->result->verdict = QS_AMPLITUDE_CAPPED;
  return qs_amplitude_report (task, error);
}

/**
 * qs_amplitude_estimate:
 * @oracle: whose flag's probability is wanted
 * @options: valid options
 * @run: (nullable): threads and cancel
 * @result: (out): the estimate; [0, 1] where not even the first round was affordable
 * @error: return location for %QS_ERROR_CANCELLED or %QS_ERROR_RESOURCE
 *
 * Every method ends: at its own aim, or at the most calls allowed.
 */
gboolean
qs_amplitude_estimate (QsOracle                 *oracle,
                       const QsAmplitudeOptions *options,
                       QsRun                    *run,
                       QsAmplitudeResult        *result,
                       GError                  **error)
{
  static gboolean (*const methods[QS_N_AMPLITUDE_METHODS]) (QsAmplitudeTask *,
                                                            GError **) = {
    monte_carlo,
    qs_amplitude_canonical,
    qs_amplitude_mlae,
    qs_amplitude_iterative,
    qs_amplitude_iterative,
    qs_amplitude_fixed_point,
    qs_amplitude_faster,
  };
  QsAmplitudeTask task = { oracle, options, run, result, 0 };

  if (!qs_amplitude_options_validate (options, error))
    return FALSE;

  *result =
      (QsAmplitudeResult){ .estimate = 0.5, .lower = 0.0, .upper = 1.0, .decay = NAN };
  if (!methods[options->method](&task, error))
    return FALSE;

  if (result->verdict != QS_AMPLITUDE_CAPPED)
    result->verdict = result->upper - result->lower <= 2.0 * options->epsilon
                          ? QS_AMPLITUDE_REACHED
                          : QS_AMPLITUDE_WIDER;
  return TRUE;
}
