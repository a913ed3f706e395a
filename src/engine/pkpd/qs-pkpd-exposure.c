/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-exposure.h"

#include "pkpd/qs-pkpd-quadrature.h"
#include "pkpd/qs-pkpd-steady.h"

#include <math.h>

#define MAX_STEPS QS_PKPD_STEADY_MAX_STEPS

/* Points at which a profile is looked for its peak, closer after the dose. */
#define N_LOOKS 32

/* Who is not there after so many doses comes nearer without end. */
#define MAX_DOSES 2000

static const double steady_share = 0.9;

static double
slope_at (const QsPkResponse *response, const double *amplitude, double time_h)
{
  double sum = 0.0;

  for (guint j = 0; j < response->n; j++)
    sum -= response->rate[j] * amplitude[j] * exp (-response->rate[j] * time_h);

  return sum;
}

/* The highest concentration of the next @length_h. */
static double
peak (const QsPkResponse *response, const double *amplitude, double length_h)
{
  double top = MAX (qs_pk_concentration (response, amplitude, 0.0),
                    qs_pk_concentration (response, amplitude, length_h));
  double before_h = 0.0, before = slope_at (response, amplitude, 0.0);

  for (guint i = 1; i <= N_LOOKS; i++) {
    const double share = (double) i / N_LOOKS, at_h = length_h * share * share;
    const double slope = slope_at (response, amplitude, at_h);

    if (before > 0.0 && slope <= 0.0) {
      double low_h = before_h, high_h = at_h;

      while (high_h - low_h > 1e-6 * length_h) {
        const double middle_h = 0.5 * (low_h + high_h);

        if (slope_at (response, amplitude, middle_h) > 0.0)
          low_h = middle_h;
        else
          high_h = middle_h;
      }
      top = MAX (top, qs_pk_concentration (response, amplitude, 0.5 * (low_h + high_h)));
    }
    before_h = at_h;
    before = slope;
  }

  return top;
}

/* The trough before dose n + 1 over that at steady state: each exponential of rate λ
 * comes near its last value as 1 − exp (−n λ τ). */
static double
trough_share (const QsPkResponse *response, double interval_h, double lag_h, guint n)
{
  double now = 0.0, last = 0.0;

  for (guint j = 0; j < response->n; j++) {
    const double turns = response->rate[j] * interval_h;
    const double part = response->unit[j] *
                        exp (-response->rate[j] * (interval_h - lag_h)) / -expm1 (-turns);

    now += part * -expm1 (-turns * n);
    last += part;
  }

  return now / last;
}

/* The first dose whose trough has come near enough. The share rises with every dose. */
static double
time_to_steady (const QsPkResponse *response, double interval_h, double lag_h)
{
  guint low = 0, high = 1;

  while (high < MAX_DOSES &&
         trough_share (response, interval_h, lag_h, high) < steady_share) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const guint middle = (low + high) / 2;

    if (trough_share (response, interval_h, lag_h, middle) < steady_share)
      low = middle;
    else
      high = middle;
  }

  return high * interval_h;
}

/* A person's steps of one interval, over time since the start of absorption, with the
 * exponentials of the concentrations they need. */
typedef struct {
  QsPkpdSteady steady;
  QsPkResponse response;
  double       fade[MAX_STEPS + 1][QS_PK_N_RATES]; /* at the steps' ends */
  double       node_fade[MAX_STEPS][QS_PKPD_N_NODES][QS_PK_N_RATES];
  double       begin_h[MAX_STEPS + 1];
  double       amplitude[QS_PK_N_RATES];
} Onset;

static void
onset_fade (const Onset *self, double time_h, double fade[QS_PK_N_RATES])
{
  for (guint j = 0; j < self->response.n; j++)
    fade[j] = exp (-self->response.rate[j] * time_h);
}

static void
onset_prepare (Onset                *self,
               const QsPkParameters *pk,
               const QsPdParameters *pd,
               double                interval_h)
{
  const QsCriterion whole = { .success = QS_SUCCESS_BELOW };

  qs_pkpd_steady_prepare (&self->steady, pk, pd, &whole, interval_h);
  qs_pk_response (pk, pk->route, &self->response);
  self->begin_h[0] = 0.0;
  onset_fade (self, 0.0, self->fade[0]);

  for (guint s = 0; s < self->steady.n_steps; s++) {
    const double h = self->steady.length_h[s];

    for (guint i = 0; i < QS_PKPD_N_NODES; i++)
      onset_fade (self, self->begin_h[s] + h * qs_pkpd_node[i], self->node_fade[s][i]);
    self->begin_h[s + 1] = self->begin_h[s] + h;
    onset_fade (self, self->begin_h[s + 1], self->fade[s + 1]);
  }
}

static double
concentration (const Onset *self, const double *fade)
{
  double sum = 0.0;

  for (guint j = 0; j < self->response.n; j++)
    sum += self->amplitude[j] * fade[j];

  return MAX (0.0, sum);
}

/* The biomarker over its baseline at the end of a step. */
static double
onset_step (const Onset *self, guint s, double value)
{
  const QsPdParameters *pd = &self->steady.pd;
  double                effect[QS_PKPD_N_NODES], pass, input;

  if (pd->kind == QS_RESPONSE_DIRECT_INHIBITION)
    return 1.0 - qs_pd_effect (pd, concentration (self, self->fade[s + 1]));

  for (guint i = 0; i < QS_PKPD_N_NODES; i++)
    effect[i] = qs_pd_effect (pd, concentration (self, self->node_fade[s][i]));
  qs_pkpd_steady_step (&self->steady, s, effect, &pass, &input);

  return value * pass + input;
}

/**
 * qs_pkpd_time_to_target:
 *
 * From one dose to the next the concentration at the same place of the interval never
 * falls and the biomarker never turns back, so the interval before the first one that
 * lies beyond the threshold as a whole has the last crossing.
 *
 * Returns: hours after the first dose from which on the biomarker stays at or below
 *   @threshold_ng_ml (at or above it, for a drug that makes it rise), read straight
 * between the steps of an interval; 0 for who needs no dose, +infinity for who never gets
 * there
 */
double
qs_pkpd_time_to_target (const QsPkParameters *pk,
                        const QsPdParameters *pd,
                        double                interval_h,
                        double                dose_mg,
                        double                threshold_ng_ml)
{
  const gboolean rises = qs_response_rises (pd->kind);
  const double   sign = rises ? -1.0 : 1.0; /* of what the drug has to lower */
  const double   level = threshold_ng_ml / pd->r0;
  double         value = 1.0, last_h = 0.0;
  Onset          self = { 0 };

  if (sign * level >= sign)
    return 0.0;

  onset_prepare (&self, pk, pd, interval_h);
  if (sign * qs_pkpd_steady_extreme (&self.steady, dose_mg, !rises) > sign * level)
    return INFINITY;

  for (guint dose = 0; dose < MAX_DOSES; dose++) {
    gboolean above = FALSE;

    for (guint j = 0; j < self.response.n; j++)
      self.amplitude[j] = self.amplitude[j] * self.fade[self.steady.n_steps][j] +
                          dose_mg * self.response.unit[j];

    for (guint s = 0; s < self.steady.n_steps; s++) {
      const double next = onset_step (&self, s, value);
      const double from_h = dose * interval_h + self.begin_h[s];

      if (sign * value > sign * level || sign * next > sign * level) {
        above = TRUE;
        last_h =
            from_h +
            self.steady.length_h[s] *
                (sign * next > sign * level ? 1.0 : (value - level) / (value - next));
      }
      value = next;
    }

    if (!above)
      return pk->tlag_h + last_h;
  }

  return INFINITY;
}

/**
 * qs_pkpd_exposure:
 * @threshold_ng_ml: of the time to target
 * @figures: (out): by #QsExposureFigure
 *
 * One person's exposure and kinetics under @dose_mg every @interval_h.
 */
void
qs_pkpd_exposure (const QsPkParameters *pk,
                  const QsPdParameters *pd,
                  double                interval_h,
                  double                dose_mg,
                  double                threshold_ng_ml,
                  double                figures[QS_N_EXPOSURE_FIGURES])
{
  const double lag_h = MIN (pk->tlag_h, interval_h);
  double       first[QS_PK_N_RATES] = { 0.0 }, steady[QS_PK_N_RATES], auc;
  QsPkResponse response;

  qs_pk_response (pk, pk->route, &response);
  qs_pk_dose (&response, first, dose_mg);
  qs_pk_steady_state (&response, dose_mg, interval_h, steady);
  auc = qs_pk_auc (&response, steady, interval_h);

  figures[QS_EXPOSURE_CMAX] = peak (&response, steady, interval_h);
  figures[QS_EXPOSURE_AUC_TAU] = auc;
  figures[QS_EXPOSURE_ACCUMULATION_CMAX] =
      figures[QS_EXPOSURE_CMAX] / peak (&response, first, interval_h - lag_h);
  figures[QS_EXPOSURE_ACCUMULATION_AUC] =
      auc / qs_pk_auc (&response, first, interval_h - lag_h);
  figures[QS_EXPOSURE_HALF_LIFE] =
      G_LN2 * interval_h / -log1p (-1.0 / figures[QS_EXPOSURE_ACCUMULATION_AUC]);
  figures[QS_EXPOSURE_STEADY] = time_to_steady (&response, interval_h, lag_h);
  figures[QS_EXPOSURE_TARGET] =
      qs_pkpd_time_to_target (pk, pd, interval_h, dose_mg, threshold_ng_ml);
}
