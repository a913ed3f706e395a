/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-exposure-page.h"

#include "document/qusop-diagnostics.h"
#include "pages/qusop-nca-columns.h"
#include "qusop-settings.h"
#include "widgets/qusop-model-tables.h"
#include "widgets/qusop-names.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

/* The charts, in the order of the list. */
enum {
  CHART_CONCENTRATION,
  CHART_CMAX,
  CHART_AUC,
  CHART_TROUGH,
  CHART_ACCUMULATION,
  CHART_STEADY,
  N_CHARTS,
};

static const QsNcaParameter parameters[N_CHARTS] = {
  [CHART_CMAX] = QS_NCA_CMAX,           [CHART_AUC] = QS_NCA_AUC_TAU,
  [CHART_TROUGH] = QS_NCA_CTROUGH,      [CHART_ACCUMULATION] = QS_NCA_ACCUMULATION,
  [CHART_STEADY] = QS_NCA_STEADY_STATE,
};

struct _QusopExposurePage {
  GtkWidget parent_instance;

  QusopSession *session;
  GSettings    *settings; /* nullable */
  gboolean      dirty;    /* changed while the page was out of sight, as below */
  gboolean      tables_dirty;

  /* Template children. */
  GtkStack       *stack;
  GtkDropDown    *chart_choice;
  GtkCheckButton *logarithmic;
  QusopPlotView  *chart;
  GtkStack       *tables;
  GtkColumnView  *subjects;
  GtkColumnView  *summary;
  QusopTextTable *proportionality;
  GtkWidget      *switcher;
  GtkLabel       *missing;
};

G_DEFINE_FINAL_TYPE (QusopExposurePage, qusop_exposure_page, GTK_TYPE_WIDGET)

static QsDataset *
usable_dataset (QusopExposurePage *self)
{
  QsDataset *dataset =
      self->session != NULL ? qusop_session_get_dataset (self->session) : NULL;

  return dataset != NULL && qs_dataset_is_usable (dataset) ? dataset : NULL;
}

/* The concentrations of who is selected, with the model's course where one is known. */
static QusopPlotSpec *
concentrations (QusopExposurePage *self, QsDataset *dataset)
{
  QsDiagnostics *diagnostics = qusop_session_get_diagnostics (self->session);
  const gboolean logarithmic = gtk_check_button_get_active (self->logarithmic);
  const guint    subject = qusop_session_get_selected_subject (self->session);
  QusopObserved  what = qusop_observed_default (QS_ENDPOINT_PK);

  if (subject < qs_dataset_n_subjects (dataset) && diagnostics != NULL &&
      diagnostics->individuals != NULL)
    return qusop_figure_individual (diagnostics, dataset, QS_ENDPOINT_PK, logarithmic,
                                    subject);

  what.logarithmic = logarithmic;
  what.highlighted = subject;
  return qusop_figure_observed (dataset, &what);
}

static void
draw (QusopExposurePage *self)
{
  const guint               choice = gtk_drop_down_get_selected (self->chart_choice);
  QsDataset                *dataset = usable_dataset (self);
  QsNca                    *nca = qusop_session_get_nca (self->session);
  g_autoptr (QusopPlotSpec) spec = NULL;

  self->dirty = FALSE;
  gtk_widget_set_sensitive (GTK_WIDGET (self->logarithmic),
                            choice == CHART_CONCENTRATION);
  if (dataset != NULL && (choice == CHART_CONCENTRATION || choice >= N_CHARTS))
    spec = concentrations (self, dataset);
  else if (dataset != NULL && nca != NULL)
    spec = qusop_figure_exposure (dataset, nca, parameters[choice],
                                  qusop_session_get_selected_subject (self->session));
  qusop_plot_view_set_spec (self->chart, spec);
}

/* A page out of sight must not cost the slider of another page its frames. */
static void
redraw (QusopExposurePage *self)
{
  self->dirty = TRUE;
  if (self->session != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    draw (self);
}

/* The course of a person comes with the diagnostics of the model, which may not have been
 * asked for yet. */
static void
request_course (QusopExposurePage *self)
{
  QsModel *model = qusop_session_get_model (self->session);

  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && model != NULL &&
      model->kind == QS_MODEL_PKPD &&
      qusop_session_get_selected_subject (self->session) != QUSOP_NO_SUBJECT &&
      qusop_session_get_diagnostics (self->session) == NULL &&
      qusop_session_get_diagnostics_problem (self->session) == NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.diagnose", NULL);
}

static void
logarithmic_cb (QusopExposurePage *self)
{
  if (self->settings != NULL)
    g_settings_set_boolean (self->settings, "exposure-logarithmic",
                            gtk_check_button_get_active (self->logarithmic));
  redraw (self);
}

/* The rows of a column view live in a list view of its own, beside the header. */
static GtkWidget *
find_rows (GtkColumnView *table)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (table));

  while (child != NULL && !GTK_IS_LIST_VIEW (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static void
row_selected_cb (QusopExposurePage  *self,
                 GParamSpec         *pspec,
                 GtkSingleSelection *selection)
{
  const guint row = gtk_single_selection_get_selected (selection);

  qusop_session_set_selected_subject (
      self->session, qusop_nca_columns_subject (G_LIST_MODEL (selection), row));
}

/* Also while rows are being added: the one that is pointed out may come late. */
static void
select_row (QusopExposurePage *self)
{
  const guint        subject = qusop_session_get_selected_subject (self->session);
  GtkSelectionModel *selection = gtk_column_view_get_model (self->subjects);
  guint              row = GTK_INVALID_LIST_POSITION;

  if (!GTK_IS_SINGLE_SELECTION (selection))
    return;
  if (subject != QUSOP_NO_SUBJECT)
    row = qusop_nca_columns_row (G_LIST_MODEL (selection), subject);
  if (gtk_single_selection_get_selected (GTK_SINGLE_SELECTION (selection)) == row ||
      (subject != QUSOP_NO_SUBJECT && row == GTK_INVALID_LIST_POSITION))
    return;

  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (selection), row);
  if (row != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (find_rows (self->subjects), "list.scroll-to-item", "u",
                                row);
}

/* A click beside all curves points out nobody. */
static void
picked_cb (QusopExposurePage *self, guint tag)
{
  qusop_session_set_selected_subject (self->session,
                                      tag > 0 ? tag - 1 : QUSOP_NO_SUBJECT);
}

/* Only once somebody looks at it. */
static void
show_summary (QusopExposurePage *self)
{
  QsNca *nca = self->session != NULL ? qusop_session_get_nca (self->session) : NULL;

  if (nca != NULL && gtk_column_view_get_model (self->summary) == NULL &&
      g_str_equal (gtk_stack_get_visible_child_name (self->tables), "summary"))
    qusop_nca_columns_show_summary (self->summary, nca);
}

static void
show_proportionality (QusopExposurePage *self, QsDataset *dataset, QsNca *nca)
{
  GtkStackPage *page =
      gtk_stack_get_page (self->tables, GTK_WIDGET (self->proportionality));

  qusop_show_proportionality (self->proportionality, dataset, nca);
  gtk_stack_page_set_visible (page, !qusop_text_table_is_empty (self->proportionality));
}

static void
show_tables (QusopExposurePage *self)
{
  QsDataset     *dataset = usable_dataset (self);
  QsNca         *nca = qusop_session_get_nca (self->session);
  const gboolean busy = qusop_session_is_busy (self->session, QUSOP_ACTIVITY_EXPLORE);
  g_autoptr (GtkSelectionModel) subjects = NULL;

  self->tables_dirty = FALSE;
  gtk_column_view_set_model (self->subjects, NULL);
  gtk_column_view_set_model (self->summary, NULL);
  gtk_widget_set_visible (self->switcher, nca != NULL);
  if (dataset == NULL || nca == NULL) {
    gtk_label_set_label (
        self->missing,
        busy ? _ ("The exposure is being analysed.")
        : dataset != NULL && qs_dataset_n_observations (dataset, QS_ENDPOINT_PK) == 0
            ? _ ("The study has no concentrations, so there is no exposure to analyse.")
            : _ ("The analysis was cancelled; open the study again to repeat it."));
    gtk_stack_set_visible_child_name (self->tables, "missing");
    return;
  }

  show_proportionality (self, dataset, nca);
  qusop_nca_columns_show_subjects (self->subjects, dataset, nca);
  subjects =
      GTK_SELECTION_MODEL (g_object_ref (gtk_column_view_get_model (self->subjects)));
  g_signal_connect_object (subjects, "items-changed", G_CALLBACK (select_row), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (subjects, "notify::selected", G_CALLBACK (row_selected_cb),
                           self, G_CONNECT_SWAPPED);
  if (g_str_equal (gtk_stack_get_visible_child_name (self->tables), "missing"))
    gtk_stack_set_visible_child_name (self->tables, "subjects");
  show_summary (self);
}

static void
qusop_exposure_page_map (GtkWidget *widget)
{
  QusopExposurePage *self = QUSOP_EXPOSURE_PAGE (widget);

  GTK_WIDGET_CLASS (qusop_exposure_page_parent_class)->map (widget);
  if (self->tables_dirty)
    show_tables (self);
  if (self->dirty)
    draw (self);
  request_course (self);
}

static void
exploration_changed_cb (QusopExposurePage *self)
{
  self->tables_dirty = TRUE;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    show_tables (self);
  redraw (self);
}

static void
subject_selected_cb (QusopExposurePage *self)
{
  select_row (self);
  redraw (self);
  request_course (self);
}

static void
dataset_changed_cb (QusopExposurePage *self)
{
  QsDataset *dataset = qusop_session_get_dataset (self->session);

  gtk_stack_set_visible_child_name (self->stack, dataset == NULL ? "empty"
                                                 : usable_dataset (self) == NULL
                                                     ? "unusable"
                                                     : "study");
  exploration_changed_cb (self);
}

static void
qusop_exposure_page_dispose (GObject *object)
{
  QusopExposurePage *self = QUSOP_EXPOSURE_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), QUSOP_TYPE_EXPOSURE_PAGE);
  g_clear_object (&self->settings);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (qusop_exposure_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, QusopExposurePage, stack);
  gtk_widget_class_bind_template_child (widget_class, QusopExposurePage, chart_choice);
  gtk_widget_class_bind_template_child (widget_class, QusopExposurePage, logarithmic);
  gtk_widget_class_bind_template_child (widget_class, QusopExposurePage, chart);
  gtk_widget_class_bind_template_child (widget_class, QusopExposurePage, tables);
  gtk_widget_class_bind_template_child (widget_class, QusopExposurePage, subjects);
  gtk_widget_class_bind_template_child (widget_class, QusopExposurePage, summary);
  gtk_widget_class_bind_template_child (widget_class, QusopExposurePage, proportionality);
  gtk_widget_class_bind_template_child (widget_class, QusopExposurePage, switcher);
  gtk_widget_class_bind_template_child (widget_class, QusopExposurePage, missing);
}

static void
qusop_exposure_page_class_init (QusopExposurePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_exposure_page_dispose;
  widget_class->map = qusop_exposure_page_map;

  g_type_ensure (QUSOP_TYPE_PLOT_VIEW);
  g_type_ensure (QUSOP_TYPE_TEXT_TABLE);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-exposure-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, redraw);
  gtk_widget_class_bind_template_callback (widget_class, logarithmic_cb);
  gtk_widget_class_bind_template_callback (widget_class, picked_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_summary);
}

static void
qusop_exposure_page_init (QusopExposurePage *self)
{
  self->settings = qusop_settings_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  if (self->settings != NULL)
    gtk_check_button_set_active (
        self->logarithmic,
        g_settings_get_boolean (self->settings, "exposure-logarithmic"));
  qusop_name_inner (GTK_WIDGET (self->subjects), GTK_TYPE_LIST_VIEW,
                    _ ("Exposure of each subject"));
  qusop_name_inner (GTK_WIDGET (self->summary), GTK_TYPE_LIST_VIEW,
                    _ ("Exposure by dose"));
  qusop_name_inner (GTK_WIDGET (self->chart_choice), GTK_TYPE_TOGGLE_BUTTON,
                    _ ("Chart to show"));
}

void
qusop_exposure_page_set_session (QusopExposurePage *self, QusopSession *session)
{
  static const struct {
    const char *signal;
    GCallback   callback;
  } listeners[] = {
    { "notify::dataset", G_CALLBACK (dataset_changed_cb) },
    { "notify::exploration", G_CALLBACK (exploration_changed_cb) },
    { "notify::selected-subject", G_CALLBACK (subject_selected_cb) },
    { "notify::diagnostics", G_CALLBACK (redraw) },
  };

  g_set_object (&self->session, session);
  for (guint i = 0; i < G_N_ELEMENTS (listeners); i++)
    g_signal_connect_object (session, listeners[i].signal, listeners[i].callback, self,
                             G_CONNECT_SWAPPED);
  dataset_changed_cb (self);
}

QusopPlotView *
qusop_exposure_page_get_chart (QusopExposurePage *self)
{
  return self->chart;
}
