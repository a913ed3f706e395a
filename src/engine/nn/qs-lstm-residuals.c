/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-lstm-residuals.h"

#include <math.h>

static double
predict (const QsLstmTrajectory *predicted, const QsLstmObservation *observation)
{
  return qs_lstm_trajectory_at (predicted[observation->member], observation->share);
}

/**
 * qs_lstm_residuals:
 * @predicted: (array length=n_members): log biomarker of each member
 * @subjects: (out) (array length=n_members): log R − prediction at the true times of
 * observation
 */
void
qs_lstm_residuals (const QsLstmStudy      *study,
                   const QsLstmTrajectory *predicted,
                   QsRemlSubject          *subjects)
{
  g_autofree double *values = g_new (double, study->n_observations);
  guint              begin = 0;

  for (guint i = 0; i < study->n_observations; i++)
    values[i] = study->observations[i].log_response -
                predict (predicted, &study->observations[i]);

  for (guint member = 0; member < study->n_members; member++) {
    guint end = begin;

    while (end < study->n_observations && study->observations[end].member == member)
      end++;
    subjects[member] = qs_reml_subject (values + begin, end - begin);
    begin = end;
  }
}

/**
 * qs_lstm_accuracy:
 * @counts: (nullable) (array length=n_members): whose observations count
 *
 * How far typical predictions lie from observations, in ng/mL.
 */
QsLstmAccuracy
qs_lstm_accuracy (const QsLstmStudy      *study,
                  const QsLstmTrajectory *predicted,
                  const gboolean         *counts)
{
  QsLstmAccuracy result = { 0 };
  double         sum = 0.0, squares = 0.0, errors = 0.0, mean;

  for (guint i = 0; i < study->n_observations; i++) {
    const QsLstmObservation *observation = &study->observations[i];
    const double             response = exp (observation->log_response);
    const double             error = response - exp (predict (predicted, observation));

    if (counts != NULL && !counts[observation->member])
      continue;

    result.n++;
    sum += response;
    errors += error * error;
  }

  mean = sum / result.n;
  for (guint i = 0; i < study->n_observations; i++) {
    const QsLstmObservation *observation = &study->observations[i];
    const double             distance = exp (observation->log_response) - mean;

    if (counts == NULL || counts[observation->member])
      squares += distance * distance;
  }

  result.rmse_ng_ml = sqrt (errors / result.n);
  result.r_squared = squares > 0.0 ? 1.0 - errors / squares : NAN;
  return result;
}
