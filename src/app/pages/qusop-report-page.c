/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-report-page.h"

#include "widgets/qusop-names.h"
#include "widgets/qusop-plot-view.h"
#include "widgets/qusop-text-table.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* Columns that a table of the window has at most; reports have fewer. */
#define MAX_COLUMNS 12

/* That fit beside each other where text is large. */
#define FEW_COLUMNS 2

struct _QusopReportPage {
  GtkWidget parent_instance;

  QusopReporter     *reporter;
  const QusopReport *shown;  /* borrowed: whose blocks are in the preview */
  guint              next;   /* block to add */
  guint              adding; /* source that adds one block at a time */

  /* Template children. */
  GtkWidget         *content; /* bound so that the template gives it up */
  GtkWidget         *bar;
  GtkStack          *stack;
  AdwStatusPage     *failure;
  GtkDropDown       *extent; /* in the order of QusopReportTemplate */
  GtkWidget         *prepare;
  GtkWidget         *stop;
  GtkProgressBar    *progress;
  GtkWidget         *exports;
  GtkLabel          *state;
  GtkListBox        *sections;
  GtkScrolledWindow *scroller;
  GtkBox            *preview;
};

G_DEFINE_FINAL_TYPE (QusopReportPage, qusop_report_page, GTK_TYPE_WIDGET)

/* The report is English, and reads from left to right in every window. */
static void
read_from_left (GtkWidget *widget)
{
  gtk_widget_set_direction (widget, GTK_TEXT_DIR_LTR);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    read_from_left (child);
}

static GtkWidget *
add_label (QusopReportPage *self, const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0.f);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 90);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_can_focus (label, FALSE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  read_from_left (label);
  gtk_box_append (self->preview, label);
  return label;
}

/* The section's name in the list leads to its heading. */
static void
add_heading (QusopReportPage *self, const char *text)
{
  GtkWidget *heading = add_label (self, text, "title-2");
  GtkWidget *entry = gtk_label_new (text);
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_label_set_xalign (GTK_LABEL (entry), 0.f);
  gtk_label_set_wrap (GTK_LABEL (entry), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (entry), 22);
  read_from_left (entry);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), entry);
  g_object_set_data (G_OBJECT (row), "heading", heading);
  gtk_list_box_append (self->sections, row);
}

static void
add_table (QusopReportPage *self, const QusopBlock *block)
{
  QusopTextTable *table = g_object_new (QUSOP_TYPE_TEXT_TABLE, NULL);
  QusopCellKind   kinds[MAX_COLUMNS];
  const guint     n_columns = MIN (block->n_columns, MAX_COLUMNS);

  for (guint i = 0; i < n_columns; i++)
    kinds[i] = i < block->n_text_columns ? QUSOP_CELL_LONG_WORDS : QUSOP_CELL_NUMBER;
  qusop_text_table_begin (table, n_columns, block->rows->pdata[0], kinds);
  for (guint i = 1; i < block->rows->len; i++)
    qusop_text_table_add_row (table, block->rows->pdata[i], FALSE);

  if (n_columns <= FEW_COLUMNS)
    qusop_text_table_fill_width (table);

  add_label (self, block->text, "heading");
  gtk_accessible_update_property (GTK_ACCESSIBLE (table), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  block->text, -1);
  read_from_left (GTK_WIDGET (table));
  gtk_box_append (self->preview, GTK_WIDGET (table));
}

static void
add_figure (QusopReportPage *self, const QusopBlock *block)
{
  QusopPlotView *view = g_object_new (QUSOP_TYPE_PLOT_VIEW, NULL);
  GtkWidget     *frame = adw_bin_new ();

  qusop_plot_view_set_spec (view, block->figure);
  gtk_widget_set_size_request (GTK_WIDGET (view), -1, 340);
  gtk_widget_add_css_class (frame, "card");
  gtk_widget_add_css_class (frame, "chart");
  adw_bin_set_child (ADW_BIN (frame), GTK_WIDGET (view));
  gtk_box_append (self->preview, frame);
  add_label (self, block->text, "caption");
}

static void
add_block (QusopReportPage *self, const QusopBlock *block)
{
  switch (block->kind) {
  case QUSOP_BLOCK_HEADING:
    add_heading (self, block->text);
    break;
  case QUSOP_BLOCK_PARAGRAPH:
    add_label (self, block->text, NULL);
    break;
  case QUSOP_BLOCK_NOTICE:
    add_label (self, block->text, "heading");
    break;
  case QUSOP_BLOCK_TABLE:
    add_table (self, block);
    break;
  case QUSOP_BLOCK_FIGURE:
    add_figure (self, block);
    break;
  default:
    g_return_if_reached ();
  }
}

/* One block per turn, so that a long report does not hold up a frame. */
static gboolean
add_next_cb (gpointer data)
{
  QusopReportPage *self = data;

  if (self->shown != NULL && self->next < self->shown->blocks->len) {
    add_block (self, self->shown->blocks->pdata[self->next++]);
    return G_SOURCE_CONTINUE;
  }

  self->adding = 0;
  return G_SOURCE_REMOVE;
}

static void
clear_preview (QusopReportPage *self)
{
  GtkWidget *child;

  g_clear_handle_id (&self->adding, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->preview))) != NULL)
    gtk_box_remove (self->preview, child);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->sections))) != NULL)
    gtk_list_box_remove (self->sections, child);
  self->next = 0;
}

static void
show_preview (QusopReportPage *self, const QusopReport *report)
{
  if (report == self->shown)
    return;

  clear_preview (self);
  self->shown = report;
  if (report == NULL)
    return;

  add_label (self, report->title, "title-1");
  add_label (self, report->subtitle, "dim-label");
  self->adding = g_idle_add (add_next_cb, self);
}

static const char *
state_text (QusopReportPage *self)
{
  if (qusop_reporter_is_busy (self->reporter))
    return _ ("At work");
  if (qusop_reporter_get_report (self->reporter) == NULL)
    return "";
  return qusop_reporter_is_current (self->reporter)
             ? _ ("Draft, not signed")
             : _ ("Overtaken: something it rests on has changed. Prepare it again to "
                  "save it.");
}

static void
show (QusopReportPage *self)
{
  QusopSession      *session = qusop_reporter_get_session (self->reporter);
  const QusopReport *report = qusop_reporter_get_report (self->reporter);
  const char        *problem = qusop_reporter_get_problem (self->reporter);
  const gboolean     busy = qusop_reporter_is_busy (self->reporter);
  const gboolean     current = qusop_reporter_is_current (self->reporter);
  const gboolean     has_model = qusop_session_get_model (session) != NULL;

  show_preview (self, report);
  if (problem != NULL)
    adw_status_page_set_description (self->failure, problem);
  gtk_stack_set_visible_child_name (self->stack, !has_model        ? "empty"
                                                 : report != NULL  ? "report"
                                                 : problem != NULL ? "failed"
                                                                   : "ready");
  gtk_label_set_label (self->state, state_text (self));
  gtk_widget_set_visible (self->bar, has_model);
  gtk_widget_set_sensitive (GTK_WIDGET (self->extent), !busy);
  gtk_widget_set_visible (self->prepare, !busy && !current);
  gtk_widget_set_visible (self->stop, busy);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), busy);
  gtk_widget_set_sensitive (self->exports, current && !busy);
  gtk_widget_set_visible (self->exports, report != NULL);
}

static void
activity_changed_cb (QusopReportPage *self)
{
  QusopSession *session = qusop_reporter_get_session (self->reporter);

  if (qusop_session_is_busy (session, QUSOP_ACTIVITY_REPORT))
    gtk_progress_bar_set_fraction (
        self->progress, qusop_session_get_fraction (session, QUSOP_ACTIVITY_REPORT));
}

static void
prepare_clicked_cb (QusopReportPage *self)
{
  qusop_reporter_prepare (self->reporter);
}

static void
extent_changed_cb (QusopReportPage *self)
{
  if (self->reporter != NULL)
    qusop_reporter_set_template (self->reporter,
                                 gtk_drop_down_get_selected (self->extent));
}

static void
stop_clicked_cb (QusopReportPage *self)
{
  qusop_reporter_cancel (self->reporter);
}

static void
section_cb (QusopReportPage *self, GtkListBoxRow *row)
{
  GtkWidget *heading = g_object_get_data (G_OBJECT (row), "heading");
  double     x, y;

  if (gtk_widget_translate_coordinates (heading, GTK_WIDGET (self->preview), 0.0, 0.0, &x,
                                        &y))
    gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), y);
}

static void
qusop_report_page_dispose (GObject *object)
{
  QusopReportPage *self = QUSOP_REPORT_PAGE (object);

  g_clear_handle_id (&self->adding, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), QUSOP_TYPE_REPORT_PAGE);
  g_clear_object (&self->reporter);

  G_OBJECT_CLASS (qusop_report_page_parent_class)->dispose (object);
}

static void
qusop_report_page_class_init (QusopReportPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_report_page_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-report-page.ui");
  gtk_widget_class_bind_template_child (widget_class, QusopReportPage, content);
  gtk_widget_class_bind_template_child (widget_class, QusopReportPage, bar);
  gtk_widget_class_bind_template_child (widget_class, QusopReportPage, stack);
  gtk_widget_class_bind_template_child (widget_class, QusopReportPage, failure);
  gtk_widget_class_bind_template_child (widget_class, QusopReportPage, extent);
  gtk_widget_class_bind_template_child (widget_class, QusopReportPage, prepare);
  gtk_widget_class_bind_template_child (widget_class, QusopReportPage, stop);
  gtk_widget_class_bind_template_child (widget_class, QusopReportPage, progress);
  gtk_widget_class_bind_template_child (widget_class, QusopReportPage, exports);
  gtk_widget_class_bind_template_child (widget_class, QusopReportPage, state);
  gtk_widget_class_bind_template_child (widget_class, QusopReportPage, sections);
  gtk_widget_class_bind_template_child (widget_class, QusopReportPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, QusopReportPage, preview);
  gtk_widget_class_bind_template_callback (widget_class, prepare_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, extent_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, section_cb);
}

static void
qusop_report_page_init (QusopReportPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  qusop_name_inner (GTK_WIDGET (self->extent), GTK_TYPE_TOGGLE_BUTTON,
                    _ ("What the report holds"));
}

void
qusop_report_page_set_reporter (QusopReportPage *self, QusopReporter *reporter)
{
  g_set_object (&self->reporter, reporter);
  g_signal_connect_object (reporter, "changed", G_CALLBACK (show), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (qusop_reporter_get_session (reporter), "notify::activity",
                           G_CALLBACK (activity_changed_cb), self, G_CONNECT_SWAPPED);
  show (self);
}
