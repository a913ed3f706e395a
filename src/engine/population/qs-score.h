/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "domain/qs-predictor.h"

gboolean qs_score_many (const QsPredictor *predictor,
                        const QsCriterion *criterion,
                        gsize              n,
                        const double      *dose_mg_per_kg,
                        const guint8      *comed,
                        double            *score,
                        QsRun             *run,
                        GError           **error);
