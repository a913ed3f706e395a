/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Eight doubles in one register of AVX-512F. */

#include <immintrin.h>

#include <glib.h>

typedef __m512d  V;
typedef __mmask8 Lanes;
typedef __m512i  Swap;

#define v_load(from) (_mm512_loadu_pd (from))
#define v_store(to, a) (_mm512_storeu_pd ((to), (a)))
#define v_set1(a) (_mm512_set1_pd (a))
#define v_add(a, b) (_mm512_add_pd ((a), (b)))
#define v_sub(a, b) (_mm512_sub_pd ((a), (b)))
#define v_mul(a, b) (_mm512_mul_pd ((a), (b)))
#define v_fma(a, b, c) (_mm512_fmadd_pd ((a), (b), (c)))
#define v_fnma(a, b, c) (_mm512_fnmadd_pd ((a), (b), (c)))

#define v_lanes(bits) ((Lanes) (bits))
#define v_choose(lanes, a, b) (_mm512_mask_blend_pd ((lanes), (b), (a)))

static inline Swap
v_swap_by (guint lane_bit)
{
  return _mm512_xor_epi64 (_mm512_set_epi64 (7, 6, 5, 4, 3, 2, 1, 0),
                           _mm512_set1_epi64 (lane_bit));
}

#define v_swapped(swap, a) (_mm512_permutexvar_pd ((swap), (a)))

static inline V
v_xor_bits (V a, __m512i bits)
{
  return _mm512_castsi512_pd (_mm512_xor_epi64 (_mm512_castpd_si512 (a), bits));
}

/* Changes the sign where the byte, 0 or 1, is 1. */
static inline V
v_negate_where (const guint8 *bytes, V a)
{
  const __m512i wide = _mm512_cvtepu8_epi64 (_mm_loadl_epi64 ((const void *) bytes));

  return v_xor_bits (a, _mm512_slli_epi64 (wide, 63));
}
