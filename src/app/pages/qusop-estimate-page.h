/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"
#include "widgets/qusop-plot-view.h"

G_BEGIN_DECLS

#define QUSOP_TYPE_ESTIMATE_PAGE (qusop_estimate_page_get_type ())

/**
 * QusopEstimatePage:
 *
 * One probability by every method: how the interval shrinks with the queries, what the
 * same precision costs in seconds, and the circuit behind it.
 */
G_DECLARE_FINAL_TYPE (QusopEstimatePage,
                      qusop_estimate_page,
                      QUSOP,
                      ESTIMATE_PAGE,
                      GtkWidget)

void qusop_estimate_page_set_session (QusopEstimatePage *self, QusopSession *session);
QusopPlotView *qusop_estimate_page_get_chart (QusopEstimatePage *self);

G_END_DECLS
