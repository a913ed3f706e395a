/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-columns.h"

/* What a population model looks at: a number counts once, a category once less than it
 * has levels. */
#define QS_MAX_REGRESSORS 8

/**
 * QsCovariate:
 * @column: of the file
 * @levels: (nullable) (element-type utf8): of a categorical covariate, sorted
 * @values: per subject; number of the level for a categorical one; NaN where missing
 */
typedef struct {
  guint      column;
  GPtrArray *levels;
  double    *values;
} QsCovariate;

GPtrArray *qs_covariates_build (const QsColumns *columns,
                                QsSchema        *schema,
                                QsFindings      *findings,
                                QsRun           *run,
                                GError         **error) G_GNUC_WARN_UNUSED_RESULT;
