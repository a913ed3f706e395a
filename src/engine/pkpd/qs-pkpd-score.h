/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-pkpd-estimate.h"

/* What a search reads off one fit about models that differ from it in one thing: about
 * what −2 log likelihood would change by, without fitting them. */

/**
 * QsPkpdEffectScore:
 * @at: an effect that the fitted structure does not have
 * @gain: what −2LL would about fall by with it
 */
typedef struct {
  QsPkpdCoordinate at;
  double           gain;
} QsPkpdEffectScore;

GArray  *qs_pkpd_score_effects (const QsPkpdStudy     *study,
                                const QsPkpdEstimate  *estimate,
                                const QsPkpdStructure *all,
                                guint64                seed,
                                QsRun                 *run,
                                GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean qs_pkpd_score_variances (const QsPkpdStudy    *study,
                                  const QsPkpdEstimate *estimate,
                                  guint64               seed,
                                  double                gains[QS_PKPD_N_PARAMETERS],
                                  QsRun                *run,
                                  GError              **error);
double qs_pkpd_score_without (const QsPkpdEstimate *estimate, QsPkpdParameter parameter);
void   qs_pkpd_score_errors (const QsPkpdStudy    *study,
                             const QsPkpdEstimate *estimate,
                             QsEndpoint            endpoint,
                             double                gains[QS_PKPD_N_ERRORS]);
