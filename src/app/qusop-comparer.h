/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

G_BEGIN_DECLS

/**
 * QusopComparer:
 *
 * Fits models to the same folds of the session's study: a #QsCompare.
 */
typedef struct _QusopComparer QusopComparer;

QusopComparer *qusop_comparer_new (QusopSession *session) G_GNUC_WARN_UNUSED_RESULT;
void           qusop_comparer_free (QusopComparer *self);
void           qusop_comparer_start (QusopComparer *self,
                                     guint          n_folds,
                                     gboolean       with_quantum,
                                     gboolean       with_answers);
void           qusop_comparer_cancel (QusopComparer *self);

G_END_DECLS
