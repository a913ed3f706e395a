/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-person.h"

#include "core/qs-error.h"

#include <string.h>

#define HEADER "ID,TIME,AMT,DV,EVID,MDV,DVID,BW,DOSE,II,SS,ADDL\n"

/* Somebody whose observations make the study large enough. */
#define OTHER                                                                      \
  "9,0,5,.,1,1,.,70,5,.,.,.\n9,1,.,1,0,0,1,70,5,.,.,.\n9,1,.,9,0,0,2,70,5,.,.,.\n" \
  "9,2,.,1,0,0,1,70,5,.,.,.\n9,2,.,9,0,0,2,70,5,.,.,.\n9,3,.,1,0,0,1,70,5,.,.,.\n" \
  "9,3,.,9,0,0,2,70,5,.,.,.\n9,4,.,1,0,0,1,70,5,.,.,.\n9,4,.,9,0,0,2,70,5,.,.,.\n" \
  "9,5,.,1,0,0,1,70,5,.,.,.\n9,5,.,9,0,0,2,70,5,.,.,.\n9,6,.,1,0,0,1,70,5,.,.,.\n" \
  "9,6,.,9,0,0,2,70,5,.,.,.\n"

static const QsPkParameters pk = { .n_compartments = 2,
                                   .ka = 0.9,
                                   .cl = 0.05,
                                   .v = 3.0,
                                   .q = 0.2,
                                   .v2 = 6.0 };
static const QsPdParameters pd = { .r0 = 10.0,
                                   .kout = 0.03,
                                   .imax = 0.9,
                                   .ic50 = 0.7,
                                   .gamma = 1.0 };

static QsPkpdStudy *
study (const char *rows, GError **error)
{
  g_autofree char      *text = g_strconcat (HEADER, rows, OTHER, NULL);
  g_autoptr (GBytes)    bytes = g_bytes_new (text, strlen (text));
  g_autoptr (QsDataset) dataset = qs_dataset_parse (bytes, "rows.csv", NULL, NULL, NULL);

  g_assert_nonnull (dataset);
  g_assert_true (qs_dataset_is_usable (dataset));
  return qs_pkpd_study_new (dataset, error);
}

/* What the first subject of @rows is predicted at its only time is what @doses give. */
static void
assert_predicts (const char *rows, const QsDose *doses, gsize n_doses, double time_h)
{
  g_autoptr (GError)      error = NULL;
  g_autoptr (QsPkpdStudy) self = study (rows, &error);
  double                  c, r, c0, r0;

  g_assert_no_error (error);
  g_assert_cmpuint (self->persons[0].n_times, ==, 1);
  qs_pkpd_course_predict (self->persons[0].course, &pk, &pd, &c, &r);
  qs_pkpd_simulate (&pk, &pd, doses, n_doses, &time_h, 1, &c0, &r0);

  g_assert_cmpfloat_with_epsilon (c, c0, 1e-9 * c0 + 1e-15);
  g_assert_cmpfloat_with_epsilon (r, r0, 2e-6 * r0);
}

static void
test_steady_state_is_a_long_run_in (void)
{
  QsDose doses[1000];

  for (guint i = 0; i < 1000; i++)
    doses[i] = (QsDose){ -24.0 * (998.0 - i), 4.0 };

  assert_predicts ("1,0,4,.,1,1,.,70,4,24,1,1\n1,30,.,1,0,0,1,70,4,.,.,.\n", doses, 1000,
                   30.0);
}

static void
test_reset_starts_anew (void)
{
  static const QsDose doses[] = { { 48.0, 4.0 } };

  assert_predicts ("1,0,9,.,1,1,.,70,4,.,.,.\n1,48,4,.,4,1,.,70,4,.,.,.\n"
                   "1,60,.,1,0,0,1,70,4,.,.,.\n",
                   doses, 1, 60.0);
  assert_predicts ("1,0,9,.,1,1,.,70,4,.,.,.\n1,40,.,.,3,1,.,70,4,.,.,.\n"
                   "1,48,4,.,1,1,.,70,4,.,.,.\n1,60,.,1,0,0,1,70,4,.,.,.\n",
                   doses, 1, 60.0);
}

static void
test_reset_cancels_additional_doses (void)
{
  static const QsDose doses[] = { { 48.0, 4.0 } };

  assert_predicts ("1,0,9,.,1,1,.,70,4,24,.,9\n1,48,4,.,4,1,.,70,4,.,.,.\n"
                   "1,200,.,1,0,0,1,70,4,.,.,.\n",
                   doses, 1, 200.0);
}

static void
test_two_states_at_one_time_are_refused (void)
{
  static const char *const rows[] = {
    "1,0,4,.,1,1,.,70,4,.,.,.\n1,24,.,1,0,0,1,70,4,.,.,.\n1,24,4,.,4,1,.,70,4,.,.,.\n",
    "1,0,.,1,0,0,1,70,4,.,.,.\n1,0,4,.,1,1,.,70,4,24,1,.\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError)      error = NULL;
    g_autoptr (QsPkpdStudy) self = study (rows[i], &error);

    g_assert_null (self);
    g_assert_error (error, QS_ERROR, QS_ERROR_REFUSED);
    g_assert_nonnull (strstr (error->message, "earlier TIME"));
  }
}

static void
test_an_observation_after_the_dose_row_sees_the_steady_state (void)
{
  static const QsDose doses[] = {
    { .dose_mg = 4.0, .kind = QS_DOSE_STEADY, .interval_h = 24.0 }
  };

  assert_predicts ("1,0,4,.,1,1,.,70,4,24,1,.\n1,0,.,1,0,0,1,70,4,.,.,.\n", doses, 1,
                   0.0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pkpd/person/steady-state-is-a-long-run-in",
                   test_steady_state_is_a_long_run_in);
  g_test_add_func ("/pkpd/person/reset-starts-anew", test_reset_starts_anew);
  g_test_add_func ("/pkpd/person/reset-cancels-additional-doses",
                   test_reset_cancels_additional_doses);
  g_test_add_func ("/pkpd/person/two-states-at-one-time-are-refused",
                   test_two_states_at_one_time_are_refused);
  g_test_add_func ("/pkpd/person/an-observation-after-the-dose-row-sees-the-steady-state",
                   test_an_observation_after_the_dose_row_sees_the_steady_state);
  return g_test_run ();
}
