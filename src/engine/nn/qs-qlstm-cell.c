/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-net-cell.h"

#include "domain/qs-model.h"
#include "nn/qs-net-circuit.h"
#include "quantum/qs-batch.h"

#include <string.h>

#define N_GATES 4

typedef struct {
  QsNetCell base;
  gsize     angles; /* the circuits' and the readout's places in the block */
  gsize     readout;
  gsize     n_angles; /* of one circuit */
  QsBatch  *circuits[N_GATES];
  double    inputs[QS_CELL_MAX_QUBITS * QS_NET_N_LANES]; /* [qubit][lane], as all these */
  double    outputs[QS_CELL_MAX_QUBITS * QS_NET_N_LANES];
  double    input_slopes[QS_CELL_MAX_QUBITS * QS_NET_N_LANES];
} Cell;

/* What each gate measured, kept for the readout's slopes. */
static gsize
n_rows (const QsNetCell *base)
{
  return N_GATES * base->shape.n_qubits;
}

static void
set_params (QsNetCell *base)
{
  Cell *self = (Cell *) base;

  for (guint g = 0; g < N_GATES; g++)
    qs_batch_set_parameters (self->circuits[g],
                             base->params + self->angles + g * self->n_angles);
}

static void
forward (QsNetCell *base, const QsNetSide *side, guint s)
{
  Cell       *self = (Cell *) base;
  const gsize at = (gsize) s * side->n_lanes, n = side->n_units;
  const guint n_qubits = base->shape.n_qubits;

  qs_net_cell_gather (side, s, base->angles, n_qubits, self->inputs);

  for (gsize g = 0; g < N_GATES; g++) {
    double *measured = base->rows + g * n_qubits * side->row + at;

    qs_batch_forward (self->circuits[g], side->n_lanes, self->inputs, self->outputs);
    for (gsize q = 0; q < n_qubits; q++)
      memcpy (measured + q * side->row, self->outputs + q * side->n_lanes,
              side->n_lanes * sizeof *measured);
    side->kernels->product (n, side->n_lanes, n_qubits, base->params + self->readout, 1,
                            n, self->outputs, side->n_lanes,
                            side->gates + g * n * side->row + at, side->row);
  }
}

static void
backward (QsNetCell *base, const QsNetSide *side, guint s, double *gradient)
{
  Cell       *self = (Cell *) base;
  const gsize at = (gsize) s * side->n_lanes, n = side->n_units;
  const guint n_qubits = base->shape.n_qubits;
  const gsize n_bytes = n_qubits * side->n_lanes * sizeof (double);

  qs_net_cell_gather (side, s, base->angles, n_qubits, self->inputs);
  memset (self->input_slopes, 0, n_bytes);

  for (gsize g = 0; g < N_GATES; g++) {
    memset (self->outputs, 0, n_bytes);
    side->kernels->product (n_qubits, side->n_lanes, n, base->params + self->readout, n,
                            1, side->gates + g * n * side->row + at, side->row,
                            self->outputs, side->n_lanes);
    qs_batch_backward (self->circuits[g], side->n_lanes, self->inputs, self->outputs,
                       gradient + self->angles + g * self->n_angles, self->input_slopes);
  }

  for (gsize q = 0; q < n_qubits; q++)
    memcpy (base->slopes + q * side->row + at, self->input_slopes + q * side->n_lanes,
            side->n_lanes * sizeof (double));
}

static void
finish (QsNetCell *base, const QsNetSide *side, double *gradient)
{
  Cell       *self = (Cell *) base;
  const gsize n_qubits = base->shape.n_qubits, n = side->n_units;

  for (gsize g = 0; g < N_GATES; g++)
    qs_net_add_weights (side, base->rows + g * n_qubits * side->row, n_qubits,
                        side->gates + g * n * side->row, n, gradient + self->readout);
}

static void
cell_free (QsNetCell *base)
{
  Cell *self = (Cell *) base;

  for (guint g = 0; g < N_GATES; g++)
    qs_batch_free (self->circuits[g]);
}

static const QsNetCellClass cell_class = {
  .n_rows = n_rows,
  .set_params = set_params,
  .forward = forward,
  .backward = backward,
  .finish = finish,
  .free = cell_free,
};

/**
 * qs_qlstm_cell_new:
 * @direction: prefix of its matrices' names
 *
 * A circuit per gate, each with angles of its own, between two linear maps that the gates
 * share.
 */
QsNetCell *
qs_qlstm_cell_new (const QsNetShape *shape, const char *direction)
{
  g_autoptr (QsCircuit) circuit = qs_qlstm_circuit_new (shape->n_qubits, shape->n_layers);
  Cell                 *self = g_new0 (Cell, 1);

  qs_net_cell_init (&self->base, &cell_class, shape, direction);
  self->angles = qs_net_cell_place (shape, direction, "angles");
  self->readout = qs_net_cell_place (shape, direction, "readout");
  self->n_angles = qs_circuit_n_parameters (circuit);
  for (guint g = 0; g < N_GATES; g++)
    self->circuits[g] = qs_batch_new (circuit);

  return &self->base;
}
