/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Files of others, which may be of any size. */
gboolean qs_file_read (const char *path,
                       gsize       n_bytes_max,
                       char      **text,
                       gsize      *n_bytes,
                       GError    **error);
char    *qs_file_sha256 (const char *path, guint64 *n_bytes, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
