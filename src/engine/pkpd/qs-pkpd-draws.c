/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-draws.h"

#include "core/qs-rng.h"
#include "core/qs-stats.h"
#include "pkpd/qs-pkpd-linear.h"

#include <math.h>
#include <string.h>

#define MAX_N QS_PKPD_MAX_COORDINATES

/* Importance samples per person for the likelihood of each proposal: the same ones for
 * all, so that their noise cancels between proposals. */
#define N_SAMPLES 60

/* Multivariate t of many degrees of freedom, a little wider than the covariance: tails
 * heavier than the likelihood's, and most proposals still of use. */
#define DEGREES 20

/* Random numbers of the stretch; those of the coordinates lie about them. */
#define STRETCH_FROM 80
static const double inflation = 1.1;

typedef struct {
  const QsPkpdEstimate *estimate;
  QsRngKey              key;
  double                factor[MAX_N * MAX_N]; /* lower Cholesky factor */
} Proposal;

static gboolean
proposal_init (Proposal *self, const QsPkpdEstimate *estimate, guint64 seed)
{
  const guint n = estimate->n_coordinates;
  double      nothing[MAX_N] = { 0.0 };

  self->estimate = estimate;
  self->key =
      (QsRngKey){ .seed = seed, .stream = QS_RNG_MARGINAL, .replicate = 1u << 31 };
  for (guint j = 0; j < n * n; j++)
    self->factor[j] = inflation * estimate->covariance[j];

  return qs_pkpd_solve_spd (self->factor, nothing, n);
}

/* Makes proposal @item and returns its log density, up to a constant. */
static double
propose (const Proposal *self, guint32 item, QsPkpdPopulation *population)
{
  const guint n = self->estimate->n_coordinates;
  double      z[MAX_N], square = 0.0, chi2 = 0.0, stretch;

  for (guint i = 0; i < DEGREES; i++) {
    const double value = qs_rng_normal (&self->key, item, STRETCH_FROM + i);

    chi2 += value * value;
  }
  stretch = sqrt (DEGREES / chi2);

  *population = self->estimate->population;
  for (guint j = 0; j < n; j++) {
    const QsPkpdCoordinate at = self->estimate->coordinates[j];
    double                 value = qs_pkpd_coordinate_get (population, at);

    z[j] = stretch * qs_rng_normal (&self->key, item, j < STRETCH_FROM ? j : j + DEGREES);
    square += z[j] * z[j];
    for (guint k = 0; k <= j; k++)
      value += self->factor[j * n + k] * z[k];
    qs_pkpd_coordinate_set (population, at, value);
  }

  return -0.5 * (DEGREES + n) * log1p (square / DEGREES);
}

/* From log weights to weights that sum to one. */
static void
normalise (double *weights, guint n)
{
  double largest = weights[0], sum = 0.0;

  for (guint i = 1; i < n; i++)
    largest = MAX (largest, weights[i]);
  for (guint i = 0; i < n; i++) {
    weights[i] = exp (weights[i] - largest);
    sum += weights[i];
  }
  for (guint i = 0; i < n; i++)
    weights[i] /= sum;
}

/* Systematic resampling: every proposal is kept as often as its weight says, up to one.
 */
static GArray *
resample (const GArray *proposals, const double *weights, guint n_draws, double offset)
{
  GArray *draws = g_array_new (FALSE, FALSE, sizeof (QsPkpdPopulation));
  double  sum = 0.0;

  for (guint i = 0; i < proposals->len; i++) {
    sum += weights[i];
    while (draws->len < n_draws && (draws->len + offset) / n_draws < sum)
      g_array_append_vals (draws, &g_array_index (proposals, QsPkpdPopulation, i), 1);
  }
  while (draws->len < n_draws)
    g_array_append_vals (
        draws, &g_array_index (proposals, QsPkpdPopulation, proposals->len - 1), 1);

  return draws;
}

/* The slope of the samples' likelihood at the estimate, where the true one is level: what
 * so few samples feign. Taking it off centres the weights on the estimate. */
static double
feigned (const QsPkpdEstimate   *estimate,
         const double           *gradient,
         const QsPkpdPopulation *population)
{
  double sum = 0.0;

  for (guint j = 0; j < estimate->n_coordinates; j++)
    sum += gradient[j] *
           (qs_pkpd_coordinate_get (population, estimate->coordinates[j]) -
            qs_pkpd_coordinate_get (&estimate->population, estimate->coordinates[j]));

  return sum;
}

static gboolean
weigh (const Proposal       *proposal,
       const QsPkpdMarginal *marginal,
       guint                 n_proposals,
       GArray               *proposals,
       double               *weights,
       QsRun                *run,
       GError              **error)
{
  const guint        n = proposal->estimate->n_coordinates;
  g_autofree double *gradient = g_new (double, n);
  g_autofree double *information = g_new (double, (gsize) n *n);

  qs_pkpd_marginal_information (marginal, run, gradient, information);

  for (guint i = 0; i < n_proposals; i++) {
    const QsEvent    event = { .stage = QS_STAGE_BOOTSTRAP,
                               .fraction = (i + 1.0) / n_proposals };
    QsPkpdPopulation population;
    const double     log_density = propose (proposal, i, &population);
    const double minus2ll = qs_pkpd_marginal_minus2ll (marginal, &population, run, NULL);

    weights[i] = isfinite (minus2ll)
                     ? -0.5 * minus2ll - log_density -
                           feigned (proposal->estimate, gradient, &population)
                     : -INFINITY;
    g_array_append_val (proposals, population);
    if (!qs_run_step (run, i % 20 == 0 ? &event : NULL, error))
      return FALSE;
  }

  return TRUE;
}

/**
 * qs_pkpd_draws:
 * @estimate: of @study
 * @n_proposals: how many to weigh
 * @n_draws: how many to keep
 * @effective_size: (out): Kish's, of the weights; 0 without draws
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Parameter uncertainty by sampling importance resampling (Dosne et al. 2016): proposals
 * around the estimate with its covariance, weighted by their marginal likelihood.
 *
 * Returns: (transfer full) (element-type QsPkpdPopulation): the draws; none where the
 * estimate has no covariance
 */
GArray *
qs_pkpd_draws (const QsPkpdStudy    *study,
               const QsPkpdEstimate *estimate,
               guint                 n_proposals,
               guint                 n_draws,
               guint64               seed,
               double               *effective_size,
               QsRun                *run,
               GError              **error)
{
  const QsSaemFit            around = { .structure = estimate->structure,
                                        .population = estimate->population,
                                        .mean = estimate->mean,
                                        .covariance = estimate->spread };
  g_autofree Proposal       *proposal = g_new0 (Proposal, 1);
  g_autofree double         *weights = g_new (double, n_proposals);
  g_autoptr (GArray)         proposals = NULL;
  g_autoptr (QsPkpdMarginal) marginal = NULL;

  *effective_size = 0.0;
  proposals = g_array_new (FALSE, FALSE, sizeof (QsPkpdPopulation));
  if (n_draws == 0 || estimate->covariance == NULL ||
      !proposal_init (proposal, estimate, seed))
    return g_steal_pointer (&proposals);

  marginal =
      qs_pkpd_marginal_new (study, &around, N_SAMPLES, N_SAMPLES, seed + 2, run, error);
  if (marginal == NULL ||
      !weigh (proposal, marginal, n_proposals, proposals, weights, run, error))
    return NULL;

  normalise (weights, n_proposals);
  *effective_size = qs_kish_size (weights, n_proposals);
  return resample (proposals, weights, n_draws,
                   qs_rng_uniform (&proposal->key, n_proposals, 0));
}
