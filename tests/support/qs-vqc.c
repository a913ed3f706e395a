/* SPDX-License-Identifier: Apache-2.0 */
#include "qs-vqc.h"

#define N 4

static void
measure_all (QsCircuit *circuit)
{
  for (guint q = 0; q < N; q++)
    qs_circuit_measure (circuit, (gsize) 1 << q);
}

/* Angle embedding by RX and one basic entangling layer (the QLSTM of Di Sipio 2021). */
QsCircuit *
qs_vqc_basic (void)
{
  QsCircuit *circuit = qs_circuit_new (N);

  for (guint q = 0; q < N; q++)
    qs_circuit_add (circuit, QS_GATE_RX, 0, q, &QS_ANGLE_INPUT (q));
  qs_circuit_add_basic_layer (circuit);
  measure_all (circuit);
  return circuit;
}

/* The circuit of Chen et al. (2020): inputs 0 to 3 turn about y, 4 to 7 about z. */
QsCircuit *
qs_vqc_chen (guint n_layers)
{
  static const QsGateKind kinds[] = { QS_GATE_RZ, QS_GATE_RY, QS_GATE_RZ };
  QsCircuit              *circuit = qs_circuit_new (N);

  for (guint q = 0; q < N; q++) {
    qs_circuit_add (circuit, QS_GATE_H, 0, q, NULL);
    qs_circuit_add (circuit, QS_GATE_RY, 0, q, &QS_ANGLE_INPUT (q));
    qs_circuit_add (circuit, QS_GATE_RZ, 0, q, &QS_ANGLE_INPUT (N + q));
  }

  for (guint layer = 0; layer < n_layers; layer++) {
    for (guint range = 1; range <= 2; range++)
      for (guint q = 0; q < N; q++)
        qs_circuit_add (circuit, QS_GATE_X, (gsize) 1 << q, (q + range) % N, NULL);
    for (guint q = 0; q < N; q++)
      for (guint k = 0; k < 3; k++)
        qs_circuit_add (circuit, kinds[k], 0, q,
                        &QS_ANGLE_PARAMETER (3 * (N * layer + q) + k));
  }
  measure_all (circuit);
  return circuit;
}

QsCircuit *
qs_vqc_everything (void)
{
  static const QsGateKind kinds[] = { QS_GATE_PHASE, QS_GATE_RX, QS_GATE_RY, QS_GATE_RZ,
                                      QS_GATE_U3 };
  static const gsize      controls[] = { 0, 1, 9 };
  QsCircuit              *circuit = qs_circuit_new (N);
  guint                   n = 0;

  for (guint q = 0; q < N; q++) {
    const QsAngle angle = { 0.3 * q, (int) n++, (int) q, 0.7 };

    qs_circuit_add (circuit, QS_GATE_H, 0, q, NULL);
    qs_circuit_add (circuit, QS_GATE_RY, 0, q, &angle);
    qs_circuit_add (circuit, QS_GATE_RX, 0, q, &QS_ANGLE_INPUT (q));
  }

  for (guint c = 0; c < G_N_ELEMENTS (controls); c++) {
    for (guint k = 0; k < G_N_ELEMENTS (kinds); k++) {
      QsAngle angles[QS_GATE_MAX_ANGLES];

      for (guint a = 0; a < qs_gate_n_angles (kinds[k]); a++)
        angles[a] = QS_ANGLE_PARAMETER (n++);
      qs_circuit_add (circuit, kinds[k], controls[c], 1 + (k + c) % 2, angles);
    }
    qs_circuit_add (circuit, QS_GATE_Y, controls[c], 2, NULL);
    qs_circuit_add (circuit, QS_GATE_S, controls[c], 1, NULL);
    qs_circuit_add (circuit, QS_GATE_T, controls[c], 2, NULL);
    qs_circuit_add (circuit, QS_GATE_Z, controls[c], 1, NULL);
    qs_circuit_add (circuit, QS_GATE_X, controls[c], 2, NULL);
    qs_circuit_add_swap (circuit, controls[c], 1, 2);
    for (guint q = 0; q < N; q++) /* phases become seen */
      qs_circuit_add (circuit, QS_GATE_H, q == 1 ? 4 : 0, q, NULL);
  }

  measure_all (circuit);
  qs_circuit_measure (circuit, 5);
  qs_circuit_measure (circuit, 15);
  return circuit;
}
