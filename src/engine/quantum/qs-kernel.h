/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "quantum/qs-circuit.h"

G_BEGIN_DECLS

/* Fidelity kernels: |⟨φ(x)|φ(y)⟩|² of the states that a circuit makes of two inputs. */
double   qs_kernel_product (guint         n_qubits,
                            const double *x,
                            const double *y,
                            double       *x_slope);
gboolean qs_kernel_gram (const QsCircuit *map,
                         const double    *theta,
                         gsize            n,
                         const double    *x,
                         gsize            m,
                         const double    *y,
                         QsRun           *run,
                         double          *gram,
                         GError         **error);

G_END_DECLS
