/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-stats.h"
#include "probability/qs-amplitude-task.h"

#include <math.h>

/* Square root of the failure that is allowed: success is 0.9 at the end of the rise. */
static const double delta = 0.31622776601683794;

/* The rarer outcome's probability lies in [low, high]. */
typedef struct {
  double low, high;
  guint  length;
  double hits;
  guint  n_shots;
} Ladder;

/* The longest sequence that still rises strictly up to @high. */
static guint
longest (double high)
{
  guint length = 1;

  while (length < 1000001 && qs_fixed_point_width (length + 2, delta) >= high)
    length += 2;

  return length;
}

/* The amplitude that gives success with probability @p, on the rise. */
static double
amplitude_of (double p, guint length)
{
  double low = 0.0, high = qs_fixed_point_width (length, delta);

  for (guint i = 0; i < 60; i++) {
    const double middle = 0.5 * (low + high);

    if (qs_fixed_point_success (middle, length, delta) < p)
      low = middle;
    else
      high = middle;
  }

  return 0.5 * (low + high);
}

/* Beyond the rise the probability says no more than that the amplitude is beyond. */
static void
narrow (Ladder *self, double level)
{
  double lower, upper, low, high;

  qs_clopper_pearson (self->hits, self->n_shots, level, &lower, &upper);
  low = lower > 0.0 ? amplitude_of (MIN (lower, 1.0 - delta * delta), self->length) : 0.0;
  high = upper < 1.0 - delta * delta ? amplitude_of (upper, self->length) : self->high;
  if (low <= self->high && high >= self->low) {
    low = MAX (low, self->low);
    high = MIN (high, self->high);
  }
  self->low = low;
  self->high = high;
}

static void
take (QsAmplitudeTask *task, const Ladder *ladder, gboolean swap)
{
  QsAmplitudeResult *result = task->result;

  result->lower = swap ? 1.0 - ladder->high : ladder->low;
  result->upper = swap ? 1.0 - ladder->low : ladder->high;
  result->estimate = 0.5 * (result->lower + result->upper);
  result->max_power = MAX (result->max_power, (ladder->length - 1) / 2);
}

/* A look at each rung, the last rung again and again with as many shots as there were;
 * look j spends the j (j + 1)-th part of the error, so that all together spend it. */
gboolean
qs_amplitude_fixed_point (QsAmplitudeTask *task, GError **error)
{
  const double alpha = 1.0 - task->options->level;
  Ladder       ladder = { .high = 1.0, .length = 1 };
  gboolean     swap = FALSE;
  guint        n = qs_amplitude_shots (task, 100);

  for (guint look = 1; ladder.high - ladder.low > 2.0 * task->options->epsilon; look++) {
    double p, hits;

    if (!qs_amplitude_afford (task, (guint64) n * ladder.length, n))
      break;
    if (!task->oracle->klass->amplified (task->oracle, ladder.length, delta, swap, &p,
                                         task->run, error))
      return FALSE;

    hits = qs_amplitude_draw (task, p, n);
    swap = look == 1 ? hits > 0.5 * n : swap;
    ladder.hits += look == 1 && swap ? n - hits : hits;
    ladder.n_shots += n;
    narrow (&ladder, 1.0 - alpha / (look * (look + 1.0)));
    take (task, &ladder, swap);
    if (!qs_amplitude_report (task, error))
      return FALSE;

    const guint length = longest (ladder.high);
    if (length > ladder.length)
      ladder = (Ladder){ .low = ladder.low, .high = ladder.high, .length = length };
    n = MAX (ladder.n_shots, qs_amplitude_shots (task, 100));
  }

  return TRUE;
}
