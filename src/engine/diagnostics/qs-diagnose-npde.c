/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-parallel.h"
#include "core/qs-rng.h"
#include "core/qs-stats.h"
#include "diagnostics/qs-diagnose.h"
#include "pkpd/qs-whiten.h"

#include <math.h>
#include <string.h>

/* One subject's observations and its simulated ones, values first. */
typedef struct {
  gsize   n;
  gsize   n_simulations;
  gsize  *at; /* place among the residuals */
  double *observed;
  double *simulated; /* n × n_simulations */
} Record;

static Record
record_new (const QsDiagnosis *self, const QsIndividual *individual)
{
  const gsize k = self->n_simulations;
  Record      record = { .n_simulations = k };

  record.at = g_new (gsize, individual->n + 1);
  record.observed = g_new (double, individual->n + 1);
  record.simulated = g_new (double, individual->n *k + 1);

  for (gsize i = individual->first; i < individual->first + individual->n; i++) {
    const QsResidual *residual = &self->result->residuals[i];

    /* Where nothing is predicted there is no distribution either. */
    if (!residual->below_limit && !isfinite (residual->cwres))
      continue;
    memcpy (record.simulated + record.n * k, self->simulated + i * k,
            k * sizeof (double));
    record.observed[record.n] = residual->dv;
    record.at[record.n++] = i;
  }

  return record;
}

static void
record_clear (Record *self)
{
  g_free (self->at);
  g_free (self->observed);
  g_free (self->simulated);
}

/* A value below the limit is drawn from the model's own distribution below it (Nguyen,
 * Comets & Mentré 2012). */
static void
impute (const QsDiagnosis *self, Record *record)
{
  const QsRngKey key = { .seed = self->result->options.seed,
                         .stream = QS_RNG_DIAGNOSTICS,
                         .replicate = 1u << 31 };
  const gsize    k = record->n_simulations;

  for (gsize i = 0; i < record->n; i++) {
    const QsResidual  *residual = &self->result->residuals[record->at[i]];
    g_autofree double *sorted = NULL;
    gsize              n_below = 0;

    if (!residual->below_limit)
      continue;

    sorted = g_memdup2 (record->simulated + i * k, k * sizeof *sorted);
    qs_sort (sorted, k);
    while (n_below < k && sorted[n_below] < residual->dv)
      n_below++;
    if (n_below > 0)
      record->observed[i] =
          sorted[qs_rng_below (&key, (guint32) record->at[i], 0, (guint) n_below)];
  }
}

/* Means off, then decorrelated by the Cholesky factor of the covariance: both from the
 * first half of the simulations, which says as little of the second half as of the
 * observations. So the places among the second half are uniform under a true model; held
 * against the first half, observations would always look too far out. FALSE where the
 * covariance is not positive definite. */
static gboolean
decorrelate (Record *self)
{
  const gsize        n = self->n, k = self->n_simulations, half = k / 2;
  g_autofree double *factor = g_new (double, n *n + 1);
  g_autofree double *column = g_new (double, n + 1);

  if (half < n + 2)
    return FALSE;

  for (gsize i = 0; i < n; i++) {
    double      *row = self->simulated + i * k;
    const double mean = qs_mean (row, half);

    self->observed[i] -= mean;
    for (gsize s = 0; s < k; s++)
      row[s] -= mean;
  }
  for (gsize i = 0; i < n; i++) {
    for (gsize j = 0; j <= i; j++) {
      const double *a = self->simulated + i * k, *b = self->simulated + j * k;
      double        sum = 0.0;

      for (gsize s = 0; s < half; s++)
        sum += a[s] * b[s];
      factor[i * n + j] = factor[j * n + i] = sum / ((double) half - 1.0);
    }
  }
  if (!qs_whiten_factor (n, factor))
    return FALSE;

  qs_whiten_ordered (n, factor, self->observed);
  for (gsize s = half; s < k; s++) {
    for (gsize i = 0; i < n; i++)
      column[i] = self->simulated[i * k + s];
    qs_whiten_ordered (n, factor, column);
    for (gsize i = 0; i < n; i++)
      self->simulated[i * k + s] = column[i];
  }

  return TRUE;
}

static void
npde_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const QsDiagnosis *self = data;
  Record             record;

  if (qs_run_is_cancelled (self->run))
    return;

  record = record_new (self, &self->result->individuals[chunk]);
  impute (self, &record);
  if (decorrelate (&record)) {
    for (gsize i = 0; i < record.n; i++) {
      const gsize   k = record.n_simulations, half = k / 2;
      const double *row = record.simulated + i * k;
      double        below = 0.5;

      for (gsize s = half; s < k; s++)
        below += row[s] < record.observed[i];
      self->result->residuals[record.at[i]].npde =
          qs_normal_quantile (below / ((double) (k - half) + 1.0));
    }
  }
  record_clear (&record);
}

/* Normalised prediction distribution errors (Brendel et al. 2006): the place of each
 * decorrelated observation among its decorrelated simulations, as a normal quantile. */
gboolean
qs_diagnose_npde (QsDiagnosis *self, GError **error)
{
  qs_parallel_for (self->run, self->result->n_subjects, 1, npde_chunk, self);
  return qs_run_step (self->run, NULL, error);
}
