/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-lstm-evaluate.h"

#include "nn/qs-lstm-network.h"

/**
 * qs_lstm_evaluate:
 * @n: number of pairs of dose and co-medication
 * @log_response: (out) (array length=n): log biomarker
 *
 * The network in double: for residuals and single trajectories, and the oracle of the
 * single-precision kernel that populations use.
 */
void
qs_lstm_evaluate (const QsLstmParams *params,
                  const QsLstmScaler *scaler,
                  gsize               n,
                  const double       *dose_mg_per_kg,
                  const double       *comed,
                  QsLstmTrajectory   *log_response)
{
  g_autoptr (QsLstmNetwork) network = qs_lstm_network_new (qs_lstm_kernels ()[0]);
  QsLstmLanes inputs[QS_LSTM_N_STEPS][QS_LSTM_N_INPUTS], outputs[QS_LSTM_N_STEPS];

  qs_lstm_network_set_params (network, params);

  for (gsize begin = 0; begin < n; begin += QS_LSTM_N_LANES) {
    const guint n_lanes = (guint) MIN (QS_LSTM_N_LANES, n - begin);

    for (guint lane = 0; lane < QS_LSTM_N_LANES; lane++) {
      const gsize i = begin + (lane < n_lanes ? lane : 0);

      qs_lstm_scaler_fill_lane (scaler, dose_mg_per_kg[i], comed[i], lane, inputs);
    }

    qs_lstm_network_forward (network, NULL, inputs, outputs);

    for (guint lane = 0; lane < n_lanes; lane++) {
      for (guint t = 0; t < QS_LSTM_N_STEPS; t++)
        log_response[begin + lane][t] =
            qs_lstm_scaler_log_response (scaler, outputs[t][lane]);
    }
  }
}

/**
 * qs_lstm_trajectory_at:
 * @share: time since the dose over the dosing interval; times outside take its ends
 *
 * Returns: the log biomarker between the 24 points, interpolated linearly
 */
double
qs_lstm_trajectory_at (const QsLstmTrajectory log_response, double share)
{
  const double place = CLAMP (share, 0.0, 1.0) * (QS_LSTM_N_STEPS - 1);
  const guint  below = MIN ((guint) place, QS_LSTM_N_STEPS - 2);
  const double part = place - below;

  return (1.0 - part) * log_response[below] + part * log_response[below + 1];
}
