/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-exposure-fit.h"

#include "core/qs-error.h"
#include "core/qs-parallel.h"
#include "data/qs-split.h"
#include "data/qs-windows.h"
#include "nn/qs-exposure-physics.h"
#include "nn/qs-exposure-predictor.h"
#include "nn/qs-reml.h"
#include "pkpd/qs-pkpd-individual.h"
#include "pkpd/qs-pkpd-predictor.h"

#include <math.h>

#define N_SUBJECTS_MIN 8

/* Epochs of a head that is trained again on cells that stay as they are. */
#define N_HEAD_EPOCHS 60

/* Squared misses of a group of subjects in their last dosing intervals. */
typedef struct {
  double squares;
  double sum;
  double total;
  guint  n;
} Score;

/* One fit. Arrays are by subject of the dataset unless something else is said. Behind the
 * subjects are the records that the population model makes; all of them train. */
typedef struct {
  const QsDataset    *dataset;  /* borrowed */
  const QsFitOptions *options;  /* borrowed */
  const QsModel      *kinetics; /* borrowed */
  guint               n;
  guint               n_physics;
  QsExposureRecord  **records; /* owned, [n + n_physics], NULL for who has no label */
  gboolean           *validates;
  guint              *training; /* [n_training], subjects first */
  guint               n_training;
  guint              *validation; /* [n_validation] */
  guint               n_validation;
  QsExposureNet      *net;
  QsTrained          *story;
  QsModel            *model;
} Fit;

static void
fit_clear (Fit *self)
{
  for (guint i = 0; self->records != NULL && i < self->n + self->n_physics; i++)
    qs_exposure_record_free (self->records[i]);
  g_free (self->records);
  g_free (self->validates);
  g_free (self->training);
  g_free (self->validation);
  qs_exposure_net_free (self->net);
  if (self->story != NULL)
    qs_trained_free (self->story);
  qs_model_unref (self->model);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fit, fit_clear)

static gboolean
has_label (const QsExposureRecord *record)
{
  for (guint t = 0; t < record->n_steps; t++)
    if (!isnan (record->log_response[t]))
      return TRUE;

  return FALSE;
}

/* Everybody's concentrations as the population model has them from the own ones. */
static gboolean
add_records (Fit *self, QsRun *run, GError **error)
{
  const QsPkpdStructure *structure =
      qs_pkpd_predictor_structure (self->kinetics->estimate);
  const QsPkpdPopulation *population =
      qs_pkpd_predictor_population (self->kinetics->estimate);
  g_autoptr (QsPkpdStudy) study = qs_pkpd_study_new (self->dataset, error);
  guint                   n_seen = 0;

  if (study == NULL)
    return FALSE;

  for (guint i = 0; i < self->n; i++) {
    const QsSubject             *subject = qs_dataset_subject (self->dataset, i);
    g_autoptr (QsExposureRecord) record = qs_exposure_record_new (subject);
    double                       transformed[QS_PKPD_N_PARAMETERS];

    if (!qs_run_step (run, NULL, error))
      return FALSE;
    if (!has_label (record))
      continue;
    qs_pkpd_individual_estimate (&study->persons[i], structure, population,
                                 QS_PKPD_FROM_CONCENTRATIONS, transformed);
    qs_exposure_record_expose (record, subject, structure, transformed);
    self->records[i] = g_steal_pointer (&record);
    n_seen++;
  }

  if (n_seen >= N_SUBJECTS_MIN)
    return TRUE;
  g_set_error (error, QS_ERROR, QS_ERROR_TOO_FEW,
               "%u subjects have biomarker observations; the network needs at least %d",
               n_seen, N_SUBJECTS_MIN);
  return FALSE;
}

/* Without early stopping nobody has to judge, so all train. */
static void
split (Fit *self)
{
  const QsFitOptions *options = self->options;

  if (options->early_stopping && options->validation_share > 0.0)
    qs_split_validation (self->dataset, options->validation_share, options->seed, 0,
                         self->validates);
  for (guint i = 0; i < self->n; i++) {
    if (self->records[i] == NULL)
      continue;
    if (self->validates[i])
      self->validation[self->n_validation++] = i;
    else
      self->training[self->n_training++] = i;
  }
}

/* Behind the subjects that train, the records that stand for people of @kinetics. */
static guint
add_physics (const Fit         *self,
             const QsPredictor *kinetics,
             guint32            replicate,
             QsExposureRecord **records,
             guint             *training,
             guint              n_training)
{
  qs_exposure_physics_make (self->dataset, training, n_training, kinetics, self->options,
                            replicate, records + self->n);
  for (guint k = 0; k < self->n_physics; k++)
    training[n_training + k] = self->n + k;

  return n_training + self->n_physics;
}

static gboolean
fit_init (Fit                *self,
          const QsDataset    *dataset,
          const QsFitOptions *options,
          const QsModel      *kinetics,
          QsRun              *run,
          GError            **error)
{
  const guint n = qs_dataset_n_subjects (dataset);
  const guint n_physics = qs_exposure_n_physics (options);

  *self = (Fit){
    .dataset = dataset,
    .options = options,
    .kinetics = kinetics,
    .n = n,
    .n_physics = n_physics,
    .records = g_new0 (QsExposureRecord *, n + n_physics),
    .validates = g_new0 (gboolean, n),
    .training = g_new0 (guint, n + n_physics),
    .validation = g_new0 (guint, n),
    .model = qs_model_new (options->kind),
  };
  self->model->facts = qs_dataset_facts (dataset);
  self->model->options = *options;
  self->model->data_sha256 = g_strdup (qs_dataset_sha256 (dataset));
  if (!add_records (self, run, error))
    return FALSE;

  split (self);
  self->n_training = add_physics (self, kinetics->estimate, 0, self->records,
                                  self->training, self->n_training);
  return TRUE;
}

static QsLesson
lesson_of (const Fit *self)
{
  return (QsLesson){
    .training = self->training,
    .n_training = self->n_training,
    .validation = self->validation,
    .n_validation = self->n_validation,
    .weight_decay = QS_EXPOSURE_WEIGHT_DECAY,
    .stage = QS_STAGE_TRAIN,
  };
}

/* Observations less predictions of @subject in its last dosing interval, on log
 * biomarker; of the whole record where nobody has one. Returns their number. */
static guint
misses_of (const Fit           *self,
           const QsExposureNet *net,
           guint                subject,
           double              *observed,
           double              *predicted)
{
  const QsExposureRecord *record = self->records[subject];
  g_autofree double      *all = g_new (double, record->n_steps);
  double                  from_h, to_h;
  guint                   n = 0;

  if (!qs_window_of (qs_dataset_subject (self->dataset, subject), &from_h, &to_h)) {
    from_h = -INFINITY;
    to_h = INFINITY;
  }
  qs_exposure_net_predict (net, record, all);
  for (guint t = 0; t < record->n_steps; t++) {
    if (isnan (record->log_response[t]) || record->times_h[t] < from_h ||
        record->times_h[t] > to_h)
      continue;
    observed[n] = record->log_response[t];
    predicted[n++] = all[t];
  }

  return n;
}

/* The subject effect of who is drawn @times (all once where NULL). */
static gboolean
fit_effect (const Fit           *self,
            const QsExposureNet *net,
            const guint         *times,
            QsReml              *effect,
            GError             **error)
{
  g_autofree QsRemlSubject *subjects = g_new (QsRemlSubject, self->n);
  g_autofree guint         *drawn = g_new (guint, self->n);
  guint                     n_subjects = 0;

  for (guint i = 0; i < self->n; i++) {
    g_autofree double *observed = NULL, *predicted = NULL;
    guint              n;

    if (self->records[i] == NULL)
      continue;
    observed = g_new (double, self->records[i]->n_steps);
    predicted = g_new (double, self->records[i]->n_steps);
    n = misses_of (self, net, i, observed, predicted);
    for (guint k = 0; k < n; k++)
      observed[k] -= predicted[k];
    if (n == 0)
      continue;
    drawn[n_subjects] = times != NULL ? times[i] : 1;
    subjects[n_subjects++] = qs_reml_subject (observed, n);
  }

  return qs_reml_fit (subjects, drawn, n_subjects, effect, error);
}

static QsPredictor *
make_predictor (const Fit           *self,
                const QsExposureNet *net,
                const guint         *times,
                QsPredictor         *kinetics,
                GError             **error)
{
  const QsStudyFacts *facts = &self->model->facts;
  QsReml              effect;
  QsExposureSettings  settings;

  if (!fit_effect (self, net, times, &effect, error))
    return NULL;

  settings = (QsExposureSettings){
    .treated_h = MAX (0.0, facts->window_from_h),
    .highest_mg = facts->highest_dose_mg,
    .omega = effect.omega,
    .sigma = effect.sigma,
  };
  return qs_exposure_predictor_new (self->options, &net->scales, net->params,
                                    qs_net_shape_layout (&net->shape).n_params, &settings,
                                    kinetics, error);
}

static Score
score_of (const Fit *self, const QsExposureNet *net, gboolean validates)
{
  Score score = { 0 };

  for (guint i = 0; i < self->n; i++) {
    g_autofree double *observed = NULL, *predicted = NULL;
    guint              n;

    if (self->records[i] == NULL || self->validates[i] != validates)
      continue;
    observed = g_new (double, self->records[i]->n_steps);
    predicted = g_new (double, self->records[i]->n_steps);
    n = misses_of (self, net, i, observed, predicted);
    for (guint k = 0; k < n; k++) {
      const double value = exp (observed[k]), miss = value - exp (predicted[k]);

      score.squares += miss * miss;
      score.sum += value;
      score.total += value * value;
      score.n++;
    }
  }

  return score;
}

static double
rmse_of (Score score)
{
  return sqrt (score.squares / score.n);
}

static void
add_accuracy (const Fit  *self,
              gboolean    validates,
              const char *rmse,
              const char *r_squared)
{
  const Score  score = score_of (self, self->net, validates);
  const double variation = score.total - score.sum * score.sum / score.n;

  if (score.n == 0)
    return;

  qs_model_add_metric (self->model, rmse, rmse_of (score), "ng/mL");
  qs_model_add_metric (self->model, r_squared, 1.0 - score.squares / variation, "");
}

static gboolean
fit_estimate (Fit *self, QsRun *run, GError **error)
{
  const QsNetShape shape = qs_exposure_shape (self->options);
  const QsLesson   lesson = lesson_of (self);

  self->net = qs_exposure_net_train (&shape, NULL, self->records, &lesson, self->options,
                                     &self->story, run, error);
  if (self->net == NULL)
    return FALSE;

  g_array_append_vals (self->model->history, self->story->history->data,
                       self->story->history->len);
  self->model->best_epoch = self->story->best_epoch;
  add_accuracy (self, FALSE, "RMSE (training)", "R² (training)");
  add_accuracy (self, TRUE, "RMSE (validation)", "R² (validation)");
  self->model->estimate =
      make_predictor (self, self->net, NULL, self->kinetics->estimate, error);

  return self->model->estimate != NULL;
}

/* What a quantum network has that is quantum, and what a classical one of its size does
 * with the same subjects. */
static gboolean
fit_twin (Fit *self, QsRun *run, GError **error)
{
  const QsNetShape          shape = qs_exposure_shape (self->options);
  const QsNetShape          twin = qs_net_shape_twin (&shape);
  const QsNetLayout         layout = qs_net_shape_layout (&shape);
  const QsLesson            lesson = lesson_of (self);
  g_autoptr (QsRun)         quiet = qs_run_new_quiet (run);
  g_autoptr (QsExposureNet) net = qs_exposure_net_train (
      &twin, NULL, self->records, &lesson, self->options, NULL, quiet, error);
  QsModel *model = self->model;

  if (net == NULL)
    return FALSE;

  qs_model_add_metric (model, QS_METRIC_N_CLASSICAL,
                       (double) (layout.n_params - layout.n_quantum), "");
  qs_model_add_metric (model, QS_METRIC_N_QUANTUM, (double) layout.n_quantum, "");
  qs_model_add_metric (model, QS_METRIC_N_TWIN,
                       (double) qs_net_shape_layout (&twin).n_params, "");
  qs_model_add_metric (model, QS_METRIC_TWIN_RMSE_TRAINING,
                       rmse_of (score_of (self, net, FALSE)), "ng/mL");
  if (self->n_validation > 0)
    qs_model_add_metric (model, QS_METRIC_TWIN_RMSE_VALIDATION,
                         rmse_of (score_of (self, net, TRUE)), "ng/mL");
  return TRUE;
}

/* Networks of resampled subjects. */
typedef struct {
  const Fit    *fit;
  QsSchedule    schedule;
  gboolean      heads;
  QsPredictor **draws;  /* [replicate] */
  GError      **errors; /* [replicate] */
  QsProgress    progress;
  QsRun        *run;
} Bootstrap;

static guint
draw_members (const Fit *self, guint32 replicate, guint *times, guint *training)
{
  guint n = 0;

  qs_split_bootstrap (self->dataset, self->options->seed, replicate, times);
  for (guint i = 0; i < self->n; i++)
    for (guint k = 0; self->records[i] != NULL && k < times[i]; k++)
      training[n++] = i;

  return n;
}

/* The population model's draws are shared out evenly. */
static QsPredictor *
kinetics_of (const Fit *self, guint replicate)
{
  const GPtrArray *draws = self->kinetics->draws;

  return draws->len > 0
             ? draws->pdata[(guint64) replicate * draws->len / self->options->n_bootstrap]
             : self->kinetics->estimate;
}

static QsPredictor *
train_replicate (Bootstrap *work, guint r, GError **error)
{
  const Fit                    *self = work->fit;
  const QsNetShape              shape = qs_exposure_shape (self->options);
  g_autofree guint             *times = g_new0 (guint, self->n);
  g_autofree guint             *training = g_new (guint, self->n + self->n_physics);
  g_autofree QsExposureRecord **records =
      g_memdup2 (self->records, (self->n + self->n_physics) * sizeof *records);
  g_autoptr (QsExposureNet) net = NULL;
  QsPredictor              *kinetics = kinetics_of (self, r);
  const guint               n_drawn = draw_members (self, r, times, training);
  const QsLesson            lesson = {
               .training = training,
               .n_training = add_physics (self, kinetics, r + 1, records, training, n_drawn),
               .schedule = &work->schedule,
               .head_only = work->heads,
               .weight_decay = QS_EXPOSURE_WEIGHT_DECAY,
               .replicate = r + 1,
               .stage = QS_STAGE_BOOTSTRAP,
               .progress = &work->progress,
  };

  net = qs_exposure_net_train (&shape, work->heads ? self->net : NULL, records, &lesson,
                               self->options, NULL, work->run, error);
  for (guint k = 0; k < self->n_physics; k++)
    qs_exposure_record_free (records[self->n + k]);
  return net != NULL ? make_predictor (self, net, times, kinetics, error) : NULL;
}

static void
replicate_chunk (gsize r, gsize begin, gsize end, gpointer data)
{
  Bootstrap *work = data;

  if (!qs_run_is_cancelled (work->run))
    work->draws[r] = train_replicate (work, (guint) r, &work->errors[r]);
}

static gboolean
take_draws (Fit *self, Bootstrap *work, QsRun *run, GError **error)
{
  const guint n = self->options->n_bootstrap;
  GError     *first = NULL;

  for (guint r = 0; r < n; r++) {
    if (work->draws[r] != NULL)
      g_ptr_array_add (self->model->draws, work->draws[r]);
    if (first == NULL)
      first = g_steal_pointer (&work->errors[r]);
    g_clear_error (&work->errors[r]);
  }
  if (first != NULL) {
    g_propagate_error (error, first);
    return FALSE;
  }

  return qs_run_step (run, NULL, error);
}

static gboolean
fit_draws (Fit *self, QsRun *run, GError **error)
{
  const guint    n = self->options->n_bootstrap;
  const gboolean heads =
      !self->options->full_bootstrap && self->options->kind != QS_MODEL_QTLSTM;
  g_autofree double       *rates = g_new (double, N_HEAD_EPOCHS);
  g_autofree QsPredictor **draws = g_new0 (QsPredictor *, n);
  g_autofree GError      **errors = g_new0 (GError *, n);
  Bootstrap                work = {
                   .fit = self,
                   .schedule = { rates, N_HEAD_EPOCHS },
                   .heads = heads,
                   .draws = draws,
                   .errors = errors,
                   .run = run,
  };

  for (guint i = 0; i < N_HEAD_EPOCHS; i++)
    rates[i] = self->options->learning_rate;
  if (!heads)
    work.schedule = (QsSchedule){ (const double *) (gpointer) self->story->rates->data,
                                  self->story->best_epoch + 1 };
  work.progress.n_total = n * work.schedule.n_epochs;

  qs_parallel_for (run, n, 1, replicate_chunk, &work);
  self->model->uncertainty = g_strdup (
      heads
          ? "The parameter band comes from the network's head, trained again on "
            "resampled "
            "subjects with its cells as they are, and from the draws of the population "
            "model's kinetics; networks that are trained anew (--full-bootstrap) would "
            "differ more."
          : "The parameter band comes from networks trained anew on resampled subjects, "
            "and from the draws of the population model's kinetics.");
  return take_draws (self, &work, run, error);
}

/**
 * qs_exposure_fit:
 * @dataset: a usable dataset with concentrations and biomarker
 * @options: of a network's kind, with exposure as input
 * @kinetics: a population model of the same study
 * @run: (nullable): hears both losses of every epoch
 * @error: %QS_ERROR_SCENARIO, %QS_ERROR_DATA, %QS_ERROR_TOO_FEW, %QS_ERROR_NUMERIC,
 * %QS_ERROR_CANCELLED
 *
 * A network in exposure mode (science.md 4), which may learn from records that @kinetics
 * makes besides those of the subjects: the estimate, of a quantum one also the LSTM
 * of equal size on the same split, draws, and the between-subject effect that kinetics do
 * not explain.
 *
 * Returns: (transfer full): the model; the same bits whatever the thread count
 */
QsModel *
qs_exposure_fit (const QsDataset    *dataset,
                 const QsFitOptions *options,
                 const QsModel      *kinetics,
                 QsRun              *run,
                 GError            **error)
{
  const gint64              begin_us = g_get_monotonic_time ();
  g_auto (Fit)              self = { 0 };
  const QsExposureSettings *settings;

  if (!fit_init (&self, dataset, options, kinetics, run, error) ||
      !fit_estimate (&self, run, error))
    return NULL;
  if (options->kind != QS_MODEL_LSTM && !options->cells.twin &&
      !fit_twin (&self, run, error))
    return NULL;
  if (options->n_bootstrap > 0 && !fit_draws (&self, run, error))
    return NULL;

  if (self.n_physics > 0) {
    qs_model_add_metric (self.model, QS_METRIC_N_PHYSICS, self.n_physics, "");
    qs_model_add_metric (self.model, QS_METRIC_PHYSICS_WEIGHT, options->physics_weight,
                         "");
  }
  settings = qs_exposure_predictor_settings (self.model->estimate);
  qs_model_add_metric (self.model, QS_METRIC_OMEGA_IN_SAMPLE, settings->omega,
                       "SD of log R");
  qs_model_add_metric (self.model, "sigma", settings->sigma, "SD of log R");
  self.model->elapsed_s = (double) (g_get_monotonic_time () - begin_us) * 1e-6;
  return g_steal_pointer (&self.model);
}
