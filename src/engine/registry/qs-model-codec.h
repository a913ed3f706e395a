/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-model.h"

/* MODEL.json, schema qusop-model/1: a model that reads back with the same bits. */
char    *qs_model_encode (const QsModel *model) G_GNUC_WARN_UNUSED_RESULT;
QsModel *qs_model_decode (const char *text,
                          gsize       n_bytes,
                          const char *name,
                          GError    **error) G_GNUC_WARN_UNUSED_RESULT;
char    *qs_model_checksum (const QsModel *model) G_GNUC_WARN_UNUSED_RESULT;
gsize    qs_model_n_bytes_max (void);
