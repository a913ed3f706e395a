/* SPDX-License-Identifier: Apache-2.0 */

/* One person per register, for machines without vectors that fuse: fma() rounds once
 * everywhere, in hardware or in the C library. */

#include <math.h>
#include <string.h>

#include <glib.h>

typedef double V;

#define PATH_RUN qs_pkpd_lanes_run_plain
#define PATH_DECAY qs_pkpd_lanes_decay_plain
#define V_LANES 1

#define v_load(from) (*(from))
#define v_store(to, a) (*(to) = (a))
#define v_set1(a) (a)
#define v_add(a, b) ((a) + (b))
#define v_sub(a, b) ((a) - (b))
#define v_mul(a, b) ((a) * (b))
#define v_div(a, b) ((a) / (b))
#define v_fma(a, b, c) (fma ((a), (b), (c)))
#define v_sqrt(a) (sqrt (a))
#define v_more_of(a, b) ((a) > (b) ? (a) : (b))
#define v_if_more(a, b, x, y) ((a) > (b) ? (x) : (y))

static inline V
v_add_exponent (V a, V b)
{
  guint64 bits_a, bits_b;

  memcpy (&bits_a, &a, sizeof bits_a);
  memcpy (&bits_b, &b, sizeof bits_b);
  bits_a += bits_b << 52;
  memcpy (&a, &bits_a, sizeof a);
  return a;
}

#include "pkpd/qs-pkpd-lanes-body.h"
