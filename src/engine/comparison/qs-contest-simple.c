/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-contest.h"
#include "core/qs-stats.h"

#include <math.h>

/* Steps of the search for C50: a grid over six decades, then bisection of its best part.
 */
#define N_GRID 121
#define N_GOLDEN 60

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

typedef struct {
  gsize   n;
  double *concentration; /* [n] */
  double *comed;
  double *response; /* log biomarker */
} Rows;

/* Least squares of log R on 1, log (1 + C / C50) and co-medication. Returns the sum of
 * squares. */
static double
solve (const Rows *rows, double c50, double beta[3])
{
  double a[3][4] = { { 0 } }, squares = 0.0;

  for (gsize i = 0; i < rows->n; i++) {
    const double x[4] = { 1.0, log1p (rows->concentration[i] / c50), rows->comed[i],
                          rows->response[i] };

    for (guint j = 0; j < 3; j++)
      for (guint k = 0; k < 4; k++)
        a[j][k] += x[j] * x[k];
  }
  /* Where nobody, or everybody, has co-medication its effect is 0. */
  for (guint j = 0; j < 3; j++)
    a[j][j] += 1e-9;
  for (guint j = 0; j < 3; j++) {
    for (guint i = 0; i < 3; i++) {
      const double factor = a[i][j] / a[j][j];

      for (guint k = j; i != j && k < 4; k++)
        a[i][k] -= factor * a[j][k];
    }
  }
  for (guint j = 0; j < 3; j++)
    beta[j] = a[j][3] / a[j][j];

  for (gsize i = 0; i < rows->n; i++) {
    const double miss = rows->response[i] - beta[0] -
                        beta[1] * log1p (rows->concentration[i] / c50) -
                        beta[2] * rows->comed[i];

    squares += miss * miss;
  }

  return squares;
}

static double
search_c50 (const Rows *rows, double middle, double beta[3])
{
  const double width = log (1000.0), golden = 0.6180339887498949;
  double       best = 0.0, least = INFINITY, low, high;

  for (guint i = 0; i < N_GRID; i++) {
    const double place = width * (2.0 * i / (N_GRID - 1.0) - 1.0);
    const double squares = solve (rows, middle * exp (place), beta);

    if (squares < least) {
      least = squares;
      best = place;
    }
  }

  low = best - 2.0 * width / (N_GRID - 1.0);
  high = best + 2.0 * width / (N_GRID - 1.0);
  for (guint i = 0; i < N_GOLDEN; i++) {
    const double left = high - golden * (high - low), right = low + golden * (high - low);

    if (solve (rows, middle * exp (left), beta) <
        solve (rows, middle * exp (right), beta))
      high = right;
    else
      low = left;
  }

  return middle * exp (0.5 * (low + high));
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
  g_autofree double *block = g_new (double, 4 * n_points + 1);
  Rows               rows = { 0, block, block + n_points, block + 2 * n_points };
  double            *positive = block + 3 * n_points;
  double             beta[3], c50;
  gsize              n_positive = 0;

  for (gsize i = 0; i < n_points; i++) {
    const QsComparePoint *point = &self->result->points[i];

    if (!in_window (self, i) || !trains (self, fold, i))
      continue;
    rows.concentration[rows.n] = concentration_mg_l[i];
    rows.comed[rows.n] = qs_dataset_subject (self->dataset, point->subject)->comed;
    rows.response[rows.n++] = log (point->observed_ng_ml);
    if (concentration_mg_l[i] > 0.0)
      positive[n_positive++] = concentration_mg_l[i];
  }
  qs_sort (positive, n_positive);
  c50 = search_c50 (
      &rows, n_positive > 0 ? qs_quantile_sorted (positive, n_positive, 0.5) : 1.0, beta);
  solve (&rows, c50, beta);

  for (gsize i = 0; i < n_points; i++)
    if (in_window (self, i) && !trains (self, fold, i))
      contestant->predicted[i] = exp (
          beta[0] + beta[1] * log1p (concentration_mg_l[i] / c50) +
          beta[2] *
              qs_dataset_subject (self->dataset, self->result->points[i].subject)->comed);
}
