/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-lstm-panel.h"
#include "nn/qs-net.h"

/**
 * QsNetSide:
 * @row: doubles from one row to the next of all arrays [row][column]; the columns of a
 * step's lanes lie side by side, step after step
 * @n_lanes: of the panel, a multiple of 8
 * @n_steps: of its longest sequence
 * @x: inputs; column block s is step s in the side's own direction
 * @h: units' outputs before step s
 * @gates: of step s: sums, then activated, then their slopes
 * @cell: cells before step s
 * @cell_tanh: of the cells after step s
 * @h_slope: slopes of the loss by @h
 * @cell_slope: [unit][lane]
 * @turned: work space: some rows, [column][row]
 *
 * What one direction works on.
 */
typedef struct {
  const QsLstmKernels *kernels; /* borrowed */
  guint                n_inputs;
  guint                n_units;
  guint                n_lanes;
  guint                n_steps;
  gsize                row;
  double              *x;
  double              *h;
  double              *gates;
  double              *cell;
  double              *cell_tanh;
  double              *h_slope;
  double              *cell_slope;
  double              *turned;
} QsNetSide;
