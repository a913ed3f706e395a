/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-turnover.h"

#include <math.h>

/* Gauss–Legendre rule with four nodes on [0, 1] (Abramowitz & Stegun 25.4.30) … */
#define N_NODES 4
static const double node[N_NODES] = { 0.069431844202973714, 0.33000947820757187,
                                      0.66999052179242813, 0.93056815579702623 };
static const double weight[N_NODES] = { 0.17392742256872693, 0.32607257743127307,
                                        0.32607257743127307, 0.17392742256872693 };
/* … and the integrals of its Lagrange polynomials from 0 to each node. */
static const double partial[N_NODES][N_NODES] = {
  { 8.69637112843634624e-02, -2.66041800849987943e-02, 1.26274626894047250e-02,
    -3.55514968579568333e-03 },
  { 1.88118117499868065e-01, 1.63036288715636524e-01, -2.78804286024708949e-02,
    6.73550059453815585e-03 },
  { 1.67191921974188779e-01, 3.53953006033743967e-01, 1.63036288715636524e-01,
    -1.41906949311411436e-02 },
  { 1.77482572254522603e-01, 3.13445114741868369e-01, 3.52676757516271866e-01,
    8.69637112843634624e-02 },
};

double
qs_pd_effect (const QsPdParameters *pd, double concentration_mg_l)
{
  double c, half;

  if (!(concentration_mg_l > 0.0))
    return 0.0;
  if (pd->gamma == 1.0)
    return pd->imax * concentration_mg_l / (pd->ic50 + concentration_mg_l);

  c = pow (concentration_mg_l / pd->ic50, pd->gamma);
  half = 1.0 + c;
  return isfinite (c) ? pd->imax * c / half : pd->imax;
}

double
qs_pd_direct (const QsPdParameters *pd, double concentration_mg_l)
{
  return pd->r0 * (1.0 - qs_pd_effect (pd, concentration_mg_l));
}

/**
 * qs_response_rises:
 *
 * At every time the biomarker rises with the dose, or falls with it: the effect grows
 * with the concentration and that with the dose, and where production is never smaller
 * nor loss larger no biomarker falls behind. So success has one critical dose in all
 * models.
 */
gboolean
qs_response_rises (QsResponseKind kind)
{
  return kind == QS_RESPONSE_INHIBITS_LOSS || kind == QS_RESPONSE_STIMULATES_PRODUCTION;
}

/**
 * qs_response_sustaining:
 * @relative: biomarker over its baseline, positive
 *
 * Returns: the constant effect that holds the biomarker there; it may be one that no drug
 * has: negative, or larger than Imax
 */
double
qs_response_sustaining (QsResponseKind kind, double relative)
{
  switch (kind) {
  case QS_RESPONSE_INHIBITS_LOSS:
    return 1.0 - 1.0 / relative;
  case QS_RESPONSE_STIMULATES_LOSS:
    return 1.0 / relative - 1.0;
  case QS_RESPONSE_STIMULATES_PRODUCTION:
    return relative - 1.0;
  case QS_RESPONSE_INHIBITS_PRODUCTION:
  case QS_RESPONSE_DIRECT_INHIBITION:
  default:
    return 1.0 - relative;
  }
}

/* dR/dt = kin a − kout b R: what the effect makes of production (a) and loss (b). */
double
qs_response_production (QsResponseKind kind, double effect)
{
  switch (kind) {
  case QS_RESPONSE_INHIBITS_PRODUCTION:
    return 1.0 - effect;
  case QS_RESPONSE_STIMULATES_PRODUCTION:
    return 1.0 + effect;
  case QS_RESPONSE_INHIBITS_LOSS:
  case QS_RESPONSE_STIMULATES_LOSS:
  case QS_RESPONSE_DIRECT_INHIBITION:
  default:
    return 1.0;
  }
}

double
qs_response_loss (QsResponseKind kind, double effect)
{
  switch (kind) {
  case QS_RESPONSE_INHIBITS_LOSS:
    return 1.0 - effect;
  case QS_RESPONSE_STIMULATES_LOSS:
    return 1.0 + effect;
  case QS_RESPONSE_INHIBITS_PRODUCTION:
  case QS_RESPONSE_STIMULATES_PRODUCTION:
  case QS_RESPONSE_DIRECT_INHIBITION:
  default:
    return 1.0;
  }
}

/**
 * qs_turnover_advance:
 * @amplitude: (array length=n): amplitudes of the concentration at the origin
 * @from_h: start of the step, h after the origin
 * @length_h: its length
 * @biomarker: the biomarker at its start, ng/mL
 *
 * One step of the turnover model. All four models are linear in the biomarker, so
 *
 *   R(h) = R(0) exp (−K(h)) + kin ∫ a(s) exp (K(s) − K(h)) ds,   K(s) = kout ∫ b
 *
 * is exact but for the quadrature of smooth input: eighth order in the step.
 *
 * Returns: the biomarker at its end
 */
double
qs_turnover_advance (const QsPdParameters *pd,
                     const QsPkResponse   *response,
                     const double         *amplitude,
                     double                from_h,
                     double                length_h,
                     double                biomarker)
{
  const double kin = pd->r0 * pd->kout;
  const double turns = pd->kout * length_h;
  double       a[N_NODES], b[N_NODES], whole = 0.0, input = 0.0;

  for (guint i = 0; i < N_NODES; i++) {
    const double c =
        qs_pk_concentration (response, amplitude, from_h + length_h * node[i]);
    const double effect = qs_pd_effect (pd, c);

    a[i] = qs_response_production (pd->kind, effect);
    b[i] = qs_response_loss (pd->kind, effect);
    whole += weight[i] * b[i];
  }

  for (guint i = 0; i < N_NODES; i++) {
    double part = 0.0;

    for (guint j = 0; j < N_NODES; j++)
      part += partial[i][j] * b[j];

    input += weight[i] * a[i] * exp (turns * (part - whole));
  }

  return biomarker * exp (-turns * whole) + kin * length_h * input;
}

/* A person between two doses. */
typedef struct {
  const QsPdParameters *pd;
  const QsPkResponse   *response;
  double                amplitude[QS_PK_N_RATES]; /* at the last start of absorption */
  double                origin_h;                 /* when that was */
  double                offset_h;                 /* since then */
  double                first_h;                  /* longest first step after it */
  double                biomarker;
} Walk;

/* The corner just after a dose: the effect changes on the time in which the concentration
 * changes by (IC50 + C). Never so short that the biomarker could not notice. */
static void
walk_measure_corner (Walk *self)
{
  double level = 0.0, slope = 0.0;

  for (guint i = 0; i < self->response->n; i++) {
    level += self->amplitude[i];
    slope -= self->amplitude[i] * self->response->rate[i];
  }

  self->first_h = 0.5 * (self->pd->ic50 + fabs (level)) / fabs (slope);
  /* A power of a concentration that begins at 0 is no polynomial: what the quadrature
   * misses of t^γ shrinks with the step to the power of γ + 1. */
  if (self->pd->gamma != 1.0 && fabs (level) < 1e-3 * self->pd->ic50)
    self->first_h *= 0.2;
  self->first_h = CLAMP (self->first_h, 1e-5 / self->pd->kout, 1.0);
  if (!isfinite (self->first_h))
    self->first_h = 1.0;
}

/* Longest step in turnover times; shorter where the drug changes how fast the biomarker
 * turns over. */
static double
longest_turn (QsResponseKind kind)
{
  return kind == QS_RESPONSE_INHIBITS_LOSS || kind == QS_RESPONSE_STIMULATES_LOSS ? 1.0
                                                                                  : 1.5;
}

/* Steps grow with the time since the dose (the exponentials left are then as slow), but
 * not without limit: at this mesh the error stays below 1e-6 of the biomarker, which the
 * tests hold against ODE solvers. */
static void
walk_to (Walk *self, double offset_h)
{
  if (self->pd->kind == QS_RESPONSE_DIRECT_INHIBITION) {
    self->offset_h = offset_h;
    return;
  }

  while (self->offset_h < offset_h) {
    const double left_h = offset_h - self->offset_h;
    double       step_h = MAX (self->first_h, 0.8 * self->offset_h);

    step_h = MIN (step_h, longest_turn (self->pd->kind) / self->pd->kout);
    step_h = step_h < left_h ? step_h : left_h;
    self->biomarker = qs_turnover_advance (self->pd, self->response, self->amplitude,
                                           self->offset_h, step_h, self->biomarker);
    self->offset_h = step_h == left_h ? offset_h : self->offset_h + step_h;
  }
}

static void
walk_read (const Walk *self, double *concentration_mg_l, double *response_ng_ml)
{
  const double c =
      MAX (0.0, qs_pk_concentration (self->response, self->amplitude, self->offset_h));

  *concentration_mg_l = c;
  *response_ng_ml = self->pd->kind == QS_RESPONSE_DIRECT_INHIBITION
                        ? qs_pd_direct (self->pd, c)
                        : self->biomarker;
}

/* The biomarker at the start of absorption in the periodic state: one interval maps it
 * affinely, so two walks give the fixed point. */
static double
periodic_biomarker (Walk walk, double interval_h)
{
  Walk from_zero = walk, from_one = walk;

  from_zero.biomarker = 0.0;
  from_one.biomarker = 1.0;
  walk_to (&from_zero, interval_h);
  walk_to (&from_one, interval_h);

  return from_zero.biomarker / (1.0 - (from_one.biomarker - from_zero.biomarker));
}

static void
walk_take_dose (Walk *self, double start_h, double dose_mg)
{
  if (isfinite (self->origin_h)) {
    walk_to (self, start_h - self->origin_h);
    qs_pk_decay (self->response, self->amplitude, start_h - self->origin_h);
  }
  qs_pk_dose (self->response, self->amplitude, dose_mg);
  self->origin_h = start_h;
  self->offset_h = 0.0;
  walk_measure_corner (self);
}

/* A constant input is what a constant, the last of the exponentials, less the decay of
 * the others makes of it. */
static void
walk_take_rate (Walk *self, double start_h, double rate_mg_h)
{
  const guint last = self->response->n - 1;

  walk_take_dose (self, start_h, 0.0);
  for (guint i = 0; i < last; i++) {
    const double part = rate_mg_h * self->response->unit[i] / self->response->rate[i];

    self->amplitude[i] -= part;
    self->amplitude[last] += part;
  }
  walk_measure_corner (self);
}

/* The biomarker after an interval that begins with @biomarker and an infusion. */
static double
through_infusion (Walk walk, const QsDose *dose, double biomarker)
{
  const double rate = dose->dose_mg / dose->duration_h;

  walk.origin_h = 0.0;
  walk.biomarker = biomarker;
  walk_take_rate (&walk, 0.0, rate);
  walk_take_rate (&walk, dose->duration_h, -rate);
  walk_to (&walk, dose->interval_h - dose->duration_h);
  return walk.biomarker;
}

/* Just before an infusion each amplitude is what the last one left, a geometric series
 * again; and one interval maps the biomarker affinely. */
static void
walk_take_steady_infusions (Walk *self, const QsDose *dose)
{
  const QsPkResponse *response = self->response;
  double              zero, one;

  for (guint i = 0; i < response->n; i++) {
    const double rate = response->rate[i];

    self->amplitude[i] = rate > 0.0
                             ? dose->dose_mg / dose->duration_h * response->unit[i] /
                                   rate * -expm1 (-rate * dose->duration_h) *
                                   exp (-rate * (dose->interval_h - dose->duration_h)) /
                                   -expm1 (-rate * dose->interval_h)
                             : 0.0;
  }
  zero = through_infusion (*self, dose, 0.0);
  one = through_infusion (*self, dose, 1.0);
  self->origin_h = dose->time_h;
  self->offset_h = 0.0;
  self->biomarker = zero / (1.0 - (one - zero));
  walk_measure_corner (self);
}

/* The dose before the one at @dose was absorbed from an interval ago, after the lag. */
static void
walk_take_steady_state (Walk *self, const QsDose *dose, double lag_h)
{
  qs_pk_steady_state (self->response, dose->dose_mg, dose->interval_h, self->amplitude);
  self->origin_h = dose->time_h - dose->interval_h + fmod (lag_h, dose->interval_h);
  self->offset_h = 0.0;
  walk_measure_corner (self);
  self->biomarker = periodic_biomarker (*self, dose->interval_h);
}

static void
walk_reset (Walk *self)
{
  for (guint i = 0; i < self->response->n; i++)
    self->amplitude[i] = 0.0;
  self->origin_h = -INFINITY;
  self->offset_h = 0.0;
  self->biomarker = self->pd->r0;
}

static double
start_of (const QsDose *dose, double lag_h)
{
  return dose->kind == QS_DOSE_GIVEN ? dose->time_h + lag_h : dose->time_h;
}

static gboolean
starts_anew (const QsDose *dose)
{
  return dose->kind == QS_DOSE_STEADY || dose->kind == QS_DOSE_RESET;
}

/* Infusions need one exponential more, which two compartments by mouth have no room for;
 * they get none. */
static void
make_room_for_infusions (QsPkResponse *response, const QsDose *doses, gsize n_doses)
{
  for (gsize i = 0; i < n_doses; i++) {
    if ((doses[i].kind == QS_DOSE_RATE || doses[i].duration_h > 0.0) &&
        response->n < QS_PK_N_RATES) {
      response->rate[response->n] = 0.0;
      response->unit[response->n] = 0.0;
      response->n++;
      return;
    }
  }
}

/* Whether the state starts anew before @doses[at] is absorbed. */
static gboolean
is_cancelled (const QsDose *doses, gsize n_doses, gsize at, double lag_h)
{
  const double start_h = start_of (&doses[at], lag_h);

  for (gsize i = at + 1; i < n_doses && doses[i].time_h < start_h; i++)
    if (starts_anew (&doses[i]))
      return TRUE;

  return FALSE;
}

static void
walk_take (Walk *self, const QsDose *dose, double lag_h)
{
  switch (dose->kind) {
  case QS_DOSE_GIVEN:
    walk_take_dose (self, dose->time_h + lag_h, dose->dose_mg);
    break;
  case QS_DOSE_STEADY:
    if (dose->duration_h > 0.0)
      walk_take_steady_infusions (self, dose);
    else
      walk_take_steady_state (self, dose, lag_h);
    break;
  case QS_DOSE_RESET:
    walk_reset (self);
    break;
  case QS_DOSE_RATE:
    walk_take_rate (self, dose->time_h, dose->dose_mg);
    break;
  default:
    g_assert_not_reached ();
  }
}

/**
 * qs_pkpd_simulate:
 * @doses: (array length=n_doses): doses by time, by the route of @pk; infusions into a
 * vein alone
 * @times_h: (array length=n_times): when to look, increasing
 * @concentration_mg_l: (out) (array length=n_times): mg/L
 * @response_ng_ml: (out) (array length=n_times): ng/mL, from the baseline before all
 * doses
 *
 * Concentration and biomarker of one person under any schedule. A dose given at a time
 * that is looked at counts from that time on. Relative error below 1e-6.
 */
void
qs_pkpd_simulate (const QsPkParameters *pk,
                  const QsPdParameters *pd,
                  const QsDose         *doses,
                  gsize                 n_doses,
                  const double         *times_h,
                  gsize                 n_times,
                  double               *concentration_mg_l,
                  double               *response_ng_ml)
{
  QsPkResponse response;
  Walk         walk = { .pd = pd, .response = &response };
  gsize        next = 0;

  qs_pk_response (pk, pk->route, &response);
  make_room_for_infusions (&response, doses, n_doses);
  walk_reset (&walk);

  for (gsize i = 0; i < n_times; i++) {
    for (; next < n_doses; next++) {
      if (is_cancelled (doses, n_doses, next, pk->tlag_h))
        continue;
      if (start_of (&doses[next], pk->tlag_h) > times_h[i])
        break;
      walk_take (&walk, &doses[next], pk->tlag_h);
    }

    if (isfinite (walk.origin_h))
      walk_to (&walk, times_h[i] - walk.origin_h);
    walk_read (&walk, &concentration_mg_l[i], &response_ng_ml[i]);
  }
}

/**
 * qs_pkpd_steady_state:
 * @times_h: (array length=n_times): hours after a dose, increasing, in [0, @interval_h]
 *
 * As qs_pkpd_simulate(), in the exact periodic state under @dose_mg every @interval_h. A
 * lag time shorter than the interval shifts the start of absorption within it.
 */
void
qs_pkpd_steady_state (const QsPkParameters *pk,
                      const QsPdParameters *pd,
                      double                dose_mg,
                      double                interval_h,
                      const double         *times_h,
                      gsize                 n_times,
                      double               *concentration_mg_l,
                      double               *response_ng_ml)
{
  QsPkResponse response;
  Walk         walk = { .pd = pd, .response = &response };
  const double lag_h = fmod (pk->tlag_h, interval_h);
  gboolean     absorbing = lag_h == 0.0;
  double       start;

  qs_pk_response (pk, pk->route, &response);
  qs_pk_steady_state (&response, dose_mg, interval_h, walk.amplitude);
  walk_measure_corner (&walk);
  start = periodic_biomarker (walk, interval_h);
  walk.biomarker = start;

  for (gsize i = 0; i < n_times; i++) {
    if (!absorbing && times_h[i] >= lag_h) {
      walk.offset_h = 0.0;
      walk.biomarker = start;
      absorbing = TRUE;
    }
    walk_to (&walk, absorbing ? times_h[i] - lag_h : interval_h - lag_h + times_h[i]);
    walk_read (&walk, &concentration_mg_l[i], &response_ng_ml[i]);
  }
}
