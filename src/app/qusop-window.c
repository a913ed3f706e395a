/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-window.h"

#include "pages/qusop-comparison-page.h"
#include "pages/qusop-data-page.h"
#include "pages/qusop-decide-page.h"
#include "pages/qusop-diagnostics-page.h"
#include "pages/qusop-estimate-page.h"
#include "pages/qusop-explore-page.h"
#include "pages/qusop-exposure-page.h"
#include "pages/qusop-history-page.h"
#include "pages/qusop-model-page.h"
#include "pages/qusop-published-page.h"
#include "pages/qusop-report-page.h"
#include "pages/qusop-scenarios-page.h"
#include "pages/qusop-start-page.h"
#include "qusop-autosave.h"
#include "qusop-companion.h"
#include "qusop-comparer.h"
#include "qusop-diagnoser.h"
#include "qusop-estimator.h"
#include "qusop-explorer.h"
#include "qusop-exporter.h"
#include "qusop-frames.h"
#include "qusop-keeper.h"
#include "qusop-loader.h"
#include "qusop-page-status.h"
#include "qusop-recorder.h"
#include "qusop-reporter.h"
#include "qusop-reproducer.h"
#include "qusop-sample.h"
#include "qusop-scenario-runner.h"
#include "qusop-settings.h"
#include "qusop-solver.h"
#include "qusop-status-bar.h"
#include "qusop-trainer.h"
#include "qusop-undo.h"
#include "widgets/qusop-first-steps.h"
#include "widgets/qusop-glossary-window.h"
#include "widgets/qusop-names.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

struct _QusopWindow {
  AdwApplicationWindow parent_instance;

  QusopSession         *session;
  QusopLoader          *loader;
  QusopTrainer         *trainer;
  QusopSolver          *solver;
  QusopCompanion       *companion;
  QusopExporter        *exporter;
  QusopExplorer        *explorer;
  QusopDiagnoser       *diagnoser;
  QusopEstimator       *estimator;
  QusopComparer        *comparer;
  QusopReproducer      *reproducer;
  QusopScenarioRunner  *scenario_runner;
  QusopHistory         *history;
  QusopInspector       *inspector;
  QusopRecorder        *recorder;
  QusopReporter        *reporter;
  QusopKeeper          *keeper;
  QusopAutosave        *autosave;
  QusopUndo            *undo;
  GPtrArray            *lost; /* copies of work that ended unexpectedly */
  QusopFrames          *frames;
  GSettings            *settings;    /* nullable */
  GtkFileChooserNative *chooser;     /* while a dialog is open */
  QusopReportForm       report_form; /* that the dialog asks a place for */
  gulong                recent_handler;

  /* Template children. */
  AdwWindowTitle       *title;
  AdwSplitButton       *open_button;
  GtkWidget            *undo_button;
  GtkWidget            *redo_button;
  GtkInfoBar           *problem_bar;
  GtkLabel             *problem_title;
  GtkLabel             *problem_detail;
  QusopFirstSteps      *first_steps;
  GtkWidget            *header;
  GtkInfoBar           *recovery_bar;
  GtkLabel             *recovery_text;
  QusopStepRail        *rail;
  AdwToastOverlay      *toasts;
  GtkStack             *pages;
  QusopStartPage       *start_page;
  QusopDataPage        *data_page;
  QusopExplorePage     *explore_page;
  QusopExposurePage    *exposure_page;
  QusopModelPage       *model_page;
  GtkStack             *checks; /* the pages of one step */
  QusopDiagnosticsPage *diagnostics_page;
  QusopEstimatePage    *estimate_page;
  QusopComparisonPage  *comparison_page;
  QusopPublishedPage   *published_page;
  QusopDecidePage      *decide_page;
  QusopScenariosPage   *scenarios_page;
  QusopReportPage      *report_page;
  QusopHistoryPage     *history_page;
  QusopStatusBar       *status_bar;
};

G_DEFINE_FINAL_TYPE (QusopWindow, qusop_window, ADW_TYPE_APPLICATION_WINDOW)

/* A chart in a file, points: a journal's one-and-a-half columns. */
static const double export_width = 640.0, export_height = 420.0;
static const guint  n_recent_at_most = 6;

/* Ticks off what the first steps can see: a page counts once there is something on it. */
static void
note_first_steps (QusopWindow *self)
{
  QsDataset  *dataset = qusop_session_get_dataset (self->session);
  const char *page = gtk_stack_get_visible_child_name (self->pages);

  if (dataset != NULL && qs_dataset_is_usable (dataset)) {
    qusop_first_steps_set_done (self->first_steps, QUSOP_FIRST_OPEN, TRUE);
    if (g_strcmp0 (page, qusop_page_name (QUSOP_PAGE_EXPLORE)) == 0)
      qusop_first_steps_set_done (self->first_steps, QUSOP_FIRST_LOOK, TRUE);
  }
  if (qusop_session_get_model (self->session) != NULL)
    qusop_first_steps_set_done (self->first_steps, QUSOP_FIRST_FIT, TRUE);
  if (qusop_session_get_result (self->session) != NULL &&
      g_strcmp0 (page, qusop_page_name (QUSOP_PAGE_DECIDE)) == 0)
    qusop_first_steps_set_done (self->first_steps, QUSOP_FIRST_DECIDE, TRUE);
  if (qusop_exporter_has_written (self->exporter))
    qusop_first_steps_set_done (self->first_steps, QUSOP_FIRST_EXPORT, TRUE);
}

static gboolean
is_presenting (QusopWindow *self)
{
  g_autoptr (GVariant) state =
      g_action_group_get_action_state (G_ACTION_GROUP (self), "present");

  return g_variant_get_boolean (state);
}

static void
stop_presenting (QusopWindow *self)
{
  g_action_group_change_action_state (G_ACTION_GROUP (self), "present",
                                      g_variant_new_boolean (FALSE));
}

/* Only Decide is presented: another page without its surroundings would be a trap. So
 * would a menu of the page before, which keeps the keys. */
static void
show_page (QusopWindow *self, guint step)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  GtkWidget *menu =
      focus != NULL ? gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) : NULL;

  if (menu != NULL)
    gtk_popover_popdown (GTK_POPOVER (menu));
  if (step != QUSOP_PAGE_DECIDE && is_presenting (self))
    stop_presenting (self);
  gtk_stack_set_visible_child_name (self->pages, qusop_page_name (step));
  qusop_step_rail_select (self->rail, step);
  note_first_steps (self);
}

static void
step_selected_cb (QusopWindow *self, int step)
{
  gtk_stack_set_visible_child_name (self->pages, qusop_page_name (step));
  note_first_steps (self);
}

/* The step has several pages: of the current model, of models beside each other, and of
 * what was published. */
static QusopPlotView *
chart_of_checks (QusopWindow *self)
{
  const char *check = gtk_stack_get_visible_child_name (self->checks);

  if (g_strcmp0 (check, "comparison") == 0)
    return qusop_comparison_page_get_chart (self->comparison_page);
  if (g_strcmp0 (check, "published") == 0)
    return qusop_published_page_get_chart (self->published_page);
  return qusop_diagnostics_page_get_chart (self->diagnostics_page);
}

static QusopPlotView *
current_chart (QusopWindow *self)
{
  GtkWidget  *focus = gtk_window_get_focus (GTK_WINDOW (self));
  const char *page = gtk_stack_get_visible_child_name (self->pages);

  if (focus != NULL && QUSOP_IS_PLOT_VIEW (focus))
    return QUSOP_PLOT_VIEW (focus);
  if (g_strcmp0 (page, qusop_page_name (QUSOP_PAGE_EXPLORE)) == 0)
    return qusop_explore_page_get_chart (self->explore_page);
  if (g_strcmp0 (page, qusop_page_name (QUSOP_PAGE_EXPOSURE)) == 0)
    return qusop_exposure_page_get_chart (self->exposure_page);
  if (g_strcmp0 (page, qusop_page_name (QUSOP_PAGE_MODEL)) == 0)
    return qusop_model_page_get_chart (self->model_page);
  if (g_strcmp0 (page, qusop_page_name (QUSOP_PAGE_DIAGNOSTICS)) == 0)
    return chart_of_checks (self);
  if (g_strcmp0 (page, qusop_page_name (QUSOP_PAGE_DECIDE)) == 0)
    return qusop_decide_page_get_chart (self->decide_page);
  if (g_strcmp0 (page, qusop_page_name (QUSOP_PAGE_SCENARIOS)) == 0)
    return qusop_scenarios_page_get_chart (self->scenarios_page);
  if (g_strcmp0 (page, qusop_page_name (QUSOP_PAGE_ESTIMATE)) == 0)
    return qusop_estimate_page_get_chart (self->estimate_page);
  return NULL;
}

static void
show_steps (QusopWindow *self)
{
  note_first_steps (self);
  for (guint i = 0; i < QUSOP_N_PAGES; i++)
    qusop_step_rail_set_status (self->rail, i,
                                i == QUSOP_PAGE_REPORT
                                    ? qusop_reporter_status (self->reporter)
                                    : qusop_page_status (i, self->session));
}

static void
show_title (QusopWindow *self)
{
  QsDataset       *dataset = qusop_session_get_dataset (self->session);
  QsModel         *model = qusop_session_get_model (self->session);
  const char      *project = qusop_session_get_project (self->session);
  g_autofree char *name = project != NULL ? g_path_get_basename (project)
                          : dataset != NULL
                              ? g_path_get_basename (qs_dataset_path (dataset))
                              : NULL;
  g_autofree char *marked = project != NULL && qusop_session_is_unsaved (self->session)
                                ? g_strconcat ("• ", name, NULL)
                                : g_strdup (name);
  g_autofree char *about = NULL;

  if (model != NULL)
    about = g_strdup_printf (
        ngettext ("%s, %u parameter draw", "%s, %u parameter draws", model->draws->len),
        qusop_model_title (model), model->draws->len);
  adw_window_title_set_title (self->title, marked != NULL ? marked : "QuSOP");
  adw_window_title_set_subtitle (self->title, about != NULL ? about : "");
}

static void
update_actions (QusopWindow *self)
{
  QsDataset     *dataset = qusop_session_get_dataset (self->session);
  const gboolean training = qusop_session_is_busy (self->session, QUSOP_ACTIVITY_TRAIN);
  GAction       *train = g_action_map_lookup_action (G_ACTION_MAP (self), "train");
  GAction       *table = g_action_map_lookup_action (G_ACTION_MAP (self), "export-table");
  GAction *config = g_action_map_lookup_action (G_ACTION_MAP (self), "export-config");

  g_simple_action_set_enabled (G_SIMPLE_ACTION (config), dataset != NULL);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (table),
                               qusop_session_get_nca (self->session) != NULL);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (train),
                               dataset != NULL && qs_dataset_is_usable (dataset) &&
                                   !training &&
                                   !qusop_session_needs_mapping (self->session));
}

static void
work_changed_cb (QusopWindow *self)
{
  update_actions (self);
  show_steps (self);
}

static void
model_changed_cb (QusopWindow *self)
{
  show_title (self);
  show_steps (self);
}

static void
problem_changed_cb (QusopWindow *self)
{
  const char *title = qusop_session_get_problem (self->session);
  const char *detail = qusop_session_get_problem_detail (self->session);

  gtk_label_set_label (self->problem_title, title != NULL ? title : "");
  gtk_label_set_label (self->problem_detail, detail != NULL ? detail : "");
  gtk_info_bar_set_revealed (self->problem_bar, title != NULL);
}

static void
problem_response_cb (QusopWindow *self)
{
  qusop_session_set_problem (self->session, NULL, NULL);
}

static void
announced_cb (QusopWindow *self, const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_timeout (toast, 3);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
add_recent (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char  *uri = g_file_get_uri (file);

  gtk_recent_manager_add_item (gtk_recent_manager_get_default (), uri);
}

static void
dataset_changed_cb (QusopWindow *self)
{
  QsDataset *dataset = qusop_session_get_dataset (self->session);

  show_title (self);
  update_actions (self);
  show_steps (self);

  if (dataset != NULL) {
    add_recent (qs_dataset_path (dataset));
    show_page (self, QUSOP_PAGE_DATA);
  }
}

/* Studies opened before, latest first. */
static void
show_recent (QusopWindow *self)
{
  GList *items = gtk_recent_manager_get_items (gtk_recent_manager_get_default ());
  g_autoptr (GPtrArray) uris = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GMenu)     menu = g_menu_new ();
  g_autoptr (GMenu)     section = g_menu_new ();

  for (GList *l = items; l != NULL && uris->len < n_recent_at_most; l = l->next) {
    GtkRecentInfo *info = l->data;

    if (gtk_recent_info_has_application (info, g_get_application_name ()) &&
        gtk_recent_info_exists (info)) {
      g_autoptr (GMenuItem) item =
          g_menu_item_new (gtk_recent_info_get_display_name (info), NULL);

      g_menu_item_set_action_and_target (item, "win.open-uri", "s",
                                         gtk_recent_info_get_uri (info));
      g_menu_append_item (section, item);
      g_ptr_array_add (uris, g_strdup (gtk_recent_info_get_uri (info)));
    }
  }
  g_list_free_full (items, (GDestroyNotify) gtk_recent_info_unref);

  g_ptr_array_add (uris, NULL);
  g_menu_append (menu, _ ("Open the Sa_mple Study"), "win.open-sample");
  g_menu_append_section (menu, _ ("Recent Studies and Projects"), G_MENU_MODEL (section));
  adw_split_button_set_menu_model (self->open_button, G_MENU_MODEL (menu));
  qusop_start_page_set_recent (self->start_page, (const char *const *) uris->pdata);
}

void
qusop_window_open (QusopWindow *self, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);

  if (path == NULL)
    qusop_session_set_problem (self->session, _ ("The study could not be opened"),
                               _ ("Only files on this computer can be read; please copy "
                                  "the file here first."));
  else if (g_str_has_suffix (path, ".qusop"))
    qusop_keeper_open (self->keeper, path);
  else
    qusop_loader_open (self->loader, path, NULL);
}

static void
open_response_cb (QusopWindow *self, int response)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_clear_object (&self->chooser);
  if (file != NULL)
    qusop_window_open (self, file);
}

static void
add_filter (GtkFileChooserNative *chooser, const char *name, const char *const *suffixes)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  for (guint i = 0; suffixes[i] != NULL; i++)
    gtk_file_filter_add_suffix (filter, suffixes[i]);
  if (suffixes[0] == NULL)
    gtk_file_filter_add_pattern (filter, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), filter);
}

static void
show_chooser (QusopWindow *self, GtkFileChooserNative *chooser, GCallback response)
{
  g_clear_object (&self->chooser);
  self->chooser = chooser;
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", response, self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
open_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  QusopWindow          *self = data;
  GtkFileChooserNative *chooser =
      gtk_file_chooser_native_new (_ ("Open a Study or a Project"), GTK_WINDOW (self),
                                   GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), NULL);

  add_filter (chooser, _ ("Studies (CSV) and projects"),
              (const char *[]){ "csv", "txt", "qusop", NULL });
  add_filter (chooser, _ ("All files"), (const char *[]){ NULL });
  show_chooser (self, chooser, G_CALLBACK (open_response_cb));
}

static void
project_changed_cb (QusopWindow *self)
{
  const char *path = qusop_session_get_project (self->session);

  show_title (self);
  if (path != NULL && !qusop_session_is_unsaved (self->session))
    add_recent (path);
}

static void
show_step (GtkWidget *button, const char *tip, const char *what)
{
  g_autofree char *text = what != NULL ? g_strdup_printf (tip, what) : NULL;

  gtk_widget_set_tooltip_text (button, text);
}

/* What can be taken back has changed. */
static void
undo_changed_cb (gpointer data)
{
  QusopWindow *self = data;
  const char  *undo = qusop_undo_what (self->undo);
  const char  *redo = qusop_undo_redo_what (self->undo);
  GActionMap  *actions = G_ACTION_MAP (self);

  g_simple_action_set_enabled (
      G_SIMPLE_ACTION (g_action_map_lookup_action (actions, "undo")), undo != NULL);
  g_simple_action_set_enabled (
      G_SIMPLE_ACTION (g_action_map_lookup_action (actions, "redo")), redo != NULL);
  show_step (self->undo_button, _ ("Undo: %s (Ctrl+Z)"), undo);
  show_step (self->redo_button, _ ("Redo: %s (Shift+Ctrl+Z)"), redo);
}

static void
undo_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  qusop_undo_undo (QUSOP_WINDOW (data)->undo);
}

static void
redo_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  qusop_undo_redo (QUSOP_WINDOW (data)->undo);
}

/* To show to others: the curve and the answer alone, large, on the whole screen. */
static void
present_action (GSimpleAction *action, GVariant *value, gpointer data)
{
  QusopWindow   *self = data;
  const gboolean presenting = g_variant_get_boolean (value);

  g_simple_action_set_state (action, value);
  if (presenting)
    show_page (self, QUSOP_PAGE_DECIDE);
  gtk_widget_set_visible (GTK_WIDGET (self->rail), !presenting);
  gtk_widget_set_visible (self->header, !presenting);
  gtk_widget_set_visible (GTK_WIDGET (self->status_bar), !presenting);
  qusop_decide_page_set_presenting (self->decide_page, presenting);
  if (presenting)
    gtk_window_fullscreen (GTK_WINDOW (self));
  else
    gtk_window_unfullscreen (GTK_WINDOW (self));
}

static void
save_as_response_cb (QusopWindow *self, int response)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char  *path = NULL, *full = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_clear_object (&self->chooser);
  if (file != NULL)
    path = g_file_get_path (file);
  if (path == NULL)
    return;

  full = g_str_has_suffix (path, ".qusop") ? g_strdup (path)
                                           : g_strconcat (path, ".qusop", NULL);
  qusop_keeper_save (self->keeper, full);
}

static void
save_as_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  QusopWindow          *self = data;
  const char           *project = qusop_session_get_project (self->session);
  GtkFileChooserNative *chooser =
      gtk_file_chooser_native_new (_ ("Save the Project"), GTK_WINDOW (self),
                                   GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);
  g_autofree char *name =
      project != NULL ? g_path_get_basename (project) : g_strdup (_ ("project.qusop"));

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  add_filter (chooser, _ ("QuSOP projects"), (const char *[]){ "qusop", NULL });
  show_chooser (self, chooser, G_CALLBACK (save_as_response_cb));
}

static void
save_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  QusopWindow *self = data;
  const char  *project = qusop_session_get_project (self->session);

  if (project != NULL)
    qusop_keeper_save (self->keeper, project);
  else
    save_as_action (action, parameter, data);
}

/* The lost copy stays until there is another of the same work. */
static void
recovered_cb (const char *path, gpointer data)
{
  qusop_autosave_replace (QUSOP_WINDOW (data)->autosave, path);
}

static void
recovery_response_cb (QusopWindow *self, int response)
{
  g_autofree char *folder = qusop_autosave_folder ();
  g_autofree char *models = qusop_autosave_models_folder (folder);

  gtk_info_bar_set_revealed (self->recovery_bar, FALSE);
  for (guint i = 0; self->lost != NULL && i < self->lost->len; i++) {
    if (response == GTK_RESPONSE_ACCEPT && i == 0)
      qusop_keeper_recover (self->keeper, self->lost->pdata[0], models, recovered_cb,
                            self);
    else if (response == GTK_RESPONSE_REJECT)
      qusop_autosave_discard (self->lost->pdata[i]);
  }
  g_clear_pointer (&self->lost, g_ptr_array_unref);
}

/* Offers work that a crash, or closing a window, left unsaved; the latest first. */
void
qusop_window_offer_recovery (QusopWindow *self)
{
  g_autofree char      *folder = qusop_autosave_folder ();
  g_autoptr (GPtrArray) lost = qusop_autosave_find_lost (folder);
  g_autoptr (GDateTime) when = NULL;
  g_autofree char      *time = NULL, *text = NULL;
  GStatBuf              facts;

  if (lost->len == 0 || g_stat (lost->pdata[0], &facts) != 0)
    return;

  when = g_date_time_new_from_unix_local (facts.st_mtime);
  time = g_date_time_format (when, "%x %H:%M");
  text = g_strdup_printf (_ ("There is unsaved work of %s."), time);
  gtk_label_set_label (self->recovery_text, text);
  self->lost = g_steal_pointer (&lost);
  gtk_info_bar_set_revealed (self->recovery_bar, TRUE);
}

static void
open_uri_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  qusop_window_open (data, file);
}

static void
open_sample_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  QusopWindow     *self = data;
  g_autofree char *path = qusop_sample_path ();

  if (path != NULL)
    qusop_loader_open (self->loader, path, NULL);
  else
    qusop_session_set_problem (
        self->session, _ ("The sample study was not found"),
        _ ("It is installed with QuSOP; please install it again."));
}

static void
export_response_cb (QusopWindow *self, int response)
{
  QusopPlotView    *chart = current_chart (self);
  QusopPlotSpec    *spec = chart != NULL ? qusop_plot_view_get_spec (chart) : NULL;
  g_autoptr (GFile) file = NULL;
  g_autofree char  *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_clear_object (&self->chooser);
  if (file != NULL)
    path = g_file_get_path (file);
  if (path != NULL && spec != NULL)
    qusop_exporter_write (self->exporter, spec, path, export_width, export_height);
}

static void
export_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  QusopWindow          *self = data;
  QusopPlotView        *chart = current_chart (self);
  GtkFileChooserNative *chooser;

  if (chart == NULL || qusop_plot_view_get_spec (chart) == NULL) {
    qusop_session_announce (self->session, _ ("There is no chart on this page yet"));
    return;
  }

  chooser = gtk_file_chooser_native_new (_ ("Export the Chart"), GTK_WINDOW (self),
                                         GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), _ ("chart.png"));
  add_filter (chooser, _ ("PNG, SVG, PDF or CSV, by the name’s ending"),
              (const char *[]){ "png", "svg", "pdf", "csv", NULL });
  show_chooser (self, chooser, G_CALLBACK (export_response_cb));
}

static void
export_table_response_cb (QusopWindow *self, int response)
{
  QsDataset        *dataset = qusop_session_get_dataset (self->session);
  QsNca            *nca = qusop_session_get_nca (self->session);
  g_autoptr (GFile) file = NULL;
  g_autofree char  *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_clear_object (&self->chooser);
  if (file != NULL)
    path = g_file_get_path (file);
  if (path != NULL && dataset != NULL && nca != NULL)
    qusop_exporter_write_nca (self->exporter, dataset, nca, path);
}

static void
export_table_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  QusopWindow          *self = data;
  GtkFileChooserNative *chooser =
      gtk_file_chooser_native_new (_ ("Export the Table"), GTK_WINDOW (self),
                                   GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), _ ("nca.csv"));
  add_filter (chooser, _ ("Table (CSV)"), (const char *[]){ "csv", NULL });
  show_chooser (self, chooser, G_CALLBACK (export_table_response_cb));
}

static void
export_config_response_cb (QusopWindow *self, int response)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char  *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_clear_object (&self->chooser);
  if (file != NULL)
    path = g_file_get_path (file);
  if (path != NULL)
    qusop_exporter_write_config (self->exporter, path);
}

static void
export_config_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  QusopWindow          *self = data;
  GtkFileChooserNative *chooser =
      gtk_file_chooser_native_new (_ ("Export the Settings"), GTK_WINDOW (self),
                                   GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), _ ("settings.yaml"));
  add_filter (chooser, _ ("Settings for the command line (YAML)"),
              (const char *[]){ "yaml", "yml", NULL });
  show_chooser (self, chooser, G_CALLBACK (export_config_response_cb));
}

static void
export_runs_response_cb (QusopWindow *self, int response)
{
  const char       *csv = qusop_inspector_get_pairs_csv (self->inspector);
  g_autoptr (GFile) file = NULL;
  g_autofree char  *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_clear_object (&self->chooser);
  if (file != NULL)
    path = g_file_get_path (file);
  if (path != NULL && csv != NULL)
    qusop_exporter_write_runs (self->exporter, csv, path);
}

static void
export_runs_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  QusopWindow          *self = data;
  GtkFileChooserNative *chooser =
      gtk_file_chooser_native_new (_ ("Export the Comparison"), GTK_WINDOW (self),
                                   GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), _ ("runs.csv"));
  add_filter (chooser, _ ("Table (CSV)"), (const char *[]){ "csv", NULL });
  show_chooser (self, chooser, G_CALLBACK (export_runs_response_cb));
}

static void
export_report_response_cb (QusopWindow *self, int response)
{
  static const char *const endings[] = { ".html", ".pdf" };
  g_autoptr (GFile)        file = NULL;
  g_autofree char         *path = NULL, *full = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_clear_object (&self->chooser);
  if (file != NULL)
    path = g_file_get_path (file);
  if (path == NULL)
    return;

  full = self->report_form == QUSOP_REPORT_AS_FOLDER ||
                 g_str_has_suffix (path, endings[self->report_form])
             ? g_strdup (path)
             : g_strconcat (path, endings[self->report_form], NULL);
  qusop_reporter_write (self->reporter, self->report_form, full);
}

static void
export_report_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  static const char *const forms[] = { "html", "pdf", "folder" };
  static const char *const names[] = { "report.html", "report.pdf", "report" };
  QusopWindow             *self = data;
  GtkFileChooserNative    *chooser;

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    if (g_str_equal (g_variant_get_string (parameter, NULL), forms[i]))
      self->report_form = i;
  if (!qusop_reporter_is_current (self->reporter)) {
    qusop_session_announce (self->session, _ ("There is no current report to save"));
    return;
  }

  chooser = gtk_file_chooser_native_new (_ ("Save the Report"), GTK_WINDOW (self),
                                         GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser),
                                     names[self->report_form]);
  show_chooser (self, chooser, G_CALLBACK (export_report_response_cb));
}

static void
diagnose_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  QusopWindow *self = data;

  qusop_diagnoser_start (self->diagnoser);
}

static void
estimate_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  QusopEstimatorRequest request = { 0 };

  g_variant_get (parameter, "(dudddd^&ay)", &request.dose_mg, &request.estimator,
                 &request.epsilon, &request.noise.circuit, &request.noise.readout[0],
                 &request.noise.readout[1], &request.bits);
  if (*request.bits == '\0')
    request.bits = NULL;
  qusop_estimator_start (QUSOP_WINDOW (data)->estimator, &request);
}

static void
cancel_estimate_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  qusop_estimator_cancel (QUSOP_WINDOW (data)->estimator);
}

static void
compare_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  guint    n_folds;
  gboolean with_quantum, with_answers;

  g_variant_get (parameter, "(ubb)", &n_folds, &with_quantum, &with_answers);
  qusop_comparer_start (QUSOP_WINDOW (data)->comparer, n_folds, with_quantum,
                        with_answers);
}

static void
cancel_comparison_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  qusop_comparer_cancel (QUSOP_WINDOW (data)->comparer);
}

static void
reproduce_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  qusop_reproducer_start (QUSOP_WINDOW (data)->reproducer);
}

static void
cancel_reproduction_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  qusop_reproducer_cancel (QUSOP_WINDOW (data)->reproducer);
}

static void
page_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  QusopWindow *self = data;
  const char  *name = g_variant_get_string (parameter, NULL);

  if (gtk_stack_get_child_by_name (self->checks, name) != NULL) {
    gtk_stack_set_visible_child_name (self->checks, name);
    show_page (self, QUSOP_PAGE_DIAGNOSTICS);
    return;
  }

  for (guint i = 0; i < QUSOP_N_PAGES; i++) {
    if (g_strcmp0 (name, qusop_page_name (i)) == 0)
      show_page (self, i);
  }
}

static void
first_steps_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  qusop_first_steps_begin (QUSOP_WINDOW (data)->first_steps);
}

static void
glossary_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_present (qusop_glossary_window_new (GTK_WINDOW (data)));
}

/* Made when it is asked for: GTK 4.8 crashes over a window that was never shown when an
 * assistive tool asks for one more window than there are. */
static void
shortcuts_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/io/github/qusop/qusop/ui/help-overlay.ui");
  GtkWindow *help = GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay"));

  gtk_window_set_transient_for (help, GTK_WINDOW (data));
  gtk_window_present (help);
}

static void
train_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  qusop_trainer_start (QUSOP_WINDOW (data)->trainer);
}

static void
keep_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  qusop_trainer_keep (QUSOP_WINDOW (data)->trainer);
}

static void
cancel_training_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  qusop_trainer_cancel (QUSOP_WINDOW (data)->trainer);
}

static void
cancel_activity (QusopWindow *self, QusopActivity activity)
{
  switch (activity) {
  case QUSOP_ACTIVITY_LOAD:
    qusop_loader_cancel (self->loader);
    break;
  case QUSOP_ACTIVITY_TRAIN:
    qusop_trainer_cancel (self->trainer);
    break;
  case QUSOP_ACTIVITY_SOLVE:
    qusop_solver_cancel (self->solver);
    break;
  case QUSOP_ACTIVITY_EXPLORE:
    qusop_explorer_cancel (self->explorer);
    break;
  case QUSOP_ACTIVITY_DIAGNOSE:
    qusop_diagnoser_cancel (self->diagnoser);
    break;
  case QUSOP_ACTIVITY_ESTIMATE:
    qusop_estimator_cancel (self->estimator);
    break;
  case QUSOP_ACTIVITY_COMPARE:
    qusop_comparer_cancel (self->comparer);
    break;
  case QUSOP_ACTIVITY_REPRODUCE:
    qusop_reproducer_cancel (self->reproducer);
    break;
  case QUSOP_ACTIVITY_SCENARIOS:
    qusop_scenario_runner_cancel (self->scenario_runner);
    break;
  case QUSOP_ACTIVITY_REPORT:
    qusop_reporter_cancel (self->reporter);
    break;
  default:
    break;
  }
}

static void
cancel_activity_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cancel_activity (data, g_variant_get_uint32 (parameter));
}

/* Escape: a presentation ends, or what the status line shows is given up. */
static void
cancel_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  QusopWindow *self = data;

  if (is_presenting (self)) {
    stop_presenting (self);
    return;
  }

  cancel_activity (self, qusop_status_bar_get_activity (self->status_bar));
}

static void
cancel_scenarios_cb (QusopWindow *self)
{
  qusop_scenario_runner_cancel (self->scenario_runner);
}

static void
mapped_cb (QusopWindow *self, const char *mapping)
{
  QsDataset *dataset = qusop_session_get_dataset (self->session);

  if (dataset != NULL)
    qusop_loader_open (self->loader, qs_dataset_path (dataset), mapping);
}

static gboolean
drop_cb (QusopWindow *self, const GValue *value)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

  if (files == NULL)
    return FALSE;

  qusop_window_open (self, files->data);
  return TRUE;
}

static gboolean
close_request_cb (QusopWindow *self)
{
  int width, height;

  if (self->settings != NULL) {
    gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
    g_settings_set (self->settings, "window-size", "(ii)", width, height);
    g_settings_set_boolean (self->settings, "window-maximized",
                            gtk_window_is_maximized (GTK_WINDOW (self)));
  }
  return FALSE;
}

static void
qusop_window_dispose (GObject *object)
{
  QusopWindow *self = QUSOP_WINDOW (object);

  if (self->recent_handler != 0)
    g_clear_signal_handler (&self->recent_handler, gtk_recent_manager_get_default ());
  g_clear_pointer (&self->frames, qusop_frames_free);
  g_clear_pointer (&self->loader, qusop_loader_free);
  g_clear_pointer (&self->trainer, qusop_trainer_free);
  g_clear_pointer (&self->companion, qusop_companion_free);
  g_clear_pointer (&self->solver, qusop_solver_free);
  g_clear_pointer (&self->exporter, qusop_exporter_free);
  g_clear_pointer (&self->explorer, qusop_explorer_free);
  g_clear_pointer (&self->diagnoser, qusop_diagnoser_free);
  g_clear_pointer (&self->undo, qusop_undo_free);
  g_clear_pointer (&self->autosave, qusop_autosave_free);
  g_clear_pointer (&self->keeper, qusop_keeper_free);
  g_clear_pointer (&self->lost, g_ptr_array_unref);
  g_clear_pointer (&self->estimator, qusop_estimator_free);
  g_clear_pointer (&self->comparer, qusop_comparer_free);
  g_clear_pointer (&self->reproducer, qusop_reproducer_free);
  g_clear_pointer (&self->scenario_runner, qusop_scenario_runner_free);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->recorder, qusop_recorder_free);
  g_clear_object (&self->reporter);
  g_clear_object (&self->history);
  g_clear_object (&self->inspector);
  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), QUSOP_TYPE_WINDOW);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (qusop_window_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, title);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, open_button);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, problem_bar);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, problem_title);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, problem_detail);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, first_steps);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, header);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, undo_button);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, redo_button);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, recovery_bar);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, recovery_text);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, rail);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, start_page);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, data_page);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, explore_page);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, exposure_page);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, model_page);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, checks);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, diagnostics_page);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, decide_page);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, scenarios_page);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, estimate_page);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, report_page);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, history_page);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, comparison_page);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, published_page);
  gtk_widget_class_bind_template_child (widget_class, QusopWindow, status_bar);
}

static void
qusop_window_class_init (QusopWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_window_dispose;

  g_type_ensure (QUSOP_TYPE_START_PAGE);
  g_type_ensure (QUSOP_TYPE_DATA_PAGE);
  g_type_ensure (QUSOP_TYPE_EXPLORE_PAGE);
  g_type_ensure (QUSOP_TYPE_EXPOSURE_PAGE);
  g_type_ensure (QUSOP_TYPE_MODEL_PAGE);
  g_type_ensure (QUSOP_TYPE_DIAGNOSTICS_PAGE);
  g_type_ensure (QUSOP_TYPE_DECIDE_PAGE);
  g_type_ensure (QUSOP_TYPE_SCENARIOS_PAGE);
  g_type_ensure (QUSOP_TYPE_ESTIMATE_PAGE);
  g_type_ensure (QUSOP_TYPE_REPORT_PAGE);
  g_type_ensure (QUSOP_TYPE_HISTORY_PAGE);
  g_type_ensure (QUSOP_TYPE_COMPARISON_PAGE);
  g_type_ensure (QUSOP_TYPE_PUBLISHED_PAGE);
  g_type_ensure (QUSOP_TYPE_FIRST_STEPS);
  g_type_ensure (QUSOP_TYPE_STEP_RAIL);
  g_type_ensure (QUSOP_TYPE_STATUS_BAR);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-window.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, step_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, problem_response_cb);
  gtk_widget_class_bind_template_callback (widget_class, mapped_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_scenarios_cb);
  gtk_widget_class_bind_template_callback (widget_class, recovery_response_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_request_cb);
}

static void
add_actions (QusopWindow *self)
{
  /* In the window's action map, where D-Bus and scripts can reach them too. */
  static const GActionEntry entries[] = {
    { "open", open_action },
    { "open-uri", open_uri_action, "s" },
    { "open-sample", open_sample_action },
    { "save", save_action },
    { "undo", undo_action },
    { "redo", redo_action },
    { "present", NULL, NULL, "false", present_action },
    { "save-as", save_as_action },
    { "export", export_action },
    { "export-table", export_table_action },
    { "export-config", export_config_action },
    { "export-runs", export_runs_action },
    { "export-report", export_report_action, "s" },
    { "page", page_action, "s" },
    { "first-steps", first_steps_action },
    { "glossary", glossary_action },
    { "show-help-overlay", shortcuts_action },
    { "diagnose", diagnose_action },
    { "estimate", estimate_action, "(dudddday)" },
    { "cancel-estimate", cancel_estimate_action },
    { "compare", compare_action, "(ubb)" },
    { "cancel-comparison", cancel_comparison_action },
    { "reproduce", reproduce_action },
    { "cancel-reproduction", cancel_reproduction_action },
    { "train", train_action },
    { "keep", keep_action },
    { "cancel-training", cancel_training_action },
    { "cancel", cancel_action },
    { "cancel-activity", cancel_activity_action, "u" },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   self);
}

static void
listen (QusopWindow *self, const char *signal, GCallback callback)
{
  g_signal_connect_object (self->session, signal, callback, self, G_CONNECT_SWAPPED);
}

/* What is announced was put on record before; another page reads it when it is shown. */
static void
refresh_history (QusopWindow *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self->history_page)))
    qusop_history_refresh (self->history);
}

static void
make_session (QusopWindow *self)
{
  g_autofree char *folder = qusop_autosave_folder ();

  self->session = qusop_session_new ();
  self->loader = qusop_loader_new (self->session);
  self->trainer = qusop_trainer_new (self->session);
  self->solver = qusop_solver_new (self->session);
  self->companion = qusop_companion_new (self->session);
  self->exporter = qusop_exporter_new (self->session);
  self->explorer = qusop_explorer_new (self->session);
  self->diagnoser = qusop_diagnoser_new (self->session);
  self->estimator = qusop_estimator_new (self->session);
  self->comparer = qusop_comparer_new (self->session);
  self->reproducer = qusop_reproducer_new (self->session);
  self->scenario_runner = qusop_scenario_runner_new (self->session);
  self->reporter = qusop_reporter_new (self->session);
  self->keeper = qusop_keeper_new (self->session);
  self->autosave = qusop_autosave_new (self->session, folder);
  self->undo = qusop_undo_new (self->session, undo_changed_cb, self);

  listen (self, "notify::dataset", G_CALLBACK (dataset_changed_cb));
  listen (self, "notify::activity", G_CALLBACK (work_changed_cb));
  listen (self, "notify::diagnostics", G_CALLBACK (show_steps));
  listen (self, "notify::race", G_CALLBACK (show_steps));
  listen (self, "notify::comparison", G_CALLBACK (show_steps));
  listen (self, "notify::published", G_CALLBACK (show_steps));
  listen (self, "notify::question", G_CALLBACK (show_steps));
  listen (self, "notify::exploration", G_CALLBACK (work_changed_cb));
  listen (self, "notify::model", G_CALLBACK (model_changed_cb));
  listen (self, "notify::overdue", G_CALLBACK (show_steps));
  listen (self, "notify::result", G_CALLBACK (show_steps));
  listen (self, "notify::problem", G_CALLBACK (problem_changed_cb));
  listen (self, "notify::project", G_CALLBACK (project_changed_cb));
  listen (self, "announced", G_CALLBACK (announced_cb));
  listen (self, "announced", G_CALLBACK (refresh_history));
  g_signal_connect_object (qusop_session_get_scenarios (self->session), "edited",
                           G_CALLBACK (show_steps), self, G_CONNECT_SWAPPED);

  qusop_status_bar_set_session (self->status_bar, self->session);
  qusop_data_page_set_session (self->data_page, self->session);
  qusop_explore_page_set_session (self->explore_page, self->session);
  qusop_exposure_page_set_session (self->exposure_page, self->session);
  qusop_model_page_set_session (self->model_page, self->session);
  qusop_diagnostics_page_set_session (self->diagnostics_page, self->session);
  qusop_decide_page_set_session (self->decide_page, self->session);
  qusop_scenarios_page_set_session (self->scenarios_page, self->session);
  qusop_estimate_page_set_session (self->estimate_page, self->session);
  qusop_report_page_set_reporter (self->report_page, self->reporter);
  g_signal_connect_object (self->reporter, "changed", G_CALLBACK (show_steps), self,
                           G_CONNECT_SWAPPED);
  self->history = qusop_history_new ();
  self->recorder = qusop_recorder_new (self->session);
  self->inspector = qusop_inspector_new ();
  qusop_history_page_set_history (self->history_page, self->history, self->inspector);
  qusop_comparison_page_set_session (self->comparison_page, self->session);
  qusop_published_page_set_session (self->published_page, self->session);
}

static void
restore_size (QusopWindow *self)
{
  int width = 1280, height = 800;

  self->settings = qusop_settings_new ();
  if (self->settings != NULL) {
    g_settings_get (self->settings, "window-size", "(ii)", &width, &height);
    if (g_settings_get_boolean (self->settings, "window-maximized"))
      gtk_window_maximize (GTK_WINDOW (self));
  }
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
}

static void
qusop_window_init (QusopWindow *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  qusop_name_inner (GTK_WIDGET (self->open_button), GTK_TYPE_MENU_BUTTON,
                    _ ("Sample and recent studies"));
  qusop_step_rail_add (self->rail, _ ("Start"));
  qusop_step_rail_add (self->rail, _ ("Data"));
  qusop_step_rail_add (self->rail, _ ("Explore"));
  qusop_step_rail_add (self->rail, _ ("Exposure"));
  qusop_step_rail_add (self->rail, _ ("Model"));
  qusop_step_rail_add (self->rail, _ ("Diagnostics"));
  qusop_step_rail_add (self->rail, _ ("Decide"));
  qusop_step_rail_add (self->rail, _ ("Scenarios"));
  qusop_step_rail_add (self->rail, _ ("Estimate"));
  qusop_step_rail_add (self->rail, _ ("Report"));
  qusop_step_rail_add (self->rail, _ ("History"));

  add_actions (self);
  make_session (self);
  undo_changed_cb (self);
  restore_size (self);
  show_page (self, QUSOP_PAGE_START);
  show_steps (self);
  update_actions (self);

  g_signal_connect_swapped (drop, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
  self->recent_handler = g_signal_connect_swapped (
      gtk_recent_manager_get_default (), "changed", G_CALLBACK (show_recent), self);
  show_recent (self);
}

QusopWindow *
qusop_window_new (GtkApplication *application)
{
  return g_object_new (QUSOP_TYPE_WINDOW, "application", application, NULL);
}

QusopSession *
qusop_window_get_session (QusopWindow *self)
{
  return self->session;
}

/* Trains a quick model on what is open, moves the body-weight slider on the frame clock,
 * prints what that took and closes the window. */
void
qusop_window_measure_frames (QusopWindow *self, guint n_frames)
{
  show_page (self, QUSOP_PAGE_DECIDE);
  self->frames =
      qusop_frames_new (GTK_WINDOW (self), self->session, self->decide_page, n_frames);
}
