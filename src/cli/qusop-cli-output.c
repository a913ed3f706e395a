/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli-output.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Points on paper: the text width of a page. */
#define FIGURE_WIDTH 640.0
#define FIGURE_HEIGHT 400.0

struct _QusopOutput {
  char *folder;
  char *staging; /* NULL once its files were moved */
};

/* Held while files change places, so that the end of a cancelled program never comes
 * between the first and the last of them. */
static pthread_mutex_t moving = PTHREAD_MUTEX_INITIALIZER;

/* Who signs what is written, if anybody; set once, before anything is computed. */
static QsSecretKey *signer;

/* What a cancelled program has to remove; borrowed from its output, under the lock. */
static const char *abandoned;

static gboolean
fail (GError **error, const char *what, const char *path, int errno_value)
{
  g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_OUTPUT, "%s %s: %s", what, path,
               g_strerror (errno_value));
  return FALSE;
}

/**
 * qusop_output_fail:
 * @cause: (transfer full): why something could not be written
 *
 * Makes a failure of the output of @cause, unless the user cancelled.
 */
gboolean
qusop_output_fail (GError **error, GError *cause)
{
  if (g_error_matches (cause, QS_ERROR, QS_ERROR_CANCELLED)) {
    g_propagate_error (error, cause);
    return FALSE;
  }

  g_set_error_literal (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_OUTPUT, cause->message);
  g_error_free (cause);
  return FALSE;
}

/* Makes and registers at once, or a signal in between would leave the folder behind. */
static gboolean
make_staging (QusopOutput *self, char *path)
{
  pthread_mutex_lock (&moving);
  if (g_mkdtemp_full (path, 0755) != NULL)
    abandoned = self->staging = g_strdup (path);
  pthread_mutex_unlock (&moving);

  return self->staging != NULL;
}

/**
 * qusop_output_new:
 * @folder: made if it is not there
 * @error: return location for %QUSOP_CLI_ERROR_OUTPUT
 *
 * Makes the hidden folder, so that a place that cannot be written to is found before a
 * long computation, not after it.
 */
QusopOutput *
qusop_output_new (const char *folder, GError **error)
{
  g_autoptr (QusopOutput) self = g_new0 (QusopOutput, 1);
  g_autofree char        *plain = g_canonicalize_filename (folder, NULL);
  g_autofree char        *parent = g_path_get_dirname (plain);
  g_autofree char        *base = g_path_get_basename (plain);
  g_autofree char        *hidden = g_strdup_printf (".%s.partial-XXXXXX", base);
  g_autofree char        *staging = g_build_filename (parent, hidden, NULL);

  self->folder = g_steal_pointer (&plain);
  if (g_file_test (self->folder, G_FILE_TEST_EXISTS) &&
      !g_file_test (self->folder, G_FILE_TEST_IS_DIR)) {
    fail (error, "Cannot write to", folder, ENOTDIR);
    return NULL;
  }
  if (g_mkdir_with_parents (parent, 0755) != 0 || !make_staging (self, staging)) {
    fail (error, "Cannot make a folder in", parent, errno);
    return NULL;
  }

  return g_steal_pointer (&self);
}

static void
remove_files (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char      *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);

    g_unlink (file);
  }
}

/* Again where another thread wrote one more file meanwhile. */
static void
remove_staging (const char *path)
{
  for (guint i = 0; i < 100; i++) {
    remove_files (path);
    if (g_rmdir (path) == 0 || errno != ENOTEMPTY)
      return;
  }
}

/**
 * qusop_output_abandon:
 *
 * Removes what is not complete and lets nothing be moved any more; for a program that
 * ends now, from any thread.
 */
void
qusop_output_abandon (void)
{
  pthread_mutex_lock (&moving);
  if (abandoned != NULL)
    remove_staging (abandoned);
}

void
qusop_output_free (QusopOutput *self)
{
  if (self == NULL)
    return;

  pthread_mutex_lock (&moving);
  abandoned = NULL;
  if (self->staging != NULL)
    remove_staging (self->staging);
  pthread_mutex_unlock (&moving);
  g_free (self->staging);
  g_free (self->folder);
  g_free (self);
}

/* Where files lie until qusop_output_finish(). */
const char *
qusop_output_staging (const QusopOutput *self)
{
  return self->staging;
}

char *
qusop_output_path (const QusopOutput *self, const char *name)
{
  return g_build_filename (self->staging, name, NULL);
}

static gboolean
write_file (const char *path, const char *bytes, gsize n_bytes, GError **error)
{
  GError *cause = NULL;

  if (g_file_set_contents_full (
          path, bytes, (gssize) n_bytes,
          G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644, &cause))
    return TRUE;

  return qusop_output_fail (error, cause);
}

/**
 * qusop_output_write:
 * @text: (transfer full): the whole content
 */
gboolean
qusop_output_write (QusopOutput *self, const char *name, char *text, GError **error)
{
  return qusop_output_write_bytes (self, name, g_bytes_new_take (text, strlen (text)),
                                   error);
}

/**
 * qusop_output_write_bytes:
 * @bytes: (transfer full): the whole content of the file @name
 */
gboolean
qusop_output_write_bytes (QusopOutput *self,
                          const char  *name,
                          GBytes      *bytes,
                          GError     **error)
{
  g_autoptr (GBytes) owned = bytes;
  g_autofree char   *path = qusop_output_path (self, name);

  return write_file (path, g_bytes_get_data (owned, NULL), g_bytes_get_size (owned),
                     error);
}

/**
 * qusop_output_figure:
 * @name: its ending tells the format: .png, .svg or .pdf
 */
gboolean
qusop_output_figure (QusopOutput         *self,
                     const char          *name,
                     const QusopPlotSpec *figure,
                     GError             **error)
{
  g_autofree char *path = qusop_output_path (self, name);
  GError          *cause = NULL;

  return qusop_plot_export (figure, path, FIGURE_WIDTH, FIGURE_HEIGHT, &cause) ||
         qusop_output_fail (error, cause);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_names (const char *path)
{
  GPtrArray       *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char      *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);

  return names;
}

static gboolean
hash_file (const char *path, char **sha256, guint64 *n_bytes, GError **error)
{
  g_autofree char *bytes = NULL;
  gsize            length;
  GError          *cause = NULL;

  if (!g_file_get_contents (path, &bytes, &length, &cause))
    return qusop_output_fail (error, cause);

  *sha256 =
      g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) bytes, length);
  *n_bytes = length;
  return TRUE;
}

static void
clear_file (gpointer file)
{
  g_free ((char *) ((QsReportFile *) file)->sha256);
}

static gboolean
write_manifest (QusopOutput           *self,
                const GPtrArray       *names,
                const char            *command,
                const QsReportSetting *settings,
                gsize                  n_settings,
                GError               **error)
{
  g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (QsReportFile));

  g_array_set_clear_func (files, clear_file);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = qusop_output_path (self, names->pdata[i]);
    char            *sha256 = NULL;
    QsReportFile     file = { .name = names->pdata[i] };

    if (!hash_file (path, &sha256, &file.n_bytes, error))
      return FALSE;
    file.sha256 = sha256;
    g_array_append_val (files, file);
  }

  return qusop_output_write (self, QS_MANIFEST,
                             qs_report_manifest_json (command, settings, n_settings,
                                                      (const QsReportFile *) files->data,
                                                      files->len),
                             error);
}

/* What minisign itself says in its trusted comment. */
static gboolean
write_signature (QusopOutput *self, GError **error)
{
  g_autofree char *path = qusop_output_path (self, QS_MANIFEST), *bytes = NULL;
  g_autofree char *comment = NULL;
  gsize            n_bytes;
  GError          *cause = NULL;

  if (signer == NULL)
    return TRUE;
  if (!g_file_get_contents (path, &bytes, &n_bytes, &cause))
    return qusop_output_fail (error, cause);

  comment =
      g_strdup_printf ("timestamp:%" G_GINT64_FORMAT "\tfile:" QS_MANIFEST "\thashed",
                       g_get_real_time () / G_USEC_PER_SEC);
  return qusop_output_write (self, QS_SIGNATURE,
                             qs_minisign_sign (signer, bytes, n_bytes, comment), error);
}

static gboolean
move_in (const QusopOutput *self, const char *name, GError **error)
{
  g_autofree char *from = qusop_output_path (self, name);
  g_autofree char *to = g_build_filename (self->folder, name, NULL);

  if (g_rename (from, to) == 0)
    return TRUE;

  return fail (error, "Cannot write", to, errno);
}

/* Into a folder that holds files already: its manifest goes first and comes last, so that
 * no manifest ever speaks of files that are not there. */
static gboolean
move_all (QusopOutput *self, const GPtrArray *names, GError **error)
{
  g_autofree char *old_manifest = g_build_filename (self->folder, QS_MANIFEST, NULL);
  g_autofree char *old_signature = g_build_filename (self->folder, QS_SIGNATURE, NULL);

  g_unlink (old_signature);
  g_unlink (old_manifest);
  for (guint i = 0; i < names->len; i++) {
    if (!move_in (self, names->pdata[i], error))
      return FALSE;
  }

  return (signer == NULL || move_in (self, QS_SIGNATURE, error)) &&
         move_in (self, QS_MANIFEST, error);
}

static gboolean
move (QusopOutput *self, const GPtrArray *names, GError **error)
{
  if (g_rename (self->staging, self->folder) == 0) {
    abandoned = NULL;
    g_clear_pointer (&self->staging, g_free);
    return TRUE;
  }
  if (errno != ENOTEMPTY && errno != EEXIST)
    return fail (error, "Cannot write", self->folder, errno);

  return move_all (self, names, error);
}

static void
record_all (const QusopOutput *self, const GPtrArray *names)
{
  g_autofree char *manifest = g_build_filename (self->folder, QS_MANIFEST, NULL);

  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = g_build_filename (self->folder, names->pdata[i], NULL);

    qusop_record_written (path);
  }
  qusop_record_written (manifest);
}

/**
 * qusop_output_finish:
 * @settings: for the manifest
 * @error: return location for %QUSOP_CLI_ERROR_OUTPUT
 *
 * Writes the manifest and moves everything to where it was asked for: at once where the
 * folder is new or empty, file by file where it is not.
 */
gboolean
qusop_output_finish (QusopOutput           *self,
                     const char            *command,
                     const QsReportSetting *settings,
                     gsize                  n_settings,
                     GError               **error)
{
  g_autoptr (GPtrArray) names = list_names (self->staging);
  gboolean              good;

  if (!write_manifest (self, names, command, settings, n_settings, error) ||
      !write_signature (self, error))
    return FALSE;

  pthread_mutex_lock (&moving);
  good = move (self, names, error);
  pthread_mutex_unlock (&moving);

  if (good)
    record_all (self, names);
  return good;
}

/* One line without what is typed showing, where somebody types. */
static char *
ask_password (void)
{
  const gboolean at_terminal = isatty (STDIN_FILENO) != 0;
  struct termios shown = { 0 }, hidden;
  char           line[1024] = "";

  fputs ("Password of the secret key: ", stderr);
  if (at_terminal && tcgetattr (STDIN_FILENO, &shown) == 0) {
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t) ECHO;
    tcsetattr (STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  if (fgets (line, sizeof line, stdin) == NULL)
    line[0] = '\0';
  if (at_terminal)
    tcsetattr (STDIN_FILENO, TCSAFLUSH, &shown);
  fputc ('\n', stderr);

  line[strcspn (line, "\n")] = '\0';
  return g_strdup (line);
}

/**
 * qusop_output_sign_with:
 * @path: of a secret key of minisign; its password is read from the terminal or from
 *   standard input
 * @error: return location for an error
 *
 * Signs the manifest of everything that qusop_output_finish() writes from now on.
 */
gboolean
qusop_output_sign_with (const char *path, GError **error)
{
  g_autofree char   *text = NULL, *password = NULL;
  g_autoptr (GError) cause = NULL;
  gboolean           is_locked;
  gsize              n_bytes;

  if (!qs_file_read (path, QUSOP_KEY_MAX, &text, &n_bytes, error))
    return FALSE;
  signer = qs_secret_key_parse (text, n_bytes, NULL, &is_locked, &cause);
  if (is_locked) {
    g_clear_error (&cause);
    password = ask_password ();
    signer = qs_secret_key_parse (text, n_bytes, password, &is_locked, &cause);
    explicit_bzero (password, strlen (password));
  }
  if (signer != NULL)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_REFUSED, "%s: %s", path, cause->message);
  return FALSE;
}

void
qusop_output_sign_no_more (void)
{
  g_clear_pointer (&signer, qs_secret_key_free);
}

/**
 * qusop_output_probe:
 * @path: of a file that is to be written after a long computation
 *
 * Finds out beforehand whether it can be.
 */
gboolean
qusop_output_probe (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return fail (error, "Cannot write", path, EISDIR);
  if (g_access (folder, W_OK | X_OK) != 0)
    return fail (error, "Cannot write to the folder", folder, errno);

  return TRUE;
}

/**
 * qusop_output_bytes:
 * @bytes: the whole content of @path
 */
gboolean
qusop_output_bytes (const char *path, GBytes *bytes, GError **error)
{
  gboolean good;

  pthread_mutex_lock (&moving);
  good =
      write_file (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
  pthread_mutex_unlock (&moving);

  if (good)
    qusop_record_written (path);
  return good;
}

/**
 * qusop_output_file:
 * @text: (transfer full): the whole content of @path
 */
gboolean
qusop_output_file (const char *path, char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

  return qusop_output_bytes (path, bytes, error);
}

/* As qs_model_save(), but a failure counts as one of the output. */
gboolean
qusop_output_model (const QsModel *model, const char *path, GError **error)
{
  GError  *cause = NULL;
  gboolean good;

  pthread_mutex_lock (&moving);
  good = qs_model_save (model, path, &cause);
  pthread_mutex_unlock (&moving);

  if (good)
    qusop_record_written (path);
  return good || qusop_output_fail (error, cause);
}
