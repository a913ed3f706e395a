/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-stats.h"
#include "pkpd/qs-saem.h"

#include <math.h>
#include <nlopt.h>

#define N QS_PKPD_N_PARAMETERS

/* The largest effect to start from: nearly all of it is inhibited, or twice as much. */
double
qs_pkpd_start_imax (const QsPkpdStructure *structure)
{
  return qs_pkpd_stimulates (structure) ? log (2.0)
                                        : qs_pkpd_transform (QS_PKPD_IMAX, 0.9);
}

/* Naive pooling: everybody is the typical person. Good enough to start from. */
typedef struct {
  const QsPkpdStudy     *study;     /* borrowed */
  const QsPkpdStructure *structure; /* borrowed */
  QsPkpdPopulation       population;
  QsEndpoint             endpoint;
  guint                  free[N];
  guint                  n_free;
  double                *c;
  double                *r;
} Pool;

/* Mean squared log residual, huge where the model cannot be. */
static double
pool_misfit (unsigned n, const double *x, double *gradient, void *data)
{
  Pool  *self = data;
  double sum = 0.0;
  gsize  n_used = 0;

  for (guint j = 0; j < n; j++)
    self->population.theta[self->free[j]] = x[j];

  for (guint i = 0; i < self->study->n_persons; i++) {
    const QsPkpdPerson *person = &self->study->persons[i];
    double              typical[N];
    QsPkParameters      pk;
    QsPdParameters      pd;

    qs_pkpd_typical (self->structure, &self->population, person->bw_kg, person->comed,
                     person->regressors, typical);
    qs_pkpd_individual (self->structure, typical, &pk, &pd);
    qs_pkpd_course_predict (person->course, &pk, &pd, self->c, self->r);

    for (gsize k = 0; k < person->n_looks; k++) {
      const QsPkpdLook *look = &person->looks[k];
      const double      f =
          look->endpoint == QS_ENDPOINT_PK ? self->c[look->at] : self->r[look->at];

      if (look->endpoint == self->endpoint && !look->below_limit && look->value > 0.0 &&
          (f > 0.0 || person->dose_mg > 0.0)) {
        const double residual = log (look->value) - log (MAX (f, 1e-12));

        /* Huber's loss: a single strange point must not choose the start. */
        sum += fabs (residual) < 1.0 ? residual * residual : 2.0 * fabs (residual) - 1.0;
        n_used++;
      }
    }
  }

  return isfinite (sum) && n_used > 0 ? sum / (double) n_used : 1e6;
}

static double
pool_fit (Pool *self, const double *start, double *best)
{
  nlopt_opt optimiser = nlopt_create (NLOPT_LN_BOBYQA, self->n_free);
  double    low[N], high[N], misfit = HUGE_VAL;

  for (guint j = 0; j < self->n_free; j++) {
    best[j] = start[j];
    low[j] = start[j] - 6.0;
    high[j] = start[j] + 6.0;
  }

  nlopt_set_min_objective (optimiser, pool_misfit, self);
  nlopt_set_lower_bounds (optimiser, low);
  nlopt_set_upper_bounds (optimiser, high);
  nlopt_set_initial_step1 (optimiser, 0.5);
  nlopt_set_maxeval (optimiser, 300);
  nlopt_set_ftol_rel (optimiser, 1e-4);
  if (nlopt_optimize (optimiser, best, &misfit) < 0 && !isfinite (misfit))
    misfit = 1e6;
  nlopt_destroy (optimiser);

  return misfit;
}

/* Tries each start and leaves the best typical values in the population. */
static void
pool_try (Pool *self, double (*starts)[N], guint n_starts)
{
  double best_misfit = HUGE_VAL, best[N] = { 0.0 };

  for (guint s = 0; s < n_starts; s++) {
    double from[N], found[N], misfit;

    for (guint j = 0; j < self->n_free; j++)
      from[j] = starts[s][self->free[j]];
    misfit = pool_fit (self, from, found);

    if (misfit < best_misfit) {
      best_misfit = misfit;
      for (guint j = 0; j < self->n_free; j++)
        best[j] = found[j];
    }
  }

  for (guint j = 0; j < self->n_free; j++)
    self->population.theta[self->free[j]] = best[j];
}

static void
pool_free_parameters (Pool *self, QsEndpoint endpoint)
{
  self->endpoint = endpoint;
  self->n_free = 0;

  for (guint i = 0; i < N; i++)
    if (qs_pkpd_uses (self->structure, i) &&
        (i < QS_PKPD_R0 ? QS_ENDPOINT_PK : QS_ENDPOINT_PD) == endpoint)
      self->free[self->n_free++] = i;
}

/* Largest concentration per mg given at once, 1/L: the inverse of a volume; and the
 * median of each person's largest concentration, mg/L. */
static double
peak_per_dose (const QsPkpdStudy *study, double *peak_mg_l)
{
  g_autofree double *ratio = g_new (double, study->n_persons + 1);
  g_autofree double *peak = g_new (double, study->n_persons + 1);
  gsize              n = 0;

  for (guint i = 0; i < study->n_persons; i++) {
    const QsPkpdPerson *person = &study->persons[i];
    double              highest = 0.0;

    for (gsize k = 0; k < person->n_looks; k++)
      if (person->looks[k].endpoint == QS_ENDPOINT_PK && !person->looks[k].below_limit)
        highest = MAX (highest, person->looks[k].value);

    if (highest > 0.0 && person->dose_mg > 0.0) {
      ratio[n] = highest / person->dose_mg;
      peak[n++] = highest;
    }
  }

  qs_sort (ratio, n);
  qs_sort (peak, n);
  *peak_mg_l = n > 0 ? qs_quantile_sorted (peak, n, 0.5) : 1.0;
  return n > 0 ? qs_quantile_sorted (ratio, n, 0.5) : 0.1;
}

/* The median of each person's first biomarker observation. */
static double
baseline (const QsPkpdStudy *study)
{
  g_autofree double *first = g_new (double, study->n_persons + 1);
  gsize              n = 0;

  for (guint i = 0; i < study->n_persons; i++) {
    const QsPkpdPerson *person = &study->persons[i];

    for (gsize k = 0; k < person->n_looks; k++) {
      if (person->looks[k].endpoint == QS_ENDPOINT_PD && person->looks[k].value > 0.0) {
        first[n++] = person->looks[k].value;
        break;
      }
    }
  }

  qs_sort (first, n);
  return n > 0 ? qs_quantile_sorted (first, n, 0.5) : 1.0;
}

static void
start_pk (Pool *self, double per_dose)
{
  static const double half_lives_h[] = { 6.0, 40.0, 200.0 };
  double              starts[3][N] = { { 0.0 } };

  pool_free_parameters (self, QS_ENDPOINT_PK);
  for (guint s = 0; s < 3; s++) {
    /* At steady state the peak holds several doses: V is larger than its inverse. */
    const double v = 2.0 / per_dose;

    starts[s][QS_PKPD_KA] = log (1.0);
    starts[s][QS_PKPD_TLAG] = log (0.3);
    starts[s][QS_PKPD_V] = log (v);
    starts[s][QS_PKPD_CL] = log (v * G_LN2 / half_lives_h[s]);
    starts[s][QS_PKPD_Q] = log (v * G_LN2 / half_lives_h[s]);
    starts[s][QS_PKPD_V2] = log (v);
  }
  pool_try (self, starts, 3);
}

static void
start_pd (Pool *self, double baseline_ng_ml, double peak_mg_l)
{
  static const double kout[] = { 0.01, 0.05, 0.3 };
  double              starts[3][N] = { { 0.0 } };

  pool_free_parameters (self, QS_ENDPOINT_PD);
  for (guint s = 0; s < 3; s++) {
    starts[s][QS_PKPD_R0] = log (baseline_ng_ml);
    starts[s][QS_PKPD_KOUT] = log (kout[s]);
    starts[s][QS_PKPD_IMAX] = qs_pkpd_start_imax (self->structure);
    starts[s][QS_PKPD_IC50] = log (0.3 * peak_mg_l);
  }
  pool_try (self, starts, 3);
}

/* A quarter of the endpoint's quantified values lie below. */
static double
lower_quartile (const QsPkpdStudy *study, QsEndpoint endpoint)
{
  g_autofree double *values = g_new (double, study->n_looks[endpoint] + 1);
  gsize              n = 0;

  for (guint i = 0; i < study->n_persons; i++) {
    const QsPkpdPerson *person = &study->persons[i];

    for (gsize k = 0; k < person->n_looks; k++)
      if (person->looks[k].endpoint == endpoint && !person->looks[k].below_limit &&
          person->looks[k].value > 0.0)
        values[n++] = person->looks[k].value;
  }

  qs_sort (values, n);
  return n > 0 ? qs_quantile_sorted (values, n, 0.25) : 1.0;
}

/**
 * qs_pkpd_start_error:
 * @error: the kind to begin with
 * @spread: residual SD over the observation
 * @population: (inout): its residual SDs of @endpoint are replaced
 *
 * An additive part makes the spread at the lower quartile, where a combined error has
 * equal parts: each then explains some of the data, and none starts near zero, where a
 * likelihood is level in its logarithm.
 */
void
qs_pkpd_start_error (const QsPkpdStudy *study,
                     QsEndpoint         endpoint,
                     QsPkpdError        error,
                     double             spread,
                     QsPkpdPopulation  *population)
{
  population->sigma_prop[endpoint] = error != QS_PKPD_ERROR_ADDITIVE ? spread : 0.0;
  population->sigma_add[endpoint] = error != QS_PKPD_ERROR_PROPORTIONAL
                                        ? spread * lower_quartile (study, endpoint)
                                        : 0.0;
}

/**
 * qs_pkpd_start:
 *
 * Returns: typical values from naive pooling, no covariate effects, generous variability
 * and residual errors
 */
QsPkpdPopulation
qs_pkpd_start (const QsPkpdStudy *study, const QsPkpdStructure *structure)
{
  Pool   self = { .study = study, .structure = structure };
  double peak_mg_l;

  self.c = g_new (double, study->max_times);
  self.r = g_new (double, study->max_times);
  for (guint i = 0; i < N; i++)
    self.population.omega2[i] = 0.25;
  for (guint e = 0; e < 2; e++)
    qs_pkpd_start_error (study, e, structure->error[e], 0.3, &self.population);

  start_pk (&self, peak_per_dose (study, &peak_mg_l));
  start_pd (&self, baseline (study), peak_mg_l);

  g_free (self.c);
  g_free (self.r);
  return self.population;
}
