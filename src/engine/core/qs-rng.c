/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-rng.h"

#include "core/qs-stats.h"

#include <Random123/philox.h>

/**
 * qs_rng_philox:
 *
 * One block of Philox 4×32-10, as in Random123.
 */
void
qs_rng_philox (const guint32 counter[4], const guint32 key[2], guint32 out[4])
{
  const philox4x32_ctr_t c = { { counter[0], counter[1], counter[2], counter[3] } };
  const philox4x32_key_t k = { { key[0], key[1] } };
  const philox4x32_ctr_t r = philox4x32 (c, k);

  for (guint i = 0; i < 4; i++)
    out[i] = r.v[i];
}

/* Two words of a block make one double, so a block holds dimensions 2b and 2b + 1. */
static guint64
draw (const QsRngKey *key, guint32 item, guint32 dimension)
{
  const guint32 counter[4] = { item, key->replicate, dimension / 2, key->stream };
  const guint32 words[2] = { (guint32) key->seed, (guint32) (key->seed >> 32) };
  const guint   first = 2 * (dimension % 2);
  guint32       out[4];

  qs_rng_philox (counter, words, out);
  return ((guint64) out[first + 1] << 32) | out[first];
}

/**
 * qs_rng_uniform:
 *
 * Returns: value (@item, @dimension) of @key, uniform on the open interval (0, 1): 52
 * bits and a half, so that neither end is ever drawn
 */
double
qs_rng_uniform (const QsRngKey *key, guint32 item, guint32 dimension)
{
  return ((double) (draw (key, item, dimension) >> 12) + 0.5) * 0x1p-52;
}

/**
 * qs_rng_normal:
 *
 * Returns: the standard normal quantile of the uniform value at the same place
 */
double
qs_rng_normal (const QsRngKey *key, guint32 item, guint32 dimension)
{
  return qs_normal_quantile (qs_rng_uniform (key, item, dimension));
}

/**
 * qs_rng_below:
 *
 * Returns: an integer in [0, @n); the bias is below @n / 2^52
 */
guint
qs_rng_below (const QsRngKey *key, guint32 item, guint32 dimension, guint n)
{
  return (guint) (qs_rng_uniform (key, item, dimension) * n);
}

/**
 * qs_rng_shuffle:
 *
 * Fisher–Yates shuffle of @values with the draws of @key.
 */
void
qs_rng_shuffle (const QsRngKey *key, guint *values, guint n)
{
  for (guint i = n; i > 1; i--) {
    const guint j = qs_rng_below (key, i, 0, i);
    const guint kept = values[i - 1];

    values[i - 1] = values[j];
    values[j] = kept;
  }
}
