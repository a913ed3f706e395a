/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-compartment.h"

#include <math.h>

/* Where ka meets a disposition rate, the two exponentials become t·exp (−rate t). Keeping
 * them this far apart, relative, changes the concentration by less than 1e-7 and leaves
 * nine digits after the cancellation. */
static const double least_gap = 1e-7;

/* Disposition after a unit bolus. The rates are the roots of λ² − (k10 + k12 + k21) λ +
 * k10 k21; the smaller one is computed as product over larger root, so that nothing
 * cancels (Gibaldi & Perrier 1982, chapter 2). */
static void
disposition (const QsPkParameters *pk, QsPkResponse *response)
{
  const double k10 = pk->cl / pk->v;
  double       k12, k21, sum, alpha, beta;

  if (pk->n_compartments == 1) {
    *response = (QsPkResponse){ .n = 1, .rate = { k10 }, .unit = { 1.0 / pk->v } };
    return;
  }

  k12 = pk->q / pk->v;
  k21 = pk->q / pk->v2;
  sum = k10 + k12 + k21;
  alpha = 0.5 * (sum + sqrt ((k10 + k12 - k21) * (k10 + k12 - k21) + 4.0 * k12 * k21));
  beta = k10 * k21 / alpha;

  *response = (QsPkResponse){
    .n = 2,
    .rate = { alpha, beta },
    .unit = { (alpha - k21) / ((alpha - beta) * pk->v),
              (k21 - beta) / ((alpha - beta) * pk->v) },
  };
}

static double
apart (double ka, double rate)
{
  const double gap = least_gap * rate;

  if (fabs (ka - rate) >= gap)
    return ka;

  return ka >= rate ? rate + gap : rate - gap;
}

/**
 * qs_pk_response:
 * @pk: the parameters
 * @route: oral (first-order absorption, bioavailability within the parameters) or bolus
 * @response: (out caller-allocates): concentration after 1 mg
 *
 * First-order absorption convolves each disposition exponential with ka exp (−ka t).
 */
void
qs_pk_response (const QsPkParameters *pk, QsRoute route, QsPkResponse *response)
{
  double ka = pk->ka, absorbed = 0.0;

  disposition (pk, response);
  if (route == QS_ROUTE_BOLUS)
    return;

  for (guint i = 0; i < response->n; i++)
    ka = apart (ka, response->rate[i]);

  for (guint i = 0; i < response->n; i++) {
    response->unit[i] *= ka / (ka - response->rate[i]);
    absorbed -= response->unit[i];
  }

  response->rate[response->n] = ka;
  response->unit[response->n] = absorbed;
  response->n++;
}

/**
 * qs_pk_allometry:
 *
 * Scales parameters of a 70 kg person to @bw_kg: exponent 0.75 for clearances, 1 for
 * volumes (Anderson & Holford 2008).
 */
void
qs_pk_allometry (QsPkParameters *pk, double bw_kg)
{
  const double size = bw_kg / 70.0;
  const double flow = pow (size, 0.75);

  pk->cl *= flow;
  pk->q *= flow;
  pk->v *= size;
  pk->v2 *= size;
}

/**
 * qs_pk_concentration:
 * @amplitude: (array length=n): amplitudes at time 0
 *
 * Returns: the concentration, mg/L, @time_h later with no dose in between
 */
double
qs_pk_concentration (const QsPkResponse *self, const double *amplitude, double time_h)
{
  double sum = 0.0;

  for (guint i = 0; i < self->n; i++)
    sum += amplitude[i] * exp (-self->rate[i] * time_h);

  return sum;
}

/* Moves the amplitudes on by @time_h. */
void
qs_pk_decay (const QsPkResponse *self, double *amplitude, double time_h)
{
  for (guint i = 0; i < self->n; i++)
    amplitude[i] *= exp (-self->rate[i] * time_h);
}

/* Adds a dose that is absorbed from now on. */
void
qs_pk_dose (const QsPkResponse *self, double *amplitude, double dose_mg)
{
  for (guint i = 0; i < self->n; i++)
    amplitude[i] += dose_mg * self->unit[i];
}

/**
 * qs_pk_steady_state:
 * @amplitude: (out) (array length=n): amplitudes just after a dose
 *
 * The periodic state under @dose_mg every @interval_h: each amplitude is a geometric
 * series.
 */
void
qs_pk_steady_state (const QsPkResponse *self,
                    double              dose_mg,
                    double              interval_h,
                    double             *amplitude)
{
  for (guint i = 0; i < self->n; i++)
    amplitude[i] = self->unit[i] != 0.0
                       ? dose_mg * self->unit[i] / -expm1 (-self->rate[i] * interval_h)
                       : 0.0;
}

/**
 * qs_pk_auc:
 *
 * Returns: area under the concentration over the next @time_h, h·mg/L
 */
double
qs_pk_auc (const QsPkResponse *self, const double *amplitude, double time_h)
{
  double sum = 0.0;

  for (guint i = 0; i < self->n; i++)
    sum += amplitude[i] / self->rate[i] * -expm1 (-self->rate[i] * time_h);

  return sum;
}
