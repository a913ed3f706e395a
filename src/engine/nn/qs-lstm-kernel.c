/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-lstm-kernel.h"

#include "nn/qs-lstm-kernel-path.h"

#include <math.h>

/* Sized for a week of hours a thousand times over; far above any regimen. */
#define MAX_STEPS 65536

typedef void (*PeaksFunc) (const QsLstmPacked *packed, const QsLstmPeaks *peaks);

typedef struct {
  const char *name;
  PeaksFunc   peaks;
} Path;

struct _QsLstmKernel {
  QsLstmPacked packed; /* owns its bias */
  Path         path;
};

/**
 * qs_lstm_kernel_path_supported:
 *
 * Returns: whether @path was built and this processor has its instructions
 */
gboolean
qs_lstm_kernel_path_supported (QsLstmKernelPath path)
{
  switch (path) {
  case QS_LSTM_KERNEL_AUTO:
  case QS_LSTM_KERNEL_PLAIN:
    return TRUE;
#ifdef __x86_64__
  case QS_LSTM_KERNEL_AVX2:
    return __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma");
  case QS_LSTM_KERNEL_AVX512:
    return __builtin_cpu_supports ("avx512f");
#endif
  default:
    return FALSE;
  }
}

static Path
path_choose (QsLstmKernelPath wanted)
{
#ifdef __x86_64__
  const gboolean automatic = wanted == QS_LSTM_KERNEL_AUTO;

  if (wanted == QS_LSTM_KERNEL_AVX512 ||
      (automatic && qs_lstm_kernel_path_supported (QS_LSTM_KERNEL_AVX512)))
    return (Path){ "avx512", qs_lstm_kernel_peaks_avx512 };

  if (wanted == QS_LSTM_KERNEL_AVX2 ||
      (automatic && qs_lstm_kernel_path_supported (QS_LSTM_KERNEL_AVX2)))
    return (Path){ "avx2", qs_lstm_kernel_peaks_avx2 };
#endif

  return (Path){ "plain", qs_lstm_kernel_peaks_plain };
}

/* The logistic function is 1 / (1 + 2^a) with a = -log2(e) z, and tanh is
 * (1 - 2^a) / (1 + 2^a) with a = -2 log2(e) z. The candidate is the third gate. */
static double
gate_scale (guint gate)
{
  return gate == 2 ? -2.0 * M_LOG2E : -M_LOG2E;
}

static void
pack_cell (QsLstmPacked *packed, guint which, const QsLstmDirection *direction)
{
  for (guint unit = 0; unit < QS_LSTM_N_UNITS; unit++) {
    for (guint gate = 0; gate < 4; gate++) {
      const guint  row = gate * QS_LSTM_N_UNITS + unit;
      const double scale = gate_scale (gate);
      float (*cell)[4] = packed->cell[which][unit];

      cell[0][gate] = (float) (scale * direction->input[row][1]);
      cell[1][gate] = (float) (scale * direction->input[row][2]);
      for (guint k = 0; k < QS_LSTM_N_UNITS; k++)
        cell[2 + k][gate] = (float) (scale * direction->recurrent[row][k]);
    }
  }
}

static void
pack_dense (QsLstmPacked *packed, guint which, const QsLstmDirection *direction)
{
  for (guint unit = 0; unit < QS_LSTM_N_DENSE; unit++)
    for (guint k = 0; k < QS_LSTM_N_UNITS; k++)
      packed->dense[which][unit / 4][k][unit % 4] = (float) direction->dense[unit][k];
}

/* Time is the same for every trajectory, so its share joins the bias. */
static void
pack_bias (QsLstmPacked *packed, const QsLstmParams *params, const double *times)
{
  float *bias = packed->bias;

  for (guint step = 0; step < packed->n_steps; step++) {
    for (guint which = 0; which < 2; which++) {
      const QsLstmDirection *direction = &params->direction[which];

      for (guint unit = 0; unit < QS_LSTM_N_UNITS; unit++) {
        for (guint gate = 0; gate < 4; gate++) {
          const guint row = gate * QS_LSTM_N_UNITS + unit;

          *bias++ =
              (float) (gate_scale (gate) *
                       (direction->bias[row] + direction->input[row][0] * times[step]));
        }
      }
    }
  }
}

/**
 * qs_lstm_kernel_new:
 * @params: the network; not kept
 * @times: (array length=n_steps): the standardised time of each step; not kept
 * @n_steps: from 1 to 65536
 * @path: a supported path; all give the same bits
 *
 * Packs a network for population inference in single precision. With weights as training
 * leaves them the outputs differ from double precision by some 1e-6; weights that are not
 * finite give peaks without meaning.
 *
 * Returns: (transfer full): immutable, may be used by several threads at once
 */
QsLstmKernel *
qs_lstm_kernel_new (const QsLstmParams *params,
                    const double       *times,
                    guint               n_steps,
                    QsLstmKernelPath    path)
{
  QsLstmKernel *self;

  g_return_val_if_fail (n_steps > 0 && n_steps <= MAX_STEPS, NULL);
  g_return_val_if_fail (qs_lstm_kernel_path_supported (path), NULL);

  self = g_aligned_alloc0 (1, sizeof *self, 64);
  self->path = path_choose (path);
  self->packed.n_steps = n_steps;
  self->packed.bias = g_aligned_alloc (n_steps, 2 * QS_LSTM_N_GATES * sizeof (float), 64);

  for (guint which = 0; which < 2; which++) {
    pack_cell (&self->packed, which, &params->direction[which]);
    pack_dense (&self->packed, which, &params->direction[which]);
  }

  for (guint unit = 0; unit < QS_LSTM_N_DENSE; unit++) {
    self->packed.dense_bias[unit] = (float) params->dense_bias[unit];
    self->packed.output[unit] = (float) params->output[unit];
  }

  self->packed.output_bias = (float) params->output_bias;
  pack_bias (&self->packed, params, times);
  return self;
}

void
qs_lstm_kernel_free (QsLstmKernel *self)
{
  if (self == NULL)
    return;

  g_aligned_free (self->packed.bias);
  g_aligned_free (self);
}

/**
 * qs_lstm_kernel_path_name:
 *
 * Returns: "plain", "avx2" or "avx512"
 */
const char *
qs_lstm_kernel_path_name (const QsLstmKernel *self)
{
  return self->path.name;
}

/**
 * qs_lstm_kernel_peaks:
 * @n: number of trajectories
 * @doses: (array length=n): the second input of each, standardised
 * @comeds: (array length=n): the third input of each, standardised
 * @step_from: first step that counts
 * @step_to: one past the last step that counts
 * @highest: (out) (array length=n) (nullable): the highest output over those steps
 * @lowest: (out) (array length=n) (nullable): the lowest
 *
 * Runs the network over all its steps for every trajectory and keeps the extremes of the
 * standardised output. A trajectory's result does not depend on the others in the call.
 * Both are NaN where an output that counts is not finite.
 */
void
qs_lstm_kernel_peaks (const QsLstmKernel *self,
                      gsize               n,
                      const double       *doses,
                      const double       *comeds,
                      guint               step_from,
                      guint               step_to,
                      double             *highest,
                      double             *lowest)
{
  const QsLstmPeaks peaks = {
    .n = n,
    .doses = doses,
    .comeds = comeds,
    .step_from = step_from,
    .step_to = step_to,
    .highest = highest,
    .lowest = lowest,
  };

  g_return_if_fail (step_from < step_to && step_to <= self->packed.n_steps);

  if (n > 0)
    self->path.peaks (&self->packed, &peaks);
}
