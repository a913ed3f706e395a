/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-scenarios-page.h"

#include "document/qusop-figures.h"
#include "pages/qusop-scenario-columns.h"
#include "pages/qusop-scenario-words.h"
#include "widgets/qusop-names.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _QusopScenariosPage {
  GtkWidget parent_instance;

  QusopSession       *session;
  QusopScenarios     *scenarios; /* the session's */
  GListStore         *rows;      /* of GtkStringObject: ids */
  GtkSingleSelection *selection;
  guint               selected; /* id, 0 for none */
  gboolean            updating; /* controls follow the rows, not the user */

  /* Template children. */
  GtkStack       *stack;
  GtkWidget      *progress_box;
  GtkLabel       *progress_text;
  GtkProgressBar *progress;
  GtkWidget      *cancel_button;
  GtkWidget      *resume_button;
  GtkColumnView  *table;
  GtkEntry       *name;
  GtkLabel       *details;
  GtkDropDown    *chart_choice;
  QusopPlotView  *chart;
};

/* In the order of the list of charts. */
enum { CHART_CURVES, CHART_TORNADO };

G_DEFINE_FINAL_TYPE (QusopScenariosPage, qusop_scenarios_page, GTK_TYPE_WIDGET)

static guint cancel_signal;

static QusopPlotSpec *
make_figure (QusopScenariosPage *self)
{
  const GPtrArray        *cases = qusop_scenarios_get_cases (self->scenarios);
  const QusopCase        *base = qusop_scenarios_get_base (self->scenarios);
  g_autofree QusopAnswer *answers = g_new0 (QusopAnswer, MAX (cases->len, 1));

  for (guint i = 0; i < cases->len; i++) {
    const QusopCase *row = g_ptr_array_index (cases, i);

    answers[i] = (QusopAnswer){
      .name = row->name,
      .result = qusop_scenarios_get_result (self->scenarios, row->id),
      .is_base = row == base,
      .is_chosen = row->id == self->selected,
      .tag = row->id,
    };
  }
  return gtk_drop_down_get_selected (self->chart_choice) == CHART_TORNADO
             ? qusop_figure_tornado (answers, cases->len)
             : qusop_figure_overlay (answers, cases->len);
}

static void
show_chart (QusopScenariosPage *self)
{
  if (self->session != NULL && gtk_widget_get_mapped (GTK_WIDGET (self))) {
    g_autoptr (QusopPlotSpec) spec = make_figure (self);

    qusop_plot_view_set_spec (self->chart, spec);
  }
}

static void
show_progress (QusopScenariosPage *self)
{
  const double fraction =
      qusop_session_get_fraction (self->session, QUSOP_ACTIVITY_SCENARIOS);
  const gboolean   busy = fraction >= 0.0;
  const gboolean   paused = qusop_scenarios_is_paused (self->scenarios);
  const guint      n_left = qusop_scenarios_n_left (self->scenarios);
  const gboolean   asked = qusop_session_get_model (self->session) != NULL;
  g_autofree char *left = g_strdup_printf (
      ngettext ("%u scenario was not answered", "%u scenarios were not answered", n_left),
      n_left);

  gtk_widget_set_visible (self->progress_box, n_left > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), busy);
  gtk_widget_set_visible (self->cancel_button, busy);
  gtk_widget_set_visible (self->resume_button, paused && asked);
  gtk_progress_bar_set_fraction (self->progress, CLAMP (fraction, 0.0, 1.0));
  gtk_label_set_label (
      self->progress_text,
      busy     ? qusop_session_get_activity_text (self->session, QUSOP_ACTIVITY_SCENARIOS)
      : paused ? left
      : qusop_session_is_busy (self->session, QUSOP_ACTIVITY_TRAIN)
          ? _ ("They are answered as soon as the model is trained")
          : _ ("Train a model to have them answered"));
}

static void
show_details (QusopScenariosPage *self)
{
  const QusopCase *row = qusop_scenarios_find (self->scenarios, self->selected);
  const char      *reason = qusop_scenarios_get_reason (self->scenarios, self->selected);
  g_autofree char *differs = qusop_scenario_differences (self->scenarios, self->selected);
  static const char *const actions[] = { "scenarios.open", "scenarios.duplicate",
                                         "scenarios.up",   "scenarios.down",
                                         "scenarios.base", "scenarios.remove" };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i], row != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->name), row != NULL);
  self->updating = TRUE;
  if (row == NULL ||
      g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->name)), row->name) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->name), row != NULL ? row->name : "");
  self->updating = FALSE;
  gtk_label_set_label (self->details, reason != NULL ? reason : differs);
}

static guint
id_at (QusopScenariosPage *self, guint position)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->rows), position);

  return item != NULL ? qusop_scenario_columns_id (item) : 0;
}

static gboolean
shows (QusopScenariosPage *self, const GPtrArray *cases)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->rows)) != cases->len)
    return FALSE;
  for (guint i = 0; i < cases->len; i++)
    if (id_at (self, i) != ((const QusopCase *) g_ptr_array_index (cases, i))->id)
      return FALSE;
  return TRUE;
}

static void
select_id (QusopScenariosPage *self, guint id)
{
  const GPtrArray *cases = qusop_scenarios_get_cases (self->scenarios);

  self->selected = id;
  for (guint i = 0; i < cases->len; i++)
    if (((const QusopCase *) g_ptr_array_index (cases, i))->id == id)
      gtk_single_selection_set_selected (self->selection, i);
}

/* Rows that came, went or moved; the selected one stays so, or its neighbour gets it. */
static void
show_rows (QusopScenariosPage *self)
{
  const GPtrArray      *cases = qusop_scenarios_get_cases (self->scenarios);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  const guint           position = gtk_single_selection_get_selected (self->selection);
  guint                 wanted = self->selected;
  const guint           nearest = position < cases->len                   ? position
                                  : position == GTK_INVALID_LIST_POSITION ? 0
                                                                          : cases->len - 1;

  gtk_stack_set_visible_child_name (self->stack, cases->len > 0 ? "rows" : "empty");
  if (shows (self, cases))
    return;

  for (guint i = 0; i < cases->len; i++) {
    const QusopCase *row = g_ptr_array_index (cases, i);
    g_autofree char *id = g_strdup_printf ("%u", row->id);

    g_ptr_array_add (items, gtk_string_object_new (id));
  }
  if (qusop_scenarios_find (self->scenarios, wanted) == NULL)
    wanted =
        cases->len > 0 ? ((const QusopCase *) g_ptr_array_index (cases, nearest))->id : 0;
  self->updating = TRUE;
  g_list_store_splice (self->rows, 0,
                       g_list_model_get_n_items (G_LIST_MODEL (self->rows)), items->pdata,
                       items->len);
  self->updating = FALSE;
  select_id (self, wanted);
}

static void
edited_cb (QusopScenariosPage *self)
{
  show_rows (self);
  show_details (self);
  show_progress (self);
  show_chart (self);
}

static void
computed_cb (QusopScenariosPage *self)
{
  show_details (self);
  show_progress (self);
  show_chart (self);
}

static void
selected_cb (QusopScenariosPage *self)
{
  const guint id = id_at (self, gtk_single_selection_get_selected (self->selection));

  if (self->updating || id == self->selected)
    return;
  self->selected = id;
  show_details (self);
  show_chart (self);
}

static void
picked_cb (QusopScenariosPage *self, guint tag)
{
  if (tag != 0)
    select_id (self, tag);
}

/* As many virtual patients as suit the model, where nobody chose otherwise. */
static QsPopulationOptions
present_patients (QusopScenariosPage *self)
{
  const QsPopulationOptions usual = qusop_session_get_default_population (self->session);
  QsPopulationOptions options = *qusop_session_get_population_options (self->session);

  if (options.n_subjects == usual.n_subjects &&
      options.n_replicates == usual.n_replicates)
    options.n_subjects = options.n_replicates = 0;
  return options;
}

static void
add_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QusopScenariosPage       *self = QUSOP_SCENARIOS_PAGE (widget);
  const QsPopulationOptions patients = present_patients (self);
  const QsScenario         *scenario = qusop_session_get_scenario (self->session);
  g_autoptr (QusopCase)     row = qusop_case_new (NULL, scenario, &patients);
  g_autofree char          *title = qusop_scenario_title (row);

  select_id (self, qusop_scenarios_add (self->scenarios, title, scenario, &patients));
}

static void
template_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QusopScenariosPage       *self = QUSOP_SCENARIOS_PAGE (widget);
  const QsModel            *model = qusop_session_get_model (self->session);
  const QsDataset          *dataset = qusop_session_get_dataset (self->session);
  const QsPopulationOptions patients = present_patients (self);
  const gboolean            has_comed = model != NULL ? model->facts.has_comed
                                        : dataset != NULL ? qs_dataset_facts (dataset).has_comed
                                                          : TRUE;

  if (g_variant_get_uint32 (parameter) < QUSOP_N_TEMPLATES)
    qusop_scenarios_add_template (self->scenarios, g_variant_get_uint32 (parameter),
                                  has_comed, qusop_session_get_scenario (self->session),
                                  &patients);
}

static void
row_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QusopScenariosPage *self = QUSOP_SCENARIOS_PAGE (widget);

  if (g_str_equal (name, "scenarios.duplicate"))
    select_id (self, qusop_scenarios_duplicate (self->scenarios, self->selected));
  else if (g_str_equal (name, "scenarios.up"))
    qusop_scenarios_move (self->scenarios, self->selected, -1);
  else if (g_str_equal (name, "scenarios.down"))
    qusop_scenarios_move (self->scenarios, self->selected, 1);
  else if (g_str_equal (name, "scenarios.base"))
    qusop_scenarios_set_base (self->scenarios, self->selected);
  else if (g_str_equal (name, "scenarios.remove"))
    qusop_scenarios_remove (self->scenarios, self->selected);
}

/* The row becomes the present question. */
static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QusopScenariosPage *self = QUSOP_SCENARIOS_PAGE (widget);
  const QusopCase    *row = qusop_scenarios_find (self->scenarios, self->selected);
  QsPopulationOptions patients, usual;

  if (row == NULL)
    return;

  usual = qusop_session_get_default_population (self->session);
  patients = row->population;
  if (patients.n_subjects == 0) {
    patients.n_subjects = usual.n_subjects;
    patients.n_replicates = usual.n_replicates;
  }
  qusop_session_set_population_options (self->session, &patients);
  qusop_session_set_scenario (self->session, &row->scenario);
  gtk_widget_activate_action (widget, "win.page", "s", "decide");
}

static void
resume_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qusop_scenarios_resume (QUSOP_SCENARIOS_PAGE (widget)->scenarios);
}

static void
cancel_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, cancel_signal, 0);
}

static void
rename_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (QUSOP_SCENARIOS_PAGE (widget)->name));
}

static void
row_activated_cb (QusopScenariosPage *self, guint position)
{
  select_id (self, id_at (self, position));
  gtk_widget_activate_action (GTK_WIDGET (self), "scenarios.open", NULL);
}

static void
name_changed_cb (QusopScenariosPage *self)
{
  if (!self->updating)
    qusop_scenarios_rename (self->scenarios, self->selected,
                            gtk_editable_get_text (GTK_EDITABLE (self->name)));
}

static void
qusop_scenarios_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (qusop_scenarios_page_parent_class)->map (widget);
  show_chart (QUSOP_SCENARIOS_PAGE (widget));
}

static void
qusop_scenarios_page_dispose (GObject *object)
{
  QusopScenariosPage *self = QUSOP_SCENARIOS_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), QUSOP_TYPE_SCENARIOS_PAGE);
  g_clear_object (&self->selection);
  g_clear_object (&self->rows);
  g_clear_object (&self->scenarios);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (qusop_scenarios_page_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  static const char *const of_row[] = { "scenarios.duplicate", "scenarios.up",
                                        "scenarios.down", "scenarios.base",
                                        "scenarios.remove" };

  gtk_widget_class_install_action (widget_class, "scenarios.add", NULL, add_action);
  gtk_widget_class_install_action (widget_class, "scenarios.template", "u",
                                   template_action);
  for (guint i = 0; i < G_N_ELEMENTS (of_row); i++)
    gtk_widget_class_install_action (widget_class, of_row[i], NULL, row_action);
  gtk_widget_class_install_action (widget_class, "scenarios.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "scenarios.rename", NULL, rename_action);
  gtk_widget_class_install_action (widget_class, "scenarios.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "scenarios.resume", NULL, resume_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK,
                                       "scenarios.up", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK,
                                       "scenarios.down", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_d, GDK_CONTROL_MASK,
                                       "scenarios.duplicate", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F2, 0, "scenarios.rename",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0,
                                       "scenarios.remove", NULL);
}

static void
qusop_scenarios_page_class_init (QusopScenariosPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_scenarios_page_dispose;
  widget_class->map = qusop_scenarios_page_map;
  cancel_signal = g_signal_new ("cancel", QUSOP_TYPE_SCENARIOS_PAGE, G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (QUSOP_TYPE_PLOT_VIEW);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-scenarios-page.ui");
#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, QusopScenariosPage, child)
  BIND (stack);
  BIND (progress_box);
  BIND (progress_text);
  BIND (progress);
  BIND (cancel_button);
  BIND (resume_button);
  BIND (table);
  BIND (name);
  BIND (details);
  BIND (chart_choice);
  BIND (chart);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, name_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, picked_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_chart);
  install_actions (widget_class);
}

static void
qusop_scenarios_page_init (QusopScenariosPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  qusop_name_inner (GTK_WIDGET (self->table), GTK_TYPE_LIST_VIEW, _ ("Scenarios"));
  qusop_name_inner (GTK_WIDGET (self->chart_choice), GTK_TYPE_TOGGLE_BUTTON,
                    _ ("Chart of the scenarios"));

  self->rows = g_list_store_new (GTK_TYPE_STRING_OBJECT);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->rows)));
  g_signal_connect_object (self->selection, "notify::selected", G_CALLBACK (selected_cb),
                           self, G_CONNECT_SWAPPED);
  gtk_column_view_set_model (self->table, GTK_SELECTION_MODEL (self->selection));
}

void
qusop_scenarios_page_set_session (QusopScenariosPage *self, QusopSession *session)
{
  g_set_object (&self->session, session);
  g_set_object (&self->scenarios, qusop_session_get_scenarios (session));
  qusop_scenario_columns_add (self->table, self->scenarios);
  g_signal_connect_object (self->scenarios, "edited", G_CALLBACK (edited_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->scenarios, "computed", G_CALLBACK (computed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::activity", G_CALLBACK (show_progress), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (show_progress), self,
                           G_CONNECT_SWAPPED);
  edited_cb (self);
}

QusopPlotView *
qusop_scenarios_page_get_chart (QusopScenariosPage *self)
{
  return self->chart;
}
