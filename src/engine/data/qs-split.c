/* SPDX-License-Identifier: Apache-2.0 */
#include "data/qs-split.h"

#include "core/qs-rng.h"

#include <math.h>

static int
compare_arms (gconstpointer a, gconstpointer b, gpointer dataset)
{
  const double x = qs_dataset_subject (dataset, *(const guint *) a)->dose_mg;
  const double y = qs_dataset_subject (dataset, *(const guint *) b)->dose_mg;

  return (x > y) - (x < y);
}

/* Subjects ordered by arm, and in random order within each arm: GLib's sort is stable. */
static guint *
shuffled_by_arm (const QsDataset *dataset, const QsRngKey *key)
{
  const guint n = qs_dataset_n_subjects (dataset);
  guint      *order = g_new (guint, n);

  for (guint i = 0; i < n; i++)
    order[i] = i;

  qs_rng_shuffle (key, order, n);
  g_qsort_with_data (order, (int) n, sizeof *order, compare_arms, (gpointer) dataset);

  return order;
}

/* One past the last subject of the arm that begins at @begin. */
static guint
end_of_arm (const QsDataset *dataset, const guint *order, guint begin)
{
  const guint  n = qs_dataset_n_subjects (dataset);
  const double dose_mg = qs_dataset_subject (dataset, order[begin])->dose_mg;
  guint        end = begin + 1;

  while (end < n && qs_dataset_subject (dataset, order[end])->dose_mg == dose_mg)
    end++;

  return end;
}

/**
 * qs_split_validation:
 * @dataset: a study
 * @share: of the subjects to set aside, in [0, 1)
 * @seed: seed
 * @replicate: number of the bootstrap replicate, for a split of its own
 * @is_validation: (out): per subject
 *
 * Sets aside @share of every arm, rounded; an arm never loses its last training subject.
 */
void
qs_split_validation (const QsDataset *dataset,
                     double           share,
                     guint64          seed,
                     guint32          replicate,
                     gboolean        *is_validation)
{
  const QsRngKey    key = { seed, QS_RNG_SPLIT, replicate };
  const guint       n = qs_dataset_n_subjects (dataset);
  g_autofree guint *order = shuffled_by_arm (dataset, &key);

  for (guint begin = 0, end; begin < n; begin = end) {
    guint n_aside;

    end = end_of_arm (dataset, order, begin);
    n_aside = MIN ((guint) floor (share * (end - begin) + 0.5), end - begin - 1);
    for (guint i = begin; i < end; i++)
      is_validation[order[i]] = i - begin < n_aside;
  }
}

/**
 * qs_split_folds:
 * @dataset: a study
 * @n_folds: at least 1
 * @seed: seed
 * @fold: (out): per subject, from 0
 *
 * Deals the subjects of each arm to the folds in turn, so that sizes, overall and per
 * arm, differ by at most one.
 */
void
qs_split_folds (const QsDataset *dataset, guint n_folds, guint64 seed, guint *fold)
{
  const QsRngKey    key = { seed, QS_RNG_SPLIT, G_MAXUINT32 };
  g_autofree guint *order = shuffled_by_arm (dataset, &key);

  g_return_if_fail (n_folds > 0);

  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++)
    fold[order[i]] = i % n_folds;
}

/**
 * qs_split_bootstrap:
 * @dataset: a study
 * @seed: seed
 * @replicate: number of the replicate
 * @times_drawn: (out): per subject, how often it is in the resample
 *
 * Draws subjects with replacement within each arm, so that every replicate has every arm
 * at its size.
 */
void
qs_split_bootstrap (const QsDataset *dataset,
                    guint64          seed,
                    guint32          replicate,
                    guint           *times_drawn)
{
  const QsRngKey    key = { seed, QS_RNG_BOOTSTRAP, replicate };
  const guint       n = qs_dataset_n_subjects (dataset);
  g_autofree guint *order = shuffled_by_arm (dataset, &key);

  for (guint i = 0; i < n; i++)
    times_drawn[i] = 0;

  /* The shuffle uses dimension 0. */
  for (guint begin = 0, end; begin < n; begin = end) {
    end = end_of_arm (dataset, order, begin);
    for (guint i = begin; i < end; i++)
      times_drawn[order[begin + qs_rng_below (&key, i, 1, end - begin)]]++;
  }
}
