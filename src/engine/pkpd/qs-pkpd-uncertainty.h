/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-model.h"
#include "pkpd/qs-pkpd-search.h"

/**
 * QsPkpdShare:
 * @candidate: its place among the candidates of the search
 * @structure: of the draws
 * @draws: (owned) (element-type QsPkpdPopulation): equally likely parameters
 * @difference: its BIC less the chosen one's, both fitted in full
 * @difference_error: its standard error, of Monte Carlo
 *
 * What a structure that BIC does not tell from the chosen one adds to the draws.
 */
typedef struct {
  guint           candidate;
  QsPkpdStructure structure;
  GArray         *draws;
  double          difference;
  double          difference_error;
} QsPkpdShare;

/**
 * QsPkpdUncertainty:
 * @draws: (element-type QsPkpdPopulation): equally likely parameters of the chosen
 *   structure; may be empty
 * @shares: (element-type QsPkpdShare): as many draws of other structures as these are
 *   likely; most often none
 * @n_proposals: how many were weighed for @draws
 * @effective_size: Kish's, of the importance weights; NaN for a bootstrap
 * @sentence: where the draws come from, or why there are none
 *
 * What the data leave open of an estimate.
 */
typedef struct {
  GArray *draws;
  GArray *shares;
  guint   n_proposals;
  double  effective_size;
  char   *sentence;
} QsPkpdUncertainty;

QsPkpdUncertainty *qs_pkpd_uncertainty_new (const QsPkpdStudy    *study,
                                            const QsPkpdEstimate *estimate,
                                            const QsPkpdSearch   *search,
                                            QsUncertainty         method,
                                            guint                 n_draws,
                                            guint64               seed,
                                            QsRun                *run,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
void               qs_pkpd_uncertainty_free (QsPkpdUncertainty *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsPkpdUncertainty, qs_pkpd_uncertainty_free)
