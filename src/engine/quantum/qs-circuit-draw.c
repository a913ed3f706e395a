/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-circuit.h"

static void
append_angle (GString *label, const QsAngle *angle)
{
  const char *plus = "";

  if (angle->parameter >= 0) {
    g_string_append_printf (label, "θ%d", angle->parameter);
    plus = "+";
  }
  if (angle->input >= 0) {
    g_string_append (label, plus);
    if (angle->scale != 1.0)
      g_string_append_printf (label, "%.3g·", angle->scale);
    g_string_append_printf (label, "x%d", angle->input);
    plus = "+";
  }
  if (angle->offset != 0.0 || *plus == '\0')
    g_string_append_printf (label, "%s%.3g", angle->offset < 0.0 ? "" : plus,
                            angle->offset);
}

/* What stands on the target of @gate, such as "RX(θ3)". */
char *
qs_circuit_gate_label (const QsCircuitGate *gate)
{
  GString    *label = g_string_new (qs_gate_name (gate->kind));
  const guint n_angles = qs_gate_n_angles (gate->kind);

  for (guint k = 0; k < n_angles; k++) {
    g_string_append (label, k == 0 ? "(" : ",");
    append_angle (label, &gate->angle[k]);
  }

  return g_string_free (n_angles > 0 ? g_string_append (label, ")") : label, FALSE);
}

/* What of @gate is to be seen on @qubit; NULL for nothing. */
static char *
cell_text (const QsCircuitGate *gate, guint qubit)
{
  const gsize ends =
      gate->controls | (gsize) 1 << gate->target | (gsize) 1 << gate->other;

  if (qubit == gate->target || qubit == gate->other)
    return gate->kind == QS_GATE_SWAP ? g_strdup ("x") : qs_circuit_gate_label (gate);

  if (gate->controls >> qubit & 1)
    return g_strdup ("●");

  return ends >> qubit != 0 && (ends & (((gsize) 1 << qubit) - 1)) != 0 ? g_strdup ("│")
                                                                        : NULL;
}

static void
append_line (GString *text, glong n)
{
  for (glong i = 0; i < n; i++)
    g_string_append (text, "─");
}

static void
draw_column (const QsCircuit *self, guint column, GString **wires)
{
  const guint n_qubits = qs_circuit_n_qubits (self);
  char       *cells[QS_STATE_MAX_QUBITS] = { NULL };
  glong       width = 0;

  for (guint i = 0; i < qs_circuit_n_gates (self); i++) {
    const QsCircuitGate *gate = qs_circuit_gate (self, i);

    for (guint q = 0; gate->column == column && q < n_qubits; q++)
      if (cells[q] == NULL)
        cells[q] = cell_text (gate, q);
  }

  for (guint q = 0; q < n_qubits; q++)
    if (cells[q] != NULL)
      width = MAX (width, g_utf8_strlen (cells[q], -1));

  for (guint q = 0; q < n_qubits; q++) {
    append_line (wires[q], 1);
    if (cells[q] != NULL)
      g_string_append (wires[q], cells[q]);
    append_line (wires[q], width - (cells[q] != NULL ? g_utf8_strlen (cells[q], -1) : 0));
    g_free (cells[q]);
  }
}

/**
 * qs_circuit_draw:
 *
 * Returns: (transfer full): one line of text per qubit, the gates from left to right
 */
char *
qs_circuit_draw (const QsCircuit *self)
{
  const guint n_qubits = qs_circuit_n_qubits (self);
  GString    *wires[QS_STATE_MAX_QUBITS];
  GString    *text = g_string_new (NULL);

  for (guint q = 0; q < n_qubits; q++) {
    wires[q] = g_string_new (NULL);
    g_string_printf (wires[q], "q%-2u ", q);
  }

  for (guint column = 0; column < qs_circuit_n_columns (self); column++)
    draw_column (self, column, wires);

  for (guint q = 0; q < n_qubits; q++) {
    g_string_append_printf (text, "%s─\n", wires[q]->str);
    g_string_free (wires[q], TRUE);
  }

  return g_string_free (text, FALSE);
}
