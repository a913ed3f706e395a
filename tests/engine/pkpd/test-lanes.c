/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-rng.h"
#include "pkpd/qs-pkpd-lanes.h"
#include "pkpd/qs-turnover.h"

#include <math.h>
#include <string.h>

#define N_PEOPLE 203 /* no multiple of any register */
#define N_DOSES 21

static const QsRngKey key = { .seed = 5, .stream = QS_RNG_TEST };

/* People of a wide population, under doses from too little to plenty. */
typedef struct {
  double         column[QS_PKPD_N_LANE_VALUES][N_PEOPLE];
  QsPkParameters pk[N_PEOPLE];
  QsPdParameters pd[N_PEOPLE];
  double         biomarker[N_PEOPLE];
  double         concentration[N_PEOPLE];
  QsPkpdLanes    lanes;
} Crowd;

static Crowd *
crowd_new (guint n_compartments, double interval_h, guint n_doses, gboolean highest)
{
  static const double middle[QS_PKPD_N_LANE_VALUES] = {
    1.0, 0.05, 2.5, 0.1, 4.0, 0.03, 0.9, 1.0, 5.0,
  };
  static const double spread[QS_PKPD_N_LANE_VALUES] = {
    0.7, 0.6, 0.4, 0.4, 0.4, 0.8, 0.04, 0.4, 1.0,
  };
  Crowd *self = g_new0 (Crowd, 1);

  for (guint i = 0; i < N_PEOPLE; i++) {
    double v[QS_PKPD_N_LANE_VALUES];

    for (guint k = 0; k < QS_PKPD_N_LANE_VALUES; k++)
      v[k] = self->column[k][i] =
          middle[k] * exp (spread[k] * qs_rng_normal (&key, i, k));
    v[QS_PKPD_LANE_IMAX] = self->column[QS_PKPD_LANE_IMAX][i] =
        MIN (1.0, v[QS_PKPD_LANE_IMAX]);
    self->pk[i] = (QsPkParameters){
      .n_compartments = n_compartments,
      .ka = v[QS_PKPD_LANE_KA],
      .cl = v[QS_PKPD_LANE_CL],
      .v = v[QS_PKPD_LANE_V],
      .q = v[QS_PKPD_LANE_Q],
      .v2 = v[QS_PKPD_LANE_V2],
    };
    self->pd[i] = (QsPdParameters){
      .kind = QS_RESPONSE_INHIBITS_PRODUCTION,
      .r0 = 1.0,
      .kout = v[QS_PKPD_LANE_KOUT],
      .imax = v[QS_PKPD_LANE_IMAX],
      .ic50 = v[QS_PKPD_LANE_IC50],
      .gamma = 1.0,
    };
  }

  self->lanes = (QsPkpdLanes){
    .n_compartments = n_compartments,
    .interval_h = interval_h,
    .n_doses = n_doses,
    .highest = highest,
    .n = N_PEOPLE,
    .biomarker = self->biomarker,
    .concentration = self->concentration,
  };
  for (guint k = 0; k < QS_PKPD_N_LANE_VALUES; k++)
    self->lanes.value[k] = self->column[k];

  return self;
}

/* The same by the exact simulation, looked at very often after the last dose. */
static void
slow_extremes (const Crowd *self, guint i, double *biomarker, double *concentration)
{
  enum { N_LOOKS = 3001 };
  static double      times_h[N_LOOKS], c[N_LOOKS], r[N_LOOKS];
  const QsPkpdLanes *lanes = &self->lanes;
  const double       dose_mg = self->column[QS_PKPD_LANE_DOSE][i];
  const double       last_h =
      lanes->n_doses > 0 ? (lanes->n_doses - 1) * lanes->interval_h : 0.0;
  QsDose doses[N_DOSES];

  /* The last look stays clear of a dose that would begin another interval. */
  for (guint k = 0; k < N_LOOKS; k++)
    times_h[k] = last_h + lanes->interval_h *
                              (k < N_LOOKS - 1 ? pow (k / (N_LOOKS - 1.0), 2.0) : 1.0);
  for (guint k = 0; k < lanes->n_doses; k++)
    doses[k] = (QsDose){ k * lanes->interval_h, dose_mg };

  if (lanes->n_doses > 0)
    qs_pkpd_simulate (&self->pk[i], &self->pd[i], doses, lanes->n_doses, times_h, N_LOOKS,
                      c, r);
  else
    qs_pkpd_steady_state (&self->pk[i], &self->pd[i], dose_mg, lanes->interval_h, times_h,
                          N_LOOKS, c, r);

  *biomarker = r[0];
  *concentration = c[0];
  for (guint k = 1; k < N_LOOKS; k++) {
    *biomarker = lanes->highest ? MAX (*biomarker, r[k]) : MIN (*biomarker, r[k]);
    *concentration = MAX (*concentration, c[k]);
  }
}

static void
assert_exact (guint n_compartments, double interval_h, guint n_doses, gboolean highest)
{
  g_autofree Crowd *crowd = crowd_new (n_compartments, interval_h, n_doses, highest);
  double            worst_biomarker = 0.0, worst_concentration = 0.0;

  qs_pkpd_lanes_run (&crowd->lanes, QS_PKPD_LANES_AUTO);
  for (guint i = 0; i < N_PEOPLE; i += 3) {
    double r, c;

    slow_extremes (crowd, i, &r, &c);
    worst_biomarker = MAX (worst_biomarker, fabs (crowd->biomarker[i] / r - 1.0));
    worst_concentration =
        MAX (worst_concentration, fabs (crowd->concentration[i] / c - 1.0));
  }

  g_test_message ("%u compartments, every %g h, %u doses, %s: errors %.2g and %.2g",
                  n_compartments, interval_h, n_doses, highest ? "highest" : "lowest",
                  worst_biomarker, worst_concentration);
  g_assert_cmpfloat (worst_biomarker, <, 1e-4);
  g_assert_cmpfloat (worst_concentration, <, 1e-4);
}

static void
test_extremes_are_those_of_the_simulation (void)
{
  for (guint highest = 0; highest < 2; highest++) {
    for (guint n_compartments = 1; n_compartments <= 2; n_compartments++) {
      assert_exact (n_compartments, 24.0, 0, highest);
      assert_exact (n_compartments, 168.0, 0, highest);
      assert_exact (n_compartments, 24.0, N_DOSES, highest);
      assert_exact (n_compartments, 24.0, 1, highest);
    }
  }
}

static void
test_every_path_gives_the_same_bits (void)
{
  for (guint n_doses = 0; n_doses <= 3; n_doses += 3) {
    g_autofree Crowd *expected = crowd_new (2, 24.0, n_doses, TRUE);

    qs_pkpd_lanes_run (&expected->lanes, QS_PKPD_LANES_PLAIN);
    for (guint path = QS_PKPD_LANES_PLAIN; path <= QS_PKPD_LANES_AVX512; path++) {
      g_autofree Crowd *crowd = crowd_new (2, 24.0, n_doses, TRUE);

      if (!qs_pkpd_lanes_path_supported (path))
        continue;
      for (guint n = 1; n <= N_PEOPLE; n += 101) {
        crowd->lanes.n = n;
        qs_pkpd_lanes_run (&crowd->lanes, path);
        g_assert_cmpmem (crowd->biomarker, n * sizeof (double), expected->biomarker,
                         n * sizeof (double));
        g_assert_cmpmem (crowd->concentration, n * sizeof (double),
                         expected->concentration, n * sizeof (double));
      }
    }
  }
}

/* Where absorption meets a rate of disposition nothing may divide by zero. */
static void
test_equal_rates_are_kept_apart (void)
{
  g_autofree Crowd *crowd = crowd_new (1, 24.0, 0, TRUE);

  for (guint i = 0; i < N_PEOPLE; i++) {
    crowd->column[QS_PKPD_LANE_KA][i] =
        crowd->column[QS_PKPD_LANE_CL][i] / crowd->column[QS_PKPD_LANE_V][i];
    crowd->pk[i].ka = crowd->column[QS_PKPD_LANE_KA][i];
  }

  qs_pkpd_lanes_run (&crowd->lanes, QS_PKPD_LANES_AUTO);
  for (guint i = 0; i < N_PEOPLE; i += 20) {
    double r, c;

    slow_extremes (crowd, i, &r, &c);
    g_assert_cmpfloat_with_epsilon (crowd->biomarker[i] / r, 1.0, 1e-4);
    g_assert_cmpfloat_with_epsilon (crowd->concentration[i] / c, 1.0, 1e-4);
  }
}

/* The C library is right to half a unit in the last place. */
static void
test_decays_are_exponentials_on_every_path (void)
{
  enum { N_VALUES = 1024 };

  for (guint path = QS_PKPD_LANES_AUTO; path <= QS_PKPD_LANES_AVX512; path++) {
    double values[N_VALUES];

    if (!qs_pkpd_lanes_path_supported (path))
      continue;
    for (guint i = 0; i < N_VALUES; i++)
      values[i] = 400.0 * i * i / (N_VALUES * N_VALUES);
    qs_pkpd_lanes_decay (values, N_VALUES, path);
    for (guint i = 0; i < N_VALUES; i++) {
      const double expected = exp (-400.0 * i * i / (N_VALUES * N_VALUES));

      if (expected > 1e-149)
        g_assert_cmpfloat_with_epsilon (values[i] / expected, 1.0, 4e-16);
      else
        g_assert_cmpfloat (values[i], <, 1.1e-149);
    }
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/lanes/extremes", test_extremes_are_those_of_the_simulation);
  g_test_add_func ("/lanes/paths", test_every_path_gives_the_same_bits);
  g_test_add_func ("/lanes/decays", test_decays_are_exponentials_on_every_path);
  g_test_add_func ("/lanes/equal-rates", test_equal_rates_are_kept_apart);

  return g_test_run ();
}
