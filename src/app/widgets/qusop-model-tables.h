/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"
#include "widgets/qusop-text-table.h"

G_BEGIN_DECLS

/* What a population model consists of, and among what it was chosen. @model is only read;
 * %NULL, or a model without such, empties the table. */
void qusop_show_parameters (QusopTextTable *table, const QsModel *model);
void qusop_show_candidates (QusopTextTable *table, const QsModel *model);
void qusop_show_proportionality (QusopTextTable  *table,
                                 const QsDataset *dataset,
                                 const QsNca     *nca);

G_END_DECLS
