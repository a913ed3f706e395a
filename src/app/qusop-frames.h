/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pages/qusop-decide-page.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Moves the body-weight slider on the frame clock and measures what a step costs. */
typedef struct _QusopFrames QusopFrames;

QusopFrames *qusop_frames_new (GtkWindow       *window,
                               QusopSession    *session,
                               QusopDecidePage *page,
                               guint            n_frames) G_GNUC_WARN_UNUSED_RESULT;
void         qusop_frames_free (QusopFrames *self);

G_END_DECLS
