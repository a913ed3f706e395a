/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "registry/qs-registry.h"

#include <glib/gstdio.h>
#include <string.h>

#define N_LINES 4

typedef struct {
  char *folder;
  char *path;
} Place;

static void
set_up (Place *place, gconstpointer data)
{
  place->folder = g_dir_make_tmp ("qusop-trail-XXXXXX", NULL);
  place->path = g_build_filename (place->folder, "audit.log", NULL);
}

static void
tear_down (Place *place, gconstpointer data)
{
  g_autoptr (GDir) folder = g_dir_open (place->folder, 0, NULL);
  const char      *name;

  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *file = g_build_filename (place->folder, name, NULL);

    g_remove (file);
  }
  g_rmdir (place->folder);
  g_free (place->folder);
  g_free (place->path);
}

static void
append (const Place *place, const char *what, const char *reason)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *hash = NULL;
  guint64            number;

  qs_trail_append (place->path, what, "old", "new", reason, &number, &hash, &error);
  g_assert_no_error (error);
}

static void
append_some (const Place *place)
{
  for (guint i = 0; i < N_LINES; i++)
    append (place, "label", "because");
}

static char *
problem_of (const Place *place)
{
  g_autoptr (GError)  error = NULL;
  g_autoptr (QsTrail) trail = qs_trail_read (place->path, &error);

  g_assert_no_error (error);
  return g_strdup (trail->problem);
}

static void
test_says_who_did_what_when_and_why (Place *place, gconstpointer data)
{
  static const char   odd[] = "a\ttab, a\nline end, a \\ and \xc3\xa9";
  g_autoptr (QsTrail) trail = NULL;
  QsTrailEntry       *entry;

  append (place, "label of run 1", odd);
  append (place, "label of run 2", NULL);
  trail = qs_trail_read (place->path, NULL);
  g_assert_null (trail->problem);
  g_assert_cmpuint (trail->entries->len, ==, 2);

  entry = trail->entries->pdata[0];
  g_assert_cmpuint (entry->number, ==, 1);
  g_assert_cmpstr (entry->user, ==, g_get_user_name ());
  g_assert_cmpstr (entry->what, ==, "label of run 1");
  g_assert_cmpstr (entry->old_value, ==, "old");
  g_assert_cmpstr (entry->new_value, ==, "new");
  g_assert_cmpstr (entry->reason, ==, odd);
  g_assert_true (g_str_has_suffix (entry->time, "Z"));
}

/* A byte of a line, or the line end before it, which joins two lines. */
static void
test_every_byte_counts (Place *place, gconstpointer data)
{
  g_autofree char *text = NULL;
  gsize            n_bytes;
  guint            line = 1;

  append_some (place);
  g_assert_true (g_file_get_contents (place->path, &text, &n_bytes, NULL));
  for (gsize i = 0; i < n_bytes; i++) {
    const char       was = text[i];
    g_autofree char *wanted = g_strdup_printf ("line %u ", line);
    g_autofree char *problem = NULL;

    text[i] ^= 1;
    g_assert_true (g_file_set_contents_full (place->path, text, (gssize) n_bytes,
                                             G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    problem = problem_of (place);
    g_assert_nonnull (problem);
    g_assert_true (g_str_has_prefix (problem, wanted));
    text[i] = was;
    line += was == '\n';
  }
}

static void
test_a_line_that_is_taken_out_is_missed (Place *place, gconstpointer data)
{
  for (guint taken = 0; taken < N_LINES; taken++) {
    g_autoptr (GString)    rest = g_string_new (NULL);
    g_autoptr (QsRegistry) registry = qs_registry_open (place->folder, NULL);
    g_autoptr (QsTrail)    trail = NULL;
    g_autofree char       *text = NULL;
    g_autofree char       *wanted = g_strdup_printf ("line %u ", taken + 1);
    g_auto (GStrv)         lines = NULL;

    for (guint i = 0; taken == 0 && i < N_LINES; i++)
      g_assert_true (qs_registry_audit (registry, "label", NULL, "x", NULL, NULL));
    g_assert_true (g_file_get_contents (place->path, &text, NULL, NULL));
    lines = g_strsplit (text, "\n", -1);
    for (guint i = 0; i < N_LINES; i++) {
      if (i != taken)
        g_string_append_printf (rest, "%s\n", lines[i]);
    }
    g_assert_true (g_file_set_contents (place->path, rest->str, -1, NULL));

    trail = qs_registry_trail (registry, NULL);
    g_assert_nonnull (trail->problem);
    g_assert_true (g_str_has_prefix (trail->problem, wanted));
    g_assert_true (g_file_set_contents (place->path, text, -1, NULL));
  }
}

static void
test_an_unfinished_line_is_set_aside (Place *place, gconstpointer data)
{
  g_autofree char    *text = NULL, *torn = NULL, *problem = NULL;
  g_autoptr (QsTrail) trail = NULL;
  QsTrailEntry       *entry;

  append (place, "first", NULL);
  g_assert_true (g_file_get_contents (place->path, &text, NULL, NULL));
  torn = g_strconcat (text, "2\t2026-01-", NULL);
  g_assert_true (g_file_set_contents (place->path, torn, -1, NULL));
  problem = problem_of (place);
  g_assert_nonnull (strstr (problem, "line 2 does not end"));

  append (place, "second", NULL);
  trail = qs_trail_read (place->path, NULL);
  g_assert_null (trail->problem);
  g_assert_cmpuint (trail->entries->len, ==, 3);
  entry = trail->entries->pdata[1];
  g_assert_cmpstr (entry->what, ==, "unfinished line set aside");
  g_assert_cmpstr (entry->old_value, ==, "2\t2026-01-");
}

static void
test_nothing_is_added_to_another_file (Place *place, gconstpointer data)
{
  static const char *const texts[] = { "shopping list\n", "\n", "1\tno\thash\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char   *hash = NULL, *after = NULL;
    guint64            number;

    g_assert_true (g_file_set_contents (place->path, texts[i], -1, NULL));
    g_assert_false (
        qs_trail_append (place->path, "x", NULL, NULL, NULL, &number, &hash, &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_IO);
    g_assert_true (g_file_get_contents (place->path, &after, NULL, NULL));
    g_assert_cmpstr (after, ==, texts[i]);
  }
}

/* Whatever was done to the file, its first fault is named, and what comes before it is as
 * it was. */
static void
test_a_damaged_file_is_told_of (Place *place, gconstpointer data)
{
  const guint       n_files = g_test_slow () ? 20000 : 500;
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autofree char  *whole = NULL;
  gsize             n_whole;

  append_some (place);
  g_assert_true (g_file_get_contents (place->path, &whole, &n_whole, NULL));
  for (guint i = 0; i < n_files; i++) {
    g_autofree char    *bytes = g_memdup2 (whole, n_whole);
    const gsize         n = (gsize) g_rand_int_range (random, 0, (gint) n_whole + 1);
    const gint          n_changes = g_rand_int_range (random, 1, 5);
    g_autoptr (QsTrail) trail = NULL;

    for (gint k = 0; k < n_changes; k++)
      bytes[g_rand_int_range (random, 0, (gint) n_whole)] =
          (char) g_rand_int_range (random, 0, 256);
    g_assert_true (g_file_set_contents_full (place->path, bytes, (gssize) n,
                                             G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    trail = qs_trail_read (place->path, NULL);
    g_assert_cmpuint (trail->entries->len, <=, N_LINES);
    if (memcmp (bytes, whole, n) != 0)
      g_assert_nonnull (trail->problem);
    for (guint k = 0; k < trail->entries->len; k++)
      g_assert_cmpuint (((QsTrailEntry *) trail->entries->pdata[k])->number, ==, k + 1);
  }
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test) (Place *, gconstpointer);
  } tests[] = {
    { "says-who-did-what-when-and-why", test_says_who_did_what_when_and_why },
    { "every-byte-counts", test_every_byte_counts },
    { "a-line-that-is-taken-out-is-missed", test_a_line_that_is_taken_out_is_missed },
    { "an-unfinished-line-is-set-aside", test_an_unfinished_line_is_set_aside },
    { "nothing-is-added-to-another-file", test_nothing_is_added_to_another_file },
    { "a-damaged-file-is-told-of", test_a_damaged_file_is_told_of },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/registry/trail/", tests[i].name, NULL);

    g_test_add (path, Place, NULL, set_up, tests[i].test, tear_down);
  }

  return g_test_run ();
}
