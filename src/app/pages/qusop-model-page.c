/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-model-page.h"

#include "document/qusop-figures.h"
#include "qusop-activity-words.h"
#include "widgets/qusop-follow.h"
#include "widgets/qusop-glossary.h"
#include "widgets/qusop-model-tables.h"
#include "widgets/qusop-names.h"
#include "widgets/qusop-side-layout.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

struct _QusopModelPage {
  GtkWidget parent_instance;

  QusopSession *session;
  guint         redraw;   /* tick callback */
  gboolean      updating; /* controls follow the session, not the user */

  /* Template children. */
  GtkStack          *stack;
  GtkCheckButton    *lstm;
  GtkCheckButton    *logistic;
  GtkCheckButton    *emax;
  GtkCheckButton    *pkpd;
  GtkWidget         *cells_row;
  GtkDropDown       *cells;
  GtkWidget         *epochs_row;
  AdwPreferencesRow *bootstrap_row;
  GtkWidget         *stopping_row;
  GtkWidget         *search_row;
  GtkWidget         *correlated_row;
  GtkWidget         *resample_row;
  GtkWidget         *exposure_row;
  GtkWidget         *physics_row;
  GtkSpinButton     *epochs;
  GtkSwitch         *early_stopping;
  GtkSwitch         *search;
  GtkSwitch         *correlated;
  GtkSwitch         *resample;
  GtkSwitch         *exposure;
  GtkSpinButton     *physics;
  GtkSpinButton     *bootstrap;
  GtkSpinButton     *seed;
  GtkButton         *train;
  GtkButton         *cancel;
  GtkButton         *keep;
  GtkProgressBar    *progress;
  GtkLabel          *progress_text;
  QusopPlotView     *loss;
  GtkWidget         *finding;
  GtkLabel          *structure;
  GtkImage          *verdict_icon;
  GtkLabel          *verdict;

  QusopTextTable *parameters;
  GtkExpander    *search_results;
  QusopTextTable *candidates;

  GtkLabel   *metrics_title;
  GtkGrid    *metrics;
  GtkListBox *runs;
};

G_DEFINE_FINAL_TYPE (QusopModelPage, qusop_model_page, GTK_TYPE_WIDGET)

/* In the order of the list of cells. */
static const QsModelKind network_kinds[] = {
  QS_MODEL_LSTM,   QS_MODEL_QLSTM, QS_MODEL_QTLSTM,
  QS_MODEL_QKLSTM, QS_MODEL_PINN,  QS_MODEL_QPINN,
};

const char *
qusop_model_title (const QsModel *model)
{
  const gboolean exposure = model->options.input == QS_INPUT_EXPOSURE;

  switch (model->kind) {
  case QS_MODEL_LOGISTIC:
    return _ ("Logistic link");
  case QS_MODEL_EMAX:
    return _ ("Inhibitory Emax");
  case QS_MODEL_PKPD:
    return _ ("Population PK/PD");
  case QS_MODEL_QLSTM:
    return exposure ? _ ("QLSTM on exposure") : _ ("QLSTM");
  case QS_MODEL_QTLSTM:
    return exposure ? _ ("QT-LSTM on exposure") : _ ("QT-LSTM");
  case QS_MODEL_QKLSTM:
    return exposure ? _ ("QK-LSTM on exposure") : _ ("QK-LSTM");
  case QS_MODEL_PINN:
    return _ ("Physics-informed network");
  case QS_MODEL_QPINN:
    return _ ("Quantum-informed network");
  case QS_MODEL_LSTM:
  default:
    return exposure ? _ ("LSTM on exposure") : _ ("LSTM");
  }
}

static GtkCheckButton *
card_of (QusopModelPage *self, QsModelKind kind)
{
  switch (kind) {
  case QS_MODEL_LOGISTIC:
    return self->logistic;
  case QS_MODEL_EMAX:
    return self->emax;
  case QS_MODEL_PKPD:
    return self->pkpd;
  case QS_MODEL_LSTM:
  case QS_MODEL_QLSTM:
  case QS_MODEL_QTLSTM:
  case QS_MODEL_QKLSTM:
  case QS_MODEL_PINN:
  case QS_MODEL_QPINN:
  default:
    return self->lstm;
  }
}

/* Setting a switch to what it shows already would stop it half-way through a toggle. */
static void
show_switch (GtkSwitch *widget, gboolean active)
{
  if (gtk_switch_get_active (widget) != active)
    gtk_switch_set_active (widget, active);
}

static void
show_options (QusopModelPage *self)
{
  const QsFitOptions *options = qusop_session_get_fit_options (self->session);
  const gboolean      is_sequence = qs_model_kind_is_network (options->kind);
  const gboolean      has_epochs = is_sequence || qs_model_kind_is_pinn (options->kind);

  self->updating = TRUE;
  gtk_check_button_set_active (card_of (self, options->kind), TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (network_kinds); i++)
    if (network_kinds[i] == options->kind)
      gtk_drop_down_set_selected (self->cells, i);
  gtk_spin_button_set_value (self->epochs, options->n_epochs);
  show_switch (self->early_stopping, options->early_stopping);
  show_switch (self->search, options->structure.search);
  show_switch (self->correlated, options->structure.correlated);
  show_switch (self->resample, options->uncertainty == QS_UNCERTAINTY_BOOTSTRAP);
  show_switch (self->exposure, options->input == QS_INPUT_EXPOSURE);
  gtk_spin_button_set_value (self->physics, options->n_physics);
  gtk_spin_button_set_value (self->bootstrap, options->n_bootstrap);
  gtk_spin_button_set_value (self->seed, (double) options->seed);
  adw_preferences_row_set_title (self->bootstrap_row, options->kind == QS_MODEL_PKPD
                                                          ? _ ("Num_ber of draws")
                                                          : _ ("_Bootstrap models"));
  gtk_widget_set_visible (self->cells_row, has_epochs);
  gtk_widget_set_visible (self->epochs_row, has_epochs);
  gtk_widget_set_visible (self->stopping_row, has_epochs);
  gtk_widget_set_visible (self->exposure_row, is_sequence);
  gtk_widget_set_visible (self->physics_row,
                          is_sequence && options->input == QS_INPUT_EXPOSURE);
  gtk_widget_set_visible (self->search_row, options->kind == QS_MODEL_PKPD ||
                                                options->input == QS_INPUT_EXPOSURE);
  gtk_widget_set_visible (self->correlated_row, options->kind == QS_MODEL_PKPD);
  gtk_widget_set_visible (self->resample_row, options->kind == QS_MODEL_PKPD);
  self->updating = FALSE;
}

static void
kind_toggled_cb (QusopModelPage *self)
{
  if (self->updating || self->session == NULL)
    return;

  if (gtk_check_button_get_active (self->lstm))
    qusop_session_set_model_kind (
        self->session, network_kinds[gtk_drop_down_get_selected (self->cells)]);
  else if (gtk_check_button_get_active (self->logistic))
    qusop_session_set_model_kind (self->session, QS_MODEL_LOGISTIC);
  else if (gtk_check_button_get_active (self->emax))
    qusop_session_set_model_kind (self->session, QS_MODEL_EMAX);
  else
    qusop_session_set_model_kind (self->session, QS_MODEL_PKPD);
}

static void
options_changed_cb (QusopModelPage *self)
{
  QsFitOptions options;

  if (self->updating || self->session == NULL)
    return;

  options = *qusop_session_get_fit_options (self->session);
  if (qs_model_kind_is_network (options.kind))
    qs_fit_options_set_input (&options, gtk_switch_get_active (self->exposure)
                                            ? QS_INPUT_EXPOSURE
                                            : QS_INPUT_WINDOW);
  options.n_epochs = (guint) gtk_spin_button_get_value_as_int (self->epochs);
  options.n_physics = options.input == QS_INPUT_EXPOSURE
                          ? (guint) gtk_spin_button_get_value_as_int (self->physics)
                          : 0;
  options.early_stopping = gtk_switch_get_active (self->early_stopping);
  options.structure.search = gtk_switch_get_active (self->search);
  options.structure.correlated = gtk_switch_get_active (self->correlated);
  options.uncertainty = gtk_switch_get_active (self->resample)
                            ? QS_UNCERTAINTY_BOOTSTRAP
                            : QS_UNCERTAINTY_LIKELIHOOD;
  options.n_bootstrap = (guint) gtk_spin_button_get_value_as_int (self->bootstrap);
  options.seed = (guint64) gtk_spin_button_get_value (self->seed);
  qusop_session_set_fit_options (self->session, &options);
}

static void
show_activity (QusopModelPage *self)
{
  const double fraction =
      qusop_session_get_fraction (self->session, QUSOP_ACTIVITY_TRAIN);
  const gboolean   training = fraction >= 0.0;
  g_autofree char *text = qusop_activity_words (self->session, QUSOP_ACTIVITY_TRAIN);

  gtk_widget_set_visible (GTK_WIDGET (self->train), !training);
  gtk_widget_set_visible (GTK_WIDGET (self->cancel), training);
  gtk_widget_set_visible (GTK_WIDGET (self->keep),
                          training && qusop_session_is_growing (self->session));
  gtk_widget_set_visible (GTK_WIDGET (self->progress), training);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_text), training);
  gtk_progress_bar_set_fraction (self->progress, CLAMP (fraction, 0.0, 1.0));
  gtk_label_set_label (self->progress_text, text);
}

static gboolean
is_latest (QusopModelPage *self, const QsModel *model)
{
  const GPtrArray *models = qusop_session_get_models (self->session);

  return models->len > 0 && g_ptr_array_index (models, models->len - 1) == model;
}

static QusopPlotSpec *
loss_figure (QusopModelPage *self, QsModel *model)
{
  const GArray  *losses = qusop_session_get_losses (self->session);
  const GArray  *traces = qusop_session_get_traces (self->session);
  const gboolean training = qusop_session_is_busy (self->session, QUSOP_ACTIVITY_TRAIN);

  /* The traces that there are belong to the fit that came last. */
  if (traces->len > 0 && (training || is_latest (self, model)))
    return qusop_figure_traces ((const QsTracePoint *) (gconstpointer) traces->data,
                                traces->len);
  /* While it trains the live curve, afterwards that of the model chosen. */
  if (training && losses->len > 1)
    return qusop_figure_loss ((const QsLossPoint *) losses->data, losses->len, G_MAXUINT);
  if (!training && model != NULL && model->history->len > 1)
    return qusop_figure_loss ((const QsLossPoint *) model->history->data,
                              model->history->len, model->best_epoch);
  return NULL;
}

static void
show_loss (QusopModelPage *self)
{
  QsModel                  *model = qusop_session_get_model (self->session);
  g_autoptr (QusopPlotSpec) spec = loss_figure (self, model);
  const gboolean training = qusop_session_is_busy (self->session, QUSOP_ACTIVITY_TRAIN);

  qusop_plot_view_set_placeholder (
      self->loss,
      training ? _ ("The curve appears with the first iterations")
      : model != NULL && model->kind == QS_MODEL_PKPD
          ? _ ("The traces of this fit are gone; they are kept for the last one")
      : model != NULL && !qs_model_kind_is_network (model->kind) &&
              !qs_model_kind_is_pinn (model->kind)
          ? _ ("This model is fitted in one go: it has no learning curve")
          : _ ("Learning curve or traces appear here while a model is fitted"));
  g_object_set (self->loss, "title",
                spec != NULL && qusop_session_get_traces (self->session)->len > 0
                    ? _ ("Traces of the estimation")
                    : _ ("Learning curve"),
                NULL);
  qusop_plot_view_set_spec (self->loss, spec);
}

static gboolean
redraw_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  QusopModelPage *self = QUSOP_MODEL_PAGE (widget);

  self->redraw = 0;
  show_loss (self);
  return G_SOURCE_REMOVE;
}

/* Traces come ten points at a time: once per frame is enough. */
static void
show_loss_soon (QusopModelPage *self)
{
  if (self->redraw == 0)
    self->redraw =
        gtk_widget_add_tick_callback (GTK_WIDGET (self), redraw_cb, NULL, NULL);
}

static void
add_metric (QusopModelPage *self,
            int             row,
            const char     *name,
            const char     *value,
            const char     *term)
{
  /* Names are ASCII; a reader gets a real minus sign. */
  g_autofree char *title =
      *name == '-' ? g_strconcat ("−", name + 1, NULL) : g_strdup (name);
  GtkWidget *left = gtk_label_new (title);
  GtkWidget *right = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (left), 0.f);
  gtk_label_set_wrap (GTK_LABEL (left), TRUE);
  gtk_widget_set_hexpand (left, TRUE);
  qusop_set_number (GTK_LABEL (right), value);
  gtk_label_set_xalign (GTK_LABEL (right), 1.f);
  gtk_widget_add_css_class (right, "value");
  qusop_explain_both (left, right, term);
  gtk_grid_attach (self->metrics, left, 0, row, 1, 1);
  gtk_grid_attach (self->metrics, right, 1, row, 1, 1);
}

static char *
format_metric (const QsMetric *metric)
{
  return metric->unit != NULL && *metric->unit != '\0'
             ? g_strdup_printf ("%.4g %s", metric->value, metric->unit)
             : g_strdup_printf ("%.4g", metric->value);
}

static void
show_verdict (QusopModelPage *self, const QsModel *model)
{
  const gboolean good = model->verdict == QS_VERDICT_CONVERGED;

  gtk_image_set_from_icon_name (self->verdict_icon, good ? "object-select-symbolic"
                                                         : "dialog-warning-symbolic");
  gtk_label_set_label (self->verdict, model->convergence != NULL
                                          ? model->convergence
                                          : _ ("Whether it converged was not recorded."));
}

static void
show_candidates (QusopModelPage *self, const QsModel *model)
{
  const guint      n = model != NULL ? model->candidates->len : 0;
  g_autofree char *label = g_strdup_printf (
      ngettext ("%u candidate of the search", "%u candidates of the search", n), n);

  qusop_show_candidates (self->candidates, model);
  gtk_expander_set_label (self->search_results, label);
  gtk_widget_set_visible (GTK_WIDGET (self->search_results), n > 0);
}

/* What it is, where its draws come from, why it was chosen and where it was found. */
static char *
sentences_of (const QsModel *model)
{
  g_autofree char  *words = qs_model_describe (model);
  const char *const all[] = { words, model->explanation, model->origin };
  GString          *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i] != NULL)
      g_string_append_printf (text, text->len > 0 ? " %s" : "%s", all[i]);
  return g_string_free (text, FALSE);
}

/* What was chosen, in a sentence, whether it converged, and the parameters. */
static void
show_findings (QusopModelPage *self)
{
  QsModel         *model = qusop_session_get_model (self->session);
  const gboolean   training = qusop_session_is_busy (self->session, QUSOP_ACTIVITY_TRAIN);
  const gboolean   known = model != NULL && !training && model->kind == QS_MODEL_PKPD;
  g_autofree char *words = known ? sentences_of (model) : NULL;

  qusop_show_parameters (self->parameters, known ? model : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->parameters),
                          !qusop_text_table_is_empty (self->parameters));
  show_candidates (self, known ? model : NULL);
  gtk_widget_set_visible (self->finding, known);
  if (!known)
    return;

  gtk_label_set_label (self->structure, words != NULL ? words : "");
  show_verdict (self, model);
}

static void
show_metrics (QusopModelPage *self)
{
  QsModel           *model = qusop_session_get_model (self->session);
  g_autofree char   *draws = NULL, *time = NULL;
  GtkWidget         *child;
  g_autoptr (GArray) parameters = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->metrics))) != NULL)
    gtk_grid_remove (self->metrics, child);
  gtk_widget_set_visible (GTK_WIDGET (self->metrics), model != NULL);
  gtk_label_set_label (self->metrics_title,
                       model != NULL ? qusop_model_title (model) : _ ("No model yet"));
  if (model == NULL)
    return;

  parameters = qs_report_parameters (model);
  for (guint i = 0; i < model->metrics->len; i++) {
    const QsMetric  *metric = &g_array_index (model->metrics, QsMetric, i);
    g_autofree char *value = format_metric (metric);

    if (!qs_report_parameters_tell (parameters, metric->name))
      add_metric (self, (int) i, metric->name, value, metric->name);
  }

  draws = g_strdup_printf ("%u", model->draws->len);
  add_metric (self, (int) model->metrics->len,
              model->kind == QS_MODEL_PKPD ? _ ("Parameter draws")
                                           : _ ("Bootstrap models"),
              draws, model->kind == QS_MODEL_PKPD ? "draws" : "bootstrap");
  /* Not known of a model that still grows, or was stopped while it did. */
  if (!(model->elapsed_s > 0.0))
    return;
  time = g_strdup_printf (_ ("%.1f s"), model->elapsed_s);
  add_metric (self, (int) model->metrics->len + 1, _ ("Time of the fit"), time,
              "fit-time");
}

static char *
describe_run (const QsModel *model)
{
  const QsMetric *first =
      model->metrics->len > 0 ? &g_array_index (model->metrics, QsMetric, 0) : NULL;
  g_autofree char *value = first != NULL ? format_metric (first) : NULL;
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, model->options.seed);
  GString         *text = g_string_new (NULL);

  g_string_printf (text, _ ("seed %s"), seed);
  if (model->history->len > 0)
    g_string_append_printf (text, _ (", %u epochs"), model->history->len);
  g_string_append_printf (text, _ (", %u draws"), model->draws->len);
  if (first != NULL)
    g_string_append_printf (text, ", %s %s", first->name, value);
  return g_string_free (text, FALSE);
}

static GtkWidget *
make_run (const QsModel *model, guint number, gboolean current)
{
  GtkWidget       *row = adw_action_row_new ();
  GtkWidget       *check = gtk_image_new_from_icon_name ("object-select-symbolic");
  g_autofree char *title = g_strdup_printf ("%u · %s", number, qusop_model_title (model));
  g_autofree char *text = describe_run (model);
  g_autofree char *name = g_strdup_printf (
      current ? _ ("Run %s, %s, current") : _ ("Run %s, %s"), title, text);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  gtk_widget_set_opacity (check, current ? 1.0 : 0.0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), check);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  return row;
}

static void
show_runs (QusopModelPage *self)
{
  const GPtrArray *models = qusop_session_get_models (self->session);
  QsModel         *current = qusop_session_get_model (self->session);
  GtkListBoxRow   *row;

  while ((row = gtk_list_box_get_row_at_index (self->runs, 0)) != NULL)
    gtk_list_box_remove (self->runs, GTK_WIDGET (row));
  for (guint i = 0; i < models->len; i++) {
    QsModel *model = g_ptr_array_index (models, i);

    gtk_list_box_append (self->runs, make_run (model, i + 1, model == current));
  }
}

static void
run_activated_cb (QusopModelPage *self, GtkListBoxRow *row)
{
  const GPtrArray *models = qusop_session_get_models (self->session);
  const guint      index = (guint) gtk_list_box_row_get_index (row);

  /* While one is being trained the list waits: choosing would give the fit up. */
  if (index < models->len && !qusop_session_is_busy (self->session, QUSOP_ACTIVITY_TRAIN))
    qusop_session_choose_model (self->session, g_ptr_array_index (models, index));
}

static void
model_changed_cb (QusopModelPage *self)
{
  show_metrics (self);
  show_findings (self);
  show_runs (self);
  show_loss (self);
  show_activity (self);
}

static void
activity_changed_cb (QusopModelPage *self)
{
  show_activity (self);
  if (qusop_session_is_busy (self->session, QUSOP_ACTIVITY_TRAIN))
    return;
  show_loss (self);
  show_findings (self);
}

static void
dataset_changed_cb (QusopModelPage *self)
{
  QsDataset *dataset = qusop_session_get_dataset (self->session);

  gtk_stack_set_visible_child_name (self->stack, dataset == NULL ? "empty"
                                                 : !qs_dataset_is_usable (dataset)
                                                     ? "unusable"
                                                     : "model");
}

static void
qusop_model_page_dispose (GObject *object)
{
  QusopModelPage *self = QUSOP_MODEL_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), QUSOP_TYPE_MODEL_PAGE);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (qusop_model_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, stack);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, lstm);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, logistic);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, emax);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, pkpd);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, cells_row);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, cells);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, epochs_row);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, bootstrap_row);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, stopping_row);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, search_row);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, exposure_row);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, exposure);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, physics_row);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, physics);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, epochs);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, early_stopping);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, search);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, correlated);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, correlated_row);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, resample);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, resample_row);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, bootstrap);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, seed);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, train);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, cancel);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, keep);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, progress);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, progress_text);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, loss);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, finding);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, structure);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, verdict_icon);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, verdict);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, parameters);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, search_results);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, candidates);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, metrics_title);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, metrics);
  gtk_widget_class_bind_template_child (widget_class, QusopModelPage, runs);
}

static void
qusop_model_page_class_init (QusopModelPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_model_page_dispose;

  g_type_ensure (QUSOP_TYPE_TEXT_TABLE);
  g_type_ensure (QUSOP_TYPE_PLOT_VIEW);
  g_type_ensure (QUSOP_TYPE_SIDE_LAYOUT);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-model-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, kind_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, options_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, run_activated_cb);
}

static void
explain (QusopModelPage *self)
{
  qusop_explain (self->cells_row, "LSTM");
  qusop_explain (self->epochs_row, "epochs");
  qusop_explain (self->stopping_row, "early-stopping");
  qusop_explain (self->search_row, "search");
  qusop_explain (GTK_WIDGET (self->bootstrap_row), "draws");
  qusop_explain (GTK_WIDGET (self->seed), "seed");
}

static void
qusop_model_page_init (QusopModelPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  explain (self);
}

static void
listen (QusopModelPage *self, const char *signal, GCallback callback)
{
  qusop_follow (GTK_WIDGET (self), self->session, signal, callback);
}

void
qusop_model_page_set_session (QusopModelPage *self, QusopSession *session)
{
  g_set_object (&self->session, session);
  listen (self, "notify::dataset", G_CALLBACK (dataset_changed_cb));
  listen (self, "notify::fit-options", G_CALLBACK (show_options));
  listen (self, "notify::activity", G_CALLBACK (activity_changed_cb));
  listen (self, "notify::losses", G_CALLBACK (show_loss));
  listen (self, "notify::traces", G_CALLBACK (show_loss_soon));
  listen (self, "notify::models", G_CALLBACK (show_runs));
  listen (self, "notify::model", G_CALLBACK (model_changed_cb));

  dataset_changed_cb (self);
  show_options (self);
  model_changed_cb (self);
}

QusopPlotView *
qusop_model_page_get_chart (QusopModelPage *self)
{
  return self->loss;
}
