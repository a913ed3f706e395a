/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-lstm-params.h"

#include "core/qs-rng.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define VIEW(view_name, member, rows, columns)                                      \
  {                                                                                 \
    .name = view_name, .offset = offsetof (QsLstmParams, member) / sizeof (double), \
    .n_rows = rows, .n_columns = columns,                                           \
  }

static const QsLstmView views[] = {
  VIEW ("forward.recurrent", direction[0].recurrent, QS_LSTM_N_GATES, QS_LSTM_N_UNITS),
  VIEW ("forward.input", direction[0].input, QS_LSTM_N_GATES, QS_LSTM_N_INPUTS),
  VIEW ("forward.bias", direction[0].bias, QS_LSTM_N_GATES, 1),
  VIEW ("forward.dense", direction[0].dense, QS_LSTM_N_DENSE, QS_LSTM_N_UNITS),
  VIEW ("backward.recurrent", direction[1].recurrent, QS_LSTM_N_GATES, QS_LSTM_N_UNITS),
  VIEW ("backward.input", direction[1].input, QS_LSTM_N_GATES, QS_LSTM_N_INPUTS),
  VIEW ("backward.bias", direction[1].bias, QS_LSTM_N_GATES, 1),
  VIEW ("backward.dense", direction[1].dense, QS_LSTM_N_DENSE, QS_LSTM_N_UNITS),
  VIEW ("dense.bias", dense_bias, QS_LSTM_N_DENSE, 1),
  VIEW ("output", output, 1, QS_LSTM_N_DENSE),
  VIEW ("output.bias", output_bias, 1, 1),
};

/**
 * qs_lstm_views:
 * @n_views: (out): how many
 *
 * Returns: (transfer none): the named matrices of #QsLstmParams, in the order of the
 * block, which they cover without gaps
 */
const QsLstmView *
qs_lstm_views (guint *n_views)
{
  *n_views = G_N_ELEMENTS (views);
  return views;
}

static void
fill_uniform (QsLstmParams   *self,
              double         *values,
              gsize           n,
              double          limit,
              const QsRngKey *key)
{
  const gsize offset = (gsize) (values - (double *) self);

  for (gsize i = 0; i < n; i++)
    values[i] = limit * (2.0 * qs_rng_uniform (key, (guint32) (offset + i), 0) - 1.0);
}

static double
glorot_limit (guint n_in, guint n_out)
{
  return sqrt (6.0 / (n_in + n_out));
}

/**
 * qs_lstm_params_init:
 * @replicate: 0 for the estimate, else the bootstrap replicate
 *
 * Initial weights: uniform as in Glorot & Bengio (2010), each gate counted as a layer of
 * its own; biases 0, the forget gate's 1 (Jozefowicz et al. 2015).
 */
void
qs_lstm_params_init (QsLstmParams *self, guint64 seed, guint32 replicate)
{
  const QsRngKey key = { seed, QS_RNG_INIT_WEIGHTS, replicate };

  memset (self, 0, sizeof *self);

  for (guint d = 0; d < 2; d++) {
    QsLstmDirection *direction = &self->direction[d];

    fill_uniform (self, direction->recurrent[0], QS_LSTM_N_GATES * QS_LSTM_N_UNITS,
                  glorot_limit (QS_LSTM_N_UNITS, QS_LSTM_N_UNITS), &key);
    fill_uniform (self, direction->input[0], QS_LSTM_N_GATES * QS_LSTM_N_INPUTS,
                  glorot_limit (QS_LSTM_N_INPUTS, QS_LSTM_N_UNITS), &key);
    fill_uniform (self, direction->dense[0], QS_LSTM_N_DENSE * QS_LSTM_N_UNITS,
                  glorot_limit (2 * QS_LSTM_N_UNITS, QS_LSTM_N_DENSE), &key);

    for (guint unit = 0; unit < QS_LSTM_N_UNITS; unit++)
      direction->bias[QS_LSTM_N_UNITS + unit] = 1.0;
  }

  fill_uniform (self, self->output, QS_LSTM_N_DENSE, glorot_limit (QS_LSTM_N_DENSE, 1),
                &key);
}
