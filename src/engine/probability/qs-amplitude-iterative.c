/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-stats.h"
#include "probability/qs-amplitude-task.h"

#include <math.h>

/* Rounding of an angle times its factor. */
static const double tiny = 1e-11;

/* The angle is known to lie in [low, high], in turns; the circuit of power k turns it by
 * the factor 4k + 2. */
typedef struct {
  double low, high;
  guint  power;
  double hits;
  guint  n_shots;
} Search;

/* Which half turn the interval lies in once multiplied, or −1 where it straddles two. The
 * middle decides: an end may lie on the border. */
static gint64
half_turn (const Search *self, double factor)
{
  const double half = floor (factor * (self->low + self->high));

  return 2.0 * factor * self->low >= half - tiny &&
                 2.0 * factor * self->high <= half + 1.0 + tiny
             ? (gint64) half
             : -1;
}

/* The highest power that tells the angle apart and grows the factor by @ratio at least;
 * else the one there is. FindNextK of Grinko et al. 2021. */
static guint
next_power (const Search *self, double ratio)
{
  const double most = 0.5 / (self->high - self->low);
  const double least = ratio * (4.0 * self->power + 2.0);

  for (double k = floor ((most - 2.0) / 4.0 + tiny); k > self->power; k--) {
    if (4.0 * k + 2.0 < least - tiny)
      break;
    if (half_turn (self, 4.0 * k + 2.0) >= 0)
      return (guint) k;
  }

  return self->power;
}

/* The angle in turns that gives the probability @p in the half turn @half. */
static double
angle_of (double p, gint64 half, double factor)
{
  const double turn = acos (CLAMP (1.0 - 2.0 * p, -1.0, 1.0)) / (2.0 * G_PI);
  const double whole = (double) (half / 2);

  return (whole + (half % 2 == 0 ? turn : 1.0 - turn)) / factor;
}

/* Cuts the interval to what the outcomes allow. Where nothing is left, an earlier one was
 * wrong, and the search begins anew. */
static void
narrow (Search *self, double level)
{
  const double factor = 4.0 * self->power + 2.0;
  const gint64 half = half_turn (self, factor);
  double       lower, upper, low, high;

  qs_clopper_pearson (self->hits, self->n_shots, level, &lower, &upper);
  low = angle_of (half % 2 == 0 ? lower : upper, half, factor);
  high = angle_of (half % 2 == 0 ? upper : lower, half, factor);
  if (low <= self->high && high >= self->low) {
    self->low = MAX (low, self->low);
    self->high = MIN (high, self->high);
  } else {
    *self = (Search){ .high = 0.25 };
  }
}

/* The error that each round may spend. Grinko et al. 2021, algorithm 1: the same for all
 * rounds there can be; Fukuzawa et al. 2023, algorithm 1: in proportion to the factor. */
static double
level_of (const QsAmplitudeTask *task, const Search *search)
{
  const QsAmplitudeOptions *options = task->options;
  const double              alpha = 1.0 - options->level;

  if (options->method == QS_AMPLITUDE_IQAE) {
    const double n_rounds = floor (log2 (2.0 * G_PI / 8.0 / options->epsilon)) + 1.0;

    return 1.0 - alpha / MAX (n_rounds, 1.0);
  }

  const double most = G_PI / (4.0 * options->epsilon);
  return 1.0 - 2.0 / 3.0 * alpha * MIN ((2.0 * search->power + 1.0) / most, 1.0);
}

static void
take (QsAmplitudeTask *task, const Search *search)
{
  QsAmplitudeResult *result = task->result;

  result->lower = pow (sin (2.0 * G_PI * search->low), 2.0);
  result->upper = pow (sin (2.0 * G_PI * search->high), 2.0);
  result->estimate = 0.5 * (result->lower + result->upper);
  result->max_power = MAX (result->max_power, search->power);
}

/* Iterative estimation, with two corrections of what is published: the half turn is that
 * of the middle of the interval, and intervals are nested. */
gboolean
qs_amplitude_iterative (QsAmplitudeTask *task, GError **error)
{
  const double ratio = task->options->method == QS_AMPLITUDE_IQAE ? 2.0 : 3.0;
  const guint  n = qs_amplitude_shots (task, 30);
  Search       search = { .high = 0.25 };

  while (search.high - search.low > task->options->epsilon / G_PI) {
    const guint power = next_power (&search, ratio);
    double      p;

    if (power != search.power) {
      search.power = power;
      search.hits = 0.0;
      search.n_shots = 0;
    }
    if (!qs_amplitude_afford (task, n * (2 * (guint64) power + 1), n))
      break;
    if (!task->oracle->klass->success (task->oracle, power, &p, task->run, error))
      return FALSE;

    search.hits += qs_amplitude_draw (task, p, n);
    search.n_shots += n;
    narrow (&search, level_of (task, &search));
    take (task, &search);
    if (!qs_amplitude_report (task, error))
      return FALSE;
  }

  return TRUE;
}
