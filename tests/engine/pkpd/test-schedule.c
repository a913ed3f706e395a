/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-schedule.h"

#include "core/qs-rng.h"

#include <math.h>

#define N_PEOPLE 60

/* Looks per interval of the slow oracle. */
#define N_LOOKS 800

static const QsRngKey key = { .seed = 5, .stream = QS_RNG_TEST };

static const char *const schedules[] = {
  "qd naive judge=5",
  "qd load=2.5 judge=2-4",
  "qd titrate=0.25x3,0.5x3 judge=7-9",
  "qd miss=1",
  "qd miss=2-3",
  "q12h miss=1,3 judge=1-6",
  "qw load=2 judge=2",
  "qd titrate=0.5x2 miss=4 judge=3-6",
  "qw miss=1",
};

/* People all over the place, drugs fast and slow, some with a lag longer than a day. */
static void
person (guint32 i, QsPkParameters *pk, QsPdParameters *pd)
{
  *pk = (QsPkParameters){
    .n_compartments = 1 + i % 2,
    .route = i % 7 == 3 ? QS_ROUTE_BOLUS : QS_ROUTE_ORAL,
    .ka = exp (0.8 * qs_rng_normal (&key, i, 0)),
    .tlag_h = i % 5 == 4 && i % 7 != 3 ? 30.0 * qs_rng_uniform (&key, i, 1) : 0.0,
    .cl = 0.05 * exp (0.7 * qs_rng_normal (&key, i, 2)),
    .v = 2.5 * exp (0.4 * qs_rng_normal (&key, i, 3)),
    .q = 0.1 * exp (0.4 * qs_rng_normal (&key, i, 4)),
    .v2 = 4.0 * exp (0.4 * qs_rng_normal (&key, i, 5)),
  };
  *pd = (QsPdParameters){
    .kind = i % 2 == 0 ? QS_RESPONSE_INHIBITS_PRODUCTION
                       : (QsResponseKind) (i / 2 % QS_RESPONSE_DIRECT_INHIBITION + 1),
    .r0 = 10.0 * exp (0.4 * qs_rng_normal (&key, i, 6)),
    .kout = 0.06 * exp (0.8 * qs_rng_normal (&key, i, 7)),
    .imax = 0.8 + 0.2 * qs_rng_uniform (&key, i, 8),
    .ic50 = exp (0.4 * qs_rng_normal (&key, i, 9)),
    .gamma = i % 3 == 2 ? 1.7 : 1.0,
  };
}

static QsCriterion
criterion_of (const char *text, QsSuccess success)
{
  QsCriterion criterion = { .success = success };

  g_assert_true (qs_dosing_parse (text, &criterion.schedule, NULL));
  return criterion;
}

/* The extreme of all that is judged by the exact simulation, looked at very often. */
static double
slow_extreme (const QsPkParameters *pk,
              const QsPdParameters *pd,
              double                dose_mg,
              const QsCriterion    *criterion,
              gboolean              highest)
{
  const QsDosing *schedule = &criterion->schedule;
  const double    to_h =
      criterion->window_to_h > 0.0 ? criterion->window_to_h : schedule->interval_h;
  const double       step_h = (to_h - criterion->window_from_h) / (N_LOOKS - 1.0);
  const double       lag_h = fmod (pk->tlag_h, schedule->interval_h);
  const guint        n_intervals = schedule->judged_to - schedule->judged_from + 1;
  const gsize        n = (gsize) n_intervals * N_LOOKS;
  g_autofree double *times_h = g_new (double, n);
  g_autofree double *c = g_new (double, n);
  g_autofree double *r = g_new (double, n);
  g_autoptr (GArray) doses = g_array_new (FALSE, FALSE, sizeof (QsDose));
  double             extreme = highest ? 0.0 : INFINITY;

  for (gsize k = 0; k < n; k++) {
    const double begin_h =
        (schedule->judged_from - 1.0 + (double) (k / N_LOOKS)) * schedule->interval_h;
    const double offset_h = criterion->window_from_h + step_h * (double) (k % N_LOOKS);

    /* A biomarker turns sharply where absorption begins. */
    times_h[k] = begin_h + (fabs (offset_h - lag_h) < 0.5 * step_h ? lag_h : offset_h);
  }
  qs_pkpd_schedule_doses (schedule, dose_mg, doses);
  qs_pkpd_simulate (pk, pd, (const QsDose *) (gpointer) doses->data, doses->len, times_h,
                    n, c, r);
  for (gsize k = 0; k < n; k++)
    extreme = highest ? MAX (extreme, r[k]) : MIN (extreme, r[k]);

  return extreme;
}

/* A lag time longer than the interval leaves several doses of the steady state on their
 * way, which the oracle's steady state does not know. */
static gboolean
is_for_oracle (const QsPkParameters *pk, const QsDosing *schedule)
{
  return schedule->is_naive || pk->tlag_h < schedule->interval_h;
}

static void
test_extremes_are_those_of_the_simulation (void)
{
  static const double     windows_h[][2] = { { 0.0, 0.0 }, { 2.0, 9.0 } };
  g_auto (QsPkpdSchedule) course = { 0 };
  double                  worst = 0.0;

  for (guint32 i = 0; i < N_PEOPLE; i++) {
    for (guint s = 0; s < G_N_ELEMENTS (schedules); s++) {
      QsCriterion    criterion = criterion_of (schedules[s], QS_SUCCESS_BELOW);
      const double   dose_mg = exp (log (0.3) + 5.0 * qs_rng_uniform (&key, i, 10 + s));
      const gboolean highest = (i + s) % 2;
      QsPkParameters pk;
      QsPdParameters pd;
      double         slow, fast;

      person (i, &pk, &pd);
      criterion.window_from_h = windows_h[i % 2][0];
      criterion.window_to_h = windows_h[i % 2][1];
      if (!is_for_oracle (&pk, &criterion.schedule))
        continue;

      qs_pkpd_schedule_prepare (&course, &pk, &pd, &criterion);
      slow = slow_extreme (&pk, &pd, dose_mg, &criterion, highest);
      fast = pd.r0 * qs_pkpd_schedule_extreme (&course, dose_mg, highest);
      if (!(fabs (fast / slow - 1.0) < 1e-4))
        g_test_message ("person %u, %s, %s: %g against %g", i, schedules[s],
                        highest ? "max" : "min", fast, slow);
      worst = MAX (worst, fabs (fast / slow - 1.0));
    }
  }

  g_test_message ("largest relative error %.2g", worst);
  g_assert_cmpfloat (worst, <, 2e-4);
}

/* At the critical dose the extreme of the exact simulation is the threshold; who is never
 * reached is not by a dose a million times the usual. */
static void
test_critical_doses_meet_the_threshold (void)
{
  g_auto (QsPkpdSchedule) course = { 0 };
  guint                   n_finite = 0, n_never = 0;

  for (guint32 i = 0; i < N_PEOPLE; i++) {
    for (guint s = 0; s < G_N_ELEMENTS (schedules); s++) {
      const QsSuccess   success = (i + s) % 4 == 3 ? QS_SUCCESS_ABOVE : QS_SUCCESS_BELOW;
      const QsCriterion criterion = criterion_of (schedules[s], success);
      const gboolean    below = success == QS_SUCCESS_BELOW;
      QsPkParameters    pk;
      QsPdParameters    pd;
      double            dose_mg, threshold;

      person (i, &pk, &pd);
      threshold = pd.r0 * (qs_response_rises (pd.kind) ? 1.6 : 0.5);
      if (!is_for_oracle (&pk, &criterion.schedule))
        continue;

      qs_pkpd_schedule_prepare (&course, &pk, &pd, &criterion);
      dose_mg = qs_pkpd_schedule_critical (&course, success, threshold);
      if (isfinite (dose_mg)) {
        g_assert_cmpfloat_with_epsilon (
            slow_extreme (&pk, &pd, dose_mg, &criterion, below) / threshold, 1.0, 5e-4);
        n_finite++;
      } else {
        const double much = slow_extreme (&pk, &pd, 1e6, &criterion, below);

        g_assert_true (qs_response_rises (pd.kind) ? much < threshold * 1.001
                                                   : much > threshold * 0.999);
        n_never++;
      }
    }
  }

  g_test_message ("%u doses, %u never", n_finite, n_never);
  g_assert_cmpuint (n_finite, >, 200);
  g_assert_cmpuint (n_never, >, 50);
}

static double
critical (QsPkpdSchedule       *course,
          const QsPkParameters *pk,
          const QsPdParameters *pd,
          const char           *text)
{
  const QsCriterion criterion = criterion_of (text, QS_SUCCESS_BELOW);

  qs_pkpd_schedule_prepare (course, pk, pd, &criterion);
  return qs_pkpd_schedule_critical (course, QS_SUCCESS_BELOW, 0.5 * pd->r0);
}

/* Of a drug that lowers its biomarker: what is missed costs dose, what is missed twice
 * costs more, a start from nothing is at steady state after months, and a loading dose
 * helps in the days after it. */
static void
test_what_is_missed_costs_dose (void)
{
  g_auto (QsPkpdSchedule) course = { 0 };
  const QsCriterion       full = { .success = QS_SUCCESS_BELOW };
  guint                   n = 0;

  for (guint32 i = 0; i < N_PEOPLE; i++) {
    QsPkParameters pk;
    QsPdParameters pd;
    QsPkpdSteady   steady;
    double         steady_mg, once_mg, twice_mg, late_mg, early_mg, loaded_mg;

    person (i, &pk, &pd);
    pd.kind = i % 4 == 3 ? QS_RESPONSE_STIMULATES_LOSS : QS_RESPONSE_INHIBITS_PRODUCTION;
    pd.imax = pd.kind == QS_RESPONSE_STIMULATES_LOSS ? 4.0 : 0.95;
    qs_pkpd_steady_prepare (&steady, &pk, &pd, &full, 24.0);
    steady_mg = qs_pkpd_steady_critical (&steady, QS_SUCCESS_BELOW, 0.5 * pd.r0);
    once_mg = critical (&course, &pk, &pd, "qd miss=1");
    twice_mg = critical (&course, &pk, &pd, "qd miss=1-2");
    late_mg = critical (&course, &pk, &pd, "qd naive judge=120");
    early_mg = critical (&course, &pk, &pd, "qd naive judge=20");
    loaded_mg = critical (&course, &pk, &pd, "qd load=3 judge=20");

    g_assert_cmpfloat (once_mg, >=, steady_mg * (1.0 - 1e-4));
    g_assert_cmpfloat (twice_mg, >=, once_mg * (1.0 - 1e-4));
    g_assert_cmpfloat (early_mg, >=, steady_mg * (1.0 - 1e-4));
    g_assert_cmpfloat (loaded_mg, <=, early_mg * (1.0 + 1e-4));
    if (log (2.0) / pd.kout < 200.0 && pk.cl / (pk.v + pk.v2) > 0.01) {
      g_assert_cmpfloat_with_epsilon (late_mg / steady_mg, 1.0, 2e-3);
      n++;
    }
  }

  g_assert_cmpuint (n, >, 5);
}

/* What is never judged before the drug can act: everybody's first hour is at baseline. */
static void
test_the_first_interval_is_never_reached (void)
{
  g_auto (QsPkpdSchedule) course = { 0 };
  QsPkParameters          pk;
  QsPdParameters          pd;

  person (0, &pk, &pd);
  g_assert_true (isinf (critical (&course, &pk, &pd, "qd load=10 judge=1")));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/schedule/extremes", test_extremes_are_those_of_the_simulation);
  g_test_add_func ("/schedule/critical-doses", test_critical_doses_meet_the_threshold);
  g_test_add_func ("/schedule/missed", test_what_is_missed_costs_dose);
  g_test_add_func ("/schedule/first", test_the_first_interval_is_never_reached);

  return g_test_run ();
}
