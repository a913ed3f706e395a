/* SPDX-License-Identifier: Apache-2.0 */
#include "report/qs-report.h"

#include <math.h>
#include <string.h>

static void
test_three_digits_are_significant (void)
{
  static const struct {
    double      value;
    const char *text;
  } cases[] = {
    { 0.0, "0" },         { 0.043721, "0.0437" },
    { 18.666, "18.7" },   { 9.999, "10.0" },
    { 1234.5, "1230" },   { -2.5, "-2.50" },
    { 0.99951, "1.00" },  { 1e9, "1.00e+09" },
    { 3e-7, "3.00e-07" }, { INFINITY, "inf" },
    { NAN, "" },          { 123456.0, "123000" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = qs_report_significant (cases[i].value);

    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

static void
test_a_line_per_subject_and_names_that_are_no_formulas (void)
{
  static const char     text[] = "ID,BW,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID\n"
                                 "=A,70,3,0,.,1,1,3,1,0\n=A,70,3,1,8,0,0,0,2,1\n"
                                 "=A,70,3,2,4,0,0,0,2,1\n=A,70,3,3,2,0,0,0,2,1\n"
                                 "=A,70,3,4,1,0,0,0,2,1\n";
  g_autoptr (GBytes)    bytes = g_bytes_new_static (text, sizeof text - 1);
  g_autoptr (QsDataset) dataset = qs_dataset_parse (bytes, "s.csv", NULL, NULL, NULL);
  g_autoptr (QsNca)     nca = qs_nca_new (dataset, NULL, NULL);
  g_autofree char      *csv = qs_report_nca_csv (dataset, nca);
  g_autofree char      *summary = qs_report_nca_summary_csv (nca);
  g_auto (GStrv)        lines = g_strsplit (csv, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_true (g_str_has_prefix (lines[0], "ID,DOSE,BW,COMED,CMAX,TMAX,"));
  g_assert_true (g_str_has_prefix (lines[1], "\"'=A\",3,70,0,8,1,"));
  g_assert_nonnull (strstr (summary, "3,LAMZHL,t½,h,1,1.00,,1.00,1.00,1.00\n"));
  g_assert_null (strstr (summary, "AUCTAU"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/explore/three-digits-are-significant",
                   test_three_digits_are_significant);
  g_test_add_func ("/report/explore/a-line-per-subject",
                   test_a_line_per_subject_and_names_that_are_no_formulas);
  return g_test_run ();
}
