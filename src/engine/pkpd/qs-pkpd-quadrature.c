/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-quadrature.h"

#include <math.h>

#define N_NODES QS_PKPD_N_NODES

const double qs_pkpd_node[N_NODES] = { 0.11270166537925831, 0.5, 0.88729833462074169 };
static const double weight[N_NODES] = { 5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0 };
/* Integrals of the nodes' Lagrange polynomials from 0 to each node. */
static const double partial[N_NODES][N_NODES] = {
  { 0.13888888888888889, -0.035976667524938902, 0.0097894440153083257 },
  { 0.30026319498086459, 0.22222222222222222, -0.022485417203086815 },
  { 0.26798833376246945, 0.48042111196938336, 0.13888888888888889 },
};

/* In steps of fewer turnover times the moments would cancel. */
static const double gentle = 0.5;

/* The weights of ∫ a(y) exp (−turns (1 − y)) dy for quadratic a, known at @node. */
static void
moment_weights (double turns, double pass, const double node[N_NODES], double *input)
{
  double moment[N_NODES];

  moment[0] = (1.0 - pass) / turns;
  moment[1] = (1.0 - moment[0]) / turns;
  moment[2] = (1.0 - 2.0 * moment[1]) / turns;

  for (guint i = 0; i < N_NODES; i++) {
    const double a = node[(i + 1) % N_NODES], b = node[(i + 2) % N_NODES];

    input[i] = (moment[2] - (a + b) * moment[1] + a * b * moment[0]) /
               ((node[i] - a) * (node[i] - b));
  }
}

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
  if (turns < gentle)
    for (guint i = 0; i < N_NODES; i++)
      input[i] = exp (-turns * (1.0 - qs_pkpd_node[i]));
  qs_pkpd_faded_weights (turns, pass, input);
}

/**
 * qs_pkpd_faded_weights:
 * @input: (inout) (array length=QS_PKPD_N_NODES): exp (−@turns (1 − node)), replaced by
 *   the weights
 *
 * As qs_pkpd_input_weights(), for who has the exponentials already.
 */
void
qs_pkpd_faded_weights (double turns, double pass, double input[N_NODES])
{
  if (turns < gentle) {
    for (guint i = 0; i < N_NODES; i++)
      input[i] *= weight[i];
    return;
  }

  moment_weights (turns, pass, qs_pkpd_node, input);
}

/**
 * qs_pkpd_loss_map:
 * @turns: turnover times in the step, without the drug
 * @loss: (array length=QS_PKPD_N_NODES): factors of the loss at the nodes, positive
 * @pass: (out): what of the biomarker at the start is left at the end
 * @input: (out): what is added to it, over the baseline
 *
 * A step in which the drug acts on loss. In the time that counts turnovers, y = ∫ loss,
 * it is a step like any other whose production is 1 / loss, so a stiff one is as exact.
 */
void
qs_pkpd_loss_map (double turns, const double *loss, double *pass, double *input)
{
  double reached[N_NODES], whole = 0.0, weights[N_NODES];

  for (guint i = 0; i < N_NODES; i++) {
    reached[i] = 0.0;
    for (guint j = 0; j < N_NODES; j++)
      reached[i] += partial[i][j] * loss[j];
    whole += weight[i] * loss[i];
  }

  *pass = exp (-turns * whole);
  *input = 0.0;
  if (turns * whole < gentle) {
    for (guint i = 0; i < N_NODES; i++)
      *input += turns * weight[i] * exp (-turns * (whole - reached[i]));
    return;
  }

  for (guint i = 0; i < N_NODES; i++)
    reached[i] /= whole;
  moment_weights (turns * whole, *pass, reached, weights);
  for (guint i = 0; i < N_NODES; i++)
    *input += turns * whole * weights[i] / loss[i];
}
