/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"

G_BEGIN_DECLS

/* The names of the files in the report's folder. */
#define QUSOP_REPORT_HTML "report.html"
#define QUSOP_REPORT_PDF "report.pdf"

gboolean qusop_report_write (const QsDataset *dataset,
                             const QsModel   *model,
                             GPtrArray       *results,
                             const char      *folder,
                             QsRun           *run,
                             GError         **error);

G_END_DECLS
