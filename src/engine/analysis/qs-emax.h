/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-dataset.h"
#include "domain/qs-model.h"

G_BEGIN_DECLS

/**
 * QsEmaxParameters:
 * @r0_ng_ml: typical biomarker without drug and without co-medication
 * @beta_comed: log ratio of the biomarker with co-medication; 0 where the study has none
 * @imax: largest relative inhibition, in (0, 1)
 * @u50_mg_per_kg: dose per body weight of half the inhibition
 * @omega: standard deviation of the subject effect, log scale
 * @sigma: standard deviation of the residual error, log scale
 *
 * The inhibitory Emax model of the last dosing window,
 *
 *   log R = log r0 + beta comed + log (1 − imax u / (u50 + u)) + omega z + sigma e,
 *
 * u being dose over body weight. A plain value.
 */
typedef struct {
  double r0_ng_ml;
  double beta_comed;
  double imax;
  double u50_mg_per_kg;
  double omega;
  double sigma;
} QsEmaxParameters;

gboolean     qs_emax_parameters_validate (const QsEmaxParameters *self, GError **error);
QsPredictor *qs_emax_new (const QsEmaxParameters *parameters, double interval_h)
    G_GNUC_WARN_UNUSED_RESULT;
const QsEmaxParameters *qs_emax_parameters (const QsPredictor *predictor);

QsModel *qs_emax_fit (const QsDataset    *dataset,
                      const QsFitOptions *options,
                      QsRun              *run,
                      GError            **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
