/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-study.h"

#include "core/qs-error.h"
#include "core/qs-stats.h"
#include "qusop.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

static char *
content_of (const char *path)
{
  char *content = NULL;

  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  return content;
}

static void
assert_same_as_bundled (const char *path, const char *name)
{
  g_autofree char *bundled =
      g_test_build_filename (G_TEST_DIST, "..", "data", "sample", name, NULL);
  g_autofree char *expected = content_of (bundled);
  g_autofree char *content = content_of (path);

  g_assert_cmpstr (content, ==, expected);
}

/* The bundled sample is what the command makes with seed 1. */
static void
test_sample_is_made_again_byte_by_byte (void)
{
  g_autoptr (QsRun) run = qs_run_new (2, NULL, NULL);
  g_autofree char  *folder = g_dir_make_tmp ("qusop-test-XXXXXX", NULL);
  g_autofree char  *csv = g_build_filename (folder, "sample-study.csv", NULL);
  g_autofree char  *truth = g_build_filename (folder, "sample-study.truth.json", NULL);

  g_assert_true (qs_simulate_study ("default", 1, csv, run, NULL));
  assert_same_as_bundled (csv, "sample-study.csv");
  assert_same_as_bundled (truth, "sample-study.truth.json");

  g_assert_cmpint (g_remove (csv), ==, 0);
  g_assert_cmpint (g_remove (truth), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* What the program makes it must read, and find in it what the truth says. */
static void
test_sample_is_a_study_without_faults (void)
{
  g_autofree char      *path = g_test_build_filename (G_TEST_DIST, "..", "data", "sample",
                                                      "sample-study.csv", NULL);
  g_autoptr (QsDataset) dataset = qs_dataset_load (path, NULL, NULL, NULL);
  QsStudyFacts          facts;

  g_assert_nonnull (dataset);
  g_assert_true (qs_dataset_is_usable (dataset));
  for (guint i = 0; i < qs_dataset_n_findings (dataset); i++)
    g_assert_cmpint (qs_dataset_finding (dataset, i)->severity, ==, QS_SEVERITY_INFO);

  facts = qs_dataset_facts (dataset);
  g_assert_cmpuint (facts.n_subjects, ==, 48);
  g_assert_cmpuint (facts.n_doses, ==, 4);
  g_assert_cmpfloat (facts.highest_dose_mg, ==, 10.0);
  g_assert_cmpfloat (facts.interval_h, ==, 24.0);
  g_assert_cmpfloat (facts.window_from_h, ==, 480.0);
  g_assert_cmpfloat (facts.window_to_h, ==, 504.0);
  g_assert_cmpfloat (facts.comed_share, ==, 0.5);
  g_assert_cmpuint (qs_dataset_n_observations (dataset, QS_ENDPOINT_PK), ==, 864);
  g_assert_cmpuint (qs_dataset_n_observations (dataset, QS_ENDPOINT_PD), ==, 1200);
}

/* The columns of one row, in the order of the header. */
enum { ID, BW, COMED, DOSE, TIME, DV, EVID, MDV, AMT, CMT, DVID, N_COLUMNS };

static GArray *
rows_of (const char *csv)
{
  g_auto (GStrv) lines = g_strsplit (csv, "\n", -1);
  GArray        *rows = g_array_new (FALSE, FALSE, N_COLUMNS * sizeof (double));

  g_assert_cmpstr (lines[0], ==, "ID,BW,COMED,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID");
  for (guint i = 1; lines[i] != NULL && lines[i][0] != '\0'; i++) {
    g_auto (GStrv) cells = g_strsplit (lines[i], ",", -1);
    double         row[N_COLUMNS];

    g_assert_cmpuint (g_strv_length (cells), ==, N_COLUMNS);
    for (guint k = 0; k < N_COLUMNS; k++)
      row[k] = g_ascii_strtod (cells[k], NULL);
    g_array_append_val (rows, row);
  }

  return rows;
}

static const double *
row_at (const GArray *rows, guint i)
{
  return &((const double *) (gconstpointer) rows->data)[i * N_COLUMNS];
}

static void
test_design_is_that_of_the_real_study (void)
{
  const QsTruth      truth = qs_truth_default ();
  g_autofree char   *csv = qs_study_csv (&truth, 4);
  g_autoptr (GArray) rows = rows_of (csv);
  guint              n_pk = 0, n_pd = 0, n_doses = 0, n_comed = 0;

  for (guint i = 0; i < rows->len; i++) {
    const double *row = row_at (rows, i);

    n_pk += row[DVID] == 1.0;
    n_pd += row[DVID] == 2.0;
    n_doses += row[EVID] == 1.0;
    n_comed += row[COMED] == 1.0 && row[DVID] == 2.0 && row[TIME] == 0.0;
    g_assert_true (row[BW] >= 50.0 && row[BW] <= 100.0);
    g_assert_true (row[EVID] == 1.0 ? row[AMT] == row[DOSE] : row[DV] > 0.0);
    g_assert_cmpfloat (row[MDV], ==, row[EVID]);
    if (i > 0 && row_at (rows, i - 1)[ID] == row[ID])
      g_assert_cmpfloat (row_at (rows, i - 1)[TIME], <=, row[TIME]);
  }

  g_assert_cmpuint (n_pk, ==, 864);
  g_assert_cmpuint (n_pd, ==, 1200);
  g_assert_cmpuint (n_doses, ==, 36 * 21);
  g_assert_cmpuint (n_comed, ==, 24);
  g_assert_cmpfloat (row_at (rows, rows->len - 1)[ID], ==, 48.0);
  g_assert_cmpfloat (row_at (rows, rows->len - 1)[TIME], ==, 1176.0);
}

/* With many placebo subjects the baseline's distribution can be read off the file: the
 * log of a subject's biomarker is log R0 + β COMED + N (0, ω²), and about σ²/25 of noise.
 */
static void
test_placebo_shows_the_true_baseline (void)
{
  enum { N = 2000 };
  QsTruth            truth = qs_truth_default ();
  g_autofree char   *csv = NULL;
  g_autoptr (GArray) rows = NULL;
  g_autofree double *sums = g_new0 (double, N);
  double             logs[2][N / 2];

  truth.n_arms = 1;
  truth.n_per_arm = N;
  csv = qs_study_csv (&truth, 9);
  rows = rows_of (csv);
  g_assert_cmpuint (rows->len, ==, 25 * N);

  for (guint i = 0; i < rows->len; i++)
    sums[i / 25] += row_at (rows, i)[DV] / 25.0;
  for (guint i = 0; i < N; i++)
    logs[i % 2][i / 2] = log (sums[i]);

  /* Five standard errors of a mean of 1,000 with SD 0.2: 0.032. */
  g_assert_cmpfloat_with_epsilon (qs_mean (logs[0], N / 2), log (truth.value[QS_PKPD_R0]),
                                  0.032);
  g_assert_cmpfloat_with_epsilon (
      qs_mean (logs[1], N / 2),
      log (truth.value[QS_PKPD_R0]) + truth.beta_comed[QS_PKPD_R0], 0.032);
  /* Five standard errors of a variance: 5 √(2/999) of it. */
  g_assert_cmpfloat_with_epsilon (qs_variance (logs[0], N / 2),
                                  truth.omega2[QS_PKPD_R0] +
                                      truth.sigma_prop[QS_ENDPOINT_PD] *
                                          truth.sigma_prop[QS_ENDPOINT_PD] / 25.0,
                                  0.224 * truth.omega2[QS_PKPD_R0]);
}

/* Without any variability the file is the typical person's course. */
static void
test_noise_free_study_is_the_typical_course (void)
{
  QsTruth            truth = qs_truth_default ();
  g_autofree char   *csv = NULL;
  g_autoptr (GArray) rows = NULL;

  truth.omega2[QS_PKPD_KA] = truth.omega2[QS_PKPD_CL] = truth.omega2[QS_PKPD_V] = 0.0;
  truth.omega2[QS_PKPD_R0] = truth.omega2[QS_PKPD_IC50] = 0.0;
  truth.sigma_prop[QS_ENDPOINT_PK] = truth.sigma_prop[QS_ENDPOINT_PD] = 0.0;
  truth.n_per_arm = 2;
  csv = qs_study_csv (&truth, 2);
  rows = rows_of (csv);

  for (guint i = 0; i < rows->len; i++) {
    static const double none[QS_PKPD_N_PARAMETERS] = { 0.0 };
    const double       *row = row_at (rows, i);
    QsDose              doses[21];
    QsPkParameters      pk;
    QsPdParameters      pd;
    double              values[2];

    if (row[EVID] == 1.0)
      continue;

    for (guint k = 0; k < 21; k++)
      doses[k] = (QsDose){ 24.0 * k, row[DOSE] };
    qs_truth_person (&truth, row[BW], (guint) row[COMED], none, &pk, &pd);
    qs_pkpd_simulate (&pk, &pd, doses, 21, &row[TIME], 1, &values[0], &values[1]);
    g_assert_cmpfloat_with_epsilon (row[DV], values[(guint) row[DVID] - 1],
                                    1e-5 * row[DV]);
  }
}

/* Reads a named truth's study; @n_looks and @n_below are by endpoint. */
static void
count_looks (const char *name, guint n_doses, guint n_looks[2], guint n_below[2])
{
  QsTruth               truth;
  char                 *csv;
  g_autoptr (GBytes)    bytes = NULL;
  g_autoptr (QsDataset) dataset = NULL;

  g_assert_true (qs_truth_find (name, &truth));
  csv = qs_study_csv (&truth, 1);
  bytes = g_bytes_new_take (csv, strlen (csv));
  dataset = qs_dataset_parse (bytes, name, NULL, NULL, NULL);
  g_assert_nonnull (dataset);
  g_assert_true (qs_dataset_is_usable (dataset));
  memset (n_looks, 0, 2 * sizeof *n_looks);
  memset (n_below, 0, 2 * sizeof *n_below);

  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++) {
    const QsSubject *subject = qs_dataset_subject (dataset, i);

    g_assert_cmpuint (subject->n_doses, ==, subject->dose_mg > 0.0 ? n_doses : 0);
    for (gsize j = 0; j < subject->n_records; j++) {
      const QsRecord *record = &subject->records[j];

      if (record->kind != QS_RECORD_OBSERVATION)
        continue;
      n_looks[record->endpoint]++;
      n_below[record->endpoint] += record->below_limit;
      if (record->below_limit)
        g_assert_cmpfloat (record->value, ==, truth.lloq[record->endpoint]);
      else
        g_assert_cmpfloat (record->value, >=, truth.lloq[record->endpoint]);
    }
  }
}

static void
test_designs_of_other_shapes_are_read (void)
{
  guint n_looks[2], n_below[2];

  count_looks ("blq", 21, n_looks, n_below);
  g_assert_cmpuint (n_looks[QS_ENDPOINT_PK], ==, 864);
  g_assert_cmpuint (n_looks[QS_ENDPOINT_PD], ==, 1200);
  for (guint e = 0; e < 2; e++) {
    const double share = (double) n_below[e] / n_looks[e];

    g_assert_true (share > 0.15 && share < 0.25);
  }

  count_looks ("single-dose", 1, n_looks, n_below);
  g_assert_cmpuint (n_looks[QS_ENDPOINT_PK], ==, 36 * 17);
  g_assert_cmpuint (n_looks[QS_ENDPOINT_PD], ==, 48 * 18);
  g_assert_cmpuint (n_below[QS_ENDPOINT_PK] + n_below[QS_ENDPOINT_PD], ==, 0);

  count_looks ("without-pk", 21, n_looks, n_below);
  g_assert_cmpuint (n_looks[QS_ENDPOINT_PK], ==, 27 * 24);
  g_assert_cmpuint (n_looks[QS_ENDPOINT_PD], ==, 1200);
}

static void
test_seeds_differ (void)
{
  const QsTruth    truth = qs_truth_default ();
  g_autofree char *one = qs_study_csv (&truth, 1), *two = qs_study_csv (&truth, 2);

  g_assert_cmpstr (one, !=, two);
}

static void
test_truth_lies_beside_the_study (void)
{
  g_autofree char *plain = qs_study_truth_path ("a/b.csv");
  g_autofree char *other = qs_study_truth_path ("a/b.txt");

  g_assert_cmpstr (plain, ==, "a/b.truth.json");
  g_assert_cmpstr (other, ==, "a/b.txt.truth.json");
}

static void
assert_refused (const char *truth, const char *path, QsRun *run, QsError code)
{
  g_autofree char   *beside = qs_study_truth_path (path);
  g_autoptr (GError) error = NULL;

  g_assert_false (qs_simulate_study (truth, 1, path, run, &error));
  g_assert_error (error, QS_ERROR, (int) code);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (beside, G_FILE_TEST_EXISTS));
}

static void
test_failure_leaves_nothing_behind (void)
{
  g_autoptr (QsRun) run = qs_run_new (2, NULL, NULL);
  g_autoptr (QsRun) cancelled = qs_run_new (2, NULL, NULL);
  g_autofree char  *folder = g_dir_make_tmp ("qusop-test-XXXXXX", NULL);
  g_autofree char  *csv = g_build_filename (folder, "study.csv", NULL);
  g_autofree char  *yaml = g_build_filename (folder, "truth.yaml", NULL);
  g_autofree char  *nowhere = g_build_filename (folder, "no", "such", "study.csv", NULL);

  qs_run_cancel (cancelled);
  g_assert_true (g_file_set_contents (yaml, "CL: 0.05\nCL: 0.05\n", -1, NULL));

  assert_refused ("default", csv, cancelled, QS_ERROR_CANCELLED);
  assert_refused ("default", nowhere, run, QS_ERROR_IO);
  assert_refused ("no-such-truth.yaml", csv, run, QS_ERROR_IO);
  assert_refused (yaml, csv, run, QS_ERROR_DATA);

  g_assert_cmpint (g_remove (yaml), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pkpd/study/sample-is-made-again-byte-by-byte",
                   test_sample_is_made_again_byte_by_byte);
  g_test_add_func ("/pkpd/study/sample-is-a-study-without-faults",
                   test_sample_is_a_study_without_faults);
  g_test_add_func ("/pkpd/study/design-is-that-of-the-real-study",
                   test_design_is_that_of_the_real_study);
  g_test_add_func ("/pkpd/study/placebo-shows-the-true-baseline",
                   test_placebo_shows_the_true_baseline);
  g_test_add_func ("/pkpd/study/noise-free-study-is-the-typical-course",
                   test_noise_free_study_is_the_typical_course);
  g_test_add_func ("/pkpd/study/designs-of-other-shapes-are-read",
                   test_designs_of_other_shapes_are_read);
  g_test_add_func ("/pkpd/study/seeds-differ", test_seeds_differ);
  g_test_add_func ("/pkpd/study/truth-lies-beside-the-study",
                   test_truth_lies_beside_the_study);
  g_test_add_func ("/pkpd/study/failure-leaves-nothing-behind",
                   test_failure_leaves_nothing_behind);
  return g_test_run ();
}
