/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

G_BEGIN_DECLS

/* Fits models to the session's study, one at a time. */
typedef struct _QusopTrainer QusopTrainer;

QusopTrainer *qusop_trainer_new (QusopSession *session) G_GNUC_WARN_UNUSED_RESULT;
void          qusop_trainer_free (QusopTrainer *self);
void          qusop_trainer_start (QusopTrainer *self);
void          qusop_trainer_cancel (QusopTrainer *self);
void          qusop_trainer_keep (QusopTrainer *self);

G_END_DECLS
