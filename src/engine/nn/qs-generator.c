/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-generator.h"

#include "core/qs-parallel.h"
#include "nn/qs-lstm-panel.h"
#include "nn/qs-net-circuit.h"
#include "quantum/qs-gradient.h"

#include <math.h>
#include <string.h>

#define N_MAPS 4

/* Weights that go through the map together, so that its layers stay in the cache. */
#define BLOCK 64
/* Shares of the weights, each with its own slopes, which are added up in order. */
#define N_CHUNKS 16

/* What a share works on; layer i's values are [unit][weight of the block]. */
typedef struct {
  double *layers[N_MAPS + 1];
  double *slopes; /* of the layer at hand, and of the one before */
  double *before;
  double *turned;
  double *gradient; /* of the map's parameters */
} Work;

struct _QsGenerator {
  const QsLstmKernels *kernels; /* borrowed */
  QsNetLayout          layout;
  guint                n_qubits;
  gsize                n_weights;
  guint                sizes[N_MAPS + 1];
  gsize                matrix[N_MAPS]; /* places in the block */
  gsize                bias[N_MAPS];
  gsize                first_map; /* of the block's parameters, of the map */

  QsCircuit *circuit;
  QsAdjoint *adjoint;
  double    *params;  /* borrowed content, copied: [n_params] */
  double    *scale;   /* [weight]: what the map's output is multiplied by */
  double    *offset;  /* [weight]: then added */
  double    *feature; /* [amplitude]: log (1 + 2^N p) */
  double    *probability_slope;
  double    *memory;
  Work       work[N_CHUNKS];

  /* Of the pass that runs. */
  QsRun        *run;
  double       *weights;
  const double *weight_slopes;
};

/* Weights begin as those of an LSTM do: the map's output, which has a spread of about one
 * half, times their limit; biases, whose limit is 0, as weights of the same unit. */
static void
find_scales (QsGenerator *self, const QsNetShape *shape)
{
  const QsNetShape  generated = qs_net_shape_generated (shape);
  const QsNetLayout layout = qs_net_shape_layout (&generated);
  const double      of_bias = sqrt (3.0 / shape->n_units);

  for (guint v = 0; v < layout.n_views; v++) {
    const QsLstmView *view = &layout.views[v];
    const double      limit = layout.limits[v] > 0.0 ? layout.limits[v] : of_bias;

    for (gsize i = 0; i < view->n_rows * view->n_columns; i++)
      self->scale[view->offset + i] = limit;
    for (guint i = 0;
         view->n_rows == 4 * shape->n_units && view->n_columns == 1 && i < shape->n_units;
         i++)
      self->offset[view->offset + shape->n_units + i] = 1.0; /* the forget gate's bias */
  }
}

static void
make_work (QsGenerator *self)
{
  const gsize n_map = self->layout.n_params - self->first_map;
  gsize       n_values = 0, largest = 0, n_each;
  double     *next;

  for (guint i = 0; i <= N_MAPS; i++) {
    n_values += self->sizes[i];
    largest = MAX (largest, self->sizes[i]);
  }
  n_each = (n_values + 3 * largest) * BLOCK + (n_map + 7) / 8 * 8;
  self->memory = next = g_aligned_alloc0 (N_CHUNKS * n_each, sizeof (double), 64);

  for (guint c = 0; c < N_CHUNKS; c++) {
    Work *work = &self->work[c];

    for (guint i = 0; i <= N_MAPS; i++, next += self->sizes[i - 1] * BLOCK)
      work->layers[i] = next;
    work->slopes = next;
    work->before = work->slopes + largest * BLOCK;
    work->turned = work->before + largest * BLOCK;
    work->gradient = work->turned + largest * BLOCK;
    next = work->gradient + (n_map + 7) / 8 * 8;
  }
}

/**
 * qs_generator_new:
 * @shape: of kind %QS_NET_QTLSTM
 */
QsGenerator *
qs_generator_new (const QsNetShape *shape)
{
  QsGenerator      *self = g_new0 (QsGenerator, 1);
  const QsNetShape  generated = qs_net_shape_generated (shape);
  const QsLstmView *circuit;
  gsize             n_amplitudes;

  self->kernels = qs_lstm_kernels ()[0];
  self->layout = qs_net_shape_layout (shape);
  self->n_weights = qs_net_shape_layout (&generated).n_params;
  circuit = &self->layout.views[0];
  self->n_qubits = (guint) circuit->n_columns / 6;
  self->first_map = circuit->n_rows * circuit->n_columns;
  self->sizes[0] = self->n_qubits + 1;
  for (guint i = 0; i < N_MAPS; i++) {
    self->matrix[i] = self->layout.views[1 + 2 * i].offset;
    self->bias[i] = self->layout.views[2 + 2 * i].offset;
    self->sizes[i + 1] = (guint) self->layout.views[1 + 2 * i].n_rows;
  }

  n_amplitudes = (gsize) 1 << self->n_qubits;
  self->circuit = qs_qtlstm_circuit_new (self->n_qubits, shape->n_layers);
  self->adjoint = qs_adjoint_new (self->circuit, NULL, NULL);
  self->params = g_new0 (double, self->layout.n_params);
  self->scale = g_new0 (double, self->n_weights);
  self->offset = g_new0 (double, self->n_weights);
  self->feature = g_new0 (double, n_amplitudes);
  self->probability_slope = g_new0 (double, n_amplitudes);
  find_scales (self, shape);
  make_work (self);

  return self;
}

void
qs_generator_free (QsGenerator *self)
{
  if (self == NULL)
    return;

  qs_adjoint_free (self->adjoint);
  qs_circuit_free (self->circuit);
  g_free (self->params);
  g_free (self->scale);
  g_free (self->offset);
  g_free (self->feature);
  g_free (self->probability_slope);
  g_aligned_free (self->memory);
  g_free (self);
}

/* The map for @n weights from @first on; columns beyond @n repeat the last. */
static void
map_forward (const QsGenerator *self, Work *work, gsize first, gsize n)
{
  for (gsize k = 0; k < BLOCK; k++) {
    const gsize index = first + MIN (k, n - 1);

    for (guint q = 0; q < self->n_qubits; q++)
      work->layers[0][q * BLOCK + k] = index >> q & 1 ? 1.0 : -1.0;
    work->layers[0][self->n_qubits * BLOCK + k] = self->feature[index];
  }

  for (guint i = 0; i < N_MAPS; i++) {
    const guint n_out = self->sizes[i + 1], n_in = self->sizes[i];
    double     *out = work->layers[i + 1];

    for (guint unit = 0; unit < n_out; unit++)
      for (gsize k = 0; k < BLOCK; k++)
        out[unit * BLOCK + k] = self->params[self->bias[i] + unit];
    self->kernels->product (n_out, BLOCK, n_in, self->params + self->matrix[i], n_in, 1,
                            work->layers[i], BLOCK, out, BLOCK);
    if (i + 1 < N_MAPS)
      self->kernels->tangents ((gsize) n_out * BLOCK, out);
  }
}

static void
forward_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  QsGenerator *self = data;
  Work        *work = &self->work[chunk];

  for (gsize first = begin; first < end && !qs_run_is_cancelled (self->run);
       first += BLOCK) {
    const gsize n = MIN (BLOCK, end - first);

    map_forward (self, work, first, n);
    for (gsize k = 0; k < n; k++)
      self->weights[first + k] =
          self->scale[first + k] * work->layers[N_MAPS][k] + self->offset[first + k];
  }
}

static gsize
chunk_size (const QsGenerator *self)
{
  return (self->n_weights + N_CHUNKS - 1) / N_CHUNKS;
}

/**
 * qs_generator_forward:
 * @params: (array): as qs_net_shape_layout() lays them out; copied
 * @weights: (out) (array): of the LSTM; they mean nothing where @run is cancelled
 */
void
qs_generator_forward (QsGenerator  *self,
                      QsRun        *run,
                      const double *params,
                      double       *weights)
{
  const double scale = (double) ((gsize) 1 << self->n_qubits);

  memcpy (self->params, params, self->layout.n_params * sizeof *params);
  qs_state_probabilities (qs_adjoint_forward (self->adjoint, self->params, NULL),
                          self->feature);
  for (gsize i = 0; i < (gsize) 1 << self->n_qubits; i++)
    self->feature[i] = log1p (scale * self->feature[i]);

  self->run = run;
  self->weights = weights;
  qs_parallel_for (run, self->n_weights, chunk_size (self), forward_chunk, self);
}

/* Eight sums side by side. */
static double
block_sum (const double *values)
{
  double sums[8] = { 0.0 };

  for (gsize k = 0; k < BLOCK; k += 8)
    for (gsize j = 0; j < 8; j++)
      sums[j] += values[k + j];

  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) +
         ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

/* turned[weight of the block][unit]; a few units at a time, so that lines stay near. */
static void
turn_block (const double *values, gsize n, double *turned)
{
  gsize i = 0;

  for (; i + 8 <= n; i += 8)
    for (gsize k = 0; k < BLOCK; k++)
      for (gsize j = 0; j < 8; j++)
        turned[k * n + i + j] = values[(i + j) * BLOCK + k];
  for (; i < n; i++)
    for (gsize k = 0; k < BLOCK; k++)
      turned[k * n + i] = values[i * BLOCK + k];
}

/* Slopes by the block's inputs, whose last is the probability's feature; the parameters'
 * are added up in the work's gradient. */
static void
map_backward (const QsGenerator *self, Work *work)
{
  for (guint i = N_MAPS; i-- > 0;) {
    const guint   n_out = self->sizes[i + 1], n_in = self->sizes[i];
    const double *values = work->layers[i];
    double       *slopes = work->slopes;

    for (guint unit = 0; unit < n_out; unit++)
      work->gradient[self->bias[i] - self->first_map + unit] +=
          block_sum (slopes + unit * BLOCK);
    turn_block (values, n_in, work->turned);
    self->kernels->product (n_out, n_in, BLOCK, slopes, BLOCK, 1, work->turned, n_in,
                            work->gradient + self->matrix[i] - self->first_map, n_in);

    memset (work->before, 0, (gsize) n_in * BLOCK * sizeof (double));
    self->kernels->product (n_in, BLOCK, n_out, self->params + self->matrix[i], 1, n_in,
                            slopes, BLOCK, work->before, BLOCK);
    for (gsize k = 0; i > 0 && k < (gsize) n_in * BLOCK; k++)
      work->before[k] *= 1.0 - values[k] * values[k];

    work->slopes = work->before;
    work->before = slopes;
  }
}

static void
backward_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  QsGenerator *self = data;
  Work        *work = &self->work[chunk];

  memset (work->gradient, 0,
          (self->layout.n_params - self->first_map) * sizeof *work->gradient);

  for (gsize first = begin; first < end && !qs_run_is_cancelled (self->run);
       first += BLOCK) {
    const gsize n = MIN (BLOCK, end - first);

    map_forward (self, work, first, n);
    for (gsize k = 0; k < BLOCK; k++)
      work->slopes[k] =
          k < n ? self->scale[first + k] * self->weight_slopes[first + k] : 0.0;
    map_backward (self, work);
    for (gsize k = 0; k < n; k++)
      self->probability_slope[first + k] = work->slopes[self->n_qubits * BLOCK + k];
  }
}

/**
 * qs_generator_backward:
 * @weight_slopes: (array): of the loss by the weights that the last forward pass made
 * @gradient: (inout) (array): those by the parameters are added; they mean nothing where
 * @run is cancelled
 *
 * Takes the circuit back, too: a forward pass serves one backward pass.
 */
void
qs_generator_backward (QsGenerator  *self,
                       QsRun        *run,
                       const double *weight_slopes,
                       double       *gradient)
{
  const double scale = (double) ((gsize) 1 << self->n_qubits);
  const gsize  n_map = self->layout.n_params - self->first_map;
  const gsize  n_chunks = qs_parallel_n_chunks (self->n_weights, chunk_size (self));

  self->run = run;
  self->weight_slopes = weight_slopes;
  qs_parallel_for (run, self->n_weights, chunk_size (self), backward_chunk, self);

  for (gsize c = 0; c < n_chunks; c++)
    for (gsize i = 0; i < n_map; i++)
      gradient[self->first_map + i] += self->work[c].gradient[i];

  /* d log (1 + 2^N p) = 2^N e^(−feature) dp; amplitudes without a weight have none. */
  for (gsize i = 0; i < self->n_weights; i++)
    self->probability_slope[i] *= scale * exp (-self->feature[i]);
  qs_adjoint_backward_probabilities (self->adjoint, self->params, NULL,
                                     self->probability_slope, gradient, NULL);
}
