/* SPDX-License-Identifier: Apache-2.0 */
#include "probability/qs-people.h"

#include "core/qs-error.h"
#include "core/qs-parallel.h"
#include "core/qs-stats.h"

#include <math.h>

/* People of a chunk: a fraction of a millisecond for the quickest model, a few for the
 * others. */
#define CHUNK 192
#define N_LATENT_MAX 64

typedef struct {
  const QsPeople  *people;
  const QsSampler *sampler;
  QsCriterion      criterion;
  guint32          replicate;
  gsize            first;
  double          *margin;
  QsRun           *run;
} Batch;

static guint
n_latent (const QsPeople *self)
{
  if (!self->effect)
    return 0;

  return self->predictor->klass->critical_dose != NULL ? self->predictor->klass->n_latent
                                                       : 1;
}

static gboolean
observes (const QsPeople *self)
{
  return self->scenario->biomarker == QS_BIOMARKER_OBSERVED;
}

/* Body weight and co-medication, latent values, looks, jitter of the weight: what matters
 * most comes first, where a low-discrepancy sequence is best. */
guint
qs_people_n_dimensions (const QsPeople *self)
{
  return QS_PEOPLE_LATENT + n_latent (self) + (observes (self) ? QS_N_LOOKS : 0) +
         (self->scenario->bw.kind == QS_PRIOR_SAMPLE ? 1 : 0);
}

static void
normals (const Batch *batch,
         gsize        begin,
         gsize        n,
         guint        dimension,
         float       *z,
         guint        stride)
{
  float own[CHUNK];

  qs_sampler_fill_normals (batch->sampler, batch->replicate, batch->first + begin, n,
                           dimension, own);
  for (gsize i = 0; i < n; i++)
    z[i * stride] = own[i];
}

static void
dress (const Batch *batch, gsize begin, gsize n, float *bw_kg, guint8 *comed)
{
  const QsPeople *people = batch->people;
  const QsPrior  *prior = &people->scenario->bw;
  float           jitter[CHUNK] = { 0.0f };
  double          u[CHUNK];

  if (prior->kind == QS_PRIOR_SAMPLE)
    normals (batch, begin, n, qs_people_n_dimensions (people) - 1, jitter, 1);
  qs_sampler_fill (batch->sampler, batch->replicate, batch->first + begin, n,
                   QS_PEOPLE_BW, u);
  for (gsize i = 0; i < n; i++)
    bw_kg[i] = (float) qs_prior_quantile (prior, u[i], (double) jitter[i]);

  qs_sampler_fill (batch->sampler, batch->replicate, batch->first + begin, n,
                   QS_PEOPLE_COMED, u);
  for (gsize i = 0; i < n; i++)
    comed[i] = u[i] < people->scenario->comed_share;
}

/* How far the dose lies on the right side of each person's own, mg: infinite where no
 * dose fails or none succeeds. */
static void
dose_margins (const Batch  *batch,
              gsize         begin,
              gsize         n,
              const float  *bw_kg,
              const guint8 *comed,
              double       *margin)
{
  const QsPeople         *people = batch->people;
  const QsScenario       *scenario = people->scenario;
  const QsPredictorClass *klass = people->predictor->klass;
  const guint             n_used = n_latent (people);
  const gboolean begins = qs_predictor_begins (people->predictor, scenario->success);
  float          latent[CHUNK * N_LATENT_MAX] = { 0.0f }, noise[CHUNK * QS_N_LOOKS];
  float          dose_mg[CHUNK];

  for (guint k = 0; k < n_used; k++)
    normals (batch, begin, n, QS_PEOPLE_LATENT + k, latent + k, klass->n_latent);
  if (observes (people)) {
    for (guint k = 0; k < QS_N_LOOKS; k++)
      normals (batch, begin, n, QS_PEOPLE_LATENT + n_used + k, noise + k, QS_N_LOOKS);
    klass->observed_dose (people->predictor, &batch->criterion, scenario->regimen,
                          scenario->threshold_ng_ml, n, bw_kg, comed, latent, noise,
                          dose_mg);
  } else {
    klass->critical_dose (people->predictor, &batch->criterion, scenario->regimen,
                          scenario->threshold_ng_ml, n, bw_kg, comed, latent, dose_mg);
  }

  for (gsize i = 0; i < n; i++) {
    const double own_mg = (double) dose_mg[i];
    const double taken_mg =
        people->dose_mg * qs_scenario_weight_factor (scenario, (double) bw_kg[i]);

    margin[i] = begins ? taken_mg - own_mg : own_mg - taken_mg;
  }
}

/* How far the score lies on the right side of the level. */
static void
score_margins (const Batch  *batch,
               gsize         begin,
               gsize         n,
               const float  *bw_kg,
               const guint8 *comed,
               double       *margin)
{
  const QsPeople         *people = batch->people;
  const QsScenario       *scenario = people->scenario;
  const QsPredictorClass *klass = people->predictor->klass;
  const double            level =
      klass->level (people->predictor, scenario->success, scenario->threshold_ng_ml);
  double dose_mg_per_kg[CHUNK], score[CHUNK];
  float  z[CHUNK] = { 0.0f };

  if (people->effect)
    normals (batch, begin, n, QS_PEOPLE_LATENT, z, 1);
  for (gsize i = 0; i < n; i++)
    dose_mg_per_kg[i] = people->dose_mg / (double) bw_kg[i];
  klass->score (people->predictor, &batch->criterion, n, dose_mg_per_kg, comed, score);

  for (gsize i = 0; i < n; i++) {
    const double shift = people->effect ? klass->shift (people->predictor,
                                                        scenario->success, (double) z[i])
                                        : 0.0;

    margin[i] = level - score[i] - shift;
  }
}

static void
fill_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Batch *batch = data;
  const gsize  n = end - begin;
  float        bw_kg[CHUNK];
  guint8       comed[CHUNK];

  if (qs_run_is_cancelled (batch->run))
    return;

  dress (batch, begin, n, bw_kg, comed);
  if (batch->people->predictor->klass->critical_dose != NULL)
    dose_margins (batch, begin, n, bw_kg, comed, batch->margin + begin);
  else
    score_margins (batch, begin, n, bw_kg, comed, batch->margin + begin);
}

/**
 * qs_people_margins:
 * @first: index of the first person within the replicate
 * @margin: (out) (array length=n): by how much each succeeds; below 0 by how much not
 * @error: return location for %QS_ERROR_CANCELLED or, where a margin is not a number,
 * %QS_ERROR_NUMERIC
 */
gboolean
qs_people_margins (const QsPeople  *self,
                   const QsSampler *sampler,
                   guint32          replicate,
                   gsize            first,
                   gsize            n,
                   double          *margin,
                   QsRun           *run,
                   GError         **error)
{
  Batch batch = { self,      sampler, qs_scenario_criterion (self->scenario),
                  replicate, first,   margin,
                  run };

  g_return_val_if_fail (self->predictor->klass->n_latent <= N_LATENT_MAX, FALSE);

  qs_parallel_for (run, n, CHUNK, fill_chunk, &batch);
  if (!qs_run_step (run, NULL, error))
    return FALSE;

  for (gsize i = 0; i < n; i++) {
    if (isnan (margin[i])) {
      g_set_error (error, QS_ERROR, QS_ERROR_NUMERIC,
                   "The %s model cannot say whether %g mg suffice: fit it again",
                   self->predictor->klass->name, self->dose_mg);
      return FALSE;
    }
  }

  return TRUE;
}
