/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-comparison-page.h"

#include "document/qusop-figures.h"
#include "pages/qusop-comparison-tables.h"
#include "widgets/qusop-follow.h"
#include "widgets/qusop-names.h"
#include "widgets/qusop-side-layout.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _QusopComparisonPage {
  GtkWidget parent_instance;

  QusopSession *session;
  QsCompare    *shown; /* what the table says; nullable */

  /* Template children. */
  GtkStack       *stack;
  GtkSpinButton  *folds;
  GtkCheckButton *quantum;
  GtkCheckButton *answers;
  GtkDropDown    *model;
  GtkStringList  *models;
  GtkWidget      *run_button;
  GtkWidget      *cancel_button;
  GtkLabel       *verdict;
  QusopPlotView  *chart;
  QusopTextTable *table;
  GtkDropDown    *chart_choice;
  GtkDropDown    *table_choice;
  GtkLabel       *note;
};

G_DEFINE_FINAL_TYPE (QusopComparisonPage, qusop_comparison_page, GTK_TYPE_WIDGET)

static void
run_cb (QusopComparisonPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.compare", "(ubb)",
                              (guint) gtk_spin_button_get_value_as_int (self->folds),
                              gtk_check_button_get_active (self->quantum),
                              gtk_check_button_get_active (self->answers));
}

/* What the charts and the tables show; of the tables those behind the first are doses of
 * one of the challenge's populations. */
enum {
  CHART_PREDICTIONS,
  CHART_RELIABILITY,
  CHART_CURVES,
};
enum {
  TABLE_ACCURACY,
  TABLE_FIRST_POPULATION,
};

static guint
population_of (QusopComparisonPage *self)
{
  const guint table = gtk_drop_down_get_selected (self->table_choice);

  return table >= TABLE_FIRST_POPULATION ? table - TABLE_FIRST_POPULATION
                                         : QS_POPULATION_BASE;
}

static const char *
population_name (QusopComparisonPage *self)
{
  return qs_scenario_named (population_of (self), QS_REGIMEN_QD, 0.9).name;
}

/* Of the first column alone, which a wide table has to explain. */
static void
show_note (QusopComparisonPage *self)
{
  const gboolean accuracy =
      gtk_drop_down_get_selected (self->table_choice) == TABLE_ACCURACY;

  gtk_label_set_label (
      self->note,
      accuracy
          ? _ ("RMSE in ng/mL, in the last dosing interval and over the record. Slope 1 "
               "and intercept 0 of the logit of attainment are right; ECE is the "
               "expected calibration error over tenths, H–L the test of Hosmer and "
               "Lemeshow. A twin is an LSTM with as many parameters as the quantum "
               "model above it.")
          : _ ("Mean dose with the 95 % interval of the crossing dose, each model fitted "
               "to everybody. A week below seven days breaks the rule that daily doses "
               "need no more: such answers are not to be used."));
}

static void
show_table (QusopComparisonPage *self)
{
  const guint chosen = gtk_drop_down_get_selected (self->model);
  const guint which = gtk_drop_down_get_selected (self->table_choice);

  show_note (self);
  if (self->shown == NULL)
    qusop_text_table_begin (self->table, 0, NULL, NULL);
  else if (which == TABLE_ACCURACY)
    qusop_show_accuracy (self->table, self->shown, chosen);
  else
    qusop_show_answers (self->table, self->shown, population_name (self), chosen);
  gtk_widget_set_visible (GTK_WIDGET (self->table),
                          !qusop_text_table_is_empty (self->table));
}

static void
list_models (QusopComparisonPage *self)
{
  gtk_string_list_splice (self->models, 0,
                          g_list_model_get_n_items (G_LIST_MODEL (self->models)), NULL);
  for (guint i = 0; self->shown != NULL && i < self->shown->contestants->len; i++)
    gtk_string_list_append (
        self->models, g_array_index (self->shown->contestants, QsContestant, i).name);
}

static char *
verdict_of (const QsCompare *comparison)
{
  g_autofree char *sentences = g_strjoinv ("\n", comparison->verdicts);

  return g_strdup_printf (
      _ ("%u subjects in %u folds; all figures are from fits that had not seen the "
         "subject.\n%s"),
      comparison->n_subjects, comparison->options.n_folds, sentences);
}

static QusopPlotSpec *
make_chart (QusopComparisonPage *self, const QsDataset *dataset, guint chosen)
{
  switch (gtk_drop_down_get_selected (self->chart_choice)) {
  case CHART_RELIABILITY:
    return qusop_figure_reliability (self->shown, chosen);
  case CHART_CURVES:
    return qusop_figure_compared_curves (self->shown, population_name (self), chosen);
  default:
    return qusop_figure_comparison (dataset, self->shown, chosen);
  }
}

static void
show_chart (QusopComparisonPage *self)
{
  const guint               chosen = gtk_drop_down_get_selected (self->model);
  QsDataset                *dataset = qusop_session_get_dataset (self->session);
  g_autoptr (QusopPlotSpec) spec = NULL;

  if (self->shown != NULL && dataset != NULL && chosen < self->shown->contestants->len)
    spec = make_chart (self, dataset, chosen);
  else if (dataset != NULL) {
    spec = qusop_plot_spec_new (_ ("Observed against predicted out of fold"));
    qusop_plot_spec_set_empty_reason (spec, _ ("Models have not been compared yet."));
  }
  qusop_plot_view_set_spec (self->chart, spec);
}

static void
choice_changed_cb (QusopComparisonPage *self)
{
  if (self->session == NULL)
    return;

  show_chart (self);
  show_table (self);
}

/* The networks are what one looks for. */
static guint
first_network (const QsCompare *comparison)
{
  for (guint i = 0; i < comparison->contestants->len; i++)
    if (g_array_index (comparison->contestants, QsContestant, i).is_network)
      return i;

  return 0;
}

static void
take_comparison (QusopComparisonPage *self, QsCompare *comparison)
{
  if (comparison == self->shown)
    return;

  if (comparison != NULL)
    qs_compare_ref (comparison);
  g_clear_pointer (&self->shown, qs_compare_unref);
  self->shown = comparison;
  list_models (self);
  if (comparison != NULL)
    gtk_drop_down_set_selected (self->model, first_network (comparison));
  choice_changed_cb (self);
}

static void
show (QusopComparisonPage *self)
{
  QsCompare       *comparison = qusop_session_get_comparison (self->session);
  QsDataset       *dataset = qusop_session_get_dataset (self->session);
  const char      *problem = qusop_session_get_comparison_problem (self->session);
  const gboolean   busy = qusop_session_is_busy (self->session, QUSOP_ACTIVITY_COMPARE);
  g_autofree char *words = comparison != NULL ? verdict_of (comparison) : NULL;

  gtk_stack_set_visible_child_name (
      self->stack, dataset != NULL && qs_dataset_is_usable (dataset) ? "ready" : "empty");
  gtk_widget_set_visible (self->run_button, !busy);
  gtk_widget_set_visible (self->cancel_button, busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->model), comparison != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->chart_choice), comparison != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->table_choice),
                            comparison != NULL && comparison->options.answers);
  gtk_label_set_label (
      self->verdict,
      words != NULL     ? words
      : problem != NULL ? problem
      : busy
          ? _ ("Models are fitted to all folds but one, in turn.")
          : _ ("Which model predicts subjects that it has not seen? Run to find out."));
  take_comparison (self, comparison);
}

static void
qusop_comparison_page_dispose (GObject *object)
{
  QusopComparisonPage *self = QUSOP_COMPARISON_PAGE (object);

  g_clear_pointer (&self->shown, qs_compare_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), QUSOP_TYPE_COMPARISON_PAGE);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (qusop_comparison_page_parent_class)->dispose (object);
}

static void
qusop_comparison_page_class_init (QusopComparisonPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_comparison_page_dispose;

  g_type_ensure (QUSOP_TYPE_PLOT_VIEW);
  g_type_ensure (QUSOP_TYPE_SIDE_LAYOUT);
  g_type_ensure (QUSOP_TYPE_TEXT_TABLE);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-comparison-page.ui");
#define BIND(name) \
  gtk_widget_class_bind_template_child (widget_class, QusopComparisonPage, name)
  BIND (stack);
  BIND (folds);
  BIND (quantum);
  BIND (model);
  BIND (models);
  BIND (run_button);
  BIND (cancel_button);
  BIND (verdict);
  BIND (chart);
  BIND (answers);
  BIND (table);
  BIND (chart_choice);
  BIND (table_choice);
  BIND (note);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, run_cb);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed_cb);
}

static void
qusop_comparison_page_init (QusopComparisonPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  qusop_name_inner (GTK_WIDGET (self->model), GTK_TYPE_TOGGLE_BUTTON,
                    _ ("Model to show"));
  qusop_name_inner (GTK_WIDGET (self->chart_choice), GTK_TYPE_TOGGLE_BUTTON,
                    _ ("Chart to show"));
  qusop_name_inner (GTK_WIDGET (self->table_choice), GTK_TYPE_TOGGLE_BUTTON,
                    _ ("Table to show"));
}

void
qusop_comparison_page_set_session (QusopComparisonPage *self, QusopSession *session)
{
  static const char *const signals[] = { "notify::comparison", "notify::activity",
                                         "notify::dataset" };

  g_set_object (&self->session, session);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    qusop_follow (GTK_WIDGET (self), session, signals[i], G_CALLBACK (show));
  show (self);
}

QusopPlotView *
qusop_comparison_page_get_chart (QusopComparisonPage *self)
{
  return self->chart;
}
