/* SPDX-License-Identifier: Apache-2.0 */
#include "probability/qs-amplitude-task.h"

#include <math.h>

/* How far a cosine may be off in the first stage and in the second, such that the phase
 * of a power is off by π / 3 at most: √(12 / 1944) and √(12 / 972) in Nakaji 2020. */
static const double first_error = 0.078567420131838608, second_error = 0.1111111111111111;
static const double phase_error = G_PI / 3.0;

/* The rescaled angle is known to lie in [low, high]; @best is the last that was seen. A
 * power @ahead of another turns @further, once that is known. */
typedef struct {
  const QsFaster *plan;
  QsOracle       *oracle;
  double          low, high, best;
  guint           ahead;
  double          further;
} Search;

/* Shots after which a cosine is off by more than @error with probability δ at most, by
 * Hoeffding's inequality. The paper has Chernoff's for the same, at six times the shots.
 */
static guint
n_shots (const QsAmplitudeTask *task, double delta, double error)
{
  const double needed = ceil (2.0 * log (2.0 / delta) / (error * error));

  return MAX ((guint) needed, task->options->n_shots);
}

/* cos ((4k + 2) θ) of power k, FALSE where it is too dear or fails. */
static gboolean
look (QsAmplitudeTask *task,
      const Search    *self,
      guint            power,
      double           off,
      double          *cosine,
      GError         **error)
{
  const guint n = n_shots (task, self->plan->delta, off);
  double      p;

  if (!qs_amplitude_afford (task, n * (2 * (guint64) power + 1), n) ||
      !self->oracle->klass->success (self->oracle, power, &p, task->run, error))
    return FALSE;

  *cosine = 1.0 - 2.0 * qs_amplitude_draw (task, p, n) / n;
  task->result->max_power = MAX (task->result->max_power, power);
  return qs_amplitude_report (task, error);
}

/* Both bounds hold, so their intersection does; where nothing is left an earlier one was
 * wrong, and the later one is kept. */
static void
narrow (Search *self, double low, double high)
{
  const gboolean meet = low <= self->high && high >= self->low;

  self->low = meet ? MAX (low, self->low) : low;
  self->high = meet ? MIN (high, self->high) : high;
}

static double
probability_of (const Search *self, double angle)
{
  const double s = sin (angle);

  return MIN (s * s * (self->plan->rescales ? 16.0 : 1.0), 1.0);
}

static void
take (QsAmplitudeTask *task, const Search *self)
{
  QsAmplitudeResult *result = task->result;

  result->lower = probability_of (self, self->low);
  result->upper = probability_of (self, self->high);
  result->estimate =
      CLAMP (probability_of (self, self->best), result->lower, result->upper);
}

/* The angle of a power that does not reach π is that of its cosine. */
static void
take_cosine (QsAmplitudeTask *task, Search *self, double cosine, double factor)
{
  self->best = acos (CLAMP (cosine, -1.0, 1.0)) / factor;
  narrow (self, acos (MIN (cosine + first_error, 1.0)) / factor,
          acos (MAX (cosine - first_error, -1.0)) / factor);
  take (task, self);
}

/* A phase is known but for whole turns, of which the interval so far holds one. */
static void
take_phase (QsAmplitudeTask *task, Search *self, double phase, double factor)
{
  const double whole =
      floor ((factor * self->high - phase + phase_error) / (2.0 * G_PI)) * 2.0 * G_PI;

  self->best = MAX (whole + phase, 0.0) / factor;
  narrow (self, MAX (whole + phase - phase_error, 0.0) / factor,
          (whole + phase + phase_error) / factor);
  take (task, self);
}

static gboolean
narrow_enough (const QsAmplitudeTask *task)
{
  return task->result->upper - task->result->lower <= 2.0 * task->options->epsilon;
}

/* A power and one further: their cosines tell the sine of the first, if it is known how
 * much further, and the sine its phase. */
static gboolean
look_twice (QsAmplitudeTask *task,
            const Search    *self,
            guint            power,
            double          *phase,
            GError         **error)
{
  double cosine, second;

  if (!look (task, self, power, second_error, &cosine, error) ||
      !look (task, self, power + self->ahead, second_error, &second, error))
    return FALSE;

  *phase = atan2 ((cosine * cos (self->further) - second) / sin (self->further), cosine);
  return TRUE;
}

/* Powers double. A cosine is enough while their angle stays below π. */
gboolean
qs_amplitude_faster_run (QsAmplitudeTask *task,
                         QsOracle        *oracle,
                         const QsFaster  *plan,
                         GError         **error)
{
  Search  search = { plan, oracle, .high = plan->rescales ? asin (0.25) : G_PI_2 };
  GError *failure = NULL;

  for (guint j = 0; j < plan->n_powers && !narrow_enough (task); j++) {
    const guint  power = 1u << j;
    const double factor = 4.0 * power + 2.0;
    double       found;

    if (!(search.ahead > 0 ? look_twice (task, &search, power, &found, &failure)
                           : look (task, &search, power, first_error, &found, &failure)))
      break;

    if (search.ahead > 0) {
      take_phase (task, &search, found, factor);
    } else {
      take_cosine (task, &search, found, factor);
      if (4.0 * power * search.high >= 3.0 / 8.0 * G_PI) {
        search.ahead = power;
        search.further = 2.0 * power * (search.low + search.high);
      }
    }
  }

  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, failure);
  return FALSE;
}

/* As many powers as make the widest interval narrow enough: |dp / dθ| < 8. Each of the
 * bounds that are used may fail, and all together as often as the interval. */
gboolean
qs_amplitude_faster (QsAmplitudeTask *task, GError **error)
{
  const double         needed = 8.0 * phase_error / task->options->epsilon;
  const guint          n = (guint) CLAMP (ceil (log2 (needed) - 1.0), 1.0, 24.0);
  const QsFaster       plan = { n, (1.0 - task->options->level) / (2.0 * n - 1.0), TRUE };
  g_autoptr (QsOracle) rescaled =
      task->oracle->klass->rescaled (task->oracle, task->run, error);

  return rescaled != NULL && qs_amplitude_faster_run (task, rescaled, &plan, error);
}
