/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-schema.h"

typedef enum {
  QS_LIMIT_NONE,
  QS_LIMIT_TEXT,  /* "BLQ": below a limit given elsewhere */
  QS_LIMIT_VALUE, /* "<0.1": the value is the limit */
} QsLimit;

/**
 * QsColumns:
 * @values: numbers of each role, NaN where missing; %NULL where the file has no such
 * column
 * @limit: what DV said about a limit, per row
 * @subject: per row, which subject, counted by first appearance
 * @ids: (element-type utf8): borrowed from @csv
 * @decimal_mark: of the file
 * @is_mixed: the file uses both marks, so that neither can be trusted
 *
 * The cells as numbers, one block per role.
 */
typedef struct {
  const QsCsv    *csv;    /* borrowed */
  const QsSchema *schema; /* borrowed */
  double         *values[QS_COLUMN_COVARIATE];
  guint8         *limit;
  guint          *subject;
  GPtrArray      *ids;
  char            decimal_mark;
  gboolean        is_mixed;
} QsColumns;

QsColumns *qs_columns_new (const QsCsv    *csv,
                           const QsSchema *schema,
                           QsFindings     *findings,
                           QsRun          *run,
                           GError        **error) G_GNUC_WARN_UNUSED_RESULT;
void       qs_columns_free (QsColumns *self);
double     qs_columns_value (const QsColumns *self, QsColumnRole role, gsize row);
QsPlace    qs_columns_place (const QsColumns *self, QsColumnRole role, gsize row);
gboolean   qs_columns_is_intravenous (const QsColumns *self, gsize row);
int        qs_columns_evid (const QsColumns *self, gsize row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsColumns, qs_columns_free)
