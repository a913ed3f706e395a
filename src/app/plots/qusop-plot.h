/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

/**
 * QusopPlotTheme:
 *
 * Colours and sizes by use. Print is light, without background tint.
 */
typedef enum {
  QUSOP_PLOT_LIGHT,
  QUSOP_PLOT_DARK,
  QUSOP_PLOT_LIGHT_HIGH_CONTRAST,
  QUSOP_PLOT_DARK_HIGH_CONTRAST,
  QUSOP_PLOT_PRINT,
} QusopPlotTheme;

typedef enum {
  QUSOP_SERIES_LINE,
  QUSOP_SERIES_BAND, /* between y and y2 */
  QUSOP_SERIES_POINTS,
  QUSOP_SERIES_BARS,      /* from 0 to y, the width of a step of x */
  QUSOP_SERIES_INTERVALS, /* whiskers from y to y2 */
} QusopSeriesKind;

/* Roles instead of colours: the theme decides, colour-blind-safe. */
typedef enum {
  QUSOP_INK_PRIMARY,
  QUSOP_INK_SECONDARY,
  QUSOP_INK_TARGET,
  QUSOP_INK_NEUTRAL,
  QUSOP_INK_ARM_1,
  QUSOP_INK_ARM_2,
  QUSOP_INK_ARM_3,
  QUSOP_INK_ARM_4,
  QUSOP_INK_ARM_5,
  QUSOP_INK_ARM_6,
} QusopInk;

typedef enum {
  QUSOP_MARK_HORIZONTAL, /* reference line at @at */
  QUSOP_MARK_VERTICAL,   /* drop line at @at up to @to, with a dot on top */
  QUSOP_MARK_HATCH,      /* hatched from @at to @to in x */
  QUSOP_MARK_RUG,        /* small triangle on the x axis at @at */
  QUSOP_MARK_TEXT,       /* a label above the point (@at, @to) */
} QusopMarkKind;

typedef struct _QusopPlotSpec QusopPlotSpec;

/* Make and end. A spec is built by one owner, then only read; reference-counted. */
QusopPlotSpec *qusop_plot_spec_new (const char *title) G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_plot_spec_ref (QusopPlotSpec *self);
void           qusop_plot_spec_unref (QusopPlotSpec *self);

/* Change. All arrays and strings are copied; @y2 is for bands and intervals alone. An
 * axis whose @low is not below its @high takes its range from the series. Rows with a
 * value that is not finite are gaps. */
void qusop_plot_spec_set_x_axis (QusopPlotSpec *self,
                                 const char    *label,
                                 const char    *csv_name,
                                 double         low,
                                 double         high,
                                 gboolean       logarithmic);
void qusop_plot_spec_set_y_axis (QusopPlotSpec *self,
                                 const char    *label,
                                 const char    *csv_name,
                                 double         low,
                                 double         high,
                                 gboolean       logarithmic);
void qusop_plot_spec_set_x_percent (QusopPlotSpec *self, gboolean percent);
void qusop_plot_spec_set_y_percent (QusopPlotSpec *self, gboolean percent);
void qusop_plot_spec_set_description (QusopPlotSpec *self, const char *description);
void qusop_plot_spec_set_note (QusopPlotSpec *self, const char *footnote);
/* Ticks 0, 1, … carry @names instead of numbers; the x axis then runs over all of them.
 */
void qusop_plot_spec_set_x_categories (QusopPlotSpec *self, const char *const *names);
/* The same upwards, for bars that lie: bands from edge to edge of a row. */
void qusop_plot_spec_set_y_categories (QusopPlotSpec *self, const char *const *names);
/* What to say instead of a chart while there is no finite value to draw. */
void qusop_plot_spec_set_empty_reason (QusopPlotSpec *self, const char *sentence);
void qusop_plot_spec_add_series (QusopPlotSpec  *self,
                                 QusopSeriesKind kind,
                                 const char     *label,
                                 const char     *csv_name,
                                 QusopInk        ink,
                                 gboolean        dashed,
                                 gsize           n,
                                 const double   *x,
                                 const double   *y,
                                 const double   *y2);
/* Marks the series added last, for qusop_plot_nearest(); 0 is no tag. */
void qusop_plot_spec_tag (QusopPlotSpec *self, guint tag);
void qusop_plot_spec_add_mark (QusopPlotSpec *self,
                               QusopMarkKind  kind,
                               const char    *label,
                               QusopInk       ink,
                               double         at,
                               double         to);
void qusop_plot_spec_add_panel (QusopPlotSpec *self, QusopPlotSpec *panel);

/* Read. */
guint       qusop_plot_spec_n_panels (const QusopPlotSpec *self);
const char *qusop_plot_spec_title (const QusopPlotSpec *self);
const char *qusop_plot_spec_description (const QusopPlotSpec *self);
/* Files have the same numbers in every country, the screen those of the reader's: the
 * words of a chart have points, and the screen's drawing is the local one. */
char *qusop_plot_local_text (const char *text) G_GNUC_WARN_UNUSED_RESULT;
void  qusop_plot_draw (cairo_t             *cr,
                       const QusopPlotSpec *self,
                       double               width,
                       double               height,
                       QusopPlotTheme       theme,
                       double               text_scale);
void  qusop_plot_draw_local (cairo_t             *cr,
                             const QusopPlotSpec *self,
                             double               width,
                             double               height,
                             QusopPlotTheme       theme,
                             double               text_scale);
/* From pixels of a drawing of that size to data coordinates; FALSE outside the axes. */
gboolean qusop_plot_locate (const QusopPlotSpec *self,
                            double               width,
                            double               height,
                            double               text_scale,
                            double               px,
                            double               py,
                            double              *x,
                            double              *y);

/* The tag of the tagged line nearest to a pixel, 0 if none is within @reach pixels. */
guint qusop_plot_nearest (const QusopPlotSpec *self,
                          double               width,
                          double               height,
                          double               text_scale,
                          double               px,
                          double               py,
                          double               reach);

/* The axes box of a drawing of that size, in pixels; FALSE for an empty spec. */
gboolean qusop_plot_axes_box (const QusopPlotSpec *self,
                              double               width,
                              double               height,
                              double               text_scale,
                              double               box[4]);

/* Files; the format follows the name's ending: .png (300 dpi), .svg, .pdf, .csv. */
GBytes          *qusop_plot_to_csv (const QusopPlotSpec *self) G_GNUC_WARN_UNUSED_RESULT;
cairo_surface_t *qusop_plot_to_image (const QusopPlotSpec *self,
                                      double               width,
                                      double               height,
                                      double               text_scale,
                                      double pixels) G_GNUC_WARN_UNUSED_RESULT;
/* An SVG document; @prefix makes its ids unique where several share one page. */
char    *qusop_plot_to_svg (const QusopPlotSpec *self,
                            double               width,
                            double               height,
                            QusopPlotTheme       theme,
                            const char          *prefix) G_GNUC_WARN_UNUSED_RESULT;
gboolean qusop_plot_export (const QusopPlotSpec *self,
                            const char          *path,
                            double               width,
                            double               height,
                            GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QusopPlotSpec, qusop_plot_spec_unref)

G_END_DECLS
