/* SPDX-License-Identifier: Apache-2.0 */

/* A hand on the sliders against fresh people: one population is asked about one prior
 * after the other, and for each prior other people are drawn, weighed by a sampler of the
 * test's own, and their critical doses searched. */

#include "core/qs-rng.h"
#include "core/qs-stats.h"
#include "pkpd/qs-pkpd-predictor.h"
#include "qs-population.h"

#include <math.h>

#define N QS_PKPD_N_PARAMETERS
#define N_PRIORS 60
#define N_FRESH 1500
#define N_VALUES 48

static const QsRngKey key = { .seed = 31, .stream = QS_RNG_TEST };

static QsModel *
known_model (void)
{
  static const double value[N] = {
    [QS_PKPD_KA] = 1.0,    [QS_PKPD_TLAG] = 1.0,   [QS_PKPD_CL] = 0.044,
    [QS_PKPD_V] = 2.7,     [QS_PKPD_Q] = 0.17,     [QS_PKPD_V2] = 5.7,
    [QS_PKPD_R0] = 10.0,   [QS_PKPD_KOUT] = 0.015, [QS_PKPD_IMAX] = 0.9,
    [QS_PKPD_IC50] = 1.05, [QS_PKPD_GAMMA] = 1.0,
  };
  const QsPkpdStructure structure = qs_pkpd_structure_default ();
  QsPkpdPopulation      population = { 0 };
  QsModel              *model = qs_model_new (QS_MODEL_PKPD);

  for (guint i = 0; i < N; i++) {
    population.theta[i] = qs_pkpd_transform (i, value[i]);
    population.omega2[i] = 0.06;
  }
  population.beta_comed[QS_PKPD_R0] = -0.26;
  model->facts = (QsStudyFacts){
    .n_subjects = 48,
    .highest_dose_mg = 10.0,
    .bw_low_kg = 50.0,
    .bw_high_kg = 100.0,
    .has_comed = TRUE,
    .comed_share = 0.5,
    .interval_h = 24.0,
  };
  model->estimate = qs_pkpd_predictor_new (&structure, &population);

  return model;
}

/* Every kind in turn; a third reaches beyond the weights that shapes usually serve. */
static QsScenario
random_scenario (guint i, const double values[N_VALUES])
{
  const double   way = qs_rng_uniform (&key, i, 0), other = qs_rng_uniform (&key, i, 1);
  const gboolean wide = i % 3 == 2;
  QsScenario     scenario = qs_scenario_named (QS_POPULATION_BASE, i / 4 % 2, 0.9);

  switch (i % 4) {
  case 0:
    scenario.bw = wide ? qs_prior_uniform (15.0 + 20.0 * way, 170.0 + 60.0 * other)
                       : qs_prior_uniform (45.0 + 20.0 * way, 80.0 + 60.0 * other);
    break;
  case 1:
    scenario.bw =
        (QsPrior){ QS_PRIOR_NORMAL, 60.0 + 30.0 * way, wide ? 30.0 : 5.0 + 10.0 * other,
                   wide ? 20.0 : 45.0, wide ? 220.0 : 140.0 };
    break;
  case 2:
    scenario.bw = (QsPrior){ QS_PRIOR_LOGNORMAL, 55.0 + 35.0 * way,
                             wide ? 0.5 : 0.1 + 0.15 * other, 0.0, G_MAXDOUBLE };
    break;
  default:
    scenario.bw = (QsPrior){ .kind = QS_PRIOR_SAMPLE,
                             .max = G_MAXDOUBLE,
                             .values = values,
                             .n_values = N_VALUES,
                             .jitter = wide ? 0.3 : 0.1 };
  }
  scenario.comed_share = i % 10 == 0   ? 0.0
                         : i % 10 == 5 ? 1.0
                                       : qs_rng_uniform (&key, i, 2);
  scenario.threshold_ng_ml = 2.0 + 3.0 * qs_rng_uniform (&key, i, 3);

  return scenario;
}

/* Someone's weight, by rejection of what the truncation leaves out. */
static double
weigh (const QsPrior *bw, const QsRngKey *fresh, guint32 person)
{
  const double variance = log1p (bw->b * bw->b);
  double       kg;

  for (guint turn = 0;; turn++) {
    const double u = qs_rng_uniform (fresh, person, 20 + 2 * turn);
    const double z = qs_rng_normal (fresh, person, 1000 + turn);

    if (bw->kind == QS_PRIOR_UNIFORM)
      return bw->a + (bw->b - bw->a) * u;
    if (bw->kind == QS_PRIOR_SAMPLE)
      return bw->values[(gsize) (u * (double) bw->n_values)] * exp (bw->jitter * z);

    kg = bw->kind == QS_PRIOR_NORMAL ? bw->a + bw->b * z
                                     : bw->a * exp (sqrt (variance) * z - 0.5 * variance);
    if (kg >= MAX (1.0, bw->min) && kg <= MIN (500.0, bw->max))
      return kg;
  }
}

/* Critical doses of fresh people, sorted. */
static void
fresh_doses (const QsPredictor *predictor,
             const QsScenario  *scenario,
             guint              replicate,
             double             dose_mg[N_FRESH])
{
  const QsRngKey fresh = { .seed = 977, .stream = QS_RNG_TEST, .replicate = replicate };
  const QsCriterion  criterion = { .success = scenario->success };
  g_autofree float  *bw_kg = g_new (float, N_FRESH), *found = g_new (float, N_FRESH);
  g_autofree guint8 *comed = g_new (guint8, N_FRESH);
  g_autofree float  *latent = g_new (float, N_FRESH *N);

  for (guint i = 0; i < N_FRESH; i++) {
    bw_kg[i] = (float) weigh (&scenario->bw, &fresh, i);
    comed[i] = qs_rng_uniform (&fresh, i, 19) < scenario->comed_share;
    for (guint k = 0; k < N; k++)
      latent[i * N + k] = (float) qs_rng_normal (&fresh, i, k);
  }

  predictor->klass->critical_dose (predictor, &criterion, scenario->regimen,
                                   scenario->threshold_ng_ml, N_FRESH, bw_kg, comed,
                                   latent, found);
  for (guint i = 0; i < N_FRESH; i++)
    dose_mg[i] = (double) found[i];
  qs_sort (dose_mg, N_FRESH);
}

/* Of two independent shares, with a person of either outcome added, so that it is never
 * 0. */
static double
combined_error (double p, double n, double q, double m)
{
  const double all = (p * n + q * m + 1.0) / (n + m + 2.0);

  return sqrt (all * (1.0 - all) * (1.0 / n + 1.0 / m));
}

/* Nobody is re-weighted when a slider moves: every virtual patient gets a new weight and
 * counts fully, so the effective sample size is their number. */
static void
test_curves_are_those_of_fresh_people (void)
{
  const QsPopulationOptions options = {
    .seed = 1, .n_subjects = 480, .n_replicates = 10, .subject_effect = TRUE
  };
  g_autoptr (QsModel)      model = known_model ();
  g_autoptr (QsRun)        run = qs_run_new (2, NULL, NULL);
  g_autoptr (GError)       error = NULL;
  g_autoptr (QsPopulation) population = qs_population_new (model, &options, run, &error);
  double                   values[N_VALUES], worst = 0.0;
  static double            doses_mg[N_FRESH];

  g_assert_no_error (error);
  for (guint k = 0; k < N_VALUES; k++)
    values[k] = 55.0 + 45.0 * k / (N_VALUES - 1.0);

  for (guint i = 0; i < N_PRIORS; i++) {
    const QsScenario     scenario = random_scenario (i, values);
    g_autoptr (QsResult) result = qs_solve (population, &scenario, run, &error);
    double               largest = 0.0;
    guint                n_below = 0;

    g_assert_no_error (error);
    fresh_doses (model->estimate, &scenario, i, doses_mg);
    for (gsize j = 0; j < result->n_estimates; j++) {
      const QsDoseEstimate *e = &result->estimates[j];
      double                fresh;

      while (n_below < N_FRESH && doses_mg[n_below] <= e->dose_mg)
        n_below++;
      fresh = n_below / (double) N_FRESH;
      largest =
          MAX (largest, fabs (e->probability - fresh) /
                            combined_error (e->probability, 4800.0, fresh, N_FRESH));
    }

    if (largest > 4.0)
      g_test_message ("prior %u: %.2f standard errors", i, largest);
    worst = MAX (worst, largest);
  }

  g_test_message ("largest difference %.2f combined standard errors", worst);
  g_assert_cmpfloat (worst, <=, 4.0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/priors/fresh-people", test_curves_are_those_of_fresh_people);

  return g_test_run ();
}
