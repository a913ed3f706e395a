/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "probability/qs-oracle.h"

G_BEGIN_DECLS

#define QS_REGISTER_N_QUBITS_MAX 24

/* The oracle of a table on a simulated register: A|0⟩ = Σ √w_x |x⟩|f (x)⟩. @weights are
 * padded with zeros to a power of two. */
QsOracle *qs_oracle_new_register (gsize         n,
                                  const double *weights,
                                  const guint8 *success,
                                  GError      **error) G_GNUC_WARN_UNUSED_RESULT;
guint     qs_register_n_qubits (const QsOracle *oracle);

G_END_DECLS
