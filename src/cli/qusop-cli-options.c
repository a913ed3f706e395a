/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli-output.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

G_DEFINE_QUARK (qusop - cli - error, qusop_cli_error)

#define N_THREADS_MAX 1024

/* How long a cancelled computation may take to end by itself. Drawing a figure listens to
 * no run; a fifth of a second after the signal all must be over. */
#define GRACE_NS 60000000L
#define NS_PER_S 1000000000L

/* The run that signals cancel, and the thread that sees to the end; both are made before
 * the handler is installed. */
static QsRun      *cancelled_run;
static pthread_t   guard;
static sem_t       guard_wake;
static atomic_bool finished;

/* An atomic store and sem_post(), which are safe in a handler. */
static void
cancel_cb (int signal_number)
{
  qs_run_cancel (cancelled_run);
  sem_post (&guard_wake);
}

static struct timespec
end_of_grace (void)
{
  struct timespec end;

  clock_gettime (CLOCK_REALTIME, &end);
  end.tv_nsec += GRACE_NS;
  end.tv_sec += end.tv_nsec / NS_PER_S;
  end.tv_nsec %= NS_PER_S;
  return end;
}

static void *
guard_main (void *data)
{
  struct timespec end;

  while (sem_wait (&guard_wake) != 0)
    continue;

  end = end_of_grace ();
  while (!atomic_load (&finished) &&
         (sem_timedwait (&guard_wake, &end) == 0 || errno != ETIMEDOUT))
    continue;
  if (atomic_load (&finished))
    return NULL;

  qusop_output_abandon ();
  _exit (QUSOP_EXIT_CANCELLED);
}

static void
listen_for_signals (QsRun *run)
{
  struct sigaction action = { .sa_handler = cancel_cb, .sa_flags = SA_RESTART };

  cancelled_run = run;
  sem_init (&guard_wake, 0, 0);
  if (pthread_create (&guard, NULL, guard_main, NULL) != 0)
    g_error ("No thread can be started");

  sigemptyset (&action.sa_mask);
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
  /* A reader that went away shows as a failed write, after which temporaries are removed.
   */
  signal (SIGPIPE, SIG_IGN);
}

/* From here on signals change nothing: all files are complete or gone. */
static void
stop_listening (void)
{
  signal (SIGINT, SIG_IGN);
  signal (SIGTERM, SIG_IGN);
  atomic_store (&finished, TRUE);
  sem_post (&guard_wake);
  pthread_join (guard, NULL);
}

/**
 * qusop_cli_exit_code:
 * @error: (nullable): why a command failed
 *
 * Returns: the exit code that scripts rely on
 */
int
qusop_cli_exit_code (const GError *error)
{
  if (error == NULL)
    return QUSOP_EXIT_DONE;
  if (error->domain == G_OPTION_ERROR ||
      g_error_matches (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE) ||
      g_error_matches (error, QS_ERROR, QS_ERROR_SCENARIO))
    return QUSOP_EXIT_USAGE;
  if (g_error_matches (error, QS_ERROR, QS_ERROR_CANCELLED))
    return QUSOP_EXIT_CANCELLED;
  if (g_error_matches (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_INCOMPLETE))
    return QUSOP_EXIT_INCOMPLETE;
  if (error->domain == QUSOP_CLI_ERROR ||
      g_error_matches (error, QS_ERROR, QS_ERROR_NUMERIC) ||
      g_error_matches (error, QS_ERROR, QS_ERROR_RESOURCE))
    return QUSOP_EXIT_FAILED;
  return QUSOP_EXIT_REFUSED;
}

static gboolean
parse_whole (const char *option,
             const char *text,
             guint64     low,
             guint64     high,
             guint64    *value,
             GError    **error)
{
  if (g_ascii_string_to_unsigned (text, 10, low, high, value, NULL))
    return TRUE;

  g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
               "%s is %s, must be a whole number from %" G_GUINT64_FORMAT
               " to %" G_GUINT64_FORMAT,
               option, text, low, high);
  return FALSE;
}

/**
 * qusop_cli_number:
 *
 * Reads @text as a finite number with a point, whatever the locale.
 */
gboolean
qusop_cli_number (const char *option, const char *text, double *value, GError **error)
{
  char *end = NULL;

  *value = g_ascii_strtod (text, &end);
  if (end != text && *end == '\0' && isfinite (*value))
    return TRUE;

  g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
               "%s is %s, must be a number", option, text);
  return FALSE;
}

gboolean
qusop_cli_take_number (const char *option,
                       const char *text,
                       double     *value,
                       GError    **error)
{
  return text == NULL || qusop_cli_number (option, text, value, error);
}

/**
 * qusop_cli_choose:
 * @choices: %NULL-terminated
 * @chosen: (out): index of @value in @choices
 *
 * Refuses, naming what there is, what is not one of @choices.
 */
gboolean
qusop_cli_choose (const char        *option,
                  const char        *value,
                  const char *const *choices,
                  guint             *chosen,
                  GError           **error)
{
  g_autofree char *list = NULL;

  for (guint i = 0; choices[i] != NULL; i++) {
    if (strcmp (value, choices[i]) == 0) {
      *chosen = i;
      return TRUE;
    }
  }

  list = g_strjoinv (", ", (char **) choices);
  g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
               "%s is %s; what there is: %s", option, value, list);
  return FALSE;
}

gboolean
qusop_cli_require (const char *value, const char *option, GError **error)
{
  if (value != NULL)
    return TRUE;

  g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE, "%s is missing", option);
  return FALSE;
}

/* The options that every command has. */
typedef struct {
  char    *threads;
  char    *seed;
  char    *progress;
  char    *sign;
  char    *config;
  gboolean version;
} Common;

static gboolean
take_common (QusopCli *cli, const Common *common, GError **error)
{
  guint64 n_threads = 0;

  if (common->threads != NULL &&
      !parse_whole ("--threads", common->threads, 1, N_THREADS_MAX, &n_threads, error))
    return FALSE;
  if (common->seed != NULL &&
      !parse_whole ("--seed", common->seed, 0, G_MAXUINT64, &cli->seed, error))
    return FALSE;
  if (!qusop_cli_progress_choose (common->progress, cli->quiet, error) ||
      (common->sign != NULL && !qusop_output_sign_with (common->sign, error)))
    return FALSE;

  cli->has_seed = common->seed != NULL;
  cli->n_threads = (guint) n_threads;
  cli->run = qs_run_new (cli->n_threads, qusop_cli_progress_cb, NULL);
  listen_for_signals (cli->run);

  return TRUE;
}

static gboolean
writes_folder (const GOptionEntry *entries)
{
  for (; entries->long_name != NULL; entries++)
    if (strcmp (entries->long_name, "out") == 0)
      return strcmp (entries->arg_description, "DIR") == 0;

  return FALSE;
}

/* Commands that read a study read one file of settings, too. */
static gboolean
reads_study (const char *synopsis)
{
  return g_strcmp0 (synopsis, "DATA") == 0;
}

static gboolean
parse (QusopCli           *cli,
       Common             *common,
       const char         *synopsis,
       const char         *summary,
       const GOptionEntry *entries,
       int                *argc,
       char             ***argv,
       GError            **error)
{
  const GOptionEntry shared[] = {
    { "threads", 0, 0, G_OPTION_ARG_STRING, &common->threads,
      "Threads (default: one per processor); never changes a result", "N" },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &common->seed, "Seed (default: 1)", "N" },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &cli->quiet, "No progress", NULL },
    { "progress", 0, 0, G_OPTION_ARG_STRING, &common->progress,
      "How to show progress: bar, lines or json", "STYLE" },
    { "no-cache", 0, 0, G_OPTION_ARG_NONE, &cli->no_cache,
      "Fit anew, even where a pkpd model of the same study is remembered", NULL },
    { "no-registry", 0, 0, G_OPTION_ARG_NONE, &cli->no_registry,
      "Leave no record of this run", NULL },
    { "map", 0, 0, G_OPTION_ARG_STRING, &cli->mapping,
      "Which column is which, such as BW=WT,DV=CONC", "NAME=COLUMN,…" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &common->version, "Show the version", NULL },
    { NULL },
  };
  const GOptionEntry writer[] = {
    { "sign", 0, 0, G_OPTION_ARG_FILENAME, &common->sign,
      "Sign the manifest with this secret key of minisign", "KEYFILE" },
    { NULL },
  };
  const GOptionEntry reader[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &common->config,
      "Settings from a file, which names the study as well; options count more",
      "FILE.yaml" },
    { "write-config", 0, 0, G_OPTION_ARG_FILENAME, &cli->write_config,
      "Write the settings of this run as such a file", "FILE.yaml" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (synopsis);

  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, shared, NULL);
  if (writes_folder (entries))
    g_option_context_add_main_entries (context, writer, NULL);
  if (reads_study (synopsis))
    g_option_context_add_main_entries (context, reader, NULL);

  return g_option_context_parse (context, argc, argv, error);
}

/**
 * qusop_cli_parse:
 * @synopsis: what follows the options in the usage line
 * @entries: the options of this command
 * @n_words: how many words besides options it takes
 *
 * Reads the command line, makes the run and listens for signals from then on. --help and
 * --version end the program.
 */
gboolean
qusop_cli_parse (QusopCli           *cli,
                 const char         *synopsis,
                 const char         *summary,
                 const GOptionEntry *entries,
                 int                 n_words,
                 int                *argc,
                 char             ***argv,
                 GError            **error)
{
  Common   common = { 0 };
  gboolean good = (!reads_study (synopsis) ||
                   qusop_cli_config_expand (cli, entries, argc, argv, error)) &&
                  parse (cli, &common, synopsis, summary, entries, argc, argv, error);

  if (good && common.version) {
    g_print ("qusop-cli %s\n", qs_version ());
    exit (QUSOP_EXIT_DONE);
  }
  if (good && reads_study (synopsis))
    qusop_cli_config_data (cli, argc, *argv);
  if (good && n_words == QUSOP_CLI_ONE_WORD_AT_MOST)
    n_words = MIN (*argc - 1, 1);
  if (good && n_words == QUSOP_CLI_ANY_WORDS)
    n_words = *argc - 1;
  if (good && *argc - 1 != n_words) {
    g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
                 "%s takes %d word%s besides options, not %d", (*argv)[0], n_words,
                 n_words == 1 ? "" : "s", *argc - 1);
    good = FALSE;
  }

  good = good && take_common (cli, &common, error);
  if (good && cli->recorded)
    qusop_record_begin (cli);
  if (good && common.config != NULL)
    qusop_record_read ("config", common.config);
  if (good && reads_study (synopsis))
    qusop_cli_config_collect (cli, entries);
  g_free (common.threads);
  g_free (common.seed);
  g_free (common.progress);
  g_free (common.sign);
  g_free (common.config);

  return good;
}

void
qusop_cli_finish (QusopCli *cli)
{
  qusop_cli_progress_end ();
  if (cli->run != NULL)
    stop_listening ();
  g_clear_pointer (&cli->run, qs_run_unref);
  qusop_output_sign_no_more ();
  g_free (cli->mapping);
  qusop_cli_config_clear (cli);
  g_strfreev (cli->words);
}

/**
 * qusop_cli_biomarker:
 * @value: (nullable): of --success-on
 */
gboolean
qusop_cli_biomarker (const char *value, QsBiomarker *biomarker, GError **error)
{
  static const char *const choices[] = { "true", "observed", NULL };
  guint                    chosen = 0;

  if (value != NULL && !qusop_cli_choose ("--success-on", value, choices, &chosen, error))
    return FALSE;

  *biomarker = chosen == 1 ? QS_BIOMARKER_OBSERVED : QS_BIOMARKER_TRUE;
  return TRUE;
}
