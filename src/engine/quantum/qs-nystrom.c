/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-nystrom.h"

#include "core/qs-eigen.h"
#include "core/qs-error.h"

#include <math.h>

struct _QsNystrom {
  QsNystromReport report;
  double *weight; /* [feature][landmark]: eigenvector over the root of its value */
};

static void
keep (QsNystrom *self, const double *a, const double *v, double cutoff)
{
  QsNystromReport *report = &self->report;
  const guint      n = report->n_landmarks;

  report->largest = report->most_negative = a[0];
  for (guint i = 1; i < n; i++) {
    report->largest = MAX (report->largest, a[i * n + i]);
    report->most_negative = MIN (report->most_negative, a[i * n + i]);
  }

  report->smallest = report->largest;
  for (guint i = 0; i < n; i++) {
    const double value = a[i * n + i];
    double      *weight = self->weight + (gsize) report->n_features * n;

    if (!(value > cutoff * report->largest))
      continue;

    for (guint k = 0; k < n; k++)
      weight[k] = v[k * n + i] / sqrt (value);
    report->smallest = MIN (report->smallest, value);
    report->n_features++;
  }
  report->condition = report->largest / report->smallest;
}

/**
 * qs_nystrom_new:
 * @n_landmarks: at least 1
 * @gram: (array): their symmetric kernel matrix
 * @cutoff: eigenvalues up to this share of the largest are dropped; 1e-12 is usual
 * @error: return location for %QS_ERROR_NUMERIC
 *
 * Returns: (transfer full): %NULL if @gram is not finite or has no positive eigenvalue
 */
QsNystrom *
qs_nystrom_new (guint n_landmarks, const double *gram, double cutoff, GError **error)
{
  const gsize           size = (gsize) n_landmarks * n_landmarks;
  g_autofree double    *a = NULL;
  g_autofree double    *v = NULL;
  g_autoptr (QsNystrom) self = NULL;

  g_return_val_if_fail (n_landmarks > 0 && cutoff >= 0.0, NULL);

  for (gsize i = 0; i < size; i++)
    if (!isfinite (gram[i])) {
      g_set_error (error, QS_ERROR, QS_ERROR_NUMERIC,
                   "Entry %" G_GSIZE_FORMAT " of the kernel matrix is %g", i, gram[i]);
      return NULL;
    }

  a = g_memdup2 (gram, size * sizeof *a);
  v = g_new (double, size);
  qs_eigen_symmetric (n_landmarks, a, v);

  self = g_new0 (QsNystrom, 1);
  self->report.n_landmarks = n_landmarks;
  self->weight = g_new (double, size);
  keep (self, a, v, cutoff);

  if (self->report.n_features == 0) {
    g_set_error (error, QS_ERROR, QS_ERROR_NUMERIC,
                 "The kernel matrix has no positive eigenvalue; the largest is %g",
                 self->report.largest);
    return NULL;
  }

  return g_steal_pointer (&self);
}

void
qs_nystrom_free (QsNystrom *self)
{
  if (self == NULL)
    return;

  g_free (self->weight);
  g_free (self);
}

const QsNystromReport *
qs_nystrom_report (const QsNystrom *self)
{
  return &self->report;
}

/**
 * qs_nystrom_features:
 * @kernel: (array): of the point with each landmark
 * @feature: (out) (array): as many as the report tells
 */
void
qs_nystrom_features (const QsNystrom *self, const double *kernel, double *feature)
{
  const guint n = self->report.n_landmarks;

  for (guint i = 0; i < self->report.n_features; i++) {
    double sum = 0.0;

    for (guint k = 0; k < n; k++)
      sum += self->weight[(gsize) i * n + k] * kernel[k];
    feature[i] = sum;
  }
}
