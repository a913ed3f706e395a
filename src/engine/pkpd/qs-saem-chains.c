/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-saem-chains.h"

#include "core/qs-parallel.h"
#include "core/qs-rng.h"
#include "pkpd/qs-pkpd-linear.h"

#include <math.h>
#include <string.h>

#define N QS_PKPD_N_PARAMETERS

/* Acceptance that random walks are steered to: in one dimension, and in all at once
 * (Roberts & Rosenthal 2001). */
static const double one_rate = 0.44, all_rate = 0.25;
/* Random numbers of one chain's turn start at a block of their own. */
#define DIMENSIONS_PER_TURN 128

struct _QsSaemChains {
  const QsPkpdStudy      *study; /* borrowed */
  QsPkpdStructure         structure;
  guint                   n_chains;
  guint64                 seed;
  gsize                   stride; /* of predictions: twice the longest list of times */
  double                 *parameters;
  double                 *likelihood;
  double                 *predictions;
  double                 *accepted; /* per person: N single moves and the joint one */
  double                  scale[N]; /* of the single moves, times omega */
  double                  joint_scale;
  const QsPkpdPopulation *population; /* borrowed, during a turn */
  guint                   iteration;
  guint                   varying[N];
  guint                   n_varying;
  double                  factor[N * N]; /* Cholesky's, of the effects' covariance */
};

/* One chain of one person during a turn. */
typedef struct {
  QsSaemChains       *all;
  const QsPkpdPerson *person;
  QsRngKey            key;
  guint               n_drawn;
  guint               item;
  double              typical[N];
  double             *current;
  double             *predicted;
  double             *likelihood;
  double             *proposed_predictions;
} Chain;

static double
draw_normal (Chain *self)
{
  return qs_rng_normal (&self->key, self->item, self->n_drawn++);
}

static double
draw_log_uniform (Chain *self)
{
  return log (qs_rng_uniform (&self->key, self->item, self->n_drawn++));
}

static double
log_prior_correlated (const Chain *self, const double *parameters)
{
  const guint   n = self->all->n_varying;
  const double *factor = self->all->factor;
  double        sum = 0.0, z[N];

  for (guint j = 0; j < n; j++) {
    const guint i = self->all->varying[j];

    z[j] = parameters[i] - self->typical[i];
    for (guint k = 0; k < j; k++)
      z[j] -= factor[j * n + k] * z[k];
    z[j] /= factor[j * n + j];
    sum -= 0.5 * z[j] * z[j];
  }

  return sum;
}

/* Between-subject effects as the population has them, times @scale. */
static void
draw_effects (Chain *self, double scale, double *eta)
{
  const guint   n = self->all->n_varying;
  const double *factor = self->all->factor;
  double        z[N];

  memset (eta, 0, N * sizeof *eta);
  for (guint j = 0; j < n; j++) {
    const guint i = self->all->varying[j];

    z[j] = draw_normal (self);
    if (!self->all->structure.correlated)
      eta[i] = scale * sqrt (self->all->population->omega2[i]) * z[j];
    for (guint k = 0; k <= j && self->all->structure.correlated; k++)
      eta[i] += scale * factor[j * n + k] * z[k];
  }
}

static double
log_prior (const Chain *self, const double *parameters)
{
  const QsPkpdPopulation *population = self->all->population;
  double                  sum = 0.0;

  if (self->all->structure.correlated)
    return log_prior_correlated (self, parameters);

  for (guint i = 0; i < N; i++) {
    if (qs_pkpd_varies (&self->all->structure, i)) {
      const double eta = parameters[i] - self->typical[i];

      sum -= 0.5 * eta * eta / population->omega2[i];
    }
  }

  return sum;
}

static double
likelihood_of (Chain *self, const double *parameters, double *predictions)
{
  const gsize half = self->all->stride / 2;

  return qs_pkpd_person_log_likelihood (self->person, &self->all->structure,
                                        self->all->population, parameters, predictions,
                                        predictions + half);
}

/* Accepts @proposal with probability exp (@log_ratio of the prior and proposal +
 * likelihoods). */
static gboolean
metropolis (Chain *self, const double *proposal, double log_ratio)
{
  const double likelihood = likelihood_of (self, proposal, self->proposed_predictions);

  if (!(draw_log_uniform (self) < log_ratio + likelihood - *self->likelihood))
    return FALSE;

  memcpy (self->current, proposal, N * sizeof *proposal);
  memcpy (self->predicted, self->proposed_predictions,
          self->all->stride * sizeof *self->predicted);
  *self->likelihood = likelihood;
  return TRUE;
}

/* Kernel 1: a new person from the population. */
static void
move_independently (Chain *self)
{
  double proposal[N];

  draw_effects (self, 1.0, proposal);
  for (guint i = 0; i < N; i++)
    proposal[i] += self->typical[i];

  metropolis (self, proposal, 0.0);
}

/* Kernel 2: one parameter at a time. */
static void
move_singly (Chain *self, double *accepted)
{
  for (guint i = 0; i < N; i++) {
    double proposal[N];

    if (!qs_pkpd_varies (&self->all->structure, i))
      continue;

    memcpy (proposal, self->current, sizeof proposal);
    proposal[i] += self->all->scale[i] * sqrt (self->all->population->omega2[i]) *
                   draw_normal (self);
    accepted[i] += metropolis (
        self, proposal, log_prior (self, proposal) - log_prior (self, self->current));
  }
}

/* Kernel 3: all at once. */
static void
move_jointly (Chain *self, double *accepted)
{
  double proposal[N], step[N];

  draw_effects (self, self->all->joint_scale, step);
  for (guint i = 0; i < N; i++)
    proposal[i] = self->current[i] + step[i];

  accepted[N] += metropolis (
      self, proposal, log_prior (self, proposal) - log_prior (self, self->current));
}

static void
chain_turn (Chain *self, double *accepted)
{
  /* Parameters without variability, and the residual error, have moved since. */
  for (guint i = 0; i < N; i++)
    if (!qs_pkpd_varies (&self->all->structure, i))
      self->current[i] = self->typical[i];
  *self->likelihood = likelihood_of (self, self->current, self->predicted);

  move_independently (self);
  move_singly (self, accepted);
  move_jointly (self, accepted);
  move_singly (self, accepted);
}

static void
person_turn (gsize chunk, gsize begin, gsize end, gpointer data)
{
  QsSaemChains       *self = data;
  const QsPkpdPerson *person = &self->study->persons[chunk];
  double             *accepted = self->accepted + chunk * (N + 1);
  g_autofree double  *scratch = g_new (double, self->stride);

  memset (accepted, 0, (N + 1) * sizeof *accepted);

  for (guint c = 0; c < self->n_chains; c++) {
    const gsize slot = chunk * self->n_chains + c;
    Chain       chain = {
            .all = self,
            .person = person,
            .key = { .seed = self->seed, .stream = QS_RNG_SAEM, .replicate = self->iteration },
            .item = (guint) slot,
            .current = self->parameters + slot * N,
            .predicted = self->predictions + slot * self->stride,
            .likelihood = self->likelihood + slot,
            .proposed_predictions = scratch,
    };

    qs_pkpd_typical (&self->structure, self->population, person->bw_kg, person->comed,
                     person->regressors, chain.typical);
    chain_turn (&chain, accepted);
    g_assert (chain.n_drawn <= DIMENSIONS_PER_TURN);
  }
}

/* Steers every random walk to its acceptance rate; the gain falls so that it settles. */
static void
adapt (QsSaemChains *self)
{
  const double gain = 1.0 / sqrt (1.0 + self->iteration / 10.0);
  const double n_moves = (double) self->study->n_persons * self->n_chains;

  for (guint i = 0; i <= N; i++) {
    double  sum = 0.0;
    double *scale = i < N ? &self->scale[i] : &self->joint_scale;
    double  excess;

    for (guint person = 0; person < self->study->n_persons; person++)
      sum += self->accepted[person * (N + 1) + i];

    excess = i < N ? sum / (2.0 * n_moves) - one_rate : sum / n_moves - all_rate;
    *scale = CLAMP (*scale * exp (gain * excess), 1e-3, 10.0);
  }
}

/* A maximiser keeps correlations possible; where rounding made them otherwise the last
 * possible ones do for a turn. */
static void
factorise (QsSaemChains *self)
{
  double factor[N * N], nothing[N] = { 0.0 };

  if (!self->structure.correlated)
    return;
  qs_pkpd_omega (self->population, self->varying, self->n_varying, factor);
  if (qs_pkpd_solve_spd (factor, nothing, self->n_varying))
    memcpy (self->factor, factor, sizeof factor);
}

/**
 * qs_saem_chains_turn:
 * @iteration: addresses the random numbers
 *
 * One iteration of every chain under @population. Same bits for any number of threads.
 */
void
qs_saem_chains_turn (QsSaemChains           *self,
                     const QsPkpdPopulation *population,
                     guint                   iteration,
                     QsRun                  *run)
{
  self->population = population;
  self->iteration = iteration;
  factorise (self);
  qs_parallel_for (run, self->study->n_persons, 1, person_turn, self);
  adapt (self);
  self->population = NULL;
}

QsSaemChains *
qs_saem_chains_new (const QsPkpdStudy      *study,
                    const QsPkpdStructure  *structure,
                    const QsPkpdPopulation *start,
                    const QsSaemOptions    *options)
{
  QsSaemChains *self = g_new0 (QsSaemChains, 1);
  const gsize   n_slots = (gsize) study->n_persons * options->n_chains;

  self->study = study;
  self->structure = *structure;
  self->n_chains = options->n_chains;
  self->seed = options->seed;
  self->stride = 2 * study->max_times;
  self->parameters = g_new0 (double, n_slots *N);
  self->likelihood = g_new0 (double, n_slots);
  self->predictions = g_new0 (double, n_slots * self->stride);
  self->accepted = g_new0 (double, (gsize) study->n_persons *(N + 1));
  self->joint_scale = 0.3;
  self->n_varying = qs_pkpd_varying (structure, self->varying);

  for (guint i = 0; i < N; i++)
    self->scale[i] = 0.5;
  for (gsize slot = 0; slot < n_slots; slot++) {
    const QsPkpdPerson *person = &study->persons[slot / options->n_chains];

    double *value = self->parameters + slot * N;

    qs_pkpd_typical (structure, start, person->bw_kg, person->comed, person->regressors,
                     value);
    for (guint i = 0; i < N && options->individuals != NULL; i++)
      if (qs_pkpd_varies (structure, i))
        value[i] = options->individuals[slot / options->n_chains * N + i];
  }

  return self;
}

void
qs_saem_chains_free (QsSaemChains *self)
{
  if (self == NULL)
    return;

  g_free (self->parameters);
  g_free (self->likelihood);
  g_free (self->predictions);
  g_free (self->accepted);
  g_free (self);
}

const double *
qs_saem_chains_parameters (const QsSaemChains *self, guint person, guint chain)
{
  return self->parameters + ((gsize) person * self->n_chains + chain) * N;
}

const double *
qs_saem_chains_predictions (const QsSaemChains *self,
                            guint               person,
                            guint               chain,
                            QsEndpoint          endpoint)
{
  return self->predictions + ((gsize) person * self->n_chains + chain) * self->stride +
         (endpoint == QS_ENDPOINT_PD ? self->stride / 2 : 0);
}
