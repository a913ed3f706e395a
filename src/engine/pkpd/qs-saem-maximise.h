/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-saem-chains.h"

/**
 * QsSaemMaximiser:
 *
 * The sufficient statistics of the chains, averaged over iterations, and the step from
 * them to the next population.
 */
typedef struct _QsSaemMaximiser QsSaemMaximiser;

QsSaemMaximiser *qs_saem_maximiser_new (const QsPkpdStudy     *study,
                                        const QsPkpdStructure *structure,
                                        guint n_chains) G_GNUC_WARN_UNUSED_RESULT;
void             qs_saem_maximiser_free (QsSaemMaximiser *self);
void             qs_saem_maximiser_step (QsSaemMaximiser    *self,
                                         const QsSaemChains *chains,
                                         double              step,
                                         double              annealing,
                                         QsPkpdPopulation   *population,
                                         QsRun              *run);
void             qs_saem_maximiser_moments (const QsSaemMaximiser *self,
                                            double                *mean,
                                            double                *covariance);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsSaemMaximiser, qs_saem_maximiser_free)
