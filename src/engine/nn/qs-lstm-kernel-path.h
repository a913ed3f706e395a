/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-model.h"
#include "nn/qs-lstm-params.h"

/* Rows of one unit's product: dose, co-medication, then the units of the step before. */
#define QS_LSTM_KERNEL_N_ROWS (2 + QS_LSTM_N_UNITS)

/* Weights of four neighbours, the four gates of a unit or four dense units, lie side by
 * side, because they are multiplied by the same row. */
#define QS_LSTM_KERNEL_N_DENSE_BLOCKS (QS_LSTM_N_DENSE / 4)

/* Qubits of the circuits that have a kernel. */
#define QS_LSTM_KERNEL_N_QUBITS 4

/**
 * QsLstmCircuits:
 * @embed: [row][qubit]: to half the angles of the embedding
 * @turns: [gate][layer][qubit]: cosine and sine of half the layer's angle
 * @readout: [unit][qubit]
 *
 * The circuits of one direction's gates (see qs_qlstm_circuit_new()).
 */
typedef struct {
  float embed[QS_LSTM_KERNEL_N_ROWS][QS_LSTM_KERNEL_N_QUBITS];
  float turns[4][QS_CELL_MAX_LAYERS][QS_LSTM_KERNEL_N_QUBITS][2];
  float readout[QS_LSTM_N_UNITS][QS_LSTM_KERNEL_N_QUBITS];
} QsLstmCircuits;

/**
 * QsLstmPacked:
 * @n_sides: directions, of which the second reads from the end
 * @affine: whether @cell counts
 * @n_layers: of the circuits; 0 without
 * @cell: [direction][unit][row][gate], gates scaled for the base-two exponential
 * @dense: [direction][block][unit][dense unit in block]
 * @gate_scale: of a gate for the base-two exponential
 * @bias: [step][direction][unit][gate]: bias and time's share, scaled as @cell
 * @embed_bias: [step][direction][qubit]: likewise of the embedding
 *
 * The network in single precision, laid out as the paths read it.
 */
typedef struct {
  guint    n_sides;
  gboolean affine;
  guint    n_layers;

  float  cell[2][QS_LSTM_N_UNITS][QS_LSTM_KERNEL_N_ROWS][4];
  float  dense[2][QS_LSTM_KERNEL_N_DENSE_BLOCKS][QS_LSTM_N_UNITS][4];
  float  dense_bias[QS_LSTM_N_DENSE];
  float  output[QS_LSTM_N_DENSE];
  float  output_bias;
  float  gate_scale[4];
  float *bias;
  float *embed_bias;
  guint  n_steps;

  QsLstmCircuits circuits[2];
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
