/* SPDX-License-Identifier: Apache-2.0 */
#include "ui-support.h"

#include "pages/qusop-comparison-page.h"
#include "pages/qusop-decide-page.h"
#include "pages/qusop-history-page.h"
#include "pages/qusop-model-page.h"
#include "pages/qusop-report-page.h"
#include "pages/qusop-scenarios-page.h"
#include "widgets/qusop-answer-card.h"
#include "widgets/qusop-first-steps.h"
#include "widgets/qusop-glossary-window.h"
#include "widgets/qusop-glossary.h"
#include "widgets/qusop-plot-view.h"
#include "widgets/qusop-prior-row.h"
#include "widgets/qusop-sentences.h"
#include "widgets/qusop-slider-row.h"
#include "widgets/qusop-step-rail.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

static const char *const pages[] = {
  "start",       "data",   "explore",   "exposure", "model",  "comparison",
  "diagnostics", "decide", "scenarios", "estimate", "report", "history"
};

static void
show_page (QusopWindow *window, const char *page)
{
  g_action_group_activate_action (G_ACTION_GROUP (window), "page",
                                  g_variant_new_string (page));
  ui_settle ();
}

static QusopWindow *
window_with_answer (void)
{
  QusopWindow *window = ui_window_new ();

  ui_open_sample (window);
  ui_train (window, QS_MODEL_EMAX, 10);
  ui_wait_for (ui_has_current_result, window);
  show_page (window, "decide");
  return window;
}

static void
test_every_page_shows_without_a_study (void)
{
  QusopWindow *window = ui_window_new ();

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    show_page (window, pages[i]);

  g_assert_null (qusop_session_get_dataset (qusop_window_get_session (window)));
  ui_window_close (window);
}

static void
test_a_study_and_a_model_give_an_answer (void)
{
  QusopWindow *window = window_with_answer ();
  GtkWidget   *card = ui_find (GTK_WIDGET (window), QUSOP_TYPE_ANSWER_CARD, NULL);
  GtkWidget   *dose = ui_find (card, GTK_TYPE_LABEL, "dose");
  GtkWidget   *chart = ui_find (GTK_WIDGET (window), QUSOP_TYPE_PLOT_VIEW, NULL);

  g_assert_nonnull (qusop_plot_view_get_spec (QUSOP_PLOT_VIEW (chart)));
  g_assert_null (dose); /* labels are found by their text */
  g_assert_nonnull (ui_find (card, GTK_TYPE_LABEL, "On the mean curve"));
  ui_window_close (window);
}

static void
test_another_study_empties_the_pages (void)
{
  QusopWindow  *window = window_with_answer ();
  QusopSession *session = qusop_window_get_session (window);

  ui_open_sample (window);
  show_page (window, "decide");

  g_assert_null (qusop_session_get_result (session));
  g_assert_null (ui_find (GTK_WIDGET (window), QUSOP_TYPE_ANSWER_CARD, NULL));
  g_assert_nonnull (ui_find (GTK_WIDGET (window), GTK_TYPE_BUTTON, "_Go to Model"));
  ui_window_close (window);
}

static void
test_a_slider_makes_the_answer_stale_until_it_is_replaced (void)
{
  QusopWindow  *window = window_with_answer ();
  QusopSession *session = qusop_window_get_session (window);
  GtkWidget    *row = ui_find (GTK_WIDGET (window), QUSOP_TYPE_SLIDER_ROW, NULL);
  QsResult     *before = qs_result_ref (qusop_session_get_result (session));

  qusop_slider_row_set_value (QUSOP_SLIDER_ROW (row), 5.0);
  g_assert_true (qusop_session_is_stale (session));
  g_assert_cmpfloat (qusop_session_get_scenario (session)->threshold_ng_ml, ==, 5.0);

  ui_wait_for (ui_has_current_result, window);
  g_assert_true (qusop_session_get_result (session) != before);
  g_assert_cmpfloat (qusop_session_get_result (session)->scenario.threshold_ng_ml, ==,
                     5.0);
  qs_result_unref (before);
  ui_window_close (window);
}

static gboolean
offers_more (gpointer window)
{
  return ui_find (GTK_WIDGET (window), GTK_TYPE_BUTTON, "Draw as Man_y as Needed") !=
         NULL;
}

static gboolean
is_decision_grade (gpointer window)
{
  const QsResult *result = qusop_session_get_result (qusop_window_get_session (window));

  return ui_has_current_result (window) && result->decision.decision_grade;
}

static void
test_a_few_patients_are_made_as_many_as_needed (void)
{
  QusopWindow        *window = window_with_answer ();
  QusopSession       *session = qusop_window_get_session (window);
  QsPopulationOptions options = *qusop_session_get_population_options (session);

  g_assert_true (is_decision_grade (window));
  g_assert_false (offers_more (window));
  options.n_subjects = 50;
  options.n_replicates = 10;
  qusop_session_set_population_options (session, &options);
  ui_wait_for (offers_more, window);
  g_assert_false (is_decision_grade (window));

  g_signal_emit_by_name (
      ui_find (GTK_WIDGET (window), GTK_TYPE_BUTTON, "Draw as Man_y as Needed"),
      "clicked");
  ui_wait_for (is_decision_grade, window);
  g_assert_cmpuint (qusop_session_get_population_options (session)->n_subjects, ==, 50);
  ui_window_close (window);
}

static void
test_a_weekly_question_is_refused_with_a_reason (void)
{
  QusopWindow  *window = window_with_answer ();
  QusopSession *session = qusop_window_get_session (window);
  GtkWidget    *weekly =
      ui_find (GTK_WIDGET (window), GTK_TYPE_TOGGLE_BUTTON, "Once _weekly");

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (weekly), TRUE);
  ui_wait_for (ui_has_current_result, window);

  g_assert_true (qusop_session_get_refusal (session) != NULL ||
                 qusop_session_get_result (session)->decision.status ==
                     QS_STATUS_REFUSED);
  ui_window_close (window);
}

/* A schedule is asked for as soon as it is one; until then the former question stays and
 * the entry says what is wrong. */
static void
test_a_schedule_is_asked_for_as_it_is_written (void)
{
  QusopWindow  *window = window_with_answer ();
  QusopSession *session = qusop_window_get_session (window);
  GtkWidget    *other = ui_find (GTK_WIDGET (window), GTK_TYPE_TOGGLE_BUTTON, "P_lan");
  GtkWidget    *box = gtk_widget_get_parent (gtk_widget_get_parent (other));
  GtkWidget    *entry;

  g_assert_null (ui_find (box, GTK_TYPE_ENTRY, NULL));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (other), TRUE);
  entry = ui_find (box, GTK_TYPE_ENTRY, NULL);
  g_assert_nonnull (entry);
  g_assert_cmpstr (qs_scenario_regimen_name (qusop_session_get_scenario (session)), ==,
                   "qd mg/kg");

  gtk_editable_set_text (GTK_EDITABLE (entry), "qd mis=1");
  g_assert_true (gtk_widget_has_css_class (entry, "error"));
  g_assert_cmpstr (qs_scenario_regimen_name (qusop_session_get_scenario (session)), ==,
                   "qd mg/kg");

  gtk_editable_set_text (GTK_EDITABLE (entry), "qd miss=1");
  g_assert_false (gtk_widget_has_css_class (entry, "error"));
  g_assert_cmpstr (qs_scenario_regimen_name (qusop_session_get_scenario (session)), ==,
                   "qd miss=1 judge=1-2");
  ui_wait_for (ui_has_current_result, window);
  ui_window_close (window);
}

/* What the switches of the Model page say is what is fitted, and they show what is set.
 */
static void
test_switches_of_a_fit_are_its_options (void)
{
  QusopWindow  *window = ui_window_new ();
  QusopSession *session = qusop_window_get_session (window);
  GtkWidget    *page;
  QsFitOptions  options;
  GtkSwitch    *correlated, *resample;

  ui_open_sample (window);
  show_page (window, "model");
  page = ui_find (GTK_WIDGET (window), QUSOP_TYPE_MODEL_PAGE, NULL);
  qusop_session_set_model_kind (session, QS_MODEL_PKPD);
  correlated = GTK_SWITCH (
      gtk_widget_get_template_child (page, QUSOP_TYPE_MODEL_PAGE, "correlated"));
  resample = GTK_SWITCH (
      gtk_widget_get_template_child (page, QUSOP_TYPE_MODEL_PAGE, "resample"));
  g_assert_false (gtk_switch_get_active (correlated) || gtk_switch_get_active (resample));

  gtk_switch_set_active (resample, TRUE);
  gtk_switch_set_active (correlated, TRUE);
  options = *qusop_session_get_fit_options (session);
  g_assert_true (options.structure.correlated);
  g_assert_cmpint (options.uncertainty, ==, QS_UNCERTAINTY_BOOTSTRAP);

  options.uncertainty = QS_UNCERTAINTY_LIKELIHOOD;
  qusop_session_set_fit_options (session, &options);
  g_assert_false (gtk_switch_get_active (resample));
  ui_window_close (window);
}

static void
test_reset_goes_back_to_the_base_question (void)
{
  QusopWindow  *window = window_with_answer ();
  QusopSession *session = qusop_window_get_session (window);
  QsScenario    scenario = *qusop_session_get_scenario (session);
  GtkWidget    *reset = ui_find (GTK_WIDGET (window), GTK_TYPE_BUTTON, "Reset _all");

  scenario.comed_share = 0.1;
  scenario.bw = qs_prior_uniform (70.0, 140.0);
  qusop_session_set_scenario (session, &scenario);
  g_signal_emit_by_name (reset, "clicked");

  g_assert_cmpfloat (qusop_session_get_scenario (session)->comed_share, ==, 0.5);
  g_assert_cmpfloat (qusop_session_get_scenario (session)->bw.a, ==, 50.0);
  ui_wait_for (ui_has_current_result, window);
  ui_window_close (window);
}

static GtkWidget *
comparison_child (QusopWindow *window, const char *name)
{
  GtkWidget *page = ui_find (GTK_WIDGET (window), QUSOP_TYPE_COMPARISON_PAGE, NULL);

  return GTK_WIDGET (
      gtk_widget_get_template_child (page, QUSOP_TYPE_COMPARISON_PAGE, name));
}

static void
clear_contestant (gpointer data)
{
  QsContestant *self = data;

  g_free (self->name);
  g_free (self->predicted);
  g_free (self->probability);
  g_clear_pointer (&self->answers, g_ptr_array_unref);
}

/* A daily and a weekly answer to the base question. */
static GPtrArray *
known_answers (void)
{
  static const double dose_mg[] = { 6.5, 35.0 };
  GPtrArray *answers = g_ptr_array_new_with_free_func ((GDestroyNotify) qs_result_unref);

  for (guint i = 0; i < G_N_ELEMENTS (dose_mg); i++) {
    QsResult *result = g_new0 (QsResult, 1);

    result->n_refs = 1;
    result->scenario = qs_scenario_named (QS_POPULATION_BASE, QS_REGIMEN_QD + i, 0.9);
    result->decision = (QsDecision){ .status = QS_STATUS_REACHED,
                                     .dose_mg = dose_mg[i],
                                     .crossing_mg = dose_mg[i],
                                     .interval_low_mg = 0.8 * dose_mg[i],
                                     .interval_high_mg = 1.2 * dose_mg[i] };
    g_ptr_array_add (answers, result);
  }
  return answers;
}

/* One look per subject, predicted a tenth too high by both. */
static QsCompare *
known_comparison (QsDataset *dataset)
{
  static const char *const names[] = { "pkpd", "lstm exposure" };
  static const char *const verdicts[] = { "lstm exposure: loses to pkpd.", NULL };
  QsCompare               *self = g_new0 (QsCompare, 1);

  self->n_refs = 1;
  self->options = qs_compare_options_default ();
  self->options.answers = TRUE;
  self->n_subjects = qs_dataset_n_subjects (dataset);
  self->n_points = self->n_subjects;
  self->points = g_new0 (QsComparePoint, self->n_points);
  self->verdicts = g_strdupv ((char **) verdicts);
  self->contestants = g_array_new (FALSE, FALSE, sizeof (QsContestant));
  g_array_set_clear_func (self->contestants, clear_contestant);
  for (guint i = 0; i < self->n_points; i++)
    self->points[i] = (QsComparePoint){ i, 492.0, 12.0, 2.0 + 0.1 * i };
  for (guint c = 0; c < G_N_ELEMENTS (names); c++) {
    QsContestant contestant = {
      .name = g_strdup (names[c]),
      .is_network = c == 1,
      .predicted = g_new (double, self->n_points),
      .window = { self->n_points, 1.25 + c, 0.5 },
      .answers = c == 1 ? known_answers () : NULL,
    };

    for (guint i = 0; i < self->n_points; i++)
      contestant.predicted[i] = 1.1 * self->points[i].observed_ng_ml;
    g_array_append_val (self->contestants, contestant);
  }

  return self;
}

static void
test_a_comparison_is_shown (void)
{
  QusopWindow          *window = ui_window_new ();
  QusopSession         *session = qusop_window_get_session (window);
  GtkDropDown          *model;
  QusopPlotView        *chart;
  g_autoptr (QsCompare) comparison = NULL;

  ui_open_sample (window);
  show_page (window, "comparison");
  comparison = known_comparison (qusop_session_get_dataset (session));
  qusop_session_set_comparison (session, comparison, NULL);
  ui_settle ();

  model = GTK_DROP_DOWN (comparison_child (window, "model"));
  chart = QUSOP_PLOT_VIEW (comparison_child (window, "chart"));
  g_assert_cmpuint (gtk_drop_down_get_selected (model), ==, 1);
  g_assert_nonnull (
      strstr (qusop_plot_spec_description (qusop_plot_view_get_spec (chart)),
              "lstm exposure: RMSE 2.25"));
  g_assert_nonnull (ui_find (comparison_child (window, "table"), GTK_TYPE_LABEL, "1.25"));
  g_assert_nonnull (
      strstr (gtk_label_get_label (GTK_LABEL (comparison_child (window, "verdict"))),
              "loses to pkpd"));

  gtk_drop_down_set_selected (GTK_DROP_DOWN (comparison_child (window, "chart_choice")),
                              1);
  g_assert_true (
      g_str_has_prefix (qusop_plot_spec_description (qusop_plot_view_get_spec (chart)),
                        "Reliability out of fold: lstm exposure; 10 bins"));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (comparison_child (window, "table_choice")),
                              1);
  ui_settle ();
  /* A week's 35 mg are less than seven days of 6.5 mg. */
  g_assert_nonnull (
      ui_find (comparison_child (window, "table"), GTK_TYPE_LABEL, "6.5 [5.2; 7.8]"));
  g_assert_nonnull (ui_find (comparison_child (window, "table"), GTK_TYPE_LABEL, "0.77"));
  g_assert_null (ui_find (comparison_child (window, "table"), GTK_TYPE_LABEL, "pkpd"));

  qusop_session_set_dataset (session, NULL, FALSE);
  g_assert_null (qusop_session_get_comparison (session));
  g_assert_null (qusop_plot_view_get_spec (chart));
  ui_window_close (window);
}

static gboolean
says_that_it_loses (gpointer window)
{
  return ui_find (GTK_WIDGET (window), GTK_TYPE_LABEL,
                  "Networks of this kind predict subjects that they have not seen worse "
                  "than a regression on concentration: RMSE 2.25 against 1.25") != NULL;
}

static void
test_where_a_network_loses_decide_says_so (void)
{
  QusopWindow          *window = ui_window_new ();
  QusopSession         *session = qusop_window_get_session (window);
  g_autoptr (QsCompare) comparison = NULL;
  QsContestant         *contestants;

  ui_open_sample (window);
  comparison = known_comparison (qusop_session_get_dataset (session));
  contestants = (QsContestant *) (gpointer) comparison->contestants->data;
  g_free (contestants[0].name);
  contestants[0].name = g_strdup ("regression");
  g_free (contestants[1].name);
  contestants[1].name = g_strdup ("lstm");

  ui_train (window, QS_MODEL_LSTM, 0);
  show_page (window, "decide");
  ui_wait_for (ui_has_current_result, window);
  g_assert_false (says_that_it_loses (window));
  qusop_session_set_comparison (session, comparison, NULL);
  ui_wait_for (says_that_it_loses, window);
  ui_window_close (window);
}

static gboolean
is_not_comparing (gpointer window)
{
  return !qusop_session_is_busy (qusop_window_get_session (window),
                                 QUSOP_ACTIVITY_COMPARE);
}

static void
test_a_comparison_can_be_cancelled (void)
{
  QusopWindow  *window = ui_window_new ();
  QusopSession *session = qusop_window_get_session (window);

  ui_open_sample (window);
  show_page (window, "comparison");
  g_signal_emit_by_name (comparison_child (window, "run_button"), "clicked");
  g_assert_true (qusop_session_is_busy (session, QUSOP_ACTIVITY_COMPARE));
  g_action_group_activate_action (G_ACTION_GROUP (window), "cancel-comparison", NULL);
  ui_wait_for (is_not_comparing, window);
  g_assert_null (qusop_session_get_comparison (session));
  g_assert_nonnull (qusop_session_get_comparison_problem (session));
  ui_window_close (window);
}

static GtkWidget *
model_child (QusopWindow *window, const char *name)
{
  GtkWidget *page = ui_find (GTK_WIDGET (window), QUSOP_TYPE_MODEL_PAGE, NULL);

  return GTK_WIDGET (gtk_widget_get_template_child (page, QUSOP_TYPE_MODEL_PAGE, name));
}

static void
test_networks_may_read_exposure (void)
{
  QusopWindow        *window = ui_window_new ();
  QusopSession       *session = qusop_window_get_session (window);
  const QsFitOptions *options = qusop_session_get_fit_options (session);

  ui_open_sample (window);
  show_page (window, "model");
  g_assert_false (gtk_widget_get_visible (model_child (window, "exposure_row")));
  qusop_session_set_model_kind (session, QS_MODEL_LSTM);
  g_assert_true (gtk_widget_get_visible (model_child (window, "exposure_row")));
  gtk_switch_set_active (GTK_SWITCH (model_child (window, "exposure")), TRUE);
  g_assert_cmpint (options->input, ==, QS_INPUT_EXPOSURE);
  g_assert_cmpfloat (options->learning_rate, ==, 1e-3);
  g_assert_true (gtk_widget_get_visible (model_child (window, "search_row")));
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (model_child (window, "physics")), 50.0);
  g_assert_cmpuint (options->n_physics, ==, 50);
  gtk_switch_set_active (GTK_SWITCH (model_child (window, "exposure")), FALSE);
  g_assert_cmpuint (options->n_physics, ==, 0);

  qusop_session_set_model_kind (session, QS_MODEL_EMAX);
  g_assert_cmpint (options->input, ==, QS_INPUT_WINDOW);
  g_assert_false (gtk_widget_get_visible (model_child (window, "exposure_row")));
  ui_window_close (window);
}

static gboolean
is_growing (gpointer window)
{
  return qusop_session_is_growing (qusop_window_get_session (window));
}

static void
test_the_window_ends_while_a_model_is_trained (void)
{
  QusopWindow *window = ui_window_new ();

  ui_open_sample (window);
  ui_train (window, QS_MODEL_LSTM, 200);
  ui_wait_for (is_growing, window);
  ui_window_close (window);
}

static gboolean
has_traces (gpointer window)
{
  const GArray *traces = qusop_session_get_traces (qusop_window_get_session (window));

  return traces->len > 0 &&
         g_array_index (traces, QsTracePoint, traces->len - 1).iteration > 2;
}

static gboolean
shows_traces (gpointer window)
{
  GtkWidget     *chart = ui_find (GTK_WIDGET (window), QUSOP_TYPE_PLOT_VIEW, NULL);
  QusopPlotSpec *spec = qusop_plot_view_get_spec (QUSOP_PLOT_VIEW (chart));

  return spec != NULL &&
         strstr (qusop_plot_spec_description (spec), "Traces of the estimation") != NULL;
}

/* While the population model is estimated; the wait for the end is for other tests. */
static void
test_traces_are_drawn_as_they_come (void)
{
  QusopWindow *window = ui_window_new ();

  ui_open_sample (window);
  g_action_group_activate_action (G_ACTION_GROUP (window), "page",
                                  g_variant_new_string ("model"));
  ui_settle ();
  ui_train (window, QS_MODEL_PKPD, 0);
  ui_wait_for (has_traces, window);
  ui_wait_for (shows_traces, window);

  g_action_group_activate_action (G_ACTION_GROUP (window), "cancel", NULL);
  ui_wait_for (ui_is_idle, window);
  g_assert_null (qusop_session_get_model (qusop_window_get_session (window)));
  ui_window_close (window);
}

static void
test_cancelling_discards_the_training (void)
{
  QusopWindow  *window = ui_window_new ();
  QusopSession *session = qusop_window_get_session (window);

  ui_open_sample (window);
  ui_train (window, QS_MODEL_LSTM, 200);
  ui_wait_for (is_growing, window);
  g_action_group_activate_action (G_ACTION_GROUP (window), "cancel", NULL);
  ui_wait_for (ui_is_idle, window);

  g_assert_null (qusop_session_get_model (session));
  g_assert_cmpuint (qusop_session_get_models (session)->len, ==, 0);
  g_assert_null (qusop_session_get_problem (session));
  ui_window_close (window);
}

static gboolean
shows_two_jobs (gpointer window)
{
  return ui_find (window, GTK_TYPE_LABEL, "2 jobs") != NULL;
}

static gboolean
shows_one_job (gpointer window)
{
  return !shows_two_jobs (window);
}

/* Each can be given up by itself; what is left of a job is told from what is done. */
static void
test_jobs_are_listed_and_given_up_one_by_one (void)
{
  QusopWindow  *window = ui_window_new ();
  QusopSession *session = qusop_window_get_session (window);
  double        left_s;

  ui_open_sample (window);
  ui_train (window, QS_MODEL_LSTM, 200);
  qusop_session_set_activity (session, QUSOP_ACTIVITY_REPORT, 0.0, "Report");
  ui_wait_for (is_growing, window);
  ui_wait_for (shows_two_jobs, window);
  qusop_session_set_activity (session, QUSOP_ACTIVITY_REPORT, 0.5, "Report");
  left_s = qusop_session_get_seconds_left (session, QUSOP_ACTIVITY_REPORT);
  if (qusop_session_get_seconds_passed (session, QUSOP_ACTIVITY_REPORT) > 1.0)
    g_assert_cmpfloat_with_epsilon (
        left_s, qusop_session_get_seconds_passed (session, QUSOP_ACTIVITY_REPORT), 0.1);
  else
    g_assert_true (isnan (left_s));

  g_action_group_activate_action (G_ACTION_GROUP (window), "cancel-activity",
                                  g_variant_new_uint32 (QUSOP_ACTIVITY_TRAIN));
  ui_wait_for (shows_one_job, window);
  g_assert_false (qusop_session_is_busy (session, QUSOP_ACTIVITY_TRAIN));
  g_assert_true (qusop_session_is_busy (session, QUSOP_ACTIVITY_REPORT));
  qusop_session_set_activity (session, QUSOP_ACTIVITY_REPORT, -1.0, NULL);
  ui_window_close (window);
}

/* What is typed or read as a number; cells of a study's rows speak for themselves. */
static gboolean
is_number (GtkWidget *widget)
{
  return GTK_IS_SPIN_BUTTON (widget) ||
         (GTK_IS_LABEL (widget) && (gtk_widget_has_css_class (widget, "value") ||
                                    gtk_widget_has_css_class (widget, "dose")));
}

static guint
count_explained (GtkWidget *root, gboolean explained)
{
  guint n = 0;

  explained = explained || gtk_widget_get_tooltip_text (root) != NULL;
  if (is_number (root) && gtk_widget_get_mapped (root)) {
    if (!explained && GTK_IS_LABEL (root))
      g_test_message ("%s", gtk_label_get_label (GTK_LABEL (root)));
    g_assert_true (explained);
    n++;
  }
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_explained (child, explained);
  return n;
}

static void
test_every_number_is_explained (void)
{
  static const struct {
    const char *page;
    guint       n_at_least;
  } cases[] = { { "data", 9 }, { "model", 8 }, { "decide", 14 }, { "estimate", 4 } };
  QusopWindow *window = window_with_answer ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    show_page (window, cases[i].page);
    g_test_message ("%s", cases[i].page);
    g_assert_cmpuint (count_explained (GTK_WIDGET (window), FALSE), >=,
                      cases[i].n_at_least);
  }
  ui_window_close (window);
}

static guint
count (GtkWidget *root, GType type)
{
  guint n = G_TYPE_CHECK_INSTANCE_TYPE (root, type) ? 1 : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count (child, type);
  return n;
}

static void
test_the_glossary_shows_every_term (void)
{
  QusopWindow *parent = ui_window_new ();
  GtkWindow   *window = qusop_glossary_window_new (GTK_WINDOW (parent));
  guint        n;

  qusop_glossary_terms (&n);
  gtk_window_present (window);
  ui_settle ();
  g_assert_cmpuint (count (GTK_WIDGET (window), ADW_TYPE_ACTION_ROW), ==, n);
  gtk_window_destroy (window);
  ui_window_close (parent);
}

/* A sentence that the engine says otherwise than it was translated stays English. */
static void
test_every_warning_can_be_translated (void)
{
  QusopWindow  *window = window_with_answer ();
  QusopSession *session = qusop_window_get_session (window);
  const QsPrior weights[] = { qs_prior_uniform (20.0, 200.0),
                              qs_prior_uniform (50.0, 100.0) };
  const double  thresholds_ng_ml[] = { 0.3, 3.3 };
  guint         n = 0;

  for (guint i = 0; i < 4; i++) {
    QsScenario scenario = *qusop_session_get_scenario (session);
    char     **warnings;

    scenario.bw = weights[i % 2];
    scenario.threshold_ng_ml = thresholds_ng_ml[i / 2];
    scenario.comed_share = i / 2;
    qusop_session_set_scenario (session, &scenario);
    ui_wait_for (ui_has_current_result, window);
    warnings = qusop_session_get_result (session)->warnings;
    for (; warnings != NULL && *warnings != NULL; warnings++, n++) {
      g_test_message ("%s", *warnings);
      g_assert_true (qusop_sentence_is_known (*warnings));
    }
  }
  g_assert_cmpuint (n, >=, 6);
  g_assert_false (qusop_sentence_is_known ("The dose of 3 mg is good."));
  ui_window_close (window);
}

static void
test_first_steps_tick_themselves (void)
{
  QusopWindow     *window = ui_window_new ();
  QusopFirstSteps *strip = QUSOP_FIRST_STEPS (gtk_widget_get_template_child (
      GTK_WIDGET (window), QUSOP_TYPE_WINDOW, "first_steps"));

  g_assert_false (qusop_first_steps_is_shown (strip));
  g_action_group_activate_action (G_ACTION_GROUP (window), "first-steps", NULL);
  g_assert_true (qusop_first_steps_is_shown (strip));

  show_page (window, "explore"); /* nothing to look at yet */
  g_assert_false (qusop_first_steps_is_done (strip, QUSOP_FIRST_LOOK));
  ui_open_sample (window);
  g_assert_true (qusop_first_steps_is_done (strip, QUSOP_FIRST_OPEN));
  show_page (window, "explore");
  g_assert_true (qusop_first_steps_is_done (strip, QUSOP_FIRST_LOOK));
  ui_train (window, QS_MODEL_EMAX, 0);
  ui_wait_for (ui_has_current_result, window);
  g_assert_true (qusop_first_steps_is_done (strip, QUSOP_FIRST_FIT));
  g_assert_false (qusop_first_steps_is_done (strip, QUSOP_FIRST_DECIDE));
  show_page (window, "decide");
  g_assert_true (qusop_first_steps_is_done (strip, QUSOP_FIRST_DECIDE));
  g_assert_false (qusop_first_steps_is_done (strip, QUSOP_FIRST_EXPORT));
  ui_window_close (window);
}

/* Resampled networks, which have reported by now, are not drawn over the first one. */
static void
assert_curve_is_the_models (QusopSession *session)
{
  const GArray *live = qusop_session_get_losses (session);
  const GArray *kept = qusop_session_get_model (session)->history;

  g_assert_cmpuint (live->len, ==, kept->len);
  for (guint i = 0; i < kept->len; i++)
    g_assert_cmpfloat (g_array_index (live, QsLossPoint, i).train, ==,
                       g_array_index (kept, QsLossPoint, i).train);
}

static void
test_stopping_keeps_the_networks_so_far (void)
{
  QusopWindow  *window = ui_window_new ();
  QusopSession *session = qusop_window_get_session (window);

  ui_open_sample (window);
  ui_train (window, QS_MODEL_LSTM, 200);
  ui_wait_for (is_growing, window);
  assert_curve_is_the_models (session);
  g_action_group_activate_action (G_ACTION_GROUP (window), "keep", NULL);
  ui_wait_for (ui_has_current_result, window);

  g_assert_cmpuint (qusop_session_get_models (session)->len, ==, 1);
  g_assert_cmpuint (qusop_session_get_model (session)->draws->len, <, 200);
  ui_window_close (window);
}

static void
test_a_missing_file_is_told_and_nothing_lost (void)
{
  QusopWindow      *window = ui_window_new ();
  QusopSession     *session = qusop_window_get_session (window);
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/study.csv");
  QsDataset        *dataset;

  ui_open_sample (window);
  dataset = qusop_session_get_dataset (session);
  qusop_window_open (window, file);
  ui_wait_for (ui_is_idle, window);

  g_assert_nonnull (qusop_session_get_problem (session));
  g_assert_nonnull (qusop_session_get_problem_detail (session));
  g_assert_true (qusop_session_get_dataset (session) == dataset);
  ui_window_close (window);
}

/* The text of the state: every number on the page is part of a sentence for a reader. */
static void
test_the_chart_has_role_name_and_description (void)
{
  QusopWindow *window = window_with_answer ();
  GtkWidget   *chart = ui_find (GTK_WIDGET (window), QUSOP_TYPE_PLOT_VIEW, NULL);

  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (chart), GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (
      GTK_ACCESSIBLE (chart), GTK_ACCESSIBLE_PROPERTY_LABEL, "Dose–success curve");
  g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (chart),
                                                   GTK_ACCESSIBLE_PROPERTY_DESCRIPTION));
  ui_window_close (window);
}

/* Presses Tab until the focus is back where it was first; counts the stops. */
static guint
count_tab_stops (QusopWindow *window)
{
  GtkWidget *first;
  guint      n = 0;

  gtk_widget_child_focus (GTK_WIDGET (window), GTK_DIR_TAB_FORWARD);
  first = gtk_window_get_focus (GTK_WINDOW (window));
  do {
    g_assert_true (gtk_widget_get_mapped (gtk_window_get_focus (GTK_WINDOW (window))));
    if (!gtk_widget_child_focus (GTK_WIDGET (window), GTK_DIR_TAB_FORWARD))
      break;
    n++;
  } while (gtk_window_get_focus (GTK_WINDOW (window)) != first && n < 100);
  return n;
}

static void
test_tab_visits_every_control_of_decide (void)
{
  QusopWindow *window = window_with_answer ();

  /* Seven sliders with their typed values, two charts, and what is around them. */
  g_assert_cmpuint (count_tab_stops (window), >=, 20);
  ui_window_close (window);
}

static int
minimum (QusopWindow *window, GtkOrientation orientation)
{
  int size;

  gtk_widget_measure (GTK_WIDGET (window), orientation, -1, &size, NULL, NULL, NULL);
  return size;
}

static void
set_text_scale (double scale)
{
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", (int) (96 * 1024 * scale),
                NULL);
  ui_settle ();
}

static void
test_twice_the_text_still_fits_a_small_screen (void)
{
  QusopWindow *window = window_with_answer ();

  set_text_scale (2.0);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    show_page (window, pages[i]);
    g_test_message ("%s", pages[i]);
    g_assert_cmpint (minimum (window, GTK_ORIENTATION_HORIZONTAL), <=, 1024);
    g_assert_cmpint (minimum (window, GTK_ORIENTATION_VERTICAL), <=, 600);
  }
  set_text_scale (1.0);
  ui_window_close (window);
}

static void
test_every_page_shows_from_right_to_left (void)
{
  QusopWindow *window;

  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  window = window_with_answer ();
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    show_page (window, pages[i]);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
  ui_window_close (window);
}

static gboolean
are_scenarios_answered (gpointer window)
{
  QusopScenarios *scenarios =
      qusop_session_get_scenarios (qusop_window_get_session (window));

  return qusop_scenarios_n_left (scenarios) == 0;
}

/* One click gives what the verb of the command line's "answer" gives. */
static void
test_the_challenge_is_answered_in_one_click (void)
{
  QusopWindow          *window = window_with_answer ();
  QusopSession         *session = qusop_window_get_session (window);
  QusopScenarios       *scenarios = qusop_session_get_scenarios (session);
  QsModel              *model = qusop_session_get_model (session);
  QsPopulationOptions   options = qs_population_options_default (model->kind);
  g_autoptr (GPtrArray) expected = qs_answer (model, &options, NULL, NULL);
  GtkWidget            *page;

  show_page (window, "scenarios");
  page = ui_find (GTK_WIDGET (window), QUSOP_TYPE_SCENARIOS_PAGE, NULL);
  gtk_widget_activate_action (page, "scenarios.template", "u", QUSOP_TEMPLATE_CHALLENGE);
  ui_wait_for (are_scenarios_answered, window);
  ui_settle ();

  g_assert_cmpuint (qusop_scenarios_get_cases (scenarios)->len, ==, expected->len);
  for (guint i = 0; i < expected->len; i++) {
    const QusopCase *row = g_ptr_array_index (qusop_scenarios_get_cases (scenarios), i);
    const QsResult  *result = qusop_scenarios_get_result (scenarios, row->id);
    const QsResult  *other = g_ptr_array_index (expected, i);

    if (other->decision.status == QS_STATUS_REFUSED) {
      g_assert_cmpstr (qusop_scenarios_get_reason (scenarios, row->id), ==,
                       other->warnings[0]);
      continue;
    }
    g_assert_true (qs_scenario_equal (&result->scenario, &other->scenario));
    g_assert_cmpmem (&result->decision, sizeof result->decision, &other->decision,
                     sizeof other->decision);
  }
  ui_window_close (window);
}

static void
test_a_scenario_opens_on_decide (void)
{
  QusopWindow        *window = window_with_answer ();
  QusopSession       *session = qusop_window_get_session (window);
  QusopScenarios     *scenarios = qusop_session_get_scenarios (session);
  QsScenario          heavier = *qusop_session_get_scenario (session);
  QsPopulationOptions patients = { .seed = 1, .subject_effect = TRUE };
  GtkWidget          *page, *prior;

  heavier.bw = qs_prior_uniform (70.0, 140.0);
  heavier.comed_share = 0.25;
  show_page (window, "scenarios");
  page = ui_find (GTK_WIDGET (window), QUSOP_TYPE_SCENARIOS_PAGE, NULL);
  gtk_widget_activate_action (page, "scenarios.add", NULL);
  qusop_scenarios_add (scenarios, "Heavier", &heavier, &patients);
  ui_wait_for (are_scenarios_answered, window);
  ui_settle ();

  gtk_widget_activate_action (page, "scenarios.open", NULL);
  g_assert_cmpfloat (qusop_session_get_scenario (session)->bw.b, ==, 100.0);
  show_page (window, "scenarios");
  g_signal_emit_by_name (ui_find (page, GTK_TYPE_COLUMN_VIEW, NULL), "activate", 1);
  ui_settle ();
  g_assert_true (qs_scenario_equal (qusop_session_get_scenario (session), &heavier));
  g_assert_cmpuint (qusop_session_get_population_options (session)->n_subjects, ==,
                    qusop_session_get_default_population (session).n_subjects);
  prior = ui_find (GTK_WIDGET (window), QUSOP_TYPE_PRIOR_ROW, NULL);
  g_assert_cmpfloat (qusop_prior_row_get_prior (QUSOP_PRIOR_ROW (prior)).b, ==, 140.0);
  ui_window_close (window);
}

static GtkWidget *
report_child (QusopWindow *window, const char *name)
{
  GtkWidget *page = ui_find (GTK_WIDGET (window), QUSOP_TYPE_REPORT_PAGE, NULL);

  return GTK_WIDGET (gtk_widget_get_template_child (page, QUSOP_TYPE_REPORT_PAGE, name));
}

static gboolean
may_be_saved (gpointer window)
{
  return gtk_widget_is_sensitive (report_child (window, "exports"));
}

static gboolean
has_the_sign_off (gpointer window)
{
  return ui_find (report_child (window, "preview"), GTK_TYPE_LABEL, "Sign-off") != NULL;
}

static gboolean
is_ready (gpointer reporter)
{
  return !qusop_reporter_is_busy (reporter);
}

static void
assert_starts (const char *folder, const char *name, const char *start)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, start));
  g_assert_cmpint (g_unlink (path), ==, 0);
}

/* What is overtaken is not saved; what is saved is whole, and takes nobody's place. */
static void
test_a_report_is_shown_and_saved (void)
{
  QusopWindow              *window = window_with_answer ();
  g_autofree char          *parent = g_dir_make_tmp ("qusop-report-XXXXXX", NULL);
  g_autofree char          *folder = g_build_filename (parent, "report", NULL);
  g_autoptr (QusopReporter) reporter =
      qusop_reporter_new (qusop_window_get_session (window));
  static const char *const others[] = {
    "answers.json", "answers.csv",   "curves.csv",
    "model.json",   "manifest.json", "curves.parquet"
  };

  show_page (window, "report");
  g_assert_false (may_be_saved (window));
  g_signal_emit_by_name (report_child (window, "prepare"), "clicked");
  ui_wait_for (may_be_saved, window);
  ui_wait_for (has_the_sign_off, window);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (report_child (window, "extent")),
                              QUSOP_REPORT_TEMPLATE_SUMMARY);
  g_assert_false (may_be_saved (window));

  qusop_reporter_set_template (reporter, QUSOP_REPORT_TEMPLATE_SUMMARY);
  qusop_reporter_write (reporter, QUSOP_REPORT_AS_FOLDER, folder);
  g_assert_false (qusop_reporter_is_busy (reporter));
  qusop_reporter_prepare (reporter);
  ui_wait_for (is_ready, reporter);
  for (guint i = 0; i < 2; i++) {
    qusop_reporter_write (reporter, QUSOP_REPORT_AS_FOLDER, folder);
    ui_wait_for (is_ready, reporter);
    g_assert_cmpint (
        qusop_session_get_problem (qusop_window_get_session (window)) != NULL, ==, i > 0);
  }
  assert_starts (folder, "report.pdf", "%PDF");
  assert_starts (folder, "report.html", "<!DOCTYPE html>");
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    assert_starts (folder, others[i], "");
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_assert_cmpint (g_rmdir (parent), ==, 0);
  ui_window_close (window);
}

static GtkWidget *
history_child (QusopWindow *window, const char *name)
{
  GtkWidget *page = ui_find (GTK_WIDGET (window), QUSOP_TYPE_HISTORY_PAGE, NULL);

  return GTK_WIDGET (gtk_widget_get_template_child (page, QUSOP_TYPE_HISTORY_PAGE, name));
}

static guint
n_lines (QusopWindow *window, const char *table)
{
  GtkWidget *view = history_child (window, table);

  return g_list_model_get_n_items (
      G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (view))));
}

static gboolean
has_a_run_on_record (gpointer window)
{
  return n_lines (window, "run_table") > 0;
}

static gboolean
has_no_run (gpointer window)
{
  return n_lines (window, "run_table") == 0;
}

static gboolean
shows_the_label (gpointer window)
{
  return ui_find (history_child (window, "run_table"), GTK_TYPE_LABEL, "the first") !=
         NULL;
}

static QsRunRecord *
find_labelled (const char *label)
{
  const QsRunFilter      labelled = { .label = label };
  g_autofree char       *folder = qs_registry_folder ();
  g_autoptr (QsRegistry) registry = qs_registry_open (folder, NULL);
  g_autoptr (GPtrArray)  records = qs_registry_list (registry, &labelled, NULL);

  g_assert_cmpuint (records->len, ==, 1);
  return g_ptr_array_steal_index (records, 0);
}

static void
test_a_fit_is_on_record_and_can_be_labelled (void)
{
  QusopWindow            *window = window_with_answer ();
  g_autoptr (QsRunRecord) record = NULL;
  GtkEditable            *filter;

  /* An answer that rests is on record as well. */
  show_page (window, "history");
  filter = GTK_EDITABLE (history_child (window, "filter"));
  ui_wait_for (has_a_run_on_record, window);
  gtk_editable_set_text (filter, "no such study");
  ui_wait_for (has_no_run, window);
  gtk_editable_set_text (filter, "FIT --seed");
  ui_wait_for (has_a_run_on_record, window);
  gtk_editable_set_text (GTK_EDITABLE (history_child (window, "label")), "the first");
  gtk_editable_set_text (GTK_EDITABLE (history_child (window, "reason")), "to find it");
  g_signal_emit_by_name (history_child (window, "label_button"), "clicked");
  ui_wait_for (shows_the_label, window);

  record = find_labelled ("the first");
  g_assert_cmpstr (record->command, ==, "fit");
  g_assert_cmpstr (record->label, ==, "the first");
  g_assert_nonnull (strstr (record->arguments, "--model=emax"));
  g_assert_nonnull (strstr (record->arguments, "--bootstrap=10"));
  g_assert_nonnull (record->model_sha256);
  ui_window_close (window);
}

/* What the command line did before the window was opened. */
static void
estimate_on_the_command_line (const char *table, const char *seed)
{
  const char *const argv[] = { QUSOP_BUILD_CLI, "estimate", "--table",
                               table,           "--method", "mc",
                               "--seed",        seed,       NULL };
  int               status = -1;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL,
                               NULL, NULL, NULL, NULL, &status, NULL));
  g_assert_true (g_spawn_check_wait_status (status, NULL));
}

static GtkSelectionModel *
run_selection (QusopWindow *window)
{
  return gtk_column_view_get_model (
      GTK_COLUMN_VIEW (history_child (window, "run_table")));
}

static gboolean
has_two_runs (gpointer window)
{
  return n_lines (window, "run_table") == 2;
}

static gboolean
has_replayed (gpointer window)
{
  return gtk_widget_is_visible (history_child (window, "replay_state"));
}

static gboolean
has_ended_its_replay (gpointer window)
{
  return !gtk_widget_is_visible (history_child (window, "replay_cancel"));
}

static gboolean
has_compared (gpointer window)
{
  return gtk_widget_is_sensitive (history_child (window, "pair_export"));
}

static char *
write_table (void)
{
  char *path = g_build_filename (g_get_user_runtime_dir (), "table.csv", NULL);

  g_assert_true (
      g_file_set_contents (path, "weight,success\n0.25,1\n0.75,0\n", -1, NULL));
  return path;
}

static void
test_a_run_is_replayed_and_set_beside_another (void)
{
  g_autofree char *table = write_table ();
  QusopWindow     *window;

  estimate_on_the_command_line (table, "1");
  estimate_on_the_command_line (table, "2");
  window = ui_window_new ();
  show_page (window, "history");
  gtk_editable_set_text (GTK_EDITABLE (history_child (window, "filter")), table);
  ui_wait_for (has_two_runs, window);

  g_signal_emit_by_name (history_child (window, "replay_button"), "clicked");
  g_assert_false (gtk_widget_is_sensitive (history_child (window, "replay_button")));
  g_assert_true (gtk_widget_is_visible (history_child (window, "replay_cancel")));
  ui_wait_for (has_replayed, window);
  g_assert_true (g_str_has_prefix (
      gtk_label_get_label (GTK_LABEL (history_child (window, "replay_state"))),
      "The same result, bit for bit"));

  /* A cancelled one says nothing. */
  g_signal_emit_by_name (history_child (window, "replay_button"), "clicked");
  g_signal_emit_by_name (history_child (window, "replay_cancel"), "clicked");
  ui_wait_for (has_ended_its_replay, window);

  gtk_selection_model_select_all (run_selection (window));
  ui_wait_for (has_compared, window);
  g_assert_true (g_str_has_prefix (
      gtk_label_get_label (GTK_LABEL (history_child (window, "pair_state"))),
      "1 input differs"));
  g_assert_nonnull (
      ui_find (history_child (window, "pair_inputs"), GTK_TYPE_LABEL, "seed"));
  g_assert_null (
      ui_find (history_child (window, "pair_answers"), GTK_TYPE_LABEL, "seed"));

  /* One of them is other than it was: it says so instead of a verdict. */
  g_assert_true (g_file_set_contents (table, "weight,success\n1,1\n", -1, NULL));
  gtk_selection_model_select_item (run_selection (window), 0, TRUE);
  g_signal_emit_by_name (history_child (window, "replay_button"), "clicked");
  ui_wait_for (has_replayed, window);
  g_assert_nonnull (
      strstr (gtk_label_get_label (GTK_LABEL (history_child (window, "replay_state"))),
              "has changed"));
  ui_window_close (window);
}

static void
test_a_presentation_shows_curve_and_answer_alone (void)
{
  QusopWindow *window = window_with_answer ();
  GtkWidget   *page = ui_find (GTK_WIDGET (window), QUSOP_TYPE_DECIDE_PAGE, NULL);

  g_action_group_activate_action (G_ACTION_GROUP (window), "present", NULL);
  ui_settle ();
  g_assert_null (ui_find (page, QUSOP_TYPE_PRIOR_ROW, NULL));
  g_assert_null (ui_find (GTK_WIDGET (window), QUSOP_TYPE_STEP_RAIL, NULL));
  g_assert_nonnull (ui_find (page, QUSOP_TYPE_ANSWER_CARD, NULL));

  g_action_group_activate_action (G_ACTION_GROUP (window), "cancel", NULL);
  ui_settle ();
  g_assert_nonnull (ui_find (page, QUSOP_TYPE_PRIOR_ROW, NULL));
  g_assert_nonnull (ui_find (GTK_WIDGET (window), QUSOP_TYPE_STEP_RAIL, NULL));

  /* Another page comes with the way back. */
  g_action_group_activate_action (G_ACTION_GROUP (window), "present", NULL);
  g_action_group_activate_action (G_ACTION_GROUP (window), "page",
                                  g_variant_new_string ("start"));
  ui_settle ();
  g_assert_nonnull (ui_find (GTK_WIDGET (window), QUSOP_TYPE_STEP_RAIL, NULL));
  ui_window_close (window);
}

static void
test_a_menu_goes_with_its_page (void)
{
  QusopWindow *window = ui_window_new ();
  GtkWidget   *button = ui_find (GTK_WIDGET (window), ADW_TYPE_SPLIT_BUTTON, NULL);
  GtkWidget *menu = GTK_WIDGET (adw_split_button_get_popover (ADW_SPLIT_BUTTON (button)));

  adw_split_button_popup (ADW_SPLIT_BUTTON (button));
  ui_settle ();
  g_assert_true (gtk_widget_get_mapped (menu));
  gtk_widget_child_focus (menu, GTK_DIR_TAB_FORWARD);
  g_action_group_activate_action (G_ACTION_GROUP (window), "page",
                                  g_variant_new_string ("model"));
  ui_settle ();
  g_assert_false (gtk_widget_get_mapped (menu));
  ui_window_close (window);
}

static void
test_a_question_is_taken_back (void)
{
  QusopWindow  *window = window_with_answer ();
  QusopSession *session = qusop_window_get_session (window);
  QsScenario    scenario = *qusop_session_get_scenario (session);

  scenario.bw = qs_prior_uniform (70.0, 140.0);
  qusop_session_set_scenario (session, &scenario);
  g_action_group_activate_action (G_ACTION_GROUP (window), "undo", NULL);
  ui_settle ();
  g_assert_cmpfloat (qusop_session_get_scenario (session)->bw.b, ==, 100.0);
  g_assert_cmpfloat (
      qusop_prior_row_get_prior (
          QUSOP_PRIOR_ROW (ui_find (GTK_WIDGET (window), QUSOP_TYPE_PRIOR_ROW, NULL)))
          .b,
      ==, 100.0);
  g_assert_true (g_action_group_get_action_enabled (G_ACTION_GROUP (window), "redo"));
  g_action_group_activate_action (G_ACTION_GROUP (window), "redo", NULL);
  g_assert_cmpfloat (qusop_session_get_scenario (session)->bw.b, ==, 140.0);
  ui_window_close (window);
}

static void
test_every_shortcut_has_its_action (void)
{
  static const char *const actions[] = {
    "open",     "export",      "train", "cancel",          "page",
    "open-uri", "open-sample", "keep",  "cancel-training", "show-help-overlay",
    "glossary", "first-steps", "save",  "save-as",         "undo",
    "redo",     "present"
  };
  QusopWindow *window = ui_window_new ();

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    g_assert_true (g_action_group_has_action (G_ACTION_GROUP (window), actions[i]));
  ui_window_close (window);
}

/* An assistive tool that asks for one more window than there are is given the last that
 * was made, and GTK 4.8 crashes over one that was never shown. */
static void
test_no_window_waits_unseen (void)
{
  QusopWindow *window = ui_window_new ();
  GListModel  *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) one = g_list_model_get_item (windows, i);

    g_assert_true (gtk_widget_get_mapped (one));
  }
  ui_window_close (window);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_set_application_name ("QuSOP");

#define ADD(name, function) g_test_add_func ("/window/" name, function)
  ADD ("every-page-shows-without-a-study", test_every_page_shows_without_a_study);
  ADD ("a-study-and-a-model-give-an-answer", test_a_study_and_a_model_give_an_answer);
  ADD ("another-study-empties-the-pages", test_another_study_empties_the_pages);
  ADD ("a-slider-makes-the-answer-stale-until-it-is-replaced",
       test_a_slider_makes_the_answer_stale_until_it_is_replaced);
  ADD ("a-schedule-is-asked-for-as-it-is-written",
       test_a_schedule_is_asked_for_as_it_is_written);
  ADD ("a-few-patients-are-made-as-many-as-needed",
       test_a_few_patients_are_made_as_many_as_needed);
  ADD ("a-weekly-question-is-refused-with-a-reason",
       test_a_weekly_question_is_refused_with_a_reason);
  ADD ("switches-of-a-fit-are-its-options", test_switches_of_a_fit_are_its_options);
  ADD ("reset-goes-back-to-the-base-question", test_reset_goes_back_to_the_base_question);
  ADD ("networks-may-read-exposure", test_networks_may_read_exposure);
  ADD ("a-comparison-is-shown", test_a_comparison_is_shown);
  ADD ("where-a-network-loses-decide-says-so", test_where_a_network_loses_decide_says_so);
  ADD ("a-comparison-can-be-cancelled", test_a_comparison_can_be_cancelled);
  ADD ("the-window-ends-while-a-model-is-trained",
       test_the_window_ends_while_a_model_is_trained);
  ADD ("traces-are-drawn-as-they-come", test_traces_are_drawn_as_they_come);
  ADD ("cancelling-discards-the-training", test_cancelling_discards_the_training);
  ADD ("jobs-are-listed-and-given-up-one-by-one",
       test_jobs_are_listed_and_given_up_one_by_one);
  ADD ("the-glossary-shows-every-term", test_the_glossary_shows_every_term);
  ADD ("every-number-is-explained", test_every_number_is_explained);
  ADD ("every-warning-can-be-translated", test_every_warning_can_be_translated);
  ADD ("first-steps-tick-themselves", test_first_steps_tick_themselves);
  ADD ("stopping-keeps-the-networks-so-far", test_stopping_keeps_the_networks_so_far);
  ADD ("a-missing-file-is-told-and-nothing-lost",
       test_a_missing_file_is_told_and_nothing_lost);
  ADD ("the-chart-has-role-name-and-description",
       test_the_chart_has_role_name_and_description);
  ADD ("tab-visits-every-control-of-decide", test_tab_visits_every_control_of_decide);
  ADD ("twice-the-text-still-fits-a-small-screen",
       test_twice_the_text_still_fits_a_small_screen);
  ADD ("every-page-shows-from-right-to-left", test_every_page_shows_from_right_to_left);
  ADD ("the-challenge-is-answered-in-one-click",
       test_the_challenge_is_answered_in_one_click);
  ADD ("a-scenario-opens-on-decide", test_a_scenario_opens_on_decide);
  ADD ("a-report-is-shown-and-saved", test_a_report_is_shown_and_saved);
  ADD ("a-fit-is-on-record-and-can-be-labelled",
       test_a_fit_is_on_record_and_can_be_labelled);
  ADD ("a-run-is-replayed-and-set-beside-another",
       test_a_run_is_replayed_and_set_beside_another);
  ADD ("a-menu-goes-with-its-page", test_a_menu_goes_with_its_page);
  ADD ("a-presentation-shows-curve-and-answer-alone",
       test_a_presentation_shows_curve_and_answer_alone);
  ADD ("a-question-is-taken-back", test_a_question_is_taken_back);
  ADD ("every-shortcut-has-its-action", test_every_shortcut_has_its_action);
  ADD ("no-window-waits-unseen", test_no_window_waits_unseen);
  return g_test_run ();
}
