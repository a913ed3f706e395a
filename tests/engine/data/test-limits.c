/* SPDX-License-Identifier: Apache-2.0 */

/* What must not be read at all, and that a refusal costs neither memory nor time. */

#include "core/qs-error.h"
#include "data/qs-dataset.h"

#include <glib/gstdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char header[] = "ID,BW,COMED,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID\n";

static void
assert_refused (GString *text, int code, const char *rule)
{
  g_autoptr (GBytes)    bytes = g_string_free_to_bytes (text);
  g_autoptr (GError)    error = NULL;
  g_autoptr (QsDataset) dataset = qs_dataset_parse (bytes, "big.csv", NULL, NULL, &error);

  g_assert_null (dataset);
  g_assert_error (error, QS_ERROR, code);
  g_assert_nonnull (strstr (error->message, rule));
}

static void
test_what_is_no_file_is_refused (void)
{
  static const char *const paths[] = { "/", "/dev/zero", "/nonexistent/study.csv" };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (qs_dataset_load (paths[i], NULL, NULL, &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_IO);
  }
}

/* The file is sparse: a gigabyte that takes no room, and none may be taken to refuse it.
 */
static void
test_gigabyte_is_refused_before_it_is_read (void)
{
  g_autofree char   *path = NULL;
  g_autoptr (GError) error = NULL;
  const int          fd = g_file_open_tmp ("qusop-XXXXXX.csv", &path, NULL);
  const gint64       start = g_get_monotonic_time ();

  g_assert_cmpint (ftruncate (fd, (off_t) 1 << 30), ==, 0);
  close (fd);

  g_assert_null (qs_dataset_load (path, NULL, NULL, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_DATA);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC / 5);
  g_unlink (path);
}

static void
test_too_many_columns_are_refused (void)
{
  GString *text = g_string_new ("ID");

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (text, ",x%u", i);
  g_string_append (text, "\n1\n");

  assert_refused (text, QS_ERROR_DATA, "row 1: a study must not have more than 4096");
}

/* Short rows are cheap to write; filling them up must not cost what the file did not. */
static void
test_short_rows_of_a_wide_file_are_refused (void)
{
  GString *text = g_string_new ("ID");

  for (guint i = 0; i < 4000; i++)
    g_string_append_printf (text, ",x%u", i);
  for (guint i = 0; i < 10000; i++)
    g_string_append (text, "\n1");

  assert_refused (text, QS_ERROR_DATA, "must not have more than 33554432 cells");
}

static void
test_endless_cell_is_refused (void)
{
  GString *text = g_string_new (header);

  g_string_append_c (text, '"');
  for (guint i = 0; i < 100000; i++)
    g_string_append (text, "1,58,0,0,0,18.6,0,0,0,3,2\n");

  assert_refused (text, QS_ERROR_DATA, "row 2: a cell must be shorter than 1 MiB");
}

static void
test_many_faults_are_counted_not_listed (void)
{
  GString              *text = g_string_new (header);
  g_autoptr (GBytes)    bytes = NULL;
  g_autoptr (QsDataset) dataset = NULL;
  guint                 n = 0;

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (text, "1,58,0,0,%u,18.6,7,0,0,3,2\n", i);

  bytes = g_string_free_to_bytes (text);
  dataset = qs_dataset_parse (bytes, "many.csv", NULL, NULL, NULL);

  for (guint i = 0; i < qs_dataset_n_findings (dataset); i++)
    if (g_strcmp0 (qs_dataset_finding (dataset, i)->column, "EVID") == 0)
      n += 1 + qs_dataset_finding (dataset, i)->n_more;

  g_assert_cmpuint (n, ==, 1000);
  g_assert_cmpuint (qs_dataset_n_findings (dataset), <, 30);
}

static void
test_cancelled_load_gives_nothing (void)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "data", "good", "plain.csv", NULL);
  g_autoptr (QsRun)  run = qs_run_new (1, NULL, NULL);
  g_autoptr (GError) error = NULL;

  qs_run_cancel (run);
  g_assert_null (qs_dataset_load (path, NULL, run, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
}

/* A hundred thousand rows take a fifth of a second of processor time; a reader whose time
 * grows with the square would take hours. A sanitizer takes a second, and how busy the
 * machine is does not count. */
static void
test_large_file_loads_quickly (void)
{
  GString              *text = g_string_new (header);
  const clock_t         start = clock ();
  g_autoptr (GBytes)    bytes = NULL;
  g_autoptr (QsDataset) dataset = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append_printf (text, "%u,58,0,0,%u,18.6,0,0,0,3,2\n", i / 50, i % 50);

  bytes = g_string_free_to_bytes (text);
  dataset = qs_dataset_parse (bytes, "large.csv", NULL, NULL, NULL);

  g_assert_cmpuint (qs_dataset_n_subjects (dataset), ==, 2000);
  g_assert_cmpuint (qs_dataset_n_observations (dataset, QS_ENDPOINT_PD), ==, 100000);
  g_assert_cmpint (clock () - start, <, 5 * CLOCKS_PER_SEC);
}

static void
test_message_is_one_readable_line (void)
{
  const QsFinding finding = {
    .severity = QS_SEVERITY_FATAL,
    .row = 17,
    .id = (char *) "3",
    .column = (char *) "EVID",
    .value = (char *) "7",
    .rule = "EVID must be 0, 1, 2, 3 or 4",
    .action = "Correct the value or map the column.",
  };
  const QsFinding  broken = { .value = (char *) "a\n\033[31mb",
                              .rule = "r",
                              .action = "a." };
  g_autofree char *message = qs_finding_message (&finding, "EstData.csv");
  g_autofree char *line = qs_finding_message (&broken, NULL);

  g_assert_cmpstr (
      message, ==,
      "EstData.csv, row 17, subject 3, column EVID: found \"7\"; EVID must be "
      "0, 1, 2, 3 or 4. Correct the value or map the column.");
  g_assert_null (strpbrk (line, "\n\033"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data/limits/what-is-no-file-is-refused",
                   test_what_is_no_file_is_refused);
  g_test_add_func ("/data/limits/gigabyte-is-refused-before-it-is-read",
                   test_gigabyte_is_refused_before_it_is_read);
  g_test_add_func ("/data/limits/too-many-columns-are-refused",
                   test_too_many_columns_are_refused);
  g_test_add_func ("/data/limits/short-rows-of-a-wide-file-are-refused",
                   test_short_rows_of_a_wide_file_are_refused);
  g_test_add_func ("/data/limits/endless-cell-is-refused", test_endless_cell_is_refused);
  g_test_add_func ("/data/limits/many-faults-are-counted-not-listed",
                   test_many_faults_are_counted_not_listed);
  g_test_add_func ("/data/limits/cancelled-load-gives-nothing",
                   test_cancelled_load_gives_nothing);
  g_test_add_func ("/data/limits/large-file-loads-quickly",
                   test_large_file_loads_quickly);
  g_test_add_func ("/data/limits/message-is-one-readable-line",
                   test_message_is_one_readable_line);
  return g_test_run ();
}
