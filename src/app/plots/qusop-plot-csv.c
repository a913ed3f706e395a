/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-plot-private.h"

#include <math.h>
#include <string.h>

/* RFC 4180: quoted where needed. A leading sign of a formula is kept from spreadsheets.
 */
static void
append_cell (GString *csv, const char *text)
{
  if (text == NULL)
    return;

  if (strpbrk (text, ",\"\r\n") == NULL && strchr ("=+-@", *text) == NULL) {
    g_string_append (csv, text);
    return;
  }

  g_string_append_c (csv, '"');
  if (*text != '\0' && strchr ("=+-@", *text) != NULL)
    g_string_append_c (csv, '\'');
  for (const char *p = text; *p != '\0'; p++) {
    if (*p == '"')
      g_string_append_c (csv, '"');
    g_string_append_c (csv, *p);
  }
  g_string_append_c (csv, '"');
}

/* Missing values are empty cells; infinite ones are written out. */
static void
append_number (GString *csv, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (isnan (value))
    return;
  if (isinf (value))
    g_string_append (csv, value > 0.0 ? "Inf" : "-Inf");
  else
    g_string_append (csv, g_ascii_formatd (buffer, sizeof buffer, "%.10g", value));
}

static void
append_x (GString *csv, const QusopPlotSpec *self, double x)
{
  const guint  n = self->categories != NULL ? g_strv_length (self->categories) : 0;
  const double nearest = rint (x); /* points of a category may stand beside each other */

  if (nearest >= 0.0 && nearest < n)
    append_cell (csv, self->categories[(guint) nearest]);
  else
    append_number (csv, x);
}

/* A series whose name is empty decorates another one. */
static gboolean
is_decoration (const QusopSeries *series)
{
  return series->csv_name != NULL && *series->csv_name == '\0';
}

static const char *
column_name (const QusopSeries *series)
{
  if (series->csv_name != NULL)
    return series->csv_name;

  return series->label != NULL ? series->label : "value";
}

static gboolean
shares_x (const QusopSeries *a, const QusopSeries *b)
{
  return a->n == b->n && (a->n == 0 || memcmp (a->x, b->x, a->n * sizeof *a->x) == 0);
}

static void
append_header (GString *csv, const QusopSeries *series)
{
  const char *const ends[] = { ", lower", ", upper" };

  if (series->y2 == NULL) {
    g_string_append_c (csv, ',');
    append_cell (csv, column_name (series));
    return;
  }

  for (gsize i = 0; i < 2; i++) {
    g_autofree char *name = g_strconcat (column_name (series), ends[i], NULL);

    g_string_append_c (csv, ',');
    append_cell (csv, name);
  }
}

/* One row per x, one column per series, two per band. */
static void
append_wide (GString *csv, const QusopPlotSpec *self, const GPtrArray *list)
{
  const QusopSeries *first = g_ptr_array_index (list, 0);

  append_cell (csv, self->x.csv_name != NULL ? self->x.csv_name : "x");
  for (guint s = 0; s < list->len; s++)
    append_header (csv, g_ptr_array_index (list, s));
  g_string_append (csv, "\r\n");

  for (gsize i = 0; i < first->n; i++) {
    append_x (csv, self, first->x[i]);
    for (guint s = 0; s < list->len; s++) {
      const QusopSeries *series = g_ptr_array_index (list, s);

      g_string_append_c (csv, ',');
      append_number (csv, series->y[i]);
      if (series->y2 != NULL) {
        g_string_append_c (csv, ',');
        append_number (csv, series->y2[i]);
      }
    }
    g_string_append (csv, "\r\n");
  }
}

/* One row per point, with the name of its series. */
static void
append_long (GString *csv, const QusopPlotSpec *self, const GPtrArray *list)
{
  gboolean has_two = FALSE;

  for (guint s = 0; s < list->len; s++)
    has_two |= ((const QusopSeries *) g_ptr_array_index (list, s))->y2 != NULL;

  g_string_append (csv, "series,");
  append_cell (csv, self->x.csv_name != NULL ? self->x.csv_name : "x");
  g_string_append_c (csv, ',');
  append_cell (csv, self->y.csv_name != NULL ? self->y.csv_name : "y");
  g_string_append (csv, has_two ? ",upper\r\n" : "\r\n");

  for (guint s = 0; s < list->len; s++) {
    const QusopSeries *series = g_ptr_array_index (list, s);

    for (gsize i = 0; i < series->n; i++) {
      append_cell (csv, column_name (series));
      g_string_append_c (csv, ',');
      append_x (csv, self, series->x[i]);
      g_string_append_c (csv, ',');
      append_number (csv, series->y[i]);
      if (has_two)
        g_string_append_c (csv, ',');
      if (series->y2 != NULL)
        append_number (csv, series->y2[i]);
      g_string_append (csv, "\r\n");
    }
  }
}

/* One row per point of all panels, whose axes may differ. */
static void
append_panels (GString *csv, const QusopPlotSpec *self)
{
  g_string_append (csv, "panel,x_name,y_name,series,x,y,upper\r\n");
  for (guint p = 0; p < self->panels->len; p++) {
    const QusopPlotSpec *panel = g_ptr_array_index (self->panels, p);

    for (guint s = 0; s < panel->series->len; s++) {
      const QusopSeries *series = g_ptr_array_index (panel->series, s);

      for (gsize i = 0; i < series->n; i++) {
        append_cell (csv, panel->title);
        g_string_append_c (csv, ',');
        append_cell (csv, panel->x.csv_name);
        g_string_append_c (csv, ',');
        append_cell (csv, panel->y.csv_name);
        g_string_append_c (csv, ',');
        append_cell (csv, column_name (series));
        g_string_append_c (csv, ',');
        append_x (csv, panel, series->x[i]);
        g_string_append_c (csv, ',');
        append_number (csv, series->y[i]);
        g_string_append_c (csv, ',');
        append_number (csv, series->y2 != NULL ? series->y2[i] : NAN);
        g_string_append (csv, "\r\n");
      }
    }
  }
}

/**
 * qusop_plot_to_csv:
 *
 * The values behind the chart (RFC 4180, UTF-8, decimal point): one column per series
 * where all share their x, else one row per point with the name of its series. Bands have
 * a lower and an upper column. Series with an empty name only decorate others. A
 * figure of several charts has one row per point, with the names of its panel and axes.
 *
 * Returns: (transfer full): the file's bytes
 */
GBytes *
qusop_plot_to_csv (const QusopPlotSpec *self)
{
  GString              *csv = g_string_new (NULL);
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  gboolean              wide = TRUE;

  for (guint s = 0; s < self->series->len; s++) {
    QusopSeries *series = g_ptr_array_index (self->series, s);

    if (is_decoration (series))
      continue;
    g_ptr_array_add (list, series);
    wide &= shares_x (g_ptr_array_index (list, 0), series);
  }
  if (self->panels != NULL)
    append_panels (csv, self);
  else if (wide && list->len > 0)
    append_wide (csv, self, list);
  else
    append_long (csv, self, list);

  return g_string_free_to_bytes (csv);
}
