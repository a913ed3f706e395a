/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-explore-page.h"

#include "document/qusop-explore.h"
#include "qusop-settings.h"
#include "widgets/qusop-names.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

struct _QusopExplorePage {
  GtkWidget parent_instance;

  QusopSession    *session;
  GSettings       *settings; /* nullable */
  QusopExploreView shown;    /* what the chart was drawn for */
  gboolean         dirty;    /* changed while the page was out of sight */

  /* Template children. */
  GtkStack       *stack;
  GtkDropDown    *chart_choice;
  GtkDropDown    *arm_choice;
  GtkCheckButton *logarithmic;
  QusopPlotView  *chart;
};

G_DEFINE_FINAL_TYPE (QusopExplorePage, qusop_explore_page, GTK_TYPE_WIDGET)

static QsDataset *
usable_dataset (QusopExplorePage *self)
{
  QsDataset *dataset =
      self->session != NULL ? qusop_session_get_dataset (self->session) : NULL;

  return dataset != NULL && qs_dataset_is_usable (dataset) ? dataset : NULL;
}

static QusopExploreChart
chosen_chart (QusopExplorePage *self)
{
  const guint chart = gtk_drop_down_get_selected (self->chart_choice);

  return MIN (chart, QUSOP_N_EXPLORE_CHARTS - 1);
}

/* The dose of the arm that is chosen, NaN for all. */
static double
chosen_arm_mg (QusopExplorePage *self, QsDataset *dataset)
{
  const QsStudyFacts facts = qs_dataset_facts (dataset);
  const guint        choice = gtk_drop_down_get_selected (self->arm_choice);

  return choice > 0 && choice <= facts.n_doses ? facts.doses_mg[choice - 1] : NAN;
}

static void
draw (QusopExplorePage *self)
{
  const QusopExploreChart   chart = chosen_chart (self);
  QsDataset                *dataset = usable_dataset (self);
  const QsScenario         *scenario;
  g_autoptr (QusopPlotSpec) spec = NULL;

  self->dirty = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self->arm_choice), qusop_explore_has_arms (chart));
  gtk_widget_set_sensitive (GTK_WIDGET (self->logarithmic),
                            qusop_explore_has_scales (chart));
  if (dataset != NULL) {
    scenario = qusop_session_get_scenario (self->session);
    self->shown = (QusopExploreView){
      .success = scenario->success,
      .threshold_ng_ml = scenario->threshold_ng_ml,
      .logarithmic = gtk_check_button_get_active (self->logarithmic),
      .arm_mg = chosen_arm_mg (self, dataset),
      .highlighted = qusop_session_get_selected_subject (self->session),
      .emax = qusop_session_get_emax (self->session),
      .emax_reason = qusop_session_get_emax_reason (self->session),
    };
    spec = qusop_explore_draw (dataset, chart, &self->shown);
  }
  qusop_plot_view_set_spec (self->chart, spec);
}

/* A page out of sight must not cost the slider of another page its frames. */
static void
redraw (QusopExplorePage *self)
{
  self->dirty = TRUE;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    draw (self);
}

static void
logarithmic_cb (QusopExplorePage *self)
{
  if (self->settings != NULL)
    g_settings_set_boolean (self->settings, "explore-logarithmic",
                            gtk_check_button_get_active (self->logarithmic));
  redraw (self);
}

static void
show_arms (QusopExplorePage *self, QsDataset *dataset)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  gtk_string_list_append (names, _ ("All arms"));
  if (dataset != NULL) {
    const QsStudyFacts facts = qs_dataset_facts (dataset);

    for (guint i = 0; i < facts.n_doses; i++) {
      g_autofree char *dose = g_strdup_printf (_ ("%g mg"), facts.doses_mg[i]);

      gtk_string_list_append (names, facts.doses_mg[i] > 0.0 ? dose : _ ("Placebo"));
    }
  }
  gtk_drop_down_set_model (self->arm_choice, G_LIST_MODEL (names));
}

/* A click beside all curves points out nobody. */
static void
picked_cb (QusopExplorePage *self, guint tag)
{
  qusop_session_set_selected_subject (self->session,
                                      tag > 0 ? tag - 1 : QUSOP_NO_SUBJECT);
}

static void
qusop_explore_page_map (GtkWidget *widget)
{
  QusopExplorePage *self = QUSOP_EXPLORE_PAGE (widget);

  GTK_WIDGET_CLASS (qusop_explore_page_parent_class)->map (widget);
  if (self->dirty)
    draw (self);
}

/* Of a study with one endpoint the chart that has something to show. */
static void
choose_chart (QusopExplorePage *self, QsDataset *dataset)
{
  const gboolean has_pk = qs_dataset_n_observations (dataset, QS_ENDPOINT_PK) > 0;
  const gboolean has_pd = qs_dataset_n_observations (dataset, QS_ENDPOINT_PD) > 0;
  const QusopExploreChart chart = chosen_chart (self);

  if (!has_pd && has_pk && qusop_explore_needs (chart, QS_ENDPOINT_PD))
    gtk_drop_down_set_selected (self->chart_choice, QUSOP_EXPLORE_CONCENTRATION);
  if (has_pd && !has_pk && qusop_explore_needs (chart, QS_ENDPOINT_PK))
    gtk_drop_down_set_selected (self->chart_choice, QUSOP_EXPLORE_BIOMARKER);
}

static void
dataset_changed_cb (QusopExplorePage *self)
{
  QsDataset *dataset = qusop_session_get_dataset (self->session);

  gtk_stack_set_visible_child_name (self->stack, dataset == NULL ? "empty"
                                                 : usable_dataset (self) == NULL
                                                     ? "unusable"
                                                     : "study");
  show_arms (self, usable_dataset (self));
  if (usable_dataset (self) != NULL)
    choose_chart (self, dataset);
  redraw (self);
}

/* Charts follow the threshold that is asked about. */
static void
question_changed_cb (QusopExplorePage *self)
{
  const QsScenario *scenario = qusop_session_get_scenario (self->session);

  if (scenario->threshold_ng_ml != self->shown.threshold_ng_ml ||
      scenario->success != self->shown.success)
    redraw (self);
}

static void
qusop_explore_page_dispose (GObject *object)
{
  QusopExplorePage *self = QUSOP_EXPLORE_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), QUSOP_TYPE_EXPLORE_PAGE);
  g_clear_object (&self->settings);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (qusop_explore_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, QusopExplorePage, stack);
  gtk_widget_class_bind_template_child (widget_class, QusopExplorePage, chart_choice);
  gtk_widget_class_bind_template_child (widget_class, QusopExplorePage, arm_choice);
  gtk_widget_class_bind_template_child (widget_class, QusopExplorePage, logarithmic);
  gtk_widget_class_bind_template_child (widget_class, QusopExplorePage, chart);
}

static void
qusop_explore_page_class_init (QusopExplorePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_explore_page_dispose;
  widget_class->map = qusop_explore_page_map;

  g_type_ensure (QUSOP_TYPE_PLOT_VIEW);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-explore-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, redraw);
  gtk_widget_class_bind_template_callback (widget_class, logarithmic_cb);
  gtk_widget_class_bind_template_callback (widget_class, picked_cb);
}

static void
qusop_explore_page_init (QusopExplorePage *self)
{
  self->settings = qusop_settings_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  if (self->settings != NULL)
    gtk_check_button_set_active (
        self->logarithmic,
        g_settings_get_boolean (self->settings, "explore-logarithmic"));
  qusop_name_inner (GTK_WIDGET (self->chart_choice), GTK_TYPE_TOGGLE_BUTTON,
                    _ ("Chart to show"));
  qusop_name_inner (GTK_WIDGET (self->arm_choice), GTK_TYPE_TOGGLE_BUTTON,
                    _ ("Arm to show"));
}

void
qusop_explore_page_set_session (QusopExplorePage *self, QusopSession *session)
{
  static const struct {
    const char *signal;
    GCallback   callback;
  } listeners[] = {
    { "notify::dataset", G_CALLBACK (dataset_changed_cb) },
    { "notify::exploration", G_CALLBACK (redraw) },
    { "notify::selected-subject", G_CALLBACK (redraw) },
    { "notify::question", G_CALLBACK (question_changed_cb) },
  };

  g_set_object (&self->session, session);
  for (guint i = 0; i < G_N_ELEMENTS (listeners); i++)
    g_signal_connect_object (session, listeners[i].signal, listeners[i].callback, self,
                             G_CONNECT_SWAPPED);
  dataset_changed_cb (self);
}

QusopPlotView *
qusop_explore_page_get_chart (QusopExplorePage *self)
{
  return self->chart;
}
