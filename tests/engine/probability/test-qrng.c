/* SPDX-License-Identifier: Apache-2.0 */
#include "probability/qs-qrng.h"

#include "core/qs-error.h"
#include "core/qs-rng.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* SP 800-90B: 1 + ceil (20 / H), and R's 1 + qbinom (1 − 2^−20, 1024, 2^−H). */
static void
test_cutoffs_are_those_of_the_standard (void)
{
  static const struct {
    double min_entropy;
    guint  repetition, proportion;
  } known[] = { { 1.0, 21, 589 }, { 0.8, 26, 664 }, { 0.5, 41, 793 } };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    g_assert_cmpuint (qs_bit_repetition_cutoff (known[i].min_entropy, 0x1p-20), ==,
                      known[i].repetition);
    g_assert_cmpuint (qs_bit_proportion_cutoff (known[i].min_entropy, 0x1p-20), ==,
                      known[i].proportion);
  }
}

static void
test_health_tests_find_stuck_and_biased_bits (void)
{
  guint8      bytes[QS_BIT_WINDOW / 8];
  QsBitHealth health;

  memset (bytes, 0x55, sizeof bytes);
  health = qs_bit_health (bytes, sizeof bytes, 1.0);
  g_assert_true (health.good);
  g_assert_cmpuint (health.longest_run, ==, 1);
  g_assert_cmpuint (health.largest_count, ==, QS_BIT_WINDOW / 2);

  /* 0x55 ends in 1 and 0xd5 begins with it: 40 bits of 0 between are allowed, 41 not. */
  memset (bytes + 1, 0x00, 5);
  bytes[6] = 0xd5;
  g_assert_true (qs_bit_health (bytes, sizeof bytes, 1.0).good);
  bytes[6] = 0x55;
  health = qs_bit_health (bytes, sizeof bytes, 1.0);
  g_assert_cmpuint (health.longest_run, ==, 41);
  g_assert_false (health.good);

  /* Three in four. */
  memset (bytes, 0x77, sizeof bytes);
  bytes[0] = 0xd7;
  health = qs_bit_health (bytes, sizeof bytes, 1.0);
  g_assert_cmpuint (health.longest_run, <, health.repetition_cutoff);
  g_assert_cmpuint (health.largest_count, ==, QS_BIT_WINDOW * 3 / 4);
  g_assert_false (health.good);
}

/* Four megabytes: of as many bits 21 are equal in a row some sixteen times. */
static void
test_a_long_healthy_stream_is_not_refused (void)
{
  const QsRngKey      key = { .seed = 9, .stream = QS_RNG_TEST };
  const gsize         n = 1 << 20;
  g_autofree guint32 *words = g_new (guint32, n);
  QsBitHealth         health;

  for (gsize i = 0; i < n; i++)
    words[i] = qs_rng_below (&key, (guint32) i, 0, 1u << 16) << 16 |
               qs_rng_below (&key, (guint32) i, 1, 1u << 16);
  health = qs_bit_health ((guint8 *) words, n * sizeof *words, 1.0);
  g_assert_cmpuint (health.longest_run, >, 21);
  g_assert_true (health.good);
}

static void
test_simulated_bits_are_healthy_and_say_what_they_are (void)
{
  g_autoptr (QsQrng) qrng = qs_qrng_new_simulated (5);
  double             sum = 0.0;

  for (guint i = 0; i < 10000; i++) {
    const double u = qs_qrng_uniform (qrng, i);

    g_assert_true (u > 0.0 && u < 1.0);
    sum += u;
  }

  g_assert_cmpstr (qs_qrng_provenance (qrng), ==, "simulated");
  g_assert_null (qs_qrng_sha256 (qrng));
  g_assert_true (qs_qrng_health (qrng)->good);
  /* Five standard errors. */
  g_assert_cmpfloat_with_epsilon (sum / 10000, 0.5, 5.0 * sqrt (1.0 / 12.0 / 10000));
}

static void
test_recorded_bits_are_used_once_and_in_order (void)
{
  /* SHA-256 of 13 bytes 0xaa; 104 bits make two numbers of 52. */
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "qusop-bits-XXXXXX", NULL);
  const int        file = g_mkstemp (path);
  g_autoptr (QsQrng) qrng = NULL;
  g_autoptr (GError) error = NULL;
  guint8             bytes[13];
  g_autofree char   *sha256 = NULL;

  memset (bytes, 0xaa, sizeof bytes);
  bytes[6] = 0xa5; /* the border of the two numbers lies within this byte */
  sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, sizeof bytes);
  g_assert_true (g_file_set_contents (path, (char *) bytes, sizeof bytes, NULL));

  qrng = qs_qrng_new_recorded (path, 1.0, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (qs_qrng_provenance (qrng), ==, "recorded");
  g_assert_cmpstr (qs_qrng_sha256 (qrng), ==, sha256);
  g_assert_cmpuint (qs_qrng_n_uniforms (qrng), ==, 2);
  g_assert_cmpfloat (qs_qrng_uniform (qrng, 0), ==,
                     ((double) G_GUINT64_CONSTANT (0xaaaaaaaaaaaaa) + 0.5) * 0x1p-52);
  g_assert_cmpfloat (qs_qrng_uniform (qrng, 1), ==,
                     ((double) G_GUINT64_CONSTANT (0x5aaaaaaaaaaaa) + 0.5) * 0x1p-52);

  g_close (file, NULL);
  g_unlink (path);
}

static void
test_bad_recordings_are_refused (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "qusop-bits-XXXXXX", NULL);
  const int        file = g_mkstemp (path);
  const char       zeros[64] = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_null (qs_qrng_new_recorded ("/no/such/file", 1.0, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_IO);
  g_clear_error (&error);

  g_assert_null (qs_qrng_new_recorded (path, NAN, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (path, zeros, sizeof zeros, NULL));
  g_assert_null (qs_qrng_new_recorded (path, 1.0, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_REFUSED);

  g_close (file, NULL);
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/probability/qrng/cutoffs-are-those-of-the-standard",
                   test_cutoffs_are_those_of_the_standard);
  g_test_add_func ("/probability/qrng/health-tests-find-stuck-and-biased-bits",
                   test_health_tests_find_stuck_and_biased_bits);
  g_test_add_func ("/probability/qrng/a-long-healthy-stream-is-not-refused",
                   test_a_long_healthy_stream_is_not_refused);
  g_test_add_func ("/probability/qrng/simulated-bits-are-healthy-and-say-what-they-are",
                   test_simulated_bits_are_healthy_and_say_what_they_are);
  g_test_add_func ("/probability/qrng/recorded-bits-are-used-once-and-in-order",
                   test_recorded_bits_are_used_once_and_in_order);
  g_test_add_func ("/probability/qrng/bad-recordings-are-refused",
                   test_bad_recordings_are_refused);
  return g_test_run ();
}
