/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "probability/qs-oracle.h"
#include "quantum/qs-noise.h"

G_BEGIN_DECLS

/* The circuit A of a table, the flag its last qubit. */
QsCircuit *qs_oracle_circuit_new (gsize n, const double *weights, const guint8 *success)
    G_GNUC_WARN_UNUSED_RESULT;

/* The oracle of a table gate by gate, with the noise of every gate: by density matrix, so
 * for %QS_DENSITY_MAX_QUBITS qubits at most, the flag among them. Phase estimation is
 * refused. */
QsOracle *qs_oracle_new_circuit (gsize          n,
                                 const double  *weights,
                                 const guint8  *success,
                                 const QsNoise *noise,
                                 QsRun         *run,
                                 GError       **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes over @oracle and dims what it measures: by the decay of whole circuits and by
 * errors of readout. */
QsOracle *qs_oracle_new_noisy (QsOracle *oracle, const QsNoise *noise)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
