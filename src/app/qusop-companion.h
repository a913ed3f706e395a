/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

G_BEGIN_DECLS

/* Finds out what stands beside every answer that stays for a moment: exposure and
 * kinetics at its dose, and what patients go through at the dose pointed at. The session
 * is borrowed. */
typedef struct _QusopCompanion QusopCompanion;

QusopCompanion *qusop_companion_new (QusopSession *session) G_GNUC_WARN_UNUSED_RESULT;
void            qusop_companion_free (QusopCompanion *self);

G_END_DECLS
