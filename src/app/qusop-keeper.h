/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

G_BEGIN_DECLS

/**
 * QusopKeeper:
 *
 * Opens and saves the session's work as a project, in the background.
 */
typedef struct _QusopKeeper QusopKeeper;

/* Called when a project was opened. */
typedef void (*QusopKeeperFunc) (const char *path, gpointer user_data);

QusopKeeper *qusop_keeper_new (QusopSession *session) G_GNUC_WARN_UNUSED_RESULT;
void         qusop_keeper_free (QusopKeeper *self);
void         qusop_keeper_open (QusopKeeper *self, const char *path);
void         qusop_keeper_recover (QusopKeeper    *self,
                                   const char     *path,
                                   const char     *models_folder,
                                   QusopKeeperFunc recovered,
                                   gpointer        user_data);
void         qusop_keeper_save (QusopKeeper *self, const char *path);

G_END_DECLS
