/* SPDX-License-Identifier: Apache-2.0 */
/* CVODE is the oracle where SUNDIALS is installed: the differential equations themselves,
 * solved by somebody else's program. */
#include "pkpd/qs-turnover.h"

#include "core/qs-rng.h"

#include <math.h>
#include <stdio.h>

#ifdef HAVE_CVODE

#  include <cvode/cvode.h>
#  include <nvector/nvector_serial.h>
#  include <sunlinsol/sunlinsol_dense.h>
#  include <sunmatrix/sunmatrix_dense.h>

#  define N_PERSONS 300
#  define N_DOSES 21
#  define INTERVAL_H 24.0
#  define DOSE_MG 4.0

/* The solver's own tolerances, a hundred times finer than what it has to judge. */
#  define RELATIVE 1e-11
#  define ABSOLUTE 1e-13

typedef struct {
  QsPkParameters pk;
  QsPdParameters pd;
} Person;

/* Fast and slow absorption, one and two compartments, all responses, steep and flat. */
static Person
person (guint i)
{
  const QsRngKey key = { .seed = 11, .stream = QS_RNG_TEST };

  return (Person){
    .pk = { .n_compartments = 1 + i % 2,
            .ka = 1.0 * exp (1.0 * qs_rng_normal (&key, i, 0)),
            .tlag_h = i % 3 == 2 ? 2.0 * qs_rng_uniform (&key, i, 7) : 0.0,
            .cl = 0.05 * exp (0.6 * qs_rng_normal (&key, i, 1)),
            .v = 3.0 * exp (0.5 * qs_rng_normal (&key, i, 2)),
            .q = 0.2 * exp (0.6 * qs_rng_normal (&key, i, 3)),
            .v2 = 5.0 * exp (0.6 * qs_rng_normal (&key, i, 4)) },
    .pd = { .kind = i / 2 % 5,
            .r0 = 9.0,
            .kout = 0.03 * exp (1.0 * qs_rng_normal (&key, i, 5)),
            .imax = 0.95,
            .ic50 = 0.5 * exp (1.2 * qs_rng_normal (&key, i, 6)),
            .gamma = i % 4 == 3 ? 1.8 : 1.0 },
  };
}

static double
effect_of (const QsPdParameters *pd, double c)
{
  const double power = pow (MAX (c, 0.0), pd->gamma);

  return pd->imax * power / (pow (pd->ic50, pd->gamma) + power);
}

/* Depot, centre and periphery in mg, biomarker in ng/mL. */
static int
slope (realtype t, N_Vector state, N_Vector derivative, void *data)
{
  const Person *self = data;
  const double *x = N_VGetArrayPointer (state);
  double       *dx = N_VGetArrayPointer (derivative);
  const double  c = x[1] / self->pk.v, effect = effect_of (&self->pd, c);
  const double  from_depot = self->pk.ka * x[0];
  double        away = 0.0, made = 1.0, lost = 1.0;

  if (self->pk.n_compartments == 2)
    away = self->pk.q * (c - x[2] / self->pk.v2);
  if (self->pd.kind == QS_RESPONSE_INHIBITS_PRODUCTION)
    made = 1.0 - effect;
  if (self->pd.kind == QS_RESPONSE_STIMULATES_PRODUCTION)
    made = 1.0 + effect;
  if (self->pd.kind == QS_RESPONSE_INHIBITS_LOSS)
    lost = 1.0 - effect;
  if (self->pd.kind == QS_RESPONSE_STIMULATES_LOSS)
    lost = 1.0 + effect;

  dx[0] = -from_depot;
  dx[1] = from_depot - self->pk.cl * c - away;
  dx[2] = away;
  dx[3] = self->pd.kout * (self->pd.r0 * made - lost * x[3]);
  return 0;
}

typedef struct {
  SUNContext      context;
  N_Vector        state;
  SUNMatrix       matrix;
  SUNLinearSolver linear;
  void           *solver;
} Solver;

static void
solver_init (Solver *self, Person *who)
{
  double *x;

  g_assert_cmpint (SUNContext_Create (NULL, &self->context), ==, 0);
  self->state = N_VNew_Serial (4, self->context);
  x = N_VGetArrayPointer (self->state);
  x[0] = x[1] = x[2] = 0.0;
  x[3] = who->pd.r0;

  self->matrix = SUNDenseMatrix (4, 4, self->context);
  self->linear = SUNLinSol_Dense (self->state, self->matrix, self->context);
  self->solver = CVodeCreate (CV_BDF, self->context);
  g_assert_cmpint (CVodeInit (self->solver, slope, 0.0, self->state), ==, CV_SUCCESS);
  g_assert_cmpint (CVodeSStolerances (self->solver, RELATIVE, ABSOLUTE), ==, CV_SUCCESS);
  g_assert_cmpint (CVodeSetUserData (self->solver, who), ==, CV_SUCCESS);
  g_assert_cmpint (CVodeSetMaxNumSteps (self->solver, 1000000), ==, CV_SUCCESS);
  g_assert_cmpint (CVodeSetLinearSolver (self->solver, self->linear, self->matrix), ==,
                   CV_SUCCESS);
}

static void
solver_clear (Solver *self)
{
  CVodeFree (&self->solver);
  SUNLinSolFree (self->linear);
  SUNMatDestroy (self->matrix);
  N_VDestroy (self->state);
  SUNContext_Free (&self->context);
}

static void
solver_advance (Solver *self, double from_h, double to_h)
{
  realtype reached_h;

  if (to_h <= from_h)
    return;
  g_assert_cmpint (CVodeReInit (self->solver, from_h, self->state), ==, CV_SUCCESS);
  g_assert_cmpint (CVodeSetStopTime (self->solver, to_h), ==, CV_SUCCESS);
  g_assert_cmpint (CVode (self->solver, to_h, self->state, &reached_h, CV_NORMAL), >=, 0);
}

/* Restarted at every dose and every look, so that no step crosses a jump. */
static void
oracle (Person *who, const double *times_h, gsize n_times, double *c, double *r)
{
  Solver solver;
  double at_h = 0.0;
  guint  next = 0;

  solver_init (&solver, who);
  for (gsize i = 0; i < n_times; i++) {
    double *x = N_VGetArrayPointer (solver.state);

    while (next < N_DOSES && INTERVAL_H * next + who->pk.tlag_h <= times_h[i]) {
      const double dose_h = INTERVAL_H * next++ + who->pk.tlag_h;

      solver_advance (&solver, at_h, dose_h);
      x[0] += DOSE_MG;
      at_h = dose_h;
    }
    solver_advance (&solver, at_h, times_h[i]);
    at_h = times_h[i];

    c[i] = x[1] / who->pk.v;
    r[i] = who->pd.kind == QS_RESPONSE_DIRECT_INHIBITION
               ? who->pd.r0 * (1.0 - effect_of (&who->pd, c[i]))
               : x[3];
  }
  solver_clear (&solver);
}

static void
test_simulation_agrees (void)
{
  static const double times[] = { 0.25,  1.0,   3.0,   8.0,   24.0,  49.0,
                                  96.5,  240.0, 480.0, 480.5, 482.0, 486.0,
                                  492.0, 504.0, 552.0, 700.0, 1008.0 };
  enum { N_TIMES = G_N_ELEMENTS (times) };
  double worst_c = 0.0, worst_r = 0.0;
  QsDose doses[N_DOSES];

  for (guint j = 0; j < N_DOSES; j++)
    doses[j] = (QsDose){ .time_h = INTERVAL_H * j, .dose_mg = DOSE_MG };

  for (guint i = 0; i < N_PERSONS; i++) {
    Person who = person (i);
    double c[N_TIMES], r[N_TIMES], c0[N_TIMES], r0[N_TIMES], highest = 0.0;

    oracle (&who, times, N_TIMES, c0, r0);
    qs_pkpd_simulate (&who.pk, &who.pd, doses, N_DOSES, times, N_TIMES, c, r);

    for (gsize j = 0; j < N_TIMES; j++)
      highest = MAX (highest, c0[j]);
    for (gsize j = 0; j < N_TIMES; j++) {
      worst_r = MAX (worst_r, fabs (r[j] / r0[j] - 1.0));
      /* After the washout of a fast drug the solver's absolute tolerance is all there is
       * left of a concentration. */
      if (c0[j] > 1e-4 * highest)
        worst_c = MAX (worst_c, fabs (c[j] / c0[j] - 1.0));
    }
  }

  g_test_message ("largest relative error: concentration %.2g, biomarker %.2g", worst_c,
                  worst_r);
  g_assert_cmpfloat (worst_c, <, 1e-6);
  g_assert_cmpfloat (worst_r, <, 1e-6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pkpd/cvode/simulation-agrees", test_simulation_agrees);
  return g_test_run ();
}

#else

int
main (int argc, char **argv)
{
  puts ("1..0 # SKIP SUNDIALS (CVODE) is not installed");
  return 0;
}

#endif
