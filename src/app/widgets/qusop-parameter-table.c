/* SPDX-License-Identifier: Apache-2.0 */
#include "widgets/qusop-parameter-table.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

enum {
  COLUMN_NAME,
  COLUMN_ESTIMATE,
  COLUMN_SE,
  COLUMN_RSE,
  COLUMN_INTERVAL,
  COLUMN_SHRINKAGE,
  N_COLUMNS,
};

struct _QusopParameterTable {
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkGrid   *grid;
  guint      n_rows;
};

G_DEFINE_FINAL_TYPE (QusopParameterTable, qusop_parameter_table, GTK_TYPE_WIDGET)

static void
add_cell (QusopParameterTable *self, int column, int row, const char *text, gboolean head)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == COLUMN_NAME ? 0.f : 1.f);
  gtk_widget_set_hexpand (label, column == COLUMN_NAME);
  if (head) {
    gtk_widget_add_css_class (label, "heading");
    gtk_widget_add_css_class (label, "caption");
  } else if (column == COLUMN_ESTIMATE) {
    gtk_widget_add_css_class (label, "value");
  } else {
    gtk_widget_add_css_class (label, "numeric");
  }
  gtk_grid_attach (self->grid, label, column, row, 1, 1);
}

/* Three digits, which is more than the standard error allows, with the reader's decimal
 * sign. */
static char *
number (double value)
{
  char *text;

  if (!isfinite (value))
    return g_strdup ("–");
  text = g_strdup_printf ("%#.3g", value);
  if (!g_ascii_isdigit (text[strlen (text) - 1]))
    text[strlen (text) - 1] = '\0';
  return text;
}

static char *
percent (double value)
{
  return isfinite (value) ? g_strdup_printf (_ ("%.0f %%"), value) : g_strdup ("–");
}

/* With its unit; random effects with what they mean for patients, √ (exp ω² − 1). */
static char *
name_of (const QsReportParameter *parameter)
{
  if (g_str_has_prefix (parameter->name, "omega2_") && parameter->estimate < 4.0)
    return g_strdup_printf (_ ("%s (CV %.0f %%)"), parameter->name,
                            100.0 * sqrt (expm1 (parameter->estimate)));
  if (*parameter->unit != '\0')
    return g_strdup_printf ("%s (%s)", parameter->name, parameter->unit);

  return g_strdup (parameter->name);
}

static void
add_row (QusopParameterTable *self, const QsReportParameter *parameter, int row)
{
  g_autofree char  *name = name_of (parameter);
  g_autofree char  *estimate = number (parameter->estimate);
  g_autofree char  *se = number (parameter->se);
  g_autofree char  *rse = percent (parameter->rse_percent);
  g_autofree char  *low = number (parameter->low);
  g_autofree char  *high = number (parameter->high);
  g_autofree char  *interval = g_strdup_printf (_ ("%s to %s"), low, high);
  g_autofree char  *shrinkage = isfinite (parameter->shrinkage_percent)
                                    ? percent (parameter->shrinkage_percent)
                                    : g_strdup ("");
  const char *const texts[N_COLUMNS] = { name, estimate, se, rse, interval, shrinkage };

  for (int column = 0; column < N_COLUMNS; column++)
    add_cell (self, column, row, texts[column], FALSE);
}

void
qusop_parameter_table_set_model (QusopParameterTable *self, const QsModel *model)
{
  const char *const  heads[N_COLUMNS] = { _ ("Parameter"), _ ("Estimate"), _ ("SE"),
                                          _ ("RSE"),
                                          /* xgettext:no-c-format */
                                          _ ("95 % interval"), _ ("Shrinkage") };
  g_autoptr (GArray) parameters = model != NULL ? qs_report_parameters (model) : NULL;
  GtkWidget         *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->grid))) != NULL)
    gtk_grid_remove (self->grid, child);

  self->n_rows = parameters != NULL ? parameters->len : 0;
  for (int column = 0; self->n_rows > 0 && column < N_COLUMNS; column++)
    add_cell (self, column, 0, heads[column], TRUE);
  for (guint i = 0; i < self->n_rows; i++)
    add_row (self, &g_array_index (parameters, QsReportParameter, i), (int) i + 1);
}

gboolean
qusop_parameter_table_is_empty (QusopParameterTable *self)
{
  return self->n_rows == 0;
}

static void
qusop_parameter_table_dispose (GObject *object)
{
  QusopParameterTable *self = QUSOP_PARAMETER_TABLE (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (qusop_parameter_table_parent_class)->dispose (object);
}

static void
qusop_parameter_table_class_init (QusopParameterTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_parameter_table_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
qusop_parameter_table_init (QusopParameterTable *self)
{
  self->grid = GTK_GRID (gtk_grid_new ());
  gtk_grid_set_column_spacing (self->grid, 9);
  gtk_grid_set_row_spacing (self->grid, 4);

  /* Large text makes the table wider than a small window. */
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller),
                                  GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller),
                                 GTK_WIDGET (self->grid));
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  gtk_widget_add_css_class (self->scroller, "pane");
  gtk_widget_add_css_class (self->scroller, "card");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Parameters"), -1);
}
