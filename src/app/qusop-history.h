/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"

#include <glib-object.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_HISTORY (qusop_history_get_type ())

/**
 * QusopHistory:
 *
 * What the registry had when it was last read, in the background: the user's runs, those
 * of the command line among them, and the audit trail. Says "changed".
 */
G_DECLARE_FINAL_TYPE (QusopHistory, qusop_history, QUSOP, HISTORY, GObject)

QusopHistory *qusop_history_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Read; all but the problem may be empty. */
const GPtrArray *qusop_history_get_records (QusopHistory *self);
const GPtrArray *qusop_history_get_entries (QusopHistory *self);
const char      *qusop_history_get_damage (QusopHistory *self);
const char      *qusop_history_get_problem (QusopHistory *self);
gboolean         qusop_history_is_read (QusopHistory *self);

/* Change. */
void qusop_history_refresh (QusopHistory *self);
void qusop_history_label (QusopHistory *self,
                          const char   *id,
                          const char   *label,
                          const char   *reason);

G_END_DECLS
