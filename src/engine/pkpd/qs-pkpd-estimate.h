/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-pkpd-marginal.h"

/**
 * QsPkpdEstimate:
 * @structure: what was fitted
 * @population: the maximum likelihood estimate
 * @n_coordinates: how many numbers were estimated
 * @coordinates: which
 * @covariance: (array): n × n, of the coordinates, each on its scale; %NULL where the
 *   information is not positive definite
 * @minus2ll: −2 log likelihood by importance sampling
 * @minus2ll_mc_error: its standard error from the finite samples, as if they were random
 * @bic: with log N for what varies between subjects and log n_obs for the rest
 *   (Delattre, Lavielle & Poursat 2014)
 * @shrinkage: of the random effects, 1 − SD (η̂) / ω over subjects whose data depend on
 *   them (Savic & Karlsson 2009)
 * @mean: (array): n_persons × QS_PKPD_N_PARAMETERS conditional means
 * @spread: (array): their conditional covariances, n_persons × QS_PKPD_N_PARAMETERS ×
 *   QS_PKPD_N_PARAMETERS
 * @gradient: of the log likelihood, by coordinate
 * @gradient_size: largest |gradient| in standard errors: how converged it is; infinite
 *   without a covariance
 * @damped: whether the last of Newton's steps was
 * @weakest: without a covariance the one or two coordinates that the information says
 *   least about, the same twice where it is one
 *
 * A fitted population model with what is needed to judge it.
 */
typedef struct {
  QsPkpdStructure  structure;
  QsPkpdPopulation population;
  guint            n_coordinates;
  QsPkpdCoordinate coordinates[QS_PKPD_MAX_COORDINATES];
  double          *covariance;
  double           minus2ll;
  double           minus2ll_mc_error;
  double           aic;
  double           bic;
  double           shrinkage[QS_PKPD_N_PARAMETERS];
  double          *mean;
  double          *spread;
  guint            n_persons;
  double           gradient[QS_PKPD_MAX_COORDINATES];
  double           gradient_size;
  gboolean         damped;
  guint            weakest[2];
} QsPkpdEstimate;

/**
 * QsPkpdEffort:
 * @saem: chains and iterations
 * @n_polish: Newton steps on the marginal likelihood
 * @n_polish_samples: importance samples per person of the first, of each other twice as
 *   many as of the one before
 * @n_final_samples: of −2LL; 0 to leave the figures out
 * @n_final_slopes: how many of them serve gradient and information; 0 to leave out these
 *
 * How much work a fit takes.
 */
typedef struct {
  QsSaemOptions saem;
  guint         n_polish;
  guint         n_polish_samples;
  guint         n_final_samples;
  guint         n_final_slopes;
} QsPkpdEffort;

QsPkpdEstimate *qs_pkpd_estimate_from (const QsPkpdStudy      *study,
                                       const QsPkpdStructure  *structure,
                                       const QsPkpdPopulation *start,
                                       const QsPkpdEffort     *effort,
                                       QsRun                  *run,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
QsPkpdEstimate *qs_pkpd_estimate (const QsPkpdStudy     *study,
                                  const QsPkpdStructure *structure,
                                  const QsSaemOptions   *options,
                                  QsRun                 *run,
                                  GError               **error) G_GNUC_WARN_UNUSED_RESULT;
QsPkpdEstimate *qs_pkpd_estimate_further (const QsPkpdStudy    *study,
                                          const QsPkpdEstimate *from,
                                          const QsSaemOptions  *options,
                                          QsRun                *run,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void            qs_pkpd_estimate_free (QsPkpdEstimate *self);
double          qs_pkpd_estimate_se (const QsPkpdEstimate *self, guint coordinate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsPkpdEstimate, qs_pkpd_estimate_free)
