/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-contest.h"
#include "nn/qs-exposure-base.h"

#include <math.h>

static gboolean
trains (const QsContest *self, guint fold, gsize point)
{
  return self->result->fold[self->result->points[point].subject] != fold;
}

static gboolean
in_window (const QsContest *self, gsize point)
{
  return !isnan (self->result->points[point].after_h);
}

/* The logarithm of a subject's biomarker in its last dosing interval, linear between
 * observations; NaN without any. */
static double
interpolate (const QsContest *self, guint subject, double after_h)
{
  const QsComparePoint *points = self->result->points;
  double                before_h = NAN, before = NAN;

  for (gsize i = self->first[subject]; i < self->first[subject + 1]; i++) {
    const double value = log (points[i].observed_ng_ml);

    if (!in_window (self, i))
      continue;
    if (points[i].after_h >= after_h)
      return isnan (before) || points[i].after_h == after_h
                 ? value
                 : before + (value - before) * (after_h - before_h) /
                                (points[i].after_h - before_h);
    before_h = points[i].after_h;
    before = value;
  }

  return before;
}

/* The mean curve of the training subjects whose dose is nearest, which is the subject's
 * own arm wherever that is left. */
static double
mean_curve (const QsContest *self, guint fold, double dose_mg, double after_h)
{
  double nearest = INFINITY, sum = 0.0;
  guint  n = 0;

  for (guint i = 0; i < self->result->n_subjects; i++) {
    const double distance =
        fabs (qs_dataset_subject (self->dataset, i)->dose_mg - dose_mg);
    const double value =
        self->result->fold[i] != fold ? interpolate (self, i, after_h) : NAN;

    if (isnan (value) || distance > nearest)
      continue;
    if (distance < nearest) {
      nearest = distance;
      sum = 0.0;
      n = 0;
    }
    sum += value;
    n++;
  }

  return exp (sum / n);
}

/* The geometric mean of the arm at the same time after the dose. */
void
qs_contest_group_mean (const QsContest *self, guint fold)
{
  QsContestant *contestant = qs_contest_contestant (self, QS_CONTESTANT_GROUP_MEAN);

  for (gsize i = 0; i < self->result->n_points; i++) {
    const QsComparePoint *point = &self->result->points[i];
    const QsSubject      *subject = qs_dataset_subject (self->dataset, point->subject);

    if (!trains (self, fold, i) && in_window (self, i))
      contestant->predicted[i] =
          mean_curve (self, fold, subject->dose_mg, point->after_h);
  }
}

/**
 * qs_contest_regression:
 * @concentration_mg_l: (array): per point, predicted from the subject's own
 * concentrations
 *
 * log R = a + b log (1 + C / C50) + c COMED, by least squares.
 */
void
qs_contest_regression (const QsContest *self,
                       guint            fold,
                       const double    *concentration_mg_l)
{
  const gsize        n_points = self->result->n_points;
  QsContestant      *contestant = qs_contest_contestant (self, QS_CONTESTANT_REGRESSION);
  g_autofree double *block = g_new (double, 3 * n_points + 1);
  double            *concentration = block, *comed = block + n_points;
  double            *response = block + 2 * n_points;
  QsExposureBase     base;
  gsize              n = 0;

  for (gsize i = 0; i < n_points; i++) {
    const QsComparePoint *point = &self->result->points[i];

    if (!in_window (self, i) || !trains (self, fold, i))
      continue;
    concentration[n] = concentration_mg_l[i];
    comed[n] = qs_dataset_subject (self->dataset, point->subject)->comed;
    response[n++] = log (point->observed_ng_ml);
  }
  qs_exposure_base_learn (&base, n, concentration, comed, response);

  for (gsize i = 0; i < n_points; i++)
    if (in_window (self, i) && !trains (self, fold, i))
      contestant->predicted[i] = exp (qs_exposure_base_at (
          &base, concentration_mg_l[i],
          qs_dataset_subject (self->dataset, self->result->points[i].subject)->comed));
}
