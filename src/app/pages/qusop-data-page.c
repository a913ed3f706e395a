/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-data-page.h"

#include "pages/qusop-mapping-pane.h"
#include "widgets/qusop-findings-list.h"
#include "widgets/qusop-glossary.h"
#include "widgets/qusop-gradual-list.h"
#include "widgets/qusop-names.h"
#include "widgets/qusop-row-model.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _QusopDataPage {
  GtkWidget parent_instance;

  QusopSession      *session;
  GtkSliceListModel *rows;            /* nullable */
  double             threshold_ng_ml; /* of the attainment that is shown */

  /* Template children. */
  GtkStack          *stack;
  QusopMappingPane  *mapping;
  GtkLabel          *title;
  GtkGrid           *inventory;
  GtkLabel          *findings_title;
  QusopFindingsList *findings;
  GtkColumnView     *table;
  GtkLabel          *table_note;
};

G_DEFINE_FINAL_TYPE (QusopDataPage, qusop_data_page, GTK_TYPE_WIDGET)

static guint mapped_signal;

/* Wider files are shown up to here; every column is kept all the same. */
static const guint n_columns_at_most = 60;
static const glong n_whole_chars = 8;
enum { N_ARMS_AT_MOST = 16 };

static void
setup_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0.f);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 20);
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
bind_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  const char *cell = qusop_row_get_cell (QUSOP_ROW (gtk_list_item_get_item (item)),
                                         GPOINTER_TO_UINT (column));

  GtkLabel *label = GTK_LABEL (gtk_list_item_get_child (item));

  /* Numbers stay whole where the window is narrow; only long words are cut. */
  gtk_label_set_width_chars (
      label, cell != NULL ? (int) MIN (g_utf8_strlen (cell, -1), n_whole_chars) : 0);
  qusop_set_number (label, cell != NULL ? cell : "");
}

/* The line of the file, as findings name it: the header is line 1. */
static void
bind_line_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  g_autofree char *text = g_strdup_printf (
      "%u", qusop_row_get_index (QUSOP_ROW (gtk_list_item_get_item (item))) + 2);

  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

static void
add_column (QusopDataPage *self, const char *title, GCallback bind, gpointer data)
{
  GtkListItemFactory             *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = gtk_column_view_column_new (title, factory);

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cell_cb), NULL);
  g_signal_connect (factory, "bind", bind, data);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_column_set_expand (column, TRUE);
  gtk_column_view_append_column (self->table, column);
}

static void
clear_columns (QusopDataPage *self)
{
  GListModel *columns = gtk_column_view_get_columns (self->table);

  while (g_list_model_get_n_items (columns) > 0) {
    g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, 0);

    gtk_column_view_remove_column (self->table, column);
  }
}

static void
show_table (QusopDataPage *self, QsDataset *dataset)
{
  const guint        n_columns = dataset != NULL ? qs_dataset_n_columns (dataset) : 0;
  const guint        n_shown = MIN (n_columns, n_columns_at_most);
  GtkSelectionModel *selection = NULL;
  g_autofree char   *note = NULL;

  g_clear_object (&self->rows);
  gtk_column_view_set_model (self->table, NULL);
  clear_columns (self);
  if (dataset == NULL)
    return;

  add_column (self, _ ("Line"), G_CALLBACK (bind_line_cb), NULL);
  for (guint i = 0; i < n_shown; i++)
    add_column (self, qs_dataset_column_name (dataset, i), G_CALLBACK (bind_cell_cb),
                GUINT_TO_POINTER (i));
  self->rows = qusop_gradual_list_new (G_LIST_MODEL (qusop_row_model_new (dataset)));
  selection = GTK_SELECTION_MODEL (
      gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->rows))));
  gtk_column_view_set_model (self->table, selection);
  g_object_unref (selection);

  if (n_shown < n_columns)
    note =
        g_strdup_printf (_ ("The first %u of %u columns are shown"), n_shown, n_columns);
  gtk_label_set_label (self->table_note, note != NULL ? note : "");
  gtk_widget_set_visible (GTK_WIDGET (self->table_note), note != NULL);
}

static void
add_fact (QusopDataPage *self, int *row, const char *name, char *value, const char *term)
{
  GtkWidget *left = gtk_label_new (name);
  GtkWidget *right = gtk_label_new (value);

  gtk_label_set_xalign (GTK_LABEL (left), 0.f);
  gtk_widget_set_hexpand (left, TRUE);
  gtk_label_set_wrap (GTK_LABEL (left), TRUE);
  gtk_label_set_xalign (GTK_LABEL (right), 1.f);
  gtk_label_set_wrap (GTK_LABEL (right), TRUE);
  gtk_widget_add_css_class (right, "value");
  qusop_explain_both (left, right, term);
  gtk_grid_attach (self->inventory, left, 0, *row, 1, 1);
  gtk_grid_attach (self->inventory, right, 1, *row, 1, 1);
  (*row)++;
  g_free (value);
}

static void
clear_inventory (QusopDataPage *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->inventory))) != NULL)
    gtk_grid_remove (self->inventory, child);
}

static void
add_arms (QusopDataPage *self, int *row, QsDataset *dataset)
{
  const QsScenario *scenario = qusop_session_get_scenario (self->session);
  const double      threshold_ng_ml = scenario->threshold_ng_ml;
  QsArm             arms[N_ARMS_AT_MOST];
  const gsize       n_arms =
      qs_attainment (dataset, scenario->success, threshold_ng_ml, arms, N_ARMS_AT_MOST);

  g_autofree char *title = g_strdup_printf (scenario->success == QS_SUCCESS_BELOW
                                                ? _ ("At or below %.2f ng/mL")
                                                : _ ("At or above %.2f ng/mL"),
                                            threshold_ng_ml);

  add_fact (self, row, title, g_strdup (""), "attained");
  for (gsize i = 0; i < n_arms; i++) {
    g_autofree char *name = g_strdup_printf (_ ("– at %g mg"), arms[i].dose_mg);

    add_fact (self, row, name,
              g_strdup_printf (_ ("%u of %u"), arms[i].attained, arms[i].n), "attained");
  }
}

static void
show_inventory (QusopDataPage *self, QsDataset *dataset)
{
  QsStudyFacts facts;
  int          row = 0;

  self->threshold_ng_ml = qusop_session_get_scenario (self->session)->threshold_ng_ml;
  clear_inventory (self);
  if (dataset == NULL)
    return;

  add_fact (self, &row, _ ("Rows"),
            g_strdup_printf ("%" G_GSIZE_FORMAT, qs_dataset_n_rows (dataset)),
            "study-size");
  if (!qs_dataset_is_usable (dataset))
    return;

  facts = qs_dataset_facts (dataset);
  add_fact (self, &row, _ ("Subjects"), g_strdup_printf ("%u", facts.n_subjects),
            "study-size");
  add_fact (self, &row, _ ("Concentrations (mg/L)"),
            g_strdup_printf ("%u", qs_dataset_n_observations (dataset, QS_ENDPOINT_PK)),
            "study-size");
  add_fact (self, &row, _ ("Biomarker values (ng/mL)"),
            g_strdup_printf ("%u", qs_dataset_n_observations (dataset, QS_ENDPOINT_PD)),
            "study-size");
  add_fact (self, &row, _ ("Body weight"),
            g_strdup_printf (_ ("%g–%g kg"), facts.bw_low_kg, facts.bw_high_kg),
            "study-weight");
  add_fact (self, &row, _ ("With co-medication"),
            facts.has_comed ? g_strdup_printf (_ ("%.0f %%"), 100.0 * facts.comed_share)
                            : g_strdup (_ ("not recorded")),
            "study-comed");
  add_fact (self, &row, _ ("Highest dose"),
            g_strdup_printf (_ ("%g mg"), facts.highest_dose_mg), "highest-dose");
  add_fact (self, &row, _ ("Last dosing window"),
            g_strdup_printf (_ ("%g–%g h"), facts.window_from_h, facts.window_to_h),
            "window");
  add_arms (self, &row, dataset);
}

static void
show_findings (QusopDataPage *self, QsDataset *dataset)
{
  const guint      n = dataset != NULL ? qs_dataset_n_findings (dataset) : 0;
  g_autofree char *text =
      n == 0 ? g_strdup (_ ("Findings"))
             : g_strdup_printf (ngettext ("%u finding", "%u findings", n), n);

  gtk_label_set_label (self->findings_title, text);
  qusop_findings_list_set_dataset (self->findings, dataset);
}

static void
dataset_changed_cb (QusopDataPage *self)
{
  QsDataset       *dataset = qusop_session_get_dataset (self->session);
  g_autofree char *name = NULL;

  gtk_stack_set_visible_child_name (self->stack, dataset != NULL ? "study" : "empty");
  if (dataset != NULL)
    name = g_path_get_basename (qs_dataset_path (dataset));
  gtk_label_set_label (self->title, name != NULL ? name : "");
  gtk_widget_set_visible (GTK_WIDGET (self->mapping),
                          qusop_session_needs_mapping (self->session));
  if (dataset != NULL)
    qusop_mapping_pane_set_dataset (self->mapping, dataset);

  show_inventory (self, dataset);
  show_findings (self, dataset);
  show_table (self, dataset);
}

/* Attainment follows the threshold that is asked about. */
static void
question_changed_cb (QusopDataPage *self)
{
  QsDataset *dataset = qusop_session_get_dataset (self->session);

  if (qusop_session_get_scenario (self->session)->threshold_ng_ml ==
      self->threshold_ng_ml)
    return;

  show_inventory (self, dataset);
}

/* The rows live in a list view of the column view's own, beside the header. */
static GtkWidget *
find_rows (QusopDataPage *self)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->table));

  while (child != NULL && !GTK_IS_LIST_VIEW (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static void
finding_chosen_cb (QusopDataPage *self, guint line)
{
  GtkSelectionModel *selection = gtk_column_view_get_model (self->table);
  const guint        row = line >= 2 ? line - 2 : 0;

  if (self->rows != NULL)
    qusop_gradual_list_finish (self->rows);
  if (selection == NULL || row >= g_list_model_get_n_items (G_LIST_MODEL (selection)))
    return;

  gtk_selection_model_select_item (selection, row, TRUE);
  gtk_widget_activate_action (find_rows (self), "list.scroll-to-item", "u", row);
}

static void
mapped_cb (QusopDataPage *self, const char *mapping)
{
  g_signal_emit (self, mapped_signal, 0, mapping);
}

static void
qusop_data_page_dispose (GObject *object)
{
  QusopDataPage *self = QUSOP_DATA_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), QUSOP_TYPE_DATA_PAGE);
  g_clear_object (&self->rows);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (qusop_data_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, QusopDataPage, stack);
  gtk_widget_class_bind_template_child (widget_class, QusopDataPage, mapping);
  gtk_widget_class_bind_template_child (widget_class, QusopDataPage, title);
  gtk_widget_class_bind_template_child (widget_class, QusopDataPage, inventory);
  gtk_widget_class_bind_template_child (widget_class, QusopDataPage, findings_title);
  gtk_widget_class_bind_template_child (widget_class, QusopDataPage, findings);
  gtk_widget_class_bind_template_child (widget_class, QusopDataPage, table);
  gtk_widget_class_bind_template_child (widget_class, QusopDataPage, table_note);
}

static void
qusop_data_page_class_init (QusopDataPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_data_page_dispose;
  mapped_signal = g_signal_new ("mapped", QUSOP_TYPE_DATA_PAGE, G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (QUSOP_TYPE_FINDINGS_LIST);
  g_type_ensure (QUSOP_TYPE_MAPPING_PANE);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-data-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, finding_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, mapped_cb);
}

static void
qusop_data_page_init (QusopDataPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  qusop_explain (GTK_WIDGET (self->findings_title), "findings");
  qusop_name_inner (GTK_WIDGET (self->table), GTK_TYPE_LIST_VIEW,
                    _ ("Rows of the study"));
}

void
qusop_data_page_set_session (QusopDataPage *self, QusopSession *session)
{
  g_set_object (&self->session, session);
  g_signal_connect_object (session, "notify::dataset", G_CALLBACK (dataset_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::question", G_CALLBACK (question_changed_cb),
                           self, G_CONNECT_SWAPPED);
  dataset_changed_cb (self);
}
