/* SPDX-License-Identifier: Apache-2.0 */
#include "population/qs-proportion.h"

#include "core/qs-stats.h"

#include <math.h>

/* Counts this close to an end are tabulated one by one; the others at even steps of the
 * angle asin √p, on which the width of the interval is nearly the same everywhere. */
#define N_END 32
#define N_CELLS 96

struct _QsProportion {
  double  n_trials;
  double  level;
  double  end_angle; /* of N_END successes */
  double *few;       /* lower ends of 0 … N_END successes */
  double *few_fails; /* lower ends of n … n − N_END successes */
  double *deviation; /* by how much the lower end's angle is smaller, at even angles */
};

static double
lower_end (const QsProportion *self, double n_successes)
{
  double lower, upper;

  qs_clopper_pearson (n_successes, self->n_trials, self->level, &lower, &upper);
  return lower;
}

static double
angle_of (double p)
{
  return asin (sqrt (p));
}

/**
 * qs_proportion_new:
 * @n_trials: positive
 * @level: such as 0.95
 *
 * Returns: (transfer full): the intervals
 */
QsProportion *
qs_proportion_new (guint64 n_trials, double level)
{
  QsProportion *self = g_new0 (QsProportion, 1);

  self->n_trials = (double) n_trials;
  self->level = level;
  if (n_trials < 4 * N_END)
    return self;

  self->few = g_new (double, N_END + 1);
  self->few_fails = g_new (double, N_END + 1);
  self->deviation = g_new (double, N_CELLS + 1);
  self->end_angle = angle_of (N_END / self->n_trials);

  for (guint i = 0; i <= N_END; i++) {
    self->few[i] = lower_end (self, i);
    self->few_fails[i] = lower_end (self, self->n_trials - i);
  }

  for (guint i = 0; i <= N_CELLS; i++) {
    const double angle = self->end_angle + (G_PI_2 - 2.0 * self->end_angle) * i / N_CELLS;
    const double p = sin (angle) * sin (angle);

    self->deviation[i] = angle - angle_of (lower_end (self, p * self->n_trials));
  }

  return self;
}

void
qs_proportion_free (QsProportion *self)
{
  if (self == NULL)
    return;

  g_free (self->few);
  g_free (self->few_fails);
  g_free (self->deviation);
  g_free (self);
}

static double
read_lower (const QsProportion *self, double n_successes)
{
  const double n_fails = self->n_trials - n_successes;
  double       angle, place, deviation;
  guint        cell;

  if (self->few == NULL)
    return lower_end (self, n_successes);
  if (n_successes <= N_END)
    return self->few[(guint) n_successes];
  if (n_fails <= N_END)
    return self->few_fails[(guint) n_fails];

  angle = angle_of (n_successes / self->n_trials);
  place = (angle - self->end_angle) / (G_PI_2 - 2.0 * self->end_angle) * N_CELLS;
  cell = (guint) CLAMP (place, 0.0, N_CELLS - 1.0);
  deviation = self->deviation[cell] +
              (place - cell) * (self->deviation[cell + 1] - self->deviation[cell]);

  return pow (sin (angle - deviation), 2.0);
}

/**
 * qs_proportion_interval:
 * @n_successes: at most the number of trials
 *
 * The interval that qs_clopper_pearson() gives, to within a hundredth of its width.
 */
void
qs_proportion_interval (const QsProportion *self,
                        guint64             n_successes,
                        double             *lower,
                        double             *upper)
{
  *lower = read_lower (self, (double) n_successes);
  *upper = 1.0 - read_lower (self, self->n_trials - (double) n_successes);
}
