/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "quantum/qs-gate.h"

#include <complex.h>

#define QS_DENSE_MAX 64

/* The oracle of the quantum simulator: full matrices from the definitions, exponentials
 * by their series. It shares no line with what it tests. */
void qs_dense_gate1 (QsGateKind kind, const double *angles, double complex u[2][2]);
void qs_dense_apply (double complex *v,
                     guint           n_qubits,
                     double complex  u[2][2],
                     gsize           controls,
                     guint           target);
void qs_dense_swap (double complex *v, guint n_qubits, gsize controls, guint a, guint b);
