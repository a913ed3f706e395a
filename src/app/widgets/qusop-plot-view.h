/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "plots/qusop-plot.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_PLOT_VIEW (qusop_plot_view_get_type ())

/**
 * QusopPlotView:
 *
 * A chart in a window: follows light, dark and high contrast and the text size, shows a
 * crosshair under the pointer or the arrow keys, copies itself, asks the window to export
 * it (action win.export, with the focus on the chart). Emits "picked" with the tag of the
 * curve that is clicked, 0 beside all, where the chart has tags. Properties: title and
 * placeholder, what to say while there is no chart.
 */
G_DECLARE_FINAL_TYPE (QusopPlotView, qusop_plot_view, QUSOP, PLOT_VIEW, GtkWidget)

/* What the crosshair says at data coordinates; %NULL for nothing. */
typedef char *(*QusopPlotProbe) (double x, double y, gpointer user_data);

void           qusop_plot_view_set_spec (QusopPlotView *self, QusopPlotSpec *spec);
QusopPlotSpec *qusop_plot_view_get_spec (QusopPlotView *self);
void           qusop_plot_view_set_stale (QusopPlotView *self, gboolean stale);
/* How much larger its words are than those of the window. */
void qusop_plot_view_set_magnification (QusopPlotView *self, double times);
void qusop_plot_view_set_placeholder (QusopPlotView *self, const char *text);
void qusop_plot_view_set_probe (QusopPlotView *self,
                                QusopPlotProbe probe,
                                gpointer       user_data);

G_END_DECLS
