/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

G_BEGIN_DECLS

/**
 * QusopEstimator:
 *
 * Estimates one probability of the session's model by every method: a #QsRace.
 */
typedef struct _QusopEstimator QusopEstimator;

/**
 * QusopEstimatorRequest:
 * @estimator: of the run beside the baselines
 * @epsilon: wanted half-width
 * @bits: (nullable): path of recorded bits of %QS_ESTIMATOR_QRNG; else simulated ones
 */
typedef struct {
  double      dose_mg;
  guint       estimator;
  double      epsilon;
  QsNoise     noise;
  const char *bits;
} QusopEstimatorRequest;

QusopEstimator *qusop_estimator_new (QusopSession *session) G_GNUC_WARN_UNUSED_RESULT;
void            qusop_estimator_free (QusopEstimator *self);
void qusop_estimator_start (QusopEstimator *self, const QusopEstimatorRequest *request);
void qusop_estimator_cancel (QusopEstimator *self);

G_END_DECLS
