/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-lstm-network.h"

#include "core/qs-parallel.h"

#include <string.h>

#define N_STEPS QS_LSTM_N_STEPS
#define N_UNITS QS_LSTM_N_UNITS
#define N_DENSE QS_LSTM_N_DENSE

struct _QsLstmNetwork {
  QsLstmSide           sides[2];
  QsLstmLanes          hidden[N_STEPS][N_DENSE]; /* dense layer after its ReLU */
  const QsLstmKernels *kernels;                  /* borrowed, static */
  const QsLstmParams  *params;                   /* borrowed */
  gboolean             packed;
};

/* What the two chunks of a pass, one per direction, are told. */
typedef struct {
  QsLstmNetwork *network;
  const QsLstmLanes (*inputs)[QS_LSTM_N_INPUTS];
  QsLstmParams *gradient;
} Pass;

/**
 * qs_lstm_network_new:
 * @kernels: which of qs_lstm_kernels(); all give the same bits
 */
QsLstmNetwork *
qs_lstm_network_new (const QsLstmKernels *kernels)
{
  QsLstmNetwork *self = g_aligned_alloc0 (1, sizeof *self, 64);

  self->kernels = kernels;

  for (guint d = 0; d < 2; d++) {
    QsLstmSide *side = &self->sides[d];

    for (guint s = 0; s < N_STEPS; s++) {
      for (guint lane = 0; lane < QS_LSTM_N_LANES; lane++) {
        side->fan[s][QS_LSTM_N_FAN - 1][lane] = 1.0;
        side->fan_transposed[s][lane][QS_LSTM_N_FAN - 1] = 1.0;
      }
    }
  }

  return self;
}

void
qs_lstm_network_free (QsLstmNetwork *self)
{
  g_aligned_free (self);
}

/**
 * qs_lstm_network_set_params:
 * @params: borrowed until the next call; call again after each change of a value
 */
void
qs_lstm_network_set_params (QsLstmNetwork *self, const QsLstmParams *params)
{
  self->params = params;
  self->packed = FALSE;
}

/* From matrices by rows to the order in which the kernels read. */
static void
pack_side (QsLstmSide *side, const QsLstmDirection *weights)
{
  for (guint row = 0; row < QS_LSTM_N_GATES; row++) {
    const guint gate = row / N_UNITS, unit = row % N_UNITS, place = 2 * gate + unit % 2;
    double (*packed)[QS_LSTM_BLOCK_ROWS] = side->gate_weights[unit / 2];

    for (guint k = 0; k < N_UNITS; k++) {
      packed[k][place] = weights->recurrent[row][k];
      side->back_weights[k / 8][row][k % 8] = weights->recurrent[row][k];
    }

    for (guint k = 0; k < QS_LSTM_N_INPUTS; k++)
      packed[N_UNITS + k][place] = weights->input[row][k];

    packed[QS_LSTM_N_FAN - 1][place] = weights->bias[row];
  }

  for (guint row = 0; row < N_DENSE; row++) {
    for (guint k = 0; k < N_UNITS; k++) {
      side->dense_weights[row / 8][k][row % 8] = weights->dense[row][k];
      side->back_weights[k / 8][QS_LSTM_N_GATES + row][k % 8] = weights->dense[row][k];
    }
  }
}

/* Step @s of direction @d happens at time point @s, or at the mirrored one. */
static guint
time_of (guint d, guint s)
{
  return d == 0 ? s : N_STEPS - 1 - s;
}

static void
forward_side (gsize d, gsize begin, gsize end, gpointer data)
{
  const Pass    *pass = data;
  QsLstmNetwork *self = pass->network;
  QsLstmSide    *side = &self->sides[d];

  if (!self->packed)
    pack_side (side, &self->params->direction[d]);

  for (guint s = 0; s < N_STEPS; s++) {
    const QsLstmLanes *inputs = pass->inputs[time_of (d, s)];

    memcpy (side->fan[s][N_UNITS], inputs, QS_LSTM_N_INPUTS * sizeof *inputs);
    for (guint k = 0; k < QS_LSTM_N_INPUTS; k++) {
      for (guint lane = 0; lane < QS_LSTM_N_LANES; lane++)
        side->fan_transposed[s][lane][N_UNITS + k] = inputs[k][lane];
    }
  }

  self->kernels->forward (side);
}

/* The dense layer adds the halves of both directions, in one order. */
static void
head_forward (QsLstmNetwork *self, QsLstmLanes *outputs)
{
  const QsLstmParams *params = self->params;

  for (guint t = 0; t < N_STEPS; t++) {
    const QsLstmLanes *forward = self->sides[0].dense[t];
    const QsLstmLanes *backward = self->sides[1].dense[N_STEPS - 1 - t];

    for (guint lane = 0; lane < QS_LSTM_N_LANES; lane++)
      outputs[t][lane] = params->output_bias;

    for (guint j = 0; j < N_DENSE; j++) {
      for (guint lane = 0; lane < QS_LSTM_N_LANES; lane++) {
        const double sum = forward[j][lane] + backward[j][lane] + params->dense_bias[j];
        /* Written so that NaN stays NaN. */
        const double hidden = sum < 0.0 ? 0.0 : sum;

        self->hidden[t][j][lane] = hidden;
        outputs[t][lane] += params->output[j] * hidden;
      }
    }
  }
}

/**
 * qs_lstm_network_forward:
 * @inputs: [time point][input][lane], standardised; kept until the backward pass
 * @outputs: (out): [time point][lane], standardised log biomarker
 */
void
qs_lstm_network_forward (QsLstmNetwork *self,
                         QsRun         *run,
                         const QsLstmLanes (*inputs)[QS_LSTM_N_INPUTS],
                         QsLstmLanes *outputs)
{
  Pass pass = { .network = self, .inputs = inputs };

  qs_parallel_for (run, 2, 1, forward_side, &pass);
  self->packed = TRUE;
  head_forward (self, outputs);
}

static double
sum_lanes (const QsLstmLanes values)
{
  double sum = 0.0;

  for (guint lane = 0; lane < QS_LSTM_N_LANES; lane++)
    sum += values[lane];

  return sum;
}

/* Leaves the dense layer's gradient where both directions' kernels look for it. */
static void
head_backward (QsLstmNetwork     *self,
               const QsLstmLanes *output_gradient,
               QsLstmParams      *gradient)
{
  QsLstmLanes output_bias = { 0.0 };

  for (guint j = 0; j < N_DENSE; j++) {
    const double weight = self->params->output[j];
    QsLstmLanes  bias = { 0.0 }, output = { 0.0 };

    for (guint t = 0; t < N_STEPS; t++) {
      const double *hidden = self->hidden[t][j];
      double       *forward = self->sides[0].gates[t + 1][QS_LSTM_N_GATES + j];
      double       *backward = self->sides[1].gates[N_STEPS - t][QS_LSTM_N_GATES + j];

      for (guint lane = 0; lane < QS_LSTM_N_LANES; lane++) {
        const double out = output_gradient[t][lane];
        const double sum = hidden[lane] > 0.0 ? out * weight : 0.0;

        forward[lane] = sum;
        backward[lane] = sum;
        bias[lane] += sum;
        output[lane] += out * hidden[lane];
      }
    }

    gradient->dense_bias[j] += sum_lanes (bias);
    gradient->output[j] += sum_lanes (output);
  }

  for (guint t = 0; t < N_STEPS; t++) {
    for (guint lane = 0; lane < QS_LSTM_N_LANES; lane++)
      output_bias[lane] += output_gradient[t][lane];
  }
  gradient->output_bias += sum_lanes (output_bias);
}

static void
backward_side (gsize d, gsize begin, gsize end, gpointer data)
{
  const Pass      *pass = data;
  QsLstmSide      *side = &pass->network->sides[d];
  QsLstmDirection *gradient = &pass->gradient->direction[d];

  memset (side->gate_gradient, 0, sizeof side->gate_gradient);
  memset (side->dense_gradient, 0, sizeof side->dense_gradient);
  pass->network->kernels->backward (side);

  for (guint row = 0; row < QS_LSTM_N_GATES; row++) {
    const double *sums = side->gate_gradient[row];

    for (guint k = 0; k < N_UNITS; k++)
      gradient->recurrent[row][k] += sums[k];
    for (guint k = 0; k < QS_LSTM_N_INPUTS; k++)
      gradient->input[row][k] += sums[N_UNITS + k];
    gradient->bias[row] += sums[QS_LSTM_N_FAN - 1];
  }

  for (guint row = 0; row < N_DENSE; row++) {
    for (guint k = 0; k < N_UNITS; k++)
      gradient->dense[row][k] += side->dense_gradient[row][k];
  }
}

/**
 * qs_lstm_network_backward:
 * @output_gradient: [time point][lane]: derivative of the loss by each output of the last
 * forward pass; 0 in lanes that are padding
 * @gradient: (inout): the derivative of the loss by each parameter is added to it
 *
 * Back-propagation through time. Each forward pass allows one backward pass.
 */
void
qs_lstm_network_backward (QsLstmNetwork     *self,
                          QsRun             *run,
                          const QsLstmLanes *output_gradient,
                          QsLstmParams      *gradient)
{
  Pass pass = { .network = self, .gradient = gradient };

  head_backward (self, output_gradient, gradient);
  qs_parallel_for (run, 2, 1, backward_side, &pass);
}
