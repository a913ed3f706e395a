/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-dataset.h"

G_BEGIN_DECLS

/**
 * QsWindowSummary:
 * @dose_mg_per_kg: dose of the arm over body weight
 * @comed: co-medication, 0 or 1
 * @n: biomarker observations in the last dosing window; the rest is void where it is 0
 * @log_mean: mean of their logarithms
 * @log_squares: sum of squared deviations from it
 * @low_ng_ml: smallest observation
 * @high_ng_ml: largest observation
 *
 * What the simple models need of one subject.
 */
typedef struct {
  double dose_mg_per_kg;
  guint  comed;
  gsize  n;
  double log_mean;
  double log_squares;
  double low_ng_ml;
  double high_ng_ml;
} QsWindowSummary;

QsWindowSummary *qs_window_summaries (const QsDataset *dataset, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
