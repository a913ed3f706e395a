/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "registry/qs-run-record.h"
#include "registry/qs-trail.h"

G_BEGIN_DECLS

/**
 * QsRegistry:
 *
 * The user's runs, in one SQLite file, and the audit trail, a plain text file beside it.
 * Several programs may have it open at once; one handle is used by one thread at a time.
 * What qs_registry_begin() and qs_registry_finish() accepted is on the disk.
 */
typedef struct _QsRegistry QsRegistry;

/**
 * QsRunFilter:
 * @command: (nullable): only this command
 * @data: (nullable): only runs on this study: a file, its name, or the beginning of its
 * SHA-256
 * @label: (nullable): only where the label contains it
 * @n_max: at most so many, the newest; 0 for all
 */
typedef struct {
  const char *command;
  const char *data;
  const char *label;
  guint       n_max;
} QsRunFilter;

/* Make and end. */
char       *qs_registry_folder (void) G_GNUC_WARN_UNUSED_RESULT;
QsRegistry *qs_registry_open (const char *folder, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void qs_registry_close (QsRegistry *self);

/* Read. */
GPtrArray *qs_registry_list (QsRegistry *self, const QsRunFilter *filter, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
QsRunRecord *qs_registry_find (QsRegistry *self, const char *prefix, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
QsTrail *qs_registry_trail (QsRegistry *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *qs_registry_trail_path (const QsRegistry *self);
gboolean    qs_registry_check (QsRegistry *self, GError **error);

/* Change. */
gboolean qs_registry_begin (QsRegistry *self, QsRunRecord *record, GError **error);
gboolean qs_registry_finish (QsRegistry *self, const QsRunRecord *record, GError **error);
gboolean qs_registry_label (QsRegistry        *self,
                            const QsRunRecord *record,
                            const char        *label,
                            const char        *reason,
                            GError           **error);
gboolean qs_registry_audit (QsRegistry *self,
                            const char *what,
                            const char *old_value,
                            const char *new_value,
                            const char *reason,
                            GError    **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsRegistry, qs_registry_close)

G_END_DECLS
