/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-exporter.h"

#include "jobs/qusop-job.h"

#include <glib/gi18n.h>

struct _QusopExporter {
  QusopSession *session; /* borrowed: the window owns both */
  QusopJob     *job;
};

/* Of a chart, or of a table. */
typedef struct {
  QusopPlotSpec *spec;
  QsDataset     *dataset;
  QsNca         *nca;
  char          *path;
  double         width;
  double         height;
} Input;

static void
input_free (Input *input)
{
  g_clear_pointer (&input->spec, qusop_plot_spec_unref);
  g_clear_pointer (&input->dataset, qs_dataset_unref);
  g_clear_pointer (&input->nca, qs_nca_unref);
  g_free (input->path);
  g_free (input);
}

/* Returns the path as a token of success. */
static gpointer
write_chart (gpointer data, QsRun *run, GError **error)
{
  const Input *input = data;

  if (!qusop_plot_export (input->spec, input->path, input->width, input->height, error))
    return NULL;
  return g_strdup (input->path);
}

static gpointer
write_nca (gpointer data, QsRun *run, GError **error)
{
  const Input     *input = data;
  g_autofree char *csv = qs_report_nca_csv (input->dataset, input->nca);

  if (!g_file_set_contents_full (input->path, csv, -1, G_FILE_SET_CONTENTS_CONSISTENT,
                                 0644, error))
    return NULL;
  return g_strdup (input->path);
}

static void
done_cb (gpointer result, const GError *error, gpointer data)
{
  QusopExporter   *self = data;
  g_autofree char *path = result;
  g_autofree char *name = path != NULL ? g_path_get_basename (path) : NULL;
  g_autofree char *text = name != NULL ? g_strdup_printf (_ ("Saved %s"), name) : NULL;

  g_clear_pointer (&self->job, qusop_job_unref);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_EXPORT, -1.0, NULL);
  if (text != NULL)
    qusop_session_announce (self->session, text);
  else
    qusop_session_set_problem (self->session, _ ("The file could not be saved"),
                               error->message);
}

QusopExporter *
qusop_exporter_new (QusopSession *session)
{
  QusopExporter *self = g_new0 (QusopExporter, 1);

  self->session = session;
  return self;
}

void
qusop_exporter_free (QusopExporter *self)
{
  g_clear_pointer (&self->job, qusop_job_abandon);
  g_free (self);
}

static void
start (QusopExporter *self, QusopJobFunc func, Input *input, const char *text)
{
  const QusopJobSpec job = {
    .func = func,
    .input = input,
    .free_input = (GDestroyNotify) input_free,
    .free_result = g_free,
    .n_threads = 1,
    .on_done = done_cb,
    .user_data = self,
  };

  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_EXPORT, 0.0, text);
  self->job = qusop_job_start (&job);
}

/**
 * qusop_exporter_write:
 * @path: where to; its ending says in which format
 *
 * Writes the chart in the background. Does nothing while another file is being written.
 */
void
qusop_exporter_write (QusopExporter *self,
                      QusopPlotSpec *spec,
                      const char    *path,
                      double         width,
                      double         height)
{
  Input *input;

  if (self->job != NULL)
    return;

  input = g_new0 (Input, 1);
  input->spec = qusop_plot_spec_ref (spec);
  input->path = g_strdup (path);
  input->width = width;
  input->height = height;
  start (self, write_chart, input, _ ("Writing the chart"));
}

/**
 * qusop_exporter_write_nca:
 * @nca: the analysis of @dataset
 *
 * Writes the analysis of each subject as CSV, likewise.
 */
void
qusop_exporter_write_nca (QusopExporter *self,
                          QsDataset     *dataset,
                          QsNca         *nca,
                          const char    *path)
{
  Input *input;

  if (self->job != NULL)
    return;

  input = g_new0 (Input, 1);
  input->dataset = qs_dataset_ref (dataset);
  input->nca = qs_nca_ref (nca);
  input->path = g_strdup (path);
  start (self, write_nca, input, _ ("Writing the table"));
}
