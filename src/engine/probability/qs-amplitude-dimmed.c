/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-stats.h"
#include "probability/qs-amplitude-task.h"

#include <math.h>
#include <string.h>

/* Beyond it nothing is left after one use. */
static const double most_decay = 5.0;

/* What is looked for at one angle, with the slopes of its likelihood. */
typedef struct {
  double decay, blank;
  double value;
  double slope[2];
  double curve[3]; /* decay², decay·blank, blank²: Fisher's information */
} Point;

/* sin² of a factor times the angle: of the angle itself, or of that whose sine is a
 * quarter. */
static double
turned (double angle, double factor, gboolean rescaled)
{
  const double at = rescaled ? asin (0.25 * sin (angle)) : angle;

  return pow (sin (factor * at), 2.0);
}

static void
look (const QsDimmed *self, double angle, Point *point)
{
  const double reads = 1.0 - self->readout[0] - self->readout[1];

  point->value = 0.0;
  point->slope[0] = point->slope[1] = 0.0;
  point->curve[0] = point->curve[1] = point->curve[2] = 0.0;
  for (guint i = 0; i < self->n; i++) {
    const double factor = self->factors[i];
    const double s = turned (angle, factor, self->rescaled[i]);
    const double left = exp (-point->decay * factor);
    const double flag = point->blank + left * (s - point->blank);
    const double p = CLAMP (self->readout[0] + reads * flag, 1e-12, 1.0 - 1e-12);
    const double by_decay = -reads * factor * left * (s - point->blank);
    const double by_blank = reads * (1.0 - left);
    const double n = self->shots[i], weight = 1.0 / (p * (1.0 - p));

    point->value += self->hits[i] * log (p) + (n - self->hits[i]) * log (1.0 - p);
    point->slope[0] += weight * (self->hits[i] - n * p) * by_decay;
    point->slope[1] += weight * (self->hits[i] - n * p) * by_blank;
    point->curve[0] += n * weight * by_decay * by_decay;
    point->curve[1] += n * weight * by_decay * by_blank;
    point->curve[2] += n * weight * by_blank * by_blank;
  }
}

/* Fisher scoring: a step of slopes over information, a little damped so that what the
 * outcomes do not tell stays where it is. */
static void
step_of (const QsDimmed *self, const Point *at, double step[2])
{
  const double a = at->curve[0] * (1.0 + 1e-6) + 1e-9, b = at->curve[1];
  const double c = at->curve[2] * (1.0 + 1e-6) + 1e-9;

  if (self->fits_blank) {
    step[0] = (c * at->slope[0] - b * at->slope[1]) / (a * c - b * b);
    step[1] = (a * at->slope[1] - b * at->slope[0]) / (a * c - b * b);
  } else {
    step[0] = at->slope[0] / a;
    step[1] = 0.0;
  }
}

/**
 * qs_dimmed_log_likelihood:
 *
 * Returns: the logarithm of the likelihood at @angle, at the decay (and the blank) that
 * make it most likely; the search begins at those of the last angle
 */
double
qs_dimmed_log_likelihood (QsDimmed *self, double angle)
{
  Point at = { .decay = self->decay, .blank = self->blank };

  look (self, angle, &at);
  for (guint turn = 0; turn < 30; turn++) {
    const double before = at.value;
    double       step[2];
    Point        next = at;

    step_of (self, &at, step);
    for (guint cut = 0; cut < 12; cut++) {
      next.decay = CLAMP (at.decay + step[0], 0.0, most_decay);
      next.blank = CLAMP (at.blank + step[1], 0.0, 1.0);
      look (self, angle, &next);
      if (next.value > at.value)
        break;
      step[0] *= 0.4;
      step[1] *= 0.4;
    }
    if (!(next.value > at.value))
      break;
    at = next;
    if (at.value - before < 1e-9)
      break;
  }

  self->decay = at.decay;
  self->blank = at.blank;
  return at.value;
}

/* Fisher's information on angle, decay and blank; of @n shots of a factor more. */
static void
inform (const QsDimmed *self,
        double          angle,
        double          factor,
        gboolean        rescaled,
        double          n,
        double          info[3][3])
{
  const double reads = 1.0 - self->readout[0] - self->readout[1];
  const double left = exp (-self->decay * factor), s = turned (angle, factor, rescaled);
  const double at = rescaled ? asin (0.25 * sin (angle)) : angle;
  const double stretch = rescaled ? 0.25 * cos (angle) / cos (at) : 1.0;
  const double p = self->readout[0] + reads * (self->blank + left * (s - self->blank));
  const double slope[3] = {
    reads * left * factor * sin (2.0 * factor * at) * stretch,
    -reads * factor * left * (s - self->blank),
    self->fits_blank ? reads * (1.0 - left) : 0.0,
  };

  for (guint i = 0; i < 9; i++)
    info[i / 3][i % 3] += n / MAX (p * (1.0 - p), 1e-9) * slope[i / 3] * slope[i % 3];
}

/* What is left of the information on the angle when the others are unknown: the inverse
 * of its element of the inverse. */
static double
on_angle (const double info[3][3])
{
  const double b = info[1][1] * (1.0 + 1e-9) + 1e-9;
  const double c = info[2][2] * (1.0 + 1e-9) + 1e-9, bc = info[1][2];
  const double ab = info[0][1], ac = info[0][2];

  return info[0][0] -
         (c * ab * ab - 2.0 * bc * ab * ac + b * ac * ac) / (b * c - bc * bc);
}

/**
 * qs_dimmed_best_factor:
 * @angle: as far as it is known
 * @n_shots: that there will be
 * @longest: of those there are; while more than this is remembered, only longer ones
 * are looked at, up to @most
 *
 * Returns: the odd factor whose outcomes tell most about the angle per use of A and A†,
 *   the decay being unknown too: long, but remembered, and at another phase than the
 *   outcomes there are
 */
double
qs_dimmed_best_factor (const QsDimmed *self,
                       double          angle,
                       guint           n_shots,
                       double          longest,
                       double          most)
{
  /* Where forgetting begins to cost more than length brings. */
  const double optimum = 0.43;
  const double least = self->decay * most < optimum ? longest + 2.0 : 1.0;
  double       known[3][3] = { { 0.0 } }, best = least, best_told = 0.0, before;

  for (guint i = 0; i < self->n; i++)
    inform (self, angle, self->factors[i], self->rescaled[i], self->shots[i], known);
  before = on_angle (known);

  for (double factor = least; factor <= most; factor += 2.0) {
    double info[3][3], told;

    memcpy (info, known, sizeof info);
    inform (self, angle, factor, FALSE, n_shots, info);
    told = (on_angle (info) - before) / factor;
    if (told > best_told) {
      best = factor;
      best_told = told;
    }
  }

  return best;
}

/**
 * qs_dimmed_width:
 *
 * Returns: of the interval of the angle, were its likelihood as round as its information
 */
double
qs_dimmed_width (const QsDimmed *self, double angle, double level)
{
  double known[3][3] = { { 0.0 } };

  for (guint i = 0; i < self->n; i++)
    inform (self, angle, self->factors[i], self->rescaled[i], self->shots[i], known);

  return 2.0 * qs_normal_quantile (0.5 + 0.5 * level) / sqrt (on_angle (known));
}

/**
 * qs_dimmed_reminding_factor:
 *
 * Returns: the odd factor up to @most whose rescaled outcomes tell most about the decay
 *   per use of A and A†: where all outcomes are a half, as those of p = 0.5 are, a device
 *   that forgets looks like one that remembers
 */
double
qs_dimmed_reminding_factor (const QsDimmed *self, double angle, double most)
{
  double best = 1.0, best_told = 0.0;

  for (double factor = 1.0; factor <= most; factor += 2.0) {
    double info[3][3] = { { 0.0 } };

    inform (self, angle, factor, TRUE, 1.0, info);
    if (info[1][1] / factor > best_told) {
      best = factor;
      best_told = info[1][1] / factor;
    }
  }

  return best;
}
