/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-plot-private.h"

#include <math.h>

#define LINE_PX 2.0
#define THIN_PX 1.0
/* Bands of one ink lie on top of each other, and the grid must shine through. */
#define BAND_ALPHA 0.20
/* From as many lines of one label on they are a crowd, drawn thin. */
#define CROWD 4

typedef struct {
  double x;
  double y;
} Point;

/* Projects and clamps: Cairo's fixed-point coordinates overflow beyond some 2^23. */
static gboolean
project (const QusopPainter *painter, double x, double y, Point *point)
{
  const QusopLayout *layout = painter->layout;

  point->x = qusop_layout_px (layout, painter->spec, x);
  point->y = qusop_layout_py (layout, painter->spec, y);
  if (!isfinite (point->x) || isnan (point->y))
    return FALSE;

  point->x = CLAMP (point->x, -4.0 * layout->width, 5.0 * layout->width);
  point->y = CLAMP (point->y, -4.0 * layout->height, 5.0 * layout->height);
  return TRUE;
}

static void
add_point (cairo_t *cr, Point point, gboolean *started)
{
  if (*started)
    cairo_line_to (cr, point.x, point.y);
  else
    cairo_move_to (cr, point.x, point.y);
  *started = TRUE;
}

/* What a column of half pixels has collected: where the line enters, its extremes, where
 * it leaves. Drawing the four gives the same picture as drawing all. */
typedef struct {
  double column;
  Point  first, lowest, highest, last;
} Column;

static void
column_add (GArray *columns, Point point)
{
  /* Half pixels, for screens with two device pixels to one. */
  const double at = floor (2.0 * point.x);
  Column      *last =
      columns->len > 0 ? &g_array_index (columns, Column, columns->len - 1) : NULL;

  if (last == NULL || last->column != at) {
    const Column column = { at, point, point, point, point };

    g_array_append_val (columns, column);
    return;
  }

  if (point.y < last->lowest.y)
    last->lowest = point;
  if (point.y > last->highest.y)
    last->highest = point;
  last->last = point;
}

static void
trace_columns (cairo_t *cr, const GArray *columns)
{
  gboolean started = FALSE;

  for (guint i = 0; i < columns->len; i++) {
    const Column  *column = &g_array_index (columns, Column, i);
    const gboolean falls = column->lowest.x <= column->highest.x;

    add_point (cr, column->first, &started);
    add_point (cr, falls ? column->lowest : column->highest, &started);
    add_point (cr, falls ? column->highest : column->lowest, &started);
    add_point (cr, column->last, &started);
  }
}

/* One piece of a long line between two gaps: thousands of strokes up and down take Cairo
 * a quarter of a second and look like the filled area that they cover, so fill it. */
static void
stroke_columns (const QusopPainter *painter, const GArray *columns)
{
  cairo_t     *cr = painter->cr;
  const double half = 0.5 * cairo_get_line_width (cr);
  double       travel = 0.0;

  for (guint i = 0; i < columns->len; i++) {
    const Column *column = &g_array_index (columns, Column, i);

    travel += column->highest.y - column->lowest.y;
  }

  cairo_new_path (cr);
  if (travel < 8.0 * painter->layout->axes.height) {
    trace_columns (cr, columns);
    cairo_stroke (cr);
    return;
  }

  for (guint i = 0; i < columns->len; i++) {
    const Column *column = &g_array_index (columns, Column, i);

    cairo_line_to (cr, column->first.x, column->lowest.y - half);
  }
  for (guint i = columns->len; i-- > 0;) {
    const Column *column = &g_array_index (columns, Column, i);

    cairo_line_to (cr, column->last.x, column->highest.y + half);
  }
  cairo_close_path (cr);
  cairo_fill (cr);
}

static gboolean
is_long (const QusopPainter *painter, const QusopSeries *series)
{
  return series->n > 4.0 * painter->layout->axes.width;
}

/* Strokes the polyline through the values with the pen that is set; gaps where one is not
 * finite. */
static void
stroke_line (const QusopPainter *painter, const QusopSeries *series)
{
  const gboolean     thin_out = is_long (painter, series);
  g_autoptr (GArray) columns = g_array_new (FALSE, FALSE, sizeof (Column));
  gboolean           started = FALSE;
  Point              point;

  cairo_new_path (painter->cr);
  for (gsize i = 0; i < series->n; i++) {
    if (!project (painter, series->x[i], series->y[i], &point)) {
      if (thin_out)
        stroke_columns (painter, columns);
      g_array_set_size (columns, 0);
      started = FALSE;
    } else if (thin_out) {
      column_add (columns, point);
    } else {
      add_point (painter->cr, point, &started);
    }
  }
  if (thin_out)
    stroke_columns (painter, columns);
  else
    cairo_stroke (painter->cr);
}

static gboolean
is_crowd (const QusopPainter *painter, const QusopSeries *series)
{
  guint n = 0;

  for (guint i = 0; i < painter->spec->series->len; i++) {
    const QusopSeries *other = g_ptr_array_index (painter->spec->series, i);

    n += other->kind == QUSOP_SERIES_LINE && other->ink == series->ink &&
         g_strcmp0 (other->label, series->label) == 0;
  }

  return n >= CROWD;
}

static void
set_stroke (const QusopPainter *painter, QusopInk ink, gboolean dashed, double width_px)
{
  const double  width = width_px * painter->layout->unit * painter->palette->stroke;
  const double *pattern;
  double        dashes[6];
  int           n_dashes;

  pattern = qusop_ink_dashes (ink, dashed, &n_dashes);
  for (int i = 0; i < n_dashes; i++)
    dashes[i] = pattern[i] * width;
  cairo_set_dash (painter->cr, dashes, n_dashes, 0.0);
  cairo_set_line_width (painter->cr, width);
  cairo_set_line_join (painter->cr, CAIRO_LINE_JOIN_ROUND);
}

static void
paint_line (const QusopPainter *painter, const QusopSeries *series)
{
  const gboolean crowd = is_crowd (painter, series);

  set_stroke (painter, series->ink, series->dashed, crowd ? THIN_PX : LINE_PX);
  qusop_paint_set_colour (painter->cr, painter->palette->inks[series->ink],
                          crowd ? 0.42 : 1.0);
  stroke_line (painter, series);
}

static void
set_band_edge (const QusopPainter *painter, const QusopSeries *series)
{
  const double u = painter->layout->unit * painter->palette->stroke;
  const double dots[] = { 1.0 * u, 2.0 * u };

  cairo_set_line_width (painter->cr, 0.8 * u);
  cairo_set_dash (painter->cr, dots, series->dashed ? 2 : 0, 0.0);
  qusop_paint_set_colour (painter->cr, painter->palette->inks[series->ink], 0.65);
}

/* Adds one edge of a band, forwards or backwards; of a long one only the outermost value
 * of each column of half pixels. */
static void
trace_edge (const QusopPainter *painter, const QusopSeries *edge, gboolean is_lower)
{
  const gboolean thin_out = is_long (painter, edge);
  Point          outermost = { NAN, NAN };
  Point          point;

  for (gsize k = 0; k < edge->n; k++) {
    const gsize i = is_lower ? edge->n - 1 - k : k;

    if (!project (painter, edge->x[i], edge->y[i], &point))
      continue;
    if (!thin_out) {
      cairo_line_to (painter->cr, point.x, point.y);
    } else if (floor (2.0 * point.x) != floor (2.0 * outermost.x)) {
      if (!isnan (outermost.x))
        cairo_line_to (painter->cr, outermost.x, outermost.y);
      outermost = point;
    } else if (is_lower ? point.y > outermost.y : point.y < outermost.y) {
      outermost = point;
    }
  }
  if (!isnan (outermost.x))
    cairo_line_to (painter->cr, outermost.x, outermost.y);
}

/* One piece of a band between two gaps. */
static void
paint_band_piece (const QusopPainter *painter,
                  const QusopSeries  *series,
                  const QusopSeries  *lower,
                  const QusopSeries  *upper)
{
  cairo_new_path (painter->cr);
  trace_edge (painter, upper, FALSE);
  trace_edge (painter, lower, TRUE);
  cairo_close_path (painter->cr);
  qusop_paint_set_colour (painter->cr, painter->palette->inks[series->ink],
                          series->dashed ? 0.5 * BAND_ALPHA : BAND_ALPHA);
  cairo_fill (painter->cr);

  set_band_edge (painter, series);
  stroke_line (painter, upper);
  stroke_line (painter, lower);
}

static gboolean
band_has (const QusopSeries *series, gsize i)
{
  return isfinite (series->x[i]) && !isnan (series->y[i]) && !isnan (series->y2[i]);
}

static void
paint_band (const QusopPainter *painter, const QusopSeries *series)
{
  for (gsize begin = 0; begin < series->n; begin++) {
    gsize       end = begin;
    QusopSeries lower = { .n = 0 };
    QusopSeries upper;

    while (end < series->n && band_has (series, end))
      end++;
    if (end == begin)
      continue;

    lower.n = end - begin;
    lower.x = series->x + begin;
    lower.y = series->y + begin;
    upper = lower;
    upper.y = series->y2 + begin;
    paint_band_piece (painter, series, &lower, &upper);
    begin = end;
  }
}

static void
trace_polygon (cairo_t *cr, const Point *corners, gsize n, double x, double y, double r)
{
  cairo_new_path (cr);
  for (gsize i = 0; i < n; i++)
    cairo_line_to (cr, x + r * corners[i].x, y + r * corners[i].y);
  cairo_close_path (cr);
}

static void
paint_strokes (cairo_t *cr, double x, double y, double r, gboolean diagonal)
{
  const double s = diagonal ? 0.8 * r : 0.0;

  cairo_new_path (cr);
  cairo_move_to (cr, x - (diagonal ? s : r), y - s);
  cairo_line_to (cr, x + (diagonal ? s : r), y + s);
  cairo_move_to (cr, x + s, y - (diagonal ? s : r));
  cairo_line_to (cr, x - s, y + (diagonal ? s : r));
  cairo_stroke (cr);
}

/* @hollow: measured below the limit of quantification; @size: 1 as a rule. */
static void
paint_marker (const QusopPainter *painter,
              QusopInk            ink,
              gboolean            hollow,
              double              size,
              double              x,
              double              y)
{
  static const Point square[] = {
    { -0.85, -0.85 }, { 0.85, -0.85 }, { 0.85, 0.85 }, { -0.85, 0.85 }
  };
  static const Point triangle[] = { { 0.0, -1.1 }, { 1.05, 0.8 }, { -1.05, 0.8 } };
  static const Point diamond[] = {
    { 0.0, -1.2 }, { 1.2, 0.0 }, { 0.0, 1.2 }, { -1.2, 0.0 }
  };
  cairo_t     *cr = painter->cr;
  const double u = painter->layout->unit * painter->palette->stroke * size;
  const double r = 3.4 * u;

  cairo_set_dash (cr, NULL, 0, 0.0);
  cairo_set_line_width (cr, 1.3 * u);
  switch (qusop_ink_marker (ink)) {
  case QUSOP_MARKER_CROSS:
  case QUSOP_MARKER_PLUS:
    /* Strokes cannot be hollow: they are turned. */
    paint_strokes (cr, x, y, r, (qusop_ink_marker (ink) == QUSOP_MARKER_CROSS) != hollow);
    return;
  case QUSOP_MARKER_SQUARE:
    trace_polygon (cr, square, G_N_ELEMENTS (square), x, y, r);
    break;
  case QUSOP_MARKER_TRIANGLE:
    trace_polygon (cr, triangle, G_N_ELEMENTS (triangle), x, y, r);
    break;
  case QUSOP_MARKER_DIAMOND:
    trace_polygon (cr, diamond, G_N_ELEMENTS (diamond), x, y, r);
    break;
  case QUSOP_MARKER_CIRCLE:
    cairo_new_path (cr);
    cairo_arc (cr, x, y, r, 0.0, 2.0 * G_PI);
    break;
  }
  if (hollow)
    cairo_stroke (cr);
  else
    cairo_fill (cr);
}

static void
paint_points (const QusopPainter *painter, const QusopSeries *series)
{
  /* Hundreds of points in a small chart would be one blot. */
  const double size = painter->spec->is_panel && series->n > 150 ? 0.55 : 1.0;
  Point        point;

  qusop_paint_set_colour (painter->cr, painter->palette->inks[series->ink], 1.0);
  for (gsize i = 0; i < series->n; i++)
    if (project (painter, series->x[i], series->y[i], &point))
      paint_marker (painter, series->ink, series->dashed, size, point.x, point.y);
}

/* The width of a bar: the smallest step of x, with a little air; one unit for one bar. */
static double
bar_width (const QusopSeries *series)
{
  double step = INFINITY;

  for (gsize i = 1; i < series->n; i++)
    if (series->x[i] > series->x[i - 1])
      step = MIN (step, series->x[i] - series->x[i - 1]);

  return isfinite (step) ? step : 1.0;
}

static void
paint_bars (const QusopPainter *painter, const QusopSeries *series)
{
  const QusopColour ink = painter->palette->inks[series->ink];
  const gboolean    apart = painter->spec->categories != NULL;
  const double      half = bar_width (series) * (apart ? 0.31 : 0.5);
  const double      zero = painter->spec->y.logarithmic ? painter->layout->y_low : 0.0;
  Point             left, right;

  cairo_set_dash (painter->cr, NULL, 0, 0.0);
  cairo_set_line_width (painter->cr, painter->layout->unit * painter->palette->stroke);
  for (gsize i = 0; i < series->n; i++) {
    if (!project (painter, series->x[i] - half, series->y[i], &left) ||
        !project (painter, series->x[i] + half, zero, &right))
      continue;

    cairo_new_path (painter->cr);
    cairo_rectangle (painter->cr, left.x, left.y, right.x - left.x, right.y - left.y);
    qusop_paint_set_colour (painter->cr, ink, 0.28);
    cairo_fill_preserve (painter->cr);
    qusop_paint_set_colour (painter->cr, ink, 1.0);
    cairo_stroke (painter->cr);
  }
}

static void
paint_whisker (const QusopPainter *painter, Point low, Point high)
{
  const double half = 5.0 * painter->layout->unit;
  cairo_t     *cr = painter->cr;

  cairo_new_path (cr);
  cairo_move_to (cr, low.x, low.y);
  cairo_line_to (cr, high.x, high.y);
  cairo_move_to (cr, low.x - half, low.y);
  cairo_line_to (cr, low.x + half, low.y);
  cairo_move_to (cr, high.x - half, high.y);
  cairo_line_to (cr, high.x + half, high.y);
  cairo_stroke (cr);
}

static void
paint_intervals (const QusopPainter *painter, const QusopSeries *series)
{
  const double u = painter->layout->unit * painter->palette->stroke;
  Point        low, high;

  cairo_set_dash (painter->cr, NULL, 0, 0.0);
  cairo_set_line_width (painter->cr, 1.5 * u);
  qusop_paint_set_colour (painter->cr, painter->palette->inks[series->ink], 1.0);
  for (gsize i = 0; i < series->n; i++)
    if (project (painter, series->x[i], series->y[i], &low) &&
        project (painter, series->x[i], series->y2[i], &high))
      paint_whisker (painter, low, high);
}

void
qusop_paint_series (QusopPainter *painter, const QusopSeries *series)
{
  switch (series->kind) {
  case QUSOP_SERIES_LINE:
    paint_line (painter, series);
    break;
  case QUSOP_SERIES_BAND:
    paint_band (painter, series);
    break;
  case QUSOP_SERIES_POINTS:
    paint_points (painter, series);
    break;
  case QUSOP_SERIES_BARS:
    paint_bars (painter, series);
    break;
  case QUSOP_SERIES_INTERVALS:
    paint_intervals (painter, series);
    break;
  }
}

static void
paint_swatch (const QusopPainter *painter, const QusopSeries *series, QusopBox box)
{
  const QusopColour ink = painter->palette->inks[series->ink];
  const gboolean    dotted = series->kind == QUSOP_SERIES_BAND && series->dashed;

  cairo_new_path (painter->cr);
  cairo_rectangle (painter->cr, box.x, box.y, box.width, box.height);
  qusop_paint_set_colour (painter->cr, ink, dotted ? 0.5 * BAND_ALPHA : 0.28);
  cairo_fill_preserve (painter->cr);
  set_band_edge (painter, series);
  cairo_stroke (painter->cr);
}

/* The sample of a series in the legend, left of its text. */
static void
paint_series_sample (const QusopPainter *painter, const QusopSeries *series, QusopBox box)
{
  const double middle = box.x + 0.5 * box.width;
  const double y = box.y + 0.5 * box.height;
  const double third = box.height / 3.0;

  switch (series->kind) {
  case QUSOP_SERIES_LINE:
    set_stroke (painter, series->ink, series->dashed, LINE_PX);
    qusop_paint_set_colour (painter->cr, painter->palette->inks[series->ink], 1.0);
    cairo_new_path (painter->cr);
    cairo_move_to (painter->cr, box.x, y);
    cairo_line_to (painter->cr, box.x + box.width, y);
    cairo_stroke (painter->cr);
    break;
  case QUSOP_SERIES_POINTS:
    qusop_paint_set_colour (painter->cr, painter->palette->inks[series->ink], 1.0);
    paint_marker (painter, series->ink, series->dashed, 1.0, middle, y);
    break;
  case QUSOP_SERIES_BAND:
  case QUSOP_SERIES_BARS:
    box.y += 0.5 * third;
    box.height -= third;
    paint_swatch (painter, series, box);
    break;
  case QUSOP_SERIES_INTERVALS:
    qusop_paint_set_colour (painter->cr, painter->palette->inks[series->ink], 1.0);
    cairo_set_dash (painter->cr, NULL, 0, 0.0);
    cairo_set_line_width (painter->cr, 1.5 * painter->layout->unit);
    paint_whisker (painter, (Point){ middle, box.y + box.height },
                   (Point){ middle, box.y });
    break;
  }
}

void
qusop_paint_sample (QusopPainter *painter, const QusopLegendEntry *entry)
{
  const double   font_px = painter->layout->font_px;
  const QusopBox box = { entry->box.x, entry->box.y + 0.35 * font_px, 1.8 * font_px,
                         0.85 * font_px };

  if (entry->series != NULL) {
    paint_series_sample (painter, entry->series, box);
    return;
  }

  qusop_paint_set_colour (painter->cr, painter->palette->inks[entry->mark->ink], 1.0);
  qusop_paint_triangle (painter, box.x + 0.5 * box.width, box.y + box.height,
                        0.9 * box.height);
}
