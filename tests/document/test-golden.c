/* SPDX-License-Identifier: Apache-2.0 */

/* Charts against pictures that someone has looked at. The pictures belong to one pair of
 * Cairo and Pango and are skipped with others. QUSOP_UPDATE_GOLDEN=1 rewrites them; a
 * difference leaves actual-*.png and diff-*.png in the build folder. */
#include "samples.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

/* With one set of libraries the pictures are the same bit by bit; the tolerance is for
 * compilers alone and finds a line moved by a tenth of a pixel. */
#define CHANNEL_TOLERANCE 4
#define MAX_SHARE_DIFFERENT 2e-4

typedef struct {
  const char    *name;
  const char    *figure;
  QusopPlotTheme theme;
  int            width, height;
  double         device_scale, text_scale;
} Case;

static const Case cases[] = {
  { "dose-light", "dose", QUSOP_PLOT_LIGHT, 640, 420, 1.0, 1.0 },
  { "dose-dark", "dose", QUSOP_PLOT_DARK, 640, 420, 1.0, 1.0 },
  { "dose-dark-high-contrast", "dose", QUSOP_PLOT_DARK_HIGH_CONTRAST, 640, 420, 1.0,
    1.0 },
  { "dose-large-text", "dose", QUSOP_PLOT_LIGHT, 640, 420, 1.0, 2.0 },
  { "dose-small", "dose", QUSOP_PLOT_LIGHT, 320, 240, 2.0, 1.0 },
  { "loss-light", "loss", QUSOP_PLOT_LIGHT, 480, 320, 1.0, 1.0 },
  { "observed-light", "observed", QUSOP_PLOT_LIGHT, 480, 320, 1.0, 1.0 },
  { "mean-dark", "mean", QUSOP_PLOT_DARK, 480, 320, 1.0, 1.0 },
  { "prior-miniature", "prior", QUSOP_PLOT_LIGHT, 216, 60, 1.0, 1.0 },
};

static QusopPlotSpec *
make_figure (const char *name)
{
  const QsPrior        prior = qs_prior_uniform (50.0, 100.0);
  const QsStudyFacts   facts = sample_facts ();
  g_autoptr (QsResult) result = sample_result ();
  g_autoptr (GArray)   history = sample_history ();

  if (g_str_equal (name, "observed")) {
    g_autoptr (QsDataset) dataset = sample_study ();
    QusopObserved         what = qusop_observed_default (QS_ENDPOINT_PK);

    what.logarithmic = TRUE;
    what.highlighted = 3;
    return qusop_figure_observed (dataset, &what);
  }
  if (g_str_equal (name, "mean")) {
    g_autoptr (QsDataset) dataset = sample_study ();

    return qusop_figure_mean (dataset, QS_ENDPOINT_PD, FALSE);
  }
  if (g_str_equal (name, "dose"))
    return qusop_figure_dose_success (result, &facts, NULL,
                                      QUSOP_BAND_PARAMETER | QUSOP_BAND_MONTE_CARLO |
                                          QUSOP_BAND_REPLICATES);
  if (g_str_equal (name, "loss"))
    return qusop_figure_loss ((const QsLossPoint *) history->data, history->len, 212);

  return qusop_figure_prior (&prior);
}

static cairo_surface_t *
draw (const Case *self)
{
  g_autoptr (QusopPlotSpec) spec = make_figure (self->figure);
  cairo_surface_t          *surface = cairo_image_surface_create (
               CAIRO_FORMAT_RGB24, (int) (self->width * self->device_scale),
               (int) (self->height * self->device_scale));
  cairo_t *cr;

  cairo_surface_set_device_scale (surface, self->device_scale, self->device_scale);
  cr = cairo_create (surface);
  qusop_plot_draw (cr, spec, self->width, self->height, self->theme, self->text_scale);
  cairo_destroy (cr);
  cairo_surface_set_device_scale (surface, 1.0, 1.0);
  cairo_surface_flush (surface);
  return surface;
}

static guint32 *
row_of (cairo_surface_t *surface, int py)
{
  return (guint32 *) (cairo_image_surface_get_data (surface) +
                      py * cairo_image_surface_get_stride (surface));
}

static gboolean
differs (guint32 a, guint32 b)
{
  for (guint shift = 0; shift < 24; shift += 8)
    if (abs ((int) (a >> shift & 0xff) - (int) (b >> shift & 0xff)) > CHANNEL_TOLERANCE)
      return TRUE;

  return FALSE;
}

/* Share of pixels that differ; marks them red in @difference. */
static double
compare (cairo_surface_t *actual, cairo_surface_t *golden, cairo_surface_t *difference)
{
  const int width = cairo_image_surface_get_width (actual);
  const int height = cairo_image_surface_get_height (actual);
  gsize     n = 0;

  for (int py = 0; py < height; py++)
    for (int px = 0; px < width; px++)
      if (differs (row_of (actual, py)[px], row_of (golden, py)[px])) {
        row_of (difference, py)[px] = 0xff0000;
        n++;
      }

  return n / (double) ((gsize) width * height);
}

static void
save (cairo_surface_t *surface, const char *prefix, const Case *self)
{
  g_autofree char *name = g_strdup_printf ("%s-%s.png", prefix, self->name);
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, name, NULL);

  cairo_surface_write_to_png (surface, path);
}

static void
assert_same (const Case *self, cairo_surface_t *actual, cairo_surface_t *golden)
{
  cairo_surface_t *difference;
  double           share;

  g_assert_cmpint (cairo_surface_status (golden), ==, CAIRO_STATUS_SUCCESS);
  g_assert_cmpint (cairo_image_surface_get_width (golden), ==,
                   cairo_image_surface_get_width (actual));
  g_assert_cmpint (cairo_image_surface_get_height (golden), ==,
                   cairo_image_surface_get_height (actual));
  difference = cairo_image_surface_create (CAIRO_FORMAT_RGB24,
                                           cairo_image_surface_get_width (actual),
                                           cairo_image_surface_get_height (actual));
  cairo_surface_flush (difference);
  share = compare (actual, golden, difference);
  cairo_surface_mark_dirty (difference);
  if (share > MAX_SHARE_DIFFERENT) {
    save (actual, "actual", self);
    save (difference, "diff", self);
  }
  g_assert_cmpfloat (share, <=, MAX_SHARE_DIFFERENT);
  cairo_surface_destroy (difference);
}

static char *
versions (void)
{
  return g_strdup_printf ("cairo %s, pango %s\n", cairo_version_string (),
                          pango_version_string ());
}

static gboolean
libraries_match (void)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "golden", "versions.txt", NULL);
  g_autofree char *recorded = NULL;
  g_autofree char *now = versions ();

  return g_file_get_contents (path, &recorded, NULL, NULL) && g_str_equal (recorded, now);
}

static void
test_looks_as_recorded (gconstpointer data)
{
  const Case      *self = data;
  g_autofree char *file = g_strconcat (self->name, ".png", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", file, NULL);
  cairo_surface_t *actual;
  cairo_surface_t *golden;

  if (!libraries_match ()) {
    g_test_skip ("the pictures were recorded with other versions of Cairo or Pango");
    return;
  }

  actual = draw (self);
  golden = cairo_image_surface_create_from_png (path);
  assert_same (self, actual, golden);
  cairo_surface_destroy (actual);
  cairo_surface_destroy (golden);
}

/* Without the pinned font every picture would differ for a dull reason. */
static void
test_font_is_pinned (void)
{
  PangoFontMap         *map = pango_cairo_font_map_get_default ();
  PangoContext         *context = pango_font_map_create_context (map);
  PangoFontDescription *wanted = pango_font_description_from_string ("Sans 12");
  PangoFont            *font = pango_font_map_load_font (map, context, wanted);
  PangoFontDescription *loaded = pango_font_describe (font);

  g_assert_cmpstr (pango_font_description_get_family (loaded), ==, "DejaVu Sans");
  pango_font_description_free (loaded);
  pango_font_description_free (wanted);
  g_object_unref (font);
  g_object_unref (context);
}

static int
update (void)
{
  g_autofree char *list =
      g_test_build_filename (G_TEST_DIST, "golden", "versions.txt", NULL);
  g_autofree char *now = versions ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *file = g_strconcat (cases[i].name, ".png", NULL);
    g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", file, NULL);
    cairo_surface_t *surface = draw (&cases[i]);

    if (cairo_surface_write_to_png (surface, path) != CAIRO_STATUS_SUCCESS)
      return 1;
    cairo_surface_destroy (surface);
  }

  return g_file_set_contents (list, now, -1, NULL) ? 0 : 1;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (g_strcmp0 (g_getenv ("QUSOP_UPDATE_GOLDEN"), "1") == 0)
    return update ();

  g_test_add_func ("/document/golden/font-is-pinned", test_font_is_pinned);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/document/golden/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_looks_as_recorded);
  }
  return g_test_run ();
}
