/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-crossing.h"

#include "core/qs-parallel.h"
#include "core/qs-rng.h"
#include "core/qs-stats.h"

#include <math.h>

/* Looks per dosing interval: every half hour of a day. Between two looks the biomarker of
 * a drug that stays for days moves by less than the search resolves. */
#define N_LOOKS 49

/* Virtual subjects between two looks at the cancel switch. */
#define BATCH 512

/* Doses above are not searched: whoever needs more is not reached. */
static const double highest_mg = 1e5;

static double
highest_response (const QsPkParameters *pk,
                  const QsPdParameters *pd,
                  double                interval_h,
                  double                dose_mg)
{
  double times_h[N_LOOKS], concentration[N_LOOKS], response[N_LOOKS], highest;

  for (guint i = 0; i < N_LOOKS; i++)
    times_h[i] = interval_h * i / (N_LOOKS - 1);

  qs_pkpd_steady_state (pk, pd, dose_mg, interval_h, times_h, N_LOOKS, concentration,
                        response);
  highest = response[0];
  for (guint i = 1; i < N_LOOKS; i++)
    highest = MAX (highest, response[i]);

  return highest;
}

/**
 * qs_critical_dose:
 *
 * Bisection on the log of the dose, to 1e-4 relative: slow, and sure because the response
 * falls with the dose.
 *
 * Returns: the smallest dose, mg, that keeps the biomarker at or below @threshold_ng_ml
 * through the whole interval at steady state; 0 for who needs none, +infinity for who is
 * never reached
 */
double
qs_critical_dose (const QsPkParameters *pk,
                  const QsPdParameters *pd,
                  double                interval_h,
                  double                threshold_ng_ml)
{
  double low = 1e-3, high = highest_mg;

  if (pd->r0 <= threshold_ng_ml)
    return 0.0;
  if (pd->r0 * (1.0 - pd->imax) >= threshold_ng_ml ||
      highest_response (pk, pd, interval_h, high) > threshold_ng_ml)
    return INFINITY;

  while (high > low * 1.0001) {
    const double middle = sqrt (low * high);

    if (highest_response (pk, pd, interval_h, middle) > threshold_ng_ml)
      low = middle;
    else
      high = middle;
  }

  return sqrt (low * high);
}

typedef struct {
  const QsTruth    *truth;
  const QsScenario *scenario;
  QsRngKey          key;
  gsize             first;
  double           *critical;
} Search;

static void
search_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Search     *self = data;
  const QsScenario *scenario = self->scenario;

  for (gsize i = self->first + begin; i < self->first + end; i++) {
    const guint32 item = (guint32) i;
    const double  bw_kg =
        qs_prior_quantile (&scenario->bw, qs_rng_uniform (&self->key, item, 0),
                           qs_rng_normal (&self->key, item, 1));
    const guint    comed = qs_rng_uniform (&self->key, item, 2) < scenario->comed_share;
    double         effects[5];
    QsPkParameters pk;
    QsPdParameters pd;

    for (guint k = 0; k < 5; k++)
      effects[k] = qs_rng_normal (&self->key, item, 3 + k);

    qs_truth_person (self->truth, bw_kg, comed, effects, &pk, &pd);
    self->critical[i] = qs_critical_dose (
        &pk, &pd, qs_regimen_interval_h (scenario->regimen), scenario->threshold_ng_ml);
  }
}

/* The target's order statistic, and the two that enclose it in 95 of 100 samples
 * whatever the distribution (binomial ranks). */
static void
read_crossing (const double *sorted, guint n, QsCrossing *crossing)
{
  const double mean = n * crossing->target;
  const double half = 1.96 * sqrt (mean * (1.0 - crossing->target));
  const double ranks[] = { mean, mean - half, mean + half };
  double *values[] = { &crossing->dose_mg, &crossing->lower_mg, &crossing->upper_mg };

  for (guint i = 0; i < G_N_ELEMENTS (ranks); i++)
    *values[i] = sorted[(gsize) CLAMP (ceil (ranks[i]) - 1.0, 0.0, n - 1.0)];
}

/**
 * qs_truth_crossings:
 * @scenario: population, regimen and threshold; its target is not looked at
 * @n_subjects: virtual subjects, at least 1
 * @crossings: (inout) (array length=n_crossings): the targets, and where they are reached
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * The true answer by brute force: every virtual subject's critical dose by itself.
 */
gboolean
qs_truth_crossings (const QsTruth    *truth,
                    const QsScenario *scenario,
                    guint64           seed,
                    guint             n_subjects,
                    QsCrossing       *crossings,
                    gsize             n_crossings,
                    QsRun            *run,
                    GError          **error)
{
  g_autofree double *critical = g_new (double, n_subjects);
  Search             search = {
                .truth = truth,
                .scenario = scenario,
                .key = { .seed = seed, .stream = QS_RNG_STUDY, .replicate = 1 },
                .critical = critical,
  };

  for (search.first = 0; search.first < n_subjects; search.first += BATCH) {
    const gsize   n = MIN (BATCH, n_subjects - search.first);
    const QsEvent event = {
      .stage = QS_STAGE_SIMULATE,
      .fraction = (double) (search.first + n) / n_subjects,
    };

    qs_parallel_for (run, n, 16, search_chunk, &search);
    if (!qs_run_step (run, &event, error))
      return FALSE;
  }

  qs_sort (critical, n_subjects);
  for (gsize i = 0; i < n_crossings; i++)
    read_crossing (critical, n_subjects, &crossings[i]);

  return TRUE;
}
