/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-estimate-page.h"

#include "document/qusop-figures.h"
#include "widgets/qusop-follow.h"
#include "widgets/qusop-glossary.h"
#include "widgets/qusop-names.h"
#include "widgets/qusop-side-layout.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

enum {
  COLUMN_NAME,
  COLUMN_QUERIES,
  COLUMN_HALF_WIDTH,
  COLUMN_SECONDS,
  COLUMN_EQUAL_QUERIES,
  COLUMN_EQUAL_TIME,
  N_COLUMNS
};
/* The head, the method on the register, the baselines. */
#define N_ROWS (2 + QS_N_BASELINES)
/* What is asked of a method: half the half-width of a baseline. */
static const double needed_ratio = 0.5;

struct _QusopEstimatePage {
  GtkWidget parent_instance;

  QusopSession *session;
  gboolean      dose_chosen; /* by hand; else it follows the answer */
  gboolean      following;

  GtkLabel *cells[N_ROWS][N_COLUMNS]; /* of costs */

  char                 *bits; /* path of recorded bits; NULL for simulated ones */
  GtkFileChooserNative *chooser;

  /* Template children. */
  GtkStack      *stack;
  GtkSpinButton *dose;
  GtkDropDown   *method;
  GtkWidget     *bits_row;
  GtkLabel      *bits_label;
  GtkWidget     *simulate_button;
  GtkSpinButton *half_width;
  GtkSpinButton *decay;
  GtkSpinButton *readout;
  GtkWidget     *run_button;
  GtkWidget     *cancel_button;
  GtkLabel      *verdict;
  GtkStack      *views;
  QusopPlotView *chart;
  GtkGrid       *costs;
  GtkWidget     *costs_note;
  GtkLabel      *found;
  GtkWidget     *landscape_card;
  QusopPlotView *landscape;
  GtkLabel      *circuit;
};

G_DEFINE_FINAL_TYPE (QusopEstimatePage, qusop_estimate_page, GTK_TYPE_WIDGET)

static void
run_cb (QusopEstimatePage *self)
{
  const double misread = 0.01 * gtk_spin_button_get_value (self->readout);

  gtk_widget_activate_action (GTK_WIDGET (self), "win.estimate", "(dudddd^ay)",
                              gtk_spin_button_get_value (self->dose),
                              gtk_drop_down_get_selected (self->method),
                              0.01 * gtk_spin_button_get_value (self->half_width),
                              gtk_spin_button_get_value (self->decay), misread, misread,
                              self->bits != NULL ? self->bits : "");
}

static void
method_changed_cb (QusopEstimatePage *self)
{
  gtk_widget_set_visible (self->bits_row,
                          gtk_drop_down_get_selected (self->method) == QS_ESTIMATOR_QRNG);
}

static void
take_bits (QusopEstimatePage *self, const char *path)
{
  g_autofree char *name = path != NULL ? g_filename_display_basename (path) : NULL;

  g_free (self->bits);
  self->bits = g_strdup (path);
  gtk_label_set_label (self->bits_label, name != NULL ? name : _ ("Recorded _Bits…"));
  gtk_label_set_use_underline (self->bits_label, name == NULL);
  gtk_widget_set_visible (self->simulate_button, name != NULL);
}

static void
bits_chosen_cb (QusopEstimatePage *self, int response)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char  *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_clear_object (&self->chooser);
  if (file != NULL)
    path = g_file_get_path (file);
  if (path != NULL)
    take_bits (self, path);
}

static void
choose_bits_cb (QusopEstimatePage *self)
{
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (
      _ ("Recorded Quantum Bits"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
      GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (bits_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
simulate_bits_cb (QusopEstimatePage *self)
{
  take_bits (self, NULL);
}

static void
dose_changed_cb (QusopEstimatePage *self)
{
  if (!self->following)
    self->dose_chosen = TRUE;
}

/* The answer's dose, until another was chosen. */
static void
follow_answer (QusopEstimatePage *self)
{
  const QsResult *result = qusop_session_get_result (self->session);
  const double    step_mg =
      qs_scenario_grid_step (qusop_session_get_scenario (self->session));

  gtk_spin_button_set_increments (self->dose, step_mg, 10.0 * step_mg);
  if (self->dose_chosen || result == NULL || !isfinite (result->decision.dose_mg))
    return;

  self->following = TRUE;
  gtk_spin_button_set_value (self->dose, result->decision.dose_mg);
  self->following = FALSE;
}

static void
set_cell (QusopEstimatePage *self, guint row, guint column, const char *text)
{
  gtk_label_set_label (self->cells[row][column], text);
}

static char *
dup_time (double seconds)
{
  return seconds < 1e-3 ? g_strdup_printf (_ ("%.1f µs"), 1e6 * seconds)
                        : g_strdup_printf (_ ("%.1f ms"), 1e3 * seconds);
}

static void
show_cost (QusopEstimatePage *self,
           guint              row,
           guint64            queries,
           double             half_width,
           double             seconds)
{
  g_autofree char *n = g_strdup_printf ("%'" G_GUINT64_FORMAT, queries);
  g_autofree char *width = half_width > 0.0
                               ? g_strdup_printf ("%.2f %%", 100.0 * half_width)
                               : g_strdup (_ ("exact"));
  g_autofree char *time = dup_time (seconds);

  set_cell (self, row, COLUMN_QUERIES, n);
  set_cell (self, row, COLUMN_HALF_WIDTH, width);
  set_cell (self, row, COLUMN_SECONDS, time);
}

/* The method's half-width over what @baseline would have after @more times its queries or
 * seconds. What is exact has none to be held against. */
static char *
dup_ratio (double half_width, const QsBaseline *baseline, double more)
{
  const double ratio = half_width / (baseline->half_width / sqrt (more));

  if (!(baseline->half_width > 0.0))
    return g_strdup (_ ("not met"));

  return g_strdup_printf (ratio <= needed_ratio ? _ ("%.2f, met") : _ ("%.2f, not met"),
                          ratio);
}

static void
show_ratios (QusopEstimatePage *self, const QsRace *race)
{
  const QsEstimate *estimate = &race->estimate;
  const double half_width = 0.5 * (estimate->dose.mc_upper - estimate->dose.mc_lower);

  for (guint i = 0; i < QS_N_BASELINES; i++) {
    const QsBaseline *baseline = &race->baselines[i];
    /* What asks the model needs no table. */
    const double table_s =
        i == QS_BASELINE_MODEL && estimate->n_qubits > 0 ? race->tabulation_s : 0.0;
    g_autofree char *queries = dup_ratio (
        half_width, baseline, (double) estimate->n_calls / (double) baseline->n_queries);
    g_autofree char *time = dup_ratio (
        half_width, baseline, (estimate->elapsed_s + table_s) / baseline->seconds);

    set_cell (self, 2 + i, COLUMN_EQUAL_QUERIES, queries);
    set_cell (self, 2 + i, COLUMN_EQUAL_TIME, time);
  }
}

static void
show_costs (QusopEstimatePage *self, const QsRace *race)
{
  const QsEstimate *estimate = &race->estimate;
  const gboolean    samples = estimate->estimator < QS_ESTIMATOR_CANONICAL;
  g_autofree char  *name = g_strdup_printf (samples ? _ ("%s that asks the model")
                                                    : _ ("%s on a simulated register"),
                                           qs_estimator_name (estimate->estimator));

  set_cell (self, 1, COLUMN_NAME, name);
  show_cost (self, 1, estimate->n_calls,
             0.5 * (estimate->dose.mc_upper - estimate->dose.mc_lower),
             estimate->elapsed_s);
  for (guint i = 0; i < QS_N_BASELINES; i++)
    show_cost (self, 2 + i, race->baselines[i].n_queries, race->baselines[i].half_width,
               race->baselines[i].seconds);
  show_ratios (self, race);
}

static void
add_found (GString             *text,
           const QsSearch      *search,
           const char          *name,
           const QsSearchFound *found)
{
  const char      *format = found->code == search->landscape->best
                                ? _ ("%s: %g mg, %s costs looked at, %s")
                                : _ ("%s: %g mg, not the answer, %s costs looked at, %s");
  g_autofree char *n = g_strdup_printf ("%'" G_GUINT64_FORMAT, found->n_looked);
  g_autofree char *time = dup_time (found->elapsed_s);

  g_string_append_printf (text, format, name,
                          qs_landscape_dose_mg (search->landscape, found->code, 0), n,
                          time);
  if (isfinite (found->share))
    g_string_append_printf (text, _ ("; one shot finds the answer with %.1f %%"),
                            100.0 * found->share);
}

static void
show_search (QusopEstimatePage *self)
{
  const QsSearch           *search = qusop_session_get_search (self->session);
  g_autoptr (QusopPlotSpec) spec = NULL;
  g_autoptr (GString)       text = g_string_new (NULL);

  gtk_widget_set_visible (self->landscape_card, search != NULL);
  if (search == NULL) {
    gtk_label_set_label (self->found,
                         _ ("A run searches the doses of a daily or weekly answer too."));
    return;
  }

  add_found (text, search, _ ("Scan, the answer"), &search->scanned);
  g_string_append_c (text, '\n');
  add_found (text, search, _ ("Simulated annealing"), &search->annealed);
  g_string_append_c (text, '\n');
  add_found (text, search, _ ("QAOA on a simulated register"), &search->measured);
  gtk_label_set_label (self->found, text->str);
  spec = qusop_figure_search (search);
  qusop_plot_view_set_spec (self->landscape, spec);
  qusop_plot_view_set_stale (self->landscape,
                             !qusop_session_is_race_current (self->session));
}

static char *
verdict_of (QusopEstimatePage *self, const QsRace *race)
{
  const QsEstimate *estimate = &race->estimate;
  GString          *text = g_string_new (NULL);

  if (!qusop_session_is_race_current (self->session))
    g_string_append (text, _ ("The question has changed since: run again. "));
  g_string_append_printf (text,
                          _ ("At %g mg %.2f %% succeed, 95 %% interval %.2f to %.2f %%; "
                             "the table's exact sum "
                             "is %.2f %%. "),
                          estimate->dose.dose_mg, 100.0 * estimate->dose.probability,
                          100.0 * estimate->dose.mc_lower,
                          100.0 * estimate->dose.mc_upper, 100.0 * estimate->exact);
  if (race->bits_sha256 != NULL)
    g_string_append_printf (text, _ ("Its recorded bits are healthy, SHA-256 %s. "),
                            race->bits_sha256);
  else if (estimate->estimator == QS_ESTIMATOR_QRNG)
    g_string_append (text, _ ("Its quantum bits are simulated. "));
  if (estimate->verdict == QS_AMPLITUDE_CAPPED)
    g_string_append (text, _ ("It stopped at the most queries allowed. "));
  if (estimate->noisy && isfinite (estimate->decay))
    g_string_append_printf (text, _ ("The fit found a decay of %.4f per use. "),
                            estimate->decay);
  else if (estimate->noisy)
    g_string_append (text,
                     _ ("This method trusts the noisy device: its interval need not "
                        "hold. "));
  g_string_append_printf (
      text,
      _ ("The table may be %.2f %% off the virtual people, and took %.1f ms to make. A "
         "simulated register is never quicker than adding up its table."),
      100.0 * estimate->discretisation, 1e3 * race->tabulation_s);
  return g_string_free (text, FALSE);
}

static void
show (QusopEstimatePage *self)
{
  const QsRace    *race = qusop_session_get_race (self->session);
  const char      *problem = qusop_session_get_race_problem (self->session);
  const gboolean   busy = qusop_session_is_busy (self->session, QUSOP_ACTIVITY_ESTIMATE);
  g_autofree char *words = race != NULL ? verdict_of (self, race) : NULL;
  g_autoptr (QusopPlotSpec) spec = NULL;

  gtk_stack_set_visible_child_name (
      self->stack, qusop_session_get_model (self->session) == NULL ? "empty" : "ready");
  gtk_widget_set_visible (self->run_button, !busy);
  gtk_widget_set_visible (self->cancel_button, busy);
  gtk_label_set_label (self->verdict, words != NULL     ? words
                                      : problem != NULL ? problem
                                      : busy
                                          ? _ ("Estimating the probability")
                                          : _ ("Choose a dose and a method, then run."));
  gtk_widget_set_visible (GTK_WIDGET (self->costs), race != NULL);
  gtk_widget_set_visible (self->costs_note, race != NULL);
  if (race != NULL)
    show_costs (self, race);
  gtk_label_set_label (self->circuit, race != NULL ? race->circuit : "");
  gtk_widget_set_visible (
      gtk_widget_get_ancestor (GTK_WIDGET (self->circuit), GTK_TYPE_FRAME), race != NULL);

  show_search (self);
  spec = qusop_figure_race (qusop_session_get_race_curves (self->session));
  qusop_plot_view_set_spec (self->chart, spec);
  qusop_plot_view_set_stale (
      self->chart, race != NULL && !qusop_session_is_race_current (self->session));
}

static void
answer_changed_cb (QusopEstimatePage *self)
{
  follow_answer (self);
  show (self);
}

/* Another model or study: its answer's dose is meant again. */
static void
model_changed_cb (QusopEstimatePage *self)
{
  self->dose_chosen = FALSE;
  answer_changed_cb (self);
}

static void
make_costs (QusopEstimatePage *self)
{
  const char *heads[N_COLUMNS] = {
    _ ("Way"),  _ ("Queries"),         _ ("Half-width"),
    _ ("Time"), _ ("As many queries"), _ ("As much time")
  };
  const char *names[QS_N_BASELINES] = { _ ("Monte Carlo that asks the model"),
                                        _ ("Monte Carlo on the table"),
                                        _ ("Adding up the table") };

  static const char *const terms[N_COLUMNS] = {
    "amplitude-estimation", "queries", "half-width",
    "estimate-time",        "queries", "estimate-time"
  };

  for (guint row = 0; row < N_ROWS; row++)
    for (guint column = 0; column < N_COLUMNS; column++) {
      GtkWidget *label = gtk_label_new (NULL);

      gtk_label_set_xalign (GTK_LABEL (label), column == COLUMN_NAME ? 0.0f : 1.0f);
      gtk_widget_add_css_class (label, row == 0 ? "heading" : "numeric");
      qusop_explain (label, terms[column]);
      gtk_grid_attach (self->costs, label, (int) column, (int) row, 1, 1);
      self->cells[row][column] = GTK_LABEL (label);
      if (row == 0)
        set_cell (self, row, column, heads[column]);
      else if (row >= 2 && column == COLUMN_NAME)
        set_cell (self, row, column, names[row - 2]);
    }
}

static void
qusop_estimate_page_dispose (GObject *object)
{
  QusopEstimatePage *self = QUSOP_ESTIMATE_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), QUSOP_TYPE_ESTIMATE_PAGE);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->bits, g_free);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (qusop_estimate_page_parent_class)->dispose (object);
}

static void
qusop_estimate_page_class_init (QusopEstimatePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_estimate_page_dispose;

  g_type_ensure (QUSOP_TYPE_PLOT_VIEW);
  g_type_ensure (QUSOP_TYPE_SIDE_LAYOUT);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-estimate-page.ui");
#define BIND(name) \
  gtk_widget_class_bind_template_child (widget_class, QusopEstimatePage, name)
  BIND (stack);
  BIND (dose);
  BIND (method);
  BIND (bits_row);
  BIND (bits_label);
  BIND (simulate_button);
  BIND (half_width);
  BIND (decay);
  BIND (readout);
  BIND (run_button);
  BIND (cancel_button);
  BIND (verdict);
  BIND (views);
  BIND (chart);
  BIND (costs);
  BIND (costs_note);
  BIND (found);
  BIND (landscape_card);
  BIND (landscape);
  BIND (circuit);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, run_cb);
  gtk_widget_class_bind_template_callback (widget_class, dose_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, method_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_bits_cb);
  gtk_widget_class_bind_template_callback (widget_class, simulate_bits_cb);
}

static void
explain (QusopEstimatePage *self)
{
  qusop_explain (GTK_WIDGET (self->dose), "register-dose");
  qusop_explain (GTK_WIDGET (self->method), "amplitude-estimation");
  qusop_explain (GTK_WIDGET (self->half_width), "half-width");
  qusop_explain (GTK_WIDGET (self->decay), "decay");
  qusop_explain (GTK_WIDGET (self->readout), "readout");
  qusop_explain (GTK_WIDGET (self->verdict), "pta");
  qusop_explain (GTK_WIDGET (self->circuit), "oracle");
}

static void
qusop_estimate_page_init (QusopEstimatePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  explain (self);
  qusop_name_inner (GTK_WIDGET (self->method), GTK_TYPE_TOGGLE_BUTTON,
                    _ ("Method on the register"));
  make_costs (self);
}

void
qusop_estimate_page_set_session (QusopEstimatePage *self, QusopSession *session)
{
  static const struct {
    const char *signal;
    GCallback   callback;
  } listeners[] = {
    { "notify::model", G_CALLBACK (model_changed_cb) },
    { "notify::race", G_CALLBACK (show) },
    { "notify::activity", G_CALLBACK (show) },
    { "notify::result", G_CALLBACK (answer_changed_cb) },
  };

  g_set_object (&self->session, session);
  for (guint i = 0; i < G_N_ELEMENTS (listeners); i++)
    qusop_follow (GTK_WIDGET (self), session, listeners[i].signal, listeners[i].callback);
  model_changed_cb (self);
}

/* That of the search where it is looked at, else that of the queries. */
QusopPlotView *
qusop_estimate_page_get_chart (QusopEstimatePage *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->views), "search") == 0
             ? self->landscape
             : self->chart;
}
