/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-report-content.h"

#include <cairo-pdf.h>
#include <math.h>
#include <pango/pangocairo.h>

#define PAGE_WIDTH QUSOP_REPORT_PAGE_WIDTH
#define PAGE_HEIGHT QUSOP_REPORT_PAGE_HEIGHT
#define MARGIN 54.0
#define CONTENT_WIDTH (PAGE_WIDTH - 2.0 * MARGIN)
#define CONTENT_BOTTOM (PAGE_HEIGHT - MARGIN - 18.0)
#define CELL_PAD 3.0
/* A heading stays with at least this much of what follows, and with a whole figure. */
#define KEEP_WITH_HEADING 150.0
#define FIXED_DATE "2000-01-01T00:00:00Z"

#define TEXT_PT 9.5
#define TABLE_PT 7.6
/* Of a table whose numbers would not stay on one line else. */
#define WIDE_TABLE_PT 7.0
#define SMALL_PT 7.5

/**
 * Writer:
 * @surface: that of the document; %NULL where pages are drawn one by one
 * @pages: (nullable): these
 * @table_pt: size of the text of the table that is written
 * @n_pages: 0 while they are counted
 */
typedef struct {
  const QusopReport *report;
  cairo_surface_t   *surface;
  GPtrArray         *pages;
  cairo_t           *cr;
  double             table_pt;
  double             y;
  guint              page;
  guint              n_pages;
} Writer;

static void
set_ink (Writer *self, double grey)
{
  cairo_set_source_rgb (self->cr, grey, grey, grey);
}

static PangoLayout *
make_text (Writer *self, const char *string, double size_pt, gboolean bold, double width)
{
  PangoLayout          *text = pango_cairo_create_layout (self->cr);
  PangoFontDescription *font = pango_font_description_from_string ("Sans");

  pango_font_description_set_absolute_size (font, size_pt * PANGO_SCALE);
  if (bold)
    pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description (text, font);
  pango_font_description_free (font);
  if (width > 0.0) {
    pango_layout_set_width (text, (int) (width * PANGO_SCALE));
    pango_layout_set_wrap (text, PANGO_WRAP_WORD_CHAR);
  }
  pango_layout_set_line_spacing (text, 1.15f);
  pango_layout_set_text (text, string, -1);
  return text;
}

static double
height_of (PangoLayout *text)
{
  int height;

  pango_layout_get_size (text, NULL, &height);
  return height / (double) PANGO_SCALE;
}

static double
width_of (PangoLayout *text)
{
  int width;

  pango_layout_get_size (text, &width, NULL);
  return width / (double) PANGO_SCALE;
}

static void
show_text (Writer *self, PangoLayout *text, double x, double y)
{
  cairo_move_to (self->cr, x, y);
  pango_cairo_show_layout (self->cr, text);
  cairo_new_path (self->cr);
}

static void
rule (Writer *self, double y, double grey, double width)
{
  set_ink (self, grey);
  cairo_set_line_width (self->cr, width);
  cairo_new_path (self->cr);
  cairo_move_to (self->cr, MARGIN, y);
  cairo_line_to (self->cr, PAGE_WIDTH - MARGIN, y);
  cairo_stroke (self->cr);
}

static void
write_footer (Writer *self)
{
  const double     y = PAGE_HEIGHT - MARGIN;
  g_autofree char *number = g_strdup_printf ("Page %u of %u", self->page, self->n_pages);
  g_autoptr (PangoLayout) right = make_text (self, number, SMALL_PT, FALSE, 0.0);
  g_autoptr (PangoLayout) left =
      make_text (self, "QuSOP: for research and education, not for treating patients",
                 SMALL_PT, FALSE, 0.0);

  rule (self, y - 6.0, 0.8, 0.5);
  set_ink (self, 0.35);
  show_text (self, left, MARGIN, y);
  show_text (self, right, PAGE_WIDTH - MARGIN - width_of (right), y);
}

/* Behind everything else. */
static void
write_draft (Writer *self)
{
  g_autoptr (PangoLayout) text = make_text (self, "DRAFT", 150.0, TRUE, 0.0);

  cairo_save (self->cr);
  cairo_translate (self->cr, PAGE_WIDTH / 2.0, PAGE_HEIGHT / 2.0);
  cairo_rotate (self->cr, -atan2 (PAGE_HEIGHT, PAGE_WIDTH));
  set_ink (self, 0.94);
  show_text (self, text, -width_of (text) / 2.0, -height_of (text) / 2.0);
  cairo_restore (self->cr);
}

static void
begin_page (Writer *self)
{
  static const cairo_rectangle_t extents = { 0.0, 0.0, PAGE_WIDTH, PAGE_HEIGHT };

  if (self->pages != NULL) {
    cairo_surface_t *page =
        cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, &extents);

    g_ptr_array_add (self->pages, page);
    g_clear_pointer (&self->cr, cairo_destroy);
    self->cr = cairo_create (page);
  }
  self->page++;
  self->y = MARGIN;
  if (self->report->is_draft)
    write_draft (self);
}

static void
end_page (Writer *self)
{
  write_footer (self);
  if (self->pages == NULL)
    cairo_show_page (self->cr);
}

static void
need (Writer *self, double height)
{
  if (self->y + height > CONTENT_BOTTOM && self->y > MARGIN) {
    end_page (self);
    begin_page (self);
  }
}

static void
write_title (Writer *self)
{
  g_autoptr (PangoLayout) title =
      make_text (self, self->report->title, 22.0, TRUE, CONTENT_WIDTH);
  g_autoptr (PangoLayout) subtitle =
      make_text (self, self->report->subtitle, TEXT_PT, FALSE, CONTENT_WIDTH);

  set_ink (self, 0.1);
  show_text (self, title, MARGIN, self->y);
  self->y += height_of (title) + 2.0;
  set_ink (self, 0.35);
  show_text (self, subtitle, MARGIN, self->y);
  self->y += height_of (subtitle) + 12.0;
}

static void
write_heading (Writer *self, const char *string, const QusopBlock *next)
{
  const double            scale = CONTENT_WIDTH / QUSOP_FIGURE_WIDTH_PX;
  const double            keep = next != NULL && next->kind == QUSOP_BLOCK_FIGURE
                                     ? 80.0 + scale * next->height_px
                                     : KEEP_WITH_HEADING;
  g_autoptr (PangoLayout) text = make_text (self, string, 13.5, TRUE, CONTENT_WIDTH);
  g_autofree char        *target = NULL;

  need (self, keep);
  self->y += self->y > MARGIN ? 12.0 : 0.0;
  if (self->surface != NULL) {
    target =
        g_strdup_printf ("page=%u pos=[%d %d]", self->page, (int) MARGIN, (int) self->y);
    cairo_pdf_surface_add_outline (self->surface, CAIRO_PDF_OUTLINE_ROOT, string, target,
                                   0);
  }
  set_ink (self, 0.1);
  show_text (self, text, MARGIN, self->y);
  self->y += height_of (text) + 3.0;
  rule (self, self->y, 0.75, 0.6);
  self->y += 7.0;
}

/* Paragraphs are cut between lines where a page ends. */
static void
write_paragraph (Writer *self, const char *string)
{
  g_autoptr (PangoLayout) text = make_text (self, string, TEXT_PT, FALSE, CONTENT_WIDTH);
  const int               n_lines = pango_layout_get_line_count (text);

  for (int i = 0; i < n_lines; i++) {
    PangoLayoutLine *line = pango_layout_get_line_readonly (text, i);
    const double     height = 1.35 * TEXT_PT;

    need (self, height);
    set_ink (self, 0.1);
    cairo_move_to (self->cr, MARGIN, self->y + TEXT_PT);
    pango_cairo_show_layout_line (self->cr, line);
    cairo_new_path (self->cr);
    self->y += height;
  }
  self->y += 5.0;
}

static void
write_notice (Writer *self, const char *string)
{
  const double            inset = 10.0;
  g_autoptr (PangoLayout) text =
      make_text (self, string, TEXT_PT, FALSE, CONTENT_WIDTH - 2.0 * inset);
  const double height = height_of (text) + 1.4 * inset;

  need (self, height);
  cairo_new_path (self->cr);
  cairo_rectangle (self->cr, MARGIN, self->y, CONTENT_WIDTH, height);
  cairo_set_source_rgb (self->cr, 0.992, 0.953, 0.894);
  cairo_fill (self->cr);
  cairo_rectangle (self->cr, MARGIN, self->y, 3.0, height);
  cairo_set_source_rgb (self->cr, 0.659, 0.322, 0.0);
  cairo_fill (self->cr);
  set_ink (self, 0.1);
  show_text (self, text, MARGIN + inset, self->y + 0.7 * inset);
  self->y += height + 8.0;
}

/* Width a cell takes on one line, or its longest word alone. */
static double
cell_width (Writer *self, const char *string, gboolean bold, gboolean word)
{
  g_autoptr (PangoLayout) text = make_text (self, string, self->table_pt, bold, 0.0);

  if (word) {
    pango_layout_set_width (text, 0);
    pango_layout_set_wrap (text, PANGO_WRAP_WORD);
  }
  /* Half a point, for what is rounded. */
  return width_of (text) + 2.0 * CELL_PAD + 0.5;
}

/* What no cell needs goes to all columns, or to the last where that is text. */
static void
share_rest (const QusopBlock *table, double *widths)
{
  const gboolean to_last = table->n_text_columns == table->n_columns;
  double         rest = CONTENT_WIDTH;

  for (guint c = 0; c < table->n_columns; c++)
    rest -= widths[c];
  for (guint c = 0; c < table->n_columns; c++)
    if (!to_last)
      widths[c] += rest / table->n_columns;
    else if (c + 1 == table->n_columns)
      widths[c] += rest;
}

/* The least widths: of the longest word, up to a third of the page, and where @whole of
 * numbers and intervals as a whole. Returns: their sum */
static double
least_widths (Writer           *self,
              const QusopBlock *table,
              gboolean          whole,
              double           *natural,
              double           *widths)
{
  double used = 0.0;

  for (guint c = 0; c < table->n_columns; c++) {
    natural[c] = widths[c] = 0.0;
    for (guint r = 0; r < table->rows->len; r++) {
      char **row = g_ptr_array_index (table->rows, r);

      if (r > 0)
        natural[c] = fmax (natural[c], cell_width (self, row[c], FALSE, FALSE));
      widths[c] = fmax (widths[c], cell_width (self, row[c], r == 0, TRUE));
    }
    widths[c] = fmin (widths[c], CONTENT_WIDTH / 3.0);
    if (whole && c >= table->n_text_columns)
      widths[c] = fmax (widths[c], natural[c]);
    used += widths[c];
  }

  return used;
}

/* Numbers are not broken where the page has room for them; what is left goes by how much
 * more each column could use. The header may break: it is one row. */
static void
fit_columns (Writer *self, const QusopBlock *table, double *widths)
{
  g_autofree double *natural = g_new0 (double, table->n_columns);
  double             used, wanted = 0.0;

  self->table_pt = TABLE_PT;
  used = least_widths (self, table, TRUE, natural, widths);
  if (used > CONTENT_WIDTH) {
    self->table_pt = WIDE_TABLE_PT;
    used = least_widths (self, table, TRUE, natural, widths);
  }
  if (used > CONTENT_WIDTH) {
    self->table_pt = TABLE_PT;
    used = least_widths (self, table, FALSE, natural, widths);
  }
  for (guint c = 0; c < table->n_columns; c++)
    wanted += fmax (natural[c] - widths[c], 0.0);

  for (guint c = 0; c < table->n_columns; c++) {
    if (used >= CONTENT_WIDTH)
      widths[c] *= CONTENT_WIDTH / used;
    else if (wanted > CONTENT_WIDTH - used)
      widths[c] += (CONTENT_WIDTH - used) * fmax (natural[c] - widths[c], 0.0) / wanted;
    else
      widths[c] = fmax (natural[c], widths[c]);
  }
  share_rest (table, widths);
}

static PangoLayout *
make_cell (Writer           *self,
           const QusopBlock *table,
           const char       *string,
           gboolean          bold,
           guint             column,
           double            width)
{
  PangoLayout *text =
      make_text (self, string, self->table_pt, bold, width - 2.0 * CELL_PAD);

  if (column >= table->n_text_columns)
    pango_layout_set_alignment (text, PANGO_ALIGN_RIGHT);
  return text;
}

static double
row_height (Writer *self, const QusopBlock *table, guint r, const double *widths)
{
  char **row = g_ptr_array_index (table->rows, r);
  double height = 0.0;

  for (guint c = 0; c < table->n_columns; c++) {
    g_autoptr (PangoLayout) text = make_cell (self, table, row[c], r == 0, c, widths[c]);

    height = fmax (height, height_of (text));
  }

  return height + 1.4 * CELL_PAD;
}

static void
write_row (Writer *self, const QusopBlock *table, guint r, const double *widths)
{
  const double height = row_height (self, table, r, widths);
  char       **row = g_ptr_array_index (table->rows, r);
  double       x = MARGIN;

  if (r == 0) {
    set_ink (self, 0.955);
    cairo_rectangle (self->cr, MARGIN, self->y, CONTENT_WIDTH, height);
    cairo_fill (self->cr);
  }
  for (guint c = 0; c < table->n_columns; c++) {
    g_autoptr (PangoLayout) text = make_cell (self, table, row[c], r == 0, c, widths[c]);

    set_ink (self, 0.1);
    show_text (self, text, x + CELL_PAD, self->y + 0.7 * CELL_PAD);
    x += widths[c];
  }
  self->y += height;
  rule (self, self->y, 0.82, 0.4);
}

static void
write_table (Writer *self, const QusopBlock *table)
{
  g_autofree double      *widths = g_new (double, table->n_columns);
  g_autoptr (PangoLayout) caption =
      make_text (self, table->text, 8.6, TRUE, CONTENT_WIDTH);

  fit_columns (self, table, widths);
  need (self, height_of (caption) + 60.0);
  set_ink (self, 0.1);
  show_text (self, caption, MARGIN, self->y);
  self->y += height_of (caption) + 4.0;
  write_row (self, table, 0, widths);
  for (guint r = 1; r < table->rows->len; r++) {
    const guint page = self->page;

    need (self, row_height (self, table, r, widths));
    if (self->page != page)
      write_row (self, table, 0, widths);
    write_row (self, table, r, widths);
  }
  self->y += 12.0;
}

static void
write_figure (Writer *self, const QusopBlock *block)
{
  const double            scale = CONTENT_WIDTH / QUSOP_FIGURE_WIDTH_PX;
  const double            height = scale * block->height_px;
  g_autoptr (PangoLayout) caption =
      make_text (self, block->text, 8.2, FALSE, CONTENT_WIDTH);

  need (self, height + height_of (caption) + 4.0);
  cairo_save (self->cr);
  cairo_translate (self->cr, MARGIN, self->y);
  cairo_scale (self->cr, scale, scale);
  qusop_plot_draw (self->cr, block->figure, QUSOP_FIGURE_WIDTH_PX, block->height_px,
                   QUSOP_PLOT_PRINT, 1.0);
  cairo_restore (self->cr);
  self->y += height + 3.0;
  set_ink (self, 0.3);
  show_text (self, caption, MARGIN, self->y);
  self->y += height_of (caption) + 14.0;
}

static void
write_block (Writer *self, const QusopBlock *block, const QusopBlock *next)
{
  switch (block->kind) {
  case QUSOP_BLOCK_HEADING:
    write_heading (self, block->text, next);
    break;
  case QUSOP_BLOCK_PARAGRAPH:
    write_paragraph (self, block->text);
    break;
  case QUSOP_BLOCK_NOTICE:
    write_notice (self, block->text);
    break;
  case QUSOP_BLOCK_TABLE:
    write_table (self, block);
    break;
  case QUSOP_BLOCK_FIGURE:
    write_figure (self, block);
    break;
  }
}

static cairo_status_t
append_cb (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static void
write_blocks (Writer *self)
{
  const GPtrArray *blocks = self->report->blocks;

  begin_page (self);
  write_title (self);
  for (guint i = 0; i < blocks->len; i++)
    write_block (self, g_ptr_array_index (blocks, i),
                 i + 1 < blocks->len ? g_ptr_array_index (blocks, i + 1) : NULL);
  end_page (self);
}

/* Writes the document and returns its number of pages. */
static guint
write_pages (const QusopReport *report,
             guint              n_pages,
             GByteArray        *bytes,
             cairo_status_t    *status)
{
  cairo_surface_t *surface =
      cairo_pdf_surface_create_for_stream (append_cb, bytes, PAGE_WIDTH, PAGE_HEIGHT);
  Writer writer = {
    .report = report, .surface = surface, .cr = cairo_create (surface), .n_pages = n_pages
  };

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, report->title);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "QuSOP");
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATE_DATE, FIXED_DATE);
  write_blocks (&writer);

  *status = cairo_status (writer.cr);
  cairo_destroy (writer.cr);
  cairo_surface_finish (surface);
  if (*status == CAIRO_STATUS_SUCCESS)
    *status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  return writer.page;
}

/**
 * qusop_report_to_pdf:
 *
 * Returns: (transfer full): the document on A4 pages, with bookmarks
 */
GBytes *
qusop_report_to_pdf (const QusopReport *self, GError **error)
{
  g_autoptr (GByteArray) draft = g_byte_array_new ();
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cairo_status_t         status;
  /* The footer names the number of pages, which the first round finds out. */
  const guint n_pages = write_pages (self, 0, draft, &status);

  if (status == CAIRO_STATUS_SUCCESS)
    write_pages (self, n_pages, bytes, &status);
  if (status != CAIRO_STATUS_SUCCESS) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The report cannot be drawn: %s",
                 cairo_status_to_string (status));
    return NULL;
  }

  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static guint
draw_pages (const QusopReport *report, guint n_pages, GPtrArray *pages)
{
  Writer writer = { .report = report, .pages = pages, .n_pages = n_pages };

  write_blocks (&writer);
  cairo_destroy (writer.cr);
  return writer.page;
}

/**
 * qusop_report_to_pages:
 *
 * Returns: (transfer full) (element-type cairo_surface_t): the same pages one by one, as
 *   recordings to be painted at any scale
 */
GPtrArray *
qusop_report_to_pages (const QusopReport *self)
{
  const GDestroyNotify  destroy = (GDestroyNotify) cairo_surface_destroy;
  g_autoptr (GPtrArray) counted = g_ptr_array_new_with_free_func (destroy);
  GPtrArray            *pages = g_ptr_array_new_with_free_func (destroy);

  draw_pages (self, draw_pages (self, 0, counted), pages);
  return pages;
}
