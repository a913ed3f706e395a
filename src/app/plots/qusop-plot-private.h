/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-plot.h"
#include "qusop-theme.h"

#include <pango/pangocairo.h>

/* What the files of the chart module share; nothing here is for users of a chart. */

/* Size of the legend's text, to that of the axes. */
#define LEGEND_SCALE 0.93

typedef struct {
  char    *label;
  char    *csv_name;
  double   low;
  double   high;
  gboolean logarithmic;
  gboolean percent;
} QusopAxis;

typedef struct {
  QusopSeriesKind kind;
  char           *label;
  char           *csv_name;
  QusopInk        ink;
  gboolean        dashed;
  guint           tag; /* 0 for none */
  gsize           n;
  double         *x;
  double         *y;
  double         *y2; /* NULL but for bands and intervals */
} QusopSeries;

typedef struct {
  QusopMarkKind kind;
  char         *label;
  QusopInk      ink;
  double        at;
  double        to;
} QusopMark;

struct _QusopPlotSpec {
  int        n_refs;
  char      *title;
  char      *description;
  char      *note;
  char      *empty_reason;
  char     **categories;
  char     **y_categories;
  QusopAxis  x;
  QusopAxis  y;
  GPtrArray *series; /* of QusopSeries */
  GPtrArray *marks;  /* of QusopMark */
  GPtrArray *panels; /* of QusopPlotSpec; NULL for a single chart */
  gboolean   is_panel;
};

typedef struct {
  double x;
  double y;
  double width;
  double height;
} QusopBox;

/* One entry of the legend: the first series or mark of its name. */
typedef struct {
  const QusopSeries *series; /* borrowed, NULL for a mark */
  const QusopMark   *mark;   /* borrowed, NULL for a series */
  QusopBox           box;    /* of sample and text */
} QusopLegendEntry;

/**
 * QusopLayout:
 *
 * Where everything lies in a drawing of a given size. Depends on size, text scale and
 * spec, not on the theme, so that a pixel can be traced back without drawing.
 */
typedef struct {
  double   width;
  double   height;
  double   font_px;
  double   unit; /* one pixel of a drawing with 12 px text */
  QusopBox axes;
  QusopBox title; /* height 0: left out for want of room, as below */
  QusopBox y_label;
  QusopBox x_label;
  QusopBox note;
  double   x_low, x_high;
  double   y_low, y_high;
  GArray  *x_ticks; /* of double */
  GArray  *y_ticks;
  GArray  *legend; /* of QusopLegendEntry */
  gboolean empty;
  gboolean bare;  /* a miniature without text */
  gboolean local; /* numbers as the reader's locale has them */
} QusopLayout;

/**
 * QusopTextStyle:
 * @scale: of the chart's text size
 * @room: width in pixels that the words are wrapped to; 0 for one line
 * @ellipsize: cut to @room instead of wrapped
 */
typedef struct {
  double         scale;
  gboolean       bold;
  double         room;
  PangoAlignment alignment;
  gboolean       ellipsize;
} QusopTextStyle;

/* What a painter needs at every step. */
typedef struct {
  cairo_t             *cr;
  const QusopPlotSpec *spec;
  const QusopLayout   *layout;
  const QusopPalette  *palette;
  GArray              *taken; /* of QusopBox: labels placed so far */
} QusopPainter;

/* Layout. */
QusopLayout *qusop_layout_new (const QusopPlotSpec *spec,
                               double               width,
                               double               height,
                               double               text_scale,
                               gboolean             local);
QusopLayout *qusop_layout_new_frame (const QusopPlotSpec *spec,
                                     double               width,
                                     double               height,
                                     double               text_scale,
                                     gboolean             local);
void         qusop_layout_free (QusopLayout *self);
double qusop_layout_px (const QusopLayout *self, const QusopPlotSpec *spec, double x);
double qusop_layout_py (const QusopLayout *self, const QusopPlotSpec *spec, double y);
char  *qusop_layout_x_text (const QusopPlotSpec *spec, const GArray *ticks, guint i);
char  *qusop_layout_y_text (const QusopPlotSpec *spec, const GArray *ticks, guint i);

/* Text. */
PangoLayout *qusop_layout_text (const QusopLayout *self,
                                const char        *text,
                                QusopTextStyle     style);

/* Paint. */
void qusop_paint_plot (cairo_t             *cr,
                       const QusopPlotSpec *spec,
                       double               width,
                       double               height,
                       QusopPlotTheme       theme,
                       double               text_scale,
                       gboolean             local);
void qusop_paint_frame (QusopPainter *painter, QusopPlotTheme theme, double text_scale);
void qusop_paint_legend (QusopPainter *painter);
void qusop_paint_words (QusopPainter *painter);
void qusop_paint_text (QusopPainter *painter,
                       PangoLayout  *text,
                       double        x,
                       double        y,
                       QusopColour   colour);
void qusop_paint_hatch (QusopPainter *painter, const QusopMark *mark);
void qusop_paint_series (QusopPainter *painter, const QusopSeries *series);
void qusop_paint_sample (QusopPainter *painter, const QusopLegendEntry *entry);
void qusop_paint_marks (QusopPainter *painter);
void qusop_paint_triangle (QusopPainter *painter, double x, double y, double size);
void qusop_paint_set_colour (cairo_t *cr, QusopColour colour, double alpha);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QusopLayout, qusop_layout_free)
