/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-marginal.h"

#include "core/qs-error.h"
#include "core/qs-parallel.h"
#include "core/qs-rng.h"
#include "core/qs-sobol.h"
#include "core/qs-stats.h"
#include "pkpd/qs-pkpd-linear.h"

#include <math.h>
#include <string.h>

#define N QS_PKPD_N_PARAMETERS
#define MAX_COORDINATES QS_PKPD_MAX_COORDINATES

/* Proposals are multivariate t: their tails are heavier than any posterior's. */
#define DEGREES 6

/* Moments of fewer effective samples are no better than what they would replace. */
static const double least_size_per_dimension = 6.0;

/* One person's samples, scrambled points of Sobol' under the proposal. Predictions are
 * kept per observation, with their logarithmic derivatives in the parameters that have no
 * variability. */
typedef struct {
  double *parameters;   /* n_samples × N */
  double *log_proposal; /* n_samples */
  double *predictions;  /* n_samples × n_looks */
  double *slopes;       /* n_slopes × n_shared × n_looks */
} Samples;

struct _QsPkpdMarginal {
  const QsPkpdStudy *study; /* borrowed */
  QsPkpdStructure    structure;
  QsPkpdPopulation   population;
  const QsSaemFit   *fit; /* borrowed while sampling */
  guint64            seed;
  guint              n_samples;
  guint              n_slopes;
  guint              moving[N];
  guint              n_moving;
  guint              shared[N]; /* parameters without variability */
  guint              n_shared;
  QsPkpdCoordinate   coordinates[MAX_COORDINATES];
  guint              n_coordinates;
  guint              touching[2][MAX_COORDINATES]; /* observations of an endpoint */
  guint              n_touching[2];
  Samples           *samples;
  QsRun             *run; /* borrowed while sampling */
};

/**
 * qs_pkpd_coordinates:
 * @coordinates: (out) (array length=QS_PKPD_MAX_COORDINATES): what a fit of this
 * structure estimates, in the order of reports
 *
 * Returns: their number
 */
guint
qs_pkpd_coordinates (const QsPkpdStructure  *structure,
                     const QsPkpdPopulation *population,
                     QsPkpdCoordinate       *coordinates)
{
  guint n = 0;

  for (guint i = 0; i < N; i++)
    if (qs_pkpd_uses (structure, i))
      coordinates[n++] = (QsPkpdCoordinate){ QS_COORDINATE_THETA, i };
  for (guint i = 0; i < N; i++)
    if (qs_pkpd_uses (structure, i) && (structure->comed & (1u << i)))
      coordinates[n++] = (QsPkpdCoordinate){ QS_COORDINATE_BETA_COMED, i };
  for (guint i = 0; i < N; i++)
    if (qs_pkpd_uses (structure, i) && (structure->bw & (1u << i)))
      coordinates[n++] = (QsPkpdCoordinate){ QS_COORDINATE_BETA_BW, i };
  for (guint e = 0; e < structure->n_effects; e++)
    if (qs_pkpd_uses (structure, structure->effects[e].parameter))
      coordinates[n++] = (QsPkpdCoordinate){
        .kind = QS_COORDINATE_BETA_EFFECT,
        .index = structure->effects[e].parameter,
        .effect = e,
      };
  for (guint i = 0; i < N; i++)
    if (qs_pkpd_varies (structure, i))
      coordinates[n++] = (QsPkpdCoordinate){ QS_COORDINATE_LOG_OMEGA2, i };
  for (guint i = 0; structure->correlated && i < N; i++)
    for (guint j = 0; j < i; j++)
      if (qs_pkpd_varies (structure, i) && qs_pkpd_varies (structure, j))
        coordinates[n++] = (QsPkpdCoordinate){
          .kind = QS_COORDINATE_CORRELATION,
          .index = i,
          .other = j,
        };
  for (guint i = 0; i < 2; i++)
    if (population->sigma_prop[i] > 0.0)
      coordinates[n++] = (QsPkpdCoordinate){ QS_COORDINATE_LOG_SIGMA_PROP, i };
  for (guint i = 0; i < 2; i++)
    if (population->sigma_add[i] > 0.0)
      coordinates[n++] = (QsPkpdCoordinate){ QS_COORDINATE_LOG_SIGMA_ADD, i };

  return n;
}

double
qs_pkpd_coordinate_get (const QsPkpdPopulation *population, QsPkpdCoordinate coordinate)
{
  switch (coordinate.kind) {
  case QS_COORDINATE_BETA_COMED:
    return population->beta_comed[coordinate.index];
  case QS_COORDINATE_BETA_BW:
    return population->beta_bw[coordinate.index];
  case QS_COORDINATE_BETA_EFFECT:
    return population->beta[coordinate.effect];
  case QS_COORDINATE_LOG_OMEGA2:
    return log (population->omega2[coordinate.index]);
  case QS_COORDINATE_CORRELATION:
    return atanh (
        population->correlation[QS_PKPD_PAIR (coordinate.index, coordinate.other)]);
  case QS_COORDINATE_LOG_SIGMA_PROP:
    return log (population->sigma_prop[coordinate.index]);
  case QS_COORDINATE_LOG_SIGMA_ADD:
    return log (population->sigma_add[coordinate.index]);
  case QS_COORDINATE_THETA:
  default:
    return population->theta[coordinate.index];
  }
}

void
qs_pkpd_coordinate_set (QsPkpdPopulation *population,
                        QsPkpdCoordinate  coordinate,
                        double            value)
{
  switch (coordinate.kind) {
  case QS_COORDINATE_BETA_COMED:
    population->beta_comed[coordinate.index] = value;
    break;
  case QS_COORDINATE_BETA_BW:
    population->beta_bw[coordinate.index] = value;
    break;
  case QS_COORDINATE_BETA_EFFECT:
    population->beta[coordinate.effect] = value;
    break;
  case QS_COORDINATE_LOG_OMEGA2:
    population->omega2[coordinate.index] = exp (value);
    break;
  case QS_COORDINATE_CORRELATION:
    population->correlation[QS_PKPD_PAIR (coordinate.index, coordinate.other)] =
        tanh (value);
    break;
  case QS_COORDINATE_LOG_SIGMA_PROP:
    population->sigma_prop[coordinate.index] = exp (value);
    break;
  case QS_COORDINATE_LOG_SIGMA_ADD:
    population->sigma_add[coordinate.index] = exp (value);
    break;
  case QS_COORDINATE_THETA:
  default:
    population->theta[coordinate.index] = value;
    break;
  }
}

/* The Cholesky factor of one person's conditional covariance, a little widened. Where it
 * is not positive definite (a chain hardly moved) the population's variances stand in. */
static void
proposal_factor (const QsPkpdMarginal *self, gsize person, double *factor)
{
  const double *covariance = self->fit->covariance + person * N * N;
  const guint   n = self->n_moving;
  double        nothing[N] = { 0.0 };

  for (guint j = 0; j < n; j++)
    for (guint k = 0; k < n; k++)
      factor[j * n + k] =
          1.1 * covariance[self->moving[j] * N + self->moving[k]] +
          (j == k ? 1e-3 * self->population.omega2[self->moving[j]] : 0.0);

  if (qs_pkpd_solve_spd (factor, nothing, n))
    return;

  memset (factor, 0, (gsize) n * n * sizeof *factor);
  for (guint j = 0; j < n; j++)
    factor[j * n + j] = sqrt (self->population.omega2[self->moving[j]]);
}

/* Makes sample @m of @points and returns the log density of its proposal. */
static double
draw (const QsPkpdMarginal *self,
      gsize                 person,
      const QsSobol        *points,
      guint                 m,
      const double         *factor,
      const double         *typical,
      double               *parameters)
{
  const double nu = DEGREES;
  const guint  n = self->n_moving;
  const double stretch =
      sqrt (nu / qs_chi_square_quantile (qs_sobol_uniform (points, m, 0), DEGREES));
  double z[N], square = 0.0, log_determinant = 0.0;

  memcpy (parameters, typical, N * sizeof *parameters);
  for (guint j = 0; j < n; j++) {
    z[j] = stretch * qs_normal_quantile (qs_sobol_uniform (points, m, 1 + j));
    square += z[j] * z[j];
    log_determinant += log (factor[j * n + j]);
  }
  for (guint j = 0; j < n; j++) {
    double sum = self->fit->mean[person * N + self->moving[j]];

    for (guint k = 0; k <= j; k++)
      sum += factor[j * n + k] * z[k];
    parameters[self->moving[j]] = sum;
  }

  return lgamma (0.5 * (nu + n)) - lgamma (0.5 * nu) - 0.5 * n * log (nu * G_PI) -
         log_determinant - 0.5 * (nu + n) * log1p (square / nu);
}

/* Predictions of one sample at the person's observations. */
static void
predict (const QsPkpdMarginal *self,
         const QsPkpdPerson   *person,
         const double         *parameters,
         double               *scratch,
         double               *predictions)
{
  const gsize half = self->study->max_times;

  qs_pkpd_person_predict (person, &self->structure, parameters, scratch, scratch + half);
  for (gsize i = 0; i < person->n_looks; i++)
    predictions[i] = scratch[person->looks[i].at +
                             (person->looks[i].endpoint == QS_ENDPOINT_PD ? half : 0)];
}

static void
sample_person (gsize chunk, gsize begin, gsize end, gpointer data)
{
  QsPkpdMarginal     *self = data;
  const QsPkpdPerson *person = &self->study->persons[chunk];
  Samples            *samples = &self->samples[chunk];
  const gsize         n_looks = person->n_looks, n_samples = self->n_samples;
  const QsRngKey      key = { .seed = self->seed, .stream = QS_RNG_MARGINAL };
  const double        h = 1e-4;
  g_autofree double  *scratch = g_new (double, 2 * self->study->max_times + 1);
  double              factor[N * N], typical[N];
  QsSobol             points;

  samples->parameters = g_new (double, n_samples *N);
  samples->log_proposal = g_new (double, n_samples);
  samples->predictions = g_new (double, n_samples *n_looks + 1);
  samples->slopes = g_new (double, self->n_slopes * self->n_shared * n_looks + 1);
  samples->predictions[n_samples * n_looks] = 0.0;
  samples->slopes[self->n_slopes * self->n_shared * n_looks] = 0.0;

  qs_sobol_init (&points, &key, (guint32) chunk);
  proposal_factor (self, chunk, factor);
  qs_pkpd_typical (&self->structure, &self->population, person->bw_kg, person->comed,
                   person->regressors, typical);

  for (guint m = 0; m < n_samples && !qs_run_is_cancelled (self->run); m++) {
    double *parameters = samples->parameters + (gsize) m * N;
    double *predictions = samples->predictions + (gsize) m * n_looks;

    samples->log_proposal[m] =
        draw (self, chunk, &points, m, factor, typical, parameters);
    predict (self, person, parameters, scratch, predictions);

    for (guint j = 0; m < self->n_slopes && j < self->n_shared; j++) {
      double *slope = samples->slopes + ((gsize) m * self->n_shared + j) * n_looks;
      double  shifted[N];

      memcpy (shifted, parameters, sizeof shifted);
      shifted[self->shared[j]] += h;
      predict (self, person, shifted, scratch, slope);
      for (gsize i = 0; i < n_looks; i++)
        slope[i] = predictions[i] > 0.0 && slope[i] > 0.0
                       ? log (slope[i] / predictions[i]) / h
                       : 0.0;
    }
  }
}

/* The coordinates that act on the observations of an endpoint directly: shared parameters
 * and the endpoint's residual SDs. The others act through the random effects. */
static void
list_touching (QsPkpdMarginal *self)
{
  for (guint j = 0; j < self->n_coordinates; j++) {
    const QsPkpdCoordinate at = self->coordinates[j];
    const gboolean         is_sigma =
        at.kind == QS_COORDINATE_LOG_SIGMA_PROP || at.kind == QS_COORDINATE_LOG_SIGMA_ADD;
    const gboolean is_shared = !is_sigma && at.kind < QS_COORDINATE_LOG_OMEGA2 &&
                               !qs_pkpd_varies (&self->structure, at.index);

    for (guint e = 0; e < 2; e++)
      if (is_shared || (is_sigma && at.index == e))
        self->touching[e][self->n_touching[e]++] = j;
  }
}

/**
 * qs_pkpd_marginal_new:
 * @study: borrowed for the life of the samples
 * @n_samples: per person; best a power of two, as @n_slopes
 * @n_slopes: of how many the derivatives are kept: those serve gradient and information,
 *   and with all of them so do other populations
 * @error: return location for %QS_ERROR_CANCELLED
 */
QsPkpdMarginal *
qs_pkpd_marginal_new (const QsPkpdStudy *study,
                      const QsSaemFit   *fit,
                      guint              n_samples,
                      guint              n_slopes,
                      guint64            seed,
                      QsRun             *run,
                      GError           **error)
{
  g_autoptr (QsPkpdMarginal) self = g_new0 (QsPkpdMarginal, 1);

  self->study = study;
  self->structure = fit->structure;
  self->population = fit->population;
  self->fit = fit;
  self->seed = seed;
  self->n_samples = n_samples;
  self->n_slopes = MIN (n_slopes, n_samples);
  self->run = run;
  self->samples = g_new0 (Samples, study->n_persons);
  self->n_coordinates =
      qs_pkpd_coordinates (&self->structure, &self->population, self->coordinates);

  for (guint i = 0; i < N; i++) {
    if (qs_pkpd_varies (&self->structure, i))
      self->moving[self->n_moving++] = i;
    else if (qs_pkpd_uses (&self->structure, i))
      self->shared[self->n_shared++] = i;
  }
  list_touching (self);

  qs_parallel_for (run, study->n_persons, 1, sample_person, self);
  self->fit = NULL;
  self->run = NULL;

  if (!qs_run_step (run, NULL, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
qs_pkpd_marginal_free (QsPkpdMarginal *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->study->n_persons; i++) {
    g_free (self->samples[i].parameters);
    g_free (self->samples[i].log_proposal);
    g_free (self->samples[i].predictions);
    g_free (self->samples[i].slopes);
  }
  g_free (self->samples);
  g_free (self);
}

/* The distribution of the between-subject effects, ready to be asked many times. */
typedef struct {
  double factor[N * N]; /* Cholesky's, of the covariance; of correlated ones alone */
  double constant;
} Spread;

/* Fails where the correlations contradict each other. */
static gboolean
spread_init (Spread                 *self,
             const QsPkpdMarginal   *marginal,
             const QsPkpdPopulation *population)
{
  const guint n = marginal->n_moving;
  double      nothing[N] = { 0.0 };

  self->constant = -0.5 * n * log (2.0 * G_PI);
  if (!marginal->structure.correlated) {
    for (guint j = 0; j < n; j++)
      self->constant -= 0.5 * log (population->omega2[marginal->moving[j]]);
    return TRUE;
  }

  qs_pkpd_omega (population, marginal->moving, n, self->factor);
  if (!qs_pkpd_solve_spd (self->factor, nothing, n))
    return FALSE;
  for (guint j = 0; j < n; j++)
    self->constant -= log (self->factor[j * n + j]);
  return TRUE;
}

static double
spread_log_density (const Spread           *self,
                    const QsPkpdMarginal   *marginal,
                    const QsPkpdPopulation *population,
                    const double           *parameters,
                    const double           *typical)
{
  const guint n = marginal->n_moving;
  double      sum = self->constant, z[N];

  for (guint j = 0; j < n; j++) {
    const guint p = marginal->moving[j];

    z[j] = parameters[p] - typical[p];
    if (!marginal->structure.correlated) {
      sum -= 0.5 * z[j] * z[j] / population->omega2[p];
      continue;
    }
    for (guint k = 0; k < j; k++)
      z[j] -= self->factor[j * n + k] * z[k];
    z[j] /= self->factor[j * n + j];
    sum -= 0.5 * z[j] * z[j];
  }

  return sum;
}

/* Two observations side by side. */
typedef double Pair __attribute__ ((vector_size (16), aligned (8), may_alias));

/* exp, to ten digits, in products alone where |x| is as small as parameters of one
 * estimate differ: Taylor's series of an eighth. */
static Pair
exp_near_zero (Pair x)
{
  static const double terms[] = { 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0 };
  const Pair          u = 0.125 * x;
  Pair                sum = { 1.0 / 720.0, 1.0 / 720.0 };

  if (!(fabs (x[0]) < 0.6 && fabs (x[1]) < 0.6))
    return (Pair){ exp (x[0]), exp (x[1]) };

  for (guint k = 0; k < G_N_ELEMENTS (terms); k++)
    sum = terms[k] + u * sum;
  sum *= sum;
  sum *= sum;
  return sum * sum;
}

/* Predictions of sample @m for a population whose shared parameters differ by @shift:
 * first order in the logarithm. The last pair may reach one beyond. */
static void
shifted_predictions (const QsPkpdMarginal *self,
                     const Samples        *samples,
                     gsize                 n_looks,
                     guint                 m,
                     const double         *shift,
                     double               *shifted)
{
  const double *predictions = samples->predictions + (gsize) m * n_looks;
  const double *slopes = samples->slopes + (gsize) m * self->n_shared * n_looks;

  for (gsize i = 0; i < n_looks; i += 2) {
    Pair sum = { 0.0, 0.0 };

    for (guint j = 0; j < self->n_shared && m < self->n_slopes; j++)
      sum += *(const Pair *) (slopes + j * n_looks + i) * shift[j];
    *(Pair *) (shifted + i) = *(const Pair *) (predictions + i) * exp_near_zero (sum);
  }
}

/* Log density of a person's observations given their predictions. Eight variances at a
 * time share a logarithm. */
static double
looks_log_density (const QsPkpdPerson     *person,
                   const QsPkpdPopulation *population,
                   const double           *predictions)
{
  enum { N_SHARED = 8 };
  double a2[2], b2[2], square = 0.0, logs = 0.0, censored = 0.0, product = 1.0;
  guint  n = 0;

  for (guint e = 0; e < 2; e++) {
    a2[e] = population->sigma_add[e] * population->sigma_add[e];
    b2[e] = population->sigma_prop[e] * population->sigma_prop[e];
  }

  for (gsize i = 0; i < person->n_looks; i++) {
    const QsPkpdLook *look = &person->looks[i];
    const double      f = predictions[i], off = look->value - f;
    const double      v =
        qs_pkpd_least_variance (a2[look->endpoint] + b2[look->endpoint] * f * f);

    if (look->below_limit) {
      censored += qs_pkpd_log_density (population, look, f);
      continue;
    }

    square += off * off / v;
    product *= v;
    if (++n % N_SHARED == 0) {
      logs += log (product);
      product = 1.0;
    }
  }

  return censored - 0.5 * (square + logs + log (product) + n * log (2.0 * G_PI));
}

/* Log weights of one person's first @n samples under @population. */
static void
log_weights (const QsPkpdMarginal   *self,
             gsize                   chunk,
             const QsPkpdPopulation *population,
             guint                   n,
             double                 *weights)
{
  const QsPkpdPerson *person = &self->study->persons[chunk];
  const Samples      *samples = &self->samples[chunk];
  g_autofree double  *shifted = g_new (double, person->n_looks + 2);
  double              typical[N], base[N], shift[N];
  Spread              spread;

  if (!spread_init (&spread, self, population)) {
    for (guint m = 0; m < n; m++)
      weights[m] = -INFINITY;
    return;
  }

  qs_pkpd_typical (&self->structure, population, person->bw_kg, person->comed,
                   person->regressors, typical);
  qs_pkpd_typical (&self->structure, &self->population, person->bw_kg, person->comed,
                   person->regressors, base);
  for (guint j = 0; j < self->n_shared; j++)
    shift[j] = typical[self->shared[j]] - base[self->shared[j]];

  for (guint m = 0; m < n; m++) {
    double sum;

    shifted_predictions (self, samples, person->n_looks, m, shift, shifted);
    sum = spread_log_density (&spread, self, population,
                              samples->parameters + (gsize) m * N, typical) -
          samples->log_proposal[m] + looks_log_density (person, population, shifted);
    weights[m] = isfinite (sum) ? sum : -INFINITY;
  }
}

/* From log weights to weights that sum to one. Returns the logarithm of their mean
 * before. */
static double
normalise (double *weights, guint n)
{
  double largest = weights[0], sum = 0.0;

  for (guint m = 1; m < n; m++)
    largest = MAX (largest, weights[m]);
  if (!isfinite (largest))
    return -INFINITY;

  for (guint m = 0; m < n; m++) {
    weights[m] = exp (weights[m] - largest);
    sum += weights[m];
  }
  for (guint m = 0; m < n; m++)
    weights[m] /= sum;

  return largest + log (sum / n);
}

/* How the covariance of correlated effects, d of them, depends on the coordinates: */
typedef struct {
  double precision[N * N];     /* its inverse */
  gint place[MAX_COORDINATES]; /* of who moves an effect's mean, that effect; else −1 */
  double *slopes; /* by coordinate: d × d derivatives of the covariance, 0 for others */
  double *turned; /* likewise: precision × slope */
  double  trace[MAX_COORDINATES]; /* of these */
  double *traces;                 /* n × n, of the products of two of them */
} Bend;

typedef struct {
  const QsPkpdMarginal   *marginal;
  const QsPkpdPopulation *population;
  double                 *log_likelihood;
  double                 *variance;
  double                 *gradient;
  double                 *information;
  double                 *mean;
  double                 *covariance;
  const Bend             *bend; /* (nullable): of correlated effects */
} Task;

/* The derivative of the covariance in coordinate @at. */
static void
bend_slope (const QsPkpdMarginal *self,
            QsPkpdCoordinate      at,
            const double         *omega,
            double               *slope)
{
  const guint d = self->n_moving;

  for (guint a = 0; a < d; a++) {
    for (guint b = 0; b < d; b++) {
      const guint  p = self->moving[a], q = self->moving[b];
      const double value = omega[a * d + b];

      if (at.kind == QS_COORDINATE_LOG_OMEGA2)
        slope[a * d + b] = 0.5 * value * ((p == at.index) + (q == at.index));
      else if (MAX (p, q) == at.index && MIN (p, q) == at.other) {
        const double rho =
            self->population.correlation[QS_PKPD_PAIR (at.index, at.other)];

        slope[a * d + b] = (1.0 - rho * rho) * sqrt (omega[a * d + a] * omega[b * d + b]);
      }
    }
  }
}

static Bend *
bend_new (const QsPkpdMarginal *self)
{
  const guint n = self->n_coordinates, d = self->n_moving;
  Bend       *bend = g_new0 (Bend, 1);
  double      omega[N * N], matrix[N * N], column[N];

  bend->slopes = g_new0 (double, n *d *d);
  bend->turned = g_new0 (double, n *d *d);
  bend->traces = g_new0 (double, n *n);
  qs_pkpd_omega (&self->population, self->moving, d, omega);
  for (guint k = 0; k < d; k++) {
    memcpy (matrix, omega, d * d * sizeof *matrix);
    memset (column, 0, sizeof column);
    column[k] = 1.0;
    qs_pkpd_solve_spd (matrix, column, d);
    for (guint j = 0; j < d; j++)
      bend->precision[j * d + k] = column[j];
  }

  for (guint j = 0; j < n; j++) {
    const QsPkpdCoordinate at = self->coordinates[j];
    double                *slope = bend->slopes + (gsize) j * d * d;
    double                *turned = bend->turned + (gsize) j * d * d;

    bend->place[j] = -1;
    for (guint a = 0; a < d && at.kind < QS_COORDINATE_LOG_OMEGA2; a++)
      if (self->moving[a] == at.index)
        bend->place[j] = (gint) a;
    if (at.kind != QS_COORDINATE_LOG_OMEGA2 && at.kind != QS_COORDINATE_CORRELATION)
      continue;

    bend_slope (self, at, omega, slope);
    for (guint a = 0; a < d; a++)
      for (guint b = 0; b < d; b++)
        for (guint c = 0; c < d; c++)
          turned[a * d + b] += bend->precision[a * d + c] * slope[c * d + b];
    for (guint a = 0; a < d; a++)
      bend->trace[j] += turned[a * d + a];
  }

  for (guint j = 0; j < n; j++)
    for (guint k = 0; k < n; k++)
      for (guint a = 0; a < d; a++)
        for (guint b = 0; b < d; b++)
          bend->traces[j * n + k] += bend->turned[((gsize) j * d + a) * d + b] *
                                     bend->turned[((gsize) k * d + b) * d + a];

  return bend;
}

static void
bend_free (Bend *self)
{
  if (self == NULL)
    return;

  g_free (self->slopes);
  g_free (self->turned);
  g_free (self->traces);
  g_free (self);
}

/* Minus the second derivative in the mean of coordinate @mean's effect and @spread:
 * (Ω⁻¹ D S). */
static double
mixed (const Bend *self, guint d, guint mean, guint spread, const double *s)
{
  const double *turned =
      self->turned + ((gsize) spread * d + (guint) self->place[mean]) * d;
  double sum = 0.0;

  for (guint b = 0; b < d; b++)
    sum += turned[b] * s[b];

  return sum;
}

static void
likelihood_person (gsize chunk, gsize begin, gsize end, gpointer data)
{
  Task              *task = data;
  const guint        n = task->marginal->n_samples;
  g_autofree double *weights = g_new (double, n);

  log_weights (task->marginal, chunk, task->population, n, weights);
  task->log_likelihood[chunk] = normalise (weights, n);
  /* Delta method: relative variance of the mean weight. */
  task->variance[chunk] = 1.0 / qs_kish_size (weights, n) - 1.0 / n;
}

/**
 * qs_pkpd_marginal_minus2ll:
 * @population: the population to judge; the fit's own gives its −2 log likelihood
 * @mc_error: (out) (optional): standard error of the result from the finite samples
 *
 * Away from the fit, parameters without variability act to first order in the logarithm
 * of the predictions: meant for draws from the estimator's covariance.
 */
double
qs_pkpd_marginal_minus2ll (const QsPkpdMarginal   *self,
                           const QsPkpdPopulation *population,
                           QsRun                  *run,
                           double                 *mc_error)
{
  const guint        n = self->study->n_persons;
  g_autofree double *log_likelihood = g_new (double, n);
  g_autofree double *variance = g_new (double, n);
  Task               task = {
                  .marginal = self,
                  .population = population,
                  .log_likelihood = log_likelihood,
                  .variance = variance,
  };

  qs_parallel_for (run, n, 1, likelihood_person, &task);
  if (mc_error != NULL)
    *mc_error = 2.0 * sqrt (qs_sum (variance, n));

  return -2.0 * qs_sum (log_likelihood, n);
}

static void
moments_person (gsize chunk, gsize begin, gsize end, gpointer data)
{
  Task                 *task = data;
  const QsPkpdMarginal *self = task->marginal;
  const double         *parameters = self->samples[chunk].parameters;
  double               *mean = task->mean + chunk * N;
  double               *covariance = task->covariance + chunk * N * N;
  const guint           n = self->n_moving;
  g_autofree double    *weights = g_new (double, self->n_samples);

  log_weights (self, chunk, &self->population, self->n_samples, weights);
  if (!isfinite (normalise (weights, self->n_samples)) ||
      qs_kish_size (weights, self->n_samples) < least_size_per_dimension * n)
    return;

  for (guint j = 0; j < n; j++) {
    mean[self->moving[j]] = 0.0;
    for (guint k = 0; k < n; k++)
      covariance[self->moving[j] * N + self->moving[k]] = 0.0;
  }
  for (guint m = 0; m < self->n_samples; m++)
    for (guint j = 0; j < n; j++)
      mean[self->moving[j]] += weights[m] * parameters[m * N + self->moving[j]];
  for (guint m = 0; m < self->n_samples; m++)
    for (guint j = 0; j < n; j++)
      for (guint k = 0; k < n; k++)
        covariance[self->moving[j] * N + self->moving[k]] +=
            weights[m] * (parameters[m * N + self->moving[j]] - mean[self->moving[j]]) *
            (parameters[m * N + self->moving[k]] - mean[self->moving[k]]);
}

/**
 * qs_pkpd_marginal_moments:
 * @mean: (inout) (array): n_persons × QS_PKPD_N_PARAMETERS conditional means
 * @covariance: (inout) (array): likewise, n_persons × the square of that
 *
 * What the weighted samples say of the individual parameters that vary. Of people whose
 * weights rest on too few of them nothing is changed.
 */
void
qs_pkpd_marginal_moments (const QsPkpdMarginal *self,
                          QsRun                *run,
                          double               *mean,
                          double               *covariance)
{
  Task task = { .marginal = self, .mean = mean, .covariance = covariance };

  qs_parallel_for (run, self->study->n_persons, 1, moments_person, &task);
}

/* What a typical value or an effect is multiplied by; 0 for variances. */
static double
regressor_of (const QsPkpdMarginal *self, const QsPkpdPerson *person, QsPkpdCoordinate at)
{
  switch (at.kind) {
  case QS_COORDINATE_THETA:
    return 1.0;
  case QS_COORDINATE_BETA_COMED:
    return person->comed != 0 ? 1.0 : 0.0;
  case QS_COORDINATE_BETA_BW:
    return log (person->bw_kg / 70.0);
  case QS_COORDINATE_BETA_EFFECT:
    return person->regressors[self->structure.effects[at.effect].regressor];
  case QS_COORDINATE_LOG_OMEGA2:
  case QS_COORDINATE_CORRELATION:
  case QS_COORDINATE_LOG_SIGMA_PROP:
  case QS_COORDINATE_LOG_SIGMA_ADD:
  default:
    return 0.0;
  }
}

/* Derivatives of one observation's mean and variance in the coordinates that touch it. */
static void
look_derivatives (const QsPkpdMarginal *self,
                  const QsPkpdPerson   *person,
                  const Samples        *samples,
                  guint                 m,
                  gsize                 i,
                  double               *df,
                  double               *dv)
{
  const QsPkpdLook *look = &person->looks[i];
  const double      f = samples->predictions[(gsize) m * person->n_looks + i];
  const double      b2 = self->population.sigma_prop[look->endpoint] *
                    self->population.sigma_prop[look->endpoint];
  const double a2 = self->population.sigma_add[look->endpoint] *
                    self->population.sigma_add[look->endpoint];

  for (guint t = 0; t < self->n_touching[look->endpoint]; t++) {
    const guint            j = self->touching[look->endpoint][t];
    const QsPkpdCoordinate at = self->coordinates[j];
    const double           x = regressor_of (self, person, at);

    df[t] = dv[t] = 0.0;
    if (at.kind == QS_COORDINATE_LOG_SIGMA_PROP ||
        at.kind == QS_COORDINATE_LOG_SIGMA_ADD) {
      dv[t] = at.kind == QS_COORDINATE_LOG_SIGMA_PROP ? 2.0 * b2 * f * f : 2.0 * a2;
      continue;
    }

    for (guint k = 0; k < self->n_shared; k++)
      if (self->shared[k] == at.index)
        df[t] = x * f *
                samples->slopes[((gsize) m * self->n_shared + k) * person->n_looks + i];
    dv[t] = 2.0 * b2 * f * df[t];
  }
}

/* Beyond, a value below the limit is certain to 1e-23, and tells nothing. */
static const double certain_z = 10.0;

/* What one observation says of its mean f and of log √v: score, and minus the second
 * derivatives. @z is (value − f) / √v. Where values of the endpoint are censored, only
 * censored and measured ones together have a score of mean zero, so that none of them may
 * be replaced by its expectation; else the expected information does, and is quieter. */
typedef struct {
  double f;
  double s;
  double ff;
  double fs;
  double ss;
} LookScore;

static LookScore
look_score (double z, double sd, gboolean below_limit, gboolean censors)
{
  if (below_limit && z > certain_z)
    return (LookScore){ 0.0 };

  if (below_limit) {
    const double pull = qs_pkpd_censored_pull (z), bend = pull * (z + pull);

    return (LookScore){
      .f = -pull / sd,
      .s = -pull * z,
      .ff = bend / (sd * sd),
      .fs = (bend * z - pull) / sd,
      .ss = (bend * z - pull) * z,
    };
  }

  return (LookScore){
    .f = z / sd,
    .s = z * z - 1.0,
    .ff = 1.0 / (sd * sd),
    .fs = censors ? 2.0 * z / sd : 0.0,
    .ss = censors ? 2.0 * z * z : 2.0,
  };
}

/* Score and information of one sample's observations, each normal with mean f and
 * variance v. Second derivatives of f and v are left out, because they are multiplied by
 * scores, whose mean is zero. */
static void
add_looks (const QsPkpdMarginal *self,
           const QsPkpdPerson   *person,
           const Samples        *samples,
           guint                 m,
           double               *score,
           double               *information,
           double                weight)
{
  const guint n = self->n_coordinates;

  for (gsize i = 0; i < person->n_looks; i++) {
    const QsPkpdLook *look = &person->looks[i];
    const guint      *at = self->touching[look->endpoint];
    const guint       n_touching = self->n_touching[look->endpoint];
    const double      f = samples->predictions[(gsize) m * person->n_looks + i];
    const double      sd = qs_pkpd_residual_sd (&self->population, look->endpoint, f);
    const LookScore   says = look_score ((look->value - f) / sd, sd, look->below_limit,
                                         self->study->censors[look->endpoint]);
    double            df[MAX_COORDINATES], ds[MAX_COORDINATES];

    look_derivatives (self, person, samples, m, i, df, ds);
    for (guint j = 0; j < n_touching; j++)
      ds[j] *= 0.5 / (sd * sd);

    for (guint j = 0; j < n_touching; j++) {
      score[at[j]] += says.f * df[j] + says.s * ds[j];
      for (guint k = 0; k < n_touching; k++)
        information[at[j] * n + at[k]] +=
            weight * (says.ff * df[j] * df[k] + says.ss * ds[j] * ds[k] +
                      says.fs * (df[j] * ds[k] + ds[j] * df[k]));
    }
  }
}

/* Score and information of one sample's random effects. */
static void
add_effects (const QsPkpdMarginal *self,
             const QsPkpdPerson   *person,
             const double         *eta,
             double               *score,
             double               *information,
             double                weight)
{
  const guint n = self->n_coordinates;
  double      x[MAX_COORDINATES];

  for (guint j = 0; j < n; j++) {
    const QsPkpdCoordinate at = self->coordinates[j];

    x[j] = regressor_of (self, person, at);
    if (at.kind > QS_COORDINATE_LOG_OMEGA2 ||
        !qs_pkpd_varies (&self->structure, at.index)) {
      x[j] = NAN;
      continue;
    }
    score[j] +=
        at.kind == QS_COORDINATE_LOG_OMEGA2
            ? 0.5 * (eta[at.index] * eta[at.index] / self->population.omega2[at.index] -
                     1.0)
            : x[j] * eta[at.index] / self->population.omega2[at.index];
  }

  for (guint j = 0; j < n; j++) {
    for (guint k = 0; k < n; k++) {
      const guint    p = self->coordinates[j].index;
      const double   omega2 = self->population.omega2[p];
      const gboolean j_spread = self->coordinates[j].kind == QS_COORDINATE_LOG_OMEGA2;
      const gboolean k_spread = self->coordinates[k].kind == QS_COORDINATE_LOG_OMEGA2;

      if (isnan (x[j]) || isnan (x[k]) || p != self->coordinates[k].index)
        continue;

      information[j * n + k] +=
          weight * (j_spread && k_spread ? 0.5 * eta[p] * eta[p] / omega2
                    : j_spread           ? x[k] * eta[p] / omega2
                    : k_spread           ? x[j] * eta[p] / omega2
                                         : x[j] * x[k] / omega2);
    }
  }
}

/* As add_effects() with correlations, by the distribution's derivatives: with S = Ω⁻¹ η
 * the score of a mean is x S, of what Ω depends on by D = ∂Ω half of S' D S − tr (Ω⁻¹ D).
 * The information of two of the latter is replaced by its expectation, half of
 * tr (Ω⁻¹ D Ω⁻¹ E): what is left out is multiplied by scores, whose mean is zero. */
static void
add_correlated (const QsPkpdMarginal *self,
                const Bend           *bend,
                const QsPkpdPerson   *person,
                const double         *eta,
                double               *score,
                double               *information,
                double                weight)
{
  const guint n = self->n_coordinates, d = self->n_moving;
  double      s[N], x[MAX_COORDINATES];

  for (guint j = 0; j < d; j++) {
    s[j] = 0.0;
    for (guint k = 0; k < d; k++)
      s[j] += bend->precision[j * d + k] * eta[self->moving[k]];
  }

  for (guint j = 0; j < n; j++) {
    const double *slope = bend->slopes + (gsize) j * d * d;
    double        sum = 0.0;

    x[j] = regressor_of (self, person, self->coordinates[j]);
    if (bend->place[j] >= 0) {
      score[j] += x[j] * s[bend->place[j]];
    } else if (bend->traces[j * n + j] > 0.0) {
      for (guint a = 0; a < d; a++)
        for (guint b = 0; b < d; b++)
          sum += s[a] * slope[a * d + b] * s[b];
      score[j] += 0.5 * (sum - bend->trace[j]);
    }
  }

  for (guint j = 0; j < n; j++) {
    for (guint k = 0; k < n; k++) {
      if (bend->place[j] >= 0 && bend->place[k] >= 0)
        information[j * n + k] +=
            weight * x[j] * x[k] *
            bend->precision[(guint) bend->place[j] * d + (guint) bend->place[k]];
      else if (bend->place[j] < 0 && bend->place[k] < 0)
        information[j * n + k] += weight * 0.5 * bend->traces[j * n + k];
      else
        information[j * n + k] +=
            weight * (bend->place[j] >= 0 ? x[j] * mixed (bend, d, j, k, s)
                                          : x[k] * mixed (bend, d, k, j, s));
    }
  }
}

static void
information_person (gsize chunk, gsize begin, gsize end, gpointer data)
{
  Task                 *task = data;
  const QsPkpdMarginal *self = task->marginal;
  const QsPkpdPerson   *person = &self->study->persons[chunk];
  const guint           n = self->n_coordinates;
  double               *information = task->information + chunk * n * n;
  g_autofree double    *weights = g_new (double, self->n_slopes);
  double                typical[N], mean[MAX_COORDINATES] = { 0.0 };

  log_weights (self, chunk, &self->population, self->n_slopes, weights);
  normalise (weights, self->n_slopes);
  qs_pkpd_typical (&self->structure, &self->population, person->bw_kg, person->comed,
                   person->regressors, typical);

  for (guint m = 0; m < self->n_slopes; m++) {
    double score[MAX_COORDINATES] = { 0.0 }, eta[N];

    if (weights[m] < 1e-9)
      continue;

    for (guint i = 0; i < N; i++)
      eta[i] = self->samples[chunk].parameters[(gsize) m * N + i] - typical[i];
    add_looks (self, person, &self->samples[chunk], m, score, information, weights[m]);
    if (self->structure.correlated)
      add_correlated (self, task->bend, person, eta, score, information, weights[m]);
    else
      add_effects (self, person, eta, score, information, weights[m]);

    for (guint j = 0; j < n; j++) {
      mean[j] += weights[m] * score[j];
      for (guint k = 0; k < n; k++)
        information[j * n + k] -= weights[m] * score[j] * score[k];
    }
  }

  for (guint j = 0; j < n; j++) {
    task->gradient[chunk * n + j] = mean[j];
    for (guint k = 0; k < n; k++)
      information[j * n + k] += mean[j] * mean[k];
  }
}

/**
 * qs_pkpd_marginal_persons:
 * @gradients: (out) (array): persons × n, what each person adds to the gradient
 * @parts: (out) (array): persons × n × n, likewise to the information
 *
 * See qs_pkpd_marginal_information().
 */
void
qs_pkpd_marginal_persons (const QsPkpdMarginal *self,
                          QsRun                *run,
                          double               *gradients,
                          double               *parts)
{
  const gsize n = self->n_coordinates;
  const guint n_persons = self->study->n_persons;
  Bend       *bend = self->structure.correlated ? bend_new (self) : NULL;
  Task        task = {
           .marginal = self, .gradient = gradients, .information = parts, .bend = bend
  };

  memset (parts, 0, n_persons * n * n * sizeof *parts);
  qs_parallel_for (run, n_persons, 1, information_person, &task);
  bend_free (bend);
}

/**
 * qs_pkpd_marginal_information:
 * @gradient: (out) (array): of the log likelihood, in the order of qs_pkpd_coordinates();
 *   by Fisher's identity the mean of the complete score given the data
 * @information: (out) (array): n × n, minus the second derivatives by Louis's (1982)
 * identity: expected complete information minus the variance of the complete score given
 * the data
 */
void
qs_pkpd_marginal_information (const QsPkpdMarginal *self,
                              QsRun                *run,
                              double               *gradient,
                              double               *information)
{
  const gsize        n = self->n_coordinates, n2 = n * n;
  const guint        n_persons = self->study->n_persons;
  g_autofree double *gradients = g_new (double, n_persons *n);
  g_autofree double *parts = g_new (double, n_persons *n2);

  qs_pkpd_marginal_persons (self, run, gradients, parts);

  memset (gradient, 0, n * sizeof *gradient);
  memset (information, 0, n2 * sizeof *information);
  for (guint person = 0; person < n_persons; person++) {
    for (gsize j = 0; j < n; j++)
      gradient[j] += gradients[person * n + j];
    for (gsize j = 0; j < n2; j++)
      information[j] += parts[person * n2 + j];
  }
}
