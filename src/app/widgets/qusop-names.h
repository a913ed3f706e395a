/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void qusop_name_inner (GtkWidget *outer, GType type, const char *name);

G_END_DECLS
