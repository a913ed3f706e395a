/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_STATUS_BAR (qusop_status_bar_get_type ())

/**
 * QusopStatusBar:
 *
 * The last line of the window: what is going on and how to give it up, else whether the
 * answer is up to date and what the figures on screen rest on.
 */
G_DECLARE_FINAL_TYPE (QusopStatusBar, qusop_status_bar, QUSOP, STATUS_BAR, GtkWidget)

void          qusop_status_bar_set_session (QusopStatusBar *self, QusopSession *session);
QusopActivity qusop_status_bar_get_activity (QusopStatusBar *self);

G_END_DECLS
