/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-published-parts.h"
#include "core/qs-parallel.h"
#include "core/qs-rng.h"
#include "core/qs-stats.h"

#include <math.h>

const double qs_published_targets[QS_PUBLISHED_N_TARGETS] = { 0.6, 0.75, 0.9 };

/* The published expansion: ten virtual subjects for each real one, who have its weight up
 * to 10 % (SD of the logarithm). This is what gives the printed intervals; the paper's
 * text, which draws subjects with replacement, gives wider ones. */
#define EXPANSION 10
#define WEIGHT_SD 0.1
#define LEVEL 0.95

typedef struct {
  const QsDataset *dataset;
  QsPublishedRule  rule;
  gconstpointer    data;
  guint64          seed;
  double           step_mg;
  double           comed_share;
  guint            n_people;
  guint32         *successes; /* [replicate][dose] */
  QsRun           *run;
} People;

static void
simulate (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const People *self = data;

  for (gsize r = begin; r < end && !qs_run_is_cancelled (self->run); r++) {
    const QsRngKey key = { self->seed, QS_RNG_PUBLISHED, (guint32) r };
    guint32       *successes = self->successes + r * QS_PUBLISHED_N_DOSES;

    for (guint i = 0; i < self->n_people; i++) {
      const guint  who = i / EXPANSION;
      const double bw_kg = qs_dataset_subject (self->dataset, who)->bw_kg *
                           exp (WEIGHT_SD * qs_rng_normal (&key, i, 0));
      const guint comed = qs_rng_uniform (&key, i, 1) < self->comed_share;

      self->rule (self->data,
                  CLAMP (bw_kg, QS_PUBLISHED_BW_LOW_KG, QS_PUBLISHED_BW_HIGH_KG), comed,
                  self->step_mg, QS_PUBLISHED_N_DOSES, successes);
    }
  }
}

/* Quantiles and mean at one dose. */
static void
summarise (QsPublishedCurve *curve, const People *self, guint n_replicates, gsize dose)
{
  g_autofree double *shares = g_new (double, n_replicates);

  for (guint r = 0; r < n_replicates; r++)
    shares[r] =
        self->successes[r * QS_PUBLISHED_N_DOSES + dose] / (double) self->n_people;
  curve->p[dose] = qs_mean (shares, n_replicates);
  qs_sort (shares, n_replicates);
  curve->lower[dose] = qs_quantile_sorted (shares, n_replicates, 0.5 * (1.0 - LEVEL));
  curve->upper[dose] = qs_quantile_sorted (shares, n_replicates, 0.5 * (1.0 + LEVEL));
}

/* The first dose with at least @target; NaN where there is none. */
static double
first (const double *shares, double step_mg, double target)
{
  for (gsize i = 0; i < QS_PUBLISHED_N_DOSES; i++)
    if (shares[i] >= target)
      return (double) (i + 1) * step_mg;

  return NAN;
}

/* Where the mean curve crosses, from 0 at no dose on. */
static double
crossing (const QsPublishedCurve *curve, double step_mg, double target)
{
  const double above_mg = first (curve->p, step_mg, target);
  const gsize  i = isnan (above_mg) ? 0 : (gsize) lround (above_mg / step_mg) - 1;
  const double below = i == 0 ? 0.0 : curve->p[i - 1];

  return above_mg - step_mg * (curve->p[i] - target) / (curve->p[i] - below);
}

static void
find_doses (QsPublishedCurve *curve, const People *self, guint n_replicates)
{
  g_autofree double *doses = g_new (double, n_replicates);

  for (guint t = 0; t < QS_PUBLISHED_N_TARGETS; t++) {
    const double     target = qs_published_targets[t];
    QsPublishedDose *dose = &curve->doses[t];
    gboolean         all = TRUE;

    for (guint r = 0; r < n_replicates; r++) {
      double shares[QS_PUBLISHED_N_DOSES];

      for (gsize i = 0; i < QS_PUBLISHED_N_DOSES; i++)
        shares[i] =
            self->successes[r * QS_PUBLISHED_N_DOSES + i] / (double) self->n_people;
      doses[r] = first (shares, self->step_mg, target);
      all = all && isfinite (doses[r]);
    }

    *dose = (QsPublishedDose){ NAN, NAN, NAN, NAN, NAN };
    dose->curve_mg = crossing (curve, self->step_mg, target);
    dose->decision_mg = first (curve->lower, self->step_mg, target);
    if (!all)
      continue;
    dose->mean_mg = qs_mean (doses, n_replicates);
    qs_sort (doses, n_replicates);
    dose->low_mg = qs_quantile_sorted (doses, n_replicates, 0.5 * (1.0 - LEVEL));
    dose->high_mg = qs_quantile_sorted (doses, n_replicates, 0.5 * (1.0 + LEVEL));
  }
}

/* The success curve of the published expansion: subjects with jittered weight, and with
 * co-medication drawn by its share. The same people whatever the model and regimen. */
gboolean
qs_published_curve (QsPublishedCurve         *curve,
                    const QsDataset          *dataset,
                    QsRegimen                 regimen,
                    QsPublishedRule           rule,
                    gconstpointer             data,
                    const QsPublishedOptions *options,
                    QsRun                    *run,
                    GError                  **error)
{
  const guint         n = options->n_replicates;
  g_autofree guint32 *successes = g_new0 (guint32, n * (gsize) QS_PUBLISHED_N_DOSES);
  People              people = {
                 .dataset = dataset,
                 .rule = rule,
                 .data = data,
                 .seed = options->seed,
                 .step_mg = qs_regimen_grid_step_mg (regimen),
                 .comed_share = qs_dataset_facts (dataset).comed_share,
                 .n_people = EXPANSION * qs_dataset_n_subjects (dataset),
                 .successes = successes,
                 .run = run,
  };

  qs_parallel_for (run, n, 1, simulate, &people);
  if (!qs_run_step (run, NULL, error))
    return FALSE;

  curve->regimen = regimen;
  curve->n_doses = QS_PUBLISHED_N_DOSES;
  curve->p = g_new (double, QS_PUBLISHED_N_DOSES);
  curve->lower = g_new (double, QS_PUBLISHED_N_DOSES);
  curve->upper = g_new (double, QS_PUBLISHED_N_DOSES);
  for (gsize i = 0; i < QS_PUBLISHED_N_DOSES; i++)
    summarise (curve, &people, n, i);
  find_doses (curve, &people, n);

  return TRUE;
}
