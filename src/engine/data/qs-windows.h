/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-dataset.h"

/**
 * QsWindowPoint:
 *
 * One biomarker observation of a subject's last dosing window; time since the window's
 * start.
 */
typedef struct {
  double time_h;
  double response_ng_ml;
} QsWindowPoint;

gboolean qs_window_of (const QsSubject *subject, double *from_h, double *to_h);
gsize    qs_window_points (const QsSubject *subject, QsWindowPoint *points, gsize n_max);
gboolean qs_window_extreme (const QsSubject *subject,
                            QsSuccess        success,
                            double          *extreme_ng_ml);
gsize    qs_attainment (const QsDataset *dataset,
                        QsSuccess        success,
                        double           threshold_ng_ml,
                        QsArm           *arms,
                        gsize            n_max);
