/* SPDX-License-Identifier: Apache-2.0 */

/* What the window exports as settings gives the command line the same answers and the
 * same models. The command line is the first argument. */

#include "jobs/qusop-register.h"
#include "qusop-snapshot.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

static const char *cli;
static char       *folder;

static char *
in_folder (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static QsDataset *
load_sample (void)
{
  g_autofree char   *path = g_test_build_filename (G_TEST_DIST, "..", "data", "sample",
                                                   "sample-study.csv", NULL);
  g_autoptr (GError) error = NULL;
  QsDataset         *dataset = qs_dataset_load (path, NULL, NULL, &error);

  g_assert_no_error (error);
  return dataset;
}

static char *
run_cli (const char *const *words)
{
  g_autoptr (GError)      error = NULL;
  g_autoptr (GSubprocess) child =
      g_subprocess_newv (words, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  char *printed = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (child, NULL, NULL, &printed, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (child), ==, 0);
  return printed;
}

static char *
without_time (char *json)
{
  g_autoptr (GRegex) elapsed = g_regex_new ("\"elapsed_s\": [^,]*", 0, 0, NULL);
  char              *rest;

  g_assert_true (g_regex_match (elapsed, json, 0, NULL));
  rest = g_regex_replace_literal (elapsed, json, -1, 0, "", 0, NULL);
  g_free (json);
  return rest;
}

/* As the window goes about it: fit, ask, write. */
static char *
answers_of_window (QusopSession *session)
{
  g_autoptr (GError)  error = NULL;
  g_autoptr (QsModel) model =
      qs_fit (qusop_session_get_dataset (session),
              qusop_session_get_fit_options (session), NULL, &error);
  g_autoptr (GPtrArray) results = NULL;
  g_autofree char      *sha256 = NULL;
  QsReportContext       context = { .elapsed_s = 1.0 };

  g_assert_no_error (error);
  qusop_session_add_model (session, model);
  results =
      qs_answer (model, qusop_session_get_population_options (session), NULL, &error);
  g_assert_no_error (error);
  sha256 = qs_model_sha256 (model);
  context.model = model;
  context.model_sha256 = sha256;
  context.dataset = qusop_session_get_dataset (session);
  return without_time (qs_report_answers_json (&context, results));
}

static char *
answers_of_cli (QusopSession *session)
{
  g_autoptr (QsConfig) config = qusop_snapshot_config (session);
  g_autofree char     *yaml = qs_config_format (config);
  g_autofree char     *path = in_folder ("settings.yaml");
  g_autofree char     *out = in_folder ("out");
  g_autofree char     *file = g_build_filename (out, "answers.json", NULL);
  g_autofree char     *printed = NULL;
  g_autoptr (GError)   error = NULL;
  char                *json;

  g_file_set_contents (path, yaml, -1, &error);
  g_assert_no_error (error);
  printed = run_cli ((const char *const[]){ cli, "answer", "--config", path, "--out", out,
                                            "--quiet", "--no-cache", NULL });
  g_file_get_contents (file, &json, NULL, &error);
  g_assert_no_error (error);
  return without_time (json);
}

/* Nothing is at its default that the window can set. */
static QusopSession *
open_window (QsModelKind kind)
{
  QusopSession         *session = qusop_session_new ();
  g_autoptr (QsDataset) dataset = load_sample ();
  QsFitOptions          fit;
  QsPopulationOptions   population;

  qusop_session_set_dataset (session, dataset, FALSE);
  qusop_session_set_model_kind (session, kind);
  fit = *qusop_session_get_fit_options (session);
  fit.seed = 7;
  fit.n_bootstrap = 12;
  if (qs_model_kind_is_network (kind))
    fit.n_epochs = 3;
  fit.structure.search = FALSE;
  qusop_session_set_fit_options (session, &fit);
  population = *qusop_session_get_population_options (session);
  population.seed = 3;
  population.n_subjects = 90;
  population.n_replicates = 11;
  population.subject_effect = FALSE;
  qusop_session_set_population_options (session, &population);
  return session;
}

/* Whole texts would fill the log. */
static void
assert_same_lines (const char *a, const char *b)
{
  g_auto (GStrv) left = g_strsplit (a, "\n", -1);
  g_auto (GStrv) right = g_strsplit (b, "\n", -1);

  for (guint i = 0; left[i] != NULL && right[i] != NULL; i++)
    g_assert_cmpstr (left[i], ==, right[i]);
  g_assert_cmpuint (g_strv_length (left), ==, g_strv_length (right));
}

static void
check_answers (QsModelKind kind)
{
  g_autoptr (QusopSession) session = open_window (kind);
  g_autofree char         *window = answers_of_window (session);
  g_autofree char         *command = answers_of_cli (session);

  assert_same_lines (window, command);
  g_assert_nonnull (strstr (window, "\"n_subjects\": 990"));
}

static void
test_exported_settings_answer_alike (void)
{
  check_answers (QS_MODEL_EMAX);
  if (!g_test_thorough ())
    return;
  check_answers (QS_MODEL_LOGISTIC);
  check_answers (QS_MODEL_LSTM);
  check_answers (QS_MODEL_QKLSTM);
  check_answers (QS_MODEL_PKPD);
}

/* What a fit in the window leaves in the registry. */
static char *
fit_on_record (QsDataset *dataset, const QsFitOptions *options)
{
  QusopRegister         *record = qusop_register_begin_fit (dataset, options);
  g_autofree char       *place = qs_registry_folder ();
  g_autoptr (GError)     error = NULL;
  g_autoptr (QsModel)    model = qs_fit (dataset, options, NULL, &error);
  const QsRunFilter      last = { .n_max = 1 };
  g_autoptr (QsRegistry) registry = NULL;
  g_autoptr (GPtrArray)  records = NULL;

  g_assert_no_error (error);
  qusop_register_end (record, model, NULL, NULL);
  registry = qs_registry_open (place, &error);
  g_assert_no_error (error);
  records = qs_registry_list (registry, &last, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (records->len, ==, 1);
  return g_strdup (((QsRunRecord *) records->pdata[0])->id);
}

static void
check_replay (QsDataset *dataset, const QsFitOptions *options)
{
  g_autofree char *id = fit_on_record (dataset, options);
  g_autofree char *printed = run_cli (
      (const char *const[]){ cli, "replay", id, "--threads", "2", "--quiet", NULL });

  g_test_message ("%s", printed);
  g_assert_nonnull (strstr (printed, "identical (done, 0 files, the model"));
}

static void
test_every_switch_is_on_record (void)
{
  g_autoptr (QsDataset) dataset = load_sample ();
  QsFitOptions          logistic = qs_fit_options_default (QS_MODEL_LOGISTIC);
  QsFitOptions          lstm = qs_fit_options_default (QS_MODEL_LSTM);
  QsFitOptions          pkpd = qs_fit_options_default (QS_MODEL_PKPD);

  logistic.threshold_ng_ml = 4.25;
  logistic.success = QS_SUCCESS_ABOVE;
  logistic.n_bootstrap = 3;
  check_replay (dataset, &logistic);
  lstm.n_epochs = 2;
  lstm.n_bootstrap = 1;
  lstm.early_stopping = FALSE;
  check_replay (dataset, &lstm);
  if (!g_test_thorough ())
    return;

  qs_fit_options_set_input (&lstm, QS_INPUT_EXPOSURE);
  lstm.structure.search = FALSE;
  check_replay (dataset, &lstm);
  lstm.full_bootstrap = TRUE;
  lstm.n_physics = 20;
  lstm.physics_weight = 0.5;
  check_replay (dataset, &lstm);
  lstm.kind = QS_MODEL_QLSTM;
  lstm.cells = (QsCellOptions){ .n_qubits = 2, .n_layers = 1, .replaces = TRUE };
  check_replay (dataset, &lstm);
  pkpd.n_bootstrap = 3;
  pkpd.structure.search = FALSE;
  pkpd.uncertainty = QS_UNCERTAINTY_BOOTSTRAP;
  check_replay (dataset, &pkpd);
  pkpd.uncertainty = QS_UNCERTAINTY_LIKELIHOOD;
  pkpd.structure.search = TRUE;
  pkpd.structure.correlated = TRUE;
  check_replay (dataset, &pkpd);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char      *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_tree (child);
  }
  g_remove (path);
}

int
main (int argc, char **argv)
{
  g_autofree char *registry = NULL;
  int              status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  cli = argv[1];
  folder = g_dir_make_tmp ("qusop-config-XXXXXX", NULL);
  registry = in_folder ("registry");
  g_setenv ("QUSOP_REGISTRY", registry, TRUE);

  g_test_add_func ("/app/config/exported-settings-answer-alike",
                   test_exported_settings_answer_alike);
  g_test_add_func ("/app/config/every-switch-is-on-record",
                   test_every_switch_is_on_record);
  status = g_test_run ();
  remove_tree (folder);
  g_free (folder);
  return status;
}
