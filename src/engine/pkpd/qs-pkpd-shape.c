/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-shape.h"

#include "pkpd/qs-pkpd-predictor.h"
#include "pkpd/qs-pkpd-steady.h"

#include <math.h>

#define N QS_PKPD_N_PARAMETERS
#define BIT(parameter) (1u << (parameter))

/* Kinetics is linear, so what a critical dose needs beyond IC50 and the strength of the
 * effect (see below) depends on the person's kinetics alone:
 *
 *   log dose = log IC50 + logit (ε) / γ + D (ε, log BW),   ε = (1 − R / R0) / Imax
 *
 * D would be constant under a constant infusion; else it is smooth and bounded. It is
 * kept as a polynomial: fifth degree in ε, second in log BW. */
#define N_STRENGTHS 6
#define N_WEIGHTS 3

/* Chebyshev's nodes. */
static const double strength_node[N_STRENGTHS] = {
  0.017037086855465844, 0.1464466094067262, 0.37059047744873963,
  0.6294095225512604,   0.8535533905932737, 0.9829629131445341
};
static const double weight_node = 0.8660254037844386; /* −, 0, + */

/* What D may not depend on, or the polynomials would not be enough. */
static gboolean
is_shapeable (const QsPkpdStructure *structure)
{
  const guint fixed = BIT (QS_PKPD_IMAX) | BIT (QS_PKPD_GAMMA);

  return (structure->eta & fixed) == 0 && (structure->comed & fixed) == 0 &&
         (structure->bw & (fixed | BIT (QS_PKPD_R0) | BIT (QS_PKPD_IC50))) == 0;
}

/* Kinds of kinetics: co-medication has its own where it acts on more than R0 and IC50. */
static guint
n_kinds (const QsPkpdStructure *structure)
{
  return structure->comed & ~(BIT (QS_PKPD_R0) | BIT (QS_PKPD_IC50)) ? 2 : 1;
}

/**
 * qs_pkpd_shape_size:
 *
 * Returns: numbers per person, or 0 for a structure that has no shapes
 */
gsize
qs_pkpd_shape_size (const QsPredictor *predictor)
{
  const QsPkpdStructure *structure = qs_pkpd_predictor_structure (predictor);

  return is_shapeable (structure) ? (gsize) n_kinds (structure) * N_WEIGHTS * N_STRENGTHS
                                  : 0;
}

/* The coefficients, over powers of 2x − 1, of the polynomial through the points: divided
 * differences, multiplied out. */
static void
polynomial (const double x[N_STRENGTHS], double y[N_STRENGTHS], double power[N_STRENGTHS])
{
  double at[N_STRENGTHS];

  for (guint i = 0; i < N_STRENGTHS; i++) {
    at[i] = 2.0 * x[i] - 1.0;
    power[i] = 0.0;
  }
  for (guint order = 1; order < N_STRENGTHS; order++)
    for (guint i = N_STRENGTHS - 1; i >= order; i--)
      y[i] = (y[i] - y[i - 1]) / (at[i] - at[i - order]);

  for (guint i = N_STRENGTHS; i-- > 0;) {
    for (guint k = N_STRENGTHS - 1; k > 0; k--)
      power[k] = power[k - 1] - at[i] * power[k];
    power[0] = y[i] - at[i] * power[0];
  }
}

/* D of one person of one weight. Doses are chosen so that the strengths lie near
 * Chebyshev's nodes, going on as D went so far; where they really lie is computed. */
static void
shape_of (const QsPkpdSteady *steady, gboolean below, double power[N_STRENGTHS])
{
  const QsPdParameters *pd = &steady->pd;
  double                x[N_STRENGTHS], y[N_STRENGTHS];
  double                guess = -log (steady->unit_mean), last = guess;

  for (guint i = 0; i < N_STRENGTHS; i++) {
    const double near = log (strength_node[i] / (1.0 - strength_node[i]));
    const double u = near / pd->gamma + guess;
    const double relative = qs_pkpd_steady_extreme (steady, pd->ic50 * exp (u), below);

    x[i] = (1.0 - relative) / pd->imax;
    y[i] = u - log (x[i] / (1.0 - x[i])) / pd->gamma;
    guess = 2.0 * y[i] - last;
    last = y[i];
  }

  polynomial (x, y, power);
}

/* From values at the three weights to powers of the place between them. */
static void
over_weights (double powers[N_WEIGHTS][N_STRENGTHS], float *shape)
{
  for (guint k = 0; k < N_STRENGTHS; k++) {
    const double left = powers[0][k], middle = powers[1][k], right = powers[2][k];

    shape[k] = (float) middle;
    shape[N_STRENGTHS + k] = (float) (0.5 * (right - left) / weight_node);
    shape[2 * N_STRENGTHS + k] =
        (float) ((0.5 * (left + right) - middle) / (weight_node * weight_node));
  }
}

/**
 * qs_pkpd_shape_make:
 * @low_kg: the lightest person
 * @high_kg: the heaviest
 * @shape: (out) (array): qs_pkpd_shape_size() numbers per person
 *
 * See #QsPredictorClass.
 */
void
qs_pkpd_shape_make (const QsPredictor *predictor,
                    const QsCriterion *criterion,
                    QsRegimen          regimen,
                    double             low_kg,
                    double             high_kg,
                    gsize              n,
                    const float       *latent,
                    float             *shape)
{
  const guint  kinds = n_kinds (qs_pkpd_predictor_structure (predictor));
  const double interval_h = qs_regimen_interval_h (regimen);
  const double middle = 0.5 * (log (low_kg) + log (high_kg));
  const double half = 0.5 * (log (high_kg) - log (low_kg));

  for (gsize i = 0; i < n * kinds; i++) {
    double powers[N_WEIGHTS][N_STRENGTHS];

    for (guint w = 0; w < N_WEIGHTS; w++) {
      const double   place = weight_node * ((double) w - 1.0);
      QsPkParameters pk;
      QsPdParameters pd;
      QsPkpdSteady   steady;

      qs_pkpd_predictor_person (predictor, exp (middle + half * place), i % kinds,
                                latent + i / kinds * N, &pk, &pd);
      qs_pkpd_steady_prepare (&steady, &pk, &pd, criterion, interval_h);
      shape_of (&steady, criterion->success == QS_SUCCESS_BELOW, powers[w]);
    }
    over_weights (powers, shape + i * N_WEIGHTS * N_STRENGTHS);
  }
}

static float
horner (const float power[N_STRENGTHS], float t)
{
  float sum = power[N_STRENGTHS - 1];

  for (guint k = N_STRENGTHS - 1; k-- > 0;)
    sum = sum * t + power[k];

  return sum;
}

/**
 * qs_pkpd_shape_aim:
 * @curve: (out) (array): 2 × 3 numbers per person
 *
 * See #QsPredictorClass.
 */
void
qs_pkpd_shape_aim (const QsPredictor *predictor,
                   double             threshold_ng_ml,
                   gsize              n,
                   const float       *latent,
                   const float       *shape,
                   float             *curve)
{
  const QsPkpdStructure  *structure = qs_pkpd_predictor_structure (predictor);
  const QsPkpdPopulation *population = qs_pkpd_predictor_population (predictor);
  const guint             kinds = n_kinds (structure);
  const float             nobody[N] = { 0.0f };
  QsPkParameters          pk;
  QsPdParameters          pd[2];
  float                   log_relative[2], log_ic50[2];
  float                   omega[2] = { 0.0f, 0.0f };

  for (guint comed = 0; comed < 2; comed++) {
    qs_pkpd_predictor_person (predictor, 70.0, comed, nobody, &pk, &pd[comed]);
    log_relative[comed] = (float) log (threshold_ng_ml / pd[comed].r0);
    log_ic50[comed] = (float) log (pd[comed].ic50);
  }
  if (structure->eta & BIT (QS_PKPD_R0))
    omega[0] = (float) sqrt (population->omega2[QS_PKPD_R0]);
  if (structure->eta & BIT (QS_PKPD_IC50))
    omega[1] = (float) sqrt (population->omega2[QS_PKPD_IC50]);

  const float per_imax = (float) (1.0 / pd[0].imax),
              per_gamma = (float) (1.0 / pd[0].gamma);

  for (gsize i = 0; i < n; i++) {
    const float *z = latent + i * N;

    for (guint comed = 0; comed < 2; comed++) {
      const float *own = shape + (i * kinds + comed % kinds) * N_WEIGHTS * N_STRENGTHS;
      float       *c = curve + (2 * i + comed) * N_WEIGHTS;
      const float  relative = expf (log_relative[comed] - omega[0] * z[QS_PKPD_R0]);
      const float  strength = (1.0f - relative) * per_imax;

      for (guint w = 0; w < N_WEIGHTS; w++)
        c[w] = 0.0f;
      if (!(strength > 0.0f)) {
        c[0] = -INFINITY;
      } else if (!(strength < 1.0f)) {
        c[0] = INFINITY;
      } else {
        for (guint w = 0; w < N_WEIGHTS; w++)
          c[w] = horner (own + w * N_STRENGTHS, 2.0f * strength - 1.0f);
        c[0] += log_ic50[comed] + omega[1] * z[QS_PKPD_IC50] +
                per_gamma * logf (strength / (1.0f - strength));
      }
    }
  }
}
