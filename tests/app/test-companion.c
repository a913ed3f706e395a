/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-companion.h"

#include "pkpd/qs-pkpd-predictor.h"

#include <math.h>

/* Many times what the companion waits and computes. */
static const double patience_s = 60.0;

/* A population model of round numbers, without parameter draws. */
static QsModel *
make_model (void)
{
  static const double theta[QS_PKPD_N_PARAMETERS] = {
    [QS_PKPD_KA] = 0.6,    [QS_PKPD_CL] = 0.05,   [QS_PKPD_V] = 2.4,
    [QS_PKPD_Q] = 0.08,    [QS_PKPD_V2] = 3.0,    [QS_PKPD_R0] = 9.6,
    [QS_PKPD_KOUT] = 0.02, [QS_PKPD_IMAX] = 0.95, [QS_PKPD_IC50] = 1.3,
  };
  const QsPkpdStructure structure = qs_pkpd_structure_default ();
  QsPkpdPopulation      population = { .sigma_prop = { 0.18, 0.12 } };
  QsModel              *model = qs_model_new (QS_MODEL_PKPD);

  for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++) {
    if (theta[i] > 0.0)
      population.theta[i] = qs_pkpd_transform (i, theta[i]);
    if (qs_pkpd_varies (&structure, i))
      population.omega2[i] = 0.05;
  }
  model->facts = (QsStudyFacts){ .n_subjects = 48,
                                 .highest_dose_mg = 10.0,
                                 .highest_cmax_mg_l = 10.0,
                                 .highest_auctau_h_mg_l = 200.0,
                                 .bw_low_kg = 50.0,
                                 .bw_high_kg = 100.0,
                                 .interval_h = 24.0,
                                 .window_from_h = 480.0,
                                 .window_to_h = 504.0 };
  model->estimate = qs_pkpd_predictor_new (&structure, &population);
  return model;
}

typedef struct {
  QusopSession   *session;
  QusopCompanion *companion;
  QsModel        *model;
  QsPopulation   *population;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  QsPopulationOptions options = qs_population_options_default (QS_MODEL_PKPD);
  g_autoptr (GError)  error = NULL;

  options.n_subjects = 50;
  options.n_replicates = 4;
  self->session = qusop_session_new ();
  self->companion = qusop_companion_new (self->session);
  self->model = make_model ();
  self->population = qs_population_new (self->model, &options, NULL, &error);
  g_assert_no_error (error);
  qusop_session_add_model (self->session, self->model);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  qusop_companion_free (self->companion);
  g_object_unref (self->session);
  qs_population_free (self->population);
  qs_model_unref (self->model);
}

static void
answer (Fixture *self)
{
  const QsScenario    *scenario = qusop_session_get_scenario (self->session);
  g_autoptr (GError)   error = NULL;
  g_autoptr (QsResult) result = qs_solve (self->population, scenario, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpfloat (result->decision.dose_mg, >, 0.0);
  qusop_session_set_result (self->session, result,
                            qusop_session_get_question (self->session));
}

static void
ask_for (Fixture *self, double target)
{
  QsScenario scenario = *qusop_session_get_scenario (self->session);

  scenario.target = target;
  qusop_session_set_scenario (self->session, &scenario);
}

/* Turns the main loop until the course is that of the answer at @dose_mg. */
static void
wait_for_course (Fixture *self, double dose_mg)
{
  const gint64 end_us = g_get_monotonic_time () + (gint64) (patience_s * 1e6);

  while (!qusop_session_is_course_current (self->session) ||
         qusop_session_get_course (self->session)->dose_mg != dose_mg) {
    g_assert_cmpint (g_get_monotonic_time (), <, end_us);
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  }
}

/* Twice as long as the companion waits for a slider to rest. */
static void
rest (void)
{
  const gint64 end_us = g_get_monotonic_time () + 300000;

  while (g_get_monotonic_time () < end_us) {
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  }
}

static void
test_an_answer_gets_its_exposure_and_course (Fixture *self, gconstpointer data)
{
  double dose_mg;

  answer (self);
  dose_mg = qusop_session_get_result (self->session)->decision.dose_mg;
  g_assert_true (isnan (qusop_session_get_result (self->session)->exposure.dose_mg));
  wait_for_course (self, dose_mg);

  g_assert_cmpfloat (qusop_session_get_result (self->session)->exposure.dose_mg, ==,
                     dose_mg);
  g_assert_false (qusop_session_is_stale (self->session));
}

static void
test_the_dose_pointed_at_gets_its_course (Fixture *self, gconstpointer data)
{
  double dose_mg;

  answer (self);
  dose_mg = qusop_session_get_result (self->session)->decision.dose_mg;
  wait_for_course (self, dose_mg);

  qusop_session_set_course_dose (self->session, 2.0 * dose_mg);
  wait_for_course (self, 2.0 * dose_mg);
  /* The exposure stays that of the answer. */
  g_assert_cmpfloat (qusop_session_get_result (self->session)->exposure.dose_mg, ==,
                     dose_mg);

  qusop_session_set_course_dose (self->session, NAN);
  wait_for_course (self, dose_mg);
}

static void
test_a_stale_answer_gets_nothing (Fixture *self, gconstpointer data)
{
  answer (self);
  ask_for (self, 0.75);
  rest ();

  g_assert_null (qusop_session_get_course (self->session));
  g_assert_true (isnan (qusop_session_get_result (self->session)->exposure.dose_mg));
}

/* As while a slider moves: only the last of many answers is looked at. */
static void
test_details_belong_to_the_last_answer (Fixture *self, gconstpointer data)
{
  const QsResult *last;

  for (guint i = 0; i < 5; i++) {
    ask_for (self, 0.5 + 0.1 * i);
    answer (self);
    if (i == 3)
      rest (); /* the job of this one runs when the next comes */
  }
  last = qusop_session_get_result (self->session);
  g_assert_cmpfloat (last->scenario.target, ==, 0.9);
  wait_for_course (self, last->decision.dose_mg);

  g_assert_cmpfloat (qusop_session_get_course (self->session)->scenario.target, ==, 0.9);
  g_assert_cmpfloat (qusop_session_get_result (self->session)->exposure.dose_mg, ==,
                     qusop_session_get_result (self->session)->decision.dose_mg);
}

static void
test_details_are_found_once (Fixture *self, gconstpointer data)
{
  QsResult *detailed;

  answer (self);
  wait_for_course (self, qusop_session_get_result (self->session)->decision.dose_mg);
  detailed = qusop_session_get_result (self->session);
  rest ();

  g_assert_true (qusop_session_get_result (self->session) == detailed);
}

/* Nothing of the job may be touched after its owner is gone. */
static void
test_it_can_go_while_it_works (Fixture *self, gconstpointer data)
{
  answer (self);
  /* The first thing that happens is the start of the job. */
  g_main_context_iteration (NULL, TRUE);
  qusop_companion_free (self->companion);
  rest ();

  g_assert_null (qusop_session_get_course (self->session));
  self->companion = qusop_companion_new (self->session);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "/companion/an-answer-gets-its-exposure-and-course",
      test_an_answer_gets_its_exposure_and_course },
    { "/companion/the-dose-pointed-at-gets-its-course",
      test_the_dose_pointed_at_gets_its_course },
    { "/companion/a-stale-answer-gets-nothing", test_a_stale_answer_gets_nothing },
    { "/companion/details-belong-to-the-last-answer",
      test_details_belong_to_the_last_answer },
    { "/companion/details-are-found-once", test_details_are_found_once },
    { "/companion/it-can-go-while-it-works", test_it_can_go_while_it_works },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
