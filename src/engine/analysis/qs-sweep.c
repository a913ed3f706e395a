/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-sweep.h"

#include "core/qs-stats.h"
#include "data/qs-windows.h"

/* What decides about one subject. */
typedef struct {
  double dose_mg;
  double extreme_ng_ml;
} Decider;

static int
compare_deciders (gconstpointer a, gconstpointer b)
{
  const Decider *p = a, *q = b;

  return (p->dose_mg > q->dose_mg) - (p->dose_mg < q->dose_mg);
}

static GArray *
find_deciders (const QsDataset *dataset, QsSuccess success)
{
  GArray *deciders = g_array_new (FALSE, FALSE, sizeof (Decider));

  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++) {
    const QsSubject *subject = qs_dataset_subject (dataset, i);
    Decider          decider = { .dose_mg = subject->dose_mg };

    if (qs_window_extreme (subject, success, &decider.extreme_ng_ml))
      g_array_append_val (deciders, decider);
  }
  g_array_sort (deciders, compare_deciders);

  return deciders;
}

static void
count (QsSweep *self, const GArray *deciders, QsSuccess success, gsize t)
{
  const double threshold_ng_ml = self->thresholds_ng_ml[t];
  guint       *attained = &self->attained[t * self->n_arms];
  gsize        arm = 0;

  for (guint i = 0; i < deciders->len; i++) {
    const Decider *decider = &g_array_index (deciders, Decider, i);

    while (self->doses_mg[arm] != decider->dose_mg)
      arm++;
    attained[arm] += success == QS_SUCCESS_BELOW
                         ? decider->extreme_ng_ml <= threshold_ng_ml
                         : decider->extreme_ng_ml >= threshold_ng_ml;
  }
}

/**
 * qs_sweep_new:
 * @low_ng_ml: first threshold
 * @high_ng_ml: last threshold
 * @n_thresholds: at least 2, evenly apart
 *
 * What qs_attainment() counts, at many thresholds.
 *
 * Returns: (transfer full): the counts; without arms where no subject has biomarker
 * observations in its last dosing window
 */
QsSweep *
qs_sweep_new (const QsDataset *dataset,
              QsSuccess        success,
              double           low_ng_ml,
              double           high_ng_ml,
              gsize            n_thresholds)
{
  g_autoptr (GArray) deciders = find_deciders (dataset, success);
  QsSweep           *self = g_new0 (QsSweep, 1);

  g_return_val_if_fail (n_thresholds >= 2, self);

  self->n_thresholds = n_thresholds;
  self->thresholds_ng_ml = g_new (double, n_thresholds);
  self->doses_mg = g_new (double, deciders->len + 1);
  self->n = g_new0 (guint, deciders->len + 1);
  for (guint i = 0; i < deciders->len; i++) {
    const double dose_mg = g_array_index (deciders, Decider, i).dose_mg;

    if (self->n_arms == 0 || self->doses_mg[self->n_arms - 1] != dose_mg)
      self->doses_mg[self->n_arms++] = dose_mg;
    self->n[self->n_arms - 1]++;
  }

  self->attained = g_new0 (guint, n_thresholds * self->n_arms + 1);
  for (gsize t = 0; t < n_thresholds; t++) {
    self->thresholds_ng_ml[t] =
        low_ng_ml + (double) t * (high_ng_ml - low_ng_ml) / (double) (n_thresholds - 1);
    count (self, deciders, success, t);
  }

  return self;
}

void
qs_sweep_free (QsSweep *self)
{
  g_free (self->thresholds_ng_ml);
  g_free (self->doses_mg);
  g_free (self->n);
  g_free (self->attained);
  g_free (self);
}
