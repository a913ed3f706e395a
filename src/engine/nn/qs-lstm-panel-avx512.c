/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-lstm-panel-kernels.h"

#include <immintrin.h>

typedef double V __attribute__ ((vector_size (64), aligned (8), may_alias));

#define WIDTH 8
#define TILE_VECTORS 2
#define TILE_UNITS 2
#define TILE_ROWS 8
#define v_fma(a, b, c) ((V) _mm512_fmadd_pd (a, b, c))
#define v_set(x) ((V) _mm512_set1_pd (x))
#define v_min(a, b) ((V) _mm512_min_pd (a, b))
#define KERNELS qs_lstm_kernels_avx512
#define KERNELS_NAME "avx512"

#include "nn/qs-lstm-panel-template.h"
