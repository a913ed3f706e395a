/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-reporter.h"

#include "document/qusop-report-sections.h"
#include "document/qusop-report.h"
#include "jobs/qusop-job.h"
#include "jobs/qusop-register.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

/* A report and what it rests on. Immutable once made, so a worker may write it while the
 * window shows it. */
typedef struct {
  int                 n_refs;
  QsDataset          *dataset;
  QsModel            *model;
  QsPopulationOptions options;
  QusopReportTemplate kind;
  GPtrArray          *results;
  QusopReport        *report;
} Edition;

struct _QusopReporter {
  GObject parent_instance;

  QusopSession *session; /* borrowed: the window owns both */
  QusopJob     *job;
  Edition      *edition; /* nullable */
  char         *problem; /* nullable */

  QusopReportTemplate kind; /* of the next edition */
};

G_DEFINE_FINAL_TYPE (QusopReporter, qusop_reporter, G_TYPE_OBJECT)

static guint changed_signal;

static Edition *
edition_ref (Edition *self)
{
  g_atomic_int_inc (&self->n_refs);
  return self;
}

static void
edition_unref (Edition *self)
{
  if (!g_atomic_int_dec_and_test (&self->n_refs))
    return;

  qs_dataset_unref (self->dataset);
  qs_model_unref (self->model);
  g_clear_pointer (&self->results, g_ptr_array_unref);
  g_clear_pointer (&self->report, qusop_report_free);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Edition, edition_unref)

/* What the command line asks of this model, with the seed and the judge of the window. */
static QsPopulationOptions
wanted_options (QusopSession *session, const QsModel *model)
{
  QsPopulationOptions options = qs_population_options_for (model);

  options.seed = qusop_session_get_population_options (session)->seed;
  options.biomarker = qusop_session_get_scenario (session)->biomarker;
  return options;
}

/* The report is English, words and numbers, whatever the window speaks: of this thread
 * alone. */
static locale_t
speak_english (void)
{
  return uselocale (newlocale (LC_ALL_MASK, "C", (locale_t) 0));
}

static void
speak_as_before (locale_t former)
{
  freelocale (uselocale (former));
}

/* On the worker. Returns the edition, which has a report now. */
static gpointer
prepare (gpointer data, QsRun *run, GError **error)
{
  Edition                 *self = data;
  const QusopReportOptions options = qusop_report_options (self->kind);
  locale_t                 former;

  self->results = qs_answer (self->model, &self->options, run, error);
  if (self->results == NULL)
    return NULL;

  former = speak_english ();
  self->report = qusop_report_assemble (self->dataset, self->model, self->results,
                                        &options, run, error);
  speak_as_before (former);
  return self->report != NULL ? edition_ref (self) : NULL;
}

static void
set_problem (QusopReporter *self, const char *problem)
{
  g_free (self->problem);
  self->problem = g_strdup (problem);
}

static void
finish (QusopReporter *self)
{
  g_clear_pointer (&self->job, qusop_job_unref);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_REPORT, -1.0, NULL);
}

static void
prepared_cb (gpointer data, const GError *error, gpointer user_data)
{
  QusopReporter *self = user_data;
  Edition       *edition = data;

  finish (self);
  if (edition != NULL) {
    g_clear_pointer (&self->edition, edition_unref);
    self->edition = edition;
  }
  set_problem (self, edition == NULL ? error->message : NULL);
  g_signal_emit (self, changed_signal, 0);
}

static void
event_cb (const QsEvent *event, gpointer data)
{
  QusopReporter *self = data;

  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_REPORT,
                              CLAMP (event->fraction, 0.0, 1.0),
                              _ ("Preparing the report"));
}

/**
 * qusop_reporter_prepare:
 *
 * Answers the challenge's questions with the current model and assembles the report in
 * the background. Does nothing while it is at work, or without a model.
 */
void
qusop_reporter_prepare (QusopReporter *self)
{
  QsDataset   *dataset = qusop_session_get_dataset (self->session);
  QsModel     *model = qusop_session_get_model (self->session);
  QusopJobSpec spec = {
    .func = prepare,
    .free_input = (GDestroyNotify) edition_unref,
    .free_result = (GDestroyNotify) edition_unref,
    .takes_long = TRUE,
    .on_event = event_cb,
    .on_done = prepared_cb,
    .user_data = self,
  };
  Edition *edition;

  if (self->job != NULL || dataset == NULL || model == NULL)
    return;

  edition = g_new0 (Edition, 1);
  edition->n_refs = 1;
  edition->dataset = qs_dataset_ref (dataset);
  edition->model = qs_model_ref (model);
  edition->options = wanted_options (self->session, model);
  edition->kind = self->kind;
  spec.input = edition;
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_REPORT, 0.0,
                              _ ("Preparing the report"));
  self->job = qusop_job_start (&spec);
  g_signal_emit (self, changed_signal, 0);
}

typedef struct {
  Edition        *edition;
  QusopReportForm form;
  char           *path;
} Output;

static void
output_free (Output *self)
{
  edition_unref (self->edition);
  g_free (self->path);
  g_free (self);
}

static GBytes *
render (const Edition *edition, QusopReportForm form, GError **error)
{
  const locale_t former = speak_english ();
  GBytes        *bytes = form == QUSOP_REPORT_AS_PDF
                             ? qusop_report_to_pdf (edition->report, error)
                             : qusop_report_to_html (edition->report);

  speak_as_before (former);
  return bytes;
}

static gboolean
write_bytes (const char *path, GBytes *bytes, GError **error)
{
  gsize         size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  return g_file_set_contents_full (
      path, data, (gssize) size,
      G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644, error);
}

/* Files of a folder, with their checksums. Owns their names. */
typedef struct {
  const char *folder;
  GArray     *files; /* of QsReportFile */
} Folder;

static void
clear_file (gpointer data)
{
  QsReportFile *file = data;

  g_free ((char *) file->name);
  g_free ((char *) file->sha256);
}

static gboolean
add_file (Folder *self, const char *name, GBytes *taken, GError **error)
{
  g_autoptr (GBytes) bytes = taken;
  g_autofree char   *path = g_build_filename (self->folder, name, NULL);
  const QsReportFile file = {
    .name = g_strdup (name),
    .sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes),
    .n_bytes = g_bytes_get_size (bytes),
  };

  g_array_append_val (self->files, file);
  return write_bytes (path, bytes, error);
}

static GBytes *
bytes_of (char *text)
{
  return g_bytes_new_take (text, strlen (text));
}

static gboolean
add_model (Folder *self, const QsModel *model, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, "model.json", NULL);
  char            *text = NULL;
  gsize            size;

  if (!qs_model_save (model, path, error) ||
      !g_file_get_contents (path, &text, &size, error))
    return FALSE;
  return add_file (self, "model.json", g_bytes_new_take (text, size), error);
}

static gboolean
add_manifest (Folder *self, const Edition *edition, const char *sha256, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, "manifest.json", NULL);
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, edition->options.seed);
  const QsReportSetting settings[] = {
    { "data", qs_dataset_path (edition->dataset) },
    { "data_sha256", qs_dataset_sha256 (edition->dataset) },
    { "model", qs_model_kind_name (edition->model->kind) },
    { "model_sha256", sha256 },
    { "seed", seed },
    { "success_on",
      edition->options.biomarker == QS_BIOMARKER_OBSERVED ? "observed" : "true" },
  };
  g_autoptr (GBytes) bytes = bytes_of (qs_report_manifest_json (
      "answer", settings, G_N_ELEMENTS (settings),
      (const QsReportFile *) self->files->data, self->files->len));

  return write_bytes (path, bytes, error);
}

static gboolean
fill_folder (const Edition *edition, const char *path, GError **error)
{
  g_autofree char      *sha256 = qs_model_sha256 (edition->model);
  g_autoptr (GArray)    files = g_array_new (FALSE, FALSE, sizeof (QsReportFile));
  Folder                folder = { path, files };
  const QsReportContext context = {
    .model = edition->model,
    .model_sha256 = sha256,
    .dataset = edition->dataset,
  };
  GBytes *pdf;

  g_array_set_clear_func (files, clear_file);
  pdf = render (edition, QUSOP_REPORT_AS_PDF, error);
  return pdf != NULL && add_file (&folder, QUSOP_REPORT_PDF, pdf, error) &&
         add_file (&folder, QUSOP_REPORT_HTML,
                   render (edition, QUSOP_REPORT_AS_HTML, error), error) &&
         add_file (&folder, "answers.json",
                   bytes_of (qs_report_answers_json (&context, edition->results)),
                   error) &&
         add_file (&folder, "answers.csv",
                   bytes_of (qs_report_answers_csv (edition->results)), error) &&
         add_file (&folder, "curves.csv",
                   bytes_of (qs_report_curves_csv (edition->results)), error) &&
         add_file (&folder, "curves.parquet", qs_report_curves_parquet (edition->results),
                   error) &&
         add_model (&folder, edition->model, error) &&
         add_manifest (&folder, edition, sha256, error);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char      *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);

    g_unlink (file);
  }
  g_rmdir (path);
}

/* All files appear at once: a hidden folder beside it is renamed. */
static gboolean
write_folder (const Edition *edition, const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *hidden = g_strdup_printf (".%s.partial-XXXXXX", base);
  g_autofree char *staging = g_build_filename (parent, hidden, NULL);

  if (g_mkdtemp_full (staging, 0755) == NULL) {
    g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (errno),
                 _ ("No folder can be made in %s: %s"), parent, g_strerror (errno));
    return FALSE;
  }
  if (!fill_folder (edition, staging, error)) {
    remove_folder (staging);
    return FALSE;
  }
  /* An empty folder gives way, one with files does not. */
  if (g_rename (staging, path) == 0)
    return TRUE;

  g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (errno),
               _ ("%s cannot be made: %s. Choose a name that is not taken."), path,
               g_strerror (errno));
  remove_folder (staging);
  return FALSE;
}

static gboolean
write_form (const Output *self, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  if (self->form == QUSOP_REPORT_AS_FOLDER)
    return write_folder (self->edition, self->path, error);

  bytes = render (self->edition, self->form, error);
  return bytes != NULL && write_bytes (self->path, bytes, error);
}

/* On the worker. Returns the path as a token of success. */
static gpointer
write_report (gpointer data, QsRun *run, GError **error)
{
  const Output     *output = data;
  const char *const arguments[] = { output->path, NULL };
  QusopRegister    *record = qusop_register_begin (
         "export", arguments, output->edition->dataset, output->edition->options.seed);
  g_autoptr (GError) cause = NULL;
  const gboolean     good = write_form (output, &cause);

  qusop_register_end (
      record, output->edition->model,
      good && output->form != QUSOP_REPORT_AS_FOLDER ? output->path : NULL, cause);
  if (good)
    return g_strdup (output->path);

  g_propagate_error (error, g_steal_pointer (&cause));
  return NULL;
}

static void
written_cb (gpointer result, const GError *error, gpointer data)
{
  QusopReporter   *self = data;
  g_autofree char *path = result;
  g_autofree char *name = path != NULL ? g_path_get_basename (path) : NULL;
  g_autofree char *text = name != NULL ? g_strdup_printf (_ ("Saved %s"), name) : NULL;

  finish (self);
  if (text != NULL)
    qusop_session_announce (self->session, text);
  else
    qusop_session_set_problem (self->session, _ ("The report could not be saved"),
                               error->message);
  g_signal_emit (self, changed_signal, 0);
}

/**
 * qusop_reporter_write:
 * @path: of a file, or of a folder that is not there yet
 *
 * Writes the report in the background. Does nothing unless there is one and it is
 * current: what an input has overtaken is not written as if it were an answer.
 */
void
qusop_reporter_write (QusopReporter *self, QusopReportForm form, const char *path)
{
  QusopJobSpec spec = {
    .func = write_report,
    .free_input = (GDestroyNotify) output_free,
    .free_result = g_free,
    .n_threads = 1,
    .on_done = written_cb,
    .user_data = self,
  };
  Output *output;

  if (self->job != NULL || !qusop_reporter_is_current (self))
    return;

  output = g_new0 (Output, 1);
  output->edition = edition_ref (self->edition);
  output->form = form;
  output->path = g_strdup (path);
  spec.input = output;
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_REPORT, 0.0,
                              _ ("Writing the report"));
  self->job = qusop_job_start (&spec);
  g_signal_emit (self, changed_signal, 0);
}

/* What the next report is to hold; one of another template is overtaken. */
void
qusop_reporter_set_template (QusopReporter *self, QusopReportTemplate kind)
{
  if (self->kind == kind)
    return;

  self->kind = kind;
  g_signal_emit (self, changed_signal, 0);
}

void
qusop_reporter_cancel (QusopReporter *self)
{
  if (self->job != NULL)
    qusop_job_cancel (self->job);
}

QusopSession *
qusop_reporter_get_session (QusopReporter *self)
{
  return self->session;
}

/* Nullable; may be overtaken, see qusop_reporter_is_current(). */
const QusopReport *
qusop_reporter_get_report (QusopReporter *self)
{
  return self->edition != NULL ? self->edition->report : NULL;
}

/* Why there is no report. Nullable. */
const char *
qusop_reporter_get_problem (QusopReporter *self)
{
  return self->problem;
}

gboolean
qusop_reporter_is_busy (QusopReporter *self)
{
  return self->job != NULL;
}

gboolean
qusop_reporter_is_current (QusopReporter *self)
{
  QsModel            *model = qusop_session_get_model (self->session);
  QsPopulationOptions options;

  if (self->edition == NULL || self->edition->model != model ||
      self->edition->kind != self->kind)
    return FALSE;

  options = wanted_options (self->session, model);
  return options.seed == self->edition->options.seed &&
         options.biomarker == self->edition->options.biomarker;
}

QusopStepStatus
qusop_reporter_status (QusopReporter *self)
{
  if (self->job != NULL)
    return QUSOP_STEP_RUNNING;
  if (self->problem != NULL)
    return QUSOP_STEP_WARNING;
  if (self->edition == NULL)
    return QUSOP_STEP_EMPTY;
  return qusop_reporter_is_current (self) ? QUSOP_STEP_OK : QUSOP_STEP_STALE;
}

/* Another study: what is at hand, or in work, is about the former one. */
static void
dataset_changed_cb (QusopReporter *self)
{
  if (self->job != NULL) {
    g_clear_pointer (&self->job, qusop_job_abandon);
    qusop_session_set_activity (self->session, QUSOP_ACTIVITY_REPORT, -1.0, NULL);
  }
  g_clear_pointer (&self->edition, edition_unref);
  set_problem (self, NULL);
  g_signal_emit (self, changed_signal, 0);
}

static void
input_changed_cb (QusopReporter *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static void
qusop_reporter_dispose (GObject *object)
{
  QusopReporter *self = QUSOP_REPORTER (object);

  g_clear_pointer (&self->job, qusop_job_abandon);
  g_clear_pointer (&self->edition, edition_unref);
  g_clear_pointer (&self->problem, g_free);

  G_OBJECT_CLASS (qusop_reporter_parent_class)->dispose (object);
}

static void
qusop_reporter_class_init (QusopReporterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qusop_reporter_dispose;
  changed_signal = g_signal_new ("changed", QUSOP_TYPE_REPORTER, G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
qusop_reporter_init (QusopReporter *self)
{
}

QusopReporter *
qusop_reporter_new (QusopSession *session)
{
  QusopReporter *self = g_object_new (QUSOP_TYPE_REPORTER, NULL);

  self->session = session;
  g_signal_connect_object (session, "notify::dataset", G_CALLBACK (dataset_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (input_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::question", G_CALLBACK (input_changed_cb),
                           self, G_CONNECT_SWAPPED);
  return self;
}
