/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-csv.h"

/**
 * QsSchema:
 * @roles: role of each column of the file
 * @column_of: column of each single role, or -1
 * @is_certain: no role had to be guessed from a vague or ambiguous name
 *
 * Which column means what.
 */
typedef struct {
  QsColumnRole *roles;
  guint         n_columns;
  int           column_of[QS_COLUMN_COVARIATE];
  gboolean      is_certain;
} QsSchema;

QsSchema *qs_schema_new (const QsCsv *csv,
                         const char  *name,
                         const char  *mapping,
                         QsFindings  *findings,
                         GError     **error) G_GNUC_WARN_UNUSED_RESULT;
void      qs_schema_free (QsSchema *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsSchema, qs_schema_free)
