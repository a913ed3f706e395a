/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-comparison-page.h"

#include "document/qusop-figures.h"
#include "widgets/qusop-follow.h"
#include "widgets/qusop-names.h"
#include "widgets/qusop-side-layout.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

struct _QusopComparisonPage {
  GtkWidget parent_instance;

  QusopSession *session;
  QsCompare    *shown; /* what the table says; nullable */

  /* Template children. */
  GtkStack       *stack;
  GtkSpinButton  *folds;
  GtkCheckButton *quantum;
  GtkDropDown    *model;
  GtkStringList  *models;
  GtkWidget      *run_button;
  GtkWidget      *cancel_button;
  GtkLabel       *verdict;
  QusopPlotView  *chart;
  GtkWidget      *table_frame;
  GtkGrid        *table;
};

G_DEFINE_FINAL_TYPE (QusopComparisonPage, qusop_comparison_page, GTK_TYPE_WIDGET)

static void
run_cb (QusopComparisonPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.compare", "(ub)",
                              (guint) gtk_spin_button_get_value_as_int (self->folds),
                              gtk_check_button_get_active (self->quantum));
}

static void
set_cell (QusopComparisonPage *self, guint row, guint column, const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0.0f : 1.0f);
  gtk_widget_add_css_class (label, row == 0 ? "caption-heading" : "numeric");
  gtk_grid_attach (self->table, label, (int) column, (int) row, 1, 1);
}

static void
set_number (QusopComparisonPage *self,
            guint                row,
            guint                column,
            guint                digits,
            double               value)
{
  g_autofree char *text =
      isfinite (value) ? g_strdup_printf ("%.*f", (int) digits, value) : g_strdup ("–");

  set_cell (self, row, column, text);
}

static void
show_contestant (QusopComparisonPage *self, guint row, const QsContestant *one)
{
  const QsCalibration *calibration = &one->calibration;
  g_autofree char     *size =
      one->n_quantum > 0
              ? g_strdup_printf (_ ("%u + %u angles"), one->n_classical, one->n_quantum)
              : g_strdup_printf ("%u", one->n_classical);

  set_cell (self, row, 0, one->name);
  set_number (self, row, 1, 2, one->window.rmse_ng_ml);
  set_number (self, row, 2, 2, one->window.r_squared);
  set_number (self, row, 3, 2, one->record.n > 0 ? one->record.rmse_ng_ml : NAN);
  set_number (self, row, 4, 2, calibration->slope);
  set_number (self, row, 5, 2, calibration->intercept);
  set_number (self, row, 6, 3, calibration->ece[0]);
  set_number (self, row, 7, 2, calibration->hosmer_lemeshow_p);
  set_number (self, row, 8, 3, calibration->auc);
  set_cell (self, row, 9, size);
  set_number (self, row, 10, 1, one->cpu_s);
}

static void
clear_table (QusopComparisonPage *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->table))) != NULL)
    gtk_grid_remove (self->table, child);
  gtk_string_list_splice (self->models, 0,
                          g_list_model_get_n_items (G_LIST_MODEL (self->models)), NULL);
}

static void
fill_table (QusopComparisonPage *self, const QsCompare *comparison)
{
  const char *heads[] = { _ ("Model"), _ ("RMSE"),       _ ("R²"),   _ ("Record"),
                          _ ("Slope"), _ ("Intercept"),  _ ("ECE"),  _ ("H–L p"),
                          _ ("AUC"),   _ ("Parameters"), _ ("CPU s") };

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    set_cell (self, 0, i, heads[i]);
  for (guint i = 0; i < comparison->contestants->len; i++) {
    const QsContestant *one = &g_array_index (comparison->contestants, QsContestant, i);

    show_contestant (self, i + 1, one);
    gtk_string_list_append (self->models, one->name);
  }
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

static void
show_chart (QusopComparisonPage *self)
{
  const guint               chosen = gtk_drop_down_get_selected (self->model);
  QsDataset                *dataset = qusop_session_get_dataset (self->session);
  g_autoptr (QusopPlotSpec) spec = NULL;

  if (self->shown != NULL && dataset != NULL && chosen < self->shown->contestants->len)
    spec = qusop_figure_comparison (dataset, self->shown, chosen);
  else if (dataset != NULL) {
    spec = qusop_plot_spec_new (_ ("Observed against predicted out of fold"));
    qusop_plot_spec_set_empty_reason (spec, _ ("Models have not been compared yet."));
  }
  qusop_plot_view_set_spec (self->chart, spec);
}

static void
model_chosen_cb (QusopComparisonPage *self)
{
  if (self->session != NULL)
    show_chart (self);
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
  clear_table (self);
  if (comparison != NULL) {
    fill_table (self, comparison);
    self->shown = comparison;
    gtk_drop_down_set_selected (self->model, first_network (comparison));
  }
  show_chart (self);
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
  gtk_widget_set_visible (self->table_frame, comparison != NULL);
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
  BIND (table_frame);
  BIND (table);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, run_cb);
  gtk_widget_class_bind_template_callback (widget_class, model_chosen_cb);
}

static void
qusop_comparison_page_init (QusopComparisonPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  qusop_name_inner (GTK_WIDGET (self->model), GTK_TYPE_TOGGLE_BUTTON,
                    _ ("Model to show"));
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
