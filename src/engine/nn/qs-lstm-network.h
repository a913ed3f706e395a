/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "nn/qs-lstm-panel.h"

/**
 * QsLstmNetwork:
 *
 * Forward and backward pass of the bidirectional LSTM over one panel of 16 sequences, in
 * double. Holds all its working memory, so that nothing is allocated while training; used
 * by one thread at a time, which lends it a second one for the other direction.
 */
typedef struct _QsLstmNetwork QsLstmNetwork;

/* Make and end. */
QsLstmNetwork *qs_lstm_network_new (const QsLstmKernels *kernels)
    G_GNUC_WARN_UNUSED_RESULT;
void qs_lstm_network_free (QsLstmNetwork *self);

/* Compute. */
void qs_lstm_network_set_params (QsLstmNetwork *self, const QsLstmParams *params);
void qs_lstm_network_forward (QsLstmNetwork *self,
                              QsRun         *run,
                              const QsLstmLanes (*inputs)[QS_LSTM_N_INPUTS],
                              QsLstmLanes *outputs);
void qs_lstm_network_backward (QsLstmNetwork     *self,
                               QsRun             *run,
                               const QsLstmLanes *output_gradient,
                               QsLstmParams      *gradient);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsLstmNetwork, qs_lstm_network_free)
