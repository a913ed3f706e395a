/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-saem.h"

/**
 * QsSaemChains:
 *
 * The Markov chains of all subjects: current parameters, their likelihoods and
 * predictions. Only parameters with between-subject variability move; the others follow
 * the population.
 */
typedef struct _QsSaemChains QsSaemChains;

QsSaemChains *qs_saem_chains_new (const QsPkpdStudy      *study,
                                  const QsPkpdStructure  *structure,
                                  const QsPkpdPopulation *start,
                                  const QsSaemOptions *options) G_GNUC_WARN_UNUSED_RESULT;
void          qs_saem_chains_free (QsSaemChains *self);
void          qs_saem_chains_turn (QsSaemChains           *self,
                                   const QsPkpdPopulation *population,
                                   guint                   iteration,
                                   QsRun                  *run);
const double *qs_saem_chains_parameters (const QsSaemChains *self,
                                         guint               person,
                                         guint               chain);
const double *qs_saem_chains_predictions (const QsSaemChains *self,
                                          guint               person,
                                          guint               chain,
                                          QsEndpoint          endpoint);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsSaemChains, qs_saem_chains_free)
