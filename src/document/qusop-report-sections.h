/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-report-content.h"
#include "qusop-report.h"
#include "qusop.h"

G_BEGIN_DECLS

QusopReport *qusop_report_assemble (const QsDataset          *dataset,
                                    const QsModel            *model,
                                    const GPtrArray          *results,
                                    const QusopReportOptions *options,
                                    QsRun                    *run,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
