/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-pinn-fit.h"

#include "core/qs-error.h"
#include "core/qs-parallel.h"
#include "data/qs-split.h"
#include "data/qs-windows.h"
#include "nn/qs-pinn-kinetics.h"
#include "nn/qs-pinn-mechanism.h"
#include "nn/qs-pinn-predictor.h"
#include "nn/qs-reml.h"

#include <math.h>

#define N_SUBJECTS_MIN 8

/* The learning rate falls evenly on a log scale to this share of the first. */
static const double last_rate = 0.01;

/* A replicate goes on from the estimate for a tenth of its epochs, at a third of its
 * rate. */
#define REPLICATE_EPOCHS 10
#define REPLICATE_RATE 3.0

typedef struct {
  const QsDataset    *dataset; /* borrowed */
  const QsFitOptions *options; /* borrowed */
  guint               n;
  QsPinnPerson      **persons; /* owned */
  gboolean           *validates;
  guint              *training; /* [n_training] */
  guint               n_training;
  guint              *validation; /* [n_validation] */
  guint               n_validation;
  QsPinn             *pinn;
  QsModel            *model;
} Fit;

static void
fit_clear (Fit *self)
{
  for (guint i = 0; self->persons != NULL && i < self->n; i++)
    qs_pinn_person_free (self->persons[i]);
  g_free (self->persons);
  g_free (self->validates);
  g_free (self->training);
  g_free (self->validation);
  qs_pinn_free (self->pinn);
  qs_model_unref (self->model);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fit, fit_clear)

/* Who has no biomarker neither trains nor validates. */
static void
split (Fit *self)
{
  const QsFitOptions *options = self->options;

  if (options->early_stopping && options->validation_share > 0.0)
    qs_split_validation (self->dataset, options->validation_share, options->seed, 0,
                         self->validates);
  for (guint i = 0; i < self->n; i++) {
    if (self->persons[i]->looks[QS_ENDPOINT_PD]->len == 0)
      continue;
    if (self->validates[i])
      self->validation[self->n_validation++] = i;
    else
      self->training[self->n_training++] = i;
  }
}

static gboolean
fit_init (Fit                *self,
          const QsDataset    *dataset,
          const QsFitOptions *options,
          GError            **error)
{
  const guint n = qs_dataset_n_subjects (dataset);

  *self = (Fit){
    .dataset = dataset,
    .options = options,
    .n = n,
    .persons = g_new0 (QsPinnPerson *, n),
    .validates = g_new0 (gboolean, n),
    .training = g_new0 (guint, n),
    .validation = g_new0 (guint, n),
    .model = qs_model_new (options->kind),
  };
  self->model->facts = qs_dataset_facts (dataset);
  self->model->options = *options;
  self->model->data_sha256 = g_strdup (qs_dataset_sha256 (dataset));
  for (guint i = 0; i < n; i++) {
    self->persons[i] = qs_pinn_person_new (qs_dataset_subject (dataset, i), error);
    if (self->persons[i] == NULL)
      return FALSE;
  }

  split (self);
  if (self->n_training + self->n_validation >= N_SUBJECTS_MIN)
    return TRUE;
  g_set_error (error, QS_ERROR, QS_ERROR_TOO_FEW,
               "%u subjects have biomarker observations; the network needs at least %d",
               self->n_training + self->n_validation, N_SUBJECTS_MIN);
  return FALSE;
}

static double *
falling_rates (double first, guint n)
{
  double *rates = g_new (double, n);

  for (guint i = 0; i < n; i++)
    rates[i] = first * pow (last_rate, (double) i / n);
  return rates;
}

/* Keeps of @values, at the subject's biomarker observations, those of its last dosing
 * interval. Returns their number. */
static guint
keep_window (const Fit *self, guint subject, double *values)
{
  const GArray *looks = self->persons[subject]->looks[QS_ENDPOINT_PD];
  double        from_h, to_h;
  guint         n = 0;

  if (!qs_window_of (qs_dataset_subject (self->dataset, subject), &from_h, &to_h))
    return looks->len;
  for (guint k = 0; k < looks->len; k++) {
    const double time_h = g_array_index (looks, QsPinnLook, k).time_h;

    if (time_h >= from_h && time_h <= to_h)
      values[n++] = values[k];
  }

  return n;
}

/* Log biomarker of a subject in its last dosing interval: observed, as the network and as
 * its equations have it. */
typedef struct {
  guint   n;
  double *observed;
  double *network;
  double *equations;
} Misses;

static void
misses_clear (Misses *self)
{
  g_free (self->observed);
  g_free (self->network);
  g_free (self->equations);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Misses, misses_clear)

static void
misses_init (Misses                *misses,
             const Fit             *self,
             const QsPinn          *pinn,
             const QsPinnMechanism *mechanism,
             guint                  subject)
{
  const GArray *looks = self->persons[subject]->looks[QS_ENDPOINT_PD];

  *misses = (Misses){
    .observed = g_new0 (double, looks->len + 1),
    .network = g_new0 (double, looks->len + 1),
    .equations = g_new0 (double, looks->len + 1),
  };
  for (guint k = 0; k < looks->len; k++)
    misses->observed[k] = g_array_index (looks, QsPinnLook, k).log_value;
  qs_pinn_predict (pinn, self->persons, self->n, subject, misses->network);
  qs_pinn_mechanism_record (mechanism, self->persons[subject], misses->equations);

  keep_window (self, subject, misses->observed);
  keep_window (self, subject, misses->network);
  misses->n = keep_window (self, subject, misses->equations);
}

static gboolean
fit_effect (const Fit    *self,
            const QsPinn *pinn,
            const guint  *times,
            QsReml       *effect,
            GError      **error)
{
  g_autofree QsRemlSubject *subjects = g_new (QsRemlSubject, self->n);
  g_autofree guint         *drawn = g_new (guint, self->n);
  g_auto (QsPinnMechanism)  mechanism;
  guint                     n_subjects = 0;

  qs_pinn_mechanism_init (&mechanism, pinn);
  for (guint i = 0; i < self->n; i++) {
    g_auto (Misses) misses = { 0 };

    misses_init (&misses, self, pinn, &mechanism, i);
    if (misses.n == 0)
      continue;
    for (guint k = 0; k < misses.n; k++)
      misses.observed[k] -= misses.equations[k];
    drawn[n_subjects] = times != NULL ? times[i] : 1;
    subjects[n_subjects++] = qs_reml_subject (misses.observed, misses.n);
  }

  return qs_reml_fit (subjects, drawn, n_subjects, effect, error);
}

static QsPredictor *
make_predictor (const Fit *self, const QsPinn *pinn, const guint *times, GError **error)
{
  QsReml         effect;
  QsPinnSettings settings;

  if (!fit_effect (self, pinn, times, &effect, error))
    return NULL;

  settings = (QsPinnSettings){
    .highest_mg = self->model->facts.highest_dose_mg,
    .omega = effect.omega,
    .sigma = effect.sigma,
  };
  return qs_pinn_predictor_new (pinn->quantum, &pinn->scales, pinn->params,
                                pinn->n_params, &settings, error);
}

/* Of those who train or those who validate, in ng/mL. */
static void
add_accuracy (const Fit *self, gboolean validates)
{
  static const char *const names[2][3] = {
    { "RMSE (training)", "R² (training)", "RMSE of the equations (training)" },
    { "RMSE (validation)", "R² (validation)", "RMSE of the equations (validation)" },
  };
  double                   squares = 0.0, equations = 0.0, sum = 0.0, total = 0.0;
  guint                    n = 0;
  g_auto (QsPinnMechanism) mechanism;

  qs_pinn_mechanism_init (&mechanism, self->pinn);
  for (guint i = 0; i < self->n; i++) {
    g_auto (Misses) misses = { 0 };

    if (self->validates[i] != validates)
      continue;
    misses_init (&misses, self, self->pinn, &mechanism, i);
    for (guint k = 0; k < misses.n; k++, n++) {
      const double value = exp (misses.observed[k]);

      squares += pow (value - exp (misses.network[k]), 2.0);
      equations += pow (value - exp (misses.equations[k]), 2.0);
      sum += value;
      total += value * value;
    }
  }
  if (n == 0)
    return;

  qs_model_add_metric (self->model, names[validates][0], sqrt (squares / n), "ng/mL");
  qs_model_add_metric (self->model, names[validates][1],
                       1.0 - squares / (total - sum * sum / n), "");
  qs_model_add_metric (self->model, names[validates][2], sqrt (equations / n), "ng/mL");
}

/* What the equations found, to be held against a population model's. */
static void
add_parameters (const Fit *self, const QsPinnStory *story)
{
  g_auto (QsPinnMechanism) mechanism;
  QsPdParameters           pd;
  QsModel                 *model = self->model;

  qs_pinn_mechanism_init (&mechanism, self->pinn);
  pd = qs_pinn_mechanism_pd (&mechanism);
  qs_model_add_metric (model, "residual of the amounts", story->kinetics_residual, "");
  qs_model_add_metric (model, "residual of the turnover", story->response_residual,
                       "per day");
  qs_model_add_metric (model, "ka", mechanism.pk.ka, "1/h");
  qs_model_add_metric (model, "CL", mechanism.pk.cl, "L/h");
  qs_model_add_metric (model, "V", mechanism.pk.v, "L");
  qs_model_add_metric (model, "Q", mechanism.pk.q, "L/h");
  qs_model_add_metric (model, "V2", mechanism.pk.v2, "L");
  qs_model_add_metric (model, "R0", pd.r0, "ng/mL");
  qs_model_add_metric (model, "beta_R0_COMED", mechanism.beta_comed, "");
  qs_model_add_metric (model, "kout", pd.kout, "1/h");
  qs_model_add_metric (model, "Imax", pd.imax, "");
  qs_model_add_metric (model, "IC50", pd.ic50, "mg/L");
  if (!self->pinn->quantum)
    return;
  qs_model_add_metric (model, QS_METRIC_N_CLASSICAL, (double) qs_pinn_n_params (FALSE),
                       "");
  qs_model_add_metric (model, QS_METRIC_N_QUANTUM,
                       (double) (qs_pinn_n_params (TRUE) - qs_pinn_n_params (FALSE)), "");
}

static gboolean
fit_estimate (Fit *self, QsRun *run, GError **error)
{
  g_autofree double *rates =
      falling_rates (self->options->learning_rate, self->options->n_epochs);
  const QsSchedule schedule = { rates, self->options->n_epochs };
  const QsLesson   lesson = {
      .training = self->training,
      .n_training = self->n_training,
      .validation = self->validation,
      .n_validation = self->n_validation,
      .schedule = &schedule,
      .stage = QS_STAGE_TRAIN,
  };
  QsPinnStory story = { 0 };

  self->pinn = qs_pinn_train (self->persons, self->n, NULL, &lesson, self->options,
                              &story, run, error);
  if (self->pinn == NULL)
    return FALSE;

  g_array_append_vals (self->model->history, story.response->history->data,
                       story.response->history->len);
  self->model->best_epoch = story.response->best_epoch;
  qs_trained_free (story.response);
  add_accuracy (self, FALSE);
  add_accuracy (self, TRUE);
  add_parameters (self, &story);
  self->model->estimate = make_predictor (self, self->pinn, NULL, error);

  return self->model->estimate != NULL;
}

/* Networks of resampled subjects. */
typedef struct {
  const Fit    *fit;
  QsSchedule    schedule;
  QsPredictor **draws;  /* [replicate] */
  GError      **errors; /* [replicate] */
  QsProgress    progress;
  QsRun        *run;
} Bootstrap;

static QsPredictor *
train_replicate (Bootstrap *work, guint r, GError **error)
{
  const Fit         *self = work->fit;
  g_autofree guint  *times = g_new0 (guint, self->n);
  g_autofree guint  *training = g_new (guint, self->n);
  g_autoptr (QsPinn) pinn = NULL;
  QsLesson           lesson = {
              .training = training,
              .schedule = &work->schedule,
              .replicate = r + 1,
              .stage = QS_STAGE_BOOTSTRAP,
              .progress = &work->progress,
  };

  qs_split_bootstrap (self->dataset, self->options->seed, r, times);
  for (guint i = 0; i < self->n; i++)
    for (guint k = 0; self->persons[i]->looks[QS_ENDPOINT_PD]->len > 0 && k < times[i];
         k++)
      training[lesson.n_training++] = i;

  pinn = qs_pinn_train (self->persons, self->n, self->pinn, &lesson, self->options, NULL,
                        work->run, error);
  return pinn != NULL ? make_predictor (self, pinn, times, error) : NULL;
}

static void
replicate_chunk (gsize r, gsize begin, gsize end, gpointer data)
{
  Bootstrap *work = data;

  if (!qs_run_is_cancelled (work->run))
    work->draws[r] = train_replicate (work, (guint) r, &work->errors[r]);
}

static gboolean
fit_draws (Fit *self, QsRun *run, GError **error)
{
  const guint        n = self->options->n_bootstrap;
  const guint        n_epochs = MAX (1, self->options->n_epochs / REPLICATE_EPOCHS);
  g_autofree double *rates =
      falling_rates (self->options->learning_rate / REPLICATE_RATE, n_epochs);
  g_autofree QsPredictor **draws = g_new0 (QsPredictor *, n);
  g_autofree GError      **errors = g_new0 (GError *, n);
  Bootstrap                work = {
                   .fit = self,
                   .schedule = { rates, n_epochs },
                   .draws = draws,
                   .errors = errors,
                   .progress = { .n_total = n * n_epochs },
                   .run = run,
  };
  GError *first = NULL;

  qs_parallel_for (run, n, 1, replicate_chunk, &work);
  for (guint r = 0; r < n; r++) {
    if (draws[r] != NULL)
      g_ptr_array_add (self->model->draws, draws[r]);
    if (first == NULL)
      first = g_steal_pointer (&errors[r]);
    g_clear_error (&errors[r]);
  }
  if (first != NULL) {
    g_propagate_error (error, first);
    return FALSE;
  }

  self->model->uncertainty =
      g_strdup ("The parameter band comes from networks that went on from the estimate "
                "with resampled subjects; networks trained anew would differ more.");
  return qs_run_step (run, NULL, error);
}

/**
 * qs_pinn_fit:
 * @dataset: a usable dataset with concentrations and biomarker
 * @options: of kind %QS_MODEL_PINN or %QS_MODEL_QPINN
 * @run: (nullable): hears both losses of the response's epochs
 * @error: %QS_ERROR_REFUSED, %QS_ERROR_TOO_FEW, %QS_ERROR_NUMERIC, %QS_ERROR_CANCELLED
 *
 * A physics-informed network of the whole record (science.md 4). It knows a subject's
 * doses, body weight and co-medication, not its own concentrations; what these do not
 * explain is the subject effect.
 *
 * Returns: (transfer full): the model; the same bits whatever the thread count
 */
QsModel *
qs_pinn_fit (const QsDataset    *dataset,
             const QsFitOptions *options,
             QsRun              *run,
             GError            **error)
{
  const gint64          begin_us = g_get_monotonic_time ();
  g_auto (Fit)          self = { 0 };
  const QsPinnSettings *settings;

  if (!fit_init (&self, dataset, options, error) || !fit_estimate (&self, run, error))
    return NULL;
  if (options->n_bootstrap > 0 && !fit_draws (&self, run, error))
    return NULL;

  settings = qs_pinn_predictor_settings (self.model->estimate);
  qs_model_add_metric (self.model, QS_METRIC_OMEGA_IN_SAMPLE, settings->omega,
                       "SD of log R");
  qs_model_add_metric (self.model, "sigma", settings->sigma, "SD of log R");
  self.model->elapsed_s = (double) (g_get_monotonic_time () - begin_us) * 1e-6;
  return g_steal_pointer (&self.model);
}
