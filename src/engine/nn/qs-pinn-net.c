/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-pinn-net.h"

#include "core/qs-rng.h"
#include "nn/qs-lstm-panel.h"

#include <math.h>
#include <string.h>

#define N_LAYERS 3
#define N_UNITS QS_PINN_N_UNITS
#define BLOCK QS_PINN_BLOCK

/* Values of the points, then their rates. */
#define ROW (2 * BLOCK)

struct _QsPinnNet {
  const QsLstmKernels *kernels; /* borrowed */
  guint                sizes[N_LAYERS + 1];
  gsize                n_columns; /* of the last pass: rates only where asked for */
  /* [layer]: what goes in, after the tangent of the layer before; of the hidden layers
   * also the rates before their tangent */
  double inputs[N_LAYERS][N_UNITS * ROW];
  double rates[N_LAYERS - 1][N_UNITS * BLOCK];
  double slopes[2][N_UNITS * ROW];
  double turned[ROW * N_UNITS];
};

static void
sizes_of (guint n_inputs, guint n_outputs, guint sizes[N_LAYERS + 1])
{
  sizes[0] = n_inputs;
  for (guint i = 1; i < N_LAYERS; i++)
    sizes[i] = N_UNITS;
  sizes[N_LAYERS] = n_outputs;
}

gsize
qs_pinn_net_n_params (guint n_inputs, guint n_outputs)
{
  guint sizes[N_LAYERS + 1];
  gsize n = 0;

  sizes_of (n_inputs, n_outputs, sizes);
  for (guint i = 0; i < N_LAYERS; i++)
    n += (gsize) sizes[i + 1] * (sizes[i] + 1);

  return n;
}

/**
 * qs_pinn_net_init:
 * @which: tells networks of one seed apart
 *
 * Uniform matrices (Glorot & Bengio 2010), biases 0; the output's a tenth of that, so
 * that a network begins near none.
 */
void
qs_pinn_net_init (guint   n_inputs,
                  guint   n_outputs,
                  guint64 seed,
                  guint32 which,
                  double *params)
{
  const QsRngKey key = { seed, QS_RNG_INIT_WEIGHTS, which };
  guint          sizes[N_LAYERS + 1];
  gsize          at = 0;

  sizes_of (n_inputs, n_outputs, sizes);
  for (guint i = 0; i < N_LAYERS; i++) {
    const gsize  n = (gsize) sizes[i] * sizes[i + 1];
    const double limit =
        (i + 1 < N_LAYERS ? 1.0 : 0.1) * sqrt (6.0 / (sizes[i] + sizes[i + 1]));

    for (gsize k = 0; k < n; k++, at++)
      params[at] = limit * (2.0 * qs_rng_uniform (&key, (guint32) at, 0) - 1.0);
    for (guint k = 0; k < sizes[i + 1]; k++)
      params[at++] = 0.0;
  }
}

QsPinnNet *
qs_pinn_net_new (guint n_inputs, guint n_outputs)
{
  QsPinnNet *self;

  g_return_val_if_fail (n_inputs <= QS_PINN_MAX_INPUTS && n_outputs <= N_UNITS, NULL);

  self = g_aligned_alloc0 (1, sizeof *self, 64);
  self->kernels = qs_lstm_kernels ()[0];
  sizes_of (n_inputs, n_outputs, self->sizes);
  return self;
}

void
qs_pinn_net_free (QsPinnNet *self)
{
  g_aligned_free (self);
}

/* Copies rows of BLOCK between a caller's array and the left or right half of rows. */
static void
spread (guint n, const double *from, double *to)
{
  for (guint i = 0; i < n; i++)
    memcpy (to + (gsize) i * ROW, from + (gsize) i * BLOCK, BLOCK * sizeof *to);
}

static void
gather (guint n, const double *from, double *to)
{
  for (guint i = 0; i < n; i++)
    memcpy (to + (gsize) i * BLOCK, from + (gsize) i * ROW, BLOCK * sizeof *to);
}

/* The affine map of layer @i; biases have no rate. */
static void
affine (QsPinnNet *self, guint i, const double *params, double *out)
{
  const guint   n_in = self->sizes[i], n_out = self->sizes[i + 1];
  const double *bias = params + (gsize) n_in * n_out;

  for (guint unit = 0; unit < n_out; unit++)
    for (gsize k = 0; k < self->n_columns; k++)
      out[unit * ROW + k] = k < BLOCK ? bias[unit] : 0.0;
  self->kernels->product (n_out, self->n_columns, n_in, params, n_in, 1, self->inputs[i],
                          ROW, out, ROW);
}

static void
activate (QsPinnNet *self, guint i)
{
  double *values = self->inputs[i + 1], *rates = self->rates[i];

  for (guint unit = 0; unit < N_UNITS; unit++) {
    double *value = values + unit * ROW, *rate = rates + unit * BLOCK;

    self->kernels->tangents (BLOCK, value);
    if (self->n_columns == BLOCK)
      continue;
    for (gsize k = 0; k < BLOCK; k++) {
      rate[k] = value[BLOCK + k];
      value[BLOCK + k] = (1.0 - value[k] * value[k]) * rate[k];
    }
  }
}

/**
 * qs_pinn_net_forward:
 * @inputs: (array): of %QS_PINN_BLOCK points
 * @input_rates: (nullable) (array): how they change with time; %NULL where no rates are
 * asked for
 * @outputs: (out) (array)
 * @output_rates: (out) (nullable) (array): how they change with time
 */
void
qs_pinn_net_forward (QsPinnNet    *self,
                     const double *params,
                     const double *inputs,
                     const double *input_rates,
                     double       *outputs,
                     double       *output_rates)
{
  const guint n_out = self->sizes[N_LAYERS];
  double     *last = self->slopes[0];

  self->n_columns = input_rates != NULL ? ROW : BLOCK;
  spread (self->sizes[0], inputs, self->inputs[0]);
  if (input_rates != NULL)
    spread (self->sizes[0], input_rates, self->inputs[0] + BLOCK);

  for (guint i = 0; i < N_LAYERS; i++) {
    affine (self, i, params, i + 1 < N_LAYERS ? self->inputs[i + 1] : last);
    if (i + 1 < N_LAYERS)
      activate (self, i);
    params += (gsize) self->sizes[i + 1] * (self->sizes[i] + 1);
  }

  gather (n_out, last, outputs);
  if (input_rates != NULL)
    gather (n_out, last + BLOCK, output_rates);
}

/* turned[point][unit], of values and rates. */
static void
turn (const QsPinnNet *self, const double *rows, guint n, double *turned)
{
  for (guint unit = 0; unit < n; unit++)
    for (gsize k = 0; k < self->n_columns; k++)
      turned[k * n + unit] = rows[unit * ROW + k];
}

/* From slopes by what leaves hidden layer @i to those by what went into its tangent: of
 * the value p = tanh z and the rate (1 − p²) ż. */
static void
deactivate (const QsPinnNet *self, guint i, double *slopes)
{
  for (guint unit = 0; unit < N_UNITS; unit++) {
    const double *value = self->inputs[i + 1] + unit * ROW;
    const double *rate = self->rates[i] + unit * BLOCK;
    double       *slope = slopes + unit * ROW;

    for (gsize k = 0; k < BLOCK; k++) {
      const double bend = 1.0 - value[k] * value[k];

      if (self->n_columns == BLOCK) {
        slope[k] *= bend;
        continue;
      }
      slope[k] = bend * (slope[k] - 2.0 * value[k] * rate[k] * slope[BLOCK + k]);
      slope[BLOCK + k] *= bend;
    }
  }
}

/**
 * qs_pinn_net_backward:
 * @params: those of the forward pass, which was the last
 * @output_slopes: (array): of what is differentiated by the outputs
 * @output_rate_slopes: (nullable) (array): by their rates; %NULL as in the forward pass
 * @gradient: (inout) (array): what the parameters get is added
 */
void
qs_pinn_net_backward (QsPinnNet    *self,
                      const double *params,
                      const double *output_slopes,
                      const double *output_rate_slopes,
                      double       *gradient)
{
  double *slopes = self->slopes[0], *before = self->slopes[1];
  gsize   at = qs_pinn_net_n_params (self->sizes[0], self->sizes[N_LAYERS]);

  spread (self->sizes[N_LAYERS], output_slopes, slopes);
  if (self->n_columns == ROW)
    spread (self->sizes[N_LAYERS], output_rate_slopes, slopes + BLOCK);

  for (guint i = N_LAYERS; i-- > 0;) {
    const guint n_in = self->sizes[i], n_out = self->sizes[i + 1];
    double     *swap = slopes;

    at -= (gsize) n_out * (n_in + 1);
    for (guint unit = 0; unit < n_out; unit++)
      for (gsize k = 0; k < BLOCK; k++)
        gradient[at + (gsize) n_in * n_out + unit] += slopes[unit * ROW + k];
    turn (self, self->inputs[i], n_in, self->turned);
    self->kernels->product (n_out, n_in, self->n_columns, slopes, ROW, 1, self->turned,
                            n_in, gradient + at, n_in);
    if (i == 0)
      break;

    memset (before, 0, sizeof self->slopes[0]);
    self->kernels->product (n_in, self->n_columns, n_out, params + at, 1, n_in, slopes,
                            ROW, before, ROW);
    deactivate (self, i - 1, before);
    slopes = before;
    before = swap;
  }
}
