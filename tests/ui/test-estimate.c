/* SPDX-License-Identifier: Apache-2.0 */
#include "ui-support.h"

#include "pages/qusop-estimate-page.h"

#include <adwaita.h>
#include <string.h>

static GtkWidget *
child_of (QusopWindow *window, const char *name)
{
  GtkWidget *page = ui_find (GTK_WIDGET (window), QUSOP_TYPE_ESTIMATE_PAGE, NULL);

  return GTK_WIDGET (
      gtk_widget_get_template_child (page, QUSOP_TYPE_ESTIMATE_PAGE, name));
}

static void
show_page (QusopWindow *window)
{
  g_action_group_activate_action (G_ACTION_GROUP (window), "page",
                                  g_variant_new_string ("estimate"));
  ui_settle ();
}

static QusopWindow *
window_with_answer (void)
{
  QusopWindow *window = ui_window_new ();

  ui_open_sample (window);
  ui_train (window, QS_MODEL_EMAX, 10);
  ui_wait_for (ui_has_current_result, window);
  show_page (window);
  return window;
}

static gboolean
is_over (gpointer window)
{
  QusopSession *session = qusop_window_get_session (window);

  return !qusop_session_is_busy (session, QUSOP_ACTIVITY_ESTIMATE);
}

static const char *
verdict (QusopWindow *window)
{
  return gtk_label_get_label (GTK_LABEL (child_of (window, "verdict")));
}

static void
run (QusopWindow *window)
{
  g_signal_emit_by_name (child_of (window, "run_button"), "clicked");
  ui_wait_for (is_over, window);
  ui_settle ();
}

static void
test_without_a_model_the_page_says_so (void)
{
  QusopWindow *window = ui_window_new ();

  ui_open_sample (window);
  show_page (window);
  g_assert_cmpstr (
      gtk_stack_get_visible_child_name (GTK_STACK (child_of (window, "stack"))), ==,
      "empty");
  ui_window_close (window);
}

static void
test_the_answers_dose_is_estimated_by_every_method (void)
{
  QusopWindow    *window = window_with_answer ();
  QusopSession   *session = qusop_window_get_session (window);
  const QsResult *result = qusop_session_get_result (session);
  QusopPlotView  *chart = QUSOP_PLOT_VIEW (child_of (window, "chart"));
  const QsRace   *race;

  g_assert_cmpfloat (
      gtk_spin_button_get_value (GTK_SPIN_BUTTON (child_of (window, "dose"))), ==,
      result->decision.dose_mg);
  run (window);
  race = qusop_session_get_race (session);
  g_assert_nonnull (race);
  for (guint i = 0; i < QS_RACE_N_CURVES; i++)
    g_assert_cmpuint (race->curves[i].n, >=, 2);
  g_assert_cmpfloat_with_epsilon (race->estimate.exact, result->decision.p_at_dose, 0.02);
  g_assert_nonnull (strstr (verdict (window), "exact sum"));
  g_assert_nonnull (strstr (
      qusop_plot_spec_description (qusop_plot_view_get_spec (chart)), "iqae slope"));
  g_assert_nonnull (
      strstr (gtk_label_get_label (GTK_LABEL (child_of (window, "circuit"))), "q3"));
  g_assert_true (gtk_widget_get_visible (child_of (window, "costs")));

  const QsSearch *search = qusop_session_get_search (session);
  g_assert_nonnull (search);
  g_assert_cmpfloat (qs_landscape_dose_mg (search->landscape, search->scanned.code, 0),
                     ==, result->decision.dose_mg);
  g_assert_cmpuint (search->annealed.code, ==, search->scanned.code);
  g_assert_nonnull (strstr (qusop_plot_spec_description (qusop_plot_view_get_spec (
                                QUSOP_PLOT_VIEW (child_of (window, "landscape")))),
                            "the scan ends at"));
  ui_window_close (window);
}

/* Samplers ask the model, and end near what its table adds up to. */
static void
test_samplers_ask_the_model (void)
{
  QusopWindow  *window = window_with_answer ();
  QusopSession *session = qusop_window_get_session (window);

  for (guint method = 0; method < QS_ESTIMATOR_CANONICAL; method++) {
    const QsEstimate *estimate;

    gtk_drop_down_set_selected (GTK_DROP_DOWN (child_of (window, "method")), method);
    run (window);
    estimate = &qusop_session_get_race (session)->estimate;
    g_assert_cmpuint (estimate->estimator, ==, method);
    g_assert_cmpfloat_with_epsilon (estimate->dose.probability, estimate->exact, 0.03);
    g_assert_nonnull (strstr (verdict (window), "exact sum"));
  }
  ui_window_close (window);
}

static void
test_noise_is_fitted_by_maximum_likelihood (void)
{
  QusopWindow *window = window_with_answer ();

  gtk_spin_button_set_value (GTK_SPIN_BUTTON (child_of (window, "decay")), 0.02);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (child_of (window, "method")),
                              QS_ESTIMATOR_MLAE);
  run (window);
  g_assert_nonnull (strstr (verdict (window), "The fit found a decay"));

  gtk_drop_down_set_selected (GTK_DROP_DOWN (child_of (window, "method")),
                              QS_ESTIMATOR_IQAE);
  run (window);
  g_assert_nonnull (strstr (verdict (window), "trusts the noisy device"));
  ui_window_close (window);
}

static void
test_a_run_can_be_cancelled (void)
{
  QusopWindow  *window = window_with_answer ();
  QusopSession *session = qusop_window_get_session (window);

  g_signal_emit_by_name (child_of (window, "run_button"), "clicked");
  g_assert_true (qusop_session_is_busy (session, QUSOP_ACTIVITY_ESTIMATE));
  g_action_group_activate_action (G_ACTION_GROUP (window), "cancel-estimate", NULL);
  ui_wait_for (is_over, window);
  g_assert_null (qusop_session_get_race (session));
  g_assert_nonnull (qusop_session_get_race_problem (session));
  ui_window_close (window);
}

static void
test_another_question_makes_it_stale (void)
{
  QusopWindow  *window = window_with_answer ();
  QusopSession *session = qusop_window_get_session (window);
  QsScenario    scenario = *qusop_session_get_scenario (session);

  run (window);
  scenario.comed_share = 0.9;
  qusop_session_set_scenario (session, &scenario);
  ui_wait_for (ui_has_current_result, window);
  g_assert_false (qusop_session_is_race_current (session));
  g_assert_nonnull (strstr (verdict (window), "The question has changed"));
  ui_window_close (window);
}

#define ADD(name, function) g_test_add_func ("/ui/estimate/" name, function)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_set_application_name ("QuSOP");

  ADD ("without-a-model-the-page-says-so", test_without_a_model_the_page_says_so);
  ADD ("the-answers-dose-is-estimated-by-every-method",
       test_the_answers_dose_is_estimated_by_every_method);
  ADD ("samplers-ask-the-model", test_samplers_ask_the_model);
  ADD ("noise-is-fitted-by-maximum-likelihood",
       test_noise_is_fitted_by_maximum_likelihood);
  ADD ("a-run-can-be-cancelled", test_a_run_can_be_cancelled);
  ADD ("another-question-makes-it-stale", test_another_question_makes_it_stale);
  return g_test_run ();
}
