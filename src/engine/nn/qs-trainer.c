/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-trainer.h"

#include "core/qs-error.h"
#include "core/qs-rng.h"
#include "nn/qs-lstm-panel.h"

#include <math.h>
#include <string.h>

/* More epochs than options allow, so that each epoch of each replicate has its shuffle.
 */
#define SHUFFLES_PER_REPLICATE 100001

/* The learning rate halves after a third of the patience without a better loss, down to a
 * fiftieth. */
#define PLATEAU_FACTOR 0.5
#define PLATEAU_FLOOR 0.02

typedef struct {
  QsLearner           *learner; /* borrowed */
  const QsLesson      *lesson;  /* borrowed */
  const QsFitOptions  *options; /* borrowed */
  const QsLstmKernels *kernels; /* borrowed */
  QsRun               *run;     /* borrowed */

  double    *params; /* with the three that follow, one block */
  double    *gradient;
  double    *first_moment;
  double    *second_moment;
  guint     *order;
  QsTrained *result;
  double     rate;
  double     decay1_power; /* of the moments' bias corrections */
  double     decay2_power;
  double     best_loss;
  guint      plateau_start;
} Trainer;

void
qs_trained_free (QsTrained *self)
{
  if (self == NULL)
    return;

  g_free (self->params);
  g_array_unref (self->history);
  g_array_unref (self->rates);
  g_free (self);
}

static void
trainer_free (Trainer *self)
{
  qs_trained_free (self->result);
  g_aligned_free (self->params);
  g_free (self->order);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Trainer, trainer_free)

static Trainer *
trainer_new (QsLearner          *learner,
             const double       *params,
             const QsLesson     *lesson,
             const QsFitOptions *options,
             QsRun              *run)
{
  const gsize n = learner->n_params;
  Trainer    *self = g_new0 (Trainer, 1);

  self->learner = learner;
  self->lesson = lesson;
  self->options = options;
  self->run = run;
  self->kernels = qs_lstm_kernels ()[0];
  self->params = g_aligned_alloc0 (4 * n, sizeof *self->params, 64);
  self->gradient = self->params + n;
  self->first_moment = self->gradient + n;
  self->second_moment = self->first_moment + n;
  memcpy (self->params, params, n * sizeof *params);
  self->order = g_memdup2 (lesson->training, lesson->n_training * sizeof *self->order);
  self->rate = options->learning_rate;
  self->decay1_power = self->decay2_power = 1.0;
  self->best_loss = INFINITY;

  self->result = g_new0 (QsTrained, 1);
  self->result->n_params = n;
  self->result->params = g_memdup2 (params, n * sizeof *params);
  self->result->history =
      g_array_sized_new (FALSE, FALSE, sizeof (QsLossPoint), options->n_epochs);
  self->result->rates =
      g_array_sized_new (FALSE, FALSE, sizeof (double), options->n_epochs);

  return self;
}

static gboolean
is_frozen (const Trainer *self, const QsLstmView *view)
{
  return self->lesson->head_only && !view->head;
}

/* What has no slope stays where it is. */
static void
freeze (Trainer *self)
{
  for (guint v = 0; v < self->learner->n_views; v++) {
    const QsLstmView *view = &self->learner->views[v];

    if (is_frozen (self, view))
      memset (self->gradient + view->offset, 0,
              view->n_rows * view->n_columns * sizeof *self->gradient);
  }
}

static double
gradient_norm (const double *values, gsize n)
{
  double sums[8] = { 0.0 }, sum = 0.0;

  for (gsize i = 0; i < n; i++)
    sums[i % 8] += values[i] * values[i];
  for (guint k = 0; k < 8; k++)
    sum += sums[k];

  return sqrt (sum);
}

static void
decay_weights (Trainer *self)
{
  const double factor = 1.0 - self->rate * self->lesson->weight_decay;

  for (guint v = 0; v < self->learner->n_views; v++) {
    const QsLstmView *view = &self->learner->views[v];
    double           *values = self->params + view->offset;

    if (view->n_columns == 1 || view->angles || is_frozen (self, view))
      continue;

    for (gsize i = 0; i < view->n_rows * view->n_columns; i++)
      values[i] *= factor;
  }
}

/* Adam (Kingma & Ba 2015) after clipping the gradient's norm. */
static void
update (Trainer *self)
{
  const gsize    n = self->learner->n_params;
  const double   norm = gradient_norm (self->gradient, n);
  QsLstmAdamStep step;

  self->decay1_power *= 0.9;
  self->decay2_power *= 0.999;
  step.rate = self->rate / (1.0 - self->decay1_power);
  step.correction = 1.0 / (1.0 - self->decay2_power);
  step.scale = norm > self->options->clip_norm ? self->options->clip_norm / norm : 1.0;

  self->kernels->adam (self->params, self->gradient, self->first_moment,
                       self->second_moment, n, &step);
  decay_weights (self);
  self->learner->klass->set_params (self->learner, self->run, self->params);
}

/* One mini-batch. Returns the sum of its sequences' losses. */
static double
batch_step (Trainer *self, const guint *members, guint n_members)
{
  double loss;

  memset (self->gradient, 0, self->learner->n_params * sizeof *self->gradient);
  loss = self->learner->klass->learn (self->learner, self->run, members, n_members,
                                      self->gradient);
  freeze (self);

  if (!qs_run_is_cancelled (self->run))
    update (self);
  return loss;
}

/* Mean training loss of an epoch, each batch judged before its update. Batches differ by
 * one sequence at most. */
static double
train_epoch (Trainer *self, guint epoch)
{
  const QsRngKey key = { self->options->seed, QS_RNG_SHUFFLE,
                         self->lesson->replicate * SHUFFLES_PER_REPLICATE + epoch };
  const guint    n = self->lesson->n_training;
  const guint n_batches = (n + self->options->batch_size - 1) / self->options->batch_size;
  double      loss = 0.0;

  memcpy (self->order, self->lesson->training, n * sizeof *self->order);
  qs_rng_shuffle (&key, self->order, n);

  for (guint b = 0; b < n_batches && !qs_run_is_cancelled (self->run); b++) {
    const guint begin = (guint) ((guint64) n * b / n_batches);
    const guint end = (guint) ((guint64) n * (b + 1) / n_batches);

    loss += batch_step (self, self->order + begin, end - begin);
  }

  return loss / n;
}

static double
validation_loss (Trainer *self)
{
  const guint n = self->lesson->n_validation;

  if (n == 0 || qs_run_is_cancelled (self->run))
    return NAN;

  return self->learner->klass->loss (self->learner, self->run, self->lesson->validation,
                                     n) /
         n;
}

static double
count_epoch (QsProgress *progress)
{
  return (g_atomic_int_add (&progress->n_done, 1) + 1) / (double) progress->n_total;
}

static gboolean
report (Trainer *self, guint epoch, guint n_epochs, QsLossPoint point, GError **error)
{
  QsEvent event = {
    .stage = self->lesson->stage,
    .fraction = self->lesson->progress != NULL ? count_epoch (self->lesson->progress)
                                               : (epoch + 1) / (double) n_epochs,
    .curve = QS_CURVE_TRAIN_LOSS,
    .series = self->lesson->replicate,
    .x = epoch,
    .y = point.train,
  };

  if (!qs_run_step (self->run, &event, error))
    return FALSE;

  if (isnan (point.train) || isinf (point.train)) {
    g_set_error (error, QS_ERROR, QS_ERROR_NUMERIC,
                 "The training loss is %g after epoch %u: try a learning rate below %g",
                 point.train, epoch, self->options->learning_rate);
    return FALSE;
  }

  if (self->lesson->n_validation == 0)
    return TRUE;

  event.curve = QS_CURVE_VALIDATION_LOSS;
  event.y = point.validation;
  return qs_run_step (self->run, &event, error);
}

static void
keep (Trainer *self, guint epoch)
{
  memcpy (self->result->params, self->params,
          self->result->n_params * sizeof *self->params);
  self->result->best_epoch = epoch;
  self->plateau_start = epoch;
}

/* Keeps the best weights and lowers the learning rate on a plateau. Returns whether to go
 * on. A few validation subjects can be lucky with a network that has hardly learned: on
 * the real study epoch 11 won, whose curve flattened far above the 10 mg arm. So the
 * search for the best epoch begins when patience has passed once. */
static gboolean
judge (Trainer *self, guint epoch, double loss)
{
  const guint patience = self->options->patience;

  if (epoch + 1 < MIN (patience, self->options->n_epochs)) {
    keep (self, epoch);
    return TRUE;
  }

  if (loss < self->best_loss) {
    self->best_loss = loss;
    keep (self, epoch);
    return TRUE;
  }

  if (epoch - self->plateau_start >= MAX (1, patience / 3)) {
    self->rate =
        fmax (self->rate * PLATEAU_FACTOR, self->options->learning_rate * PLATEAU_FLOOR);
    self->plateau_start = epoch;
  }

  return epoch - self->result->best_epoch < patience;
}

/**
 * qs_train:
 * @learner: the network; ends with the last epoch's parameters
 * @params: the initial ones
 * @lesson: who learns what
 * @options: epochs, batch size, learning rate, clipping, patience, seed
 * @run: (nullable): reports both losses after every epoch
 * @error: %QS_ERROR_NUMERIC where the loss is no number, %QS_ERROR_CANCELLED
 *
 * The one trainer of all networks: Adam, clipped gradients, decaying weights. With a
 * validation set the best parameters are kept, the learning rate falls on plateaus and
 * training ends when patience does; else the last parameters are kept.
 *
 * Returns: (transfer full): the parameters; the same bits whatever the thread count
 */
QsTrained *
qs_train (QsLearner          *learner,
          const double       *params,
          const QsLesson     *lesson,
          const QsFitOptions *options,
          QsRun              *run,
          GError            **error)
{
  g_autoptr (Trainer) self = trainer_new (learner, params, lesson, options, run);
  const QsSchedule   *schedule = lesson->schedule;
  const guint n_epochs = schedule != NULL ? schedule->n_epochs : options->n_epochs;

  learner->klass->set_params (learner, run, self->params);

  for (guint epoch = 0; epoch < n_epochs; epoch++) {
    QsLossPoint point;

    if (schedule != NULL)
      self->rate = schedule->rates[epoch];
    g_array_append_val (self->result->rates, self->rate);

    point.train = train_epoch (self, epoch);
    point.validation = validation_loss (self);
    g_array_append_val (self->result->history, point);

    if (!report (self, epoch, n_epochs, point, error))
      return NULL;

    if (lesson->n_validation == 0)
      keep (self, epoch);
    else if (!judge (self, epoch, point.validation))
      break;
  }

  return g_steal_pointer (&self->result);
}
