/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"
#include "widgets/qusop-plot-view.h"

G_BEGIN_DECLS

#define QUSOP_TYPE_EXPLORE_PAGE (qusop_explore_page_get_type ())

/**
 * QusopExplorePage:
 *
 * The study before any model: charts of what was observed, and the noncompartmental
 * analysis as a table. A subject that is chosen in the table or in a chart is pointed out
 * in both.
 */
G_DECLARE_FINAL_TYPE (QusopExplorePage,
                      qusop_explore_page,
                      QUSOP,
                      EXPLORE_PAGE,
                      GtkWidget)

void qusop_explore_page_set_session (QusopExplorePage *self, QusopSession *session);
QusopPlotView *qusop_explore_page_get_chart (QusopExplorePage *self);

G_END_DECLS
