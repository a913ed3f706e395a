/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-dataset.h"
#include "domain/qs-model.h"

G_BEGIN_DECLS

/**
 * QsLogisticParameters:
 * @intercept: logit of success without drug and without co-medication
 * @slope: of the dose term log (1 + u / u0), u being dose over body weight
 * @beta_comed: effect of co-medication; 0 where the study has none
 * @u0_mg_per_kg: where the dose term turns from linear to logarithmic; a property of the
 * study, not estimated
 * @threshold_ng_ml: the threshold the labels were made with
 * @success: the side of it they were made with
 *
 * Probability of success through the last dosing window,
 *
 *   logit p = intercept + slope log (1 + u / u0) + beta comed.
 *
 * It is about one threshold only: another one needs another fit. A plain value.
 */
typedef struct {
  double    intercept;
  double    slope;
  double    beta_comed;
  double    u0_mg_per_kg;
  double    threshold_ng_ml;
  QsSuccess success;
} QsLogisticParameters;

gboolean     qs_logistic_parameters_validate (const QsLogisticParameters *self,
                                              GError                    **error);
QsPredictor *qs_logistic_new (const QsLogisticParameters *parameters, double interval_h)
    G_GNUC_WARN_UNUSED_RESULT;
const QsLogisticParameters *qs_logistic_parameters (const QsPredictor *predictor);

QsModel *qs_logistic_fit (const QsDataset    *dataset,
                          const QsFitOptions *options,
                          QsRun              *run,
                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
