/* SPDX-License-Identifier: Apache-2.0 */
#include "plots/qusop-plot.h"
#include "plots/qusop-theme.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <math.h>
#include <string.h>

typedef struct {
  QusopPlotSpec *spec;
  char          *folder;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  double x[50], y[50], low[50], high[50];

  for (guint i = 0; i < 50; i++) {
    x[i] = i;
    y[i] = exp (-0.1 * i);
    low[i] = 0.8 * y[i];
    high[i] = 1.2 * y[i];
  }
  self->spec = qusop_plot_spec_new ("Decay – with a title");
  qusop_plot_spec_set_x_axis (self->spec, "Time (h)", "time_h", 0.0, 49.0, FALSE);
  qusop_plot_spec_set_y_axis (self->spec, "Level (mg/L)", "level", 0.0, 0.0, FALSE);
  qusop_plot_spec_add_series (self->spec, QUSOP_SERIES_BAND, "band", "band",
                              QUSOP_INK_PRIMARY, FALSE, 50, x, low, high);
  qusop_plot_spec_add_series (self->spec, QUSOP_SERIES_LINE, "level", "level",
                              QUSOP_INK_PRIMARY, FALSE, 50, x, y, NULL);
  self->folder = g_dir_make_tmp ("qusop-plots-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);
  const char      *name;

  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename (self->folder, name, NULL);

    g_remove (path);
  }
  g_rmdir (self->folder);
  g_free (self->folder);
  qusop_plot_spec_unref (self->spec);
}

static GBytes *
export_as (Fixture *self, const char *name)
{
  g_autofree char   *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) error = NULL;
  char              *data;
  gsize              size;

  qusop_plot_export (self->spec, path, 640.0, 420.0, &error);
  g_assert_no_error (error);
  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, size);
}

static void
test_same_chart_same_bytes (Fixture *self, gconstpointer data)
{
  static const char *const endings[] = { "png", "svg", "pdf", "csv" };

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char   *first = g_strconcat ("first.", endings[i], NULL);
    g_autofree char   *second = g_strconcat ("second.", endings[i], NULL);
    g_autoptr (GBytes) a = export_as (self, first);
    g_autoptr (GBytes) b = export_as (self, second);

    g_assert_cmpuint (g_bytes_get_size (a), >, 100);
    g_assert_true (g_bytes_equal (a, b));
  }
}

/* Big-endian number at a place of a PNG file. */
static guint
number_at (const guint8 *data, gsize at)
{
  return (guint) data[at] << 24 | data[at + 1] << 16 | data[at + 2] << 8 | data[at + 3];
}

static void
test_png_has_300_dpi (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) png = export_as (self, "chart.PNG");
  gsize              size;
  const guint8      *bytes = g_bytes_get_data (png, &size);
  gboolean           found = FALSE;

  g_assert_cmpuint (number_at (bytes, 16), ==, 2000);
  g_assert_cmpuint (number_at (bytes, 20), ==, 1313);
  for (gsize i = 0; i + 12 < size && !found; i++)
    if (memcmp (bytes + i, "pHYs", 4) == 0) {
      g_assert_cmpuint (number_at (bytes, i + 4), ==, 11811); /* per metre */
      found = TRUE;
    }
  g_assert_true (found);
}

/* How many pixels of a picture have the colour of a line that is not see-through. */
static guint
count_ink (const char *path)
{
  cairo_surface_t  *surface = cairo_image_surface_create_from_png (path);
  const int         stride = cairo_image_surface_get_stride (surface);
  const QusopColour ink = qusop_palette (QUSOP_PLOT_PRINT)->inks[QUSOP_INK_PRIMARY];
  const guint32     wanted = (guint32) rint (255 * ink.r) << 16 |
                         (guint32) rint (255 * ink.g) << 8 | (guint32) rint (255 * ink.b);
  guint n = 0;

  g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
  g_assert_cmpint (cairo_image_surface_get_width (surface), ==, 640);
  g_assert_cmpint (cairo_image_surface_get_height (surface), ==, 420);
  for (int y = 0; y < 420; y++) {
    const guint32 *row =
        (const guint32 *) (cairo_image_surface_get_data (surface) + (gsize) y * stride);

    for (int x = 0; x < 640; x++)
      n += (row[x] & 0xffffff) == wanted;
  }
  cairo_surface_destroy (surface);
  return n;
}

/* An outside reader makes a picture of @file, where the curve is to be seen; skips
 * without it. */
static void
assert_reader_shows (Fixture *self, const char *file, const char *const *argv)
{
  g_autofree char   *program = g_find_program_in_path (argv[0]);
  g_autofree char   *picture = g_build_filename (self->folder, "out.png", NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  int                status;

  if (program == NULL) {
    g_test_skip ("the reader is not installed");
    return;
  }
  bytes = export_as (self, file);
  g_spawn_sync (self->folder, (char **) argv, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
  g_assert_cmpuint (count_ink (picture), >, 200);
}

static void
test_svg_opens (Fixture *self, gconstpointer data)
{
  assert_reader_shows (
      self, "chart.svg",
      (const char *const[]){ "rsvg-convert", "-o", "out.png", "chart.svg", NULL });
}

static void
test_pdf_opens (Fixture *self, gconstpointer data)
{
  assert_reader_shows (self, "chart.pdf",
                       (const char *const[]){ "pdftoppm", "-png", "-singlefile", "-r",
                                              "96", "chart.pdf", "out", NULL });
}

static void
test_ids_are_unique_by_prefix (Fixture *self, gconstpointer data)
{
  g_autofree char *svg =
      qusop_plot_to_svg (self->spec, 640.0, 420.0, QUSOP_PLOT_LIGHT, "a1");
  const char *p = svg;
  guint       n = 0;

  g_assert_true (g_str_has_prefix (svg, "<svg"));
  while ((p = strstr (p, " id=\"")) != NULL) {
    p += strlen (" id=\"");
    g_assert_true (g_str_has_prefix (p, "a1-"));
    n++;
  }
  g_assert_cmpuint (n, >, 5);
  g_assert_null (strstr (svg, "href=\"#glyph"));
  g_assert_null (strstr (svg, "url(#clip"));
}

static void
test_unknown_ending_is_refused (Fixture *self, gconstpointer data)
{
  g_autofree char   *path = g_build_filename (self->folder, "chart.gif", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (qusop_plot_export (self->spec, path, 640.0, 420.0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME);
  g_assert_nonnull (strstr (error->message, ".csv"));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_senseless_sizes_are_refused (Fixture *self, gconstpointer data)
{
  static const double sizes[] = { 0.0, -1.0, 39.0, 1e6, NAN, INFINITY };
  g_autofree char    *path = g_build_filename (self->folder, "chart.png", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (qusop_plot_export (self->spec, path, sizes[i], 420.0, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  }
}

static void
test_missing_folder_is_an_error (Fixture *self, gconstpointer data)
{
  g_autofree char   *path = g_build_filename (self->folder, "none", "chart.svg", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (qusop_plot_export (self->spec, path, 640.0, 420.0, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static gboolean
run (const char *const *command)
{
  int status = -1;

  return g_spawn_sync (NULL, (char **) command, NULL,
                       G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL |
                           G_SPAWN_STDERR_TO_DEV_NULL,
                       NULL, NULL, NULL, NULL, &status, NULL) &&
         status == 0;
}

/* A locale with a decimal comma, which few machines have installed. */
static gboolean
set_german_numbers (const char *path)
{
  g_autofree char  *folder = g_path_get_dirname (path);
  const char *const command[] = { "localedef", "-i", "de_DE", "-f", "UTF-8", path, NULL };

  if (!run (command))
    return FALSE;

  g_setenv ("LOCPATH", folder, TRUE);
  return setlocale (LC_ALL, "de_DE.UTF-8") != NULL;
}

static void
test_files_have_points_and_the_screen_the_readers_numbers (Fixture      *self,
                                                           gconstpointer data)
{
  g_autofree char   *path = g_build_filename (self->folder, "de_DE.UTF-8", NULL);
  const char *const  clean[] = { "rm", "-r", path, NULL };
  g_autoptr (GBytes) svg = export_as (self, "chart.svg");
  g_autoptr (GBytes) csv = export_as (self, "chart.csv");
  g_autoptr (GBytes) german_svg = NULL;
  g_autoptr (GBytes) german_csv = NULL;
  g_autofree char   *text = NULL;
  const gboolean     german = set_german_numbers (path);

  if (german) {
    german_svg = export_as (self, "chart.svg");
    german_csv = export_as (self, "chart.csv");
    text = qusop_plot_local_text (
        "at most 3.3 ng/mL of 480,000; qd bands=60:0.75,80:1,1.25. Two, 3.");
    setlocale (LC_ALL, "C");
    run (clean);
  } else {
    g_test_skip ("no locale with a decimal comma can be made here");
    return;
  }

  g_assert_true (g_bytes_equal (svg, german_svg));
  g_assert_true (g_bytes_equal (csv, german_csv));
  g_assert_cmpstr (text, ==,
                   "at most 3,3 ng/mL of 480.000; qd bands=60:0.75,80:1,1.25. Two, 3.");
}

#define ADD(name, func) \
  g_test_add ("/plots/export/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("same-chart-same-bytes", test_same_chart_same_bytes);
  ADD ("png-has-300-dpi", test_png_has_300_dpi);
  ADD ("svg-opens", test_svg_opens);
  ADD ("pdf-opens", test_pdf_opens);
  ADD ("ids-are-unique-by-prefix", test_ids_are_unique_by_prefix);
  ADD ("unknown-ending-is-refused", test_unknown_ending_is_refused);
  ADD ("senseless-sizes-are-refused", test_senseless_sizes_are_refused);
  ADD ("missing-folder-is-an-error", test_missing_folder_is_an_error);
  ADD ("files-have-points-and-the-screen-the-readers-numbers",
       test_files_have_points_and_the_screen_the_readers_numbers);
  return g_test_run ();
}
