/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "domain/qs-predictor.h"
#include "probability/qs-sampler.h"

G_BEGIN_DECLS

/* Where a person's coordinates lie: from the latent values on they are made normal, as is
 * the jitter of a sample's weights, the last one. */
enum { QS_PEOPLE_BW, QS_PEOPLE_COMED, QS_PEOPLE_LATENT };

/**
 * QsPeople:
 * @predictor: borrowed
 * @scenario: borrowed; who they are and what is judged
 * @dose_mg: what they get
 * @effect: they differ by more than weight and co-medication
 *
 * Virtual people as points of a unit cube, so that any sampler can draw them. A plain
 * value.
 */
typedef struct {
  const QsPredictor *predictor;
  const QsScenario  *scenario;
  double             dose_mg;
  gboolean           effect;
} QsPeople;

guint    qs_people_n_dimensions (const QsPeople *self);
gboolean qs_people_margins (const QsPeople  *self,
                            const QsSampler *sampler,
                            guint32          replicate,
                            gsize            first,
                            gsize            n,
                            double          *margin,
                            QsRun           *run,
                            GError         **error);

G_END_DECLS
