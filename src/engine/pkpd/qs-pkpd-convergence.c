/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-convergence.h"

#include "core/qs-parallel.h"
#include "core/qs-rng.h"
#include "pkpd/qs-pkpd-words.h"

#include <math.h>

#define N QS_PKPD_N_PARAMETERS

/* Starts beside the first. */
#define N_OTHERS 2

/* SD of how far they lie from it, log: a factor of two. */
static const double dispersion = 0.7;

/* Two maxima differ where their −2LL do by more than this many Monte Carlo errors. */
static const double noise_factor = 3.0;

/* An estimate a quarter of a standard error off the maximum has a root mean square error
 * only 3 % larger than the maximum's own. Brief fits are noisier. */
static const double largest_gradient = 0.25, largest_distance = 1.0;

/* Enough to tell where a start ends; its figures are not reported. */
static const QsPkpdEffort brief = {
  .saem = { .n_chains = 1, .n_explore = 150, .n_smooth = 80 },
  .n_polish = 3,
  .n_polish_samples = 128,
  .n_final_samples = 1024,
};

typedef struct {
  const QsPkpdStudy     *study;     /* borrowed */
  const QsPkpdStructure *structure; /* borrowed */
  guint64                seed;
  QsRun                 *run; /* borrowed */
  QsPkpdEstimate        *others[N_OTHERS];
} Starts;

static void
fit_start (gsize chunk, gsize begin, gsize end, gpointer data)
{
  Starts           *self = data;
  QsPkpdEffort      effort = brief;
  QsPkpdPopulation  start = qs_pkpd_start (self->study, self->structure);
  g_autoptr (QsRun) quiet = qs_run_new_quiet (self->run);
  const QsRngKey    key = { .seed = self->seed,
                            .stream = QS_RNG_SAEM,
                            .replicate = 1u << 31 };

  for (guint i = 0; i < N; i++)
    if (qs_pkpd_uses (self->structure, i))
      start.theta[i] += dispersion * qs_rng_normal (&key, (guint32) chunk, i);
  effort.saem.seed = self->seed + 1 + chunk;
  self->others[chunk] =
      qs_pkpd_estimate_from (self->study, self->structure, &start, &effort, quiet, NULL);
}

/* How much higher the maximum of @other is, beyond noise; negative where lower. */
static gint
compare (const QsPkpdEstimate *other, const QsPkpdEstimate *best)
{
  const double noise =
      noise_factor * hypot (other->minus2ll_mc_error, best->minus2ll_mc_error);
  const double gain = best->minus2ll - other->minus2ll;

  if (!(fabs (gain) > noise))
    return isfinite (gain) ? 0 : -1;
  return gain > 0.0 ? 1 : -1;
}

/* In standard errors of @to. */
static double
distance (const QsPkpdEstimate *from, const QsPkpdEstimate *to)
{
  double largest = 0.0;

  for (guint j = 0; j < to->n_coordinates; j++) {
    const double apart = qs_pkpd_coordinate_get (&from->population, to->coordinates[j]) -
                         qs_pkpd_coordinate_get (&to->population, to->coordinates[j]);

    largest = MAX (largest, fabs (apart) / qs_pkpd_estimate_se (to, j));
  }

  return largest;
}

/* A start that got higher than the first is followed to the end. */
static gboolean
take_higher (QsPkpdConvergence   *self,
             const Starts        *starts,
             const QsSaemOptions *options,
             GError             **error)
{
  const QsPkpdEstimate *highest = NULL;
  QsPkpdEstimate       *better;

  for (guint i = 0; i < N_OTHERS; i++)
    if (starts->others[i] != NULL && compare (starts->others[i], self->estimate) > 0 &&
        (highest == NULL || starts->others[i]->minus2ll < highest->minus2ll))
      highest = starts->others[i];
  if (highest == NULL)
    return TRUE;

  better = qs_pkpd_estimate_further (starts->study, highest, options, starts->run, error);
  if (better == NULL)
    return FALSE;
  qs_pkpd_estimate_free (self->estimate);
  self->estimate = better;
  return TRUE;
}

/**
 * qs_pkpd_converge:
 * @options: of the fit that is reported
 * @error: return location for %QS_ERROR_NUMERIC or %QS_ERROR_CANCELLED
 *
 * Fits @structure from typical values of naive pooling in full, and from starts around
 * them briefly: a maximum that only one start finds deserves no trust. Where another
 * start ends higher, that one is taken.
 */
QsPkpdConvergence *
qs_pkpd_converge (const QsPkpdStudy     *study,
                  const QsPkpdStructure *structure,
                  const QsSaemOptions   *options,
                  QsRun                 *run,
                  GError               **error)
{
  g_autoptr (QsPkpdConvergence) self = g_new0 (QsPkpdConvergence, 1);
  Starts                        starts = {
                           .study = study, .structure = structure, .seed = options->seed, .run = run
  };
  gboolean done;

  self->distance = NAN;
  self->estimate = qs_pkpd_estimate (study, structure, options, run, error);
  if (self->estimate == NULL)
    return NULL;

  qs_parallel_for (run, N_OTHERS, 1, fit_start, &starts);
  done = qs_run_step (run, NULL, error) && take_higher (self, &starts, options, error);

  self->n_starts = 1 + N_OTHERS;
  self->n_reached = 1;
  for (guint i = 0; i < N_OTHERS; i++) {
    if (done && starts.others[i] != NULL &&
        compare (starts.others[i], self->estimate) >= 0) {
      self->n_reached++;
      if (self->estimate->covariance != NULL)
        self->distance =
            fmax (self->distance, distance (starts.others[i], self->estimate));
    }
    g_clear_pointer (&starts.others[i], qs_pkpd_estimate_free);
  }

  return done ? g_steal_pointer (&self) : NULL;
}

void
qs_pkpd_convergence_free (QsPkpdConvergence *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->estimate, qs_pkpd_estimate_free);
  g_free (self);
}

static void
describe_starts (const QsPkpdConvergence *self, GString *text)
{
  if (self->n_reached == self->n_starts)
    g_string_append_printf (text, "%u starts, a factor of two apart, end at one maximum",
                            self->n_starts);
  else if (self->n_reached > 1)
    g_string_append_printf (
        text,
        "%u of %u starts, a factor of two apart, end at this maximum, "
        "which is the highest found",
        self->n_reached, self->n_starts);
  else
    g_string_append_printf (text,
                            "Only one of %u starts, a factor of two apart, ends at this "
                            "maximum, which is the highest found",
                            self->n_starts);
  if (self->distance <= largest_distance)
    g_string_append_printf (text, ", at most %.2g standard errors apart", self->distance);
  else if (isfinite (self->distance))
    g_string_append_printf (text,
                            ", but up to %.2g standard errors apart: the likelihood is "
                            "flat there",
                            self->distance);
  g_string_append (text, ".");
}

/* The direction that the data tell least about. */
static void
describe_information (const QsPkpdEstimate *estimate,
                      const QsPkpdDonors   *donors,
                      GString              *text)
{
  g_autofree char *first = qs_pkpd_coordinate_name (
      &estimate->structure, donors, estimate->coordinates[estimate->weakest[0]]);
  g_autofree char *second = qs_pkpd_coordinate_name (
      &estimate->structure, donors, estimate->coordinates[estimate->weakest[1]]);

  g_string_append (text, " The information matrix has no inverse: the data ");
  if (estimate->weakest[0] == estimate->weakest[1])
    g_string_append_printf (text, "say next to nothing of %s.", first);
  else
    g_string_append_printf (text, "hardly tell %s and %s apart.", first, second);
}

/**
 * qs_pkpd_convergence_judge:
 * @sentence: (out) (transfer full): the verdict with its reasons, for people
 *
 * The one place where it is decided whether an estimate has converged.
 */
QsVerdict
qs_pkpd_convergence_judge (const QsPkpdConvergence *self,
                           const QsPkpdDonors      *donors,
                           char                   **sentence)
{
  const QsPkpdEstimate *estimate = self->estimate;
  const gboolean        is_level = estimate->gradient_size <= largest_gradient;
  const gboolean good = estimate->covariance != NULL && is_level && self->n_reached > 1 &&
                        self->distance <= largest_distance;
  GString    *text = g_string_new (good ? "Converged: " : "Not sure to have converged: ");
  const gsize begin = text->len;

  describe_starts (self, text);
  text->str[begin] = g_ascii_tolower (text->str[begin]);
  if (estimate->covariance == NULL)
    describe_information (estimate, donors, text);
  else if (is_level)
    g_string_append_printf (text, " There the gradient is at most %.2g standard errors.",
                            estimate->gradient_size);
  else
    g_string_append_printf (text,
                            " A parameter is still %.2g standard errors away from the "
                            "maximum.",
                            estimate->gradient_size);
  if (estimate->damped)
    g_string_append (text, " The last of Newton's steps had to be damped.");
  if (!good)
    g_string_append (text, estimate->covariance == NULL
                               ? " Ask for a simpler structure."
                               : " Fit again with another seed before relying on it.");

  *sentence = g_string_free (text, FALSE);
  return good ? QS_VERDICT_CONVERGED : QS_VERDICT_DOUBTFUL;
}
