/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-scenario-columns.h"

#include "pages/qusop-scenario-words.h"
#include "widgets/qusop-names.h"

#include <glib/gi18n.h>

typedef char *(*CellText) (QusopScenarios *scenarios, guint id);

/* Owned by the factory of its cells. */
typedef struct {
  QusopScenarios *scenarios;
  CellText        text;
  gboolean        is_number;
} Column;

static void
column_free (gpointer data, GClosure *closure)
{
  Column *self = data;

  g_object_unref (self->scenarios);
  g_free (self);
}

guint
qusop_scenario_columns_id (gpointer item)
{
  return (guint) g_ascii_strtoull (gtk_string_object_get_string (item), NULL, 10);
}

static char *
name_text (QusopScenarios *scenarios, guint id)
{
  const QusopCase *row = qusop_scenarios_find (scenarios, id);

  return g_strdup (row != NULL ? row->name : "");
}

static void
setup_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  const Column *column = data;
  GtkWidget    *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), column->is_number ? 1.f : 0.f);
  if (!column->is_number) {
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
    gtk_label_set_width_chars (GTK_LABEL (label), 14);
  }
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

/* What the cell says now; the reason for no answer is told where the pointer rests. */
static void
show_cell (GtkListItem *item)
{
  const Column    *column = g_object_get_data (G_OBJECT (item), "column");
  const guint      id = qusop_scenario_columns_id (gtk_list_item_get_item (item));
  GtkWidget       *label = gtk_list_item_get_child (item);
  g_autofree char *text = column->text (column->scenarios, id);
  const char      *reason = qusop_scenarios_get_reason (column->scenarios, id);

  qusop_set_number (GTK_LABEL (label), text);
  gtk_widget_set_tooltip_text (label, reason != NULL      ? reason
                                      : column->is_number ? NULL
                                                          : text);
}

static void
bind_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  Column *column = data;

  g_object_set_data (G_OBJECT (item), "column", column);
  g_signal_connect_object (column->scenarios, "computed", G_CALLBACK (show_cell), item,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (column->scenarios, "edited", G_CALLBACK (show_cell), item,
                           G_CONNECT_SWAPPED);
  show_cell (item);
}

static void
unbind_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  const Column *column = data;

  g_signal_handlers_disconnect_by_func (column->scenarios, show_cell, item);
}

void
qusop_scenario_columns_add (GtkColumnView *table, QusopScenarios *scenarios)
{
  static const struct {
    const char *title;
    CellText    text;
    gboolean    is_number;
  } columns[] = {
    { N_ ("Scenario"), name_text, FALSE },
    { N_ ("What differs"), qusop_scenario_differences, FALSE },
    { N_ ("Mean dose"), qusop_scenario_mean_dose, TRUE },
    { N_ ("Assured dose"), qusop_scenario_assured_dose, TRUE },
    { N_ ("95 % interval"), qusop_scenario_interval, TRUE },
    { N_ ("Mean per day"), qusop_scenario_per_day, TRUE },
    { N_ ("Δ per day"), qusop_scenario_change, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++) {
    GtkListItemFactory             *factory = gtk_signal_list_item_factory_new ();
    g_autoptr (GtkColumnViewColumn) view =
        gtk_column_view_column_new (_ (columns[i].title), factory);
    Column *column = g_new0 (Column, 1);

    column->scenarios = g_object_ref (scenarios);
    column->text = columns[i].text;
    column->is_number = columns[i].is_number;
    g_signal_connect (factory, "setup", G_CALLBACK (setup_cell_cb), column);
    g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cell_cb), column);
    g_signal_connect_data (factory, "bind", G_CALLBACK (bind_cell_cb), column,
                           column_free, 0);
    gtk_column_view_column_set_resizable (view, TRUE);
    gtk_column_view_column_set_expand (view, !columns[i].is_number);
    gtk_column_view_append_column (table, view);
  }
}
