/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-truth.h"

#include "core/qs-error.h"

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
  g_assert_cmpfloat (truth.cl, ==, 0.07);
  g_assert_cmpfloat (truth.beta_r0_comed, ==, -0.1);
  g_assert_cmpfloat (truth.v, ==, standard.v);
  g_assert_cmpuint (truth.n_per_arm, ==, 20);
  g_assert_cmpuint (truth.n_arms, ==, 3);
  g_assert_cmpfloat (truth.doses_mg[1], ==, 2.5);
}

static void
test_every_parameter_has_its_key (void)
{
  gsize               n_fields;
  const QsTruthField *fields = qs_truth_fields (&n_fields);

  for (gsize i = 0; i < n_fields; i++) {
    g_autofree char *low = g_strdup_printf ("%s: %g\n", fields[i].name, fields[i].low);
    g_autofree char *high =
        g_strdup_printf ("%s: %g\n", fields[i].name, fields[i].high * 1.01);
    g_autoptr (GError) error = NULL;
    QsTruth            truth;

    g_assert_true (parse (low, &truth, NULL));
    g_assert_cmpfloat (G_STRUCT_MEMBER (double, &truth, fields[i].offset), ==,
                       fields[i].low);
    g_assert_false (parse (high, &truth, &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_DATA);
  }
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
    { "doses_mg: 3\n", "line 1, column 11: a list of doses in mg is expected" },
    { "doses_mg: []\n", "needs at least one arm" },
    { "doses_mg: [0, 3, 3]\n", "line 1, column 18: Doses must increase" },
    { "doses_mg: [[0]]\n", "a dose (mg) must be a plain number" },
    { "doses_mg: [0, -1]\n", "must lie in" },
    { "doses_mg: [0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]\n", "more than 16 arms" },
    { "n_per_arm: 2.5\n", "n_per_arm is 2.5, must be a whole number" },
    { "n_per_arm: 0\n", "must lie in" },
    { "n_per_arm: 1e9\n", "must lie in" },
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
  static const double none[5] = { 0.0 };
  const QsTruth       truth = qs_truth_default ();
  QsPkParameters      light, heavy;
  QsPdParameters      without, with;

  qs_truth_person (&truth, 70.0, 0, none, &light, &without);
  qs_truth_person (&truth, 140.0, 1, none, &heavy, &with);

  g_assert_cmpfloat (light.cl, ==, truth.cl);
  g_assert_cmpfloat_with_epsilon (heavy.cl, truth.cl * pow (2.0, 0.75), 1e-12);
  g_assert_cmpfloat_with_epsilon (heavy.v2, truth.v2 * 2.0, 1e-12);
  g_assert_cmpfloat (heavy.ka, ==, truth.ka);
  g_assert_cmpfloat (without.r0, ==, truth.r0);
  g_assert_cmpfloat_with_epsilon (with.r0, truth.r0 * exp (truth.beta_r0_comed), 1e-12);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pkpd/truth/given-keys-replace-the-default",
                   test_given_keys_replace_the_default);
  g_test_add_func ("/pkpd/truth/every-parameter-has-its-key",
                   test_every_parameter_has_its_key);
  g_test_add_func ("/pkpd/truth/malformed-files-are-refused-by-place",
                   test_malformed_files_are_refused_by_place);
  g_test_add_func ("/pkpd/truth/hostile-files-end-quickly",
                   test_hostile_files_end_quickly);
  g_test_add_func ("/pkpd/truth/missing-file-is-named", test_missing_file_is_named);
  g_test_add_func ("/pkpd/truth/person-follows-covariates",
                   test_person_follows_covariates);
  return g_test_run ();
}
