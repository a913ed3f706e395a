/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "quantum/qs-circuit.h"

G_BEGIN_DECLS

/**
 * QsAdjoint:
 *
 * Gradients of a circuit by the adjoint method (Jones and Gacon 2020): one sweep back
 * through the gates with two states, whatever the number of parameters. Exact in
 * simulation; its two states are made once.
 */
typedef struct _QsAdjoint QsAdjoint;

QsAdjoint *qs_adjoint_new (const QsCircuit *circuit, QsRun *run, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void qs_adjoint_free (QsAdjoint *self);

const QsState *qs_adjoint_forward (QsAdjoint *self, const double *theta, const double *x);
void           qs_adjoint_backward (QsAdjoint    *self,
                                    const double *theta,
                                    const double *x,
                                    const double *output_slope,
                                    double       *theta_slope,
                                    double       *x_slope);
void           qs_adjoint_backward_probabilities (QsAdjoint    *self,
                                                  const double *theta,
                                                  const double *x,
                                                  const double *probability_slope,
                                                  double       *theta_slope,
                                                  double       *x_slope);

void qs_shift_gradient (const QsCircuit *circuit,
                        const double    *theta,
                        const double    *x,
                        const double    *output_slope,
                        QsState         *state,
                        double          *theta_slope,
                        double          *x_slope);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsAdjoint, qs_adjoint_free)

G_END_DECLS
