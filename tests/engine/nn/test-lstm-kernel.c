/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-rng.h"
#include "nn/qs-lstm-kernel.h"
#include "nn/qs-sequence.h"

#include <math.h>
#include <string.h>

#define MAX_STEPS 168
#define RESPONSE_SD 0.5 /* of log R, as in the study */

/* The oracle: the network from its definition, in double, one trajectory at a time. */
static double
logistic (double z)
{
  return 1.0 / (1.0 + exp (-z));
}

static void
run_direction (const QsLstmDirection *direction,
               const double          *times,
               guint                  n_steps,
               gboolean               backward,
               double                 dose,
               double                 comed,
               double                 outputs[][QS_LSTM_N_UNITS])
{
  double memory[QS_LSTM_N_UNITS] = { 0.0 };
  double before[QS_LSTM_N_UNITS] = { 0.0 };

  for (guint turn = 0; turn < n_steps; turn++) {
    const guint  step = backward ? n_steps - 1 - turn : turn;
    const double inputs[3] = { times[step], dose, comed };

    for (guint unit = 0; unit < QS_LSTM_N_UNITS; unit++) {
      double z[4];

      for (guint gate = 0; gate < 4; gate++) {
        const guint row = gate * QS_LSTM_N_UNITS + unit;

        z[gate] = direction->bias[row];
        for (guint k = 0; k < 3; k++)
          z[gate] += direction->input[row][k] * inputs[k];
        for (guint k = 0; k < QS_LSTM_N_UNITS; k++)
          z[gate] += direction->recurrent[row][k] * before[k];
      }

      memory[unit] = logistic (z[1]) * memory[unit] + logistic (z[0]) * tanh (z[2]);
      outputs[step][unit] = logistic (z[3]) * tanh (memory[unit]);
    }

    memcpy (before, outputs[step], sizeof before);
  }
}

static void
oracle_outputs (const QsLstmParams *params,
                const double       *times,
                guint               n_steps,
                double              dose,
                double              comed,
                double             *outputs)
{
  static double units[2][MAX_STEPS][QS_LSTM_N_UNITS];

  for (guint which = 0; which < 2; which++)
    run_direction (&params->direction[which], times, n_steps, which == 1, dose, comed,
                   units[which]);

  for (guint step = 0; step < n_steps; step++) {
    outputs[step] = params->output_bias;

    for (guint unit = 0; unit < QS_LSTM_N_DENSE; unit++) {
      double sum = params->dense_bias[unit];

      for (guint which = 0; which < 2; which++)
        for (guint k = 0; k < QS_LSTM_N_UNITS; k++)
          sum += params->direction[which].dense[unit][k] * units[which][step][k];

      outputs[step] += params->output[unit] * MAX (sum, 0.0);
    }
  }
}

/* Uniform weights in ±@scale: 0.125 is a fresh network, 0.5 a hard-trained one, 50 a
 * network whose gates are all open or shut. */
static void
random_params (QsLstmParams *params, double scale, guint32 replicate)
{
  const QsRngKey key = { .seed = 5, .stream = QS_RNG_TEST, .replicate = replicate };
  double        *weights = (double *) params;

  for (guint32 i = 0; i < QS_LSTM_N_PARAMS; i++)
    weights[i] = scale * (2.0 * qs_rng_uniform (&key, i, 0) - 1.0);
}

static void
random_inputs (gsize n, double scale, double *doses, double *comeds)
{
  const QsRngKey key = { .seed = 6, .stream = QS_RNG_TEST };

  for (gsize i = 0; i < n; i++) {
    doses[i] = scale * qs_rng_normal (&key, (guint32) i, 0);
    comeds[i] = qs_rng_below (&key, (guint32) i, 1, 2) ? 1.0 : -1.0;
  }
}

static void
standard_times (double *times, guint n_steps)
{
  for (guint step = 0; step < n_steps; step++)
    times[step] = n_steps > 1 ? sqrt (12.0) * (step / (n_steps - 1.0) - 0.5) : 0.0;
}

/* The largest difference from the oracle over @n trajectories, in standardised units. */
static double
drift (double scale, guint32 replicate, guint n_steps, gsize n, guint from, guint to)
{
  g_autofree QsLstmParams *params = g_new (QsLstmParams, 1);
  g_autofree double       *inputs = g_new (double, 4 * n);
  double                  *highest = inputs + 2 * n, *lowest = inputs + 3 * n;
  double                   times[MAX_STEPS], outputs[MAX_STEPS], worst = 0.0;
  g_autoptr (QsLstmKernel) kernel = NULL;

  random_params (params, scale, replicate);
  random_inputs (n, 1.0, inputs, inputs + n);
  standard_times (times, n_steps);
  kernel = qs_lstm_kernel_new (params, times, n_steps, QS_LSTM_KERNEL_AUTO);
  qs_lstm_kernel_peaks (kernel, n, inputs, inputs + n, from, to, highest, lowest);

  for (gsize i = 0; i < n; i++) {
    double top, bottom;

    oracle_outputs (params, times, n_steps, inputs[i], inputs[n + i], outputs);
    top = bottom = outputs[from];
    for (guint step = from + 1; step < to; step++) {
      top = MAX (top, outputs[step]);
      bottom = MIN (bottom, outputs[step]);
    }

    worst = MAX (worst, MAX (fabs (highest[i] - top), fabs (lowest[i] - bottom)));
  }

  return worst;
}

/* 1e-4 ng/mL at R = 10 ng/mL with an sd of log R of 0.5 is 2e-5 standardised. */
static void
test_agrees_with_double (void)
{
  static const struct {
    double scale;
    guint  n_steps, from, to;
  } cases[] = {
    { 0.125, 24, 0, 24 }, { 0.25, 24, 0, 24 },    { 0.25, 24, 3, 17 },
    { 0.25, 24, 23, 24 }, { 0.25, 24, 0, 1 },     { 0.25, 1, 0, 1 },
    { 0.25, 2, 1, 2 },    { 0.125, 168, 0, 168 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const double worst =
        drift (cases[i].scale, i, cases[i].n_steps, 100, cases[i].from, cases[i].to);

    g_test_message ("weights up to %g, steps %u to %u of %u: drift %.2g", cases[i].scale,
                    cases[i].from, cases[i].to, cases[i].n_steps, worst);
    g_assert_cmpfloat (worst, <, 1e-4 / 10.0 / RESPONSE_SD);
  }
}

typedef struct {
  QsLstmKernelPath path;
  const char      *name;
} PathCase;

static void
peaks_of (const QsLstmParams *params,
          QsLstmKernelPath    path,
          guint               n_steps,
          double              input_scale,
          gsize               n,
          double             *peaks)
{
  g_autofree double       *inputs = g_new (double, 2 * n);
  double                   times[MAX_STEPS];
  g_autoptr (QsLstmKernel) kernel = NULL;

  standard_times (times, n_steps);
  random_inputs (n, input_scale, inputs, inputs + n);
  kernel = qs_lstm_kernel_new (params, times, n_steps, path);
  qs_lstm_kernel_peaks (kernel, n, inputs, inputs + n, 0, n_steps, peaks, peaks + n);
}

/* Sizes around every path's tile; fresh, trained and saturated networks; doses far beyond
 * any study. */
static void
test_gives_the_bits_of_plain (gconstpointer data)
{
  static const gsize sizes[] = {
    1, 2, 7, 8, 9, 15, 17, 25, 48, 49, 95, 96, 97, 131, 200
  };
  static const struct {
    double weight_scale, input_scale;
    guint  n_steps;
  } cases[] = {
    { 0.125, 1.0, 24 }, { 0.5, 1.0, 24 },  { 0.5, 1e6, 24 },
    { 50.0, 1.0, 24 },  { 1e15, 1e6, 24 }, { 0.25, 1.0, 168 },
  };
  const PathCase          *path = data;
  g_autofree QsLstmParams *params = g_new (QsLstmParams, 1);

  if (!qs_lstm_kernel_path_supported (path->path)) {
    g_test_skip ("this processor lacks the instructions");
    return;
  }

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const guint n_sizes = i == 0 ? G_N_ELEMENTS (sizes) : 1;

    random_params (params, cases[i].weight_scale, i);
    for (guint j = 0; j < n_sizes; j++) {
      const gsize        n = i == 0 ? sizes[j] : 131;
      g_autofree double *peaks = g_new (double, 4 * n);

      peaks_of (params, QS_LSTM_KERNEL_PLAIN, cases[i].n_steps, cases[i].input_scale, n,
                peaks);
      peaks_of (params, path->path, cases[i].n_steps, cases[i].input_scale, n,
                peaks + 2 * n);
      g_assert_cmpmem (peaks, 2 * n * sizeof *peaks, peaks + 2 * n,
                       2 * n * sizeof *peaks);
    }
  }
}

static void
test_batch_split_does_not_change_a_bit (void)
{
  const gsize              n = 203;
  g_autofree QsLstmParams *params = g_new (QsLstmParams, 1);
  g_autofree double       *inputs = g_new (double, 2 * n);
  g_autofree double       *whole = g_new (double, n);
  g_autofree double       *parts = g_new (double, n);
  g_autoptr (QsLstmKernel) kernel = NULL;
  double                   times[24];

  random_params (params, 0.25, 0);
  random_inputs (n, 1.0, inputs, inputs + n);
  standard_times (times, 24);
  kernel = qs_lstm_kernel_new (params, times, 24, QS_LSTM_KERNEL_AUTO);
  qs_lstm_kernel_peaks (kernel, n, inputs, inputs + n, 0, 24, whole, NULL);

  for (gsize first = 0, size = 1; first < n; first += size, size += 5)
    qs_lstm_kernel_peaks (kernel, MIN (size, n - first), inputs + first,
                          inputs + n + first, 0, 24, parts + first, NULL);

  g_assert_cmpmem (whole, n * sizeof *whole, parts, n * sizeof *parts);
}

static void
test_damaged_weights_end_and_show (void)
{
  static const double      damages[] = { NAN, INFINITY, -INFINITY, 1e300 };
  static const guint       places[] = { 0, 2000 };
  g_autofree QsLstmParams *params = g_new (QsLstmParams, 1);

  for (guint i = 0; i < G_N_ELEMENTS (damages); i++) {
    double peaks[2 * 100];

    random_params (params, 0.25, 0);
    params->output_bias = damages[i];
    peaks_of (params, QS_LSTM_KERNEL_AUTO, 24, 1.0, 100, peaks);
    for (guint j = 0; j < 200; j++)
      g_assert_true (isnan (peaks[j]));

    for (guint j = 0; j < G_N_ELEMENTS (places); j++) {
      random_params (params, 0.25, 0);
      ((double *) params)[places[j]] = damages[i];
      peaks_of (params, QS_LSTM_KERNEL_AUTO, 24, 1.0, 100, peaks);
    }
  }

  random_params (params, 0.25, 0);
  params->direction[0].recurrent[3][4] = NAN;
  {
    double peaks[2];

    peaks_of (params, QS_LSTM_KERNEL_AUTO, 24, 1.0, 1, peaks);
    g_assert_true (isnan (peaks[0]) && isnan (peaks[1]));
  }
}

/* The highest output of the network in double, circuits as state vectors. */
static double
highest_in_double (const QsNetShape *shape,
                   const double     *params,
                   const double     *times,
                   double            dose,
                   double            comed)
{
  double           inputs[24 * QS_LSTM_N_INPUTS], outputs[24], *rows = outputs, highest;
  const QsSequence sequence = { 24, inputs, NULL, NULL };

  for (guint t = 0; t < 24; t++) {
    inputs[QS_LSTM_N_INPUTS * t] = times[t];
    inputs[QS_LSTM_N_INPUTS * t + 1] = dose;
    inputs[QS_LSTM_N_INPUTS * t + 2] = comed;
  }
  qs_sequence_evaluate (shape, params, 1, &sequence, &rows);
  highest = outputs[0];
  for (guint t = 1; t < 24; t++)
    highest = MAX (highest, outputs[t]);

  return highest;
}

/* QLSTMs of one and of both directions, of one layer and of several, whose circuits add
 * to the gates or stand for them. */
static void
test_circuits_agree_with_double_on_every_path (void)
{
  enum { n = 100 };
  double times[24], inputs[2 * n], peaks[2][n];

  standard_times (times, 24);
  random_inputs (n, 1.0, inputs, inputs + n);
  for (guint i = 0; i < 8; i++) {
    QsNetShape         shape = qs_net_shape_default (QS_NET_QLSTM, QS_LSTM_N_INPUTS);
    g_autofree double *params = NULL;

    shape.bidirectional = i & 1;
    shape.replaces = i >> 1 & 1;
    shape.n_layers = i >> 2 ? 3 : 1;
    params = g_new (double, qs_net_shape_layout (&shape).n_params);
    qs_net_shape_init (&shape, 7, i, params);

    for (QsLstmKernelPath path = QS_LSTM_KERNEL_PLAIN; path <= QS_LSTM_KERNEL_AVX512;
         path++) {
      double                  *of_path = peaks[path != QS_LSTM_KERNEL_PLAIN];
      g_autoptr (QsLstmKernel) kernel = NULL;

      if (!qs_lstm_kernel_path_supported (path))
        continue;
      kernel = qs_lstm_kernel_new_for (&shape, params, times, 24, path);
      qs_lstm_kernel_peaks (kernel, n, inputs, inputs + n, 0, 24, of_path, NULL);
      g_assert_cmpmem (peaks[0], sizeof peaks[0], of_path, sizeof peaks[0]);
    }
    for (guint k = 0; k < n; k += 9)
      g_assert_cmpfloat_with_epsilon (
          peaks[0][k],
          highest_in_double (&shape, params, times, inputs[k], inputs[n + k]), 2e-6);
  }
}

static void
test_other_shapes_have_no_kernel (void)
{
  QsNetShape shape = qs_net_shape_default (QS_NET_QLSTM, QS_LSTM_N_INPUTS);

  g_assert_true (qs_lstm_kernel_supports (&shape));
  shape.n_qubits = 3;
  g_assert_false (qs_lstm_kernel_supports (&shape));
  shape = qs_net_shape_default (QS_NET_QKLSTM, QS_LSTM_N_INPUTS);
  g_assert_false (qs_lstm_kernel_supports (&shape));
}

int
main (int argc, char **argv)
{
  static const PathCase avx2 = { QS_LSTM_KERNEL_AVX2, "avx2" };
  static const PathCase avx512 = { QS_LSTM_KERNEL_AVX512, "avx512" };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nn/lstm-kernel/agrees-with-double", test_agrees_with_double);
  g_test_add_data_func ("/nn/lstm-kernel/avx2-gives-the-bits-of-plain", &avx2,
                        test_gives_the_bits_of_plain);
  g_test_add_data_func ("/nn/lstm-kernel/avx512-gives-the-bits-of-plain", &avx512,
                        test_gives_the_bits_of_plain);
  g_test_add_func ("/nn/lstm-kernel/batch-split-does-not-change-a-bit",
                   test_batch_split_does_not_change_a_bit);
  g_test_add_func ("/nn/lstm-kernel/damaged-weights-end-and-show",
                   test_damaged_weights_end_and_show);
  g_test_add_func ("/nn/lstm-kernel/circuits-agree-with-double-on-every-path",
                   test_circuits_agree_with_double_on_every_path);
  g_test_add_func ("/nn/lstm-kernel/other-shapes-have-no-kernel",
                   test_other_shapes_have_no_kernel);

  return g_test_run ();
}
