/* SPDX-License-Identifier: Apache-2.0 */
#include "data/qs-csv.h"

#include "core/qs-error.h"
#include "data/qs-textfile.h"

#include <csv.h>
#include <string.h>

#define BLOCK ((gsize) 64 << 10)

/* A row that is not like the header; no cells mean an empty row. */
typedef struct {
  guint line;
  guint n_cells;
} OddRow;

struct _QsCsv {
  char    delimiter;
  guint   n_columns;
  char   *text; /* all cells, each NUL-terminated; the first byte is the empty cell */
  gsize   n_text;
  GArray *offsets; /* guint32 into text, header first, row by row */
  GArray *lines;   /* guint32 per data row */
  GArray *odd;     /* OddRow */
};

/* What libcsv's callbacks know; they can't stop it, so a refusal is remembered. */
typedef struct {
  QsCsv   *csv;
  guint    line;     /* of the file, where reading stands */
  guint    row_line; /* where the row began */
  guint    n_cells;  /* of the row so far */
  gboolean has_text; /* any cell of the row is not empty */
  gboolean after_cr;
  gboolean refused;
  QsRule   rule;
  guint    refused_line;
} Reader;

void
qs_csv_free (QsCsv *self)
{
  if (self == NULL)
    return;

  g_free (self->text);
  g_array_unref (self->offsets);
  g_array_unref (self->lines);
  g_array_unref (self->odd);
  g_free (self);
}

static guint
count_line_ends (const char *text, gsize n)
{
  guint count = 0;

  for (gsize i = 0; i < n; i++)
    count += text[i] == '\n' || (text[i] == '\r' && (i + 1 == n || text[i + 1] != '\n'));

  return count;
}

static void
refuse_later (Reader *reader, QsRule rule)
{
  reader->refused = TRUE;
  reader->rule = rule;
  reader->refused_line = reader->row_line;
}

/* The text block has room for the whole file: a cell needs its bytes and a NUL, and in
 * the file it took its bytes and a separator. */
static guint32
store_text (QsCsv *csv, const char *text, gsize n)
{
  const gsize offset = csv->n_text;

  if (n == 0)
    return 0;

  memcpy (csv->text + offset, text, n);
  csv->text[offset + n] = '\0';
  csv->n_text += n + 1;

  return (guint32) offset;
}

static void
cell_cb (void *text, size_t n, void *data)
{
  Reader     *reader = data;
  QsCsv      *csv = reader->csv;
  const guint n_max = csv->n_columns > 0 ? csv->n_columns : QS_MAX_COLUMNS;
  const guint cell = reader->n_cells++;
  guint32     offset;

  reader->after_cr = FALSE;
  if (cell == 0)
    reader->row_line = reader->line;
  if (text != NULL)
    reader->line += count_line_ends (text, n);

  reader->has_text |= n > 0;
  if (reader->refused || cell >= n_max) {
    if (csv->n_columns == 0 && cell >= n_max)
      refuse_later (reader, QS_RULE_N_COLUMNS);
    return;
  }

  if (csv->offsets->len >= QS_MAX_CELLS) {
    refuse_later (reader, QS_RULE_N_CELLS);
    return;
  }

  offset = store_text (csv, text, n);
  g_array_append_val (csv->offsets, offset);
}

static void
end_header (Reader *reader)
{
  reader->csv->n_columns = reader->n_cells;
}

static void
end_data_row (Reader *reader)
{
  QsCsv       *csv = reader->csv;
  const guint  n_stored = MIN (reader->n_cells, csv->n_columns);
  const OddRow odd = { reader->row_line, reader->has_text ? reader->n_cells : 0 };

  if (!reader->has_text) {
    g_array_set_size (csv->offsets, csv->offsets->len - n_stored);
    g_array_append_val (csv->odd, odd);
    return;
  }

  if (reader->n_cells != csv->n_columns)
    g_array_append_val (csv->odd, odd);

  if (csv->offsets->len + csv->n_columns - n_stored > QS_MAX_CELLS) {
    refuse_later (reader, QS_RULE_N_CELLS);
    return;
  }

  /* The array clears what it grows by, and offset 0 is the empty cell. */
  g_array_set_size (csv->offsets, csv->offsets->len + csv->n_columns - n_stored);
  g_array_append_val (csv->lines, reader->row_line);
}

/* Ends a row, or reports a line end of its own: an empty line, or the LF after a CR. */
static void
row_cb (int end, void *data)
{
  Reader *reader = data;

  if (reader->n_cells > 0 && !reader->refused) {
    if (reader->csv->n_columns > 0)
      end_data_row (reader);
    else
      end_header (reader);
  }

  if (end == '\r' || (end == '\n' && !reader->after_cr))
    reader->line++;

  reader->after_cr = end == '\r';
  reader->n_cells = 0;
  reader->has_text = FALSE;
}

/* The separator is the one that occurs most in the header, outside quotes. */
static char
guess_delimiter (const char *data, gsize size)
{
  static const char candidates[] = { '\t', ';', ',' };
  guint             counts[G_N_ELEMENTS (candidates)] = { 0 };
  guint             best = 0;
  gboolean          quoted = FALSE, started = FALSE;

  for (gsize i = 0; i < size; i++) {
    const char c = data[i];

    if (c == '"')
      quoted = !quoted;
    if (!quoted && started && (c == '\n' || c == '\r'))
      break;

    started |= c != '\n' && c != '\r';
    for (guint k = 0; k < G_N_ELEMENTS (candidates); k++)
      counts[k] += !quoted && c == candidates[k];
  }

  for (guint k = 1; k < G_N_ELEMENTS (candidates); k++)
    if (counts[k] > counts[best])
      best = k;

  return counts[best] > 0 ? candidates[best] : '\0';
}

static void
refuse_at (const Reader *reader,
           QsRule        rule,
           guint         line,
           const char   *name,
           GError      **error)
{
  const QsCsv     *csv = reader->csv;
  g_autofree char *position = g_strdup_printf ("%u", reader->n_cells + 1);
  QsPlace          place = { .row = line, .column = position };

  if (reader->n_cells < csv->n_columns)
    place.column = qs_csv_name (csv, reader->n_cells);

  qs_refuse (error, rule, name, &place);
}

static gboolean
parse_block (struct csv_parser *parser,
             Reader            *reader,
             const char        *block,
             gsize              n,
             const char        *name,
             GError           **error)
{
  if (csv_parse (parser, block, n, cell_cb, row_cb, reader) != n) {
    refuse_at (reader, QS_RULE_QUOTES, reader->line, name, error);
    return FALSE;
  }

  if (!reader->refused && csv_get_buffer_size (parser) > QS_MAX_CELL_BYTES) {
    if (reader->n_cells == 0)
      reader->row_line = reader->line;
    refuse_later (reader, QS_RULE_CELL_LENGTH);
  }

  if (!reader->refused)
    return TRUE;

  qs_refuse (error, reader->rule, name, &(QsPlace){ .row = reader->refused_line });
  return FALSE;
}

static gboolean
parse_all (struct csv_parser *parser,
           Reader            *reader,
           GBytes            *bytes,
           const char        *name,
           QsRun             *run,
           GError           **error)
{
  gsize       size;
  const char *data = g_bytes_get_data (bytes, &size);

  for (gsize at = 0; at < size; at += BLOCK) {
    const QsEvent event = {
      .stage = QS_STAGE_LOAD,
      .fraction = 0.2 + 0.8 * (double) at / (double) size,
    };

    if (!parse_block (parser, reader, data + at, MIN (BLOCK, size - at), name, error))
      return FALSE;
    if (!qs_run_step (run, &event, error))
      return FALSE;
  }

  if (csv_fini (parser, cell_cb, row_cb, reader) != 0) {
    const guint line = reader->n_cells > 0 ? reader->row_line : reader->line;

    refuse_at (reader, QS_RULE_QUOTE_CLOSED, line, name, error);
    return FALSE;
  }

  if (!reader->refused)
    return TRUE;

  qs_refuse (error, reader->rule, name, &(QsPlace){ .row = reader->refused_line });
  return FALSE;
}

/* With EMPTY_IS_NULL and REPALL_NL libcsv tells empty cells and every line end. */
static gboolean
parse_cells (QsCsv *self, GBytes *bytes, const char *name, QsRun *run, GError **error)
{
  Reader            reader = { .csv = self, .line = 1 };
  struct csv_parser parser;
  gboolean          done;

  if (csv_init (&parser,
                CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL | CSV_EMPTY_IS_NULL) != 0)
    g_error ("libcsv cannot be initialised");

  csv_set_delim (&parser, (unsigned char) self->delimiter);
  csv_set_blk_size (&parser, BLOCK);
  done = parse_all (&parser, &reader, bytes, name, run, error);
  csv_free (&parser);

  return done;
}

static gboolean
check_separated (const char *data, gsize size, const char *name, GError **error)
{
  g_autofree char *header = NULL;
  gsize            n = 0;

  while (n < size && data[n] != '\r' && data[n] != '\n')
    n++;

  header = g_strndup (data, n);
  if (strpbrk (g_strstrip (header), " |") == NULL)
    return TRUE;

  qs_refuse (error, QS_RULE_SEPARATED, name, &(QsPlace){ .row = 1, .value = header });
  return FALSE;
}

static QsCsv *
csv_new (char delimiter, gsize size)
{
  QsCsv *self = g_new0 (QsCsv, 1);

  self->delimiter = delimiter;
  self->text = g_malloc (size + 2);
  self->text[0] = '\0';
  self->n_text = 1;
  self->offsets = g_array_new (FALSE, TRUE, sizeof (guint32));
  self->lines = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->odd = g_array_new (FALSE, FALSE, sizeof (OddRow));

  return self;
}

/**
 * qs_csv_parse:
 * @bytes: the file
 * @name: its name, for messages
 * @run: (nullable): where to report and listen for cancel
 * @error: return location for %QS_ERROR_DATA or %QS_ERROR_CANCELLED
 *
 * Splits UTF-8 text into cells: comma, semicolon or tab (whichever the header has most),
 * LF, CRLF or CR, quotes doubled inside quoted cells, byte order mark dropped. The first
 * line that is not empty is the header.
 *
 * Returns: (transfer full) (nullable): the cells
 */
QsCsv *
qs_csv_parse (GBytes *bytes, const char *name, QsRun *run, GError **error)
{
  g_autoptr (GBytes) content = NULL;
  g_autoptr (QsCsv)  self = NULL;
  const char        *data;
  gsize              size;
  char               delimiter;

  if (!qs_textfile_check (bytes, name, error))
    return NULL;

  content = qs_textfile_without_bom (bytes);
  data = g_bytes_get_data (content, &size);
  delimiter = guess_delimiter (data, size);
  if (delimiter == '\0' && !check_separated (data, size, name, error))
    return NULL;

  self = csv_new (delimiter != '\0' ? delimiter : ',', size);
  if (!parse_cells (self, content, name, run, error))
    return NULL;

  if (self->lines->len == 0) {
    const QsRule rule = self->n_columns > 0 ? QS_RULE_HAS_ROWS : QS_RULE_NOT_EMPTY;

    qs_refuse (error, rule, name, &(QsPlace){ 0 });
    return NULL;
  }

  return g_steal_pointer (&self);
}

gsize
qs_csv_n_rows (const QsCsv *self)
{
  return self->lines->len;
}

guint
qs_csv_n_columns (const QsCsv *self)
{
  return self->n_columns;
}

const char *
qs_csv_name (const QsCsv *self, guint column)
{
  return self->text + g_array_index (self->offsets, guint32, column);
}

/* @row counts data rows from 0. */
const char *
qs_csv_cell (const QsCsv *self, gsize row, guint column)
{
  const gsize cell = (row + 1) * self->n_columns + column;

  return self->text + g_array_index (self->offsets, guint32, cell);
}

/* The line of the file on which data row @row begins, the first line being 1. */
guint
qs_csv_line (const QsCsv *self, gsize row)
{
  return g_array_index (self->lines, guint32, row);
}

char
qs_csv_delimiter (const QsCsv *self)
{
  return self->delimiter;
}

/* Adds the rows that are not like the header to @findings. */
void
qs_csv_report (const QsCsv *self, QsFindings *findings)
{
  for (guint i = 0; i < self->odd->len; i++) {
    const OddRow    *odd = &g_array_index (self->odd, OddRow, i);
    g_autofree char *value =
        g_strdup_printf ("%u cells, the header has %u", odd->n_cells, self->n_columns);
    const QsPlace place = {
      .role = QS_COLUMN_IGNORED,
      .row = odd->line,
      .value = odd->n_cells > 0 ? value : NULL,
    };

    if (odd->n_cells == 0)
      qs_findings_add (findings, QS_RULE_ROW_EMPTY, &place);
    else if (odd->n_cells < self->n_columns)
      qs_findings_add (findings, QS_RULE_ROW_SHORT, &place);
    else
      qs_findings_add (findings, QS_RULE_ROW_LONG, &place);
  }
}
