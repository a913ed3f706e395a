/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-plot-private.h"

#include <math.h>

/* What a label must not lie on, from worst to least. */
#define COST_OUTSIDE 1e6
#define COST_LABEL 1e4
#define COST_DROP_LINE 300.0
#define COST_CURVE 20.0

/* Between the lines of a hatch and across one, in units of normal text. */
static const double hatch_step = 7.0, hatch_width = 0.8;

static double
overlap (QusopBox a, QusopBox b)
{
  const double w = MIN (a.x + a.width, b.x + b.width) - MAX (a.x, b.x);
  const double h = MIN (a.y + a.height, b.y + b.height) - MAX (a.y, b.y);

  return w > 0.0 && h > 0.0 ? w * h : 0.0;
}

static gboolean
within (QusopBox inner, QusopBox outer)
{
  return inner.x >= outer.x - 0.5 && inner.y >= outer.y - 0.5 &&
         inner.x + inner.width <= outer.x + outer.width + 0.5 &&
         inner.y + inner.height <= outer.y + outer.height + 0.5;
}

static double
cost_of_curves (const QusopPainter *painter, QusopBox box)
{
  const QusopPlotSpec *spec = painter->spec;
  double               cost = 0.0;

  for (guint s = 0; s < spec->series->len; s++) {
    const QusopSeries *series = g_ptr_array_index (spec->series, s);
    const gsize        stride = series->n / 400 + 1;

    if (series->kind != QUSOP_SERIES_LINE)
      continue;
    for (gsize i = 0; i < series->n; i += stride) {
      const double x = qusop_layout_px (painter->layout, spec, series->x[i]);
      const double y = qusop_layout_py (painter->layout, spec, series->y[i]);

      if (x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height)
        cost += COST_CURVE;
    }
  }

  return cost;
}

static double
cost_of_lines (const QusopPainter *painter, QusopBox box)
{
  double cost = 0.0;

  for (guint i = 0; i < painter->spec->marks->len; i++) {
    const QusopMark *mark = g_ptr_array_index (painter->spec->marks, i);
    const double     x = qusop_layout_px (painter->layout, painter->spec, mark->at);
    const double     y = qusop_layout_py (painter->layout, painter->spec, mark->at);

    if (mark->kind == QUSOP_MARK_VERTICAL && x >= box.x - 1.0 &&
        x <= box.x + box.width + 1.0)
      cost += COST_DROP_LINE;
    if (mark->kind == QUSOP_MARK_HORIZONTAL && y >= box.y && y <= box.y + box.height)
      cost += COST_DROP_LINE;
  }

  return cost;
}

static double
cost_of (const QusopPainter *painter, QusopBox box)
{
  double cost = within (box, painter->layout->axes) ? 0.0 : COST_OUTSIDE;

  for (guint i = 0; i < painter->taken->len; i++)
    if (overlap (box, g_array_index (painter->taken, QusopBox, i)) > 0.0)
      cost += COST_LABEL;

  return cost + cost_of_lines (painter, box) + cost_of_curves (painter, box);
}

/* Picks the cheapest of the candidates, in order of taste; paints nothing where all cost
 * @limit or more, as they do where they leave the axes or hide another label. */
static gboolean
place_label (QusopPainter   *painter,
             PangoLayout    *text,
             const QusopBox *candidates,
             guint           n,
             double          limit,
             QusopColour     colour)
{
  double         best_cost = INFINITY;
  guint          best = 0;
  PangoRectangle inside;

  for (guint i = 0; i < n; i++) {
    /* The order of taste breaks ties. */
    const double cost = cost_of (painter, candidates[i]) + i;

    if (cost < best_cost) {
      best_cost = cost;
      best = i;
    }
  }
  if (!(best_cost < limit))
    return FALSE;

  g_array_append_val (painter->taken, candidates[best]);
  /* A veil of background keeps the text readable where it crosses grid and hatch. */
  cairo_new_path (painter->cr);
  cairo_rectangle (painter->cr, candidates[best].x, candidates[best].y,
                   candidates[best].width, candidates[best].height);
  qusop_paint_set_colour (painter->cr, painter->palette->background, 0.8);
  cairo_fill (painter->cr);
  /* Words that are read from the right begin at the right of their room. */
  pango_layout_get_extents (text, NULL, &inside);
  qusop_paint_text (painter, text,
                    candidates[best].x + 3.0 * painter->layout->unit -
                        inside.x / (double) PANGO_SCALE,
                    candidates[best].y, colour);
  return TRUE;
}

static QusopBox
size_of (const QusopPainter *painter, PangoLayout *text)
{
  int width, height;

  pango_layout_get_size (text, &width, &height);
  return (QusopBox){ .width = width / (double) PANGO_SCALE + 6.0 * painter->layout->unit,
                     .height = height / (double) PANGO_SCALE };
}

static void
label_horizontal (QusopPainter *painter, const QusopMark *mark)
{
  const QusopBox          axes = painter->layout->axes;
  const double            y = qusop_layout_py (painter->layout, painter->spec, mark->at);
  const double            gap = 2.0 * painter->layout->unit;
  g_autoptr (PangoLayout) text =
      qusop_layout_text (painter->layout, mark->label, (QusopTextStyle){ .scale = 1.0 });
  QusopBox candidates[16];
  guint    n = 0;

  if (!(y >= axes.y - 0.5 && y <= axes.y + axes.height + 0.5))
    return;

  for (guint i = 0; i < 8; i++) {
    QusopBox box = size_of (painter, text);

    box.x = axes.x + (axes.width - box.width) * (1.0 - i / 7.0);
    box.y = y - box.height - gap;
    candidates[n++] = box;
    box.y = y + gap;
    candidates[n++] = box;
  }
  place_label (painter, text, candidates, n, COST_LABEL,
               painter->palette->inks[mark->ink]);
}

static gboolean
inside_x (const QusopPainter *painter, double x)
{
  const QusopBox axes = painter->layout->axes;

  return x >= axes.x - 0.5 && x <= axes.x + axes.width + 0.5;
}

static gboolean
label_vertical_at (QusopPainter    *painter,
                   const QusopMark *mark,
                   double           scale,
                   double           limit)
{
  const QusopBox          axes = painter->layout->axes;
  const double            x = qusop_layout_px (painter->layout, painter->spec, mark->at);
  const double            gap = 4.0 * painter->layout->unit;
  g_autoptr (PangoLayout) text = qusop_layout_text (
      painter->layout, mark->label, (QusopTextStyle){ .scale = scale, .bold = TRUE });
  QusopBox candidates[24];
  guint    n = 0;

  for (guint row = 0; row < 12; row++) {
    QusopBox box = size_of (painter, text);

    box.y = axes.y + axes.height - (1.2 + row * 0.55) * box.height - gap;
    box.x = x + gap;
    candidates[n++] = box;
    box.x = x - gap - box.width;
    candidates[n++] = box;
  }

  return place_label (painter, text, candidates, n, limit, painter->palette->text);
}

/* The doses are what the chart is for: where room is short they get smaller, not lost. */
static void
label_vertical (QusopPainter *painter, const QusopMark *mark)
{
  static const double scales[] = { 1.0, 0.8, 0.64 };

  if (!inside_x (painter, qusop_layout_px (painter->layout, painter->spec, mark->at)))
    return;

  for (gsize i = 0; i < G_N_ELEMENTS (scales); i++)
    if (label_vertical_at (painter, mark, scales[i], COST_DROP_LINE))
      return;
  label_vertical_at (painter, mark, scales[1], COST_LABEL);
}

static void
label_hatch (QusopPainter *painter, const QusopMark *mark)
{
  const QusopBox axes = painter->layout->axes;
  const double   left =
      MAX (qusop_layout_px (painter->layout, painter->spec, mark->at), axes.x);
  const double right = MIN (qusop_layout_px (painter->layout, painter->spec, mark->to),
                            axes.x + axes.width);
  const double gap = 6.0 * painter->layout->unit;
  g_autoptr (PangoLayout) text = qusop_layout_text (
      painter->layout, mark->label,
      (QusopTextStyle){ .scale = 1.0, .room = right - left - 3.0 * gap });
  QusopBox candidates[24];
  guint    n = 0;

  if (right - left < 6.0 * painter->layout->font_px)
    return;

  for (guint row = 0; row < 8; row++) {
    for (guint column = 0; column < 3; column++) {
      QusopBox box = size_of (painter, text);

      box.x = left + gap + 0.5 * column * (right - left - box.width - 2.0 * gap);
      box.y = axes.y + axes.height - box.height - gap - row * axes.height / 10.0;
      candidates[n++] = box;
    }
  }
  place_label (painter, text, candidates, n, COST_LABEL, painter->palette->dim);
}

static void
label_text (QusopPainter *painter, const QusopMark *mark)
{
  const double            x = qusop_layout_px (painter->layout, painter->spec, mark->at);
  const double            y = qusop_layout_py (painter->layout, painter->spec, mark->to);
  const double            gap = 3.0 * painter->layout->unit;
  g_autoptr (PangoLayout) text =
      qusop_layout_text (painter->layout, mark->label, (QusopTextStyle){ .scale = 1.0 });
  QusopBox candidates[4];
  QusopBox box = size_of (painter, text);

  box.x = x - 0.5 * box.width;
  box.y = y - box.height - gap;
  candidates[0] = box;
  box.y = y + gap;
  candidates[1] = box;
  box.y = y - 0.5 * box.height;
  box.x = x + 2.0 * gap;
  candidates[2] = box;
  box.x = x - 2.0 * gap - box.width;
  candidates[3] = box;
  place_label (painter, text, candidates, 4, COST_LABEL, painter->palette->text);
}

static void
paint_horizontal (QusopPainter *painter, const QusopMark *mark)
{
  const QusopBox axes = painter->layout->axes;
  const double   width = 1.7 * painter->layout->unit * painter->palette->stroke;
  const double   dashes[] = { 4.0 * width, 2.5 * width };
  const double   y = qusop_layout_py (painter->layout, painter->spec, mark->at);

  if (!(y >= axes.y - 0.5 && y <= axes.y + axes.height + 0.5))
    return;

  cairo_set_dash (painter->cr, dashes, 2, 0.0);
  cairo_set_line_width (painter->cr, width);
  qusop_paint_set_colour (painter->cr, painter->palette->inks[mark->ink], 1.0);
  cairo_new_path (painter->cr);
  cairo_move_to (painter->cr, axes.x, y);
  cairo_line_to (painter->cr, axes.x + axes.width, y);
  cairo_stroke (painter->cr);
}

static void
paint_vertical (QusopPainter *painter, const QusopMark *mark)
{
  const QusopBox axes = painter->layout->axes;
  const double   u = painter->layout->unit * painter->palette->stroke;
  const double   bottom = axes.y + axes.height;
  const double   x = qusop_layout_px (painter->layout, painter->spec, mark->at);
  const double   y = qusop_layout_py (painter->layout, painter->spec, mark->to);
  const double   top = CLAMP (y, axes.y, bottom);
  const QusopBox dot = { x - 4.0 * u, top - 4.0 * u, 8.0 * u, 8.0 * u };

  if (!inside_x (painter, x) || isnan (y))
    return;

  cairo_set_dash (painter->cr, NULL, 0, 0.0);
  cairo_set_line_width (painter->cr, 1.5 * u);
  qusop_paint_set_colour (painter->cr, painter->palette->inks[mark->ink], 1.0);
  cairo_new_path (painter->cr);
  cairo_move_to (painter->cr, x, bottom);
  cairo_line_to (painter->cr, x, top);
  cairo_stroke (painter->cr);
  cairo_arc (painter->cr, x, top, 4.2 * u, 0.0, 2.0 * G_PI);
  cairo_fill_preserve (painter->cr);
  qusop_paint_set_colour (painter->cr, painter->palette->background, 1.0);
  cairo_stroke (painter->cr);
  g_array_append_val (painter->taken, dot);
}

void
qusop_paint_triangle (QusopPainter *painter, double x, double y, double size)
{
  cairo_new_path (painter->cr);
  cairo_move_to (painter->cr, x, y - size);
  cairo_line_to (painter->cr, x + 0.58 * size, y);
  cairo_line_to (painter->cr, x - 0.58 * size, y);
  cairo_close_path (painter->cr);
  cairo_fill (painter->cr);
}

static void
paint_rug (QusopPainter *painter, const QusopMark *mark)
{
  const QusopBox axes = painter->layout->axes;
  const double   x = qusop_layout_px (painter->layout, painter->spec, mark->at);

  if (!inside_x (painter, x))
    return;

  qusop_paint_set_colour (painter->cr, painter->palette->inks[mark->ink], 1.0);
  qusop_paint_triangle (painter, x, axes.y + axes.height,
                        0.75 * painter->layout->font_px);
}

static gboolean
keeps_vectors (cairo_t *cr)
{
  const cairo_surface_type_t type = cairo_surface_get_type (cairo_get_target (cr));

  return type == CAIRO_SURFACE_TYPE_PDF || type == CAIRO_SURFACE_TYPE_SVG ||
         type == CAIRO_SURFACE_TYPE_PS;
}

static void
trace_hatch (cairo_t *cr, QusopBox box, double step)
{
  cairo_new_path (cr);
  for (double x = box.x - box.height; x < box.x + box.width; x += step) {
    cairo_move_to (cr, x, box.y + box.height);
    cairo_line_to (cr, x + box.height, box.y);
  }
}

/* One period of the hatch, repeated: to stroke its lines over the whole zone would cost
 * more than all the rest of a chart. Its side is a whole number of device pixels, so that
 * the tiles meet. */
static cairo_pattern_t *
hatch_tile (QusopPainter *painter, double alpha)
{
  const double     unit = painter->layout->unit;
  double           scale = 1.0, ignored = 0.0;
  int              side;
  cairo_surface_t *surface;
  cairo_pattern_t *pattern;
  cairo_matrix_t   matrix;
  cairo_t         *cr;

  cairo_user_to_device_distance (painter->cr, &scale, &ignored);
  side = MAX (2, (int) lround (hatch_step * unit * scale));
  surface = cairo_surface_create_similar_image (cairo_get_target (painter->cr),
                                                CAIRO_FORMAT_ARGB32, side, side);
  cr = cairo_create (surface);
  trace_hatch (cr, (QusopBox){ -side, -side, 3.0 * side, 3.0 * side }, side);
  cairo_set_line_width (cr, hatch_width * unit * scale);
  qusop_paint_set_colour (cr, painter->palette->text, alpha);
  cairo_stroke (cr);
  cairo_destroy (cr);

  pattern = cairo_pattern_create_for_surface (surface);
  cairo_surface_destroy (surface);
  cairo_matrix_init_scale (&matrix, scale, scale);
  cairo_pattern_set_matrix (pattern, &matrix);
  cairo_pattern_set_extend (pattern, CAIRO_EXTEND_REPEAT);
  cairo_pattern_set_filter (pattern, CAIRO_FILTER_NEAREST);
  return pattern;
}

/* The zone lies under everything else: the caller paints it first. */
void
qusop_paint_hatch (QusopPainter *painter, const QusopMark *mark)
{
  const QusopBox axes = painter->layout->axes;
  const double   left = qusop_layout_px (painter->layout, painter->spec, mark->at);
  const double   right = qusop_layout_px (painter->layout, painter->spec, mark->to);
  const double   from = CLAMP (left, axes.x, axes.x + axes.width);
  const double   to = CLAMP (right, axes.x, axes.x + axes.width);
  const QusopBox zone = { from, axes.y, to - from, axes.height };
  const double   alpha = 1.2 * painter->palette->grid_alpha;

  if (!(from < to))
    return;

  cairo_save (painter->cr);
  cairo_new_path (painter->cr);
  cairo_rectangle (painter->cr, zone.x, zone.y, zone.width, zone.height);
  if (keeps_vectors (painter->cr)) {
    cairo_clip (painter->cr);
    trace_hatch (painter->cr, zone, hatch_step * painter->layout->unit);
    cairo_set_dash (painter->cr, NULL, 0, 0.0);
    cairo_set_line_width (painter->cr, hatch_width * painter->layout->unit);
    qusop_paint_set_colour (painter->cr, painter->palette->text, alpha);
    cairo_stroke (painter->cr);
  } else {
    cairo_pattern_t *tile = hatch_tile (painter, alpha);

    cairo_set_source (painter->cr, tile);
    cairo_fill (painter->cr);
    cairo_pattern_destroy (tile);
  }
  cairo_restore (painter->cr);
}

static void
paint_mark_lines (QusopPainter *painter,
                  QusopMarkKind kind,
                  void (*paint) (QusopPainter *, const QusopMark *))
{
  for (guint i = 0; i < painter->spec->marks->len; i++) {
    const QusopMark *mark = g_ptr_array_index (painter->spec->marks, i);

    if (mark->kind == kind)
      paint (painter, mark);
  }
}

static void
label_marks (QusopPainter *painter,
             QusopMarkKind kind,
             void (*label) (QusopPainter *, const QusopMark *))
{
  for (guint i = 0; i < painter->spec->marks->len; i++) {
    const QusopMark *mark = g_ptr_array_index (painter->spec->marks, i);

    if (mark->kind == kind && mark->label != NULL)
      label (painter, mark);
  }
}

/**
 * qusop_paint_marks:
 *
 * Paints lines, dots and triangles first and then the labels, so that a label knows all
 * that it must keep clear of; the labels that matter most choose first.
 */
void
qusop_paint_marks (QusopPainter *painter)
{
  paint_mark_lines (painter, QUSOP_MARK_RUG, paint_rug);
  paint_mark_lines (painter, QUSOP_MARK_HORIZONTAL, paint_horizontal);
  paint_mark_lines (painter, QUSOP_MARK_VERTICAL, paint_vertical);

  if (painter->layout->bare)
    return;
  label_marks (painter, QUSOP_MARK_VERTICAL, label_vertical);
  label_marks (painter, QUSOP_MARK_HORIZONTAL, label_horizontal);
  label_marks (painter, QUSOP_MARK_TEXT, label_text);
  label_marks (painter, QUSOP_MARK_HATCH, label_hatch);
}
