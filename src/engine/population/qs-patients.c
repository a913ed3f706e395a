/* SPDX-License-Identifier: Apache-2.0 */
#include "population/qs-patients.h"

#include "core/qs-error.h"
#include "core/qs-parallel.h"
#include "core/qs-rng.h"
#include "core/qs-stats.h"

#include <math.h>

/* Which number of a subject's stream means what. */
enum { DIMENSION_BW, DIMENSION_COMED, DIMENSION_LATENT, DIMENSION_JITTER };

#define REPLICATES_PER_CHUNK 16
#define ITEMS_PER_CHUNK 8192

/* The quantile function of a prior over a standard normal value. The uniform values have
 * 23 bits, so no normal one leaves [-5.5, 5.5]. */
#define QUANTILE_CELLS 2048
static const double quantile_end = 5.5;

typedef struct {
  QsPatients *patients;
  guint64     seed;
  QsRun      *run;
} Draw;

/* A uniform value of 23 bits and a half is exact in single precision and never 0 or 1. */
static double
uniform (const QsRngKey *key, guint32 subject, guint32 dimension)
{
  return (floor (qs_rng_uniform (key, subject, dimension) * 0x1p23) + 0.5) * 0x1p-23;
}

static void
draw_replicates (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Draw *draw = data;
  QsPatients *self = draw->patients;

  for (gsize r = begin; r < end && !qs_run_is_cancelled (draw->run); r++) {
    const QsRngKey key = {
      .seed = draw->seed,
      .stream = QS_RNG_POPULATION,
      .replicate = (guint32) r,
    };

    for (guint32 s = 0; s < self->n_subjects; s++) {
      const gsize  i = r * self->n_subjects + s;
      const double bw = uniform (&key, s, DIMENSION_BW);

      self->bw_uniform[i] = (float) bw;
      self->bw_normal[i] = (float) qs_normal_quantile (bw);
      self->comed_uniform[i] = (float) uniform (&key, s, DIMENSION_COMED);
      self->latent[i] = (float) qs_normal_quantile (uniform (&key, s, DIMENSION_LATENT));
      self->bw_jitter[i] =
          (float) qs_normal_quantile (uniform (&key, s, DIMENSION_JITTER));
    }
  }
}

/**
 * qs_patients_new:
 * @seed: of the people
 * @n_subjects: per replicate
 * @n_replicates: how many groups of that size
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Draws the people. The same subject of the same replicate is the same person whatever
 * the numbers of either and of threads.
 *
 * Returns: (transfer full): the patients, not weighed yet, or %NULL
 */
QsPatients *
qs_patients_new (guint64  seed,
                 guint    n_subjects,
                 guint    n_replicates,
                 QsRun   *run,
                 GError **error)
{
  const gsize            n = (gsize) n_subjects * n_replicates;
  g_autoptr (QsPatients) self = g_new0 (QsPatients, 1);
  Draw                   draw = { .patients = self, .seed = seed, .run = run };

  self->n_subjects = n_subjects;
  self->n_replicates = n_replicates;
  self->n = n;
  self->bw_uniform = g_new (float, n);
  self->bw_normal = g_new (float, n);
  self->bw_jitter = g_new (float, n);
  self->comed_uniform = g_new (float, n);
  self->latent = g_new (float, n);
  self->bw_kg = g_new (float, n);

  qs_parallel_for (run, n_replicates, REPLICATES_PER_CHUNK, draw_replicates, &draw);
  if (!qs_run_step (run, NULL, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
qs_patients_free (QsPatients *self)
{
  if (self == NULL)
    return;

  g_free (self->bw_uniform);
  g_free (self->bw_normal);
  g_free (self->bw_jitter);
  g_free (self->comed_uniform);
  g_free (self->latent);
  g_free (self->bw_kg);
  g_free (self);
}

typedef struct {
  QsPatients    *patients;
  const QsPrior *prior;
  float          table[QUANTILE_CELLS + 2];
  float         *lightest_kg; /* per chunk */
} Weigh;

static void
fill_table (Weigh *weigh)
{
  const QsPrior *prior = weigh->prior;

  for (guint i = 0; i < QUANTILE_CELLS + 2; i++) {
    const double z = quantile_end * (2.0 * i / QUANTILE_CELLS - 1.0);

    weigh->table[i] = (float) (prior->kind == QS_PRIOR_SAMPLE
                                   ? exp (prior->jitter * z)
                                   : qs_prior_quantile (prior, qs_normal_cdf (z), 0.0));
  }
}

static float
look_up (const Weigh *weigh, float z)
{
  const float place =
      (z + (float) quantile_end) * (float) (QUANTILE_CELLS / (2.0 * quantile_end));
  const gint  cell = CLAMP ((gint) place, 0, QUANTILE_CELLS);
  const float rest = place - (float) cell;

  return weigh->table[cell] + rest * (weigh->table[cell + 1] - weigh->table[cell]);
}

/* Sixteen minima side by side, which need not wait for each other. */
static float
lightest_of (const float *bw_kg, gsize n)
{
  enum { N_LANES = 16 };
  float lightest[N_LANES];
  gsize i = 0;

  for (guint lane = 0; lane < N_LANES; lane++)
    lightest[lane] = bw_kg[0];
  for (; i + N_LANES <= n; i += N_LANES)
    for (guint lane = 0; lane < N_LANES; lane++)
      lightest[lane] = MIN (lightest[lane], bw_kg[i + lane]);
  for (; i < n; i++)
    lightest[0] = MIN (lightest[0], bw_kg[i]);
  for (guint lane = 1; lane < N_LANES; lane++)
    lightest[0] = MIN (lightest[0], lightest[lane]);

  return lightest[0];
}

static void
weigh_items (gsize chunk, gsize begin, gsize end, gpointer data)
{
  Weigh         *weigh = data;
  QsPatients    *self = weigh->patients;
  const QsPrior *prior = weigh->prior;
  const float    low = (float) prior->a, width = (float) (prior->b - prior->a);

  if (prior->kind == QS_PRIOR_UNIFORM)
    for (gsize i = begin; i < end; i++)
      self->bw_kg[i] = low + width * self->bw_uniform[i];
  else if (prior->kind == QS_PRIOR_SAMPLE)
    for (gsize i = begin; i < end; i++)
      self->bw_kg[i] = (float) qs_prior_quantile (prior, self->bw_uniform[i], 0.0) *
                       look_up (weigh, self->bw_jitter[i]);
  else
    for (gsize i = begin; i < end; i++)
      self->bw_kg[i] = look_up (weigh, self->bw_normal[i]);

  weigh->lightest_kg[chunk] = lightest_of (self->bw_kg + begin, end - begin);
}

/* The values of a sample are borrowed and may be gone, so samples are never equal. */
static gboolean
same_prior (const QsPrior *a, const QsPrior *b)
{
  return a->kind == b->kind && a->kind != QS_PRIOR_SAMPLE && a->a == b->a &&
         a->b == b->b && a->min == b->min && a->max == b->max;
}

/**
 * qs_patients_weigh:
 * @prior: a valid prior
 *
 * Gives everyone the body weight that their uniform value has under @prior. Normal and
 * log-normal quantiles are read by linear interpolation between 2,049 values over z,
 * which moves a weight by less than one part in 100,000; nobody is clipped.
 */
void
qs_patients_weigh (QsPatients *self, const QsPrior *prior, QsRun *run)
{
  const gsize       n_chunks = qs_parallel_n_chunks (self->n, ITEMS_PER_CHUNK);
  g_autofree float *lightest_kg = g_new (float, n_chunks);
  Weigh             weigh = {
                .patients = self,
                .prior = prior,
                .lightest_kg = lightest_kg,
  };

  if (self->weighed && same_prior (&self->prior, prior))
    return;

  if (prior->kind != QS_PRIOR_UNIFORM)
    fill_table (&weigh);
  qs_parallel_for (run, self->n, ITEMS_PER_CHUNK, weigh_items, &weigh);

  self->lightest_kg = lightest_kg[0];
  for (gsize i = 1; i < n_chunks; i++)
    self->lightest_kg = MIN (self->lightest_kg, lightest_kg[i]);
  self->prior = *prior;
  self->weighed = TRUE;
}
