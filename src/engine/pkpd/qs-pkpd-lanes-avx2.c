/* SPDX-License-Identifier: Apache-2.0 */

/* Four people per register of AVX2 with FMA. */

#include <immintrin.h>

#include <glib.h>

typedef __m256d V;

#define PATH_RUN qs_pkpd_lanes_run_avx2
#define PATH_DECAY qs_pkpd_lanes_decay_avx2
#define V_LANES 4

#define v_load(from) (_mm256_loadu_pd (from))
#define v_store(to, a) (_mm256_storeu_pd ((to), (a)))
#define v_set1(a) (_mm256_set1_pd (a))
#define v_add(a, b) (_mm256_add_pd ((a), (b)))
#define v_sub(a, b) (_mm256_sub_pd ((a), (b)))
#define v_mul(a, b) (_mm256_mul_pd ((a), (b)))
#define v_div(a, b) (_mm256_div_pd ((a), (b)))
#define v_fma(a, b, c) (_mm256_fmadd_pd ((a), (b), (c)))
#define v_sqrt(a) (_mm256_sqrt_pd (a))
#define v_more_of(a, b) (_mm256_max_pd ((a), (b)))
#define v_if_more(a, b, x, y) \
  (_mm256_blendv_pd ((y), (x), _mm256_cmp_pd ((a), (b), _CMP_GT_OQ)))

static inline V
v_add_exponent (V a, V b)
{
  return _mm256_castsi256_pd (_mm256_add_epi64 (
      _mm256_castpd_si256 (a), _mm256_slli_epi64 (_mm256_castpd_si256 (b), 52)));
}

#include "pkpd/qs-pkpd-lanes-body.h"
