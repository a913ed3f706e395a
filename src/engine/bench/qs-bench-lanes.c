/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/qs-bench-suite.h"

#include "core/qs-rng.h"
#include "pkpd/qs-pkpd-lanes.h"
#include "pkpd/qs-pkpd-predictor.h"

#include <math.h>
#include <time.h>

#define N_PEOPLE 4096
#define N_CHECKED 256
#define N_REPEATS 21
#define N_DOSES 21
#define N_LOOKS 1441

static const double interval_h = 24.0;

/* People of the fitted population under doses up to three times the usual ones. */
typedef struct {
  QsPkParameters pk[N_PEOPLE];
  QsPdParameters pd[N_PEOPLE];
  double         column[QS_PKPD_N_LANE_VALUES][N_PEOPLE];
  double         biomarker[N_PEOPLE];
  QsPkpdLanes    lanes;
} Crowd;

/* Seconds that this thread has computed: other processes do not count. */
static double
cpu_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

static void
draw_person (Crowd *self, const QsPredictor *estimate, guint i)
{
  const QsRngKey  key = { .seed = 1, .stream = QS_RNG_POPULATION };
  float           latent[QS_PKPD_N_PARAMETERS];
  QsPkParameters *pk = &self->pk[i];
  QsPdParameters *pd = &self->pd[i];

  for (guint k = 0; k < QS_PKPD_N_PARAMETERS; k++)
    latent[k] = (float) qs_rng_normal (&key, i, k);
  qs_pkpd_predictor_person (estimate, 50.0 + 90.0 * qs_rng_uniform (&key, i, 20), i % 2,
                            latent, pk, pd);
  pk->tlag_h = 0.0;
  pd->kind = QS_RESPONSE_INHIBITS_PRODUCTION;
  pd->gamma = 1.0;

  self->column[QS_PKPD_LANE_KA][i] = pk->ka;
  self->column[QS_PKPD_LANE_CL][i] = pk->cl;
  self->column[QS_PKPD_LANE_V][i] = pk->v;
  self->column[QS_PKPD_LANE_Q][i] = pk->q;
  self->column[QS_PKPD_LANE_V2][i] = pk->v2;
  self->column[QS_PKPD_LANE_KOUT][i] = pd->kout;
  self->column[QS_PKPD_LANE_IMAX][i] = pd->imax;
  self->column[QS_PKPD_LANE_IC50][i] = pd->ic50;
  self->column[QS_PKPD_LANE_DOSE][i] = 1.0 + i % 30;
}

static Crowd *
crowd_new (const QsPredictor *estimate)
{
  Crowd *self = g_new0 (Crowd, 1);

  for (guint i = 0; i < N_PEOPLE; i++)
    draw_person (self, estimate, i);

  self->lanes = (QsPkpdLanes){
    .n_compartments = self->pk[0].n_compartments,
    .interval_h = interval_h,
    .highest = TRUE,
    .n = N_PEOPLE,
    .biomarker = self->biomarker,
  };
  for (guint k = 0; k < QS_PKPD_N_LANE_VALUES; k++)
    self->lanes.value[k] = self->column[k];

  return self;
}

/* The largest relative error against the exact simulation, looked at every minute. */
static double
largest_error (const Crowd *self)
{
  double times_h[N_LOOKS], c[N_LOOKS], r[N_LOOKS], worst = 0.0;
  QsDose doses[N_DOSES];

  for (guint i = 0; i < N_CHECKED; i++) {
    const guint  n_doses = self->lanes.n_doses;
    const double dose_mg = self->column[QS_PKPD_LANE_DOSE][i];
    const double last_h = n_doses > 0 ? (n_doses - 1) * interval_h : 0.0;
    double       highest = 0.0;

    for (guint k = 0; k < N_LOOKS; k++)
      times_h[k] = last_h + interval_h * k / (N_LOOKS - 1.0);
    for (guint k = 0; k < n_doses; k++)
      doses[k] = (QsDose){ k * interval_h, dose_mg };
    if (n_doses > 0)
      qs_pkpd_simulate (&self->pk[i], &self->pd[i], doses, n_doses, times_h, N_LOOKS, c,
                        r);
    else
      qs_pkpd_steady_state (&self->pk[i], &self->pd[i], dose_mg, interval_h, times_h,
                            N_LOOKS, c, r);
    for (guint k = 0; k < N_LOOKS; k++)
      highest = MAX (highest, r[k]);

    worst = MAX (worst, fabs (self->biomarker[i] * self->pd[i].r0 / highest - 1.0));
  }

  return worst;
}

static gboolean
report_lanes (QsBench               *self,
              Crowd                 *crowd,
              const char            *name,
              const char            *what,
              const QsBenchListener *listener,
              GError               **error)
{
  g_autofree char *context = NULL;
  double           best_s = G_MAXDOUBLE;

  for (guint i = 0; i < N_REPEATS; i++) {
    const double start_s = cpu_seconds ();

    qs_pkpd_lanes_run (&crowd->lanes, QS_PKPD_LANES_AUTO);
    best_s = MIN (best_s, cpu_seconds () - start_s);
    if (!qs_run_step (self->run, NULL, error))
      return FALSE;
  }

  context =
      g_strdup_printf ("%s, double precision, path %s, CPU time of one thread, best "
                       "of %d; largest relative error %.1e in %d people",
                       what, qs_pkpd_lanes_path_name (QS_PKPD_LANES_AUTO), N_REPEATS,
                       largest_error (crowd), N_CHECKED);
  const QsBenchFigure figure = {
    .name = name,
    .value = 60e-6 * N_PEOPLE / best_s,
    .unit = "million/min",
    .n = N_PEOPLE,
    .n_threads = 1,
    .context = context,
  };

  qs_bench_report (listener, &figure);
  return TRUE;
}

/* How many people a core simulates. */
gboolean
qs_bench_lanes (QsBench *self, const QsBenchListener *listener, GError **error)
{
  g_autofree Crowd *crowd = crowd_new (self->pkpd->estimate);

  crowd->lanes.n_doses = N_DOSES;
  if (!report_lanes (self, crowd, "pkpd-runs", "highest biomarker after 21 daily doses",
                     listener, error))
    return FALSE;

  crowd->lanes.n_doses = 0;
  return report_lanes (self, crowd, "pkpd-windows",
                       "highest biomarker of the periodic state", listener, error);
}
