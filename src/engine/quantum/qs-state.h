/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-rng.h"
#include "core/qs-run.h"
#include "quantum/qs-gate.h"
#include "quantum/qs-quantum-path.h"

G_BEGIN_DECLS

#define QS_STATE_MAX_QUBITS 26

/**
 * QsState:
 *
 * The amplitudes of a register of qubits in double precision. Qubit q is bit q of an
 * amplitude's index, the lowest first, here and everywhere in the engine; sets of qubits
 * are bit masks. Real and imaginary parts are two planes, and a real state has but the
 * first. Threads share the work from some 2^17 amplitudes on; neither their number nor
 * the instructions used change a bit.
 */
typedef struct _QsState QsState;

/**
 * QsStateGate:
 * @controls: bit mask of the qubits that have to be 1 for the gate to act
 * @target: the qubit it acts on, none of @controls
 * @measured: whether its overlap is wanted where it is taken back
 */
typedef struct {
  QsGate1  gate;
  gsize    controls;
  guint    target;
  gboolean measured;
} QsStateGate;

/* Make and end. */
QsState *qs_state_new (guint n_qubits, gboolean real, QsRun *run, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void qs_state_free (QsState *self);

/* Read. */
guint     qs_state_n_qubits (const QsState *self);
gsize     qs_state_n_amplitudes (const QsState *self);
gboolean  qs_state_is_cancelled (const QsState *self);
QsComplex qs_state_amplitude (const QsState *self, gsize index);
double    qs_state_norm2 (const QsState *self);
QsComplex qs_state_inner (const QsState *self, const QsState *other);
double    qs_state_expect_z (const QsState *self, gsize qubits);
void      qs_state_probabilities (const QsState *self, double *probability);
void      qs_state_sample (const QsState  *self,
                           const QsRngKey *key,
                           gsize           n_shots,
                           gsize          *index);

/* Change. */
void    qs_state_set_path (QsState *self, QsQuantumPath path);
void    qs_state_set_basis (QsState *self, gsize index);
void    qs_state_assign (QsState *self, const QsState *other);
double *qs_state_re (QsState *self);
double *qs_state_im (QsState *self);
void    qs_state_apply (QsState *self, const QsGate1 *gate, gsize controls, guint target);
void    qs_state_apply_kind (QsState      *self,
                             QsGateKind    kind,
                             const double *angles,
                             gsize         controls,
                             guint         target);
void    qs_state_apply_list (QsState *self, const QsStateGate *gates, gsize n_gates);
void    qs_state_swap (QsState *self, gsize controls, guint a, guint b);
void    qs_state_swap_gates (gsize controls, guint a, guint b, QsStateGate gates[3]);
void    qs_state_unapply_list (QsState           *self,
                               QsState           *bra,
                               const QsStateGate *gates,
                               gsize              n_gates,
                               QsComplex (*overlap)[2][2]);
void    qs_state_reflect (QsState       *self,
                          const QsState *about,
                          const guint8  *negative,
                          guint          n_times);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsState, qs_state_free)

G_END_DECLS
