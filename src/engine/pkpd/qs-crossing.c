/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-crossing.h"

#include "core/qs-parallel.h"
#include "core/qs-rng.h"
#include "core/qs-stats.h"
#include "pkpd/qs-pkpd-steady.h"

#include <math.h>

/* Virtual subjects between two looks at the cancel switch. */
#define BATCH 512

/**
 * qs_critical_dose:
 * @scenario: regimen, threshold, side and window; its population is not looked at
 *
 * Returns: the smallest dose, mg, with which this person succeeds at steady state: 0 for
 * who needs none, +infinity for who is never reached. The biomarker is within 2e-4 of the
 * exact one: see qs_pkpd_steady_extreme().
 */
double
qs_critical_dose (const QsPkParameters *pk,
                  const QsPdParameters *pd,
                  const QsScenario     *scenario)
{
  const QsCriterion criterion = qs_scenario_criterion (scenario);
  QsPkpdSteady      steady;
  double            dose_mg;

  qs_pkpd_steady_prepare (&steady, pk, pd, &criterion,
                          qs_regimen_interval_h (scenario->regimen));
  dose_mg =
      qs_pkpd_steady_critical (&steady, scenario->success, scenario->threshold_ng_ml);

  /* Where the drug ends success, who succeeds at all succeeds without it. */
  if ((scenario->success == QS_SUCCESS_BELOW) == qs_response_rises (pd->kind))
    return dose_mg >= 0.0 ? 0.0 : INFINITY;

  return dose_mg;
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
    double         effects[QS_PKPD_N_PARAMETERS];
    QsPkParameters pk;
    QsPdParameters pd;

    qs_truth_effects (self->truth, &self->key, item, 3, effects);
    qs_truth_person (self->truth, bw_kg, comed, effects, &pk, &pd);
    self->critical[i] = qs_critical_dose (&pk, &pd, scenario);
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

static double
share_reached (const double *sorted, guint n)
{
  guint n_reached = n;

  while (n_reached > 0 && isinf (sorted[n_reached - 1]))
    n_reached--;

  return (double) n_reached / n;
}

/**
 * qs_truth_crossings:
 * @scenario: the question; its target is not looked at
 * @n_subjects: virtual subjects, at least 1
 * @crossings: (inout) (array length=n_crossings): the targets, and where they are reached
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * The true answer: every virtual subject's critical dose by itself.
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
  for (gsize i = 0; i < n_crossings; i++) {
    read_crossing (critical, n_subjects, &crossings[i]);
    crossings[i].max_p = share_reached (critical, n_subjects);
  }

  return TRUE;
}
