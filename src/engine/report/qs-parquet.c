/* SPDX-License-Identifier: Apache-2.0 */
#include "report/qs-parquet.h"

#include <math.h>
#include <string.h>

/* Of the format: physical types, repetition, encodings, converted type. */
enum { TYPE_DOUBLE = 5, TYPE_BYTE_ARRAY = 6 };
enum { REQUIRED, OPTIONAL };
enum { PLAIN = 0, RLE = 3 };
enum { UTF8 = 0 };

/* Of the compact protocol. */
enum { T_I32 = 5, T_I64 = 6, T_BINARY = 8, T_LIST = 9, T_STRUCT = 12 };
enum { END = 0 };

static const char magic[] = { 'P', 'A', 'R', '1' };

typedef struct {
  char  *name;
  guint  type;
  gint64 offset; /* of its page's header in the file */
  gint64 size;   /* of the page with its header */
} Column;

struct QsParquet {
  GByteArray *file;    /* up to the footer */
  GArray     *columns; /* Column */
  gsize       n_rows;
};

/* A structure that is being written: fields are numbered by their distance. */
typedef struct {
  GByteArray *out;
  guint       last;
} Struct;

static void
put_byte (GByteArray *out, guint8 byte)
{
  g_byte_array_append (out, &byte, 1);
}

static void
put_varint (GByteArray *out, guint64 value)
{
  for (; value > 0x7f; value >>= 7)
    put_byte (out, (value & 0x7f) | 0x80);
  put_byte (out, value);
}

/* Small numbers of either sign become small ones. */
static void
put_zigzag (GByteArray *out, gint64 value)
{
  put_varint (out, ((guint64) value << 1) ^ (value < 0 ? G_MAXUINT64 : 0));
}

static void
put_text (GByteArray *out, const char *text)
{
  const gsize size = strlen (text);

  put_varint (out, size);
  g_byte_array_append (out, (const guint8 *) text, size);
}

static void
put_word (GByteArray *out, guint32 value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (out, (const guint8 *) &value, sizeof value);
}

static void
begin_field (Struct *self, guint number, guint type)
{
  put_byte (self->out, (number - self->last) << 4 | type);
  self->last = number;
}

static void
add_i32 (Struct *self, guint number, gint32 value)
{
  begin_field (self, number, T_I32);
  put_zigzag (self->out, value);
}

static void
add_i64 (Struct *self, guint number, gint64 value)
{
  begin_field (self, number, T_I64);
  put_zigzag (self->out, value);
}

static void
add_text (Struct *self, guint number, const char *text)
{
  begin_field (self, number, T_BINARY);
  put_text (self->out, text);
}

static void
begin_list (Struct *self, guint number, guint type, gsize n)
{
  begin_field (self, number, T_LIST);
  if (n < 15) {
    put_byte (self->out, n << 4 | type);
  } else {
    put_byte (self->out, 0xf0 | type);
    put_varint (self->out, n);
  }
}

static void
clear_column (Column *column)
{
  g_free (column->name);
}

QsParquet *
qs_parquet_new (gsize n_rows)
{
  QsParquet *self = g_new0 (QsParquet, 1);

  self->n_rows = n_rows;
  self->file = g_byte_array_new ();
  self->columns = g_array_new (FALSE, FALSE, sizeof (Column));
  g_array_set_clear_func (self->columns, (GDestroyNotify) clear_column);
  g_byte_array_append (self->file, (const guint8 *) magic, sizeof magic);

  return self;
}

void
qs_parquet_free (QsParquet *self)
{
  g_byte_array_unref (self->file);
  g_array_unref (self->columns);
  g_free (self);
}

/* Takes @page: a column is one chunk of one page. */
static void
add_page (QsParquet *self, const char *name, guint type, GByteArray *page)
{
  Column column = { g_strdup (name), type, self->file->len, 0 };
  Struct header = { self->file, 0 }, data = { self->file, 0 };

  add_i32 (&header, 1, 0); /* a data page */
  add_i32 (&header, 2, page->len);
  add_i32 (&header, 3, page->len);
  begin_field (&header, 5, T_STRUCT);
  add_i32 (&data, 1, self->n_rows);
  add_i32 (&data, 2, PLAIN);
  add_i32 (&data, 3, RLE);
  add_i32 (&data, 4, RLE);
  put_byte (self->file, END);
  put_byte (self->file, END);
  g_byte_array_append (self->file, page->data, page->len);
  g_byte_array_unref (page);

  column.size = self->file->len - column.offset;
  g_array_append_val (self->columns, column);
}

void
qs_parquet_add_texts (QsParquet *self, const char *name, const char *const *values)
{
  GByteArray *page = g_byte_array_new ();

  for (gsize i = 0; i < self->n_rows; i++) {
    put_word (page, strlen (values[i]));
    g_byte_array_append (page, (const guint8 *) values[i], strlen (values[i]));
  }
  add_page (self, name, TYPE_BYTE_ARRAY, page);
}

/* Which values are there, as runs of equal bits. */
static void
put_levels (GByteArray *page, gsize n, const double *values)
{
  GByteArray *runs = g_byte_array_new ();

  for (gsize i = 0, end; i < n; i = end) {
    const gboolean is_there = isfinite (values[i]) != 0;

    for (end = i + 1; end < n && (isfinite (values[end]) != 0) == is_there; end++)
      ;
    put_varint (runs, (end - i) << 1);
    put_byte (runs, is_there);
  }
  put_word (page, runs->len);
  g_byte_array_append (page, runs->data, runs->len);
  g_byte_array_unref (runs);
}

void
qs_parquet_add_numbers (QsParquet *self, const char *name, const double *values)
{
  GByteArray *page = g_byte_array_new ();

  put_levels (page, self->n_rows, values);
  for (gsize i = 0; i < self->n_rows; i++) {
    guint64 bits;

    if (!isfinite (values[i]))
      continue;
    memcpy (&bits, &values[i], sizeof bits);
    bits = GUINT64_TO_LE (bits);
    g_byte_array_append (page, (const guint8 *) &bits, sizeof bits);
  }
  add_page (self, name, TYPE_DOUBLE, page);
}

static void
put_schema (GByteArray *out, const GArray *columns)
{
  Struct root = { out, 0 };

  add_text (&root, 4, "table");
  add_i32 (&root, 5, columns->len);
  put_byte (out, END);

  for (guint i = 0; i < columns->len; i++) {
    const Column *column = &g_array_index (columns, Column, i);
    Struct        element = { out, 0 };

    add_i32 (&element, 1, column->type);
    add_i32 (&element, 3, column->type == TYPE_DOUBLE ? OPTIONAL : REQUIRED);
    add_text (&element, 4, column->name);
    if (column->type == TYPE_BYTE_ARRAY)
      add_i32 (&element, 6, UTF8);
    put_byte (out, END);
  }
}

static void
put_chunk (GByteArray *out, const Column *column, gsize n_rows)
{
  Struct chunk = { out, 0 }, meta = { out, 0 };

  add_i64 (&chunk, 2, column->offset);
  begin_field (&chunk, 3, T_STRUCT);
  add_i32 (&meta, 1, column->type);
  begin_list (&meta, 2, T_I32, 2);
  put_zigzag (out, PLAIN);
  put_zigzag (out, RLE);
  begin_list (&meta, 3, T_BINARY, 1);
  put_text (out, column->name);
  add_i32 (&meta, 4, 0); /* uncompressed */
  add_i64 (&meta, 5, n_rows);
  add_i64 (&meta, 6, column->size);
  add_i64 (&meta, 7, column->size);
  add_i64 (&meta, 9, column->offset);
  put_byte (out, END);
  put_byte (out, END);
}

/**
 * qs_parquet_write:
 *
 * Returns: (transfer full): the file; @self is done with and only to be freed
 */
GBytes *
qs_parquet_write (QsParquet *self, const char *created_by)
{
  GByteArray *file = self->file;
  const gsize start = file->len;
  Struct      footer = { file, 0 }, group = { file, 0 };
  gint64      size = 0;

  add_i32 (&footer, 1, 1);
  begin_list (&footer, 2, T_STRUCT, self->columns->len + 1);
  put_schema (file, self->columns);
  add_i64 (&footer, 3, self->n_rows);
  begin_list (&footer, 4, T_STRUCT, 1);
  begin_list (&group, 1, T_STRUCT, self->columns->len);
  for (guint i = 0; i < self->columns->len; i++) {
    const Column *column = &g_array_index (self->columns, Column, i);

    put_chunk (file, column, self->n_rows);
    size += column->size;
  }
  add_i64 (&group, 2, size);
  add_i64 (&group, 3, self->n_rows);
  put_byte (file, END);
  add_text (&footer, 6, created_by);
  put_byte (file, END);

  put_word (file, file->len - start);
  g_byte_array_append (file, (const guint8 *) magic, sizeof magic);
  self->file = g_byte_array_new ();

  return g_byte_array_free_to_bytes (file);
}
