/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* The one run of this process, for whoever reads and writes files far from the command.
 */
static struct {
  QsRegistry  *registry; /* NULL: not registered */
  QsRunRecord *record;
  GPtrArray   *written; /* paths, hashed at the end */
  GString     *printed;
  FILE        *terminal; /* stdout as it was */
  gboolean     warned;
} run;

/* A run goes on without its record; that it does so is said once. */
static void
warn (const GError *error)
{
  if (!run.warned) {
    qusop_cli_progress_end ();
    fprintf (stderr, "qusop-cli: This run is not fully on record: %s\n", error->message);
  }
  run.warned = TRUE;
}

static ssize_t
tee_cb (void *cookie, const char *bytes, size_t n_bytes)
{
  g_string_append_len (run.printed, bytes, (gssize) n_bytes);

  for (size_t done = 0; done < n_bytes;) {
    const ssize_t n = write (STDOUT_FILENO, bytes + done, n_bytes - done);

    if (n < 0 && errno != EINTR)
      return 0;
    done += (size_t) MAX (n, 0);
  }

  return (ssize_t) n_bytes;
}

/* What is printed is a result as well as what is written. */
static void
listen_to_stdout (void)
{
  const cookie_io_functions_t functions = { .write = tee_cb };
  FILE                       *tee = fopencookie (NULL, "w", functions);

  if (tee == NULL)
    return;

  if (isatty (STDOUT_FILENO))
    setvbuf (tee, NULL, _IOLBF, 0);
  run.terminal = stdout;
  stdout = tee;
}

static void
stop_listening (void)
{
  if (run.terminal == NULL)
    return;

  fclose (stdout);
  stdout = run.terminal;
  run.terminal = NULL;
}

/**
 * qusop_record_begin:
 * @cli: has the words and the common options
 *
 * Writes the beginning of the run into the registry; what happens from now on is on
 * record. That there is no registry to be had is said and changes nothing else.
 */
void
qusop_record_begin (const QusopCli *cli)
{
  const char *const *words = (const char *const *) cli->words;
  g_autofree char   *folder = cli->no_registry ? NULL : qs_registry_folder ();
  g_autoptr (GError) error = NULL;

  if (folder == NULL)
    return;

  run.record = qs_run_record_new (words[0], words + 1);
  run.record->seed = cli->seed;
  run.record->n_threads =
      cli->n_threads > 0 ? cli->n_threads : (guint) g_get_num_processors ();
  run.registry = qs_registry_open (folder, &error);
  if (run.registry == NULL || !qs_registry_begin (run.registry, run.record, &error)) {
    warn (error);
    g_clear_pointer (&run.registry, qs_registry_close);
    g_clear_pointer (&run.record, qs_run_record_free);
    return;
  }

  run.written = g_ptr_array_new_with_free_func (g_free);
  run.printed = g_string_new (NULL);
  listen_to_stdout ();
}

/* The study. */
void
qusop_record_data (const QsDataset *dataset)
{
  if (run.record != NULL)
    qs_run_record_add_data (run.record, qs_dataset_path (dataset),
                            qs_dataset_sha256 (dataset));
}

/* Any other file that decides the result. */
void
qusop_record_read (const char *role, const char *path)
{
  g_autoptr (GError) error = NULL;

  if (run.record != NULL && !qs_run_record_add_read (run.record, role, path, &error))
    warn (error);
}

/* A file of the result, in its final place. */
void
qusop_record_written (const char *path)
{
  if (run.record != NULL)
    g_ptr_array_add (run.written, g_canonicalize_filename (path, NULL));
}

/* The model that the result is from. */
void
qusop_record_model (const QsModel *model)
{
  if (run.record == NULL)
    return;

  g_free (run.record->model);
  g_free (run.record->model_sha256);
  run.record->model = g_strdup (qs_model_kind_name (model->kind));
  run.record->model_sha256 = qs_model_sha256 (model);
}

static void
complete (int status, const char *message)
{
  QsRunRecord *record = run.record;

  record->elapsed_s =
      (double) (g_get_real_time () - record->started_us) / (double) G_USEC_PER_SEC;
  record->status = status;
  record->message = g_strdup (message);
  qs_run_record_add_printed (record, run.printed->str);
  for (guint i = 0; i < run.written->len; i++) {
    g_autoptr (GError) error = NULL;

    if (!qs_run_record_add_written (record, run.written->pdata[i], &error))
      warn (error);
  }
}

static gboolean
audit (const QsRunRecord *record, GError **error)
{
  g_autofree char *what = g_strconcat ("run ", record->id, NULL);
  g_autofree char *done = g_strconcat (record->command, " ", record->arguments, ": ",
                                       qs_run_record_outcome (record), NULL);

  return qs_registry_audit (run.registry, what, NULL, done, NULL, error);
}

/**
 * qusop_record_finish:
 * @status: the exit code
 * @message: (nullable): why, if not 0
 */
void
qusop_record_finish (int status, const char *message)
{
  g_autoptr (GError) error = NULL;

  stop_listening ();
  if (run.record == NULL)
    return;

  complete (status, message);
  if (!qs_registry_finish (run.registry, run.record, &error) ||
      !audit (run.record, &error))
    warn (error);

  g_clear_pointer (&run.registry, qs_registry_close);
  g_clear_pointer (&run.record, qs_run_record_free);
  g_clear_pointer (&run.written, g_ptr_array_unref);
  g_string_free (g_steal_pointer (&run.printed), TRUE);
}
