/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "plots/qusop-plot.h"
#include "qusop.h"

G_BEGIN_DECLS

/* The biomarker over the dosing interval at the answer's dose. */
QusopPlotSpec *qusop_course_figure (const QsModel *model, const QsResult *result)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
