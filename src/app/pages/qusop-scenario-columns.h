/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The columns of the table of scenarios, whose cells follow the session. An item is a
 * GtkStringObject with the id of its row. */
void  qusop_scenario_columns_add (GtkColumnView *table, QusopScenarios *scenarios);
guint qusop_scenario_columns_id (gpointer item);

G_END_DECLS
