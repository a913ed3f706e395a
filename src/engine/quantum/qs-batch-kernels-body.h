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
row_load (const double *rows, guint row)
{
  return (Row){ v_load (rows + QS_BATCH_ROW * row),
                v_load (rows + QS_BATCH_ROW * row + QS_BATCH_BLOCK) };
}

INLINE void
row_store (double *rows, guint row, V re, V im)
{
  v_store (rows + QS_BATCH_ROW * row, re);
  v_store (rows + QS_BATCH_ROW * row + QS_BATCH_BLOCK, im);
}

/* Taylor's polynomials on a quarter of the angle within a half turn, error below 1e-16;
 * two doublings bring it back. */
static void
turn (const double angle[QS_BATCH_BLOCK], double out[QS_BATCH_ROW])
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
  const V             a = v_load (angle);
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

INLINE void
turn_real (double *rows, guint i, guint j, V c, V s)
{
  const Row a = row_load (rows, i), b = row_load (rows, j);

  row_store (rows, i, v_fnma (s, b.re, v_mul (c, a.re)),
             v_fnma (s, b.im, v_mul (c, a.im)));
  row_store (rows, j, v_fma (s, a.re, v_mul (c, b.re)), v_fma (s, a.im, v_mul (c, b.im)));
}

INLINE void
turn_imaginary (double *rows, guint i, guint j, V c, V s)
{
  const Row a = row_load (rows, i), b = row_load (rows, j);

  row_store (rows, i, v_fma (s, b.im, v_mul (c, a.re)),
             v_fnma (s, b.re, v_mul (c, a.im)));
  row_store (rows, j, v_fma (s, a.im, v_mul (c, b.re)),
             v_fnma (s, a.re, v_mul (c, b.im)));
}

INLINE void
turn_phase (double *rows, guint i, V c, V s)
{
  const Row a = row_load (rows, i);

  row_store (rows, i, v_fnma (s, a.im, v_mul (c, a.re)),
             v_fma (s, a.re, v_mul (c, a.im)));
}

static void
forward (const QsBatchProgram *program, const double *turns, double *ket)
{
  memset (ket, 0, program->n_rows * QS_BATCH_ROW * sizeof *ket);
  v_store (ket, v_set1 (1.0));

  for (guint step = 0; step < program->n_steps; step++) {
    const QsBatchStep *at = &program->steps[step];
    const guint16     *rows = program->rows + at->first;
    const V            c = v_load (turns + QS_BATCH_ROW * step);
    const V            s = v_load (turns + QS_BATCH_ROW * step + QS_BATCH_BLOCK);

    switch (at->form) {
    case QS_BATCH_REAL:
      for (guint k = 0; k < at->n_rows; k += 2)
        turn_real (ket, rows[k], rows[k + 1], c, s);
      break;
    case QS_BATCH_IMAGINARY:
      for (guint k = 0; k < at->n_rows; k += 2)
        turn_imaginary (ket, rows[k], rows[k + 1], c, s);
      break;
    case QS_BATCH_PHASE:
      for (guint k = 0; k < at->n_rows; k++)
        turn_phase (ket, rows[k], c, s);
      break;
    }
  }
}

static void
measure (const QsBatchProgram *program, const double *ket, double *output)
{
  for (guint k = 0; k < program->n_outputs; k++) {
    const guint8 *negative = program->negative + program->n_rows * k;
    V             plus = v_set1 (0.0), minus = v_set1 (0.0);

    for (guint row = 0; row < program->n_rows; row++) {
      const Row a = row_load (ket, row);

      if (negative[row])
        minus = v_fma (a.im, a.im, v_fma (a.re, a.re, minus));
      else
        plus = v_fma (a.im, a.im, v_fma (a.re, a.re, plus));
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
    row_store (bra, row, v_mul (weight, a.re), v_mul (weight, a.im));
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

/* With G the step's generator the slope by α is 2 Re ⟨bra| −i G |ket⟩, both after it. */
static void
backward (const QsBatchProgram *program,
          const double         *turns,
          const double         *slope,
          double               *ket,
          double               *bra,
          double               *step_slope)
{
  const V none = v_set1 (0.0), two = v_set1 (2.0);

  weigh (program, slope, ket, bra);

  for (guint step = program->n_steps; step-- > 0;) {
    const QsBatchStep *at = &program->steps[step];
    const guint16     *rows = program->rows + at->first;
    const V            c = v_load (turns + QS_BATCH_ROW * step);
    const V s = v_sub (none, v_load (turns + QS_BATCH_ROW * step + QS_BATCH_BLOCK));
    V       plus = none, minus = none;

    switch (at->form) {
    case QS_BATCH_REAL:
      for (guint k = 0; k < at->n_rows; k += 2) {
        const guint i = rows[k], j = rows[k + 1];

        plus = add_re (row_load (bra, j), row_load (ket, i), plus);
        minus = add_re (row_load (bra, i), row_load (ket, j), minus);
        turn_real (ket, i, j, c, s);
        turn_real (bra, i, j, c, s);
      }
      break;
    case QS_BATCH_IMAGINARY:
      for (guint k = 0; k < at->n_rows; k += 2) {
        const guint i = rows[k], j = rows[k + 1];

        plus = add_im (row_load (bra, i), row_load (ket, j), plus);
        plus = add_im (row_load (bra, j), row_load (ket, i), plus);
        turn_imaginary (ket, i, j, c, s);
        turn_imaginary (bra, i, j, c, s);
      }
      break;
    case QS_BATCH_PHASE:
      for (guint k = 0; k < at->n_rows; k++) {
        minus = add_im (row_load (bra, rows[k]), row_load (ket, rows[k]), minus);
        turn_phase (ket, rows[k], c, s);
        turn_phase (bra, rows[k], c, s);
      }
      break;
    }
    v_store (step_slope + QS_BATCH_BLOCK * step, v_mul (two, v_sub (plus, minus)));
  }
}

const QsBatchKernels KERNELS = {
  .turn = turn,
  .forward = forward,
  .measure = measure,
  .backward = backward,
};
