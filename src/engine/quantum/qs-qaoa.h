/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "quantum/qs-state.h"

G_BEGIN_DECLS

#define QS_QAOA_MAX_LAYERS 32

/**
 * QsQaoaAngles:
 * @phase: γ of each layer: exp (−iγC)
 * @mix: β of each layer: exp (+iβ ΣX), for which |+⟩ is what costs least
 *
 * The alternating operators of Farhi, Goldstone and Gutmann 2014, of a cost to be made
 * small.
 */
typedef struct {
  guint  n_layers;
  double phase[QS_QAOA_MAX_LAYERS];
  double mix[QS_QAOA_MAX_LAYERS];
} QsQaoaAngles;

QsQaoaAngles qs_qaoa_ramp (guint n_layers, double phase, double mix);
void         qs_qaoa_run (const QsQaoaAngles *self, const double *cost, QsState *state);
double       qs_qaoa_expect (const double *cost, const QsState *state);

G_END_DECLS
