/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What two runs of the same must share, and where two files do not. */
char *qs_essence_sha256 (const char *name, const char *bytes, gsize n_bytes)
    G_GNUC_WARN_UNUSED_RESULT;
char *qs_essence_difference (const char *name,
                             const char *a,
                             gsize       n_a,
                             const char *b,
                             gsize       n_b) G_GNUC_WARN_UNUSED_RESULT;

/* One place where two files differ; what is not there is called so. */
typedef void (*QsEssenceFunc) (const char *where,
                               const char *was,
                               const char *is,
                               gpointer    data);

guint qs_essence_compare (const char   *name,
                          const char   *a,
                          gsize         n_a,
                          const char   *b,
                          gsize         n_b,
                          guint         n_max,
                          QsEssenceFunc func,
                          gpointer      data);

G_END_DECLS
