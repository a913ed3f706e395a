/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-quadrature.h"

#include <math.h>

#define N_NODES QS_PKPD_N_NODES

const double qs_pkpd_node[N_NODES] = { 0.11270166537925831, 0.5, 0.88729833462074169 };
static const double weight[N_NODES] = { 5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0 };

/**
 * qs_pkpd_input_weights:
 * @turns: turnover times in the step
 * @pass: exp (−@turns)
 * @input: (out) (array length=QS_PKPD_N_NODES): the weights
 *
 * Weights of ∫ a(s) exp (−turns (1 − s)) ds over [0, 1] that are exact for quadratic a,
 * however stiff the loss: from the moments of the exponential by way of the Lagrange
 * polynomials. Below half a turn Gauss's own weights are as good and nothing cancels.
 */
void
qs_pkpd_input_weights (double turns, double pass, double input[N_NODES])
{
  double moment[N_NODES];

  if (turns < 0.5) {
    for (guint i = 0; i < N_NODES; i++)
      input[i] = weight[i] * exp (-turns * (1.0 - qs_pkpd_node[i]));
    return;
  }

  moment[0] = (1.0 - pass) / turns;
  moment[1] = (1.0 - moment[0]) / turns;
  moment[2] = (1.0 - 2.0 * moment[1]) / turns;

  for (guint i = 0; i < N_NODES; i++) {
    const double a = qs_pkpd_node[(i + 1) % N_NODES], b = qs_pkpd_node[(i + 2) % N_NODES];

    input[i] = (moment[2] - (a + b) * moment[1] + a * b * moment[0]) /
               ((qs_pkpd_node[i] - a) * (qs_pkpd_node[i] - b));
  }
}
