/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-whiten.h"

#include "core/qs-eigen.h"

#include <math.h>

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

  qs_eigen_symmetric (n, covariance, vectors);
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
