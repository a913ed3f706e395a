/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-parallel.h"
#include "core/qs-rng.h"

#define N_ITEMS 10007
#define CHUNK 64

static void
fill (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const QsRngKey key = { .seed = 1, .stream = QS_RNG_TEST };
  double        *sums = data;

  for (gsize i = begin; i < end; i++)
    sums[chunk] += qs_rng_normal (&key, (guint32) i, 0);
}

static double
total (guint n_threads)
{
  g_autoptr (QsRun)  run = qs_run_new (n_threads, NULL, NULL);
  const gsize        n_chunks = qs_parallel_n_chunks (N_ITEMS, CHUNK);
  g_autofree double *sums = g_new0 (double, n_chunks);
  double             sum = 0.0;

  qs_parallel_for (run, N_ITEMS, CHUNK, fill, sums);
  for (gsize i = 0; i < n_chunks; i++)
    sum += sums[i];

  return sum;
}

static void
test_threads_do_not_change_a_bit (void)
{
  const double one = total (1);

  g_assert_cmpfloat (total (2), ==, one);
  g_assert_cmpfloat (total (8), ==, one);
}

static void
inner (gsize chunk, gsize begin, gsize end, gpointer data)
{
  ((guint *) data)[chunk] += (guint) (end - begin);
}

typedef struct {
  QsRun *run;
  guint  counts[8][16];
} Nest;

static void
outer (gsize chunk, gsize begin, gsize end, gpointer data)
{
  Nest *nest = data;

  qs_parallel_for (nest->run, 16, 1, inner, nest->counts[chunk]);
}

static void
test_loops_nest (void)
{
  g_autoptr (QsRun) run = qs_run_new (4, NULL, NULL);
  Nest              nest = { .run = run };

  for (guint turn = 0; turn < 200; turn++)
    qs_parallel_for (run, 8, 1, outer, &nest);

  for (guint i = 0; i < 8; i++)
    for (guint j = 0; j < 16; j++)
      g_assert_cmpuint (nest.counts[i][j], ==, 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/parallel/threads-do-not-change-a-bit",
                   test_threads_do_not_change_a_bit);
  g_test_add_func ("/core/parallel/loops-nest", test_loops_nest);
  return g_test_run ();
}
