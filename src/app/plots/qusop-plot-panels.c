/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-plot-private.h"

#include <math.h>

/* The shape that suits a chart: width to height. */
static const double best_shape = 1.35;

/* As many columns as make the charts largest at that shape. */
static guint
choose_columns (guint n, double width, double height)
{
  double largest = 0.0;
  guint  best = 1;

  for (guint columns = 1; columns <= n; columns++) {
    const guint  rows = (n + columns - 1) / columns;
    const double size = fmin (width / columns / best_shape, height / rows);

    if (size > largest * 1.001) {
      largest = size;
      best = columns;
    }
  }

  return best;
}

/* Draws the panels of a figure, its title, note and legend. */
void
qusop_paint_frame (QusopPainter *painter, QusopPlotTheme theme, double text_scale)
{
  const GPtrArray *panels = painter->spec->panels;
  const QusopBox   room = painter->layout->axes;
  const guint      n_columns = choose_columns (panels->len, room.width, room.height);
  const guint      n_rows = (panels->len + n_columns - 1) / n_columns;
  const double     width = room.width / n_columns, height = room.height / n_rows;

  for (guint i = 0; i < panels->len; i++) {
    cairo_save (painter->cr);
    cairo_translate (painter->cr, room.x + (i % n_columns) * width,
                     room.y + (i / n_columns) * height);
    qusop_paint_plot (painter->cr, panels->pdata[i], width, height, theme, text_scale,
                      painter->layout->local);
    cairo_restore (painter->cr);
  }

  cairo_set_line_width (painter->cr, painter->layout->unit);
  cairo_set_dash (painter->cr, NULL, 0, 0.0);
  qusop_paint_legend (painter);
  qusop_paint_words (painter);
}
