/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-inspector.h"
#include "widgets/qusop-text-table.h"

G_BEGIN_DECLS

/* Two runs beside each other in words and tables. */
void  qusop_history_pairs_show (QusopTextTable  *table,
                                const GPtrArray *pairs,
                                QsRunPairPart    part);
char *qusop_history_pairs_summary (const GPtrArray *pairs) G_GNUC_WARN_UNUSED_RESULT;

/* What a replay is doing. */
const char *qusop_history_stage (QsStage stage);

G_END_DECLS
