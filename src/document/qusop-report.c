/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-report.h"

#include "qusop-report-sections.h"

static gboolean
write_file (const char *folder, const char *name, GBytes *bytes, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  gsize            size;
  gconstpointer    data = g_bytes_get_data (bytes, &size);

  return g_file_set_contents_full (
      path, data, (gssize) size,
      G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644, error);
}

static gboolean
step (QsRun *run, double fraction, GError **error)
{
  const QsEvent event = { .stage = QS_STAGE_WRITE, .fraction = fraction };

  return qs_run_step (run, &event, error);
}

/**
 * qusop_report_write:
 * @dataset: the study
 * @model: the model that answered
 * @results: (element-type QsResult): as from qs_answer(), at least one
 * @options: (nullable): what it holds; %NULL for the full draft
 * @folder: exists
 * @run: (nullable): the run
 * @error: return location
 *
 * Writes report.html and report.pdf. Both files are made before either is written, each
 * appears whole or not at all, and the same inputs give the same bytes.
 *
 * Returns: %FALSE if cancelled or a file cannot be written
 */
gboolean
qusop_report_write (const QsDataset          *dataset,
                    const QsModel            *model,
                    GPtrArray                *results,
                    const QusopReportOptions *options,
                    const char               *folder,
                    QsRun                    *run,
                    GError                  **error)
{
  g_autoptr (QusopReport) report = NULL;
  g_autoptr (GBytes)      html = NULL;
  g_autoptr (GBytes)      pdf = NULL;

  g_return_val_if_fail (results->len > 0, FALSE);

  if (!step (run, 0.0, error))
    return FALSE;
  report = qusop_report_assemble (dataset, model, results, options, run, error);
  if (report == NULL)
    return FALSE;
  html = qusop_report_to_html (report);
  if (!step (run, 0.4, error))
    return FALSE;
  pdf = qusop_report_to_pdf (report, error);
  if (pdf == NULL || !step (run, 0.9, error))
    return FALSE;

  return write_file (folder, QUSOP_REPORT_HTML, html, error) &&
         write_file (folder, QUSOP_REPORT_PDF, pdf, error) && step (run, 1.0, error);
}
