/* SPDX-License-Identifier: Apache-2.0 */
#include "ui-support.h"

#include "pages/qusop-explore-page.h"
#include "pages/qusop-exposure-page.h"
#include "widgets/qusop-plot-view.h"

#include <string.h>

static GtkWidget *
child_of (QusopWindow *window, const char *name)
{
  GtkWidget *page = ui_find (GTK_WIDGET (window), QUSOP_TYPE_EXPLORE_PAGE, NULL);

  return GTK_WIDGET (gtk_widget_get_template_child (page, QUSOP_TYPE_EXPLORE_PAGE, name));
}

static GtkWidget *
exposure_child (QusopWindow *window, const char *name)
{
  GtkWidget *page = ui_find (GTK_WIDGET (window), QUSOP_TYPE_EXPOSURE_PAGE, NULL);

  return GTK_WIDGET (
      gtk_widget_get_template_child (page, QUSOP_TYPE_EXPOSURE_PAGE, name));
}

static void
show_page (QusopWindow *window, const char *name)
{
  g_action_group_activate_action (G_ACTION_GROUP (window), "page",
                                  g_variant_new_string (name));
  ui_settle ();
}

static QusopWindow *
window_with_page (void)
{
  QusopWindow *window = ui_window_new ();

  ui_open_sample (window);
  show_page (window, "explore");
  return window;
}

static QusopWindow *
window_with_exposure (void)
{
  QusopWindow *window = window_with_page ();

  show_page (window, "exposure");
  return window;
}

static const char *
described (QusopWindow *window)
{
  QusopPlotView *chart = QUSOP_PLOT_VIEW (exposure_child (window, "chart"));

  return qusop_plot_spec_description (qusop_plot_view_get_spec (chart));
}

static const char *
description (QusopWindow *window)
{
  QusopPlotView *chart = QUSOP_PLOT_VIEW (child_of (window, "chart"));

  return qusop_plot_spec_description (qusop_plot_view_get_spec (chart));
}

/* Of the sample's 48 subjects the first twelve got placebo: their rows come last. */
enum { N_PLACEBO = 12, N_DOSED = 36 };

static guint
selected_row (QusopWindow *window)
{
  GtkColumnView *table = GTK_COLUMN_VIEW (exposure_child (window, "subjects"));

  return gtk_single_selection_get_selected (
      GTK_SINGLE_SELECTION (gtk_column_view_get_model (table)));
}

static void
test_a_study_is_explored_when_it_is_opened (void)
{
  QusopWindow  *window = window_with_page ();
  QusopSession *session = qusop_window_get_session (window);

  g_assert_nonnull (qusop_session_get_nca (session));
  g_assert_nonnull (qusop_session_get_emax (session));
  show_page (window, "exposure");
  g_assert_nonnull (ui_find (GTK_WIDGET (window), GTK_TYPE_COLUMN_VIEW, NULL));
  ui_window_close (window);
}

static void
test_every_chart_can_be_chosen (void)
{
  QusopWindow           *window = window_with_page ();
  GtkDropDown           *choice = GTK_DROP_DOWN (child_of (window, "chart_choice"));
  const guint            n = g_list_model_get_n_items (gtk_drop_down_get_model (choice));
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_assert_cmpuint (n, ==, 10);
  for (guint i = 0; i < n; i++) {
    gtk_drop_down_set_selected (choice, i);
    g_hash_table_add (seen, g_strdup (description (window)));
  }
  g_assert_cmpuint (g_hash_table_size (seen), ==, n);
  ui_window_close (window);
}

static void
test_a_row_points_out_a_subject_in_the_chart (void)
{
  QusopWindow   *window = window_with_exposure ();
  QusopSession  *session = qusop_window_get_session (window);
  GtkColumnView *table = GTK_COLUMN_VIEW (exposure_child (window, "subjects"));

  gtk_selection_model_select_item (gtk_column_view_get_model (table), 20, TRUE);
  g_assert_cmpuint (qusop_session_get_selected_subject (session), ==, N_PLACEBO + 20);
  g_assert_nonnull (strstr (described (window), "Highlighted: ID"));

  gtk_selection_model_select_item (gtk_column_view_get_model (table), N_DOSED, TRUE);
  g_assert_cmpuint (qusop_session_get_selected_subject (session), ==, 0);
  ui_window_close (window);
}

static void
test_a_curve_points_out_a_subject_in_the_table (void)
{
  QusopWindow  *window = window_with_exposure ();
  QusopSession *session = qusop_window_get_session (window);

  g_signal_emit_by_name (exposure_child (window, "chart"), "picked", 31u);
  g_assert_cmpuint (selected_row (window), ==, 30 - N_PLACEBO);

  /* Also in a table that is made anew, row by row. */
  qusop_session_set_exploration (session, qusop_session_get_nca (session), NULL, NULL);
  ui_settle ();
  g_assert_cmpuint (selected_row (window), ==, 30 - N_PLACEBO);

  g_signal_emit_by_name (exposure_child (window, "chart"), "picked", 0u);
  g_assert_cmpuint (selected_row (window), ==, GTK_INVALID_LIST_POSITION);
  g_assert_null (strstr (described (window), "Highlighted"));
  ui_window_close (window);
}

/* Exposure that should follow the dose comes with the power model and its verdict. */
static void
test_exposure_is_held_against_the_dose (void)
{
  QusopWindow *window = window_with_exposure ();
  GtkDropDown *choice = GTK_DROP_DOWN (exposure_child (window, "chart_choice"));

  gtk_drop_down_set_selected (choice, 2);
  g_assert_true (g_str_has_prefix (described (window), "AUCtau by dose. Slope "));
  gtk_drop_down_set_selected (choice, 5);
  g_assert_true (g_str_has_prefix (described (window), "Steady state reached by dose:"));
  gtk_stack_set_visible_child_name (GTK_STACK (exposure_child (window, "tables")),
                                    "proportionality");
  ui_settle ();
  g_assert_nonnull (
      ui_find (exposure_child (window, "proportionality"), GTK_TYPE_LABEL, "AUCtau"));
  ui_window_close (window);
}

static void
test_a_study_without_biomarker_shows_its_concentrations (void)
{
  static const char     text[] = "ID,BW,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID\n"
                                 "1,70,3,0,.,1,1,3,1,0\n1,70,3,1,9,0,0,0,2,1\n";
  g_autoptr (GBytes)    bytes = g_bytes_new_static (text, sizeof text - 1);
  g_autoptr (QsDataset) dataset = qs_dataset_parse (bytes, "s.csv", NULL, NULL, NULL);
  QusopWindow          *window = window_with_page ();

  qusop_session_set_dataset (qusop_window_get_session (window), dataset, FALSE);
  g_action_group_activate_action (G_ACTION_GROUP (window), "page",
                                  g_variant_new_string ("explore"));
  ui_wait_for (ui_is_idle, window);
  ui_settle ();
  g_assert_true (g_str_has_prefix (description (window), "Observed concentration"));
  ui_window_close (window);
}

static void
test_the_scale_is_remembered (void)
{
  QusopWindow *window = window_with_page ();

  gtk_check_button_set_active (GTK_CHECK_BUTTON (child_of (window, "logarithmic")), TRUE);
  ui_window_close (window);

  window = window_with_page ();
  g_assert_true (
      gtk_check_button_get_active (GTK_CHECK_BUTTON (child_of (window, "logarithmic"))));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (child_of (window, "logarithmic")),
                               FALSE);
  ui_window_close (window);
}

static void
test_a_hidden_page_draws_when_it_is_shown (void)
{
  QusopWindow     *window = window_with_page ();
  QusopSession    *session = qusop_window_get_session (window);
  QsScenario       scenario = *qusop_session_get_scenario (session);
  g_autofree char *before = NULL;

  gtk_drop_down_set_selected (GTK_DROP_DOWN (child_of (window, "chart_choice")), 4);
  before = g_strdup (description (window));
  g_action_group_activate_action (G_ACTION_GROUP (window), "page",
                                  g_variant_new_string ("data"));
  ui_settle ();
  scenario.threshold_ng_ml = 9.0;
  qusop_session_set_scenario (session, &scenario);
  g_action_group_activate_action (G_ACTION_GROUP (window), "page",
                                  g_variant_new_string ("explore"));
  ui_settle ();
  g_assert_cmpstr (description (window), !=, before);
  g_assert_nonnull (strstr (description (window), "9 ng/mL"));
  ui_window_close (window);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_set_application_name ("QuSOP");

#define ADD(name, function) g_test_add_func ("/explore/" name, function)
  ADD ("a-study-is-explored-when-it-is-opened",
       test_a_study_is_explored_when_it_is_opened);
  ADD ("every-chart-can-be-chosen", test_every_chart_can_be_chosen);
  ADD ("a-row-points-out-a-subject-in-the-chart",
       test_a_row_points_out_a_subject_in_the_chart);
  ADD ("a-curve-points-out-a-subject-in-the-table",
       test_a_curve_points_out_a_subject_in_the_table);
  ADD ("exposure-is-held-against-the-dose", test_exposure_is_held_against_the_dose);
  ADD ("a-study-without-biomarker-shows-its-concentrations",
       test_a_study_without_biomarker_shows_its_concentrations);
  ADD ("the-scale-is-remembered", test_the_scale_is_remembered);
  ADD ("a-hidden-page-draws-when-it-is-shown", test_a_hidden_page_draws_when_it_is_shown);
  return g_test_run ();
}
