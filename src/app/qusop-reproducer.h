/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

G_BEGIN_DECLS

/**
 * QusopReproducer:
 *
 * Runs the published pipeline on the session's study, and asks the population model the
 * same; a population model that comes later is asked then.
 */
typedef struct _QusopReproducer QusopReproducer;

QusopReproducer *qusop_reproducer_new (QusopSession *session) G_GNUC_WARN_UNUSED_RESULT;
void             qusop_reproducer_free (QusopReproducer *self);
void             qusop_reproducer_start (QusopReproducer *self);
void             qusop_reproducer_cancel (QusopReproducer *self);

G_END_DECLS
