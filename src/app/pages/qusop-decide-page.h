/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"
#include "widgets/qusop-plot-view.h"

G_BEGIN_DECLS

#define QUSOP_TYPE_DECIDE_PAGE (qusop_decide_page_get_type ())

/* The question on the left, the curve in the middle, the answer on the right. */
G_DECLARE_FINAL_TYPE (QusopDecidePage, qusop_decide_page, QUSOP, DECIDE_PAGE, GtkWidget)

void qusop_decide_page_set_session (QusopDecidePage *self, QusopSession *session);
void qusop_decide_page_set_presenting (QusopDecidePage *self, gboolean presenting);
QusopPlotView *qusop_decide_page_get_chart (QusopDecidePage *self);
void           qusop_decide_page_reset (QusopDecidePage *self);
void           qusop_decide_page_set_lowest_weight (QusopDecidePage *self, double kg);

G_END_DECLS
