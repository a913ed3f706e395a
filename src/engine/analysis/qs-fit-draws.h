/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-dataset.h"
#include "domain/qs-model.h"

G_BEGIN_DECLS

/**
 * QsFitFunc:
 * @problem: what the model is fitted to
 * @times_drawn: how often each subject of the dataset counts
 *
 * Fits one predictor. Called from any thread.
 *
 * Returns: (transfer full) (nullable): the fit, %NULL if the sample cannot carry one
 */
typedef QsPredictor *(*QsFitFunc) (gconstpointer problem, const guint *times_drawn);

gboolean qs_fit_draws (QsModel         *model,
                       const QsDataset *dataset,
                       QsFitFunc        func,
                       gconstpointer    problem,
                       QsRun           *run,
                       GError         **error);

G_END_DECLS
