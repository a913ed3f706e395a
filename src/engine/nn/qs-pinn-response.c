/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-pinn-response.h"

#include "nn/qs-pinn-kinetics.h"
#include "nn/qs-pinn-net.h"

#include <math.h>
#include <string.h>

#define BLOCK QS_PINN_BLOCK

/* Time, time since the dose, concentration, dose per body weight. */
#define N_INPUTS 4

/* How much the equation counts beside the squared misses of log biomarker, and the hours
 * that make its residual a number. */
#define PHYSICS 1.0
#define RESIDUAL_H 24.0

/* Hours after which the network may say as much as it likes: at 0 there is the baseline.
 */
#define RISE_H 12.0

/* Points at which the equation has to hold: in an interval between doses, in the last
 * one, and at most. */
#define N_BETWEEN 4
#define N_AFTER 24
#define N_MOST 256

/* The points of one person: first those of the equation, then those of observations. */
typedef struct {
  double  comed;
  guint   n_nodes;
  guint   n_points;
  gsize   n_padded; /* n_points in whole blocks */
  double *inputs;   /* [block][input][point] */
  double *rates;
  double *rise;
  double *rise_rate;
  double *concentration;
  double *log_value; /* of observations */
} Member;

typedef struct {
  QsLearner     base;
  QsLstmView    views[2];
  QsPinnNet    *net;
  QsPinnEffect *effect;
  guint         n;
  Member       *members;
  double       *params; /* copied */
} Learner;

static gsize
first_turnover (void)
{
  return qs_pinn_net_n_params (N_INPUTS, 1);
}

gsize
qs_pinn_response_n_params (gboolean quantum)
{
  return first_turnover () + QS_PINN_N_TURNOVER + qs_pinn_effect_n_params (quantum);
}

const double *
qs_pinn_response_turnover (const double *params)
{
  return params + first_turnover ();
}

const double *
qs_pinn_response_effect (const double *params)
{
  return params + first_turnover () + QS_PINN_N_TURNOVER;
}

static void
add_nodes (GArray *times_h, double from_h, double to_h, guint n)
{
  for (guint k = 0; k < n; k++) {
    /* Denser after the dose, where concentrations rise. */
    const double time_h = from_h + (to_h - from_h) * pow ((k + 0.5) / n, 1.7);

    g_array_append_val (times_h, time_h);
  }
}

/* Between doses, up to the last record. */
static GArray *
nodes_of (const QsPinnPerson *person)
{
  GArray      *times_h = g_array_new (FALSE, FALSE, sizeof (double));
  const guint  n_doses = person->doses->len;
  const double end_h = fmax (person->end_h, 1.0);
  const guint  every = 1 + n_doses * N_BETWEEN / (N_MOST - 2 * N_AFTER);
  double       from_h = 0.0;

  for (guint d = 0; d < n_doses; d++) {
    const double at_h = g_array_index (person->doses, QsPinnDose, d).time_h;

    if (at_h > from_h && (d < 3 || d % every == 0))
      add_nodes (times_h, from_h, at_h, N_BETWEEN);
    from_h = fmax (from_h, at_h);
  }
  if (end_h > from_h)
    add_nodes (times_h, from_h, end_h, N_AFTER);

  return times_h;
}

static double
since_dose (const QsPinnPerson *person, double time_h)
{
  double since_h = time_h;

  for (guint d = 0; d < person->doses->len; d++) {
    const double at_h = g_array_index (person->doses, QsPinnDose, d).time_h;

    if (at_h < time_h)
      since_h = time_h - at_h;
  }

  return since_h;
}

static void
member_init (Member             *member,
             const QsPinnPerson *person,
             const double       *kinetics,
             const QsPinnScales *scales)
{
  g_autoptr (GArray) times_h = nodes_of (person);
  const GArray      *looks = person->looks[QS_ENDPOINT_PD];
  g_autofree double *rate = NULL;

  member->comed = person->comed;
  member->n_nodes = times_h->len;
  member->log_value = g_new0 (double, looks->len + 1);
  for (guint i = 0; i < looks->len; i++) {
    const QsPinnLook *look = &g_array_index (looks, QsPinnLook, i);

    g_array_append_val (times_h, look->time_h);
    member->log_value[i] = look->log_value;
  }
  member->n_points = times_h->len;
  member->n_padded = (member->n_points + BLOCK - 1) / BLOCK * BLOCK;
  member->concentration = g_new0 (double, member->n_padded);
  member->rise = g_new0 (double, member->n_padded);
  member->rise_rate = g_new0 (double, member->n_padded);
  member->inputs = g_new0 (double, N_INPUTS * member->n_padded);
  member->rates = g_new0 (double, N_INPUTS * member->n_padded);
  rate = g_new0 (double, member->n_padded);
  qs_pinn_kinetics_predict (kinetics, person, member->n_points,
                            (const double *) (gpointer) times_h->data,
                            member->concentration, rate);

  for (guint k = 0; k < member->n_points; k++) {
    const double t = g_array_index (times_h, double, k), s = since_dose (person, t);
    const double c = member->concentration[k];
    double      *input = member->inputs + (gsize) (k / BLOCK) * N_INPUTS * BLOCK;
    double      *input_rate = member->rates + (gsize) (k / BLOCK) * N_INPUTS * BLOCK;
    const guint  at = k % BLOCK;

    input[at] = log1p (t / 24.0) / 2.0 - 1.0;
    input_rate[at] = 0.5 / (24.0 + t);
    input[BLOCK + at] = log1p (s) / 3.0 - 1.0;
    input_rate[BLOCK + at] = 1.0 / (3.0 * (1.0 + s));
    input[2 * BLOCK + at] = log1p (c / scales->c0_mg_l);
    input_rate[2 * BLOCK + at] = rate[k] / (scales->c0_mg_l + c);
    input[3 * BLOCK + at] = log1p (person->dose_mg_per_kg / scales->u0_mg_per_kg);
    member->rise[k] = t / (t + RISE_H);
    member->rise_rate[k] = RISE_H / ((t + RISE_H) * (t + RISE_H));
  }
}

static void
set_params (QsLearner *base, QsRun *run, const double *params)
{
  Learner *self = (Learner *) base;

  memcpy (self->params, params, base->n_params * sizeof *params);
}

/* log (R / R0) is rise × what the network says, and at a node d log R / dt has to be kout
 * ((1 − E) R0 / R − 1). */
static void
learn_block (Learner      *self,
             const Member *member,
             gsize         block,
             double        factor,
             double       *gradient,
             double       *looks,
             double       *equations)
{
  const double *turnover = qs_pinn_response_turnover (self->params);
  double       *slope_of = gradient != NULL ? gradient + (turnover - self->params) : NULL;
  const gsize   begin = block * BLOCK;
  const double  kout = exp (turnover[QS_PINN_LOG_KOUT]);
  const double  base =
      turnover[QS_PINN_LOG_R0] + turnover[QS_PINN_BETA_COMED] * member->comed;
  const guint n_looks = member->n_points - member->n_nodes;
  double      y[BLOCK], y_rate[BLOCK], slopes[BLOCK] = { 0.0 }, rates[BLOCK] = { 0.0 };

  qs_pinn_net_forward (self->net, self->params, member->inputs + begin * N_INPUTS,
                       member->rates + begin * N_INPUTS, y, y_rate);
  for (gsize k = begin; k < MIN (begin + BLOCK, member->n_points); k++) {
    const double rise = member->rise[k];
    double      *slope = &slopes[k - begin], *rate_slope = &rates[k - begin];
    const double value = y[k - begin];

    if (k < member->n_nodes) {
      const double effect = qs_pinn_effect_at (self->effect, member->concentration[k]);
      const double above = exp (-rise * value); /* R0 / R */
      const double change = member->rise_rate[k] * value + rise * y_rate[k - begin];
      const double balance = kout * ((1.0 - effect) * above - 1.0);
      const double miss = RESIDUAL_H * (change - balance);
      const double by = 2.0 * factor * PHYSICS / member->n_nodes * miss * RESIDUAL_H;

      *equations += miss * miss / member->n_nodes;
      *slope = by * (member->rise_rate[k] + kout * (1.0 - effect) * above * rise);
      *rate_slope = by * rise;
      if (gradient == NULL)
        continue;
      slope_of[QS_PINN_LOG_KOUT] -= by * balance;
      qs_pinn_effect_learn (self->effect, member->concentration[k], by * kout * above);
    } else {
      const double miss = base + rise * value - member->log_value[k - member->n_nodes];
      const double by = 2.0 * factor * miss / n_looks;

      *looks += miss * miss / n_looks;
      *slope = by * rise;
      if (gradient == NULL)
        continue;
      slope_of[QS_PINN_LOG_R0] += by;
      slope_of[QS_PINN_BETA_COMED] += by * member->comed;
    }
  }
  if (gradient != NULL)
    qs_pinn_net_backward (self->net, self->params, slopes, rates, gradient);
}

static void
learn_member (Learner      *self,
              const Member *member,
              double        factor,
              double       *gradient,
              double       *looks,
              double       *equations)
{
  *looks = *equations = 0.0;
  if (member->n_points == member->n_nodes)
    return;

  for (gsize block = 0; block < member->n_padded / BLOCK; block++)
    learn_block (self, member, block, factor, gradient, looks, equations);
}

static double
learn_all (Learner     *self,
           QsRun       *run,
           const guint *members,
           guint        n,
           double       factor,
           double      *gradient)
{
  double sum = 0.0;

  qs_pinn_effect_set_params (self->effect, qs_pinn_response_effect (self->params));
  for (guint i = 0; i < n && !qs_run_is_cancelled (run); i++) {
    double looks, equations;

    learn_member (self, &self->members[members[i]], factor, gradient, &looks, &equations);
    sum += looks + PHYSICS * equations;
  }
  if (gradient != NULL)
    qs_pinn_effect_take_gradient (
        self->effect, gradient + (qs_pinn_response_effect (self->params) - self->params));

  return sum;
}

static double
loss (QsLearner *base, QsRun *run, const guint *members, guint n)
{
  return learn_all ((Learner *) base, run, members, n, 0.0, NULL);
}

static double
learn (QsLearner *base, QsRun *run, const guint *members, guint n, double *gradient)
{
  return learn_all ((Learner *) base, run, members, n, 1.0 / n, gradient);
}

static const QsLearnerClass learner_class = {
  .set_params = set_params,
  .loss = loss,
  .learn = learn,
};

/**
 * qs_pinn_response_learner_new:
 * @kinetics: (array): a trained network of concentrations, which stays as it is
 * @run: (nullable): where it is cancelled, persons are left without points
 */
QsLearner *
qs_pinn_response_learner_new (QsPinnPerson *const *persons,
                              guint                n,
                              const double        *kinetics,
                              const QsPinnScales  *scales,
                              gboolean             quantum,
                              QsRun               *run)
{
  Learner *self = g_new0 (Learner, 1);

  self->base.klass = &learner_class;
  self->base.n_params = qs_pinn_response_n_params (quantum);
  self->views[0] = (QsLstmView){ "response", 0, self->base.n_params, 1, FALSE, FALSE };
  self->base.views = self->views;
  self->base.n_views = 1;
  self->net = qs_pinn_net_new (N_INPUTS, 1);
  self->effect = qs_pinn_effect_new (quantum);
  self->n = n;
  self->members = g_new0 (Member, n);
  for (guint i = 0; i < n && !qs_run_is_cancelled (run); i++)
    member_init (&self->members[i], persons[i], kinetics, scales);
  self->params = g_new0 (double, self->base.n_params);

  return &self->base;
}

void
qs_pinn_response_learner_free (QsLearner *base)
{
  Learner *self = (Learner *) base;

  for (guint i = 0; i < self->n; i++) {
    Member *member = &self->members[i];

    g_free (member->inputs);
    g_free (member->rates);
    g_free (member->rise);
    g_free (member->rise_rate);
    g_free (member->concentration);
    g_free (member->log_value);
  }
  g_free (self->members);
  g_free (self->params);
  qs_pinn_effect_free (self->effect);
  qs_pinn_net_free (self->net);
  g_free (self);
}

/* The root mean square of the equation's residual, per RESIDUAL_H and relative to the
 * biomarker, with the parameters set last. */
double
qs_pinn_response_residual (QsLearner *base, const guint *members, guint n)
{
  Learner *self = (Learner *) base;
  double   sum = 0.0;

  qs_pinn_effect_set_params (self->effect, qs_pinn_response_effect (self->params));
  for (guint i = 0; i < n; i++) {
    double looks, equations;

    learn_member (self, &self->members[members[i]], 0.0, NULL, &looks, &equations);
    sum += equations;
  }

  return sqrt (sum / n);
}

/**
 * qs_pinn_response_predict:
 * @log_response: (out) (array): at the member's observations, as the network with the
 * parameters set last has them
 */
void
qs_pinn_response_predict (QsLearner *base, guint which, double *log_response)
{
  Learner      *self = (Learner *) base;
  const Member *member = &self->members[which];
  const double *turnover = qs_pinn_response_turnover (self->params);
  double        y[BLOCK];

  for (gsize begin = 0; begin < member->n_padded; begin += BLOCK) {
    qs_pinn_net_forward (self->net, self->params, member->inputs + begin * N_INPUTS, NULL,
                         y, NULL);
    for (gsize k = MAX (begin, member->n_nodes);
         k < MIN (begin + BLOCK, member->n_points); k++)
      log_response[k - member->n_nodes] = turnover[QS_PINN_LOG_R0] +
                                          turnover[QS_PINN_BETA_COMED] * member->comed +
                                          member->rise[k] * y[k - begin];
  }
}

/* The median of the members' values: with @early those at or before the first dose's
 * hour, else all. */
static double
mean_log (QsPinnPerson *const *persons, const guint *members, guint n, gboolean early)
{
  double sum = 0.0;
  guint  n_seen = 0;

  for (guint i = 0; i < n; i++) {
    const GArray *looks = persons[members[i]]->looks[QS_ENDPOINT_PD];

    for (guint k = 0; k < looks->len; k++) {
      const QsPinnLook *look = &g_array_index (looks, QsPinnLook, k);

      if (early && look->time_h > 1.0)
        continue;
      sum += look->log_value;
      n_seen++;
    }
  }

  return n_seen > 0 ? sum / n_seen : NAN;
}

/**
 * qs_pinn_response_init:
 * @params: (out) (array): where training starts: the baseline that is seen first, a
 * turnover of a day, and half the effect at the typical concentration
 */
void
qs_pinn_response_init (QsPinnPerson *const *persons,
                       const guint         *members,
                       guint                n,
                       const QsPinnScales  *scales,
                       gboolean             quantum,
                       guint64              seed,
                       double              *params)
{
  double *turnover = params + first_turnover ();
  double *effect = turnover + QS_PINN_N_TURNOVER;

  memset (params, 0, qs_pinn_response_n_params (quantum) * sizeof *params);
  qs_pinn_net_init (N_INPUTS, 1, seed, 1, params);
  turnover[QS_PINN_LOG_R0] = mean_log (persons, members, n, TRUE);
  if (isnan (turnover[QS_PINN_LOG_R0]))
    turnover[QS_PINN_LOG_R0] = mean_log (persons, members, n, FALSE);
  turnover[QS_PINN_LOG_KOUT] = log (G_LN2 / 24.0);
  effect[0] = 1.0;
  effect[1] = log (scales->c0_mg_l);
}
