/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-report-content.h"
#include "qusop-report.h"
#include "qusop.h"

G_BEGIN_DECLS

/* What stands beside the answers, so that others can judge them. Those that compute
 * return FALSE when cancelled. */
void     qusop_report_add_context (QusopReport *self);
void     qusop_report_add_scenarios (QusopReport *self, const GPtrArray *results);
gboolean qusop_report_add_agreement (QusopReport     *self,
                                     const QsDataset *dataset,
                                     const QsModel   *model,
                                     const GPtrArray *results,
                                     QsRun           *run,
                                     GError         **error);
gboolean qusop_report_add_methods (QusopReport     *self,
                                   const QsModel   *model,
                                   const GPtrArray *results,
                                   QsRun           *run,
                                   GError         **error);
void     qusop_report_add_nca (QusopReport *self, const QsDataset *dataset);
gboolean qusop_report_add_diagnostics (QusopReport      *self,
                                       const QsDataset  *dataset,
                                       const QsModel    *model,
                                       const QsScenario *scenario,
                                       QsRun            *run,
                                       GError          **error);
void     qusop_report_add_machine (QusopReport *self);
void     qusop_report_add_sign_off (QusopReport *self, const QusopReportOptions *options);

G_END_DECLS
