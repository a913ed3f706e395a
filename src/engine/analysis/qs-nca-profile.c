/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-nca-profile.h"

#include <math.h>

/**
 * qs_nca_clean:
 * @points: (inout) (array length=n): by time
 *
 * Values below the limit, which are 0 here: before the first and after the last that was
 * quantified they stay 0, between them they are dropped (the defaults of PKNCA).
 *
 * Returns: how many points are left
 */
gsize
qs_nca_clean (QsNcaPoint *points, gsize n)
{
  gsize first = n, last = 0, n_left = 0;

  for (gsize i = 0; i < n; i++) {
    if (points[i].value_mg_l > 0.0) {
      first = MIN (first, i);
      last = i;
    }
  }
  for (gsize i = 0; i < n; i++) {
    if (points[i].value_mg_l > 0.0 || i < first || i > last)
      points[n_left++] = points[i];
  }

  return n_left;
}

/* The first of the highest points; @n must not be 0. */
gsize
qs_nca_highest (const QsNcaPoint *points, gsize n)
{
  gsize highest = 0;

  for (gsize i = 1; i < n; i++) {
    if (points[i].value_mg_l > points[highest].value_mg_l)
      highest = i;
  }

  return highest;
}

/* Whether a curve falls exponentially from @a to @b: where it rises, stays or touches 0
 * it is a straight line. */
static gboolean
is_logarithmic (QsNcaPoint a, QsNcaPoint b)
{
  return b.value_mg_l > 0.0 && b.value_mg_l < a.value_mg_l;
}

/**
 * qs_nca_auc:
 *
 * Returns: the area below the points by the trapezoidal rule, linear up, logarithmic down
 */
double
qs_nca_auc (const QsNcaPoint *points, gsize n)
{
  double area = 0.0;

  for (gsize i = 1; i < n; i++) {
    const QsNcaPoint a = points[i - 1], b = points[i];
    const double     width_h = b.time_h - a.time_h;

    area += is_logarithmic (a, b) ? width_h * (a.value_mg_l - b.value_mg_l) /
                                        log (a.value_mg_l / b.value_mg_l)
                                  : 0.5 * width_h * (a.value_mg_l + b.value_mg_l);
  }

  return area;
}

/* The curve at a time between two points, by the same rule as its area. */
double
qs_nca_between (QsNcaPoint a, QsNcaPoint b, double time_h)
{
  const double share = (time_h - a.time_h) / (b.time_h - a.time_h);

  if (is_logarithmic (a, b))
    return a.value_mg_l * pow (b.value_mg_l / a.value_mg_l, share);

  return a.value_mg_l + share * (b.value_mg_l - a.value_mg_l);
}

/* Sums that a point more updates; times from the last point keep the digits. */
typedef struct {
  gsize  n;
  double t, y, tt, ty, yy;
} Sums;

static void
sums_add (Sums *self, double t, double y)
{
  self->n++;
  self->t += t;
  self->y += y;
  self->tt += t * t;
  self->ty += t * y;
  self->yy += y * y;
}

/* The least-squares line; FALSE where the values do not vary. */
static gboolean
sums_line (const Sums *self, QsNcaSlope *slope)
{
  const double n = (double) self->n;
  const double tt = self->tt - self->t * self->t / n;
  const double ty = self->ty - self->t * self->y / n;
  const double yy = self->yy - self->y * self->y / n;
  const double r2 = ty * ty / (tt * yy);

  slope->lambda_z = -ty / tt;
  slope->r2_adjusted = 1.0 - (1.0 - r2) * (n - 1.0) / (n - 2.0);
  slope->n_points = self->n;

  return isfinite (slope->r2_adjusted) && isfinite (slope->lambda_z);
}

/**
 * qs_nca_slope:
 * @points: cleaned, by time
 * @slope: (out): the terminal slope, void where there is none
 *
 * The terminal slope by the rules of PKNCA: lines through the last 3, 4, … quantified
 * points after the highest one; of those that fall and whose adjusted R² is within 0.0001
 * of the best line's, the one with the most points.
 *
 * Returns: %FALSE where there is none
 */
gboolean
qs_nca_slope (const QsNcaPoint *points, gsize n, QsNcaSlope *slope)
{
  const gsize            first = n > 0 ? qs_nca_highest (points, n) + 1 : 0;
  g_autofree QsNcaSlope *lines = g_new0 (QsNcaSlope, n + 1);
  gsize                  n_lines = 0;
  double                 best = -INFINITY;
  Sums                   sums = { 0 };

  for (gsize i = n; i > first; i--) {
    const QsNcaPoint point = points[i - 1];

    if (!(point.value_mg_l > 0.0))
      continue;
    sums_add (&sums, point.time_h - points[n - 1].time_h, log (point.value_mg_l));
    if (sums.n >= QS_NCA_MIN_POINTS && sums_line (&sums, &lines[n_lines])) {
      best = fmax (best, lines[n_lines].r2_adjusted);
      n_lines++;
    }
  }

  for (gsize i = n_lines; i > 0; i--) {
    *slope = lines[i - 1];
    if (slope->lambda_z > 0.0 && slope->r2_adjusted > best - QS_NCA_R2_TOLERANCE)
      return TRUE;
  }

  *slope = (QsNcaSlope){ 0 };
  return FALSE;
}
