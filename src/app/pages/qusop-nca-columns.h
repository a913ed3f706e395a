/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Fill a table with the noncompartmental analysis: a row per subject, which is selected
 * by its number within the study, or a row per arm and parameter. Cells are made for what
 * is on screen. */
void qusop_nca_columns_show_subjects (GtkColumnView *table,
                                      QsDataset     *dataset,
                                      QsNca         *nca);
void qusop_nca_columns_show_summary (GtkColumnView *table, QsNca *nca);

G_END_DECLS
