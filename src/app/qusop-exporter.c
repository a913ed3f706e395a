/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-exporter.h"

#include "jobs/qusop-job.h"
#include "jobs/qusop-register.h"
#include "qusop-snapshot.h"

#include <glib/gi18n.h>

struct _QusopExporter {
  QusopSession *session; /* borrowed: the window owns both */
  QusopJob     *job;
  gboolean      has_written;
};

/* Of a chart, a table or settings. */
typedef struct {
  QusopPlotSpec *spec;
  QsDataset     *dataset;
  QsNca         *nca;
  char          *text;
  QsModel       *model;
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
  g_clear_pointer (&input->model, qs_model_unref);
  g_free (input->path);
  g_free (input->text);
  g_free (input);
}

static gboolean
write_chart (const Input *input, GError **error)
{
  return qusop_plot_export (input->spec, input->path, input->width, input->height, error);
}

static gboolean
write_nca (const Input *input, GError **error)
{
  g_autofree char *csv = qs_report_nca_csv (input->dataset, input->nca);

  return g_file_set_contents_full (input->path, csv, -1, G_FILE_SET_CONTENTS_CONSISTENT,
                                   0644, error);
}

static gboolean
write_text (const Input *input, GError **error)
{
  return g_file_set_contents_full (input->path, input->text, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT, 0644, error);
}

/* On the worker. Returns the path as a token of success. */
static gpointer
write_file (gpointer data, QsRun *run, GError **error)
{
  const Input      *input = data;
  const char *const arguments[] = { input->path, NULL };
  QusopRegister    *record =
      qusop_register_begin ("export", arguments, input->dataset,
                            input->model != NULL ? input->model->options.seed : 0);
  g_autoptr (GError) cause = NULL;
  const gboolean     good = input->nca != NULL    ? write_nca (input, &cause)
                            : input->text != NULL ? write_text (input, &cause)
                                                  : write_chart (input, &cause);

  qusop_register_end (record, input->model, input->path, cause);
  if (good)
    return g_strdup (input->path);

  g_propagate_error (error, g_steal_pointer (&cause));
  return NULL;
}

static void
done_cb (gpointer result, const GError *error, gpointer data)
{
  QusopExporter   *self = data;
  g_autofree char *path = result;
  g_autofree char *name = path != NULL ? g_path_get_basename (path) : NULL;
  g_autofree char *text = name != NULL ? g_strdup_printf (_ ("Saved %s"), name) : NULL;

  g_clear_pointer (&self->job, qusop_job_unref);
  self->has_written = self->has_written || path != NULL;
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

/* Whether any file was saved so far. */
gboolean
qusop_exporter_has_written (const QusopExporter *self)
{
  return self->has_written;
}

static void
start (QusopExporter *self, Input *input, const char *text)
{
  QsDataset         *dataset = qusop_session_get_dataset (self->session);
  QsModel           *model = qusop_session_get_model (self->session);
  const QusopJobSpec job = {
    .func = write_file,
    .input = input,
    .free_input = (GDestroyNotify) input_free,
    .free_result = g_free,
    .n_threads = 1,
    .on_done = done_cb,
    .user_data = self,
  };

  if (input->dataset == NULL && dataset != NULL)
    input->dataset = qs_dataset_ref (dataset);
  if (model != NULL)
    input->model = qs_model_ref (model);
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
  start (self, input, _ ("Writing the chart"));
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
  start (self, input, _ ("Writing the table"));
}

/**
 * qusop_exporter_write_config:
 *
 * Writes the settings of the session as the command line takes them, likewise.
 */
void
qusop_exporter_write_config (QusopExporter *self, const char *path)
{
  g_autoptr (QsConfig) config = NULL;
  Input               *input;

  if (self->job != NULL)
    return;

  config = qusop_snapshot_config (self->session);
  input = g_new0 (Input, 1);
  input->text = qs_config_format (config);
  input->path = g_strdup (path);
  start (self, input, _ ("Writing the settings"));
}

/* Two runs beside each other, as qs_run_pairs_csv() has them, likewise. */
void
qusop_exporter_write_runs (QusopExporter *self, const char *csv, const char *path)
{
  Input *input;

  if (self->job != NULL)
    return;

  input = g_new0 (Input, 1);
  input->text = g_strdup (csv);
  input->path = g_strdup (path);
  start (self, input, _ ("Writing the table"));
}
