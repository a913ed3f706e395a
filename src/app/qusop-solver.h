/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

G_BEGIN_DECLS

/* Answers the session's question whenever it changes. */
typedef struct _QusopSolver QusopSolver;

QusopSolver *qusop_solver_new (QusopSession *session) G_GNUC_WARN_UNUSED_RESULT;
void         qusop_solver_free (QusopSolver *self);
void         qusop_solver_cancel (QusopSolver *self);

G_END_DECLS
