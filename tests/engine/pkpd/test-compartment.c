/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-compartment.h"

#include "core/qs-rng.h"

#include <math.h>

/* The oracle: amounts in depot, central and peripheral compartment by small classical
 * Runge–Kutta steps. */
static void
slope (const QsPkParameters *pk, const double x[3], double dx[3])
{
  const double exchange =
      pk->n_compartments == 2 ? pk->q * (x[1] / pk->v - x[2] / pk->v2) : 0.0;

  dx[0] = -pk->ka * x[0];
  dx[1] = pk->ka * x[0] - pk->cl / pk->v * x[1] - exchange;
  dx[2] = exchange;
}

static double
integrate (const QsPkParameters *pk, double x[3], double time_h)
{
  const guint  n = (guint) ceil (time_h * 200.0);
  const double h = time_h / n;

  for (guint i = 0; i < n; i++) {
    double k[4][3], y[3];

    slope (pk, x, k[0]);
    for (guint stage = 1; stage < 4; stage++) {
      for (guint j = 0; j < 3; j++)
        y[j] = x[j] + (stage == 3 ? h : 0.5 * h) * k[stage - 1][j];
      slope (pk, y, k[stage]);
    }
    for (guint j = 0; j < 3; j++)
      x[j] += h / 6.0 * (k[0][j] + 2.0 * k[1][j] + 2.0 * k[2][j] + k[3][j]);
  }

  return x[1] / pk->v;
}

static QsPkParameters
person (guint i)
{
  const QsRngKey key = { .seed = 1, .stream = QS_RNG_TEST };

  return (QsPkParameters){
    .n_compartments = 1 + i % 2,
    .ka = 1.0 * exp (0.5 * qs_rng_normal (&key, i, 0)),
    .cl = 0.5 * exp (0.5 * qs_rng_normal (&key, i, 1)),
    .v = 5.0 * exp (0.5 * qs_rng_normal (&key, i, 2)),
    .q = 0.4 * exp (0.5 * qs_rng_normal (&key, i, 3)),
    .v2 = 8.0 * exp (0.5 * qs_rng_normal (&key, i, 4)),
  };
}

static void
test_oral_dose_agrees_with_an_ode_solver (void)
{
  for (guint i = 0; i < 40; i++) {
    const QsPkParameters pk = person (i);
    double               x[3] = { 10.0, 0.0, 0.0 };
    double               amplitude[QS_PK_N_RATES] = { 0.0 };
    QsPkResponse         response;

    qs_pk_response (&pk, QS_ROUTE_ORAL, &response);
    qs_pk_dose (&response, amplitude, 10.0);

    for (double t = 0.5; t < 30.0; t *= 2.0) {
      const double expected = integrate (&pk, x, t == 0.5 ? 0.5 : 0.5 * t);

      g_assert_cmpfloat_with_epsilon (qs_pk_concentration (&response, amplitude, t),
                                      expected, 1e-8 * expected + 1e-10);
    }
  }
}

static void
test_bolus_starts_at_dose_over_volume (void)
{
  const QsPkParameters pk = person (1);
  double               amplitude[QS_PK_N_RATES] = { 0.0 };
  double               x[3] = { 0.0, 7.0, 0.0 };
  QsPkResponse         response;

  qs_pk_response (&pk, QS_ROUTE_BOLUS, &response);
  qs_pk_dose (&response, amplitude, 7.0);

  g_assert_cmpfloat_with_epsilon (qs_pk_concentration (&response, amplitude, 0.0),
                                  7.0 / pk.v, 1e-12);
  g_assert_cmpfloat_with_epsilon (qs_pk_concentration (&response, amplitude, 9.0),
                                  integrate (&pk, x, 9.0), 1e-9);
}

/* Equal rates make the formula 0/0; the curve has to pass through smoothly. */
static void
test_absorption_may_meet_elimination (void)
{
  QsPkParameters pk = { .n_compartments = 1, .ka = 0.1, .cl = 0.5, .v = 5.0 };
  QsPkResponse   response;

  for (gint i = -3; i <= 3; i++) {
    double amplitude[QS_PK_N_RATES] = { 0.0 };

    pk.ka = 0.1 * (1.0 + 1e-9 * i);
    qs_pk_response (&pk, QS_ROUTE_ORAL, &response);
    qs_pk_dose (&response, amplitude, 1.0);
    /* Limit: dose/V · ka t exp (−ka t). */
    g_assert_cmpfloat_with_epsilon (qs_pk_concentration (&response, amplitude, 10.0),
                                    0.2 * exp (-1.0), 1e-7);
  }
}

static void
test_steady_state_is_the_limit_of_many_doses (void)
{
  for (guint i = 0; i < 10; i++) {
    const QsPkParameters pk = person (i);
    double               many[QS_PK_N_RATES] = { 0.0 }, steady[QS_PK_N_RATES];
    QsPkResponse         response;

    qs_pk_response (&pk, QS_ROUTE_ORAL, &response);
    for (guint dose = 0; dose < 400; dose++) {
      qs_pk_decay (&response, many, 24.0);
      qs_pk_dose (&response, many, 3.0);
    }
    qs_pk_steady_state (&response, 3.0, 24.0, steady);

    for (guint j = 0; j < response.n; j++)
      g_assert_cmpfloat_with_epsilon (steady[j], many[j], 1e-9 * fabs (many[j]));
    /* Mass balance: what goes in per interval is cleared per interval. */
    g_assert_cmpfloat_with_epsilon (qs_pk_auc (&response, steady, 24.0) * pk.cl, 3.0,
                                    1e-6);
  }
}

static void
test_allometry_scales_from_70_kg (void)
{
  QsPkParameters pk = { .n_compartments = 2, .ka = 1, .cl = 1, .v = 1, .q = 1, .v2 = 1 };

  qs_pk_allometry (&pk, 140.0);

  g_assert_cmpfloat_with_epsilon (pk.cl, pow (2.0, 0.75), 1e-15);
  g_assert_cmpfloat_with_epsilon (pk.q, pow (2.0, 0.75), 1e-15);
  g_assert_cmpfloat (pk.v, ==, 2.0);
  g_assert_cmpfloat (pk.v2, ==, 2.0);
  g_assert_cmpfloat (pk.ka, ==, 1.0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pkpd/compartment/oral-dose-agrees-with-an-ode-solver",
                   test_oral_dose_agrees_with_an_ode_solver);
  g_test_add_func ("/pkpd/compartment/bolus-starts-at-dose-over-volume",
                   test_bolus_starts_at_dose_over_volume);
  g_test_add_func ("/pkpd/compartment/absorption-may-meet-elimination",
                   test_absorption_may_meet_elimination);
  g_test_add_func ("/pkpd/compartment/steady-state-is-the-limit-of-many-doses",
                   test_steady_state_is_the_limit_of_many_doses);
  g_test_add_func ("/pkpd/compartment/allometry-scales-from-70-kg",
                   test_allometry_scales_from_70_kg);
  return g_test_run ();
}
