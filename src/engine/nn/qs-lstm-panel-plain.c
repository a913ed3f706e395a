/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-lstm-panel-kernels.h"

#include <math.h>

/* Two lanes that any compiler can make of what it has. */
typedef double V __attribute__ ((vector_size (16), aligned (8), may_alias));

static inline V
v_fma (V a, V b, V c)
{
  return (V){ fma (a[0], b[0], c[0]), fma (a[1], b[1], c[1]) };
}

static inline V
v_set (double x)
{
  return (V){ x, x };
}

/* As the x86 instruction: the second operand where either is NaN. */
static inline V
v_min (V a, V b)
{
  return (V){ a[0] < b[0] ? a[0] : b[0], a[1] < b[1] ? a[1] : b[1] };
}

#define WIDTH 2
#define TILE_VECTORS 1
#define TILE_UNITS 1
#define TILE_ROWS 4
#define KERNELS qs_lstm_kernels_plain
#define KERNELS_NAME "plain"

#include "nn/qs-lstm-panel-template.h"
