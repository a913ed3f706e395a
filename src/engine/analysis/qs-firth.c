/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-firth.h"

#include <math.h>
#include <string.h>

typedef double Matrix[QS_FIRTH_MAX][QS_FIRTH_MAX];

/* Lower Cholesky factor; FALSE where the matrix is not safely positive. A covariate that
 * never varies in the sample makes it so. */
static gboolean
factorise (const Matrix a, guint n, Matrix l)
{
  for (guint i = 0; i < n; i++) {
    for (guint j = 0; j <= i; j++) {
      double sum = a[i][j];

      for (guint k = 0; k < j; k++)
        sum -= l[i][k] * l[j][k];
      if (i == j && !(sum > 1e-13 * a[i][i]))
        return FALSE;
      l[i][j] = i == j ? sqrt (sum) : sum / l[j][j];
    }
  }

  return TRUE;
}

/* Solves L y = b in place. */
static void
forward (const Matrix l, guint n, double *b)
{
  for (guint i = 0; i < n; i++) {
    for (guint k = 0; k < i; k++)
      b[i] -= l[i][k] * b[k];
    b[i] /= l[i][i];
  }
}

static void
backward (const Matrix l, guint n, double *b)
{
  for (guint i = n; i-- > 0;) {
    for (guint k = i + 1; k < n; k++)
      b[i] -= l[k][i] * b[k];
    b[i] /= l[i][i];
  }
}

static double
linear (const QsFirthRow *row, guint n, const double *coefficients)
{
  double eta = 0.0;

  for (guint j = 0; j < n; j++)
    eta += row->x[j] * coefficients[j];

  return eta;
}

/* log (1 + exp (eta)) without overflow. */
static double
softplus (double eta)
{
  return MAX (eta, 0.0) + log1p (exp (-fabs (eta)));
}

/* Penalised log likelihood, l + ½ log |I|; −infinity where the information is singular.
 * Leaves the factor of the information in @l. */
static double
penalised (const QsFirthRow *rows,
           gsize             n_rows,
           guint             n,
           const double     *coefficients,
           Matrix            l)
{
  Matrix information = { { 0.0 } };
  double value = 0.0;

  for (gsize i = 0; i < n_rows; i++) {
    const double eta = linear (&rows[i], n, coefficients);
    const double p = 1.0 / (1.0 + exp (-eta));

    value += rows[i].times * ((rows[i].success ? eta : 0.0) - softplus (eta));
    for (guint j = 0; j < n; j++)
      for (guint k = 0; k <= j; k++)
        information[j][k] += rows[i].times * p * (1.0 - p) * rows[i].x[j] * rows[i].x[k];
  }

  if (!factorise (information, n, l))
    return -INFINITY;
  for (guint j = 0; j < n; j++)
    value += log (l[j][j]);

  return value;
}

/* Newton's step I⁻¹ U*, U* being Firth's score. */
static void
newton_step (const QsFirthRow *rows,
             gsize             n_rows,
             guint             n,
             const double     *coefficients,
             const Matrix      l,
             double           *step)
{
  memset (step, 0, n * sizeof *step);

  for (gsize i = 0; i < n_rows; i++) {
    const double p = 1.0 / (1.0 + exp (-linear (&rows[i], n, coefficients)));
    double       leverage = 0.0, root[QS_FIRTH_MAX], residual;

    memcpy (root, rows[i].x, n * sizeof *root);
    forward (l, n, root);
    for (guint j = 0; j < n; j++)
      leverage += root[j] * root[j];
    leverage *= p * (1.0 - p);

    residual = (rows[i].success ? 1.0 : 0.0) - p + leverage * (0.5 - p);
    for (guint j = 0; j < n; j++)
      step[j] += rows[i].times * residual * rows[i].x[j];
  }

  forward (l, n, step);
  backward (l, n, step);
}

/**
 * qs_firth_fit:
 * @rows: the sample
 * @n_rows: its size
 * @n_coefficients: how many entries of each @x are used, 1 to %QS_FIRTH_MAX
 * @coefficients: (out): the estimate; 0 for those beyond @n_coefficients
 *
 * Logistic regression with the bias reduction of Firth (1993), which maximises
 * l + ½ log |I|. Unlike maximum likelihood its estimate is finite where a covariate
 * separates the labels completely (Heinze & Schemper 2002), and unlike a ridge it needs
 * no tuning and does not depend on the scale of the covariates.
 *
 * Returns: the penalised log likelihood; −infinity where the covariates of the sample are
 * linearly dependent
 */
double
qs_firth_fit (const QsFirthRow *rows,
              gsize             n_rows,
              guint             n_coefficients,
              double            coefficients[QS_FIRTH_MAX])
{
  const guint n = n_coefficients;
  Matrix      l = { { 0.0 } };
  double      value;

  memset (coefficients, 0, QS_FIRTH_MAX * sizeof *coefficients);
  value = penalised (rows, n_rows, n, coefficients, l);

  for (guint turn = 0; turn < 200 && isfinite (value); turn++) {
    double   step[QS_FIRTH_MAX], trial[QS_FIRTH_MAX] = { 0.0 }, largest = 0.0, next;
    Matrix   l_next = { { 0.0 } };
    gboolean better = FALSE;

    newton_step (rows, n_rows, n, coefficients, l, step);

    /* Halve the step until the likelihood rises; once its changes drown in rounding, the
     * step alone knows better. */
    for (guint half = 0; half < 40 && !better; half++) {
      largest = 0.0;
      for (guint j = 0; j < n; j++) {
        trial[j] = coefficients[j] + ldexp (step[j], -(int) half);
        largest = MAX (largest, fabs (trial[j] - coefficients[j]));
      }
      next = penalised (rows, n_rows, n, trial, l_next);
      better = next > value || (largest < 1e-6 && isfinite (next));
    }

    if (!better)
      break;

    memcpy (coefficients, trial, sizeof trial);
    memcpy (l, l_next, sizeof l);
    value = next;
    if (largest < 1e-10)
      break;
  }

  return value;
}
