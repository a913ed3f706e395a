/* SPDX-License-Identifier: Apache-2.0 */

/* One file per way to be wrong, and what must be said about it: nothing is guessed, and
 * the message names the place, the value, the rule and the remedy. */

#include "core/qs-error.h"
#include "data/qs-dataset.h"

#include <string.h>

typedef struct {
  const char *file;
  guint       row;
  const char *column;
  const char *value;
  const char *rule;
} Expected;

typedef struct {
  const char *file;
  const char *place; /* after the file's name */
  const char *rule;
} Refused;

static const Expected expected[] = {
  { "evid-seven", 6, "EVID", "7", "EVID must be 0, 1, 2, 3 or 4" },
  { "evid-half", 6, "EVID", "0.5", "EVID must be 0, 1, 2, 3 or 4" },
  { "evid-missing", 6, "EVID", "", "EVID must not be missing" },
  { "id-missing", 2, "ID", "", "ID must not be missing" },
  { "id-negative", 2, "ID", "-1", "a numeric ID must not be negative" },
  { "id-returns", 9, "ID", "1", "the rows of a subject must stand together" },
  { "time-text", 4, "TIME", "noon", "TIME must be a number" },
  { "time-clock", 4, "TIME", "08:30", "TIME must be a number" },
  { "time-hexadecimal", 4, "TIME", "0x24", "TIME must be a number" },
  { "time-missing", 4, "TIME", ".", "TIME must not be missing" },
  { "time-negative", 2, "TIME", "-1", "TIME must not be negative" },
  { "time-huge", 9, "TIME", "1000001", "TIME must not exceed 1000000 h" },
  { "time-decreases", 4, "TIME", "12", "TIME must not decrease within a subject" },
  { "time-restarts", 8, "TIME", "6",
    "a clock that restarts at EVID 3 or 4 is not supported" },
  { "time-infinite", 9, "TIME", "Inf", "TIME must be a finite number" },
  { "dv-text", 6, "DV", "high", "DV must be a number" },
  { "dv-trailing-unit", 6, "DV", "9.1ng", "DV must be a number" },
  { "dv-overflow", 6, "DV", "1e309", "DV must be a finite number" },
  { "dv-nan", 6, "DV", "NaN", "DV must be a finite number" },
  { "dv-too-large", 7, "DV", "1e10", "DV must lie between -1000000000 and 1000000000" },
  { "dv-missing", 6, "DV", ".", "an observation with MDV 0 must have a DV" },
  { "dv-zero-biomarker", 6, "DV", "0", "a biomarker value must be above 0" },
  { "dv-negative-biomarker", 6, "DV", "-2", "a biomarker value must be above 0" },
  { "dv-below-without-limit", 7, "DV", "BLQ", "a value below the limit needs its limit" },
  { "mdv-two", 6, "MDV", "2", "MDV must be 0 or 1" },
  { "amt-negative", 5, "AMT", "-3", "AMT must be above 0 for a dose (EVID 1 or 4)" },
  { "amt-zero", 5, "AMT", "0", "AMT must be above 0 for a dose (EVID 1 or 4)" },
  { "amt-missing", 5, "AMT", ".", "AMT must not be missing" },
  { "amt-text", 5, "AMT", "three", "AMT must be a number" },
  { "amt-huge", 5, "AMT", "2000000", "AMT must not exceed 1000000 mg" },
  { "amt-on-observation", 6, "AMT", "3",
    "AMT must be 0 or missing unless EVID is 1 or 4" },
  { "cmt-half", 6, "CMT", "1.5", "CMT must be a whole number from 0 to 1000" },
  { "cmt-negative", 6, "CMT", "-2", "CMT must be a whole number from 0 to 1000" },
  { "dvid-three", 6, "DVID", "3", "DVID must be 1 (PK) or 2 (PD) for an observation" },
  { "dvid-missing", 6, "DVID", ".", "DVID must be 1 (PK) or 2 (PD) for an observation" },
  { "bw-zero", 2, "BW", "0", "BW must be above 0 and at most 500 kg" },
  { "bw-negative", 5, "BW", "-80", "BW must be above 0 and at most 500 kg" },
  { "bw-in-grams", 5, "BW", "80000", "BW must be above 0 and at most 500 kg" },
  { "bw-missing", 5, "BW", "", "BW must not be missing" },
  { "bw-changes", 8, "BW", "81", "BW must not change within a subject" },
  { "comed-two", 5, "COMED", "2", "COMED must be 0 or 1" },
  { "comed-text", 5, "COMED", "yes", "COMED must be a number" },
  { "comed-changes", 7, "COMED", "0", "COMED must not change within a subject" },
  { "dose-negative", 5, "DOSE", "-3", "DOSE must lie between 0 and 1000000 mg" },
  { "dose-changes", 9, "DOSE", "10", "DOSE must not change within a subject" },
  { "dose-without-doses", 2, "DOSE", "3",
    "a subject with DOSE above 0 must have dose rows" },
  { "duplicate-observation", 7, "TIME", "0",
    "ID, TIME, EVID, CMT and DVID must not repeat together" },
  { "duplicate-dose", 6, "TIME", "0",
    "ID, TIME, EVID, CMT and DVID must not repeat together" },
  { "addl-half", 5, "ADDL", "1.5", "ADDL must be a whole number, 0 or more" },
  { "addl-negative", 5, "ADDL", "-1",
    "negative ADDL (empirical steady state) is not supported" },
  { "addl-without-ii", 5, "ADDL", "5", "ADDL above 0 needs an II above 0" },
  { "addl-endless", 5, "ADDL", "1000000",
    "ADDL must not exceed 10000 doses or 1000000 h" },
  { "addl-on-observation", 6, "ADDL", "2",
    "ADDL must be 0 or missing unless EVID is 1 or 4" },
  { "ii-negative", 5, "II", "-24", "II must lie between 0 and 1000000 h" },
  { "ss-two", 5, "SS", "2", "SS 2 and 3 are not supported" },
  { "ss-seven", 5, "SS", "7", "SS must be 0 or 1" },
  { "ss-without-ii", 5, "SS", "1", "SS 1 needs an II above 0" },
  { "rate-modelled", 5, "RATE", "-2",
    "RATE must be 0 or more: modelled rates and durations (-1, -2) are not supported" },
  { "rate-endless", 5, "RATE", "0.000001",
    "an infusion must not last longer than 1000000 h" },
  { "rate-steady", 5, "RATE", "0.1",
    "at steady state an infusion must not last longer than II" },
  { "routes-of-one-rate", 8, "RATE", "0",
    "all doses must be absorbed, or all go into a vein" },
  { "routes-of-two-compartments", 8, "CMT", "central",
    "all doses must be absorbed, or all go into a vein" },
  { "cmt-word", 5, "CMT", "stomach", "CMT of a dose must be a number, depot or central" },
  { "cens-right", 7, "CENS", "-1", "right-censored values (CENS -1) are not supported" },
  { "cens-two", 7, "CENS", "2", "CENS must be 0 or 1" },
  { "lloq-zero", 7, "LLOQ", "0", "LLOQ must be above 0" },
  { "no-column-id", 1, "ID", NULL, "there must be a column for ID" },
  { "no-column-bw", 1, "BW", NULL, "there must be a column for BW" },
  { "no-column-time", 1, "TIME", NULL, "there must be a column for TIME" },
  { "no-column-dv", 1, "DV", NULL, "there must be a column for DV" },
  { "no-column-amt", 1, "AMT", NULL, "there must be a column for AMT" },
  { "no-column-dvid", 1, "DVID", NULL, "there must be a column for DVID" },
  { "column-twice", 1, "time", "time", "column names must be unique" },
  { "unit-days", 1, "Time [d]", "Time [d]", "TIME must be in the unit that QuSOP uses" },
  { "unit-pounds", 1, "WT (lb)", "WT (lb)", "BW must be in the unit that QuSOP uses" },
  { "row-short", 6, NULL, "10 cells, the header has 11",
    "a row must have as many cells as the header" },
  { "row-long", 6, NULL, "12 cells, the header has 11",
    "a row must have as many cells as the header" },
  { "decimal-mixed", 3, "DV", "17.9",
    "a file must not mix decimal commas and decimal points" },
  /* The quoted cell of row 2 spans two lines, so the last row is line 10. */
  { "multi-line-cell", 10, "DV", "bad", "DV must be a number" },
};

static const Refused refused[] = {
  { "empty", "", "the file must have a header line and data rows" },
  { "only-line-ends", "", "the file must have a header line and data rows" },
  { "only-header", "", "data rows must follow the header" },
  { "utf16", "", "the file must be UTF-8 text" },
  { "nul", ", row 6", "a text file must not hold NUL bytes" },
  { "latin1", ", row 6", "the file must be UTF-8 text" },
  { "quote-inside", ", row 6, column DV",
    "a quote inside a cell must be doubled in a quoted cell" },
  { "quote-open", ", row 6, column DV", "a quoted cell must end with a quote" },
  { "separated-by-blanks", ", row 1",
    "columns must be separated by commas, semicolons or tabs" },
  { "separated-by-bars", ", row 1",
    "columns must be separated by commas, semicolons or tabs" },
};

static char *
path_of (const char *file)
{
  g_autofree char *name = g_strconcat (file, ".csv", NULL);

  return g_test_build_filename (G_TEST_DIST, "data", "bad", name, NULL);
}

static void
test_finding_names_place_rule_and_remedy (gconstpointer data)
{
  const Expected       *e = data;
  g_autofree char      *path = path_of (e->file);
  g_autofree char      *message = NULL;
  g_autoptr (GError)    error = NULL;
  g_autoptr (QsDataset) dataset = qs_dataset_load (path, NULL, NULL, &error);
  const QsFinding      *finding;

  g_assert_no_error (error);
  g_assert_false (qs_dataset_is_usable (dataset));
  g_assert_cmpuint (qs_dataset_n_subjects (dataset), ==, 0);

  finding = qs_dataset_finding (dataset, 0);
  g_assert_cmpint (finding->severity, ==, QS_SEVERITY_FATAL);
  g_assert_cmpuint (finding->row, ==, e->row);
  g_assert_cmpstr (finding->column, ==, e->column);
  g_assert_cmpstr (finding->value, ==, e->value);
  g_assert_cmpstr (finding->rule, ==, e->rule);
  g_assert_cmpuint (strlen (finding->action), >, 10);

  message = qs_finding_message (finding, "bad.csv");
  g_assert_nonnull (strstr (message, finding->rule));
  g_assert_true (g_str_has_suffix (message, finding->action));

  /* A verb that needs the data says the same. */
  g_assert_false (qs_dataset_require (dataset, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_DATA);
  g_assert_true (g_str_has_suffix (error->message, strchr (message, ',')));
}

/* One way to be wrong leads to one complaint, not to a chain of them. */
static void
test_finding_is_the_only_fatal_rule (gconstpointer data)
{
  const Expected       *e = data;
  g_autofree char      *path = path_of (e->file);
  g_autoptr (QsDataset) dataset = qs_dataset_load (path, NULL, NULL, NULL);

  for (guint i = 1; i < qs_dataset_n_findings (dataset); i++) {
    const QsFinding *finding = qs_dataset_finding (dataset, i);

    if (finding->severity == QS_SEVERITY_FATAL)
      g_assert_cmpstr (finding->rule, ==, e->rule);
  }
}

static void
test_refusal_names_place_rule_and_remedy (gconstpointer data)
{
  const Refused        *e = data;
  g_autofree char      *path = path_of (e->file);
  g_autofree char      *start = g_strdup_printf ("%s.csv%s: ", e->file, e->place);
  g_autofree char      *rule = g_strconcat (e->rule, ". ", NULL);
  g_autoptr (GError)    error = NULL;
  g_autoptr (QsDataset) dataset = qs_dataset_load (path, NULL, NULL, &error);
  const char           *found;

  g_assert_null (dataset);
  g_assert_error (error, QS_ERROR, QS_ERROR_DATA);
  g_assert_true (g_str_has_prefix (error->message, start));

  found = strstr (error->message, rule);
  g_assert_nonnull (found);
  g_assert_cmpuint (strlen (found + strlen (rule)), >, 10);
}

static void
add (const char *group, const char *file, gconstpointer data, GTestDataFunc func)
{
  g_autofree char *path = g_strconcat ("/data/bad-files/", group, "/", file, NULL);

  g_test_add_data_func (path, data, func);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    add ("finding-names-place-rule-and-remedy", expected[i].file, &expected[i],
         test_finding_names_place_rule_and_remedy);
    add ("finding-is-the-only-fatal-rule", expected[i].file, &expected[i],
         test_finding_is_the_only_fatal_rule);
  }
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    add ("refusal-names-place-rule-and-remedy", refused[i].file, &refused[i],
         test_refusal_names_place_rule_and_remedy);

  return g_test_run ();
}
