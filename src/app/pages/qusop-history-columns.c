/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-history-columns.h"

#include <glib/gi18n.h>
#include <math.h>

typedef char *(*CellText) (const void *row);

/* Owned by the factory of its cells. */
typedef struct {
  QusopHistory *history;
  const GPtrArray *(*rows) (QusopHistory *history);
  CellText text;
  gboolean is_number;
} Column;

typedef struct {
  const char *title;
  CellText    text;
  gboolean    is_number;
  gboolean    is_wide;
} ColumnSpec;

static void
column_free (gpointer data, GClosure *closure)
{
  Column *self = data;

  g_object_unref (self->history);
  g_free (self);
}

guint
qusop_history_columns_index (gpointer item)
{
  return (guint) g_ascii_strtoull (gtk_string_object_get_string (item), NULL, 10);
}

/* When a run began, by the reader's clock. */
char *
qusop_history_moment (const QsRunRecord *record)
{
  g_autoptr (GDateTime) time =
      g_date_time_new_from_unix_local (record->started_us / G_USEC_PER_SEC);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S") : g_strdup ("–");
}

char *
qusop_history_data (const QsRunRecord *record)
{
  const QsRunFile *data = qs_run_record_file (record, QS_RUN_DATA);

  return data != NULL ? g_filename_display_basename (data->path) : g_strdup ("–");
}

const char *
qusop_history_outcome (const QsRunRecord *record)
{
  switch (record->status) {
  case QS_RUN_UNFINISHED:
    return _ ("Unfinished");
  case 0:
    return _ ("Done");
  case 1:
    return _ ("Not understood");
  case 2:
    return _ ("Refused");
  case 4:
    return _ ("Incomplete");
  case 130:
    return _ ("Cancelled");
  default:
    return _ ("Failed");
  }
}

static char *
moment_text (const void *row)
{
  return qusop_history_moment (row);
}

static char *
command_text (const void *row)
{
  return g_strdup (((const QsRunRecord *) row)->command);
}

static char *
outcome_text (const void *row)
{
  return g_strdup (qusop_history_outcome (row));
}

static char *
data_text (const void *row)
{
  return qusop_history_data (row);
}

static char *
model_text (const void *row)
{
  const QsRunRecord *record = row;

  return g_strdup (record->model != NULL ? record->model : "–");
}

static char *
seed_text (const void *row)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT, ((const QsRunRecord *) row)->seed);
}

static char *
elapsed_text (const void *row)
{
  const double elapsed_s = ((const QsRunRecord *) row)->elapsed_s;

  return isfinite (elapsed_s) ? g_strdup_printf (_ ("%.1f s"), elapsed_s)
                              : g_strdup ("–");
}

static char *
label_text (const void *row)
{
  const QsRunRecord *record = row;

  return record->label != NULL ? g_utf8_make_valid (record->label, -1) : g_strdup ("");
}

static char *
number_text (const void *row)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT, ((const QsTrailEntry *) row)->number);
}

static char *
time_text (const void *row)
{
  return g_strdup (((const QsTrailEntry *) row)->time);
}

static char *
user_text (const void *row)
{
  return g_strdup (((const QsTrailEntry *) row)->user);
}

static char *
what_text (const void *row)
{
  return g_strdup (((const QsTrailEntry *) row)->what);
}

static char *
old_text (const void *row)
{
  return g_strdup (((const QsTrailEntry *) row)->old_value);
}

static char *
new_text (const void *row)
{
  return g_strdup (((const QsTrailEntry *) row)->new_value);
}

static char *
reason_text (const void *row)
{
  return g_strdup (((const QsTrailEntry *) row)->reason);
}

static void
setup_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  const Column *column = data;
  GtkWidget    *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), column->is_number ? 1.f : 0.f);
  if (!column->is_number) {
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
    gtk_label_set_width_chars (GTK_LABEL (label), 8);
  }
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
bind_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  const Column    *column = data;
  const GPtrArray *rows = column->rows (column->history);
  const guint      index = qusop_history_columns_index (gtk_list_item_get_item (item));
  GtkWidget       *label = gtk_list_item_get_child (item);
  g_autofree char *text = NULL;

  /* What is shown may be older than what was read, for a moment. */
  if (rows == NULL || index >= rows->len)
    return;

  text = column->text (rows->pdata[index]);
  gtk_label_set_label (GTK_LABEL (label), text);
  gtk_widget_set_tooltip_text (label, column->is_number || *text == '\0' ? NULL : text);
}

static void
add_column (GtkColumnView *table,
            QusopHistory  *history,
            const GPtrArray *(*rows) (QusopHistory *),
            const ColumnSpec *spec)
{
  GtkListItemFactory             *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) view =
      gtk_column_view_column_new (_ (spec->title), factory);
  Column *column = g_new0 (Column, 1);

  column->history = g_object_ref (history);
  column->rows = rows;
  column->text = spec->text;
  column->is_number = spec->is_number;
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cell_cb), column);
  g_signal_connect_data (factory, "bind", G_CALLBACK (bind_cell_cb), column, column_free,
                         0);
  gtk_column_view_column_set_resizable (view, TRUE);
  gtk_column_view_column_set_expand (view, spec->is_wide);
  gtk_column_view_append_column (table, view);
}

void
qusop_history_columns_add_runs (GtkColumnView *table, QusopHistory *history)
{
  static const ColumnSpec columns[] = {
    { N_ ("Time"), moment_text, TRUE, FALSE },
    { N_ ("Run"), command_text, FALSE, FALSE },
    { N_ ("Result"), outcome_text, FALSE, FALSE },
    { N_ ("Study"), data_text, FALSE, TRUE },
    { N_ ("Model"), model_text, FALSE, FALSE },
    { N_ ("Seed"), seed_text, TRUE, FALSE },
    { N_ ("Took"), elapsed_text, TRUE, FALSE },
    { N_ ("Label"), label_text, FALSE, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    add_column (table, history, qusop_history_get_records, &columns[i]);
}

void
qusop_history_columns_add_trail (GtkColumnView *table, QusopHistory *history)
{
  static const ColumnSpec columns[] = {
    { N_ ("Line"), number_text, TRUE, FALSE },   { N_ ("Time"), time_text, TRUE, FALSE },
    { N_ ("Who"), user_text, FALSE, FALSE },     { N_ ("What"), what_text, FALSE, TRUE },
    { N_ ("Before"), old_text, FALSE, FALSE },   { N_ ("After"), new_text, FALSE, TRUE },
    { N_ ("Reason"), reason_text, FALSE, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    add_column (table, history, qusop_history_get_entries, &columns[i]);
}
