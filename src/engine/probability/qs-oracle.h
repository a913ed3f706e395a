/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"

G_BEGIN_DECLS

typedef struct _QsOracle QsOracle;

/**
 * QsOracleClass:
 * @name: of the back end
 * @timed: whether seconds mean anything: an emulation knows the answer beforehand
 * @success: probability of the flag after Q^@power A|0⟩
 * @phases: (out) (array length=2^n_qubits): probabilities of the outcomes of phase
 * estimation of Q with @n_qubits evaluation qubits
 * @amplified: probability of the flag (of its complement with @swap) after the
 * fixed-point sequence of @length uses of A and A†, @length odd
 * @rescaled: (transfer full): the same with one qubit more, on which the flag depends
 * such that its amplitude √a is a quarter of what it was; on its own
 * @free: ends it
 *
 * A|0⟩ = √(1 − a)|ψ₀⟩|0⟩ + √a|ψ₁⟩|1⟩ and Q = −A S₀ A† S_χ, whose powers turn by twice the
 * angle asin √a. What can be measured of them, as probabilities: the outcomes are drawn
 * by whoever asks.
 */
typedef struct {
  const char *name;
  gboolean    timed;
  gboolean (
      *success) (QsOracle *self, guint power, double *p, QsRun *run, GError **error);
  gboolean (
      *phases) (QsOracle *self, guint n_qubits, double *p, QsRun *run, GError **error);
  gboolean (*amplified) (QsOracle *self,
                         guint     length,
                         double    delta,
                         gboolean  swap,
                         double   *p,
                         QsRun    *run,
                         GError  **error);
  QsOracle *(*rescaled) (QsOracle *self, QsRun *run, GError **error);
  void (*free) (QsOracle *self);
} QsOracleClass;

/* First member of every back end's struct. Used by one thread at a time. */
struct _QsOracle {
  const QsOracleClass *klass;
};

/* The two-dimensional rotation that Q is: right statistics of any amplitude, but it is
 * told the answer, so it is for statistics alone and its time means nothing. */
QsOracle *qs_oracle_new_emulated (double amplitude) G_GNUC_WARN_UNUSED_RESULT;
void      qs_oracle_free (QsOracle *self);

/* Closed forms. */
void   qs_phase_probabilities (double amplitude, guint n_qubits, double *p);
double qs_phase_kernel (double distance, guint n_outcomes);
double qs_fixed_point_width (guint length, double delta);
double qs_fixed_point_success (double amplitude, guint length, double delta);
void qs_fixed_point_angles (guint length, double delta, guint step, double *a, double *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsOracle, qs_oracle_free)

G_END_DECLS
