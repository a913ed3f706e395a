/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "population/qs-table.h"

G_BEGIN_DECLS

/**
 * QsSpan:
 * @from: mg/kg
 * @to: mg/kg
 *
 * Doses at which the bin alone does not tell success from failure; below @from is
 * failure, above @to success. A bin with more than that one change leaves all doses open.
 */
typedef struct {
  float from;
  float to;
} QsSpan;

/**
 * QsInverseRun:
 * @next: index of the next run of the same bin, or -1
 * @after: whether the doses behind the run succeed
 *
 * One stretch of undecided doses of a bin that has several.
 */
typedef struct {
  float from;
  float to;
  gint  next;
  gint8 after;
} QsInverseRun;

/**
 * QsInverse:
 * @limit_low: lower end of bin 1; everything lower is in bin 0
 * @bins_per_unit: bins per unit of score
 * @spans: (array length=n_bins): without and with co-medication, in one block
 * @first: (array length=n_bins): index of the bin's first run, or -1
 * @before: (array length=n_bins): whether the doses before it succeed
 * @runs: (element-type QsInverseRun)
 *
 * The success sets {dose : score <= limit} of a table for every limit, in bins of the
 * limit. The score may rise and fall, so that a set can be of several intervals.
 */
typedef struct {
  double  limit_low;
  double  bins_per_unit;
  guint   n_bins;
  QsSpan *spans[2];
  gint   *first[2];
  guint8 *before[2];
  GArray *runs;
} QsInverse;

QsInverse *qs_inverse_new (const QsTable *table, double bin_width)
    G_GNUC_WARN_UNUSED_RESULT;
void qs_inverse_free (QsInverse *self);

/* The bin of a limit; never outside. */
static inline guint
qs_inverse_bin (const QsInverse *self, double limit)
{
  const double place = (limit - self->limit_low) * self->bins_per_unit;

  return place < 0.0                  ? 0
         : place < self->n_bins - 2.0 ? (guint) place + 1
                                      : self->n_bins - 1;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsInverse, qs_inverse_free)

G_END_DECLS
