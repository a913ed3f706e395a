/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-estimate.h"

#include "core/qs-eigen.h"
#include "core/qs-stats.h"
#include "pkpd/qs-pkpd-linear.h"
#include "pkpd/qs-pkpd-modes.h"

#include <math.h>
#include <string.h>

#define N QS_PKPD_N_PARAMETERS

/* Importance samples per person while polishing, at first, and for the final figures:
 * derivatives take several times as long as the likelihood. */
#define POLISH_SAMPLES 256
#define FINAL_SAMPLES 2048
#define FINAL_SLOPES 1024
#define N_POLISH 3

/* Newton's step, shortened and turned uphill where the likelihood is not concave
 * (Levenberg 1944): to each diagonal element is added what it takes. Returns whether that
 * was needed. */
static gboolean
solve_damped (const double *information, double *step, guint n)
{
  g_autofree double *matrix = g_new (double, (gsize) n *n);

  for (double damping = 0.0; damping < 1e9; damping = MAX (1e-3, 10.0 * damping)) {
    memcpy (matrix, information, (gsize) n * n * sizeof *matrix);
    for (guint j = 0; j < n; j++)
      matrix[j * n + j] += damping * (1.0 + fabs (matrix[j * n + j]));
    if (qs_pkpd_solve_spd (matrix, step, n))
      return damping > 0.0;
  }
  memset (step, 0, n * sizeof *step);
  return TRUE;
}

static gboolean
is_possible (const QsPkpdStructure *structure, const QsPkpdPopulation *population)
{
  double      omega[N * N], nothing[N] = { 0.0 };
  guint       varying[N];
  const guint n = qs_pkpd_varying (structure, varying);

  qs_pkpd_omega (population, varying, n, omega);
  return qs_pkpd_solve_spd (omega, nothing, n);
}

/* A step, halved for as long as it leads to correlations that contradict each other. */
static void
move (QsSaemFit *fit, const QsPkpdCoordinate *coordinates, guint n, const double *step)
{
  const QsPkpdPopulation from = fit->population;

  for (double share = 1.0; share > 1e-3; share *= 0.5) {
    for (guint j = 0; j < n; j++)
      qs_pkpd_coordinate_set (&fit->population, coordinates[j],
                              qs_pkpd_coordinate_get (&from, coordinates[j]) +
                                  share * CLAMP (step[j], -0.3, 0.3));
    if (!fit->structure.correlated || is_possible (&fit->structure, &fit->population))
      return;
  }
  fit->population = from;
}

/* Samples about everybody's mode: a step moves that, most of all one in parameters that
 * do not vary, and a short run of chains does not know it well. */
static QsPkpdMarginal *
sample_fit (const QsPkpdStudy *study,
            QsSaemFit         *fit,
            guint              n_samples,
            guint              n_slopes,
            guint64            seed,
            QsRun             *run,
            GError           **error)
{
  qs_pkpd_modes (study, fit, run);
  return qs_pkpd_marginal_new (study, fit, n_samples, n_slopes, seed, run, error);
}

/* SAEM ends within a fraction of a standard error of the maximum; Newton's steps on the
 * marginal likelihood go the rest of the way, so that seeds agree, each with twice the
 * samples of the one before. */
static gboolean
polish (const QsPkpdStudy  *study,
        QsSaemFit          *fit,
        const QsPkpdEffort *effort,
        gboolean           *damped,
        QsRun              *run,
        GError            **error)
{
  QsPkpdCoordinate coordinates[QS_PKPD_MAX_COORDINATES];

  for (guint turn = 0; turn < effort->n_polish; turn++) {
    const guint                n_samples = effort->n_polish_samples << turn;
    g_autoptr (QsPkpdMarginal) marginal =
        sample_fit (study, fit, n_samples, n_samples, effort->saem.seed, run, error);
    const guint n = qs_pkpd_coordinates (&fit->structure, &fit->population, coordinates);
    g_autofree double *step = g_new (double, n);
    g_autofree double *information = g_new (double, (gsize) n *n);

    if (marginal == NULL)
      return FALSE;

    qs_pkpd_marginal_information (marginal, run, step, information);
    *damped = solve_damped (information, step, n);
    move (fit, coordinates, n, step);
  }

  return TRUE;
}

/* The inverse of a positive definite matrix, or %NULL. */
static double *
invert (const double *matrix, guint n)
{
  g_autofree double *inverse = g_new (double, (gsize) n *n);
  g_autofree double *factor = g_new (double, (gsize) n *n);

  for (guint j = 0; j < n; j++) {
    double *column = inverse + (gsize) j * n;

    memcpy (factor, matrix, (gsize) n * n * sizeof *factor);
    memset (column, 0, n * sizeof *column);
    column[j] = 1.0;
    if (!qs_pkpd_solve_spd (factor, column, n))
      return NULL;
  }

  return g_steal_pointer (&inverse);
}

/* The coordinates along which the information, on a common scale, bends least or the
 * wrong way: one or two of them stand out. */
static void
find_weakest (QsPkpdEstimate *self, const double *information)
{
  const guint        n = self->n_coordinates;
  g_autofree double *scaled = g_new (double, (gsize) n *n);
  g_autofree double *vectors = g_new (double, (gsize) n *n);
  const double       share = 0.3;
  guint              least = 0, first = 0, second = 0;

  for (guint j = 0; j < n; j++)
    for (guint k = 0; k < n; k++)
      scaled[j * n + k] =
          information[j * n + k] / sqrt (MAX (1e-12, fabs (information[j * n + j])) *
                                         MAX (1e-12, fabs (information[k * n + k])));
  qs_eigen_symmetric (n, scaled, vectors);

  for (guint j = 1; j < n; j++)
    least = scaled[j * n + j] < scaled[least * n + least] ? j : least;
  for (guint j = 1; j < n; j++)
    if (fabs (vectors[j * n + least]) > fabs (vectors[first * n + least]))
      first = j;
  second = first == 0 && n > 1 ? 1 : 0;
  for (guint j = 0; j < n; j++)
    if (j != first && fabs (vectors[j * n + least]) > fabs (vectors[second * n + least]))
      second = j;

  self->weakest[0] = first;
  self->weakest[1] =
      fabs (vectors[second * n + least]) > share * fabs (vectors[first * n + least])
          ? second
          : first;
}

static void
measure_curvature (QsPkpdEstimate *self, const QsPkpdMarginal *marginal, QsRun *run)
{
  const guint        n = self->n_coordinates;
  g_autofree double *information = g_new (double, (gsize) n *n);

  qs_pkpd_marginal_information (marginal, run, self->gradient, information);
  self->covariance = invert (information, n);
  if (self->covariance == NULL) {
    find_weakest (self, information);
  } else {
    self->gradient_size = 0.0;
    for (guint j = 0; j < n; j++)
      self->gradient_size = MAX (self->gradient_size, fabs (self->gradient[j]) *
                                                          qs_pkpd_estimate_se (self, j));
  }
}

/* Who got no dose tells of the baseline alone: counted with the others, placebo would
 * make every other effect look shrunken. */
static void
measure_shrinkage (QsPkpdEstimate *self, const QsPkpdStudy *study)
{
  g_autofree double *eta = g_new (double, study->n_persons);

  for (guint i = 0; i < N; i++) {
    gsize n = 0;

    for (guint person = 0; person < study->n_persons; person++) {
      const QsPkpdPerson *who = &study->persons[person];
      double              typical[N];

      if (i != QS_PKPD_R0 && !(who->dose_mg > 0.0))
        continue;
      qs_pkpd_typical (&self->structure, &self->population, who->bw_kg, who->comed,
                       who->regressors, typical);
      eta[n++] = self->mean[person * N + i] - typical[i];
    }
    self->shrinkage[i] =
        n > 1 ? 1.0 - sqrt (qs_variance (eta, n) / self->population.omega2[i]) : NAN;
  }
}

/* What varies between subjects is learnt from subjects, the rest from observations. */
static void
measure_criteria (QsPkpdEstimate *self, const QsPkpdStudy *study)
{
  const double n_looks = (double) (study->n_looks[0] + study->n_looks[1]);
  guint        n_between = 0;

  for (guint j = 0; j < self->n_coordinates; j++) {
    const QsPkpdCoordinate at = self->coordinates[j];

    n_between += at.kind <= QS_COORDINATE_CORRELATION &&
                 (self->structure.eta & (1u << at.index)) != 0;
  }

  self->aic = self->minus2ll + 2.0 * self->n_coordinates;
  self->bic = self->minus2ll + n_between * log (study->n_persons) +
              (self->n_coordinates - n_between) * log (n_looks);
}

static void
measure (QsPkpdEstimate       *self,
         const QsPkpdStudy    *study,
         const QsPkpdMarginal *marginal,
         gboolean              has_slopes,
         QsRun                *run)
{
  self->minus2ll = qs_pkpd_marginal_minus2ll (marginal, &self->population, run,
                                              &self->minus2ll_mc_error);
  self->gradient_size = INFINITY;
  if (has_slopes)
    measure_curvature (self, marginal, run);
  measure_shrinkage (self, study);
  measure_criteria (self, study);
}

/**
 * qs_pkpd_estimate_from:
 * @start: where to begin
 * @effort: how thoroughly
 *
 * Fits one structure: SAEM, Newton steps on the marginal likelihood, then the figures;
 * without samples for them the estimate alone, with no likelihood or covariance.
 *
 * Returns: (transfer full): the estimate
 */
QsPkpdEstimate *
qs_pkpd_estimate_from (const QsPkpdStudy      *study,
                       const QsPkpdStructure  *structure,
                       const QsPkpdPopulation *start,
                       const QsPkpdEffort     *effort,
                       QsRun                  *run,
                       GError                **error)
{
  g_autoptr (QsPkpdEstimate) self = g_new0 (QsPkpdEstimate, 1);
  g_autoptr (QsPkpdMarginal) marginal = NULL;
  g_autoptr (QsSaemFit)      fit =
      qs_saem_fit (study, structure, start, &effort->saem, run, error);

  if (fit == NULL || !polish (study, fit, effort, &self->damped, run, error))
    return NULL;

  if (effort->n_final_samples > 0) {
    marginal = sample_fit (study, fit, effort->n_final_samples, effort->n_final_slopes,
                           effort->saem.seed + 1, run, error);
    if (marginal == NULL)
      return NULL;
    qs_pkpd_marginal_moments (marginal, run, fit->mean, fit->covariance);
  }

  self->structure = *structure;
  self->population = fit->population;
  self->n_persons = study->n_persons;
  self->n_coordinates =
      qs_pkpd_coordinates (structure, &self->population, self->coordinates);
  self->mean = g_steal_pointer (&fit->mean);
  self->spread = g_steal_pointer (&fit->covariance);
  if (marginal != NULL)
    measure (self, study, marginal, effort->n_final_slopes > 0, run);

  return g_steal_pointer (&self);
}

static QsPkpdEffort
full_effort (const QsSaemOptions *options)
{
  return (QsPkpdEffort){ .saem = *options,
                         .n_polish = N_POLISH,
                         .n_polish_samples = POLISH_SAMPLES,
                         .n_final_samples = FINAL_SAMPLES,
                         .n_final_slopes = FINAL_SLOPES };
}

/**
 * qs_pkpd_estimate:
 *
 * As qs_pkpd_estimate_from(), from typical values of naive pooling and with the effort
 * that final figures deserve.
 *
 * Returns: (transfer full): the estimate
 */
QsPkpdEstimate *
qs_pkpd_estimate (const QsPkpdStudy     *study,
                  const QsPkpdStructure *structure,
                  const QsSaemOptions   *options,
                  QsRun                 *run,
                  GError               **error)
{
  const QsPkpdPopulation start = qs_pkpd_start (study, structure);
  const QsPkpdEffort     effort = full_effort (options);

  return qs_pkpd_estimate_from (study, structure, &start, &effort, run, error);
}

/**
 * qs_pkpd_estimate_further:
 * @from: a brief fit
 *
 * As qs_pkpd_estimate(), from where @from ended.
 *
 * Returns: (transfer full): the estimate
 */
QsPkpdEstimate *
qs_pkpd_estimate_further (const QsPkpdStudy    *study,
                          const QsPkpdEstimate *from,
                          const QsSaemOptions  *options,
                          QsRun                *run,
                          GError              **error)
{
  QsPkpdEffort effort = full_effort (options);

  effort.saem.individuals = from->mean;
  return qs_pkpd_estimate_from (study, &from->structure, &from->population, &effort, run,
                                error);
}

void
qs_pkpd_estimate_free (QsPkpdEstimate *self)
{
  if (self == NULL)
    return;

  g_free (self->covariance);
  g_free (self->mean);
  g_free (self->spread);
  g_free (self);
}

/**
 * qs_pkpd_estimate_se:
 *
 * Returns: the standard error of a coordinate on its scale; NaN without a covariance
 */
double
qs_pkpd_estimate_se (const QsPkpdEstimate *self, guint coordinate)
{
  return self->covariance != NULL
             ? sqrt (self->covariance[(gsize) coordinate * self->n_coordinates +
                                      coordinate])
             : NAN;
}
