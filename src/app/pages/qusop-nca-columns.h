/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Fill a table with the noncompartmental analysis: a row per subject, placebo last, or a
 * row per arm and parameter. Cells are made for what is on screen. */
void qusop_nca_columns_show_subjects (GtkColumnView *table,
                                      QsDataset     *dataset,
                                      QsNca         *nca);
void qusop_nca_columns_show_summary (GtkColumnView *table, QsNca *nca);

/* Which subject a row shows, and which row shows a subject. */
guint qusop_nca_columns_subject (GListModel *rows, guint row);
guint qusop_nca_columns_row (GListModel *rows, guint subject);

G_END_DECLS
