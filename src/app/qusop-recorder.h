/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

G_BEGIN_DECLS

/**
 * QusopRecorder:
 *
 * Puts the answers of the page Decide on record, in the background: those that somebody
 * rests at, not every one that a slider passes.
 */
typedef struct _QusopRecorder QusopRecorder;

QusopRecorder *qusop_recorder_new (QusopSession *session) G_GNUC_WARN_UNUSED_RESULT;
void           qusop_recorder_free (QusopRecorder *self);

G_END_DECLS
