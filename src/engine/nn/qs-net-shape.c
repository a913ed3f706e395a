/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-net-shape.h"

#include "core/qs-rng.h"

#include <math.h>
#include <string.h>

/* Layers of the network that maps amplitudes to weights, after its inputs: with 14 blocks
 * of gates the bidirectional LSTM of windows has 18,345 parameters instead of 38,977. */
static const guint map_sizes[] = { 40, 200, 40, 1 };

/**
 * qs_net_shape_default:
 *
 * Returns: the sizes of science.md 4 for @n_inputs numbers per time point; one direction,
 * but for %QS_NET_QTLSTM both
 */
QsNetShape
qs_net_shape_default (QsNetKind kind, guint n_inputs)
{
  return (QsNetShape){
    .kind = kind,
    .bidirectional = kind == QS_NET_QTLSTM,
    .n_inputs = n_inputs,
    .n_units = QS_LSTM_N_UNITS,
    .n_dense = QS_LSTM_N_DENSE,
    .n_qubits = 4,
    .n_layers = kind == QS_NET_QTLSTM ? 14 : 1,
    .n_references = 20,
  };
}

/**
 * qs_net_shape_for:
 * @options: of a network
 *
 * Returns: the default of its kind, with the cells it asks for
 */
QsNetShape
qs_net_shape_for (const QsFitOptions *options, guint n_inputs)
{
  static const QsNetKind kinds[QS_MODEL_N_KINDS] = {
    [QS_MODEL_QLSTM] = QS_NET_QLSTM,
    [QS_MODEL_QTLSTM] = QS_NET_QTLSTM,
    [QS_MODEL_QKLSTM] = QS_NET_QKLSTM,
  };
  const QsCellOptions *cells = &options->cells;
  QsNetShape           shape = qs_net_shape_default (kinds[options->kind], n_inputs);

  if (cells->n_qubits > 0)
    shape.n_qubits = cells->n_qubits;
  if (cells->n_layers > 0)
    shape.n_layers = cells->n_layers;
  shape.replaces = cells->replaces;
  return shape;
}

/**
 * qs_net_shape_twin:
 *
 * Returns: the LSTM, in as many directions, whose number of parameters is next to @self's
 */
QsNetShape
qs_net_shape_twin (const QsNetShape *self)
{
  const gsize wanted = qs_net_shape_layout (self).n_params;
  QsNetShape  twin = *self, before;
  gsize       n, n_before = 0;

  twin.kind = QS_NET_LSTM;
  for (twin.n_units = 1;; twin.n_units++) {
    n = qs_net_shape_layout (&twin).n_params;
    if (n >= wanted)
      break;
    n_before = n;
  }

  before = twin;
  before.n_units--;
  return twin.n_units > 1 && wanted - n_before < n - wanted ? before : twin;
}

/**
 * qs_net_shape_generated:
 * @self: of kind %QS_NET_QTLSTM
 *
 * Returns: the LSTM whose weights it makes
 */
QsNetShape
qs_net_shape_generated (const QsNetShape *self)
{
  QsNetShape shape = *self;

  shape.kind = QS_NET_LSTM;
  return shape;
}

static void
add (QsNetLayout *self, const char *name, gsize n_rows, gsize n_columns, double limit)
{
  g_assert (self->n_views < QS_NET_MAX_VIEWS);

  self->limits[self->n_views] = limit;
  self->views[self->n_views++] = (QsLstmView){
    .name = g_intern_string (name),
    .offset = self->n_params,
    .n_rows = n_rows,
    .n_columns = n_columns,
  };
  self->n_params += n_rows * n_columns;
}

/* What is added to the head, behind the cells. */
static void
add_head (QsNetLayout *self,
          const char  *name,
          gsize        n_rows,
          gsize        n_columns,
          double       limit)
{
  add (self, name, n_rows, n_columns, limit);
  self->views[self->n_views - 1].head = TRUE;
}

/* Angles of gates start anywhere: at 0 the slopes of ⟨Z⟩ vanish. */
static void
add_angles (QsNetLayout *self, const char *name, gsize n_rows, gsize n_columns)
{
  add (self, name, n_rows, n_columns, G_PI);
  self->views[self->n_views - 1].angles = TRUE;
  self->n_quantum += n_rows * n_columns;
}

/* Glorot & Bengio (2010), each gate counted as a layer of its own. */
static double
glorot_limit (gsize n_in, gsize n_out)
{
  return sqrt (6.0 / (double) (n_in + n_out));
}

/* The names' places in the tables below. */
enum {
  RECURRENT,
  INPUT,
  BIAS,
  DENSE,
  EMBED_RECURRENT,
  EMBED_INPUT,
  EMBED_BIAS,
  ANGLES,
  READOUT,
  REFERENCES,
  COEFFICIENTS,
  N_NAMES,
};

static void
add_cell (QsNetLayout *self, const QsNetShape *shape, const char *const names[N_NAMES])
{
  const guint n = shape->n_units, n_qubits = shape->n_qubits;

  add (self, names[EMBED_RECURRENT], n_qubits, n, glorot_limit (n, n_qubits));
  add (self, names[EMBED_INPUT], n_qubits, shape->n_inputs,
       glorot_limit (shape->n_inputs, n_qubits));
  add (self, names[EMBED_BIAS], n_qubits, 1, 0.0);

  if (shape->kind == QS_NET_QLSTM) {
    add_angles (self, names[ANGLES], 4, shape->n_layers * n_qubits);
    add (self, names[READOUT], n_qubits, n, glorot_limit (n_qubits, n));
  } else {
    if (shape->n_layers > 1)
      add_angles (self, names[ANGLES], shape->n_layers, n_qubits);
    add_angles (self, names[REFERENCES], shape->n_references, n_qubits);
    add (self, names[COEFFICIENTS], 4 * n, shape->n_references,
         glorot_limit (shape->n_references, n));
  }
}

static void
add_direction (QsNetLayout      *self,
               const QsNetShape *shape,
               const char *const names[N_NAMES])
{
  const guint    n = shape->n_units, n_dense = shape->n_dense;
  const gboolean quantum = shape->kind != QS_NET_LSTM;

  if (!quantum || (shape->kind == QS_NET_QLSTM && !shape->replaces)) {
    add (self, names[RECURRENT], 4 * n, n, glorot_limit (n, n));
    add (self, names[INPUT], 4 * n, shape->n_inputs, glorot_limit (shape->n_inputs, n));
  }
  add (self, names[BIAS], 4 * n, 1, 0.0);
  if (quantum)
    add_cell (self, shape, names);
  add_head (self, names[DENSE], n_dense, n,
            glorot_limit (shape->bidirectional ? 2 * n : n, n_dense));
}

static guint
n_qubits_for (gsize n_weights)
{
  guint n = 1;

  while (((gsize) 1 << n) < n_weights)
    n++;
  return n;
}

/* What makes the weights of an LSTM: U3 and controlled U3 on all qubits per block, then
 * the map from the bits of an index and its probability. */
static QsNetLayout
generator_layout (const QsNetShape *shape)
{
  static const char *const names[][2] = {
    { "map.1", "map.1.bias" },
    { "map.2", "map.2.bias" },
    { "map.3", "map.3.bias" },
    { "map.4", "map.4.bias" },
  };
  const QsNetShape generated = qs_net_shape_generated (shape);
  const guint      n_qubits = n_qubits_for (qs_net_shape_layout (&generated).n_params);
  QsNetLayout      layout = { 0 };
  guint            n_in = n_qubits + 1;

  add_angles (&layout, "circuit", shape->n_layers, 6 * n_qubits);
  for (guint i = 0; i < G_N_ELEMENTS (map_sizes); i++) {
    add (&layout, names[i][0], map_sizes[i], n_in, glorot_limit (n_in, map_sizes[i]));
    add (&layout, names[i][1], map_sizes[i], 1, 0.0);
    n_in = map_sizes[i];
  }

  return layout;
}

/**
 * qs_net_shape_layout:
 *
 * Returns: how the parameters that are trained lie in their block
 */
QsNetLayout
qs_net_shape_layout (const QsNetShape *self)
{
  static const char *const names[2][N_NAMES] = {
    { "forward.recurrent", "forward.input", "forward.bias", "forward.dense",
      "forward.embed.recurrent", "forward.embed.input", "forward.embed.bias",
      "forward.angles", "forward.readout", "forward.references", "forward.coefficients" },
    { "backward.recurrent", "backward.input", "backward.bias", "backward.dense",
      "backward.embed.recurrent", "backward.embed.input", "backward.embed.bias",
      "backward.angles", "backward.readout", "backward.references",
      "backward.coefficients" },
  };
  QsNetLayout layout = { 0 };

  if (self->kind == QS_NET_QTLSTM)
    return generator_layout (self);

  for (guint d = 0; d < (self->bidirectional ? 2 : 1); d++)
    add_direction (&layout, self, names[d]);
  add_head (&layout, "dense.bias", self->n_dense, 1, 0.0);
  add_head (&layout, "output", 1, self->n_dense, glorot_limit (self->n_dense, 1));
  add_head (&layout, "output.bias", 1, 1, 0.0);

  return layout;
}

/**
 * qs_net_layout_find:
 *
 * Returns: (nullable): the matrix of that name
 */
const QsLstmView *
qs_net_layout_find (const QsNetLayout *self, const char *name)
{
  for (guint v = 0; v < self->n_views; v++)
    if (strcmp (self->views[v].name, name) == 0)
      return &self->views[v];

  return NULL;
}

static gboolean
is_gate_bias (const QsLstmView *view)
{
  return strcmp (view->name, "forward.bias") == 0 ||
         strcmp (view->name, "backward.bias") == 0;
}

/**
 * qs_net_shape_init:
 * @replicate: 0 for the estimate, else the bootstrap replicate
 * @params: (out) (array): the block of its layout
 *
 * Initial parameters: uniform within each matrix's limit, the forget gate's bias 1
 * (Jozefowicz et al. 2015).
 */
void
qs_net_shape_init (const QsNetShape *self,
                   guint64           seed,
                   guint32           replicate,
                   double           *params)
{
  const QsRngKey    key = { seed, QS_RNG_INIT_WEIGHTS, replicate };
  const QsNetLayout layout = qs_net_shape_layout (self);

  for (guint v = 0; v < layout.n_views; v++) {
    const QsLstmView *view = &layout.views[v];
    const gsize       n = view->n_rows * view->n_columns;
    const double      limit = layout.limits[v];

    for (gsize i = view->offset; i < view->offset + n; i++)
      params[i] =
          limit > 0.0 ? limit * (2.0 * qs_rng_uniform (&key, (guint32) i, 0) - 1.0) : 0.0;
    for (guint i = 0; is_gate_bias (view) && i < self->n_units; i++)
      params[view->offset + self->n_units + i] = 1.0;
  }
}
