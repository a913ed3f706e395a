/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-schedule.h"

#include "pkpd/qs-pkpd-quadrature.h"

#include <math.h>

#define N_NODES QS_PKPD_STEADY_N_NODES
#define MAX_STEPS QS_PKPD_STEADY_MAX_STEPS

/* Numbers kept of a step: the concentrations of 1 mg at its nodes, its end and its start
 * (a bolus makes a difference to the end of the step before), and whether it is judged.
 */
#define STEP_SIZE (N_NODES + 3)
#define AT_END N_NODES
#define AT_START (N_NODES + 1)
#define JUDGED (N_NODES + 2)

/* Doses whose mean concentration lies this many powers of e away from IC50, over γ, are
 * the smallest and the largest that are tried. */
static const double widest_search = 32.0;

/* Two doses this near, as logarithms, are one. */
static const double resolution = 1e-7;

/* What a person's concentrations decay to within an interval, for all intervals alike. */
typedef struct {
  double node[MAX_STEPS][N_NODES][QS_PK_N_RATES];
  double end[MAX_STEPS][QS_PK_N_RATES];
} Decay;

static void
decay_at (const QsPkResponse *response, double time_h, double decay[QS_PK_N_RATES])
{
  for (guint j = 0; j < QS_PK_N_RATES; j++)
    decay[j] = j < response->n ? exp (-response->rate[j] * time_h) : 0.0;
}

static void
decay_prepare (Decay *self, const QsPkpdSteady *mesh, const QsPkResponse *response)
{
  double from_h = 0.0;

  for (guint s = 0; s < mesh->n_steps; s++) {
    for (guint i = 0; i < N_NODES; i++)
      decay_at (response, from_h + mesh->length_h[s] * qs_pkpd_node[i], self->node[s][i]);
    from_h += mesh->length_h[s];
    decay_at (response, from_h, self->end[s]);
  }
}

static double
unit (const double amplitude[QS_PK_N_RATES], const double decay[QS_PK_N_RATES])
{
  return MAX (0.0, amplitude[0] * decay[0] + amplitude[1] * decay[1] +
                       amplitude[2] * decay[2]);
}

/* Which of an interval's steps are judged: those of the window, in the intervals that
 * are; absorption starts a lag after the dose, so a step may belong to the interval of
 * the next one. */
static void
prepare_interval (QsPkpdSchedule     *self,
                  const QsPkResponse *response,
                  const Decay        *decay,
                  const double        amplitude[QS_PK_N_RATES],
                  double              start_h,
                  const QsDosing     *schedule)
{
  const QsPkpdSteady *mesh = &self->steady;
  static const double now[QS_PK_N_RATES] = { 1.0, 1.0, 1.0 };
  double *step = self->numbers + (gsize) self->n_intervals * mesh->n_steps * STEP_SIZE;
  double  from_h = 0.0;

  for (guint s = 0; s < mesh->n_steps; s++, step += STEP_SIZE) {
    const double   h = mesh->length_h[s];
    const double   at = (start_h + from_h + 0.5 * h) / schedule->interval_h;
    const gboolean judged =
        mesh->judged[s] && at >= schedule->judged_from - 1.0 && at <= schedule->judged_to;

    for (guint i = 0; i < N_NODES; i++)
      step[i] = unit (amplitude, decay->node[s][i]);
    step[AT_END] = unit (amplitude, decay->end[s]);
    step[AT_START] = s > 0 ? step[AT_END - (gint) STEP_SIZE] : unit (amplitude, now);
    step[JUDGED] = judged;
    if (judged && mesh->pd.kind == QS_RESPONSE_DIRECT_INHIBITION)
      qs_pkpd_unit_range (response, amplitude, from_h, h, &self->unit_low,
                          &self->unit_high);
    from_h += h;
  }

  self->n_intervals++;
}

/**
 * qs_pkpd_schedule_prepare:
 * @criterion: with a schedule that is not at steady state
 *
 * Intervals start with absorption; the first is the one that the first dose's time lies
 * in.
 */
void
qs_pkpd_schedule_prepare (QsPkpdSchedule       *self,
                          const QsPkParameters *pk,
                          const QsPdParameters *pd,
                          const QsCriterion    *criterion)
{
  const QsDosing *schedule = &criterion->schedule;
  const double    interval_h = schedule->interval_h;
  const gint   first = -(gint) MIN (QS_DOSING_MAX_DOSES, ceil (pk->tlag_h / interval_h));
  const gint   end = (gint) schedule->judged_to;
  double       amplitude[QS_PK_N_RATES] = { 0.0 }, whole[QS_PK_N_RATES];
  QsPkResponse response;
  Decay        decay;
  gsize        n_numbers;

  qs_pkpd_steady_prepare (&self->steady, pk, pd, criterion, interval_h);
  qs_pk_response (pk, pk->route, &response);
  decay_prepare (&decay, &self->steady, &response);
  decay_at (&response, interval_h, whole);

  n_numbers = (gsize) (end - first) * self->steady.n_steps * STEP_SIZE;
  if (n_numbers > self->n_numbers) {
    g_free (self->numbers);
    self->numbers = g_new (double, n_numbers);
    self->n_numbers = n_numbers;
  }

  self->is_naive = schedule->is_naive;
  self->n_intervals = 0;
  self->unit_low = INFINITY;
  self->unit_high = 0.0;
  if (!self->is_naive) {
    qs_pk_steady_state (&response, 1.0, interval_h, amplitude);
    for (guint j = 0; j < QS_PK_N_RATES; j++)
      amplitude[j] *= whole[j];
  }

  for (gint k = first; k < end; k++) {
    qs_pk_dose (&response, amplitude, qs_dosing_factor (schedule, k + 1));
    prepare_interval (self, &response, &decay, amplitude, k * interval_h + pk->tlag_h,
                      schedule);
    for (guint j = 0; j < QS_PK_N_RATES; j++)
      amplitude[j] *= whole[j];
  }
}

void
qs_pkpd_schedule_clear (QsPkpdSchedule *self)
{
  g_free (self->numbers);
  self->numbers = NULL;
  self->n_numbers = 0;
}

/**
 * qs_pkpd_schedule_doses:
 * @dose_mg: the maintenance dose
 * @doses: (element-type QsDose): emptied, then all that qs_pkpd_simulate() needs up to
 * the end of what is judged; time 0 is that of the first dose
 */
void
qs_pkpd_schedule_doses (const QsDosing *schedule, double dose_mg, GArray *doses)
{
  const QsDose steady = { .dose_mg = dose_mg,
                          .kind = QS_DOSE_STEADY,
                          .interval_h = schedule->interval_h };

  g_array_set_size (doses, 0);
  if (!schedule->is_naive)
    g_array_append_val (doses, steady);

  for (gint k = 0; k < (gint) schedule->judged_to; k++) {
    const QsDose given = { .time_h = k * schedule->interval_h,
                           .dose_mg = dose_mg * qs_dosing_factor (schedule, k + 1) };

    if (given.dose_mg > 0.0)
      g_array_append_val (doses, given);
  }
}

/* The biomarker over its baseline where the first interval begins. */
static double
start (const QsPkpdSchedule *self, double dose_mg)
{
  double value[MAX_STEPS + 1], slope[MAX_STEPS + 1];

  if (self->is_naive)
    return 1.0;

  qs_pkpd_steady_walk (&self->steady, dose_mg, value, slope);
  return value[0];
}

/**
 * qs_pkpd_schedule_extreme:
 * @dose_mg: the maintenance dose
 * @highest: the highest value of all that is judged, else its lowest
 *
 * Returns: the biomarker over its baseline: as qs_pkpd_steady_extreme()
 */
double
qs_pkpd_schedule_extreme (const QsPkpdSchedule *self, double dose_mg, gboolean highest)
{
  const QsPkpdSteady   *mesh = &self->steady;
  const QsPdParameters *pd = &mesh->pd;
  const double          sign = highest ? 1.0 : -1.0;
  const double         *step = self->numbers;
  double                value, effect, top = -INFINITY;

  if (pd->kind == QS_RESPONSE_DIRECT_INHIBITION)
    return 1.0 -
           qs_pd_effect (pd, dose_mg * (highest ? self->unit_low : self->unit_high));

  value = start (self, dose_mg);
  for (guint k = 0; k < self->n_intervals; k++) {
    effect = qs_pd_effect (pd, dose_mg * step[AT_START]);
    for (guint s = 0; s < mesh->n_steps; s++, step += STEP_SIZE) {
      double effects[N_NODES], pass, input, next, next_effect;

      for (guint i = 0; i < N_NODES; i++)
        effects[i] = qs_pd_effect (pd, dose_mg * step[i]);
      qs_pkpd_steady_step (mesh, s, effects, &pass, &input);
      next = value * pass + input;
      next_effect = qs_pd_effect (pd, dose_mg * step[AT_END]);
      if (step[JUDGED] != 0.0)
        top = MAX (
            top, qs_pkpd_step_top (
                     sign, value, next,
                     mesh->length_h[s] * qs_pkpd_steady_slope (mesh, effect, value),
                     mesh->length_h[s] * qs_pkpd_steady_slope (mesh, next_effect, next)));
      value = next;
      effect = next_effect;
    }
  }

  return sign * top;
}

/* How much more effect than asked for the dose has, on the scale of strength. */
static double
excess (const QsPkpdSchedule *self, double log_dose, gboolean highest, double aim)
{
  const double extreme = qs_pkpd_schedule_extreme (self, exp (log_dose), highest);

  return qs_pkpd_steady_strength (&self->steady, extreme) - aim;
}

/* A dose too low and one that is not, as logarithms, with their excess. */
typedef struct {
  double low;
  double high;
  double at_low;
  double at_high;
} Bracket;

/* From a guess outwards, in steps that double. %FALSE where no dose is high enough. */
static gboolean
bracket (const QsPkpdSchedule *self, gboolean highest, double aim, Bracket *around)
{
  const QsPdParameters *pd = &self->steady.pd;
  const double          middle = log (pd->ic50 / self->steady.unit_mean);
  const double          reach = widest_search / pd->gamma;
  double                u = middle + CLAMP (aim / pd->gamma, -reach, reach);
  double                miss = excess (self, u, highest, aim);
  const gboolean        down = miss > 0.0;

  *around = (Bracket){ u, u, miss, miss };
  for (double step = 1.0; down == (miss > 0.0); step *= 2.0) {
    if (fabs (u - middle) > reach)
      return down;
    if (down)
      *around = (Bracket){ u - step, u, 0.0, miss };
    else
      *around = (Bracket){ u, u + step, miss, 0.0 };

    u = down ? around->low : around->high;
    miss = excess (self, u, highest, aim);
    *(down ? &around->at_low : &around->at_high) = miss;
  }

  return TRUE;
}

/* Where the excess turns positive: by the secant of both ends, of which the one that
 * stays counts for half each time (the Illinois method, Dowell & Jarratt 1971); by the
 * middle where an end has no finite value. */
static double
search (const QsPkpdSchedule *self, gboolean highest, double aim, Bracket around)
{
  double u = around.low, last;
  gint   side = 0;

  for (guint turn = 0; turn < 100 && around.high > around.low; turn++) {
    const gboolean secant = isfinite (around.at_low) && isfinite (around.at_high);
    const double share = secant ? around.at_low / (around.at_low - around.at_high) : 0.5;
    double       miss;

    last = u;
    u = around.low + share * (around.high - around.low);
    if (fabs (u - last) < resolution)
      break;

    miss = excess (self, u, highest, aim);
    if (miss > 0.0) {
      around.high = u;
      around.at_high = miss;
      around.at_low *= side > 0 ? 0.5 : 1.0;
      side = 1;
    } else {
      around.low = u;
      around.at_low = miss;
      around.at_high *= side < 0 ? 0.5 : 1.0;
      side = -1;
    }
  }

  return u;
}

/**
 * qs_pkpd_schedule_critical:
 *
 * The biomarker of every time follows the maintenance dose in one direction, as all doses
 * follow it, so there is one such dose.
 *
 * Returns: the maintenance dose, mg, at which success begins or ends: see
 * #QsPredictorClass; +infinity too where what is judged begins before any dose has acted
 */
double
qs_pkpd_schedule_critical (const QsPkpdSchedule *self,
                           QsSuccess             success,
                           double                threshold_ng_ml)
{
  const QsPdParameters *pd = &self->steady.pd;
  const gboolean        below = success == QS_SUCCESS_BELOW;
  const gboolean        begins = below != qs_response_rises (pd->kind);
  const double          relative = threshold_ng_ml / pd->r0;
  const double          effect = qs_response_sustaining (pd->kind, relative);
  double                aim;
  Bracket               around;

  if (effect <= 0.0)
    return begins || effect == 0.0 ? 0.0 : -1.0;
  if (effect >= pd->imax)
    return INFINITY;

  aim = qs_pkpd_steady_strength (&self->steady, relative);
  if (!bracket (self, below, aim, &around))
    return INFINITY;

  return exp (search (self, below, aim, around));
}
