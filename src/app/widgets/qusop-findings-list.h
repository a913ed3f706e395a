/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_FINDINGS_LIST (qusop_findings_list_get_type ())

/**
 * QusopFindingsList:
 *
 * What quality control found: severity, place, value, rule, remedy. Emits "chosen" with
 * the line of the file (the header being line 1) when a finding is activated.
 */
G_DECLARE_FINAL_TYPE (QusopFindingsList,
                      qusop_findings_list,
                      QUSOP,
                      FINDINGS_LIST,
                      GtkWidget)

void qusop_findings_list_set_dataset (QusopFindingsList *self, QsDataset *dataset);

G_END_DECLS
