/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-logistic.h"

#include "analysis/qs-firth.h"
#include "analysis/qs-fit-draws.h"
#include "analysis/qs-window-summary.h"
#include "core/qs-error.h"

#include <math.h>
#include <string.h>

/* Three coefficients, and five subjects to spare. */
#define N_SUBJECTS_MIN 8

typedef struct {
  QsFirthRow *rows;     /* of subjects with observations in their window */
  guint      *subjects; /* number of each row's subject in the dataset */
  gsize       n_rows;
  gboolean    has_comed;
  double      u0_mg_per_kg;
  double      threshold_ng_ml;
  QsSuccess   success;
  double      interval_h;
} Problem;

static void
problem_clear (Problem *self)
{
  g_free (self->rows);
  g_free (self->subjects);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Problem, problem_clear)

static gboolean
too_few (GError **error, const char *what)
{
  g_set_error (error, QS_ERROR, QS_ERROR_TOO_FEW, "The logistic link needs %s", what);
  return FALSE;
}

/* The dose term turns at the smallest dose per body weight given: below it is linear,
 * above logarithmic, so that doubling a high dose adds a constant. */
static double
smallest_dose (const QsWindowSummary *summaries, guint n_subjects)
{
  double low = INFINITY;

  for (guint i = 0; i < n_subjects; i++)
    if (summaries[i].n > 0 && summaries[i].dose_mg_per_kg > 0.0)
      low = MIN (low, summaries[i].dose_mg_per_kg);

  return low;
}

static gboolean
problem_init (Problem               *self,
              const QsWindowSummary *summaries,
              guint                  n_subjects,
              GError               **error)
{
  double low = INFINITY, high = -INFINITY;

  self->rows = g_new0 (QsFirthRow, n_subjects);
  self->subjects = g_new0 (guint, n_subjects);
  self->u0_mg_per_kg = smallest_dose (summaries, n_subjects);
  if (!isfinite (self->u0_mg_per_kg))
    return too_few (error, "subjects with drug and biomarker observations in their last "
                           "dosing window");

  for (guint i = 0; i < n_subjects; i++) {
    const QsWindowSummary *s = &summaries[i];
    const double           term = log1p (s->dose_mg_per_kg / self->u0_mg_per_kg);

    if (s->n == 0)
      continue;

    self->rows[self->n_rows] = (QsFirthRow){
      .x = { 1.0, term, s->comed != 0 ? 1.0 : 0.0 },
      .times = 1,
      .success = self->success == QS_SUCCESS_BELOW
                     ? s->high_ng_ml <= self->threshold_ng_ml
                     : s->low_ng_ml >= self->threshold_ng_ml,
    };
    self->subjects[self->n_rows++] = i;
    low = MIN (low, term);
    high = MAX (high, term);
  }

  if (self->n_rows < N_SUBJECTS_MIN)
    return too_few (error, "8 subjects with biomarker observations in their last dosing "
                           "window");
  if (!(high > low + 0.1))
    return too_few (error, "at least two different doses");

  return TRUE;
}

static double
fit_parameters (const Problem        *problem,
                const QsFirthRow     *rows,
                QsLogisticParameters *parameters)
{
  double coefficients[QS_FIRTH_MAX];
  double value = -INFINITY;

  if (problem->has_comed)
    value = qs_firth_fit (rows, problem->n_rows, 3, coefficients);
  /* A sample with one level of co-medication cannot tell its effect: left at 0. */
  if (!isfinite (value))
    value = qs_firth_fit (rows, problem->n_rows, 2, coefficients);

  *parameters = (QsLogisticParameters){
    .intercept = coefficients[0],
    .slope = coefficients[1],
    .beta_comed = coefficients[2],
    .u0_mg_per_kg = problem->u0_mg_per_kg,
    .threshold_ng_ml = problem->threshold_ng_ml,
    .success = problem->success,
  };

  return value;
}

static QsPredictor *
fit_predictor (gconstpointer data, const guint *times)
{
  const Problem         *problem = data;
  g_autofree QsFirthRow *rows = g_memdup2 (problem->rows, problem->n_rows * sizeof *rows);
  QsLogisticParameters   parameters;

  for (gsize i = 0; i < problem->n_rows; i++)
    rows[i].times = times[problem->subjects[i]];

  return isfinite (fit_parameters (problem, rows, &parameters))
             ? qs_logistic_new (&parameters, problem->interval_h)
             : NULL;
}

static void
add_metrics (QsModel *model, const Problem *problem, double value)
{
  const QsLogisticParameters *p = qs_logistic_parameters (model->estimate);
  double                      brier = 0.0;
  guint                       n_attained = 0;

  for (gsize i = 0; i < problem->n_rows; i++) {
    const QsFirthRow *row = &problem->rows[i];
    const double eta = p->intercept + p->slope * row->x[1] + p->beta_comed * row->x[2];
    const double miss = 1.0 / (1.0 + exp (-eta)) - (row->success ? 1.0 : 0.0);

    brier += miss * miss;
    n_attained += row->success;
  }

  qs_model_add_metric (model, "intercept", p->intercept, "logit");
  qs_model_add_metric (model, "slope", p->slope, "logit");
  if (problem->has_comed)
    qs_model_add_metric (model, "beta_COMED", p->beta_comed, "logit");
  qs_model_add_metric (model, "u0", p->u0_mg_per_kg, "mg/kg");
  qs_model_add_metric (model, "attained", n_attained, "subjects");
  qs_model_add_metric (model, "Brier score", brier / (double) problem->n_rows, "");
  qs_model_add_metric (model, "penalised log likelihood", value, "");
}

/**
 * qs_logistic_fit:
 * @dataset: a study with biomarker observations in the last dosing window
 * @options: settings of kind %QS_MODEL_LOGISTIC: the threshold and the side of success
 * make the labels
 * @run: (nullable): the run
 * @error: return location for %QS_ERROR_TOO_FEW, %QS_ERROR_DATA, %QS_ERROR_SCENARIO or
 * %QS_ERROR_CANCELLED
 *
 * Fits the probability that every observation of the last dosing window lies on the right
 * side of the threshold. Dose separates the labels almost (nobody below 3 mg/d attains,
 * nearly everybody above does), so the likelihood is Firth's: see qs_firth_fit(). The
 * parameter draws are fits to bootstrap samples of the subjects.
 *
 * Returns: (transfer full): the model
 */
QsModel *
qs_logistic_fit (const QsDataset    *dataset,
                 const QsFitOptions *options,
                 QsRun              *run,
                 GError            **error)
{
  const gint64                begin_us = g_get_monotonic_time ();
  const QsEvent               event = { .stage = QS_STAGE_TRAIN, .fraction = 1.0 };
  g_autofree QsWindowSummary *summaries = NULL;
  g_autoptr (QsModel)         model = NULL;
  g_auto (Problem)            problem = { 0 };
  QsLogisticParameters        parameters;
  double                      value;

  if (!qs_fit_options_validate (options, error) || !qs_dataset_require (dataset, error))
    return NULL;

  summaries = qs_window_summaries (dataset, error);
  if (summaries == NULL)
    return NULL;

  model = qs_model_new (QS_MODEL_LOGISTIC);
  model->facts = qs_dataset_facts (dataset);
  model->options = *options;
  model->data_sha256 = g_strdup (qs_dataset_sha256 (dataset));

  problem.has_comed = model->facts.has_comed;
  problem.threshold_ng_ml = options->threshold_ng_ml;
  problem.success = options->success;
  problem.interval_h = model->facts.interval_h;
  if (!problem_init (&problem, summaries, qs_dataset_n_subjects (dataset), error))
    return NULL;

  value = fit_parameters (&problem, problem.rows, &parameters);
  if (!isfinite (value)) {
    too_few (error, "doses and co-medication that vary independently");
    return NULL;
  }

  model->estimate = qs_logistic_new (&parameters, problem.interval_h);
  add_metrics (model, &problem, value);

  if (!qs_run_step (run, &event, error) ||
      !qs_fit_draws (model, dataset, fit_predictor, &problem, run, error))
    return NULL;

  model->elapsed_s = (double) (g_get_monotonic_time () - begin_us) * 1e-6;
  return g_steal_pointer (&model);
}
