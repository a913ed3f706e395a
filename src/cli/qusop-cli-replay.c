/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define POLL_US 20000

/**
 * Replay:
 * @place: a folder of its own, removed at the end
 * @folders: the folders that were written to; the i-th is "@place/i" now
 */
typedef struct {
  QusopCli          *cli;
  const QsRunRecord *record; /* borrowed */
  char              *place;
  GPtrArray         *folders;
} Replay;

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) folder =
      g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_tree (child);
  }
  g_remove (path);
}

static void
replay_clear (Replay *self)
{
  if (self->place != NULL)
    remove_tree (self->place);
  g_free (self->place);
  g_clear_pointer (&self->folders, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Replay, replay_clear)

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_propagate_error (error,
                     g_error_new_valist (QS_ERROR, QS_ERROR_REFUSED, format, args));
  va_end (args);
  return FALSE;
}

/* What was read must be what it was, or the answer to "the same?" means nothing. */
static gboolean
check_record (const QsRunRecord *record, GError **error)
{
  g_autoptr (GPtrArray) changed = qs_run_record_compare_read (record);

  if (record->status == QS_RUN_UNFINISHED || record->status == QUSOP_EXIT_CANCELLED)
    return refuse (error, "Run %s has no result to compare with: it is %s", record->id,
                   qs_run_record_outcome (record));
  if (!qusop_cli_is_recorded (record->command))
    return refuse (error, "Run %s is none that the command line can repeat: %s",
                   record->id, record->command);
  if (changed->len > 0)
    return refuse (error, "Run %s cannot be repeated: %s", record->id,
                   (const char *) changed->pdata[0]);
  if (!g_file_test (record->folder, G_FILE_TEST_IS_DIR))
    return refuse (error, "Run %s cannot be repeated: its folder %s is missing",
                   record->id, record->folder);

  return TRUE;
}

/* Where what was written to @path is written now. */
static char *
redirect (Replay *self, const char *path)
{
  g_autofree char *full = g_canonicalize_filename (path, self->record->folder);
  g_autofree char *folder = g_path_get_dirname (full);
  g_autofree char *name = g_path_get_basename (full);
  g_autofree char *number = NULL, *place = NULL;
  guint            i = 0;

  while (i < self->folders->len && strcmp (self->folders->pdata[i], folder) != 0)
    i++;
  if (i == self->folders->len)
    g_ptr_array_add (self->folders, g_strdup (folder));

  number = g_strdup_printf ("%u", i);
  place = g_build_filename (self->place, number, NULL);
  g_mkdir (place, 0700);
  return g_build_filename (place, name, NULL);
}

static gboolean
takes_output (const char *option)
{
  static const char *const options[] = { "--out", "--json", "--csv", "--write-config",
                                         NULL };

  return g_strv_contains (options, option);
}

/* Copies a word, or "--option=word", with its output redirected. */
static void
add_word (Replay *self, GPtrArray *argv, char **words, guint *i)
{
  const char      *word = words[*i];
  const char      *equals = strchr (word, '=');
  g_autofree char *option =
      equals != NULL ? g_strndup (word, (gsize) (equals - word)) : NULL;

  if (takes_output (word) && words[*i + 1] != NULL) {
    g_ptr_array_add (argv, g_strdup (word));
    g_ptr_array_add (argv, redirect (self, words[++*i]));
  } else if (option != NULL && takes_output (option)) {
    g_autofree char *path = redirect (self, equals + 1);

    g_ptr_array_add (argv, g_strconcat (option, "=", path, NULL));
  } else {
    g_ptr_array_add (argv, g_strdup (word));
  }
}

/* How many threads compute and how progress is shown is for the replay to say; it signs
 * nothing. */
static gboolean
is_own (const char *word, gboolean *has_value)
{
  static const char *const options[] = { "--threads", "--progress", "--sign" };

  *has_value = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++) {
    const gsize length = strlen (options[i]);

    *has_value = *has_value || strcmp (word, options[i]) == 0;
    if (strncmp (word, options[i], length) == 0 &&
        (word[length] == '\0' || word[length] == '='))
      return TRUE;
  }

  return strcmp (word, "--quiet") == 0 || strcmp (word, "-q") == 0;
}

static GPtrArray *
make_argv (Replay *self, GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv)        words = NULL;
  const char           *style = qusop_cli_progress_style ();
  const guint           n_threads =
      self->cli->n_threads > 0 ? self->cli->n_threads : MAX (self->record->n_threads, 1);

  if (*self->record->arguments != '\0' &&
      !g_shell_parse_argv (self->record->arguments, NULL, &words, error))
    return NULL;

  g_ptr_array_add (argv, g_strdup ("/proc/self/exe"));
  g_ptr_array_add (argv, g_strdup (self->record->command));
  g_ptr_array_add (argv, g_strdup_printf ("--threads=%u", n_threads));
  g_ptr_array_add (argv, g_strdup ("--no-cache"));
  g_ptr_array_add (argv, style != NULL ? g_strconcat ("--progress=", style, NULL)
                                       : g_strdup ("--quiet"));
  for (guint i = 0; words != NULL && words[i] != NULL; i++) {
    gboolean has_value;

    if (!is_own (words[i], &has_value))
      add_word (self, argv, words, &i);
    else if (has_value && words[i + 1] != NULL)
      i++;
  }
  g_ptr_array_add (argv, NULL);

  return g_steal_pointer (&argv);
}

/* In the child: it must not outlive whoever waits for it. */
static void
child_setup_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static gboolean
wait_for (Replay *self, GPid child, GError **error)
{
  gboolean good = TRUE;
  int      status;
  pid_t    ended;

  while ((ended = waitpid (child, &status, WNOHANG)) == 0 ||
         (ended < 0 && errno == EINTR)) {
    if (good && !qs_run_step (self->cli->run, NULL, error)) {
      good = FALSE;
      kill (child, SIGTERM);
    }
    g_usleep (POLL_US);
  }
  g_spawn_close_pid (child);

  return good;
}

static gboolean
run_again (Replay *self, const char *registry, GError **error)
{
  g_auto (GStrv)        environment = g_get_environ ();
  g_autoptr (GPtrArray) argv = make_argv (self, error);
  GPid                  child;

  if (argv == NULL)
    return FALSE;

  environment = g_environ_setenv (environment, "QUSOP_REGISTRY", registry, TRUE);
  return g_spawn_async (self->record->folder, (char **) argv->pdata, environment,
                        G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL,
                        child_setup_cb, NULL, &child, error) &&
         wait_for (self, child, error);
}

/* The run that the child put on record, in a registry of its own. */
static QsRunRecord *
repeat (Replay *self, GError **error)
{
  const QsRunFilter      all = { 0 };
  g_autofree char       *folder = g_build_filename (self->place, "registry", NULL);
  g_autoptr (QsRegistry) registry = NULL;
  g_autoptr (GPtrArray)  records = NULL;

  if (!run_again (self, folder, error))
    return NULL;

  registry = qs_registry_open (folder, error);
  records = registry != NULL ? qs_registry_list (registry, &all, error) : NULL;
  if (records == NULL)
    return NULL;
  if (records->len != 1) {
    g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_OUTPUT,
                 "Run %s could not be repeated: it left no record", self->record->id);
    return NULL;
  }

  return g_ptr_array_steal_index (records, 0);
}

/* A result of other code or another processor may differ for that reason. */
static void
tell_machine (const QsRunRecord *then, const QsRunRecord *now)
{
  if (strcmp (then->version, now->version) != 0 || strcmp (then->build, now->build) != 0)
    fprintf (stderr, "Then QuSOP %s, build %s; now %s, build %s\n", then->version,
             then->build, now->version, now->build);
  if (strcmp (then->cpu, now->cpu) != 0)
    fprintf (stderr, "Then on %s; now on %s\n", then->cpu, now->cpu);
}

static gboolean
judge (QsRegistry        *registry,
       const QsRunRecord *then,
       const QsRunRecord *now,
       GError           **error)
{
  g_autoptr (GPtrArray) differences = qs_run_record_compare_results (then, now);
  g_autofree char      *what = g_strconcat ("replay of run ", then->id, NULL);

  if (!qs_registry_audit (registry, what, NULL,
                          differences->len == 0 ? "identical" : differences->pdata[0],
                          NULL, error))
    return FALSE;

  tell_machine (then, now);
  if (differences->len == 0) {
    const guint n_files = qs_run_record_n_written (then);

    printf ("%s: identical (%s, %u files%s; %u threads then, %u now)\n", then->id,
            qs_run_record_outcome (then), n_files,
            n_files > 0                                         ? ""
            : qs_run_record_file (then, QS_RUN_PRINTED) != NULL ? ", what was printed"
                                                                : ", the model",
            then->n_threads, now->n_threads);
    return TRUE;
  }

  for (guint i = 0; i < differences->len; i++)
    printf ("%s: different: %s\n", then->id, (const char *) differences->pdata[i]);
  g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_DIFFERENT,
               "Run %s gives another result now", then->id);
  return FALSE;
}

static gboolean
replay (QusopCli *cli, const char *id, GError **error)
{
  g_autoptr (QsRegistry)  registry = qusop_cli_open_registry (cli, error);
  g_autoptr (QsRunRecord) then =
      registry != NULL ? qs_registry_find (registry, id, error) : NULL;
  g_autoptr (QsRunRecord) now = NULL;
  g_auto (Replay)         self = { .cli = cli, .record = then };

  if (then == NULL || !check_record (then, error))
    return FALSE;

  self.folders = g_ptr_array_new_with_free_func (g_free);
  self.place = g_dir_make_tmp ("qusop-replay-XXXXXX", error);
  now = self.place != NULL ? repeat (&self, error) : NULL;
  if (now == NULL)
    return FALSE;

  qusop_cli_progress_end ();
  return judge (registry, then, now, error);
}

/* qusop-cli replay RUN */
gboolean
qusop_cli_replay (QusopCli *cli, int argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = { { NULL } };

  return qusop_cli_parse (
             cli, "RUN",
             "Runs again what the registry has on record and compares the results bit by "
             "bit,\ntimes and paths apart. Exit: 0 identical, 3 different.",
             entries, 1, &argc, &argv, error) &&
         replay (cli, argv[1], error);
}
