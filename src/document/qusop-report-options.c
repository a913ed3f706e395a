/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-report.h"

#include <string.h>

static const struct {
  const char *id;
  const char *title;
} sections[QUSOP_REPORT_N_SECTIONS] = {
  [QUSOP_REPORT_SUMMARY] = { "summary", "Summary" },
  [QUSOP_REPORT_QUESTION] = { "question", "Question of interest" },
  [QUSOP_REPORT_CONTEXT] = { "context", "Context of use" },
  [QUSOP_REPORT_ANSWERS] = { "answers", "Answers" },
  [QUSOP_REPORT_EXPOSURE] = { "exposure", "Exposure and kinetics" },
  [QUSOP_REPORT_CURVES] = { "curves", "Dose–success curves" },
  [QUSOP_REPORT_SCENARIOS] = { "scenarios", "Scenarios and sensitivity" },
  [QUSOP_REPORT_DATA] = { "data", "Data" },
  [QUSOP_REPORT_MODEL] = { "model", "Model" },
  [QUSOP_REPORT_DIAGNOSTICS] = { "diagnostics", "Diagnostics" },
  [QUSOP_REPORT_METHODS] = { "methods", "Quantum methods and their baselines" },
  [QUSOP_REPORT_SETTINGS] = { "settings", "Settings and fingerprints" },
  [QUSOP_REPORT_LIMITS] = { "limits", "Limits, in plain words" },
  [QUSOP_REPORT_SIGN_OFF] = { "sign-off", "Sign-off" },
};

/* As files and options call it. */
const char *
qusop_report_section_id (QusopReportSection section)
{
  return sections[section].id;
}

/* In the report's language, English. */
const char *
qusop_report_section_title (QusopReportSection section)
{
  return sections[section].title;
}

const char *
qusop_report_template_id (QusopReportTemplate kind)
{
  return kind == QUSOP_REPORT_TEMPLATE_SUMMARY ? "summary" : "full";
}

const char *
qusop_report_role_id (QusopRole role)
{
  static const char *const ids[QUSOP_N_ROLES] = { "author", "reviewer", "approver" };

  return ids[role];
}

static void
add_section (QusopReportOptions *self, QusopReportSection section)
{
  self->sections[self->n_sections++] = section;
}

/**
 * qusop_report_options:
 *
 * Returns: a draft of the template's sections
 */
QusopReportOptions
qusop_report_options (QusopReportTemplate kind)
{
  QusopReportOptions self = { .n_sections = 0 };

  if (kind == QUSOP_REPORT_TEMPLATE_SUMMARY) {
    add_section (&self, QUSOP_REPORT_SUMMARY);
    add_section (&self, QUSOP_REPORT_SIGN_OFF);
    return self;
  }

  for (QusopReportSection i = QUSOP_REPORT_QUESTION; i < QUSOP_REPORT_N_SECTIONS; i++)
    add_section (&self, i);
  return self;
}

static gboolean
refuse (GError **error, const char *what, const char *rule)
{
  g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO, "The report's %s", rule);
  if (error != NULL && what != NULL)
    g_prefix_error (error, "\"%s\": ", what);
  return FALSE;
}

static gboolean
is_signed (const QusopSignature *signature)
{
  return signature->name != NULL && signature->date != NULL && signature->reason != NULL;
}

/**
 * qusop_report_options_validate:
 * @error: return location for %QS_ERROR_SCENARIO
 */
gboolean
qusop_report_options_validate (const QusopReportOptions *self, GError **error)
{
  gboolean has[QUSOP_REPORT_N_SECTIONS] = { FALSE };
  gboolean signed_by_any = FALSE;

  if (self->n_sections == 0 || self->n_sections > QUSOP_REPORT_N_SECTIONS)
    return refuse (error, NULL, "sections must be one at least, each once");
  for (guint i = 0; i < self->n_sections; i++) {
    if (has[self->sections[i]])
      return refuse (error, sections[self->sections[i]].id,
                     "sections must be one at least, each once");
    has[self->sections[i]] = TRUE;
  }
  for (guint i = 0; i < QUSOP_N_ROLES; i++) {
    const QusopSignature *signature = &self->signatures[i];

    if (signature->name != NULL && !is_signed (signature))
      return refuse (error, qusop_report_role_id (i),
                     "signatures have a name, a date and a reason");
    signed_by_any = signed_by_any || is_signed (signature);
  }
  if (self->is_final && !(signed_by_any && has[QUSOP_REPORT_SIGN_OFF]))
    return refuse (error, NULL,
                   "sign-off card must be there and signed, or it is a draft");

  return TRUE;
}

static gboolean
find_section (const char *id, QusopReportSection *section)
{
  for (*section = 0; *section < QUSOP_REPORT_N_SECTIONS; (*section)++)
    if (strcmp (sections[*section].id, id) == 0)
      return TRUE;

  return FALSE;
}

/**
 * qusop_report_options_set_sections:
 * @list: ids, such as "answers,curves,sign-off"
 * @error: return location for %QS_ERROR_SCENARIO
 */
gboolean
qusop_report_options_set_sections (QusopReportOptions *self,
                                   const char         *list,
                                   GError            **error)
{
  g_auto (GStrv) ids = g_strsplit (list, ",", QUSOP_REPORT_N_SECTIONS + 1);

  self->n_sections = 0;
  for (guint i = 0; ids[i] != NULL; i++) {
    QusopReportSection section;

    if (i == QUSOP_REPORT_N_SECTIONS || !find_section (g_strstrip (ids[i]), &section))
      return refuse (
          error, ids[i],
          "sections are summary, question, context, answers, exposure, "
          "curves, scenarios, data, model, diagnostics, methods, settings, limits and "
          "sign-off");
    add_section (self, section);
  }

  return qusop_report_options_validate (self, error);
}
