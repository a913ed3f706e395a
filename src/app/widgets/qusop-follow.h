/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void qusop_follow (GtkWidget  *page,
                   gpointer    source,
                   const char *signal,
                   GCallback   callback);

G_END_DECLS
