/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-shape.h"

#include "core/qs-rng.h"
#include "pkpd/qs-pkpd-predictor.h"

#include <math.h>

#define N QS_PKPD_N_PARAMETERS
/* Not a multiple of the lanes. */
#define N_PEOPLE 1999
#define MAX_SIZE 38

static const double low_kg = 40.0, high_kg = 160.0;

static QsPredictor *
make (QsResponseKind response, guint comed, guint eta)
{
  static const double value[N] = {
    [QS_PKPD_KA] = 1.0,    [QS_PKPD_TLAG] = 1.0,   [QS_PKPD_CL] = 0.044,
    [QS_PKPD_V] = 2.7,     [QS_PKPD_Q] = 0.17,     [QS_PKPD_V2] = 5.7,
    [QS_PKPD_R0] = 10.0,   [QS_PKPD_KOUT] = 0.015, [QS_PKPD_IMAX] = 0.9,
    [QS_PKPD_IC50] = 1.05, [QS_PKPD_GAMMA] = 1.0,
  };
  QsPkpdStructure  structure = qs_pkpd_structure_default ();
  QsPkpdPopulation population = { 0 };

  structure.response = response;
  structure.comed = comed;
  structure.eta |= eta;
  for (guint i = 0; i < N; i++) {
    population.theta[i] = qs_pkpd_transform (i, value[i]);
    population.omega2[i] = 0.08;
    population.beta_comed[i] = -0.3;
  }
  if (qs_pkpd_stimulates (&structure))
    population.theta[QS_PKPD_IMAX] = log (4.0);

  return qs_pkpd_predictor_new (&structure, &population);
}

/* Everybody's dose by shape against everybody's dose by search. */
static double
worst_error (const QsPredictor *predictor,
             QsRegimen          regimen,
             QsSuccess          success,
             double             threshold)
{
  const QsRngKey     key = { .seed = 5, .stream = QS_RNG_TEST };
  const QsCriterion  criterion = { .success = success };
  const gsize        size = qs_pkpd_shape_size (predictor);
  g_autofree float  *latent = g_new (float, N_PEOPLE *N);
  g_autofree float  *shape = g_new (float, (N_PEOPLE + QS_PKPD_SHAPE_LANES) * size);
  g_autofree float  *where = g_new (float, N_PEOPLE);
  g_autofree float  *place = g_new (float, N_PEOPLE);
  g_autofree float  *bw_kg = g_new (float, N_PEOPLE);
  g_autofree float  *dose_mg = g_new (float, N_PEOPLE);
  g_autofree guint8 *comed = g_new (guint8, N_PEOPLE);
  double             worst = 0.0;

  for (guint i = 0; i < N_PEOPLE; i++) {
    bw_kg[i] = (float) (low_kg + (high_kg - low_kg) * qs_rng_uniform (&key, i, 30));
    comed[i] = i % 2;
    where[i] =
        (float) (2.0 * log ((double) bw_kg[i] / low_kg) / log (high_kg / low_kg) - 1.0);
    for (guint k = 0; k < N; k++)
      latent[i * N + k] = (float) qs_rng_normal (&key, i, k);
  }
  qs_pkpd_shape_make (predictor, &criterion, regimen, low_kg, high_kg, N_PEOPLE, latent,
                      shape);
  qs_pkpd_shape_place (predictor, threshold, N_PEOPLE, shape, comed, where, place);
  predictor->klass->critical_dose (predictor, &criterion, regimen, threshold, N_PEOPLE,
                                   bw_kg, comed, latent, dose_mg);

  for (guint i = 0; i < N_PEOPLE; i++) {
    if (dose_mg[i] <= 0.0f)
      g_assert_true (isinf (place[i]) && place[i] < 0.0f);
    else if (isinf (dose_mg[i]))
      g_assert_true (isinf (place[i]) && place[i] > 0.0f);
    else if (dose_mg[i] < 1e4f && dose_mg[i] > 1e-2f)
      worst = MAX (worst, fabs ((double) place[i] - log ((double) dose_mg[i])));
  }

  return worst;
}

static void
test_shapes_give_the_doses_of_the_search (void)
{
  static const double thresholds[] = { 1.8, 3.3, 6.0 };
  const guint effects[] = { 1u << QS_PKPD_R0, (1u << QS_PKPD_IC50) | (1u << QS_PKPD_CL) };

  for (guint e = 0; e < G_N_ELEMENTS (effects); e++) {
    g_autoptr (QsPredictor) predictor = make (QS_RESPONSE_INHIBITS_PRODUCTION, effects[e],
                                              e == 1 ? 1u << QS_PKPD_IMAX : 0);

    g_assert_cmpuint (qs_pkpd_shape_size (predictor), <=, MAX_SIZE);
    for (guint t = 0; t < G_N_ELEMENTS (thresholds); t++)
      for (guint r = 0; r < 2; r++)
        for (guint s = 0; s < 2; s++) {
          const double worst = worst_error (predictor, r, s, thresholds[t]);

          g_test_message ("effect %u, regimen %u, success %u, %g ng/mL: %.2g", e, r, s,
                          thresholds[t], worst);
          g_assert_cmpfloat (worst, <, 1.5e-3);
        }
  }
}

static void
test_shapes_hold_for_every_response (void)
{
  for (guint kind = 0; kind < QS_PKPD_N_RESPONSES; kind++) {
    g_autoptr (QsPredictor) predictor = make (kind, 1u << QS_PKPD_R0, 1u << QS_PKPD_IMAX);

    if (kind == QS_RESPONSE_STIMULATES_LOSS) {
      g_assert_cmpuint (qs_pkpd_shape_size (predictor), ==, 0);
      continue;
    }
    for (guint s = 0; s < 2; s++)
      for (guint r = 0; r < 2; r++) {
        const double worst =
            worst_error (predictor, r, s, qs_response_rises (kind) ? 16.0 : 3.3);

        g_test_message ("%s, regimen %u, success %u: %.2g", qs_pkpd_response_name (kind),
                        r, s, worst);
        g_assert_cmpfloat (worst, <, 1.5e-3);
      }
  }
}

/* Covariates of donors change kinetics and what is rescaled alike. */
static void
test_shapes_know_further_covariates (void)
{
  static const QsPkpdParameter changed[] = { QS_PKPD_CL, QS_PKPD_R0, QS_PKPD_IC50,
                                             QS_PKPD_IMAX };
  g_autoptr (QsPredictor)      plain =
      make (QS_RESPONSE_INHIBITS_PRODUCTION, 1u << QS_PKPD_R0, 1u << QS_PKPD_IMAX);
  QsPkpdStructure          structure = *qs_pkpd_predictor_structure (plain);
  QsPkpdPopulation         population = *qs_pkpd_predictor_population (plain);
  g_autoptr (QsPkpdDonors) donors = qs_pkpd_donors_new_empty (5);
  g_autoptr (QsPredictor)  predictor = NULL;

  donors->n = 2;
  donors->names[0] = g_strdup ("AGE");
  donors->names[1] = g_strdup ("SEX");
  for (guint i = 0; i < 5; i++) {
    donors->values[i * QS_PKPD_MAX_REGRESSORS] = 0.3 * (i - 2.0);
    donors->values[i * QS_PKPD_MAX_REGRESSORS + 1] = i % 2;
  }
  for (guint e = 0; e < G_N_ELEMENTS (changed); e++) {
    population.beta[e] = 0.5 - 0.2 * e;
    g_assert_true (qs_pkpd_structure_add_effect (&structure, changed[e], e % 2));
  }
  predictor = qs_pkpd_predictor_new (&structure, &population);
  qs_pkpd_predictor_set_donors (predictor, donors);

  for (guint r = 0; r < 2; r++)
    g_assert_cmpfloat (worst_error (predictor, r, QS_SUCCESS_BELOW, 3.3), <, 1.5e-3);

  g_assert_true (qs_pkpd_structure_add_effect (&structure, QS_PKPD_GAMMA, 0));
  g_clear_pointer (&predictor, qs_predictor_unref);
  predictor = qs_pkpd_predictor_new (&structure, &population);
  g_assert_cmpuint (qs_pkpd_shape_size (predictor), ==, 0);
}

static void
test_what_the_polynomials_cannot_hold_has_no_shape (void)
{
  g_autoptr (QsPredictor) predictor =
      make (QS_RESPONSE_INHIBITS_PRODUCTION, 1u << QS_PKPD_IMAX, 0);

  g_assert_cmpuint (qs_pkpd_shape_size (predictor), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shape/doses", test_shapes_give_the_doses_of_the_search);
  g_test_add_func ("/shape/responses", test_shapes_hold_for_every_response);
  g_test_add_func ("/shape/covariates", test_shapes_know_further_covariates);
  g_test_add_func ("/shape/none", test_what_the_polynomials_cannot_hold_has_no_shape);

  return g_test_run ();
}
