/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"
#include "widgets/qusop-plot-view.h"

G_BEGIN_DECLS

#define QUSOP_TYPE_SCENARIOS_PAGE (qusop_scenarios_page_get_type ())

/**
 * QusopScenariosPage:
 *
 * Questions beside each other: what differs, which dose each of them asks for, their
 * curves and how far they move the dose. A row opens on Decide. Emits "cancel" where what
 * is being answered is given up.
 */
G_DECLARE_FINAL_TYPE (QusopScenariosPage,
                      qusop_scenarios_page,
                      QUSOP,
                      SCENARIOS_PAGE,
                      GtkWidget)

void qusop_scenarios_page_set_session (QusopScenariosPage *self, QusopSession *session);
QusopPlotView *qusop_scenarios_page_get_chart (QusopScenariosPage *self);

G_END_DECLS
