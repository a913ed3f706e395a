/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "domain/qs-model.h"
#include "nn/qs-lstm-params.h"

/* Decay of weights for windows of the bidirectional LSTM. Measured on the real study
 * after 400 epochs, RMSE of log R without and with it: subjects left out (6 folds, 3
 * seeds) 0.31 and 0.30, the 1 mg arm left out 0.36 and 0.31, the 3 mg arm 0.26 and 0.17.
 * The error then stays flat from epoch 25 on. */
#define QS_WINDOW_WEIGHT_DECAY 6.0

typedef struct _QsLearner QsLearner;

/**
 * QsLearnerClass:
 * @set_params: takes over parameters, laid out as @views say
 * @loss: the sum of the losses of @n sequences
 * @learn: the same, and the slopes of their mean loss, which are added to @gradient
 *
 * What the trainer needs of a network. The last two end early, with numbers that mean
 * nothing, where the run is cancelled.
 */
typedef struct {
  void (*set_params) (QsLearner *self, QsRun *run, const double *params);
  double (*loss) (QsLearner *self, QsRun *run, const guint *members, guint n);
  double (*learn) (QsLearner   *self,
                   QsRun       *run,
                   const guint *members,
                   guint        n,
                   double      *gradient);
} QsLearnerClass;

/**
 * QsLearner:
 * @n_params: how many
 * @views: (array length=n_views): the matrices that they are made of
 *
 * First member of every learner.
 */
struct _QsLearner {
  const QsLearnerClass *klass;
  gsize                 n_params;
  const QsLstmView     *views;
  guint                 n_views;
};

/**
 * QsSchedule:
 * @rates: learning rate of each epoch
 * @n_epochs: how many
 *
 * How a network was trained, for others to be trained the same way.
 */
typedef struct {
  const double *rates;
  guint         n_epochs;
} QsSchedule;

/**
 * QsProgress:
 * @n_done: epochs done so far, changed atomically
 * @n_total: epochs of all networks together
 */
typedef struct {
  gint  n_done;
  guint n_total;
} QsProgress;

/**
 * QsLesson:
 * @training: (array length=n_training): who trains; a sequence may come more than once
 * @validation: (array length=n_validation): who judges; none without early stopping
 * @schedule: (nullable): train just so, instead of stopping early
 * @start: (nullable): parameters to start from, instead of those of the seed
 * @head_only: only what follows the cells is trained
 * @weight_decay: of matrices, not of biases and angles, apart from the gradient
 * (Loshchilov & Hutter 2019), per unit of learning rate
 * @replicate: 0 for the estimate, else the bootstrap replicate: chooses the random
 * numbers
 * @stage: for the events
 * @progress: (nullable): shared by networks that train at the same time
 *
 * Who shall be learned, and how. All is borrowed.
 */
typedef struct {
  const guint      *training;
  guint             n_training;
  const guint      *validation;
  guint             n_validation;
  const QsSchedule *schedule;
  const double     *start;
  gboolean          head_only;
  double            weight_decay;
  guint32           replicate;
  QsStage           stage;
  QsProgress       *progress;
} QsLesson;

/**
 * QsTrained:
 * @params: (array length=n_params)
 * @history: #QsLossPoint per epoch
 * @rates: double, learning rate per epoch
 * @best_epoch: whose weights @params are
 */
typedef struct {
  double *params;
  gsize   n_params;
  GArray *history;
  GArray *rates;
  guint   best_epoch;
} QsTrained;

QsTrained *qs_train (QsLearner          *learner,
                     const double       *params,
                     const QsLesson     *lesson,
                     const QsFitOptions *options,
                     QsRun              *run,
                     GError            **error) G_GNUC_WARN_UNUSED_RESULT;
void       qs_trained_free (QsTrained *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsTrained, qs_trained_free)
