/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/**
 * QsRngStream:
 *
 * Who draws. Streams of one seed never overlap; a new use gets a new number at the end.
 */
typedef enum {
  QS_RNG_INIT_WEIGHTS,
  QS_RNG_SHUFFLE,
  QS_RNG_SPLIT,
  QS_RNG_BOOTSTRAP,
  QS_RNG_POPULATION,
  QS_RNG_STUDY,
  QS_RNG_AUDIT,
  QS_RNG_TEST,
  QS_RNG_SAEM,
  QS_RNG_MARGINAL,
  QS_RNG_DIAGNOSTICS,
  QS_RNG_SAMPLER,
  QS_RNG_QRNG,
  QS_RNG_SHOTS,
  QS_RNG_PUBLISHED,
  QS_RNG_ANNEAL,
  QS_RNG_COMPARE,
  QS_RNG_PHYSICS,
} QsRngStream;

/**
 * QsRngKey:
 *
 * A family of random numbers addressed by index. Value (item, dimension) of a key is the
 * same on every machine, in any order, from any thread: Philox 4×32-10 (Salmon et al.
 * 2011) with counter (item, replicate, dimension block, stream).
 */
typedef struct {
  guint64     seed;
  QsRngStream stream;
  guint32     replicate;
} QsRngKey;

void   qs_rng_philox (const guint32 counter[4], const guint32 key[2], guint32 out[4]);
double qs_rng_uniform (const QsRngKey *key, guint32 item, guint32 dimension);
double qs_rng_normal (const QsRngKey *key, guint32 item, guint32 dimension);
void   qs_rng_fill_normals (const QsRngKey *key,
                            guint32         first,
                            gsize           n,
                            guint32         dimension,
                            float          *z);
guint  qs_rng_below (const QsRngKey *key, guint32 item, guint32 dimension, guint n);
void   qs_rng_shuffle (const QsRngKey *key, guint *values, guint n);
