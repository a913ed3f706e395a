/* SPDX-License-Identifier: Apache-2.0 */

/* Eight people per register of AVX-512F. */

#include <immintrin.h>

#include <glib.h>

typedef __m512d V;

#define PATH_RUN qs_pkpd_lanes_run_avx512
#define PATH_DECAY qs_pkpd_lanes_decay_avx512
#define V_LANES 8

#define v_load(from) (_mm512_loadu_pd (from))
#define v_store(to, a) (_mm512_storeu_pd ((to), (a)))
#define v_set1(a) (_mm512_set1_pd (a))
#define v_add(a, b) (_mm512_add_pd ((a), (b)))
#define v_sub(a, b) (_mm512_sub_pd ((a), (b)))
#define v_mul(a, b) (_mm512_mul_pd ((a), (b)))
#define v_div(a, b) (_mm512_div_pd ((a), (b)))
#define v_fma(a, b, c) (_mm512_fmadd_pd ((a), (b), (c)))
#define v_sqrt(a) (_mm512_sqrt_pd (a))
#define v_more_of(a, b) (_mm512_max_pd ((a), (b)))
#define v_if_more(a, b, x, y) \
  (_mm512_mask_blend_pd (_mm512_cmp_pd_mask ((a), (b), _CMP_GT_OQ), (y), (x)))

static inline V
v_add_exponent (V a, V b)
{
  return _mm512_castsi512_pd (_mm512_add_epi64 (
      _mm512_castpd_si512 (a), _mm512_slli_epi64 (_mm512_castpd_si512 (b), 52)));
}

#include "pkpd/qs-pkpd-lanes-body.h"
