/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/qs-project.h"

#include "analysis/qs-emax.h"
#include "core/qs-error.h"
#include "registry/qs-model-codec.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const char data_sha256[] =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static QsModel *
make_model (double slope)
{
  const QsEmaxParameters parameters = { 15.0, 0.3, 0.97, slope, 0.2, 0.1 };
  QsModel               *model = qs_model_new (QS_MODEL_EMAX);

  model->facts = (QsStudyFacts){
    .n_subjects = 12,
    .highest_dose_mg = 10.0,
    .bw_low_kg = 51.0,
    .bw_high_kg = 100.0,
    .interval_h = 24.0,
    .window_from_h = 480.0,
    .window_to_h = 504.0,
    .doses_mg = { 1.0, 10.0 },
    .n_doses = 2,
  };
  model->data_sha256 = g_strdup (data_sha256);
  model->estimate = qs_emax_new (&parameters, 24.0);
  return model;
}

static QsProject *
make_project (void)
{
  QsProject          *project = qs_project_new ();
  QsQuestion          weekly = project->question;
  g_autoptr (QsModel) first = make_model (0.03);
  g_autoptr (QsModel) second = make_model (0.04);
  QsDosing            schedule;

  project->data_path = g_strdup ("/studies/one/study.csv");
  project->data_sha256 = g_strdup (data_sha256);
  project->mapping = g_strdup ("ID=SUBJ,BW=WT");
  project->fit = qs_fit_options_default (QS_MODEL_QLSTM);
  project->fit.seed = G_MAXUINT64;
  qs_fit_options_set_input (&project->fit, QS_INPUT_EXPOSURE);
  project->fit.n_epochs = 77;
  project->fit.n_physics = 50;
  project->fit.physics_weight = 0.25;
  project->fit.cells.n_layers = 2;
  project->fit.structure.correlated = TRUE;
  project->question.scenario.threshold_ng_ml = 1.0 / 3.0;
  project->question.scenario.bw = qs_prior_uniform (52.5, 100.0);
  project->question.n_subjects = 480;
  project->question.n_replicates = 1000;

  g_assert_true (qs_dosing_parse ("qw load=2 judge=4", &schedule, NULL));
  qs_scenario_set_schedule (&weekly.scenario, &schedule);
  weekly.scenario.biomarker = QS_BIOMARKER_OBSERVED;
  weekly.name = (char *) "Once weekly, “loaded”";
  weekly.is_base = TRUE;
  weekly.subject_effect = FALSE;
  qs_project_add_question (project, &weekly);
  qs_project_add_model (project, first, NULL);
  qs_project_add_model (project, second, NULL);
  project->chosen = 1;
  return project;
}

static char *
encode (const QsProject *project)
{
  g_autoptr (GError) error = NULL;
  char              *text = qs_project_encode (project, "/studies", NULL, &error);

  g_assert_no_error (error);
  return text;
}

static QsProject *
decode (const char *text)
{
  g_autoptr (GError) error = NULL;
  QsProject         *project =
      qs_project_decode (text, strlen (text), "work.qusop", "/studies", NULL, &error);

  g_assert_no_error (error);
  return project;
}

static void
assert_refused (const char *text, const char *why)
{
  g_autoptr (GError)    error = NULL;
  g_autoptr (QsProject) project =
      qs_project_decode (text, strlen (text), "work.qusop", NULL, NULL, &error);

  g_assert_null (project);
  g_assert_nonnull (error);
  g_assert_true (g_str_has_prefix (error->message, "work.qusop is not a usable project"));
  if (strstr (error->message, why) == NULL)
    g_error ("“%s” does not say “%s”", error->message, why);
}

static char *
with (const char *text, const char *from, const char *to)
{
  GString *changed = g_string_new (text);

  g_assert_cmpuint (g_string_replace (changed, from, to, 1), ==, 1);
  return g_string_free (changed, FALSE);
}

static void
test_everything_comes_back (void)
{
  g_autoptr (QsProject) project = make_project ();
  g_autofree char      *text = encode (project);
  g_autoptr (QsProject) back = decode (text);
  g_autofree char      *again = encode (back);
  const QsQuestion     *kept = g_ptr_array_index (back->questions, 0);

  g_assert_cmpstr (again, ==, text);
  g_assert_cmpstr (back->data_path, ==, project->data_path);
  g_assert_cmpstr (back->mapping, ==, project->mapping);
  g_assert_cmpint (back->fit.kind, ==, QS_MODEL_QLSTM);
  g_assert_true (back->fit.seed == G_MAXUINT64);
  g_assert_cmpuint (back->fit.cells.n_layers, ==, 2);
  g_assert_cmpuint (back->fit.n_physics, ==, 50);
  g_assert_cmpfloat (back->fit.physics_weight, ==, 0.25);
  g_assert_cmpint (back->fit.input, ==, QS_INPUT_EXPOSURE);
  g_assert_cmpfloat (back->fit.learning_rate, ==, project->fit.learning_rate);
  g_assert_true (back->fit.structure.correlated);
  g_assert_true (
      qs_scenario_equal (&back->question.scenario, &project->question.scenario));
  g_assert_cmpuint (back->question.n_replicates, ==, 1000);
  g_assert_cmpstr (kept->name, ==, "Once weekly, “loaded”");
  g_assert_true (kept->is_base && !kept->subject_effect);
  g_assert_cmpstr (kept->scenario.schedule.text, ==, "qw load=2 judge=4");
  g_assert_cmpuint (back->models->len, ==, 2);
  g_assert_cmpint (back->chosen, ==, 1);
}

/* A study below the project's folder is found where both have moved. */
static void
test_the_study_moves_with_the_project (void)
{
  g_autoptr (QsProject) project = make_project ();
  g_autofree char      *text = encode (project);
  g_autoptr (QsProject) moved =
      qs_project_decode (text, strlen (text), "work.qusop", "/elsewhere", NULL, NULL);

  g_assert_nonnull (strstr (text, "\"one/study.csv\""));
  g_assert_cmpstr (moved->data_path, ==, "/elsewhere/one/study.csv");
}

static void
test_what_is_no_project_is_refused (void)
{
  g_autoptr (QsProject) project = make_project ();
  g_autofree char      *text = encode (project);
  g_autofree char      *newer = with (text, "qusop-project/1", "qusop-project/2");
  g_autofree char      *other = with (text, "qusop-project/1", "qusop-model/1");
  g_autofree char      *beyond = with (text, "\"chosen\": 1", "\"chosen\": 2");
  g_autofree char      *target = with (text, "\"target\": 0.9", "\"target\": 1.5");
  g_autofree char      *text_for_number =
      with (text, "\"target\": ", "\"target\": \"x\", \"other\": ");
  g_autofree char *regimen = with (text, "\"qd\"", "\"every now and then\"");
  g_autofree char *model = with (text, "51.0", "52.0");
  g_autofree char *half = g_strndup (text, strlen (text) / 2);

  assert_refused ("", "strict JSON");
  assert_refused (half, "strict JSON");
  assert_refused ("[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]", "deeply nested");
  assert_refused ("{}", "no project");
  assert_refused (newer, "A newer QuSOP wrote it (format 2, this one reads 1)");
  assert_refused (other, "no project");
  assert_refused (beyond, "not among its models");
  assert_refused (target, "The target is 1.5");
  assert_refused (text_for_number, "field of a question");
  assert_refused (regimen, "every now and then");
  assert_refused (model, "checksum does not match");
}

/* Whatever becomes of its bytes, a file is read or refused, and never half. */
static void
test_damaged_files_are_read_or_refused (void)
{
  g_autoptr (QsProject) project = make_project ();
  g_autofree char      *text = encode (project);
  const gsize           n = strlen (text);
  GRand                *rand = g_rand_new_with_seed (1);
  guint                 n_refused = 0;

  for (guint i = 0; i < 2000; i++) {
    g_autofree char      *damaged = g_strndup (text, n);
    g_autoptr (GError)    error = NULL;
    g_autoptr (QsProject) back = NULL;
    const gsize cut = i % 10 == 0 ? (gsize) g_rand_int_range (rand, 0, (int) n) : n;

    for (guint k = 0; k <= i % 3; k++)
      damaged[g_rand_int_range (rand, 0, (int) n)] =
          (char) g_rand_int_range (rand, 32, 127);
    back = qs_project_decode (damaged, cut, "work.qusop", NULL, NULL, &error);
    g_assert_true ((back == NULL) == (error != NULL));
    n_refused += back == NULL;
  }
  g_assert_cmpuint (n_refused, >, 1000);
  g_rand_free (rand);
}

/* Models that lie beside the project are written once and checked when they are read. */
static void
test_models_may_lie_beside_it (void)
{
  g_autoptr (GError)    error = NULL;
  g_autoptr (QsProject) project = make_project ();
  g_autofree char      *folder = g_dir_make_tmp ("qusop-project-XXXXXX", NULL);
  g_autofree char      *path = g_build_filename (folder, "work.qusop", NULL);
  const QsKeptModel    *kept = g_ptr_array_index (project->models, 0);
  const QsKeptModel    *other = g_ptr_array_index (project->models, 1);
  g_autofree char      *model_path = NULL, *other_path = NULL, *text = NULL;
  g_autoptr (QsProject) back = NULL, none = NULL;

  g_assert_true (qs_project_save (project, path, folder, &error));
  g_assert_no_error (error);
  model_path = g_strdup_printf ("%s/%s.json", folder, kept->sha256);
  other_path = g_strdup_printf ("%s/%s.json", folder, other->sha256);
  g_assert_true (g_file_test (model_path, G_FILE_TEST_EXISTS));

  back = qs_project_load (path, folder, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (back->models->len, ==, 2);
  text = encode (back);
  g_assert_nonnull (strstr (text, kept->sha256));

  g_unlink (model_path);
  none = qs_project_load (path, folder, &error);
  g_assert_null (none);
  g_assert_error (error, QS_ERROR, QS_ERROR_MODEL);
  g_unlink (other_path);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_a_folder_that_cannot_be_written_is_told (void)
{
  g_autoptr (GError)    error = NULL;
  g_autoptr (QsProject) project = make_project ();

  g_assert_false (qs_project_save (project, "/nowhere/at/all/work.qusop", NULL, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "/nowhere/at/all"));
}

static glong
peak_kib (void)
{
  struct rusage used;

  getrusage (RUSAGE_SELF, &used);
  return used.ru_maxrss;
}

/* Sparse: it takes no room on the disk, and none may be taken in memory. */
static void
test_a_gigabyte_takes_no_memory_to_be_refused (void)
{
  g_autofree char   *path = NULL;
  g_autoptr (GError) error = NULL;
  const int          fd = g_file_open_tmp ("qusop-XXXXXX.qusop", &path, NULL);
  const glong        before_kib = peak_kib ();

  g_assert_cmpint (write (fd, "{\"schema\": \"", 12), ==, 12);
  g_assert_cmpint (ftruncate (fd, 1000000000), ==, 0);
  close (fd);
  g_assert_null (qs_project_load (path, NULL, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_IO);
  g_assert_cmpint (peak_kib () - before_kib, <, 16 << 10);
  g_unlink (path);
}

/* The name of a model beside the project is a checksum, so none leads elsewhere. */
static void
test_a_model_beside_it_cannot_lie_elsewhere (void)
{
  static const char *const names[] = { "../../../etc/passwd", "/etc/passwd", "..", "" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (QsProject) project = make_project ();
    g_autofree char      *folder = g_dir_make_tmp ("qusop-project-XXXXXX", NULL);
    g_autofree char      *path = g_build_filename (folder, "work.qusop", NULL);
    g_autofree char      *text = encode (project);
    g_autoptr (GRegex)    models =
        g_regex_new ("\"models\":\\s*\\[.*\\]", G_REGEX_DOTALL, 0, NULL);
    g_autofree char *given =
        g_strdup_printf ("\"models\": [{\"sha256\": \"%s\"}]", names[i]);
    g_autofree char *hostile =
        g_regex_replace_literal (models, text, -1, 0, given, 0, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_nonnull (strstr (hostile, given));
    g_assert_true (g_file_set_contents (path, hostile, -1, NULL));
    g_assert_null (qs_project_load (path, folder, &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_MODEL);
    g_test_message ("%s", error->message);
    g_assert_null (strstr (error->message, "is gone"));
    g_unlink (path);
    g_rmdir (folder);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) g_test_add_func ("/registry/project/" name, function)
  ADD ("everything-comes-back", test_everything_comes_back);
  ADD ("the-study-moves-with-the-project", test_the_study_moves_with_the_project);
  ADD ("what-is-no-project-is-refused", test_what_is_no_project_is_refused);
  ADD ("damaged-files-are-read-or-refused", test_damaged_files_are_read_or_refused);
  ADD ("models-may-lie-beside-it", test_models_may_lie_beside_it);
  ADD ("a-gigabyte-takes-no-memory-to-be-refused",
       test_a_gigabyte_takes_no_memory_to_be_refused);
  ADD ("a-model-beside-it-cannot-lie-elsewhere",
       test_a_model_beside_it_cannot_lie_elsewhere);
  ADD ("a-folder-that-cannot-be-written-is-told",
       test_a_folder_that_cannot_be_written_is_told);
  return g_test_run ();
}
