/* SPDX-License-Identifier: Apache-2.0 */
#include "ui-support.h"

#include "pages/qusop-estimate-page.h"

#include <adwaita.h>
#include <glib/gstdio.h>
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

static const char *
cost_at (QusopWindow *window, int column, int row)
{
  return gtk_label_get_label (GTK_LABEL (
      gtk_grid_get_child_at (GTK_GRID (child_of (window, "costs")), column, row)));
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
  /* A query for a query it is half as wide; the sum of the table is never beaten. */
  g_assert_nonnull (strstr (cost_at (window, 4, 2), "met"));
  g_assert_null (strstr (cost_at (window, 4, 2), "not"));
  g_assert_cmpstr (cost_at (window, 4, 4), ==, "not met");
  g_assert_cmpstr (cost_at (window, 5, 4), ==, "not met");

  GtkStack          *views = GTK_STACK (child_of (window, "views"));
  QusopEstimatePage *page = QUSOP_ESTIMATE_PAGE (
      gtk_widget_get_ancestor (GTK_WIDGET (views), QUSOP_TYPE_ESTIMATE_PAGE));

  g_assert_true (qusop_estimate_page_get_chart (page) == chart);
  gtk_stack_set_visible_child_name (views, "search");
  g_assert_true (GTK_WIDGET (qusop_estimate_page_get_chart (page)) ==
                 child_of (window, "landscape"));

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

/* By what the list has at @method: its interval holds what the table adds up to, but for
 * how far the table may be off. */
static void
run_method (QusopWindow *window, guint method)
{
  QusopSession *session = qusop_window_get_session (window);
  const QsRace *race;
  double        off;

  gtk_drop_down_set_selected (GTK_DROP_DOWN (child_of (window, "method")), method);
  g_assert_cmpint (gtk_widget_get_visible (child_of (window, "bits_row")), ==,
                   method == QS_ESTIMATOR_QRNG);
  run (window);
  race = qusop_session_get_race (session);
  g_assert_cmpstr (qusop_session_get_race_problem (session), ==, NULL);
  off = 0.01 + (method < QS_ESTIMATOR_CANONICAL ? race->estimate.discretisation : 0.0);
  g_assert_cmpuint (race->estimate.estimator, ==, method);
  g_assert_cmpfloat (race->estimate.dose.mc_lower - off, <=, race->estimate.exact);
  g_assert_cmpfloat (race->estimate.dose.mc_upper + off, >=, race->estimate.exact);
  g_assert_nonnull (strstr (verdict (window), "exact sum"));
}

/* Samplers ask the model. */
static void
test_samplers_ask_the_model (void)
{
  QusopWindow *window = window_with_answer ();

  for (guint method = 0; method < QS_ESTIMATOR_CANONICAL; method++)
    run_method (window, method);
  ui_window_close (window);
}

/* Every method in the list, of a population model and of a network. */
static void
test_every_method_estimates_a_model (gconstpointer kind)
{
  QusopWindow *window = ui_window_new ();

  ui_open_sample (window);
  ui_train (window, GPOINTER_TO_UINT (kind), 10);
  ui_wait_for (ui_has_current_result, window);
  show_page (window);
  g_assert_cmpuint (g_list_model_get_n_items (gtk_drop_down_get_model (
                        GTK_DROP_DOWN (child_of (window, "method")))),
                    ==, QS_N_ESTIMATORS);
  for (guint method = 0; method < QS_N_ESTIMATORS; method++)
    run_method (window, method);
  ui_window_close (window);
}

static void
run_on_bits (QusopWindow *window, const char *path)
{
  g_action_group_activate_action (
      G_ACTION_GROUP (window), "estimate",
      g_variant_new ("(dudddd^ay)", 6.0, QS_ESTIMATOR_QRNG, 0.02, 0.0, 0.0, 0.0, path));
  ui_wait_for (is_over, window);
  ui_settle ();
}

/* Healthy ones are named by their hash; others are refused. */
static void
test_recorded_bits_are_drawn_from (void)
{
  QusopWindow        *window = window_with_answer ();
  QusopSession       *session = qusop_window_get_session (window);
  g_autoptr (GRand)   rand = g_rand_new_with_seed (1);
  g_autofree guint32 *words = g_new0 (guint32, 65536);
  g_autofree char    *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree char    *path = g_build_filename (folder, "bits.bin", NULL);
  g_autofree char    *sha256 = NULL;

  g_assert_true (g_file_set_contents (path, (const char *) words, 262144, NULL));
  run_on_bits (window, path);
  g_assert_null (qusop_session_get_race (session));
  g_assert_nonnull (strstr (verdict (window), "800-90B"));

  for (guint i = 0; i < 65536; i++)
    words[i] = g_rand_int (rand);
  g_assert_true (g_file_set_contents (path, (const char *) words, 262144, NULL));
  sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *) words, 262144);
  run_on_bits (window, path);
  g_test_message ("%s", verdict (window));
  g_assert_nonnull (strstr (verdict (window), sha256));
  g_assert_cmpstr (qusop_session_get_race (session)->estimate.backend, ==,
                   "recorded quantum bits");
  g_remove (path);
  g_rmdir (folder);
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
  ADD ("recorded-bits-are-drawn-from", test_recorded_bits_are_drawn_from);
  if (g_test_slow ()) {
    g_test_add_data_func ("/ui/estimate/every-method-estimates-pkpd",
                          GUINT_TO_POINTER (QS_MODEL_PKPD),
                          test_every_method_estimates_a_model);
    g_test_add_data_func ("/ui/estimate/every-method-estimates-lstm",
                          GUINT_TO_POINTER (QS_MODEL_LSTM),
                          test_every_method_estimates_a_model);
  }
  ADD ("noise-is-fitted-by-maximum-likelihood",
       test_noise_is_fitted_by_maximum_likelihood);
  ADD ("a-run-can-be-cancelled", test_a_run_can_be_cancelled);
  ADD ("another-question-makes-it-stale", test_another_question_makes_it_stale);
  return g_test_run ();
}
