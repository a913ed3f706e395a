/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "plots/qusop-plot.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define QUSOP_FIGURE_WIDTH_PX 720.0
#define QUSOP_FIGURE_HEIGHT_PX 430.0

typedef enum {
  QUSOP_BLOCK_HEADING,
  QUSOP_BLOCK_PARAGRAPH,
  QUSOP_BLOCK_NOTICE, /* a paragraph that must not be overlooked */
  QUSOP_BLOCK_TABLE,
  QUSOP_BLOCK_FIGURE,
} QusopBlockKind;

/**
 * QusopBlock:
 * @text: heading, paragraph, or caption of a table or figure
 * @rows: of string vectors, all of the header's length; the first is the header
 * @n_text_columns: leading columns that are set flush left, the others flush right
 * @figure: the chart
 * @height_px: of the chart, of 720 wide
 *
 * One piece of a document, owned by it. All text is clean UTF-8 without control
 * characters.
 */
typedef struct {
  QusopBlockKind kind;
  char          *text;
  GPtrArray     *rows;
  guint          n_columns;
  guint          n_text_columns;
  QusopPlotSpec *figure;
  double         height_px;
} QusopBlock;

/**
 * QusopReport:
 * @is_draft: every page says so
 * @n_tables: so far, for their numbers
 * @n_figures: likewise
 *
 * What a document says, apart from how it looks: the renderers to HTML and PDF read the
 * same blocks.
 */
typedef struct {
  char      *title;
  char      *subtitle;
  gboolean   is_draft;
  guint      n_tables;
  guint      n_figures;
  GPtrArray *blocks; /* of QusopBlock */
} QusopReport;

QusopReport *qusop_report_new (const char *title, const char *subtitle)
    G_GNUC_WARN_UNUSED_RESULT;
void qusop_report_free (QusopReport *self);

void qusop_report_add_text (QusopReport *self, QusopBlockKind kind, const char *text);
void qusop_report_add_format (QusopReport   *self,
                              QusopBlockKind kind,
                              const char    *format,
                              ...) G_GNUC_PRINTF (3, 4);
void qusop_report_add_table (QusopReport       *self,
                             const char        *caption,
                             guint              n_text_columns,
                             const char *const *header);
void qusop_report_add_row (QusopReport *self, const char *const *cells);
void qusop_report_add_pair (QusopReport *self, const char *name, const char *value);
void qusop_report_add_figure (QusopReport *self, const char *lead, QusopPlotSpec *figure);

void qusop_report_set_figure_height (QusopReport *self, double height_px);

/* The renderers. Same content, same bytes. */
GBytes *qusop_report_to_html (const QusopReport *self) G_GNUC_WARN_UNUSED_RESULT;
GBytes *qusop_report_to_pdf (const QusopReport *self, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* A4, in points. */
#define QUSOP_REPORT_PAGE_WIDTH 595.28
#define QUSOP_REPORT_PAGE_HEIGHT 841.89
GPtrArray *qusop_report_to_pages (const QusopReport *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QusopReport, qusop_report_free)

G_END_DECLS
