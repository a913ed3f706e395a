/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/qs-run-pairs.h"

#include <glib/gstdio.h>
#include <string.h>

/* A run of "answer" that wrote @answers to @folder/@name/answers.json. */
static QsRunRecord *
make_run (const char *folder, const char *name, const char *answers, guint64 seed)
{
  g_autofree char *place = g_build_filename (folder, name, NULL);
  g_autofree char *path = g_build_filename (place, "answers.json", NULL);
  g_autofree char *printed =
      g_strdup_printf ("Written to a folder\nseed %u\n", (guint) seed);
  const char *const words[] = { "DATA.csv",
                                "--model",
                                "pkpd",
                                "--quiet",
                                "--out",
                                place,
                                seed == 1 ? "--mc-error=0.1" : "--mc-error=0.2",
                                NULL };
  QsRunRecord      *record = qs_run_record_new ("answer", words);

  g_mkdir (place, 0700);
  g_assert_true (g_file_set_contents (path, answers, -1, NULL));
  record->id = g_strdup (name);
  record->seed = seed;
  record->status = 0;
  record->model = g_strdup ("pkpd");
  record->model_sha256 = g_strdup ("0123456789abcdef01234");
  qs_run_record_add_data (record, "/DATA.csv", "fedcba");
  qs_run_record_add_printed (record, printed);
  g_assert_true (qs_run_record_add_written (record, path, NULL));
  return record;
}

static const QsRunPair *
find (const GPtrArray *pairs, const char *what)
{
  for (guint i = 0; i < pairs->len; i++) {
    const QsRunPair *pair = pairs->pdata[i];

    if (strcmp (pair->what, what) == 0)
      return pair;
  }

  return NULL;
}

static void
assert_pair (const GPtrArray *pairs,
             const char      *what,
             QsRunPairPart    part,
             const char      *first,
             const char      *second)
{
  const QsRunPair *pair = find (pairs, what);

  g_test_message ("%s", what);
  g_assert_nonnull (pair);
  g_assert_cmpint (pair->part, ==, part);
  g_assert_cmpstr (pair->first, ==, first);
  g_assert_cmpstr (pair->second, ==, second);
  g_assert_cmpint (pair->same, ==, g_strcmp0 (first, second) == 0);
}

#define ANSWER(dose)                                                               \
  "{\"elapsed_s\": " dose ", \"answers\": [{\"scenario\": \"base\", \"regimen\": " \
  "\"qd\", \"target\": 0.9, \"dose_mg\": " dose "}, {\"scenario\": \"heavy\", "    \
  "\"regimen\": \"qd\", \"target\": 0.75, \"dose_mg\": null}]}"

static void
remove_run (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, "answers.json", NULL);
  g_autofree char *place = g_build_filename (folder, name, NULL);

  g_remove (path);
  g_rmdir (place);
}

static void
test_inputs_and_answers_stand_side_by_side (void)
{
  g_autofree char        *folder = g_dir_make_tmp ("qusop-pairs-XXXXXX", NULL);
  g_autoptr (QsRunRecord) first = make_run (folder, "a", ANSWER ("6.5"), 1);
  g_autoptr (QsRunRecord) second = make_run (folder, "b", ANSWER ("7.0"), 2);
  g_autoptr (GPtrArray)   pairs = qs_run_pairs_new (first, second);
  g_autofree char        *csv = qs_run_pairs_csv (pairs, first, second);

  assert_pair (pairs, "data SHA-256", QS_RUN_PAIR_INPUT, "fedcba", "fedcba");
  assert_pair (pairs, "model SHA-256", QS_RUN_PAIR_INPUT, "0123456789abcdef",
               "0123456789abcdef");
  assert_pair (pairs, "seed", QS_RUN_PAIR_INPUT, "1", "2");
  assert_pair (pairs, "--mc-error", QS_RUN_PAIR_INPUT, "0.1", "0.2");
  assert_pair (pairs, "--model", QS_RUN_PAIR_INPUT, "pkpd", "pkpd");
  g_assert_null (find (pairs, "--out"));
  g_assert_null (find (pairs, "--quiet"));

  /* The answer that differs, by the name of its question; neither those that do not nor
   * times. */
  assert_pair (pairs, "answers.json: answers[base qd 0.9].dose_mg", QS_RUN_PAIR_ANSWER,
               "6.5", "7");
  assert_pair (pairs, "result", QS_RUN_PAIR_ANSWER, "done", "done");
  g_assert_null (find (pairs, "answers.json: elapsed_s"));
  g_assert_null (strstr (csv, "heavy"));

  g_assert_true (g_str_has_prefix (csv, "part,what,a,b,same\ninput,\"command\","));
  g_assert_nonnull (strstr (csv, "\ninput,\"seed\",\"1\",\"2\",no\n"));
  remove_run (folder, "a");
  remove_run (folder, "b");
  g_rmdir (folder);
}

/* Another run wrote into the same folder: the checksum differs, and what was printed is
 * still there. */
static void
test_what_was_printed_speaks_for_files_that_are_gone (void)
{
  g_autofree char        *folder = g_dir_make_tmp ("qusop-pairs-XXXXXX", NULL);
  g_autoptr (QsRunRecord) first = make_run (folder, "a", ANSWER ("6.5"), 1);
  g_autoptr (QsRunRecord) second = make_run (folder, "a", ANSWER ("7.0"), 2);
  g_autoptr (GPtrArray)   pairs = qs_run_pairs_new (first, second);
  const QsRunPair        *file = find (pairs, "answers.json SHA-256");

  g_assert_nonnull (file);
  g_assert_false (file->same);
  assert_pair (pairs, "printed: line 2", QS_RUN_PAIR_ANSWER, "seed 1", "seed 2");
  remove_run (folder, "a");
  g_rmdir (folder);
}

static void
test_a_run_is_like_itself (void)
{
  g_autofree char        *folder = g_dir_make_tmp ("qusop-pairs-XXXXXX", NULL);
  g_autoptr (QsRunRecord) run = make_run (folder, "a", ANSWER ("6.5"), 1);
  g_autoptr (GPtrArray)   pairs = qs_run_pairs_new (run, run);

  for (guint i = 0; i < pairs->len; i++)
    g_assert_true (((QsRunPair *) pairs->pdata[i])->same);
  g_assert_nonnull (find (pairs, "answers.json SHA-256"));
  remove_run (folder, "a");
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/run-pairs/inputs-and-answers-stand-side-by-side",
                   test_inputs_and_answers_stand_side_by_side);
  g_test_add_func ("/registry/run-pairs/what-was-printed-speaks-for-files-that-are-gone",
                   test_what_was_printed_speaks_for_files_that_are_gone);
  g_test_add_func ("/registry/run-pairs/a-run-is-like-itself", test_a_run_is_like_itself);
  return g_test_run ();
}
