/* SPDX-License-Identifier: Apache-2.0 */
#include "ui-support.h"

#include "pages/qusop-mapping-pane.h"
#include "widgets/qusop-first-steps.h"
#include "widgets/qusop-glossary.h"
#include "widgets/qusop-gradual-list.h"
#include "widgets/qusop-names.h"
#include "widgets/qusop-prior-row.h"
#include "widgets/qusop-row-model.h"
#include "widgets/qusop-slider-row.h"
#include "widgets/qusop-step-rail.h"

static QsDataset *
parse (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  QsDataset         *dataset = qs_dataset_parse (bytes, "study.csv", NULL, NULL, &error);

  g_assert_no_error (error);
  return dataset;
}

static QsDataset *
make_dataset (guint n_rows)
{
  GString   *text = g_string_new ("ID,BW,COMED,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID\n");
  QsDataset *dataset;

  for (guint i = 0; i < n_rows; i++)
    g_string_append_printf (text, "1,70,0,0,%u,9,0,0,0,3,2\n", i);
  dataset = parse (text->str);
  g_string_free (text, TRUE);
  return dataset;
}

static void
test_a_hundred_thousand_rows_are_made_on_demand (void)
{
  g_autoptr (QsDataset)     dataset = make_dataset (100000);
  g_autoptr (QusopRowModel) model = qusop_row_model_new (dataset);
  g_autoptr (QusopRow)      last = NULL;

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 100000);
  last = g_list_model_get_item (G_LIST_MODEL (model), 99999);
  g_assert_cmpuint (qusop_row_get_index (last), ==, 99999);
  g_assert_cmpstr (qusop_row_get_cell (last, 4), ==, "99999");
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (model), 100000));
  /* Nobody keeps rows but who asks: the one above is the only one. */
  g_assert_cmpuint (G_OBJECT (last)->ref_count, ==, 1);
}

static void
test_a_gradual_list_has_all_its_rows_in_the_end (void)
{
  g_autoptr (QsDataset)         dataset = make_dataset (5000);
  g_autoptr (GtkSliceListModel) waiting =
      qusop_gradual_list_new (G_LIST_MODEL (qusop_row_model_new (dataset)));
  g_autoptr (GtkSliceListModel) hurried =
      qusop_gradual_list_new (G_LIST_MODEL (qusop_row_model_new (dataset)));
  g_autoptr (QusopRow) last = NULL;

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (waiting)), ==, 0);
  qusop_gradual_list_finish (hurried);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (hurried)), ==, 5000);

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (waiting)), ==, 5000);
  last = g_list_model_get_item (G_LIST_MODEL (waiting), 4999);
  g_assert_cmpuint (qusop_row_get_index (last), ==, 4999);
}

static void
test_a_range_of_weights_never_turns_round (void)
{
  QusopPriorRow *row = g_object_ref_sink (g_object_new (QUSOP_TYPE_PRIOR_ROW, NULL));
  const QsPrior  wide = qs_prior_uniform (50.0, 100.0);
  GtkWidget     *first, *second;
  QsPrior        prior;

  qusop_prior_row_set_prior (row, &wide);
  first = GTK_WIDGET (
      gtk_widget_get_template_child (GTK_WIDGET (row), QUSOP_TYPE_PRIOR_ROW, "first")
          ? gtk_widget_get_template_child (GTK_WIDGET (row), QUSOP_TYPE_PRIOR_ROW,
                                           "first")
          : NULL);
  second = GTK_WIDGET (
      gtk_widget_get_template_child (GTK_WIDGET (row), QUSOP_TYPE_PRIOR_ROW, "second"));

  qusop_slider_row_set_value (QUSOP_SLIDER_ROW (first), 120.0);
  prior = qusop_prior_row_get_prior (row);
  g_assert_cmpfloat (prior.a, ==, 120.0);
  g_assert_cmpfloat (prior.b, ==, 121.0);

  qusop_slider_row_set_value (QUSOP_SLIDER_ROW (second), 60.0);
  prior = qusop_prior_row_get_prior (row);
  g_assert_cmpfloat (prior.a, ==, 59.0);
  g_assert_true (qs_prior_validate (&prior, NULL));
  g_object_unref (row);
}

static void
test_every_shape_of_weights_is_valid (void)
{
  QusopPriorRow *row = g_object_ref_sink (g_object_new (QUSOP_TYPE_PRIOR_ROW, NULL));
  GObject       *shape =
      gtk_widget_get_template_child (GTK_WIDGET (row), QUSOP_TYPE_PRIOR_ROW, "shape");

  for (guint kind = QS_PRIOR_UNIFORM; kind <= QS_PRIOR_LOGNORMAL; kind++) {
    g_autoptr (GError) error = NULL;
    QsPrior            prior;

    gtk_drop_down_set_selected (GTK_DROP_DOWN (shape), kind);
    prior = qusop_prior_row_get_prior (row);
    g_assert_cmpint (prior.kind, ==, kind);
    qs_prior_validate (&prior, &error);
    g_assert_no_error (error);
  }
  g_object_unref (row);
}

static void
test_a_slider_row_goes_back_to_its_default (void)
{
  g_autoptr (GtkAdjustment) adjustment =
      g_object_ref_sink (gtk_adjustment_new (3.0, 0.0, 10.0, 0.1, 1.0, 0.0));
  QusopSliderRow *row = g_object_ref_sink (
      g_object_new (QUSOP_TYPE_SLIDER_ROW, "adjustment", adjustment, "default-value", 4.0,
                    "title", "_Threshold", NULL));

  g_assert_false (qusop_slider_row_is_default (row));
  qusop_slider_row_reset (row);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, 4.0);
  g_object_unref (row);
}

static void
test_the_mapping_names_every_column_with_a_role (void)
{
  g_autoptr (QsDataset) dataset =
      parse ("ID,WT,TIME,DV,EVID,MDV,AMT,CMT,DVID\n1,70,0,9,0,0,0,3,2\n");
  QusopMappingPane *pane =
      g_object_ref_sink (g_object_new (QUSOP_TYPE_MAPPING_PANE, NULL));
  g_autofree char *mapping = NULL;

  qusop_mapping_pane_set_dataset (pane, dataset);
  mapping = qusop_mapping_pane_dup_mapping (pane);

  g_assert_nonnull (strstr (mapping, "BW=WT"));
  g_assert_nonnull (strstr (mapping, "ID=ID"));
  g_object_unref (pane);
}

static void
test_a_confirmed_mapping_reads_the_same_study (void)
{
  static const char     text[] = "ID,WT,TIME,DV,EVID,MDV,AMT,CMT,DVID\n"
                                 "1,70,0,.,1,1,3,1,0\n1,70,1,9,0,0,0,3,2\n";
  g_autoptr (QsDataset) guessed = parse (text);
  g_autoptr (QsDataset) confirmed = NULL;
  g_autoptr (GBytes)    bytes = g_bytes_new_static (text, sizeof text - 1);
  g_autoptr (GError)    error = NULL;
  QusopMappingPane     *pane =
      g_object_ref_sink (g_object_new (QUSOP_TYPE_MAPPING_PANE, NULL));
  g_autofree char *mapping = NULL;

  qusop_mapping_pane_set_dataset (pane, guessed);
  mapping = qusop_mapping_pane_dup_mapping (pane);
  confirmed = qs_dataset_parse (bytes, "study.csv", mapping, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (qs_dataset_mapping_is_certain (confirmed));
  g_assert_cmpint (qs_dataset_column_role (confirmed, 1), ==, QS_COLUMN_BW);
  g_object_unref (pane);
}

static void
test_every_status_has_its_word (void)
{
  for (guint a = 0; a <= QUSOP_STEP_RUNNING; a++) {
    for (guint b = 0; b < a; b++)
      g_assert_cmpstr (qusop_step_status_text (a), !=, qusop_step_status_text (b));
  }
}

/* A name that an earlier term takes for itself would never be explained. */
static void
test_every_term_is_found_by_its_name (void)
{
  guint            n;
  const QusopTerm *terms = qusop_glossary_terms (&n);

  for (guint i = 0; i < n; i++) {
    g_test_message ("%s", terms[i].id);
    g_assert_true (qusop_glossary_find (terms[i].id) == &terms[i]);
    g_assert_true (g_str_has_suffix (terms[i].definition, "."));
    g_assert_cmpstr (terms[i].source, !=, "");
  }
  g_assert_null (qusop_glossary_find ("no such thing"));
}

static void
test_every_exposure_parameter_is_explained (void)
{
  for (guint p = 0; p < QS_N_NCA_PARAMETERS; p++)
    g_assert_nonnull (qusop_glossary_find (qs_nca_parameter_info (p)->code));
}

static void
test_a_number_keeps_its_sign_in_front (void)
{
  GtkLabel *label = g_object_ref_sink (GTK_LABEL (gtk_label_new (NULL)));

  qusop_set_number (label, "-3 kg");
  g_assert_cmpstr (gtk_label_get_label (label), ==, "-3 kg");
  gtk_widget_set_direction (GTK_WIDGET (label), GTK_TEXT_DIR_RTL);
  qusop_set_number (label, "-3 kg");
  g_assert_cmpstr (gtk_label_get_label (label), ==, "\u200e-3 kg");
  qusop_set_number (label, "3 من 12"); /* "3 of 12", which is read from the right */
  g_assert_cmpstr (gtk_label_get_label (label), ==, "3 من 12");
  g_object_unref (label);
}

static void
test_first_steps_go_on_with_what_is_not_done (void)
{
  QusopFirstSteps *strip =
      g_object_ref_sink (g_object_new (QUSOP_TYPE_FIRST_STEPS, NULL));
  GtkLabel  *title = GTK_LABEL (gtk_widget_get_template_child (
       GTK_WIDGET (strip), QUSOP_TYPE_FIRST_STEPS, "title"));
  GtkWidget *go = GTK_WIDGET (
      gtk_widget_get_template_child (GTK_WIDGET (strip), QUSOP_TYPE_FIRST_STEPS, "go"));

  g_assert_false (qusop_first_steps_is_shown (strip));
  qusop_first_steps_begin (strip);
  g_assert_true (qusop_first_steps_is_shown (strip));

  /* Done out of order, and the first one still to do. */
  qusop_first_steps_set_done (strip, QUSOP_FIRST_LOOK, TRUE);
  g_assert_true (g_str_has_suffix (gtk_label_get_label (title), "Open a study"));
  qusop_first_steps_set_done (strip, QUSOP_FIRST_OPEN, TRUE);
  g_assert_true (g_str_has_suffix (gtk_label_get_label (title), "Fit a model"));
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (go)), ==, "win.page");

  for (guint i = 0; i < QUSOP_N_FIRST_STEPS; i++)
    qusop_first_steps_set_done (strip, i, TRUE);
  g_assert_false (gtk_widget_get_visible (go));
  g_object_unref (strip);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_object_unref (ui_window_new ()); /* the application brings the resources */

#define ADD(name, function) g_test_add_func ("/widgets/" name, function)
  ADD ("a-hundred-thousand-rows-are-made-on-demand",
       test_a_hundred_thousand_rows_are_made_on_demand);
  ADD ("a-gradual-list-has-all-its-rows-in-the-end",
       test_a_gradual_list_has_all_its_rows_in_the_end);
  ADD ("a-range-of-weights-never-turns-round", test_a_range_of_weights_never_turns_round);
  ADD ("every-shape-of-weights-is-valid", test_every_shape_of_weights_is_valid);
  ADD ("a-slider-row-goes-back-to-its-default",
       test_a_slider_row_goes_back_to_its_default);
  ADD ("the-mapping-names-every-column-with-a-role",
       test_the_mapping_names_every_column_with_a_role);
  ADD ("a-confirmed-mapping-reads-the-same-study",
       test_a_confirmed_mapping_reads_the_same_study);
  ADD ("every-term-is-found-by-its-name", test_every_term_is_found_by_its_name);
  ADD ("every-exposure-parameter-is-explained",
       test_every_exposure_parameter_is_explained);
  ADD ("a-number-keeps-its-sign-in-front", test_a_number_keeps_its_sign_in_front);
  ADD ("first-steps-go-on-with-what-is-not-done",
       test_first_steps_go_on_with_what_is_not_done);
  ADD ("every-status-has-its-word", test_every_status_has_its_word);
  return g_test_run ();
}
