/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Numbers of bins of the expected calibration error and the reliability diagram. */
#define QS_CALIBRATION_N_ECE 3
#define QS_CALIBRATION_MAX_BINS 50
extern const guint qs_calibration_bins[QS_CALIBRATION_N_ECE];

/**
 * QsReliability:
 * @n: predictions in the bin
 * @predicted: their mean
 * @observed: share that came true; both NaN in an empty bin
 */
typedef struct {
  guint  n;
  double predicted;
  double observed;
} QsReliability;

/**
 * QsCalibration:
 * @n: predictions
 * @predicted: their mean
 * @observed: share that came true
 * @slope: of the logit of truth against the logit of the prediction (Cox 1958), with
 * Firth's penalty (1993), since a few predictions may be separated; 1 is right
 * @intercept: likewise; 0 is right
 * @ece: expected calibration error in equal bins, by #qs_calibration_bins
 * @hosmer_lemeshow: χ² over tenths of the predictions (Hosmer & Lemeshow 1980)
 * @hosmer_lemeshow_df: its degrees of freedom, the number of groups, because what is
 * predicted was not fitted
 * @hosmer_lemeshow_p: its p value
 * @auc: area under the ROC curve; NaN where all or none came true
 * @brier: mean squared error
 * @bins: the reliability diagram, likewise
 *
 * How well probabilities meet what came true. A plain value.
 */
typedef struct {
  guint         n;
  double        predicted;
  double        observed;
  double        slope;
  double        intercept;
  double        ece[QS_CALIBRATION_N_ECE];
  double        hosmer_lemeshow;
  guint         hosmer_lemeshow_df;
  double        hosmer_lemeshow_p;
  double        auc;
  double        brier;
  QsReliability bins[QS_CALIBRATION_N_ECE][QS_CALIBRATION_MAX_BINS];
} QsCalibration;

QsCalibration qs_calibrate (const double *p, const gboolean *came_true, guint n);

G_END_DECLS
