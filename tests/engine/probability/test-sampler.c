/* SPDX-License-Identifier: Apache-2.0 */
#include "probability/qs-sampler.h"

#include "core/qs-error.h"
#include "core/qs-sobol.h"
#include "core/qs-stats.h"

#include <math.h>

#define N 4096

/* What Joe and Kuo's program prints for "10 3". */
static void
test_sobol_gives_the_published_points (void)
{
  static const double points[10][3] = {
    { 0.0, 0.0, 0.0 },          { 0.5, 0.5, 0.5 },       { 0.75, 0.25, 0.25 },
    { 0.25, 0.75, 0.75 },       { 0.375, 0.375, 0.625 }, { 0.875, 0.875, 0.125 },
    { 0.625, 0.125, 0.875 },    { 0.125, 0.625, 0.375 }, { 0.1875, 0.3125, 0.9375 },
    { 0.6875, 0.8125, 0.4375 },
  };

  for (guint i = 0; i < 10; i++)
    for (guint d = 0; d < 3; d++)
      g_assert_cmpfloat (qs_sobol_point (i, d) * 0x1p-32, ==, points[i][d]);
}

static void
test_sobol_fills_what_it_addresses (void)
{
  guint32 bits[100];

  for (guint d = 0; d < QS_SOBOL_N_DIMENSIONS; d++) {
    qs_sobol_fill (12345, 100, d, bits);
    for (guint i = 0; i < 100; i++)
      g_assert_cmphex (bits[i], ==, qs_sobol_point (12345 + i, d));
  }
}

/* Whether each of 2^m intervals of a dimension has exactly one of 2^m points. */
static gboolean
is_even (guint dimension, guint m, guint32 seed, gboolean scrambled)
{
  g_autofree guint8 *seen = g_new0 (guint8, 1u << m);

  for (guint32 i = 0; i < 1u << m; i++) {
    const guint32 bits = qs_sobol_point (i, dimension);

    seen[(scrambled ? qs_sobol_scramble (bits, seed) : bits) >> (32 - m)]++;
  }
  for (guint32 i = 0; i < 1u << m; i++)
    if (seen[i] != 1)
      return FALSE;

  return TRUE;
}

/* Points of a key lie one in each of 2^m intervals of every dimension, and elsewhere for
 * another key. */
static void
test_points_of_a_key_are_even (void)
{
  enum { N_KEYED = 2048 };
  const QsRngKey keys[] = { { .seed = 1, .stream = QS_RNG_TEST },
                            { .seed = 2, .stream = QS_RNG_TEST } };
  QsSobol        points[2];

  qs_sobol_init (&points[0], &keys[0], 0);
  qs_sobol_init (&points[1], &keys[1], 0);
  for (guint d = 0; d < QS_SOBOL_N_DIMENSIONS; d++) {
    guint8 seen[N_KEYED] = { 0 };
    guint  n_same = 0;

    for (guint32 i = 0; i < N_KEYED; i++) {
      const double u = qs_sobol_uniform (&points[0], i, d);

      g_assert_cmpfloat (u, >, 0.0);
      g_assert_cmpfloat (u, <, 1.0);
      g_assert_cmpuint (seen[(guint) (u * N_KEYED)]++, ==, 0);
      n_same += u == qs_sobol_uniform (&points[1], i, d);
    }
    g_assert_cmpuint (n_same, <, 3);
  }
}

static void
test_every_dimension_is_evenly_spread_scrambled_or_not (void)
{
  for (guint d = 0; d < QS_SOBOL_N_DIMENSIONS; d++) {
    g_assert_true (is_even (d, 12, 0, FALSE));
    g_assert_true (is_even (d, 12, 0x9e3779b9u * (d + 1), TRUE));
  }
}

/* Dimensions 1 and 2 are a (0, 2)-sequence: one of 2^m points in every elementary box. */
static void
test_scrambling_keeps_boxes_of_two_dimensions (void)
{
  for (guint split = 0; split <= 8; split++) {
    guint8 seen[256] = { 0 };

    for (guint32 i = 0; i < 256; i++) {
      const guint64 x = qs_sobol_scramble (qs_sobol_point (i, 0), 77);
      const guint64 y = qs_sobol_scramble (qs_sobol_point (i, 1), 88);

      seen[(x << split >> 32) << (8 - split) | y << (8 - split) >> 32]++;
    }
    for (guint i = 0; i < 256; i++)
      g_assert_cmpuint (seen[i], ==, 1);
  }
}

/* Digits above a changed one stay: the tree of intervals is permuted, not torn. */
static void
test_scrambling_is_nested (void)
{
  for (guint bit = 0; bit < 32; bit++) {
    const guint32 a = qs_sobol_scramble (0x12345678u, 0xdeadbeefu);
    const guint32 b = qs_sobol_scramble (0x12345678u ^ 1u << bit, 0xdeadbeefu);

    g_assert_cmpuint (31 - __builtin_clz (a ^ b), ==, bit);
  }
}

/* The mean of a smooth function of six variables over n points, minus its integral. */
static double
error_of (const QsSampler *sampler, guint32 replicate)
{
  g_autofree double *u = g_new (double, sampler->n_points);
  g_autofree double *value = g_new (double, sampler->n_points);

  for (gsize i = 0; i < sampler->n_points; i++)
    value[i] = 1.0;
  for (guint d = 0; d < sampler->n_dimensions; d++) {
    qs_sampler_fill (sampler, replicate, 0, sampler->n_points, d, u);
    for (gsize i = 0; i < sampler->n_points; i++)
      value[i] *= 1.0 + 0.5 * (u[i] - 0.5);
  }

  return qs_mean (value, sampler->n_points) - 1.0;
}

/* Over 40 replicates: mean within five of its standard errors, and the mean square. */
static double
mean_square_error (const QsSampler *sampler)
{
  double sum = 0.0, squares = 0.0;

  for (guint32 r = 0; r < 40; r++) {
    const double e = error_of (sampler, r);

    sum += e / 40.0;
    squares += e * e / 40.0;
  }

  g_assert_cmpfloat (fabs (sum), <, 5.0 * sqrt (squares / 40.0));
  return squares;
}

static void
test_all_samplers_are_unbiased_and_even_ones_are_better (void)
{
  g_autoptr (QsQrng) qrng = qs_qrng_new_simulated (4);
  QsSampler sampler = { .seed = 3, .qrng = qrng, .n_points = 1024, .n_dimensions = 6 };
  double    square[4];

  for (guint kind = QS_SAMPLER_PHILOX; kind <= QS_SAMPLER_QRNG; kind++) {
    sampler.kind = kind;
    square[kind] = mean_square_error (&sampler);
  }

  /* The integrand is nearly additive. Its variance is (1 + 1/48)^6 − 1 = 0.1317. */
  g_assert_cmpfloat_with_epsilon (square[QS_SAMPLER_PHILOX] * 1024, 0.1317, 0.12);
  g_assert_cmpfloat_with_epsilon (square[QS_SAMPLER_QRNG] * 1024, 0.1317, 0.12);
  g_assert_cmpfloat (square[QS_SAMPLER_STRATIFIED], <, square[QS_SAMPLER_PHILOX] / 8.0);
  g_assert_cmpfloat (square[QS_SAMPLER_SOBOL], <, square[QS_SAMPLER_PHILOX] / 200.0);
}

static void
test_strata_hold_one_point_each (void)
{
  const QsSampler sampler = { QS_SAMPLER_STRATIFIED, 9, NULL, 1000, 3 };
  double          u[1000];

  for (guint d = 0; d < 3; d++) {
    guint8 seen[1000] = { 0 };

    qs_sampler_fill (&sampler, 2, 0, 600, d, u);
    qs_sampler_fill (&sampler, 2, 600, 400, d, u + 600);
    for (guint i = 0; i < 1000; i++)
      seen[(guint) (u[i] * 1000.0)]++;
    for (guint i = 0; i < 1000; i++)
      g_assert_cmpuint (seen[i], ==, 1);
  }
}

static void
test_points_do_not_depend_on_the_piece_they_are_asked_in (void)
{
  g_autofree double *whole = g_new (double, N);
  g_autofree double *piece = g_new (double, N);
  g_autoptr (QsQrng) qrng = qs_qrng_new_simulated (4);

  for (guint kind = QS_SAMPLER_PHILOX; kind <= QS_SAMPLER_QRNG; kind++) {
    const QsSampler sampler = { kind, 11, qrng, N, 40 };

    for (guint d = 1; d < 40; d += 38) { /* the last lies beyond the direction numbers */
      qs_sampler_fill (&sampler, 7, 0, N, d, whole);
      qs_sampler_fill (&sampler, 7, 0, 777, d, piece);
      qs_sampler_fill (&sampler, 7, 777, N - 777, d, piece + 777);
      g_assert_cmpmem (whole, N * sizeof *whole, piece, N * sizeof *piece);

      qs_sampler_fill (&sampler, 8, 0, N, d, piece);
      g_assert_cmpfloat (whole[0], !=, piece[0]);
    }
  }
}

static void
test_too_many_points_are_refused (void)
{
  const QsSampler    none = { QS_SAMPLER_SOBOL, 1, NULL, 0, 3 };
  g_autoptr (GError) error = NULL;

  g_assert_false (qs_sampler_validate (&none, 1, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/probability/sampler/sobol-gives-the-published-points",
                   test_sobol_gives_the_published_points);
  g_test_add_func ("/probability/sampler/points-of-a-key-are-even",
                   test_points_of_a_key_are_even);
  g_test_add_func ("/probability/sampler/sobol-fills-what-it-addresses",
                   test_sobol_fills_what_it_addresses);
  g_test_add_func (
      "/probability/sampler/every-dimension-is-evenly-spread-scrambled-or-not",
      test_every_dimension_is_evenly_spread_scrambled_or_not);
  g_test_add_func ("/probability/sampler/scrambling-keeps-boxes-of-two-dimensions",
                   test_scrambling_keeps_boxes_of_two_dimensions);
  g_test_add_func ("/probability/sampler/scrambling-is-nested",
                   test_scrambling_is_nested);
  g_test_add_func ("/probability/sampler/all-are-unbiased-and-even-ones-are-better",
                   test_all_samplers_are_unbiased_and_even_ones_are_better);
  g_test_add_func ("/probability/sampler/strata-hold-one-point-each",
                   test_strata_hold_one_point_each);
  g_test_add_func (
      "/probability/sampler/points-do-not-depend-on-the-piece-they-are-asked-in",
      test_points_do_not_depend_on_the_piece_they_are_asked_in);
  g_test_add_func ("/probability/sampler/too-many-points-are-refused",
                   test_too_many_points_are_refused);
  return g_test_run ();
}
