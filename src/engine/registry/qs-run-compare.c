/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-file.h"
#include "registry/qs-essence.h"
#include "registry/qs-run-record.h"

#include <glib/gstdio.h>
#include <string.h>

/* Of a file whose values are compared; a larger one is judged by its checksum. */
#define N_BYTES_MAX ((gsize) 256 << 20)

static void
add (GPtrArray *differences, const char *what, const char *then, const char *now)
{
  if (g_strcmp0 (then, now) != 0)
    g_ptr_array_add (differences, g_strdup_printf ("%s: %s then, %s now", what,
                                                   then != NULL ? then : "none",
                                                   now != NULL ? now : "none"));
}

static void
add_number (GPtrArray *differences, const char *what, guint64 then, guint64 now)
{
  g_autofree char *was = g_strdup_printf ("%" G_GUINT64_FORMAT, then);
  g_autofree char *is = g_strdup_printf ("%" G_GUINT64_FORMAT, now);

  add (differences, what, was, is);
}

static const QsRunFile *
find (const QsRunRecord *record, const char *role, gboolean written)
{
  for (guint i = 0; i < record->files->len; i++) {
    const QsRunFile *file = &g_array_index (record->files, QsRunFile, i);

    if (file->written == written && strcmp (file->role, role) == 0)
      return file;
  }

  return NULL;
}

/* Another size is another file, however large. */
static gboolean
is_as_large (const QsRunFile *file)
{
  GStatBuf status;

  return g_stat (file->path, &status) == 0 && S_ISREG (status.st_mode) &&
         (guint64) status.st_size == file->n_bytes;
}

/* Whether what was read is still what it was. */
static gboolean
is_there (const QsRunFile *file)
{
  guint64          n_bytes;
  g_autofree char *sha256 =
      is_as_large (file) ? qs_file_sha256 (file->path, &n_bytes, NULL) : NULL;

  return g_strcmp0 (sha256, file->sha256) == 0;
}

/**
 * qs_run_record_recall:
 * @file: of @record
 *
 * Returns: (transfer full) (nullable): the bytes that a record speaks of, if they are
 *   still to be had
 */
char *
qs_run_record_recall (const QsRunRecord *record, const QsRunFile *file, gsize *n_bytes)
{
  g_autofree char *bytes = NULL, *sha256 = NULL;

  if (strcmp (file->path, "-") == 0)
    bytes = g_strdup (record->printed);
  else if (g_file_test (file->path, G_FILE_TEST_IS_REGULAR))
    qs_file_read (file->path, N_BYTES_MAX, &bytes, n_bytes, NULL);
  if (bytes == NULL)
    return NULL;
  if (strcmp (file->path, "-") == 0)
    *n_bytes = strlen (bytes);

  sha256 =
      g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) bytes, *n_bytes);
  return strcmp (sha256, file->sha256) == 0 ? g_steal_pointer (&bytes) : NULL;
}

static char *
locate (const QsRunRecord *a,
        const QsRunFile   *then,
        const QsRunRecord *b,
        const QsRunFile   *now)
{
  gsize            n_was = 0, n_is = 0;
  g_autofree char *was = qs_run_record_recall (a, then, &n_was),
                  *is = qs_run_record_recall (b, now, &n_is);

  if (was == NULL || is == NULL)
    return g_strdup ("not the same; the file of then is no longer there, so it cannot be "
                     "said where");

  return qs_essence_difference (then->path, was, n_was, is, n_is);
}

static void
compare_file (GPtrArray         *differences,
              const QsRunRecord *a,
              const QsRunFile   *then,
              const QsRunRecord *b)
{
  const QsRunFile *now = find (b, then->role, TRUE);
  g_autofree char *where = NULL;

  if (now == NULL)
    g_ptr_array_add (differences, g_strdup_printf ("%s: not written now", then->role));
  if (now == NULL || g_strcmp0 (then->essence, now->essence) == 0)
    return;

  /* Where both are at hand they decide: another version may have another notion of what
   * a result is without its times. */
  where = locate (a, then, b, now);
  if (where != NULL)
    g_ptr_array_add (differences, g_strdup_printf ("%s: %s", then->role, where));
}

/* The files that a run wrote, what was printed apart. */
guint
qs_run_record_n_written (const QsRunRecord *self)
{
  guint n = 0;

  for (guint i = 0; i < self->files->len; i++) {
    const QsRunFile *file = &g_array_index (self->files, QsRunFile, i);

    n += file->written && strcmp (file->path, "-") != 0;
  }

  return n;
}

/**
 * qs_run_record_compare_results:
 * @a: then
 * @b: now
 *
 * Compares how two runs ended, their models and the files they wrote, or what they
 * printed where they wrote none; times and paths apart.
 *
 * Returns: (transfer container) (element-type utf8): where they differ, a line each
 */
GPtrArray *
qs_run_record_compare_results (const QsRunRecord *a, const QsRunRecord *b)
{
  GPtrArray *differences = g_ptr_array_new_with_free_func (g_free);
  /* Where there are files they are the result, and what was printed speaks of them. */
  const gboolean printed =
      qs_run_record_n_written (a) == 0 && qs_run_record_n_written (b) == 0;

  add (differences, "result", qs_run_record_outcome (a), qs_run_record_outcome (b));
  add (differences, "message", a->message, b->message);
  add (differences, "model", a->model, b->model);
  add (differences, "model SHA-256", a->model_sha256, b->model_sha256);
  for (guint i = 0; i < a->files->len; i++) {
    const QsRunFile *file = &g_array_index (a->files, QsRunFile, i);

    if (file->written && (printed || strcmp (file->path, "-") != 0))
      compare_file (differences, a, file, b);
  }
  for (guint i = 0; i < b->files->len; i++) {
    const QsRunFile *file = &g_array_index (b->files, QsRunFile, i);

    /* A run of the window prints nothing and need not write: its model is its result. */
    if (file->written && find (a, file->role, TRUE) == NULL &&
        find (a, QS_RUN_PRINTED, TRUE) != NULL)
      g_ptr_array_add (differences, g_strdup_printf ("%s: not written then", file->role));
  }

  return differences;
}

/**
 * qs_run_record_compare_settings:
 *
 * Compares what two runs were told, what they read and what they ran on.
 *
 * Returns: (transfer container) (element-type utf8): where they differ, a line each
 */
GPtrArray *
qs_run_record_compare_settings (const QsRunRecord *a, const QsRunRecord *b)
{
  GPtrArray *differences = g_ptr_array_new_with_free_func (g_free);

  add (differences, "command", a->command, b->command);
  add (differences, "arguments", a->arguments, b->arguments);
  add (differences, "folder", a->folder, b->folder);
  add (differences, "version", a->version, b->version);
  add (differences, "build", a->build, b->build);
  add (differences, "processor", a->cpu, b->cpu);
  add_number (differences, "seed", a->seed, b->seed);
  add_number (differences, "threads", a->n_threads, b->n_threads);
  for (guint i = 0; i < a->files->len; i++) {
    const QsRunFile *then = &g_array_index (a->files, QsRunFile, i);
    const QsRunFile *now = then->written ? NULL : find (b, then->role, FALSE);

    if (!then->written)
      add (differences, then->role, then->sha256, now != NULL ? now->sha256 : NULL);
  }

  return differences;
}

/**
 * qs_run_record_compare_read:
 *
 * Looks whether the files that a run read are still what they were.
 *
 * Returns: (transfer container) (element-type utf8): those that are not, a line each
 */
GPtrArray *
qs_run_record_compare_read (const QsRunRecord *self)
{
  GPtrArray *differences = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->files->len; i++) {
    const QsRunFile *file = &g_array_index (self->files, QsRunFile, i);

    if (!file->written && !is_there (file))
      g_ptr_array_add (
          differences,
          g_strdup_printf ("%s %s %s: SHA-256 was %s", file->role, file->path,
                           g_file_test (file->path, G_FILE_TEST_EXISTS) ? "has changed"
                                                                        : "is missing",
                           file->sha256));
  }

  return differences;
}
