/* SPDX-License-Identifier: Apache-2.0 */
#include "ui-support.h"

#include "pages/qusop-diagnostics-page.h"
#include "pages/qusop-published-page.h"
#include "pkpd/qs-pkpd-predictor.h"
#include "widgets/qusop-sentences.h"

#include <string.h>

static GtkWidget *
child_of (QusopWindow *window, const char *name)
{
  GtkWidget *page = ui_find (GTK_WIDGET (window), QUSOP_TYPE_DIAGNOSTICS_PAGE, NULL);

  return GTK_WIDGET (
      gtk_widget_get_template_child (page, QUSOP_TYPE_DIAGNOSTICS_PAGE, name));
}

static void
show_page (QusopWindow *window, const char *page)
{
  g_action_group_activate_action (G_ACTION_GROUP (window), "page",
                                  g_variant_new_string (page));
  ui_settle ();
}

static const char *
state (QusopWindow *window)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (child_of (window, "stack")));
}

static const char *
description (QusopWindow *window)
{
  QusopPlotView *chart = QUSOP_PLOT_VIEW (child_of (window, "chart"));
  QusopPlotSpec *spec = qusop_plot_view_get_spec (chart);

  return spec != NULL ? qusop_plot_spec_description (spec) : "";
}

static void
choose (QusopWindow *window, const char *name, guint item)
{
  gtk_drop_down_set_selected (GTK_DROP_DOWN (child_of (window, name)), item);
  ui_settle ();
}

static gboolean
has_diagnostics (gpointer window)
{
  return qusop_session_get_diagnostics (qusop_window_get_session (window)) != NULL;
}

static gboolean
has_diagnostics_of_emax (gpointer window)
{
  return has_diagnostics (window) &&
         qusop_session_get_diagnostics (qusop_window_get_session (window))->kind ==
             QS_MODEL_EMAX;
}

/* The model that the sample was made from, as if it had been fitted. */
static void
add_population_model (QusopWindow *window)
{
  static const double theta[QS_PKPD_N_PARAMETERS] = {
    [QS_PKPD_KA] = 0.6,    [QS_PKPD_CL] = 0.05,   [QS_PKPD_V] = 2.4,
    [QS_PKPD_Q] = 0.08,    [QS_PKPD_V2] = 3.0,    [QS_PKPD_R0] = 9.6,
    [QS_PKPD_KOUT] = 0.02, [QS_PKPD_IMAX] = 0.95, [QS_PKPD_IC50] = 1.3,
  };
  QusopSession         *session = qusop_window_get_session (window);
  const QsPkpdStructure structure = qs_pkpd_structure_default ();
  QsPkpdPopulation      population = { .sigma_prop = { 0.18, 0.12 } };
  g_autoptr (QsModel)   model = qs_model_new (QS_MODEL_PKPD);

  for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++) {
    if (theta[i] > 0.0)
      population.theta[i] = qs_pkpd_transform (i, theta[i]);
    if (qs_pkpd_varies (&structure, i))
      population.omega2[i] = 0.05;
  }
  model->facts = qs_dataset_facts (qusop_session_get_dataset (session));
  model->data_sha256 = g_strdup (qs_dataset_sha256 (qusop_session_get_dataset (session)));
  model->estimate = qs_pkpd_predictor_new (&structure, &population);
  qs_model_add_metric (model, "CL", 0.05, "L/h");
  qs_model_add_metric (model, "CL SE", 0.002, "L/h");
  qs_model_add_metric (model, "CL RSE", 4.0, "%");
  qusop_session_add_model (session, model);
}

static QusopWindow *
window_with_diagnostics (void)
{
  QusopWindow *window = ui_window_new ();

  ui_open_sample (window);
  add_population_model (window);
  show_page (window, "diagnostics");
  ui_wait_for (has_diagnostics, window);
  ui_settle ();
  return window;
}

static void
test_without_a_model_the_page_says_so (void)
{
  QusopWindow *window = ui_window_new ();

  ui_open_sample (window);
  show_page (window, "diagnostics");
  g_assert_cmpstr (state (window), ==, "empty");
  g_assert_false (
      qusop_session_is_busy (qusop_window_get_session (window), QUSOP_ACTIVITY_DIAGNOSE));
  ui_window_close (window);
}

static void
test_looking_at_the_page_diagnoses_the_model (void)
{
  QusopWindow *window = ui_window_new ();

  ui_open_sample (window);
  add_population_model (window);
  ui_settle ();
  g_assert_false (has_diagnostics (window));
  show_page (window, "diagnostics");
  g_assert_true (has_diagnostics (window) || strcmp (state (window), "busy") == 0);
  ui_wait_for (has_diagnostics, window);
  ui_settle ();
  g_assert_cmpstr (state (window), ==, "ready");
  g_assert_true (g_str_has_prefix (description (window), "Goodness of fit: biomarker"));
  ui_window_close (window);
}

static void
test_every_figure_can_be_chosen (void)
{
  static const char *const titles[] = {
    "Goodness of fit",   "Distribution of residuals",
    "Individual fits",   "Visual predictive check by arm",
    "Prediction-correc", "Random effects",
    "Random effects an", "Attainment, predicted and observed",
  };
  QusopWindow *window = window_with_diagnostics ();

  choose (window, "endpoint_choice", 1);
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++) {
    choose (window, "chart_choice", i);
    g_assert_true (g_str_has_prefix (description (window), titles[i]));
  }
  choose (window, "chart_choice", G_N_ELEMENTS (titles));
  g_assert_nonnull (ui_find (child_of (window, "parameters"), GTK_TYPE_LABEL, "CL"));
  ui_window_close (window);
}

static void
test_the_selected_subject_turns_the_pages (void)
{
  QusopWindow  *window = window_with_diagnostics ();
  QusopSession *session = qusop_window_get_session (window);

  choose (window, "chart_choice", 2);
  g_assert_nonnull (strstr (description (window), "page 1 of 8"));
  g_signal_emit_by_name (child_of (window, "next"), "clicked");
  g_assert_nonnull (strstr (description (window), "page 2 of 8"));
  qusop_session_set_selected_subject (session, 47);
  ui_settle ();
  g_assert_nonnull (strstr (description (window), "page 8 of 8"));
  choose (window, "subject_choice", 1);
  g_assert_cmpuint (qusop_session_get_selected_subject (session), ==, 0);
  g_assert_nonnull (strstr (description (window), "page 1 of 8"));
  ui_window_close (window);
}

static void
test_what_does_not_apply_is_said (void)
{
  QusopWindow *window = ui_window_new ();

  ui_open_sample (window);
  ui_train (window, QS_MODEL_EMAX, 0);
  show_page (window, "diagnostics");
  ui_wait_for (has_diagnostics, window);
  ui_settle ();
  g_assert_true (gtk_widget_get_visible (child_of (window, "notice")));
  g_assert_true (qusop_sentence_is_known (
      gtk_label_get_label (GTK_LABEL (child_of (window, "notice")))));
  choose (window, "chart_choice", 3);
  g_assert_true (
      g_str_has_prefix (description (window), "Not applicable to this model."));
  ui_window_close (window);
}

static void
test_another_model_is_diagnosed_anew (void)
{
  QusopWindow  *window = window_with_diagnostics ();
  QusopSession *session = qusop_window_get_session (window);

  g_assert_cmpint (qusop_session_get_diagnostics (session)->kind, ==, QS_MODEL_PKPD);
  ui_train (window, QS_MODEL_EMAX, 0);
  ui_wait_for (has_diagnostics_of_emax, window);
  ui_window_close (window);
}

static gpointer
published_child (QusopWindow *window, const char *name)
{
  GtkWidget *page = ui_find (GTK_WIDGET (window), QUSOP_TYPE_PUBLISHED_PAGE, NULL);

  return gtk_widget_get_template_child (page, QUSOP_TYPE_PUBLISHED_PAGE, name);
}

static const char *
published_chart (QusopWindow *window)
{
  return qusop_plot_spec_description (
      qusop_plot_view_get_spec (published_child (window, "chart")));
}

static const char *
published_state (QusopWindow *window)
{
  return gtk_stack_get_visible_child_name (published_child (window, "stack"));
}

/* Quick: one network that learns little, few replicates. */
static void
give_published (QusopSession *session)
{
  QsPublishedOptions      options = qs_published_options_default ();
  g_autoptr (GError)      error = NULL;
  g_autoptr (QsPublished) published = NULL;

  options.n_replicates = 20;
  options.n_networks = 1;
  options.n_epochs = 5;
  published = qs_reproduce (qusop_session_get_dataset (session), &options, NULL, &error);
  g_assert_no_error (error);
  qusop_session_set_published (session, published, NULL, NULL, NULL);
}

static gboolean
has_published_answers (gpointer window)
{
  return qusop_session_get_published_answers (qusop_window_get_session (window)) != NULL;
}

static void
test_what_was_published_stands_beside_the_right_window (void)
{
  QusopWindow     *window = ui_window_new ();
  QusopSession    *session = qusop_window_get_session (window);
  g_autofree char *dose = NULL;
  char           **reasons;
  const QsResult  *answer;

  ui_open_sample (window);
  show_page (window, "published");
  g_assert_cmpstr (published_state (window), ==, "ready");
  g_assert_cmpstr (published_chart (window), ==, "Published pipeline");

  give_published (session);
  ui_settle ();
  reasons = qusop_session_get_published (session)->reasons;
  g_assert_cmpstr (published_chart (window), ==, reasons[0]);
  for (guint i = 0; reasons[i] != NULL; i++) {
    g_assert_true (qusop_sentence_is_known (reasons[i]));
    g_assert_nonnull (
        strstr (gtk_label_get_label (published_child (window, "reasons")), reasons[i]));
  }
  g_assert_nonnull (
      ui_find (published_child (window, "table"), GTK_TYPE_LABEL, "1008–1176 h"));
  g_assert_nonnull (
      ui_find (published_child (window, "table"), GTK_TYPE_LABEL, "480–504 h"));
  g_assert_null (
      ui_find (published_child (window, "table"), GTK_TYPE_LABEL, "Population"));

  /* A population model that comes later is asked the same. */
  add_population_model (window);
  ui_wait_for (has_published_answers, window);
  ui_settle ();
  answer = qusop_session_get_published_answers (session)->pdata[0];
  dose = g_strdup_printf ("%g", answer->decision.dose_mg);
  g_assert_cmpfloat (answer->decision.target, ==, 0.9);
  g_assert_nonnull (
      ui_find (published_child (window, "table"), GTK_TYPE_LABEL, "Population"));
  g_assert_nonnull (ui_find (published_child (window, "table"), GTK_TYPE_LABEL, dose));
  gtk_drop_down_set_selected (published_child (window, "choice"), 1);
  g_assert_nonnull (strstr (published_chart (window), "and the model"));
  ui_window_close (window);
}

static void
test_the_published_pipeline_can_be_cancelled (void)
{
  QusopWindow  *window = ui_window_new ();
  QusopSession *session = qusop_window_get_session (window);

  ui_open_sample (window);
  show_page (window, "published");
  g_action_group_activate_action (G_ACTION_GROUP (window), "reproduce", NULL);
  g_assert_true (qusop_session_is_busy (session, QUSOP_ACTIVITY_REPRODUCE));
  g_assert_true (gtk_widget_get_visible (published_child (window, "cancel_button")));
  g_action_group_activate_action (G_ACTION_GROUP (window), "cancel-reproduction", NULL);
  ui_wait_for (ui_is_idle, window);
  g_assert_null (qusop_session_get_published (session));
  g_assert_nonnull (qusop_session_get_published_problem (session));
  g_assert_true (gtk_widget_get_visible (published_child (window, "run_button")));
  ui_window_close (window);
}

static void
test_without_washout_there_is_nothing_to_reproduce (void)
{
  QusopWindow     *window = ui_window_new ();
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "data", "good", "steady-state.csv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  qusop_window_open (window, file);
  ui_wait_for (ui_is_idle, window);
  show_page (window, "published");
  g_assert_cmpstr (published_state (window), ==, "nothing");
  g_assert_nonnull (
      strstr (adw_status_page_get_description (published_child (window, "nothing")),
              "is not behind the last dose"));
  ui_window_close (window);
}

static void
test_closing_meanwhile_is_no_harm (void)
{
  QusopWindow *window = ui_window_new ();

  ui_open_sample (window);
  add_population_model (window);
  show_page (window, "diagnostics");
  ui_window_close (window);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_set_application_name ("QuSOP");

#define ADD(name, function) g_test_add_func ("/diagnostics/" name, function)
  ADD ("without-a-model-the-page-says-so", test_without_a_model_the_page_says_so);
  ADD ("looking-at-the-page-diagnoses-the-model",
       test_looking_at_the_page_diagnoses_the_model);
  ADD ("every-figure-can-be-chosen", test_every_figure_can_be_chosen);
  ADD ("the-selected-subject-turns-the-pages", test_the_selected_subject_turns_the_pages);
  ADD ("what-does-not-apply-is-said", test_what_does_not_apply_is_said);
  ADD ("another-model-is-diagnosed-anew", test_another_model_is_diagnosed_anew);
  ADD ("what-was-published-stands-beside-the-right-window",
       test_what_was_published_stands_beside_the_right_window);
  ADD ("the-published-pipeline-can-be-cancelled",
       test_the_published_pipeline_can_be_cancelled);
  ADD ("without-washout-there-is-nothing-to-reproduce",
       test_without_washout_there_is_nothing_to_reproduce);
  ADD ("closing-meanwhile-is-no-harm", test_closing_meanwhile_is_no_harm);
  return g_test_run ();
}
