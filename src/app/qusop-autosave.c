/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-autosave.h"

#include "jobs/qusop-job.h"
#include "qusop-snapshot.h"
#include "watchdog/qusop-watchdog.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

/* From a change to its copy, ms: with the time to write, less than the two seconds that
 * may be lost. */
static const guint pace_ms = 1000;

struct _QusopAutosave {
  QusopSession *session; /* borrowed: the window owns both */
  char         *folder;
  char         *path;
  char         *obsolete; /* a lost copy, until there is another of its work */
  int           lock;     /* descriptor, -1 before the first copy */
  guint         timer;
  QusopJob     *job;
  GHashTable   *checksums; /* of models, which take a while */
  gboolean      told;      /* that copies cannot be written */
  GArray       *handlers;  /* of gulong */
  gulong        edited_handler;
};

typedef struct {
  QsProject *project;
  char      *path;
  char      *folder;
} Input;

char *
qusop_autosave_folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "qusop", NULL);
}

char *
qusop_autosave_models_folder (const char *folder)
{
  return g_build_filename (folder, "models", NULL);
}

static char *
lock_path (const char *path)
{
  return g_strconcat (path, ".lock", NULL);
}

/* The kernel lets go of it whichever way the program ends. -1 where another has it. */
static int
take_lock (const char *path)
{
  g_autofree char *name = lock_path (path);
  const int        lock = open (name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (lock >= 0 && flock (lock, LOCK_EX | LOCK_NB) != 0) {
    close (lock);
    return -1;
  }
  return lock;
}

static void
input_free (Input *input)
{
  qs_project_free (input->project);
  g_free (input->path);
  g_free (input->folder);
  g_free (input);
}

/* On the worker: with the checksums that were found, for the next time. */
static gpointer
save (gpointer data, QsRun *run, GError **error)
{
  Input           *input = data;
  g_autofree char *models = qusop_autosave_models_folder (input->folder);

  if (!qs_project_save (input->project, input->path, models, error))
    return NULL;
  return g_steal_pointer (&input->project);
}

static void changed_cb (QusopAutosave *self);

static void
done_cb (gpointer result, const GError *error, gpointer data)
{
  QusopAutosave        *self = data;
  g_autoptr (QsProject) project = result;

  g_clear_pointer (&self->job, qusop_job_unref);
  if (project == NULL) {
    if (!self->told)
      qusop_session_set_problem (
          self->session, _ ("Your work cannot be kept automatically"), error->message);
    self->told = TRUE;
    return;
  }

  self->told = FALSE;
  for (guint i = 0; i < project->models->len; i++) {
    const QsKeptModel *kept = g_ptr_array_index (project->models, i);

    g_hash_table_insert (self->checksums, qs_model_ref (kept->model),
                         g_strdup (kept->sha256));
  }
  if (self->obsolete != NULL)
    qusop_autosave_discard (self->obsolete);
  g_clear_pointer (&self->obsolete, g_free);
}

static Input *
make_input (QusopAutosave *self)
{
  Input *input = g_new0 (Input, 1);

  input->project = qusop_snapshot_take (self->session);
  input->path = g_strdup (self->path);
  input->folder = g_strdup (self->folder);
  for (guint i = 0; i < input->project->models->len; i++) {
    QsKeptModel *kept = g_ptr_array_index (input->project->models, i);

    kept->sha256 = g_strdup (g_hash_table_lookup (self->checksums, kept->model));
  }
  return input;
}

static gboolean
has_place (QusopAutosave *self)
{
  if (self->lock < 0 && g_mkdir_with_parents (self->folder, 0700) == 0)
    self->lock = take_lock (self->path);
  return self->lock >= 0;
}

static gboolean
save_cb (gpointer data)
{
  QUSOP_WATCH ("copy of the work");
  QusopAutosave *self = data;
  QusopJobSpec   job = {
      .func = save,
      .free_input = (GDestroyNotify) input_free,
      .free_result = (GDestroyNotify) qs_project_free,
      .n_threads = 1,
      .on_done = done_cb,
      .user_data = self,
  };

  if (self->job != NULL)
    return G_SOURCE_CONTINUE;

  self->timer = 0;
  if (!has_place (self)) {
    if (!self->told)
      qusop_session_set_problem (
          self->session, _ ("Your work cannot be kept automatically"), self->folder);
    self->told = TRUE;
    return G_SOURCE_REMOVE;
  }

  job.input = make_input (self);
  self->job = qusop_job_start (&job);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (QusopAutosave *self)
{
  if (self->timer == 0)
    self->timer = g_timeout_add (pace_ms, save_cb, self);
}

QusopAutosave *
qusop_autosave_new (QusopSession *session, const char *folder)
{
  static const char *const signals[] = { "notify::question", "notify::fit-options",
                                         "notify::models", "notify::dataset" };
  static guint             n_made;
  QusopAutosave           *self = g_new0 (QusopAutosave, 1);
  g_autofree char         *name =
      g_strdup_printf ("%" G_GINT64_FORMAT "-%d-%u.qusop", g_get_real_time () / 1000000,
                       (int) getpid (), n_made++);

  self->session = session;
  self->folder = g_strdup (folder);
  self->path = g_build_filename (folder, name, NULL);
  self->lock = -1;
  self->checksums =
      g_hash_table_new_full (NULL, NULL, (GDestroyNotify) qs_model_unref, g_free);
  self->handlers = g_array_new (FALSE, FALSE, sizeof (gulong));
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++) {
    const gulong handler =
        g_signal_connect_swapped (session, signals[i], G_CALLBACK (changed_cb), self);

    g_array_append_val (self->handlers, handler);
  }
  self->edited_handler = g_signal_connect_swapped (
      qusop_session_get_scenarios (session), "edited", G_CALLBACK (changed_cb), self);
  return self;
}

/* A mere look at a study is not worth asking about at the next start. */
static gboolean
is_worth_keeping (QusopSession *session)
{
  return qusop_session_is_unsaved (session) &&
         (qusop_session_get_models (session)->len > 0 ||
          qusop_scenarios_get_cases (qusop_session_get_scenarios (session))->len > 0);
}

/* Nobody's copies, nobody's models. */
static void
tidy (const char *folder)
{
  g_autofree char *models = qusop_autosave_models_folder (folder);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char      *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".qusop"))
      return;

  g_clear_pointer (&dir, g_dir_close);
  dir = g_dir_open (models, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (models, name, NULL);

    if (g_str_has_suffix (name, ".json"))
      g_unlink (path);
  }
}

/* The window closes: what was not saved stays, and is offered at the next start. */
void
qusop_autosave_free (QusopAutosave *self)
{
  for (guint i = 0; i < self->handlers->len; i++)
    g_signal_handler_disconnect (self->session,
                                 g_array_index (self->handlers, gulong, i));
  g_array_unref (self->handlers);
  g_clear_signal_handler (&self->edited_handler,
                          qusop_session_get_scenarios (self->session));
  g_clear_handle_id (&self->timer, g_source_remove);
  /* Whatever it still writes is the former state: it must not come after ours. */
  if (self->job != NULL) {
    qusop_job_wait (self->job);
    qusop_job_abandon (self->job);
  }

  if (is_worth_keeping (self->session) && has_place (self)) {
    Input *input = make_input (self);

    qs_project_free (save (input, NULL, NULL));
    input_free (input);
  } else if (self->lock >= 0) {
    qusop_autosave_discard (self->path);
    tidy (self->folder);
  }
  if (self->lock >= 0)
    close (self->lock);
  g_hash_table_unref (self->checksums);
  g_free (self->obsolete);
  g_free (self->folder);
  g_free (self->path);
  g_free (self);
}

/* The work of the lost copy at @path is the session's now. */
void
qusop_autosave_replace (QusopAutosave *self, const char *path)
{
  g_free (self->obsolete);
  self->obsolete = g_strdup (path);
  changed_cb (self);
}

void
qusop_autosave_discard (const char *path)
{
  g_autofree char *lock = lock_path (path);

  g_unlink (path);
  g_unlink (lock);
}

static int
compare_latest_first (gconstpointer a, gconstpointer b)
{
  return -g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/**
 * qusop_autosave_find_lost:
 *
 * Returns: (transfer full) (element-type filename): copies whose program does not live
 *   any more, latest first
 */
GPtrArray *
qusop_autosave_find_lost (const char *folder)
{
  GPtrArray       *lost = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char      *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    int              lock;

    if (!g_str_has_suffix (name, ".qusop"))
      continue;
    lock = take_lock (path);
    if (lock < 0)
      continue;
    close (lock);
    g_ptr_array_add (lost, g_steal_pointer (&path));
  }
  g_ptr_array_sort (lost, compare_latest_first);
  return lost;
}
