/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-history.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The columns of the tables of runs and of the audit trail. An item is a GtkStringObject
 * with the place of its row in what the history has. */
void        qusop_history_columns_add_runs (GtkColumnView *table, QusopHistory *history);
void        qusop_history_columns_add_trail (GtkColumnView *table, QusopHistory *history);
guint       qusop_history_columns_index (gpointer item);
char       *qusop_history_moment (const QsRunRecord *record) G_GNUC_WARN_UNUSED_RESULT;
char       *qusop_history_data (const QsRunRecord *record) G_GNUC_WARN_UNUSED_RESULT;
const char *qusop_history_outcome (const QsRunRecord *record);

G_END_DECLS
