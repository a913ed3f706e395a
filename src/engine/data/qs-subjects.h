/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-columns.h"

GArray *qs_subjects_build (const QsColumns *columns,
                           QsFindings      *findings,
                           QsRun           *run,
                           GError         **error) G_GNUC_WARN_UNUSED_RESULT;
