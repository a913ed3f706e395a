/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-lstm-trainer.h"

#include "nn/qs-lstm-network.h"

#define N_STEPS QS_LSTM_N_STEPS
#define N_LANES QS_LSTM_N_LANES

/* Sequences of one panel, standardised; @weight is 1, or 0 in lanes that are padding. */
typedef struct {
  QsLstmLanes inputs[N_STEPS][QS_LSTM_N_INPUTS];
  QsLstmLanes labels[N_STEPS];
  QsLstmLanes weight;
} Panel;

typedef struct {
  QsLearner   base;
  Panel       panel;
  QsLstmLanes outputs[N_STEPS];

  const QsLstmCurve  *curves;  /* borrowed */
  const QsLstmScaler *scaler;  /* borrowed */
  QsLstmNetwork      *network; /* owned */
} Learner;

static void
fill_panel (Learner *self, const guint *members, guint n_members)
{
  const QsLstmScaler *scaler = self->scaler;
  Panel              *panel = &self->panel;

  for (guint lane = 0; lane < N_LANES; lane++) {
    /* Padding repeats the first sequence: finite, and of weight 0. */
    const guint        member = members[lane < n_members ? lane : 0];
    const QsLstmCurve *curve = &self->curves[member];

    panel->weight[lane] = lane < n_members ? 1.0 : 0.0;
    qs_lstm_scaler_fill_lane (scaler, curve->dose_mg_per_kg, curve->comed, lane,
                              panel->inputs);
    for (guint t = 0; t < N_STEPS; t++)
      panel->labels[t][lane] = qs_lstm_scaler_response (scaler, curve->log_response[t]);
  }
}

/* Forward pass over one panel. Returns the sum of its sequences' mean squared errors and
 * leaves output minus label in @outputs. */
static double
panel_loss (Learner *self, QsRun *run, const guint *members, guint n_members)
{
  QsLstmLanes sums = { 0.0 };
  double      loss = 0.0;

  fill_panel (self, members, n_members);
  qs_lstm_network_forward (self->network, run, self->panel.inputs, self->outputs);

  for (guint t = 0; t < N_STEPS; t++) {
    for (guint lane = 0; lane < N_LANES; lane++) {
      const double error = self->outputs[t][lane] - self->panel.labels[t][lane];

      self->outputs[t][lane] = error * self->panel.weight[lane];
      sums[lane] += error * error;
    }
  }

  for (guint lane = 0; lane < n_members; lane++)
    loss += sums[lane];

  return loss / N_STEPS;
}

static void
set_params (QsLearner *base, QsRun *run, const double *params)
{
  qs_lstm_network_set_params (((Learner *) base)->network, (const QsLstmParams *) params);
}

static double
loss (QsLearner *base, QsRun *run, const guint *members, guint n)
{
  double sum = 0.0;

  for (guint begin = 0; begin < n && !qs_run_is_cancelled (run); begin += N_LANES)
    sum += panel_loss ((Learner *) base, run, members + begin, MIN (N_LANES, n - begin));

  return sum;
}

static double
learn (QsLearner *base, QsRun *run, const guint *members, guint n, double *gradient)
{
  Learner     *self = (Learner *) base;
  const double factor = 2.0 / ((double) n * N_STEPS);
  double       sum = 0.0;

  for (guint begin = 0; begin < n; begin += N_LANES) {
    sum += panel_loss (self, run, members + begin, MIN (N_LANES, n - begin));

    for (guint t = 0; t < N_STEPS; t++) {
      for (guint lane = 0; lane < N_LANES; lane++)
        self->outputs[t][lane] *= factor;
    }
    qs_lstm_network_backward (self->network, run, self->outputs,
                              (QsLstmParams *) gradient);
  }

  return sum;
}

static const QsLearnerClass learner_class = {
  .set_params = set_params,
  .loss = loss,
  .learn = learn,
};

/**
 * qs_lstm_train:
 * @curves: of all subjects
 * @scaler: how they are standardised
 * @lesson: who learns what
 * @error: as qs_train()
 *
 * Trains the bidirectional LSTM on windows with the kernels made for it: mean squared
 * error of the standardised log biomarker.
 *
 * Returns: (transfer full): #QsLstmParams
 */
QsTrained *
qs_lstm_train (const QsLstmCurve  *curves,
               const QsLstmScaler *scaler,
               const QsLesson     *lesson,
               const QsFitOptions *options,
               QsRun              *run,
               GError            **error)
{
  Learner                 *self = g_aligned_alloc0 (1, sizeof *self, 64);
  g_autofree QsLstmParams *params = g_new (QsLstmParams, 1);
  QsTrained               *trained;

  self->base.klass = &learner_class;
  self->base.n_params = QS_LSTM_N_PARAMS;
  self->base.views = qs_lstm_views (&self->base.n_views);
  self->curves = curves;
  self->scaler = scaler;
  self->network = qs_lstm_network_new (qs_lstm_kernels ()[0]);
  qs_lstm_params_init (params, options->seed, lesson->replicate);

  trained = qs_train (&self->base, (const double *) params, lesson, options, run, error);

  qs_lstm_network_free (self->network);
  g_aligned_free (self);
  return trained;
}
