/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-exposure-net.h"

/**
 * QsExposureSettings:
 * @treated_h: how long the study treated before its last dosing interval: a network has
 * not seen more doses, and reaches a steady state as long
 * @highest_mg: the highest single dose of the study; doses are searched up to 100 times
 * @omega: standard deviation of the subject effect on log biomarker
 * @sigma: of its residuals
 *
 * What a network with exposure as input needs besides to answer. A plain value.
 */
typedef struct {
  double treated_h;
  double highest_mg;
  double omega;
  double sigma;
} QsExposureSettings;

/* Make. Ends with qs_predictor_unref(). */
QsPredictor *qs_exposure_predictor_new (const QsFitOptions       *options,
                                        const QsExposureScales   *scales,
                                        const double             *params,
                                        gsize                     n_params,
                                        const QsExposureSettings *settings,
                                        QsPredictor              *kinetics,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Read. */
gboolean                qs_exposure_predictor_is (const QsPredictor *self);
const double           *qs_exposure_predictor_params (const QsPredictor *self, gsize *n);
const QsExposureScales *qs_exposure_predictor_scales (const QsPredictor *self);
const QsExposureSettings *qs_exposure_predictor_settings (const QsPredictor *self);
QsPredictor              *qs_exposure_predictor_kinetics (const QsPredictor *self);
