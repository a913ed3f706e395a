/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-model.h"
#include "pkpd/qs-pkpd-estimate.h"

/**
 * QsPkpdConvergence:
 * @estimate: the highest maximum that was found
 * @n_starts: from how many starts, that of @estimate among them
 * @n_reached: how many of them ended there
 * @distance: largest difference of a coordinate between those, in standard errors; NaN
 *   where only one got there or there is no covariance
 *
 * What fits from several starts found.
 */
typedef struct {
  QsPkpdEstimate *estimate;
  guint           n_starts;
  guint           n_reached;
  double          distance;
} QsPkpdConvergence;

QsPkpdConvergence *qs_pkpd_converge (const QsPkpdStudy     *study,
                                     const QsPkpdStructure *structure,
                                     const QsSaemOptions   *options,
                                     QsRun                 *run,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void               qs_pkpd_convergence_free (QsPkpdConvergence *self);
QsVerdict          qs_pkpd_convergence_judge (const QsPkpdConvergence *self,
                                              const QsPkpdDonors      *donors,
                                              char                   **sentence);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsPkpdConvergence, qs_pkpd_convergence_free)
