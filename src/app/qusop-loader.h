/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

G_BEGIN_DECLS

/* Reads study files into the session, one at a time. */
typedef struct _QusopLoader QusopLoader;

QusopLoader *qusop_loader_new (QusopSession *session) G_GNUC_WARN_UNUSED_RESULT;
void         qusop_loader_free (QusopLoader *self);
void         qusop_loader_open (QusopLoader *self, const char *path, const char *mapping);
void         qusop_loader_cancel (QusopLoader *self);

G_END_DECLS
