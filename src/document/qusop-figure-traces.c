/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figures.h"
#include "qusop-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* The parameters that say most, in the order of their colours; more lines than these
 * could not be told apart. */
static const char *const shown[] = { "CL", "V", "ka", "R0", "kout", "IC50" };

/* Relative values are drawn up to a factor of this much away from 1. */
static const double farthest = 5.0;

typedef struct {
  GArray *iteration;
  GArray *value;
} Trace;

/* The first chain's points of one parameter, over the value that came last. */
static Trace
trace_of (const QsTracePoint *points, gsize n_points, const char *name)
{
  Trace trace = { g_array_new (FALSE, FALSE, sizeof (double)),
                  g_array_new (FALSE, FALSE, sizeof (double)) };

  for (gsize i = 0; i < n_points; i++) {
    const double iteration = points[i].iteration;

    if (points[i].chain != 0 || g_strcmp0 (points[i].name, name) != 0)
      continue;
    g_array_append_val (trace.iteration, iteration);
    g_array_append_val (trace.value, points[i].value);
  }

  if (trace.value->len > 0) {
    const double last = g_array_index (trace.value, double, trace.value->len - 1);

    for (guint i = 0; i < trace.value->len; i++) {
      double *value = &g_array_index (trace.value, double, i);

      *value = CLAMP (*value / last, 1.0 / farthest, farthest);
    }
  }

  return trace;
}

static void
add_trace (QusopPlotSpec      *spec,
           GString            *words,
           const QsTracePoint *points,
           gsize               n_points,
           guint               which)
{
  Trace       trace = trace_of (points, n_points, shown[which]);
  const guint n = trace.value->len;

  if (n > 0) {
    g_autofree char *csv_name = g_strdup_printf ("%s_relative", shown[which]);
    g_autofree char *last = NULL;

    qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, shown[which], csv_name,
                                QUSOP_INK_ARM_1 + which, FALSE, n,
                                (const double *) (gconstpointer) trace.iteration->data,
                                (const double *) (gconstpointer) trace.value->data, NULL);
    for (gsize i = n_points; i-- > 0;)
      if (points[i].chain == 0 && g_strcmp0 (points[i].name, shown[which]) == 0) {
        last = qusop_word_number (points[i].value);
        break;
      }
    g_string_append_printf (words, "%s%s %s", words->len > 0 ? ", " : "", shown[which],
                            last);
  }

  g_array_unref (trace.iteration);
  g_array_unref (trace.value);
}

/**
 * qusop_figure_traces:
 * @points: (array length=n_points): of a running or finished estimation; the first chain
 * is shown
 *
 * The traces of the main parameters, each over the value where it is now: lines that run
 * flat into 1 have settled.
 */
QusopPlotSpec *
qusop_figure_traces (const QsTracePoint *points, gsize n_points)
{
  QusopPlotSpec      *spec = qusop_plot_spec_new (_ ("Traces of the estimation"));
  g_autoptr (GString) words = g_string_new (NULL);
  g_autofree char    *description = NULL;
  guint               last = 0;

  qusop_plot_spec_set_x_axis (spec, _ ("Iteration"), "iteration", 0.0, 0.0, FALSE);
  qusop_plot_spec_set_y_axis (spec, _ ("Relative to the latest value (log scale)"),
                              "relative", 0.0, 0.0, TRUE);
  qusop_plot_spec_set_empty_reason (spec,
                                    _ ("The traces appear with the first iterations."));
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    add_trace (spec, words, points, n_points, i);
  for (gsize i = 0; i < n_points; i++)
    last = MAX (last, points[i].iteration);

  description = g_strdup_printf (_ ("Traces of the estimation, iteration %u: %s."), last,
                                 words->str);
  qusop_plot_spec_set_description (spec, description);

  return spec;
}
