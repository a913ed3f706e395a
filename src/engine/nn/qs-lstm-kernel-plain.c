/* SPDX-License-Identifier: Apache-2.0 */

/* One trajectory per register, for machines without vectors that fuse: fmaf() rounds once
 * everywhere, in hardware or in the C library. */

#include <math.h>
#include <string.h>

#include <glib.h>

typedef float V;

#define PATH_PEAKS qs_lstm_kernel_peaks_plain
#define V_LANES 1
#define TILE 4

static inline V
v_load (const float *from)
{
  return *from;
}

static inline void
v_store (float *to, V a)
{
  *to = a;
}

static inline V
v_set1 (float a)
{
  return a;
}

static inline V
v_add (V a, V b)
{
  return a + b;
}

static inline V
v_sub (V a, V b)
{
  return a - b;
}

static inline V
v_mul (V a, V b)
{
  return a * b;
}

static inline V
v_div (V a, V b)
{
  return a / b;
}

static inline V
v_fma (V a, V b, V c)
{
  return fmaf (a, b, c);
}

static inline V
v_less_of (V a, V b)
{
  return a < b ? a : b;
}

static inline V
v_more_of (V a, V b)
{
  return a > b ? a : b;
}

static inline V
v_add_exponent (V a, V b)
{
  guint32 bits_a, bits_b;

  memcpy (&bits_a, &a, sizeof bits_a);
  memcpy (&bits_b, &b, sizeof bits_b);
  bits_a += bits_b << 23;
  memcpy (&a, &bits_a, sizeof a);
  return a;
}

#include "nn/qs-lstm-kernel-body.h"
