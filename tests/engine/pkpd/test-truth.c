/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-truth.h"

#include "core/qs-error.h"
#include "domain/qs-subject.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

static gboolean
parse (const char *yaml, QsTruth *truth, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (yaml, strlen (yaml));

  return qs_truth_parse ("t.yaml", bytes, truth, error);
}

static void
test_given_keys_replace_the_default (void)
{
  const QsTruth standard = qs_truth_default ();
  QsTruth       truth;

  g_assert_true (parse ("# mine\nCL: 0.07\nbeta_R0_COMED: -0.1\nn_per_arm: 20\n"
                        "doses_mg: [0, 2.5, 5]\n",
                        &truth, NULL));
  g_assert_cmpfloat (truth.value[QS_PKPD_CL], ==, 0.07);
  g_assert_cmpfloat (truth.beta_comed[QS_PKPD_R0], ==, -0.1);
  g_assert_cmpfloat (truth.value[QS_PKPD_V], ==, standard.value[QS_PKPD_V]);
  g_assert_cmpuint (truth.n_per_arm, ==, 20);
  g_assert_cmpuint (truth.n_arms, ==, 3);
  g_assert_cmpfloat (truth.doses_mg[1], ==, 2.5);
}

static void
test_every_number_has_its_key (void)
{
  gsize               n_fields;
  const QsTruthField *fields = qs_truth_fields (&n_fields);

  for (gsize i = 0; i < n_fields; i++) {
    const char *given =
        strcmp (fields[i].name, "Imax") == 0 ? "\nresponse: stimulates-loss\n" : "\n";
    g_autofree char *low =
        g_strdup_printf ("%s: %g%s", fields[i].name, fields[i].low, given);
    g_autofree char *high =
        g_strdup_printf ("%s: %g%s", fields[i].name, fields[i].high * 1.01, given);
    g_autoptr (GError) error = NULL;
    QsTruth            truth;

    if (fields[i].type != QS_TRUTH_NUMBER)
      continue;
    g_assert_true (parse (low, &truth, NULL));
    g_assert_cmpfloat (G_STRUCT_MEMBER (double, &truth, fields[i].offset), ==,
                       fields[i].low);
    g_assert_false (parse (high, &truth, &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_DATA);
  }
}

static void
test_shape_and_design_are_read (void)
{
  QsTruth truth;

  g_assert_true (parse ("compartments: 1\nresponse: stimulates-production\nImax: 3\n"
                        "n_doses: 1\ntimes_h: [0, 0.5, 24]\nlloq_pk: 0.1\n"
                        "n_without_pk: 2\nsuccess: above\nthreshold_ng_ml: 15\n"
                        "beta_CL_COMED: 0.4\nomega2_kout: 0.09\n",
                        &truth, NULL));
  g_assert_cmpuint (truth.n_compartments, ==, 1);
  g_assert_cmpint (truth.response, ==, QS_RESPONSE_STIMULATES_PRODUCTION);
  g_assert_cmpfloat (truth.value[QS_PKPD_IMAX], ==, 3.0);
  g_assert_cmpuint (truth.n_doses, ==, 1);
  g_assert_cmpuint (truth.n_times, ==, 3);
  g_assert_cmpfloat (truth.times_h[1], ==, 0.5);
  g_assert_cmpfloat (truth.lloq[QS_ENDPOINT_PK], ==, 0.1);
  g_assert_cmpuint (truth.n_without_pk, ==, 2);
  g_assert_cmpint (truth.success, ==, QS_SUCCESS_ABOVE);
  g_assert_cmpfloat (truth.threshold_ng_ml, ==, 15.0);
  g_assert_cmpfloat (truth.beta_comed[QS_PKPD_CL], ==, 0.4);
  g_assert_cmpfloat (truth.omega2[QS_PKPD_KOUT], ==, 0.09);
}

/* Each named truth is a file that can be read, and none but the first is the default. */
static void
test_named_truths_are_all_there (void)
{
  const QsTruth      standard = qs_truth_default ();
  const char *const *names = qs_truth_names ();
  QsTruth            truth;

  g_assert_cmpstr (names[0], ==, "default");
  for (guint i = 0; names[i] != NULL; i++) {
    g_assert_true (qs_truth_find (names[i], &truth));
    g_assert_cmpint (memcmp (&truth, &standard, sizeof truth) == 0, ==, i == 0);
  }
  g_assert_false (qs_truth_find ("no-such-truth", &truth));
}

static void
test_malformed_files_are_refused_by_place (void)
{
  static const struct {
    const char *yaml, *place;
  } cases[] = {
    { "", "line 1, column 1" },
    { "CL", "line 1, column 1" },
    { "- CL\n", "line 1, column 1" },
    { "CL: 0.05\nV: 2.4\nCL: 0.06\n", "line 3, column 1: CL is given twice" },
    { "doses_mg: [1]\ndoses_mg: [2]\n", "line 2, column 1: doses_mg is given twice" },
    { "CL: 0.05\nclearance: 1\n", "line 2, column 1: there is no key \"clearance\"" },
    { "cl: 0.05\n", "there is no key \"cl\"" },
    { "V: 2\nCL: 4O\n", "line 2, column 5: CL is \"4O\"" },
    { "CL: \"0.05\"\n", "line 1, column 5: CL must be a plain number" },
    { "CL: !!float 0.05\n", "CL must be a plain number" },
    { "CL:\n", "line 1, column 4" },
    { "CL: nan\n", "line 1, column 5: CL is nan, must lie in" },
    { "CL: .inf\n", "CL is \".inf\", must be a number" },
    { "CL: 0,05\n", "CL is \"0,05\", must be a number" },
    { "CL: [0.05]\n", "CL must be a plain number" },
    { "CL: {value: 0.05}\n", "CL must be a plain number" },
    { "CL: -1\n", "CL is -1, must lie in" },
    { "a: &x 1\n", "there is no key \"a\"" },
    { "CL: &x 0.05\nV: *x\n", "line 2, column 4: V must be a plain number" },
    { "? [1]\n: 2\n", "a key is expected here" },
    { "doses_mg: 3\n", "line 1, column 11: a list of numbers is expected" },
    { "doses_mg: []\n", "needs at least one value" },
    { "doses_mg: [0, 3, 3]\n", "line 1, column 18: doses_mg must increase" },
    { "doses_mg: [[0]]\n", "doses_mg must be a plain number" },
    { "doses_mg: [0, -1]\n", "must lie in" },
    { "doses_mg: [0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]\n", "more than 16 values" },
    { "n_per_arm: 2.5\n", "n_per_arm is 2.5, must be a whole number" },
    { "n_per_arm: 0\n", "must lie in" },
    { "n_per_arm: 1e9\n", "must lie in" },
    { "response: magic\n", "line 1, column 11: response must be one of turnover, inh" },
    { "response: [direct]\n", "response must be one of turnover" },
    { "Imax: 2\n", "Imax is 2, must be at most 1 where the drug inhibits" },
    { "n_without_pk: 13\n", "must be at most n_per_arm, which is 12" },
    { "window_from_h: 8\nwindow_to_h: 6\n", "must be 0 or lie after window_from_h" },
    { "CL: 0.05\n---\nV: 2\n", "the end of the file is expected" },
    { "CL: 0.05\nV: [2\n", "V must be a plain number" },
    { "CL: 0.05\n\tV: 2\n", "line 2" },
    { "CL: 0.05\n\x01: 2\n", "not YAML" },
    { "CL: \"0.05\n", "not YAML" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    QsTruth            truth;

    g_assert_false (parse (cases[i].yaml, &truth, &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_DATA);
    if (strstr (error->message, cases[i].place) == NULL)
      g_error ("\"%s\": expected \"%s\", got \"%s\"", cases[i].yaml, cases[i].place,
               error->message);
  }
}

/* Deep nesting and size are where YAML readers die. */
static void
test_hostile_files_end_quickly (void)
{
  const gint64       begin_us = g_get_monotonic_time ();
  g_autofree char   *deep = g_strnfill (900000, '[');
  g_autofree char   *long_file = g_strnfill (2 * 1024 * 1024, '\n');
  g_autofree char   *nested = g_strconcat ("CL: ", deep, NULL);
  g_autoptr (GError) first = NULL, second = NULL, third = NULL;
  QsTruth            truth;

  g_assert_false (parse (deep, &truth, &first));
  g_assert_error (first, QS_ERROR, QS_ERROR_DATA);
  g_assert_false (parse (nested, &truth, &second));
  g_assert_error (second, QS_ERROR, QS_ERROR_DATA);
  g_assert_false (parse (long_file, &truth, &third));
  g_assert_error (third, QS_ERROR, QS_ERROR_DATA);
  g_assert_nonnull (strstr (third->message, "1 MiB"));
  g_assert_cmpint (g_get_monotonic_time () - begin_us, <, G_USEC_PER_SEC);
}

static void
test_missing_file_is_named (void)
{
  g_autoptr (GError) error = NULL;
  QsTruth            truth;

  g_assert_false (qs_truth_load ("no-such-truth.yaml", &truth, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "no-such-truth.yaml"));
}

static void
test_person_follows_covariates (void)
{
  static const double none[QS_PKPD_N_PARAMETERS] = { 0.0 };
  const QsTruth       truth = qs_truth_default ();
  QsPkParameters      light, heavy;
  QsPdParameters      without, with;

  qs_truth_person (&truth, 70.0, 0, none, &light, &without);
  qs_truth_person (&truth, 140.0, 1, none, &heavy, &with);

  g_assert_cmpfloat (light.cl, ==, truth.value[QS_PKPD_CL]);
  g_assert_cmpfloat_with_epsilon (heavy.cl, truth.value[QS_PKPD_CL] * pow (2.0, 0.75),
                                  1e-12);
  g_assert_cmpfloat_with_epsilon (heavy.v2, truth.value[QS_PKPD_V2] * 2.0, 1e-12);
  g_assert_cmpfloat (heavy.ka, ==, truth.value[QS_PKPD_KA]);
  g_assert_cmpfloat (without.r0, ==, truth.value[QS_PKPD_R0]);
  g_assert_cmpfloat_with_epsilon (
      with.r0, truth.value[QS_PKPD_R0] * exp (truth.beta_comed[QS_PKPD_R0]), 1e-12);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pkpd/truth/given-keys-replace-the-default",
                   test_given_keys_replace_the_default);
  g_test_add_func ("/pkpd/truth/every-number-has-its-key", test_every_number_has_its_key);
  g_test_add_func ("/pkpd/truth/shape-and-design-are-read",
                   test_shape_and_design_are_read);
  g_test_add_func ("/pkpd/truth/named-truths-are-all-there",
                   test_named_truths_are_all_there);
  g_test_add_func ("/pkpd/truth/malformed-files-are-refused-by-place",
                   test_malformed_files_are_refused_by_place);
  g_test_add_func ("/pkpd/truth/hostile-files-end-quickly",
                   test_hostile_files_end_quickly);
  g_test_add_func ("/pkpd/truth/missing-file-is-named", test_missing_file_is_named);
  g_test_add_func ("/pkpd/truth/person-follows-covariates",
                   test_person_follows_covariates);
  return g_test_run ();
}
