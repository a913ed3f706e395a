/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Samples in a block. A row holds one amplitude of each: real parts, then imaginary. */
#define QS_BATCH_BLOCK 8
#define QS_BATCH_ROW (2 * QS_BATCH_BLOCK)

/**
 * QsBatchForm:
 * @QS_BATCH_REAL: pairs turn by exp (−i α Y)
 * @QS_BATCH_IMAGINARY: pairs turn by exp (−i α X)
 * @QS_BATCH_PHASE: rows turn by e^iα
 */
typedef enum {
  QS_BATCH_REAL,
  QS_BATCH_IMAGINARY,
  QS_BATCH_PHASE,
} QsBatchForm;

/**
 * QsBatchPass:
 * @before: of a real turn: whether the second row of each pair turns by the phase of the
 *   step before this one first
 * @after: likewise by the phase of the step after it, last
 * @step: number of the turn
 * @first: where its rows begin among the program's
 * @n_rows: how many it turns; of a pair both count and lie side by side
 *
 * One way through the rows.
 */
typedef struct {
  QsBatchForm form;
  gboolean    before;
  gboolean    after;
  guint       step;
  guint       first;
  guint       n_rows;
} QsBatchPass;

/**
 * QsBatchProgram:
 * @negative: [output][row]: 1 where the product of Z is −1
 *
 * A circuit as turns of rows.
 */
typedef struct {
  guint              n_rows;
  guint              n_passes;
  guint              n_outputs;
  const QsBatchPass *passes;
  const guint16     *rows;
  const guint8      *negative;
} QsBatchProgram;

/**
 * QsBatchKernels:
 * @turn: cosines, then sines of @base + @by × input
 * @forward: runs the passes from row 0 on; @turns is [step][cosine, sine][sample]
 * @measure: @output is [output][sample]; @scratch has room for a value per row and sample
 * @backward: takes the passes back from where @forward ended; @slope is [output][sample],
 *   @step_slope [step][sample]: by the step's α
 *
 * The kernels of one instruction set; all give the same bits.
 */
typedef struct {
  void (*turn) (double       base,
                double       by,
                const double input[QS_BATCH_BLOCK],
                double       turn[QS_BATCH_ROW]);
  void (*forward) (const QsBatchProgram *program, const double *turns, double *ket);
  void (*measure) (const QsBatchProgram *program,
                   const double         *ket,
                   double               *scratch,
                   double               *output);
  void (*backward) (const QsBatchProgram *program,
                    const double         *turns,
                    const double         *slope,
                    double               *ket,
                    double               *bra,
                    double               *step_slope);
} QsBatchKernels;

extern const QsBatchKernels qs_batch_kernels_plain;
extern const QsBatchKernels qs_batch_kernels_avx2;
extern const QsBatchKernels qs_batch_kernels_avx512;
