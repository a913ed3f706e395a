/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "probability/qs-people.h"

G_BEGIN_DECLS

/**
 * QsBins:
 * @n: a power of two
 * @weights: of the bins, adding up to 1
 * @success: of each bin's middle
 * @reference: share of success in the people that the bins were made of; NaN where they
 * were made of covariates
 * @discretisation: how far the bins' share may be from what they stand for
 * @n_asked: people or corners that the model was asked about
 *
 * The table behind an oracle.
 */
typedef struct {
  gsize   n;
  double *weights;
  guint8 *success;
  double  reference;
  double  discretisation;
  guint64 n_asked;
} QsBins;

QsBins *qs_bins_new (const QsPeople *people,
                     guint64         seed,
                     guint           n_qubits,
                     QsRun          *run,
                     GError        **error) G_GNUC_WARN_UNUSED_RESULT;
void    qs_bins_free (QsBins *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsBins, qs_bins_free)

G_END_DECLS
