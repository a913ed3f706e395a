/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-reporter.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_REPORT_PAGE (qusop_report_page_get_type ())

/**
 * QusopReportPage:
 *
 * The report as it will be written: its sections, a preview of the same blocks that go
 * into HTML and PDF, and where to save it.
 */
G_DECLARE_FINAL_TYPE (QusopReportPage, qusop_report_page, QUSOP, REPORT_PAGE, GtkWidget)

void qusop_report_page_set_reporter (QusopReportPage *self, QusopReporter *reporter);

G_END_DECLS
