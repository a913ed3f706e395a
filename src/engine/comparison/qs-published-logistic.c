/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-published-parts.h"

#include <math.h>

#define N QS_PUBLISHED_N_COEFFICIENTS

/* Standardised covariates with a leading one, the label, and the weight that makes both
 * classes count the same. */
typedef struct {
  double x[N];
  double label;
  double weight;
} Row;

/* Solves A x = b for a positive definite A by Cholesky's factorisation, in place. */
static void
solve (double a[N][N], double b[N])
{
  for (guint i = 0; i < N; i++) {
    for (guint j = 0; j <= i; j++) {
      for (guint k = 0; k < j; k++)
        a[i][j] -= a[i][k] * a[j][k];
      a[i][j] = i == j ? sqrt (a[i][i]) : a[i][j] / a[j][j];
    }
    for (guint k = 0; k < i; k++)
      b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (guint i = N; i-- > 0;) {
    for (guint k = i + 1; k < N; k++)
      b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
}

/* The largest change of a coefficient in one step of Newton's method on
 *
 *   Σ w log (1 + exp (−± η)) + ½ |β|²,
 *
 * whose intercept has no penalty: strictly convex, so steps of bounded length get there.
 */
static double
step (const Row *rows, guint n, double beta[N])
{
  double gradient[N] = { 0 }, hessian[N][N] = { { 0 } }, largest = 0.0;

  for (guint i = 0; i < n; i++) {
    double eta = 0.0, p;

    for (guint k = 0; k < N; k++)
      eta += beta[k] * rows[i].x[k];
    p = 1.0 / (1.0 + exp (-eta));
    for (guint k = 0; k < N; k++) {
      gradient[k] += rows[i].weight * (rows[i].label - p) * rows[i].x[k];
      for (guint m = 0; m < N; m++)
        hessian[k][m] += rows[i].weight * p * (1.0 - p) * rows[i].x[k] * rows[i].x[m];
    }
  }
  for (guint k = 1; k < N; k++) {
    gradient[k] -= beta[k];
    hessian[k][k] += 1.0;
  }

  solve (hessian, gradient);
  for (guint k = 0; k < N; k++)
    largest = fmax (largest, fabs (gradient[k]));
  for (guint k = 0; k < N; k++)
    beta[k] += gradient[k] / fmax (1.0, largest);

  return largest;
}

static void
standardise (Row *rows, guint n, guint k, double *mean, double *sd)
{
  double squares = 0.0;

  *mean = 0.0;
  for (guint i = 0; i < n; i++)
    *mean += rows[i].x[k] / n;
  for (guint i = 0; i < n; i++)
    squares += (rows[i].x[k] - *mean) * (rows[i].x[k] - *mean) / n;
  *sd = squares > 0.0 ? sqrt (squares) : 1.0;
  for (guint i = 0; i < n; i++)
    rows[i].x[k] = (rows[i].x[k] - *mean) / *sd;
}

/* Class-balanced logistic regression on standardised body weight, co-medication and dose
 * per body weight, with a ridge of 1: what a standard library does when asked to balance
 * the classes. */
void
qs_published_fit_logistic (QsPublishedView *view, const QsDataset *dataset)
{
  const guint     n = view->n, n_missed = n - view->n_attained;
  g_autofree Row *rows = g_new0 (Row, n);
  double          mean[N] = { 0 }, sd[N] = { 0 };
  double         *beta = view->coefficients;

  for (guint k = 0; k < N; k++)
    beta[k] = 0.0;
  if (view->n_attained == 0 || n_missed == 0) {
    beta[QS_PUBLISHED_INTERCEPT] = n_missed == 0 ? INFINITY : -INFINITY;
    return;
  }

  for (guint i = 0; i < n; i++) {
    const QsPublishedLabel *label = &view->labels[i];
    const QsSubject        *subject = qs_dataset_subject (dataset, label->subject);

    rows[i] = (Row){
      .x = { 1.0, subject->bw_kg, subject->comed, subject->dose_mg / subject->bw_kg },
      .label = label->attained,
      .weight = 0.5 * n / (label->attained ? view->n_attained : n_missed),
    };
  }
  for (guint k = 1; k < N; k++)
    standardise (rows, n, k, &mean[k], &sd[k]);

  for (guint turn = 0; turn < 1000 && step (rows, n, beta) > 1e-12; turn++)
    continue;

  for (guint k = 1; k < N; k++) {
    beta[k] /= sd[k];
    beta[QS_PUBLISHED_INTERCEPT] -= beta[k] * mean[k];
  }
}

/* Success is where the regression finds it more likely than not. */
void
qs_published_logistic_rule (gconstpointer coefficients,
                            double        bw_kg,
                            guint         comed,
                            double        step_mg,
                            gsize         n_doses,
                            guint32      *successes)
{
  const double *beta = coefficients;
  const double  base = beta[QS_PUBLISHED_INTERCEPT] + beta[QS_PUBLISHED_BW] * bw_kg +
                      beta[QS_PUBLISHED_COMED] * comed;
  const double slope = beta[QS_PUBLISHED_DOSE] * step_mg / bw_kg;

  for (gsize i = 0; i < n_doses; i++)
    successes[i] += base + slope * (double) (i + 1) >= 0.0;
}
