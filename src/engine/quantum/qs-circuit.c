/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-circuit.h"

#include <string.h>

struct _QsCircuit {
  guint   n_qubits;
  guint   n_parameters;
  guint   n_inputs;
  guint   n_columns;
  guint   depth;
  guint   level[QS_STATE_MAX_QUBITS];  /* gates one after the other on each qubit */
  guint   column[QS_STATE_MAX_QUBITS]; /* columns taken by drawing on each qubit */
  GArray *gates;                       /* of QsCircuitGate */
  GArray *outputs;                     /* of gsize */
};

QsCircuit *
qs_circuit_new (guint n_qubits)
{
  QsCircuit *self;

  g_return_val_if_fail (n_qubits > 0 && n_qubits <= QS_STATE_MAX_QUBITS, NULL);

  self = g_new0 (QsCircuit, 1);
  self->n_qubits = n_qubits;
  self->gates = g_array_new (FALSE, FALSE, sizeof (QsCircuitGate));
  self->outputs = g_array_new (FALSE, FALSE, sizeof (gsize));
  return self;
}

void
qs_circuit_free (QsCircuit *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->gates);
  g_array_unref (self->outputs);
  g_free (self);
}

guint
qs_circuit_n_qubits (const QsCircuit *self)
{
  return self->n_qubits;
}

guint
qs_circuit_n_gates (const QsCircuit *self)
{
  return self->gates->len;
}

/* The trainable parameters: one more than the highest that a gate uses. */
guint
qs_circuit_n_parameters (const QsCircuit *self)
{
  return self->n_parameters;
}

guint
qs_circuit_n_inputs (const QsCircuit *self)
{
  return self->n_inputs;
}

guint
qs_circuit_n_outputs (const QsCircuit *self)
{
  return self->outputs->len;
}

guint
qs_circuit_n_columns (const QsCircuit *self)
{
  return self->n_columns;
}

/* The most gates that have to wait for each other. */
guint
qs_circuit_depth (const QsCircuit *self)
{
  return self->depth;
}

const QsCircuitGate *
qs_circuit_gate (const QsCircuit *self, guint index)
{
  g_return_val_if_fail (index < self->gates->len, NULL);

  return &g_array_index (self->gates, QsCircuitGate, index);
}

/* The qubits whose Z are multiplied in output @index. */
gsize
qs_circuit_output (const QsCircuit *self, guint index)
{
  g_return_val_if_fail (index < self->outputs->len, 0);

  return g_array_index (self->outputs, gsize, index);
}

static gsize
gate_qubits (const QsCircuitGate *gate)
{
  return gate->controls | (gsize) 1 << gate->target | (gsize) 1 << gate->other;
}

static guint
lowest_qubit (gsize qubits)
{
  return __builtin_ctzll (qubits);
}

static guint
highest_qubit (gsize qubits)
{
  return 63 - __builtin_clzll (qubits);
}

/* The gate joins the first level in which its qubits are free, and the first column in
 * which no other gate's line is in its way. */
static void
place (QsCircuit *self, QsCircuitGate *gate)
{
  const gsize qubits = gate_qubits (gate);
  const guint first = lowest_qubit (qubits), last = highest_qubit (qubits);
  guint       level = 0, column = 0;

  for (guint q = first; q <= last; q++) {
    if (qubits >> q & 1)
      level = MAX (level, self->level[q]);
    column = MAX (column, self->column[q]);
  }

  gate->column = column;
  for (guint q = first; q <= last; q++) {
    if (qubits >> q & 1)
      self->level[q] = level + 1;
    self->column[q] = column + 1;
  }

  self->depth = MAX (self->depth, level + 1);
  self->n_columns = MAX (self->n_columns, column + 1);
}

static void
append (QsCircuit *self, QsCircuitGate gate)
{
  for (guint k = 0; k < qs_gate_n_angles (gate.kind); k++) {
    self->n_parameters = MAX (self->n_parameters, (guint) (gate.angle[k].parameter + 1));
    self->n_inputs = MAX (self->n_inputs, (guint) (gate.angle[k].input + 1));
  }

  place (self, &gate);
  g_array_append_val (self->gates, gate);
}

/**
 * qs_circuit_add:
 * @kind: any but %QS_GATE_SWAP
 * @controls: bit mask of the qubits that have to be 1; CNOT is X with one of them
 * @angles: (nullable): as many as the gate has
 */
void
qs_circuit_add (QsCircuit     *self,
                QsGateKind     kind,
                gsize          controls,
                guint          target,
                const QsAngle *angles)
{
  const guint   n_angles = qs_gate_n_angles (kind);
  QsCircuitGate gate = {
    .kind = kind,
    .controls = controls,
    .target = target,
    .other = target,
  };

  g_return_if_fail (kind != QS_GATE_SWAP && target < self->n_qubits);
  g_return_if_fail (controls >> self->n_qubits == 0 && !(controls >> target & 1));
  g_return_if_fail (n_angles == 0 || angles != NULL);

  for (guint k = 0; k < n_angles; k++)
    gate.angle[k] = angles[k];
  append (self, gate);
}

void
qs_circuit_add_swap (QsCircuit *self, gsize controls, guint a, guint b)
{
  g_return_if_fail (a != b && a < self->n_qubits && b < self->n_qubits);
  g_return_if_fail (controls >> self->n_qubits == 0);
  g_return_if_fail (!(controls >> a & 1) && !(controls >> b & 1));

  append (self,
          (QsCircuitGate){
              .kind = QS_GATE_SWAP, .controls = controls, .target = a, .other = b });
}

/* Adds an output: the expectation value of the product of the Z of @qubits. */
void
qs_circuit_measure (QsCircuit *self, gsize qubits)
{
  g_return_if_fail (qubits != 0 && qubits >> self->n_qubits == 0);

  g_array_append_val (self->outputs, qubits);
}

static void
add_rotation (QsCircuit *self, QsGateKind kind, gsize controls, guint target)
{
  QsAngle angles[QS_GATE_MAX_ANGLES];

  for (guint k = 0; k < qs_gate_n_angles (kind); k++)
    angles[k] = QS_ANGLE_PARAMETER (self->n_parameters + k);
  qs_circuit_add (self, kind, controls, target, angles);
}

/* CNOTs from each qubit to the one @range further on, around the end. */
static void
add_ring (QsCircuit *self, guint range)
{
  for (guint q = 0; self->n_qubits > 1 && q < self->n_qubits; q++)
    qs_circuit_add (self, QS_GATE_X, (gsize) 1 << q, (q + range) % self->n_qubits, NULL);
}

/**
 * qs_circuit_add_basic_layer:
 *
 * RX on every qubit, then a ring of CNOTs, of which two qubits have but one: one layer of
 * BasicEntanglerLayers as PennyLane defines them.
 *
 * Returns: the parameters so far
 */
guint
qs_circuit_add_basic_layer (QsCircuit *self)
{
  for (guint q = 0; q < self->n_qubits; q++)
    add_rotation (self, QS_GATE_RX, 0, q);

  if (self->n_qubits == 2)
    qs_circuit_add (self, QS_GATE_X, 1, 1, NULL);
  else
    add_ring (self, 1);

  return self->n_parameters;
}

/**
 * qs_circuit_add_strong_layer:
 * @range: how far the CNOTs reach, at least 1 and below the number of qubits
 *
 * RZ, RY and RZ on every qubit, then CNOTs: one layer of StronglyEntanglingLayers (Schuld
 * et al. 2020).
 *
 * Returns: the parameters so far
 */
guint
qs_circuit_add_strong_layer (QsCircuit *self, guint range)
{
  g_return_val_if_fail (range > 0, self->n_parameters);

  for (guint q = 0; q < self->n_qubits; q++) {
    add_rotation (self, QS_GATE_RZ, 0, q);
    add_rotation (self, QS_GATE_RY, 0, q);
    add_rotation (self, QS_GATE_RZ, 0, q);
  }
  add_ring (self, range);

  return self->n_parameters;
}

/**
 * qs_circuit_add_u3_layer:
 *
 * U3 on every qubit, then a ring of controlled U3: one block of Quantum-Train.
 *
 * Returns: the parameters so far
 */
guint
qs_circuit_add_u3_layer (QsCircuit *self)
{
  for (guint q = 0; q < self->n_qubits; q++)
    add_rotation (self, QS_GATE_U3, 0, q);
  for (guint q = 0; self->n_qubits > 1 && q < self->n_qubits; q++)
    add_rotation (self, QS_GATE_U3, (gsize) 1 << q, (q + 1) % self->n_qubits);

  return self->n_parameters;
}

/**
 * qs_circuit_angles:
 * @theta: (nullable): the trainable parameters
 * @x: (nullable): the inputs
 * @angles: (out): of @gate, in radians
 */
void
qs_circuit_angles (const QsCircuitGate *gate,
                   const double        *theta,
                   const double        *x,
                   double               angles[QS_GATE_MAX_ANGLES])
{
  for (guint k = 0; k < qs_gate_n_angles (gate->kind); k++) {
    const QsAngle *angle = &gate->angle[k];

    angles[k] = angle->offset;
    if (angle->parameter >= 0)
      angles[k] += theta[angle->parameter];
    if (angle->input >= 0)
      angles[k] += angle->scale * x[angle->input];
  }
}

/* Applies one gate with the given angles. */
void
qs_circuit_apply_gate (const QsCircuitGate *gate, const double *angles, QsState *state)
{
  if (gate->kind == QS_GATE_SWAP)
    qs_state_swap (state, gate->controls, gate->target, gate->other);
  else
    qs_state_apply_kind (state, gate->kind, angles, gate->controls, gate->target);
}

/**
 * qs_circuit_gates:
 * @theta: (nullable): the trainable parameters
 * @x: (nullable): the inputs
 * @gates: (out): room for three times as many as the circuit has
 *
 * The circuit as the state takes it: a swap is three gates.
 *
 * Returns: how many there are
 */
gsize
qs_circuit_gates (const QsCircuit *self,
                  const double    *theta,
                  const double    *x,
                  QsStateGate     *gates)
{
  gsize n = 0;

  for (guint i = 0; i < self->gates->len; i++) {
    const QsCircuitGate *gate = qs_circuit_gate (self, i);
    double               angles[QS_GATE_MAX_ANGLES];

    qs_circuit_angles (gate, theta, x, angles);
    if (gate->kind == QS_GATE_SWAP) {
      qs_state_swap_gates (gate->controls, gate->target, gate->other, gates + n);
      n += 3;
    } else {
      gates[n++] = (QsStateGate){ qs_gate1 (gate->kind, angles), gate->controls,
                                  gate->target, FALSE };
    }
  }

  return n;
}

/**
 * qs_circuit_run:
 * @theta: (nullable): the trainable parameters
 * @x: (nullable): the inputs
 * @state: of as many qubits; is set to what the circuit makes of all qubits 0
 *
 * Where @state's run is cancelled this ends early and the state means nothing: who may be
 * cancelled asks the run afterwards.
 */
void
qs_circuit_run (const QsCircuit *self,
                const double    *theta,
                const double    *x,
                QsState         *state)
{
  g_autofree QsStateGate *gates = g_new (QsStateGate, 3 * self->gates->len);

  g_return_if_fail (qs_state_n_qubits (state) == self->n_qubits);

  qs_state_set_basis (state, 0);
  qs_state_apply_list (state, gates, qs_circuit_gates (self, theta, x, gates));
}

/**
 * qs_circuit_expect:
 * @output: (out) (array): the outputs in @state
 */
void
qs_circuit_expect (const QsCircuit *self, const QsState *state, double *output)
{
  for (guint k = 0; k < self->outputs->len; k++)
    output[k] = qs_state_expect_z (state, qs_circuit_output (self, k));
}
