/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-net-cell.h"

#include <string.h>

/* Where a matrix of one direction begins in the block. */
gsize
qs_net_cell_place (const QsNetShape *shape, const char *direction, const char *name)
{
  const QsNetLayout layout = qs_net_shape_layout (shape);
  g_autofree char  *full = g_strconcat (direction, ".", name, NULL);

  return qs_net_layout_find (&layout, full)->offset;
}

void
qs_net_cell_init (QsNetCell            *self,
                  const QsNetCellClass *klass,
                  const QsNetShape     *shape,
                  const char           *direction)
{
  self->klass = klass;
  self->shape = *shape;
  self->recurrent = qs_net_cell_place (shape, direction, "embed.recurrent");
  self->input = qs_net_cell_place (shape, direction, "embed.input");
  self->bias = qs_net_cell_place (shape, direction, "embed.bias");
}

void
qs_net_cell_free (QsNetCell *self)
{
  if (self == NULL)
    return;

  self->klass->free (self);
  g_aligned_free (self->angles);
  g_free (self);
}

/* Copies the lanes of step @s to [row][lane] without gaps, as a batch of circuits wants
 * them. */
void
qs_net_cell_gather (const QsNetSide *side,
                    guint            s,
                    const double    *rows,
                    guint            n_rows,
                    double          *samples)
{
  for (guint i = 0; i < n_rows; i++)
    memcpy (samples + i * side->n_lanes, rows + i * side->row + s * side->n_lanes,
            side->n_lanes * sizeof *samples);
}

void
qs_net_cell_reserve (QsNetCell *self, gsize n_columns)
{
  const gsize n_qubits = self->shape.n_qubits;

  if (n_columns <= self->n_columns)
    return;

  g_aligned_free (self->angles);
  self->n_columns = n_columns;
  self->angles = g_aligned_alloc0 (
      (2 * n_qubits + self->klass->n_rows (self)) * n_columns, sizeof (double), 64);
  self->slopes = self->angles + n_qubits * n_columns;
  self->rows = self->slopes + n_qubits * n_columns;
}

/* @params is borrowed until the next call. */
void
qs_net_cell_set_params (QsNetCell *self, const double *params)
{
  self->params = params;
  self->klass->set_params (self);
}

void
qs_net_cell_forward (QsNetCell *self, const QsNetSide *side, guint s)
{
  const gsize at = (gsize) s * side->n_lanes, n_qubits = self->shape.n_qubits;

  for (gsize q = 0; q < n_qubits; q++)
    for (gsize lane = 0; lane < side->n_lanes; lane++)
      self->angles[q * side->row + at + lane] = self->params[self->bias + q];
  side->kernels->product (n_qubits, side->n_lanes, side->n_inputs,
                          self->params + self->input, side->n_inputs, 1, side->x + at,
                          side->row, self->angles + at, side->row);
  side->kernels->product (n_qubits, side->n_lanes, side->n_units,
                          self->params + self->recurrent, side->n_units, 1, side->h + at,
                          side->row, self->angles + at, side->row);
  self->klass->forward (self, side, s);
}

void
qs_net_cell_backward (QsNetCell *self, const QsNetSide *side, guint s, double *gradient)
{
  const gsize at = (gsize) s * side->n_lanes, n_qubits = self->shape.n_qubits;

  for (gsize q = 0; q < n_qubits; q++)
    memset (self->slopes + q * side->row + at, 0, side->n_lanes * sizeof (double));
  self->klass->backward (self, side, s, gradient);
  if (s > 0)
    side->kernels->product (side->n_units, side->n_lanes, n_qubits,
                            self->params + self->recurrent, 1, side->n_units,
                            self->slopes + at, side->row, side->h_slope + at, side->row);
}

void
qs_net_cell_finish (QsNetCell *self, const QsNetSide *side, double *gradient)
{
  const guint n_qubits = self->shape.n_qubits;

  qs_net_add_biases (side, self->slopes, n_qubits, gradient + self->bias);
  qs_net_add_weights (side, self->slopes, n_qubits, side->x, side->n_inputs,
                      gradient + self->input);
  qs_net_add_weights (side, self->slopes, n_qubits, side->h, side->n_units,
                      gradient + self->recurrent);
  self->klass->finish (self, side, gradient);
}
