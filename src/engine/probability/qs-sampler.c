/* SPDX-License-Identifier: Apache-2.0 */
#include "probability/qs-sampler.h"

#include "core/qs-error.h"
#include "core/qs-rng.h"
#include "core/qs-sobol.h"
#include "core/qs-stats.h"

#define N_ROUNDS 4
#define N_POINTS_MAX (1u << 31)

/* Dimensions of the numbers that make a scrambling or a permutation; those of points are
 * lower. */
#define SECRET 0x10000

static QsRngKey
key_of (const QsSampler *self, guint32 replicate)
{
  return (
      QsRngKey){ .seed = self->seed, .stream = QS_RNG_SAMPLER, .replicate = replicate };
}

/**
 * qs_sampler_validate:
 * @n_replicates: that will be asked for
 * @error: return location for %QS_ERROR_SCENARIO, or %QS_ERROR_TOO_FEW where recorded
 * bits do not suffice
 */
gboolean
qs_sampler_validate (const QsSampler *self, guint n_replicates, GError **error)
{
  const double needed = (double) n_replicates * self->n_points * self->n_dimensions;

  if (self->n_points < 1 || self->n_points > N_POINTS_MAX) {
    g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
                 "The number of points is %" G_GSIZE_FORMAT ", must lie in [1, %u]",
                 self->n_points, N_POINTS_MAX);
    return FALSE;
  }
  if (self->kind != QS_SAMPLER_QRNG || needed <= (double) qs_qrng_n_uniforms (self->qrng))
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_TOO_FEW,
               "The recorded bits make %" G_GUINT64_FORMAT
               " random numbers, %.0f are needed: record more, or ask for fewer points",
               qs_qrng_n_uniforms (self->qrng), needed);
  return FALSE;
}

/* A pseudo-random permutation of [0, n): a Feistel network on the next even number of
 * bits (Luby and Rackoff 1988), walked until it is below n. */
static guint32
permute (guint32 value, gsize n, const guint32 *keys)
{
  guint half_bits = 1;

  while ((guint64) 1 << (2 * half_bits) < n)
    half_bits++;

  const guint32 mask = (1u << half_bits) - 1;
  do {
    guint32 left = value >> half_bits, right = value & mask;

    for (guint round = 0; round < N_ROUNDS; round++) {
      guint32       hash = (right + keys[round]) * 0x9e3779b1u;
      const guint32 old = right;

      hash = (hash ^ hash >> 15) * 0x85ebca77u;
      right = left ^ ((hash ^ hash >> 13) & mask);
      left = old;
    }
    value = left << half_bits | right;
  } while (value >= n);

  return value;
}

static void
fill_stratified (const QsSampler *self,
                 guint32          replicate,
                 gsize            first,
                 gsize            n,
                 guint            dimension,
                 double          *uniform)
{
  const QsRngKey key = key_of (self, replicate);
  guint32        keys[N_ROUNDS];

  for (guint i = 0; i < N_ROUNDS; i++)
    keys[i] =
        qs_rng_below (&key, dimension, SECRET + i, G_MAXINT32) * 2u + dimension % 2u;

  for (gsize i = 0; i < n; i++) {
    const guint32 stratum = permute ((guint32) (first + i), self->n_points, keys);

    uniform[i] = (stratum + qs_rng_uniform (&key, (guint32) (first + i), dimension)) /
                 (double) self->n_points;
  }
}

static void
fill_sobol (const QsSampler *self,
            guint32          replicate,
            gsize            first,
            gsize            n,
            guint            dimension,
            double          *uniform)
{
  const QsRngKey key = key_of (self, replicate);
  const guint32  seed =
      (guint32) (qs_rng_uniform (&key, dimension, SECRET) * 4294967296.0);
  guint32 bits[256];

  for (gsize done = 0; done < n; done += G_N_ELEMENTS (bits)) {
    const gsize size = MIN (G_N_ELEMENTS (bits), n - done);

    qs_sobol_fill ((guint32) (first + done), size, dimension, bits);
    for (gsize i = 0; i < size; i++)
      uniform[done + i] = (qs_sobol_scramble (bits[i], seed) + 0.5) * 0x1p-32;
  }
}

/**
 * qs_sampler_fill:
 * @replicate: independent of all others
 * @first: index of the first point
 * @n: points, @first + @n at most the sampler's
 * @uniform: (out) (array length=n): their coordinate in (0, 1)
 */
void
qs_sampler_fill (const QsSampler *self,
                 guint32          replicate,
                 gsize            first,
                 gsize            n,
                 guint            dimension,
                 double          *uniform)
{
  const QsRngKey key = key_of (self, replicate);

  if (self->kind == QS_SAMPLER_SOBOL && dimension < QS_SOBOL_N_DIMENSIONS) {
    fill_sobol (self, replicate, first, n, dimension, uniform);
  } else if (self->kind == QS_SAMPLER_STRATIFIED) {
    fill_stratified (self, replicate, first, n, dimension, uniform);
  } else if (self->kind == QS_SAMPLER_QRNG) {
    for (gsize i = 0; i < n; i++)
      uniform[i] = qs_qrng_uniform (self->qrng,
                                    ((guint64) replicate * self->n_points + first + i) *
                                            self->n_dimensions +
                                        dimension);
  } else {
    for (gsize i = 0; i < n; i++)
      uniform[i] = qs_rng_uniform (&key, (guint32) (first + i), dimension);
  }
}

/**
 * qs_sampler_fill_normals:
 * @z: (out) (array length=n): the coordinate as a standard normal number: the quantile of
 * qs_sampler_fill(), but for pseudo-random points, which have quicker numbers of their
 * own
 */
void
qs_sampler_fill_normals (const QsSampler *self,
                         guint32          replicate,
                         gsize            first,
                         gsize            n,
                         guint            dimension,
                         float           *z)
{
  const QsRngKey key = key_of (self, replicate);
  double         u[256];

  if (self->kind == QS_SAMPLER_PHILOX) {
    qs_rng_fill_normals (&key, (guint32) first, n, dimension, z);
    return;
  }

  for (gsize done = 0; done < n; done += G_N_ELEMENTS (u)) {
    const gsize size = MIN (G_N_ELEMENTS (u), n - done);

    qs_sampler_fill (self, replicate, first + done, size, dimension, u);
    for (gsize i = 0; i < size; i++)
      z[done + i] = (float) qs_normal_quantile (u[i]);
  }
}
