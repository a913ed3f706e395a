/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"
#include "widgets/qusop-text-table.h"

G_BEGIN_DECLS

/* Models beside each other, a quantum one above its twin; @chosen stands out. */
void qusop_show_accuracy (QusopTextTable  *table,
                          const QsCompare *comparison,
                          guint            chosen);
void qusop_show_answers (QusopTextTable  *table,
                         const QsCompare *comparison,
                         const char      *population,
                         guint            chosen);

G_END_DECLS
