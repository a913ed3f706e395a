/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "quantum/qs-circuit.h"

G_BEGIN_DECLS

#define QS_BATCH_MAX_QUBITS 12

/**
 * QsBatch:
 *
 * Many samples of one small circuit: the same gates and parameters, each sample with
 * inputs of its own. Eight samples lie side by side in a vector, and gates that only
 * permute the amplitudes cost nothing: the order is worked out once. A batch is work
 * space, too: each thread needs its own. Arrays of samples are [value][sample].
 */
typedef struct _QsBatch QsBatch;

/* Make and end. */
QsBatch *qs_batch_new (const QsCircuit *circuit) G_GNUC_WARN_UNUSED_RESULT;
void     qs_batch_free (QsBatch *self);

/* Change. */
void qs_batch_set_path (QsBatch *self, QsQuantumPath path);
void qs_batch_set_parameters (QsBatch *self, const double *theta);

/* Use. */
void qs_batch_forward (QsBatch *self, gsize n_samples, const double *x, double *output);
void qs_batch_backward (QsBatch      *self,
                        gsize         n_samples,
                        const double *x,
                        const double *output_slope,
                        double       *theta_slope,
                        double       *x_slope);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsBatch, qs_batch_free)

G_END_DECLS
