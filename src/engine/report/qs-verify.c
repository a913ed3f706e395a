/* SPDX-License-Identifier: Apache-2.0 */
#include "report/qs-verify.h"

#include "core/qs-error.h"
#include "core/qs-minisign.h"
#include "report/qs-json.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A manifest of ten thousand files is far below these. */
#define MAX_MANIFEST ((gsize) 4 << 20)
#define MAX_VALUES 200000

/* No export has a file as large as this, and what a manifest says is not believed. */
#define MAX_FILE ((guint64) 1 << 32)

#define BLOCK ((gsize) 1 << 20)

typedef struct {
  const char            *folder;
  const QsVerifyOptions *options;
  QsRun                 *run;
  QsVerification        *result;
} Verifier;

static void add_fault (const Verifier *self, const char *name, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

static void
add_fault (const Verifier *self, const char *name, const char *format, ...)
{
  g_autofree char *words = NULL, *line = NULL;
  va_list          args;

  va_start (args, format);
  words = g_strdup_vprintf (format, args);
  va_end (args);
  line = g_strdup_printf ("%s: %s", name, words);
  /* Names come from the disk and from whoever wrote the manifest. */
  g_ptr_array_add (self->result->faults, g_utf8_make_valid (line, -1));
}

/* Opens a regular file without following a link or waiting for a pipe. Returns −1 with
 * the reason in @why. */
static int
open_regular (const char *path, guint64 *n_bytes, const char **why)
{
  const int   fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat st;

  if (fd < 0) {
    *why = errno == ENOENT  ? "is missing"
           : errno == ELOOP ? "is a link, must be a file"
                            : g_strerror (errno);
    return -1;
  }
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode)) {
    *why = "is not a regular file";
    close (fd);
    return -1;
  }

  *n_bytes = (guint64) st.st_size;
  return fd;
}

/* Streams the file; returns NULL with @error set for cancellation, without for a file
 * that cannot be read. */
static char *
hash (int fd, QsRun *run, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guchar    *block = g_malloc (BLOCK);
  ssize_t               n;

  while ((n = read (fd, block, BLOCK)) > 0) {
    g_checksum_update (checksum, block, n);
    if (!qs_run_step (run, NULL, error))
      return NULL;
  }

  return n == 0 ? g_strdup (g_checksum_get_string (checksum)) : NULL;
}

/* A small file as a whole; what is wrong with it becomes a fault. */
static char *
read_small (const Verifier *self, const char *name, gsize *n_bytes)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  const char      *why;
  guint64          size;
  gsize            n_read = 0;
  const int        fd = open_regular (path, &size, &why);
  g_autofree char *text = NULL;
  ssize_t          n = 0;

  if (fd < 0) {
    add_fault (self, name, "%s", why);
    return NULL;
  }
  if (size <= MAX_MANIFEST) {
    text = g_malloc0 (size + 1);
    while (n_read < size && (n = read (fd, text + n_read, size - n_read)) > 0)
      n_read += (gsize) n;
  }
  close (fd);
  if (size > MAX_MANIFEST)
    add_fault (self, name, "has %" G_GUINT64_FORMAT " bytes, more than any", size);
  else if (n < 0)
    add_fault (self, name, "cannot be read");
  else {
    *n_bytes = n_read;
    return g_steal_pointer (&text);
  }

  return NULL;
}

/* Whether the bytes are what its writer makes of its values: no second spelling, and its
 * checksum is right. */
static gboolean
is_as_written (const json_t *root, const char *text, gsize n_bytes)
{
  const char      *known = json_string_value (json_object_get (root, "manifest_sha256"));
  json_t          *rest = json_deep_copy (root);
  g_autofree char *again = qs_json_dump (json_deep_copy (root)), *bare = NULL;
  g_autofree char *sha256 = NULL;

  json_object_del (rest, "manifest_sha256");
  bare = qs_json_dump (rest);
  sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, bare, -1);

  return strlen (again) == n_bytes && memcmp (again, text, n_bytes) == 0 &&
         g_strcmp0 (known, sha256) == 0;
}

static json_t *
parse (const Verifier *self, const char *text, gsize n_bytes)
{
  json_t     *root = qs_json_parse (text, n_bytes, MAX_VALUES, NULL);
  const char *schema;

  schema = json_string_value (json_object_get (root, "schema"));
  if (g_strcmp0 (schema, "qusop-manifest/1") == 0 && is_as_written (root, text, n_bytes))
    return root;

  add_fault (self, QS_MANIFEST,
             root == NULL || g_strcmp0 (schema, "qusop-manifest/1") != 0
                 ? "is no manifest of an export, or damaged"
                 : "was changed: its own checksum is another");
  json_decref (root);
  return NULL;
}

static gboolean
is_plain (const char *name)
{
  return *name != '\0' && strchr (name, '/') == NULL && strcmp (name, ".") != 0 &&
         strcmp (name, "..") != 0 && strcmp (name, QS_MANIFEST) != 0 &&
         strcmp (name, QS_SIGNATURE) != 0;
}

static gboolean
check_content (const Verifier *self,
               const char     *name,
               guint64         n_wanted,
               const char     *sha256,
               GError        **error)
{
  g_autofree char   *path = g_build_filename (self->folder, name, NULL), *found = NULL;
  g_autoptr (GError) cause = NULL;
  const char        *why;
  guint64            n_bytes;
  int                fd;

  fd = open_regular (path, &n_bytes, &why);
  if (fd < 0) {
    add_fault (self, name, "%s", why);
    return TRUE;
  }
  if (n_bytes != n_wanted || n_bytes > MAX_FILE) {
    close (fd);
    add_fault (self, name,
               "differs: it has %" G_GUINT64_FORMAT
               " bytes, was written with %" G_GUINT64_FORMAT,
               n_bytes, n_wanted);
    return TRUE;
  }

  found = hash (fd, self->run, &cause);
  close (fd);
  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  if (g_strcmp0 (found, sha256) != 0)
    add_fault (self, name, "differs from what was written: its checksum is another");
  return TRUE;
}

/* @names gets what the manifest knows. */
static gboolean
check_file (const Verifier *self, json_t *file, GHashTable *names, GError **error)
{
  const char *name, *sha256;
  json_int_t  n_bytes;

  if (json_unpack_ex (file, NULL, JSON_STRICT, "{s:s, s:s, s:I}", "name", &name, "sha256",
                      &sha256, "bytes", &n_bytes) != 0 ||
      n_bytes < 0) {
    add_fault (self, QS_MANIFEST, "has an entry that is no file");
    return TRUE;
  }
  if (!is_plain (name)) {
    add_fault (self, QS_MANIFEST, "names \"%s\", which is no file of this folder", name);
    return TRUE;
  }
  if (!g_hash_table_add (names, (gpointer) name)) {
    add_fault (self, QS_MANIFEST, "names %s twice", name);
    return TRUE;
  }

  self->result->n_files++;
  return check_content (self, name, (guint64) n_bytes, sha256, error);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
check_extra (const Verifier *self, GHashTable *names)
{
  g_autoptr (GDir)      folder = g_dir_open (self->folder, 0, NULL);
  g_autoptr (GPtrArray) extra = g_ptr_array_new_with_free_func (g_free);
  const char           *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    if (!g_hash_table_contains (names, name) && strcmp (name, QS_MANIFEST) != 0 &&
        strcmp (name, QS_SIGNATURE) != 0)
      g_ptr_array_add (extra, g_strdup (name));

  g_ptr_array_sort (extra, compare_names);
  for (guint i = 0; i < extra->len; i++)
    add_fault (self, extra->pdata[i], "is extra: the manifest does not know it");
}

static gboolean
check_data (const Verifier *self, const json_t *config, GError **error)
{
  const char        *known = json_string_value (json_object_get (config, "data_sha256"));
  const char        *path = self->options->data, *why;
  g_autofree char   *found = NULL;
  g_autoptr (GError) cause = NULL;
  guint64            n_bytes;
  int                fd;

  if (path == NULL)
    return TRUE;
  fd = open_regular (path, &n_bytes, &why);
  if (fd < 0) {
    add_fault (self, path, "%s", why);
    return TRUE;
  }

  found = hash (fd, self->run, &cause);
  close (fd);
  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  if (g_strcmp0 (found, known) != 0)
    add_fault (self, path, "is not the study that the export is made from");
  return TRUE;
}

static gboolean
check_listed (const Verifier *self, json_t *root, GError **error)
{
  const json_t          *config = json_object_get (root, "config");
  const json_t          *files = json_object_get (root, "files");
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  const char            *model = self->options->model_sha256;

  self->result->command =
      g_strdup (json_string_value (json_object_get (root, "command")));
  self->result->created =
      g_strdup (json_string_value (json_object_get (root, "created")));
  for (gsize i = 0; i < json_array_size (files); i++) {
    if (!check_file (self, json_array_get (files, i), names, error))
      return FALSE;
  }
  check_extra (self, names);
  if (model != NULL &&
      g_strcmp0 (model, json_string_value (json_object_get (config, "model_sha256"))) !=
          0)
    add_fault (self, "The model", "is not the one that the export is made with");

  return check_data (self, config, error);
}

static void
check_signature (const Verifier *self, const char *manifest, gsize n_manifest)
{
  g_autofree char   *path = g_build_filename (self->folder, QS_SIGNATURE, NULL);
  g_autofree char   *signature = NULL;
  g_autoptr (GError) cause = NULL;
  gsize              n_bytes;

  self->result->is_signed = g_file_test (path, G_FILE_TEST_EXISTS);
  if (self->options->public_key == NULL)
    return;

  signature = read_small (self, QS_SIGNATURE, &n_bytes);
  if (signature != NULL && !qs_minisign_verify (self->options->public_key, manifest,
                                                n_manifest, signature, n_bytes, &cause))
    add_fault (self, QS_SIGNATURE, "%s", cause->message);
}

/**
 * qs_verify:
 * @folder: that a command wrote with --out
 * @run: (nullable): the run
 * @error: return location for %QS_ERROR_IO or %QS_ERROR_CANCELLED
 *
 * Compares the folder with its manifest and, where a key is given, the manifest with its
 * signature. Nothing that is read is believed: names stay within the folder, files that
 * differ in size are not read, and memory does not grow with them.
 *
 * Returns: (transfer full) (nullable): what is wrong, which may be nothing
 */
QsVerification *
qs_verify (const char *folder, const QsVerifyOptions *options, QsRun *run, GError **error)
{
  g_autoptr (QsVerification) result = NULL;
  g_autofree char           *text = NULL;
  json_t                    *root;
  gsize                      n_bytes;
  gboolean                   good;

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR)) {
    g_set_error (error, QS_ERROR, QS_ERROR_IO, "%s is not a folder", folder);
    return NULL;
  }

  result = g_new0 (QsVerification, 1);
  result->faults = g_ptr_array_new_with_free_func (g_free);
  const Verifier self = { folder, options, run, result };

  text = read_small (&self, QS_MANIFEST, &n_bytes);
  if (text == NULL)
    return g_steal_pointer (&result);
  check_signature (&self, text, n_bytes);
  root = parse (&self, text, n_bytes);
  good = root == NULL || check_listed (&self, root, error);
  json_decref (root);

  return good ? g_steal_pointer (&result) : NULL;
}

void
qs_verification_free (QsVerification *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->faults);
  g_free (self->command);
  g_free (self->created);
  g_free (self);
}
