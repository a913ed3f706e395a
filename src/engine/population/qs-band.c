/* SPDX-License-Identifier: Apache-2.0 */
#include "population/qs-band.h"

#include "core/qs-parallel.h"
#include "core/qs-stats.h"
#include "population/qs-score.h"

#include <math.h>
#include <string.h>

#define CELLS_PER_FOLD 64
#define N_EFFECT_CELLS 1024
#define N_WEIGHTS 256
#define MAX_SAMPLE 64
#define PREDICTORS_PER_CHUNK 32
#define DOSES_PER_CHUNK 4

/* Standard normal values beyond these have a probability of 2e-9 (effects) and 6e-5
 * (weights: who is lighter or heavier counts as if at the end). */
static const double effect_end = 6.0, weight_end = 4.0;

/* Distribution function of a predictor's between-subject effect at even steps. */
typedef struct {
  gboolean none; /* the effect is 0 */
  double   low;
  double   cells_per_unit;
  double   cdf[N_EFFECT_CELLS + 1];
} Effect;

struct _QsBand {
  gsize         n_predictors;
  QsPredictor **predictors; /* owned */
  QsCriterion   criterion;
  double        scale_mg_per_kg;
  gsize         n_nodes;
  double      **scores; /* per predictor: nodes without, then with co-medication */
  Effect       *effects;
  double       *success; /* per cell and predictor: mean probability within the cell */

  /* The prior's distribution function, linear between these weights. */
  gsize  n_weights;
  double weights_kg[N_WEIGHTS + 1];
  double cdf[N_WEIGHTS + 1];
};

static double
node_dose (const QsBand *self, gsize node)
{
  return self->scale_mg_per_kg * expm1 ((double) node / CELLS_PER_FOLD);
}

static double
effect_value (const QsPredictor *predictor, QsSuccess success, gsize i)
{
  return predictor->klass->shift (predictor, success,
                                  effect_end * (2.0 * (double) i / N_EFFECT_CELLS - 1.0));
}

/* The effect is monotone in its normal value, rising or falling, so that its
 * distribution function is that of the normal value or one minus it. */
static void
fill_effect (Effect *self, const QsPredictor *predictor, QsSuccess success)
{
  double         values[N_EFFECT_CELLS + 1];
  const double   start = effect_value (predictor, success, 0);
  const double   end = effect_value (predictor, success, N_EFFECT_CELLS);
  const gboolean rises = end > start;
  gsize          m = 0;

  self->none = !(fabs (end - start) > 0.0);
  if (self->none)
    return;

  self->low = MIN (start, end);
  self->cells_per_unit = N_EFFECT_CELLS / fabs (end - start);
  for (gsize i = 0; i <= N_EFFECT_CELLS; i++)
    values[i] = effect_value (predictor, success, rises ? i : N_EFFECT_CELLS - i);

  for (gsize i = 0; i <= N_EFFECT_CELLS; i++) {
    const double x = self->low + (double) i / self->cells_per_unit;
    double       rest;

    while (m + 2 <= N_EFFECT_CELLS && values[m + 1] < x)
      m++;
    rest = CLAMP ((x - values[m]) / (values[m + 1] - values[m]), 0.0, 1.0);
    self->cdf[i] =
        qs_normal_cdf (effect_end * (2.0 * ((double) m + rest) / N_EFFECT_CELLS - 1.0));
  }
}

static double
effect_cdf (const Effect *self, double x)
{
  const double place = (x - self->low) * self->cells_per_unit;
  gsize        cell;

  if (!(place > 0.0))
    return 0.0;
  if (place >= N_EFFECT_CELLS)
    return 1.0;

  cell = (gsize) place;
  return self->cdf[cell] +
         (place - (double) cell) * (self->cdf[cell + 1] - self->cdf[cell]);
}

static gsize
nodes_for (const QsBand *self, double end_mg_per_kg)
{
  return (gsize) ceil (CELLS_PER_FOLD * log1p (end_mg_per_kg / self->scale_mg_per_kg)) +
         2;
}

/**
 * qs_band_new:
 * @predictors: (array length=n_predictors): the draws
 * @subject_effect: whether patients differ by more than weight and co-medication
 * @scale_mg_per_kg: see qs_table_new()
 * @end_mg_per_kg: how far the curves can be read
 * @error: return location for %QS_ERROR_CANCELLED or %QS_ERROR_NUMERIC
 *
 * Returns: (transfer full): the curves, to be aimed at a scenario, or %NULL
 */
QsBand *
qs_band_new (QsPredictor *const *predictors,
             gsize               n_predictors,
             const QsCriterion  *criterion,
             gboolean            subject_effect,
             double              scale_mg_per_kg,
             double              end_mg_per_kg,
             QsRun              *run,
             GError            **error)
{
  g_autoptr (QsBand) self = g_new0 (QsBand, 1);

  self->n_predictors = n_predictors;
  self->predictors = g_new (QsPredictor *, n_predictors);
  self->scores = g_new0 (double *, n_predictors);
  self->effects = g_new0 (Effect, n_predictors);
  self->criterion = *criterion;
  self->scale_mg_per_kg = scale_mg_per_kg;

  for (gsize i = 0; i < n_predictors; i++) {
    self->predictors[i] = qs_predictor_ref (predictors[i]);
    if (subject_effect && predictors[i]->has_subject_effect)
      fill_effect (&self->effects[i], predictors[i], criterion->success);
    else
      self->effects[i].none = TRUE;
  }

  if (!qs_band_extend (self, end_mg_per_kg, run, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
qs_band_free (QsBand *self)
{
  if (self == NULL)
    return;

  for (gsize i = 0; i < self->n_predictors; i++) {
    qs_predictor_unref (self->predictors[i]);
    g_free (self->scores[i]);
  }
  g_free (self->predictors);
  g_free (self->scores);
  g_free (self->effects);
  g_free (self->success);
  g_free (self);
}

/**
 * qs_band_extend:
 *
 * Makes the curves readable up to @end_mg_per_kg. Needs another qs_band_aim().
 */
gboolean
qs_band_extend (QsBand *self, double end_mg_per_kg, QsRun *run, GError **error)
{
  /* By whole e-folds, so that a slider doesn't ask for a few nodes at every step. */
  const gsize n = (nodes_for (self, end_mg_per_kg) / CELLS_PER_FOLD + 1) * CELLS_PER_FOLD;
  const gsize n_old = self->n_nodes, n_new = n - MIN (n_old, n);
  const gsize n_pairs = 2 * n_new;
  g_autofree double *doses = g_new (double, n_pairs);
  g_autofree guint8 *comed = g_new (guint8, n_pairs);
  g_autofree double *scores = g_new (double, n_pairs * self->n_predictors);

  if (n_new == 0)
    return TRUE;

  for (gsize i = 0; i < n_pairs; i++) {
    doses[i] = node_dose (self, n_old + i % n_new);
    comed[i] = i >= n_new;
  }

  for (gsize p = 0; p < self->n_predictors; p++) {
    const QsEvent event = {
      .stage = QS_STAGE_TABULATE,
      .fraction = (double) (p + 1) / (double) self->n_predictors,
    };

    if (!qs_score_many (self->predictors[p], &self->criterion, n_pairs, doses, comed,
                        scores + p * n_pairs, run, error) ||
        !qs_run_step (run, &event, error))
      return FALSE;
  }

  for (gsize p = 0; p < self->n_predictors; p++) {
    double       *merged = g_new (double, 2 * n);
    const double *added = scores + p * n_pairs;

    for (gsize c = 0; c < 2; c++) {
      if (n_old > 0)
        memcpy (merged + c * n, self->scores[p] + c * n_old, n_old * sizeof *merged);
      memcpy (merged + c * n + n_old, added + c * n_new, n_new * sizeof *merged);
    }
    g_free (self->scores[p]);
    self->scores[p] = merged;
  }

  self->n_nodes = n;
  self->success = g_renew (double, self->success, n * self->n_predictors);
  return TRUE;
}

/* Distribution function of a sample with jitter; of long samples, of 64 quantiles. */
static double
sample_cdf (const QsPrior *prior, double x)
{
  const gsize n = MIN (prior->n_values, MAX_SAMPLE);
  double      sum = 0.0;

  for (gsize i = 0; i < n; i++) {
    const double value = prior->values[(gsize) (((double) i + 0.5) / (double) n *
                                                (double) prior->n_values)];

    sum += prior->jitter > 0.0 ? qs_normal_cdf (log (x / value) / prior->jitter)
                               : x >= value;
  }

  return sum / (double) n;
}

/* The weight from which on downwards a band takes everyone for alike. */
double
qs_band_lightest_kg (const QsPrior *prior)
{
  switch (prior->kind) {
  case QS_PRIOR_UNIFORM:
    return prior->a;
  case QS_PRIOR_SAMPLE:
    return prior->values[0] * exp (-weight_end * prior->jitter) * 0.999;
  case QS_PRIOR_NORMAL:
  case QS_PRIOR_LOGNORMAL:
  default:
    return qs_prior_quantile (prior, qs_normal_cdf (-weight_end), 0.0);
  }
}

static void
aim_weights (QsBand *self, const QsPrior *prior)
{
  self->n_weights = prior->kind == QS_PRIOR_UNIFORM ? 2 : N_WEIGHTS + 1;

  for (gsize i = 0; i < self->n_weights; i++) {
    const double share = (double) i / (double) (self->n_weights - 1);

    if (prior->kind == QS_PRIOR_UNIFORM) {
      self->cdf[i] = share;
      self->weights_kg[i] = i == 0 ? prior->a : prior->b;
    } else if (prior->kind == QS_PRIOR_SAMPLE) {
      const double low = qs_band_lightest_kg (prior);
      const double high =
          prior->values[prior->n_values - 1] * exp (weight_end * prior->jitter) * 1.001;

      self->weights_kg[i] = low * pow (high / low, share);
      self->cdf[i] = sample_cdf (prior, self->weights_kg[i]);
    } else {
      self->cdf[i] = qs_normal_cdf (weight_end * (2.0 * share - 1.0));
      self->weights_kg[i] = qs_prior_quantile (prior, self->cdf[i], 0.0);
    }
  }

  self->cdf[0] = 0.0;
  self->cdf[self->n_weights - 1] = 1.0;
}

static double
weight_cdf (const QsBand *self, double bw_kg)
{
  gsize low = 0, high = self->n_weights - 1;

  if (!(bw_kg > self->weights_kg[0]))
    return 0.0;
  if (bw_kg >= self->weights_kg[high])
    return 1.0;

  while (high - low > 1) {
    const gsize middle = low + (high - low) / 2;

    if (self->weights_kg[middle] <= bw_kg)
      low = middle;
    else
      high = middle;
  }

  return self->cdf[low] + (bw_kg - self->weights_kg[low]) /
                              (self->weights_kg[high] - self->weights_kg[low]) *
                              (self->cdf[high] - self->cdf[low]);
}

/* The share of a cell, from one node's margin to the next one's, where the margin is not
 * negative. */
static double
share_inside (double a, double b)
{
  if ((a >= 0.0) == (b >= 0.0))
    return a >= 0.0;
  return MAX (a, b) / fabs (a - b);
}

typedef struct {
  QsBand           *band;
  const QsScenario *scenario;
  gsize             n_cells; /* to be aimed */
  const double     *doses_mg;
  double           *success;
} Aim;

/* The mean success within the cell from one node's margin to the next one's. */
static double
mean_success (const Effect *effect, double margin, double next_margin)
{
  return effect->none
             ? share_inside (margin, next_margin)
             : 0.5 * (effect_cdf (effect, margin) + effect_cdf (effect, next_margin));
}

static void
aim_predictors (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Aim    *aim = data;
  const QsBand *self = aim->band;
  const double  with = aim->scenario->comed_share, without = 1.0 - with;

  for (gsize p = begin; p < end; p++) {
    const QsPredictor *predictor = self->predictors[p];
    const Effect      *effect = &self->effects[p];
    const double  level = predictor->klass->level (predictor, self->criterion.success,
                                                   aim->scenario->threshold_ng_ml);
    const double *first = self->scores[p], *second = first + self->n_nodes;
    double       *success = self->success + p;

    for (gsize i = 0; i < aim->n_cells; i++) {
      double mean = 0.0;

      if (without > 0.0)
        mean += without * mean_success (effect, level - first[i], level - first[i + 1]);
      if (with > 0.0)
        mean += with * mean_success (effect, level - second[i], level - second[i + 1]);
      success[i * self->n_predictors] = mean;
    }
  }
}

/**
 * qs_band_aim:
 * @scenario: whose threshold, share with co-medication and prior to take
 * @highest_mg: the highest dose that will be asked for; that dose over the weights must
 * lie within the band
 *
 * Sets the question that qs_band_curves() answers.
 */
void
qs_band_aim (QsBand *self, const QsScenario *scenario, double highest_mg, QsRun *run)
{
  Aim aim = { .band = self, .scenario = scenario };

  aim_weights (self, &scenario->bw);
  aim.n_cells =
      MIN (nodes_for (self, highest_mg / self->weights_kg[0]), self->n_nodes - 1);
  qs_parallel_for (run, self->n_predictors, PREDICTORS_PER_CHUNK, aim_predictors, &aim);
}

/* p (dose) = Σ over cells of Pr[dose/BW in the cell] × mean success in the cell; the
 * predictors lie side by side, so that the inner loop is one multiplication each. */
static void
curve_doses (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Aim    *aim = data;
  const QsBand *self = aim->band;
  const gsize   n = self->n_predictors;
  const double  lightest = self->weights_kg[0];
  const double  heaviest = self->weights_kg[self->n_weights - 1];

  for (gsize j = begin; j < end; j++) {
    const double dose = aim->doses_mg[j];
    const gsize  from =
        (gsize) (CELLS_PER_FOLD * log1p (dose / heaviest / self->scale_mg_per_kg));
    const gsize to = MIN (nodes_for (self, dose / lightest), self->n_nodes - 1);
    double     *success = aim->success + j * n;
    double      above = 1.0;

    memset (success, 0, n * sizeof *success);

    /* Heavier patients get less per kg, so the distribution runs backwards. */
    for (gsize i = from; i < to; i++) {
      const double below =
          i + 1 < to ? weight_cdf (self, dose / node_dose (self, i + 1)) : 0.0;
      const double  weight = above - below;
      const double *cell = self->success + i * n;

      if (weight > 0.0)
        for (gsize p = 0; p < n; p++)
          success[p] += weight * cell[p];
      above = below;
    }
  }
}

/**
 * qs_band_curves:
 * @doses_mg: (array length=n_doses): not negative
 * @success: (out): success[dose × n_predictors + predictor]
 *
 * The probability of success of every predictor at every dose.
 */
void
qs_band_curves (const QsBand *self,
                gsize         n_doses,
                const double *doses_mg,
                double       *success,
                QsRun        *run)
{
  Aim aim = {
    .band = (QsBand *) self, /* only read */
    .doses_mg = doses_mg,
    .success = success,
  };

  qs_parallel_for (run, n_doses, DOSES_PER_CHUNK, curve_doses, &aim);
}
