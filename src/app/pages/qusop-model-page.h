/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"
#include "widgets/qusop-plot-view.h"

G_BEGIN_DECLS

#define QUSOP_TYPE_MODEL_PAGE (qusop_model_page_get_type ())

/* Choose a model, train it, watch it learn, choose between those trained. */
G_DECLARE_FINAL_TYPE (QusopModelPage, qusop_model_page, QUSOP, MODEL_PAGE, GtkWidget)

void           qusop_model_page_set_session (QusopModelPage *self, QusopSession *session);
QusopPlotView *qusop_model_page_get_chart (QusopModelPage *self);

/* "LSTM", "Logistic link", "Inhibitory Emax". */
const char *qusop_model_title (const QsModel *model);

G_END_DECLS
