/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * QsSecretKey:
 *
 * A key that signs. Its bytes are wiped when it ends.
 */
typedef struct _QsSecretKey QsSecretKey;

QsSecretKey *qs_secret_key_parse (const char *text,
                                  gsize       n_bytes,
                                  const char *password,
                                  gboolean   *is_locked,
                                  GError    **error) G_GNUC_WARN_UNUSED_RESULT;
void         qs_secret_key_free (QsSecretKey *self);

char    *qs_minisign_sign (const QsSecretKey *key,
                           const char        *bytes,
                           gsize              n_bytes,
                           const char        *comment) G_GNUC_WARN_UNUSED_RESULT;
gboolean qs_minisign_verify (const char *public_key,
                             const char *bytes,
                             gsize       n_bytes,
                             const char *signature,
                             gsize       n_signature,
                             GError    **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsSecretKey, qs_secret_key_free)

G_END_DECLS
