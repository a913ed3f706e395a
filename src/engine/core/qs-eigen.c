/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-eigen.h"

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

/**
 * qs_eigen_symmetric:
 * @a: (inout) (array): n × n, symmetric; the eigenvalues come to its diagonal
 * @vectors: (out) (array): n × n; the eigenvectors are its columns
 *
 * The cyclic Jacobi method (Golub & Van Loan 2013, 8.5). The eigenvalues are in no order
 * and good to 1e-13 of the largest.
 */
void
qs_eigen_symmetric (gsize n, double *a, double *vectors)
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
