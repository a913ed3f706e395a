/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "population/qs-count.h"

/**
 * QsAudit:
 * @n_points: random (dose, body weight, co-medication, effect) points
 * @n_rechecked: how many of them the table passed to the predictor
 * @n_flipped: how many the population would decide otherwise than the predictor
 */
typedef struct {
  guint64 n_points;
  guint64 n_rechecked;
  guint64 n_flipped;
} QsAudit;

gboolean qs_audit_run (const QsCountTask *task,
                       const QsPrior     *prior,
                       guint64            seed,
                       guint64            n_points,
                       QsAudit           *audit,
                       QsRun             *run,
                       GError           **error);
