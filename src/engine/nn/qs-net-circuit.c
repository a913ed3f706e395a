/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-net-circuit.h"

/**
 * qs_qlstm_circuit_new:
 *
 * Returns: (transfer full): the circuit of each gate of a QLSTM: RX embedding of the
 * inputs, layers of RX and a ring of CNOTs, ⟨Z⟩ of every qubit
 */
QsCircuit *
qs_qlstm_circuit_new (guint n_qubits, guint n_layers)
{
  QsCircuit *circuit = qs_circuit_new (n_qubits);

  for (guint q = 0; q < n_qubits; q++) {
    const QsAngle angle = QS_ANGLE_INPUT (q);

    qs_circuit_add (circuit, QS_GATE_RX, 0, q, &angle);
  }
  for (guint layer = 0; layer < n_layers; layer++)
    qs_circuit_add_basic_layer (circuit);
  for (guint q = 0; q < n_qubits; q++)
    qs_circuit_measure (circuit, (gsize) 1 << q);

  return circuit;
}

/**
 * qs_qtlstm_circuit_new:
 *
 * Returns: (transfer full): blocks of U3 and controlled U3, whose probabilities are used
 */
QsCircuit *
qs_qtlstm_circuit_new (guint n_qubits, guint n_layers)
{
  QsCircuit *circuit = qs_circuit_new (n_qubits);

  for (guint layer = 0; layer < n_layers; layer++)
    qs_circuit_add_u3_layer (circuit);

  return circuit;
}

static void
add_ring (QsCircuit *circuit, gboolean reverse)
{
  const guint n = qs_circuit_n_qubits (circuit);

  for (guint i = 0; n > 1 && i < (n == 2 ? 1 : n); i++) {
    const guint q = reverse ? (n == 2 ? 1 : n) - 1 - i : i;

    qs_circuit_add (circuit, QS_GATE_X, (gsize) 1 << q, (q + 1) % n, NULL);
  }
}

/* RY (x + θ), then RZ (x); or their inverse, by RY (−a) = Z RY (a) Z. */
static void
add_upload (QsCircuit *circuit, guint layer, guint first_input, gboolean inverse)
{
  const guint n = qs_circuit_n_qubits (circuit);

  for (guint q = 0; q < n; q++) {
    const int     input = (int) (first_input + q);
    const QsAngle turn = { 0.0, (int) (layer * n + q), input, 1.0 };
    const QsAngle phase = { 0.0, -1, input, inverse ? -1.0 : 1.0 };

    if (inverse)
      qs_circuit_add (circuit, QS_GATE_RZ, 0, q, &phase);
    if (inverse)
      qs_circuit_add (circuit, QS_GATE_Z, 0, q, NULL);
    qs_circuit_add (circuit, QS_GATE_RY, 0, q, &turn);
    if (inverse)
      qs_circuit_add (circuit, QS_GATE_Z, 0, q, NULL);
    else
      qs_circuit_add (circuit, QS_GATE_RZ, 0, q, &phase);
  }
}

/**
 * qs_qklstm_circuit_new:
 * @n_layers: how often the inputs are uploaded
 *
 * The fidelity of two states as a circuit: the map of the first @n_qubits inputs, then
 * the inverse map of the other @n_qubits. The probability of all zeros at its end,
 * |⟨φ(y)|φ(x)⟩|², is 2^−n (1 + the sum of the outputs): ⟨Z…Z⟩ of all sets of qubits.
 *
 * Returns: (transfer full): the circuit
 */
QsCircuit *
qs_qklstm_circuit_new (guint n_qubits, guint n_layers)
{
  QsCircuit *circuit = qs_circuit_new (n_qubits);

  for (guint q = 0; q < n_qubits; q++)
    qs_circuit_add (circuit, QS_GATE_H, 0, q, NULL);
  for (guint layer = 0; layer < n_layers; layer++) {
    add_upload (circuit, layer, 0, FALSE);
    if (layer + 1 < n_layers)
      add_ring (circuit, FALSE);
  }
  for (guint layer = n_layers; layer-- > 0;) {
    add_upload (circuit, layer, n_qubits, TRUE);
    if (layer > 0)
      add_ring (circuit, TRUE);
  }
  for (guint q = 0; q < n_qubits; q++)
    qs_circuit_add (circuit, QS_GATE_H, 0, q, NULL);
  for (gsize set = 1; set < (gsize) 1 << n_qubits; set++)
    qs_circuit_measure (circuit, set);

  return circuit;
}
