/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

G_BEGIN_DECLS

/**
 * QusopAutosave:
 *
 * Keeps a copy of the session's work in a folder while it changes, so that a crash loses
 * two seconds at most. The copy is locked while its program lives, and goes when the work
 * was saved or is not worth keeping.
 */
typedef struct _QusopAutosave QusopAutosave;

QusopAutosave *qusop_autosave_new (QusopSession *session, const char *folder)
    G_GNUC_WARN_UNUSED_RESULT;
void qusop_autosave_free (QusopAutosave *self);
void qusop_autosave_replace (QusopAutosave *self, const char *path);

/* Where copies and their models lie, and those whose program ended without them. */
char      *qusop_autosave_folder (void);
char      *qusop_autosave_models_folder (const char *folder);
GPtrArray *qusop_autosave_find_lost (const char *folder) G_GNUC_WARN_UNUSED_RESULT;
void       qusop_autosave_discard (const char *path);

G_END_DECLS
