/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "core/qs-parallel.h"
#include "core/qs-rng.h"
#include "core/qs-stats.h"
#include "diagnostics/qs-diagnose.h"
#include "pkpd/qs-ebe.h"
#include "pkpd/qs-pkpd-predictor.h"
#include "pkpd/qs-whiten.h"

#include <math.h>
#include <string.h>

#define N QS_PKPD_N_PARAMETERS
/* Simulated studies between two reports of progress. */
#define BLOCK 50
/* Evenly spaced times of a drawn course, besides those after each dose. */
#define N_EVEN 60
#define MAX_DRAWN_DOSES 150

/* One subject's predictions with given random effects. */
typedef struct {
  const QsPkpdStructure *structure;
  const QsPkpdPerson    *person;
  const QsPkpdCourse    *course;
  gsize                  n_times;
  const guint           *effects;
  guint                  n_effects;
  double                 typical[N];
  double                *concentration_mg_l;
  double                *response_ng_ml;
} Predictor;

static void
predict_times (const Predictor *self, const double *eta)
{
  QsPkParameters pk;
  QsPdParameters pd;
  double         transformed[N];

  memcpy (transformed, self->typical, sizeof transformed);
  for (guint j = 0; j < self->n_effects; j++)
    transformed[self->effects[j]] += eta[j];
  qs_pkpd_individual (self->structure, transformed, &pk, &pd);
  qs_pkpd_course_predict (self->course, &pk, &pd, self->concentration_mg_l,
                          self->response_ng_ml);
}

static void
predict_looks (const double *eta, double *prediction, gpointer data)
{
  const Predictor *self = data;

  predict_times (self, eta);
  for (gsize i = 0; i < self->person->n_looks; i++) {
    const QsPkpdLook *look = &self->person->looks[i];

    prediction[i] = look->endpoint == QS_ENDPOINT_PK ? self->concentration_mg_l[look->at]
                                                     : self->response_ng_ml[look->at];
  }
}

static void
predictor_init (Predictor              *self,
                const QsDiagnosis      *diagnosis,
                const QsPkpdPopulation *population,
                guint                   subject,
                double                 *scratch)
{
  const QsPkpdPerson *person = &diagnosis->study->persons[subject];

  *self = (Predictor){
    .structure = diagnosis->structure,
    .person = person,
    .course = person->course,
    .n_times = person->n_times,
    .effects = diagnosis->effects,
    .n_effects = diagnosis->n_effects,
    .concentration_mg_l = scratch,
    .response_ng_ml = scratch + person->n_times,
  };
  qs_pkpd_typical (diagnosis->structure, population, person->bw_kg, person->comed,
                   person->regressors, self->typical);
}

static QsEbeProblem
problem_of (const QsDiagnosis *self, Predictor *predictor)
{
  return (QsEbeProblem){
    .n_effects = self->n_effects,
    .omega = self->omega,
    .n_looks = predictor->person->n_looks,
    .looks = predictor->person->looks,
    .population = self->population,
    .predict = predict_looks,
    .data = predictor,
  };
}

/* An effect none of whose slopes is more than rounding says nothing of its subject. */
static gboolean
is_informed (const QsEbe *ebe, const QsEbeProblem *problem, guint effect)
{
  for (gsize i = 0; i < problem->n_looks; i++)
    if (fabs (ebe->slope[i * problem->n_effects + effect]) >
        1e-7 * (1e-6 + fabs (ebe->prediction[i])))
      return TRUE;

  return FALSE;
}

static void
fill_residuals (const QsDiagnosis  *self,
                QsIndividual       *individual,
                const QsEbe        *ebe,
                const QsEbeProblem *problem)
{
  g_autofree double *pred = g_new (double, problem->n_looks + 1);
  g_autofree double *cwres = g_new (double, problem->n_looks + 1);
  const double       none[N] = { 0.0 };

  problem->predict (none, pred, problem->data);
  qs_ebe_conditional_residuals (ebe, problem, cwres);

  for (gsize i = 0; i < problem->n_looks; i++) {
    QsResidual  *residual = &self->result->residuals[individual->first + i];
    const double sd =
        qs_pkpd_residual_sd (self->population, residual->endpoint, ebe->prediction[i]);

    residual->pred = pred[i];
    residual->ipred = ebe->prediction[i];
    residual->cwres = cwres[i];
    if (!residual->below_limit) {
      residual->ires = residual->dv - residual->ipred;
      residual->iwres = isfinite (cwres[i]) ? residual->ires / sd : NAN;
    }
  }
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  const double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Times at which a course is drawn: those of the records, some hours after each dose, and
 * evenly in between. */
static GArray *
drawn_times (const QsSubject *subject)
{
  static const double after_h[] = { 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 18.0 };
  GArray             *times = g_array_new (FALSE, FALSE, sizeof (double));
  double              end_h = 0.0;
  guint               n_doses = 0, kept = 0;

  for (gsize i = 0; i < subject->n_records; i++)
    end_h = MAX (end_h, subject->records[i].time_h);
  for (gsize i = 0; i < subject->n_records; i++) {
    const QsRecord *record = &subject->records[i];

    g_array_append_val (times, record->time_h);
    if (record->kind != QS_RECORD_DOSE || n_doses++ >= MAX_DRAWN_DOSES)
      continue;
    for (guint k = 0; k < G_N_ELEMENTS (after_h); k++) {
      const double time_h = record->time_h + after_h[k];

      if (time_h < end_h)
        g_array_append_val (times, time_h);
    }
  }
  for (guint i = 0; i <= N_EVEN; i++) {
    const double time_h = end_h * i / N_EVEN;

    g_array_append_val (times, time_h);
  }

  g_array_sort (times, compare_doubles);
  for (guint i = 0; i < times->len; i++) {
    const double time_h = g_array_index (times, double, i);

    if (kept == 0 || time_h > g_array_index (times, double, kept - 1))
      g_array_index (times, double, kept++) = time_h;
  }
  g_array_set_size (times, kept);
  return times;
}

static void
fill_course (const QsDiagnosis *self,
             guint              subject,
             const Predictor   *looks,
             QsIndividual      *individual)
{
  const QsSubject         *who = qs_dataset_subject (self->dataset, subject);
  g_autoptr (GArray)       times = drawn_times (who);
  const double            *times_h = (const double *) (gpointer) times->data;
  g_autoptr (QsPkpdCourse) course = qs_pkpd_subject_course (who, times_h, times->len);
  g_autofree double       *block = g_new (double, 2 * times->len + 1);
  const double             none[N] = { 0.0 };
  Predictor                drawn = *looks;

  drawn.course = course;
  drawn.concentration_mg_l = block;
  drawn.response_ng_ml = block + times->len;
  individual->n_course = times->len;
  individual->course = g_new (QsFitPoint, times->len + 1);

  predict_times (&drawn, none);
  for (gsize i = 0; i < times->len; i++)
    individual->course[i] = (QsFitPoint){
      .time_h = times_h[i],
      .pred = { drawn.concentration_mg_l[i], drawn.response_ng_ml[i] },
    };
  predict_times (&drawn, individual->eta);
  for (gsize i = 0; i < times->len; i++) {
    individual->course[i].ipred[QS_ENDPOINT_PK] = drawn.concentration_mg_l[i];
    individual->course[i].ipred[QS_ENDPOINT_PD] = drawn.response_ng_ml[i];
  }
}

static void
subject_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const QsDiagnosis  *self = data;
  const guint         n = self->n_effects;
  const QsPkpdPerson *person = &self->study->persons[chunk];
  QsIndividual       *individual = &self->result->individuals[chunk];
  g_autofree double  *scratch = g_new (double, 2 * person->n_times + 1);
  g_autoptr (QsEbe)   ebe = NULL;
  QsEbeProblem        problem;
  Predictor           predictor;

  if (qs_run_is_cancelled (self->run))
    return;

  predictor_init (&predictor, self, self->population, (guint) chunk, scratch);
  problem = problem_of (self, &predictor);
  ebe = qs_ebe_new (&problem);

  individual->converged = ebe->converged;
  individual->eta = g_memdup2 (ebe->eta, (n + 1) * sizeof (double));
  individual->eta_se = g_new0 (double, n + 1);
  individual->informed = g_new0 (gboolean, n + 1);
  for (guint j = 0; j < n; j++) {
    individual->eta_se[j] = sqrt (ebe->covariance[j * n + j]);
    individual->informed[j] = is_informed (ebe, &problem, j);
  }

  fill_residuals (self, individual, ebe, &problem);
  fill_course (self, (guint) chunk, &predictor, individual);
}

static void
measure_shrinkage (QsDiagnosis *self)
{
  QsDiagnostics     *result = self->result;
  g_autofree double *values =
      g_new (double, result->n_residuals + result->n_subjects + 1);

  for (guint j = 0; j < self->n_effects; j++) {
    QsEffect *effect = &result->effects[j];

    for (guint i = 0; i < result->n_subjects; i++)
      if (result->individuals[i].informed[j])
        values[effect->n_informed++] = result->individuals[i].eta[j];
    effect->shrinkage =
        effect->n_informed > 1
            ? 1.0 - sqrt (qs_variance (values, effect->n_informed)) / effect->sd
            : NAN;
  }

  for (guint endpoint = 0; endpoint < 2; endpoint++) {
    gsize n = 0;

    for (gsize i = 0; i < result->n_residuals; i++)
      if (result->residuals[i].endpoint == endpoint &&
          isfinite (result->residuals[i].iwres))
        values[n++] = result->residuals[i].iwres;
    if (n > 1)
      result->iwres_shrinkage[endpoint] = 1.0 - sqrt (qs_variance (values, n));
  }
}

/* Empirical Bayes estimates, predictions and weighted residuals of every subject. */
gboolean
qs_diagnose_subjects (QsDiagnosis *self, GError **error)
{
  QsDiagnostics *result = self->result;
  gsize          first = 0;

  result->individuals = g_new0 (QsIndividual, MAX (1, result->n_subjects));
  for (guint i = 0; i < result->n_subjects; i++) {
    result->individuals[i].first = first;
    result->individuals[i].n = self->study->persons[i].n_looks;
    first += self->study->persons[i].n_looks;
  }
  result->n_effects = self->n_effects;
  result->effects = g_new0 (QsEffect, self->n_effects + 1);
  for (guint j = 0; j < self->n_effects; j++)
    result->effects[j] = (QsEffect){
      .name = qs_pkpd_parameter_name (self->effects[j]),
      .sd = sqrt (self->omega[j * self->n_effects + j]),
    };

  qs_parallel_for (self->run, result->n_subjects, 1, subject_chunk, self);
  if (!qs_run_step (self->run, NULL, error))
    return FALSE;

  measure_shrinkage (self);
  return TRUE;
}

/* Simulated studies [first, last). */
typedef struct {
  const QsDiagnosis *diagnosis;
  guint              first;
  guint              last;
} Simulation;

/* The population of study @k: the point estimate, or one of its structure's draws. */
static const QsPkpdPopulation *
population_of (const QsDiagnosis *self, guint k)
{
  if (!self->result->options.parameter_uncertainty || self->draws->len == 0)
    return self->population;

  return self->draws->pdata[k % self->draws->len];
}

static void
draw_effects (const QsDiagnosis      *self,
              const QsPkpdPopulation *population,
              const QsRngKey         *key,
              guint32                 subject,
              double                 *eta)
{
  const guint n = self->n_effects;
  double      factor[N * N], z[N];

  qs_diagnose_omega (self, population, factor);
  qs_whiten_factor (n, factor);
  for (guint j = 0; j < n; j++) {
    z[j] = qs_rng_normal (key, subject, j);
    eta[j] = 0.0;
    for (guint k = 0; k <= j; k++)
      eta[j] += factor[j * n + k] * z[k];
  }
}

static void
simulate_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Simulation   *simulation = data;
  const QsDiagnosis  *self = simulation->diagnosis;
  const QsPkpdPerson *person = &self->study->persons[chunk];
  const gsize         n = self->n_simulations;
  double *simulated = self->simulated + self->result->individuals[chunk].first * n;
  g_autofree double *scratch = g_new (double, 2 * person->n_times + 1);
  g_autofree double *prediction = g_new (double, person->n_looks + 1);

  for (guint k = simulation->first; k < simulation->last; k++) {
    const QsRngKey          key = { .seed = self->result->options.seed,
                                    .stream = QS_RNG_DIAGNOSTICS,
                                    .replicate = k };
    const QsPkpdPopulation *population = population_of (self, k);
    Predictor               predictor;
    double                  eta[N];

    if (qs_run_is_cancelled (self->run))
      return;

    predictor_init (&predictor, self, population, (guint) chunk, scratch);
    draw_effects (self, population, &key, (guint32) chunk, eta);
    predict_looks (eta, prediction, &predictor);
    for (gsize i = 0; i < person->n_looks; i++)
      simulated[i * n + k] =
          prediction[i] +
          qs_pkpd_residual_sd (population, person->looks[i].endpoint, prediction[i]) *
              qs_rng_normal (&key, (guint32) chunk, N + (guint32) i);
  }
}

/* Every subject's own design and covariates, with new random effects and residuals. */
gboolean
qs_diagnose_simulate (QsDiagnosis *self, GError **error)
{
  const gsize n_values = self->result->n_residuals * (gsize) self->n_simulations;

  if (n_values > 200000000u) {
    g_set_error (error, QS_ERROR, QS_ERROR_RESOURCE,
                 "%u simulations of %" G_GSIZE_FORMAT
                 " observations need more memory than is sensible; ask for at most %u",
                 self->n_simulations, self->result->n_residuals,
                 (guint) (200000000u / self->result->n_residuals));
    return FALSE;
  }

  self->simulated = g_new (double, n_values + 1);
  for (guint first = 0; first < self->n_simulations; first += BLOCK) {
    Simulation    simulation = { self, first, MIN (first + BLOCK, self->n_simulations) };
    const QsEvent event = { .stage = QS_STAGE_SIMULATE,
                            .fraction = simulation.last / (double) self->n_simulations };

    qs_parallel_for (self->run, self->result->n_subjects, 1, simulate_chunk, &simulation);
    if (!qs_run_step (self->run, &event, error))
      return FALSE;
  }

  return TRUE;
}
