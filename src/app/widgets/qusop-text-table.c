/* SPDX-License-Identifier: Apache-2.0 */
#include "widgets/qusop-text-table.h"

#include "widgets/qusop-glossary.h"
#include "widgets/qusop-names.h"

#define MAX_COLUMNS 12

struct _QusopTextTable {
  GtkWidget parent_instance;

  GtkWidget    *outer; /* a scroller, or the grid itself */
  GtkGrid      *grid;
  guint         n_columns;
  guint         n_rows; /* without the head */
  QusopCellKind kinds[MAX_COLUMNS];
  const char   *terms[MAX_COLUMNS]; /* static; NULL for none */
};

G_DEFINE_FINAL_TYPE (QusopTextTable, qusop_text_table, GTK_TYPE_WIDGET)

static GtkWidget *
add_cell (QusopTextTable *self, guint column, guint row, const char *text)
{
  const QusopCellKind kind = self->kinds[column];
  const gboolean is_words = kind == QUSOP_CELL_WORDS || kind == QUSOP_CELL_LONG_WORDS;
  GtkWidget     *label = gtk_label_new (NULL);

  qusop_set_number (GTK_LABEL (label), text);
  gtk_label_set_xalign (GTK_LABEL (label), is_words ? 0.f : 1.f);
  gtk_widget_set_hexpand (label, column == 0 || kind == QUSOP_CELL_LONG_WORDS);
  if (kind == QUSOP_CELL_LONG_WORDS) {
    gtk_label_set_wrap (GTK_LABEL (label), TRUE);
    gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_width_chars (GTK_LABEL (label), 18);
    gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
  }
  if (self->terms[column] != NULL)
    qusop_explain (label, self->terms[column]);
  gtk_grid_attach (self->grid, label, (int) column, (int) row, 1, 1);
  return label;
}

/**
 * qusop_text_table_begin:
 * @n_columns: at most 12; 0 leaves an empty table
 *
 * Empties the table and gives it new columns.
 */
void
qusop_text_table_begin (QusopTextTable      *self,
                        guint                n_columns,
                        const char *const   *heads,
                        const QusopCellKind *kinds)
{
  GtkWidget *child;

  g_return_if_fail (n_columns <= MAX_COLUMNS);

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->grid))) != NULL)
    gtk_grid_remove (self->grid, child);
  self->n_columns = n_columns;
  self->n_rows = 0;

  for (guint i = 0; i < n_columns; i++) {
    GtkWidget *label;

    self->kinds[i] = kinds[i];
    self->terms[i] = NULL;
    label = add_cell (self, i, 0, heads[i]);
    gtk_widget_add_css_class (label, "heading");
    gtk_widget_add_css_class (label, "caption");
  }
}

/**
 * qusop_text_table_fill_width:
 *
 * Lets a table of few columns, whose words wrap, be as high as they then are: a
 * scroller asks for the height of its narrowest width.
 */
void
qusop_text_table_fill_width (QusopTextTable *self)
{
  GtkWidget *grid = g_object_ref (GTK_WIDGET (self->grid));

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->outer), NULL);
  gtk_widget_unparent (self->outer);
  self->outer = grid;
  gtk_widget_set_parent (grid, GTK_WIDGET (self));
  gtk_widget_add_css_class (grid, "pane");
  gtk_widget_add_css_class (grid, "card");
  g_object_unref (grid);
}

/**
 * qusop_text_table_explain:
 * @terms: what the glossary calls each column, static; %NULL for one without
 *
 * Explains the columns, whose rows are still to come.
 */
void
qusop_text_table_explain (QusopTextTable *self, const char *const *terms)
{
  for (guint i = 0; i < self->n_columns; i++) {
    self->terms[i] = terms[i];
    if (terms[i] != NULL)
      qusop_explain (gtk_grid_get_child_at (self->grid, (int) i, 0), terms[i]);
  }
}

/**
 * qusop_text_table_add_row:
 * @cells: as many as there are columns
 * @emphasised: the row that counts among the others
 */
void
qusop_text_table_add_row (QusopTextTable    *self,
                          const char *const *cells,
                          gboolean           emphasised)
{
  self->n_rows++;
  for (guint i = 0; i < self->n_columns; i++) {
    GtkWidget *label = add_cell (self, i, self->n_rows, cells[i]);

    if (emphasised || self->kinds[i] == QUSOP_CELL_VALUE)
      gtk_widget_add_css_class (label, "value");
    else if (self->kinds[i] == QUSOP_CELL_NUMBER)
      gtk_widget_add_css_class (label, "numeric");
  }
}

/* What the row that was added last is about: its name and its value. */
void
qusop_text_table_explain_row (QusopTextTable *self, const char *term)
{
  for (guint i = 0; i < self->n_columns; i++)
    if (i == 0 || self->kinds[i] == QUSOP_CELL_VALUE)
      qusop_explain (gtk_grid_get_child_at (self->grid, (int) i, (int) self->n_rows),
                     term);
}

gboolean
qusop_text_table_is_empty (QusopTextTable *self)
{
  return self->n_rows == 0;
}

static void
qusop_text_table_dispose (GObject *object)
{
  QusopTextTable *self = QUSOP_TEXT_TABLE (object);

  g_clear_pointer (&self->outer, gtk_widget_unparent);
  G_OBJECT_CLASS (qusop_text_table_parent_class)->dispose (object);
}

static void
qusop_text_table_class_init (QusopTextTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_text_table_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
qusop_text_table_init (QusopTextTable *self)
{
  self->grid = GTK_GRID (gtk_grid_new ());
  gtk_grid_set_column_spacing (self->grid, 9);
  gtk_grid_set_row_spacing (self->grid, 4);

  self->outer = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->outer), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->outer),
                                 GTK_WIDGET (self->grid));
  gtk_widget_set_parent (self->outer, GTK_WIDGET (self));
  gtk_widget_add_css_class (self->outer, "pane");
  gtk_widget_add_css_class (self->outer, "card");
}
