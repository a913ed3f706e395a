/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-history-page.h"

#include "pages/qusop-history-columns.h"
#include "widgets/qusop-side-layout.h"
#include "widgets/qusop-text-table.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

/* Letters of what was printed: enough to recognize it. */
#define N_PRINTED_MAX 1500

struct _QusopHistoryPage {
  GtkWidget parent_instance;

  QusopHistory       *history;
  GListStore         *runs;  /* of GtkStringObject: places in the records */
  GListStore         *lines; /* likewise, in the trail */
  GtkSingleSelection *selection;
  char               *selected; /* id */

  /* Template children. */
  GtkStack       *stack;
  AdwStatusPage  *empty;
  GtkSearchEntry *filter;
  GtkLabel       *count;
  GtkColumnView  *run_table;
  GtkColumnView  *trail_table;
  GtkLabel       *trail_state;
  GtkLabel       *headline;
  GtkLabel       *arguments;
  QusopTextTable *facts;
  QusopTextTable *files;
  GtkLabel       *printed;
  GtkEntry       *label;
  GtkEntry       *reason;
  GtkWidget      *label_button;
  GtkLabel       *problem;
};

G_DEFINE_FINAL_TYPE (QusopHistoryPage, qusop_history_page, GTK_TYPE_WIDGET)

static const QsRunRecord *
record_at (QusopHistoryPage *self, guint position)
{
  const GPtrArray    *records = qusop_history_get_records (self->history);
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->runs), position);
  const guint         index = item != NULL ? qusop_history_columns_index (item) : 0;

  return item != NULL && records != NULL && index < records->len ? records->pdata[index]
                                                                 : NULL;
}

static const QsRunRecord *
selected_record (QusopHistoryPage *self)
{
  return record_at (self, gtk_single_selection_get_selected (self->selection));
}

static void
add_fact (QusopHistoryPage *self, const char *name, const char *value)
{
  g_autofree char  *valid = g_utf8_make_valid (value != NULL ? value : "–", -1);
  const char *const cells[] = { name, valid };

  qusop_text_table_add_row (self->facts, cells, FALSE);
}

static void
show_facts (QusopHistoryPage *self, const QsRunRecord *record)
{
  static const QusopCellKind kinds[] = { QUSOP_CELL_WORDS, QUSOP_CELL_LONG_WORDS };
  const char *const          heads[] = { _ ("Fact"), _ ("Value") };
  g_autofree char           *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, record->seed);
  g_autofree char           *threads = g_strdup_printf ("%u", record->n_threads);
  g_autofree char           *sha256 =
      g_strndup (record->model_sha256 != NULL ? record->model_sha256 : "–", 16);
  g_autofree char *version =
      g_strdup_printf ("%s, %.12s", record->version, record->build);

  qusop_text_table_begin (self->facts, 2, heads, kinds);
  add_fact (self, _ ("Name"), record->id);
  add_fact (self, _ ("Result"), qusop_history_outcome (record));
  if (record->message != NULL)
    add_fact (self, _ ("Reason"), record->message);
  add_fact (self, _ ("Model"), record->model);
  add_fact (self, _ ("Model SHA-256"), sha256);
  add_fact (self, _ ("Seed"), seed);
  add_fact (self, _ ("Threads"), threads);
  add_fact (self, _ ("Version, build"), version);
  add_fact (self, _ ("Processor"), record->cpu);
  add_fact (self, _ ("Folder"), record->folder);
}

static void
show_files (QusopHistoryPage *self, const QsRunRecord *record)
{
  static const QusopCellKind kinds[] = { QUSOP_CELL_WORDS, QUSOP_CELL_WORDS,
                                         QUSOP_CELL_LONG_WORDS };
  const char *const          heads[] = { _ ("File"), _ ("Direction"), _ ("SHA-256") };

  qusop_text_table_begin (self->files, 3, heads, kinds);
  for (guint i = 0; i < record->files->len; i++) {
    const QsRunFile  *file = &g_array_index (record->files, QsRunFile, i);
    g_autofree char  *name = strcmp (file->path, "-") == 0
                                 ? g_strdup (_ ("Printed"))
                                 : g_filename_display_basename (file->path);
    g_autofree char  *sha256 = g_strndup (file->sha256, 16);
    const char *const cells[] = { name, file->written ? _ ("Written") : _ ("Read"),
                                  sha256 };

    qusop_text_table_add_row (self->files, cells, FALSE);
  }
  gtk_widget_set_visible (GTK_WIDGET (self->files), record->files->len > 0);
}

/* The beginning of what was printed. */
static void
show_printed (QusopHistoryPage *self, const QsRunRecord *record)
{
  g_autofree char *valid = g_utf8_make_valid (record->printed ? record->printed : "", -1);
  g_autofree char *cut =
      g_utf8_substring (valid, 0, MIN (N_PRINTED_MAX, g_utf8_strlen (valid, -1)));

  gtk_label_set_label (self->printed, cut);
}

static void
show_details (QusopHistoryPage *self)
{
  const QsRunRecord *record = selected_record (self);
  g_autofree char   *moment = NULL, *headline = NULL, *arguments = NULL;

  gtk_widget_set_sensitive (self->label_button, record != NULL);
  if (record == NULL)
    return;

  moment = qusop_history_moment (record);
  headline = g_strdup_printf (_ ("%s of %s"), record->command, moment);
  arguments = g_utf8_make_valid (record->arguments, -1);
  gtk_label_set_label (self->headline, headline);
  gtk_label_set_label (self->arguments, arguments);
  show_facts (self, record);
  show_files (self, record);
  show_printed (self, record);

  /* What is being typed stays, unless it is about another run. */
  if (g_strcmp0 (self->selected, record->id) != 0) {
    g_free (self->selected);
    self->selected = g_strdup (record->id);
    gtk_editable_set_text (GTK_EDITABLE (self->label),
                           record->label != NULL ? record->label : "");
    gtk_editable_set_text (GTK_EDITABLE (self->reason), "");
  }
}

/* Every word of the filter has to be somewhere in the run. */
static gboolean
matches (const QsRunRecord *record, char **words)
{
  g_autofree char *moment = qusop_history_moment (record);
  g_autofree char *data = qusop_history_data (record);
  g_autofree char *text = g_strjoin (
      " ", record->id, moment, record->command, data, qusop_history_outcome (record),
      record->model != NULL ? record->model : "",
      record->label != NULL ? record->label : "", record->arguments, NULL);
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *folded = g_utf8_casefold (valid, -1);

  for (guint i = 0; words[i] != NULL; i++) {
    if (strstr (folded, words[i]) == NULL)
      return FALSE;
  }

  return TRUE;
}

static void
fill (GListStore *store, GPtrArray *items)
{
  g_list_store_splice (store, 0, g_list_model_get_n_items (G_LIST_MODEL (store)),
                       items->pdata, items->len);
}

static void
add_item (GPtrArray *items, guint index)
{
  g_autofree char *text = g_strdup_printf ("%u", index);

  g_ptr_array_add (items, gtk_string_object_new (text));
}

static void
show_runs (QusopHistoryPage *self)
{
  const GPtrArray      *records = qusop_history_get_records (self->history);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char      *folded =
      g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->filter)), -1);
  g_auto (GStrv)   words = g_strsplit (folded, " ", -1);
  g_autofree char *selected = g_strdup (self->selected);
  g_autofree char *count = NULL;
  guint            position = 0;

  for (guint i = 0; records != NULL && i < records->len; i++) {
    const QsRunRecord *record = records->pdata[i];

    if (!matches (record, words))
      continue;
    if (g_strcmp0 (record->id, selected) == 0)
      position = items->len;
    add_item (items, i);
  }

  fill (self->runs, items);
  gtk_single_selection_set_selected (self->selection, position);
  count = g_strdup_printf (ngettext ("%u run", "%u runs", items->len), items->len);
  gtk_label_set_label (self->count, count);
  show_details (self);
}

static void
show_trail (QusopHistoryPage *self)
{
  const GPtrArray      *entries = qusop_history_get_entries (self->history);
  const char           *damage = qusop_history_get_damage (self->history);
  const guint           n = entries != NULL ? entries->len : 0;
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char      *state =
      damage != NULL
               ? g_strdup_printf (_ ("The audit trail was tampered with: %s"), damage)
               : g_strdup_printf (
                     ngettext ("The audit trail is whole: %u line, chained by SHA-256",
                               "The audit trail is whole: %u lines, chained by SHA-256", n),
                     n);

  for (guint i = n; i > 0; i--)
    add_item (items, i - 1);
  fill (self->lines, items);
  gtk_label_set_label (self->trail_state, state);
  if (damage != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->trail_state), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->trail_state), "error");
}

static void
show_empty (QusopHistoryPage *self, const char *problem)
{
  adw_status_page_set_title (self->empty, problem != NULL
                                              ? _ ("The registry cannot be read")
                                              : _ ("Nothing is on record yet"));
  adw_status_page_set_description (
      self->empty,
      problem != NULL
          ? problem
          : _ ("Train a model here or run a command: what was read, with which "
               "settings and what came out is kept from then on."));
}

static void
show (QusopHistoryPage *self)
{
  const GPtrArray *records = qusop_history_get_records (self->history);
  const GPtrArray *entries = qusop_history_get_entries (self->history);
  const char      *problem = qusop_history_get_problem (self->history);
  const gboolean   filled =
      (records != NULL && records->len > 0) || (entries != NULL && entries->len > 0);

  show_empty (self, problem);
  gtk_stack_set_visible_child_name (self->stack, filled ? "history" : "empty");
  gtk_label_set_label (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  show_runs (self);
  show_trail (self);
}

static void
label_cb (QusopHistoryPage *self)
{
  const QsRunRecord *record = selected_record (self);

  if (record != NULL)
    qusop_history_label (self->history, record->id,
                         gtk_editable_get_text (GTK_EDITABLE (self->label)),
                         gtk_editable_get_text (GTK_EDITABLE (self->reason)));
}

static void
qusop_history_page_map (GtkWidget *widget)
{
  QusopHistoryPage *self = QUSOP_HISTORY_PAGE (widget);

  GTK_WIDGET_CLASS (qusop_history_page_parent_class)->map (widget);
  if (self->history != NULL)
    qusop_history_refresh (self->history);
}

static void
qusop_history_page_dispose (GObject *object)
{
  QusopHistoryPage *self = QUSOP_HISTORY_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), QUSOP_TYPE_HISTORY_PAGE);
  g_clear_object (&self->history);
  g_clear_object (&self->selection);
  g_clear_object (&self->runs);
  g_clear_object (&self->lines);
  g_clear_pointer (&self->selected, g_free);

  G_OBJECT_CLASS (qusop_history_page_parent_class)->dispose (object);
}

static void
qusop_history_page_class_init (QusopHistoryPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_history_page_dispose;
  widget_class->map = qusop_history_page_map;

  g_type_ensure (QUSOP_TYPE_SIDE_LAYOUT);
  g_type_ensure (QUSOP_TYPE_TEXT_TABLE);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-history-page.ui");
#define BIND(name) \
  gtk_widget_class_bind_template_child (widget_class, QusopHistoryPage, name)
  BIND (stack);
  BIND (empty);
  BIND (filter);
  BIND (count);
  BIND (run_table);
  BIND (trail_table);
  BIND (trail_state);
  BIND (headline);
  BIND (arguments);
  BIND (facts);
  BIND (files);
  BIND (printed);
  BIND (label);
  BIND (reason);
  BIND (label_button);
  BIND (problem);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, show_runs);
  gtk_widget_class_bind_template_callback (widget_class, label_cb);
}

static void
qusop_history_page_init (QusopHistoryPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
set_rows (QusopHistoryPage *self)
{
  g_autoptr (GtkNoSelection) nothing = NULL;

  self->runs = g_list_store_new (GTK_TYPE_STRING_OBJECT);
  self->lines = g_list_store_new (GTK_TYPE_STRING_OBJECT);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->runs)));
  nothing = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->lines)));
  gtk_column_view_set_model (self->run_table, GTK_SELECTION_MODEL (self->selection));
  gtk_column_view_set_model (self->trail_table, GTK_SELECTION_MODEL (nothing));
  g_signal_connect_object (self->selection, "notify::selected", G_CALLBACK (show_details),
                           self, G_CONNECT_SWAPPED);
}

void
qusop_history_page_set_history (QusopHistoryPage *self, QusopHistory *history)
{
  g_return_if_fail (self->history == NULL);

  self->history = g_object_ref (history);
  qusop_history_columns_add_runs (self->run_table, history);
  qusop_history_columns_add_trail (self->trail_table, history);
  set_rows (self);
  g_signal_connect_object (history, "changed", G_CALLBACK (show), self,
                           G_CONNECT_SWAPPED);
  show (self);
}
