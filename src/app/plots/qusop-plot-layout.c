/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-plot-private.h"
#include "qusop-ticks.h"

#include <math.h>

/* Text grows with the cube root of the picture: 12 px at 640 × 420. */
#define BASE_FONT_PX 12.0
#define SMALLEST_FONT_PX 10.0
/* Smaller pictures than this carry no text. */
#define BARE_BELOW_PX 150.0

/* Parts go in this order until the axes have room. */
typedef enum {
  PART_NOTE = 1 << 0,
  PART_TITLE = 1 << 1,
  PART_LEGEND = 1 << 2,
  PART_Y_LABEL = 1 << 3,
  PART_X_LABEL = 1 << 4,
  PART_ALL = (1 << 5) - 1,
} Parts;

static double
font_px_for (double width, double height, double text_scale)
{
  const double growth = cbrt (MIN (width / 640.0, height / 420.0));
  const double wanted = MAX (BASE_FONT_PX * growth, SMALLEST_FONT_PX) * text_scale;

  /* Larger text than this leaves nothing to read in a small picture. */
  return MIN (wanted, MAX (MIN (width / 17.0, height / 14.0), 1.0));
}

static void
measure_text (const QusopLayout *self,
              const char        *text,
              QusopTextStyle     style,
              double            *width,
              double            *height)
{
  g_autoptr (PangoLayout) layout = qusop_layout_text (self, text, style);
  int                     w, h;

  pango_layout_get_size (layout, &w, &h);
  *width = w / (double) PANGO_SCALE;
  *height = h / (double) PANGO_SCALE;
}

static gboolean
in_reach (const QusopAxis *axis, double value)
{
  return isfinite (value) && (!axis->logarithmic || value > 0.0);
}

static void
extend (const QusopAxis *axis, double value, double *low, double *high)
{
  if (!in_reach (axis, value))
    return;

  *low = MIN (*low, value);
  *high = MAX (*high, value);
}

static gboolean
range_of_series (const QusopPlotSpec *spec, gboolean of_x, double *low, double *high)
{
  const QusopAxis *axis = of_x ? &spec->x : &spec->y;

  *low = INFINITY;
  *high = -INFINITY;
  for (guint s = 0; s < spec->series->len; s++) {
    const QusopSeries *series = g_ptr_array_index (spec->series, s);

    for (gsize i = 0; i < series->n; i++) {
      if (!in_reach (&spec->x, series->x[i]) || !in_reach (&spec->y, series->y[i]))
        continue;
      extend (axis, of_x ? series->x[i] : series->y[i], low, high);
      if (!of_x && series->y2 != NULL)
        extend (axis, series->y2[i], low, high);
    }
    if (!of_x && series->kind == QUSOP_SERIES_BARS)
      extend (axis, 0.0, low, high);
  }

  return *low <= *high;
}

/* A range with room around the data, zero kept where the data begin there. */
static void
widen (const QusopAxis *axis, gboolean of_x, double *low, double *high)
{
  double margin;

  if (axis->logarithmic) {
    const double factor = *low < *high ? pow (*high / *low, of_x ? 0.02 : 0.05) : 2.0;

    *low /= factor;
    *high *= factor;
    return;
  }

  margin = *low < *high ? (*high - *low) * (of_x ? 0.02 : 0.05)
                        : MAX (fabs (*low) * 0.1, 1e-3);
  *high += margin;
  if (*low != 0.0)
    *low -= margin;
}

static char **
names_of (const QusopPlotSpec *spec, gboolean of_x)
{
  return of_x ? spec->categories : spec->y_categories;
}

static gboolean
choose_range (const QusopPlotSpec *spec, gboolean of_x, double *low, double *high)
{
  const QusopAxis *axis = of_x ? &spec->x : &spec->y;

  if (!range_of_series (spec, of_x, low, high))
    return FALSE;

  if (names_of (spec, of_x) != NULL) {
    *low = -0.5;
    *high = MAX (g_strv_length (names_of (spec, of_x)), 1) - 0.5;
  } else if (axis->low < axis->high && in_reach (axis, axis->low) &&
             in_reach (axis, axis->high)) {
    *low = axis->low;
    *high = axis->high;
  } else {
    widen (axis, of_x, low, high);
  }

  return isfinite (*high - *low);
}

static double
part_of_axis (const QusopAxis *axis, double low, double high, double value)
{
  if (axis->logarithmic)
    return value > 0.0 ? log (value / low) / log (high / low) : -INFINITY;

  return (value - low) / (high - low);
}

static double
value_of_part (const QusopAxis *axis, double low, double high, double part)
{
  return axis->logarithmic ? low * pow (high / low, part) : low + part * (high - low);
}

double
qusop_layout_px (const QusopLayout *self, const QusopPlotSpec *spec, double x)
{
  return self->axes.x +
         self->axes.width * part_of_axis (&spec->x, self->x_low, self->x_high, x);
}

double
qusop_layout_py (const QusopLayout *self, const QusopPlotSpec *spec, double y)
{
  return self->axes.y + self->axes.height *
                            (1.0 - part_of_axis (&spec->y, self->y_low, self->y_high, y));
}

static char *
tick_text (const QusopAxis *axis, const GArray *ticks, guint i, const char *sign)
{
  g_autoptr (GArray) percents = NULL;
  g_autofree char   *text = NULL;

  if (!axis->percent)
    return qusop_ticks_format (ticks, i);

  percents = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint k = 0; k < ticks->len; k++) {
    const double percent = 100.0 * g_array_index (ticks, double, k);

    g_array_append_val (percents, percent);
  }
  text = qusop_ticks_format (percents, i);
  return g_strconcat (text, sign, NULL);
}

char *
qusop_layout_x_text (const QusopPlotSpec *spec, const GArray *ticks, guint i)
{
  if (spec->categories != NULL)
    return g_strdup (spec->categories[(guint) g_array_index (ticks, double, i)]);

  return tick_text (&spec->x, ticks, i, "");
}

char *
qusop_layout_y_text (const QusopPlotSpec *spec, const GArray *ticks, guint i)
{
  if (spec->y_categories != NULL)
    return g_strdup (spec->y_categories[(guint) g_array_index (ticks, double, i)]);

  return tick_text (&spec->y, ticks, i, " %");
}

static GArray *
make_ticks (const QusopAxis *axis, double low, double high, guint n_max)
{
  return axis->logarithmic ? qusop_ticks_log (low, high, n_max)
                           : qusop_ticks_linear (low, high, n_max);
}

static GArray *
category_ticks (char **names, guint n_max)
{
  GArray     *ticks = g_array_new (FALSE, FALSE, sizeof (double));
  const guint n = g_strv_length (names);
  const guint stride = n / MAX (n_max, 1) + (n % MAX (n_max, 1) != 0);

  for (guint i = 0; i < n; i += MAX (stride, 1)) {
    const double tick = i;

    g_array_append_val (ticks, tick);
  }

  return ticks;
}

static double
widest_tick (const QusopLayout *self, const QusopPlotSpec *spec, gboolean of_x)
{
  const GArray *ticks = of_x ? self->x_ticks : self->y_ticks;
  double        widest = 0.0;

  for (guint i = 0; i < ticks->len; i++) {
    g_autofree char *text = of_x ? qusop_layout_x_text (spec, ticks, i)
                                 : qusop_layout_y_text (spec, ticks, i);
    double           width, height;

    measure_text (self, text, (QusopTextStyle){ .scale = 1.0 }, &width, &height);
    widest = MAX (widest, width);
  }

  return widest;
}

static void
choose_y_ticks (QusopLayout *self, const QusopPlotSpec *spec)
{
  const guint n_max = (guint) CLAMP (self->axes.height / (3.0 * self->font_px), 2.0, 9.0);

  if (spec->y_categories != NULL) {
    g_clear_pointer (&self->y_ticks, g_array_unref);
    self->y_ticks = category_ticks (
        spec->y_categories, (guint) MAX (self->axes.height / (1.2 * self->font_px), 1.0));
    return;
  }

  /* A scale needs two ticks: rather closer together than one alone. */
  for (guint n = n_max; n < n_max + 2; n++) {
    g_clear_pointer (&self->y_ticks, g_array_unref);
    self->y_ticks = make_ticks (&spec->y, self->y_low, self->y_high, n);
    if (self->y_ticks->len >= 2)
      return;
  }
}

/* The labels' width depends on the ticks and their number on the labels' width: begin
 * with many, thin out until they fit. */
static void
choose_x_ticks (QusopLayout *self, const QusopPlotSpec *spec)
{
  guint n_max = (guint) CLAMP (self->axes.width / (2.0 * self->font_px), 2.0, 16.0);

  for (;; n_max--) {
    g_clear_pointer (&self->x_ticks, g_array_unref);
    self->x_ticks = spec->categories != NULL
                        ? category_ticks (spec->categories, n_max)
                        : make_ticks (&spec->x, self->x_low, self->x_high, n_max);
    if (n_max <= 2 ||
        self->x_ticks->len * (widest_tick (self, spec, TRUE) + 1.2 * self->font_px) <=
            self->axes.width)
      return;
  }
}

static gboolean
legend_has (const QusopLayout *self, const char *label)
{
  for (guint i = 0; i < self->legend->len; i++) {
    const QusopLegendEntry *entry = &g_array_index (self->legend, QusopLegendEntry, i);
    const char *known = entry->series != NULL ? entry->series->label : entry->mark->label;

    if (g_str_equal (known, label))
      return TRUE;
  }

  return FALSE;
}

/* Lines come before bands, as they are read. */
static void
collect_legend (QusopLayout *self, const QusopPlotSpec *spec)
{
  for (guint pass = 0; pass < 2; pass++) {
    for (guint i = 0; i < spec->series->len; i++) {
      const QusopSeries     *series = g_ptr_array_index (spec->series, i);
      const QusopLegendEntry entry = { .series = series };

      if ((series->kind == QUSOP_SERIES_BAND) == (pass == 1) && series->label != NULL &&
          series->n > 0 && !legend_has (self, series->label))
        g_array_append_val (self->legend, entry);
    }
  }

  for (guint i = 0; i < spec->marks->len; i++) {
    const QusopMark       *mark = g_ptr_array_index (spec->marks, i);
    const QusopLegendEntry entry = { .mark = mark };

    if (mark->kind == QUSOP_MARK_RUG && mark->label != NULL &&
        !legend_has (self, mark->label))
      g_array_append_val (self->legend, entry);
  }
}

/* Flows the entries into rows below @top; returns the height of all rows. */
static double
flow_legend (QusopLayout *self, double left, double right, double top)
{
  const double sample = 2.4 * self->font_px;
  const double gap = 1.4 * self->font_px;
  const double row = 1.5 * self->font_px;
  double       x = left;
  double       y = top;

  for (guint i = 0; i < self->legend->len; i++) {
    QusopLegendEntry *entry = &g_array_index (self->legend, QusopLegendEntry, i);
    const char *label = entry->series != NULL ? entry->series->label : entry->mark->label;
    double      width, height;

    measure_text (self, label, (QusopTextStyle){ .scale = LEGEND_SCALE }, &width,
                  &height);
    width = MIN (width + sample, right - left);
    if (x > left && x + width > right) {
      x = left;
      y += row;
    }
    entry->box = (QusopBox){ x, y, width, row };
    x += width + gap;
  }

  return self->legend->len > 0 ? y + row - top : 0.0;
}

/* One line of text at the full width of the picture, or nothing. */
static QusopBox
line_box (const QusopLayout *self,
          gboolean           wanted,
          const char        *text,
          double             scale,
          gboolean           bold,
          double             room)
{
  QusopBox box = { 0.0, 0.0, room, 0.0 };
  double   width;

  if (wanted && text != NULL && *text != '\0')
    measure_text (self, text,
                  (QusopTextStyle){ .scale = scale, .bold = bold, .room = room }, &width,
                  &box.height);

  return box;
}

/* Stacks what lies above and below the axes; leaves the axes what remains. */
static void
stack (QusopLayout *self, const QusopPlotSpec *spec, Parts parts)
{
  const double u = self->unit;
  const double pad = 10.0 * u;
  const double room = MAX (self->width - 2.0 * pad, 1.0);
  double       top = pad;
  double       bottom = self->height - pad;
  double       legend_height;

  /* Among others a chart is nothing without its title: the label of its axis goes first.
   */
  if (spec->is_panel && !(parts & PART_TITLE))
    parts = (parts | PART_TITLE) & ~PART_Y_LABEL;
  self->title = line_box (self, parts & PART_TITLE, spec->title, 1.12, TRUE, room);
  self->y_label = line_box (self, parts & PART_Y_LABEL, spec->y.label, 1.0, FALSE, room);
  self->x_label =
      line_box (self, parts & PART_X_LABEL, spec->x.label, 1.0, FALSE, self->axes.width);
  self->note = line_box (self, parts & PART_NOTE, spec->note, 0.86, FALSE, room);

  self->title.x = self->y_label.x = self->note.x = pad;
  self->title.y = top;
  top += self->title.height + (self->title.height > 0.0 ? 3.0 * u : 0.0);
  self->y_label.y = top;
  top += self->y_label.height + 8.0 * u;

  self->note.y = bottom - self->note.height;
  bottom -= self->note.height + (self->note.height > 0.0 ? 5.0 * u : 0.0);
  g_array_set_size (self->legend, 0);
  if ((parts & PART_LEGEND) && !spec->is_panel)
    collect_legend (self, spec);
  legend_height = flow_legend (self, pad, self->width - pad, 0.0);
  flow_legend (self, pad, self->width - pad, bottom - legend_height);
  bottom -= legend_height + (legend_height > 0.0 ? 4.0 * u : 0.0);

  self->x_label.x = self->axes.x;
  self->x_label.y = bottom - self->x_label.height;
  bottom -= self->x_label.height + 1.75 * self->font_px;
  self->axes.y = top;
  self->axes.height = bottom - top;
}

static void
place_sides (QusopLayout *self, const QusopPlotSpec *spec)
{
  const double u = self->unit;
  const double left = 10.0 * u + widest_tick (self, spec, FALSE) + 8.0 * u;

  self->axes.x = left;
  self->axes.width = self->width - left - 18.0 * u;
}

static gboolean
try_parts (QusopLayout *self, const QusopPlotSpec *spec, Parts parts)
{
  self->axes.height = 0.6 * self->height;
  choose_y_ticks (self, spec);
  place_sides (self, spec);
  stack (self, spec, parts);
  choose_y_ticks (self, spec);
  place_sides (self, spec);
  stack (self, spec, parts);

  return self->axes.height >= 0.36 * self->height;
}

/* A miniature: the series on their base line, without any text. */
static void
lay_bare (QusopLayout *self)
{
  self->bare = TRUE;
  self->font_px = SMALLEST_FONT_PX;
  self->unit = SMALLEST_FONT_PX / BASE_FONT_PX;
  self->axes =
      (QusopBox){ 2.0, 2.0, MAX (self->width - 4.0, 1.0), MAX (self->height - 4.0, 1.0) };
  self->x_ticks = g_array_new (FALSE, FALSE, sizeof (double));
  self->y_ticks = g_array_new (FALSE, FALSE, sizeof (double));
}

/**
 * qusop_layout_new:
 *
 * Returns: (transfer full): where everything of @spec lies in a picture of @width ×
 *   @height. Where room is short the note goes first, then title, legend, axis labels;
 *   miniatures have no text at all.
 */
QusopLayout *
qusop_layout_new (const QusopPlotSpec *spec,
                  double               width,
                  double               height,
                  double               text_scale,
                  gboolean             local)
{
  static const struct {
    double shrink;
    Parts  parts;
  } choices[] = {
    { 1.0, PART_ALL },
    { 1.0, PART_ALL & ~PART_NOTE },
    { 1.0, PART_ALL & ~(PART_NOTE | PART_TITLE) },
    { 0.84, PART_ALL & ~(PART_NOTE | PART_TITLE) },
    { 0.72, PART_ALL & ~(PART_NOTE | PART_TITLE) },
    { 1.0, PART_X_LABEL | PART_Y_LABEL },
    { 1.0, PART_X_LABEL },
    { 1.0, 0 },
  };
  const double font_px = font_px_for (width, height, text_scale);
  QusopLayout *self = g_new0 (QusopLayout, 1);

  self->width = width;
  self->height = height;
  self->local = local;
  self->font_px = font_px;
  self->unit = font_px / BASE_FONT_PX;
  self->legend = g_array_new (FALSE, FALSE, sizeof (QusopLegendEntry));
  self->empty = !choose_range (spec, TRUE, &self->x_low, &self->x_high) ||
                !choose_range (spec, FALSE, &self->y_low, &self->y_high);
  if (self->empty)
    return self;

  if (MIN (width, 1.4 * height) < BARE_BELOW_PX) {
    lay_bare (self);
    return self;
  }

  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++) {
    self->font_px = font_px * choices[i].shrink;
    self->unit = self->font_px / BASE_FONT_PX;
    if (try_parts (self, spec, choices[i].parts))
      break;
  }
  self->axes.width = MAX (self->axes.width, 1.0);
  self->axes.height = MAX (self->axes.height, 1.0);
  choose_x_ticks (self, spec);
  return self;
}

/**
 * qusop_layout_new_frame:
 *
 * Returns: (transfer full): where title, note and the common legend of @spec's panels
 *   lie; its axes are the room that is left for the panels
 */
QusopLayout *
qusop_layout_new_frame (const QusopPlotSpec *spec,
                        double               width,
                        double               height,
                        double               text_scale,
                        gboolean             local)
{
  const double pad = 10.0, gap = 5.0;
  QusopLayout *self = g_new0 (QusopLayout, 1);
  double       legend_height;

  self->width = width;
  self->height = height;
  self->local = local;
  self->font_px = font_px_for (width, height, text_scale);
  self->unit = self->font_px / BASE_FONT_PX;
  self->legend = g_array_new (FALSE, FALSE, sizeof (QusopLegendEntry));
  self->empty = TRUE;
  self->title = line_box (self, TRUE, spec->title, 1.12, TRUE, width - 2.0 * pad);
  self->title.x = self->title.y = pad;
  self->note = line_box (self, height > 20.0 * self->font_px, spec->note, 0.86, FALSE,
                         width - 2.0 * pad);
  self->note.x = pad;
  self->note.y = height - pad - self->note.height;

  for (guint i = 0; i < spec->panels->len; i++)
    collect_legend (self, spec->panels->pdata[i]);
  legend_height = flow_legend (self, pad, width - pad, 0.0);
  flow_legend (self, pad, width - pad, self->note.y - gap - legend_height);

  self->axes.y = pad + self->title.height;
  self->axes.width = width;
  self->axes.height = self->note.y - gap - legend_height - self->axes.y;
  return self;
}

void
qusop_layout_free (QusopLayout *self)
{
  g_clear_pointer (&self->x_ticks, g_array_unref);
  g_clear_pointer (&self->y_ticks, g_array_unref);
  g_array_unref (self->legend);
  g_free (self);
}

/**
 * qusop_plot_axes_box:
 * @box: (out) (array fixed-size=4): left, top, width and height of the axes
 */
gboolean
qusop_plot_axes_box (const QusopPlotSpec *self,
                     double               width,
                     double               height,
                     double               text_scale,
                     double               box[4])
{
  g_autoptr (QusopLayout) layout =
      qusop_layout_new (self, width, height, text_scale, TRUE);

  if (layout->empty)
    return FALSE;

  box[0] = layout->axes.x;
  box[1] = layout->axes.y;
  box[2] = layout->axes.width;
  box[3] = layout->axes.height;
  return TRUE;
}

gboolean
qusop_plot_locate (const QusopPlotSpec *self,
                   double               width,
                   double               height,
                   double               text_scale,
                   double               px,
                   double               py,
                   double              *x,
                   double              *y)
{
  g_autoptr (QusopLayout) layout =
      qusop_layout_new (self, width, height, text_scale, TRUE);
  const double part_x = (px - layout->axes.x) / layout->axes.width;
  const double part_y = 1.0 - (py - layout->axes.y) / layout->axes.height;

  if (layout->empty ||
      !(part_x >= 0.0 && part_x <= 1.0 && part_y >= 0.0 && part_y <= 1.0))
    return FALSE;

  *x = value_of_part (&self->x, layout->x_low, layout->x_high, part_x);
  *y = value_of_part (&self->y, layout->y_low, layout->y_high, part_y);
  return TRUE;
}

static double
distance_to_segment (double px, double py, double ax, double ay, double bx, double by)
{
  const double dx = bx - ax, dy = by - ay;
  const double length = dx * dx + dy * dy;
  const double share =
      length > 0.0 ? CLAMP (((px - ax) * dx + (py - ay) * dy) / length, 0.0, 1.0) : 0.0;

  return hypot (px - ax - share * dx, py - ay - share * dy);
}

/* Of a line as it is drawn: gaps where a value is not finite. */
static double
distance_to_line (const QusopLayout   *layout,
                  const QusopPlotSpec *spec,
                  const QusopSeries   *series,
                  double               px,
                  double               py)
{
  double nearest = INFINITY, ax = NAN, ay = NAN;

  for (gsize i = 0; i < series->n; i++) {
    const double bx = qusop_layout_px (layout, spec, series->x[i]);
    const double by = qusop_layout_py (layout, spec, series->y[i]);

    if (isfinite (bx) && isfinite (by))
      nearest = fmin (nearest, isfinite (ax) && isfinite (ay)
                                   ? distance_to_segment (px, py, ax, ay, bx, by)
                                   : hypot (px - bx, py - by));
    ax = bx;
    ay = by;
  }

  return nearest;
}

guint
qusop_plot_nearest (const QusopPlotSpec *self,
                    double               width,
                    double               height,
                    double               text_scale,
                    double               px,
                    double               py,
                    double               reach)
{
  g_autoptr (QusopLayout) layout =
      qusop_layout_new (self, width, height, text_scale, TRUE);
  guint tag = 0;

  if (layout->empty)
    return 0;

  for (guint i = 0; i < self->series->len; i++) {
    const QusopSeries *series = g_ptr_array_index (self->series, i);
    double             distance;

    if (series->tag == 0)
      continue;
    distance = distance_to_line (layout, self, series, px, py);
    if (distance <= reach) {
      reach = distance;
      tag = series->tag;
    }
  }

  return tag;
}
