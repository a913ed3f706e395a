/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Eight doubles one by one, for machines without vectors that fuse: fma() rounds once
 * everywhere, in hardware or in the C library. */

#include <math.h>

#include <glib.h>

typedef struct {
  double lane[8];
} V;

typedef guint Lanes;
typedef guint Swap;

#define EACH_LANE(expression)   \
  V out;                        \
  for (guint i = 0; i < 8; i++) \
    out.lane[i] = (expression); \
  return out

static inline V
v_load (const double *from)
{
  EACH_LANE (from[i]);
}

static inline void
v_store (double *to, V a)
{
  for (guint i = 0; i < 8; i++)
    to[i] = a.lane[i];
}

static inline V
v_set1 (double a)
{
  EACH_LANE (a);
}

static inline V
v_add (V a, V b)
{
  EACH_LANE (a.lane[i] + b.lane[i]);
}

static inline V
v_sub (V a, V b)
{
  EACH_LANE (a.lane[i] - b.lane[i]);
}

static inline V
v_mul (V a, V b)
{
  EACH_LANE (a.lane[i] * b.lane[i]);
}

static inline V
v_fma (V a, V b, V c)
{
  EACH_LANE (fma (a.lane[i], b.lane[i], c.lane[i]));
}

static inline V
v_fnma (V a, V b, V c)
{
  EACH_LANE (fma (-a.lane[i], b.lane[i], c.lane[i]));
}

#define v_lanes(bits) ((Lanes) (bits))

static inline V
v_choose (Lanes lanes, V a, V b)
{
  EACH_LANE (lanes >> i & 1 ? a.lane[i] : b.lane[i]);
}

#define v_swap_by(lane_bit) ((Swap) (lane_bit))

static inline V
v_swapped (Swap swap, V a)
{
  EACH_LANE (a.lane[i ^ swap]);
}

/* Changes the sign where the byte, 0 or 1, is 1. */
static inline V
v_negate_where (const guint8 *bytes, V a)
{
  EACH_LANE (bytes[i] ? -a.lane[i] : a.lane[i]);
}
