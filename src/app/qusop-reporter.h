/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "document/qusop-report-content.h"
#include "document/qusop-report.h"
#include "qusop-page-status.h"

G_BEGIN_DECLS

#define QUSOP_TYPE_REPORTER (qusop_reporter_get_type ())

/**
 * QusopReporter:
 *
 * The report of the current model on the challenge's questions, as the command line's
 * answer writes it: made in the background, kept until the study changes, and written
 * where the user says. Says "changed".
 */
G_DECLARE_FINAL_TYPE (QusopReporter, qusop_reporter, QUSOP, REPORTER, GObject)

typedef enum {
  QUSOP_REPORT_AS_HTML,
  QUSOP_REPORT_AS_PDF,
  QUSOP_REPORT_AS_FOLDER, /* with answers, curves, model and manifest */
} QusopReportForm;

QusopReporter *qusop_reporter_new (QusopSession *session) G_GNUC_WARN_UNUSED_RESULT;

/* Read. */
QusopSession      *qusop_reporter_get_session (QusopReporter *self);
const QusopReport *qusop_reporter_get_report (QusopReporter *self);
const char        *qusop_reporter_get_problem (QusopReporter *self);
gboolean           qusop_reporter_is_current (QusopReporter *self);
gboolean           qusop_reporter_is_busy (QusopReporter *self);
QusopStepStatus    qusop_reporter_status (QusopReporter *self);

/* Change. */
void qusop_reporter_set_template (QusopReporter *self, QusopReportTemplate kind);
void qusop_reporter_prepare (QusopReporter *self);
void qusop_reporter_write (QusopReporter *self, QusopReportForm form, const char *path);
void qusop_reporter_cancel (QusopReporter *self);

G_END_DECLS
