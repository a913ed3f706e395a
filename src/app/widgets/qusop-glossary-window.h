/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWindow *qusop_glossary_window_new (GtkWindow *parent);

G_END_DECLS
