/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "domain/qs-model.h"

G_BEGIN_DECLS

#define QS_MANIFEST "manifest.json"
#define QS_SIGNATURE QS_MANIFEST ".minisig"

/**
 * QsVerification:
 * @n_files: that the manifest lists
 * @command: that wrote the folder
 * @created: when, UTC
 * @is_signed: whether a signature lies beside the manifest; checked or not
 * @faults: (element-type utf8): "NAME: what is wrong with it"
 *
 * What became of an export since it was written.
 */
typedef struct {
  gsize      n_files;
  char      *command;
  char      *created;
  gboolean   is_signed;
  GPtrArray *faults;
} QsVerification;

/**
 * QsVerifyOptions:
 * @public_key: (nullable): of who signed, as minisign writes it; %NULL to ask for none
 * @data: (nullable): path of the study it should be an export of
 * @model_sha256: (nullable): checksum of the model likewise
 *
 * What an export is compared with beside its manifest. Borrowed for the call.
 */
typedef struct {
  const char *public_key;
  const char *data;
  const char *model_sha256;
} QsVerifyOptions;

QsVerification *qs_verify (const char            *folder,
                           const QsVerifyOptions *options,
                           QsRun                 *run,
                           GError               **error) G_GNUC_WARN_UNUSED_RESULT;
void            qs_verification_free (QsVerification *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsVerification, qs_verification_free)

G_END_DECLS
