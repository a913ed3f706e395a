/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-report-content.h"

/* A number and its unit stay on one line. */
static gboolean
joins_unit (const GString *before, const char *after)
{
  static const char *const units[] = { "%", "mg", "kg", "ng/mL", "h" };

  if (before->len == 0 || !g_ascii_isdigit (before->str[before->len - 1]))
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_str_has_prefix (after, units[i]) && !g_ascii_isalpha (after[strlen (units[i])]))
      return TRUE;

  return FALSE;
}

/* Cells of the study file may hold anything; neither HTML nor Pango takes control
 * characters. */
static char *
clean (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString         *good = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
    const gunichar c = g_utf8_get_char (p);

    if (c == ' ' && joins_unit (good, p + 1))
      g_string_append_unichar (good, 0xa0);
    else if (c == '\n' || c == '\t')
      g_string_append_c (good, ' ');
    else if (g_unichar_iscntrl (c) || (c >= 0xfdd0 && c <= 0xfdef) ||
             (c & 0xfffe) == 0xfffe)
      g_string_append_unichar (good, 0xfffd);
    else
      g_string_append_unichar (good, c);
  }

  return g_string_free (good, FALSE);
}

static void
block_free (gpointer data)
{
  QusopBlock *self = data;

  g_free (self->text);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->figure, qusop_plot_spec_unref);
  g_free (self);
}

QusopReport *
qusop_report_new (const char *title, const char *subtitle)
{
  QusopReport *self = g_new0 (QusopReport, 1);

  self->title = clean (title);
  self->subtitle = clean (subtitle);
  self->blocks = g_ptr_array_new_with_free_func (block_free);
  return self;
}

void
qusop_report_free (QusopReport *self)
{
  if (self == NULL)
    return;

  g_free (self->title);
  g_free (self->subtitle);
  g_ptr_array_unref (self->blocks);
  g_free (self);
}

static QusopBlock *
add_block (QusopReport *self, QusopBlockKind kind, const char *text)
{
  QusopBlock *block = g_new0 (QusopBlock, 1);

  block->kind = kind;
  block->text = clean (text);
  g_ptr_array_add (self->blocks, block);
  return block;
}

void
qusop_report_add_text (QusopReport *self, QusopBlockKind kind, const char *text)
{
  add_block (self, kind, text);
}

void
qusop_report_add_format (QusopReport *self, QusopBlockKind kind, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list          arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  add_block (self, kind, text);
}

static void
append_row (QusopBlock *table, const char *const *cells)
{
  char **row = g_new0 (char *, table->n_columns + 1);

  for (guint i = 0; i < table->n_columns; i++)
    row[i] = clean (cells[i]);
  g_ptr_array_add (table->rows, row);
}

/**
 * qusop_report_add_table:
 * @header: %NULL-terminated
 *
 * Begins a table; qusop_report_add_row() adds to the last one.
 */
void
qusop_report_add_table (QusopReport       *self,
                        const char        *caption,
                        guint              n_text_columns,
                        const char *const *header)
{
  g_autofree char *numbered = g_strdup_printf ("Table %u. %s", ++self->n_tables, caption);
  QusopBlock      *table = add_block (self, QUSOP_BLOCK_TABLE, numbered);

  table->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  table->n_columns = g_strv_length ((char **) header);
  table->n_text_columns = n_text_columns;
  append_row (table, header);
}

/**
 * qusop_report_add_row:
 * @cells: as many as the header of the last table has
 */
void
qusop_report_add_row (QusopReport *self, const char *const *cells)
{
  QusopBlock *table = g_ptr_array_index (self->blocks, self->blocks->len - 1);

  g_return_if_fail (table->kind == QUSOP_BLOCK_TABLE);

  append_row (table, cells);
}

void
qusop_report_add_pair (QusopReport *self, const char *name, const char *value)
{
  qusop_report_add_row (self, (const char *const[]){ name, value, NULL });
}

/**
 * qusop_report_add_figure:
 * @lead: (nullable): first words of the caption
 * @figure: (transfer full): its description is the rest of the caption
 */
void
qusop_report_add_figure (QusopReport *self, const char *lead, QusopPlotSpec *figure)
{
  const char      *description = qusop_plot_spec_description (figure);
  g_autofree char *caption =
      g_strdup_printf ("Figure %u. %s%s%s", ++self->n_figures, lead != NULL ? lead : "",
                       lead != NULL ? " " : "", description);
  QusopBlock *block = add_block (self, QUSOP_BLOCK_FIGURE, caption);

  block->figure = figure;
  block->height_px = QUSOP_FIGURE_HEIGHT_PX;
}

/* Of the figure that was added last. */
void
qusop_report_set_figure_height (QusopReport *self, double height_px)
{
  QusopBlock *block = g_ptr_array_index (self->blocks, self->blocks->len - 1);

  g_return_if_fail (block->kind == QUSOP_BLOCK_FIGURE);

  block->height_px = height_px;
}
