/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-lstm-scaler.h"

#include <math.h>

static double
step_share (guint step)
{
  return (double) step / (QS_LSTM_N_STEPS - 1);
}

static double
transform_dose (const QsLstmScaler *self, double dose_mg_per_kg)
{
  return self->dose_scale_mg_per_kg > 0.0
             ? log1p (dose_mg_per_kg / self->dose_scale_mg_per_kg)
             : dose_mg_per_kg;
}

typedef struct {
  double sum;
  double squares;
  double first; /* sums are taken from here, against cancellation */
  gsize  n;
} Moments;

static void
moments_add (Moments *self, double value)
{
  if (self->n++ == 0)
    self->first = value;

  self->sum += value - self->first;
  self->squares += (value - self->first) * (value - self->first);
}

/* A constant input says nothing; its standard deviation of 1 leaves it at 0. */
static void
moments_end (const Moments *self, double *mean, double *sd)
{
  const double shift = self->sum / (double) self->n;
  const double variance = self->squares / (double) self->n - shift * shift;

  *mean = self->first + shift;
  *sd = variance > 1e-24 ? sqrt (variance) : 1.0;
}

/**
 * qs_lstm_scaler_learn:
 * @members: (array length=n_members): who trains, with repetition; at least one
 *
 * Means and standard deviations of the training data. @self's dose scale is given.
 */
void
qs_lstm_scaler_learn (QsLstmScaler      *self,
                      const QsLstmCurve *curves,
                      const guint       *members,
                      guint              n_members)
{
  Moments inputs[QS_LSTM_N_INPUTS] = { 0 }, response = { 0 };

  for (guint step = 0; step < QS_LSTM_N_STEPS; step++)
    moments_add (&inputs[0], step_share (step));

  for (guint i = 0; i < n_members; i++) {
    const QsLstmCurve *curve = &curves[members[i]];

    moments_add (&inputs[1], transform_dose (self, curve->dose_mg_per_kg));
    moments_add (&inputs[2], curve->comed);
    for (guint step = 0; step < QS_LSTM_N_STEPS; step++)
      moments_add (&response, curve->log_response[step]);
  }

  for (guint k = 0; k < QS_LSTM_N_INPUTS; k++)
    moments_end (&inputs[k], &self->mean[k], &self->sd[k]);
  moments_end (&response, &self->response_mean, &self->response_sd);
}

/**
 * qs_lstm_scaler_time:
 * @step: of the 24 points, evenly spaced from the start to the end of the interval
 */
double
qs_lstm_scaler_time (const QsLstmScaler *self, guint step)
{
  return (step_share (step) - self->mean[0]) / self->sd[0];
}

double
qs_lstm_scaler_dose (const QsLstmScaler *self, double dose_mg_per_kg)
{
  return (transform_dose (self, dose_mg_per_kg) - self->mean[1]) / self->sd[1];
}

double
qs_lstm_scaler_comed (const QsLstmScaler *self, double comed)
{
  return (comed - self->mean[2]) / self->sd[2];
}

double
qs_lstm_scaler_response (const QsLstmScaler *self, double log_response)
{
  return (log_response - self->response_mean) / self->response_sd;
}

/* The way back of qs_lstm_scaler_response(). */
double
qs_lstm_scaler_log_response (const QsLstmScaler *self, double output)
{
  return self->response_mean + self->response_sd * output;
}

/**
 * qs_lstm_scaler_fill_lane:
 * @inputs: [time point][input][lane]: lane @lane is set
 */
void
qs_lstm_scaler_fill_lane (const QsLstmScaler *self,
                          double              dose_mg_per_kg,
                          double              comed,
                          guint               lane,
                          QsLstmLanes (*inputs)[QS_LSTM_N_INPUTS])
{
  const double dose = qs_lstm_scaler_dose (self, dose_mg_per_kg);
  const double second = qs_lstm_scaler_comed (self, comed);

  for (guint step = 0; step < QS_LSTM_N_STEPS; step++) {
    inputs[step][0][lane] = qs_lstm_scaler_time (self, step);
    inputs[step][1][lane] = dose;
    inputs[step][2][lane] = second;
  }
}
