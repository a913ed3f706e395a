/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"
#include "widgets/qusop-plot-view.h"

G_BEGIN_DECLS

#define QUSOP_TYPE_EXPOSURE_PAGE (qusop_exposure_page_get_type ())

/**
 * QusopExposurePage:
 *
 * How much of the drug each subject was exposed to: the noncompartmental analysis as
 * tables, exposure against dose, and the concentrations of one subject with the course
 * that the population model gives the person. A subject that is chosen here is pointed
 * out on other pages too.
 */
G_DECLARE_FINAL_TYPE (QusopExposurePage,
                      qusop_exposure_page,
                      QUSOP,
                      EXPOSURE_PAGE,
                      GtkWidget)

void qusop_exposure_page_set_session (QusopExposurePage *self, QusopSession *session);
QusopPlotView *qusop_exposure_page_get_chart (QusopExposurePage *self);

G_END_DECLS
