/* SPDX-License-Identifier: Apache-2.0 */
#include "plots/qusop-plot-private.h"
#include "plots/qusop-plot.h"
#include "plots/qusop-theme.h"

#include <math.h>
#include <stdlib.h>

#define WIDTH 480
#define HEIGHT 320

static cairo_surface_t *
draw (const QusopPlotSpec *spec,
      int                  width,
      int                  height,
      QusopPlotTheme       theme,
      double               scale)
{
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cairo_t *cr = cairo_create (surface);

  qusop_plot_draw (cr, spec, width, height, theme, scale);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

static guint32
pixel (cairo_surface_t *surface, int px, int py)
{
  const guint8  *data = cairo_image_surface_get_data (surface);
  const guint32 *row =
      (const guint32 *) (data + py * cairo_image_surface_get_stride (surface));

  return row[px] & 0xffffff;
}

/* Whether a pixel has the pure colour of an ink. */
static gboolean
has_ink (guint32 value, QusopColour ink)
{
  return abs ((int) (value >> 16) - (int) rint (255 * ink.r)) <= 2 &&
         abs ((int) (value >> 8 & 0xff) - (int) rint (255 * ink.g)) <= 2 &&
         abs ((int) (value & 0xff) - (int) rint (255 * ink.b)) <= 2;
}

static QusopPlotSpec *
make_spec (gsize n, const double *x, const double *y)
{
  QusopPlotSpec *spec = qusop_plot_spec_new ("Title");

  qusop_plot_spec_set_x_axis (spec, "x (h)", "x", 0.0, 10.0, FALSE);
  qusop_plot_spec_set_y_axis (spec, "y (mg)", "y", 0.0, 1.0, FALSE);
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, NULL, "y", QUSOP_INK_SECONDARY,
                              FALSE, n, x, y, NULL);
  return spec;
}

/* Values far outside the axes, so that a line drawn without clipping would show. */
static void
test_curve_stays_inside_the_axes (void)
{
  const double      x[] = { -5.0, 2.0, 4.0, 5.0, 8.0, 15.0 };
  const double      y[] = { -3.0, 0.5, 4.0, -2.0, 0.5, 0.7 };
  const QusopColour ink = qusop_palette (QUSOP_PLOT_LIGHT)->inks[QUSOP_INK_SECONDARY];
  g_autoptr (QusopPlotSpec) spec = make_spec (G_N_ELEMENTS (x), x, y);
  cairo_surface_t          *surface = draw (spec, WIDTH, HEIGHT, QUSOP_PLOT_LIGHT, 1.0);
  double                    box[4];
  guint                     inside = 0;

  g_assert_true (qusop_plot_axes_box (spec, WIDTH, HEIGHT, 1.0, box));
  for (int py = 0; py < HEIGHT; py++) {
    for (int px = 0; px < WIDTH; px++) {
      if (!has_ink (pixel (surface, px, py), ink))
        continue;
      inside++;
      g_assert_cmpfloat (px, >=, box[0] - 1.0);
      g_assert_cmpfloat (px, <=, box[0] + box[2] + 1.0);
      g_assert_cmpfloat (py, >=, box[1] - 6.0);
      g_assert_cmpfloat (py, <=, box[1] + box[3] + 6.0);
    }
  }
  g_assert_cmpuint (inside, >, 200);
  cairo_surface_destroy (surface);
}

/* Draws a dot at known values, finds its pixels, and asks for the values back. */
static void
check_locate (gboolean logarithmic, double low, double high, double value)
{
  const double              x[] = { 7.0 };
  const double              y[] = { value };
  const QusopColour         ink = qusop_palette (QUSOP_PLOT_LIGHT)->inks[QUSOP_INK_ARM_5];
  g_autoptr (QusopPlotSpec) spec = qusop_plot_spec_new ("Title");
  cairo_surface_t          *surface;
  double                    sum_x = 0.0, sum_y = 0.0, found_x, found_y;
  guint                     n = 0;

  qusop_plot_spec_set_x_axis (spec, "x (h)", "x", 0.0, 10.0, FALSE);
  qusop_plot_spec_set_y_axis (spec, "y (mg)", "y", low, high, logarithmic);
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_POINTS, NULL, "y", QUSOP_INK_ARM_5,
                              FALSE, 1, x, y, NULL);
  surface = draw (spec, WIDTH, HEIGHT, QUSOP_PLOT_LIGHT, 1.5);
  for (int py = 0; py < HEIGHT; py++)
    for (int px = 0; px < WIDTH; px++)
      if (has_ink (pixel (surface, px, py), ink)) {
        sum_x += px + 0.5;
        sum_y += py + 0.5;
        n++;
      }
  cairo_surface_destroy (surface);

  g_assert_cmpuint (n, >, 10);
  g_assert_true (qusop_plot_locate (spec, WIDTH, HEIGHT, 1.5, sum_x / n, sum_y / n,
                                    &found_x, &found_y));
  g_assert_cmpfloat_with_epsilon (found_x, 7.0, 0.02);
  /* Half a pixel of some 180. */
  if (logarithmic)
    g_assert_cmpfloat_with_epsilon (log (found_y), log (value), 0.004 * log (high / low));
  else
    g_assert_cmpfloat_with_epsilon (found_y, value, 0.004 * (high - low));
}

static void
test_locate_inverts_drawing (void)
{
  check_locate (FALSE, 0.0, 1.0, 0.25);
  check_locate (FALSE, -40.0, 900.0, 333.0);
  check_locate (TRUE, 0.001, 10.0, 0.05);
}

static void
test_locate_refuses_outside (void)
{
  const double              x[] = { 0.0, 10.0 };
  const double              y[] = { 0.0, 1.0 };
  g_autoptr (QusopPlotSpec) spec = make_spec (2, x, y);
  double                    box[4], found_x, found_y;

  g_assert_true (qusop_plot_axes_box (spec, WIDTH, HEIGHT, 1.0, box));
  g_assert_false (qusop_plot_locate (spec, WIDTH, HEIGHT, 1.0, box[0] - 1.0, box[1] + 5.0,
                                     &found_x, &found_y));
  g_assert_false (qusop_plot_locate (spec, WIDTH, HEIGHT, 1.0, box[0] + 5.0,
                                     box[1] + box[3] + 1.0, &found_x, &found_y));
}

static guint
different_pixels (cairo_surface_t *a, cairo_surface_t *b)
{
  guint n = 0;

  for (int py = 0; py < HEIGHT; py++)
    for (int px = 0; px < WIDTH; px++)
      n += pixel (a, px, py) != pixel (b, px, py);

  return n;
}

static void
test_text_scale_changes_the_text (void)
{
  const double              x[] = { 0.0, 10.0 };
  const double              y[] = { 0.0, 1.0 };
  g_autoptr (QusopPlotSpec) spec = make_spec (2, x, y);
  cairo_surface_t          *one = draw (spec, WIDTH, HEIGHT, QUSOP_PLOT_LIGHT, 1.0);
  cairo_surface_t          *two = draw (spec, WIDTH, HEIGHT, QUSOP_PLOT_LIGHT, 2.0);

  g_assert_cmpuint (different_pixels (one, two), >, WIDTH * HEIGHT / 100);
  cairo_surface_destroy (one);
  cairo_surface_destroy (two);
}

/* A spike one sample wide must survive the thinning of a long series. */
static void
test_long_series_keep_their_extremes (void)
{
  const gsize        n = 100000;
  g_autofree double *x = g_new (double, n);
  g_autofree double *y = g_new (double, n);
  const QusopColour  ink = qusop_palette (QUSOP_PLOT_LIGHT)->inks[QUSOP_INK_PRIMARY];
  g_autoptr (QusopPlotSpec) spec = qusop_plot_spec_new ("Long");
  cairo_surface_t          *surface;
  double                    box[4];
  guint                     high = 0;

  for (gsize i = 0; i < n; i++) {
    x[i] = 10.0 * i / n;
    y[i] = i == 63456 ? 0.98 : 0.1;
  }
  qusop_plot_spec_set_x_axis (spec, "x (h)", "x", 0.0, 10.0, FALSE);
  qusop_plot_spec_set_y_axis (spec, "y (mg)", "y", 0.0, 1.0, FALSE);
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, NULL, "y", QUSOP_INK_PRIMARY,
                              FALSE, n, x, y, NULL);
  surface = draw (spec, WIDTH, HEIGHT, QUSOP_PLOT_LIGHT, 1.0);
  g_assert_true (qusop_plot_axes_box (spec, WIDTH, HEIGHT, 1.0, box));
  for (int py = (int) box[1]; py < box[1] + 0.5 * box[3]; py++)
    for (int px = 0; px < WIDTH; px++)
      high += has_ink (pixel (surface, px, py), ink);
  g_assert_cmpuint (high, >, 20);
  cairo_surface_destroy (surface);
}

/* A line that goes up and down within every pixel covers all between its extremes. */
static void
test_dense_series_cover_their_range (void)
{
  const gsize        n = 100000;
  g_autofree double *x = g_new (double, n);
  g_autofree double *y = g_new (double, n);
  const QusopColour  ink = qusop_palette (QUSOP_PLOT_LIGHT)->inks[QUSOP_INK_PRIMARY];
  g_autoptr (QusopPlotSpec) spec = qusop_plot_spec_new ("Dense");
  cairo_surface_t          *surface;
  double                    box[4];

  for (gsize i = 0; i < n; i++) {
    x[i] = 10.0 * i / n;
    y[i] = i % 2 == 0 ? 0.2 : 0.8;
  }
  qusop_plot_spec_set_x_axis (spec, "x (h)", "x", 0.0, 10.0, FALSE);
  qusop_plot_spec_set_y_axis (spec, "y (mg)", "y", 0.0, 1.0, FALSE);
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, NULL, "y", QUSOP_INK_PRIMARY,
                              FALSE, n, x, y, NULL);
  surface = draw (spec, WIDTH, HEIGHT, QUSOP_PLOT_LIGHT, 1.0);
  g_assert_true (qusop_plot_axes_box (spec, WIDTH, HEIGHT, 1.0, box));
  for (int px = (int) box[0] + 2; px < box[0] + box[2] - 2.0; px++) {
    g_assert_true (has_ink (pixel (surface, px, box[1] + 0.25 * box[3]), ink));
    g_assert_true (has_ink (pixel (surface, px, box[1] + 0.75 * box[3]), ink));
    g_assert_false (has_ink (pixel (surface, px, box[1] + 0.10 * box[3]), ink));
    g_assert_false (has_ink (pixel (surface, px, box[1] + 0.90 * box[3]), ink));
  }
  cairo_surface_destroy (surface);
}

static void
test_empty_chart_says_so (void)
{
  const double              x[] = { NAN, 1.0 };
  const double              y[] = { 1.0, INFINITY };
  g_autoptr (QusopPlotSpec) spec = make_spec (2, x, y);
  const QusopPalette       *palette = qusop_palette (QUSOP_PLOT_LIGHT);
  cairo_surface_t          *surface;
  double                    box[4];
  guint                     inked = 0;

  qusop_plot_spec_set_empty_reason (spec, "Training has not begun.");
  surface = draw (spec, WIDTH, HEIGHT, QUSOP_PLOT_LIGHT, 1.0);
  g_assert_false (qusop_plot_axes_box (spec, WIDTH, HEIGHT, 1.0, box));
  for (int py = HEIGHT / 2 - 20; py < HEIGHT / 2 + 20; py++)
    for (int px = 0; px < WIDTH; px++)
      inked += !has_ink (pixel (surface, px, py), palette->background);
  g_assert_cmpuint (inked, >, 300);
  cairo_surface_destroy (surface);
}

/* Every kind of series and mark with hostile values, at every size: no critical, no
 * endless loop, no Cairo error. */
static void
test_hostile_values_do_no_harm (void)
{
  static const double values[] = { 0.0, -1.0,     1.0,       1e300,  -1e300,
                                   NAN, INFINITY, -INFINITY, 1e-320, 5.0 };
  const gsize         n = G_N_ELEMENTS (values);

  for (guint i = 0; i < 400; i++) {
    g_autoptr (QusopPlotSpec) spec = qusop_plot_spec_new ("Hostile");
    double                    x[10], y[10], y2[10];

    for (gsize k = 0; k < 10; k++) {
      x[k] = values[g_test_rand_int_range (0, n)];
      y[k] = values[g_test_rand_int_range (0, n)];
      y2[k] = values[g_test_rand_int_range (0, n)];
    }
    qusop_plot_spec_set_x_axis (spec, "x", "x", x[0], x[1], g_test_rand_bit ());
    qusop_plot_spec_set_y_axis (spec, "y", "y", y[0], y[1], g_test_rand_bit ());
    for (guint kind = QUSOP_SERIES_LINE; kind <= QUSOP_SERIES_INTERVALS; kind++)
      qusop_plot_spec_add_series (
          spec, kind, "series", "series", QUSOP_INK_ARM_1 + kind, FALSE, 10, x, y,
          kind == QUSOP_SERIES_BAND || kind == QUSOP_SERIES_INTERVALS ? y2 : NULL);
    for (guint kind = QUSOP_MARK_HORIZONTAL; kind <= QUSOP_MARK_TEXT; kind++)
      qusop_plot_spec_add_mark (spec, kind, "mark", QUSOP_INK_TARGET, x[2], y[2]);
    cairo_surface_destroy (draw (spec, g_test_rand_int_range (1, 700),
                                 g_test_rand_int_range (1, 700), i % QUSOP_N_THEMES,
                                 0.5 + i % 5));
  }
}

/* Two tagged lines and an untagged one between them, which is nobody's. */
static void
test_the_nearest_tagged_line_is_found (void)
{
  const double x[] = { 0.0, 5.0, 10.0 }, low[] = { 0.2, NAN, 0.2 },
               middle[] = { 0.5, 0.5, 0.5 }, high[] = { 0.6, 0.6, 0.8 };
  g_autoptr (QusopPlotSpec) spec = make_spec (3, x, middle);
  double                    box[4];

  qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, NULL, "low", QUSOP_INK_ARM_1,
                              FALSE, 3, x, low, NULL);
  qusop_plot_spec_tag (spec, 7);
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, NULL, "high", QUSOP_INK_ARM_2,
                              FALSE, 3, x, high, NULL);
  qusop_plot_spec_tag (spec, 9);
  g_assert_true (qusop_plot_axes_box (spec, WIDTH, HEIGHT, 1.0, box));

#define NEAREST(part_x, part_y, reach)                                     \
  qusop_plot_nearest (spec, WIDTH, HEIGHT, 1.0, box[0] + (part_x) *box[2], \
                      box[1] + (1.0 - (part_y)) * box[3], reach)
  g_assert_cmpuint (NEAREST (0.25, 0.52, 30.0), ==, 9);
  g_assert_cmpuint (NEAREST (0.0, 0.25, 30.0), ==, 7);
  g_assert_cmpuint (NEAREST (0.75, 0.7, 3.0), ==, 9);
  /* In the gap of the lower line. */
  g_assert_cmpuint (NEAREST (0.5, 0.2, 30.0), ==, 0);
  g_assert_cmpuint (NEAREST (0.25, 0.5, 3.0), ==, 0);
#undef NEAREST
}

/* Where room is short a chart by itself loses its title, a panel the label of its axis.
 */
static void
test_panels_keep_their_titles (void)
{
  static const char long_label[] = "Time since the first dose of the study, in hours and "
                                   "parts of hours, by the clock of the ward";
  const double      x[] = { 0.0, 1.0 };
  g_autoptr (QusopPlotSpec) alone = make_spec (2, x, x);
  g_autoptr (QusopPlotSpec) figure = qusop_plot_spec_new ("Figure");
  QusopPlotSpec            *panel = make_spec (2, x, x);
  g_autoptr (QusopLayout)   bare = NULL;
  g_autoptr (QusopLayout)   titled = NULL;

  qusop_plot_spec_set_x_axis (alone, long_label, "x", 0.0, 1.0, FALSE);
  qusop_plot_spec_set_x_axis (panel, long_label, "x", 0.0, 1.0, FALSE);
  qusop_plot_spec_add_panel (figure, panel);
  bare = qusop_layout_new (alone, 160.0, 125.0, 2.0, FALSE);
  titled = qusop_layout_new (panel, 160.0, 125.0, 2.0, FALSE);
  g_assert_cmpfloat (bare->title.height, ==, 0.0);
  g_assert_cmpfloat (titled->title.height, >, 0.0);
  g_assert_cmpfloat (titled->y_label.height, ==, 0.0);
}

/* Within 1 to 17 there is one multiple of 10, and room for hardly more than two labels.
 */
static void
test_a_low_chart_still_has_a_scale (void)
{
  static const double       x[] = { 0.0, 10.0 }, y[] = { 1.0, 17.0 };
  g_autoptr (QusopPlotSpec) spec = make_spec (2, x, y);
  QusopLayout              *layout;

  qusop_plot_spec_set_y_axis (spec, "y (mg)", "y", 1.0, 17.0, FALSE);
  layout = qusop_layout_new (spec, 480.0, 120.0, 1.0, FALSE);

  g_assert_cmpuint (layout->y_ticks->len, >=, 2);
  qusop_layout_free (layout);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plots/draw/curve-stays-inside-the-axes",
                   test_curve_stays_inside_the_axes);
  g_test_add_func ("/plots/draw/locate-inverts-drawing", test_locate_inverts_drawing);
  g_test_add_func ("/plots/draw/locate-refuses-outside", test_locate_refuses_outside);
  g_test_add_func ("/plots/draw/text-scale-changes-the-text",
                   test_text_scale_changes_the_text);
  g_test_add_func ("/plots/draw/long-series-keep-their-extremes",
                   test_long_series_keep_their_extremes);
  g_test_add_func ("/plots/draw/dense-series-cover-their-range",
                   test_dense_series_cover_their_range);
  g_test_add_func ("/plots/draw/empty-chart-says-so", test_empty_chart_says_so);
  g_test_add_func ("/plots/draw/hostile-values-do-no-harm",
                   test_hostile_values_do_no_harm);
  g_test_add_func ("/plots/draw/the-nearest-tagged-line-is-found",
                   test_the_nearest_tagged_line_is_found);
  g_test_add_func ("/plots/draw/panels-keep-their-titles", test_panels_keep_their_titles);
  g_test_add_func ("/plots/draw/a-low-chart-still-has-a-scale",
                   test_a_low_chart_still_has_a_scale);
  return g_test_run ();
}
