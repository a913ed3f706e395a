/* SPDX-License-Identifier: Apache-2.0 */
#include "data/qs-split.h"

#include <string.h>

#define N_ARMS 3
#define N_PER_ARM 12
#define N (N_ARMS * N_PER_ARM)

/* Subject i belongs to arm i % 3, so that no split by position could pass for one by
 * arm. */
static QsDataset *
make_study (void)
{
  static const double   doses_mg[N_ARMS] = { 0.0, 1.0, 10.0 };
  GString              *text = g_string_new ("ID,BW,DOSE,TIME,DV,EVID,AMT,DVID\n");
  g_autoptr (GBytes)    bytes = NULL;
  g_autoptr (QsDataset) dataset = NULL;

  for (guint i = 0; i < N; i++) {
    const double dose_mg = doses_mg[i % N_ARMS];

    if (dose_mg > 0.0)
      g_string_append_printf (text, "%u,70,%g,0,.,1,%g,.\n", i, dose_mg, dose_mg);
    g_string_append_printf (text, "%u,70,%g,24,5.5,0,.,2\n", i, dose_mg);
  }

  bytes = g_string_free_to_bytes (text);
  dataset = qs_dataset_parse (bytes, "study.csv", NULL, NULL, NULL);
  g_assert_cmpuint (qs_dataset_n_subjects (dataset), ==, N);

  return g_steal_pointer (&dataset);
}

static void
test_validation_takes_its_share_of_every_arm (void)
{
  g_autoptr (QsDataset) dataset = make_study ();

  for (guint32 replicate = 0; replicate < 50; replicate++) {
    gboolean aside[N];
    guint    counts[N_ARMS] = { 0 };

    qs_split_validation (dataset, 0.25, 7, replicate, aside);
    for (guint i = 0; i < N; i++)
      counts[i % N_ARMS] += aside[i] == TRUE;

    for (guint arm = 0; arm < N_ARMS; arm++)
      g_assert_cmpuint (counts[arm], ==, 3);
  }
}

static void
test_validation_never_empties_an_arm (void)
{
  g_autoptr (QsDataset) dataset = make_study ();
  gboolean              aside[N];
  guint                 n_left = 0;

  qs_split_validation (dataset, 0.999, 7, 0, aside);
  for (guint i = 0; i < N; i++)
    n_left += !aside[i];

  g_assert_cmpuint (n_left, ==, N_ARMS);
}

static void
test_folds_are_even_in_every_arm (void)
{
  g_autoptr (QsDataset) dataset = make_study ();
  guint                 fold[N];
  guint                 counts[N_ARMS][5] = { 0 };

  qs_split_folds (dataset, 5, 7, fold);
  for (guint i = 0; i < N; i++)
    counts[i % N_ARMS][fold[i]]++;

  for (guint arm = 0; arm < N_ARMS; arm++)
    for (guint k = 0; k < 5; k++)
      g_assert_true (counts[arm][k] == 2 || counts[arm][k] == 3);
}

static void
test_bootstrap_keeps_every_arm_at_its_size (void)
{
  g_autoptr (QsDataset) dataset = make_study ();

  for (guint32 replicate = 0; replicate < 50; replicate++) {
    guint drawn[N];
    guint counts[N_ARMS] = { 0 };

    qs_split_bootstrap (dataset, 7, replicate, drawn);
    for (guint i = 0; i < N; i++)
      counts[i % N_ARMS] += drawn[i];

    for (guint arm = 0; arm < N_ARMS; arm++)
      g_assert_cmpuint (counts[arm], ==, N_PER_ARM);
  }
}

/* Each subject is drawn once on average; over 4,000 replicates the mean has a standard
 * error of at most 0.016, and five of them are allowed. */
static void
test_bootstrap_favours_nobody (void)
{
  g_autoptr (QsDataset) dataset = make_study ();
  double                total[N] = { 0.0 };

  for (guint32 replicate = 0; replicate < 4000; replicate++) {
    guint drawn[N];

    qs_split_bootstrap (dataset, 7, replicate, drawn);
    for (guint i = 0; i < N; i++)
      total[i] += drawn[i] / 4000.0;
  }

  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat_with_epsilon (total[i], 1.0, 0.08);
}

static void
test_seed_and_replicate_decide (void)
{
  g_autoptr (QsDataset) dataset = make_study ();
  guint                 first[N], again[N], other[N], next[N];

  qs_split_bootstrap (dataset, 7, 3, first);
  qs_split_bootstrap (dataset, 7, 3, again);
  qs_split_bootstrap (dataset, 8, 3, other);
  qs_split_bootstrap (dataset, 7, 4, next);

  g_assert_cmpmem (first, sizeof first, again, sizeof again);
  g_assert_cmpint (memcmp (first, other, sizeof first), !=, 0);
  g_assert_cmpint (memcmp (first, next, sizeof first), !=, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data/split/validation-takes-its-share-of-every-arm",
                   test_validation_takes_its_share_of_every_arm);
  g_test_add_func ("/data/split/validation-never-empties-an-arm",
                   test_validation_never_empties_an_arm);
  g_test_add_func ("/data/split/folds-are-even-in-every-arm",
                   test_folds_are_even_in_every_arm);
  g_test_add_func ("/data/split/bootstrap-keeps-every-arm-at-its-size",
                   test_bootstrap_keeps_every_arm_at_its_size);
  g_test_add_func ("/data/split/bootstrap-favours-nobody", test_bootstrap_favours_nobody);
  g_test_add_func ("/data/split/seed-and-replicate-decide",
                   test_seed_and_replicate_decide);
  return g_test_run ();
}
