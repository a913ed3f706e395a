/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-dataset.h"

/* Fitted models by what they were fitted to and how, in the user's cache folder. */

char *qs_model_cache_path (const QsDataset *dataset, const QsFitOptions *options)
    G_GNUC_WARN_UNUSED_RESULT;
QsModel *qs_model_cache_load (const char         *path,
                              const QsDataset    *dataset,
                              const QsFitOptions *options,
                              GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean qs_model_cache_store (const char *path, const QsModel *model, GError **error);
