/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

G_BEGIN_DECLS

/* A session's work as a value, and back. The study is named, not held. */
QsProject *qusop_snapshot_take (QusopSession *session) G_GNUC_WARN_UNUSED_RESULT;
void       qusop_snapshot_apply (QusopSession    *session,
                                 const QsProject *project,
                                 QsDataset       *dataset,
                                 gboolean         with_models);
QsConfig  *qusop_snapshot_config (QusopSession *session) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
