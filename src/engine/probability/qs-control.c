/* SPDX-License-Identifier: Apache-2.0 */
#include "probability/qs-control.h"

#include "core/qs-stats.h"

#include <math.h>

/* People that the surrogate is fitted to, of a replicate of their own. */
#define N_PILOT 2048
#define PILOT_REPLICATE 1
/* Places of body weight that the surrogate's probability is added up over: it is known to
 * within half of one. */
#define N_PLACES 16384
#define N_DIMENSIONS_MAX 128
/* More people than the pilot says are needed, for it says it with an error. */
static const double margin = 1.15;

/**
 * Surrogate:
 * @weights: per dimension of a point
 * @needed: who has at least so much succeeds
 *
 * An Emax model near one dose: on the log scale its score is linear in log body weight,
 * co-medication and normal effects. People of a table have their place alone.
 */
typedef struct {
  const QsSource *source;
  guint           n_dimensions;
  double          weights[N_DIMENSIONS_MAX];
  double          needed;
} Surrogate;

/* What body weight, co-medication or a row's place say to the surrogate. */
static double
covariate (const Surrogate *self, guint dimension, double u)
{
  const QsPeople *people = self->source->people;

  if (people == NULL)
    return u;
  if (dimension == QS_PEOPLE_BW)
    return log (qs_prior_quantile (&people->scenario->bw, u, 0.0));

  return u < people->scenario->comed_share;
}

static void
features (const Surrogate *self,
          const QsSampler *sampler,
          guint32          replicate,
          gsize            first,
          gsize            n,
          guint            dimension,
          double          *value)
{
  float z[QS_SOURCE_BLOCK];

  if (dimension < QS_PEOPLE_LATENT) {
    qs_sampler_fill (sampler, replicate, first, n, dimension, value);
    for (gsize i = 0; i < n; i++)
      value[i] = covariate (self, dimension, value[i]);
    return;
  }

  qs_sampler_fill_normals (sampler, replicate, first, n, dimension, z);
  for (gsize i = 0; i < n; i++)
    value[i] = (double) z[i];
}

static void
scores (const Surrogate *self,
        const QsSampler *sampler,
        guint32          replicate,
        gsize            first,
        gsize            n,
        double          *score)
{
  double value[QS_SOURCE_BLOCK];

  for (gsize i = 0; i < n; i++)
    score[i] = 0.0;
  for (guint k = 0; k < self->n_dimensions; k++) {
    if (self->weights[k] == 0.0)
      continue;
    features (self, sampler, replicate, first, n, k, value);
    for (gsize i = 0; i < n; i++)
      score[i] += self->weights[k] * value[i];
  }
}

/* Features are independent of each other, so that each has the weight it would have
 * alone: its covariance with success over its variance. */
static double
weight_of (const double *feature, const guint8 *success, gsize n)
{
  const double mean = qs_mean (feature, n);
  double       with = 0.0, own = 0.0;

  for (gsize i = 0; i < n; i++) {
    with += (feature[i] - mean) * success[i];
    own += (feature[i] - mean) * (feature[i] - mean);
  }

  return own > 0.0 ? with / own : 0.0;
}

/* As many succeed by the surrogate as by the model. */
static void
fit (Surrogate       *self,
     const QsSampler *sampler,
     gsize            n,
     const guint8    *success,
     double          *work)
{
  gsize n_good = 0;

  for (guint k = 0; k < self->n_dimensions; k++) {
    features (self, sampler, PILOT_REPLICATE, 0, n, k, work);
    self->weights[k] = weight_of (work, success, n);
  }

  scores (self, sampler, PILOT_REPLICATE, 0, n, work);
  qs_sort (work, n);
  for (gsize i = 0; i < n; i++)
    n_good += success[i];
  self->needed = n_good == 0 ? INFINITY : n_good == n ? -INFINITY : work[n - n_good];
}

/* A sum over body weight and co-medication of a normal distribution function. */
static double
probability_of (const Surrogate *self)
{
  const QsPeople *people = self->source->people;
  const double    share = people != NULL ? people->scenario->comed_share : 0.0;
  double          variance = 0.0, sum = 0.0;

  if (!isfinite (self->needed))
    return self->needed < 0.0;

  for (guint k = QS_PEOPLE_LATENT; k < self->n_dimensions; k++)
    variance += self->weights[k] * self->weights[k];
  for (guint i = 0; i < N_PLACES; i++) {
    const double at =
        self->weights[0] * covariate (self, 0, (i + 0.5) / N_PLACES) - self->needed;

    for (guint comed = 0; comed <= (people != NULL); comed++) {
      const double over = at + (comed ? self->weights[QS_PEOPLE_COMED] : 0.0);
      const double p =
          variance > 0.0 ? qs_normal_cdf (over / sqrt (variance)) : over >= 0.0;

      sum += (comed ? share : 1.0 - share) * p;
    }
  }

  return sum / N_PLACES;
}

/* People about whom model and surrogate disagree. */
typedef struct {
  double model_alone; /* says success */
  double surrogate_alone;
} Disagreement;

static gboolean
compare (const Surrogate *self,
         const QsSampler *sampler,
         gsize            n,
         Disagreement    *found,
         QsRun           *run,
         GError         **error)
{
  guint8 success[QS_SOURCE_BLOCK];
  double score[QS_SOURCE_BLOCK];

  for (gsize done = 0; done < n; done += QS_SOURCE_BLOCK) {
    const gsize size = MIN (QS_SOURCE_BLOCK, n - done);

    if (!qs_source_successes (self->source, sampler, 0, done, size, success, run, error))
      return FALSE;
    scores (self, sampler, 0, done, size, score);
    for (gsize i = 0; i < size; i++) {
      const gboolean guessed = score[i] >= self->needed;

      found->model_alone += success[i] && !guessed;
      found->surrogate_alone += !success[i] && guessed;
    }
  }

  return TRUE;
}

/* Bonett and Price 2012, equation 5: the difference of two proportions of the same
 * people, with one added to each kind of disagreement. */
static void
take (const Disagreement *found, double n, double level, QsControlResult *result)
{
  const double z = qs_normal_quantile (0.5 + 0.5 * level);
  const double more = (found->model_alone + 1.0) / (n + 2.0);
  const double less = (found->surrogate_alone + 1.0) / (n + 2.0);
  const double half =
      z * sqrt ((more + less - (more - less) * (more - less)) / (n + 2.0));
  const double middle = result->surrogate + more - less;

  result->disagreement = (found->model_alone + found->surrogate_alone) / n;
  result->estimate = CLAMP (
      result->surrogate + (found->model_alone - found->surrogate_alone) / n, 0.0, 1.0);
  result->lower = CLAMP (middle - half, 0.0, result->estimate);
  result->upper = CLAMP (middle + half, result->estimate, 1.0);
}

/* Asks the pilot's people, fits, and says about how many of them it is still wrong. */
static gboolean
learn (Surrogate *self,
       QsSampler *sampler,
       gsize      n,
       double    *wrong,
       QsRun     *run,
       GError   **error)
{
  guint8 success[N_PILOT];
  double score[N_PILOT];

  if (!qs_source_successes (self->source, sampler, PILOT_REPLICATE, 0, n, success, run,
                            error))
    return FALSE;

  fit (self, sampler, n, success, score);
  scores (self, sampler, PILOT_REPLICATE, 0, n, score);
  *wrong = 2.0;
  for (gsize i = 0; i < n; i++)
    *wrong += (score[i] >= self->needed) != success[i];
  *wrong /= (double) n + 2.0;
  return TRUE;
}

/**
 * qs_control_estimate:
 * @sampler: of independent points; its number of points is set here
 * @options: their half-width, level and most people, positive
 * @error: as qs_people_margins()
 *
 * Monte Carlo with a control variate: a surrogate, whose probability is known, is asked
 * about the same people as the model, and only the people about whom the two disagree
 * have an error. The surrogate may be as wrong as it likes: that costs people, not truth.
 */
gboolean
qs_control_estimate (const QsSource         *source,
                     QsSampler              *sampler,
                     const QsControlOptions *options,
                     QsRun                  *run,
                     QsControlResult        *result,
                     GError                **error)
{
  const double z = qs_normal_quantile (0.5 + 0.5 * options->level);
  const gsize  n_pilot = (gsize) MIN (N_PILOT, options->max_calls / 2 + 1);
  Surrogate    surrogate = { source, qs_source_n_dimensions (source), { 0.0 }, 0.0 };
  Disagreement found = { 0.0, 0.0 };
  double       wrong, needed;
  gsize        n;

  g_return_val_if_fail (surrogate.n_dimensions <= N_DIMENSIONS_MAX, FALSE);

  sampler->n_points = N_PILOT;
  if (!learn (&surrogate, sampler, n_pilot, &wrong, run, error))
    return FALSE;

  /* Enough for the pilot's disagreement, and for the two that take() adds. */
  needed = ceil (margin * pow (z / options->epsilon, 2.0) * wrong +
                 1.5 * z / options->epsilon);
  n = (gsize) MIN (needed, (double) (options->max_calls - n_pilot + 1));
  sampler->n_points = n;
  *result = (QsControlResult){ .surrogate = probability_of (&surrogate),
                               .n_calls = n_pilot + n,
                               .capped = (double) n < needed };
  if (!qs_sampler_validate (sampler, 1, error) ||
      !compare (&surrogate, sampler, n, &found, run, error))
    return FALSE;

  take (&found, (double) n, options->level, result);
  return TRUE;
}
