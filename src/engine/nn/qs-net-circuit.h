/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "quantum/qs-circuit.h"

QsCircuit *qs_qlstm_circuit_new (guint n_qubits, guint n_layers)
    G_GNUC_WARN_UNUSED_RESULT;
QsCircuit *qs_qklstm_circuit_new (guint n_qubits, guint n_layers)
    G_GNUC_WARN_UNUSED_RESULT;
QsCircuit *qs_qtlstm_circuit_new (guint n_qubits, guint n_layers)
    G_GNUC_WARN_UNUSED_RESULT;
