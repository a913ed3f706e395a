/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"
#include "widgets/qusop-plot-view.h"

G_BEGIN_DECLS

#define QUSOP_TYPE_PUBLISHED_PAGE (qusop_published_page_get_type ())

/**
 * QusopPublishedPage:
 *
 * The published pipeline on the study, beside the right window and the population model,
 * and in words why it is not advice.
 */
G_DECLARE_FINAL_TYPE (QusopPublishedPage,
                      qusop_published_page,
                      QUSOP,
                      PUBLISHED_PAGE,
                      GtkWidget)

void qusop_published_page_set_session (QusopPublishedPage *self, QusopSession *session);
QusopPlotView *qusop_published_page_get_chart (QusopPublishedPage *self);

G_END_DECLS
