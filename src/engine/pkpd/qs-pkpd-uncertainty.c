/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-uncertainty.h"

#include "pkpd/qs-pkpd-bootstrap.h"
#include "pkpd/qs-pkpd-draws.h"

#include <math.h>

/* Proposals for the draws of a structure: at least, and per draw; powers of two, as
 * points of Sobol' want it. */
#define LEAST_PROPOSALS 256
#define PROPOSALS_PER_DRAW 8

/* With a smaller share of effective proposals a few of them would stand for everything.
 */
static const double least_effective = 0.05;

/* Farther from its maximum an estimate's BIC and draws are not its structure's. */
static const double largest_gradient = 0.5;

/* From the end of a short run to the maximum, with a likelihood as exact as that of the
 * chosen structure. */
static const QsPkpdEffort rival_effort = {
  .saem = { .n_chains = 2, .n_explore = 20, .n_smooth = 40, .silent = TRUE },
  .n_polish = 3,
  .n_polish_samples = 256,
  .n_final_samples = 2048,
  .n_final_slopes = 1024,
};

/* What all draws are made from. */
typedef struct {
  const QsPkpdStudy    *study;    /* borrowed */
  const QsPkpdEstimate *estimate; /* borrowed */
  QsUncertainty         method;
  guint                 n_draws;
  guint64               seed;
  QsRun                *run; /* borrowed */
} Task;

/* Why the draws from the likelihood deserve no trust, or %NULL. */
static const char *
distrust (const QsPkpdEstimate *estimate, double effective_share)
{
  if (estimate->covariance == NULL)
    return "The information matrix of the estimate has no inverse: the data hardly tell "
           "some parameters apart, or a variance is next to zero. ";
  if (!(effective_share >= least_effective))
    return "The likelihood is far from what its curvature at the estimate promises, so "
           "its draws stand for too little. ";
  return NULL;
}

/* Shares: structures beside the chosen one. */

static void
share_clear (gpointer data)
{
  g_clear_pointer (&((QsPkpdShare *) data)->draws, g_array_unref);
}

static GPtrArray *
fit_rivals (const Task *task, const QsPkpdSearch *search, GError **error)
{
  QsPkpdEffort          effort = rival_effort;
  g_autoptr (GPtrArray) fits =
      g_ptr_array_new_with_free_func ((GDestroyNotify) qs_pkpd_estimate_free);

  effort.saem.seed = task->seed;
  for (guint k = 0; k < search->rivals->len; k++) {
    const QsPkpdEstimate *rival = g_array_index (search->rivals, QsPkpdRival, k).estimate;
    QsPkpdEstimate       *fit;

    effort.saem.individuals = rival->mean;
    fit = qs_pkpd_estimate_from (task->study, &rival->structure, &rival->population,
                                 &effort, task->run, error);
    if (fit == NULL)
      return NULL;
    g_ptr_array_add (fits, fit);
  }

  return g_steal_pointer (&fits);
}

/* The weight of a structure against the chosen one's, exp (−ΔBIC / 2) (Kass & Raftery
 * 1995); none where its maximum was not found: what the data do not tell apart has
 * most often a variance of next to zero, and is the chosen one once more. */
static double
weight_of (const QsPkpdEstimate *fit, const QsPkpdEstimate *chosen)
{
  return fit->covariance != NULL && fit->gradient_size <= largest_gradient
             ? exp (-0.5 * (fit->bic - chosen->bic))
             : 0.0;
}

static guint
n_proposals_for (guint n_draws)
{
  guint n = LEAST_PROPOSALS;

  while (n < PROPOSALS_PER_DRAW * n_draws)
    n *= 2;

  return n;
}

/* @n_draws of one rival, or none where they deserve no trust. */
static gboolean
draw_share (const Task           *task,
            const QsPkpdEstimate *fit,
            guint                 n_draws,
            GArray              **draws,
            GError              **error)
{
  const guint n_proposals = n_proposals_for (n_draws);
  double      effective_size;

  if (task->method == QS_UNCERTAINTY_BOOTSTRAP) {
    *draws = qs_pkpd_bootstrap (task->study, fit, n_draws, task->seed, task->run, error);
    return *draws != NULL;
  }

  *draws = qs_pkpd_draws (task->study, fit, n_proposals, n_draws, task->seed,
                          &effective_size, task->run, error);
  if (*draws != NULL && distrust (fit, effective_size / n_proposals) != NULL)
    g_array_set_size (*draws, 0);
  return *draws != NULL;
}

/* Draws are shared by weight, rounded down: the chosen structure has the rest. */
static gboolean
make_shares (QsPkpdUncertainty  *self,
             const Task         *task,
             const QsPkpdSearch *search,
             GError            **error)
{
  g_autoptr (GPtrArray) fits = fit_rivals (task, search, error);
  double                sum = 1.0;

  for (guint k = 0; fits != NULL && k < fits->len; k++)
    sum += weight_of (fits->pdata[k], task->estimate);

  for (guint k = 0; fits != NULL && k < fits->len; k++) {
    const QsPkpdEstimate *fit = fits->pdata[k];
    const double          part = weight_of (fit, task->estimate) / sum;
    const guint           n_draws = (guint) floor (part * task->n_draws);
    QsPkpdShare           share = {
                .candidate = g_array_index (search->rivals, QsPkpdRival, k).candidate,
                .structure = fit->structure,
                .difference = fit->bic - task->estimate->bic,
                .difference_error =
                    hypot (fit->minus2ll_mc_error, task->estimate->minus2ll_mc_error),
    };

    if (n_draws == 0)
      continue;
    if (!draw_share (task, fit, n_draws, &share.draws, error))
      return FALSE;
    if (share.draws->len > 0)
      g_array_append_val (self->shares, share);
    else
      share_clear (&share);
  }

  return fits != NULL;
}

static guint
n_shared (const QsPkpdUncertainty *self)
{
  guint n = 0;

  for (guint k = 0; k < self->shares->len; k++)
    n += g_array_index (self->shares, QsPkpdShare, k).draws->len;

  return n;
}

/* Adds to the sentence which draws are not the chosen structure's. */
static void
describe_shares (QsPkpdUncertainty *self, const QsPkpdSearch *search)
{
  const guint n = self->draws->len + n_shared (self);
  GString    *text;

  if (self->shares->len == 0)
    return;

  text = g_string_new (self->sentence);
  for (guint k = 0; k < self->shares->len; k++) {
    const QsPkpdShare *share = &g_array_index (self->shares, QsPkpdShare, k);
    const QsCandidate *candidate =
        &g_array_index (search->candidates, QsCandidate, share->candidate);

    g_string_append_printf (text,
                            "%s%u of %u draws come from %s, whose BIC is %.1f ± %.1f %s",
                            k == 0 ? " " : "; ", share->draws->len, n, candidate->name,
                            fabs (share->difference), share->difference_error,
                            share->difference >= 0.0 ? "higher" : "lower");
  }
  g_string_append (text,
                   " when both are fitted in full: too little to tell it from the chosen "
                   "structure.");
  g_free (self->sentence);
  self->sentence = g_string_free (text, FALSE);
}

/* The chosen structure's own draws. */

/* A half that did not converge would be no sample of anything. */
static void
describe_bootstrap (QsPkpdUncertainty *self, guint n_draws, const char *reason)
{
  const guint n = self->draws->len + n_shared (self);

  if (2 * n >= n_draws) {
    self->sentence = g_strdup_printf (
        "%sIntervals come from fits to %u studies of resampled subjects (bootstrap "
        "within arms)%s.",
        reason, n, n < n_draws ? "; the others left the finite numbers" : "");
  } else {
    self->sentence = g_strdup_printf (
        "%sThere are no intervals: only %u of %u fits to resampled subjects gave finite "
        "parameters. Ask for a simpler structure.",
        reason, n, n_draws);
    g_array_set_size (self->draws, 0);
    g_array_set_size (self->shares, 0);
  }
}

static gboolean
draw_chosen (QsPkpdUncertainty *self, const Task *task, GError **error)
{
  const char *reason = "";

  if (task->method == QS_UNCERTAINTY_LIKELIHOOD) {
    const guint n_draws = task->n_draws - n_shared (self);

    self->n_proposals = n_proposals_for (n_draws);
    self->draws = qs_pkpd_draws (task->study, task->estimate, self->n_proposals, n_draws,
                                 task->seed, &self->effective_size, task->run, error);
    if (self->draws == NULL)
      return FALSE;
    reason = distrust (task->estimate, self->effective_size / self->n_proposals);
    if (reason == NULL) {
      self->sentence = g_strdup_printf ("Intervals come from %u parameter draws: the "
                                        "covariance of the estimate, corrected by the "
                                        "likelihood (SIR).",
                                        task->n_draws);
      return TRUE;
    }
    g_array_unref (self->draws);
    g_array_set_size (self->shares, 0);
  }

  self->effective_size = NAN;
  self->draws =
      qs_pkpd_bootstrap (task->study, task->estimate, task->n_draws - n_shared (self),
                         task->seed, task->run, error);
  if (self->draws == NULL)
    return FALSE;
  describe_bootstrap (self, task->n_draws, reason);
  return TRUE;
}

/**
 * qs_pkpd_uncertainty_new:
 * @estimate: of @study
 * @search: (nullable): that chose its structure
 * @n_draws: how many draws to make
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Draws parameters as @method says. Structures that BIC does not tell from the chosen one
 * share the draws by weight, so that the draws know of the choice. Where the likelihood
 * gives no draws that deserve the name, the bootstrap steps in; the sentence tells.
 *
 * Returns: (transfer full): the draws and where they come from
 */
QsPkpdUncertainty *
qs_pkpd_uncertainty_new (const QsPkpdStudy    *study,
                         const QsPkpdEstimate *estimate,
                         const QsPkpdSearch   *search,
                         QsUncertainty         method,
                         guint                 n_draws,
                         guint64               seed,
                         QsRun                *run,
                         GError              **error)
{
  g_autoptr (QsPkpdUncertainty) self = g_new0 (QsPkpdUncertainty, 1);
  const Task                    task = {
                       .study = study,
                       .estimate = estimate,
                       .method = method,
                       .n_draws = n_draws,
                       .seed = seed,
                       .run = run,
  };

  self->shares = g_array_new (FALSE, FALSE, sizeof (QsPkpdShare));
  g_array_set_clear_func (self->shares, share_clear);
  if (n_draws == 0) {
    self->draws = g_array_new (FALSE, FALSE, sizeof (QsPkpdPopulation));
    self->sentence =
        g_strdup ("There are no intervals: no parameter draws were asked for.");
    return g_steal_pointer (&self);
  }

  if (search != NULL && estimate->covariance != NULL &&
      !make_shares (self, &task, search, error))
    return NULL;
  if (!draw_chosen (self, &task, error))
    return NULL;
  if (search != NULL)
    describe_shares (self, search);

  return g_steal_pointer (&self);
}

void
qs_pkpd_uncertainty_free (QsPkpdUncertainty *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->draws, g_array_unref);
  g_clear_pointer (&self->shares, g_array_unref);
  g_free (self->sentence);
  g_free (self);
}
