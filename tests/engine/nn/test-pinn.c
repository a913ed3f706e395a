/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-pinn-kinetics.h"
#include "nn/qs-pinn-mechanism.h"
#include "nn/qs-pinn.h"
#include "pkpd/qs-turnover.h"

#include <math.h>

#define N_PERSONS 8

/* What the synthetic study is made of, at 70 kg. */
static const QsPkParameters kinetics = {
  .n_compartments = 2,
  .ka = 0.4,
  .cl = 0.06,
  .v = 5.0,
  .q = 0.15,
  .v2 = 4.0,
};
static const QsPdParameters response = {
  .kind = QS_RESPONSE_INHIBITS_PRODUCTION,
  .r0 = 10.0,
  .kout = 0.06,
  .imax = 0.9,
  .ic50 = 0.5,
  .gamma = 1.0,
};
static const double beta_comed = -0.2;

static void
add_look (QsPinnPerson *person, QsEndpoint endpoint, double time_h, double value)
{
  const QsPinnLook look = { time_h, log (value) };

  if (value > 0.0)
    g_array_append_val (person->looks[endpoint], look);
}

/* Daily doses for a week, then washout; without noise. */
static QsPinnPerson *
person_new (guint i)
{
  static const double times_h[] = { 0,   1,   2,   4,   8,   24,  48,  96,  144, 145,
                                    146, 148, 152, 156, 168, 192, 240, 288, 336 };
  static const double doses_mg[] = { 0.0, 1.0, 3.0, 10.0 };
  const double        bw_kg = 55.0 + 6.0 * i, dose_mg = doses_mg[i % 4];
  QsPinnPerson       *person = g_new0 (QsPinnPerson, 1);
  QsPkParameters      pk = kinetics;
  QsPdParameters      pd = response;
  double              c[G_N_ELEMENTS (times_h)], r[G_N_ELEMENTS (times_h)];
  QsDose              doses[7];

  person->log_bw = log (bw_kg / 70.0);
  person->comed = i / 4;
  person->dose_mg_per_kg = dose_mg / bw_kg;
  person->end_h = 336.0;
  person->doses = g_array_new (FALSE, FALSE, sizeof (QsPinnDose));
  for (guint e = 0; e < 2; e++)
    person->looks[e] = g_array_new (FALSE, FALSE, sizeof (QsPinnLook));
  for (guint d = 0; d < 7; d++) {
    const QsPinnDose dose = { 24.0 * d, dose_mg };

    doses[d] = (QsDose){ .time_h = 24.0 * d, .dose_mg = dose_mg };
    if (dose_mg > 0.0)
      g_array_append_val (person->doses, dose);
  }

  qs_pk_allometry (&pk, bw_kg);
  pd.r0 *= exp (beta_comed * person->comed);
  qs_pkpd_simulate (&pk, &pd, doses, 7, times_h, G_N_ELEMENTS (times_h), c, r);
  for (guint t = 0; t < G_N_ELEMENTS (times_h); t++) {
    add_look (person, QS_ENDPOINT_PK, times_h[t], dose_mg > 0.0 && t > 0 ? c[t] : 0.0);
    add_look (person, QS_ENDPOINT_PD, times_h[t], r[t]);
  }

  return person;
}

typedef struct {
  QsPinnPerson *persons[N_PERSONS];
  guint         all[N_PERSONS];
  QsPinnScales  scales;
} Study;

static void
study_init (Study *self)
{
  for (guint i = 0; i < N_PERSONS; i++) {
    self->persons[i] = person_new (i);
    self->all[i] = i;
  }
  self->scales = (QsPinnScales){ 0.5, 0.05 };
}

static void
study_clear (Study *self)
{
  for (guint i = 0; i < N_PERSONS; i++)
    qs_pinn_person_free (self->persons[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Study, study_clear)

/* Each derivative against a central difference. */
static void
assert_gradient (QsLearner *learner, double *params, const guint *members, guint n)
{
  g_autofree double *gradient = g_new0 (double, learner->n_params);
  double             largest = 0.0;

  learner->klass->set_params (learner, NULL, params);
  learner->klass->learn (learner, NULL, members, n, gradient);
  for (gsize i = 0; i < learner->n_params; i++)
    largest = fmax (largest, fabs (gradient[i]));

  for (gsize i = 0; i < learner->n_params; i++) {
    const double h = 1e-4, old = params[i];
    double       loss[4];

    for (guint k = 0; k < 4; k++) {
      params[i] = old + h * (k < 2 ? (double) k - 2.0 : (double) k - 1.0);
      learner->klass->set_params (learner, NULL, params);
      loss[k] = learner->klass->loss (learner, NULL, members, n) / n;
    }
    params[i] = old;
    /* Fourth order; relative to the slope, or to a thousandth of the largest. */
    g_assert_cmpfloat (
        fabs ((8.0 * (loss[2] - loss[1]) - (loss[3] - loss[0])) / (12.0 * h) -
              gradient[i]),
        <=, 1e-6 * fmax (fabs (gradient[i]), 1e-3 * largest));
  }
}

static void
test_gradient_of_kinetics_is_the_difference (void)
{
  g_auto (Study)     study;
  QsLearner         *learner;
  g_autofree double *params = g_new0 (double, qs_pinn_kinetics_n_params ());

  study_init (&study);
  learner = qs_pinn_kinetics_learner_new (study.persons, N_PERSONS);
  qs_pinn_kinetics_init (study.persons, study.all, N_PERSONS, 1, params);
  assert_gradient (learner, params, study.all + 1, 3);
  qs_pinn_kinetics_learner_free (learner);
}

static void
test_gradient_of_response_is_the_difference (gconstpointer data)
{
  const gboolean     quantum = GPOINTER_TO_INT (data);
  g_auto (Study)     study;
  QsLearner         *learner;
  g_autofree double *first = g_new0 (double, qs_pinn_kinetics_n_params ());
  g_autofree double *params = g_new0 (double, qs_pinn_response_n_params (quantum));

  study_init (&study);
  qs_pinn_kinetics_init (study.persons, study.all, N_PERSONS, 1, first);
  learner = qs_pinn_response_learner_new (study.persons, N_PERSONS, first, &study.scales,
                                          quantum, NULL);
  qs_pinn_response_init (study.persons, study.all, N_PERSONS, &study.scales, quantum, 1,
                         params);
  for (gsize i = learner->n_params - qs_pinn_effect_n_params (quantum) + 2;
       i < learner->n_params; i++)
    params[i] = 0.3 * sin ((double) i);
  assert_gradient (learner, params, study.all + 1, 3);
  qs_pinn_response_learner_free (learner);
}

static void
test_effect_rises_from_none_to_the_greatest (void)
{
  g_autoptr (QsPinnEffect) effect = qs_pinn_effect_new (TRUE);
  g_autofree double       *params = g_new0 (double, qs_pinn_effect_n_params (TRUE));

  for (guint set = 0; set < 20; set++) {
    double last = -1e-12;

    params[0] = 0.2 * set;
    for (gsize i = 2; i < qs_pinn_effect_n_params (TRUE); i++)
      params[i] = 3.0 * sin ((double) (i * (set + 1)));
    qs_pinn_effect_set_params (effect, params);
    g_assert_cmpfloat (qs_pinn_effect_at (effect, 0.0), ==, 0.0);
    for (double c = 1e-4; c < 1e6; c *= 1.3) {
      const double value = qs_pinn_effect_at (effect, c);

      g_assert_cmpfloat (value, >=, last);
      last = value;
    }
    g_assert_cmpfloat_with_epsilon (qs_pinn_effect_at (effect, 1e12),
                                    qs_pinn_effect_emax (effect), 1e-9);
  }
}

static void
test_without_angles_the_effect_is_emax (void)
{
  g_autoptr (QsPinnEffect) effect = qs_pinn_effect_new (TRUE);
  g_autofree double       *params = g_new0 (double, qs_pinn_effect_n_params (TRUE));

  params[1] = log (2.0);
  qs_pinn_effect_set_params (effect, params);
  g_assert_cmpfloat_with_epsilon (qs_pinn_effect_at (effect, 1.0), 0.5 / 3.0, 1e-14);
  g_assert_cmpfloat_with_epsilon (qs_pinn_effect_ic50 (effect), 2.0, 1e-9);
}

/* Trained on data without noise, the equations hold the numbers that made them: kinetics
 * within 10 %, kout within 12 % and what the drug does within 5 %. */
static void
test_finds_what_made_the_data (void)
{
  enum { n_epochs = 2500 };
  g_auto (Study)           study;
  QsFitOptions             options = qs_fit_options_default (QS_MODEL_PINN);
  g_autoptr (QsPinn)       pinn = NULL;
  g_auto (QsPinnMechanism) found = { 0 };
  g_autofree double       *rates = g_new (double, n_epochs);
  const QsSchedule         schedule = { rates, n_epochs };
  QsPinnStory              story = { 0 };
  QsLesson                 lesson;
  QsPdParameters           pd;

  study_init (&study);
  for (guint i = 0; i < n_epochs; i++)
    rates[i] = 0.01 * pow (0.01, i / (double) n_epochs);
  lesson =
      (QsLesson){ .training = study.all, .n_training = N_PERSONS, .schedule = &schedule };
  options.batch_size = 4;
  pinn = qs_pinn_train (study.persons, N_PERSONS, NULL, &lesson, &options, &story, NULL,
                        NULL);
  g_assert_nonnull (pinn);
  qs_trained_free (story.response);
  qs_pinn_mechanism_init (&found, pinn);
  pd = qs_pinn_mechanism_pd (&found);

  g_assert_cmpfloat (fabs (log (found.pk.ka / kinetics.ka)), <, 0.1);
  g_assert_cmpfloat (fabs (log (found.pk.cl / kinetics.cl)), <, 0.1);
  g_assert_cmpfloat (fabs (log (found.pk.v / kinetics.v)), <, 0.1);
  g_assert_cmpfloat (fabs (log (pd.r0 / response.r0)), <, 0.05);
  g_assert_cmpfloat (fabs (log (pd.kout / response.kout)), <, 0.12);
  g_assert_cmpfloat (fabs (log (pd.ic50 / response.ic50)), <, 0.05);
  g_assert_cmpfloat (fabs (pd.imax - response.imax), <, 0.05);
  g_assert_cmpfloat (fabs (found.beta_comed - beta_comed), <, 0.02);
  g_assert_cmpfloat (story.response_residual, <, 0.05);
}

/* The steady walk against the closed forms of the population model. */
static void
test_equations_walk_as_pkpd_does (void)
{
  const double             times_h[] = { 0.0, 2.0, 6.0, 12.0, 24.0 };
  g_auto (QsPinnMechanism) mechanism = { .pk = kinetics,
                                         .kout = response.kout,
                                         .effect = qs_pinn_effect_new (FALSE) };
  const double             effect[] = { log (0.9 / 0.1), log (0.5) };
  const QsCriterion        criterion = { .success = QS_SUCCESS_BELOW };
  QsPinnCycle              cycle;
  QsPkParameters           pk = kinetics;
  double                   relative[QS_PINN_MAX_NODES], c[5], r[5];

  qs_pinn_effect_set_params (mechanism.effect, effect);
  qs_pk_allometry (&pk, 90.0);
  qs_pkpd_steady_state (&pk, &response, 3.0, 24.0, times_h, 5, c, r);
  qs_pinn_cycle_init (&cycle, &mechanism, &criterion, 24.0, 90.0);
  qs_pinn_cycle_run (&cycle, &mechanism, 3.0, relative);
  g_assert_cmpfloat_with_epsilon (response.r0 * relative[0], r[0], 5e-4 * r[0]);
  g_assert_cmpfloat_with_epsilon (response.r0 * relative[cycle.n_nodes - 1], r[4],
                                  5e-4 * r[4]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/nn/pinn/gradient-of-kinetics-is-the-difference",
                   test_gradient_of_kinetics_is_the_difference);
  g_test_add_data_func ("/nn/pinn/gradient-of-response-is-the-difference",
                        GINT_TO_POINTER (FALSE),
                        test_gradient_of_response_is_the_difference);
  g_test_add_data_func ("/nn/pinn/gradient-of-quantum-response-is-the-difference",
                        GINT_TO_POINTER (TRUE),
                        test_gradient_of_response_is_the_difference);
  g_test_add_func ("/nn/pinn/effect-rises-from-none-to-the-greatest",
                   test_effect_rises_from_none_to_the_greatest);
  g_test_add_func ("/nn/pinn/without-angles-the-effect-is-emax",
                   test_without_angles_the_effect_is_emax);
  g_test_add_func ("/nn/pinn/finds-what-made-the-data", test_finds_what_made_the_data);
  g_test_add_func ("/nn/pinn/equations-walk-as-pkpd-does",
                   test_equations_walk_as_pkpd_does);

  return g_test_run ();
}
