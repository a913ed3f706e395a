/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

G_BEGIN_DECLS

/* Analyses every study that is opened: exposure without a compartment model, and the dose
 * response. The session is borrowed. */
typedef struct _QusopExplorer QusopExplorer;

QusopExplorer *qusop_explorer_new (QusopSession *session) G_GNUC_WARN_UNUSED_RESULT;
void           qusop_explorer_free (QusopExplorer *self);
void           qusop_explorer_cancel (QusopExplorer *self);

G_END_DECLS
