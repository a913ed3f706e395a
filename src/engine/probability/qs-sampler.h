/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "probability/qs-qrng.h"

G_BEGIN_DECLS

/**
 * QsSamplerKind:
 * @QS_SAMPLER_PHILOX: independent pseudo-random numbers
 * @QS_SAMPLER_SOBOL: Sobol' sequence, scrambled anew for every replicate; dimensions
 * beyond %QS_SOBOL_N_DIMENSIONS are pseudo-random
 * @QS_SAMPLER_STRATIFIED: every dimension has one point in each of n equal strata
 * (McKay, Beckman and Conover 1979)
 * @QS_SAMPLER_QRNG: independent numbers of quantum random bits
 */
typedef enum {
  QS_SAMPLER_PHILOX,
  QS_SAMPLER_SOBOL,
  QS_SAMPLER_STRATIFIED,
  QS_SAMPLER_QRNG,
} QsSamplerKind;

/**
 * QsSampler:
 * @qrng: (nullable): the bits of %QS_SAMPLER_QRNG, borrowed
 * @n_points: per replicate; at most 2^31
 * @n_dimensions: of a point
 *
 * Points of the unit cube, addressed by replicate, index and dimension: the same from any
 * thread in any order. A plain value.
 */
typedef struct {
  QsSamplerKind kind;
  guint64       seed;
  const QsQrng *qrng;
  gsize         n_points;
  guint         n_dimensions;
} QsSampler;

gboolean qs_sampler_validate (const QsSampler *self, guint n_replicates, GError **error);
void     qs_sampler_fill (const QsSampler *self,
                          guint32          replicate,
                          gsize            first,
                          gsize            n,
                          guint            dimension,
                          double          *uniform);

void qs_sampler_fill_normals (const QsSampler *self,
                              guint32          replicate,
                              gsize            first,
                              gsize            n,
                              guint            dimension,
                              float           *z);

G_END_DECLS
