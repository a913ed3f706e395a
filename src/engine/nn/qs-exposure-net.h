/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-model.h"
#include "nn/qs-exposure-base.h"
#include "nn/qs-exposure-record.h"
#include "nn/qs-sequence.h"

G_BEGIN_DECLS

/* Concentration, time since the last step, co-medication, log body weight over 70 kg. */
#define QS_EXPOSURE_N_INPUTS 4

/* Decay of weights of networks on whole records. */
#define QS_EXPOSURE_WEIGHT_DECAY 3.0

/**
 * QsExposureScales:
 * @base: what is said without the network, which adds to it
 * @c0_mg_l: of the concentration's transform log (1 + C / c0)
 * @mean: of each input before standardisation
 * @sd: their standard deviations, positive
 * @response_mean: of what log biomarker is above the base
 * @response_sd: its standard deviation, positive
 *
 * How the network's numbers relate to the study's. Part of the model.
 */
typedef struct {
  QsExposureBase base;
  double         c0_mg_l;
  double         mean[QS_EXPOSURE_N_INPUTS];
  double         sd[QS_EXPOSURE_N_INPUTS];
  double         response_mean;
  double         response_sd;
} QsExposureScales;

/**
 * QsExposureNet:
 * @shape: of the network, with %QS_EXPOSURE_N_INPUTS inputs
 * @params: (array): as its layout says
 *
 * A trained network from exposure and time to the biomarker.
 */
typedef struct {
  QsNetShape       shape;
  QsExposureScales scales;
  double          *params;
} QsExposureNet;

/* Make and end. */
QsNetShape     qs_exposure_shape (const QsFitOptions *options);
QsExposureNet *qs_exposure_net_train (const QsNetShape        *shape,
                                      const QsExposureNet     *from,
                                      QsExposureRecord *const *records,
                                      const QsLesson          *lesson,
                                      const QsFitOptions      *options,
                                      QsTrained              **story,
                                      QsRun                   *run,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void           qs_exposure_net_free (QsExposureNet *self);

/* Read. */
void   qs_exposure_fill_inputs (const QsExposureScales *scales,
                                double                  concentration_mg_l,
                                double                  step_h,
                                double                  comed,
                                double                  log_bw,
                                double                  inputs[QS_EXPOSURE_N_INPUTS]);
double qs_exposure_first_input (const QsExposureScales *scales,
                                double                  concentration_mg_l);
double qs_exposure_log_response (const QsExposureScales *scales,
                                 double                  concentration_mg_l,
                                 double                  comed,
                                 double                  output);
void   qs_exposure_net_predict (const QsExposureNet    *self,
                                const QsExposureRecord *record,
                                double                 *log_response);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsExposureNet, qs_exposure_net_free)

G_END_DECLS
