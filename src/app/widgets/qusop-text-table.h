/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_TEXT_TABLE (qusop_text_table_get_type ())

/**
 * QusopTextTable:
 *
 * A small table of texts on a card, which scrolls sideways where large text makes it
 * wider than the window.
 */
G_DECLARE_FINAL_TYPE (QusopTextTable, qusop_text_table, QUSOP, TEXT_TABLE, GtkWidget)

/* What a column holds decides how it is set. */
typedef enum {
  QUSOP_CELL_WORDS,
  QUSOP_CELL_LONG_WORDS, /* give way to the numbers beside them */
  QUSOP_CELL_NUMBER,
  QUSOP_CELL_VALUE, /* the number that the row is about */
} QusopCellKind;

void     qusop_text_table_begin (QusopTextTable      *self,
                                 guint                n_columns,
                                 const char *const   *heads,
                                 const QusopCellKind *kinds);
void     qusop_text_table_fill_width (QusopTextTable *self);
void     qusop_text_table_explain (QusopTextTable *self, const char *const *terms);
void     qusop_text_table_add_row (QusopTextTable    *self,
                                   const char *const *cells,
                                   gboolean           emphasised);
void     qusop_text_table_explain_row (QusopTextTable *self, const char *term);
gboolean qusop_text_table_is_empty (QusopTextTable *self);

G_END_DECLS
