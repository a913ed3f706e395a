/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "registry/qs-registry.h"

#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_WRITERS 2

typedef struct {
  char *folder;
  char *database;
} Place;

static void
remove_files (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char      *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);

    g_remove (file);
  }
}

static void
set_up (Place *place, gconstpointer data)
{
  place->folder = g_dir_make_tmp ("qusop-registry-XXXXXX", NULL);
  place->database = g_build_filename (place->folder, "registry.sqlite", NULL);
}

static void
tear_down (Place *place, gconstpointer data)
{
  remove_files (place->folder);
  g_rmdir (place->folder);
  g_free (place->folder);
  g_free (place->database);
}

static QsRegistry *
open_registry (const Place *place)
{
  g_autoptr (GError) error = NULL;
  QsRegistry        *registry = qs_registry_open (place->folder, &error);

  g_assert_no_error (error);
  return registry;
}

static QsRunRecord *
make_record (const char *command)
{
  const char *const words[] = { "DATA.csv", "--out", "a b", NULL };

  return qs_run_record_new (command, words);
}

static void
end_record (QsRunRecord *record)
{
  record->status = 0;
  record->elapsed_s = 1.5;
  record->model = g_strdup ("emax");
  qs_run_record_add_printed (record, "What it said\n");
}

/* As a program does: TRUE once both have said that it is on the disk. */
static gboolean
write_run (QsRegistry *registry, QsRunRecord *record)
{
  if (!qs_registry_begin (registry, record, NULL))
    return FALSE;

  end_record (record);
  return qs_registry_finish (registry, record, NULL) &&
         qs_registry_audit (registry, record->id, NULL, "done", NULL, NULL);
}

static void
execute (const char *path, const char *sql)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_gives_back_what_it_took (Place *place, gconstpointer data)
{
  g_autoptr (QsRegistry)  registry = open_registry (place);
  g_autoptr (QsRunRecord) written = make_record ("fit");
  g_autoptr (QsRunRecord) read = NULL;
  g_autofree char        *before = NULL, *after = NULL;

  written->seed = G_MAXUINT64;
  written->n_threads = 7;
  g_assert_true (qs_run_record_add_read (written, QS_RUN_DATA, "/proc/self/exe", NULL) ==
                 g_file_test ("/proc/self/exe", G_FILE_TEST_IS_REGULAR));
  g_assert_true (write_run (registry, written));
  g_assert_cmpuint (strlen (written->id), ==, 16);

  read = qs_registry_find (registry, written->id, NULL);
  g_assert_nonnull (read);
  before = qs_run_record_json (written);
  after = qs_run_record_json (read);
  g_assert_cmpstr (before, ==, after);
  g_assert_nonnull (strstr (after, "18446744073709551615"));
  g_assert_cmpstr (read->arguments, ==, "DATA.csv --out 'a b'");
}

static void
test_a_run_that_never_ended_is_on_record (Place *place, gconstpointer data)
{
  g_autoptr (QsRegistry)  registry = open_registry (place);
  g_autoptr (QsRunRecord) begun = make_record ("answer");
  g_autoptr (QsRunRecord) read = NULL;

  g_assert_true (qs_registry_begin (registry, begun, NULL));
  read = qs_registry_find (registry, begun->id, NULL);
  g_assert_cmpint (read->status, ==, QS_RUN_UNFINISHED);
  g_assert_cmpstr (qs_run_record_outcome (read), ==, "unfinished");
  g_assert_true (isnan (read->elapsed_s));
}

static void
test_the_beginning_of_an_id_is_enough (Place *place, gconstpointer data)
{
  static const char *const ids[] = { "aaaa000000000000", "aaab000000000000" };
  g_autoptr (QsRegistry)   registry = open_registry (place);
  g_autoptr (QsRunRecord)  found = NULL;
  g_autoptr (GError)       error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (QsRunRecord) record = make_record ("fit");
    g_autofree char        *sql = NULL;

    g_assert_true (qs_registry_begin (registry, record, NULL));
    sql =
        g_strdup_printf ("UPDATE run SET id = '%s' WHERE id = '%s'", ids[i], record->id);
    execute (place->database, sql);
  }

  found = qs_registry_find (registry, "aaab", NULL);
  g_assert_cmpstr (found->id, ==, ids[1]);
  g_assert_null (qs_registry_find (registry, "aaa", &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
  g_clear_error (&error);
  g_assert_null (qs_registry_find (registry, "' OR 1", &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
}

/* As the first version wrote it. */
#define SCHEMA_1                                                                        \
  "CREATE TABLE run (id TEXT PRIMARY KEY NOT NULL, command TEXT NOT NULL, arguments "   \
  "TEXT NOT NULL, folder TEXT NOT NULL, version TEXT NOT NULL, build TEXT NOT NULL, "   \
  "cpu TEXT NOT NULL, blas TEXT NOT NULL, seed TEXT NOT NULL, threads INTEGER NOT "     \
  "NULL, started_us INTEGER NOT NULL, elapsed_s REAL, status INTEGER NOT NULL, "        \
  "message TEXT, model TEXT, model_sha256 TEXT, printed TEXT) STRICT, WITHOUT ROWID;"   \
  "CREATE INDEX run_started ON run (started_us);"                                       \
  "CREATE TABLE file (run TEXT NOT NULL REFERENCES run (id), number INTEGER NOT NULL, " \
  "written INTEGER NOT NULL, role TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT "  \
  "NULL, essence TEXT, bytes INTEGER NOT NULL, PRIMARY KEY (run, number)) STRICT, "     \
  "WITHOUT ROWID;"                                                                      \
  "INSERT INTO run VALUES ('0123456789abcdef', 'fit', 'D.csv', '/', '0.0.9', 'b', "     \
  "'c', 'none', '3', 2, 0, 0.5, 0, NULL, 'emax', 'm', 'text');"                         \
  "INSERT INTO file VALUES ('0123456789abcdef', 0, 0, 'data', '/D.csv', 's', NULL, 9);" \
  "PRAGMA application_id = 1364414288; PRAGMA user_version = 1"

static void
test_an_older_schema_is_brought_up_to_date (Place *place, gconstpointer data)
{
  g_autoptr (QsRegistry)  registry = NULL;
  g_autoptr (QsRunRecord) record = NULL, again = NULL;

  execute (place->database, SCHEMA_1);
  registry = open_registry (place);
  record = qs_registry_find (registry, "0123", NULL);
  g_assert_cmpstr (record->model, ==, "emax");
  g_assert_cmpstr (qs_run_record_file (record, QS_RUN_DATA)->sha256, ==, "s");
  g_assert_null (record->label);

  g_assert_true (qs_registry_label (registry, record, "old", "to see", NULL));
  again = qs_registry_find (registry, "0123", NULL);
  g_assert_cmpstr (again->label, ==, "old");
  g_assert_true (qs_registry_check (registry, NULL));
}

static void
test_a_newer_schema_is_refused_and_left_alone (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *before = NULL, *after = NULL;
  gsize              n_before, n_after;

  execute (place->database, SCHEMA_1 "; PRAGMA user_version = 1000");
  g_file_get_contents (place->database, &before, &n_before, NULL);
  g_assert_null (qs_registry_open (place->folder, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "newer QuSOP"));
  g_file_get_contents (place->database, &after, &n_after, NULL);
  g_assert_cmpmem (before, n_before, after, n_after);
}

/* In the child: writes runs for ever and tells each one's id once it is acknowledged. */
static void
write_for_ever (const Place *place, int pipe_fd)
{
  for (;;) {
    g_autoptr (QsRegistry) registry = qs_registry_open (place->folder, NULL);

    for (guint i = 0; registry != NULL && i < 5; i++) {
      g_autoptr (QsRunRecord) record = make_record ("fit");

      if (!write_run (registry, record) || write (pipe_fd, record->id, 16) != 16)
        _exit (1);
    }
    if (registry == NULL)
      _exit (2);
  }
}

static gboolean
read_id (int fd, GPtrArray *ids)
{
  char id[17] = { 0 };

  if (read (fd, id, 16) != 16)
    return FALSE;

  g_ptr_array_add (ids, g_strdup (id));
  return TRUE;
}

/* Two writers that are killed in the midst of it; adds what they were told is kept. */
static void
kill_writers (const Place *place, gulong after_us, GPtrArray *ids)
{
  pid_t children[N_WRITERS];
  int   ends[2];

  g_assert_cmpint (pipe (ends), ==, 0);
  for (guint i = 0; i < N_WRITERS; i++) {
    children[i] = fork ();
    if (children[i] == 0)
      write_for_ever (place, ends[1]);
  }
  close (ends[1]);

  /* The first round lasts until something is acknowledged, however slow the machine. */
  if (ids->len == 0)
    g_assert_true (read_id (ends[0], ids));
  g_usleep (after_us);
  for (guint i = 0; i < N_WRITERS; i++) {
    int status;

    kill (children[i], SIGKILL);
    waitpid (children[i], &status, 0);
    g_assert_true (WIFSIGNALED (status)); /* by us: it had not given up before */
  }
  while (read_id (ends[0], ids))
    continue;
  close (ends[0]);
}

static guint
count_missing (const Place *place, const GPtrArray *ids)
{
  g_autoptr (QsRegistry) registry = open_registry (place);
  g_autoptr (QsTrail)    trail = qs_registry_trail (registry, NULL);
  g_autoptr (GHashTable) told = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError)     error = NULL;
  guint                  n_missing = 0;

  qs_registry_check (registry, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (trail->problem, ==, NULL);
  for (guint i = 0; i < trail->entries->len; i++)
    g_hash_table_add (told, ((QsTrailEntry *) trail->entries->pdata[i])->what);
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr (QsRunRecord) record = qs_registry_find (registry, ids->pdata[i], NULL);

    n_missing += record == NULL || record->status != 0 || record->files->len != 1 ||
                 !g_hash_table_contains (told, ids->pdata[i]);
  }

  return n_missing;
}

static void
test_nothing_acknowledged_is_lost_when_writers_are_killed (Place        *place,
                                                           gconstpointer data)
{
  const guint           n_kills = g_test_slow () ? 100 : 8;
  g_autoptr (GRand)     random = g_rand_new_with_seed (1);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n_kills; i++)
    kill_writers (place, (gulong) g_rand_int_range (random, 20000, 120000), ids);

  g_test_message ("%u runs acknowledged in %u rounds", ids->len, n_kills);
  g_assert_cmpuint (ids->len, >, 0);
  g_assert_cmpuint (count_missing (place, ids), ==, 0);
}

static void
try_everything (const Place *place)
{
  const QsRunFilter      all = { 0 };
  g_autoptr (QsRegistry) registry = qs_registry_open (place->folder, NULL);
  g_autoptr (GPtrArray)  records = NULL;
  g_autoptr (QsTrail)    trail = NULL;

  if (registry == NULL)
    return;

  records = qs_registry_list (registry, &all, NULL);
  for (guint i = 0; records != NULL && i < records->len; i++) {
    g_autofree char *line = qs_run_record_line (records->pdata[i]);
    g_autofree char *json = qs_run_record_json (records->pdata[i]);

    g_assert_true (g_utf8_validate (line, -1, NULL) && strchr (line, '\n') == NULL);
    g_assert_true (g_utf8_validate (json, -1, NULL));
  }
  qs_registry_check (registry, NULL);
  trail = qs_registry_trail (registry, NULL);
}

/* Bytes turned over, cut short, or repeated. */
static void
damage (GRand *random, char *bytes, gsize *n_bytes)
{
  const gint n_changes = g_rand_int_range (random, 1, 12);

  for (gint i = 0; i < n_changes; i++) {
    const gsize at = (gsize) g_rand_int_range (random, 0, (gint) *n_bytes);

    /* Every other change hits the header or the schema, where it does most. */
    bytes[i % 2 == 0 ? at : at % 600] = (char) g_rand_int_range (random, 0, 256);
  }
  if (g_rand_int_range (random, 0, 8) == 0)
    *n_bytes = (gsize) g_rand_int_range (random, 1, (gint) *n_bytes);
}

static void
test_a_hostile_file_is_told_of (Place *place, gconstpointer data)
{
  const guint       n_files = g_test_slow () ? 5000 : 60;
  g_autoptr (GRand) random = g_rand_new_with_seed (2);
  g_autofree char  *whole = NULL;
  gsize             n_whole;

  for (guint i = 0; i < 20; i++) {
    g_autoptr (QsRegistry)  registry = open_registry (place);
    g_autoptr (QsRunRecord) record = make_record ("fit");

    g_assert_true (write_run (registry, record));
  }
  g_assert_true (g_file_get_contents (place->database, &whole, &n_whole, NULL));

  for (guint i = 0; i < n_files; i++) {
    g_autofree char *bytes = g_memdup2 (whole, n_whole);
    gsize            n_bytes = n_whole;

    damage (random, bytes, &n_bytes);
    remove_files (place->folder);
    g_assert_true (g_file_set_contents_full (place->database, bytes, (gssize) n_bytes,
                                             G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    try_everything (place);
  }
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test) (Place *, gconstpointer);
  } tests[] = {
    { "gives-back-what-it-took", test_gives_back_what_it_took },
    { "a-run-that-never-ended-is-on-record", test_a_run_that_never_ended_is_on_record },
    { "the-beginning-of-an-id-is-enough", test_the_beginning_of_an_id_is_enough },
    { "an-older-schema-is-brought-up-to-date",
      test_an_older_schema_is_brought_up_to_date },
    { "a-newer-schema-is-refused-and-left-alone",
      test_a_newer_schema_is_refused_and_left_alone },
    { "nothing-acknowledged-is-lost-when-writers-are-killed",
      test_nothing_acknowledged_is_lost_when_writers_are_killed },
    { "a-hostile-file-is-told-of", test_a_hostile_file_is_told_of },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/registry/", tests[i].name, NULL);

    g_test_add (path, Place, NULL, set_up, tests[i].test, tear_down);
  }

  return g_test_run ();
}
