/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-report-content.h"
#include "qusop.h"

G_BEGIN_DECLS

void qusop_report_add_model (QusopReport *self, const QsModel *model);

G_END_DECLS
