/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"

GBytes *qs_textfile_read (const char *path, QsRun *run, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean qs_textfile_check (GBytes *bytes, const char *name, GError **error);
GBytes  *qs_textfile_without_bom (GBytes *bytes) G_GNUC_WARN_UNUSED_RESULT;
