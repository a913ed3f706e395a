/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void qusop_name_inner (GtkWidget *outer, GType type, const char *name);
void qusop_set_number (GtkLabel *label, const char *text);

G_END_DECLS
