/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "comparison/qs-published.h"
#include "data/qs-windows.h"

/* What the files of the published pipeline share; nothing here is for its users. */

/* Body weights of the resampled population. */
#define QS_PUBLISHED_BW_LOW_KG 35.0
#define QS_PUBLISHED_BW_HIGH_KG 120.0
/* Doses of a grid. */
#define QS_PUBLISHED_N_DOSES 200

/**
 * QsPublishedRule:
 * @data: the model
 * @step_mg: of the grid
 * @successes: (inout) (array length=n_doses): raised by one where that dose succeeds
 *
 * Counts the doses at which a virtual subject succeeds. Runs on several threads.
 */
typedef void (*QsPublishedRule) (gconstpointer data,
                                 double        bw_kg,
                                 guint         comed,
                                 double        step_mg,
                                 gsize         n_doses,
                                 guint32      *successes);

/* Points of a subject's window, times since its begin; none where it was not seen. */
GArray  *qs_published_points (const QsSubject  *subject,
                              QsPublishedWindow window,
                              double           *from_h,
                              double           *to_h) G_GNUC_WARN_UNUSED_RESULT;
void     qs_published_fit_logistic (QsPublishedView *view, const QsDataset *dataset);
void     qs_published_logistic_rule (gconstpointer coefficients,
                                     double        bw_kg,
                                     guint         comed,
                                     double        step_mg,
                                     gsize         n_doses,
                                     guint32      *successes);
gboolean qs_published_add_network (QsPublishedView          *view,
                                   const QsDataset          *dataset,
                                   QsPublishedWindow         window,
                                   const QsPublishedOptions *options,
                                   guint                     network,
                                   QsRun                    *run,
                                   GError                  **error);
gboolean qs_published_curve (QsPublishedCurve         *curve,
                             const QsDataset          *dataset,
                             QsRegimen                 regimen,
                             QsPublishedRule           rule,
                             gconstpointer             data,
                             const QsPublishedOptions *options,
                             QsRun                    *run,
                             GError                  **error);
