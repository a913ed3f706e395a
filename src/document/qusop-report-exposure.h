/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-report-content.h"
#include "qusop.h"

G_BEGIN_DECLS

void qusop_report_add_exposure (QusopReport     *self,
                                const QsDataset *dataset,
                                const GPtrArray *results);

G_END_DECLS
