/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-turnover.h"

#include "core/qs-rng.h"

#include <math.h>

#define N_DOSES 5
#define INTERVAL_H 24.0
#define N_TIMES 61
#define STEPS_PER_H 2000

typedef struct {
  QsPkParameters pk;
  QsPdParameters pd;
} Person;

static Person
person (guint i)
{
  const QsRngKey key = { .seed = 2, .stream = QS_RNG_TEST };

  return (Person){
    .pk = { .n_compartments = 1 + i % 2,
            .ka = 0.8 * exp (0.5 * qs_rng_normal (&key, i, 0)),
            .cl = 0.06 * exp (0.4 * qs_rng_normal (&key, i, 1)),
            .v = 3.0 * exp (0.4 * qs_rng_normal (&key, i, 2)),
            .q = 0.2 * exp (0.4 * qs_rng_normal (&key, i, 3)),
            .v2 = 5.0 * exp (0.4 * qs_rng_normal (&key, i, 4)) },
    .pd = { .kind = i % 5,
            .r0 = 9.0,
            .kout = 0.03 * exp (0.8 * qs_rng_normal (&key, i, 5)),
            .imax = 0.9,
            .ic50 = 0.5 * exp (0.8 * qs_rng_normal (&key, i, 6)),
            .gamma = i % 3 == 0 ? 1.6 : 1.0 },
  };
}

/* The oracle: the differential equations themselves, by small Runge–Kutta steps. */
static void
slope (const Person *self, const double x[4], double dx[4])
{
  const QsPkParameters *pk = &self->pk;
  const double          c = x[1] / pk->v;
  const double back = pk->n_compartments == 2 ? pk->q * (c - x[2] / pk->v2) : 0.0;
  const double power = pow (MAX (c, 0.0), self->pd.gamma);
  const double effect =
      self->pd.imax * power / (pow (self->pd.ic50, self->pd.gamma) + power);
  const QsResponseKind kind = self->pd.kind;
  const double         a = kind == QS_RESPONSE_INHIBITS_PRODUCTION     ? 1.0 - effect
                           : kind == QS_RESPONSE_STIMULATES_PRODUCTION ? 1.0 + effect
                                                                       : 1.0;
  const double         b = kind == QS_RESPONSE_INHIBITS_LOSS     ? 1.0 - effect
                           : kind == QS_RESPONSE_STIMULATES_LOSS ? 1.0 + effect
                                                                 : 1.0;

  dx[0] = -pk->ka * x[0];
  dx[1] = pk->ka * x[0] - pk->cl * c - back;
  dx[2] = back;
  dx[3] = self->pd.kout * (self->pd.r0 * a - b * x[3]);
}

static void
step (const Person *self, double x[4], double h)
{
  double k[4][4], y[4];

  slope (self, x, k[0]);
  for (guint stage = 1; stage < 4; stage++) {
    for (guint j = 0; j < 4; j++)
      y[j] = x[j] + (stage == 3 ? h : 0.5 * h) * k[stage - 1][j];
    slope (self, y, k[stage]);
  }
  for (guint j = 0; j < 4; j++)
    x[j] += h / 6.0 * (k[0][j] + 2.0 * k[1][j] + 2.0 * k[2][j] + k[3][j]);
}

static double
look (const Person *self, const double x[4])
{
  const double c = x[1] / self->pk.v;

  return self->pd.kind == QS_RESPONSE_DIRECT_INHIBITION
             ? self->pd.r0 * (1.0 - self->pd.imax * pow (c, self->pd.gamma) /
                                        (pow (self->pd.ic50, self->pd.gamma) +
                                         pow (c, self->pd.gamma)))
             : x[3];
}

/* Every two hours over five doses, lag included in whole hours. */
static void
oracle (const Person *self, double *c, double *r)
{
  double x[4] = { 0.0, 0.0, 0.0, self->pd.r0 };

  for (guint hour = 0; hour <= 120; hour++) {
    const guint lag = (guint) self->pk.tlag_h;

    if (hour >= lag && (hour - lag) % 24 == 0 && (hour - lag) / 24 < N_DOSES)
      x[0] += 4.0;
    if (hour % 2 == 0) {
      c[hour / 2] = x[1] / self->pk.v;
      r[hour / 2] = look (self, x);
    }
    for (guint i = 0; i < STEPS_PER_H; i++)
      step (self, x, 1.0 / STEPS_PER_H);
  }
}

static void
test_schedule_agrees_with_an_ode_solver (void)
{
  for (guint i = 0; i < 30; i++) {
    Person self = person (i);
    QsDose doses[N_DOSES];
    double times[N_TIMES], c[N_TIMES], r[N_TIMES], c0[N_TIMES], r0[N_TIMES];

    self.pk.tlag_h = i % 4 == 3 ? 2.0 : 0.0;
    for (guint j = 0; j < N_DOSES; j++)
      doses[j] = (QsDose){ INTERVAL_H * j, 4.0 };
    for (guint j = 0; j < N_TIMES; j++)
      times[j] = 2.0 * j;

    oracle (&self, c0, r0);
    qs_pkpd_simulate (&self.pk, &self.pd, doses, N_DOSES, times, N_TIMES, c, r);

    for (guint j = 0; j < N_TIMES; j++) {
      g_assert_cmpfloat_with_epsilon (c[j], c0[j], 1e-7 * c0[j] + 1e-9);
      g_assert_cmpfloat_with_epsilon (r[j], r0[j], 1e-6 * r0[j]);
    }
  }
}

static void
test_steady_state_is_the_limit_of_many_doses (void)
{
  static const double phase[] = { 0.0, 0.5, 1.0, 2.0, 5.0, 12.0, 18.0, 24.0 };
  const gsize         n = G_N_ELEMENTS (phase), n_doses = 4000;
  g_autofree QsDose  *doses = g_new (QsDose, n_doses);

  for (gsize j = 0; j < n_doses; j++)
    doses[j] = (QsDose){ INTERVAL_H * (double) j, 4.0 };

  for (guint i = 0; i < 20; i++) {
    Person self = person (i);
    double times[8], c[8], r[8], c0[8], r0[8];

    self.pk.tlag_h = i % 4 == 3 ? 1.7 : 0.0;
    for (gsize j = 0; j < n; j++)
      times[j] = INTERVAL_H * (double) (n_doses - 2) + phase[j];

    qs_pkpd_simulate (&self.pk, &self.pd, doses, n_doses, times, n, c0, r0);
    qs_pkpd_steady_state (&self.pk, &self.pd, 4.0, INTERVAL_H, phase, n, c, r);

    for (gsize j = 0; j < n; j++) {
      g_assert_cmpfloat_with_epsilon (c[j], c0[j], 1e-6 * c0[j]);
      g_assert_cmpfloat_with_epsilon (r[j], r0[j], 1e-6 * r0[j]);
    }
  }
}

/* Who was at steady state and goes on, misses doses and gets a larger one. */
static void
test_a_schedule_may_start_at_steady_state (void)
{
  static const double phase[] = { 0.0, 0.5, 1.7, 5.0, 24.0, 30.0, 100.0, 150.0, 400.0 };
  const gsize         n = G_N_ELEMENTS (phase), n_before = 4000;
  const double        start_h = INTERVAL_H * (double) n_before;
  g_autofree QsDose  *run_in = g_new (QsDose, n_before + 3);
  const QsDose        after[] = {
           { .time_h = start_h, .dose_mg = 4.0, .kind = QS_DOSE_STEADY, .interval_h = 24.0 },
           { .time_h = start_h, .dose_mg = 4.0 },
           { .time_h = start_h + 24.0, .dose_mg = 4.0 },
           { .time_h = start_h + 120.0, .dose_mg = 9.0 },
  };

  for (gsize j = 0; j < n_before; j++)
    run_in[j] = (QsDose){ INTERVAL_H * (double) j, 4.0 };
  for (gsize j = 0; j < 3; j++)
    run_in[n_before + j] = after[j + 1];

  for (guint i = 0; i < 20; i++) {
    Person self = person (i);
    double times[G_N_ELEMENTS (phase)], c[G_N_ELEMENTS (phase)], r[G_N_ELEMENTS (phase)];
    double c0[G_N_ELEMENTS (phase)], r0[G_N_ELEMENTS (phase)];

    self.pk.tlag_h = i % 4 == 3 ? 1.7 : 0.0;
    for (gsize j = 0; j < n; j++)
      times[j] = start_h + phase[j];

    qs_pkpd_simulate (&self.pk, &self.pd, run_in, n_before + 3, times, n, c0, r0);
    qs_pkpd_simulate (&self.pk, &self.pd, after, G_N_ELEMENTS (after), times, n, c, r);

    for (gsize j = 0; j < n; j++) {
      g_assert_cmpfloat_with_epsilon (c[j], c0[j], 1e-8 * c0[j] + 1e-12);
      g_assert_cmpfloat_with_epsilon (r[j], r0[j], 2e-6 * r0[j]);
    }
  }
}

/* What was before a reset is forgotten, a dose that waits for its lag time included. */
static void
test_a_reset_starts_a_schedule_anew (void)
{
  static const double phase[] = { 0.0, 1.0, 3.0, 24.0, 25.0, 50.0 };
  const gsize         n = G_N_ELEMENTS (phase);
  const QsDose        fresh[] = { { 0.0, 4.0 }, { 24.0, 4.0 } };
  const QsDose        reset[] = { { 0.0, 8.0 },
                                  { 99.5, 8.0 },
                                  { .time_h = 100.0, .kind = QS_DOSE_RESET },
                                  { 100.0, 4.0 },
                                  { 124.0, 4.0 } };

  for (guint i = 0; i < 20; i++) {
    Person self = person (i);
    double times[G_N_ELEMENTS (phase)], c[G_N_ELEMENTS (phase)], r[G_N_ELEMENTS (phase)];
    double c0[G_N_ELEMENTS (phase)], r0[G_N_ELEMENTS (phase)];

    self.pk.tlag_h = i % 2 ? 0.75 : 0.0;
    for (gsize j = 0; j < n; j++)
      times[j] = 100.0 + phase[j];

    qs_pkpd_simulate (&self.pk, &self.pd, fresh, G_N_ELEMENTS (fresh), phase, n, c0, r0);
    qs_pkpd_simulate (&self.pk, &self.pd, reset, G_N_ELEMENTS (reset), times, n, c, r);

    for (gsize j = 0; j < n; j++) {
      g_assert_cmpfloat_with_epsilon (c[j], c0[j], 1e-10 * c0[j] + 1e-12);
      g_assert_cmpfloat_with_epsilon (r[j], r0[j], 1e-10 * r0[j]);
    }
  }
}

static void
test_no_dose_leaves_the_baseline (void)
{
  const Person self = person (0);
  const double times[] = { 0.0, 100.0, 1176.0 };
  double       c[3], r[3];

  qs_pkpd_simulate (&self.pk, &self.pd, NULL, 0, times, 3, c, r);

  for (guint j = 0; j < 3; j++) {
    g_assert_cmpfloat (c[j], ==, 0.0);
    g_assert_cmpfloat (r[j], ==, self.pd.r0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pkpd/turnover/schedule-agrees-with-an-ode-solver",
                   test_schedule_agrees_with_an_ode_solver);
  g_test_add_func ("/pkpd/turnover/steady-state-is-the-limit-of-many-doses",
                   test_steady_state_is_the_limit_of_many_doses);
  g_test_add_func ("/pkpd/turnover/a-schedule-may-start-at-steady-state",
                   test_a_schedule_may_start_at_steady_state);
  g_test_add_func ("/pkpd/turnover/a-reset-starts-a-schedule-anew",
                   test_a_reset_starts_a_schedule_anew);
  g_test_add_func ("/pkpd/turnover/no-dose-leaves-the-baseline",
                   test_no_dose_leaves_the_baseline);
  return g_test_run ();
}
