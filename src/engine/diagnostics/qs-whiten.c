/* SPDX-License-Identifier: Apache-2.0 */
#include "diagnostics/qs-whiten.h"

#include <math.h>

#define MAX_SWEEPS 60

static double
off_diagonal (gsize n, const double *a)
{
  double sum = 0.0;

  for (gsize i = 0; i < n; i++)
    for (gsize j = i + 1; j < n; j++)
      sum += a[i * n + j] * a[i * n + j];

  return sum;
}

/* One Jacobi rotation, which makes element (p, q) of @a zero; the columns of @vectors
 * follow. */
static void
rotate (gsize n, double *a, double *vectors, gsize p, gsize q)
{
  const double apq = a[p * n + q];
  const double theta = (a[q * n + q] - a[p * n + p]) / (2.0 * apq);
  const double t = (theta >= 0.0 ? 1.0 : -1.0) / (fabs (theta) + hypot (theta, 1.0));
  const double c = 1.0 / hypot (t, 1.0), s = t * c;

  for (gsize k = 0; k < n; k++) {
    const double akp = a[k * n + p], akq = a[k * n + q];

    a[k * n + p] = c * akp - s * akq;
    a[k * n + q] = s * akp + c * akq;
  }
  for (gsize k = 0; k < n; k++) {
    const double apk = a[p * n + k], aqk = a[q * n + k];

    a[p * n + k] = c * apk - s * aqk;
    a[q * n + k] = s * apk + c * aqk;
  }
  for (gsize k = 0; k < n; k++) {
    const double vkp = vectors[k * n + p], vkq = vectors[k * n + q];

    vectors[k * n + p] = c * vkp - s * vkq;
    vectors[k * n + q] = s * vkp + c * vkq;
  }
}

/* Eigenvalues to the diagonal of @a, eigenvectors to the columns of @vectors: the cyclic
 * Jacobi method (Golub & Van Loan 2013, 8.5). */
static void
diagonalise (gsize n, double *a, double *vectors)
{
  double whole = off_diagonal (n, a);

  for (gsize i = 0; i < n; i++) {
    whole += a[i * n + i] * a[i * n + i];
    for (gsize j = 0; j < n; j++)
      vectors[i * n + j] = i == j ? 1.0 : 0.0;
  }

  for (guint sweep = 0; sweep < MAX_SWEEPS && off_diagonal (n, a) > 1e-26 * whole;
       sweep++)
    for (gsize p = 0; p < n; p++)
      for (gsize q = p + 1; q < n; q++)
        if (a[p * n + q] != 0.0)
          rotate (n, a, vectors, p, q);
}

/**
 * qs_whiten_symmetric:
 * @covariance: (array): n × n, positive definite; destroyed
 * @values: (inout) (array length=n): multiplied by the symmetric inverse square root of
 * @covariance
 *
 * The root that stays closest to the values themselves, so that each result still belongs
 * to its observation.
 *
 * Returns: %FALSE, with @values as they were, where @covariance is not positive definite
 */
gboolean
qs_whiten_symmetric (gsize n, double *covariance, double *values)
{
  g_autofree double *scale = g_new (double, n + 1);
  g_autofree double *vectors = g_new (double, n *n + 1);
  g_autofree double *turned = g_new0 (double, n + 1);

  diagonalise (n, covariance, vectors);
  for (gsize k = 0; k < n; k++) {
    if (!(covariance[k * n + k] > 0.0))
      return FALSE;
    for (gsize i = 0; i < n; i++)
      turned[k] += vectors[i * n + k] * values[i];
    scale[k] = turned[k] / sqrt (covariance[k * n + k]);
  }

  for (gsize i = 0; i < n; i++) {
    values[i] = 0.0;
    for (gsize k = 0; k < n; k++)
      values[i] += vectors[i * n + k] * scale[k];
  }

  return TRUE;
}

/**
 * qs_whiten_factor:
 * @covariance: (inout) (array): n × n; its lower Cholesky factor after
 *
 * Returns: %FALSE where @covariance is not positive definite
 */
gboolean
qs_whiten_factor (gsize n, double *covariance)
{
  for (gsize j = 0; j < n; j++) {
    const double least = 1e-13 * covariance[j * n + j];

    for (gsize i = j; i < n; i++) {
      double sum = covariance[i * n + j];

      for (gsize k = 0; k < j; k++)
        sum -= covariance[i * n + k] * covariance[j * n + k];
      if (i > j)
        covariance[i * n + j] = sum / covariance[j * n + j];
      else if (sum > least)
        covariance[j * n + j] = sqrt (sum);
      else
        return FALSE;
    }
  }

  return TRUE;
}

/**
 * qs_whiten_ordered:
 * @factor: of qs_whiten_factor()
 * @values: (inout) (array length=n): each freed of what the ones before it tell
 */
void
qs_whiten_ordered (gsize n, const double *factor, double *values)
{
  for (gsize i = 0; i < n; i++) {
    for (gsize k = 0; k < i; k++)
      values[i] -= factor[i * n + k] * values[k];
    values[i] /= factor[i * n + i];
  }
}
