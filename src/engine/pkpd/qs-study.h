/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "pkpd/qs-truth.h"

char    *qs_study_csv (const QsTruth *truth, guint64 seed) G_GNUC_WARN_UNUSED_RESULT;
char    *qs_study_truth_json (const QsTruth *truth,
                              const char    *name,
                              guint64        seed,
                              QsRun         *run,
                              GError       **error) G_GNUC_WARN_UNUSED_RESULT;
char    *qs_study_truth_path (const char *path) G_GNUC_WARN_UNUSED_RESULT;
gboolean qs_study_simulate (const char *truth,
                            guint64     seed,
                            const char *path,
                            QsRun      *run,
                            GError    **error);
