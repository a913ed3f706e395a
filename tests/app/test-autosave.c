/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-autosave.h"
#include "qusop-keeper.h"
#include "qusop-snapshot.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>

static const double patience_s = 60.0;

typedef gboolean (*Condition) (gpointer data);

static void
wait_for (Condition condition, gpointer data)
{
  const gint64 end_us = g_get_monotonic_time () + (gint64) (patience_s * 1e6);

  while (!condition (data)) {
    g_assert_cmpint (g_get_monotonic_time (), <, end_us);
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  }
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char      *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      remove_folder (path);
    g_unlink (path);
  }
  g_rmdir (folder);
}

static char *
make_folder (void)
{
  char *folder = g_dir_make_tmp ("qusop-autosave-XXXXXX", NULL);

  g_assert_nonnull (folder);
  return folder;
}

/* The child: a session whose threshold is the time, changed ten times a second, which is
 * kept in a folder until it is killed. */

static gint64 born_us;

static gboolean
tick_cb (gpointer session)
{
  QsScenario scenario = *qusop_session_get_scenario (session);

  scenario.threshold_ng_ml = (double) (g_get_real_time () - born_us) / 1e6;
  qusop_session_set_scenario (session, &scenario);
  return G_SOURCE_CONTINUE;
}

static int
live (const char *folder, const char *start)
{
  QusopSession             *session = qusop_session_new ();
  QusopAutosave            *autosave = qusop_autosave_new (session, folder);
  g_autoptr (GMainLoop)     loop = g_main_loop_new (NULL, FALSE);
  const QsScenario          scenario = qs_scenario_default ();
  const QsPopulationOptions options = { .seed = 1 };

  born_us = g_ascii_strtoll (start, NULL, 10);
  for (guint i = 0; i < 200; i++)
    qusop_scenarios_add (qusop_session_get_scenarios (session), "Row", &scenario,
                         &options);
  g_timeout_add (100, tick_cb, session);
  g_main_loop_run (loop);
  qusop_autosave_free (autosave);
  g_object_unref (session);
  return 0;
}

/* Kills a child after @seconds and looks at what it left. */
static void
kill_after (const char *program, double seconds)
{
  g_autoptr (GError)      error = NULL;
  g_autofree char        *folder = make_folder ();
  const gint64            start_us = g_get_real_time ();
  g_autofree char        *start = g_strdup_printf ("%" G_GINT64_FORMAT, start_us);
  g_autoptr (GSubprocess) child = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, program, "--live", folder, start, NULL);
  g_autoptr (GPtrArray) lost = NULL;
  g_autoptr (QsProject) project = NULL;
  double                killed_s;

  g_assert_no_error (error);
  g_usleep ((gulong) (seconds * 1e6));
  lost = qusop_autosave_find_lost (folder);
  g_assert_cmpuint (lost->len, ==, 0); /* its program lives */
  killed_s = (double) (g_get_real_time () - start_us) / 1e6;
  g_subprocess_send_signal (child, SIGKILL);
  g_subprocess_wait (child, NULL, NULL);

  g_ptr_array_unref (lost);
  lost = qusop_autosave_find_lost (folder);
  if (lost->len == 0) {
    /* It had no two seconds yet. */
    g_assert_cmpfloat (killed_s, <, 2.0 + 1.0);
  } else {
    project = qs_project_load (lost->pdata[0], folder, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (project->questions->len, ==, 200);
    g_test_message ("killed at %.2f s, kept %.2f s", killed_s,
                    project->question.scenario.threshold_ng_ml);
    g_assert_cmpfloat (project->question.scenario.threshold_ng_ml, >, killed_s - 2.0);
  }
  remove_folder (folder);
}

static const char *program;

static void
test_a_kill_loses_two_seconds_at_most (void)
{
  GRand      *rand = g_rand_new_with_seed (1);
  const guint n = g_test_thorough () ? 30 : 3;

  for (guint i = 0; i < n; i++)
    kill_after (program, g_rand_double_range (rand, 1.5, 4.0));
  g_rand_free (rand);
}

static gboolean
is_kept (gpointer folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char      *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".qusop"))
      return TRUE;
  return FALSE;
}

static void
ask (QusopSession *session, double threshold_ng_ml)
{
  QsScenario scenario = *qusop_session_get_scenario (session);

  scenario.threshold_ng_ml = threshold_ng_ml;
  qusop_session_set_scenario (session, &scenario);
}

/* What was saved goes, what is worth it and was not is offered at the next start. */
static void
test_unsaved_work_outlives_its_window (void)
{
  g_autofree char          *folder = make_folder ();
  g_autofree char          *models = qusop_autosave_models_folder (folder);
  g_autoptr (QusopSession)  session = qusop_session_new ();
  QusopAutosave            *autosave = qusop_autosave_new (session, folder);
  const QsPopulationOptions options = { .seed = 1 };
  g_autoptr (GPtrArray)     lost = NULL, none = NULL;
  g_autoptr (QsProject)     project = NULL;

  ask (session, 2.5);
  wait_for (is_kept, folder);
  qusop_autosave_free (autosave);
  none = qusop_autosave_find_lost (folder);
  g_assert_cmpuint (none->len, ==, 0); /* a mere question */

  autosave = qusop_autosave_new (session, folder);
  qusop_scenarios_add (qusop_session_get_scenarios (session), "Row",
                       qusop_session_get_scenario (session), &options);
  qusop_autosave_free (autosave);
  lost = qusop_autosave_find_lost (folder);
  g_assert_cmpuint (lost->len, ==, 1);
  project = qs_project_load (lost->pdata[0], models, NULL);
  g_assert_cmpfloat (project->question.scenario.threshold_ng_ml, ==, 2.5);

  autosave = qusop_autosave_new (session, folder);
  qusop_session_set_project (session, "/somewhere/work.qusop",
                             qusop_session_get_state (session));
  qusop_autosave_free (autosave);
  qusop_autosave_discard (lost->pdata[0]);
  g_assert_false (is_kept (folder));
  remove_folder (folder);
}

static gboolean
has_problem (gpointer session)
{
  return qusop_session_get_problem (session) != NULL;
}

static void
test_a_folder_that_cannot_be_written_is_told_once (void)
{
  g_autoptr (QusopSession) session = qusop_session_new ();
  QusopAutosave           *autosave = qusop_autosave_new (session, "/proc/no/such/place");

  ask (session, 2.5);
  wait_for (has_problem, session);
  g_assert_nonnull (strstr (qusop_session_get_problem (session), "kept automatically"));
  qusop_autosave_free (autosave);
}

static const char study[] = "ID,BW,COMED,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID\n"
                            "1,70,0,3,0,.,1,1,3,1,0\n"
                            "1,70,0,3,1,9,0,0,0,3,2\n";

static gboolean
is_idle (gpointer session)
{
  return !qusop_session_is_busy (session, QUSOP_ACTIVITY_LOAD) &&
         !qusop_session_is_busy (session, QUSOP_ACTIVITY_EXPORT);
}

static gboolean
has_project (gpointer session)
{
  return is_idle (session) && qusop_session_get_project (session) != NULL;
}

/* Saved, changed, opened in another session; then with another study in its place. */
static void
test_a_project_is_saved_and_opened (void)
{
  g_autofree char         *folder = make_folder ();
  g_autofree char         *path = g_build_filename (folder, "work.qusop", NULL);
  g_autofree char         *data = g_build_filename (folder, "study.csv", NULL);
  g_autofree char         *longer = g_strconcat (study, "1,70,0,3,2,8,0,0,0,3,2\n", NULL);
  g_autoptr (QsDataset)    dataset = NULL;
  g_autoptr (QusopSession) session = qusop_session_new ();
  g_autoptr (QusopSession) other = qusop_session_new ();
  QusopKeeper             *keeper = qusop_keeper_new (session);
  QusopKeeper             *opener = qusop_keeper_new (other);
  const QsPopulationOptions options = { .seed = 7 };

  g_assert_true (g_file_set_contents (data, study, -1, NULL));
  dataset = qs_dataset_load (data, NULL, NULL, NULL);
  qusop_session_set_dataset (session, dataset, FALSE);
  ask (session, 2.5);
  qusop_scenarios_add (qusop_session_get_scenarios (session), "Row",
                       qusop_session_get_scenario (session), &options);
  g_assert_true (qusop_session_is_unsaved (session));
  qusop_keeper_save (keeper, path);
  wait_for (has_project, session);
  g_assert_false (qusop_session_is_unsaved (session));
  ask (session, 3.0);
  g_assert_true (qusop_session_is_unsaved (session));

  qusop_keeper_open (opener, path);
  wait_for (has_project, other);
  g_assert_false (qusop_session_is_unsaved (other));
  g_assert_cmpfloat (qusop_session_get_scenario (other)->threshold_ng_ml, ==, 2.5);
  g_assert_cmpstr (qs_dataset_sha256 (qusop_session_get_dataset (other)), ==,
                   qs_dataset_sha256 (dataset));
  g_assert_cmpuint (qusop_scenarios_get_cases (qusop_session_get_scenarios (other))->len,
                    ==, 1);
  g_assert_null (qusop_session_get_problem (other));

  g_assert_true (g_file_set_contents (data, longer, -1, NULL));
  qusop_keeper_open (opener, path);
  wait_for (has_problem, other);
  g_assert_nonnull (strstr (qusop_session_get_problem (other), "has changed"));

  g_unlink (data);
  qusop_session_set_problem (other, NULL, NULL);
  qusop_keeper_open (opener, path);
  wait_for (has_problem, other);
  g_assert_nonnull (
      strstr (qusop_session_get_problem_detail (other), "study is missing"));

  qusop_keeper_free (keeper);
  qusop_keeper_free (opener);
  remove_folder (folder);
}

int
main (int argc, char **argv)
{
  int result;

  if (argc == 4 && g_str_equal (argv[1], "--live"))
    return live (argv[2], argv[3]);

  g_test_init (&argc, &argv, NULL);
  program = argv[0];
#define ADD(name, function) g_test_add_func ("/app/autosave/" name, function)
  ADD ("a-kill-loses-two-seconds-at-most", test_a_kill_loses_two_seconds_at_most);
  ADD ("unsaved-work-outlives-its-window", test_unsaved_work_outlives_its_window);
  ADD ("a-folder-that-cannot-be-written-is-told-once",
       test_a_folder_that_cannot_be_written_is_told_once);
  ADD ("a-project-is-saved-and-opened", test_a_project_is_saved_and_opened);
  result = g_test_run ();
  return result;
}
