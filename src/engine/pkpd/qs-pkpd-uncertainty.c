/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-uncertainty.h"

#include "pkpd/qs-pkpd-bootstrap.h"
#include "pkpd/qs-pkpd-draws.h"

#include <math.h>

/* With fewer effective proposals a few of them would stand for everything. */
static const double least_effective_size = 50.0;

/* Why the draws from the likelihood deserve no trust, or %NULL. */
static const char *
distrust (const QsPkpdUncertainty *self, const QsPkpdEstimate *estimate)
{
  if (estimate->covariance == NULL)
    return "The information matrix of the estimate has no inverse: the data hardly tell "
           "some parameters apart, or a variance is next to zero. ";
  if (!(self->effective_size >= least_effective_size))
    return "The likelihood is far from what its curvature at the estimate promises, so "
           "its draws stand for too little. ";
  return NULL;
}

/* A half that did not converge would be no sample of anything. */
static void
describe_bootstrap (QsPkpdUncertainty *self, guint n_draws, const char *reason)
{
  const guint n = self->draws->len;

  if (2 * n >= n_draws) {
    self->sentence = g_strdup_printf (
        "%sIntervals come from fits to %u studies of resampled subjects (bootstrap "
        "within "
        "arms)%s.",
        reason, n, n < n_draws ? "; the others left the finite numbers" : "");
  } else {
    self->sentence = g_strdup_printf (
        "%sThere are no intervals: only %u of %u fits to resampled subjects gave finite "
        "parameters. Ask for a simpler structure.",
        reason, n, n_draws);
    g_array_set_size (self->draws, 0);
  }
}

/**
 * qs_pkpd_uncertainty_new:
 * @estimate: of @study
 * @n_draws: how many draws to make
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Draws parameters as @method says. Where the likelihood gives no draws that deserve the
 * name, the bootstrap steps in; the sentence tells.
 *
 * Returns: (transfer full): the draws and where they come from
 */
QsPkpdUncertainty *
qs_pkpd_uncertainty_new (const QsPkpdStudy    *study,
                         const QsPkpdEstimate *estimate,
                         QsUncertainty         method,
                         guint                 n_draws,
                         guint64               seed,
                         QsRun                *run,
                         GError              **error)
{
  g_autoptr (QsPkpdUncertainty) self = g_new0 (QsPkpdUncertainty, 1);
  const char                   *reason = "";

  if (n_draws == 0) {
    self->draws = g_array_new (FALSE, FALSE, sizeof (QsPkpdPopulation));
    self->sentence =
        g_strdup ("There are no intervals: no parameter draws were asked for.");
    return g_steal_pointer (&self);
  }

  if (method == QS_UNCERTAINTY_LIKELIHOOD) {
    self->draws =
        qs_pkpd_draws (study, estimate, n_draws, seed, &self->effective_size, run, error);
    if (self->draws == NULL)
      return NULL;
    reason = distrust (self, estimate);
    if (reason == NULL) {
      self->sentence = g_strdup_printf ("Intervals come from %u parameter draws: the "
                                        "covariance of the estimate, corrected by the "
                                        "likelihood (SIR).",
                                        n_draws);
      return g_steal_pointer (&self);
    }
    g_array_unref (self->draws);
  }

  self->effective_size = NAN;
  self->draws = qs_pkpd_bootstrap (study, estimate, n_draws, seed, run, error);
  if (self->draws == NULL)
    return NULL;
  describe_bootstrap (self, n_draws, reason);

  return g_steal_pointer (&self);
}

void
qs_pkpd_uncertainty_free (QsPkpdUncertainty *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->draws, g_array_unref);
  g_free (self->sentence);
  g_free (self);
}
