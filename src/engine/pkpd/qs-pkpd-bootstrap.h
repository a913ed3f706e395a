/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-pkpd-estimate.h"

GArray *qs_pkpd_bootstrap (const QsPkpdStudy    *study,
                           const QsPkpdEstimate *estimate,
                           guint                 n_replicates,
                           guint64               seed,
                           QsRun                *run,
                           GError              **error) G_GNUC_WARN_UNUSED_RESULT;
