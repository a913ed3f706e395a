/* SPDX-License-Identifier: Apache-2.0 */
#include "probability/qs-source.h"

guint
qs_source_n_dimensions (const QsSource *self)
{
  return self->people != NULL ? qs_people_n_dimensions (self->people) : 1;
}

static gboolean
row_of (const QsSource *self, double u)
{
  gsize low = 0, high = self->n_rows - 1;

  while (low < high) {
    const gsize middle = (low + high) / 2;

    if (self->sums[middle] > u)
      high = middle;
    else
      low = middle + 1;
  }

  return self->success[low];
}

/**
 * qs_source_successes:
 * @first: index of the first point within the replicate
 * @n: at most %QS_SOURCE_BLOCK
 * @success: (out) (array length=n): of each point
 * @error: as qs_people_margins()
 */
gboolean
qs_source_successes (const QsSource  *self,
                     const QsSampler *sampler,
                     guint32          replicate,
                     gsize            first,
                     gsize            n,
                     guint8          *success,
                     QsRun           *run,
                     GError         **error)
{
  double values[QS_SOURCE_BLOCK];

  g_return_val_if_fail (n <= QS_SOURCE_BLOCK, FALSE);

  if (self->people != NULL) {
    if (!qs_people_margins (self->people, sampler, replicate, first, n, values, run,
                            error))
      return FALSE;
    for (gsize i = 0; i < n; i++)
      success[i] = values[i] >= 0.0;
    return TRUE;
  }

  qs_sampler_fill (sampler, replicate, first, n, 0, values);
  for (gsize i = 0; i < n; i++)
    success[i] = row_of (self, values[i]);
  return qs_run_step (run, NULL, error);
}
