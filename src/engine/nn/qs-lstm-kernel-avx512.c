/* SPDX-License-Identifier: Apache-2.0 */

/* Sixteen trajectories per register of AVX-512F. */

#include <immintrin.h>

#include <glib.h>

typedef __m512 V;

#define PATH_PEAKS qs_lstm_kernel_peaks_avx512
#define V_LANES 16
#define TILE 6

#define v_load(from) (_mm512_load_ps (from))
#define v_store(to, a) (_mm512_store_ps ((to), (a)))
#define v_set1(a) (_mm512_set1_ps (a))
#define v_add(a, b) (_mm512_add_ps ((a), (b)))
#define v_sub(a, b) (_mm512_sub_ps ((a), (b)))
#define v_mul(a, b) (_mm512_mul_ps ((a), (b)))
#define v_div(a, b) (_mm512_div_ps ((a), (b)))
#define v_fma(a, b, c) (_mm512_fmadd_ps ((a), (b), (c)))
#define v_less_of(a, b) (_mm512_min_ps ((a), (b)))
#define v_more_of(a, b) (_mm512_max_ps ((a), (b)))

static inline V
v_add_exponent (V a, V b)
{
  return _mm512_castsi512_ps (_mm512_add_epi32 (
      _mm512_castps_si512 (a), _mm512_slli_epi32 (_mm512_castps_si512 (b), 23)));
}

#include "nn/qs-lstm-kernel-body.h"
