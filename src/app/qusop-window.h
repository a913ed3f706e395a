/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_WINDOW (qusop_window_get_type ())

/* The window: steps on the left, pages, status; owns the session and what works on it. */
G_DECLARE_FINAL_TYPE (QusopWindow, qusop_window, QUSOP, WINDOW, AdwApplicationWindow)

QusopWindow  *qusop_window_new (GtkApplication *application) G_GNUC_WARN_UNUSED_RESULT;
QusopSession *qusop_window_get_session (QusopWindow *self);
void          qusop_window_open (QusopWindow *self, GFile *file);
void          qusop_window_offer_recovery (QusopWindow *self);
void          qusop_window_measure_frames (QusopWindow *self, guint n_frames);

G_END_DECLS
