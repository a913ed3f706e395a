/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-model.h"
#include "nn/qs-lstm-params.h"

G_BEGIN_DECLS

/**
 * QsNetKind:
 * @QS_NET_LSTM: gates are affine in v = [h, x] (Hochreiter & Schmidhuber 1997)
 * @QS_NET_QLSTM: what is added to them, or stands for them, is measured on a circuit per
 * gate: v → linear, shared by the gates → RX embedding → layers of RX and a ring of CNOTs
 * → ⟨Z⟩ → linear, shared by the gates (Chen et al. 2020; layout of Di Sipio et al. 2021)
 * @QS_NET_QTLSTM: an LSTM whose weights are made by a circuit of as many amplitudes and a
 * small network that maps each one's probability and index to a weight (Liu et al. 2024)
 * @QS_NET_QKLSTM: gates are expansions Σ α_j k (v, r_j) + b in the fidelity kernel of v →
 * linear → states (Hsu et al. 2024)
 *
 * What a cell makes its gates of.
 */
typedef enum {
  QS_NET_LSTM,
  QS_NET_QLSTM,
  QS_NET_QTLSTM,
  QS_NET_QKLSTM,
  QS_NET_N_KINDS,
} QsNetKind;

/**
 * QsNetShape:
 * @bidirectional: a second cell reads each sequence from its end
 * @n_inputs: numbers per time point
 * @n_units: of each cell
 * @n_dense: units of the ReLU layer between the cells and the output
 * @n_qubits: of the cells' circuits; %QS_NET_QTLSTM has as many as its weights ask for
 * @n_layers: of the circuit; for kernels how often v is uploaded: with 1 they have a
 * closed form, in which fixed gates after it cancel, with more there are angles in
 * between
 * @n_references: of the kernel expansion
 * @replaces: the circuits of %QS_NET_QLSTM stand for the gates' affine maps, as first
 * published, instead of adding to them
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
  guint     n_qubits;
  guint     n_layers;
  guint     n_references;
  gboolean  replaces;
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
QsNetShape        qs_net_shape_for (const QsFitOptions *options, guint n_inputs);
QsNetShape        qs_net_shape_twin (const QsNetShape *self);
QsNetShape        qs_net_shape_generated (const QsNetShape *self);
QsNetLayout       qs_net_shape_layout (const QsNetShape *self);
const QsLstmView *qs_net_layout_find (const QsNetLayout *self, const char *name);
void              qs_net_shape_init (const QsNetShape *self,
                                     guint64           seed,
                                     guint32           replicate,
                                     double           *params);

G_END_DECLS
