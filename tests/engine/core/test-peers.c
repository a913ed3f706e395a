/* SPDX-License-Identifier: Apache-2.0 */
/* Random and quasi-random numbers beside those of others, in turns on the same machine:
 * Sobol' points of the GNU Scientific Library, and normal numbers of NumPy. The library
 * is GPL: a peer of this test, never linked into the product. */
#include "core/qs-rng.h"
#include "core/qs-sobol.h"

#ifdef HAVE_GSL
#  include <gsl/gsl_qrng.h>
#endif

#include <math.h>
#include <time.h>

#define N_ROUNDS 15
#define N_DIMENSIONS 8
#define N_POINTS 262144

static double
cpu_seconds (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec + 1e-9 * (double) time.tv_nsec;
}

static double
seconds_of_ours (guint32 *check)
{
  const double start_s = cpu_seconds ();
  guint32      bits[4096];

  for (guint32 i = 0; i < N_POINTS; i += G_N_ELEMENTS (bits))
    for (guint d = 0; d < N_DIMENSIONS; d++) {
      qs_sobol_fill (i, G_N_ELEMENTS (bits), d, bits);
      *check ^= bits[d];
    }
  return cpu_seconds () - start_s;
}

#ifdef HAVE_GSL
static double
seconds_of_gsl (double *check)
{
  gsl_qrng *theirs = gsl_qrng_alloc (gsl_qrng_sobol, N_DIMENSIONS);
  double    start_s = cpu_seconds (), x[N_DIMENSIONS];

  for (guint i = 0; i < N_POINTS; i++) {
    gsl_qrng_get (theirs, x);
    *check += x[i % N_DIMENSIONS];
  }
  start_s = cpu_seconds () - start_s;
  gsl_qrng_free (theirs);
  return start_s;
}

/* The first coordinate has no choice of direction numbers, only of whether 0 is left out.
 */
static void
test_first_coordinates_are_the_same (void)
{
  gsl_qrng *theirs = gsl_qrng_alloc (gsl_qrng_sobol, 1);

  for (guint32 i = 1; i < 10000; i++) {
    double x;

    gsl_qrng_get (theirs, &x);
    g_assert_cmpfloat_with_epsilon (qs_sobol_point (i, 0) * 0x1p-32, x, 1e-9);
  }
  gsl_qrng_free (theirs);
}

static void
test_sobol_points_beside_gsl (void)
{
  const double n = 1e-6 * N_POINTS * N_DIMENSIONS;
  double       ours = INFINITY, theirs = INFINITY, sum = 0.0;
  guint32      check = 0;

  for (guint round = 0; round < N_ROUNDS; round++) {
    ours = MIN (ours, seconds_of_ours (&check));
    theirs = MIN (theirs, seconds_of_gsl (&sum));
  }
  g_test_message ("coordinates of Sobol' points, best of %d: %.0f million/s, GSL %.0f "
                  "million/s, ratio %.1f (check %08x, %g)",
                  N_ROUNDS, n / ours, n / theirs, theirs / ours, check, sum);
  g_assert_cmpfloat (theirs / ours, >=, 5.0);
}
#endif

/* NumPy's, million a second, or 0 without it. */
static double
speed_of_numpy (void)
{
  static const char script[] = "import numpy, time\n"
                               "rng = numpy.random.Generator(numpy.random.Philox(1))\n"
                               "z = numpy.empty(1 << 18, numpy.float32)\n"
                               "best = 1e9\n"
                               "for _ in range(40):\n"
                               "    start = time.process_time()\n"
                               "    rng.standard_normal(dtype=numpy.float32, out=z)\n"
                               "    best = min(best, time.process_time() - start)\n"
                               "print(z.size / best / 1e6)\n";
  const char *const words[] = { "/usr/bin/python3", "-c", script, NULL };
  g_autofree char  *out = NULL;

  if (!g_spawn_sync (NULL, (char **) words, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                     &out, NULL, NULL, NULL))
    return 0.0;
  return g_ascii_strtod (out, NULL);
}

static void
test_normal_numbers_beside_numpy (void)
{
  const QsRngKey key = { .seed = 1, .stream = QS_RNG_TEST };
  const double   theirs = speed_of_numpy ();
  double         best_s = INFINITY, ours;
  float          z[4096];

  for (guint round = 0; round < 40; round++) {
    const double start_s = cpu_seconds ();

    for (guint32 i = 0; i < 1 << 18; i += G_N_ELEMENTS (z))
      qs_rng_fill_normals (&key, i, G_N_ELEMENTS (z), 0, z);
    best_s = MIN (best_s, cpu_seconds () - start_s);
  }
  ours = (1 << 18) / best_s / 1e6;
  g_test_message (
      "normal numbers of Philox, single precision, best of 40: %.0f million/s, "
      "NumPy %.0f million/s, ratio %.1f",
      ours, theirs, theirs > 0.0 ? ours / theirs : NAN);
  if (theirs == 0.0)
    g_test_skip ("there is no NumPy");
  else
    g_assert_true (ours >= 1000.0 || ours >= 10.0 * theirs);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#ifdef HAVE_GSL
  g_test_add_func ("/core/peers/first-coordinates-are-the-same",
                   test_first_coordinates_are_the_same);
  g_test_add_func ("/core/peers/sobol-points-beside-gsl", test_sobol_points_beside_gsl);
#endif
  g_test_add_func ("/core/peers/normal-numbers-beside-numpy",
                   test_normal_numbers_beside_numpy);
  return g_test_run ();
}
