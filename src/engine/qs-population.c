/* SPDX-License-Identifier: Apache-2.0 */
#include "qs-population.h"

#include "core/qs-parallel.h"

#include <math.h>

/* What the first tables cover: this many grid steps in a patient of this weight. */
static const double first_steps = 160.0, first_weight_kg = 30.0;

static const double max_people = QS_POPULATION_N_PEOPLE_MAX;

/**
 * qs_population_options_default:
 *
 * Each patient of the population model has a critical dose of their own: 100,000 keep the
 * Monte Carlo error of a dose far below half a grid step. The others are looked up in a
 * table, so there are as many as the groups of a later study that are to be told apart.
 */
QsPopulationOptions
qs_population_options_default (QsModelKind kind)
{
  const gboolean searched = kind == QS_MODEL_PKPD;

  /* Each of them is searched for by passes through an interval. */
  if (qs_model_kind_is_pinn (kind))
    return (QsPopulationOptions){
      .seed = 1,
      .n_subjects = 200,
      .n_replicates = 100,
      .subject_effect = TRUE,
    };

  return (QsPopulationOptions){
    .seed = 1,
    .n_subjects = searched ? 500 : 480,
    .n_replicates = searched ? 200 : 1000,
    .subject_effect = TRUE,
  };
}

/**
 * qs_population_options_for:
 *
 * Networks on exposure run anew for every patient and dose: 20,000 patients keep the
 * Monte Carlo error at a third of a per cent.
 */
QsPopulationOptions
qs_population_options_for (const QsModel *model)
{
  QsPopulationOptions options = qs_population_options_default (model->kind);

  if (model->options.input == QS_INPUT_EXPOSURE) {
    options.n_subjects = 200;
    options.n_replicates = 100;
  }
  return options;
}

gboolean
qs_population_options_validate (const QsPopulationOptions *self, GError **error)
{
  if (self->n_subjects < 1 || self->n_subjects > 100000) {
    g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
                 "The number of subjects is %u, must lie in [1, 100000]",
                 self->n_subjects);
    return FALSE;
  }

  if (self->n_replicates < 1 || self->n_replicates > QS_POPULATION_N_REPLICATES_MAX) {
    g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
                 "The number of replicates is %u, must lie in [1, %u]",
                 self->n_replicates, QS_POPULATION_N_REPLICATES_MAX);
    return FALSE;
  }

  if (self->n_people_max > QS_POPULATION_N_PEOPLE_MAX || !(self->mc_error_mg >= 0.0)) {
    g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
                 "At most %" G_GUINT64_FORMAT " virtual patients for a Monte Carlo error "
                 "of %g: must be at most %u, and not negative",
                 self->n_people_max, self->mc_error_mg, QS_POPULATION_N_PEOPLE_MAX);
    return FALSE;
  }

  if ((double) self->n_subjects * self->n_replicates > max_people) {
    g_set_error (error, QS_ERROR, QS_ERROR_RESOURCE,
                 "%u replicates of %u subjects are more than %g people",
                 self->n_replicates, self->n_subjects, max_people);
    return FALSE;
  }

  return TRUE;
}

/* The point estimate, then the draws. */
static QsPredictor **
predictors_of (const QsPopulation *self, gsize *n)
{
  const GPtrArray *draws = self->model->draws;
  QsPredictor    **predictors = g_new (QsPredictor *, draws->len + 1);

  *n = draws->len + 1;
  predictors[0] = self->model->estimate;
  for (guint i = 0; i < draws->len; i++)
    predictors[i + 1] = g_ptr_array_index (draws, i);

  return predictors;
}

static QsCohort *
cohort_of (const QsPopulation *self, QsRun *run, GError **error)
{
  gsize                    n;
  g_autofree QsPredictor **predictors = predictors_of (self, &n);

  return qs_cohort_new (predictors, n, self->patients, self->options.seed,
                        self->options.subject_effect, run, error);
}

/**
 * qs_population_new:
 * @model: a fitted model
 * @options: valid options
 * @run: (nullable): threads and cancel
 * @error: return location for %QS_ERROR_SCENARIO, %QS_ERROR_RESOURCE, %QS_ERROR_NUMERIC
 * or %QS_ERROR_CANCELLED
 *
 * Draws the virtual patients and tabulates the model and its parameter draws for the
 * default criterion; another criterion costs new tables at its first qs_solve().
 *
 * Returns: (transfer full): the population, or %NULL
 */
QsPopulation *
qs_population_new (const QsModel             *model,
                   const QsPopulationOptions *options,
                   QsRun                     *run,
                   GError                   **error)
{
  g_autoptr (QsPopulation) self = NULL;
  const QsScenario         scenario = qs_scenario_default ();

  if (!qs_population_options_validate (options, error))
    return NULL;

  self = g_new0 (QsPopulation, 1);
  self->model = qs_model_ref ((QsModel *) model);
  self->options = *options;
  self->has_effect = options->subject_effect && model->estimate->has_subject_effect;
  self->patients = qs_patients_new (options->seed, options->n_subjects,
                                    options->n_replicates, run, error);
  if (self->patients == NULL)
    return NULL;

  self->counts = qs_counts_new (self->patients);
  self->proportion = qs_proportion_new (self->patients->n, 0.95);
  if (model->estimate->klass->critical_dose != NULL)
    self->cohort = cohort_of (self, run, error);
  else
    self->shift = g_new0 (float, self->patients->n);
  if (self->cohort == NULL && self->shift == NULL)
    return NULL;

  if (!qs_population_tabulate (self, &scenario, run, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
qs_population_free (QsPopulation *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->counts, qs_counts_free);
  g_clear_pointer (&self->patients, qs_patients_free);
  g_clear_pointer (&self->proportion, qs_proportion_free);
  g_clear_pointer (&self->table, qs_table_free);
  g_clear_pointer (&self->inverse, qs_inverse_free);
  g_clear_pointer (&self->band, qs_band_free);
  g_clear_pointer (&self->cohort, qs_cohort_free);
  g_free (self->shift);
  qs_model_unref (self->model);
  g_free (self);
}

static void
fill_shifts (gsize chunk, gsize begin, gsize end, gpointer data)
{
  QsPopulation     *self = data;
  const QsCountTask task = { .table = self->table, .has_effect = self->has_effect };

  for (gsize i = begin; i < end; i++)
    self->shift[i] = (float) qs_count_shift (&task, self->patients->latent[i]);
}

/* Bins of a two-thousandth of the effect's standard deviation leave about one patient in
 * a hundred to the table. */
static void
invert (QsPopulation *self)
{
  const QsPredictor *predictor = self->model->estimate;
  const QsSuccess    success = self->criterion.success;
  const double       width = self->has_effect
                                 ? fabs (predictor->klass->shift (predictor, success, 1.0) -
                                         predictor->klass->shift (predictor, success, -1.0)) /
                                 4000.0
                                 : 0.0;

  g_clear_pointer (&self->inverse, qs_inverse_free);
  self->inverse = qs_inverse_new (self->table, width);
}

/* Doses per weight around an eighth of the highest studied one are where curves bend. */
static double
scale_of (const QsStudyFacts *facts)
{
  return facts->highest_dose_mg > 0.0 ? facts->highest_dose_mg / (8.0 * 70.0)
                                      : 0.5 / 70.0;
}

/**
 * qs_population_tabulate:
 *
 * Makes the tables those of @scenario's criterion. A failure leaves the old ones.
 */
gboolean
qs_population_tabulate (QsPopulation     *self,
                        const QsScenario *scenario,
                        QsRun            *run,
                        GError          **error)
{
  const QsStudyFacts *facts = &self->model->facts;
  const QsRegimen     regimen = facts->interval_h > 100.0 ? QS_REGIMEN_QW : QS_REGIMEN_QD;
  const double end = first_steps * qs_regimen_grid_step_mg (regimen) / first_weight_kg;
  const QsCriterion        criterion = qs_scenario_criterion (scenario);
  gsize                    n;
  g_autofree QsPredictor **predictors = NULL;
  g_autoptr (QsTable)      table = NULL;
  QsBand                  *band;

  if (self->cohort != NULL)
    return qs_cohort_aim (self->cohort, scenario, run, error);

  if (self->table != NULL && qs_criterion_equal (&criterion, &self->criterion))
    return TRUE;

  predictors = predictors_of (self, &n);
  table =
      qs_table_new (self->model->estimate, &criterion, scale_of (facts), end, run, error);
  if (table == NULL)
    return FALSE;
  band = qs_band_new (predictors, n, &criterion, self->options.subject_effect,
                      scale_of (facts), end, run, error);
  if (band == NULL)
    return FALSE;

  g_clear_pointer (&self->table, qs_table_free);
  g_clear_pointer (&self->band, qs_band_free);
  self->table = g_steal_pointer (&table);
  self->band = band;
  self->criterion = criterion;
  invert (self);
  qs_parallel_for (run, self->patients->n, 8192, fill_shifts, self);
  return TRUE;
}

/* Weighs the patients and makes table and band reach up to @dose_mg in the lightest. */
static gboolean
reach (QsPopulation     *self,
       const QsScenario *scenario,
       double            dose_mg,
       QsRun            *run,
       GError          **error)
{
  const double low_kg = qs_band_lightest_kg (&scenario->bw);
  double       end;

  qs_patients_weigh (self->patients, &scenario->bw, run);
  end = 1.001 * dose_mg / self->patients->lightest_kg;

  if (end > self->table->end_mg_per_kg) {
    if (!qs_table_extend (self->table, 1.5 * end, run, error))
      return FALSE;
    invert (self);
  }

  return qs_band_extend (self->band, 1.001 * dose_mg / low_kg, run, error);
}

/* What is to be counted for @scenario; borrows from @self. */
static QsCountTask
task_of (const QsPopulation *self, const QsScenario *scenario, guint n_steps)
{
  const QsPredictor *predictor = self->model->estimate;

  return (QsCountTask){
    .patients = self->patients,
    .table = self->table,
    .inverse = self->inverse,
    .shift = self->shift,
    .has_effect = self->has_effect,
    .level =
        predictor->klass->level (predictor, scenario->success, scenario->threshold_ng_ml),
    .comed_share = scenario->comed_share,
    .step_mg = qs_regimen_grid_step_mg (scenario->regimen),
    .n_steps = n_steps,
  };
}

/**
 * qs_population_curves:
 * @success: (out) (array): for each dose the point estimate's probability, then those of
 * the draws
 *
 * Needs qs_population_tabulate() with the same scenario.
 */
gboolean
qs_population_curves (QsPopulation     *self,
                      const QsScenario *scenario,
                      gsize             n_doses,
                      const double     *doses_mg,
                      double           *success,
                      QsRun            *run,
                      GError          **error)
{
  const double highest_mg = doses_mg[n_doses - 1];

  if (self->cohort != NULL) {
    qs_cohort_curves (self->cohort, n_doses, doses_mg, success, run);
    return TRUE;
  }

  if (!reach (self, scenario, highest_mg, run, error))
    return FALSE;

  qs_band_aim (self->band, scenario, highest_mg, run);
  qs_band_curves (self->band, n_doses, doses_mg, success, run);
  return TRUE;
}

/**
 * qs_population_count:
 *
 * Counts the successes of the point estimate into @self->counts. Needs
 * qs_population_curves() up to the highest dose.
 */
gboolean
qs_population_count (QsPopulation     *self,
                     const QsScenario *scenario,
                     guint             n_steps,
                     QsRun            *run,
                     GError          **error)
{
  QsCountTask task;

  if (self->cohort != NULL) {
    qs_cohort_count (self->cohort, qs_scenario_grid_step (scenario), n_steps,
                     self->counts, run);
    return TRUE;
  }

  task = task_of (self, scenario, n_steps);
  return qs_counts_run (self->counts, &task, run, error);
}

/**
 * qs_population_crossing:
 * @step: of the grid, with at least @needed successes, the one below with fewer
 *
 * Needs qs_population_count().
 */
double
qs_population_crossing (QsPopulation     *self,
                        const QsScenario *scenario,
                        guint             step,
                        guint64           needed,
                        QsRun            *run)
{
  QsCountTask task;

  if (self->cohort != NULL)
    return qs_cohort_crossing (self->cohort, qs_scenario_grid_step (scenario), step,
                               needed, self->counts);

  task = task_of (self, scenario, self->counts->n_steps);
  return qs_counts_crossing (self->counts, &task, step, needed, run);
}

/**
 * qs_population_limit:
 *
 * Returns: the share of patients whom any dose brings to success, where the model knows
 * it without trying doses; else 0
 */
double
qs_population_limit (const QsPopulation *self)
{
  return self->cohort != NULL ? qs_cohort_limit (self->cohort) : 0.0;
}

/**
 * qs_population_audit:
 * @n_points: random (dose, body weight, co-medication, effect) points, over the grid of
 * 160 doses
 *
 * See qs_audit_run().
 */
gboolean
qs_population_audit (QsPopulation     *self,
                     const QsScenario *scenario,
                     guint64           seed,
                     guint64           n_points,
                     QsAudit          *audit,
                     QsRun            *run,
                     GError          **error)
{
  const guint  n_steps = (guint) first_steps;
  const double end_mg = n_steps * qs_regimen_grid_step_mg (scenario->regimen);
  double       low_kg, high_kg;
  QsCountTask  task;

  if (self->cohort != NULL) {
    g_set_error (error, QS_ERROR, QS_ERROR_REFUSED,
                 "The %s model has no table to be audited",
                 self->model->estimate->klass->name);
    return FALSE;
  }

  qs_prior_range (&scenario->bw, &low_kg, &high_kg);
  if (!qs_population_tabulate (self, scenario, run, error) ||
      !reach (self, scenario, end_mg, run, error))
    return FALSE;

  if (!qs_table_extend (self->table, 1.001 * end_mg / low_kg, run, error))
    return FALSE;
  invert (self);

  task = task_of (self, scenario, n_steps);
  return qs_audit_run (&task, &scenario->bw, seed, n_points, audit, run, error);
}
