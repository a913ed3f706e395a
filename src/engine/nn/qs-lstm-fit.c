/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-lstm-fit.h"

#include "core/qs-error.h"
#include "data/qs-split.h"
#include "nn/qs-lstm-bootstrap.h"
#include "nn/qs-lstm-predictor.h"
#include "nn/qs-window-net.h"

/* One fit: who trains, and what came of it. Indices are members of the study. */
typedef struct {
  QsLstmStudy      *study;      /* owned */
  QsModel          *model;      /* owned */
  gboolean         *validates;  /* owned */
  guint            *training;   /* owned */
  guint            *validation; /* owned */
  guint             n_training;
  guint             n_validation;
  QsWindowTrained  *trained;   /* owned */
  QsLstmTrajectory *predicted; /* owned */
  QsRemlSubject    *residuals; /* owned */
} Fit;

static void
fit_free (Fit *self)
{
  qs_lstm_study_free (self->study);
  qs_model_unref (self->model);
  g_free (self->validates);
  g_free (self->training);
  g_free (self->validation);
  qs_window_trained_free (self->trained);
  g_free (self->predicted);
  g_free (self->residuals);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fit, fit_free)

static QsModel *
new_model (const QsDataset *dataset, const QsFitOptions *options)
{
  QsModel *model = qs_model_new (options->kind);

  model->facts = qs_dataset_facts (dataset);
  model->options = *options;
  model->data_sha256 = g_strdup (qs_dataset_sha256 (dataset));

  return model;
}

/* Without early stopping nobody has to judge, so all train. */
static void
split_members (Fit *self, const QsDataset *dataset, const QsFitOptions *options)
{
  g_autofree gboolean *held_out = g_new0 (gboolean, qs_dataset_n_subjects (dataset));

  if (options->early_stopping && options->validation_share > 0.0)
    qs_split_validation (dataset, options->validation_share, options->seed, 0, held_out);

  for (guint member = 0; member < self->study->n_members; member++) {
    self->validates[member] = held_out[self->study->subjects[member]];
    if (self->validates[member])
      self->validation[self->n_validation++] = member;
    else
      self->training[self->n_training++] = member;
  }
}

static Fit *
fit_new (const QsDataset *dataset, const QsFitOptions *options, GError **error)
{
  g_autoptr (Fit) self = g_new0 (Fit, 1);
  guint           n_members;

  self->study = qs_lstm_study_new (dataset, error);
  if (self->study == NULL)
    return NULL;

  n_members = self->study->n_members;
  self->model = new_model (dataset, options);
  self->validates = g_new0 (gboolean, n_members);
  self->training = g_new0 (guint, n_members);
  self->validation = g_new0 (guint, n_members);
  self->predicted = g_new0 (QsLstmTrajectory, n_members);
  self->residuals = g_new0 (QsRemlSubject, n_members);
  split_members (self, dataset, options);

  return g_steal_pointer (&self);
}

static QsPredictor *
make_predictor (const Fit             *self,
                const QsWindowTrained *trained,
                const guint           *times,
                GError               **error)
{
  QsReml effect;

  if (!qs_reml_fit (self->residuals, times, self->study->n_members, &effect, error))
    return NULL;

  return qs_window_predictor_new (&self->model->options, &trained->scaler,
                                  trained->network->params, trained->network->n_params,
                                  self->study->interval_h, effect.omega, effect.sigma,
                                  error);
}

static QsLesson
lesson_of (const Fit *self)
{
  return (QsLesson){
    .training = self->training,
    .n_training = self->n_training,
    .validation = self->validation,
    .n_validation = self->n_validation,
    .weight_decay = QS_WINDOW_WEIGHT_DECAY,
    .stage = QS_STAGE_TRAIN,
  };
}

static gboolean
fit_estimate (Fit *self, QsRun *run, GError **error)
{
  const QsLesson   lesson = lesson_of (self);
  const QsTrained *network;
  QsNetShape       shape;

  self->trained = qs_window_train (self->study->curves, self->study->dose_scale_mg_per_kg,
                                   &lesson, &self->model->options, run, error);
  if (self->trained == NULL)
    return FALSE;

  network = self->trained->network;
  shape = qs_window_shape (&self->model->options);
  qs_lstm_study_predict (self->study, &shape, network->params, &self->trained->scaler,
                         self->predicted);
  qs_lstm_residuals (self->study, self->predicted, self->residuals);

  g_array_append_vals (self->model->history, network->history->data,
                       network->history->len);
  self->model->best_epoch = network->best_epoch;
  self->model->estimate = make_predictor (self, self->trained, NULL, error);

  return self->model->estimate != NULL;
}

static void
add_accuracy (QsModel       *model,
              QsLstmAccuracy accuracy,
              const char    *rmse,
              const char    *r_squared)
{
  if (accuracy.n == 0)
    return;

  qs_model_add_metric (model, rmse, accuracy.rmse_ng_ml, "ng/mL");
  qs_model_add_metric (model, r_squared, accuracy.r_squared, "");
}

/* Who trains, as who validates is told. */
static gboolean *
trains_new (const Fit *self)
{
  gboolean *trains = g_new (gboolean, self->study->n_members);

  for (guint i = 0; i < self->study->n_members; i++)
    trains[i] = !self->validates[i];
  return trains;
}

static void
add_estimate_metrics (const Fit *self)
{
  g_autofree gboolean *trains = trains_new (self);

  add_accuracy (self->model, qs_lstm_accuracy (self->study, self->predicted, trains),
                "RMSE (training)", "R² (training)");
  add_accuracy (self->model,
                qs_lstm_accuracy (self->study, self->predicted, self->validates),
                "RMSE (validation)", "R² (validation)");
}

/* What a quantum network has that is quantum, and what a classical one of its size does
 * with the same subjects: no figure of the one is shown without the other. */
static gboolean
fit_twin (Fit *self, QsRun *run, GError **error)
{
  const QsNetShape             shape = qs_window_shape (&self->model->options);
  const QsNetLayout            layout = qs_net_shape_layout (&shape);
  const QsLesson               lesson = lesson_of (self);
  g_autoptr (QsRun)            quiet = qs_run_new_quiet (run);
  g_autofree gboolean         *trains = trains_new (self);
  g_autofree QsLstmTrajectory *predicted =
      g_new (QsLstmTrajectory, self->study->n_members);
  const gsize n_twin = qs_window_train_twin (
      self->study->curves, self->study->n_members, self->study->dose_scale_mg_per_kg,
      &lesson, &self->model->options, quiet, predicted, error);

  if (n_twin == 0)
    return FALSE;

  qs_model_add_metric (self->model, QS_METRIC_N_CLASSICAL,
                       (double) (layout.n_params - layout.n_quantum), "");
  qs_model_add_metric (self->model, QS_METRIC_N_QUANTUM, (double) layout.n_quantum, "");
  qs_model_add_metric (self->model, QS_METRIC_N_TWIN, (double) n_twin, "");
  qs_model_add_metric (self->model, QS_METRIC_TWIN_RMSE_TRAINING,
                       qs_lstm_accuracy (self->study, predicted, trains).rmse_ng_ml,
                       "ng/mL");
  if (self->n_validation > 0)
    qs_model_add_metric (
        self->model, QS_METRIC_TWIN_RMSE_VALIDATION,
        qs_lstm_accuracy (self->study, predicted, self->validates).rmse_ng_ml, "ng/mL");
  return TRUE;
}

/* Final predictors, with subject effects from the residuals that count. */
static gboolean
finish_model (Fit *self, const QsLstmBootstrap *bootstrap, GError **error)
{
  QsModel *model = self->model;

  g_clear_pointer (&model->estimate, qs_predictor_unref);
  model->estimate = make_predictor (self, self->trained, NULL, error);
  if (model->estimate == NULL)
    return FALSE;

  for (guint r = 0; r < bootstrap->n; r++) {
    const guint *times = bootstrap->times + (gsize) r * self->study->n_members;
    QsPredictor *draw = make_predictor (self, bootstrap->trained[r], times, error);

    if (draw == NULL)
      return FALSE;
    g_ptr_array_add (model->draws, draw);
  }

  return TRUE;
}

static gboolean
fit_draws (Fit *self, const QsDataset *dataset, QsRun *run, GError **error)
{
  const QsSchedule schedule = {
    .rates = (const double *) self->trained->network->rates->data,
    .n_epochs = self->trained->network->best_epoch + 1,
  };
  g_autofree QsLstmTrajectory *unseen = g_new (QsLstmTrajectory, self->study->n_members);
  g_autoptr (QsLstmBootstrap)  bootstrap = qs_lstm_bootstrap_new (
       self->study, dataset, self->model, &schedule, self->residuals, run, error);
  gboolean out_of_bag;

  if (bootstrap == NULL)
    return FALSE;

  out_of_bag = qs_lstm_bootstrap_out_of_bag (bootstrap, self->study, unseen);
  if (out_of_bag) {
    add_accuracy (self->model, qs_lstm_accuracy (self->study, unseen, NULL),
                  "RMSE (out-of-bag)", "R² (out-of-bag)");
    qs_lstm_residuals (self->study, unseen, self->residuals);
  }

  if (!finish_model (self, bootstrap, error))
    return FALSE;

  qs_lstm_predictor_add_metrics (self->model, out_of_bag);
  return TRUE;
}

/**
 * qs_lstm_fit:
 * @dataset: a usable dataset with biomarker observations in the last dosing windows
 * @options: of a network's kind
 * @run: (nullable): hears both losses of every epoch, and after each bootstrap network
 * the model so far; a network's losses have its number as series: 0 for the estimate, 1
 * for the first bootstrap network
 * @error: %QS_ERROR_SCENARIO, %QS_ERROR_DATA, %QS_ERROR_TOO_FEW, %QS_ERROR_NUMERIC,
 * %QS_ERROR_CANCELLED
 *
 * A network in window mode (science.md 4): the estimate, of a quantum one also the LSTM
 * of equal size on the same split, one network per bootstrap replicate as draws, and the
 * between-subject effect. With early stopping the estimate trains without the validation
 * subjects and keeps its best weights; the bootstrap networks repeat its number of epochs
 * and its learning rates.
 *
 * Returns: (transfer full): the model; the same bits whatever the thread count
 */
QsModel *
qs_lstm_fit (const QsDataset    *dataset,
             const QsFitOptions *options,
             QsRun              *run,
             GError            **error)
{
  const gint64    begin_us = g_get_monotonic_time ();
  g_autoptr (Fit) self = NULL;

  if (!qs_fit_options_validate (options, error) || !qs_dataset_require (dataset, error))
    return NULL;

  self = fit_new (dataset, options, error);
  if (self == NULL || !fit_estimate (self, run, error))
    return NULL;

  add_estimate_metrics (self);
  if (options->kind != QS_MODEL_LSTM && !options->cells.twin &&
      !fit_twin (self, run, error))
    return NULL;

  if (options->n_bootstrap == 0)
    qs_lstm_predictor_add_metrics (self->model, FALSE);
  else if (!fit_draws (self, dataset, run, error))
    return NULL;

  self->model->elapsed_s = (double) (g_get_monotonic_time () - begin_us) * 1e-6;
  return g_steal_pointer (&self->model);
}
