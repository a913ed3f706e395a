/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A writer of Parquet tables (format version 1, plain, uncompressed, one row group).
 * Field numbers from parquet.thrift of Apache Parquet 2.10, the bytes of its footer by
 * the compact protocol of Apache Thrift. */
typedef struct QsParquet QsParquet;

QsParquet *qs_parquet_new (gsize n_rows);
void       qs_parquet_free (QsParquet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsParquet, qs_parquet_free)

/* Columns in the order they are added, @n_rows values each. A number that is not finite
 * is null. */
void qs_parquet_add_texts (QsParquet *self, const char *name, const char *const *values);
void qs_parquet_add_numbers (QsParquet *self, const char *name, const double *values);

GBytes *qs_parquet_write (QsParquet *self, const char *created_by)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
