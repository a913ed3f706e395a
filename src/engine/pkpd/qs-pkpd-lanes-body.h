/* SPDX-License-Identifier: Apache-2.0 */

/* The simulation of many people, written once for every instruction set. A path defines
 * PATH_RUN, PATH_DECAY, the vector V of V_LANES doubles and its operations, then includes
 * this. Each operation is the same IEEE operation on every path, each lane is one person,
 * and the order is written out: all paths give the same bits. */

#include "pkpd/qs-pkpd-lanes-path.h"

#define N_RATES 3
#define KOUT N_RATES
#define PER_LEVEL QS_PKPD_LANES_STEPS_PER_LEVEL
#define MAX_LEVELS QS_PKPD_LANES_MAX_LEVELS
#define MAX_NODES (2 * QS_PKPD_LANES_MAX_STEPS + 1)

#define INLINE static inline __attribute__ ((always_inline))

/* Adding 1.5 × 2^52 rounds to an integer, which then stands in the lowest bits. */
#define ROUND_TO_INTEGER 6755399441055744.0
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10

/* Exponentials are kept above this, so that no product of two is denormal. */
#define LEAST 1e-150

/**
 * Work:
 * @rate: of the exponentials of the concentration
 * @unit: their amplitudes after 1 mg
 * @decay: the exponentials at the nodes: ends and middles of the steps
 * @input: per level, what production at start, middle and end of a step adds
 * @pass: per level, what a step leaves of the biomarker
 * @through: what the interval leaves
 * @production: at the nodes, over the baseline
 * @share: at the nodes, what production adds by the end of the interval
 *
 * What a vector of people needs while it runs.
 */
typedef struct {
  guint n_levels;
  guint n_nodes;
  V     length_h[MAX_LEVELS];
  V     kout, imax, ic50;
  V     rate[N_RATES];
  V     unit[N_RATES];
  V     decay[MAX_NODES][N_RATES];
  V     input[MAX_LEVELS][3];
  V     pass[MAX_LEVELS];
  V     through;
  V     production[MAX_NODES];
  V     share[MAX_NODES + 3];
} Work;

/* exp (−a) for a of at least 0: Taylor's polynomial of degree 12 on half a binade. */
INLINE V
v_exp_minus (V a)
{
  const V             minus = v_more_of (v_sub (v_set1 (0.0), a), v_set1 (-345.0));
  const V             rounder = v_set1 (ROUND_TO_INTEGER);
  const V             shifted = v_fma (minus, v_set1 (1.44269504088896340736), rounder);
  const V             n = v_sub (shifted, rounder);
  V                   r = v_fma (n, v_set1 (-LN2_HIGH), minus);
  V                   sum = v_set1 (1.0 / 479001600.0);
  static const double inverse_factorial[] = { 1.0,
                                              1.0,
                                              1.0 / 2.0,
                                              1.0 / 6.0,
                                              1.0 / 24.0,
                                              1.0 / 120.0,
                                              1.0 / 720.0,
                                              1.0 / 5040.0,
                                              1.0 / 40320.0,
                                              1.0 / 362880.0,
                                              1.0 / 3628800.0,
                                              1.0 / 39916800.0 };

  r = v_fma (n, v_set1 (-LN2_LOW), r);
  for (guint k = 12; k-- > 0;)
    sum = v_fma (sum, r, v_set1 (inverse_factorial[k]));

  return v_add_exponent (sum, shifted);
}

/* Rates and amplitudes: see qs_pk_response(). */
INLINE void
find_response (Work *work, guint n_compartments, const V value[QS_PKPD_N_LANE_VALUES])
{
  const V per_v = v_div (v_set1 (1.0), value[QS_PKPD_LANE_V]);
  const V k10 = v_mul (value[QS_PKPD_LANE_CL], per_v);
  V       ka = value[QS_PKPD_LANE_KA], absorbed = v_set1 (0.0);

  work->rate[0] = work->rate[1] = k10;
  work->unit[0] = per_v;
  work->unit[1] = v_set1 (0.0);
  if (n_compartments == 2) {
    const V k12 = v_mul (value[QS_PKPD_LANE_Q], per_v);
    const V k21 = v_div (value[QS_PKPD_LANE_Q], value[QS_PKPD_LANE_V2]);
    const V gap = v_sub (v_add (k10, k12), k21);
    const V root = v_sqrt (v_fma (gap, gap, v_mul (v_mul (v_set1 (4.0), k12), k21)));
    const V alpha = v_mul (v_set1 (0.5), v_add (v_add (v_add (k10, k12), k21), root));
    const V beta = v_div (v_mul (k10, k21), alpha);
    const V scale = v_div (per_v, root);

    work->rate[0] = alpha;
    work->rate[1] = beta;
    work->unit[0] = v_mul (v_sub (alpha, k21), scale);
    work->unit[1] = v_mul (v_sub (k21, beta), scale);
  }

  for (guint j = 0; j < 2; j++) {
    const V rate = work->rate[j], gap = v_mul (v_set1 (1e-7), rate);
    const V over = v_sub (ka, rate), distance = v_more_of (over, v_sub (rate, ka));
    const V side = v_if_more (rate, ka, v_sub (rate, gap), v_add (rate, gap));

    ka = v_if_more (gap, distance, side, ka);
  }
  for (guint j = 0; j < 2; j++) {
    work->unit[j] = v_mul (work->unit[j], v_div (ka, v_sub (ka, work->rate[j])));
    absorbed = v_sub (absorbed, work->unit[j]);
  }
  work->rate[2] = ka;
  work->unit[2] = absorbed;
}

/* Simpson's rule with the loss taken exactly: weights of ∫ a (s) τ exp (−τ (1 − s)) ds
 * over [0, 1] for the parabola through a's values at 0, ½ and 1. Below a tenth of a
 * turnover the moments would cancel, and Simpson's own weights are as good. */
INLINE void
find_input (Work *work, guint level, V half_pass)
{
  const V turns = v_mul (work->kout, work->length_h[level]);
  const V pass = v_mul (half_pass, half_pass);
  const V per_turns = v_div (v_set1 (1.0), turns);
  const V m0 = v_sub (v_set1 (1.0), pass);
  const V m1 = v_sub (v_set1 (1.0), v_mul (m0, per_turns));
  const V m2 = v_sub (v_set1 (1.0), v_mul (v_add (m1, m1), per_turns));
  const V sixth = v_mul (turns, v_set1 (1.0 / 6.0)), limit = v_set1 (0.1);
  V      *input = work->input[level];

  input[0] = v_if_more (limit, turns, v_mul (sixth, pass),
                        v_add (v_fma (v_set1 (-3.0), m1, m0), v_add (m2, m2)));
  input[1] = v_mul (v_set1 (4.0),
                    v_if_more (limit, turns, v_mul (sixth, half_pass), v_sub (m1, m2)));
  input[2] = v_if_more (limit, turns, sixth, v_sub (v_add (m2, m2), m1));
  work->pass[level] = pass;
}

/* All exponentials by multiplication: four are computed per person. */
INLINE void
find_decays (Work *work, double half_h)
{
  V     step[N_RATES + 1];
  guint node = 0;

  for (guint j = 0; j < N_RATES; j++) {
    step[j] = v_exp_minus (v_mul (work->rate[j], v_set1 (half_h)));
    work->decay[0][j] = v_set1 (1.0);
  }
  step[KOUT] = v_exp_minus (v_mul (work->kout, v_set1 (half_h)));
  work->through = v_set1 (1.0);

  for (guint level = 0; level < work->n_levels; level++) {
    work->length_h[level] = v_set1 (2.0 * half_h * (double) (1u << level));
    find_input (work, level, step[KOUT]);
    for (guint s = 0; s < PER_LEVEL; s++)
      work->through = v_mul (work->through, work->pass[level]);

    for (guint k = 0; k < 2 * PER_LEVEL; k++, node++)
      for (guint j = 0; j < N_RATES; j++)
        work->decay[node + 1][j] =
            v_more_of (v_mul (work->decay[node][j], step[j]), v_set1 (LEAST));
    for (guint j = 0; j <= N_RATES; j++)
      step[j] = v_more_of (v_mul (step[j], step[j]), v_set1 (LEAST));
  }
  work->n_nodes = node + 1;
}

INLINE V
concentration_at (const Work *work, const V amplitude[N_RATES], guint node)
{
  const V *decay = work->decay[node];

  return v_fma (amplitude[0], decay[0],
                v_fma (amplitude[1], decay[1], v_mul (amplitude[2], decay[2])));
}

/* Production at two nodes for one division: 1 − Imax C / (IC50 + C). */
INLINE void
find_production (Work *work, const V amplitude[N_RATES], guint node)
{
  const V a = concentration_at (work, amplitude, node);
  const V b = concentration_at (work, amplitude, node + 1);
  const V under_a = v_add (work->ic50, a), under_b = v_add (work->ic50, b);
  const V factor = v_div (v_sub (v_set1 (0.0), work->imax), v_mul (under_a, under_b));

  work->production[node] = v_fma (v_mul (a, under_b), factor, v_set1 (1.0));
  work->production[node + 1] = v_fma (v_mul (b, under_a), factor, v_set1 (1.0));
}

INLINE V
step_end (const Work *work, guint level, guint node, V biomarker)
{
  const V *input = work->input[level], *production = &work->production[node];

  return v_fma (biomarker, work->pass[level],
                v_fma (input[0], production[0],
                       v_fma (input[1], production[1], v_mul (input[2], production[2]))));
}

/* The step in which a curve turns downwards, with its values and slopes (per step). */
typedef struct {
  V highest;
  V at; /* the higher end of the step */
  V left, right, left_slope, right_slope;
} Top;

INLINE Top
top_new (V value)
{
  const V none = v_set1 (0.0);

  return (Top){ value, v_set1 (-1e300), none, none, none, none };
}

INLINE void
top_see (Top *self, V left, V right, V left_slope, V right_slope)
{
  const V none = v_set1 (0.0), never = v_set1 (-2e300);
  V       at = v_more_of (left, right);

  self->highest = v_more_of (self->highest, at);
  at = v_if_more (left_slope, none, v_if_more (none, right_slope, at, never), never);
  self->left = v_if_more (at, self->at, left, self->left);
  self->right = v_if_more (at, self->at, right, self->right);
  self->left_slope = v_if_more (at, self->at, left_slope, self->left_slope);
  self->right_slope = v_if_more (at, self->at, right_slope, self->right_slope);
  self->at = v_more_of (at, self->at);
}

/* The top of the cubic through values and slopes. */
INLINE V
top_value (const Top *self)
{
  const V none = v_set1 (0.0), slope = self->left_slope;
  const V rise = v_sub (self->right, self->left);
  const V a = v_fma (v_set1 (-2.0), rise, v_add (slope, self->right_slope));
  const V b =
      v_fma (v_set1 (3.0), rise,
             v_sub (v_set1 (0.0), v_add (v_add (slope, slope), self->right_slope)));
  const V root =
      v_sqrt (v_more_of (v_fma (b, b, v_mul (v_mul (v_set1 (-3.0), a), slope)), none));
  const V x = v_div (slope, v_sub (root, b));
  const V value = v_fma (x, v_fma (x, v_fma (x, a, b), slope), self->left);
  const V inside = v_if_more (x, none, v_if_more (v_set1 (1.0), x, value, self->highest),
                              self->highest);

  return v_if_more (self->at, v_set1 (-1e300), v_more_of (inside, self->highest),
                    self->highest);
}

/* The biomarker at the start of the interval in the periodic state: one interval maps it
 * affinely. */
INLINE V
periodic_start (const Work *work)
{
  V     all = v_set1 (0.0);
  guint node = 0;

  for (guint level = 0; level < work->n_levels; level++)
    for (guint s = 0; s < PER_LEVEL; s++, node += 2)
      all = step_end (work, level, node, all);

  return v_div (all, v_sub (v_set1 (1.0), work->through));
}

/* One interval, from the biomarker at its start. */
INLINE V
find_extreme (const Work *work, V biomarker, V sign)
{
  const V scale = v_mul (sign, work->kout);
  V       value = v_mul (sign, biomarker);
  V       slope = v_mul (scale, v_sub (work->production[0], biomarker));
  Top     top = top_new (value);
  guint   node = 0;

  for (guint level = 0; level < work->n_levels; level++) {
    const V length_h = work->length_h[level];

    for (guint s = 0; s < PER_LEVEL; s++, node += 2) {
      V next, next_slope;

      biomarker = step_end (work, level, node, biomarker);
      next = v_mul (sign, biomarker);
      next_slope = v_mul (scale, v_sub (work->production[node + 2], biomarker));
      top_see (&top, value, next, v_mul (length_h, slope), v_mul (length_h, next_slope));
      value = next;
      slope = next_slope;
    }
  }

  return v_mul (sign, top_value (&top));
}

INLINE V
slope_at (const Work *work, const V fall[N_RATES], guint node)
{
  return v_sub (v_set1 (0.0), concentration_at (work, fall, node));
}

/* The peak concentration: the nodes in between count too. */
INLINE V
find_peak (const Work *work, const V amplitude[N_RATES])
{
  V     fall[N_RATES], value, slope;
  Top   top;
  guint node = 0;

  for (guint j = 0; j < N_RATES; j++)
    fall[j] = v_mul (amplitude[j], work->rate[j]);
  value = concentration_at (work, amplitude, 0);
  slope = slope_at (work, fall, 0);
  top = top_new (value);

  for (guint level = 0; level < work->n_levels; level++) {
    const V half_h = v_mul (v_set1 (0.5), work->length_h[level]);

    for (guint k = 0; k < 2 * PER_LEVEL; k++) {
      const V next = concentration_at (work, amplitude, ++node);
      const V next_slope = slope_at (work, fall, node);

      top_see (&top, value, next, v_mul (half_h, slope), v_mul (half_h, next_slope));
      value = next;
      slope = next_slope;
    }
  }

  return top_value (&top);
}

/* What production at each node adds by the end of the interval; 0 beyond the last. */
INLINE void
find_shares (Work *work)
{
  V     later = v_set1 (1.0);
  guint node = work->n_nodes - 1;

  for (guint i = 0; i < 4; i++)
    work->share[node + i] = v_set1 (0.0);
  for (guint level = work->n_levels; level-- > 0;) {
    for (guint s = 0; s < PER_LEVEL; s++) {
      const V *input = work->input[level];

      work->share[node] = v_fma (later, input[2], work->share[node]);
      work->share[node - 1] = v_mul (later, input[1]);
      work->share[node - 2] = v_mul (later, input[0]);
      later = v_mul (later, work->pass[level]);
      node -= 2;
    }
  }
}

/* Σ share / (IC50 + C) over four nodes for one division. */
INLINE V
four_nodes (const Work *work, const V amplitude[N_RATES], guint node)
{
  V under[4], sum[2], product[2];

  for (guint i = 0; i < 4; i++)
    under[i] = v_add (work->ic50, concentration_at (work, amplitude, node + i));
  for (guint i = 0; i < 2; i++) {
    sum[i] = v_fma (work->share[node + 2 * i], under[2 * i + 1],
                    v_mul (work->share[node + 2 * i + 1], under[2 * i]));
    product[i] = v_mul (under[2 * i], under[2 * i + 1]);
  }

  return v_div (v_fma (sum[0], product[1], v_mul (sum[1], product[0])),
                v_mul (product[0], product[1]));
}

/* The biomarker after one interval more. */
INLINE V
next_biomarker (const Work *work, const V amplitude[N_RATES], V whole, V biomarker)
{
  const guint last = work->n_nodes - 1;
  V           sum = v_div (work->share[last],
                           v_add (work->ic50, concentration_at (work, amplitude, last)));

  for (guint node = 0; node < last; node += 4)
    sum = v_add (sum, four_nodes (work, amplitude, node));

  return v_fma (biomarker, work->through,
                v_fma (v_mul (work->imax, work->ic50), sum, whole));
}

/* The run-in: @amplitude and the result are those at the start of the last interval. */
INLINE V
run_in (Work *work, guint n_doses, const V unit[N_RATES], V amplitude[N_RATES])
{
  const V *decay = work->decay[work->n_nodes - 1];
  V        biomarker = v_set1 (1.0), whole = v_set1 (0.0);

  find_shares (work);
  for (guint node = 0; node < work->n_nodes; node++)
    whole = v_add (whole, work->share[node]);
  whole = v_mul (whole, v_sub (v_set1 (1.0), work->imax));

  for (guint j = 0; j < N_RATES; j++)
    amplitude[j] = unit[j];
  for (guint dose = 1; dose < n_doses; dose++) {
    biomarker = next_biomarker (work, amplitude, whole, biomarker);
    for (guint j = 0; j < N_RATES; j++)
      amplitude[j] = v_fma (amplitude[j], decay[j], unit[j]);
  }

  return biomarker;
}

static void
run_vector (const QsPkpdLanes *lanes,
            guint              n_levels,
            double             half_h,
            const double      *from[QS_PKPD_N_LANE_VALUES],
            double            *biomarker,
            double            *concentration)
{
  const V sign = v_set1 (lanes->highest ? 1.0 : -1.0);
  V       value[QS_PKPD_N_LANE_VALUES], amplitude[N_RATES], start = v_set1 (1.0);
  Work    work;

  for (guint i = 0; i < QS_PKPD_N_LANE_VALUES; i++)
    value[i] = from[i] != NULL ? v_load (from[i]) : v_set1 (1.0);
  work.n_levels = n_levels;
  work.kout = value[QS_PKPD_LANE_KOUT];
  work.imax = value[QS_PKPD_LANE_IMAX];
  work.ic50 = value[QS_PKPD_LANE_IC50];
  find_response (&work, lanes->n_compartments, value);
  find_decays (&work, half_h);

  for (guint j = 0; j < N_RATES; j++)
    work.unit[j] = v_mul (work.unit[j], value[QS_PKPD_LANE_DOSE]);
  if (lanes->n_doses > 0) {
    start = run_in (&work, lanes->n_doses, work.unit, amplitude);
  } else {
    const V *decay = work.decay[work.n_nodes - 1];

    for (guint j = 0; j < N_RATES; j++)
      amplitude[j] = v_div (work.unit[j], v_sub (v_set1 (1.0), decay[j]));
  }

  for (guint node = 0; node + 1 < work.n_nodes; node += 2)
    find_production (&work, amplitude, node);
  find_production (&work, amplitude, work.n_nodes - 2);
  if (lanes->n_doses == 0)
    start = periodic_start (&work);

  v_store (biomarker, find_extreme (&work, start, sign));
  if (concentration != NULL)
    v_store (concentration, find_peak (&work, amplitude));
}

/* The last people are filled up with copies of the very last. */
static void
run_rest (const QsPkpdLanes *lanes, guint n_levels, double half_h, gsize first)
{
  double        value[QS_PKPD_N_LANE_VALUES][V_LANES], biomarker[V_LANES];
  double        concentration[V_LANES];
  const double *from[QS_PKPD_N_LANE_VALUES];

  for (guint i = 0; i < QS_PKPD_N_LANE_VALUES; i++) {
    from[i] = lanes->value[i] != NULL ? value[i] : NULL;
    for (gsize k = 0; k < V_LANES && from[i] != NULL; k++)
      value[i][k] = lanes->value[i][MIN (first + k, lanes->n - 1)];
  }

  run_vector (lanes, n_levels, half_h, from, biomarker,
              lanes->concentration != NULL ? concentration : NULL);
  for (gsize k = 0; first + k < lanes->n; k++) {
    lanes->biomarker[first + k] = biomarker[k];
    if (lanes->concentration != NULL)
      lanes->concentration[first + k] = concentration[k];
  }
}

void
PATH_RUN (const QsPkpdLanes *lanes, guint n_levels, double half_h)
{
  gsize first = 0;

  for (; first + V_LANES <= lanes->n; first += V_LANES) {
    const double *from[QS_PKPD_N_LANE_VALUES];

    for (guint i = 0; i < QS_PKPD_N_LANE_VALUES; i++)
      from[i] = lanes->value[i] != NULL ? lanes->value[i] + first : NULL;
    run_vector (lanes, n_levels, half_h, from, lanes->biomarker + first,
                lanes->concentration != NULL ? lanes->concentration + first : NULL);
  }
  if (first < lanes->n)
    run_rest (lanes, n_levels, half_h, first);
}

void
PATH_DECAY (double *values, gsize n)
{
  for (gsize i = 0; i < n; i += V_LANES)
    v_store (values + i, v_exp_minus (v_load (values + i)));
}
