/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"
#include "widgets/qusop-plot-view.h"

G_BEGIN_DECLS

#define QUSOP_TYPE_COMPARISON_PAGE (qusop_comparison_page_get_type ())

/**
 * QusopComparisonPage:
 *
 * Models beside each other on subjects that they have not seen: a table, a chart of any
 * of them, and in words which networks lose to something simpler.
 */
G_DECLARE_FINAL_TYPE (QusopComparisonPage,
                      qusop_comparison_page,
                      QUSOP,
                      COMPARISON_PAGE,
                      GtkWidget)

void qusop_comparison_page_set_session (QusopComparisonPage *self, QusopSession *session);
QusopPlotView *qusop_comparison_page_get_chart (QusopComparisonPage *self);

G_END_DECLS
