/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "pkpd/qs-pkpd-person.h"

/**
 * QsSaemOptions:
 * @seed: of all random numbers
 * @n_chains: Markov chains per subject
 * @n_explore: iterations that follow the chains freely
 * @n_smooth: iterations that average with steps 1/k
 * @individuals: (nullable): persons × QS_PKPD_N_PARAMETERS, where the chains begin
 * instead of at typical values; borrowed for the fit
 * @chain: number of this fit among those from different starts, for its events
 * @silent: no events: the fit is a small part of something larger
 */
typedef struct {
  guint64       seed;
  guint         n_chains;
  guint         n_explore;
  guint         n_smooth;
  const double *individuals;
  guint         chain;
  gboolean      silent;
} QsSaemOptions;

/**
 * QsSaemFit:
 * @structure: what was fitted
 * @population: the estimate
 * @mean: (array): conditional mean of each person's transformed parameters,
 *   n_persons × QS_PKPD_N_PARAMETERS
 * @covariance: (array): their conditional covariances,
 *   n_persons × QS_PKPD_N_PARAMETERS × QS_PKPD_N_PARAMETERS
 * @trace: (element-type QsPkpdPopulation): the estimate after each iteration
 */
typedef struct {
  QsPkpdStructure  structure;
  QsPkpdPopulation population;
  double          *mean;
  double          *covariance;
  GArray          *trace;
} QsSaemFit;

QsSaemOptions    qs_saem_options_default (void);
QsPkpdPopulation qs_pkpd_start (const QsPkpdStudy     *study,
                                const QsPkpdStructure *structure);
double           qs_pkpd_start_imax (const QsPkpdStructure *structure);
void             qs_pkpd_start_error (const QsPkpdStudy *study,
                                      QsEndpoint         endpoint,
                                      QsPkpdError        error,
                                      double             spread,
                                      QsPkpdPopulation  *population);
QsSaemFit       *qs_saem_fit (const QsPkpdStudy      *study,
                              const QsPkpdStructure  *structure,
                              const QsPkpdPopulation *start,
                              const QsSaemOptions    *options,
                              QsRun                  *run,
                              GError                **error) G_GNUC_WARN_UNUSED_RESULT;
void             qs_saem_fit_free (QsSaemFit *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsSaemFit, qs_saem_fit_free)
