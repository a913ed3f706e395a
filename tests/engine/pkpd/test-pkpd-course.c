/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-course.h"

#include "core/qs-rng.h"

#include <math.h>

/* The times of a Phase 1 study: dense on the first and the last day, troughs between,
 * washout. */
static const double times_h[] = { 0,   1,   2,   4,   8,   12,   24,  36,  48,
                                  72,  168, 336, 480, 481, 482,  484, 488, 492,
                                  504, 552, 600, 672, 840, 1008, 1176 };
#define N_TIMES G_N_ELEMENTS (times_h)
#define N_DOSES 21

static void
compare (QsResponseKind kind, double lag_h, double gamma_value, double epsilon)
{
  const QsRngKey           key = { .seed = 3, .stream = QS_RNG_TEST };
  QsDose                   doses[N_DOSES];
  g_autoptr (QsPkpdCourse) course = NULL;

  for (guint j = 0; j < N_DOSES; j++)
    doses[j] = (QsDose){ 24.0 * j, 10.0 };
  course = qs_pkpd_course_new (doses, N_DOSES, times_h, N_TIMES);

  for (guint i = 0; i < 100; i++) {
    const QsPkParameters pk = { .n_compartments = 1 + i % 2,
                                .ka = 1.0 * exp (0.5 * qs_rng_normal (&key, i, 0)),
                                .tlag_h = lag_h,
                                .cl = 0.05 * exp (0.4 * qs_rng_normal (&key, i, 1)),
                                .v = 3.0 * exp (0.4 * qs_rng_normal (&key, i, 2)),
                                .q = 0.2 * exp (0.4 * qs_rng_normal (&key, i, 3)),
                                .v2 = 6.0 * exp (0.4 * qs_rng_normal (&key, i, 4)) };
    const QsPdParameters pd = { .kind = kind,
                                .r0 = 10.0,
                                .kout = 0.02 * exp (0.6 * qs_rng_normal (&key, i, 5)),
                                .imax = 0.9,
                                .ic50 = 1.0 * exp (0.6 * qs_rng_normal (&key, i, 6)),
                                .gamma = gamma_value };
    double               c[N_TIMES], r[N_TIMES], c0[N_TIMES], r0[N_TIMES];

    qs_pkpd_simulate (&pk, &pd, doses, N_DOSES, times_h, N_TIMES, c0, r0);
    qs_pkpd_course_predict (course, &pk, &pd, c, r);

    for (guint j = 0; j < N_TIMES; j++) {
      g_assert_cmpfloat_with_epsilon (c[j], c0[j], 1e-9 * c0[j] + 1e-12);
      g_assert_cmpfloat_with_epsilon (r[j], r0[j], epsilon * r0[j]);
    }
  }
}

static void
test_shared_exponentials_agree_with_the_exact_walk (void)
{
  compare (QS_RESPONSE_INHIBITS_PRODUCTION, 0.0, 1.0, 1e-4);
  compare (QS_RESPONSE_STIMULATES_PRODUCTION, 0.0, 1.0, 1e-4);
  compare (QS_RESPONSE_INHIBITS_PRODUCTION, 0.0, 1.7, 1e-4);
  compare (QS_RESPONSE_DIRECT_INHIBITION, 0.0, 1.0, 1e-9);
}

static void
test_effects_on_loss_agree_with_the_exact_walk (void)
{
  compare (QS_RESPONSE_STIMULATES_LOSS, 0.0, 1.7, 1e-4);
  compare (QS_RESPONSE_INHIBITS_LOSS, 0.0, 1.0, 1e-4);
  compare (QS_RESPONSE_INHIBITS_LOSS, 0.0, 1.7, 1e-4);
}

/* Lags shorter and longer than the steps, and one that puts looks on their ends. */
static void
test_a_lag_time_agrees_with_the_exact_walk (void)
{
  static const double lags_h[] = { 0.05, 0.7, 1.0, 3.3, 30.0 };

  for (guint i = 0; i < G_N_ELEMENTS (lags_h); i++) {
    compare (QS_RESPONSE_INHIBITS_PRODUCTION, lags_h[i], 1.7, 1e-4);
    compare (QS_RESPONSE_STIMULATES_LOSS, lags_h[i], 1.0, 1e-4);
    compare (QS_RESPONSE_DIRECT_INHIBITION, lags_h[i], 1.0, 1e-9);
  }
}

static void
test_placebo_stays_at_baseline (void)
{
  g_autoptr (QsPkpdCourse) course = qs_pkpd_course_new (NULL, 0, times_h, N_TIMES);
  const QsPkParameters     pk = { .n_compartments = 1, .ka = 1, .cl = 1, .v = 1 };
  const QsPdParameters pd = { .r0 = 8.0, .kout = 0.1, .imax = 1, .ic50 = 1, .gamma = 1 };
  double               c[N_TIMES], r[N_TIMES];

  qs_pkpd_course_predict (course, &pk, &pd, c, r);

  for (guint j = 0; j < N_TIMES; j++) {
    g_assert_cmpfloat (c[j], ==, 0.0);
    g_assert_cmpfloat (r[j], ==, 8.0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pkpd/course/shared-exponentials-agree-with-the-exact-walk",
                   test_shared_exponentials_agree_with_the_exact_walk);
  g_test_add_func ("/pkpd/course/effects-on-loss-agree-with-the-exact-walk",
                   test_effects_on_loss_agree_with_the_exact_walk);
  g_test_add_func ("/pkpd/course/a-lag-time-agrees-with-the-exact-walk",
                   test_a_lag_time_agrees_with_the_exact_walk);
  g_test_add_func ("/pkpd/course/placebo-stays-at-baseline",
                   test_placebo_stays_at_baseline);
  return g_test_run ();
}
