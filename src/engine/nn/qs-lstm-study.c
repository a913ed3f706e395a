/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-lstm-study.h"

#include "core/qs-error.h"
#include "data/qs-windows.h"
#include "nn/qs-window-net.h"

#include <math.h>

#define N_MEMBERS_MIN 8

void
qs_lstm_study_free (QsLstmStudy *self)
{
  if (self == NULL)
    return;

  g_free (self->curves);
  g_free (self->subjects);
  g_free (self->observations);
  g_free (self);
}

/* Linear between points, constant before the first and after the last. Of two points at
 * one time the later counts from there on. */
static double
interpolate (const QsWindowPoint *points, gsize n, double time_h)
{
  gsize  next = 0;
  double part;

  while (next < n && points[next].time_h <= time_h)
    next++;

  if (next == 0)
    return points[0].response_ng_ml;
  if (next == n)
    return points[n - 1].response_ng_ml;

  part = (time_h - points[next - 1].time_h) /
         (points[next].time_h - points[next - 1].time_h);
  return (1.0 - part) * points[next - 1].response_ng_ml +
         part * points[next].response_ng_ml;
}

/* @points hold log biomarker by now. */
static void
add_member (QsLstmStudy         *self,
            guint                index,
            const QsSubject     *subject,
            const QsWindowPoint *points,
            gsize                n)
{
  QsLstmCurve *curve = &self->curves[self->n_members];

  curve->dose_mg_per_kg = subject->dose_mg / subject->bw_kg;
  curve->comed = subject->comed;
  for (guint t = 0; t < QS_LSTM_N_STEPS; t++)
    curve->log_response[t] =
        interpolate (points, n, self->interval_h * t / (QS_LSTM_N_STEPS - 1));

  for (gsize i = 0; i < n; i++)
    self->observations[self->n_observations++] = (QsLstmObservation){
      .member = self->n_members,
      .share = points[i].time_h / self->interval_h,
      .log_response = points[i].response_ng_ml,
    };

  if (curve->dose_mg_per_kg > 0.0 &&
      !(self->dose_scale_mg_per_kg > 0.0 &&
        self->dose_scale_mg_per_kg <= curve->dose_mg_per_kg))
    self->dose_scale_mg_per_kg = curve->dose_mg_per_kg;

  self->subjects[self->n_members++] = index;
}

static gboolean
add_members (QsLstmStudy *self, const QsDataset *dataset, GError **error)
{
  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++) {
    const QsSubject          *subject = qs_dataset_subject (dataset, i);
    g_autofree QsWindowPoint *points = g_new (QsWindowPoint, subject->n_records + 1);
    const gsize               n = qs_window_points (subject, points, subject->n_records);

    /* Quality control let positive biomarkers through only. */
    for (gsize k = 0; k < n; k++)
      points[k].response_ng_ml = log (points[k].response_ng_ml);

    if (n > 0)
      add_member (self, i, subject, points, n);
  }

  if (self->n_members >= N_MEMBERS_MIN)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_TOO_FEW,
               "%u subjects have biomarker observations in their last dosing window; the "
               "network needs at least %d",
               self->n_members, N_MEMBERS_MIN);
  return FALSE;
}

/**
 * qs_lstm_study_new:
 * @dataset: a usable dataset
 * @error: %QS_ERROR_TOO_FEW without a dosing interval or enough subjects
 *
 * The last dosing windows of a study as curves on 24 evenly spaced points, log biomarker
 * interpolated linearly; subjects without observations there are left out.
 */
QsLstmStudy *
qs_lstm_study_new (const QsDataset *dataset, GError **error)
{
  g_autoptr (QsLstmStudy) self = g_new0 (QsLstmStudy, 1);
  const guint             n_subjects = qs_dataset_n_subjects (dataset);

  self->interval_h = qs_dataset_facts (dataset).interval_h;
  if (!(self->interval_h > 0.0)) {
    g_set_error_literal (error, QS_ERROR, QS_ERROR_TOO_FEW,
                         "The study has no dosing interval: nobody got two doses");
    return NULL;
  }

  self->curves = g_new0 (QsLstmCurve, n_subjects);
  self->subjects = g_new0 (guint, n_subjects);
  self->observations =
      g_new0 (QsLstmObservation, qs_dataset_n_observations (dataset, QS_ENDPOINT_PD) + 1);

  return add_members (self, dataset, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * qs_lstm_study_predict:
 * @params: of a network of @shape
 * @predicted: (out) (array length=n_members): what a network says of each member
 */
void
qs_lstm_study_predict (const QsLstmStudy  *self,
                       const QsNetShape   *shape,
                       const double       *params,
                       const QsLstmScaler *scaler,
                       QsLstmTrajectory   *predicted)
{
  g_autofree double *doses = g_new (double, self->n_members);
  g_autofree double *comeds = g_new (double, self->n_members);

  for (guint i = 0; i < self->n_members; i++) {
    doses[i] = self->curves[i].dose_mg_per_kg;
    comeds[i] = self->curves[i].comed;
  }

  if (qs_window_is_plain (shape))
    qs_lstm_evaluate ((const QsLstmParams *) params, scaler, self->n_members, doses,
                      comeds, predicted);
  else
    qs_window_evaluate (shape, params, scaler, self->n_members, doses, comeds, predicted);
}
