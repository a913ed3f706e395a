/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-keeper.h"

#include "jobs/qusop-job.h"
#include "qusop-snapshot.h"

#include <glib/gi18n.h>

struct _QusopKeeper {
  QusopSession   *session; /* borrowed: the window owns both */
  QusopJob       *opening;
  QusopJob       *saving;
  guint           saved_state; /* of the session when saving began */
  char           *path;        /* of what is opened */
  QusopKeeperFunc recovered;   /* nullable: what is opened is no project of its own */
  gpointer        user_data;
};

typedef struct {
  char      *path;
  char      *models_folder; /* nullable */
  QsProject *project;       /* to save; else NULL */
} Input;

typedef struct {
  QsProject *project;
  QsDataset *dataset;
} Opened;

static void
input_free (Input *input)
{
  g_free (input->path);
  g_free (input->models_folder);
  qs_project_free (input->project);
  g_free (input);
}

static void
opened_free (Opened *opened)
{
  qs_project_free (opened->project);
  g_clear_pointer (&opened->dataset, qs_dataset_unref);
  g_free (opened);
}

/* On the worker. */
static gpointer
load (gpointer data, QsRun *run, GError **error)
{
  const Input          *input = data;
  g_autoptr (QsProject) project =
      qs_project_load (input->path, input->models_folder, error);
  g_autoptr (QsDataset) dataset = NULL;
  Opened               *opened;

  if (project == NULL)
    return NULL;
  if (project->data_path != NULL) {
    dataset = qs_dataset_load (project->data_path, project->mapping, run, error);
    if (dataset == NULL) {
      g_prefix_error (error, "The project's study is missing or unreadable. ");
      return NULL;
    }
  }

  opened = g_new0 (Opened, 1);
  opened->project = g_steal_pointer (&project);
  opened->dataset = g_steal_pointer (&dataset);
  return opened;
}

static gpointer
save (gpointer data, QsRun *run, GError **error)
{
  const Input *input = data;

  return qs_project_save (input->project, input->path, NULL, error)
             ? g_strdup (input->path)
             : NULL;
}

static gboolean
is_same_study (const Opened *opened)
{
  return opened->dataset == NULL || g_strcmp0 (qs_dataset_sha256 (opened->dataset),
                                               opened->project->data_sha256) == 0;
}

static void
show (QusopKeeper *self, const Opened *opened)
{
  const gboolean   is_same = is_same_study (opened);
  g_autofree char *name = g_path_get_basename (self->path);
  g_autofree char *text = NULL;

  qusop_session_set_problem (self->session, NULL, NULL);
  qusop_snapshot_apply (self->session, opened->project, opened->dataset, is_same);

  if (self->recovered != NULL) {
    self->recovered (self->path, self->user_data);
    qusop_session_announce (self->session, _ ("Your work is back"));
  } else {
    qusop_session_set_project (self->session, self->path,
                               qusop_session_get_state (self->session));
    text = g_strdup_printf (_ ("Opened %s"), name);
    qusop_session_announce (self->session, text);
  }
  if (!is_same)
    qusop_session_set_problem (self->session,
                               _ ("The study has changed since the project was saved"),
                               _ ("Its models were fitted to other data and were left "
                                  "out: train them again. The "
                                  "questions are as they were."));
}

static void
opened_cb (gpointer data, const GError *error, gpointer user_data)
{
  QusopKeeper *self = user_data;
  Opened      *opened = data;

  g_clear_pointer (&self->opening, qusop_job_unref);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_LOAD, -1.0, NULL);
  if (opened != NULL)
    show (self, opened);
  else if (!g_error_matches (error, QS_ERROR, QS_ERROR_CANCELLED))
    qusop_session_set_problem (self->session, _ ("The project could not be opened"),
                               error->message);
  g_clear_pointer (&opened, opened_free);
}

static void
saved_cb (gpointer data, const GError *error, gpointer user_data)
{
  QusopKeeper     *self = user_data;
  g_autofree char *path = data;
  g_autofree char *name = path != NULL ? g_path_get_basename (path) : NULL;
  g_autofree char *text = name != NULL ? g_strdup_printf (_ ("Saved %s"), name) : NULL;

  g_clear_pointer (&self->saving, qusop_job_unref);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_EXPORT, -1.0, NULL);
  if (path != NULL) {
    qusop_session_set_project (self->session, path, self->saved_state);
    qusop_session_announce (self->session, text);
  } else {
    qusop_session_set_problem (self->session, _ ("The project could not be saved"),
                               error->message);
  }
}

QusopKeeper *
qusop_keeper_new (QusopSession *session)
{
  QusopKeeper *self = g_new0 (QusopKeeper, 1);

  self->session = session;
  return self;
}

void
qusop_keeper_free (QusopKeeper *self)
{
  g_clear_pointer (&self->opening, qusop_job_abandon);
  g_clear_pointer (&self->saving, qusop_job_abandon);
  g_free (self->path);
  g_free (self);
}

static void
start_opening (QusopKeeper *self, const char *path, const char *models_folder)
{
  Input             *input = g_new0 (Input, 1);
  const QusopJobSpec job = {
    .func = load,
    .input = input,
    .free_input = (GDestroyNotify) input_free,
    .free_result = (GDestroyNotify) opened_free,
    .on_done = opened_cb,
    .user_data = self,
  };

  input->path = g_strdup (path);
  input->models_folder = g_strdup (models_folder);
  g_free (self->path);
  self->path = g_strdup (path);
  g_clear_pointer (&self->opening, qusop_job_abandon);
  self->opening = qusop_job_start (&job);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_LOAD, 0.0,
                              _ ("Opening the project"));
}

void
qusop_keeper_open (QusopKeeper *self, const char *path)
{
  self->recovered = NULL;
  start_opening (self, path, NULL);
}

/**
 * qusop_keeper_recover:
 * @path: of a copy that was kept automatically
 * @models_folder: where its models lie
 * @recovered: called when the session holds it
 */
void
qusop_keeper_recover (QusopKeeper    *self,
                      const char     *path,
                      const char     *models_folder,
                      QusopKeeperFunc recovered,
                      gpointer        user_data)
{
  self->recovered = recovered;
  self->user_data = user_data;
  start_opening (self, path, models_folder);
}

/* Does nothing while another file is being saved. */
void
qusop_keeper_save (QusopKeeper *self, const char *path)
{
  Input       *input;
  QusopJobSpec job = {
    .func = save,
    .free_input = (GDestroyNotify) input_free,
    .free_result = g_free,
    .n_threads = 1,
    .on_done = saved_cb,
    .user_data = self,
  };

  if (self->saving != NULL)
    return;

  input = g_new0 (Input, 1);
  input->path = g_strdup (path);
  input->project = qusop_snapshot_take (self->session);
  self->saved_state = qusop_session_get_state (self->session);
  job.input = input;
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_EXPORT, 0.0,
                              _ ("Saving the project"));
  self->saving = qusop_job_start (&job);
}
