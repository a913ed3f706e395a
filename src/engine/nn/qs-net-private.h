/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-lstm-panel.h"
#include "nn/qs-net.h"

typedef struct _QsNetCell QsNetCell;

/**
 * QsNetSide:
 * @row: doubles from one row to the next of all arrays [row][column]; the columns of a
 * step's lanes lie side by side, step after step
 * @n_lanes: of the panel, a multiple of 8
 * @n_steps: of its longest sequence
 * @x: inputs; column block s is step s in the side's own direction
 * @h: units' outputs before step s
 * @gates: of step s: sums, then activated, then their slopes
 * @memory: cells before step s
 * @memory_tanh: of the cells after step s
 * @h_slope: slopes of the loss by @h
 * @memory_slope: [unit][lane]
 * @turned: work space: some rows, [column][row]
 *
 * What one direction works on.
 */
typedef struct {
  const QsLstmKernels *kernels; /* borrowed */
  QsNetCell           *cell;    /* owned; NULL without quantum gates */
  guint                n_inputs;
  guint                n_units;
  guint                n_lanes;
  guint                n_steps;
  gsize                row;
  double              *x;
  double              *h;
  double              *gates;
  double              *memory;
  double              *memory_tanh;
  double              *h_slope;
  double              *memory_slope;
  double              *turned;
} QsNetSide;

void qs_net_add_weights (const QsNetSide *side,
                         const double    *slopes,
                         gsize            n_slopes,
                         const double    *rows,
                         gsize            n_rows,
                         double          *gradient);
void qs_net_add_biases (const QsNetSide *side,
                        const double    *slopes,
                        gsize            n,
                        double          *gradient);
