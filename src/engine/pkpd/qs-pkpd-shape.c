/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-shape.h"

#include "pkpd/qs-pkpd-predictor.h"
#include "pkpd/qs-pkpd-steady.h"

#include <math.h>
#include <string.h>

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

/* A shape's numbers: R0 over its typical value, then the polynomials, one set per kind of
 * kinetics; the person's own IC50 is part of their constant. Four people stand side by
 * side, so that one vector holds one number of each. */
#define LANES QS_PKPD_SHAPE_LANES
#define N_POWERS (N_WEIGHTS * N_STRENGTHS)

typedef float  Vector __attribute__ ((vector_size (4 * LANES)));
typedef gint32 Mask __attribute__ ((vector_size (4 * LANES)));

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

  return is_shapeable (structure) ? 1 + (gsize) n_kinds (structure) * N_POWERS : 0;
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
over_weights (double powers[N_WEIGHTS][N_STRENGTHS])
{
  for (guint k = 0; k < N_STRENGTHS; k++) {
    const double left = powers[0][k], middle = powers[1][k], right = powers[2][k];

    powers[0][k] = middle;
    powers[1][k] = 0.5 * (right - left) / weight_node;
    powers[2][k] = (0.5 * (left + right) - middle) / (weight_node * weight_node);
  }
}

/* One person's polynomials for one kind of kinetics. */
static void
make_powers (const QsPredictor *predictor,
             const QsCriterion *criterion,
             double             interval_h,
             double             low_kg,
             double             high_kg,
             guint              comed,
             const float       *latent,
             double             powers[N_WEIGHTS][N_STRENGTHS])
{
  const double middle = 0.5 * (log (low_kg) + log (high_kg));
  const double half = 0.5 * (log (high_kg) - log (low_kg));

  for (guint w = 0; w < N_WEIGHTS; w++) {
    const double   place = weight_node * ((double) w - 1.0);
    QsPkParameters pk;
    QsPdParameters pd;
    QsPkpdSteady   steady;

    qs_pkpd_predictor_person (predictor, exp (middle + half * place), comed, latent, &pk,
                              &pd);
    qs_pkpd_steady_prepare (&steady, &pk, &pd, criterion, interval_h);
    shape_of (&steady, criterion->success == QS_SUCCESS_BELOW, powers[w]);
  }
  over_weights (powers);
}

/* Standard deviation of a parameter between people; 0 where it does not vary. */
static double
spread (const QsPredictor *predictor, QsPkpdParameter parameter)
{
  return qs_pkpd_varies (qs_pkpd_predictor_structure (predictor), parameter)
             ? sqrt (qs_pkpd_predictor_population (predictor)->omega2[parameter])
             : 0.0;
}

/**
 * qs_pkpd_shape_make:
 * @low_kg: the lightest person
 * @high_kg: the heaviest
 * @shape: (out) (array): qs_pkpd_shape_size() numbers per person, room for a multiple of
 * %QS_PKPD_SHAPE_LANES people
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
  const gsize  size = qs_pkpd_shape_size (predictor);
  const double interval_h = qs_regimen_interval_h (regimen);
  const double r0_spread = spread (predictor, QS_PKPD_R0);
  const double ic50_spread = spread (predictor, QS_PKPD_IC50);

  for (gsize i = 0; i < n; i++) {
    float       *own = shape + i / LANES * LANES * size + i % LANES;
    const float *z = latent + i * N;

    own[0] = (float) exp (r0_spread * (double) z[QS_PKPD_R0]);
    for (guint kind = 0; kind < kinds; kind++) {
      double powers[N_WEIGHTS][N_STRENGTHS];

      make_powers (predictor, criterion, interval_h, low_kg, high_kg, kind, z, powers);
      powers[0][0] += ic50_spread * (double) z[QS_PKPD_IC50];
      for (guint k = 0; k < N_POWERS; k++)
        own[(1 + kind * N_POWERS + k) * LANES] =
            (float) powers[k / N_STRENGTHS][k % N_STRENGTHS];
    }
  }

  /* Nobody stands in the last lanes; what is computed of them is not looked at. */
  for (gsize i = n; i % LANES != 0; i++)
    for (gsize k = 0; k < size; k++)
      shape[i / LANES * LANES * size + k * LANES + i % LANES] = 1.0f;
}

static inline Vector
all (float value)
{
  return (Vector){ value, value, value, value };
}

static inline Vector
choose (Mask mask, Vector yes, Vector no)
{
  return (Vector) ((mask & (Mask) yes) | (~mask & (Mask) no));
}

/* Natural logarithm of positive, normal numbers to single precision: exponent and
 * mantissa apart, the mantissa between √½ and √2 by the minimax polynomial of the Cephes
 * library (Moshier 1989). */
static inline Vector
logarithm (Vector x)
{
  static const float coefficient[] = { 7.0376836292e-2f, -1.1514610310e-1f,
                                       1.1676998740e-1f, -1.2420140846e-1f,
                                       1.4249322787e-1f, -1.6668057665e-1f,
                                       2.0000714765e-1f, -2.4999993993e-1f,
                                       3.3333331174e-1f };
  const Mask         bits = (Mask) x;
  Mask               exponent = (bits >> 23) - 127;
  Vector             mantissa = (Vector) ((bits & 0x007fffff) | 0x3f800000);
  const Mask         large = mantissa > all (1.41421356f);
  Vector             f, e, sum = all (coefficient[0]);

  mantissa = choose (large, mantissa * all (0.5f), mantissa);
  exponent -= large;
  f = mantissa - all (1.0f);
  e = __builtin_convertvector(exponent, Vector);
  for (guint k = 1; k < G_N_ELEMENTS (coefficient); k++)
    sum = sum * f + all (coefficient[k]);
  sum = sum * f * f * f + e * all (-2.12194440e-4f) - all (0.5f) * f * f;

  return f + sum + e * all (0.693359375f);
}

/* What differs with co-medication. */
typedef struct {
  Vector relative[2]; /* threshold over typical R0 */
  Vector log_ic50[2];
  Vector per_imax;
  Vector per_gamma;
} Aim;

static Aim
aim_at (const QsPredictor *predictor, double threshold_ng_ml)
{
  const float nobody[N] = { 0.0f };
  Aim         aim;

  for (guint comed = 0; comed < 2; comed++) {
    QsPkParameters pk;
    QsPdParameters pd;

    qs_pkpd_predictor_person (predictor, 70.0, comed, nobody, &pk, &pd);
    aim.relative[comed] = all ((float) (threshold_ng_ml / pd.r0));
    aim.log_ic50[comed] = all ((float) log (pd.ic50));
    aim.per_imax = all ((float) (1.0 / pd.imax));
    aim.per_gamma = all ((float) (1.0 / pd.gamma));
  }

  return aim;
}

/* Four people's logarithms of the critical dose. */
static Vector
place_of (const Aim *aim, const float *shape, guint kinds, Mask comed, Vector where)
{
  const Vector *own = (const Vector *) (gconstpointer) shape;
  const Vector  relative = choose (comed, aim->relative[1], aim->relative[0]) / own[0];
  const Vector  strength = (all (1.0f) - relative) * aim->per_imax;
  const Mask    needs_none = strength <= all (0.0f), never = strength >= all (1.0f);
  const Vector  inside = choose (needs_none | never, all (0.5f), strength);
  const Vector  t = inside + inside - all (1.0f);
  const Vector *power = own + 1;
  Vector        sum = all (0.0f);

  for (guint k = N_STRENGTHS; k-- > 0;) {
    Vector c[N_WEIGHTS];

    for (guint w = 0; w < N_WEIGHTS; w++) {
      c[w] = power[w * N_STRENGTHS + k];
      if (kinds == 2)
        c[w] = choose (comed, power[N_POWERS + w * N_STRENGTHS + k], c[w]);
    }
    sum = sum * t + (c[0] + where * (c[1] + where * c[2]));
  }
  sum += choose (comed, aim->log_ic50[1], aim->log_ic50[0]) +
         aim->per_gamma * logarithm (inside / (all (1.0f) - inside));

  return choose (needs_none, all (-INFINITY), choose (never, all (INFINITY), sum));
}

/**
 * qs_pkpd_shape_place:
 * @shape: of qs_pkpd_shape_make(), aligned to 16 bytes
 * @where: (array length=n): places of log body weight
 * @place: (out) (array length=n): logarithms of critical doses
 *
 * See #QsPredictorClass.
 */
void
qs_pkpd_shape_place (const QsPredictor *predictor,
                     double             threshold_ng_ml,
                     gsize              n,
                     const float       *shape,
                     const guint8      *comed,
                     const float       *where,
                     float             *place)
{
  const guint kinds = n_kinds (qs_pkpd_predictor_structure (predictor));
  const gsize size = qs_pkpd_shape_size (predictor);
  const Aim   aim = aim_at (predictor, threshold_ng_ml);

  for (gsize i = 0; i < n; i += LANES) {
    const gsize n_now = MIN (LANES, n - i);
    Mask        with = { 0 };
    Vector      at = { 0.0f }, found;

    for (gsize lane = 0; lane < n_now; lane++)
      with[lane] = comed[i + lane] != 0 ? -1 : 0;
    memcpy (&at, where + i, n_now * sizeof *where);
    found = place_of (&aim, shape + i * size, kinds, with, at);
    memcpy (place + i, &found, n_now * sizeof *place);
  }
}
