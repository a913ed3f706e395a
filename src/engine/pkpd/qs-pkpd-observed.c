/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-observed.h"

#include "domain/qs-subject.h"

#include <math.h>

#define MAX_STEPS QS_PKPD_STEADY_MAX_STEPS

/**
 * qs_pkpd_observed_level:
 * @noise: standard normal value of one look
 *
 * Returns: the highest true biomarker R whose observed value R + noise · sd (R), with
 * sd² = additive² + (proportional · R)², does not exceed @threshold_ng_ml; 0 or less
 * where none does, +infinity where all do
 */
double
qs_pkpd_observed_level (const QsPkpdPopulation *population,
                        double                  threshold_ng_ml,
                        double                  noise)
{
  const double add = noise * population->sigma_add[QS_ENDPOINT_PD];
  const double prop = noise * population->sigma_prop[QS_ENDPOINT_PD];
  const double rest = (1.0 - prop) * (1.0 + prop);
  const double root = sqrt (
      MAX (0.0, prop * prop * threshold_ng_ml * threshold_ng_ml + rest * add * add));

  /* (threshold − R)² = noise² sd² has a root on either side of the threshold. */
  if (noise < 0.0)
    return prop <= -1.0 ? INFINITY : (threshold_ng_ml + root) / rest;
  if (fabs (rest) < 1e-9)
    return 0.5 * (threshold_ng_ml - add * add / threshold_ng_ml);
  return (threshold_ng_ml - root) / rest;
}

/* Where the looks stand on the steps of an interval. */
typedef struct {
  const QsPkpdSteady *steady;
  gboolean            begins; /* success, with the dose; else it ends */
  guint               n;
  guint               step[QS_N_LOOKS];
  double              place[QS_N_LOOKS]; /* within the step, 0 to 1 */
  double              aim[QS_N_LOOKS];   /* strength of the effect at the level */
} Looks;

static void
find_place (Looks *self, guint look, double time_h)
{
  const QsPkpdSteady *steady = self->steady;
  double              at_h = 0.0;
  guint               s = 0;

  while (s + 1 < steady->n_steps && at_h + steady->length_h[s] < time_h)
    at_h += steady->length_h[s++];

  self->step[look] = s;
  self->place[look] = CLAMP ((time_h - at_h) / steady->length_h[s], 0.0, 1.0);
}

/* The cubic through values and slopes of a step of length @h. */
static double
hermite (double x, double h, double left, double right, double slope, double next_slope)
{
  const double a = 2.0 * (left - right) + h * (slope + next_slope);
  const double b = 3.0 * (right - left) - h * (2.0 * slope + next_slope);

  return left + x * (h * slope + x * (b + x * a));
}

/* By how much the strength of the effect lies above its aim: at the worst look, which is
 * the lowest where success begins with the dose and the highest where it ends. */
static double
miss (const Looks *self, double dose_mg)
{
  const QsPkpdSteady *steady = self->steady;
  const gboolean      direct = steady->pd.kind == QS_RESPONSE_DIRECT_INHIBITION;
  const double        sign = self->begins ? 1.0 : -1.0;
  double              value[MAX_STEPS + 1], slope[MAX_STEPS + 1], worst = INFINITY;

  if (!direct)
    qs_pkpd_steady_walk (steady, dose_mg, value, slope);

  for (guint i = 0; i < self->n; i++) {
    const guint  s = self->step[i];
    const double h = steady->length_h[s], x = self->place[i];
    const double relative =
        direct ? 1.0 - qs_pd_effect (&steady->pd,
                                     dose_mg *
                                         MAX (0.0, hermite (x, h, steady->unit_end[s],
                                                            steady->unit_end[s + 1],
                                                            steady->unit_slope[s],
                                                            steady->unit_slope[s + 1])))
               : hermite (x, h, value[s], value[s + 1], slope[s], slope[s + 1]);

    worst =
        MIN (worst, sign * (qs_pkpd_steady_strength (steady, relative) - self->aim[i]));
  }

  return sign * worst;
}

/* Secant steps over the log of the dose, kept within what is known to lie on either
 * side. */
static double
search (const Looks *self)
{
  const QsPdParameters *pd = &self->steady->pd;
  double                low = -INFINITY, high = INFINITY, slope = pd->gamma;
  double                u, last_u = 0.0, last = 0.0, aim = self->aim[0];

  for (guint i = 1; i < self->n; i++)
    aim = self->begins ? MAX (aim, self->aim[i]) : MIN (aim, self->aim[i]);
  u = log (pd->ic50 / self->steady->unit_mean) + aim / pd->gamma;

  for (guint turn = 0; turn < 200; turn++) {
    const double now = miss (self, exp (u));
    double       next;

    if (!(now > 0.0))
      low = u;
    else
      high = u;
    if (turn > 0 && isfinite (now) && (now - last) * (u - last_u) > 0.0)
      slope = (now - last) / (u - last_u);

    next = isfinite (now) ? u - now / slope : (now > 0.0 ? u - 1.0 : u + 1.0);
    if (next <= low || next >= high)
      next = isfinite (low) && isfinite (high) ? 0.5 * (low + high) : u;
    if (fabs (next - u) < 1e-7)
      return next;
    last_u = u;
    last = now;
    u = next;
  }

  return u;
}

/**
 * qs_pkpd_observed_critical:
 * @steady: prepared for any window
 * @looks_h: after the dose
 * @levels_ng_ml: what the true biomarker must stay at or below (above) at each look
 *
 * The biomarker moves one way with the dose at every time, so noise that belongs to the
 * look and not to the dose leaves everybody one critical dose.
 *
 * Returns: the dose, mg, at which success begins or ends: see #QsPredictorClass
 */
double
qs_pkpd_observed_critical (const QsPkpdSteady *steady,
                           QsSuccess           success,
                           const double        looks_h[QS_N_LOOKS],
                           const double        levels_ng_ml[QS_N_LOOKS])
{
  const QsResponseKind kind = steady->pd.kind;
  const gboolean       begins = (success == QS_SUCCESS_BELOW) != qs_response_rises (kind);
  Looks                looks = { .steady = steady, .begins = begins };

  for (guint i = 0; i < QS_N_LOOKS; i++) {
    const double relative = levels_ng_ml[i] / steady->pd.r0;
    const double effect = relative > 0.0 ? qs_response_sustaining (kind, relative)
                          : qs_response_rises (kind) ? -INFINITY
                                                     : INFINITY;

    if (begins && effect >= steady->pd.imax)
      return INFINITY;
    if (!begins && effect < 0.0)
      return -1.0;
    if (effect <= 0.0 || effect >= steady->pd.imax)
      continue; /* kept without a dose, or at any */

    looks.aim[looks.n] = qs_pkpd_steady_strength (steady, relative);
    find_place (&looks, looks.n++, looks_h[i]);
  }

  if (looks.n == 0)
    return begins ? 0.0 : INFINITY;

  return exp (search (&looks));
}
