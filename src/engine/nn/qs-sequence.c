/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-sequence.h"

typedef struct {
  QsLearner         base;
  QsNet            *net;       /* owned */
  const QsSequence *sequences; /* borrowed */
} Learner;

static void
set_params (QsLearner *base, QsRun *run, const double *params)
{
  qs_net_set_params (((Learner *) base)->net, run, params);
}

static void
forward (Learner *self, const guint *members, guint n)
{
  const QsSequence *panel[QS_NET_N_LANES];

  for (guint lane = 0; lane < n; lane++)
    panel[lane] = &self->sequences[members[lane]];
  qs_net_forward (self->net, n, panel);
}

static double
loss (QsLearner *base, QsRun *run, const guint *members, guint n)
{
  Learner *self = (Learner *) base;
  double   sum = 0.0;

  for (guint begin = 0; begin < n && !qs_run_is_cancelled (run);
       begin += QS_NET_N_LANES) {
    forward (self, members + begin, MIN (QS_NET_N_LANES, n - begin));
    sum += qs_net_loss (self->net, 0.0);
  }

  return sum;
}

static double
learn (QsLearner *base, QsRun *run, const guint *members, guint n, double *gradient)
{
  Learner *self = (Learner *) base;
  double   sum = 0.0;

  for (guint begin = 0; begin < n && !qs_run_is_cancelled (run);
       begin += QS_NET_N_LANES) {
    forward (self, members + begin, MIN (QS_NET_N_LANES, n - begin));
    sum += qs_net_loss (self->net, 1.0 / n);
    qs_net_backward (self->net);
  }
  qs_net_take_gradient (self->net, run, gradient);

  return sum;
}

static const QsLearnerClass learner_class = {
  .set_params = set_params,
  .loss = loss,
  .learn = learn,
};

/**
 * qs_sequence_train:
 * @sequences: those that the lesson names have labels
 * @lesson: who learns what
 * @error: as qs_train()
 *
 * Trains a network from the lesson's start or the initial parameters of the options'
 * seed. A sequence's loss is its mean squared error at the time points that have a label,
 * each times its weight: sequences count alike however many labels they have.
 *
 * Returns: (transfer full): parameters as qs_net_shape_layout() lays them out
 */
QsTrained *
qs_sequence_train (const QsNetShape   *shape,
                   const QsSequence   *sequences,
                   const QsLesson     *lesson,
                   const QsFitOptions *options,
                   QsRun              *run,
                   GError            **error)
{
  g_autoptr (QsNet)  net = qs_net_new (shape);
  const QsNetLayout *layout = qs_net_layout (net);
  g_autofree double *params = g_new (double, layout->n_params);
  Learner            self = {
               .base.klass = &learner_class,
               .base.n_params = layout->n_params,
               .base.views = layout->views,
               .base.n_views = layout->n_views,
               .net = net,
               .sequences = sequences,
  };

  if (lesson->start == NULL)
    qs_net_shape_init (shape, options->seed, lesson->replicate, params);
  return qs_train (&self.base, lesson->start != NULL ? lesson->start : params, lesson,
                   options, run, error);
}

/**
 * qs_sequence_evaluate:
 * @sequences: (array length=n): labels and weights are not looked at
 * @outputs: (out) (array length=n): of each sequence, [time point], standardised as the
 * labels were
 *
 * What a trained network says. A sequence's outputs do not depend on the others'.
 */
void
qs_sequence_evaluate (const QsNetShape *shape,
                      const double     *params,
                      gsize             n,
                      const QsSequence *sequences,
                      double *const    *outputs)
{
  g_autoptr (QsNet) net = qs_net_new (shape);

  qs_net_set_params (net, NULL, params);

  for (gsize begin = 0; begin < n; begin += QS_NET_N_LANES) {
    const guint       n_lanes = (guint) MIN (QS_NET_N_LANES, n - begin);
    const QsSequence *panel[QS_NET_N_LANES];

    for (guint lane = 0; lane < n_lanes; lane++)
      panel[lane] = &sequences[begin + lane];
    qs_net_forward (net, n_lanes, panel);

    for (guint lane = 0; lane < n_lanes; lane++)
      for (guint t = 0; t < panel[lane]->n_steps; t++)
        outputs[begin + lane][t] = qs_net_output (net, lane, t);
  }
}
