/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-window-summary.h"

#include "core/qs-error.h"
#include "core/qs-stats.h"
#include "data/qs-windows.h"

#include <math.h>

static gboolean
summarise (const QsSubject     *subject,
           const QsWindowPoint *points,
           double              *logs,
           QsWindowSummary     *summary,
           GError             **error)
{
  summary->low_ng_ml = points[0].response_ng_ml;
  summary->high_ng_ml = points[0].response_ng_ml;

  for (gsize i = 0; i < summary->n; i++) {
    const double response = points[i].response_ng_ml;

    if (!(response > 0.0 && isfinite (response))) {
      g_set_error (error, QS_ERROR, QS_ERROR_DATA,
                   "Subject %s has a biomarker of %g ng/mL in the last dosing window, "
                   "but the model needs its logarithm: correct DV, or mark it as below "
                   "the limit of quantification",
                   subject->id, response);
      return FALSE;
    }

    summary->low_ng_ml = MIN (summary->low_ng_ml, response);
    summary->high_ng_ml = MAX (summary->high_ng_ml, response);
    logs[i] = log (response);
  }

  summary->log_mean = qs_mean (logs, summary->n);
  if (summary->n > 1)
    summary->log_squares = qs_variance (logs, summary->n) * (double) (summary->n - 1);

  return TRUE;
}

/**
 * qs_window_summaries:
 * @dataset: a usable dataset
 * @error: return location for %QS_ERROR_DATA
 *
 * Subjects without observations in their last dosing window stay in the list, with @n 0,
 * so that it can be indexed like the dataset. Washout never counts.
 *
 * Returns: (transfer full): one summary per subject of @dataset
 */
QsWindowSummary *
qs_window_summaries (const QsDataset *dataset, GError **error)
{
  const guint                 n_subjects = qs_dataset_n_subjects (dataset);
  g_autofree QsWindowSummary *summaries = g_new0 (QsWindowSummary, n_subjects);

  for (guint i = 0; i < n_subjects; i++) {
    const QsSubject          *subject = qs_dataset_subject (dataset, i);
    g_autofree QsWindowPoint *points = g_new (QsWindowPoint, subject->n_records);
    g_autofree double        *logs = g_new (double, subject->n_records);

    summaries[i].dose_mg_per_kg = subject->dose_mg / subject->bw_kg;
    summaries[i].comed = subject->comed;
    summaries[i].n = qs_window_points (subject, points, subject->n_records);

    if (summaries[i].n > 0 && !summarise (subject, points, logs, &summaries[i], error))
      return NULL;
  }

  return g_steal_pointer (&summaries);
}
