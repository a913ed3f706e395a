/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-lstm-bootstrap.h"

#include "core/qs-error.h"
#include "core/qs-parallel.h"
#include "data/qs-split.h"
#include "nn/qs-lstm-predictor.h"
#include "nn/qs-window-net.h"

#include <pthread.h>
#include <string.h>

/* Shared by the workers; what lies behind @lock is changed under it. */
typedef struct {
  QsLstmBootstrap     *result;
  const QsLstmStudy   *study;
  const QsDataset     *dataset;
  const QsModel       *model;
  const QsSchedule    *schedule;
  const QsRemlSubject *residuals;
  QsRun               *run;
  QsProgress           progress;

  pthread_mutex_t lock;
  QsPredictor   **draws; /* (array length=n): those finished so far */
  GError         *error; /* the first that came */
} Work;

void
qs_lstm_bootstrap_free (QsLstmBootstrap *self)
{
  if (self == NULL)
    return;

  for (guint r = 0; r < self->n; r++)
    qs_window_trained_free (self->trained[r]);
  g_free (self->trained);
  g_free (self->times);
  g_free (self->predicted);
  g_free (self);
}

/* Who trains in replicate @r, with repetition. Returns how many. */
static guint
draw_members (const Work *work, guint r, guint *times, guint *training)
{
  g_autofree guint *drawn = g_new0 (guint, qs_dataset_n_subjects (work->dataset));
  guint             n = 0;

  qs_split_bootstrap (work->dataset, work->model->options.seed, r, drawn);

  for (guint member = 0; member < work->study->n_members; member++) {
    times[member] = drawn[work->study->subjects[member]];
    for (guint k = 0; k < times[member]; k++)
      training[n++] = member;
  }

  return n;
}

static QsWindowTrained *
train_replicate (Work *work, guint r, GError **error)
{
  const guint       n_members = work->study->n_members;
  g_autofree guint *training = g_new (guint, qs_dataset_n_subjects (work->dataset));
  guint            *times = work->result->times + (gsize) r * n_members;
  const QsLesson    lesson = {
       .training = training,
       .n_training = draw_members (work, r, times, training),
       .schedule = work->schedule,
       .weight_decay = QS_WINDOW_WEIGHT_DECAY,
       .replicate = r + 1,
       .stage = QS_STAGE_BOOTSTRAP,
       .progress = &work->progress,
  };

  return qs_window_train (work->study->curves, work->study->dose_scale_mg_per_kg, &lesson,
                          &work->model->options, work->run, error);
}

/* The network as a draw, with the subject effect of its own resampled subjects. */
static QsPredictor *
provisional_draw (const Work            *work,
                  guint                  r,
                  const QsWindowTrained *trained,
                  GError               **error)
{
  const guint n_members = work->study->n_members;
  QsReml      effect;

  if (!qs_reml_fit (work->residuals, work->result->times + (gsize) r * n_members,
                    n_members, &effect, error))
    return NULL;

  return qs_window_predictor_new (&work->model->options, &trained->scaler,
                                  trained->network->params, trained->network->n_params,
                                  work->study->interval_h, effect.omega, effect.sigma,
                                  error);
}

/* The model with the draws finished so far, for whoever watches the band grow. */
static gboolean
report_model (Work *work, GError **error)
{
  g_autoptr (QsModel) model = qs_model_copy (work->model);
  QsEvent             event = { .stage = QS_STAGE_BOOTSTRAP, .value = model };

  for (guint r = 0; r < work->result->n; r++) {
    if (work->draws[r] != NULL)
      g_ptr_array_add (model->draws, qs_predictor_ref (work->draws[r]));
  }
  qs_lstm_predictor_add_metrics (model, FALSE);

  event.series = model->draws->len;
  event.fraction = model->draws->len / (double) work->result->n;
  return qs_run_step (work->run, &event, error);
}

static gboolean
finish_replicate (Work *work, guint r, QsWindowTrained *trained, GError **error)
{
  const QsNetShape shape = qs_window_shape (&work->model->options);
  QsPredictor     *draw = provisional_draw (work, r, trained, error);
  gboolean         go_on;

  if (draw == NULL)
    return FALSE;

  qs_lstm_study_predict (work->study, &shape, trained->network->params, &trained->scaler,
                         work->result->predicted + (gsize) r * work->study->n_members);

  pthread_mutex_lock (&work->lock);
  work->draws[r] = draw;
  go_on = report_model (work, error);
  pthread_mutex_unlock (&work->lock);

  return go_on;
}

static gboolean
has_failed (Work *work)
{
  gboolean failed;

  pthread_mutex_lock (&work->lock);
  failed = work->error != NULL;
  pthread_mutex_unlock (&work->lock);

  return failed;
}

static void
replicate_chunk (gsize r, gsize begin, gsize end, gpointer data)
{
  Work   *work = data;
  GError *error = NULL;

  if (has_failed (work))
    return;

  work->result->trained[r] = train_replicate (work, r, &error);
  if (work->result->trained[r] != NULL)
    finish_replicate (work, r, work->result->trained[r], &error);

  if (error == NULL)
    return;

  pthread_mutex_lock (&work->lock);
  if (work->error == NULL)
    work->error = g_steal_pointer (&error);
  pthread_mutex_unlock (&work->lock);
  g_clear_error (&error);
}

/**
 * qs_lstm_bootstrap_new:
 * @model: the model so far, with its estimate and options; events carry copies of it
 * @schedule: epochs and learning rates of the estimate, which every network repeats, so
 * that no out-of-bag subject decides when to stop
 * @residuals: of the estimate, for the subject effects of the provisional draws
 * @run: (nullable): a thread per network
 * @error: as qs_train()
 *
 * Trains one network per resampled set of subjects (Efron 1979), each from initial
 * weights of its own.
 */
QsLstmBootstrap *
qs_lstm_bootstrap_new (const QsLstmStudy   *study,
                       const QsDataset     *dataset,
                       const QsModel       *model,
                       const QsSchedule    *schedule,
                       const QsRemlSubject *residuals,
                       QsRun               *run,
                       GError             **error)
{
  const guint                 n = model->options.n_bootstrap;
  g_autoptr (QsLstmBootstrap) result = g_new0 (QsLstmBootstrap, 1);
  Work                        work = {
                           .result = result,
                           .study = study,
                           .dataset = dataset,
                           .model = model,
                           .schedule = schedule,
                           .residuals = residuals,
                           .run = run,
                           .progress.n_total = n * schedule->n_epochs,
  };

  result->n = n;
  result->trained = g_new0 (QsWindowTrained *, n);
  result->times = g_new0 (guint, (gsize) n * study->n_members);
  result->predicted = g_new0 (QsLstmTrajectory, (gsize) n * study->n_members);
  work.draws = g_new0 (QsPredictor *, n);
  pthread_mutex_init (&work.lock, NULL);

  qs_parallel_for (run, n, 1, replicate_chunk, &work);

  for (guint r = 0; r < n; r++)
    qs_predictor_unref (work.draws[r]);
  g_free (work.draws);
  pthread_mutex_destroy (&work.lock);

  if (work.error != NULL) {
    g_propagate_error (error, work.error);
    return NULL;
  }

  return g_steal_pointer (&result);
}

/**
 * qs_lstm_bootstrap_out_of_bag:
 * @predicted: (out) (array length=n_members): mean of the networks that did not see the
 * member
 *
 * Returns: %FALSE if every network saw one of the members
 */
gboolean
qs_lstm_bootstrap_out_of_bag (const QsLstmBootstrap *self,
                              const QsLstmStudy     *study,
                              QsLstmTrajectory      *predicted)
{
  for (guint member = 0; member < study->n_members; member++) {
    guint n = 0;

    memset (predicted[member], 0, sizeof predicted[member]);
    for (guint r = 0; r < self->n; r++) {
      const gsize place = (gsize) r * study->n_members + member;

      if (self->times[place] > 0)
        continue;

      n++;
      for (guint t = 0; t < QS_LSTM_N_STEPS; t++)
        predicted[member][t] += self->predicted[place][t];
    }

    if (n == 0)
      return FALSE;
    for (guint t = 0; t < QS_LSTM_N_STEPS; t++)
      predicted[member][t] /= n;
  }

  return TRUE;
}
