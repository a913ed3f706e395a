/* SPDX-License-Identifier: Apache-2.0 */
#include "ui-support.h"

#include "pages/qusop-mapping-pane.h"
#include "widgets/qusop-first-steps.h"
#include "widgets/qusop-glossary.h"
#include "widgets/qusop-gradual-list.h"
#include "widgets/qusop-names.h"
#include "widgets/qusop-plot-view.h"
#include "widgets/qusop-prior-row.h"
#include "widgets/qusop-row-model.h"
#include "widgets/qusop-slider-row.h"
#include "widgets/qusop-step-rail.h"

#include <glib/gstdio.h>
#include <math.h>

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

/* A chart, and the pixels of a file for each of its own: whole ones. */
enum { CHART_WIDTH = 448, CHART_HEIGHT = 320 };
static const double file_pixels = 300.0 / 96.0;

static QusopPlotSpec *
make_chart (const char *title, gboolean logarithmic)
{
  QusopPlotSpec *spec = qusop_plot_spec_new (title);

  qusop_plot_spec_set_x_axis (spec, "Dose (mg, once daily)", "dose_mg", 0.0, 0.0, FALSE);
  qusop_plot_spec_set_y_axis (spec, "Level (ng/mL)", "level", 0.0, 0.0, logarithmic);
  return spec;
}

static void
add_series (QusopPlotSpec *spec, QusopSeriesKind kind, QusopInk ink)
{
  double         x[12], y[12], y2[12];
  const gboolean two = kind == QUSOP_SERIES_BAND || kind == QUSOP_SERIES_INTERVALS;

  for (guint i = 0; i < G_N_ELEMENTS (x); i++) {
    x[i] = i;
    y[i] = 0.1 + 10.0 * exp (-0.3 * i);
    y2[i] = 1.4 * y[i];
  }
  qusop_plot_spec_add_series (spec, kind, "Series – a name", "y", ink,
                              kind == QUSOP_SERIES_LINE && ink != QUSOP_INK_PRIMARY,
                              G_N_ELEMENTS (x), x, y, two ? y2 : NULL);
}

/* One chart of each kind that there is. */
static GPtrArray *
make_charts (void)
{
  static const char *const names[] = { "A", "B", "C", "D", "E", "F", "G",
                                       "H", "I", "J", "K", "L", NULL };
  GPtrArray               *charts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) qusop_plot_spec_unref);
  QusopPlotSpec *spec, *panels = qusop_plot_spec_new ("Panels");

  for (guint kind = QUSOP_SERIES_LINE; kind <= QUSOP_SERIES_INTERVALS; kind++) {
    spec = make_chart ("One kind", kind == QUSOP_SERIES_POINTS);
    add_series (spec, kind, QUSOP_INK_PRIMARY);
    g_ptr_array_add (charts, spec);
    spec = make_chart ("A panel", FALSE);
    add_series (spec, kind, QUSOP_INK_PRIMARY);
    qusop_plot_spec_add_panel (panels, spec);
  }
  g_ptr_array_add (charts, panels);

  spec = make_chart ("Marks and arms", FALSE);
  for (guint ink = QUSOP_INK_ARM_1; ink <= QUSOP_INK_ARM_6; ink++)
    add_series (spec, ink % 2 != 0 ? QUSOP_SERIES_LINE : QUSOP_SERIES_POINTS, ink);
  for (guint mark = QUSOP_MARK_HORIZONTAL; mark <= QUSOP_MARK_TEXT; mark++)
    qusop_plot_spec_add_mark (spec, mark, "4.2 mg", QUSOP_INK_TARGET, 4.2, 6.0);
  qusop_plot_spec_set_note (spec, "A note below, of 1,000 subjects.");
  g_ptr_array_add (charts, spec);

  spec = make_chart ("Categories", FALSE);
  add_series (spec, QUSOP_SERIES_BARS, QUSOP_INK_SECONDARY);
  qusop_plot_spec_set_x_categories (spec, names);
  g_ptr_array_add (charts, spec);

  spec = make_chart ("Nothing to show", FALSE);
  qusop_plot_spec_set_empty_reason (spec, "There are no values.");
  g_ptr_array_add (charts, spec);
  return charts;
}

/* The widget as the window's renderer paints it, with that many pixels to each of its
 * own. */
static cairo_surface_t *
render_widget (GtkWidget *view, double pixels)
{
  const int               width = (int) (CHART_WIDTH * pixels);
  const int               height = (int) (CHART_HEIGHT * pixels);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GdkTexture)  texture = NULL;
  GskRenderNode          *node;
  cairo_surface_t        *surface;

  g_assert_cmpint (gtk_widget_get_width (view), ==, CHART_WIDTH);
  g_assert_cmpint (gtk_widget_get_height (view), ==, CHART_HEIGHT);
  gtk_snapshot_scale (snapshot, (float) pixels, (float) pixels);
  GTK_WIDGET_GET_CLASS (view)->snapshot (view, snapshot);
  node = gtk_snapshot_to_node (snapshot);
  texture =
      gsk_renderer_render_texture (gtk_native_get_renderer (gtk_widget_get_native (view)),
                                   node, &GRAPHENE_RECT_INIT (0, 0, width, height));
  gsk_render_node_unref (node);

  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  gdk_texture_download (texture, cairo_image_surface_get_data (surface),
                        cairo_image_surface_get_stride (surface));
  cairo_surface_mark_dirty (surface);
  return surface;
}

static guint32
pixel_of (cairo_surface_t *surface, int x, int y)
{
  const guint8 *row = cairo_image_surface_get_data (surface) +
                      (gsize) y * cairo_image_surface_get_stride (surface);

  return ((const guint32 *) row)[x] & 0xffffff;
}

static int
largest_difference (guint32 a, guint32 b)
{
  int largest = 0;

  for (guint shift = 0; shift < 24; shift += 8)
    largest = MAX (largest, abs ((int) (a >> shift & 0xff) - (int) (b >> shift & 0xff)));
  return largest;
}

/* The largest difference of a channel. What is compared is not blank. */
static int
compare (const char *what, cairo_surface_t *a, cairo_surface_t *b)
{
  const int width = cairo_image_surface_get_width (a);
  const int height = cairo_image_surface_get_height (a);
  int       largest = 0;
  guint     n_different = 0, n_drawn = 0;

  g_assert_cmpint (cairo_image_surface_get_width (b), ==, width);
  g_assert_cmpint (cairo_image_surface_get_height (b), ==, height);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      const int d = largest_difference (pixel_of (a, x, y), pixel_of (b, x, y));

      largest = MAX (largest, d);
      n_different += d > 0;
      n_drawn += pixel_of (a, x, y) != pixel_of (a, 0, 0);
    }
  g_test_message ("%s: %u of %u drawn pixels differ, by %d at most", what, n_different,
                  n_drawn, largest);
  g_assert_cmpuint (n_drawn, >, 1000);
  cairo_surface_destroy (a);
  cairo_surface_destroy (b);
  return largest;
}

/* Of the chart shown in @view: what files have at the screen's size is the screen's to
 * the bit; at their resolution edges may fall otherwise, since the window's renderer
 * plays back what was recorded in 256ths of the screen's pixels. */
static void
check_export (QusopPlotView *view, const char *path)
{
  QusopPlotSpec     *spec = qusop_plot_view_get_spec (view);
  const char        *title = qusop_plot_spec_title (spec);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (
      compare (title, render_widget (GTK_WIDGET (view), 1.0),
               qusop_plot_to_image (spec, CHART_WIDTH, CHART_HEIGHT, 1.0, 1.0)),
      ==, 0);

  qusop_plot_export (spec, path, CHART_WIDTH, CHART_HEIGHT, &error);
  g_assert_no_error (error);
  g_assert_cmpint (
      compare (path, cairo_image_surface_create_from_png (path),
               qusop_plot_to_image (spec, CHART_WIDTH, CHART_HEIGHT, 1.0, file_pixels)),
      ==, 0);
  g_assert_cmpint (compare ("as large as a file",
                            render_widget (GTK_WIDGET (view), file_pixels),
                            cairo_image_surface_create_from_png (path)),
                   <=, 16);
}

static void
test_an_exported_chart_is_the_screens_pixel_for_pixel (void)
{
  g_autofree char      *folder = g_dir_make_tmp ("qusop-chart-XXXXXX", NULL);
  g_autofree char      *path = g_build_filename (folder, "chart.png", NULL);
  g_autoptr (GPtrArray) charts = make_charts ();
  GtkWidget            *window = gtk_window_new ();
  QusopPlotView *view = g_object_new (QUSOP_TYPE_PLOT_VIEW, "halign", GTK_ALIGN_START,
                                      "valign", GTK_ALIGN_START, "hexpand", FALSE, NULL);

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      ADW_COLOR_SCHEME_FORCE_LIGHT);
  gtk_widget_set_size_request (GTK_WIDGET (view), CHART_WIDTH, CHART_HEIGHT);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (view));
  gtk_window_present (GTK_WINDOW (window));
  ui_settle ();

  for (guint i = 0; i < charts->len; i++) {
    qusop_plot_view_set_spec (view, charts->pdata[i]);
    check_export (view, path);
  }

  gtk_window_destroy (GTK_WINDOW (window));
  g_remove (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  ui_window_close (ui_window_new ()); /* the application brings the resources */

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
  ADD ("an-exported-chart-is-the-screens-pixel-for-pixel",
       test_an_exported_chart_is_the_screens_pixel_for_pixel);
  ADD ("every-status-has-its-word", test_every_status_has_its_word);
  return g_test_run ();
}
