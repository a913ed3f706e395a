/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-model.h"
#include "pkpd/qs-pkpd-estimate.h"

/**
 * QsPkpdUncertainty:
 * @draws: (element-type QsPkpdPopulation): equally likely parameters; may be empty
 * @effective_size: Kish's, of the importance weights; NaN for a bootstrap
 * @sentence: where the draws come from, or why there are none
 *
 * What the data leave open of an estimate.
 */
typedef struct {
  GArray *draws;
  double  effective_size;
  char   *sentence;
} QsPkpdUncertainty;

QsPkpdUncertainty *qs_pkpd_uncertainty_new (const QsPkpdStudy    *study,
                                            const QsPkpdEstimate *estimate,
                                            QsUncertainty         method,
                                            guint                 n_draws,
                                            guint64               seed,
                                            QsRun                *run,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
void               qs_pkpd_uncertainty_free (QsPkpdUncertainty *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsPkpdUncertainty, qs_pkpd_uncertainty_free)
