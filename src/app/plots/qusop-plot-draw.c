/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-plot-private.h"

#include <math.h>

void
qusop_paint_set_colour (cairo_t *cr, QusopColour colour, double alpha)
{
  cairo_set_source_rgba (cr, colour.r, colour.g, colour.b, alpha);
}

void
qusop_paint_text (QusopPainter *painter,
                  PangoLayout  *text,
                  double        x,
                  double        y,
                  QusopColour   colour)
{
  qusop_paint_set_colour (painter->cr, colour, 1.0);
  cairo_move_to (painter->cr, x, y);
  pango_cairo_show_layout (painter->cr, text);
  /* Pango leaves a current point, from which the next line would start. */
  cairo_new_path (painter->cr);
}

static void
paint_in_box (QusopPainter  *painter,
              const char    *string,
              QusopBox       box,
              double         scale,
              gboolean       bold,
              PangoAlignment alignment,
              QusopColour    colour)
{
  g_autoptr (PangoLayout) text = NULL;

  if (!(box.height > 0.0))
    return;

  text = qusop_layout_text (
      painter->layout, string,
      (QusopTextStyle){
          .scale = scale, .bold = bold, .room = box.width, .alignment = alignment });
  qusop_paint_text (painter, text, box.x, box.y, colour);
}

/* The middle of a device pixel, so that thin lines are crisp at every scale. */
static double
snap (cairo_t *cr, double at, gboolean vertical)
{
  double x = vertical ? at : 0.0;
  double y = vertical ? 0.0 : at;

  cairo_user_to_device (cr, &x, &y);
  x = floor (x) + 0.5;
  y = floor (y) + 0.5;
  cairo_device_to_user (cr, &x, &y);
  return vertical ? x : y;
}

static void
paint_y_axis (QusopPainter *painter)
{
  const QusopLayout *layout = painter->layout;
  const QusopBox     axes = layout->axes;

  for (guint i = 0; i < layout->y_ticks->len; i++) {
    const double     value = g_array_index (layout->y_ticks, double, i);
    const double     y = qusop_layout_py (layout, painter->spec, value);
    const double     line_y = snap (painter->cr, y, FALSE);
    g_autofree char *string = qusop_layout_y_text (painter->spec, layout->y_ticks, i);
    g_autoptr (PangoLayout) text =
        qusop_layout_text (layout, string, (QusopTextStyle){ .scale = 1.0 });
    int width, height;

    cairo_new_path (painter->cr);
    cairo_move_to (painter->cr, axes.x, line_y);
    cairo_line_to (painter->cr, axes.x + axes.width, line_y);
    qusop_paint_set_colour (painter->cr, painter->palette->text,
                            painter->palette->grid_alpha);
    cairo_stroke (painter->cr);

    pango_layout_get_size (text, &width, &height);
    qusop_paint_text (painter, text,
                      axes.x - 8.0 * layout->unit - width / (double) PANGO_SCALE,
                      y - 0.5 * height / PANGO_SCALE, painter->palette->dim);
  }
}

static void
paint_x_axis (QusopPainter *painter)
{
  const QusopLayout *layout = painter->layout;
  const QusopBox     axes = layout->axes;
  const double       bottom = snap (painter->cr, axes.y + axes.height, FALSE);

  qusop_paint_set_colour (painter->cr, painter->palette->dim, 1.0);
  cairo_new_path (painter->cr);
  cairo_move_to (painter->cr, axes.x, bottom);
  cairo_line_to (painter->cr, axes.x + axes.width, bottom);
  cairo_stroke (painter->cr);

  for (guint i = 0; i < layout->x_ticks->len; i++) {
    const double     value = g_array_index (layout->x_ticks, double, i);
    const double     x = qusop_layout_px (layout, painter->spec, value);
    const double     line_x = snap (painter->cr, x, TRUE);
    g_autofree char *string = qusop_layout_x_text (painter->spec, layout->x_ticks, i);
    g_autoptr (PangoLayout) text =
        qusop_layout_text (layout, string, (QusopTextStyle){ .scale = 1.0 });
    int width, height;

    qusop_paint_set_colour (painter->cr, painter->palette->dim, 1.0);
    cairo_new_path (painter->cr);
    cairo_move_to (painter->cr, line_x, bottom);
    cairo_line_to (painter->cr, line_x, bottom + 4.0 * layout->unit);
    cairo_stroke (painter->cr);

    pango_layout_get_size (text, &width, &height);
    qusop_paint_text (painter, text, x - 0.5 * width / PANGO_SCALE,
                      bottom + 5.0 * layout->unit, painter->palette->dim);
  }
}

void
qusop_paint_legend (QusopPainter *painter)
{
  const double indent = 2.3 * painter->layout->font_px;

  for (guint i = 0; i < painter->layout->legend->len; i++) {
    const QusopLegendEntry *entry =
        &g_array_index (painter->layout->legend, QusopLegendEntry, i);
    const char *label = entry->series != NULL ? entry->series->label : entry->mark->label;
    g_autoptr (PangoLayout) text =
        qusop_layout_text (painter->layout, label,
                           (QusopTextStyle){ .scale = LEGEND_SCALE,
                                             .room = entry->box.width - indent + 1.0,
                                             .ellipsize = TRUE });
    int height;

    pango_layout_get_size (text, NULL, &height);
    qusop_paint_sample (painter, entry);
    qusop_paint_text (painter, text, entry->box.x + indent,
                      entry->box.y +
                          0.5 * (entry->box.height - height / (double) PANGO_SCALE),
                      painter->palette->text);
  }
}

static gboolean
is_read_from_right (const QusopLayout *layout, const char *words)
{
  g_autoptr (PangoLayout) text =
      qusop_layout_text (layout, words, (QusopTextStyle){ .scale = 1.0 });

  return pango_layout_get_direction (text, 0) == PANGO_DIRECTION_RTL;
}

void
qusop_paint_words (QusopPainter *painter)
{
  const QusopLayout   *layout = painter->layout;
  const QusopPlotSpec *spec = painter->spec;
  const QusopPalette  *palette = painter->palette;

  paint_in_box (painter, spec->title, layout->title, 1.12, TRUE, PANGO_ALIGN_LEFT,
                palette->text);
  /* The axis is on the left whichever way its label is read. */
  paint_in_box (painter, spec->y.label, layout->y_label, 1.0, FALSE,
                is_read_from_right (layout, spec->y.label) ? PANGO_ALIGN_RIGHT
                                                           : PANGO_ALIGN_LEFT,
                palette->dim);
  paint_in_box (painter, spec->x.label, layout->x_label, 1.0, FALSE, PANGO_ALIGN_CENTER,
                palette->dim);
  paint_in_box (painter, spec->note, layout->note, 0.86, FALSE, PANGO_ALIGN_LEFT,
                palette->dim);
}

/* Lines end where the axes end; whole points stand on the border, as does half the width
 * of a line at the top and bottom. */
static void
paint_series_clipped (QusopPainter *painter, const QusopSeries *series)
{
  const gboolean points = series->kind == QUSOP_SERIES_POINTS;
  const QusopBox axes = painter->layout->axes;
  const double   air = 4.5 * painter->layout->unit;
  const double   side = points ? air : 0.0;

  cairo_save (painter->cr);
  cairo_new_path (painter->cr);
  cairo_rectangle (painter->cr, axes.x - side, axes.y - air, axes.width + 2.0 * side,
                   axes.height + 2.0 * air);
  cairo_clip (painter->cr);
  qusop_paint_series (painter, series);
  cairo_restore (painter->cr);
}

static void
paint_chart (QusopPainter *painter)
{
  cairo_set_line_width (painter->cr, painter->layout->unit);
  cairo_set_dash (painter->cr, NULL, 0, 0.0);
  for (guint i = 0; i < painter->spec->marks->len; i++) {
    const QusopMark *mark = g_ptr_array_index (painter->spec->marks, i);

    if (mark->kind == QUSOP_MARK_HATCH)
      qusop_paint_hatch (painter, mark);
  }
  cairo_set_line_width (painter->cr, painter->layout->unit);
  paint_y_axis (painter);
  paint_x_axis (painter);
  for (guint i = 0; i < painter->spec->series->len; i++)
    paint_series_clipped (painter, g_ptr_array_index (painter->spec->series, i));
  qusop_paint_marks (painter);
  qusop_paint_legend (painter);
  qusop_paint_words (painter);
}

static void
paint_empty (QusopPainter *painter)
{
  const QusopLayout *layout = painter->layout;
  const char        *reason = painter->spec->empty_reason;
  const double       pad = 10.0 * layout->unit;
  const double       room = 0.86 * layout->width;
  const QusopBox     title = { pad, pad, layout->width - 2.0 * pad, layout->font_px };
  g_autoptr (PangoLayout) text = qusop_layout_text (
      layout, reason != NULL ? reason : "There are no values to draw yet.",
      (QusopTextStyle){ .scale = 1.1, .room = room, .alignment = PANGO_ALIGN_CENTER });
  int height;

  paint_in_box (painter, painter->spec->title, title, 1.12, TRUE, PANGO_ALIGN_LEFT,
                painter->palette->text);
  pango_layout_get_size (text, NULL, &height);
  qusop_paint_text (painter, text, 0.5 * (layout->width - room),
                    0.5 * (layout->height - height / (double) PANGO_SCALE),
                    painter->palette->dim);
}

/* The whole chart, for file or screen. */
void
qusop_paint_plot (cairo_t             *cr,
                  const QusopPlotSpec *self,
                  double               width,
                  double               height,
                  QusopPlotTheme       theme,
                  double               text_scale,
                  gboolean             local)
{
  g_autoptr (QusopLayout) layout = NULL;
  g_autoptr (GArray)      taken = NULL;
  QusopPainter painter = { .cr = cr, .spec = self, .palette = qusop_palette (theme) };

  if (!(width >= 16.0 && height >= 16.0 && text_scale > 0.0))
    return;

  layout = self->panels != NULL
               ? qusop_layout_new_frame (self, width, height, text_scale, local)
               : qusop_layout_new (self, width, height, text_scale, local);
  taken = g_array_new (FALSE, FALSE, sizeof (QusopBox));
  painter.layout = layout;
  painter.taken = taken;

  cairo_save (cr);
  cairo_new_path (cr);
  if (painter.palette->painted) {
    qusop_paint_set_colour (cr, painter.palette->background, 1.0);
    cairo_rectangle (cr, 0.0, 0.0, width, height);
    cairo_fill (cr);
  }
  if (self->panels != NULL && self->panels->len > 0)
    qusop_paint_frame (&painter, theme, text_scale);
  else if (layout->empty)
    paint_empty (&painter);
  else
    paint_chart (&painter);
  cairo_restore (cr);
}

/**
 * qusop_plot_draw:
 * @cr: origin at the top left corner of the chart
 * @width: in pixels of @cr's user space
 * @height: likewise
 * @text_scale: factor on all text, such as 2 for large text
 *
 * Draws the whole chart; a spec without finite values is drawn as a sentence that says
 * why. Miniatures are drawn without text; below 16 pixels there is nothing to see.
 */
void
qusop_plot_draw (cairo_t             *cr,
                 const QusopPlotSpec *self,
                 double               width,
                 double               height,
                 QusopPlotTheme       theme,
                 double               text_scale)
{
  qusop_paint_plot (cr, self, width, height, theme, text_scale, FALSE);
}

/* The same with numbers as the reader's locale has them. */
void
qusop_plot_draw_local (cairo_t             *cr,
                       const QusopPlotSpec *self,
                       double               width,
                       double               height,
                       QusopPlotTheme       theme,
                       double               text_scale)
{
  qusop_paint_plot (cr, self, width, height, theme, text_scale, TRUE);
}
