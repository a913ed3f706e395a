/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

typedef struct {
  double re;
  double im;
} QsComplex;

/**
 * QsGate1:
 * @u: [row][column], qubit 0 before qubit 1
 *
 * A gate of one qubit as its matrix. Controlled gates are such a gate and a set of
 * control bits, so CNOT is X with one control and Toffoli X with two.
 */
typedef struct {
  QsComplex u[2][2];
} QsGate1;

/**
 * QsGateKind:
 * @QS_GATE_PHASE: diag (1, e^iφ)
 * @QS_GATE_RX: exp (−i φ X / 2); %QS_GATE_RY and %QS_GATE_RZ likewise
 * @QS_GATE_U3: angles θ, φ, λ: e^i(φ+λ)/2 RZ (φ) RY (θ) RZ (λ)
 * @QS_GATE_SWAP: of two qubits, without a #QsGate1
 */
typedef enum {
  QS_GATE_X,
  QS_GATE_Y,
  QS_GATE_Z,
  QS_GATE_H,
  QS_GATE_S,
  QS_GATE_T,
  QS_GATE_PHASE,
  QS_GATE_RX,
  QS_GATE_RY,
  QS_GATE_RZ,
  QS_GATE_U3,
  QS_GATE_SWAP,
  QS_GATE_N_KINDS,
} QsGateKind;

#define QS_GATE_MAX_ANGLES 3

guint       qs_gate_n_angles (QsGateKind kind);
const char *qs_gate_name (QsGateKind kind);
QsGate1     qs_gate1 (QsGateKind kind, const double *angles);
QsGate1     qs_gate1_slope (QsGateKind kind, const double *angles, guint which);
QsGate1     qs_gate1_dagger (const QsGate1 *gate);
