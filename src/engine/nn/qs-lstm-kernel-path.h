/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-lstm-params.h"

/* Rows of one unit's product: dose, co-medication, then the units of the step before. */
#define QS_LSTM_KERNEL_N_ROWS (2 + QS_LSTM_N_UNITS)

/* Weights of four neighbours, the four gates of a unit or four dense units, lie side by
 * side, because they are multiplied by the same row. */
#define QS_LSTM_KERNEL_N_DENSE_BLOCKS (QS_LSTM_N_DENSE / 4)

/**
 * QsLstmPacked:
 * @cell: [direction][unit][row][gate], gates scaled for the base-two exponential
 * @dense: [direction][block][unit][dense unit in block]
 * @bias: [step][direction][unit][gate]: bias and time's share, scaled as @cell
 *
 * The network in single precision, laid out as the paths read it.
 */
typedef struct {
  float  cell[2][QS_LSTM_N_UNITS][QS_LSTM_KERNEL_N_ROWS][4];
  float  dense[2][QS_LSTM_KERNEL_N_DENSE_BLOCKS][QS_LSTM_N_UNITS][4];
  float  dense_bias[QS_LSTM_N_DENSE];
  float  output[QS_LSTM_N_DENSE];
  float  output_bias;
  float *bias;
  guint  n_steps;
} QsLstmPacked;

/**
 * QsLstmPeaks:
 * @n: trajectories
 * @doses: their standardised transformed doses
 * @comeds: their standardised co-medications
 * @step_from: first step whose output counts
 * @step_to: one past the last
 * @highest: (nullable): [n], filled with the highest output
 * @lowest: (nullable): [n], filled with the lowest
 *
 * What a path is asked to do.
 */
typedef struct {
  gsize         n;
  const double *doses;
  const double *comeds;
  guint         step_from;
  guint         step_to;
  double       *highest;
  double       *lowest;
} QsLstmPeaks;

void qs_lstm_kernel_peaks_plain (const QsLstmPacked *packed, const QsLstmPeaks *peaks);
void qs_lstm_kernel_peaks_avx2 (const QsLstmPacked *packed, const QsLstmPeaks *peaks);
void qs_lstm_kernel_peaks_avx512 (const QsLstmPacked *packed, const QsLstmPeaks *peaks);
