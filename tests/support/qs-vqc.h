/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "quantum/qs-circuit.h"

/* Circuits of the literature, whose outputs were computed with other software; ⟨Z⟩ of
 * every qubit is measured. Four qubits, four inputs. */
QsCircuit *qs_vqc_basic (void);
QsCircuit *qs_vqc_chen (guint n_layers);
/* A circuit with every gate that has angles, plain and controlled, every angle a
 * parameter and the first ones moved by inputs too. */
QsCircuit *qs_vqc_everything (void);
