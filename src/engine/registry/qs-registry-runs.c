/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/qs-registry-private.h"

#include "core/qs-error.h"

#include <string.h>

#define N_ID 16

static void
bind_text (sqlite3_stmt *statement, int index, const char *text)
{
  sqlite3_bind_text (statement, index, text, -1, SQLITE_STATIC);
}

static void
bind_seed (sqlite3_stmt *statement, int index, guint64 seed)
{
  char text[24];

  g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT, seed);
  sqlite3_bind_text (statement, index, text, -1, SQLITE_TRANSIENT);
}

/* What tells this run from all others, its moment and process among it. */
static char *
make_id (const QsRunRecord *record)
{
  g_autofree char *nonce = g_uuid_string_random ();
  g_autofree char *text = g_strdup_printf (
      "%s\n%s\n%s\n%s\n%s\n%" G_GUINT64_FORMAT "\n%" G_GINT64_FORMAT "\n%s\n",
      record->command, record->arguments, record->folder, record->version, record->build,
      record->seed, record->started_us, nonce);
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  return g_strndup (sha256, N_ID);
}

/**
 * qs_registry_begin:
 * @record: gets its id
 * @error: return location for %QS_ERROR_IO
 *
 * Writes down that a run has begun: should it never end, that is on record too.
 */
gboolean
qs_registry_begin (QsRegistry *self, QsRunRecord *record, GError **error)
{
  sqlite3_stmt *statement = qs_registry_prepare (
      self,
      "INSERT INTO run (id, command, arguments, folder, version, build, cpu, blas,"
      " seed, threads, started_us, status)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
      error);

  if (statement == NULL)
    return FALSE;

  g_free (record->id);
  record->id = make_id (record);
  bind_text (statement, 1, record->id);
  bind_text (statement, 2, record->command);
  bind_text (statement, 3, record->arguments);
  bind_text (statement, 4, record->folder);
  bind_text (statement, 5, record->version);
  bind_text (statement, 6, record->build);
  bind_text (statement, 7, record->cpu);
  bind_text (statement, 8, record->blas);
  bind_seed (statement, 9, record->seed);
  sqlite3_bind_int64 (statement, 10, record->n_threads);
  sqlite3_bind_int64 (statement, 11, record->started_us);
  sqlite3_bind_int (statement, 12, QS_RUN_UNFINISHED);
  return qs_registry_complete (self, statement, error);
}

static gboolean
write_end (QsRegistry *self, const QsRunRecord *record, GError **error)
{
  sqlite3_stmt *statement = qs_registry_prepare (
      self,
      "UPDATE run SET elapsed_s = ?2, status = ?3, message = ?4, model = ?5,"
      " model_sha256 = ?6, printed = ?7 WHERE id = ?1",
      error);

  if (statement == NULL)
    return FALSE;

  bind_text (statement, 1, record->id);
  sqlite3_bind_double (statement, 2, record->elapsed_s); /* NaN becomes NULL */
  sqlite3_bind_int (statement, 3, record->status);
  bind_text (statement, 4, record->message);
  bind_text (statement, 5, record->model);
  bind_text (statement, 6, record->model_sha256);
  bind_text (statement, 7, record->printed);
  return qs_registry_complete (self, statement, error);
}

static gboolean
write_file (QsRegistry *self, const QsRunRecord *record, guint number, GError **error)
{
  const QsRunFile *file = &g_array_index (record->files, QsRunFile, number);
  sqlite3_stmt    *statement = qs_registry_prepare (
         self, "INSERT INTO file VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", error);

  if (statement == NULL)
    return FALSE;

  bind_text (statement, 1, record->id);
  sqlite3_bind_int64 (statement, 2, number);
  sqlite3_bind_int (statement, 3, file->written);
  bind_text (statement, 4, file->role);
  bind_text (statement, 5, file->path);
  bind_text (statement, 6, file->sha256);
  bind_text (statement, 7, file->essence);
  sqlite3_bind_int64 (statement, 8, (gint64) file->n_bytes);
  return qs_registry_complete (self, statement, error);
}

static gboolean
write_files (QsRegistry *self, const QsRunRecord *record, GError **error)
{
  for (guint i = 0; i < record->files->len; i++) {
    if (!write_file (self, record, i, error))
      return FALSE;
  }

  return TRUE;
}

/**
 * qs_registry_finish:
 * @record: begun here before, now with its end and its files
 * @error: return location for %QS_ERROR_IO
 */
gboolean
qs_registry_finish (QsRegistry *self, const QsRunRecord *record, GError **error)
{
  if (!qs_registry_execute (self, "BEGIN IMMEDIATE", error))
    return FALSE;

  return qs_registry_end_transaction (
      self, write_end (self, record, error) && write_files (self, record, error), error);
}

static gboolean
write_label (QsRegistry        *self,
             const QsRunRecord *record,
             const char        *label,
             GError           **error)
{
  sqlite3_stmt *statement =
      qs_registry_prepare (self, "UPDATE run SET label = ?2 WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;

  bind_text (statement, 1, record->id);
  bind_text (statement, 2, label);
  return qs_registry_complete (self, statement, error);
}

/**
 * qs_registry_label:
 * @record: of this registry
 * @label: (nullable): %NULL takes it away
 * @reason: (nullable): why, for the audit trail
 * @error: return location for %QS_ERROR_IO
 */
gboolean
qs_registry_label (QsRegistry        *self,
                   const QsRunRecord *record,
                   const char        *label,
                   const char        *reason,
                   GError           **error)
{
  g_autofree char *what = g_strconcat ("label of run ", record->id, NULL);

  return write_label (self, record, label, error) &&
         qs_registry_audit (self, what, record->label, label, reason, error);
}

static char *
column_text (sqlite3_stmt *statement, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

/* For columns that may not be empty; a foreign hand may have emptied them all the same.
 */
static char *
column_word (sqlite3_stmt *statement, int column)
{
  char *text = column_text (statement, column);

  return text != NULL ? text : g_strdup ("");
}

static gboolean
read_files (QsRegistry *self, QsRunRecord *record, GError **error)
{
  sqlite3_stmt *statement =
      qs_registry_prepare (self,
                           "SELECT role, path, sha256, essence, bytes, written FROM file"
                           " WHERE run = ?1 ORDER BY number",
                           error);
  int code;

  if (statement == NULL)
    return FALSE;

  bind_text (statement, 1, record->id);
  while ((code = sqlite3_step (statement)) == SQLITE_ROW) {
    const QsRunFile file = {
      .role = column_word (statement, 0),
      .path = column_word (statement, 1),
      .sha256 = column_word (statement, 2),
      .essence = column_text (statement, 3),
      .n_bytes = (guint64) sqlite3_column_int64 (statement, 4),
      .written = sqlite3_column_int (statement, 5) != 0,
    };

    g_array_append_val (record->files, file);
  }
  sqlite3_finalize (statement);

  return code == SQLITE_DONE || qs_registry_fail (self, error);
}

#define COLUMNS                                                                \
  "id, command, arguments, folder, version, build, cpu, blas, seed, threads, " \
  "started_us, elapsed_s, status, message, model, model_sha256, printed, label"

static QsRunRecord *
read_run (sqlite3_stmt *row)
{
  QsRunRecord     *record = qs_run_record_new_empty ();
  g_autofree char *seed = column_word (row, 8);

  record->id = column_word (row, 0);
  record->command = column_word (row, 1);
  record->arguments = column_word (row, 2);
  record->folder = column_word (row, 3);
  record->version = column_word (row, 4);
  record->build = column_word (row, 5);
  record->cpu = column_word (row, 6);
  record->blas = column_word (row, 7);
  record->seed = g_ascii_strtoull (seed, NULL, 10);
  record->n_threads = (guint) sqlite3_column_int64 (row, 9);
  record->started_us = sqlite3_column_int64 (row, 10);
  if (sqlite3_column_type (row, 11) != SQLITE_NULL)
    record->elapsed_s = sqlite3_column_double (row, 11);
  record->status = sqlite3_column_int (row, 12);
  record->message = column_text (row, 13);
  record->model = column_text (row, 14);
  record->model_sha256 = column_text (row, 15);
  record->printed = column_text (row, 16);
  record->label = column_text (row, 17);

  return record;
}

/* Takes @statement, which selects COLUMNS; the files are read afterwards. */
static GPtrArray *
read_runs (QsRegistry *self, sqlite3_stmt *statement, GError **error)
{
  g_autoptr (GPtrArray) records =
      g_ptr_array_new_with_free_func ((GDestroyNotify) qs_run_record_free);
  int code;

  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    g_ptr_array_add (records, read_run (statement));
  sqlite3_finalize (statement);
  if (code != SQLITE_DONE) {
    qs_registry_fail (self, error);
    return NULL;
  }

  for (guint i = 0; i < records->len; i++) {
    if (!read_files (self, records->pdata[i], error))
      return NULL;
  }

  return g_steal_pointer (&records);
}

/**
 * qs_registry_list:
 * @error: return location for %QS_ERROR_IO
 *
 * Returns: (transfer container) (element-type QsRunRecord): the newest first
 */
GPtrArray *
qs_registry_list (QsRegistry *self, const QsRunFilter *filter, GError **error)
{
  sqlite3_stmt *statement = qs_registry_prepare (
      self,
      "SELECT " COLUMNS " FROM run WHERE (?1 IS NULL OR command = ?1)"
      " AND (?2 IS NULL OR instr (label, ?2) > 0)"
      " AND (?3 IS NULL OR EXISTS (SELECT 1 FROM file WHERE run = id AND role = 'data'"
      "   AND (path = ?4 OR substr (path, -length (?3) - 1) = '/' || ?3"
      "        OR substr (sha256, 1, length (?3)) = ?3)))"
      " ORDER BY started_us DESC, id LIMIT ?5",
      error);
  g_autofree char *path =
      filter->data != NULL ? g_canonicalize_filename (filter->data, NULL) : NULL;

  if (statement == NULL)
    return NULL;

  bind_text (statement, 1, filter->command);
  bind_text (statement, 2, filter->label);
  bind_text (statement, 3, filter->data);
  bind_text (statement, 4, path);
  sqlite3_bind_int64 (statement, 5, filter->n_max > 0 ? (gint64) filter->n_max : -1);
  return read_runs (self, statement, error);
}

/**
 * qs_registry_find:
 * @prefix: the beginning of an id that belongs to one run alone
 * @error: return location for %QS_ERROR_SCENARIO: none or several begin so, or for
 * %QS_ERROR_IO
 */
QsRunRecord *
qs_registry_find (QsRegistry *self, const char *prefix, GError **error)
{
  g_autoptr (GPtrArray) records = NULL;
  sqlite3_stmt         *statement;

  if (*prefix == '\0' || strspn (prefix, "0123456789abcdef") != strlen (prefix)) {
    g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
                 "\"%s\" is no run: runs have names of %d hexadecimal digits", prefix,
                 N_ID);
    return NULL;
  }

  statement =
      qs_registry_prepare (self,
                           "SELECT " COLUMNS " FROM run"
                           " WHERE substr (id, 1, length (?1)) = ?1 ORDER BY id LIMIT 2",
                           error);
  if (statement == NULL)
    return NULL;

  bind_text (statement, 1, prefix);
  records = read_runs (self, statement, error);
  if (records == NULL)
    return NULL;
  if (records->len == 1)
    return g_ptr_array_steal_index (records, 0);

  g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
               records->len == 0 ? "No run begins with %s"
                                 : "Several runs begin with %s: say more of it",
               prefix);
  return NULL;
}
