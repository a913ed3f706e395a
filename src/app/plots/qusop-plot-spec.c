/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-plot-private.h"

static void
series_free (gpointer data)
{
  QusopSeries *self = data;

  g_free (self->label);
  g_free (self->csv_name);
  g_free (self->x);
  g_free (self->y);
  g_free (self->y2);
  g_free (self);
}

static void
mark_free (gpointer data)
{
  QusopMark *self = data;

  g_free (self->label);
  g_free (self);
}

/**
 * qusop_plot_spec_new:
 * @title: (nullable): drawn above the chart where there is room
 *
 * Returns: (transfer full): a chart without axes, series and marks
 */
QusopPlotSpec *
qusop_plot_spec_new (const char *title)
{
  QusopPlotSpec *self = g_new0 (QusopPlotSpec, 1);

  self->n_refs = 1;
  self->title = g_strdup (title != NULL ? title : "");
  self->series = g_ptr_array_new_with_free_func (series_free);
  self->marks = g_ptr_array_new_with_free_func (mark_free);
  return self;
}

QusopPlotSpec *
qusop_plot_spec_ref (QusopPlotSpec *self)
{
  g_atomic_int_inc (&self->n_refs);
  return self;
}

void
qusop_plot_spec_unref (QusopPlotSpec *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->n_refs))
    return;

  g_free (self->title);
  g_free (self->description);
  g_free (self->note);
  g_free (self->empty_reason);
  g_strfreev (self->categories);
  g_strfreev (self->y_categories);
  g_free (self->x.label);
  g_free (self->x.csv_name);
  g_free (self->y.label);
  g_free (self->y.csv_name);
  g_ptr_array_unref (self->series);
  g_ptr_array_unref (self->marks);
  g_clear_pointer (&self->panels, g_ptr_array_unref);
  g_free (self);
}

static void
replace (char **place, const char *text)
{
  g_free (*place);
  *place = g_strdup (text);
}

static void
set_axis (QusopAxis  *axis,
          const char *label,
          const char *csv_name,
          double      low,
          double      high,
          gboolean    logarithmic)
{
  replace (&axis->label, label);
  replace (&axis->csv_name, csv_name);
  axis->low = low;
  axis->high = high;
  axis->logarithmic = logarithmic;
}

/**
 * qusop_plot_spec_set_x_axis:
 * @label: with its unit, such as "Dose (mg)"
 * @csv_name: header of the column, such as "dose_mg"
 * @low: left end
 * @high: right end; not above @low to take the range from the series
 */
void
qusop_plot_spec_set_x_axis (QusopPlotSpec *self,
                            const char    *label,
                            const char    *csv_name,
                            double         low,
                            double         high,
                            gboolean       logarithmic)
{
  set_axis (&self->x, label, csv_name, low, high, logarithmic);
}

void
qusop_plot_spec_set_y_axis (QusopPlotSpec *self,
                            const char    *label,
                            const char    *csv_name,
                            double         low,
                            double         high,
                            gboolean       logarithmic)
{
  set_axis (&self->y, label, csv_name, low, high, logarithmic);
}

/**
 * qusop_plot_spec_set_x_percent:
 * @percent: whether ticks of the x axis read 0–100 where the values are 0–1
 */
void
qusop_plot_spec_set_x_percent (QusopPlotSpec *self, gboolean percent)
{
  self->x.percent = percent;
}

/**
 * qusop_plot_spec_set_y_percent:
 * @percent: whether ticks of the y axis read 0–100 % where the values are 0–1
 */
void
qusop_plot_spec_set_y_percent (QusopPlotSpec *self, gboolean percent)
{
  self->y.percent = percent;
}

/**
 * qusop_plot_spec_set_description:
 * @description: what the chart shows, in a sentence, for those who cannot see it
 */
void
qusop_plot_spec_set_description (QusopPlotSpec *self, const char *description)
{
  replace (&self->description, description);
}

void
qusop_plot_spec_set_note (QusopPlotSpec *self, const char *footnote)
{
  replace (&self->note, footnote);
}

void
qusop_plot_spec_set_x_categories (QusopPlotSpec *self, const char *const *names)
{
  g_strfreev (self->categories);
  self->categories = g_strdupv ((char **) names);
}

void
qusop_plot_spec_set_y_categories (QusopPlotSpec *self, const char *const *names)
{
  g_strfreev (self->y_categories);
  self->y_categories = g_strdupv ((char **) names);
}

void
qusop_plot_spec_set_empty_reason (QusopPlotSpec *self, const char *sentence)
{
  replace (&self->empty_reason, sentence);
}

/**
 * qusop_plot_spec_add_series:
 * @label: (nullable): entry of the legend; series of the same label share one, %NULL for
 *   none
 * @csv_name: name of the series in the CSV file; that of a band says what the band is;
 *   "" for one that decorates another and is not written
 * @dashed: whether a line is dashed or a band has a dashed edge, to tell two of one ink
 *   apart
 * @x: (array length=n): increasing for lines, bands and bars
 * @y: (array length=n): the values, or the lower ends
 * @y2: (array length=n) (nullable): the upper ends of bands and intervals
 *
 * Adds a series on top of those that are there.
 */
void
qusop_plot_spec_add_series (QusopPlotSpec  *self,
                            QusopSeriesKind kind,
                            const char     *label,
                            const char     *csv_name,
                            QusopInk        ink,
                            gboolean        dashed,
                            gsize           n,
                            const double   *x,
                            const double   *y,
                            const double   *y2)
{
  const gboolean has_two = kind == QUSOP_SERIES_BAND || kind == QUSOP_SERIES_INTERVALS;
  QusopSeries   *series;

  g_return_if_fail (has_two == (y2 != NULL) || n == 0);

  series = g_new0 (QusopSeries, 1);
  series->kind = kind;
  series->label = g_strdup (label);
  series->csv_name = g_strdup (csv_name);
  series->ink = ink;
  series->dashed = dashed;
  series->n = n;
  series->x = g_memdup2 (x, n * sizeof *x);
  series->y = g_memdup2 (y, n * sizeof *y);
  series->y2 = g_memdup2 (y2, n * sizeof *y2);
  g_ptr_array_add (self->series, series);
}

void
qusop_plot_spec_tag (QusopPlotSpec *self, guint tag)
{
  g_return_if_fail (self->series->len > 0);

  ((QusopSeries *) g_ptr_array_index (self->series, self->series->len - 1))->tag = tag;
}

/**
 * qusop_plot_spec_add_mark:
 * @label: (nullable): drawn beside the mark; for rugs, shown in the legend
 * @at: see #QusopMarkKind
 * @to: see #QusopMarkKind
 */
void
qusop_plot_spec_add_mark (QusopPlotSpec *self,
                          QusopMarkKind  kind,
                          const char    *label,
                          QusopInk       ink,
                          double         at,
                          double         to)
{
  QusopMark *mark = g_new0 (QusopMark, 1);

  mark->kind = kind;
  mark->label = g_strdup (label);
  mark->ink = ink;
  mark->at = at;
  mark->to = to;
  g_ptr_array_add (self->marks, mark);
}

/**
 * qusop_plot_spec_add_panel:
 * @panel: (transfer full): a whole chart, changed no more
 *
 * Makes a figure of several charts. They stand in rows, as many side by side as suit the
 * shape of the picture, under the title of @self and above its note; the legend names
 * what is in any of them, once. Series, marks and axes of @self itself are not drawn.
 */
void
qusop_plot_spec_add_panel (QusopPlotSpec *self, QusopPlotSpec *panel)
{
  if (self->panels == NULL)
    self->panels =
        g_ptr_array_new_with_free_func ((GDestroyNotify) qusop_plot_spec_unref);

  panel->is_panel = TRUE;
  g_ptr_array_add (self->panels, panel);
}

/* Charts within the figure; 0 for a figure that is one chart. */
guint
qusop_plot_spec_n_panels (const QusopPlotSpec *self)
{
  return self->panels != NULL ? self->panels->len : 0;
}

const char *
qusop_plot_spec_title (const QusopPlotSpec *self)
{
  return self->title;
}

/**
 * qusop_plot_spec_description:
 *
 * Returns: the description for screen readers; the title where none was set
 */
const char *
qusop_plot_spec_description (const QusopPlotSpec *self)
{
  return self->description != NULL ? self->description : self->title;
}
