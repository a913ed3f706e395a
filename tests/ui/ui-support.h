/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-window.h"

typedef gboolean (*UiCondition) (gpointer data);

/* Runs the main loop until @condition holds; the test fails after a long while. */
void         ui_wait_for (UiCondition condition, gpointer data);
void         ui_settle (void);
QusopWindow *ui_window_new (void);
void         ui_window_close (QusopWindow *window);
void         ui_open_sample (QusopWindow *window);
/* Fits the quickest model, so that there is something to ask. */
void       ui_train (QusopWindow *window, QsModelKind kind, guint n_bootstrap);
gboolean   ui_has_current_result (gpointer window);
gboolean   ui_is_idle (gpointer window);
GtkWidget *ui_find (GtkWidget *root, GType type, const char *css_or_label);
