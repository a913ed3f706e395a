/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-lstm-params.h"

G_BEGIN_DECLS

/**
 * QsNetKind:
 * @QS_NET_LSTM: gates are affine in v = [h, x] (Hochreiter & Schmidhuber 1997)
 *
 * What a cell makes its gates of.
 */
typedef enum {
  QS_NET_LSTM,
} QsNetKind;

/**
 * QsNetShape:
 * @bidirectional: a second cell reads each sequence from its end
 * @n_inputs: numbers per time point
 * @n_units: of each cell
 * @n_dense: units of the ReLU layer between the cells and the output
 *
 * A sequence network: cells, a dense layer at each time point, one output there. A plain
 * value.
 */
typedef struct {
  QsNetKind kind;
  gboolean  bidirectional;
  guint     n_inputs;
  guint     n_units;
  guint     n_dense;
} QsNetShape;

#define QS_NET_MAX_VIEWS 24

/**
 * QsNetLayout:
 * @views: the matrices of the block of parameters, in its order and without gaps; an
 * LSTM of the window's shape is laid out as #QsLstmParams
 * @limits: each matrix starts uniform in [−limit, limit]
 * @n_params: how many doubles the block has
 * @n_quantum: how many of them are angles of quantum gates
 */
typedef struct {
  guint      n_views;
  QsLstmView views[QS_NET_MAX_VIEWS];
  double     limits[QS_NET_MAX_VIEWS];
  gsize      n_params;
  gsize      n_quantum;
} QsNetLayout;

QsNetShape        qs_net_shape_default (QsNetKind kind, guint n_inputs);
QsNetLayout       qs_net_shape_layout (const QsNetShape *self);
const QsLstmView *qs_net_layout_find (const QsNetLayout *self, const char *name);
void              qs_net_shape_init (const QsNetShape *self,
                                     guint64           seed,
                                     guint32           replicate,
                                     double           *params);

G_END_DECLS
