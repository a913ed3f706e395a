/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/qusop-replay.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Before what goes wrong. */
static const char prefix[] = "qusop-cli replay: ";

/* How soon a cancelled replay is told so. */
#define POLL_MS 50

/* Exit codes of the command line. */
enum { EXIT_SAME = 0, EXIT_DIFFERENT = 3 };

/* qusop-cli replay, while it runs. */
typedef struct {
  GPid     pid;
  int      fds[2]; /* its standard output and error, -1 once they have ended */
  GString *texts[2];
  char    *complaint; /* the last line of its standard error that is no progress */
} Child;

static void
child_clear (Child *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->fds); i++) {
    if (self->fds[i] >= 0)
      close (self->fds[i]);
    if (self->texts[i] != NULL)
      g_string_free (self->texts[i], TRUE);
  }
  g_free (self->complaint);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Child, child_clear)

/* The command line of this very build: beside the program where it is installed, where it
 * was built, or anywhere. */
static char *
find_program (GError **error)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;
  g_autofree char *beside =
      folder != NULL ? g_build_filename (folder, "qusop-cli", NULL) : NULL;
  char *found;

  if (beside != NULL && g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&beside);
  if (g_file_test (QUSOP_BUILD_CLI, G_FILE_TEST_IS_EXECUTABLE))
    return g_strdup (QUSOP_BUILD_CLI);

  found = g_find_program_in_path ("qusop-cli");
  if (found == NULL)
    g_set_error_literal (error, QS_ERROR, QS_ERROR_IO,
                         "qusop-cli, which runs it again, is not installed");
  return found;
}

/* In the child: it must not outlive whoever waits for it. */
static void
child_setup_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static gboolean
start (Child *self, const char *id, GError **error)
{
  g_autofree char *program = find_program (error);
  char *const      argv[] = { program, "replay", (char *) id, "--progress=json", NULL };

  self->fds[0] = self->fds[1] = -1;
  if (program == NULL ||
      !g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD,
                                 child_setup_cb, NULL, &self->pid, NULL, &self->fds[0],
                                 &self->fds[1], error))
    return FALSE;

  self->texts[0] = g_string_new (NULL);
  self->texts[1] = g_string_new (NULL);
  return TRUE;
}

/* The value of @name in a line of --progress=json, which has one form alone. */
static const char *
progress_value (const char *line, const char *name)
{
  const char *at = strstr (line, name);

  return at != NULL ? at + strlen (name) : NULL;
}

static gboolean
report (const char *line, QsRun *run, GError **error)
{
  const char *stage = progress_value (line, "\"stage\": \"");
  const char *fraction = progress_value (line, "\"fraction\": ");
  QsEvent     event = { .stage = QS_STAGE_LOAD };

  if (stage == NULL || fraction == NULL)
    return TRUE;

  while (event.stage < QS_STAGE_WRITE &&
         !g_str_has_prefix (stage, qs_stage_name (event.stage)))
    event.stage++;
  event.fraction = CLAMP (g_ascii_strtod (fraction, NULL), 0.0, 1.0);
  return qs_run_step (run, &event, error);
}

/* Takes the whole lines of its standard error. */
static gboolean
hear (Child *self, QsRun *run, GError **error)
{
  GString *text = self->texts[1];
  char    *end;

  while ((end = memchr (text->str, '\n', text->len)) != NULL) {
    g_autofree char *line = g_strndup (text->str, (gsize) (end - text->str));

    g_string_erase (text, 0, end + 1 - text->str);
    if (*line != '{') {
      g_free (self->complaint);
      self->complaint =
          g_strdup (g_str_has_prefix (line, prefix) ? line + strlen (prefix) : line);
    } else if (!report (line, run, error)) {
      return FALSE;
    }
  }

  return TRUE;
}

static void
take (Child *self, guint i)
{
  char          bytes[4096];
  const ssize_t n = read (self->fds[i], bytes, sizeof bytes);

  if (n > 0) {
    g_string_append_len (self->texts[i], bytes, n);
  } else if (n == 0 || errno != EINTR) {
    close (self->fds[i]);
    self->fds[i] = -1;
  }
}

/* Until it has said all that it has to say, or is to stop. */
static gboolean
listen (Child *self, QsRun *run, GError **error)
{
  gboolean good = TRUE;

  while (good && (self->fds[0] >= 0 || self->fds[1] >= 0)) {
    struct pollfd ends[2] = { { .fd = self->fds[0], .events = POLLIN },
                              { .fd = self->fds[1], .events = POLLIN } };

    if (poll (ends, G_N_ELEMENTS (ends), POLL_MS) > 0) {
      for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
        if (ends[i].revents != 0)
          take (self, i);
      }
    }
    good = hear (self, run, error) && qs_run_step (run, NULL, error);
  }

  return good;
}

static int
end (const Child *self)
{
  int status = 0;

  while (waitpid (self->pid, &status, 0) < 0 && errno == EINTR)
    continue;
  g_spawn_close_pid (self->pid);
  return WIFEXITED (status) ? WEXITSTATUS (status) : -1;
}

/**
 * qusop_replay_new:
 * @id: of a run on record
 * @run: hears of progress, and cancels
 * @error: return location for %QS_ERROR_CANCELLED, or for why it cannot be run again
 *
 * For workers: has the command line run it again, which compares the results bit by bit
 * and says so in the audit trail.
 */
QusopReplay *
qusop_replay_new (const char *id, QsRun *run, GError **error)
{
  g_auto (Child) child = { 0 };
  QusopReplay   *self;
  gboolean       good;
  int            code;

  if (!start (&child, id, error))
    return NULL;

  good = listen (&child, run, error);
  if (!good)
    kill (child.pid, SIGTERM);
  code = end (&child);
  if (!good)
    return NULL;
  /* A computation that failed says nothing on its standard output. */
  if (code != EXIT_SAME && (code != EXIT_DIFFERENT || child.texts[0]->len == 0)) {
    g_set_error_literal (error, QS_ERROR, QS_ERROR_REFUSED,
                         child.complaint != NULL ? child.complaint
                                                 : "It was ended from outside");
    return NULL;
  }

  self = g_new0 (QusopReplay, 1);
  self->id = g_strdup (id);
  self->same = code == EXIT_SAME;
  self->text = g_utf8_make_valid (g_strchomp (child.texts[0]->str), -1);
  return self;
}

void
qusop_replay_free (QusopReplay *self)
{
  g_free (self->id);
  g_free (self->text);
  g_free (self);
}
