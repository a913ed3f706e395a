/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/qs-run-record.h"

#include "core/qs-error.h"
#include "core/qs-file.h"
#include "registry/qs-essence.h"
#include "registry/qs-machine.h"
#include "report/qs-json.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* Of what a run says, enough to read it again; all of it enters the checksum. */
#define N_PRINTED_MAX ((gsize) 64 * 1024)

/* Of a file that is taken apart to leave out its times. */
#define N_ESSENCE_MAX ((gsize) 256 << 20)

static void
file_clear (gpointer data)
{
  QsRunFile *file = data;

  g_free (file->role);
  g_free (file->path);
  g_free (file->sha256);
  g_free (file->essence);
}

/* For the registry, which fills it in. */
QsRunRecord *
qs_run_record_new_empty (void)
{
  QsRunRecord *self = g_new0 (QsRunRecord, 1);

  self->elapsed_s = NAN;
  self->status = QS_RUN_UNFINISHED;
  self->files = g_array_new (FALSE, TRUE, sizeof (QsRunFile));
  g_array_set_clear_func (self->files, file_clear);
  return self;
}

static char *
join_quoted (const char *const *words)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; words[i] != NULL; i++) {
    g_autofree char *quoted = g_shell_quote (words[i]);
    /* What no shell would take apart stays readable. */
    const gboolean plain =
        words[i][0] != '\0' &&
        strspn (words[i], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                          "-_=.,:/+@%") == strlen (words[i]);

    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", plain ? words[i] : quoted);
  }

  return g_string_free (text, FALSE);
}

/**
 * qs_run_record_new:
 * @arguments: %NULL-terminated: what follows the command
 *
 * Begins the record of a run of this program, here and now.
 */
QsRunRecord *
qs_run_record_new (const char *command, const char *const *arguments)
{
  QsRunRecord *self = qs_run_record_new_empty ();

  self->command = g_strdup (command);
  self->arguments = join_quoted (arguments);
  self->folder = g_get_current_dir ();
  self->version = g_strdup (QS_VERSION);
  self->build = qs_machine_build ();
  self->cpu = qs_machine_cpu ();
  self->blas = g_strdup ("none");
  self->started_us = g_get_real_time ();
  return self;
}

void
qs_run_record_free (QsRunRecord *self)
{
  if (self == NULL)
    return;

  g_free (self->id);
  g_free (self->command);
  g_free (self->arguments);
  g_free (self->folder);
  g_free (self->version);
  g_free (self->build);
  g_free (self->cpu);
  g_free (self->blas);
  g_free (self->message);
  g_free (self->model);
  g_free (self->model_sha256);
  g_free (self->printed);
  g_free (self->label);
  g_array_unref (self->files);
  g_free (self);
}

/**
 * qs_run_record_file:
 *
 * Returns: (transfer none) (nullable): the first file with that role
 */
const QsRunFile *
qs_run_record_file (const QsRunRecord *self, const char *role)
{
  for (guint i = 0; i < self->files->len; i++) {
    const QsRunFile *file = &g_array_index (self->files, QsRunFile, i);

    if (strcmp (file->role, role) == 0)
      return file;
  }

  return NULL;
}

static gboolean
is_known (const QsRunRecord *self, const char *path, gboolean written)
{
  for (guint i = 0; i < self->files->len; i++) {
    const QsRunFile *file = &g_array_index (self->files, QsRunFile, i);

    if (file->written == written && strcmp (file->path, path) == 0)
      return TRUE;
  }

  return FALSE;
}

static gboolean
add_file (QsRunRecord *self,
          const char  *role,
          const char  *path,
          gboolean     written,
          GError     **error)
{
  g_autofree char *full = g_canonicalize_filename (path, NULL);
  g_autofree char *sha256 = NULL, *bytes = NULL;
  guint64          n_bytes;
  gsize            n_read;
  QsRunFile        file;

  if (is_known (self, full, written))
    return TRUE;
  /* Reading a pipe twice would wait for ever. */
  if (!g_file_test (full, G_FILE_TEST_IS_REGULAR)) {
    g_set_error (error, QS_ERROR, QS_ERROR_IO, "%s is not a regular file", full);
    return FALSE;
  }
  sha256 = qs_file_sha256 (full, &n_bytes, error);
  if (sha256 == NULL)
    return FALSE;
  /* Of a file too large to be taken apart every byte counts. */
  if (written && n_bytes <= N_ESSENCE_MAX &&
      !qs_file_read (full, N_ESSENCE_MAX, &bytes, &n_read, error))
    return FALSE;

  file = (QsRunFile){
    .role = g_strdup (role),
    .sha256 = g_strdup (sha256),
    .essence = bytes != NULL ? qs_essence_sha256 (full, bytes, n_read)
               : written     ? g_strdup (sha256)
                             : NULL,
    .n_bytes = n_bytes,
    .written = written,
  };
  file.path = g_steal_pointer (&full);
  g_array_append_val (self->files, file);
  return TRUE;
}

/**
 * qs_run_record_add_read:
 * @path: of a file that decides the result
 * @error: return location for %QS_ERROR_IO
 */
gboolean
qs_run_record_add_read (QsRunRecord *self,
                        const char  *role,
                        const char  *path,
                        GError     **error)
{
  return add_file (self, role, path, FALSE, error);
}

/**
 * qs_run_record_add_data:
 * @path: where the study was read from
 * @sha256: of what was read, whatever is there by now
 */
void
qs_run_record_add_data (QsRunRecord *self, const char *path, const char *sha256)
{
  GStatBuf  status;
  QsRunFile file = {
    .role = g_strdup (QS_RUN_DATA),
    .path = g_canonicalize_filename (path, NULL),
    .sha256 = g_strdup (sha256),
  };

  if (g_stat (file.path, &status) == 0)
    file.n_bytes = (guint64) status.st_size;
  g_array_append_val (self->files, file);
}

/* As qs_run_record_add_read(), for a result. */
gboolean
qs_run_record_add_written (QsRunRecord *self, const char *path, GError **error)
{
  g_autofree char *role = g_path_get_basename (path);

  return add_file (self, role, path, TRUE, error);
}

/* What was printed counts as a file, "-", and its beginning is kept. */
void
qs_run_record_add_printed (QsRunRecord *self, const char *text)
{
  const gsize     length = strlen (text);
  const QsRunFile file = {
    .role = g_strdup (QS_RUN_PRINTED),
    .path = g_strdup ("-"),
    .sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1),
    .essence = qs_essence_sha256 ("-", text, length),
    .n_bytes = length,
    .written = TRUE,
  };

  g_array_append_val (self->files, file);
  g_free (self->printed);
  self->printed = g_strndup (text, N_PRINTED_MAX);
}

static char *
utc (gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : g_strdup ("?");
}

/* When it began, as 2026-01-31T12:00:00Z. */
char *
qs_run_record_started (const QsRunRecord *self)
{
  return utc (self->started_us);
}

/* How it ended, in a word. */
const char *
qs_run_record_outcome (const QsRunRecord *self)
{
  switch (self->status) {
  case QS_RUN_UNFINISHED:
    return "unfinished";
  case 0:
    return "done";
  case 1:
    return "usage";
  case 2:
    return "refused";
  case 4:
    return "incomplete";
  case 130:
    return "cancelled";
  default:
    return "failed";
  }
}

/* What a file says must not move the cursor of whoever reads it. */
static char *
harmless (const char *text)
{
  char *valid = g_utf8_make_valid (text, -1);

  for (char *c = valid; *c != '\0'; c++) {
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  }

  return valid;
}

/**
 * qs_run_record_line:
 *
 * Returns: (transfer full): one line, its id first
 */
char *
qs_run_record_line (const QsRunRecord *self)
{
  const QsRunFile *data = qs_run_record_file (self, QS_RUN_DATA);
  g_autofree char *started = qs_run_record_started (self);
  g_autofree char *name =
      data != NULL ? g_path_get_basename (data->path) : g_strdup ("–");
  g_autofree char *elapsed =
      isfinite (self->elapsed_s) ? g_strdup_printf ("%.2f s", self->elapsed_s) : NULL;
  g_autofree char *line = g_strdup_printf (
      "%s  %s  %-9s  %-10s  %10s  %-8s  seed %" G_GUINT64_FORMAT "  %s%s%s", self->id,
      started, self->command, qs_run_record_outcome (self),
      elapsed != NULL ? elapsed : "–", self->model != NULL ? self->model : "–",
      self->seed, name, self->label != NULL ? "  # " : "",
      self->label != NULL ? self->label : "");

  return harmless (line);
}

static json_t *
file_json (const QsRunFile *file)
{
  return json_pack ("{s:o, s:o, s:o, s:o, s:I, s:b}", "role", qs_json_text (file->role),
                    "path", qs_json_text (file->path), "sha256",
                    qs_json_text (file->sha256), "essence_sha256",
                    qs_json_text (file->essence), "bytes", (json_int_t) file->n_bytes,
                    "written", file->written != FALSE);
}

static json_t *
record_json (const QsRunRecord *self)
{
  const QsRunFile *data = qs_run_record_file (self, QS_RUN_DATA);
  g_autofree char *started = qs_run_record_started (self);
  json_t          *files = json_array ();
  json_t          *root = json_object ();

  for (guint i = 0; i < self->files->len; i++)
    json_array_append_new (files, file_json (&g_array_index (self->files, QsRunFile, i)));

  json_object_set_new (root, "id", qs_json_text (self->id));
  json_object_set_new (root, "command", qs_json_text (self->command));
  json_object_set_new (root, "arguments", qs_json_text (self->arguments));
  json_object_set_new (root, "folder", qs_json_text (self->folder));
  json_object_set_new (root, "label", qs_json_text (self->label));
  json_object_set_new (root, "result", json_string (qs_run_record_outcome (self)));
  json_object_set_new (root, "exit",
                       self->status == QS_RUN_UNFINISHED ? json_null ()
                                                         : json_integer (self->status));
  json_object_set_new (root, "message", qs_json_text (self->message));
  json_object_set_new (root, "started", json_string (started));
  json_object_set_new (root, "elapsed_s", qs_json_number (self->elapsed_s));
  json_object_set_new (root, "data_sha256",
                       qs_json_text (data != NULL ? data->sha256 : NULL));
  json_object_set_new (root, "model", qs_json_text (self->model));
  json_object_set_new (root, "model_sha256", qs_json_text (self->model_sha256));
  json_object_set_new (root, "seed", qs_json_seed (self->seed));
  json_object_set_new (root, "threads", json_integer (self->n_threads));
  json_object_set_new (root, "version", qs_json_text (self->version));
  json_object_set_new (root, "build", qs_json_text (self->build));
  json_object_set_new (root, "cpu", qs_json_text (self->cpu));
  json_object_set_new (root, "blas", qs_json_text (self->blas));
  json_object_set_new (root, "printed", qs_json_text (self->printed));
  json_object_set_new (root, "files", files);

  return root;
}

/**
 * qs_run_record_json:
 *
 * Returns: (transfer full): all that is known of a run
 */
char *
qs_run_record_json (const QsRunRecord *self)
{
  return qs_json_dump (record_json (self));
}

/**
 * qs_run_records_json:
 * @records: (element-type QsRunRecord): as qs_registry_list() gives them
 *
 * Returns: (transfer full): schema qusop-runs/1
 */
char *
qs_run_records_json (const GPtrArray *records)
{
  json_t *list = json_array ();

  for (guint i = 0; i < records->len; i++)
    json_array_append_new (list, record_json (records->pdata[i]));

  return qs_json_dump (json_pack ("{s:s, s:o}", "schema", "qusop-runs/1", "runs", list));
}
