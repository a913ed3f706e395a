/* SPDX-License-Identifier: Apache-2.0 */

/* Sixteen blocks of Philox side by side, and the normal numbers of their words. Written
 * once for every instruction set; a path defines NORMALS and includes this. */

#include "core/qs-rng-kernels.h"

#include <math.h>

#ifdef __x86_64__
#  include <immintrin.h>
#endif

#define INLINE static inline __attribute__ ((always_inline))

typedef guint32 U __attribute__ ((vector_size (64)));
typedef guint64 W __attribute__ ((vector_size (64)));
typedef gint32  I __attribute__ ((vector_size (64)));
typedef float   F __attribute__ ((vector_size (64)));
typedef float   Stored __attribute__ ((vector_size (64), aligned (4), may_alias));

/* Products of the low halves of eight double words. */
INLINE W
mul_low (W a, guint32 b)
{
#if defined __AVX512F__
  return (W) _mm512_mul_epu32 ((__m512i) a, _mm512_set1_epi32 ((int) b));
#elif defined __AVX2__
  union {
    W       whole;
    __m256i half[2];
  } x = { a };

  for (guint k = 0; k < 2; k++)
    x.half[k] = _mm256_mul_epu32 (x.half[k], _mm256_set1_epi32 ((int) b));
  return x.whole;
#else
  return (a & 0xffffffffu) * (guint64) b;
#endif
}

/* The upper and the lower halves of products. */
INLINE void
mul (U a, guint32 b, U *high, U *low)
{
  const W even = mul_low ((W) a, b), odd = mul_low ((W) a >> 32, b);
  const W left = even >> 32 | (odd & 0xffffffff00000000u);
  const W right = (even & 0xffffffffu) | odd << 32;

  *high = (U) left;
  *low = (U) right;
}

INLINE F
root (F a)
{
#if defined __AVX512F__
  return (F) _mm512_sqrt_ps ((__m512) a);
#elif defined __AVX2__
  union {
    F      whole;
    __m256 half[2];
  } x = { a };

  for (guint k = 0; k < 2; k++)
    x.half[k] = _mm256_sqrt_ps (x.half[k]);
  return x.whole;
#else
  for (guint k = 0; k < QS_RNG_LANES; k++)
    a[k] = sqrtf (a[k]);
  return a;
#endif
}

INLINE F
choose (I where, F a, F b)
{
  return (F) (((I) a & where) | ((I) b & ~where));
}

/* Salmon et al. 2011: ten rounds of Philox 4×32. */
INLINE void
philox (U x[4], const guint32 key[2])
{
  guint32 k0 = key[0], k1 = key[1];

  for (guint round = 0; round < 10; round++) {
    U high0, low0, high1, low1;

    mul (x[0], 0xd2511f53u, &high0, &low0);
    mul (x[2], 0xcd9e8d57u, &high1, &low1);
    x[0] = high1 ^ x[1] ^ k0;
    x[1] = low1;
    x[2] = high0 ^ x[3] ^ k1;
    x[3] = low0;
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
}

/* √(−2 log u) of u in (0, 1): the mantissa in [√½, √2) by the series of artanh, to 1e-9.
 */
INLINE F
radius (U word)
{
  const F u = (__builtin_convertvector((I) (word >> 9), F) + 0.5f) * 0x1p-23f;
  const I bits = (I) u - 0x3f3504f3;
  const F exponent = __builtin_convertvector(bits >> 23, F);
  const F m = (F) ((bits & 0x007fffff) + 0x3f3504f3);
  const F s = (m - 1.0f) / (m + 1.0f), s2 = s * s;
  const F series =
      s * (2.0f + s2 * (0.6666666667f +
                        s2 * (0.4f + s2 * (0.2857142857f + s2 * 0.2222222222f))));

  return root (-2.0f * (exponent * 0.6931471806f + series));
}

/* Cosine and sine of a whole turn times the word: the quarter turn from its upper bits,
 * within half of one the Taylor series. */
INLINE void
direction (U word, F *cosine, F *sine)
{
  const U quarter = (word + 0x20000000u) >> 30;
  const F x = __builtin_convertvector((I) (word << 2), F) * (0x1p-32f * 1.5707963268f);
  const F x2 = x * x;
  const F s = x * (1.0f + x2 * (-1.6666666667e-1f +
                                x2 * (8.3333333333e-3f +
                                      x2 * (-1.9841269841e-4f + x2 * 2.7557319224e-6f))));
  const F c =
      1.0f +
      x2 * (-0.5f + x2 * (4.1666666667e-2f +
                          x2 * (-1.3888888889e-3f +
                                x2 * (2.4801587302e-5f + x2 * -2.7557319224e-7f))));
  const I odd = (I) (0u - (quarter & 1u));
  const U turned = ((quarter + 1u) & 2u) << 30, behind = (quarter & 2u) << 30;

  *cosine = (F) ((U) choose (odd, s, c) ^ turned);
  *sine = (F) ((U) choose (odd, c, s) ^ behind);
}

/* Box and Muller 1958, two words for two numbers. */
void
NORMALS (const guint32 key[2], const guint32 counter[3], guint32 first, gsize n, float *z)
{
  static const U lanes = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

  for (gsize group = 0; group < n; group++) {
    const U zero = { 0 };
    U       x[4] = { lanes + (first + (guint32) group) * QS_RNG_LANES, zero + counter[0],
                     zero + counter[1], zero + counter[2] };
    Stored *out = (Stored *) (z + QS_RNG_GROUP * group);

    philox (x, key);
    for (guint pair = 0; pair < 2; pair++) {
      const F r = radius (x[2 * pair]);
      F       cosine, sine;

      direction (x[2 * pair + 1], &cosine, &sine);
      out[2 * pair] = r * cosine;
      out[2 * pair + 1] = r * sine;
    }
  }
}
