/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-rng.h"
#include "nn/qs-lstm-network.h"

#include <math.h>
#include <string.h>

#define N_STEPS QS_LSTM_N_STEPS
#define N_UNITS QS_LSTM_N_UNITS
#define N_LANES QS_LSTM_N_LANES

typedef QsLstmLanes Inputs[N_STEPS][QS_LSTM_N_INPUTS];
typedef QsLstmLanes Outputs[N_STEPS];

static double
draw (guint32 item, guint32 dimension)
{
  const QsRngKey key = { 7, QS_RNG_TEST, 0 };

  return qs_rng_normal (&key, item, dimension);
}

static void
fill_inputs (Inputs inputs)
{
  for (guint t = 0; t < N_STEPS; t++) {
    for (guint k = 0; k < QS_LSTM_N_INPUTS; k++) {
      for (guint lane = 0; lane < N_LANES; lane++)
        inputs[t][k][lane] = draw (lane, 8 * t + k);
    }
  }
}

/* The oracle: one sequence, one unit at a time, from the definition, in long double. */
static long double
logistic (long double x)
{
  return 1.0L / (1.0L + expl (-x));
}

static void
oracle_direction (const QsLstmDirection *w,
                  gboolean               backward,
                  const Inputs           inputs,
                  guint                  lane,
                  long double            h_of[N_STEPS][N_UNITS])
{
  long double h[N_UNITS] = { 0 }, c[N_UNITS] = { 0 };

  for (guint s = 0; s < N_STEPS; s++) {
    const guint t = backward ? N_STEPS - 1 - s : s;
    long double sum[QS_LSTM_N_GATES];

    for (guint row = 0; row < QS_LSTM_N_GATES; row++) {
      sum[row] = w->bias[row];
      for (guint k = 0; k < QS_LSTM_N_INPUTS; k++)
        sum[row] += (long double) w->input[row][k] * inputs[t][k][lane];
      for (guint k = 0; k < N_UNITS; k++)
        sum[row] += w->recurrent[row][k] * h[k];
    }

    for (guint u = 0; u < N_UNITS; u++) {
      c[u] = logistic (sum[N_UNITS + u]) * c[u] +
             logistic (sum[u]) * tanhl (sum[2 * N_UNITS + u]);
      h[u] = logistic (sum[3 * N_UNITS + u]) * tanhl (c[u]);
      h_of[t][u] = h[u];
    }
  }
}

static void
oracle_forward (const QsLstmParams *params,
                const Inputs        inputs,
                guint               lane,
                long double         out[N_STEPS])
{
  long double h[2][N_STEPS][N_UNITS];

  for (guint d = 0; d < 2; d++)
    oracle_direction (&params->direction[d], d == 1, inputs, lane, h[d]);

  for (guint t = 0; t < N_STEPS; t++) {
    out[t] = params->output_bias;
    for (guint j = 0; j < QS_LSTM_N_DENSE; j++) {
      long double sum = params->dense_bias[j];

      for (guint d = 0; d < 2; d++) {
        for (guint u = 0; u < N_UNITS; u++)
          sum += params->direction[d].dense[j][u] * h[d][t][u];
      }
      out[t] += params->output[j] * fmaxl (sum, 0.0L);
    }
  }
}

/* A loss whose derivatives by the outputs all differ: Σ weight · output. */
static double
loss_weight (guint t, guint lane)
{
  return lane < 2 ? draw (100 + lane, t) : 0.0;
}

static long double
oracle_loss (const QsLstmParams *params, const Inputs inputs)
{
  long double loss = 0.0L;

  for (guint lane = 0; lane < 2; lane++) {
    long double out[N_STEPS];

    oracle_forward (params, inputs, lane, out);
    for (guint t = 0; t < N_STEPS; t++)
      loss += loss_weight (t, lane) * out[t];
  }

  return loss;
}

static void
backward (const QsLstmKernels *kernels,
          const QsLstmParams  *params,
          QsLstmParams        *gradient)
{
  g_autoptr (QsLstmNetwork) network = qs_lstm_network_new (kernels);
  Inputs                    inputs;
  Outputs                   outputs, weights;

  fill_inputs (inputs);
  for (guint t = 0; t < N_STEPS; t++) {
    for (guint lane = 0; lane < N_LANES; lane++)
      weights[t][lane] = loss_weight (t, lane);
  }

  memset (gradient, 0, sizeof *gradient);
  qs_lstm_network_set_params (network, params);
  qs_lstm_network_forward (network, NULL, inputs, outputs);
  qs_lstm_network_backward (network, NULL, weights, gradient);
}

static void
test_forward_agrees_with_the_definition (void)
{
  g_autoptr (QsLstmNetwork) network = qs_lstm_network_new (qs_lstm_kernels ()[0]);
  g_autofree QsLstmParams  *params = g_new (QsLstmParams, 1);
  Inputs                    inputs;
  Outputs                   outputs;

  qs_lstm_params_init (params, 1, 0);
  fill_inputs (inputs);
  qs_lstm_network_set_params (network, params);
  qs_lstm_network_forward (network, NULL, inputs, outputs);

  for (guint lane = 0; lane < N_LANES; lane++) {
    long double expected[N_STEPS];

    oracle_forward (params, inputs, lane, expected);
    for (guint t = 0; t < N_STEPS; t++)
      g_assert_cmpfloat_with_epsilon (outputs[t][lane], (double) expected[t], 1e-14);
  }
}

/* Derivative of the oracle along @step, by central differences. */
static double
slope (const QsLstmParams *params, const double *step, const Inputs inputs)
{
  const double             h = 1e-5;
  g_autofree QsLstmParams *moved = g_new (QsLstmParams, 1);
  const double            *from = (const double *) params;
  double                  *to = (double *) moved;
  long double              loss[2];

  for (guint side = 0; side < 2; side++) {
    for (gsize i = 0; i < QS_LSTM_N_PARAMS; i++)
      to[i] = from[i] + (side == 0 ? -h : h) * step[i];
    loss[side] = oracle_loss (moved, inputs);
  }

  return (double) ((loss[1] - loss[0]) / (2.0L * h));
}

static void
test_gradient_agrees_with_differences (void)
{
  g_autofree QsLstmParams *params = g_new (QsLstmParams, 1);
  g_autofree QsLstmParams *gradient = g_new (QsLstmParams, 1);
  g_autofree double       *step = g_new0 (double, QS_LSTM_N_PARAMS);
  const double            *derivative = (const double *) gradient;
  Inputs                   inputs;
  guint                    n_views;
  const QsLstmView        *views = qs_lstm_views (&n_views);

  qs_lstm_params_init (params, 3, 0);
  fill_inputs (inputs);
  backward (qs_lstm_kernels ()[0], params, gradient);

  for (guint v = 0; v < n_views; v++) {
    const gsize n = views[v].n_rows * views[v].n_columns;
    double      expected, along = 0.0, norm = 0.0;

    /* A direction with all values of the view, then single values of it. */
    for (gsize i = 0; i < n; i++) {
      step[views[v].offset + i] = draw (200 + v, i) / sqrt (n);
      along += step[views[v].offset + i] * derivative[views[v].offset + i];
      norm += pow (derivative[views[v].offset + i], 2.0);
    }
    norm = sqrt (norm / n);

    expected = slope (params, step, inputs);
    g_assert_cmpfloat (fabs (along - expected), <=, 1e-6 * fmax (fabs (expected), norm));
    memset (step, 0, QS_LSTM_N_PARAMS * sizeof *step);

    for (guint i = 0; i < MIN (n, 6); i++) {
      const gsize place = views[v].offset + (i * 7919) % n;

      step[place] = 1.0;
      expected = slope (params, step, inputs);
      g_assert_cmpfloat (fabs (derivative[place] - expected), <=,
                         1e-6 * fmax (fabs (expected), norm));
      step[place] = 0.0;
    }
  }
}

static void
test_views_cover_the_block (void)
{
  guint             n_views;
  const QsLstmView *views = qs_lstm_views (&n_views);
  gsize             end = 0;

  for (guint v = 0; v < n_views; v++) {
    g_assert_cmpuint (views[v].offset, ==, end);
    end += views[v].n_rows * views[v].n_columns;
  }
  g_assert_cmpuint (end, ==, QS_LSTM_N_PARAMS);
}

static void
test_every_instruction_set_gives_the_same_bits (void)
{
  const QsLstmKernels *const *kernels = qs_lstm_kernels ();
  g_autofree QsLstmParams    *params = g_new (QsLstmParams, 1);
  g_autofree QsLstmParams    *first = g_new (QsLstmParams, 1);
  g_autofree QsLstmParams    *other = g_new (QsLstmParams, 1);

  if (kernels[1] == NULL) {
    g_test_skip ("this processor has the plain kernels alone");
    return;
  }

  qs_lstm_params_init (params, 5, 0);
  backward (kernels[0], params, first);

  for (guint i = 1; kernels[i] != NULL; i++) {
    g_test_message ("%s against %s", kernels[i]->name, kernels[0]->name);
    backward (kernels[i], params, other);
    g_assert_cmpmem (first, sizeof *first, other, sizeof *other);
  }
}

static void
test_adam_gives_the_same_bits (void)
{
  const QsLstmKernels *const *kernels = qs_lstm_kernels ();
  const QsLstmAdamStep        step = { .rate = 1e-3, .scale = 0.7, .correction = 1.3 };
  double                      first[3][101];

  for (guint i = 0; kernels[i] != NULL; i++) {
    double values[4][101];

    for (guint k = 0; k < 4; k++) {
      for (guint j = 0; j < 101; j++)
        values[k][j] = fabs (draw (300 + k, j));
    }
    kernels[i]->adam (values[0], values[1], values[2], values[3], 101, &step);

    if (i == 0)
      memcpy (first, values, sizeof first);
    g_assert_cmpmem (first, sizeof first, values, sizeof first);

    for (guint j = 0; j < 101; j++) {
      const double g = 0.7 * fabs (draw (301, j));
      const double m = 0.9 * fabs (draw (302, j)) + 0.1 * g;
      const double v = 0.999 * fabs (draw (303, j)) + 0.001 * g * g;
      const double p = fabs (draw (300, j)) - 1e-3 * m / (sqrt (1.3 * v) + 1e-8);

      g_assert_cmpfloat_with_epsilon (values[0][j], p, 1e-14);
    }
  }
}

/* Distance in units of the last place of the true value. */
static double
ulps (double value, long double truth)
{
  const double exact = (double) truth;

  return (double) (fabsl (value - truth) /
                   (nextafter (fabs (exact), INFINITY) - fabs (exact)));
}

static void
test_activations_are_accurate_to_a_few_ulp (void)
{
  const QsLstmKernels *kernels = qs_lstm_kernels ()[0];
  double               worst_sigmoid = 0.0, worst_tanh = 0.0;

  for (guint turn = 0; turn < 4000; turn++) {
    double x[N_LANES], s[N_LANES], t[N_LANES];

    for (guint i = 0; i < N_LANES; i++)
      x[i] = draw (turn, i) * pow (10.0, (double) (turn % 10) - 7.0);
    kernels->activate (x, s, t);

    for (guint i = 0; i < N_LANES; i++) {
      worst_sigmoid = fmax (worst_sigmoid, ulps (s[i], logistic (x[i])));
      worst_tanh = fmax (worst_tanh, ulps (t[i], tanhl (x[i])));
    }
  }

  g_test_message ("sigmoid %.2f, tanh %.2f ulp", worst_sigmoid, worst_tanh);
  g_assert_cmpfloat (worst_sigmoid, <, 4.0);
  g_assert_cmpfloat (worst_tanh, <, 4.0);
}

static void
test_activations_keep_their_limits (void)
{
  const double x[N_LANES] = {
    0.0, -0.0, 1e300, -1e300, INFINITY, -INFINITY, NAN, 1e-300
  };

  for (guint i = 0; qs_lstm_kernels ()[i] != NULL; i++) {
    double s[N_LANES], t[N_LANES];

    qs_lstm_kernels ()[i]->activate (x, s, t);

    g_assert_cmpfloat (s[0], ==, 0.5);
    g_assert_cmpfloat (t[0], ==, 0.0);
    g_assert_true (signbit (t[1]));
    g_assert_cmpfloat (s[2], ==, 1.0);
    g_assert_cmpfloat (t[2], ==, 1.0);
    g_assert_cmpfloat (s[3], <, 1e-300);
    g_assert_cmpfloat (t[3], ==, -1.0);
    g_assert_cmpfloat (s[4], ==, 1.0);
    g_assert_cmpfloat (t[4], ==, 1.0);
    g_assert_cmpfloat (s[5], <, 1e-300);
    g_assert_cmpfloat (t[5], ==, -1.0);
    g_assert_true (isnan (s[6]) && isnan (t[6]));
    g_assert_cmpfloat (t[7], ==, 1e-300);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/nn/network/forward-agrees-with-the-definition",
                   test_forward_agrees_with_the_definition);
  g_test_add_func ("/nn/network/gradient-agrees-with-differences",
                   test_gradient_agrees_with_differences);
  g_test_add_func ("/nn/network/views-cover-the-block", test_views_cover_the_block);
  g_test_add_func ("/nn/network/every-instruction-set-gives-the-same-bits",
                   test_every_instruction_set_gives_the_same_bits);
  g_test_add_func ("/nn/network/adam-gives-the-same-bits", test_adam_gives_the_same_bits);
  g_test_add_func ("/nn/network/activations-are-accurate-to-a-few-ulp",
                   test_activations_are_accurate_to_a_few_ulp);
  g_test_add_func ("/nn/network/activations-keep-their-limits",
                   test_activations_keep_their_limits);

  return g_test_run ();
}
