/* SPDX-License-Identifier: Apache-2.0 */
#include "probability/qs-bins.h"

#include "core/qs-stats.h"
#include "population/qs-score.h"

#include <math.h>

/* People whose critical doses are binned, at least. */
#define N_PEOPLE 65536
/* Ends of the outermost bins, as quantiles. */
static const double outermost = 1e-9;

static QsBins *
bins_new (guint n_qubits)
{
  QsBins *self = g_new0 (QsBins, 1);

  self->n = (gsize) 1 << n_qubits;
  self->weights = g_new (double, self->n);
  self->success = g_new0 (guint8, self->n);
  self->reference = NAN;
  return self;
}

void
qs_bins_free (QsBins *self)
{
  if (self == NULL)
    return;

  g_free (self->weights);
  g_free (self->success);
  g_free (self);
}

/* Equal-weight bins of how far a dose lies on the right side of each person's own: the
 * order of people is that of their critical doses, so that one table serves any dose.
 * A bin speaks for its middle person, and only one bin can hold people of both kinds. */
static QsBins *
bin_people (const QsPeople *people,
            guint64         seed,
            guint           n_qubits,
            QsRun          *run,
            GError        **error)
{
  g_autoptr (QsBins) self = bins_new (n_qubits);
  const gsize        n = MAX (self->n, N_PEOPLE), per_bin = n / self->n;
  const QsSampler    sampler = {
       .kind = QS_SAMPLER_SOBOL,
       .seed = seed,
       .n_points = n,
       .n_dimensions = qs_people_n_dimensions (people),
  };
  g_autofree double *margin = g_new (double, n);
  gsize              n_good = 0;

  if (!qs_people_margins (people, &sampler, 0, 0, n, margin, run, error))
    return NULL;

  qs_sort (margin, n);
  for (gsize i = 0; i < n; i++)
    n_good += margin[i] >= 0.0;
  for (gsize b = 0; b < self->n; b++) {
    self->weights[b] = 1.0 / (double) self->n;
    self->success[b] = margin[b * per_bin + per_bin / 2] >= 0.0;
  }

  self->reference = (double) n_good / (double) n;
  self->discretisation = per_bin > 1 ? 1.0 / (double) self->n : 0.0;
  self->n_asked = n;
  return g_steal_pointer (&self);
}

/* The middle of bin @i of @n, or with @half 0 and 1 its ends. */
static double
place_of (guint i, double half, guint n)
{
  return CLAMP ((i + half) / n, outermost, 1.0 - outermost);
}

/* Scores at 2n + 1 body weights, ends and middles of the bins in turn, without and with
 * co-medication. */
static gboolean
score_all (const QsPeople *people, guint n_bw, double *score, QsRun *run, GError **error)
{
  const QsCriterion  criterion = qs_scenario_criterion (people->scenario);
  const gsize        n = 2 * (gsize) n_bw + 1;
  g_autofree double *dose_mg_per_kg = g_new (double, 2 * n);
  g_autofree guint8 *comed = g_new (guint8, 2 * n);

  for (gsize i = 0; i < 2 * n; i++) {
    const double u = CLAMP ((double) (i % n) / (2.0 * n_bw), outermost, 1.0 - outermost);

    dose_mg_per_kg[i] =
        people->dose_mg / qs_prior_quantile (&people->scenario->bw, u, 0.0);
    comed[i] = i >= n;
  }

  return qs_score_many (people->predictor, &criterion, 2 * n, dose_mg_per_kg, comed,
                        score, run, error);
}

static double
shift_at (const QsPeople *people, double u)
{
  return people->effect ? people->predictor->klass->shift (people->predictor,
                                                           people->scenario->success,
                                                           qs_normal_quantile (u))
                        : 0.0;
}

/* Bins of body weight, co-medication and latent value, for models that depend on these
 * alone. A bin whose corners disagree may be wrong by its weight. */
static QsBins *
bin_covariates (const QsPeople *people, guint n_qubits, QsRun *run, GError **error)
{
  const QsPredictorClass *klass = people->predictor->klass;
  const double       level = klass->level (people->predictor, people->scenario->success,
                                           people->scenario->threshold_ng_ml);
  const guint        z_qubits = people->effect ? (n_qubits - 1) / 2 : 0;
  const guint        n_z = 1u << z_qubits, n_bw = 1u << (n_qubits - 1 - z_qubits);
  const gsize        n_scores = 2 * (gsize) n_bw + 1;
  g_autofree double *score = g_new (double, 2 * n_scores);
  g_autoptr (QsBins) self = bins_new (n_qubits);

  if (!score_all (people, n_bw, score, run, error))
    return NULL;

  for (gsize b = 0; b < self->n; b++) {
    const guint   j = (guint) (b % n_z), i = (guint) (b / n_z) % n_bw;
    const guint   comed = b >= self->n / 2;
    const double  share = people->scenario->comed_share;
    const double *at = score + comed * n_scores + 2 * (gsize) i;
    const double  ends[2] = { shift_at (people, place_of (j, 0.0, n_z)),
                              shift_at (people, place_of (j, 1.0, n_z)) };
    guint         n_good = 0;

    self->weights[b] = (comed ? share : 1.0 - share) / ((double) n_bw * n_z);
    self->success[b] = at[1] + shift_at (people, place_of (j, 0.5, n_z)) <= level;
    for (guint k = 0; k < 4; k++)
      n_good += at[2 * (k / 2)] + ends[k % 2] <= level;
    if (n_good % 4 != 0 || (n_good == 4) != self->success[b])
      self->discretisation += self->weights[b];
  }

  self->n_asked = 2 * n_scores;
  return g_steal_pointer (&self);
}

/**
 * qs_bins_new:
 * @seed: of the people where bins are made of them
 * @n_qubits: 3 to 24
 * @error: return location for %QS_ERROR_NUMERIC or %QS_ERROR_CANCELLED
 *
 * Bins of the covariates for a window model under a prior with a quantile function, else
 * equal-weight bins of people by their critical dose.
 */
QsBins *
qs_bins_new (const QsPeople *people,
             guint64         seed,
             guint           n_qubits,
             QsRun          *run,
             GError        **error)
{
  if (people->predictor->klass->critical_dose == NULL &&
      people->scenario->bw.kind != QS_PRIOR_SAMPLE)
    return bin_covariates (people, n_qubits, run, error);

  return bin_people (people, seed, n_qubits, run, error);
}
