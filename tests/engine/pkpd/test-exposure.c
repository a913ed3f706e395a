/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-exposure.h"

#include "core/qs-rng.h"

#include <math.h>

#define N_PEOPLE 60
#define PER_INTERVAL 400

static const QsRngKey key = { .seed = 11, .stream = QS_RNG_TEST };

/* People all over the place, every third with a lag; half of them of the other effects.
 */
static void
person (guint32 i, QsPkParameters *pk, QsPdParameters *pd)
{
  *pk = (QsPkParameters){
    .n_compartments = 1 + i % 2,
    .ka = exp (0.7 * qs_rng_normal (&key, i, 0)),
    .tlag_h = i % 3 == 2 ? 2.0 * qs_rng_uniform (&key, i, 1) : 0.0,
    .cl = 0.05 * exp (0.5 * qs_rng_normal (&key, i, 2)),
    .v = 2.5 * exp (0.4 * qs_rng_normal (&key, i, 3)),
    .q = 0.1 * exp (0.4 * qs_rng_normal (&key, i, 4)),
    .v2 = 4.0 * exp (0.4 * qs_rng_normal (&key, i, 5)),
  };
  *pd = (QsPdParameters){
    .kind = i % 2 == 0 ? QS_RESPONSE_INHIBITS_PRODUCTION : (QsResponseKind) (i / 2 % 5),
    .r0 = 8.0 * exp (0.4 * qs_rng_normal (&key, i, 6)),
    .kout = 0.03 * exp (0.5 * qs_rng_normal (&key, i, 7)),
    .imax = 0.8 + 0.2 * qs_rng_uniform (&key, i, 8),
    .ic50 = 0.5 * exp (0.4 * qs_rng_normal (&key, i, 9)),
    .gamma = i % 4 == 3 ? 1.7 : 1.0,
  };
}

/* The oracle: every dose by itself, looked at very often. */
typedef struct {
  guint   n_doses;
  gsize   n_times;
  double *times_h;
  double *c;
  double *r;
} Slow;

static Slow
slow_new (const QsPkParameters *pk,
          const QsPdParameters *pd,
          double                interval_h,
          double                dose_mg,
          guint                 n_doses)
{
  Slow               self = { .n_doses = n_doses, .n_times = n_doses * PER_INTERVAL + 1 };
  g_autofree QsDose *doses = g_new (QsDose, n_doses);

  self.times_h = g_new (double, self.n_times);
  self.c = g_new (double, self.n_times);
  self.r = g_new (double, self.n_times);
  for (guint i = 0; i < n_doses; i++)
    doses[i] = (QsDose){ i * interval_h, dose_mg };
  for (gsize k = 0; k < self.n_times; k++)
    self.times_h[k] = interval_h * (double) k / PER_INTERVAL;
  qs_pkpd_simulate (pk, pd, doses, n_doses, self.times_h, self.n_times, self.c, self.r);

  return self;
}

static void
slow_clear (Slow *self)
{
  g_free (self->times_h);
  g_free (self->c);
  g_free (self->r);
}

static double
slow_top (const Slow *self, guint dose)
{
  double top = 0.0;

  for (gsize k = 0; k <= PER_INTERVAL; k++)
    top = MAX (top, self->c[dose * PER_INTERVAL + k]);

  return top;
}

static double
slow_area (const Slow *self, guint dose)
{
  double sum = 0.0;

  for (gsize k = dose * PER_INTERVAL; k < (dose + 1) * PER_INTERVAL; k++)
    sum +=
        0.5 * (self->c[k] + self->c[k + 1]) * (self->times_h[k + 1] - self->times_h[k]);

  return sum;
}

static void
assert_close (double found, double wanted, double tolerance)
{
  g_assert_cmpfloat (fabs (found - wanted), <=, tolerance * fabs (wanted));
}

/* So many doses bring the slowest of these people to steady state. */
#define N_DOSES 120

static void
test_figures_are_those_of_the_simulation (void)
{
  for (guint32 i = 0; i < N_PEOPLE; i++) {
    const double   interval_h = i % 2 == 0 ? 24.0 : 48.0;
    const guint    last = N_DOSES - 1;
    double         figures[QS_N_EXPOSURE_FIGURES], wanted_h = 0.0;
    QsPkParameters pk;
    QsPdParameters pd;
    Slow           slow;

    person (i, &pk, &pd);
    slow = slow_new (&pk, &pd, interval_h, 5.0, N_DOSES);
    qs_pkpd_exposure (&pk, &pd, interval_h, 5.0, 3.3, figures);

    assert_close (figures[QS_EXPOSURE_CMAX], slow_top (&slow, last), 1e-3);
    assert_close (figures[QS_EXPOSURE_AUC_TAU], slow_area (&slow, last), 2e-3);
    assert_close (figures[QS_EXPOSURE_ACCUMULATION_CMAX],
                  slow_top (&slow, last) / slow_top (&slow, 0), 2e-3);
    assert_close (figures[QS_EXPOSURE_ACCUMULATION_AUC],
                  slow_area (&slow, last) / slow_area (&slow, 0), 4e-3);

    for (guint dose = 1; dose < N_DOSES && wanted_h == 0.0; dose++)
      if (slow.c[dose * PER_INTERVAL] >= 0.9 * slow.c[last * PER_INTERVAL])
        wanted_h = dose * interval_h;
    g_assert_cmpfloat (figures[QS_EXPOSURE_STEADY], ==, wanted_h);
    slow_clear (&slow);
  }
}

/* Accumulation of a one-compartment drug given at once tells its true half-life. */
static void
test_effective_half_life_is_the_half_life_of_one_compartment (void)
{
  const QsPkParameters pk = { .n_compartments = 1, .ka = 500.0, .cl = 0.1, .v = 5.0 };
  const QsPdParameters pd = {
    .r0 = 5.0, .kout = 0.1, .imax = 1.0, .ic50 = 1.0, .gamma = 1.0
  };
  double figures[QS_N_EXPOSURE_FIGURES];

  qs_pkpd_exposure (&pk, &pd, 24.0, 5.0, 3.3, figures);
  assert_close (figures[QS_EXPOSURE_HALF_LIFE], G_LN2 * 50.0, 1e-3);
}

static void
test_time_to_target_is_the_last_time_above (void)
{
  guint n_reached = 0, n_never = 0, n_free = 0;

  for (guint32 i = 0; i < N_PEOPLE; i++) {
    const double   interval_h = i % 2 == 0 ? 24.0 : 48.0;
    const double   dose_mg = i % 2 == 0 ? 3.0 : 6.0;
    double         found_h, last_h = 0.0, level = 4.2, sign = 1.0;
    QsPkParameters pk;
    QsPdParameters pd;
    Slow           slow;

    person (i, &pk, &pd);
    pd.r0 = i % 12 == 0 ? 3.0 : pd.r0;
    slow = slow_new (&pk, &pd, interval_h, dose_mg, N_DOSES);
    if (qs_response_rises (pd.kind)) {
      sign = -1.0;
      level = 1.2 * pd.r0;
    }
    found_h = qs_pkpd_time_to_target (&pk, &pd, interval_h, dose_mg, level);
    for (gsize k = 0; k < slow.n_times; k++)
      if (sign * slow.r[k] > sign * level)
        last_h = slow.times_h[MIN (k + 1, slow.n_times - 1)];

    if (sign * pd.r0 <= sign * level) {
      n_free++;
      g_assert_cmpfloat (found_h, ==, 0.0);
    } else if (last_h > slow.times_h[slow.n_times - 1] - interval_h) {
      n_never++;
      g_assert_cmpfloat (found_h, ==, INFINITY);
    } else {
      n_reached++;
      /* Straight between the steps, and a look late: a fiftieth of the interval. */
      g_assert_cmpfloat (fabs (found_h - last_h), <=, 0.02 * interval_h);
    }
    slow_clear (&slow);
  }

  g_assert_cmpuint (n_reached, >=, 10);
  g_assert_cmpuint (n_never, >=, 3);
  g_assert_cmpuint (n_free, >=, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pkpd/exposure/figures-are-those-of-the-simulation",
                   test_figures_are_those_of_the_simulation);
  g_test_add_func (
      "/pkpd/exposure/effective-half-life-is-the-half-life-of-one-compartment",
      test_effective_half_life_is_the_half_life_of_one_compartment);
  g_test_add_func ("/pkpd/exposure/time-to-target-is-the-last-time-above",
                   test_time_to_target_is_the_last_time_above);

  return g_test_run ();
}
