/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-shape.h"

#include "pkpd/qs-pkpd-lanes.h"
#include "pkpd/qs-pkpd-predictor.h"
#include "pkpd/qs-pkpd-steady.h"

#include <math.h>
#include <string.h>

#define N QS_PKPD_N_PARAMETERS
#define BIT(parameter) (1u << (parameter))

/* Kinetics is linear, so what a critical dose needs beyond IC50 and the strength of the
 * effect (see below) depends on the person's kinetics alone:
 *
 *   log dose = log IC50 + logit (ε) / γ + D (ε, log BW),   ε = E / Imax
 *
 * with E the constant effect that would hold the biomarker. D would be constant under a
 * constant infusion; else it is smooth and bounded. It is
 * kept as a polynomial: fifth degree in ε, second in log BW. */
#define N_STRENGTHS 6
#define N_WEIGHTS 3

/* A shape's numbers: R0 over its typical value, 1 / Imax, then the polynomials, one set
 * per kind of kinetics; the person's own IC50 is part of their constant. Four people
 * stand side by side, so that one vector holds one number of each. */
#define LANES QS_PKPD_SHAPE_LANES
#define N_POWERS (N_WEIGHTS * N_STRENGTHS)
#define N_OWN 2 /* before the polynomials */

typedef float  Vector __attribute__ ((vector_size (4 * LANES)));
typedef gint32 Mask __attribute__ ((vector_size (4 * LANES)));

/* Chebyshev's nodes. */
static const double strength_node[N_STRENGTHS] = {
  0.017037086855465844, 0.1464466094067262, 0.37059047744873963,
  0.6294095225512604,   0.8535533905932737, 0.9829629131445341
};
static const double weight_node = 0.8660254037844386; /* −, 0, + */

/* What D may not depend on, or the polynomials would not be enough: they are not where a
 * weekly dose speeds up loss several times over. */
static gboolean
is_shapeable (const QsPkpdStructure *structure)
{
  const guint fixed = BIT (QS_PKPD_IMAX) | BIT (QS_PKPD_GAMMA);

  for (guint e = 0; e < structure->n_effects; e++)
    if (structure->effects[e].parameter == QS_PKPD_GAMMA)
      return FALSE;

  return structure->response != QS_RESPONSE_STIMULATES_LOSS &&
         !qs_pkpd_varies (structure, QS_PKPD_GAMMA) && (structure->comed & fixed) == 0 &&
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

  return is_shapeable (structure) ? N_OWN + (gsize) n_kinds (structure) * N_POWERS : 0;
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

    x[i] = qs_response_sustaining (pd->kind, relative) / pd->imax;
    y[i] = u - log (x[i] / (1.0 - x[i])) / pd->gamma;
    guess = 2.0 * y[i] - last;
    last = y[i];
  }

  polynomial (x, y, power);
}

/* So many people, each of all three weights, are simulated together. */
#define BLOCK 8
#define BLOCK_SIZE (BLOCK * N_WEIGHTS)

typedef struct {
  double column[QS_PKPD_N_LANE_VALUES][BLOCK_SIZE];
  double guess[BLOCK_SIZE];
  double last[BLOCK_SIZE];
  double x[BLOCK_SIZE][N_STRENGTHS];
  double y[BLOCK_SIZE][N_STRENGTHS];
} Block;

static gboolean
is_for_lanes (const QsPkParameters *pk,
              const QsPdParameters *pd,
              const QsCriterion    *criterion)
{
  return pk->route == QS_ROUTE_ORAL &&
         (pd->kind == QS_RESPONSE_INHIBITS_PRODUCTION ||
          pd->kind == QS_RESPONSE_STIMULATES_PRODUCTION) &&
         pd->gamma == 1.0 && criterion->window_from_h == 0.0 &&
         criterion->window_to_h == 0.0;
}

static void
block_set (Block                *self,
           gsize                 lane,
           const QsPkParameters *pk,
           const QsPdParameters *pd,
           double                interval_h)
{
  self->column[QS_PKPD_LANE_KA][lane] = pk->ka;
  self->column[QS_PKPD_LANE_CL][lane] = pk->cl;
  self->column[QS_PKPD_LANE_V][lane] = pk->v;
  self->column[QS_PKPD_LANE_Q][lane] = pk->q;
  self->column[QS_PKPD_LANE_V2][lane] = pk->v2;
  self->column[QS_PKPD_LANE_KOUT][lane] = pd->kout;
  self->column[QS_PKPD_LANE_IMAX][lane] = pd->imax;
  self->column[QS_PKPD_LANE_IC50][lane] = pd->ic50;
  /* 1 mg every interval is 1 / (CL interval) in the mean. */
  self->guess[lane] = self->last[lane] = log (pk->cl * interval_h);
}

/* As shape_of(), for many at a time: γ is 1 and the window the whole interval. All as if
 * production were inhibited: what is stimulated is the mirror image, so the highest value
 * there is the lowest here. */
static void
block_shape (Block   *self,
             gsize    n,
             guint    n_compartments,
             double   interval_h,
             gboolean below,
             double   powers[BLOCK_SIZE][N_STRENGTHS])
{
  double      extreme[BLOCK_SIZE], u[BLOCK_SIZE];
  QsPkpdLanes lanes = {
    .n_compartments = n_compartments,
    .interval_h = interval_h,
    .highest = below,
    .n = n,
    .biomarker = extreme,
  };

  for (guint k = 0; k < QS_PKPD_N_LANE_VALUES; k++)
    lanes.value[k] = self->column[k];

  for (guint i = 0; i < N_STRENGTHS; i++) {
    const double near = log (strength_node[i] / (1.0 - strength_node[i]));

    for (gsize l = 0; l < n; l++) {
      u[l] = near + self->guess[l];
      self->column[QS_PKPD_LANE_DOSE][l] =
          self->column[QS_PKPD_LANE_IC50][l] * exp (u[l]);
    }
    qs_pkpd_lanes_run (&lanes, QS_PKPD_LANES_AUTO);

    for (gsize l = 0; l < n; l++) {
      const double x = (1.0 - extreme[l]) / self->column[QS_PKPD_LANE_IMAX][l];

      self->x[l][i] = x;
      self->y[l][i] = u[l] - log (x / (1.0 - x));
      self->guess[l] = 2.0 * self->y[l][i] - self->last[l];
      self->last[l] = self->y[l][i];
    }
  }

  for (gsize l = 0; l < n; l++)
    polynomial (self->x[l], self->y[l], powers[l]);
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

/* The polynomials of @n of the people's kinds of kinetics, from @first on. */
static void
make_powers (const QsPredictor *predictor,
             const QsCriterion *criterion,
             double             interval_h,
             double             low_kg,
             double             high_kg,
             gsize              first,
             gsize              n,
             const float       *latent,
             double             powers[BLOCK_SIZE][N_STRENGTHS])
{
  const guint    kinds = n_kinds (qs_pkpd_predictor_structure (predictor));
  const gboolean below = criterion->success == QS_SUCCESS_BELOW;
  const double   middle = 0.5 * (log (low_kg) + log (high_kg));
  const double   half = 0.5 * (log (high_kg) - log (low_kg));
  QsPkParameters pk;
  QsPdParameters pd;
  Block          block;

  for (gsize l = 0; l < n * N_WEIGHTS; l++) {
    const gsize  i = first + l / N_WEIGHTS;
    const double place = weight_node * ((double) (l % N_WEIGHTS) - 1.0);

    qs_pkpd_predictor_person (predictor, exp (middle + half * place), i % kinds,
                              latent + i / kinds * N, &pk, &pd);
    if (is_for_lanes (&pk, &pd, criterion)) {
      block_set (&block, l, &pk, &pd, interval_h);
    } else {
      QsPkpdSteady steady;

      qs_pkpd_steady_prepare (&steady, &pk, &pd, criterion, interval_h);
      shape_of (&steady, below, powers[l]);
    }
  }

  if (is_for_lanes (&pk, &pd, criterion))
    block_shape (&block, n * N_WEIGHTS, pk.n_compartments, interval_h,
                 below != qs_response_rises (pd.kind), powers);
  for (gsize i = 0; i < n; i++)
    over_weights (powers + i * N_WEIGHTS);
}

/* One person of 70 kg without co-medication: the effects of both multiply what is here.
 */
static QsPdParameters
own_biomarker (const QsPredictor *predictor, const float *latent)
{
  QsPkParameters pk;
  QsPdParameters pd;

  qs_pkpd_predictor_person (predictor, 70.0, 0, latent, &pk, &pd);
  return pd;
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
  const guint          kinds = n_kinds (qs_pkpd_predictor_structure (predictor));
  const gsize          size = qs_pkpd_shape_size (predictor);
  const double         interval_h = qs_criterion_interval_h (criterion, regimen);
  const float          nobody[N] = { 0.0f };
  const QsPdParameters typical = own_biomarker (predictor, nobody);

  for (gsize first = 0; first < n * kinds; first += BLOCK) {
    const gsize n_now = MIN (BLOCK, n * kinds - first);
    double      powers[BLOCK_SIZE][N_STRENGTHS];

    make_powers (predictor, criterion, interval_h, low_kg, high_kg, first, n_now, latent,
                 powers);
    for (gsize l = 0; l < n_now; l++) {
      const gsize          i = (first + l) / kinds, kind = (first + l) % kinds;
      float               *own = shape + i / LANES * LANES * size + i % LANES;
      const QsPdParameters pd = own_biomarker (predictor, latent + i * N);

      own[0] = (float) (pd.r0 / typical.r0);
      own[LANES] = (float) (1.0 / pd.imax);
      powers[l * N_WEIGHTS][0] += log (pd.ic50 / typical.ic50);
      for (guint k = 0; k < N_POWERS; k++)
        own[(N_OWN + kind * N_POWERS + k) * LANES] =
            (float) powers[l * N_WEIGHTS + k / N_STRENGTHS][k % N_STRENGTHS];
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
  Vector         relative[2]; /* threshold over typical R0 */
  Vector         log_ic50[2];
  Vector         per_gamma;
  QsResponseKind kind;
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
    aim.per_gamma = all ((float) (1.0 / pd.gamma));
    aim.kind = pd.kind;
  }

  return aim;
}

/* See qs_response_sustaining(). */
static inline Vector
sustaining (QsResponseKind kind, Vector relative)
{
  switch (kind) {
  case QS_RESPONSE_INHIBITS_LOSS:
    return all (1.0f) - all (1.0f) / relative;
  case QS_RESPONSE_STIMULATES_LOSS:
    return all (1.0f) / relative - all (1.0f);
  case QS_RESPONSE_STIMULATES_PRODUCTION:
    return relative - all (1.0f);
  case QS_RESPONSE_INHIBITS_PRODUCTION:
  case QS_RESPONSE_DIRECT_INHIBITION:
  default:
    return all (1.0f) - relative;
  }
}

/* Four people's logarithms of the critical dose. */
static Vector
place_of (const Aim *aim, const float *shape, guint kinds, Mask comed, Vector where)
{
  const Vector *own = (const Vector *) (gconstpointer) shape;
  const Vector  relative = choose (comed, aim->relative[1], aim->relative[0]) / own[0];
  const Vector  strength = sustaining (aim->kind, relative) * own[1];
  const Mask    needs_none = strength <= all (0.0f), never = strength >= all (1.0f);
  const Vector  inside = choose (needs_none | never, all (0.5f), strength);
  const Vector  t = inside + inside - all (1.0f);
  const Vector *power = own + N_OWN;
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
