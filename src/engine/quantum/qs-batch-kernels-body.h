/* SPDX-License-Identifier: Apache-2.0 */

/* The kernels of batched circuits, written once for every instruction set. A path defines
 * KERNELS, the vector V of eight doubles and its operations, then includes this. Each
 * lane is one sample and the order of operations is written out: all paths give the same
 * bits. */

#include "quantum/qs-batch-kernels.h"

#include <string.h>

#define INLINE static inline __attribute__ ((always_inline))

/* Adding 1.5 × 2^52 rounds to an integer. */
#define ROUND_TO_INTEGER 6755399441055744.0
#define TWO_PI_HIGH 6.283185307179586232
#define TWO_PI_LOW 2.449293598294706414e-16

typedef struct {
  V re, im;
} Row;

INLINE Row
row_load (const double *rows, gsize row)
{
  return (Row){ v_load (rows + QS_BATCH_ROW * row),
                v_load (rows + QS_BATCH_ROW * row + QS_BATCH_BLOCK) };
}

INLINE void
row_store (double *rows, gsize row, Row a)
{
  v_store (rows + QS_BATCH_ROW * row, a.re);
  v_store (rows + QS_BATCH_ROW * row + QS_BATCH_BLOCK, a.im);
}

/* Taylor's polynomials on a quarter of the angle within a half turn, error below 1e-16;
 * two doublings bring it back. */
static void
turn (double       base,
      double       by,
      const double input[QS_BATCH_BLOCK],
      double       out[QS_BATCH_ROW])
{
  static const double of_sine[] = {
    -1.0 / 6.0,        1.0 / 120.0,        -1.0 / 5040.0,         1.0 / 362880.0,
    -1.0 / 39916800.0, 1.0 / 6227020800.0, -1.0 / 1307674368000.0
  };
  static const double of_cosine[] = { -1.0 / 2.0,           1.0 / 24.0,
                                      -1.0 / 720.0,         1.0 / 40320.0,
                                      -1.0 / 3628800.0,     1.0 / 479001600.0,
                                      -1.0 / 87178291200.0, 1.0 / 20922789888000.0 };
  const V             one = v_set1 (1.0), rounder = v_set1 (ROUND_TO_INTEGER);
  const V             a = v_fma (v_set1 (by), v_load (input), v_set1 (base));
  const V             n = v_sub (v_fma (a, v_set1 (1.0 / TWO_PI_HIGH), rounder), rounder);
  V                   r = v_fnma (n, v_set1 (TWO_PI_HIGH), a), r2, sine, cosine;

  r = v_mul (v_fnma (n, v_set1 (TWO_PI_LOW), r), v_set1 (0.25));
  r2 = v_mul (r, r);
  sine = v_set1 (of_sine[G_N_ELEMENTS (of_sine) - 1]);
  for (guint k = G_N_ELEMENTS (of_sine) - 1; k-- > 0;)
    sine = v_fma (sine, r2, v_set1 (of_sine[k]));
  sine = v_fma (v_mul (sine, r2), r, r);
  cosine = v_set1 (of_cosine[G_N_ELEMENTS (of_cosine) - 1]);
  for (guint k = G_N_ELEMENTS (of_cosine) - 1; k-- > 0;)
    cosine = v_fma (cosine, r2, v_set1 (of_cosine[k]));
  cosine = v_fma (cosine, r2, one);

  for (guint k = 0; k < 2; k++) {
    const V twice = v_add (sine, sine);

    sine = v_mul (twice, cosine);
    cosine = v_fnma (v_mul (v_set1 (0.5), twice), twice, one);
  }

  v_store (out, cosine);
  v_store (out + QS_BATCH_BLOCK, sine);
}

typedef struct {
  V c, s;
} Turn;

/* The turn of a step, or its inverse. */
INLINE Turn
turn_load (const double *turns, guint step, gboolean back)
{
  const double *at = turns + QS_BATCH_ROW * step;
  const V       s = v_load (at + QS_BATCH_BLOCK);

  return (Turn){ v_load (at), back ? v_sub (v_set1 (0.0), s) : s };
}

INLINE void
turn_real (Row *a, Row *b, Turn by)
{
  const Row old = *a;

  a->re = v_fnma (by.s, b->re, v_mul (by.c, old.re));
  a->im = v_fnma (by.s, b->im, v_mul (by.c, old.im));
  b->re = v_fma (by.s, old.re, v_mul (by.c, b->re));
  b->im = v_fma (by.s, old.im, v_mul (by.c, b->im));
}

INLINE void
turn_imaginary (Row *a, Row *b, Turn by)
{
  const Row old = *a;

  a->re = v_fma (by.s, b->im, v_mul (by.c, old.re));
  a->im = v_fnma (by.s, b->re, v_mul (by.c, old.im));
  b->re = v_fma (by.s, old.im, v_mul (by.c, b->re));
  b->im = v_fnma (by.s, old.re, v_mul (by.c, b->im));
}

INLINE void
turn_phase (Row *a, Turn by)
{
  const V old = a->re;

  a->re = v_fnma (by.s, a->im, v_mul (by.c, old));
  a->im = v_fma (by.s, old, v_mul (by.c, a->im));
}

INLINE void
forward_real (const QsBatchPass *pass,
              const guint16     *rows,
              const double      *turns,
              double            *ket,
              gboolean           before,
              gboolean           after)
{
  const guint step = pass->step, n = pass->n_rows;
  const Turn  first = turn_load (turns, before ? step - 1 : step, FALSE);
  const Turn  by = turn_load (turns, step, FALSE);
  const Turn  last = turn_load (turns, after ? step + 1 : step, FALSE);

  for (guint k = 0; k < n; k += 2) {
    Row a = row_load (ket, rows[k]), b = row_load (ket, rows[k + 1]);

    if (before)
      turn_phase (&b, first);
    turn_real (&a, &b, by);
    if (after)
      turn_phase (&b, last);
    row_store (ket, rows[k], a);
    row_store (ket, rows[k + 1], b);
  }
}

static void
forward (const QsBatchProgram *program, const double *turns, double *ket)
{
  memset (ket, 0, program->n_rows * QS_BATCH_ROW * sizeof *ket);
  v_store (ket, v_set1 (1.0));

  for (guint i = 0; i < program->n_passes; i++) {
    const QsBatchPass *pass = &program->passes[i];
    const guint16     *rows = program->rows + pass->first;
    const guint        n = pass->n_rows;
    const Turn         by = turn_load (turns, pass->step, FALSE);

    switch (pass->form) {
    case QS_BATCH_REAL:
      if (pass->before && pass->after)
        forward_real (pass, rows, turns, ket, TRUE, TRUE);
      else if (pass->before)
        forward_real (pass, rows, turns, ket, TRUE, FALSE);
      else if (pass->after)
        forward_real (pass, rows, turns, ket, FALSE, TRUE);
      else
        forward_real (pass, rows, turns, ket, FALSE, FALSE);
      break;
    case QS_BATCH_IMAGINARY:
      for (guint k = 0; k < n; k += 2) {
        Row a = row_load (ket, rows[k]), b = row_load (ket, rows[k + 1]);

        turn_imaginary (&a, &b, by);
        row_store (ket, rows[k], a);
        row_store (ket, rows[k + 1], b);
      }
      break;
    case QS_BATCH_PHASE:
      for (guint k = 0; k < n; k++) {
        Row a = row_load (ket, rows[k]);

        turn_phase (&a, by);
        row_store (ket, rows[k], a);
      }
      break;
    }
  }
}

static void
measure (const QsBatchProgram *program,
         const double         *ket,
         double               *scratch,
         double               *output)
{
  for (guint row = 0; row < program->n_rows; row++) {
    const Row a = row_load (ket, row);

    v_store (scratch + QS_BATCH_BLOCK * row, v_fma (a.im, a.im, v_mul (a.re, a.re)));
  }

  for (guint k = 0; k < program->n_outputs; k++) {
    const guint8 *negative = program->negative + program->n_rows * k;
    V             plus = v_set1 (0.0), minus = v_set1 (0.0);

    for (guint row = 0; row < program->n_rows; row++) {
      const V p = v_load (scratch + QS_BATCH_BLOCK * row);

      if (negative[row])
        minus = v_add (minus, p);
      else
        plus = v_add (plus, p);
    }
    v_store (output + QS_BATCH_BLOCK * k, v_sub (plus, minus));
  }
}

/* bra = W ket with W the derivative by the rows' probabilities. */
static void
weigh (const QsBatchProgram *program, const double *slope, const double *ket, double *bra)
{
  for (guint row = 0; row < program->n_rows; row++) {
    const Row a = row_load (ket, row);
    V         weight = v_set1 (0.0);

    for (guint k = 0; k < program->n_outputs; k++) {
      const V of_output = v_load (slope + QS_BATCH_BLOCK * k);

      weight = program->negative[program->n_rows * k + row] ? v_sub (weight, of_output)
                                                            : v_add (weight, of_output);
    }
    row_store (bra, row, (Row){ v_mul (weight, a.re), v_mul (weight, a.im) });
  }
}

/* Re (conj (a) b) + c */
INLINE V
add_re (Row a, Row b, V c)
{
  return v_fma (a.im, b.im, v_fma (a.re, b.re, c));
}

/* Im (conj (a) b) + c */
INLINE V
add_im (Row a, Row b, V c)
{
  return v_fnma (a.im, b.re, v_fma (a.re, b.im, c));
}

INLINE void
slope_store (double *step_slope, guint step, V sum)
{
  v_store (step_slope + QS_BATCH_BLOCK * step, v_add (sum, sum));
}

/* With G a turn's generator the slope by α is 2 Re ⟨bra| −i G |ket⟩, both taken just
 * after it. These are the sums without the 2; a phase's has the other sign. */

INLINE void
back_real (const QsBatchPass *pass,
           const guint16     *rows,
           const double      *turns,
           double            *ket,
           double            *bra,
           double            *step_slope,
           gboolean           before,
           gboolean           after)
{
  const guint step = pass->step, n = pass->n_rows;
  const Turn  first = turn_load (turns, before ? step - 1 : step, TRUE);
  const Turn  by = turn_load (turns, step, TRUE);
  const Turn  last = turn_load (turns, after ? step + 1 : step, TRUE);
  V           plus = v_set1 (0.0), minus = plus, of_first = plus, of_last = plus;

  for (guint k = 0; k < n; k += 2) {
    Row a = row_load (ket, rows[k]), b = row_load (ket, rows[k + 1]);
    Row p = row_load (bra, rows[k]), q = row_load (bra, rows[k + 1]);

    if (after) {
      of_last = add_im (b, q, of_last);
      turn_phase (&b, last);
      turn_phase (&q, last);
    }
    plus = add_re (q, a, plus);
    minus = add_re (p, b, minus);
    turn_real (&a, &b, by);
    turn_real (&p, &q, by);
    if (before) {
      of_first = add_im (b, q, of_first);
      turn_phase (&b, first);
      turn_phase (&q, first);
    }
    row_store (ket, rows[k], a);
    row_store (ket, rows[k + 1], b);
    row_store (bra, rows[k], p);
    row_store (bra, rows[k + 1], q);
  }

  slope_store (step_slope, step, v_sub (plus, minus));
  if (before)
    slope_store (step_slope, step - 1, of_first);
  if (after)
    slope_store (step_slope, step + 1, of_last);
}

static void
backward (const QsBatchProgram *program,
          const double         *turns,
          const double         *slope,
          double               *ket,
          double               *bra,
          double               *step_slope)
{
  weigh (program, slope, ket, bra);

  for (guint i = program->n_passes; i-- > 0;) {
    const QsBatchPass *pass = &program->passes[i];
    const guint16     *rows = program->rows + pass->first;
    const guint        n = pass->n_rows;
    const Turn         by = turn_load (turns, pass->step, TRUE);
    V                  sum = v_set1 (0.0);

    switch (pass->form) {
    case QS_BATCH_REAL:
      if (pass->before && pass->after)
        back_real (pass, rows, turns, ket, bra, step_slope, TRUE, TRUE);
      else if (pass->before)
        back_real (pass, rows, turns, ket, bra, step_slope, TRUE, FALSE);
      else if (pass->after)
        back_real (pass, rows, turns, ket, bra, step_slope, FALSE, TRUE);
      else
        back_real (pass, rows, turns, ket, bra, step_slope, FALSE, FALSE);
      break;
    case QS_BATCH_IMAGINARY:
      for (guint k = 0; k < n; k += 2) {
        Row a = row_load (ket, rows[k]), b = row_load (ket, rows[k + 1]);
        Row p = row_load (bra, rows[k]), q = row_load (bra, rows[k + 1]);

        sum = add_im (q, a, add_im (p, b, sum));
        turn_imaginary (&a, &b, by);
        turn_imaginary (&p, &q, by);
        row_store (ket, rows[k], a);
        row_store (ket, rows[k + 1], b);
        row_store (bra, rows[k], p);
        row_store (bra, rows[k + 1], q);
      }
      slope_store (step_slope, pass->step, sum);
      break;
    case QS_BATCH_PHASE:
      for (guint k = 0; k < n; k++) {
        Row a = row_load (ket, rows[k]), p = row_load (bra, rows[k]);

        sum = add_im (a, p, sum);
        turn_phase (&a, by);
        turn_phase (&p, by);
        row_store (ket, rows[k], a);
        row_store (bra, rows[k], p);
      }
      slope_store (step_slope, pass->step, sum);
      break;
    }
  }
}

const QsBatchKernels KERNELS = {
  .turn = turn,
  .forward = forward,
  .measure = measure,
  .backward = backward,
};
