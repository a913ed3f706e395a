/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-steady.h"

#include "core/qs-rng.h"
#include "domain/qs-scenario.h"

#include <math.h>

/* Looks per interval of the slow oracle: dense enough that no maximum hides. */
#define N_LOOKS 4001

static const QsRngKey key = { .seed = 3, .stream = QS_RNG_TEST };

/* Every second person has the common response, the others one of all five. */
static QsResponseKind
kind_of (guint32 i)
{
  return i / 2 % 2 == 0 ? QS_RESPONSE_INHIBITS_PRODUCTION : (QsResponseKind) (i / 4 % 5);
}

/* People all over the place, drugs fast and slow. */
static void
person (guint32 i, QsPkParameters *pk, QsPdParameters *pd)
{
  *pk = (QsPkParameters){
    .n_compartments = 1 + i % 2,
    .route = i % 7 == 3 ? QS_ROUTE_BOLUS : QS_ROUTE_ORAL,
    .ka = exp (0.8 * qs_rng_normal (&key, i, 0)),
    .tlag_h = i % 5 == 4 && i % 7 != 3 ? 3.0 * qs_rng_uniform (&key, i, 1) : 0.0,
    .cl = 0.05 * exp (0.7 * qs_rng_normal (&key, i, 2)),
    .v = 2.5 * exp (0.4 * qs_rng_normal (&key, i, 3)),
    .q = 0.1 * exp (0.4 * qs_rng_normal (&key, i, 4)),
    .v2 = 4.0 * exp (0.4 * qs_rng_normal (&key, i, 5)),
  };
  *pd = (QsPdParameters){
    .kind = kind_of (i),
    .r0 = 10.0 * exp (0.4 * qs_rng_normal (&key, i, 6)),
    .kout = 0.03 * exp (1.0 * qs_rng_normal (&key, i, 7)),
    .imax = 0.8 + 0.2 * qs_rng_uniform (&key, i, 8),
    .ic50 = exp (0.4 * qs_rng_normal (&key, i, 9)),
    .gamma = i % 3 == 2 ? 1.7 : 1.0,
  };
}

/* The extreme of the window by the exact simulation, looked at very often. */
static double
slow_extreme (const QsPkParameters *pk,
              const QsPdParameters *pd,
              double                dose_mg,
              double                interval_h,
              double                from_h,
              double                to_h,
              gboolean              highest)
{
  static double times_h[N_LOOKS], c[N_LOOKS], r[N_LOOKS];
  double        extreme;

  for (guint k = 0; k < N_LOOKS; k++)
    times_h[k] = from_h + (to_h - from_h) * k / (N_LOOKS - 1.0);
  qs_pkpd_steady_state (pk, pd, dose_mg, interval_h, times_h, N_LOOKS, c, r);
  extreme = r[0];
  for (guint k = 1; k < N_LOOKS; k++)
    extreme = highest ? MAX (extreme, r[k]) : MIN (extreme, r[k]);

  return extreme;
}

static void
test_extremes_are_those_of_the_simulation (void)
{
  static const double windows_h[][2] = { { 0.0, 0.0 }, { 2.0, 10.0 }, { 6.0, 0.0 } };
  double              worst = 0.0;

  for (guint i = 0; i < 240; i++) {
    const double      interval_h = i % 2 == 0 ? 24.0 : 168.0;
    const double     *window_h = windows_h[i % 3];
    const QsCriterion criterion = { .window_from_h = window_h[0],
                                    .window_to_h = window_h[1] };
    const double      to_h = window_h[1] > 0.0 ? window_h[1] : interval_h;
    const double      dose_mg = exp (log (0.1) + 6.0 * qs_rng_uniform (&key, i, 10));
    QsPkParameters    pk;
    QsPdParameters    pd;
    QsPkpdSteady      steady;

    person (i, &pk, &pd);
    qs_pkpd_steady_prepare (&steady, &pk, &pd, &criterion, interval_h);
    for (guint highest = 0; highest < 2; highest++) {
      const double slow =
          slow_extreme (&pk, &pd, dose_mg, interval_h, window_h[0], to_h, highest);
      const double fast = pd.r0 * qs_pkpd_steady_extreme (&steady, dose_mg, highest);

      if (!(fabs (fast / slow - 1.0) < 1e-4))
        g_test_message ("person %u, %s: %g against %g", i, highest ? "max" : "min", fast,
                        slow);
      worst = MAX (worst, fabs (fast / slow - 1.0));
    }
  }

  g_test_message ("largest relative error %.2g", worst);
  g_assert_cmpfloat (worst, <, 1e-4);
}

/* At the critical dose the extreme of the exact simulation is the threshold. */
static void
test_critical_doses_meet_the_threshold (void)
{
  static const double steady_imax = 4.0; /* what stimulates has no limit */
  guint               n_finite = 0;

  for (guint i = 0; i < 200; i++) {
    const double      interval_h = i % 2 == 0 ? 24.0 : 168.0;
    const QsSuccess   success = i % 4 == 3 ? QS_SUCCESS_ABOVE : QS_SUCCESS_BELOW;
    const QsCriterion criterion = { .success = success };
    QsPkParameters    pk;
    QsPdParameters    pd;
    QsPkpdSteady      steady;
    double            dose_mg, threshold;
    gboolean          begins, needs_none;

    person (i, &pk, &pd);
    threshold = qs_response_rises (pd.kind) ? 15.0 : 3.3;
    if (pd.kind == QS_RESPONSE_STIMULATES_PRODUCTION ||
        pd.kind == QS_RESPONSE_STIMULATES_LOSS)
      pd.imax = steady_imax;
    begins = (success == QS_SUCCESS_BELOW) != qs_response_rises (pd.kind);
    qs_pkpd_steady_prepare (&steady, &pk, &pd, &criterion, interval_h);
    dose_mg = qs_pkpd_steady_critical (&steady, success, threshold);
    needs_none = qs_response_rises (pd.kind) ? pd.r0 >= threshold : pd.r0 <= threshold;

    if (needs_none) {
      g_assert_cmpfloat (dose_mg, ==, begins ? 0.0 : -1.0);
    } else if (qs_response_sustaining (pd.kind, threshold / pd.r0) >= pd.imax) {
      g_assert_true (isinf (dose_mg));
    } else {
      const double r = slow_extreme (&pk, &pd, dose_mg, interval_h, 0.0, interval_h,
                                     success == QS_SUCCESS_BELOW);

      g_assert_cmpfloat_with_epsilon (r / threshold, 1.0, 2e-4);
      n_finite++;
    }
  }

  g_assert_cmpuint (n_finite, >, 150);
}

/* A weekly dose has to be at least seven daily ones where the effect is concave. */
static void
test_a_week_costs_at_least_seven_days (void)
{
  const QsCriterion criterion = { 0 };

  for (guint i = 0; i < 200; i++) {
    QsPkParameters pk;
    QsPdParameters pd;
    QsPkpdSteady   daily, weekly;
    double         daily_mg, weekly_mg;

    person (i, &pk, &pd);
    pd.gamma = 1.0;
    pd.kind =
        i % 7 == 6 ? QS_RESPONSE_DIRECT_INHIBITION : QS_RESPONSE_INHIBITS_PRODUCTION;
    qs_pkpd_steady_prepare (&daily, &pk, &pd, &criterion, 24.0);
    qs_pkpd_steady_prepare (&weekly, &pk, &pd, &criterion, 168.0);
    daily_mg = qs_pkpd_steady_critical (&daily, QS_SUCCESS_BELOW, 3.3);
    weekly_mg = qs_pkpd_steady_critical (&weekly, QS_SUCCESS_BELOW, 3.3);

    if (isfinite (daily_mg))
      g_assert_cmpfloat (weekly_mg, >=, 7.0 * daily_mg * (1.0 - 1e-4));
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/steady/extremes", test_extremes_are_those_of_the_simulation);
  g_test_add_func ("/steady/critical-doses", test_critical_doses_meet_the_threshold);
  g_test_add_func ("/steady/weekly", test_a_week_costs_at_least_seven_days);

  return g_test_run ();
}
