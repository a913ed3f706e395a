/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-net-cell.h"

#include "domain/qs-model.h"
#include "nn/qs-net-circuit.h"
#include "quantum/qs-batch.h"

#include <math.h>
#include <string.h>

/* A pure state of one qubit, and where its angle moves it. */
typedef struct {
  double at[3];
  double slope[3];
} Bloch;

typedef struct {
  QsNetCell base;
  gsize     angles; /* the matrices' places in the block */
  gsize     references;
  gsize     coefficients;
  Bloch    *bloch;   /* owned: [reference][qubit], of the current parameters */
  double   *kernels; /* owned: [reference][lane]: slopes by a step's kernels */

  /* With more than one upload; samples are [reference][lane]. */
  QsBatch *circuit; /* owned */
  double  *inputs;  /* owned: [input][sample], then their slopes */
  double  *outputs; /* owned: [output][sample] */
} Cell;

/* The state that RZ (x) RY (x) H makes of |0⟩. */
static Bloch
bloch_of (double x)
{
  const double c = cos (x), s = sin (x);

  return (Bloch){ { c * c, c * s, -s }, { -2.0 * c * s, c * c - s * s, -c } };
}

static double
dot (const double a[3], const double b[3])
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* The kernels of each step, kept for the coefficients' slopes. */
static gsize
n_rows (const QsNetCell *base)
{
  return base->shape.n_references;
}

static void
set_params (QsNetCell *base)
{
  Cell         *self = (Cell *) base;
  const double *references = base->params + self->references;

  if (self->circuit != NULL)
    qs_batch_set_parameters (self->circuit, base->params + self->angles);
  for (gsize i = 0; i < (gsize) base->shape.n_references * base->shape.n_qubits; i++)
    self->bloch[i] = bloch_of (references[i]);
}

/* Fidelities of product states: Π ½ (1 + r · r'). */
static void
product_kernels (const Cell *self, const QsNetSide *side, guint s)
{
  const guint  n_qubits = self->base.shape.n_qubits;
  const gsize  at = (gsize) s * side->n_lanes;
  const Bloch *reference = self->bloch;

  for (guint j = 0; j < self->base.shape.n_references; j++)
    for (guint lane = 0; lane < side->n_lanes; lane++)
      self->base.rows[j * side->row + at + lane] = 1.0;

  for (guint q = 0; q < n_qubits; q++)
    for (guint lane = 0; lane < side->n_lanes; lane++) {
      const Bloch own = bloch_of (self->base.angles[q * side->row + at + lane]);

      for (guint j = 0; j < self->base.shape.n_references; j++)
        self->base.rows[j * side->row + at + lane] *=
            0.5 + 0.5 * dot (reference[j * n_qubits + q].at, own.at);
    }
}

/* From @kernels, slopes of the loss, to those by a lane's angles and by the references.
 */
static void
product_slopes (Cell            *self,
                const QsNetSide *side,
                guint            s,
                guint            lane,
                double          *references)
{
  const guint n_qubits = self->base.shape.n_qubits;
  const gsize at = (gsize) s * side->n_lanes + lane;
  Bloch       own[QS_CELL_MAX_QUBITS];

  for (guint q = 0; q < n_qubits; q++)
    own[q] = bloch_of (self->base.angles[q * side->row + at]);

  for (guint j = 0; j < self->base.shape.n_references; j++) {
    const Bloch *reference = self->bloch + j * n_qubits;
    double       others[QS_CELL_MAX_QUBITS], product = 0.5;

    /* The product of all factors but one's own: of those before, then of those behind. */
    product *= self->kernels[j * side->n_lanes + lane];
    for (guint q = 0; q < n_qubits; q++) {
      others[q] = product;
      product *= 0.5 + 0.5 * dot (reference[q].at, own[q].at);
    }
    product = 1.0;
    for (guint q = n_qubits; q-- > 0;) {
      others[q] *= product;
      product *= 0.5 + 0.5 * dot (reference[q].at, own[q].at);
    }

    for (guint q = 0; q < n_qubits; q++) {
      self->base.slopes[q * side->row + at] +=
          others[q] * dot (reference[q].at, own[q].slope);
      references[j * n_qubits + q] += others[q] * dot (reference[q].slope, own[q].at);
    }
  }
}

/* Every lane's angles beside every reference. */
static gsize
fill_samples (Cell *self, const QsNetSide *side, guint s)
{
  const guint   n_qubits = self->base.shape.n_qubits;
  const gsize   n_lanes = side->n_lanes;
  const gsize   n_samples = self->base.shape.n_references * n_lanes;
  const double *references = self->base.params + self->references;

  for (guint q = 0; q < n_qubits; q++) {
    const double *angles = self->base.angles + q * side->row + s * n_lanes;

    for (gsize j = 0; j < self->base.shape.n_references; j++) {
      memcpy (self->inputs + q * n_samples + j * n_lanes, angles,
              n_lanes * sizeof *angles);
      for (gsize lane = 0; lane < n_lanes; lane++)
        self->inputs[(n_qubits + q) * n_samples + j * n_lanes + lane] =
            references[j * n_qubits + q];
    }
  }

  return n_samples;
}

static void
circuit_kernels (Cell *self, const QsNetSide *side, guint s)
{
  const gsize  n_samples = fill_samples (self, side, s);
  const gsize  n_sets = (gsize) 1 << self->base.shape.n_qubits;
  const double factor = 1.0 / (double) n_sets;

  qs_batch_forward (self->circuit, n_samples, self->inputs, self->outputs);

  for (gsize j = 0; j < self->base.shape.n_references; j++)
    for (gsize lane = 0; lane < side->n_lanes; lane++) {
      double sum = 1.0;

      for (gsize k = 0; k + 1 < n_sets; k++)
        sum += self->outputs[k * n_samples + j * side->n_lanes + lane];
      self->base.rows[j * side->row + s * side->n_lanes + lane] = factor * sum;
    }
}

static void
circuit_slopes (Cell *self, const QsNetSide *side, guint s, double *gradient)
{
  const guint  n_qubits = self->base.shape.n_qubits;
  const gsize  n_samples = fill_samples (self, side, s), n_lanes = side->n_lanes;
  const gsize  n_sets = (gsize) 1 << n_qubits;
  double      *slopes = self->inputs + 2 * n_qubits * n_samples;
  const double factor = 1.0 / (double) n_sets;

  for (gsize k = 0; k + 1 < n_sets; k++)
    for (gsize i = 0; i < n_samples; i++)
      self->outputs[k * n_samples + i] = factor * self->kernels[i];
  memset (slopes, 0, 2 * n_qubits * n_samples * sizeof *slopes);
  qs_batch_backward (self->circuit, n_samples, self->inputs, self->outputs,
                     gradient + self->angles, slopes);

  for (guint q = 0; q < n_qubits; q++)
    for (gsize j = 0; j < self->base.shape.n_references; j++)
      for (gsize lane = 0; lane < n_lanes; lane++) {
        self->base.slopes[q * side->row + s * n_lanes + lane] +=
            slopes[q * n_samples + j * n_lanes + lane];
        gradient[self->references + j * n_qubits + q] +=
            slopes[(n_qubits + q) * n_samples + j * n_lanes + lane];
      }
}

static void
forward (QsNetCell *base, const QsNetSide *side, guint s)
{
  Cell       *self = (Cell *) base;
  const gsize at = (gsize) s * side->n_lanes, n_references = base->shape.n_references;

  if (self->circuit != NULL)
    circuit_kernels (self, side, s);
  else
    product_kernels (self, side, s);
  side->kernels->product (4 * side->n_units, side->n_lanes, n_references,
                          base->params + self->coefficients, n_references, 1,
                          base->rows + at, side->row, side->gates + at, side->row);
}

static void
backward (QsNetCell *base, const QsNetSide *side, guint s, double *gradient)
{
  Cell       *self = (Cell *) base;
  const gsize at = (gsize) s * side->n_lanes, n_references = base->shape.n_references;

  memset (self->kernels, 0, n_references * side->n_lanes * sizeof *self->kernels);
  side->kernels->product (n_references, side->n_lanes, 4 * side->n_units,
                          base->params + self->coefficients, 1, n_references,
                          side->gates + at, side->row, self->kernels, side->n_lanes);

  if (self->circuit != NULL)
    circuit_slopes (self, side, s, gradient);
  for (guint lane = 0; self->circuit == NULL && lane < side->n_lanes; lane++)
    product_slopes (self, side, s, lane, gradient + self->references);
}

static void
finish (QsNetCell *base, const QsNetSide *side, double *gradient)
{
  Cell *self = (Cell *) base;

  qs_net_add_weights (side, side->gates, 4 * side->n_units, base->rows,
                      base->shape.n_references, gradient + self->coefficients);
}

static void
cell_free (QsNetCell *base)
{
  Cell *self = (Cell *) base;

  g_free (self->bloch);
  g_free (self->kernels);
  g_clear_pointer (&self->circuit, qs_batch_free);
  g_free (self->inputs);
  g_free (self->outputs);
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
 * qs_qklstm_cell_new:
 * @direction: prefix of its matrices' names
 *
 * Kernels of the step's state and states of reference, whose angles are trained, in
 * closed form or as circuits; the gates share them.
 */
QsNetCell *
qs_qklstm_cell_new (const QsNetShape *shape, const char *direction)
{
  const gsize n_references = shape->n_references;
  const gsize n_samples = n_references * QS_NET_N_LANES;
  Cell       *self = g_new0 (Cell, 1);

  qs_net_cell_init (&self->base, &cell_class, shape, direction);
  self->references = qs_net_cell_place (shape, direction, "references");
  self->coefficients = qs_net_cell_place (shape, direction, "coefficients");
  self->bloch = g_new (Bloch, n_references * shape->n_qubits);
  self->kernels = g_new (double, n_samples);

  if (shape->n_layers > 1) {
    g_autoptr (QsCircuit) circuit =
        qs_qklstm_circuit_new (shape->n_qubits, shape->n_layers);

    self->angles = qs_net_cell_place (shape, direction, "angles");
    self->circuit = qs_batch_new (circuit);
    self->inputs = g_new (double, 4 * shape->n_qubits * n_samples);
    self->outputs = g_new (double, n_samples << shape->n_qubits);
  }

  return &self->base;
}
