/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-score.h"

#include "core/qs-stats.h"
#include "pkpd/qs-pkpd-linear.h"

#include <math.h>
#include <string.h>

#define N QS_PKPD_N_PARAMETERS
#define N_SAMPLES 512

/* Smaller predictions count as this share of the endpoint's mean one. */
static const double least_share = 1e-6;

static QsSaemFit
fit_around (const QsPkpdEstimate *estimate)
{
  return (QsSaemFit){ .structure = estimate->structure,
                      .population = estimate->population,
                      .mean = estimate->mean,
                      .covariance = estimate->spread };
}

/* Rao's (1948) score statistic of one effect given those that the fit has. */
static double
score_statistic (const double *gradient,
                 const double *information,
                 const guint  *base,
                 guint         n_base,
                 guint         j,
                 guint         n)
{
  g_autofree double *matrix = g_new (double, (gsize) n_base *n_base);
  g_autofree double *cross = g_new (double, n_base);
  double             slope = gradient[j], variance = information[j * n + j];

  for (guint a = 0; a < n_base; a++) {
    cross[a] = information[base[a] * n + j];
    for (guint b = 0; b < n_base; b++)
      matrix[a * n_base + b] = information[base[a] * n + base[b]];
  }
  if (!qs_pkpd_solve_spd (matrix, cross, n_base))
    return 0.0;
  for (guint a = 0; a < n_base; a++) {
    slope -= cross[a] * gradient[base[a]];
    variance -= cross[a] * information[base[a] * n + j];
  }

  return variance > 0.0 ? slope * slope / variance : 0.0;
}

static gboolean
is_new_effect (const QsPkpdStructure *from, QsPkpdCoordinate at)
{
  return (at.kind == QS_COORDINATE_BETA_COMED && !(from->comed & (1u << at.index))) ||
         (at.kind == QS_COORDINATE_BETA_BW && !(from->bw & (1u << at.index))) ||
         (at.kind == QS_COORDINATE_BETA_EFFECT && at.effect >= from->n_effects);
}

/**
 * qs_pkpd_score_effects:
 * @all: @estimate's structure with every covariate effect to look at
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Looks at all covariate effects at once, from a single look at the likelihood's slope.
 *
 * Returns: (transfer full) (element-type QsPkpdEffectScore): those that the fit lacks
 */
GArray *
qs_pkpd_score_effects (const QsPkpdStudy     *study,
                       const QsPkpdEstimate  *estimate,
                       const QsPkpdStructure *all,
                       guint64                seed,
                       QsRun                 *run,
                       GError               **error)
{
  QsSaemFit                  around = fit_around (estimate);
  QsPkpdCoordinate           coordinates[QS_PKPD_MAX_COORDINATES];
  guint                      base[QS_PKPD_MAX_COORDINATES], n_base = 0, n;
  g_autoptr (QsPkpdMarginal) marginal = NULL;
  g_autofree double         *gradient = NULL, *information = NULL;
  GArray *scores = g_array_new (FALSE, FALSE, sizeof (QsPkpdEffectScore));

  around.structure = *all;
  n = qs_pkpd_coordinates (all, &around.population, coordinates);
  gradient = g_new (double, n);
  information = g_new (double, (gsize) n *n);
  marginal =
      qs_pkpd_marginal_new (study, &around, N_SAMPLES, N_SAMPLES, seed, run, error);
  if (marginal == NULL) {
    g_array_unref (scores);
    return NULL;
  }
  qs_pkpd_marginal_information (marginal, run, gradient, information);

  /* Variances are left out: in expectation they are orthogonal to what shifts the means,
   * and away from the maximum the observed cross terms would swamp the rest. */
  for (guint j = 0; j < n; j++)
    if (!is_new_effect (&estimate->structure, coordinates[j]) &&
        coordinates[j].kind < QS_COORDINATE_LOG_OMEGA2)
      base[n_base++] = j;

  for (guint j = 0; j < n; j++) {
    const QsPkpdEffectScore score = {
      coordinates[j], score_statistic (gradient, information, base, n_base, j, n)
    };

    if (is_new_effect (&estimate->structure, coordinates[j]))
      g_array_append_val (scores, score);
  }

  return scores;
}

/**
 * qs_pkpd_score_variances:
 * @gains: (out): by parameter, 0 where the likelihood does not rise
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Looks at what would begin to vary between subjects. With L a person's likelihood as a
 * function of that parameter, a small variance ω² makes of it L + ω² L″ / 2, so that the
 * slope of the log likelihood in ω² is half the sum of score² − information over persons
 * (Verbeke & Molenberghs 2003). It must be positive: variances are.
 */
gboolean
qs_pkpd_score_variances (const QsPkpdStudy    *study,
                         const QsPkpdEstimate *estimate,
                         guint64               seed,
                         double                gains[QS_PKPD_N_PARAMETERS],
                         QsRun                *run,
                         GError              **error)
{
  const QsSaemFit            around = fit_around (estimate);
  const gsize                n = estimate->n_coordinates, n_persons = study->n_persons;
  g_autofree double         *gradients = g_new (double, n_persons *n);
  g_autofree double         *parts = g_new (double, n_persons *n *n);
  g_autofree double         *slopes = g_new (double, n_persons);
  g_autoptr (QsPkpdMarginal) marginal =
      qs_pkpd_marginal_new (study, &around, N_SAMPLES, N_SAMPLES, seed, run, error);

  if (marginal == NULL)
    return FALSE;

  qs_pkpd_marginal_persons (marginal, run, gradients, parts);
  memset (gains, 0, N * sizeof *gains);
  for (gsize j = 0; j < n; j++) {
    const QsPkpdCoordinate at = estimate->coordinates[j];
    double                 sum;

    if (at.kind != QS_COORDINATE_THETA || qs_pkpd_varies (&estimate->structure, at.index))
      continue;
    for (gsize i = 0; i < n_persons; i++) {
      const double score = gradients[i * n + j];

      slopes[i] = 0.5 * (score * score - parts[(i * n + j) * n + j]);
    }
    sum = qs_sum (slopes, n_persons);
    if (sum > 0.0)
      gains[at.index] =
          sum * sum / ((double) n_persons * qs_variance (slopes, n_persons));
  }

  return TRUE;
}

/**
 * qs_pkpd_score_without:
 *
 * Returns: what −2LL would rise by at least if @parameter did not vary: Wald's statistic
 * of its variance, which understates it, since the likelihood falls ever more steeply
 * towards zero
 */
double
qs_pkpd_score_without (const QsPkpdEstimate *estimate, QsPkpdParameter parameter)
{
  for (guint j = 0; j < estimate->n_coordinates; j++) {
    const QsPkpdCoordinate at = estimate->coordinates[j];

    if (at.kind == QS_COORDINATE_LOG_OMEGA2 && at.index == parameter) {
      /* Of the variance itself: its SE is that of its logarithm times the variance. */
      const double se = qs_pkpd_estimate_se (estimate, j);

      return se > 0.0 ? 1.0 / (se * se) : 0.0;
    }
  }

  return 0.0;
}

/* Residuals of one endpoint against the predictions at the persons' conditional means. */
typedef struct {
  double *prediction;
  double *residual;
  gsize   n;
} Residuals;

static void
collect_residuals (const QsPkpdStudy    *study,
                   const QsPkpdEstimate *estimate,
                   QsEndpoint            endpoint,
                   Residuals            *self)
{
  g_autofree double *c = g_new (double, study->max_times + 1);
  g_autofree double *r = g_new (double, study->max_times + 1);
  double             least = 0.0;

  for (guint i = 0; i < study->n_persons; i++) {
    const QsPkpdPerson *person = &study->persons[i];

    qs_pkpd_person_predict (person, &estimate->structure, estimate->mean + (gsize) i * N,
                            c, r);
    for (gsize k = 0; k < person->n_looks; k++) {
      const QsPkpdLook *look = &person->looks[k];
      const double      f = endpoint == QS_ENDPOINT_PK ? c[look->at] : r[look->at];

      if (look->endpoint != endpoint || look->below_limit || !isfinite (f))
        continue;
      self->prediction[self->n] = f;
      self->residual[self->n++] = look->value - f;
      least += fabs (f);
    }
  }

  least *= least_share / MAX (1.0, (double) self->n);
  for (gsize i = 0; i < self->n; i++)
    self->prediction[i] = MAX (least, self->prediction[i]);
}

/* −2 log density of residuals whose SD is proportional to √(@floor² + f²), at the best
 * constant of proportion; with an infinite floor they are additive. */
static double
profile (const Residuals *self, double floor)
{
  double squares = 0.0, logs = 0.0;

  for (gsize i = 0; i < self->n; i++) {
    const double f = self->prediction[i];
    const double w2 = isfinite (floor) ? floor * floor + f * f : 1.0;

    squares += self->residual[i] * self->residual[i] / w2;
    logs += log (w2);
  }

  return (double) self->n * log (squares / (double) self->n) + logs;
}

/* The lowest over floors between a ten thousandth of the mean prediction and a hundred of
 * it, to a twentieth: the profile is flat where it is lowest. */
static double
profile_combined (const Residuals *self)
{
  const double mean = qs_mean (self->prediction, self->n);
  double       lowest = INFINITY;

  for (double share = 1e-4; share < 1e2; share *= 1.05)
    lowest = MIN (lowest, profile (self, share * mean));

  return lowest;
}

/**
 * qs_pkpd_score_errors:
 * @gains: (out): by #QsPkpdError, what −2LL would about fall by with it
 *
 * Looks at kinds of residual error: how likely the residuals of the conditional means are
 * under each.
 */
void
qs_pkpd_score_errors (const QsPkpdStudy    *study,
                      const QsPkpdEstimate *estimate,
                      QsEndpoint            endpoint,
                      double                gains[QS_PKPD_N_ERRORS])
{
  const gsize        n_looks = study->n_looks[endpoint];
  g_autofree double *prediction = g_new (double, n_looks + 1);
  g_autofree double *residual = g_new (double, n_looks + 1);
  Residuals          residuals = { .prediction = prediction, .residual = residual };
  double             now;

  collect_residuals (study, estimate, endpoint, &residuals);
  gains[QS_PKPD_ERROR_PROPORTIONAL] = -profile (&residuals, 0.0);
  gains[QS_PKPD_ERROR_ADDITIVE] = -profile (&residuals, INFINITY);
  gains[QS_PKPD_ERROR_COMBINED] = -profile_combined (&residuals);

  now = gains[estimate->structure.error[endpoint]];
  for (guint kind = 0; kind < QS_PKPD_N_ERRORS; kind++)
    gains[kind] = residuals.n > 1 ? gains[kind] - now : 0.0;
}
