/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"
#include "widgets/qusop-plot-view.h"

G_BEGIN_DECLS

#define QUSOP_TYPE_DIAGNOSTICS_PAGE (qusop_diagnostics_page_get_type ())

/**
 * QusopDiagnosticsPage:
 *
 * How well the model describes its study: figures of residuals, individual fits and
 * predictive checks, and the parameter table. Computed when the page is first looked at.
 */
G_DECLARE_FINAL_TYPE (QusopDiagnosticsPage,
                      qusop_diagnostics_page,
                      QUSOP,
                      DIAGNOSTICS_PAGE,
                      GtkWidget)

void           qusop_diagnostics_page_set_session (QusopDiagnosticsPage *self,
                                                   QusopSession         *session);
QusopPlotView *qusop_diagnostics_page_get_chart (QusopDiagnosticsPage *self);

G_END_DECLS
