/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "nn/qs-lstm-evaluate.h"
#include "nn/qs-window-trainer.h"

#include <math.h>

#define N_CURVES 40

/* A response that falls with dose and rises over the interval, without noise. */
static void
fill (QsLstmCurve *curves, guint *members)
{
  for (guint i = 0; i < N_CURVES; i++) {
    members[i] = i;
    curves[i].dose_mg_per_kg = 0.004 * i;
    curves[i].comed = i % 2;
    for (guint t = 0; t < QS_LSTM_N_STEPS; t++)
      curves[i].log_response[t] =
          2.0 + 0.3 * (i % 2) - log1p (0.004 * i / 0.03) + 0.2 * sin (t / 23.0 * G_PI);
  }
}

static QsWindowTrained *
train (const QsFitOptions *options, guint n_validation, QsRun *run, GError **error)
{
  QsLstmCurve curves[N_CURVES];
  guint       members[N_CURVES];
  QsLesson    lesson = {
       .training = members,
       .n_training = N_CURVES - n_validation,
       .validation = members + N_CURVES - n_validation,
       .n_validation = n_validation,
       .weight_decay = QS_WINDOW_WEIGHT_DECAY,
       .stage = QS_STAGE_TRAIN,
  };

  fill (curves, members);
  return qs_window_train (curves, 0.01, &lesson, options, run, error);
}

static double
train_loss (const QsWindowTrained *trained, guint epoch)
{
  return g_array_index (trained->network->history, QsLossPoint, epoch).train;
}

static void
assert_same (const QsWindowTrained *a, const QsWindowTrained *b)
{
  g_assert_cmpmem (a->network->params, a->network->n_params * sizeof (double),
                   b->network->params, b->network->n_params * sizeof (double));
}

static void
test_learns_a_known_response (void)
{
  QsFitOptions                options = qs_fit_options_default (QS_MODEL_LSTM);
  g_autoptr (QsWindowTrained) trained = NULL;
  const double                dose = 0.062, comed = 0.0;
  QsLstmTrajectory            predicted;

  options.n_epochs = 200;
  options.learning_rate = 2e-3;
  trained = train (&options, 0, NULL, NULL);

  g_assert_cmpuint (trained->network->history->len, ==, 200);
  g_assert_cmpfloat (train_loss (trained, 199), <, 0.01);
  qs_lstm_evaluate ((const QsLstmParams *) trained->network->params, &trained->scaler, 1,
                    &dose, &comed, &predicted);
  g_assert_cmpfloat_with_epsilon (
      predicted[12], 2.0 - log1p (0.062 / 0.03) + 0.2 * sin (12.0 / 23.0 * G_PI), 0.1);
}

static void
test_threads_never_change_a_bit (void)
{
  QsFitOptions                options = qs_fit_options_default (QS_MODEL_LSTM);
  g_autoptr (QsWindowTrained) first = NULL;
  const guint                 n_threads[] = { 1, 2, 8 };

  options.n_epochs = 5;

  for (guint i = 0; i < G_N_ELEMENTS (n_threads); i++) {
    g_autoptr (QsRun)           run = qs_run_new (n_threads[i], NULL, NULL);
    g_autoptr (QsWindowTrained) trained = train (&options, 7, run, NULL);

    if (i == 0)
      first = g_steal_pointer (&trained);
    else
      assert_same (first, trained);
  }
}

static void
test_batches_beyond_one_panel_add_up (void)
{
  QsFitOptions                options = qs_fit_options_default (QS_MODEL_LSTM);
  g_autoptr (QsWindowTrained) trained = NULL;

  /* All 40 sequences in one batch of three panels: plain descent, whose loss falls from
   * epoch to epoch at a small rate. */
  options.batch_size = 64;
  options.n_epochs = 12;
  options.learning_rate = 1e-4;
  trained = train (&options, 0, NULL, NULL);

  for (guint epoch = 1; epoch < 12; epoch++)
    g_assert_cmpfloat (train_loss (trained, epoch), <, train_loss (trained, epoch - 1));
}

static void
test_early_stopping_keeps_the_best_weights (void)
{
  QsFitOptions                options = qs_fit_options_default (QS_MODEL_LSTM);
  g_autoptr (QsWindowTrained) stopped = NULL;
  g_autoptr (QsWindowTrained) shorter = NULL;
  double                      lowest = INFINITY;
  guint                       best = 0;

  options.n_epochs = 300;
  options.patience = 3;
  options.learning_rate = 5e-3;
  stopped = train (&options, 10, NULL, NULL);

  /* The search begins when patience has passed once. */
  for (guint epoch = 2; epoch < stopped->network->history->len; epoch++) {
    const double loss =
        g_array_index (stopped->network->history, QsLossPoint, epoch).validation;

    if (loss < lowest) {
      lowest = loss;
      best = epoch;
    }
  }
  g_assert_cmpuint (stopped->network->best_epoch, ==, best);
  g_assert_cmpuint (stopped->network->history->len, ==, best + 4);

  options.n_epochs = best + 1;
  shorter = train (&options, 10, NULL, NULL);
  assert_same (stopped, shorter);
}

static void
test_a_lost_loss_is_an_error (void)
{
  QsFitOptions       options = qs_fit_options_default (QS_MODEL_LSTM);
  g_autoptr (GError) error = NULL;
  QsLstmCurve        curves[N_CURVES];
  guint              members[N_CURVES];
  QsLesson           lesson = { .training = members, .n_training = N_CURVES };

  fill (curves, members);
  curves[3].log_response[5] = INFINITY;

  g_assert_null (qs_window_train (curves, 0.01, &lesson, &options, NULL, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_NUMERIC);
}

static void
cancel_at_third_cb (const QsEvent *event, gpointer data)
{
  if (event->x >= 2.0)
    qs_run_cancel (*(QsRun **) data);
}

static void
test_cancel_ends_training (void)
{
  QsFitOptions       options = qs_fit_options_default (QS_MODEL_LSTM);
  QsRun             *self = NULL;
  g_autoptr (QsRun)  run = qs_run_new (2, cancel_at_third_cb, &self);
  g_autoptr (GError) error = NULL;

  self = run;
  options.n_epochs = 100000;
  g_assert_null (train (&options, 10, run, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/nn/trainer/learns-a-known-response", test_learns_a_known_response);
  g_test_add_func ("/nn/trainer/threads-never-change-a-bit",
                   test_threads_never_change_a_bit);
  g_test_add_func ("/nn/trainer/batches-beyond-one-panel-add-up",
                   test_batches_beyond_one_panel_add_up);
  g_test_add_func ("/nn/trainer/early-stopping-keeps-the-best-weights",
                   test_early_stopping_keeps_the_best_weights);
  g_test_add_func ("/nn/trainer/a-lost-loss-is-an-error", test_a_lost_loss_is_an_error);
  g_test_add_func ("/nn/trainer/cancel-ends-training", test_cancel_ends_training);

  return g_test_run ();
}
