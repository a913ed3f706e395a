/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-history-page.h"

#include "pages/qusop-history-columns.h"
#include "pages/qusop-history-pairs.h"
#include "widgets/qusop-side-layout.h"
#include "widgets/qusop-text-table.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

/* Letters of what was printed: enough to recognize it. */
#define N_PRINTED_MAX 1500

struct _QusopHistoryPage {
  GtkWidget parent_instance;

  QusopHistory      *history;
  QusopInspector    *inspector;
  GListStore        *runs;  /* of GtkStringObject: places in the records */
  GListStore        *lines; /* likewise, in the trail */
  GtkMultiSelection *selection;
  GPtrArray         *selected; /* ids */

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
  GtkStack       *side;
  GtkWidget      *replay_button;
  GtkProgressBar *replay_progress;
  GtkWidget      *replay_cancel;
  GtkLabel       *replay_state;
  GtkLabel       *pair_state;
  QusopTextTable *pair_inputs;
  QusopTextTable *pair_answers;
  GtkWidget      *pair_export;
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

/* The @i-th of the selected runs. */
static const QsRunRecord *
selected_record (QusopHistoryPage *self, guint i)
{
  g_autoptr (GtkBitset) set =
      gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));

  return i < gtk_bitset_get_size (set) ? record_at (self, gtk_bitset_get_nth (set, i))
                                       : NULL;
}

static guint
n_selected (QusopHistoryPage *self)
{
  g_autoptr (GtkBitset) set =
      gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));

  return (guint) gtk_bitset_get_size (set);
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

/* Answers of the window alone have no command that would give them again. */
static gboolean
can_be_replayed (const QsRunRecord *record)
{
  return record->status != QS_RUN_UNFINISHED && strcmp (record->command, "decide") != 0 &&
         strcmp (record->command, "export") != 0;
}

static void
show_replay_state (QusopHistoryPage *self)
{
  const QusopReplay *replay = qusop_inspector_get_replay (self->inspector);
  const char        *problem = qusop_inspector_get_replay_problem (self->inspector);
  g_autofree char   *text =
      replay != NULL
            ? g_strdup_printf ("%s\n%s",
                             replay->same ? _ ("The same result, bit for bit")
                                            : _ ("Another result than on record"),
                               replay->text)
        : problem != NULL ? g_strdup (problem)
                          : NULL;

  gtk_label_set_label (self->replay_state, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->replay_state), text != NULL);
  if (replay != NULL && replay->same)
    gtk_widget_remove_css_class (GTK_WIDGET (self->replay_state), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->replay_state), "error");
}

static void
show_replay (QusopHistoryPage *self)
{
  const char        *replaying = qusop_inspector_get_replaying (self->inspector);
  const QsRunRecord *record = selected_record (self, 0);

  gtk_widget_set_sensitive (self->replay_button, replaying == NULL && record != NULL &&
                                                     can_be_replayed (record));
  gtk_widget_set_visible (GTK_WIDGET (self->replay_progress), replaying != NULL);
  gtk_widget_set_visible (self->replay_cancel, replaying != NULL);
  if (replaying != NULL) {
    g_autofree char *text = g_strdup_printf (
        "%.8s: %s", replaying,
        qusop_history_stage (qusop_inspector_get_stage (self->inspector)));

    gtk_progress_bar_set_text (self->replay_progress, text);
    gtk_progress_bar_set_fraction (self->replay_progress,
                                   qusop_inspector_get_fraction (self->inspector));
  }
  show_replay_state (self);
}

static void
replay_changed_cb (QusopHistoryPage *self)
{
  show_replay (self);

  /* Its verdict is a new line of the trail. */
  if (qusop_inspector_get_replaying (self->inspector) == NULL)
    qusop_history_refresh (self->history);
}

static void
show_pairs (QusopHistoryPage *self)
{
  const GPtrArray *pairs = qusop_inspector_get_pairs (self->inspector);
  const char      *problem = qusop_inspector_get_pairs_problem (self->inspector);
  g_autofree char *text = pairs != NULL     ? qusop_history_pairs_summary (pairs)
                          : problem != NULL ? g_strdup (problem)
                                            : g_strdup (_ ("Reading what they wrote…"));

  gtk_label_set_label (self->pair_state, text);
  qusop_history_pairs_show (self->pair_inputs, pairs, QS_RUN_PAIR_INPUT);
  qusop_history_pairs_show (self->pair_answers, pairs, QS_RUN_PAIR_ANSWER);
  gtk_widget_set_sensitive (self->pair_export, pairs != NULL);
}

static void
show_run (QusopHistoryPage *self, const QsRunRecord *record)
{
  g_autofree char *moment = qusop_history_moment (record);
  g_autofree char *headline = g_strdup_printf (_ ("%s of %s"), record->command, moment);
  g_autofree char *arguments = g_utf8_make_valid (record->arguments, -1);

  gtk_label_set_label (self->headline, headline);
  gtk_label_set_label (self->arguments, arguments);
  show_facts (self, record);
  show_files (self, record);
  show_printed (self, record);
  show_replay (self);
}

/* Returns: whether the selected runs are others than before */
static gboolean
take_selection (QusopHistoryPage *self)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  gboolean              other;

  for (guint i = 0; i < n_selected (self); i++)
    g_ptr_array_add (ids, g_strdup (selected_record (self, i)->id));

  other = ids->len != self->selected->len;
  for (guint i = 0; i < ids->len && !other; i++)
    other = strcmp (ids->pdata[i], self->selected->pdata[i]) != 0;
  if (other) {
    g_ptr_array_unref (self->selected);
    self->selected = g_steal_pointer (&ids);
  }

  return other;
}

/* What is being typed stays, unless it is about another run; likewise what is compared.
 */
static void
show_details (QusopHistoryPage *self)
{
  const guint        n = n_selected (self);
  const QsRunRecord *record = n == 1 ? selected_record (self, 0) : NULL;
  const gboolean     other = take_selection (self);

  gtk_stack_set_visible_child_name (self->side, n == 1   ? "run"
                                                : n == 2 ? "pair"
                                                         : "none");
  if (record != NULL)
    show_run (self, record);
  if (!other)
    return;

  if (record != NULL) {
    gtk_editable_set_text (GTK_EDITABLE (self->label),
                           record->label != NULL ? record->label : "");
    gtk_editable_set_text (GTK_EDITABLE (self->reason), "");
  }
  /* The older one first. */
  qusop_inspector_compare (self->inspector, n == 2 ? self->selected->pdata[1] : NULL,
                           n == 2 ? self->selected->pdata[0] : NULL);
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

static gboolean
was_selected (QusopHistoryPage *self, const QsRunRecord *record)
{
  return g_ptr_array_find_with_equal_func (self->selected, record->id, g_str_equal, NULL);
}

/* The selection follows its runs; where none of them is left it goes to the first. */
static void
select_again (QusopHistoryPage *self, GtkBitset *positions)
{
  const guint           n = g_list_model_get_n_items (G_LIST_MODEL (self->runs));
  g_autoptr (GtkBitset) all = gtk_bitset_new_range (0, n);

  if (gtk_bitset_is_empty (positions) && n > 0)
    gtk_bitset_add (positions, 0);
  gtk_selection_model_set_selection (GTK_SELECTION_MODEL (self->selection), positions,
                                     all);
}

static void
show_runs (QusopHistoryPage *self)
{
  const GPtrArray      *records = qusop_history_get_records (self->history);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char      *folded =
      g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->filter)), -1);
  g_auto (GStrv)        words = g_strsplit (folded, " ", -1);
  g_autoptr (GtkBitset) positions = gtk_bitset_new_empty ();
  g_autofree char      *count = NULL;

  for (guint i = 0; records != NULL && i < records->len; i++) {
    const QsRunRecord *record = records->pdata[i];

    if (!matches (record, words))
      continue;
    if (was_selected (self, record))
      gtk_bitset_add (positions, items->len);
    add_item (items, i);
  }

  /* Its steps are no selections of the user. */
  g_signal_handlers_block_by_func (self->selection, show_details, self);
  fill (self->runs, items);
  select_again (self, positions);
  g_signal_handlers_unblock_by_func (self->selection, show_details, self);
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
  const QsRunRecord *record = selected_record (self, 0);

  if (record != NULL)
    qusop_history_label (self->history, record->id,
                         gtk_editable_get_text (GTK_EDITABLE (self->label)),
                         gtk_editable_get_text (GTK_EDITABLE (self->reason)));
}

static void
replay_cb (QusopHistoryPage *self)
{
  const QsRunRecord *record = selected_record (self, 0);

  if (record != NULL)
    qusop_inspector_replay (self->inspector, record->id);
}

static void
cancel_replay_cb (QusopHistoryPage *self)
{
  qusop_inspector_cancel (self->inspector);
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
  g_clear_object (&self->inspector);
  g_clear_object (&self->selection);
  g_clear_object (&self->runs);
  g_clear_object (&self->lines);
  g_clear_pointer (&self->selected, g_ptr_array_unref);

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
  BIND (side);
  BIND (replay_button);
  BIND (replay_progress);
  BIND (replay_cancel);
  BIND (replay_state);
  BIND (pair_state);
  BIND (pair_inputs);
  BIND (pair_answers);
  BIND (pair_export);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, show_runs);
  gtk_widget_class_bind_template_callback (widget_class, label_cb);
  gtk_widget_class_bind_template_callback (widget_class, replay_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_replay_cb);
}

static void
qusop_history_page_init (QusopHistoryPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->selected = g_ptr_array_new_with_free_func (g_free);
}

static void
set_rows (QusopHistoryPage *self)
{
  g_autoptr (GtkNoSelection) nothing = NULL;

  self->runs = g_list_store_new (GTK_TYPE_STRING_OBJECT);
  self->lines = g_list_store_new (GTK_TYPE_STRING_OBJECT);
  self->selection = gtk_multi_selection_new (G_LIST_MODEL (g_object_ref (self->runs)));
  nothing = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->lines)));
  gtk_column_view_set_model (self->run_table, GTK_SELECTION_MODEL (self->selection));
  gtk_column_view_set_model (self->trail_table, GTK_SELECTION_MODEL (nothing));
  g_signal_connect_object (self->selection, "selection-changed",
                           G_CALLBACK (show_details), self, G_CONNECT_SWAPPED);
}

void
qusop_history_page_set_history (QusopHistoryPage *self,
                                QusopHistory     *history,
                                QusopInspector   *inspector)
{
  g_return_if_fail (self->history == NULL);

  self->history = g_object_ref (history);
  self->inspector = g_object_ref (inspector);
  qusop_history_columns_add_runs (self->run_table, history);
  qusop_history_columns_add_trail (self->trail_table, history);
  set_rows (self);
  g_signal_connect_object (history, "changed", G_CALLBACK (show), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (inspector, "replay-changed", G_CALLBACK (replay_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (inspector, "pairs-changed", G_CALLBACK (show_pairs), self,
                           G_CONNECT_SWAPPED);
  show (self);
}
