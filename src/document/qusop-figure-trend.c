/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-diagnostics-parts.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define N_TREND 41
#define MIN_FOR_TREND 10
/* The share of the points that bear on each point of the trend. */
static const double span = 2.0 / 3.0;

typedef struct {
  double x;
  double y;
} Point;

static int
compare_points (gconstpointer a, gconstpointer b)
{
  const Point *p = a, *q = b;

  return (p->x > q->x) - (p->x < q->x);
}

/* Half the width of the window about @x that holds @k points of the sorted array. */
static double
reach_of (const Point *points, gsize n, gsize k, double x)
{
  gsize low = 0, high = n;

  while (low < high) { /* the window [low, low + k) nearest to x */
    const gsize middle = (low + high) / 2;

    if (middle + k < n && x - points[middle].x > points[middle + k].x - x)
      low = middle + 1;
    else
      high = middle;
  }
  low = MIN (low, n - k);

  return fmax (fabs (x - points[low].x), fabs (points[low + k - 1].x - x));
}

/* A local line with tricube weights (Cleveland 1979, without the robust steps). */
static double
smooth (const Point *points, gsize n, double x)
{
  const gsize  k = (gsize) ceil (span * (double) n);
  const double reach = 1.0001 * reach_of (points, n, k, x) + 1e-12;
  double       s0 = 0.0, s1 = 0.0, s2 = 0.0, t0 = 0.0, t1 = 0.0, determinant;

  for (gsize i = 0; i < n; i++) {
    const double d = points[i].x - x, u = fabs (d) / reach;
    double       weight;

    if (!(u < 1.0))
      continue;
    weight = pow (1.0 - u * u * u, 3.0);
    s0 += weight;
    s1 += weight * d;
    s2 += weight * d * d;
    t0 += weight * points[i].y;
    t1 += weight * d * points[i].y;
  }

  determinant = s0 * s2 - s1 * s1;
  return determinant > 1e-9 * s0 * s2 ? (s2 * t0 - s1 * t1) / determinant : t0 / s0;
}

/**
 * qusop_add_trend:
 * @log_x: smooth on the logarithmic scale that the axis shows
 * @log_y: likewise
 *
 * Adds a local regression through @points; none through a few.
 */
void
qusop_add_trend (QusopPlotSpec     *spec,
                 const QusopPoints *points,
                 gboolean           log_x,
                 gboolean           log_y)
{
  g_autoptr (GArray)      kept = g_array_new (FALSE, FALSE, sizeof (Point));
  g_autoptr (QusopPoints) trend = qusop_points_new ();
  const Point            *sorted;
  double                  low, high;

  for (guint i = 0; i < points->x->len; i++) {
    const double x = g_array_index (points->x, double, i);
    const double y = g_array_index (points->y, double, i);
    const Point  point = { log_x ? log (x) : x, log_y ? log (y) : y };

    if (isfinite (point.x) && isfinite (point.y))
      g_array_append_val (kept, point);
  }
  g_array_sort (kept, compare_points);
  sorted = (const Point *) (gconstpointer) kept->data;
  if (kept->len < MIN_FOR_TREND || !(sorted[0].x < sorted[kept->len - 1].x))
    return;

  low = sorted[0].x;
  high = sorted[kept->len - 1].x;
  for (guint i = 0; i < N_TREND; i++) {
    const double x = low + (high - low) * i / (N_TREND - 1);
    const double y = smooth (sorted, kept->len, x);

    qusop_points_add (trend, log_x ? exp (x) : x, log_y ? exp (y) : y);
  }
  qusop_points_add_to (trend, spec, QUSOP_SERIES_LINE, _ ("trend (local regression)"),
                       "trend", QUSOP_INK_SECONDARY, FALSE);
}

/* The line of equal values over the range of @points. */
void
qusop_add_identity (QusopPlotSpec *spec, const QusopPoints *points)
{
  g_autoptr (QusopPoints) line = qusop_points_new ();
  double                  low = INFINITY, high = -INFINITY;

  for (guint i = 0; i < points->x->len; i++) {
    const double x = g_array_index (points->x, double, i);
    const double y = g_array_index (points->y, double, i);

    if (isfinite (x) && isfinite (y)) {
      low = fmin (low, fmin (x, y));
      high = fmax (high, fmax (x, y));
    }
  }
  if (!(low < high))
    return;

  qusop_points_add (line, low, low);
  qusop_points_add (line, high, high);
  qusop_points_add_to (line, spec, QUSOP_SERIES_LINE, _ ("line of identity"), "identity",
                       QUSOP_INK_NEUTRAL, TRUE);
}
