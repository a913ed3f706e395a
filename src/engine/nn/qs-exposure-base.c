/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-exposure-base.h"

#include "core/qs-stats.h"

#include <math.h>

/* Steps of the search for C50: a grid over six decades, then bisection of its best part.
 */
#define N_GRID 121
#define N_GOLDEN 60

typedef struct {
  gsize         n;
  const double *concentration; /* [n] */
  const double *comed;
  const double *response; /* log biomarker */
} Rows;

/* Least squares with C50 given. Returns the sum of squares. */
static double
solve (const Rows *rows, double c50_mg_l, QsExposureBase *base)
{
  double a[3][4] = { { 0 } }, squares = 0.0;

  for (gsize i = 0; i < rows->n; i++) {
    const double x[4] = { 1.0, log1p (rows->concentration[i] / c50_mg_l), rows->comed[i],
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
  *base = (QsExposureBase){
    .intercept = a[0][3] / a[0][0],
    .slope = a[1][3] / a[1][1],
    .comed = a[2][3] / a[2][2],
    .c50_mg_l = c50_mg_l,
  };

  for (gsize i = 0; i < rows->n; i++) {
    const double miss =
        rows->response[i] -
        qs_exposure_base_at (base, rows->concentration[i], rows->comed[i]);

    squares += miss * miss;
  }

  return squares;
}

static double
search_c50 (const Rows *rows, double middle)
{
  const double   width = log (1000.0), golden = 0.6180339887498949;
  double         best = 0.0, least = INFINITY, low, high;
  QsExposureBase base;

  for (guint i = 0; i < N_GRID; i++) {
    const double place = width * (2.0 * i / (N_GRID - 1.0) - 1.0);
    const double squares = solve (rows, middle * exp (place), &base);

    if (squares < least) {
      least = squares;
      best = place;
    }
  }

  low = best - 2.0 * width / (N_GRID - 1.0);
  high = best + 2.0 * width / (N_GRID - 1.0);
  for (guint i = 0; i < N_GOLDEN; i++) {
    const double left = high - golden * (high - low), right = low + golden * (high - low);

    if (solve (rows, middle * exp (left), &base) <
        solve (rows, middle * exp (right), &base))
      high = right;
    else
      low = left;
  }

  return middle * exp (0.5 * (low + high));
}

/**
 * qs_exposure_base_learn:
 * @n: at least 1
 *
 * Least squares. C50 is searched over six decades about the median concentration.
 */
void
qs_exposure_base_learn (QsExposureBase *self,
                        gsize           n,
                        const double   *concentration_mg_l,
                        const double   *comed,
                        const double   *log_response)
{
  const Rows         rows = { n, concentration_mg_l, comed, log_response };
  g_autofree double *positive = g_new (double, n + 1);
  gsize              n_positive = 0;

  for (gsize i = 0; i < n; i++)
    if (concentration_mg_l[i] > 0.0)
      positive[n_positive++] = concentration_mg_l[i];
  qs_sort (positive, n_positive);

  solve (&rows,
         search_c50 (&rows, n_positive > 0
                                ? qs_quantile_sorted (positive, n_positive, 0.5)
                                : 1.0),
         self);
}

double
qs_exposure_base_at (const QsExposureBase *self, double concentration_mg_l, double comed)
{
  return self->intercept + self->slope * log1p (concentration_mg_l / self->c50_mg_l) +
         self->comed * comed;
}
