/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-predictor.h"
#include "pkpd/qs-pkpd-model.h"

#define QS_PKPD_SHAPE_LANES 4

gsize qs_pkpd_shape_size (const QsPredictor *predictor);
void  qs_pkpd_shape_make (const QsPredictor *predictor,
                          const QsCriterion *criterion,
                          QsRegimen          regimen,
                          double             low_kg,
                          double             high_kg,
                          gsize              n,
                          const float       *latent,
                          float             *shape);
void  qs_pkpd_shape_place (const QsPredictor *predictor,
                           double             threshold_ng_ml,
                           gsize              n,
                           const float       *shape,
                           const guint8      *comed,
                           const float       *where,
                           float             *place);
