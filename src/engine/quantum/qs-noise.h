/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "quantum/qs-circuit.h"

G_BEGIN_DECLS

/**
 * QsNoise:
 * @depolarising: probability p that a qubit of a gate suffers X, Y or Z, a third each,
 * right after it: ρ → (1 − p) ρ + p/3 (XρX + YρY + ZρZ), at most 3/4. Where others write
 * ρ → (1 − λ) ρ + λ/2, p is 3λ/4
 * @damping: probability γ that such a qubit falls from 1 to 0: Kraus operators
 * diag (1, √(1 − γ)) and √γ |0⟩⟨1|, after the depolarising
 * @circuit: decay κ per use of a whole circuit: ρ → e^−κ ρ + (1 − e^−κ) / 2^n
 * @readout: probability that a 0 is read as 1, and that a 1 is read as 0: changes what is
 * read, never the state
 *
 * What a device does wrong. A gate of many qubits is one gate.
 */
typedef struct {
  double depolarising;
  double damping;
  double circuit;
  double readout[2];
} QsNoise;

gboolean qs_noise_validate (const QsNoise *self, GError **error);
gboolean qs_noise_of_gates (const QsNoise *self);
gboolean qs_noise_none (const QsNoise *self);
double   qs_noise_read (const QsNoise *self, double p);

/* One run of @circuit with errors drawn as they fall: a trajectory (Dalibard, Castin and
 * Mølmer 1992). Averages over trajectories are those of the density matrix. */
void qs_noise_trajectory (const QsNoise   *self,
                          const QsCircuit *circuit,
                          const double    *theta,
                          const double    *x,
                          const QsRngKey  *key,
                          guint32          item,
                          QsState         *state);

/**
 * QsDensity:
 *
 * The density matrix of a noisy register: exact, at the price of the square of a state's
 * memory.
 */
typedef struct _QsDensity QsDensity;

#define QS_DENSITY_MAX_QUBITS 12

QsDensity *qs_density_new (guint n_qubits, QsRun *run, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void      qs_density_free (QsDensity *self);
void      qs_density_reset (QsDensity *self);
QsComplex qs_density_element (const QsDensity *self, gsize row, gsize column);
double    qs_density_expect_z (const QsDensity *self, gsize qubits);
void      qs_density_apply (QsDensity           *self,
                            const QsNoise       *noise,
                            const QsCircuitGate *gate,
                            const double        *angles);
void      qs_density_run (QsDensity       *self,
                          const QsNoise   *noise,
                          const QsCircuit *circuit,
                          const double    *theta,
                          const double    *x);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsDensity, qs_density_free)

G_END_DECLS
