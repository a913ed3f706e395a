/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-pinn-kinetics.h"

#include "nn/qs-pinn-net.h"

#include <math.h>
#include <string.h>

#define BLOCK QS_PINN_BLOCK
#define N_INPUTS 2  /* time since the dose, body weight */
#define N_OUTPUTS 2 /* what is left for the central and the peripheral amount */

/* Where the equations have to hold, after a dose of 1 mg. */
#define FIRST_H 0.05

/* How much they count beside the squared misses of log concentration. */
#define PHYSICS 1.0

enum { KA, CL, V, Q, V2 };

/* Terms of one person's concentrations: one per observation and dose before it. */
typedef struct {
  gsize  first; /* of the observation's terms */
  gsize  n;
  double log_value;
} Look;

typedef struct {
  double  log_bw;
  double  nodes_h[BLOCK];
  guint   n_looks;
  Look   *looks;
  gsize   n_terms;
  double *since_h;
  double *dose_mg;
} Member;

typedef struct {
  QsLearner  base;
  QsLstmView views[2];
  QsPinnNet *net;
  guint      n;
  Member    *members;
  double    *params; /* copied */
  double    *amount; /* of the terms, and the slopes by their logarithm */
  double    *slopes;
} Learner;

gsize
qs_pinn_kinetics_n_params (void)
{
  return qs_pinn_net_n_params (N_INPUTS, N_OUTPUTS) + QS_PINN_N_KINETIC;
}

static const double *
theta_of (const double *params)
{
  return params + qs_pinn_net_n_params (N_INPUTS, N_OUTPUTS);
}

/* At 70 kg. */
QsPkParameters
qs_pinn_kinetics_pk (const double *params)
{
  const double *theta = theta_of (params);

  return (QsPkParameters){
    .n_compartments = 2,
    .route = QS_ROUTE_ORAL,
    .ka = exp (theta[KA]),
    .cl = exp (theta[CL]),
    .v = exp (theta[V]),
    .q = exp (theta[Q]),
    .v2 = exp (theta[V2]),
  };
}

/* Inputs of up to BLOCK times since a dose; the last is repeated. */
static void
fill (const double *since_h, gsize n, double log_bw, double *inputs, double *rates)
{
  for (gsize k = 0; k < BLOCK; k++) {
    const double s = since_h[MIN (k, n - 1)];

    inputs[k] = log1p (s) / 3.0 - 1.0;
    inputs[BLOCK + k] = 3.0 * log_bw;
    if (rates != NULL) {
      rates[k] = 1.0 / (3.0 * (1.0 + s));
      rates[BLOCK + k] = 0.0;
    }
  }
}

/* Central amount s / (1 + s) e^y after 1 mg: none at the dose. The peripheral one has the
 * square of the first factor. */
static double
log_rise (double since_h)
{
  return log (since_h / (1.0 + since_h));
}

static void
member_init (Member *member, const QsPinnPerson *person)
{
  const GArray *looks = person->looks[QS_ENDPOINT_PK];
  double        last_h = 24.0;

  member->log_bw = person->log_bw;
  if (person->doses->len > 0)
    last_h = fmax (last_h,
                   person->end_h - g_array_index (person->doses, QsPinnDose, 0).time_h);
  for (guint k = 0; k < BLOCK; k++)
    member->nodes_h[k] = FIRST_H * pow (last_h / FIRST_H, k / (BLOCK - 1.0));

  member->looks = g_new (Look, looks->len);
  member->since_h = g_new (double, (gsize) looks->len * person->doses->len + 1);
  member->dose_mg = g_new (double, (gsize) looks->len * person->doses->len + 1);
  for (guint i = 0; i < looks->len; i++) {
    const QsPinnLook *look = &g_array_index (looks, QsPinnLook, i);
    Look              mine = { member->n_terms, 0, look->log_value };

    for (guint d = 0; d < person->doses->len; d++) {
      const QsPinnDose *dose = &g_array_index (person->doses, QsPinnDose, d);

      if (!(look->time_h > dose->time_h))
        break;
      member->since_h[member->n_terms] = look->time_h - dose->time_h;
      member->dose_mg[member->n_terms++] = dose->dose_mg;
      mine.n++;
    }
    if (mine.n > 0)
      member->looks[member->n_looks++] = mine;
  }
}

static void
set_params (QsLearner *base, QsRun *run, const double *params)
{
  memcpy (((Learner *) base)->params, params, base->n_params * sizeof *params);
}

/* Misses of the observations. Adds slopes where @gradient is not NULL. */
static double
learn_looks (Learner *self, const Member *member, double factor, double *gradient)
{
  const double *theta = theta_of (self->params);
  const gsize   first_theta = (gsize) (theta - self->params);
  double        inputs[N_INPUTS * BLOCK], outputs[N_OUTPUTS * BLOCK], sum = 0.0;

  if (member->n_looks == 0)
    return 0.0;

  for (gsize begin = 0; begin < member->n_terms; begin += BLOCK) {
    const gsize n = MIN (BLOCK, member->n_terms - begin);

    fill (member->since_h + begin, n, member->log_bw, inputs, NULL);
    qs_pinn_net_forward (self->net, self->params, inputs, NULL, outputs, NULL);
    for (gsize k = 0; k < n; k++)
      self->amount[begin + k] = member->dose_mg[begin + k] *
                                exp (log_rise (member->since_h[begin + k]) + outputs[k]);
  }

  for (guint i = 0; i < member->n_looks; i++) {
    const Look *look = &member->looks[i];
    double      amount = 0.0, miss;

    for (gsize k = look->first; k < look->first + look->n; k++)
      amount += self->amount[k];
    miss = log (amount) - theta[V] - member->log_bw - look->log_value;
    sum += miss * miss;
    for (gsize k = look->first; k < look->first + look->n; k++)
      self->slopes[k] = 2.0 * factor * miss / member->n_looks * self->amount[k] / amount;
    if (gradient != NULL)
      gradient[first_theta + V] -= 2.0 * factor * miss / member->n_looks;
  }

  for (gsize begin = 0; gradient != NULL && begin < member->n_terms; begin += BLOCK) {
    const gsize n = MIN (BLOCK, member->n_terms - begin);
    double      slopes[N_OUTPUTS * BLOCK] = { 0.0 };

    memcpy (slopes, self->slopes + begin, n * sizeof *slopes);
    fill (member->since_h + begin, n, member->log_bw, inputs, NULL);
    qs_pinn_net_forward (self->net, self->params, inputs, NULL, outputs, NULL);
    qs_pinn_net_backward (self->net, self->params, slopes, NULL, gradient);
  }

  return sum / member->n_looks;
}

/* The mean square of both equations' residuals, relative to the amounts and weighted by
 * time where that is short, as there they are steep:
 *   A2' = ka e^(−ka s) − (k10 + k12) A2 + k21 A3,  A3' = k12 A2 − k21 A3. */
static double
learn_equations (Learner *self, const Member *member, double factor, double *gradient)
{
  const double *theta = theta_of (self->params);
  double       *theta_slope = gradient != NULL ? gradient + (theta - self->params) : NULL;
  double        inputs[N_INPUTS * BLOCK], rates[N_INPUTS * BLOCK];
  double        y[N_OUTPUTS * BLOCK], y_rate[N_OUTPUTS * BLOCK];
  double        slopes[N_OUTPUTS * BLOCK], rate_slopes[N_OUTPUTS * BLOCK];
  const double *central = y, *peripheral = y + BLOCK;
  const double  ka = exp (theta[KA]), slower = -0.25 * member->log_bw;
  const double  k10 = exp (theta[CL] - theta[V] + slower);
  const double  k12 = exp (theta[Q] - theta[V] + slower);
  const double  k21 = exp (theta[Q] - theta[V2] + slower);
  double        sum = 0.0;

  fill (member->nodes_h, BLOCK, member->log_bw, inputs, rates);
  qs_pinn_net_forward (self->net, self->params, inputs, rates, y, y_rate);

  for (guint k = 0; k < BLOCK; k++) {
    const double s = member->nodes_h[k], weight = s / (1.0 + s / 40.0);
    const double rise = log_rise (s), rise_rate = 1.0 / (s * (1.0 + s));
    const double absorbed = ka * exp (-ka * s - rise - central[k]);
    const double ratio = exp (rise + peripheral[k] - central[k]);
    const double back = k21 * ratio, out = k12 / ratio;
    const double miss[2] = {
      weight * (rise_rate + y_rate[k] - absorbed + k10 + k12 - back),
      weight * (2.0 * rise_rate + y_rate[BLOCK + k] - out + k21),
    };
    const double first = 2.0 * factor * PHYSICS / BLOCK * weight * miss[0];
    const double second = 2.0 * factor * PHYSICS / BLOCK * weight * miss[1];

    sum += miss[0] * miss[0] + miss[1] * miss[1];
    slopes[k] = first * (absorbed + back) - second * out;
    slopes[BLOCK + k] = -first * back + second * out;
    rate_slopes[k] = first;
    rate_slopes[BLOCK + k] = second;
    if (gradient == NULL)
      continue;
    theta_slope[KA] -= first * absorbed * (1.0 - ka * s);
    theta_slope[CL] += first * k10;
    theta_slope[V] += -first * (k10 + k12) + second * out;
    theta_slope[Q] += first * (k12 - back) + second * (k21 - out);
    theta_slope[V2] += first * back - second * k21;
  }
  if (gradient != NULL)
    qs_pinn_net_backward (self->net, self->params, slopes, rate_slopes, gradient);

  return sum / BLOCK;
}

/* Who took nothing says nothing. */
static double
learn_member (Learner *self, const Member *member, double factor, double *gradient)
{
  if (member->n_looks == 0)
    return 0.0;

  return learn_looks (self, member, factor, gradient) +
         PHYSICS * learn_equations (self, member, factor, gradient);
}

static double
loss (QsLearner *base, QsRun *run, const guint *members, guint n)
{
  Learner *self = (Learner *) base;
  double   sum = 0.0;

  for (guint i = 0; i < n && !qs_run_is_cancelled (run); i++)
    sum += learn_member (self, &self->members[members[i]], 0.0, NULL);

  return sum;
}

static double
learn (QsLearner *base, QsRun *run, const guint *members, guint n, double *gradient)
{
  Learner *self = (Learner *) base;
  double   sum = 0.0;

  for (guint i = 0; i < n && !qs_run_is_cancelled (run); i++)
    sum += learn_member (self, &self->members[members[i]], 1.0 / n, gradient);

  return sum;
}

static const QsLearnerClass learner_class = {
  .set_params = set_params,
  .loss = loss,
  .learn = learn,
};

QsLearner *
qs_pinn_kinetics_learner_new (QsPinnPerson *const *persons, guint n)
{
  Learner *self = g_new0 (Learner, 1);
  gsize    most = 0;

  self->base.klass = &learner_class;
  self->base.n_params = qs_pinn_kinetics_n_params ();
  self->views[0] = (QsLstmView){ "kinetics", 0, self->base.n_params, 1, FALSE, FALSE };
  self->base.views = self->views;
  self->base.n_views = 1;
  self->net = qs_pinn_net_new (N_INPUTS, N_OUTPUTS);
  self->n = n;
  self->members = g_new0 (Member, n);
  for (guint i = 0; i < n; i++) {
    member_init (&self->members[i], persons[i]);
    most = MAX (most, self->members[i].n_terms);
  }
  self->params = g_new0 (double, self->base.n_params);
  self->amount = g_new0 (double, most + 1);
  self->slopes = g_new0 (double, most + 1);

  return &self->base;
}

void
qs_pinn_kinetics_learner_free (QsLearner *base)
{
  Learner *self = (Learner *) base;

  for (guint i = 0; i < self->n; i++) {
    g_free (self->members[i].looks);
    g_free (self->members[i].since_h);
    g_free (self->members[i].dose_mg);
  }
  g_free (self->members);
  g_free (self->params);
  g_free (self->amount);
  g_free (self->slopes);
  qs_pinn_net_free (self->net);
  g_free (self);
}

/* The root mean square of the equations' residuals, with the parameters set last. */
double
qs_pinn_kinetics_residual (QsLearner *base, const guint *members, guint n)
{
  Learner *self = (Learner *) base;
  double   sum = 0.0;
  guint    n_told = 0;

  for (guint i = 0; i < n; i++) {
    if (self->members[members[i]].n_looks == 0)
      continue;
    sum += learn_equations (self, &self->members[members[i]], 0.0, NULL);
    n_told++;
  }

  return n_told > 0 ? sqrt (0.5 * sum / n_told) : NAN;
}

/**
 * qs_pinn_kinetics_init:
 * @params: (out) (array): where training starts
 *
 * A drug that is absorbed within hours and stays for days, in the volume that the
 * members' concentrations ask for.
 */
void
qs_pinn_kinetics_init (QsPinnPerson *const *persons,
                       const guint         *members,
                       guint                n,
                       guint64              seed,
                       double              *params)
{
  const double hours = 72.0; /* that half of it may stay */
  double      *theta = params + qs_pinn_net_n_params (N_INPUTS, N_OUTPUTS);
  double       sum = 0.0;
  guint        n_looks = 0;

  qs_pinn_net_init (N_INPUTS, N_OUTPUTS, seed, 0, params);
  for (guint i = 0; i < n; i++) {
    const QsPinnPerson *person = persons[members[i]];
    const GArray       *looks = person->looks[QS_ENDPOINT_PK];

    for (guint k = 0; k < looks->len; k++) {
      const QsPinnLook *look = &g_array_index (looks, QsPinnLook, k);
      double            amount = 0.0;

      for (guint d = 0; d < person->doses->len; d++) {
        const QsPinnDose *dose = &g_array_index (person->doses, QsPinnDose, d);

        if (look->time_h > dose->time_h)
          amount += dose->dose_mg * exp2 ((dose->time_h - look->time_h) / hours);
      }
      if (amount > 0.0) {
        sum += log (amount) - look->log_value - person->log_bw;
        n_looks++;
      }
    }
  }

  theta[V] = n_looks > 0 ? sum / n_looks : 0.0;
  theta[KA] = log (0.5);
  theta[CL] = theta[V] + log (G_LN2 / hours);
  theta[Q] = theta[V] + log (0.05);
  theta[V2] = theta[V] + log (0.5);
}

/**
 * qs_pinn_kinetics_predict:
 * @concentration_mg_l: (out) (array length=n_times): as the network has them
 * @rate_mg_l_h: (out) (array length=n_times): how they change
 *
 * At the time of a dose that dose counts not yet.
 */
void
qs_pinn_kinetics_predict (const double       *params,
                          const QsPinnPerson *person,
                          gsize               n_times,
                          const double       *times_h,
                          double             *concentration_mg_l,
                          double             *rate_mg_l_h)
{
  g_autoptr (QsPinnNet) net = qs_pinn_net_new (N_INPUTS, N_OUTPUTS);
  const double          volume = exp (theta_of (params)[V] + person->log_bw);
  const QsPinnDose     *doses = (const QsPinnDose *) (gpointer) person->doses->data;
  double                inputs[N_INPUTS * BLOCK], rates[N_INPUTS * BLOCK];
  double                y[N_OUTPUTS * BLOCK], y_rate[N_OUTPUTS * BLOCK];

  for (gsize t = 0; t < n_times; t++) {
    guint n_doses = 0;

    concentration_mg_l[t] = rate_mg_l_h[t] = 0.0;
    while (n_doses < person->doses->len && times_h[t] > doses[n_doses].time_h)
      n_doses++;
    for (guint begin = 0; begin < n_doses; begin += BLOCK) {
      const guint n = MIN (BLOCK, n_doses - begin);
      double      since_h[BLOCK];

      for (guint k = 0; k < n; k++)
        since_h[k] = times_h[t] - doses[begin + k].time_h;
      fill (since_h, n, person->log_bw, inputs, rates);
      qs_pinn_net_forward (net, params, inputs, rates, y, y_rate);
      for (guint k = 0; k < n; k++) {
        const double s = since_h[k];
        const double c = doses[begin + k].dose_mg / volume * exp (log_rise (s) + y[k]);

        concentration_mg_l[t] += c;
        rate_mg_l_h[t] += c * (1.0 / (s * (1.0 + s)) + y_rate[k]);
      }
    }
  }
}
