/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The items of @rows, one after the other in idle moments: a table makes the cells of a
 * screenful and more as soon as it gets its rows, which at once would stop the window for
 * a good part of a second. */
GtkSliceListModel *qusop_gradual_list_new (GListModel *rows) G_GNUC_WARN_UNUSED_RESULT;
void               qusop_gradual_list_finish (GtkSliceListModel *list);

G_END_DECLS
