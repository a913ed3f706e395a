/* SPDX-License-Identifier: Apache-2.0 */

/* Eight trajectories per register of AVX2 with FMA. */

#include <immintrin.h>

#include <glib.h>

typedef __m256 V;

#define PATH_PEAKS qs_lstm_kernel_peaks_avx2
#define V_LANES 8
#define TILE 3

#define v_load(from) (_mm256_load_ps (from))
#define v_store(to, a) (_mm256_store_ps ((to), (a)))
#define v_set1(a) (_mm256_set1_ps (a))
#define v_add(a, b) (_mm256_add_ps ((a), (b)))
#define v_sub(a, b) (_mm256_sub_ps ((a), (b)))
#define v_mul(a, b) (_mm256_mul_ps ((a), (b)))
#define v_div(a, b) (_mm256_div_ps ((a), (b)))
#define v_fma(a, b, c) (_mm256_fmadd_ps ((a), (b), (c)))
#define v_less_of(a, b) (_mm256_min_ps ((a), (b)))
#define v_more_of(a, b) (_mm256_max_ps ((a), (b)))

static inline V
v_add_exponent (V a, V b)
{
  return _mm256_castsi256_ps (_mm256_add_epi32 (
      _mm256_castps_si256 (a), _mm256_slli_epi32 (_mm256_castps_si256 (b), 23)));
}

#include "nn/qs-lstm-kernel-body.h"
