/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Eight doubles in two registers of AVX2 with FMA. */

#include <immintrin.h>
#include <string.h>

#include <glib.h>

#define INLINE_V static inline __attribute__ ((always_inline))

typedef struct {
  __m256d low, high;
} V;

typedef V     Lanes;
typedef guint Swap;

INLINE_V V
v_load (const double *from)
{
  return (V){ _mm256_loadu_pd (from), _mm256_loadu_pd (from + 4) };
}

INLINE_V void
v_store (double *to, V a)
{
  _mm256_storeu_pd (to, a.low);
  _mm256_storeu_pd (to + 4, a.high);
}

INLINE_V V
v_set1 (double a)
{
  return (V){ _mm256_set1_pd (a), _mm256_set1_pd (a) };
}

INLINE_V V
v_add (V a, V b)
{
  return (V){ _mm256_add_pd (a.low, b.low), _mm256_add_pd (a.high, b.high) };
}

INLINE_V V
v_sub (V a, V b)
{
  return (V){ _mm256_sub_pd (a.low, b.low), _mm256_sub_pd (a.high, b.high) };
}

INLINE_V V
v_mul (V a, V b)
{
  return (V){ _mm256_mul_pd (a.low, b.low), _mm256_mul_pd (a.high, b.high) };
}

INLINE_V V
v_fma (V a, V b, V c)
{
  return (V){ _mm256_fmadd_pd (a.low, b.low, c.low),
              _mm256_fmadd_pd (a.high, b.high, c.high) };
}

INLINE_V V
v_fnma (V a, V b, V c)
{
  return (V){ _mm256_fnmadd_pd (a.low, b.low, c.low),
              _mm256_fnmadd_pd (a.high, b.high, c.high) };
}

INLINE_V __m256d
sign_bits (__m256i zero_or_one)
{
  return _mm256_castsi256_pd (_mm256_slli_epi64 (zero_or_one, 63));
}

INLINE_V Lanes
v_lanes (guint bits)
{
  const __m256i all = _mm256_set1_epi64x (bits);

  return (Lanes){ sign_bits (_mm256_srlv_epi64 (all, _mm256_set_epi64x (3, 2, 1, 0))),
                  sign_bits (_mm256_srlv_epi64 (all, _mm256_set_epi64x (7, 6, 5, 4))) };
}

INLINE_V V
v_choose (Lanes lanes, V a, V b)
{
  return (V){ _mm256_blendv_pd (b.low, a.low, lanes.low),
              _mm256_blendv_pd (b.high, a.high, lanes.high) };
}

#define v_swap_by(lane_bit) ((Swap) (lane_bit))

INLINE_V V
v_swapped (Swap swap, V a)
{
  if (swap == 4)
    return (V){ a.high, a.low };

  if (swap == 2)
    return (V){ _mm256_permute2f128_pd (a.low, a.low, 1),
                _mm256_permute2f128_pd (a.high, a.high, 1) };

  return (V){ _mm256_permute_pd (a.low, 5), _mm256_permute_pd (a.high, 5) };
}

INLINE_V __m256i
four_bytes (const guint8 *bytes)
{
  gint32 word;

  memcpy (&word, bytes, sizeof word);
  return _mm256_cvtepu8_epi64 (_mm_cvtsi32_si128 (word));
}

/* Changes the sign where the byte, 0 or 1, is 1. */
INLINE_V V
v_negate_where (const guint8 *bytes, V a)
{
  return (V){ _mm256_xor_pd (a.low, sign_bits (four_bytes (bytes))),
              _mm256_xor_pd (a.high, sign_bits (four_bytes (bytes + 4))) };
}
