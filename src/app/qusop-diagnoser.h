/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

G_BEGIN_DECLS

/* Diagnoses the session's model when asked to; a new model ends what is going on. The
 * session is borrowed. */
typedef struct _QusopDiagnoser QusopDiagnoser;

QusopDiagnoser *qusop_diagnoser_new (QusopSession *session) G_GNUC_WARN_UNUSED_RESULT;
void            qusop_diagnoser_free (QusopDiagnoser *self);
void            qusop_diagnoser_start (QusopDiagnoser *self);
void            qusop_diagnoser_cancel (QusopDiagnoser *self);

G_END_DECLS
