/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Sizes of the network of science.md 4. */
#define QS_LSTM_N_STEPS 24
#define QS_LSTM_N_INPUTS 3 /* time, dose per body weight, co-medication; standardised */
#define QS_LSTM_N_UNITS 64
#define QS_LSTM_N_GATES (4 * QS_LSTM_N_UNITS)
#define QS_LSTM_N_DENSE 32

/**
 * QsLstmDirection:
 * @recurrent: [gate row][unit of the step before]
 * @input: [gate row][input]
 * @bias: [gate row]
 * @dense: [dense unit][unit]: this direction's half of the dense layer
 *
 * One direction's weights. Gate rows are input, forget, candidate, output, 64 units each,
 * as in PyTorch.
 */
typedef struct {
  double recurrent[QS_LSTM_N_GATES][QS_LSTM_N_UNITS];
  double input[QS_LSTM_N_GATES][QS_LSTM_N_INPUTS];
  double bias[QS_LSTM_N_GATES];
  double dense[QS_LSTM_N_DENSE][QS_LSTM_N_UNITS];
} QsLstmDirection;

/**
 * QsLstmParams:
 * @direction: 0 reads the interval forward in time, 1 backward
 * @dense_bias: of the dense layer, which adds both directions' halves
 * @output: from the dense layer to the standardised log biomarker
 *
 * All parameters of the network: one block of %QS_LSTM_N_PARAMS doubles without holes, so
 * that optimiser, checkpoint and gradient check are one loop each.
 */
typedef struct {
  QsLstmDirection direction[2];
  double          dense_bias[QS_LSTM_N_DENSE];
  double          output[QS_LSTM_N_DENSE];
  double          output_bias;
} QsLstmParams;

#define QS_LSTM_N_PARAMS (sizeof (QsLstmParams) / sizeof (double))

/**
 * QsLstmView:
 *
 * A named matrix inside the block, row-major; @offset in doubles. @angles: of quantum
 * gates, which training does not draw towards 0. @head: behind the cells.
 */
typedef struct {
  const char *name;
  gsize       offset;
  gsize       n_rows;
  gsize       n_columns;
  gboolean    angles;
  gboolean    head;
} QsLstmView;

const QsLstmView *qs_lstm_views (guint *n_views);
void qs_lstm_params_init (QsLstmParams *self, guint64 seed, guint32 replicate);
