/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "probability/qs-people.h"

G_BEGIN_DECLS

/* Points that are asked at once, at most. */
#define QS_SOURCE_BLOCK 16384

/**
 * QsSource:
 * @people: (nullable): borrowed; %NULL for the rows of a table
 * @sums: of the weights up to each row
 * @success: of each row
 *
 * What is sampled. A plain value.
 */
typedef struct {
  const QsPeople *people;
  const double   *sums;
  const guint8   *success;
  gsize           n_rows;
} QsSource;

guint    qs_source_n_dimensions (const QsSource *self);
gboolean qs_source_successes (const QsSource  *self,
                              const QsSampler *sampler,
                              guint32          replicate,
                              gsize            first,
                              gsize            n,
                              guint8          *success,
                              QsRun           *run,
                              GError         **error);

G_END_DECLS
