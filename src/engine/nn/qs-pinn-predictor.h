/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-pinn.h"

G_BEGIN_DECLS

/**
 * QsPinnSettings:
 * @highest_mg: the highest single dose of the study; doses are searched up to 100 times
 * @omega: standard deviation of the subject effect on log biomarker
 * @sigma: of its residuals
 */
typedef struct {
  double highest_mg;
  double omega;
  double sigma;
} QsPinnSettings;

/* Make. Ends with qs_predictor_unref(). */
QsPredictor *qs_pinn_predictor_new (gboolean              quantum,
                                    const QsPinnScales   *scales,
                                    const double         *params,
                                    gsize                 n_params,
                                    const QsPinnSettings *settings,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Read. */
const QsPinn         *qs_pinn_predictor_pinn (const QsPredictor *self);
const QsPinnSettings *qs_pinn_predictor_settings (const QsPredictor *self);

G_END_DECLS
