/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-diagnostics-page.h"

#include "document/qusop-diagnostics.h"
#include "widgets/qusop-model-tables.h"
#include "widgets/qusop-names.h"
#include "widgets/qusop-sentences.h"
#include "widgets/qusop-side-layout.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _QusopDiagnosticsPage {
  GtkWidget parent_instance;

  QusopSession *session;
  guint         page; /* of figures with several */

  /* Template children. */
  GtkStack       *stack;
  AdwStatusPage  *failure;
  GtkDropDown    *chart_choice;
  GtkDropDown    *endpoint_choice;
  GtkDropDown    *subject_choice;
  GtkCheckButton *logarithmic;
  GtkWidget      *pager;
  GtkWidget      *previous;
  GtkWidget      *next;
  GtkLabel       *page_label;
  GtkStack       *content;
  QusopPlotView  *chart;
  QusopTextTable *parameters;
  GtkLabel       *parameters_note;
  GtkLabel       *notice;
};

G_DEFINE_FINAL_TYPE (QusopDiagnosticsPage, qusop_diagnostics_page, GTK_TYPE_WIDGET)

/* The table stands behind the figures in the list of what can be shown. */
#define CHOICE_PARAMETERS QUSOP_N_DIAGNOSTICS_CHARTS

static QsDiagnostics *
diagnostics_of (QusopDiagnosticsPage *self)
{
  return self->session != NULL ? qusop_session_get_diagnostics (self->session) : NULL;
}

static QusopDiagnosticsView
view_of (QusopDiagnosticsPage *self)
{
  return (QusopDiagnosticsView){
    .endpoint = gtk_drop_down_get_selected (self->endpoint_choice) == 1 ? QS_ENDPOINT_PK
                                                                        : QS_ENDPOINT_PD,
    .logarithmic = gtk_check_button_get_active (self->logarithmic),
    .page = self->page,
    .highlighted = qusop_session_get_selected_subject (self->session),
  };
}

static void
show_parameters (QusopDiagnosticsPage *self)
{
  gboolean none;

  qusop_show_parameters (self->parameters, qusop_session_get_model (self->session));
  none = qusop_text_table_is_empty (self->parameters);
  gtk_widget_set_visible (GTK_WIDGET (self->parameters), !none);
  gtk_label_set_label (
      self->parameters_note,
      none
          ? _ ("Not applicable: this model has no parameters with standard errors.")
          : _ ("Typical values at 70 kg. omega2 is the variance of a random effect, beta "
               "the effect of a covariate, sigma a residual standard deviation. "
               "Confidence intervals are symmetric on the scale of estimation: the "
               "logarithm, the logit for Imax, the value itself for beta."));
}

static void
draw_figure (QusopDiagnosticsPage *self, QusopDiagnosticsChart chart)
{
  QsDiagnostics       *diagnostics = diagnostics_of (self);
  QsDataset           *dataset = qusop_session_get_dataset (self->session);
  QusopDiagnosticsView view = view_of (self);
  const guint n_pages = qusop_diagnostics_n_pages (diagnostics, dataset, chart, &view);
  g_autofree char          *label = NULL;
  g_autoptr (QusopPlotSpec) spec = NULL;

  view.page = self->page = MIN (self->page, n_pages - 1);
  label = g_strdup_printf (_ ("Page %u of %u"), self->page + 1, n_pages);
  gtk_label_set_label (self->page_label, label);
  gtk_widget_set_visible (self->pager, n_pages > 1);
  gtk_widget_set_sensitive (self->previous, self->page > 0);
  gtk_widget_set_sensitive (self->next, self->page + 1 < n_pages);
  gtk_widget_set_sensitive (GTK_WIDGET (self->endpoint_choice),
                            qusop_diagnostics_has_endpoints (chart));
  gtk_widget_set_sensitive (GTK_WIDGET (self->logarithmic),
                            qusop_diagnostics_has_scales (chart));

  spec = qusop_diagnostics_draw (diagnostics, dataset, chart, &view);
  qusop_plot_view_set_spec (self->chart, spec);
}

static void
draw (QusopDiagnosticsPage *self)
{
  const guint choice = gtk_drop_down_get_selected (self->chart_choice);

  if (self->session == NULL || diagnostics_of (self) == NULL) {
    qusop_plot_view_set_spec (self->chart, NULL);
    return;
  }
  if (choice >= CHOICE_PARAMETERS) {
    gtk_widget_set_visible (self->pager, FALSE);
    gtk_widget_set_sensitive (GTK_WIDGET (self->endpoint_choice), FALSE);
    gtk_widget_set_sensitive (GTK_WIDGET (self->logarithmic), FALSE);
    qusop_plot_view_set_spec (self->chart, NULL);
    show_parameters (self);
    gtk_stack_set_visible_child_name (self->content, "parameters");
    return;
  }

  gtk_stack_set_visible_child_name (self->content, "figure");
  draw_figure (self, choice);
}

/* Another figure begins at the page that shows the selected subject, else at the first.
 */
static void
figure_chosen_cb (QusopDiagnosticsPage *self)
{
  QsDiagnostics *diagnostics = diagnostics_of (self);
  const guint    choice = gtk_drop_down_get_selected (self->chart_choice);

  self->page = 0;
  if (diagnostics != NULL && choice == QUSOP_DIAGNOSTICS_INDIVIDUALS) {
    const QusopDiagnosticsView view = view_of (self);

    if (view.highlighted != QUSOP_NO_SUBJECT)
      self->page =
          qusop_diagnostics_page_of (diagnostics, view.endpoint, view.highlighted);
  }
  draw (self);
}

static void
previous_cb (QusopDiagnosticsPage *self)
{
  if (self->page > 0)
    self->page--;
  draw (self);
}

static void
next_cb (QusopDiagnosticsPage *self)
{
  self->page++;
  draw (self);
}

static void
subject_chosen_cb (QusopDiagnosticsPage *self)
{
  const guint choice = gtk_drop_down_get_selected (self->subject_choice);

  if (self->session != NULL && choice != GTK_INVALID_LIST_POSITION)
    qusop_session_set_selected_subject (self->session,
                                        choice > 0 ? choice - 1 : QUSOP_NO_SUBJECT);
}

static void
subject_selected_cb (QusopDiagnosticsPage *self)
{
  const guint subject = qusop_session_get_selected_subject (self->session);
  const guint choice = subject != QUSOP_NO_SUBJECT ? subject + 1 : 0;

  if (gtk_drop_down_get_selected (self->subject_choice) != choice)
    gtk_drop_down_set_selected (self->subject_choice, choice);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    figure_chosen_cb (self);
}

static void
show_subjects (QusopDiagnosticsPage *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  QsDataset                *dataset = qusop_session_get_dataset (self->session);

  gtk_string_list_append (names, _ ("No subject selected"));
  for (guint i = 0; dataset != NULL && i < qs_dataset_n_subjects (dataset); i++) {
    g_autofree char *name =
        g_strdup_printf (_ ("ID %s"), qs_dataset_subject (dataset, i)->id);

    gtk_string_list_append (names, name);
  }
  gtk_drop_down_set_model (self->subject_choice, G_LIST_MODEL (names));
}

/* Whether what was computed answers what is asked now. */
static gboolean
is_current (QusopDiagnosticsPage *self)
{
  const QsDiagnostics *diagnostics = diagnostics_of (self);
  const QsScenario    *scenario = qusop_session_get_scenario (self->session);

  return diagnostics != NULL &&
         diagnostics->options.threshold_ng_ml == scenario->threshold_ng_ml &&
         diagnostics->options.success == scenario->success;
}

/* Asks for diagnostics where there are none and someone looks. */
static void
request (QusopDiagnosticsPage *self)
{
  if (self->session == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)) ||
      qusop_session_get_model (self->session) == NULL || is_current (self) ||
      qusop_session_get_diagnostics_problem (self->session) != NULL)
    return;

  gtk_widget_activate_action (GTK_WIDGET (self), "win.diagnose", NULL);
}

static void
show (QusopDiagnosticsPage *self)
{
  QsDiagnostics   *diagnostics = diagnostics_of (self);
  const char      *problem = qusop_session_get_diagnostics_problem (self->session);
  const char      *fact = diagnostics != NULL ? diagnostics->not_applicable : NULL;
  const char      *state = qusop_session_get_model (self->session) == NULL ? "empty"
                           : diagnostics != NULL                           ? "ready"
                           : problem != NULL                               ? "failed"
                                                                           : "busy";
  g_autofree char *notice = fact != NULL ? qusop_sentence_translate (fact) : NULL;

  if (problem != NULL)
    adw_status_page_set_description (self->failure, problem);
  gtk_label_set_label (self->notice, notice != NULL ? notice : "");
  gtk_widget_set_visible (GTK_WIDGET (self->notice), notice != NULL);
  gtk_stack_set_visible_child_name (self->stack, state);
  draw (self);
}

static void
diagnostics_changed_cb (QusopDiagnosticsPage *self)
{
  show (self);
  request (self);
}

static void
dataset_changed_cb (QusopDiagnosticsPage *self)
{
  self->page = 0;
  show_subjects (self);
  diagnostics_changed_cb (self);
}

static void
qusop_diagnostics_page_map (GtkWidget *widget)
{
  QusopDiagnosticsPage *self = QUSOP_DIAGNOSTICS_PAGE (widget);

  GTK_WIDGET_CLASS (qusop_diagnostics_page_parent_class)->map (widget);
  if (self->session != NULL)
    figure_chosen_cb (self);
  request (self);
}

static void
qusop_diagnostics_page_dispose (GObject *object)
{
  QusopDiagnosticsPage *self = QUSOP_DIAGNOSTICS_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), QUSOP_TYPE_DIAGNOSTICS_PAGE);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (qusop_diagnostics_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
#define BIND(name) \
  gtk_widget_class_bind_template_child (widget_class, QusopDiagnosticsPage, name)
  BIND (stack);
  BIND (failure);
  BIND (chart_choice);
  BIND (endpoint_choice);
  BIND (subject_choice);
  BIND (logarithmic);
  BIND (pager);
  BIND (previous);
  BIND (next);
  BIND (page_label);
  BIND (content);
  BIND (chart);
  BIND (parameters);
  BIND (parameters_note);
  BIND (notice);
#undef BIND
}

static void
qusop_diagnostics_page_class_init (QusopDiagnosticsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_diagnostics_page_dispose;
  widget_class->map = qusop_diagnostics_page_map;

  g_type_ensure (QUSOP_TYPE_PLOT_VIEW);
  g_type_ensure (QUSOP_TYPE_TEXT_TABLE);
  g_type_ensure (QUSOP_TYPE_SIDE_LAYOUT);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-diagnostics-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, draw);
  gtk_widget_class_bind_template_callback (widget_class, figure_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, subject_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, previous_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
}

static void
qusop_diagnostics_page_init (QusopDiagnosticsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  qusop_name_inner (GTK_WIDGET (self->chart_choice), GTK_TYPE_TOGGLE_BUTTON,
                    _ ("Figure to show"));
  qusop_name_inner (GTK_WIDGET (self->endpoint_choice), GTK_TYPE_TOGGLE_BUTTON,
                    _ ("Endpoint to show"));
  qusop_name_inner (GTK_WIDGET (self->subject_choice), GTK_TYPE_TOGGLE_BUTTON,
                    _ ("Subject to point out"));
}

void
qusop_diagnostics_page_set_session (QusopDiagnosticsPage *self, QusopSession *session)
{
  static const struct {
    const char *signal;
    GCallback   callback;
  } listeners[] = {
    { "notify::dataset", G_CALLBACK (dataset_changed_cb) },
    { "notify::model", G_CALLBACK (diagnostics_changed_cb) },
    { "notify::diagnostics", G_CALLBACK (diagnostics_changed_cb) },
    { "notify::selected-subject", G_CALLBACK (subject_selected_cb) },
  };

  g_set_object (&self->session, session);
  for (guint i = 0; i < G_N_ELEMENTS (listeners); i++)
    g_signal_connect_object (session, listeners[i].signal, listeners[i].callback, self,
                             G_CONNECT_SWAPPED);
  dataset_changed_cb (self);
}

QusopPlotView *
qusop_diagnostics_page_get_chart (QusopDiagnosticsPage *self)
{
  return self->chart;
}
