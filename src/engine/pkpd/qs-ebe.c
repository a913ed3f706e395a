/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-ebe.h"

#include "core/qs-stats.h"
#include "pkpd/qs-pkpd-linear.h"
#include "pkpd/qs-whiten.h"

#include <math.h>
#include <string.h>

#define N QS_PKPD_N_PARAMETERS
#define MAX_STEPS 200

/* Steps of the differences: in an effect, and of a prediction relative to itself. */
static const double effect_step = 1e-4;
static const double relative_step = 1e-5;
/* Squared Newton decrement, in posterior SDs, at which the mode is found. */
static const double least_decrement = 1e-8;
/* Below this deviation an observation has no error model: nothing is predicted there. */
static const double least_sd = 1e-7;

/**
 * qs_ebe_objective:
 * @prediction: (out) (array): one value per look
 *
 * Returns: minus the log posterior density of the effects, up to a constant:
 *   −Σ log p (y | η) + ½ ηᵀ Ω⁻¹ η
 */
double
qs_ebe_objective (const QsEbeProblem *problem, const double *eta, double *prediction)
{
  const guint n = problem->n_effects;
  double      omega[N * N], solved[N], sum = 0.0;

  memcpy (omega, problem->omega, (gsize) n * n * sizeof *omega);
  memcpy (solved, eta, n * sizeof *solved);
  if (!qs_pkpd_solve_spd (omega, solved, n))
    return INFINITY;
  for (guint i = 0; i < n; i++)
    sum += 0.5 * eta[i] * solved[i];

  problem->predict (eta, prediction, problem->data);
  for (gsize i = 0; i < problem->n_looks; i++)
    sum -= qs_pkpd_log_density (problem->population, &problem->looks[i], prediction[i]);

  return isfinite (sum) ? sum : INFINITY;
}

static void
measure_slopes (QsEbe *self, const QsEbeProblem *problem, double *scratch)
{
  const guint n = problem->n_effects;
  double      moved[N];

  for (guint j = 0; j < n; j++) {
    memcpy (moved, self->eta, n * sizeof *moved);
    moved[j] = self->eta[j] + effect_step;
    problem->predict (moved, scratch, problem->data);
    for (gsize i = 0; i < problem->n_looks; i++)
      self->slope[i * n + j] = scratch[i];

    moved[j] = self->eta[j] - effect_step;
    problem->predict (moved, scratch, problem->data);
    for (gsize i = 0; i < problem->n_looks; i++)
      self->slope[i * n + j] =
          (self->slope[i * n + j] - scratch[i]) / (2.0 * effect_step);
  }
}

/* Slope and expected curvature of minus the log density of one look in its prediction.
 * For a normal value with variance v (f) the latter is 1/v + ½ (v′/v)²; below the limit,
 * where the density is Φ (z), it is m (z + m) / v with m = φ/Φ. */
static void
look_derivatives (const QsEbeProblem *problem,
                  const QsPkpdLook   *look,
                  double              f,
                  double             *slope,
                  double             *curvature)
{
  const double h = relative_step * MAX (fabs (f), 1e-6);
  const double sd = qs_pkpd_residual_sd (problem->population, look->endpoint, f);
  const double above = qs_pkpd_residual_sd (problem->population, look->endpoint, f + h);
  const double below = qs_pkpd_residual_sd (problem->population, look->endpoint, f - h);
  const double relative = (above - below) / (h * sd); /* v′/v = 2 s′/s */

  *slope = -(qs_pkpd_log_density (problem->population, look, f + h) -
             qs_pkpd_log_density (problem->population, look, f - h)) /
           (2.0 * h);
  *curvature = 1.0 / (sd * sd) + 0.5 * relative * relative;

  if (look->below_limit) {
    const double z = (look->value - f) / sd;
    const double m =
        exp (-0.5 * z * z) / sqrt (2.0 * G_PI) / MAX (1e-300, qs_normal_cdf (z));

    *curvature = z > -30.0 ? MAX (0.0, m * (z + m)) / (sd * sd) : 1.0 / (sd * sd);
  }
}

/* Gradient and expected Hessian of the objective at the present effects. */
static gboolean
measure_curvature (const QsEbe        *self,
                   const QsEbeProblem *problem,
                   double             *gradient,
                   double             *hessian)
{
  const guint n = problem->n_effects;

  for (guint j = 0; j < n; j++) {
    double omega[N * N], unit[N] = { 0.0 };

    memcpy (omega, problem->omega, (gsize) n * n * sizeof *omega);
    unit[j] = 1.0;
    if (!qs_pkpd_solve_spd (omega, unit, n))
      return FALSE;
    gradient[j] = 0.0;
    for (guint k = 0; k < n; k++) {
      hessian[j * n + k] = unit[k];
      gradient[j] += unit[k] * self->eta[k];
    }
  }

  for (gsize i = 0; i < problem->n_looks; i++) {
    const double *g = self->slope + i * n;
    double        slope, curvature;

    look_derivatives (problem, &problem->looks[i], self->prediction[i], &slope,
                      &curvature);
    for (guint j = 0; j < n; j++) {
      gradient[j] += slope * g[j];
      for (guint k = 0; k < n; k++)
        hessian[j * n + k] += curvature * g[j] * g[k];
    }
  }

  return TRUE;
}

/* A damped step downhill. Returns its decrement, 0 where no step helps any more. */
static double
step (QsEbe              *self,
      const QsEbeProblem *problem,
      double             *scratch,
      double             *damping,
      double             *objective)
{
  const guint n = problem->n_effects;
  double      gradient[N], hessian[N * N];

  measure_slopes (self, problem, scratch);
  if (!measure_curvature (self, problem, gradient, hessian))
    return INFINITY;

  for (; *damping < 1e12; *damping *= 10.0) {
    double matrix[N * N], change[N], trial[N], decrement = 0.0, value;

    memcpy (matrix, hessian, sizeof matrix);
    for (guint j = 0; j < n; j++) {
      matrix[j * n + j] *= 1.0 + *damping;
      change[j] = -gradient[j];
    }
    if (!qs_pkpd_solve_spd (matrix, change, n))
      continue;
    for (guint j = 0; j < n; j++) {
      trial[j] = self->eta[j] + change[j];
      decrement -= gradient[j] * change[j];
    }

    value = qs_ebe_objective (problem, trial, scratch);
    if (value <= *objective) {
      memcpy (self->eta, trial, n * sizeof *trial);
      memcpy (self->prediction, scratch, problem->n_looks * sizeof *scratch);
      *objective = value;
      *damping = MAX (1e-9, *damping * 0.1);
      return decrement;
    }
    if (decrement < least_decrement) /* nothing but rounding is left */
      return 0.0;
  }

  return INFINITY;
}

static void
measure_covariance (QsEbe *self, const QsEbeProblem *problem)
{
  const guint n = problem->n_effects;
  double      gradient[N], hessian[N * N];

  if (!measure_curvature (self, problem, gradient, hessian))
    return;

  for (guint j = 0; j < n; j++) {
    double matrix[N * N];

    memcpy (matrix, hessian, (gsize) n * n * sizeof *matrix);
    for (guint k = 0; k < n; k++)
      self->covariance[j * n + k] = j == k ? 1.0 : 0.0;
    qs_pkpd_solve_spd (matrix, self->covariance + (gsize) j * n, n);
  }
}

/**
 * qs_ebe_new:
 *
 * Finds the mode of the posterior of one subject's random effects by Fisher scoring with
 * the damping of Levenberg (1944) and Marquardt (1963).
 *
 * Returns: (transfer full): the estimates; not converged where the data could not be
 *   explained at all
 */
QsEbe *
qs_ebe_new (const QsEbeProblem *problem)
{
  const guint        n = problem->n_effects;
  const gsize        n_looks = problem->n_looks;
  QsEbe             *self = g_new0 (QsEbe, 1);
  g_autofree double *scratch = g_new (double, n_looks + 1);
  double             damping = 1e-3, objective;

  g_return_val_if_fail (n <= N, self);

  self->eta = g_new0 (double, n + 1);
  self->prediction = g_new (double, n_looks + 1);
  self->slope = g_new0 (double, n_looks *n + 1);
  self->covariance = g_new0 (double, (gsize) n *n + 1);
  if (problem->start != NULL)
    memcpy (self->eta, problem->start, n * sizeof *self->eta);
  objective = qs_ebe_objective (problem, self->eta, self->prediction);

  for (guint i = 0; i < MAX_STEPS && !self->converged && n > 0; i++)
    self->converged =
        step (self, problem, scratch, &damping, &objective) < least_decrement;

  self->converged = isfinite (objective) && (self->converged || n == 0);
  measure_slopes (self, problem, scratch);
  measure_covariance (self, problem);
  return self;
}

void
qs_ebe_free (QsEbe *self)
{
  if (self == NULL)
    return;

  g_free (self->eta);
  g_free (self->prediction);
  g_free (self->slope);
  g_free (self->covariance);
  g_free (self);
}

static gboolean
has_residual (const QsEbe *self, const QsEbeProblem *problem, gsize i)
{
  return !problem->looks[i].below_limit &&
         qs_pkpd_residual_sd (problem->population, problem->looks[i].endpoint,
                              self->prediction[i]) > least_sd;
}

/**
 * qs_ebe_conditional_residuals:
 * @cwres: (out) (array): one per look; NaN below the limit of quantification, and where
 * nothing is predicted
 *
 * Conditional weighted residuals (Hooker, Staatz & Karlsson 2007): the model linearised
 * about η̂ has mean f (η̂) − G η̂ and covariance G Ω Gᵀ + diag (v (η̂)); the residual from
 * that mean times the symmetric inverse square root of that covariance.
 *
 * Returns: %FALSE where the covariance is not positive definite; @cwres is NaN then
 */
gboolean
qs_ebe_conditional_residuals (const QsEbe        *self,
                              const QsEbeProblem *problem,
                              double             *cwres)
{
  const guint        n = problem->n_effects;
  g_autofree gsize  *kept = g_new (gsize, problem->n_looks + 1);
  g_autofree double *covariance = NULL, *values = NULL;
  gsize              n_kept = 0;

  for (gsize i = 0; i < problem->n_looks; i++) {
    cwres[i] = NAN;
    if (has_residual (self, problem, i))
      kept[n_kept++] = i;
  }
  covariance = g_new0 (double, n_kept *n_kept + 1);
  values = g_new (double, n_kept + 1);

  for (gsize a = 0; a < n_kept; a++) {
    const gsize   i = kept[a];
    const double *g = self->slope + i * n;
    const double  sd = qs_pkpd_residual_sd (
         problem->population, problem->looks[i].endpoint, self->prediction[i]);
    double gomega[N] = { 0.0 };

    values[a] = problem->looks[i].value - self->prediction[i];
    for (guint j = 0; j < n; j++) {
      values[a] += g[j] * self->eta[j];
      for (guint k = 0; k < n; k++)
        gomega[k] += g[j] * problem->omega[j * n + k];
    }
    for (gsize b = 0; b < n_kept; b++)
      for (guint k = 0; k < n; k++)
        covariance[a * n_kept + b] += gomega[k] * self->slope[kept[b] * n + k];
    covariance[a * n_kept + a] += sd * sd;
  }

  if (!qs_whiten_symmetric (n_kept, covariance, values))
    return FALSE;

  for (gsize a = 0; a < n_kept; a++)
    cwres[kept[a]] = values[a];
  return TRUE;
}
