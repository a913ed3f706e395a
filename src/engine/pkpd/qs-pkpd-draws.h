/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-pkpd-estimate.h"

GArray *qs_pkpd_draws (const QsPkpdStudy    *study,
                       const QsPkpdEstimate *estimate,
                       guint                 n_proposals,
                       guint                 n_draws,
                       guint64               seed,
                       double               *effective_size,
                       QsRun                *run,
                       GError              **error) G_GNUC_WARN_UNUSED_RESULT;
