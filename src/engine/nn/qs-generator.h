/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "nn/qs-net-shape.h"

/**
 * QsGenerator:
 *
 * Quantum-Train (Liu et al. 2024): a circuit of as many amplitudes as an LSTM has
 * weights, and a small network that maps each amplitude's index bits and probability to
 * the weight. What is trained is circuit and map alone; what they made is a classical
 * network.
 */
typedef struct _QsGenerator QsGenerator;

/* Make and end. */
QsGenerator *qs_generator_new (const QsNetShape *shape) G_GNUC_WARN_UNUSED_RESULT;
void         qs_generator_free (QsGenerator *self);

/* Compute. */
void qs_generator_forward (QsGenerator  *self,
                           QsRun        *run,
                           const double *params,
                           double       *weights);
void qs_generator_backward (QsGenerator  *self,
                            QsRun        *run,
                            const double *weight_slopes,
                            double       *gradient);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsGenerator, qs_generator_free)
