/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-parallel.h"
#include "population/qs-cohort.h"
#include "qs-warnings.h"
#include "qusop.h"

#include <math.h>

/* Percentiles of so many people move by about 2 % from seed to seed. */
#define N_PATIENTS 4000
#define N_COURSE_PATIENTS 400
#define N_COURSE_TIMES 49
#define N_LONG_TIMES 1440

#define PER_CHUNK 16

/* The first of the people that a result was counted from. */
typedef struct {
  const QsPredictor *predictor;
  const QsScenario  *scenario;
  double             dose_mg;
  QsRun             *run;
  gsize              n;
  float             *bw_kg;
  guint8            *comed;
  float             *latent;
  double            *figures; /* n × QS_N_EXPOSURE_FIGURES */
  gsize              n_times;
  const double      *times_h;
  double            *response_ng_ml; /* n × n_times */
  double            *concentration_mg_l;
} People;

static void
people_clear (People *self)
{
  g_free (self->bw_kg);
  g_free (self->comed);
  g_free (self->latent);
  g_free (self->figures);
  g_free (self->response_ng_ml);
  g_free (self->concentration_mg_l);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (People, people_clear)

static gboolean
people_gather (People *self, const QsResult *result, gsize n_wanted, GError **error)
{
  const guint n_latent = self->predictor->klass->n_latent;
  const gsize per_group = result->n_subjects;
  const guint n_groups =
      (guint) MIN (result->n_replicates, (n_wanted + per_group - 1) / per_group);
  g_autoptr (QsPatients) patients =
      qs_patients_new (result->seed, result->n_subjects, n_groups, self->run, error);

  if (patients == NULL)
    return FALSE;

  qs_patients_weigh (patients, &self->scenario->bw, self->run);
  self->n = MIN (n_wanted, patients->n);
  self->bw_kg = g_memdup2 (patients->bw_kg, self->n * sizeof *self->bw_kg);
  self->comed = g_new (guint8, self->n);
  self->latent = g_new0 (float, self->n *n_latent);

  for (gsize i = 0; i < self->n; i++) {
    self->comed[i] = patients->comed_uniform[i] < (float) self->scenario->comed_share;
    if (result->has_subject_effect)
      qs_cohort_draw_latent (result->seed, (guint32) (i / per_group),
                             (guint32) (i % per_group), n_latent,
                             self->latent + i * n_latent);
  }

  return TRUE;
}

/* 5th, 50th and 95th percentile of @values, which are put in order. */
static QsSpread
spread_of (double *values, gsize n)
{
  if (n == 0)
    return (QsSpread){ NAN, NAN, NAN };

  qs_sort (values, n);
  return (QsSpread){
    .low = qs_quantile_sorted (values, n, 0.05),
    .median = qs_quantile_sorted (values, n, 0.5),
    .high = qs_quantile_sorted (values, n, 0.95),
  };
}

static void
expose_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const People      *self = data;
  const QsPredictor *predictor = self->predictor;

  if (qs_run_is_cancelled (self->run))
    return;

  predictor->klass->exposure (predictor, self->scenario, self->dose_mg, end - begin,
                              self->bw_kg + begin, self->comed + begin,
                              self->latent + begin * predictor->klass->n_latent,
                              self->figures + begin * QS_N_EXPOSURE_FIGURES);
}

static void
summarise (QsExposure *exposure, const People *people)
{
  g_autofree double *values = g_new (double, people->n);

  for (guint k = 0; k < QS_N_EXPOSURE_FIGURES; k++) {
    gsize n = 0, n_told = 0;

    for (gsize i = 0; i < people->n; i++) {
      const double value = people->figures[i * QS_N_EXPOSURE_FIGURES + k];

      n_told += !isnan (value);
      if (isfinite (value))
        values[n++] = value;
    }
    exposure->figures[k] = spread_of (values, n);
    if (k == QS_EXPOSURE_TARGET)
      exposure->target_share = n_told > 0 ? (double) n / (double) people->n : NAN;
  }

  /* The target lies where the drug leads: of the other side this says nothing. */
  if (!qs_predictor_begins (people->predictor, people->scenario->success) ||
      !qs_scenario_is_steady (people->scenario)) {
    exposure->figures[QS_EXPOSURE_TARGET] = (QsSpread){ NAN, NAN, NAN };
    exposure->target_share = NAN;
  }
}

static double
factor (double value, double highest)
{
  return highest > 0.0 ? value / highest : NAN;
}

/* A week's area is not held against a day's: both are taken per hour. */
static void
compare (QsExposure *exposure, const QsStudyFacts *facts, double interval_h)
{
  exposure->factor_cmax =
      factor (exposure->figures[QS_EXPOSURE_CMAX].high, facts->highest_cmax_mg_l);
  exposure->factor_auc = factor (exposure->figures[QS_EXPOSURE_AUC_TAU].high / interval_h,
                                 facts->highest_auctau_h_mg_l / facts->interval_h);
}

/**
 * qs_expose:
 * @model: that gave the result
 * @result: not shared yet
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Adds exposure and kinetics at the mean dose, from the first few thousand of the virtual
 * patients that the result was counted from, and what they mean for the extrapolation.
 * Nothing is added where there is no dose or the model knows no concentrations.
 */
gboolean
qs_expose (const QsModel *model, QsResult *result, QsRun *run, GError **error)
{
  const QsScenario *scenario = &result->scenario;
  g_auto (People)   people = {
      .predictor = model->estimate,
      .scenario = scenario,
      .dose_mg = result->decision.dose_mg,
      .run = run,
  };
  QsExposure *exposure = &result->exposure;

  if (people.predictor->klass->exposure == NULL || !(people.dose_mg > 0.0))
    return TRUE;
  if (!people_gather (&people, result, N_PATIENTS, error))
    return FALSE;

  people.figures = g_new0 (double, people.n *QS_N_EXPOSURE_FIGURES);
  qs_parallel_for (run, people.n, PER_CHUNK, expose_chunk, &people);
  if (!qs_run_step (run, NULL, error))
    return FALSE;

  exposure->dose_mg = people.dose_mg;
  exposure->n_patients = (guint) people.n;
  exposure->factor_dose = factor (qs_scenario_highest_mg (scenario, people.dose_mg),
                                  model->facts.highest_dose_mg);
  summarise (exposure, &people);
  compare (exposure, &model->facts, qs_scenario_interval_h (scenario));
  result->decision.extrapolation = qs_exposure_extrapolation (exposure);
  qs_warn_about_exposure (result);

  return TRUE;
}

static void
course_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const People      *self = data;
  const QsPredictor *predictor = self->predictor;

  if (qs_run_is_cancelled (self->run))
    return;

  predictor->klass->course (
      predictor, self->scenario, self->dose_mg, end - begin, self->bw_kg + begin,
      self->comed + begin, self->latent + begin * predictor->klass->n_latent,
      self->n_times, self->times_h, self->concentration_mg_l + begin * self->n_times,
      self->response_ng_ml + begin * self->n_times);
}

static QsSpread *
spread_over_times (const People *people, const double *values)
{
  g_autofree double *at_time = g_new (double, people->n);
  QsSpread          *spread = g_new (QsSpread, people->n_times);

  for (gsize t = 0; t < people->n_times; t++) {
    for (gsize i = 0; i < people->n; i++)
      at_time[i] = values[i * people->n_times + t];
    spread[t] = spread_of (at_time, people->n);
  }

  return spread;
}

/**
 * qs_course_new:
 * @model: that gave the result
 * @result: whose population and regimen
 * @dose_mg: 0 or more
 * @error: return location for %QS_ERROR_REFUSED where the model has no time course of
 * virtual patients, or %QS_ERROR_CANCELLED
 *
 * Returns: (transfer full): what the first few hundred virtual patients go through in one
 *   interval at steady state, or in all of a schedule that is not; or %NULL
 */
QsCourse *
qs_course_new (const QsModel  *model,
               const QsResult *result,
               double          dose_mg,
               QsRun          *run,
               GError        **error)
{
  const QsScenario *scenario = &result->scenario;
  const gboolean    is_steady = qs_scenario_is_steady (scenario);
  const guint       n_intervals = is_steady ? 1 : scenario->schedule.judged_to;
  const double      interval_h = qs_scenario_interval_h (scenario);
  g_auto (People)   people = {
      .predictor = model->estimate,
      .scenario = &result->scenario,
      .dose_mg = dose_mg,
      .run = run,
      .n_times = is_steady ? N_COURSE_TIMES : MIN (24 * n_intervals, N_LONG_TIMES) + 1,
  };
  g_autoptr (QsCourse) self = NULL;

  if (people.predictor->klass->course == NULL) {
    g_set_error (error, QS_ERROR, QS_ERROR_REFUSED,
                 "The %s model has no time course of virtual patients",
                 people.predictor->klass->name);
    return NULL;
  }
  if (!people_gather (&people, result, N_COURSE_PATIENTS, error))
    return NULL;

  self = g_new0 (QsCourse, 1);
  self->n_refs = 1;
  self->scenario = result->scenario;
  self->dose_mg = dose_mg;
  self->n_patients = (guint) people.n;
  self->n_times = people.n_times;
  self->times_h = g_new (double, people.n_times);
  for (gsize t = 0; t < people.n_times; t++)
    self->times_h[t] =
        n_intervals * interval_h * (double) t / ((double) people.n_times - 1.0);

  people.times_h = self->times_h;
  people.response_ng_ml = g_new0 (double, people.n *people.n_times);
  people.concentration_mg_l = g_new0 (double, people.n *people.n_times);
  qs_parallel_for (run, people.n, PER_CHUNK, course_chunk, &people);
  if (!qs_run_step (run, NULL, error))
    return NULL;

  self->response_ng_ml = spread_over_times (&people, people.response_ng_ml);
  self->concentration_mg_l = spread_over_times (&people, people.concentration_mg_l);
  return g_steal_pointer (&self);
}
