/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/qs-registry-private.h"

#include "core/qs-error.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/vfs.h>

#define FILE_NAME "registry.sqlite"
#define TRAIL_NAME "audit.log"

/* "QSOP": tells the file from any other database. */
#define APPLICATION_ID 0x51534f50

/* How long another program may hold the file. */
#define BUSY_MS 10000

/* No text of a run is longer; a hostile file must not fill the memory. */
#define N_VALUE_MAX (16 * 1024 * 1024)

/* Each step leads from the schema of its index to the next one. */
static const char *const steps[] = {
  "CREATE TABLE run ("
  "  id TEXT PRIMARY KEY NOT NULL, command TEXT NOT NULL, arguments TEXT NOT NULL,"
  "  folder TEXT NOT NULL, version TEXT NOT NULL, build TEXT NOT NULL,"
  "  cpu TEXT NOT NULL, blas TEXT NOT NULL, seed TEXT NOT NULL,"
  "  threads INTEGER NOT NULL, started_us INTEGER NOT NULL, elapsed_s REAL,"
  "  status INTEGER NOT NULL, message TEXT, model TEXT, model_sha256 TEXT,"
  "  printed TEXT) STRICT, WITHOUT ROWID;"
  "CREATE INDEX run_started ON run (started_us);"
  "CREATE TABLE file ("
  "  run TEXT NOT NULL REFERENCES run (id), number INTEGER NOT NULL,"
  "  written INTEGER NOT NULL, role TEXT NOT NULL, path TEXT NOT NULL,"
  "  sha256 TEXT NOT NULL, essence TEXT, bytes INTEGER NOT NULL,"
  "  PRIMARY KEY (run, number)) STRICT, WITHOUT ROWID;",

  "ALTER TABLE run ADD COLUMN label TEXT;",

  /* The last line of the audit trail, or cutting it shorter would not show. */
  "CREATE TABLE trail ("
  "  one INTEGER PRIMARY KEY NOT NULL CHECK (one = 1), number INTEGER NOT NULL,"
  "  hash TEXT NOT NULL) STRICT;",
};

gboolean
qs_registry_fail (QsRegistry *self, GError **error)
{
  const int   code = sqlite3_errcode (self->db);
  const char *why = sqlite3_errmsg (self->db);

  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    g_set_error (error, QS_ERROR, QS_ERROR_IO,
                 "The registry %s is damaged (%s): move it away, and a new one is begun",
                 self->path, why);
  else
    g_set_error (error, QS_ERROR, QS_ERROR_IO, "The registry %s cannot be used: %s",
                 self->path, why);
  return FALSE;
}

gboolean
qs_registry_execute (QsRegistry *self, const char *sql, GError **error)
{
  return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
         qs_registry_fail (self, error);
}

sqlite3_stmt *
qs_registry_prepare (QsRegistry *self, const char *sql, GError **error)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL) != SQLITE_OK)
    qs_registry_fail (self, error);
  return statement;
}

/* Runs a statement that gives no row, and ends it. */
gboolean
qs_registry_complete (QsRegistry *self, sqlite3_stmt *statement, GError **error)
{
  const gboolean done = statement != NULL && sqlite3_step (statement) == SQLITE_DONE;

  if (!done && statement != NULL)
    qs_registry_fail (self, error);
  sqlite3_finalize (statement);
  return done;
}

static gboolean
ask_number (QsRegistry *self, const char *sql, gint64 *number, GError **error)
{
  sqlite3_stmt  *statement = qs_registry_prepare (self, sql, error);
  const gboolean found = statement != NULL && sqlite3_step (statement) == SQLITE_ROW;

  if (found)
    *number = sqlite3_column_int64 (statement, 0);
  else if (statement != NULL)
    qs_registry_fail (self, error);
  sqlite3_finalize (statement);
  return found;
}

/* All or nothing: @good tells whether what came after BEGIN worked. */
gboolean
qs_registry_end_transaction (QsRegistry *self, gboolean good, GError **error)
{
  if (good && qs_registry_execute (self, "COMMIT", error))
    return TRUE;

  sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

static gboolean
migrate (QsRegistry *self, gint64 version, GError **error)
{
  g_autofree char *stamp = NULL;

  for (gsize i = (gsize) version; i < G_N_ELEMENTS (steps); i++) {
    if (!qs_registry_execute (self, steps[i], error))
      return FALSE;
  }

  stamp = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %u",
                           APPLICATION_ID, (guint) G_N_ELEMENTS (steps));
  return qs_registry_execute (self, stamp, error);
}

static gboolean
check_version (QsRegistry *self, gint64 *version, GError **error)
{
  gint64 application, n_tables;

  if (!ask_number (self, "PRAGMA user_version", version, error) ||
      !ask_number (self, "PRAGMA application_id", &application, error) ||
      !ask_number (self, "SELECT count (*) FROM sqlite_schema", &n_tables, error))
    return FALSE;

  if (*version < 0 ||
      (application != APPLICATION_ID && (*version != 0 || n_tables > 0))) {
    g_set_error (error, QS_ERROR, QS_ERROR_IO, "%s is not a registry of QuSOP",
                 self->path);
    return FALSE;
  }
  if (*version > (gint64) G_N_ELEMENTS (steps)) {
    g_set_error (error, QS_ERROR, QS_ERROR_IO,
                 "The registry %s has schema %" G_GINT64_FORMAT
                 ", written by a newer QuSOP; this one knows up to %u: use the newer "
                 "one, or another folder by QUSOP_REGISTRY",
                 self->path, *version, (guint) G_N_ELEMENTS (steps));
    return FALSE;
  }

  return TRUE;
}

/* Looks again inside the transaction: another program may have been quicker. */
static gboolean
bring_up_to_date (QsRegistry *self, GError **error)
{
  gint64 version;

  if (!check_version (self, &version, error))
    return FALSE;
  if (version == G_N_ELEMENTS (steps))
    return TRUE;
  if (!qs_registry_execute (self, "BEGIN IMMEDIATE", error))
    return FALSE;

  return qs_registry_end_transaction (
      self, check_version (self, &version, error) && migrate (self, version, error),
      error);
}

/* Write-ahead logs need memory that all programs share: no network file system. */
static gboolean
is_local (const char *folder)
{
  static const guint32 remote[] = {
    0x6969,     /* NFS */
    0x517b,     /* SMB */
    0xff534d42, /* CIFS */
    0xfe534d42, /* SMB2 */
    0x01021997, /* 9p */
    0x65735546, /* FUSE, sshfs among it */
    0x5346414f, /* AFS */
    0x00c36400, /* Ceph */
    0x0bd00bd0, /* Lustre */
  };
  struct statfs status;

  if (statfs (folder, &status) != 0)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (remote); i++) {
    if ((guint32) status.f_type == remote[i])
      return FALSE;
  }

  return TRUE;
}

/* Switching the journal does not wait for others as everything else does. */
static gboolean
choose_journal (QsRegistry *self, const char *folder, GError **error)
{
  const char *sql =
      is_local (folder) ? "PRAGMA journal_mode = WAL" : "PRAGMA journal_mode = DELETE";

  for (guint waited_ms = 0; waited_ms < BUSY_MS; waited_ms += 20) {
    const int code = sqlite3_exec (self->db, sql, NULL, NULL, NULL);

    if (code == SQLITE_OK)
      return TRUE;
    if (code != SQLITE_BUSY)
      break;
    g_usleep (20000);
  }

  return qs_registry_fail (self, error);
}

static gboolean
prepare_handle (QsRegistry *self, const char *folder, GError **error)
{
  gint64 version;

  sqlite3_busy_timeout (self->db, BUSY_MS);
  sqlite3_limit (self->db, SQLITE_LIMIT_LENGTH, N_VALUE_MAX);
  /* A file that somebody else made may hold triggers and damaged pages. */
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);

  /* Nothing is written to a file that is not ours. */
  return qs_registry_execute (self,
                              "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
                              "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL",
                              error) &&
         check_version (self, &version, error) && choose_journal (self, folder, error) &&
         bring_up_to_date (self, error);
}

/**
 * qs_registry_folder:
 *
 * Returns: (transfer full) (nullable): where the user's registry is: what the environment
 *   variable QUSOP_REGISTRY names, else the data folder of the XDG base directories;
 * %NULL where the variable says "off"
 */
char *
qs_registry_folder (void)
{
  const char *chosen = g_getenv ("QUSOP_REGISTRY");

  if (g_strcmp0 (chosen, "off") == 0)
    return NULL;
  if (chosen != NULL && *chosen != '\0')
    return g_strdup (chosen);

  return g_build_filename (g_get_user_data_dir (), "qusop", NULL);
}

/**
 * qs_registry_open:
 * @folder: made if it is not there
 * @error: return location for %QS_ERROR_IO
 *
 * Opens or begins the registry. That of an older QuSOP is brought up to date, that of a
 * newer one refused and left as it is.
 */
QsRegistry *
qs_registry_open (const char *folder, GError **error)
{
  g_autoptr (QsRegistry) self = g_new0 (QsRegistry, 1);

  self->path = g_build_filename (folder, FILE_NAME, NULL);
  self->trail = g_build_filename (folder, TRAIL_NAME, NULL);
  if (g_mkdir_with_parents (folder, 0700) != 0) {
    g_set_error (error, QS_ERROR, QS_ERROR_IO, "Cannot make the folder %s: %s", folder,
                 g_strerror (errno));
    return NULL;
  }
  if (sqlite3_open_v2 (self->path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                       NULL) != SQLITE_OK) {
    qs_registry_fail (self, error);
    return NULL;
  }
  if (!prepare_handle (self, folder, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
qs_registry_close (QsRegistry *self)
{
  if (self == NULL)
    return;

  sqlite3_close (self->db);
  g_free (self->path);
  g_free (self->trail);
  g_free (self);
}

const char *
qs_registry_trail_path (const QsRegistry *self)
{
  return self->trail;
}

/* The last line that anybody was told of; 0 if there is none. */
static gboolean
read_end (QsRegistry *self, guint64 *number, char **hash, GError **error)
{
  sqlite3_stmt *statement =
      qs_registry_prepare (self, "SELECT number, hash FROM trail", error);
  int code;

  if (statement == NULL)
    return FALSE;

  code = sqlite3_step (statement);
  if (code == SQLITE_ROW) {
    *number = (guint64) sqlite3_column_int64 (statement, 0);
    *hash = g_strdup ((const char *) sqlite3_column_text (statement, 1));
  } else if (code != SQLITE_DONE) {
    qs_registry_fail (self, error);
  }
  sqlite3_finalize (statement);

  return code == SQLITE_ROW || code == SQLITE_DONE;
}

/* Whether that line is still there. */
static void
judge_end (QsTrail *trail, guint64 number, const char *hash)
{
  const GPtrArray *entries = trail->entries;

  if (trail->problem != NULL || number == 0)
    return;

  if (number > entries->len)
    trail->problem = g_strdup_printf ("line %u is missing; line %" G_GUINT64_FORMAT
                                      " was the last one",
                                      entries->len + 1, number);
  else if (g_strcmp0 (((QsTrailEntry *) entries->pdata[number - 1])->hash, hash) != 0)
    trail->problem = g_strdup_printf (
        "line %" G_GUINT64_FORMAT " was changed, or what comes before it was", number);
}

/**
 * qs_registry_trail:
 * @error: return location for %QS_ERROR_IO
 *
 * Returns: (transfer full): the audit trail, with its first line that is not as it was
 *   written, if there is one
 */
QsTrail *
qs_registry_trail (QsRegistry *self, GError **error)
{
  g_autofree char *hash = NULL;
  guint64          number = 0;
  QsTrail         *trail;

  /* The end first: others may add lines meanwhile. */
  if (!read_end (self, &number, &hash, error))
    return NULL;

  trail = qs_trail_read (self->trail, error);
  if (trail != NULL)
    judge_end (trail, number, hash);
  return trail;
}

/* Of several programs that add lines at once, the one with the last line wins. */
static gboolean
remember_trail (QsRegistry *self, guint64 number, const char *hash, GError **error)
{
  sqlite3_stmt *statement = qs_registry_prepare (
      self,
      "INSERT INTO trail VALUES (1, ?1, ?2) ON CONFLICT (one) DO UPDATE"
      " SET number = ?1, hash = ?2 WHERE number < ?1",
      error);

  if (statement == NULL)
    return FALSE;

  sqlite3_bind_int64 (statement, 1, (gint64) number);
  sqlite3_bind_text (statement, 2, hash, -1, SQLITE_STATIC);
  return qs_registry_complete (self, statement, error);
}

/**
 * qs_registry_audit:
 * @what: was done
 * @old_value: (nullable): before
 * @new_value: (nullable): after
 * @reason: (nullable): why
 * @error: return location for %QS_ERROR_IO
 *
 * Adds a line to the audit trail.
 */
gboolean
qs_registry_audit (QsRegistry *self,
                   const char *what,
                   const char *old_value,
                   const char *new_value,
                   const char *reason,
                   GError    **error)
{
  g_autofree char *hash = NULL;
  guint64          number;

  return qs_trail_append (self->trail, what, old_value, new_value, reason, &number, &hash,
                          error) &&
         remember_trail (self, number, hash, error);
}

/**
 * qs_registry_check:
 * @error: return location for %QS_ERROR_IO
 *
 * Whether the file is whole: SQLite's own check of every page, key and reference.
 */
gboolean
qs_registry_check (QsRegistry *self, GError **error)
{
  sqlite3_stmt *statement =
      qs_registry_prepare (self, "PRAGMA integrity_check (1)", error);
  g_autofree char *found = NULL;
  gint64           n_orphans = 0;

  if (statement == NULL)
    return FALSE;
  if (sqlite3_step (statement) == SQLITE_ROW)
    found = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);

  if (g_strcmp0 (found, "ok") != 0) {
    g_set_error (error, QS_ERROR, QS_ERROR_IO, "The registry %s is damaged: %s",
                 self->path, found != NULL ? found : "it cannot be checked");
    return FALSE;
  }
  if (!ask_number (self, "SELECT count (*) FROM pragma_foreign_key_check", &n_orphans,
                   error))
    return FALSE;
  if (n_orphans > 0) {
    g_set_error (error, QS_ERROR, QS_ERROR_IO,
                 "The registry %s is damaged: %" G_GINT64_FORMAT
                 " files belong to no run",
                 self->path, n_orphans);
    return FALSE;
  }

  return TRUE;
}
