/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

G_BEGIN_DECLS

/**
 * QusopUndo:
 *
 * Takes back what was changed in the session's inputs: the question, the virtual
 * patients, the settings of the fit and the rows of scenarios. Changes of one thing in
 * quick succession, such as a dragged slider, are one step. What was done, and what was
 * taken back, stays in a log that only grows. Another study begins anew.
 */
typedef struct _QusopUndo QusopUndo;

/* Called when what can be undone or redone has changed. */
typedef void (*QusopUndoFunc) (gpointer user_data);

/* One line of the log; @is_undo for taking back, @is_redo for taking back that. */
typedef struct {
  gint64      when_us; /* since 1970 */
  const char *what;    /* static, in the window's language */
  gboolean    is_undo;
  gboolean    is_redo;
} QusopUndoEntry;

QusopUndo *qusop_undo_new (QusopSession *session,
                           QusopUndoFunc changed,
                           gpointer      user_data) G_GNUC_WARN_UNUSED_RESULT;
void       qusop_undo_free (QusopUndo *self);

/* What the next step would take back or bring again; %NULL for nothing. */
const char *qusop_undo_what (QusopUndo *self);
const char *qusop_undo_redo_what (QusopUndo *self);
gboolean    qusop_undo_undo (QusopUndo *self);
gboolean    qusop_undo_redo (QusopUndo *self);

const GArray *qusop_undo_get_log (QusopUndo *self); /* of QusopUndoEntry */

/* For tests: what happens next does not belong to the last step. */
void qusop_undo_pause (QusopUndo *self);

G_END_DECLS
