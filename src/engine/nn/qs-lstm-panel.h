/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-lstm-params.h"

/* A panel is a batch of 16 sequences side by side: lanes of two AVX-512 registers. */
#define QS_LSTM_N_LANES 16
/* What a gate row multiplies: units of the step before, inputs, and a one for the bias.
 */
#define QS_LSTM_N_FAN (QS_LSTM_N_UNITS + QS_LSTM_N_INPUTS + 1)
/* The same transposed, rounded up to whole registers. */
#define QS_LSTM_N_FAN_PADDED 72
/* What flows back into a unit: the gates of the step after and the dense layer. */
#define QS_LSTM_N_BACK (QS_LSTM_N_GATES + QS_LSTM_N_DENSE)
#define QS_LSTM_BLOCK_ROWS 8

typedef double QsLstmLanes[QS_LSTM_N_LANES];

/**
 * QsLstmSide:
 * @gate_weights: forward: per pair of units, [fan][gate × 2 units]
 * @back_weights: backward: per 8 units, [gate row, then dense unit][8 units]
 * @dense_weights: per 8 dense units, [unit][8 dense units]
 * @fan: slot s: units after step s - 1, inputs of step s, ones
 * @fan_transposed: the same by lane; unused columns stay 0
 * @gates: slot s: rows of gates of step s, activated, then their gradients; the rows
 * behind them hold the dense layer's gradient of step s - 1, so that one product sends
 * both back
 * @cell: slot s: cell after step s - 1
 * @cell_tanh: hyperbolic tangent of the cell after step s
 * @dense: half of the dense layer after step s
 * @gate_gradient: sums over steps and lanes, columns as in @fan_transposed
 * @dense_gradient: likewise
 *
 * Weights and working memory of one direction, in the order in which the kernels read
 * them; steps are counted in the direction's own order.
 */
typedef struct {
  double      gate_weights[QS_LSTM_N_UNITS / 2][QS_LSTM_N_FAN][QS_LSTM_BLOCK_ROWS];
  double      back_weights[QS_LSTM_N_UNITS / 8][QS_LSTM_N_BACK][QS_LSTM_BLOCK_ROWS];
  double      dense_weights[QS_LSTM_N_DENSE / 8][QS_LSTM_N_UNITS][QS_LSTM_BLOCK_ROWS];
  QsLstmLanes fan[QS_LSTM_N_STEPS + 1][QS_LSTM_N_FAN];
  double      fan_transposed[QS_LSTM_N_STEPS + 1][QS_LSTM_N_LANES][QS_LSTM_N_FAN_PADDED];
  QsLstmLanes gates[QS_LSTM_N_STEPS + 1][QS_LSTM_N_BACK];
  QsLstmLanes cell[QS_LSTM_N_STEPS + 1][QS_LSTM_N_UNITS];
  QsLstmLanes cell_tanh[QS_LSTM_N_STEPS][QS_LSTM_N_UNITS];
  QsLstmLanes cell_gradient[QS_LSTM_N_UNITS];
  QsLstmLanes dense[QS_LSTM_N_STEPS][QS_LSTM_N_DENSE];
  double      gate_gradient[QS_LSTM_N_GATES][QS_LSTM_N_FAN_PADDED];
  double      dense_gradient[QS_LSTM_N_DENSE][QS_LSTM_N_FAN_PADDED];
} QsLstmSide;

/**
 * QsLstmAdam:
 * @rate: learning rate with the bias correction of the first moment
 * @scale: gradient clipping, at most 1
 * @correction: bias correction of the second moment
 *
 * Factors of one step of the optimiser (Kingma & Ba 2015).
 */
typedef struct {
  double rate;
  double scale;
  double correction;
} QsLstmAdamStep;

/**
 * QsLstmKernels:
 * @name: "avx512", "avx2" or "plain"
 * @forward: all steps of a direction and its half of the dense layer, from @fan's inputs
 * @backward: all steps back; expects the dense layer's gradients in @gates; adds the
 * weights' gradients to what @gate_gradient and @dense_gradient hold
 * @adam: moves @n parameters against their gradient
 * @activate: sigmoid and hyperbolic tangent of 16 values, for their test
 * @product: c[i][j] += Σ_k a[i × a_row + k × a_column] b[k][j] for m rows, n columns and
 * @n_inner terms; rows of b and c lie @b_row and @c_row doubles apart
 * @tangents: hyperbolic tangent of @n values in place, a multiple of 8
 * @units_forward: one step of @n_units units in @n_lanes lanes, a multiple of 8: gates
 * [gate][unit] are activated in place; cells, their tangents and the outputs follow. All
 * rows lie @row doubles apart
 * @units_backward: that step back: gates become their gradients; @cell_slope, rows of
 * @n_lanes, comes from the step after and goes to the step before
 *
 * The arithmetic of training for one instruction set. Every set gives the same bits:
 * lanes never mix, sums run in one order, each multiply-add is fused and written out.
 */
typedef struct {
  const char *name;
  void (*forward) (QsLstmSide *side);
  void (*backward) (QsLstmSide *side);
  void (*adam) (double               *params,
                const double         *gradient,
                double               *first,
                double               *second,
                gsize                 n,
                const QsLstmAdamStep *step);
  void (*activate) (const double *x, double *sigmoid, double *tanh);
  void (*product) (gsize         m,
                   gsize         n,
                   gsize         n_inner,
                   const double *a,
                   gsize         a_row,
                   gsize         a_column,
                   const double *b,
                   gsize         b_row,
                   double       *c,
                   gsize         c_row);
  void (*tangents) (gsize n, double *x);
  void (*units_forward) (gsize         n_units,
                         gsize         n_lanes,
                         gsize         row,
                         double       *gates,
                         const double *cell_before,
                         double       *cell,
                         double       *cell_tanh,
                         double       *output);
  void (*units_backward) (gsize         n_units,
                          gsize         n_lanes,
                          gsize         row,
                          double       *gates,
                          const double *cell_before,
                          const double *cell_tanh,
                          const double *output_slope,
                          double       *cell_slope);
} QsLstmKernels;

/* The sets this processor has, best first; %NULL-terminated. */
const QsLstmKernels *const *qs_lstm_kernels (void);
