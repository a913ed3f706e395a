/* SPDX-License-Identifier: Apache-2.0 */
#include "report/qs-report.h"

#include <jansson.h>

static void
test_manifest_lists_files_and_settings (void)
{
  static const QsReportSetting settings[] = { { "model", "lstm" }, { "map", NULL } };
  static const QsReportFile    files[] = { { "a.csv", "00ff", 4294967296 } };
  g_autofree char *text = qs_report_manifest_json ("answer", settings, 2, files, 1);
  json_t          *root = json_loads (text, JSON_REJECT_DUPLICATES, NULL);
  json_t          *config = json_object_get (root, "config");
  json_t          *file = json_array_get (json_object_get (root, "files"), 0);

  g_assert_cmpstr (json_string_value (json_object_get (root, "schema")), ==,
                   "qusop-manifest/1");
  g_assert_cmpstr (json_string_value (json_object_get (config, "model")), ==, "lstm");
  g_assert_true (json_is_null (json_object_get (config, "map")));
  g_assert_cmpstr (json_string_value (json_object_get (file, "name")), ==, "a.csv");
  g_assert_cmpstr (json_string_value (json_object_get (file, "sha256")), ==, "00ff");
  g_assert_cmpint (json_integer_value (json_object_get (file, "bytes")), ==, 4294967296);
  g_assert_nonnull (json_object_get (json_object_get (root, "versions"), "qusop"));

  json_decref (root);
}

static void
test_manifest_survives_names_that_are_no_text (void)
{
  static const QsReportFile files[] = { { "\xff\xfe.csv", "00ff", 1 } };
  g_autofree char          *text = qs_report_manifest_json ("answer", NULL, 0, files, 1);
  json_t                   *root = json_loads (text, JSON_REJECT_DUPLICATES, NULL);

  g_assert_nonnull (root);
  g_assert_cmpuint (json_array_size (json_object_get (root, "files")), ==, 1);

  json_decref (root);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/report/manifest/lists-files-and-settings",
                   test_manifest_lists_files_and_settings);
  g_test_add_func ("/report/manifest/survives-names-that-are-no-text",
                   test_manifest_survives_names_that_are_no_text);

  return g_test_run ();
}
