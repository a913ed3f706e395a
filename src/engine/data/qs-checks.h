/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-columns.h"

gboolean qs_checks_run (const QsColumns *columns,
                        QsFindings      *findings,
                        QsRun           *run,
                        GError         **error);
