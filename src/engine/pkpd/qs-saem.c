/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-saem.h"

#include "core/qs-error.h"
#include "pkpd/qs-saem-chains.h"
#include "pkpd/qs-saem-maximise.h"

#include <math.h>

#define N QS_PKPD_N_PARAMETERS

QsSaemOptions
qs_saem_options_default (void)
{
  return (QsSaemOptions){ .seed = 1, .n_chains = 3, .n_explore = 250, .n_smooth = 150 };
}

/* One point of the trace of every typical value. */
static gboolean
report (const QsSaemOptions *options,
        const QsSaemFit     *fit,
        guint                iteration,
        QsRun               *run,
        GError             **error)
{
  const guint n = options->n_explore + options->n_smooth;
  QsEvent     event = {
        .stage = QS_STAGE_TRAIN,
        .fraction = (iteration + 1) / (double) n,
        .curve = QS_CURVE_PARAMETER,
        .chain = options->chain,
        .x = iteration + 1,
  };

  for (guint i = 0; i < N && !options->silent; i++) {
    if (!qs_pkpd_uses (&fit->structure, i))
      continue;

    event.series = i;
    event.text = qs_pkpd_parameter_name (i);
    event.y = qs_pkpd_value (&fit->structure, i, fit->population.theta[i]);
    if (!qs_run_step (run, &event, error))
      return FALSE;
  }

  return qs_run_step (run, NULL, error);
}

static gboolean
check (const QsPkpdPopulation *population, guint iteration, GError **error)
{
  for (guint i = 0; i < N; i++) {
    if (!isfinite (population->theta[i])) {
      g_set_error (
          error, QS_ERROR, QS_ERROR_NUMERIC,
          "The estimate of %s left the finite numbers in iteration %u; try fewer "
          "parameters or look at the data's units",
          qs_pkpd_parameter_name (i), iteration);
      return FALSE;
    }
  }

  return TRUE;
}

/**
 * qs_saem_fit:
 * @start: where to begin; its zero residual SDs stay zero
 *
 * Stochastic approximation of the EM algorithm for a non-linear mixed-effects model
 * (Delyon, Lavielle & Moulines 1999; Kuhn & Lavielle 2005): chains simulate the
 * individual parameters, sufficient statistics are averaged with steps 1, then 1/k, and
 * maximised in closed form.
 *
 * Returns: (transfer full): the estimate with the persons' conditional moments
 */
QsSaemFit *
qs_saem_fit (const QsPkpdStudy      *study,
             const QsPkpdStructure  *structure,
             const QsPkpdPopulation *start,
             const QsSaemOptions    *options,
             QsRun                  *run,
             GError                **error)
{
  g_autoptr (QsSaemChains) chains = qs_saem_chains_new (study, structure, start, options);
  g_autoptr (QsSaemMaximiser) maximiser =
      qs_saem_maximiser_new (study, structure, options->n_chains);
  g_autoptr (QsSaemFit) fit = g_new0 (QsSaemFit, 1);
  const gsize           n_moments = (gsize) study->n_persons * N;

  fit->structure = *structure;
  fit->population = *start;
  fit->trace = g_array_new (FALSE, FALSE, sizeof (QsPkpdPopulation));

  for (guint k = 0; k < options->n_explore + options->n_smooth; k++) {
    const gboolean smoothing = k >= options->n_explore;
    const double   step = smoothing ? 1.0 / (k - options->n_explore + 1.0) : 1.0;
    const double   annealing = k < options->n_explore / 2 ? 0.95 : 1e-12;

    qs_saem_chains_turn (chains, &fit->population, k, run);
    qs_saem_maximiser_step (maximiser, chains, step, annealing, &fit->population, run);
    g_array_append_val (fit->trace, fit->population);

    if (!check (&fit->population, k, error) || !report (options, fit, k, run, error))
      return NULL;
  }

  fit->mean = g_new (double, n_moments);
  fit->covariance = g_new (double, n_moments *N);
  qs_saem_maximiser_moments (maximiser, fit->mean, fit->covariance);

  return g_steal_pointer (&fit);
}

void
qs_saem_fit_free (QsSaemFit *self)
{
  if (self == NULL)
    return;

  g_free (self->mean);
  g_free (self->covariance);
  if (self->trace != NULL)
    g_array_unref (self->trace);
  g_free (self);
}
