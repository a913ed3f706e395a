/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/qs-model-cache.h"

#include "core/qs-error.h"
#include "qusop.h"

#include <glib/gstdio.h>
#include <string.h>

static QsDataset *
sample (const char *mapping)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *path = g_test_build_filename (G_TEST_DIST, "..", "data", "sample",
                                                   "sample-study.csv", NULL);
  QsDataset         *dataset = qs_dataset_load (path, mapping, NULL, &error);

  g_assert_no_error (error);
  return dataset;
}

static QsFitOptions
brief (void)
{
  QsFitOptions options = qs_fit_options_default (QS_MODEL_EMAX);

  options.n_bootstrap = 3;
  return options;
}

static void
test_what_changes_a_fit_changes_its_place (void)
{
  g_autoptr (QsDataset)  dataset = sample (NULL);
  QsFitOptions           options[7];
  g_autoptr (GHashTable) places =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    options[i] = qs_fit_options_default (QS_MODEL_PKPD);
  options[1].seed = 2;
  options[2].n_bootstrap = 1;
  options[3].uncertainty = QS_UNCERTAINTY_BOOTSTRAP;
  options[4].structure.search = FALSE;
  options[5].structure.lag = QS_CHOICE_YES;
  options[6].structure.has_error[1] = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    g_hash_table_add (places, qs_model_cache_path (dataset, &options[i]));
  g_assert_cmpuint (g_hash_table_size (places), ==, G_N_ELEMENTS (options));

  /* Where nothing is searched, what would be does not matter. */
  options[5].structure.search = FALSE;
  g_assert_false (g_hash_table_add (places, qs_model_cache_path (dataset, &options[5])));
}

static void
test_the_same_columns_read_otherwise_are_another_study (void)
{
  g_autoptr (QsDataset) dataset = sample (NULL), mapped = sample ("BW=ID,ID=BW");
  const QsFitOptions    options = qs_fit_options_default (QS_MODEL_PKPD);
  g_autofree char      *place = qs_model_cache_path (dataset, &options);
  g_autofree char      *other = qs_model_cache_path (mapped, &options);

  g_assert_cmpstr (place, !=, other);
}

static void
test_a_stored_model_comes_back (void)
{
  const QsFitOptions    options = brief ();
  g_autoptr (QsDataset) dataset = sample (NULL);
  g_autoptr (QsRun)     run = qs_run_new (1, NULL, NULL);
  g_autoptr (GError)    error = NULL;
  g_autofree char      *path = qs_model_cache_path (dataset, &options);
  g_autoptr (QsModel)   model = qs_fit (dataset, &options, run, &error);
  g_autoptr (QsModel)   back = NULL;
  g_autofree char      *sha256 = NULL, *sha256_back = NULL;

  g_assert_no_error (error);
  g_assert_null (qs_model_cache_load (path, dataset, &options, &error));
  g_assert_no_error (error);

  g_assert_true (qs_model_cache_store (path, model, &error));
  back = qs_model_cache_load (path, dataset, &options, &error);
  g_assert_no_error (error);
  sha256 = qs_model_sha256 (model);
  sha256_back = qs_model_sha256 (back);
  g_assert_cmpstr (sha256, ==, sha256_back);
}

static void
test_damaged_and_foreign_entries_are_refused (void)
{
  const QsFitOptions    options = brief ();
  QsFitOptions          others = options;
  g_autoptr (QsDataset) dataset = sample (NULL);
  g_autoptr (QsRun)     run = qs_run_new (1, NULL, NULL);
  g_autoptr (GError)    error = NULL;
  g_autofree char      *path = qs_model_cache_path (dataset, &options);
  g_autofree char      *text = NULL;
  g_autoptr (QsModel)   model = qs_fit (dataset, &options, run, &error);

  g_assert_no_error (error);
  g_assert_true (qs_model_cache_store (path, model, &error));

  /* An entry under another one's name. */
  others.seed++;
  g_assert_null (qs_model_cache_load (path, dataset, &others, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_MODEL);
  g_clear_error (&error);

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  text[strlen (text) / 2] ^= 1;
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_null (qs_model_cache_load (path, dataset, &options, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_MODEL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/registry/model-cache/what-changes-a-fit-changes-its-place",
                   test_what_changes_a_fit_changes_its_place);
  g_test_add_func ("/registry/model-cache/columns-read-otherwise",
                   test_the_same_columns_read_otherwise_are_another_study);
  g_test_add_func ("/registry/model-cache/a-stored-model-comes-back",
                   test_a_stored_model_comes_back);
  g_test_add_func ("/registry/model-cache/damaged-and-foreign-entries-are-refused",
                   test_damaged_and_foreign_entries_are_refused);

  return g_test_run ();
}
