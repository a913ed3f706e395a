/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * QsTrailEntry:
 * @number: from 1, without gaps
 * @time: UTC, as 2026-01-31T12:00:00Z
 * @user: who
 * @what: was done
 * @old_value: before
 * @new_value: after
 * @reason: why
 * @hash: of this entry and the one before, so that none can be changed or taken out
 *
 * One line of the audit trail. Texts are never %NULL.
 */
typedef struct {
  guint64 number;
  char   *time;
  char   *user;
  char   *what;
  char   *old_value;
  char   *new_value;
  char   *reason;
  char   *hash;
} QsTrailEntry;

/**
 * QsTrail:
 * @entries: (element-type QsTrailEntry): up to the first line that is not as it was
 * written
 * @problem: (nullable): names that line
 */
typedef struct {
  GPtrArray *entries;
  char      *problem;
} QsTrail;

QsTrail *qs_trail_read (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void     qs_trail_free (QsTrail *self);

gboolean qs_trail_append (const char *path,
                          const char *what,
                          const char *old_value,
                          const char *new_value,
                          const char *reason,
                          guint64    *number,
                          char      **hash,
                          GError    **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsTrail, qs_trail_free)

G_END_DECLS
