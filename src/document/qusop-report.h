/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"

G_BEGIN_DECLS

/* The names of the files in the report's folder. */
#define QUSOP_REPORT_HTML "report.html"
#define QUSOP_REPORT_PDF "report.pdf"

/* What a report may hold, in the order of the full one. */
typedef enum {
  QUSOP_REPORT_SUMMARY,
  QUSOP_REPORT_QUESTION,
  QUSOP_REPORT_CONTEXT,
  QUSOP_REPORT_ANSWERS,
  QUSOP_REPORT_EXPOSURE,
  QUSOP_REPORT_CURVES,
  QUSOP_REPORT_SCENARIOS,
  QUSOP_REPORT_DATA,
  QUSOP_REPORT_MODEL,
  QUSOP_REPORT_DIAGNOSTICS,
  QUSOP_REPORT_METHODS,
  QUSOP_REPORT_SETTINGS,
  QUSOP_REPORT_LIMITS,
  QUSOP_REPORT_SIGN_OFF,
  QUSOP_REPORT_N_SECTIONS,
} QusopReportSection;

typedef enum {
  QUSOP_REPORT_TEMPLATE_FULL,
  QUSOP_REPORT_TEMPLATE_SUMMARY, /* one page */
  QUSOP_REPORT_N_TEMPLATES,
} QusopReportTemplate;

typedef enum {
  QUSOP_ROLE_AUTHOR,
  QUSOP_ROLE_REVIEWER,
  QUSOP_ROLE_APPROVER,
  QUSOP_N_ROLES,
} QusopRole;

/**
 * QusopSignature:
 * @name: (nullable): who signs; %NULL leaves the line blank
 * @date: when, as it is to be printed
 * @reason: what the signature means
 *
 * Borrowed texts.
 */
typedef struct {
  const char *name;
  const char *date;
  const char *reason;
} QusopSignature;

/**
 * QusopReportOptions:
 * @sections: which, and in which order; each at most once
 * @is_final: else every page says that it is a draft
 * @signatures: the sign-off card, by #QusopRole
 *
 * What a report holds. A plain value; start from qusop_report_options().
 */
typedef struct {
  QusopReportSection sections[QUSOP_REPORT_N_SECTIONS];
  guint              n_sections;
  gboolean           is_final;
  QusopSignature     signatures[QUSOP_N_ROLES];
} QusopReportOptions;

QusopReportOptions qusop_report_options (QusopReportTemplate kind);
gboolean qusop_report_options_validate (const QusopReportOptions *self, GError **error);
const char *qusop_report_section_id (QusopReportSection section);
const char *qusop_report_section_title (QusopReportSection section);
const char *qusop_report_template_id (QusopReportTemplate kind);
const char *qusop_report_role_id (QusopRole role);
gboolean    qusop_report_options_set_sections (QusopReportOptions *self,
                                               const char         *list,
                                               GError            **error);

gboolean qusop_report_write (const QsDataset          *dataset,
                             const QsModel            *model,
                             GPtrArray                *results,
                             const QusopReportOptions *options,
                             const char               *folder,
                             QsRun                    *run,
                             GError                  **error);

G_END_DECLS
