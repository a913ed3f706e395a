/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-net-shape.h"

#include "core/qs-rng.h"

#include <math.h>
#include <string.h>

/**
 * qs_net_shape_default:
 *
 * Returns: the sizes of science.md 4 for @n_inputs numbers per time point; one direction
 */
QsNetShape
qs_net_shape_default (QsNetKind kind, guint n_inputs)
{
  return (QsNetShape){
    .kind = kind,
    .n_inputs = n_inputs,
    .n_units = QS_LSTM_N_UNITS,
    .n_dense = QS_LSTM_N_DENSE,
  };
}

static void
add (QsNetLayout *self, const char *name, gsize n_rows, gsize n_columns, double limit)
{
  g_assert (self->n_views < QS_NET_MAX_VIEWS);

  self->limits[self->n_views] = limit;
  self->views[self->n_views++] = (QsLstmView){
    .name = name,
    .offset = self->n_params,
    .n_rows = n_rows,
    .n_columns = n_columns,
  };
  self->n_params += n_rows * n_columns;
}

/* Glorot & Bengio (2010), each gate counted as a layer of its own. */
static double
glorot_limit (guint n_in, guint n_out)
{
  return sqrt (6.0 / (n_in + n_out));
}

static void
add_direction (QsNetLayout *self, const QsNetShape *shape, const char *const names[4])
{
  const guint n = shape->n_units, n_dense = shape->n_dense;

  add (self, names[0], 4 * n, n, glorot_limit (n, n));
  add (self, names[1], 4 * n, shape->n_inputs, glorot_limit (shape->n_inputs, n));
  add (self, names[2], 4 * n, 1, 0.0);
  add (self, names[3], n_dense, n,
       glorot_limit (shape->bidirectional ? 2 * n : n, n_dense));
}

/**
 * qs_net_shape_layout:
 *
 * Returns: how the parameters lie in their block
 */
QsNetLayout
qs_net_shape_layout (const QsNetShape *self)
{
  static const char *const names[2][4] = {
    { "forward.recurrent", "forward.input", "forward.bias", "forward.dense" },
    { "backward.recurrent", "backward.input", "backward.bias", "backward.dense" },
  };
  QsNetLayout layout = { 0 };

  for (guint d = 0; d < (self->bidirectional ? 2 : 1); d++)
    add_direction (&layout, self, names[d]);
  add (&layout, "dense.bias", self->n_dense, 1, 0.0);
  add (&layout, "output", 1, self->n_dense, glorot_limit (self->n_dense, 1));
  add (&layout, "output.bias", 1, 1, 0.0);

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

    const gsize n = view->n_rows * view->n_columns;

    for (gsize i = view->offset; i < view->offset + n; i++)
      params[i] =
          layout.limits[v] > 0.0
              ? layout.limits[v] * (2.0 * qs_rng_uniform (&key, (guint32) i, 0) - 1.0)
              : 0.0;
    for (guint i = 0; g_str_has_suffix (view->name, "ward.bias") && i < self->n_units;
         i++)
      params[view->offset + self->n_units + i] = 1.0;
  }
}
