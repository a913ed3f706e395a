/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-dataset.h"
#include "nn/qs-lstm-evaluate.h"
#include "nn/qs-net-shape.h"

/**
 * QsLstmObservation:
 * @member: whose, index into @curves
 * @share: time since the window's start over the dosing interval
 * @log_response: log biomarker
 */
typedef struct {
  guint  member;
  double share;
  double log_response;
} QsLstmObservation;

/**
 * QsLstmStudy:
 * @curves: one per subject with a last dosing window
 * @subjects: index of each in the dataset
 * @observations: biomarker observations of those windows, by member
 * @interval_h: the study's dosing interval
 * @dose_scale_mg_per_kg: the smallest dose per body weight that anyone got
 *
 * What a window model sees of a dataset.
 */
typedef struct {
  guint              n_members;
  QsLstmCurve       *curves;
  guint             *subjects;
  guint              n_observations;
  QsLstmObservation *observations;
  double             interval_h;
  double             dose_scale_mg_per_kg;
} QsLstmStudy;

QsLstmStudy *qs_lstm_study_new (const QsDataset *dataset, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void qs_lstm_study_free (QsLstmStudy *self);

void qs_lstm_study_predict (const QsLstmStudy  *self,
                            const QsNetShape   *shape,
                            const double       *params,
                            const QsLstmScaler *scaler,
                            QsLstmTrajectory   *predicted);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsLstmStudy, qs_lstm_study_free)
