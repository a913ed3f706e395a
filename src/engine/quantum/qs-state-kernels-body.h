/* SPDX-License-Identifier: Apache-2.0 */

/* The kernels of the state vector, written once for every instruction set. A path defines
 * KERNELS, the vector V of eight doubles and its operations, then includes this. Each
 * operation is the same IEEE operation on every path and the order is written out: all
 * paths give the same bits. */

#include "quantum/qs-state-kernels.h"

#define INLINE static inline __attribute__ ((always_inline))

typedef struct {
  V re, im;
} C;

INLINE C
c_set1 (QsComplex a)
{
  return (C){ v_set1 (a.re), v_set1 (a.im) };
}

INLINE C
c_load (const double *re, const double *im, gsize octet)
{
  return (C){ v_load (re + QS_OCTET * octet), v_load (im + QS_OCTET * octet) };
}

INLINE void
c_store (double *re, double *im, gsize octet, C a)
{
  v_store (re + QS_OCTET * octet, a.re);
  v_store (im + QS_OCTET * octet, a.im);
}

INLINE C
c_choose (Lanes lanes, C a, C b)
{
  return (C){ v_choose (lanes, a.re, b.re), v_choose (lanes, a.im, b.im) };
}

INLINE C
c_mul (C a, C b)
{
  return (C){ v_fnma (a.im, b.im, v_mul (a.re, b.re)),
              v_fma (a.im, b.re, v_mul (a.re, b.im)) };
}

INLINE C
c_fma (C a, C b, C c)
{
  return (C){ v_fnma (a.im, b.im, v_fma (a.re, b.re, c.re)),
              v_fma (a.im, b.re, v_fma (a.re, b.im, c.im)) };
}

/* The number of work item @k: @k with the fixed bits put in. */
INLINE gsize
item_octet (const QsStateSpan *span, gsize k)
{
  for (gsize left = span->fixed; left != 0; left &= left - 1) {
    const gsize below = (left & -left) - 1;

    k = (k & below) | (k & ~below) << 1;
  }

  return k | span->ones;
}

/* How many items from @k on are neighbours. */
INLINE gsize
item_run (const QsStateSpan *span, gsize k, gsize end)
{
  const gsize lowest = span->fixed & -span->fixed;
  const gsize run = lowest - (k & (lowest - 1));

  return lowest == 0 || run > end - k ? end - k : run;
}

/* Runs over the work items: the octet's number is i. */
#define EACH_OCTET(span, begin, end)                                                  \
  for (gsize k_ = (begin), run_, first_; k_ < (end); k_ += run_)                      \
    if ((run_ = item_run ((span), k_, (end))), (first_ = item_octet ((span), k_)), 1) \
      for (gsize i = first_; i < first_ + run_; i++)

INLINE guint
lanes_with (guint lane_bit)
{
  return lane_bit == 1 ? 0xaa : lane_bit == 2 ? 0xcc : 0xf0;
}

static void
turn (const QsStateSpan *span,
      const QsGate1     *gate,
      double            *re,
      double            *im,
      gsize              begin,
      gsize              end)
{
  const Lanes lanes = v_lanes (span->lanes);
  const C     u00 = c_set1 (gate->u[0][0]), u01 = c_set1 (gate->u[0][1]);
  const C     u10 = c_set1 (gate->u[1][0]), u11 = c_set1 (gate->u[1][1]);

  if (span->bit != 0) {
    EACH_OCTET (span, begin, end)
    {
      const C a = c_load (re, im, i), b = c_load (re, im, i | span->bit);

      c_store (re, im, i, c_choose (lanes, c_fma (u01, b, c_mul (u00, a)), a));
      c_store (re, im, i | span->bit,
               c_choose (lanes, c_fma (u10, a, c_mul (u11, b)), b));
    }
  } else {
    const Swap  swap = v_swap_by (span->lane_bit);
    const Lanes high = v_lanes (lanes_with (span->lane_bit));
    const C     own = c_choose (high, u11, u00), other = c_choose (high, u10, u01);

    EACH_OCTET (span, begin, end)
    {
      const C a = c_load (re, im, i);
      const C b = { v_swapped (swap, a.re), v_swapped (swap, a.im) };

      c_store (re, im, i, c_choose (lanes, c_fma (other, b, c_mul (own, a)), a));
    }
  }
}

static void
turn_real (const QsStateSpan *span,
           const QsGate1     *gate,
           double            *plane,
           gsize              begin,
           gsize              end)
{
  const Lanes lanes = v_lanes (span->lanes);
  const V     u00 = v_set1 (gate->u[0][0].re), u01 = v_set1 (gate->u[0][1].re);
  const V     u10 = v_set1 (gate->u[1][0].re), u11 = v_set1 (gate->u[1][1].re);

  if (span->bit != 0) {
    const gsize stride = QS_OCTET * span->bit;

    EACH_OCTET (span, begin, end)
    {
      double *at = plane + QS_OCTET * i;
      const V a = v_load (at), b = v_load (at + stride);

      v_store (at, v_choose (lanes, v_fma (u01, b, v_mul (u00, a)), a));
      v_store (at + stride, v_choose (lanes, v_fma (u10, a, v_mul (u11, b)), b));
    }
  } else {
    const Swap  swap = v_swap_by (span->lane_bit);
    const Lanes high = v_lanes (lanes_with (span->lane_bit));
    const V     own = v_choose (high, u11, u00), other = v_choose (high, u10, u01);

    EACH_OCTET (span, begin, end)
    {
      double *at = plane + QS_OCTET * i;
      const V a = v_load (at);

      v_store (at,
               v_choose (lanes, v_fma (other, v_swapped (swap, a), v_mul (own, a)), a));
    }
  }
}

static void
exchange (const QsStateSpan *span, double *plane, gsize begin, gsize end)
{
  const Lanes lanes = v_lanes (span->lanes);

  if (span->bit != 0) {
    const gsize stride = QS_OCTET * span->bit;

    EACH_OCTET (span, begin, end)
    {
      double *at = plane + QS_OCTET * i;
      const V a = v_load (at), b = v_load (at + stride);

      v_store (at, v_choose (lanes, b, a));
      v_store (at + stride, v_choose (lanes, a, b));
    }
  } else {
    const Swap swap = v_swap_by (span->lane_bit);

    EACH_OCTET (span, begin, end)
    {
      double *at = plane + QS_OCTET * i;
      const V a = v_load (at);

      v_store (at, v_choose (lanes, v_swapped (swap, a), a));
    }
  }
}

static void
scale (const QsStateSpan *span,
       QsComplex          factor,
       double            *re,
       double            *im,
       gsize              begin,
       gsize              end)
{
  const Lanes lanes = v_lanes (span->lanes);
  const C     by = c_set1 (factor);

  if (im == NULL) {
    EACH_OCTET (span, begin, end)
    {
      const V a = v_load (re + QS_OCTET * i);

      v_store (re + QS_OCTET * i, v_choose (lanes, v_mul (by.re, a), a));
    }
  } else {
    EACH_OCTET (span, begin, end)
    {
      const C a = c_load (re, im, i);

      c_store (re, im, i, c_choose (lanes, c_mul (by, a), a));
    }
  }
}

/* conj (a) b + c */
INLINE C
c_fma_conj (C a, C b, C c)
{
  return (C){ v_fma (a.im, b.im, v_fma (a.re, b.re, c.re)),
              v_fnma (a.im, b.re, v_fma (a.re, b.im, c.im)) };
}

/* The sum of those lanes of @a whose bit is set in @bits. */
INLINE double
lanes_sum (V a, guint bits)
{
  double lane[QS_OCTET], sum = 0.0;

  v_store (lane, a);
  for (guint i = 0; i < QS_OCTET; i++)
    if (bits >> i & 1)
      sum += lane[i];

  return sum;
}

static void
unturn (const QsStateSpan *span,
        const QsGate1     *dagger,
        double            *ket_re,
        double            *ket_im,
        double            *bra_re,
        double            *bra_im,
        gsize              begin,
        gsize              end,
        double             sums[8])
{
  const Lanes lanes = v_lanes (span->lanes);
  const C     u00 = c_set1 (dagger->u[0][0]), u01 = c_set1 (dagger->u[0][1]);
  const C     u10 = c_set1 (dagger->u[1][0]), u11 = c_set1 (dagger->u[1][1]);
  const C     none = c_set1 ((QsComplex){ 0.0, 0.0 });
  C           m[4] = { none, none, none, none };

  if (span->bit != 0) {
    EACH_OCTET (span, begin, end)
    {
      const gsize j = i | span->bit;
      const C     a = c_load (ket_re, ket_im, i), b = c_load (ket_re, ket_im, j);
      const C     p = c_load (bra_re, bra_im, i), q = c_load (bra_re, bra_im, j);
      const C     a_old = c_choose (lanes, c_fma (u01, b, c_mul (u00, a)), a);
      const C     b_old = c_choose (lanes, c_fma (u10, a, c_mul (u11, b)), b);

      c_store (ket_re, ket_im, i, a_old);
      c_store (ket_re, ket_im, j, b_old);
      m[0] = c_fma_conj (p, a_old, m[0]);
      m[1] = c_fma_conj (p, b_old, m[1]);
      m[2] = c_fma_conj (q, a_old, m[2]);
      m[3] = c_fma_conj (q, b_old, m[3]);
      c_store (bra_re, bra_im, i, c_choose (lanes, c_fma (u01, q, c_mul (u00, p)), p));
      c_store (bra_re, bra_im, j, c_choose (lanes, c_fma (u10, p, c_mul (u11, q)), q));
    }

    for (guint k = 0; k < 4; k++) {
      sums[2 * k] = lanes_sum (m[k].re, span->lanes);
      sums[2 * k + 1] = lanes_sum (m[k].im, span->lanes);
    }
  } else {
    const guint with = lanes_with (span->lane_bit);
    const Swap  swap = v_swap_by (span->lane_bit);
    const Lanes high = v_lanes (with);
    const C     own = c_choose (high, u11, u00), other = c_choose (high, u10, u01);

    EACH_OCTET (span, begin, end)
    {
      const C a = c_load (ket_re, ket_im, i), p = c_load (bra_re, bra_im, i);
      const C b = { v_swapped (swap, a.re), v_swapped (swap, a.im) };
      const C q = { v_swapped (swap, p.re), v_swapped (swap, p.im) };
      const C a_old = c_choose (lanes, c_fma (other, b, c_mul (own, a)), a);
      const C b_old = { v_swapped (swap, a_old.re), v_swapped (swap, a_old.im) };

      c_store (ket_re, ket_im, i, a_old);
      m[0] = c_fma_conj (p, a_old, m[0]);
      m[1] = c_fma_conj (p, b_old, m[1]);
      c_store (bra_re, bra_im, i, c_choose (lanes, c_fma (other, q, c_mul (own, p)), p));
    }

    /* The lanes without the bit hold row 0, those with it row 1. */
    for (guint k = 0; k < 4; k++) {
      const guint row = k / 2, column = k % 2;
      const C     sum = m[row != column];
      const guint bits = span->lanes & (row == 1 ? with : ~with);

      sums[2 * k] = lanes_sum (sum.re, bits);
      sums[2 * k + 1] = lanes_sum (sum.im, bits);
    }
  }
}

/* Four chains hide the latency of the additions. */
#define N_CHAINS 4

INLINE double
chains_sum (const V chain[N_CHAINS])
{
  double lane[QS_OCTET];

  v_store (lane, v_add (v_add (chain[0], chain[1]), v_add (chain[2], chain[3])));
  return ((lane[0] + lane[1]) + (lane[2] + lane[3])) +
         ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

INLINE double
dot_any (const double *a, const double *b, const guint8 *negative, gsize begin, gsize end)
{
  V     chain[N_CHAINS];
  gsize i = begin;

  for (guint k = 0; k < N_CHAINS; k++)
    chain[k] = v_set1 (0.0);

  while (i < end) {
    for (guint k = 0; k < N_CHAINS && i < end; k++, i++) {
      V left = v_load (a + QS_OCTET * i);

      if (negative != NULL)
        left = v_negate_where (negative + QS_OCTET * i, left);
      chain[k] = v_fma (left, v_load (b + QS_OCTET * i), chain[k]);
    }
  }

  return chains_sum (chain);
}

static double
dot (const double *a, const double *b, gsize begin, gsize end)
{
  return dot_any (a, b, NULL, begin, end);
}

static double
dot_where (const double *a,
           const double *b,
           const guint8 *negative,
           gsize         begin,
           gsize         end)
{
  return dot_any (a, b, negative, begin, end);
}

INLINE double
mirror_any (double       *a,
            const double *b,
            double        twice,
            const guint8 *negative,
            gsize         begin,
            gsize         end)
{
  const V factor = v_set1 (twice);
  V       chain[N_CHAINS];
  gsize   i = begin;

  for (guint k = 0; k < N_CHAINS; k++)
    chain[k] = v_set1 (0.0);

  while (i < end) {
    for (guint k = 0; k < N_CHAINS && i < end; k++, i++) {
      const V about = v_load (b + QS_OCTET * i);
      V       value = v_load (a + QS_OCTET * i);

      if (negative != NULL)
        value = v_negate_where (negative + QS_OCTET * i, value);
      value = v_sub (v_mul (factor, about), value);
      v_store (a + QS_OCTET * i, value);
      if (negative != NULL)
        value = v_negate_where (negative + QS_OCTET * i, value);
      chain[k] = v_fma (value, about, chain[k]);
    }
  }

  return chains_sum (chain);
}

static double
mirror (double       *a,
        const double *b,
        double        twice,
        const guint8 *negative,
        gsize         begin,
        gsize         end)
{
  return negative != NULL ? mirror_any (a, b, twice, negative, begin, end)
                          : mirror_any (a, b, twice, NULL, begin, end);
}

static double
parity (const double *a, gsize mask, gsize begin, gsize end)
{
  guint8 odd[2][QS_OCTET];
  V      chain[N_CHAINS];
  gsize  i = begin;

  for (guint lane = 0; lane < QS_OCTET; lane++) {
    odd[0][lane] = (guint8) __builtin_parityll (lane & mask);
    odd[1][lane] = !odd[0][lane];
  }
  for (guint k = 0; k < N_CHAINS; k++)
    chain[k] = v_set1 (0.0);

  while (i < end) {
    for (guint k = 0; k < N_CHAINS && i < end; k++, i++) {
      const V     value = v_load (a + QS_OCTET * i);
      const gsize high = __builtin_parityll (QS_OCTET * i & mask);

      chain[k] = v_fma (v_negate_where (odd[high], value), value, chain[k]);
    }
  }

  return chains_sum (chain);
}

const QsStateKernels KERNELS = {
  .turn = turn,
  .turn_real = turn_real,
  .exchange = exchange,
  .scale = scale,
  .unturn = unturn,
  .dot = dot,
  .dot_where = dot_where,
  .mirror = mirror,
  .parity = parity,
};
