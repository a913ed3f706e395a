/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_MAPPING_PANE (qusop_mapping_pane_get_type ())

/**
 * QusopMappingPane:
 *
 * What each column of the file means, to be confirmed where the guess is uncertain. Emits
 * "mapped" with the text that qs_dataset_load() takes.
 */
G_DECLARE_FINAL_TYPE (QusopMappingPane,
                      qusop_mapping_pane,
                      QUSOP,
                      MAPPING_PANE,
                      GtkWidget)

void  qusop_mapping_pane_set_dataset (QusopMappingPane *self, QsDataset *dataset);
char *qusop_mapping_pane_dup_mapping (QusopMappingPane *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
