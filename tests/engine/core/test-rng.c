/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-rng-kernels.h"
#include "core/qs-rng.h"

#include "core/qs-stats.h"

#include <math.h>
#include <string.h>

#define N 20000

/* The known answers that come with Random123 (kat_vectors, philox4x32 10). */
static void
test_philox_gives_known_answers (void)
{
  static const struct {
    guint32 counter[4], key[2], answer[4];
  } vectors[] = {
    { { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
    { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
      { 0xffffffff, 0xffffffff },
      { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
    { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
      { 0xa4093822, 0x299f31d0 },
      { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++) {
    guint32 out[4];

    qs_rng_philox (vectors[i].counter, vectors[i].key, out);
    g_assert_cmpmem (out, sizeof out, vectors[i].answer, sizeof vectors[i].answer);
  }
}

/* The layout is a promise: saved seeds must give the same numbers next year. */
static void
test_uniform_is_the_block_it_names (void)
{
  const QsRngKey key = { .seed = G_GUINT64_CONSTANT (0x123456789abcdef0),
                         .stream = QS_RNG_STUDY,
                         .replicate = 9 };
  const guint32  counter[4] = { 77, 9, 2, QS_RNG_STUDY };
  const guint32  words[2] = { 0x9abcdef0, 0x12345678 };
  guint32        out[4];

  qs_rng_philox (counter, words, out);
  for (guint half = 0; half < 2; half++) {
    const guint64 bits = ((guint64) out[2 * half + 1] << 32) | out[2 * half];

    g_assert_cmpfloat (qs_rng_uniform (&key, 77, 4 + half), ==,
                       ((double) (bits >> 12) + 0.5) / 4503599627370496.0);
  }
}

static void
test_every_part_of_the_address_counts (void)
{
  const QsRngKey base = { .seed = 1, .stream = QS_RNG_TEST };
  QsRngKey       other[4] = { base, base, base, base };
  const double   value = qs_rng_uniform (&base, 0, 0);

  other[0].seed = 2;
  other[1].seed = G_GUINT64_CONSTANT (1) << 32 | 1;
  other[2].stream = QS_RNG_AUDIT;
  other[3].replicate = 1;

  for (guint i = 0; i < G_N_ELEMENTS (other); i++)
    g_assert_cmpfloat (qs_rng_uniform (&other[i], 0, 0), !=, value);
  g_assert_cmpfloat (qs_rng_uniform (&base, 1, 0), !=, value);
  g_assert_cmpfloat (qs_rng_uniform (&base, 0, 1), !=, value);
  g_assert_cmpfloat (qs_rng_uniform (&base, 0, 2), !=, value);
}

/* Kolmogorov's distance of a sorted sample from the uniform distribution. */
static double
distance (double *values, gsize n)
{
  double largest = 0.0;

  qs_sort (values, n);
  for (gsize i = 0; i < n; i++) {
    largest = MAX (largest, fabs (values[i] - (double) i / (double) n));
    largest = MAX (largest, fabs (values[i] - (double) (i + 1) / (double) n));
  }

  return largest;
}

static void
test_samples_follow_their_distribution (void)
{
  const QsRngKey     key = { .seed = 3, .stream = QS_RNG_TEST };
  g_autofree double *uniform = g_new (double, N);
  g_autofree double *normal = g_new (double, N);

  for (guint i = 0; i < N; i++) {
    uniform[i] = qs_rng_uniform (&key, i, 0);
    normal[i] = qs_normal_cdf (qs_rng_normal (&key, i, 1));
  }

  /* The distance exceeds 2.2 / sqrt (n) once in 8,000 samples. */
  g_assert_cmpfloat (distance (uniform, N), <, 2.2 / sqrt (N));
  g_assert_cmpfloat (distance (normal, N), <, 2.2 / sqrt (N));
  g_assert_cmpfloat (uniform[0], >, 0.0);
  g_assert_cmpfloat (uniform[N - 1], <, 1.0);
}

static void
test_below_hits_every_value_alike (void)
{
  const QsRngKey key = { .seed = 4, .stream = QS_RNG_TEST };
  guint          counts[7] = { 0 };

  for (guint i = 0; i < N; i++) {
    const guint value = qs_rng_below (&key, i, 0, 7);

    g_assert_cmpuint (value, <, 7);
    counts[value]++;
  }

  /* Five standard errors of a binomial count. */
  for (guint i = 0; i < 7; i++)
    g_assert_cmpfloat_with_epsilon (counts[i], N / 7.0, 5.0 * sqrt (N * 6.0 / 49.0));
}

static void
test_shuffle_permutes_fairly (void)
{
  guint places[5][5] = { { 0 } };

  for (guint turn = 0; turn < N; turn++) {
    const QsRngKey key = { .seed = turn, .stream = QS_RNG_SHUFFLE };
    guint          values[5] = { 0, 1, 2, 3, 4 };

    qs_rng_shuffle (&key, values, 5);
    for (guint i = 0; i < 5; i++)
      places[i][values[i]]++;
  }

  for (guint i = 0; i < 5; i++)
    for (guint j = 0; j < 5; j++)
      g_assert_cmpfloat_with_epsilon (places[i][j], N / 5.0, 5.0 * sqrt (N * 4.0 / 25.0));
}

/* The oracle: the block that a number is made of, and Box and Muller in double. */
static double
normal_of (const QsRngKey *key, guint32 item, guint32 dimension)
{
  const guint32 words[2] = { (guint32) key->seed, (guint32) (key->seed >> 32) };
  const guint32 counter[4] = { item / 64 * 16 + item % 16, key->replicate, dimension,
                               key->stream | 0x10000 };
  const guint   j = item / 16 % 4;
  guint32       out[4];
  double        u, turns;

  qs_rng_philox (counter, words, out);
  u = ((out[j / 2 * 2] >> 9) + 0.5) * 0x1p-23;
  turns = out[j / 2 * 2 + 1] * 0x1p-32;
  return sqrt (-2.0 * log (u)) *
         (j % 2 == 0 ? cos (2.0 * G_PI * turns) : sin (2.0 * G_PI * turns));
}

static void
test_many_normals_are_those_of_their_blocks (void)
{
  const QsRngKey key = { 0x123456789abcdefull, QS_RNG_TEST, 5 };
  enum { MANY = 100000 };
  g_autofree float  *z = g_new (float, MANY);
  g_autofree double *p = g_new (double, MANY);

  qs_rng_fill_normals (&key, 7, MANY, 3, z);
  for (guint32 i = 0; i < MANY; i++) {
    g_assert_cmpfloat_with_epsilon ((double) z[i], normal_of (&key, i + 7, 3), 1e-6);
    p[i] = qs_normal_cdf ((double) z[i]);
  }
  g_assert_cmpfloat (distance (p, MANY), <, 2.2 / sqrt (MANY));

  /* Wherever a part of them begins and ends. */
  for (guint32 begin = 0; begin < 70; begin += 3) {
    float part[150];

    qs_rng_fill_normals (&key, 7 + begin, 150 - begin, 3, part);
    for (guint32 i = 0; i < 150 - begin; i++)
      g_assert_cmpfloat ((double) part[i], ==, (double) z[begin + i]);
  }
}

static void
test_every_processor_gives_the_same_bits (void)
{
#ifdef __x86_64__
  const guint32 key[2] = { 1, 2 }, counter[3] = { 3, 4, 5 };
  float         plain[2560], other[2560];

  qs_rng_normals_plain (key, counter, 9, 40, plain);
  if (__builtin_cpu_supports ("avx2")) {
    qs_rng_normals_avx2 (key, counter, 9, 40, other);
    g_assert_cmpmem (plain, sizeof plain, other, sizeof other);
  }
  if (__builtin_cpu_supports ("avx512f")) {
    qs_rng_normals_avx512 (key, counter, 9, 40, other);
    g_assert_cmpmem (plain, sizeof plain, other, sizeof other);
  }
#endif
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/rng/philox-gives-known-answers",
                   test_philox_gives_known_answers);
  g_test_add_func ("/core/rng/uniform-is-the-block-it-names",
                   test_uniform_is_the_block_it_names);
  g_test_add_func ("/core/rng/every-part-of-the-address-counts",
                   test_every_part_of_the_address_counts);
  g_test_add_func ("/core/rng/samples-follow-their-distribution",
                   test_samples_follow_their_distribution);
  g_test_add_func ("/core/rng/below-hits-every-value-alike",
                   test_below_hits_every_value_alike);
  g_test_add_func ("/core/rng/shuffle-permutes-fairly", test_shuffle_permutes_fairly);
  g_test_add_func ("/core/rng/many-normals-are-those-of-their-blocks",
                   test_many_normals_are_those_of_their_blocks);
  g_test_add_func ("/core/rng/every-processor-gives-the-same-bits",
                   test_every_processor_gives_the_same_bits);
  return g_test_run ();
}
