/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-draws.h"

#include "core/qs-rng.h"
#include "core/qs-sobol.h"
#include "core/qs-stats.h"
#include "pkpd/qs-pkpd-linear.h"
#include "pkpd/qs-pkpd-rough.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_N QS_PKPD_MAX_COORDINATES

/* Importance samples per person for the likelihood of each proposal: the same ones for
 * all, so that their noise cancels between proposals. */
#define N_SAMPLES 128

/* Multivariate t of many degrees of freedom, a little wider than the covariance: tails
 * heavier than the likelihood's, and most proposals still of use. */
#define DEGREES 20

static const double inflation = 1.1;

/* Wider still along what doses depend on: the ends of their intervals lie in the tails,
 * which so get more proposals of less weight. */
static const double reach = 1.5;

typedef struct {
  const QsPkpdEstimate *estimate;
  QsRngKey              key;
  QsSobol               points;
  double                factor[MAX_N * MAX_N]; /* lower Cholesky factor */
  double                turn[MAX_N * MAX_N];   /* orthogonal rows */
} Proposal;

/* How a rough dose depends on standard normal values @z that the factor turns into
 * coordinates. */
static void
find_direction (const Proposal *self, const QsPkpdRough *rough, guint which, double *z)
{
  const QsPkpdEstimate *estimate = self->estimate;
  const guint           n = estimate->n_coordinates;
  double                slope[MAX_N];

  for (guint j = 0; j < n; j++) {
    const double h = 0.5 * qs_pkpd_estimate_se (estimate, j);
    const double x =
        qs_pkpd_coordinate_get (&estimate->population, estimate->coordinates[j]);
    QsPkpdPopulation moved = estimate->population;
    double           above[QS_PKPD_N_ROUGH], below[QS_PKPD_N_ROUGH];

    qs_pkpd_coordinate_set (&moved, estimate->coordinates[j], x + h);
    qs_pkpd_rough_log_dose (rough, &moved, above);
    qs_pkpd_coordinate_set (&moved, estimate->coordinates[j], x - h);
    qs_pkpd_rough_log_dose (rough, &moved, below);
    slope[j] = (above[which] - below[which]) / (2.0 * h);
  }

  for (guint k = 0; k < n; k++) {
    z[k] = 0.0;
    for (guint j = k; j < n; j++)
      z[k] += self->factor[j * n + k] * slope[j];
  }
}

/* Takes off @row what the rows above say, and makes its length 1. Returns whether
 * anything was left. */
static gboolean
make_orthonormal (double *turn, guint row, guint n)
{
  double *self = turn + row * n, before = 0.0, after = 0.0;

  for (guint k = 0; k < n; k++)
    before += self[k] * self[k];
  /* Twice is enough (Giraud, Langou & Rozloznik 2005). */
  for (guint turns = 0; turns < 2; turns++) {
    for (guint i = 0; i < row; i++) {
      double along = 0.0;

      for (guint k = 0; k < n; k++)
        along += turn[i * n + k] * self[k];
      for (guint k = 0; k < n; k++)
        self[k] -= along * turn[i * n + k];
    }
  }

  for (guint k = 0; k < n; k++)
    after += self[k] * self[k];
  if (!(after > 1e-6 * before))
    return FALSE;
  for (guint k = 0; k < n; k++)
    self[k] /= sqrt (after);
  return TRUE;
}

/* The first dimensions of the points, which are the most even, go to what doses depend
 * on; the others to what is left, axis by axis. */
static void
find_turn (Proposal *self, const QsPkpdRough *rough)
{
  const guint n = self->estimate->n_coordinates;
  guint       n_rows = 0, n_wide;

  for (guint which = 0; which < QS_PKPD_N_ROUGH && n_rows < n; which++) {
    find_direction (self, rough, which, self->turn + n_rows * n);
    n_rows += make_orthonormal (self->turn, n_rows, n);
  }
  n_wide = n_rows;
  for (guint axis = 0; axis < n && n_rows < n; axis++) {
    for (guint k = 0; k < n; k++)
      self->turn[n_rows * n + k] = k == axis ? 1.0 : 0.0;
    n_rows += make_orthonormal (self->turn, n_rows, n);
  }
  for (guint k = 0; k < n_wide * n; k++)
    self->turn[k] *= reach;
}

static gboolean
proposal_init (Proposal             *self,
               const QsPkpdEstimate *estimate,
               const QsPkpdRough    *rough,
               guint64               seed)
{
  const guint n = estimate->n_coordinates;
  double      nothing[MAX_N] = { 0.0 };

  self->estimate = estimate;
  self->key =
      (QsRngKey){ .seed = seed, .stream = QS_RNG_MARGINAL, .replicate = 1u << 31 };
  for (guint j = 0; j < n * n; j++)
    self->factor[j] = inflation * estimate->covariance[j];
  if (!qs_pkpd_solve_spd (self->factor, nothing, n))
    return FALSE;

  qs_sobol_init (&self->points, &self->key, 0);
  find_turn (self, rough);
  return TRUE;
}

/* Coordinates beyond the points' dimensions are random. */
static double
uniform (const Proposal *self, guint32 item, guint dimension)
{
  return dimension < QS_SOBOL_N_DIMENSIONS
             ? qs_sobol_uniform (&self->points, item, dimension)
             : qs_rng_uniform (&self->key, 1 + item, dimension);
}

/* Makes proposal @item and returns its log density, up to a constant. */
static double
propose (const Proposal *self, guint32 item, QsPkpdPopulation *population)
{
  const guint  n = self->estimate->n_coordinates;
  const double stretch =
      sqrt (DEGREES / qs_chi_square_quantile (uniform (self, item, 0), DEGREES));
  double z[MAX_N] = { 0.0 }, square = 0.0;

  for (guint j = 0; j < n; j++) {
    const double value = stretch * qs_normal_quantile (uniform (self, item, 1 + j));

    square += value * value;
    for (guint k = 0; k < n; k++)
      z[k] += value * self->turn[j * n + k];
  }

  *population = self->estimate->population;
  for (guint j = 0; j < n; j++) {
    const QsPkpdCoordinate at = self->estimate->coordinates[j];
    double                 value = qs_pkpd_coordinate_get (population, at);

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

/* No proposal may stand for more than one in √n (Ionides 2008): far from the estimate a
 * likelihood from few samples is at times much too high, and one such proposal would
 * stand for everything. */
static void
cap_shares (double *weights, guint n)
{
  enum { MAX_TURNS = 50 };
  gboolean capped = TRUE;
  double   sum;

  for (guint turn = 0; turn < MAX_TURNS && capped; turn++) {
    const double most = qs_sum (weights, n) / sqrt (n);

    capped = FALSE;
    for (guint i = 0; i < n; i++) {
      capped = capped || weights[i] > 1.01 * most;
      weights[i] = MIN (weights[i], most);
    }
  }

  sum = qs_sum (weights, n);
  for (guint i = 0; i < n; i++)
    weights[i] /= sum;
}

/* A proposal on its way to being kept. */
typedef struct {
  guint  item;
  double weight;
  double major; /* what is sorted by first, and within groups of that */
  double minor;
} Place;

static int
compare_major (gconstpointer a, gconstpointer b)
{
  const Place *x = a, *y = b;

  return x->major != y->major ? (x->major > y->major) - (x->major < y->major)
                              : (int) x->item - (int) y->item;
}

static int
compare_minor (gconstpointer a, gconstpointer b)
{
  const Place *x = a, *y = b;

  return x->minor != y->minor ? (x->minor > y->minor) - (x->minor < y->minor)
                              : (int) x->item - (int) y->item;
}

static int
compare_minor_down (gconstpointer a, gconstpointer b)
{
  return compare_minor (b, a);
}

/* Draws per group: within one, doses at the usual weight hardly differ. */
#define DRAWS_PER_GROUP 8

/* From one end of the doses to the other, and in every second group back and forth
 * between the heavy and the light: neighbours are alike. */
static void
put_in_order (Place *places, guint n, guint n_draws)
{
  const guint n_groups = MAX (1, n_draws / DRAWS_PER_GROUP);
  guint       begin = 0;
  double      sum = 0.0;

  qsort (places, n, sizeof *places, compare_major);
  for (guint g = 0; g < n_groups; g++) {
    guint end = begin;

    while (end < n && (g + 1 == n_groups || sum < (g + 1.0) / n_groups))
      sum += places[end++].weight;
    qsort (places + begin, end - begin, sizeof *places,
           g % 2 == 0 ? compare_minor : compare_minor_down);
    begin = end;
  }
}

/* Systematic resampling of proposals that are sorted by the doses they would lead to:
 * every proposal is kept as often as its weight says, up to one, and so are those of
 * every range of doses, so that the quantiles of doses have little noise. */
static GArray *
resample (const QsPkpdRough *rough,
          const GArray      *proposals,
          const double      *weights,
          guint              n_draws)
{
  GArray           *draws = g_array_new (FALSE, FALSE, sizeof (QsPkpdPopulation));
  const guint       n = proposals->len;
  g_autofree Place *places = g_new (Place, n);
  double            sum = 0.0;

  for (guint i = 0; i < n; i++) {
    double log_dose[QS_PKPD_N_ROUGH];

    qs_pkpd_rough_log_dose (rough, &g_array_index (proposals, QsPkpdPopulation, i),
                            log_dose);
    places[i] = (Place){ .item = i,
                         .weight = weights[i],
                         .major = log_dose[0],
                         .minor = log_dose[1] - log_dose[0] };
  }
  put_in_order (places, n, n_draws);

  for (guint i = 0; i < n; i++) {
    sum += places[i].weight;
    while (draws->len < n_draws && (draws->len + 0.5) / n_draws < sum)
      g_array_append_vals (
          draws, &g_array_index (proposals, QsPkpdPopulation, places[i].item), 1);
  }

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
 * @n_proposals: how many to weigh, best a power of two: they are scrambled points of
 *   Sobol'
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
  g_autoptr (QsPkpdRough)    rough = NULL;

  *effective_size = 0.0;
  proposals = g_array_new (FALSE, FALSE, sizeof (QsPkpdPopulation));
  if (n_draws == 0 || estimate->covariance == NULL)
    return g_steal_pointer (&proposals);
  rough = qs_pkpd_rough_new (study, estimate, seed);
  if (!proposal_init (proposal, estimate, rough, seed))
    return g_steal_pointer (&proposals);

  marginal =
      qs_pkpd_marginal_new (study, &around, N_SAMPLES, N_SAMPLES, seed + 2, run, error);
  if (marginal == NULL ||
      !weigh (proposal, marginal, n_proposals, proposals, weights, run, error))
    return NULL;

  normalise (weights, n_proposals);
  cap_shares (weights, n_proposals);
  *effective_size = qs_kish_size (weights, n_proposals);
  return resample (rough, proposals, weights, n_draws);
}
