/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-lstm-kernel.h"

#include "nn/qs-lstm-kernel-path.h"

#include <math.h>

/* Sized for a week of hours a thousand times over; far above any regimen. */
#define MAX_STEPS 65536

#define N_QUBITS QS_LSTM_KERNEL_N_QUBITS

typedef void (*PeaksFunc) (const QsLstmPacked *packed, const QsLstmPeaks *peaks);

typedef struct {
  const char *name;
  PeaksFunc   peaks;
} Path;

struct _QsLstmKernel {
  QsLstmPacked packed; /* owns its biases */
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

/* A network's matrices by name. */
typedef struct {
  QsNetLayout   layout;
  const double *params;
} Source;

/* A matrix of direction @which, or one that both share where that is 2; NULL where the
 * network has none. */
static const double *
find (const Source *source, guint which, const char *name)
{
  static const char *const prefixes[] = { "forward.", "backward.", "" };
  g_autofree char         *full = g_strconcat (prefixes[which], name, NULL);
  const QsLstmView        *view = qs_net_layout_find (&source->layout, full);

  return view != NULL ? source->params + view->offset : NULL;
}

static void
pack_cell (QsLstmPacked *packed, guint which, const Source *source)
{
  const double *input = find (source, which, "input");
  const double *recurrent = find (source, which, "recurrent");

  for (guint row = 0; row < QS_LSTM_N_GATES; row++) {
    const guint  unit = row % QS_LSTM_N_UNITS, gate = row / QS_LSTM_N_UNITS;
    const double scale = gate_scale (gate);
    float (*cell)[4] = packed->cell[which][unit];

    cell[0][gate] = (float) (scale * input[row * QS_LSTM_N_INPUTS + 1]);
    cell[1][gate] = (float) (scale * input[row * QS_LSTM_N_INPUTS + 2]);
    for (guint k = 0; k < QS_LSTM_N_UNITS; k++)
      cell[2 + k][gate] = (float) (scale * recurrent[row * QS_LSTM_N_UNITS + k]);
  }
}

/* Half angles: a rotation by an angle turns amplitudes by half of it. */
static void
pack_circuits (QsLstmPacked *packed, guint which, const Source *source)
{
  QsLstmCircuits *circuits = &packed->circuits[which];
  const double   *input = find (source, which, "embed.input");
  const double   *recurrent = find (source, which, "embed.recurrent");
  const double   *angle = find (source, which, "angles");
  const double   *readout = find (source, which, "readout");

  for (guint q = 0; q < N_QUBITS; q++) {
    circuits->embed[0][q] = (float) (0.5 * input[q * QS_LSTM_N_INPUTS + 1]);
    circuits->embed[1][q] = (float) (0.5 * input[q * QS_LSTM_N_INPUTS + 2]);
    for (guint k = 0; k < QS_LSTM_N_UNITS; k++) {
      circuits->embed[2 + k][q] = (float) (0.5 * recurrent[q * QS_LSTM_N_UNITS + k]);
      circuits->readout[k][q] = (float) readout[q * QS_LSTM_N_UNITS + k];
    }
  }

  for (guint gate = 0; gate < 4; gate++)
    for (guint layer = 0; layer < packed->n_layers; layer++)
      for (guint q = 0; q < N_QUBITS; q++, angle++) {
        circuits->turns[gate][layer][q][0] = (float) cos (0.5 * *angle);
        circuits->turns[gate][layer][q][1] = (float) sin (0.5 * *angle);
      }
}

static void
pack_dense (QsLstmPacked *packed, guint which, const Source *source)
{
  const double *dense = find (source, which, "dense");

  for (guint unit = 0; unit < QS_LSTM_N_DENSE; unit++)
    for (guint k = 0; k < QS_LSTM_N_UNITS; k++)
      packed->dense[which][unit / 4][k][unit % 4] =
          (float) dense[unit * QS_LSTM_N_UNITS + k];
}

/* Time is the same for every trajectory, so its share joins the bias. */
static void
pack_bias (QsLstmPacked *packed, guint which, const Source *source, const double *times)
{
  const double *bias = find (source, which, "bias");
  const double *input = packed->affine ? find (source, which, "input") : NULL;

  for (guint step = 0; step < packed->n_steps; step++) {
    float *to = packed->bias + ((gsize) step * 2 + which) * QS_LSTM_N_GATES;

    for (guint row = 0; row < QS_LSTM_N_GATES; row++) {
      const guint  unit = row % QS_LSTM_N_UNITS, gate = row / QS_LSTM_N_UNITS;
      const double of_time =
          input != NULL ? input[row * QS_LSTM_N_INPUTS] * times[step] : 0.0;

      to[4 * unit + gate] = (float) (gate_scale (gate) * (bias[row] + of_time));
    }
  }
}

static void
pack_embed_bias (QsLstmPacked *packed,
                 guint         which,
                 const Source *source,
                 const double *times)
{
  const double *bias = find (source, which, "embed.bias");
  const double *input = find (source, which, "embed.input");

  for (guint step = 0; step < packed->n_steps; step++)
    for (guint q = 0; q < N_QUBITS; q++)
      packed->embed_bias[((gsize) step * 2 + which) * N_QUBITS + q] =
          (float) (0.5 * (bias[q] + input[q * QS_LSTM_N_INPUTS] * times[step]));
}

static void
pack_head (QsLstmPacked *packed, const Source *source)
{
  const double *bias = find (source, 2, "dense.bias"),
               *output = find (source, 2, "output");

  for (guint unit = 0; unit < QS_LSTM_N_DENSE; unit++) {
    packed->dense_bias[unit] = (float) bias[unit];
    packed->output[unit] = (float) output[unit];
  }
  packed->output_bias = (float) *find (source, 2, "output.bias");
}

/**
 * qs_lstm_kernel_supports:
 *
 * Returns: whether there is a kernel for networks of @shape: LSTMs and QLSTMs of the
 *   window's sizes, with circuits of four qubits
 */
gboolean
qs_lstm_kernel_supports (const QsNetShape *shape)
{
  return (shape->kind == QS_NET_LSTM ||
          (shape->kind == QS_NET_QLSTM && shape->n_qubits == N_QUBITS)) &&
         shape->n_inputs == QS_LSTM_N_INPUTS && shape->n_units == QS_LSTM_N_UNITS &&
         shape->n_dense == QS_LSTM_N_DENSE;
}

/**
 * qs_lstm_kernel_new_for:
 * @shape: of the network; a supported one
 * @params: (array): as its layout says; not kept
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
qs_lstm_kernel_new_for (const QsNetShape *shape,
                        const double     *params,
                        const double     *times,
                        guint             n_steps,
                        QsLstmKernelPath  path)
{
  const Source  source = { qs_net_shape_layout (shape), params };
  QsLstmKernel *self;
  QsLstmPacked *packed;

  g_return_val_if_fail (qs_lstm_kernel_supports (shape), NULL);
  g_return_val_if_fail (n_steps > 0 && n_steps <= MAX_STEPS, NULL);
  g_return_val_if_fail (qs_lstm_kernel_path_supported (path), NULL);

  self = g_aligned_alloc0 (1, sizeof *self, 64);
  self->path = path_choose (path);
  packed = &self->packed;
  packed->n_sides = shape->bidirectional ? 2 : 1;
  packed->affine = shape->kind == QS_NET_LSTM || !shape->replaces;
  packed->n_layers = shape->kind == QS_NET_QLSTM ? shape->n_layers : 0;
  packed->n_steps = n_steps;
  packed->bias = g_aligned_alloc (n_steps, 2 * QS_LSTM_N_GATES * sizeof (float), 64);
  packed->embed_bias = g_aligned_alloc (n_steps, 2 * N_QUBITS * sizeof (float), 64);
  for (guint gate = 0; gate < 4; gate++)
    packed->gate_scale[gate] = (float) gate_scale (gate);

  for (guint which = 0; which < packed->n_sides; which++) {
    pack_dense (packed, which, &source);
    pack_bias (packed, which, &source, times);
    if (packed->affine)
      pack_cell (packed, which, &source);
    if (packed->n_layers > 0) {
      pack_circuits (packed, which, &source);
      pack_embed_bias (packed, which, &source, times);
    }
  }
  pack_head (packed, &source);

  return self;
}

/* As qs_lstm_kernel_new_for(), of the LSTM of windows. */
QsLstmKernel *
qs_lstm_kernel_new (const QsLstmParams *params,
                    const double       *times,
                    guint               n_steps,
                    QsLstmKernelPath    path)
{
  QsNetShape shape = qs_net_shape_default (QS_NET_LSTM, QS_LSTM_N_INPUTS);

  shape.bidirectional = TRUE;
  return qs_lstm_kernel_new_for (&shape, (const double *) (gconstpointer) params, times,
                                 n_steps, path);
}

void
qs_lstm_kernel_free (QsLstmKernel *self)
{
  if (self == NULL)
    return;

  g_aligned_free (self->packed.bias);
  g_aligned_free (self->packed.embed_bias);
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
