/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-net.h"
#include "nn/qs-trainer.h"

G_BEGIN_DECLS

/* Networks of any shape on sequences of any length, with any inputs and labels at any of
 * their time points: what a model of windows or of whole records is built on. Inputs and
 * labels are standardised by the caller, with what only the training sequences say. The
 * lesson's members are indices of @sequences. */
QsTrained *qs_sequence_train (const QsNetShape   *shape,
                              const QsSequence   *sequences,
                              const QsLesson     *lesson,
                              const QsFitOptions *options,
                              QsRun              *run,
                              GError            **error) G_GNUC_WARN_UNUSED_RESULT;
void       qs_sequence_evaluate (const QsNetShape *shape,
                                 const double     *params,
                                 gsize             n,
                                 const QsSequence *sequences,
                                 double *const    *outputs);

G_END_DECLS
