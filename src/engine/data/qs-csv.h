/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-rules.h"

/**
 * QsCsv:
 *
 * The cells of a delimited text file as written, one block of text and one of offsets.
 * Every row has as many cells as the header; missing ones are empty, extra ones dropped.
 */
typedef struct _QsCsv QsCsv;

QsCsv *qs_csv_parse (GBytes *bytes, const char *name, QsRun *run, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void qs_csv_free (QsCsv *self);

gsize       qs_csv_n_rows (const QsCsv *self);
guint       qs_csv_n_columns (const QsCsv *self);
const char *qs_csv_name (const QsCsv *self, guint column);
const char *qs_csv_cell (const QsCsv *self, gsize row, guint column);
guint       qs_csv_line (const QsCsv *self, gsize row);
char        qs_csv_delimiter (const QsCsv *self);
void        qs_csv_report (const QsCsv *self, QsFindings *findings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsCsv, qs_csv_free)
