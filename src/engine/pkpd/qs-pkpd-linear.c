/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-linear.h"

#include <math.h>

/**
 * qs_pkpd_solve_spd:
 * @matrix: (inout) (array): n × n, symmetric positive definite; its Cholesky factor after
 * @right: (inout) (array length=n): the right-hand side, then the solution
 *
 * Small systems only: a few parameters.
 *
 * Returns: %FALSE, with @right as it was, where @matrix is not positive definite
 */
gboolean
qs_pkpd_solve_spd (double *matrix, double *right, guint n)
{
  for (guint j = 0; j < n; j++) {
    for (guint i = j; i < n; i++) {
      double sum = matrix[i * n + j];

      for (guint k = 0; k < j; k++)
        sum -= matrix[i * n + k] * matrix[j * n + k];

      if (i > j)
        matrix[i * n + j] = sum / matrix[j * n + j];
      else if (sum > 0.0)
        matrix[j * n + j] = sqrt (sum);
      else
        return FALSE;
    }
  }

  for (guint i = 0; i < n; i++) {
    for (guint k = 0; k < i; k++)
      right[i] -= matrix[i * n + k] * right[k];
    right[i] /= matrix[i * n + i];
  }
  for (guint i = n; i-- > 0;) {
    for (guint k = i + 1; k < n; k++)
      right[i] -= matrix[k * n + i] * right[k];
    right[i] /= matrix[i * n + i];
  }

  return TRUE;
}
