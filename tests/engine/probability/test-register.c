/* SPDX-License-Identifier: Apache-2.0 */
#include "probability/qs-register.h"

#include "core/qs-error.h"
#include "core/qs-rng.h"
#include "probability/qs-amplitude.h"

#include <math.h>
#include <string.h>

#define N 1000

/* A table of uneven weights; returns the exact sum. */
static double
fill (double *weights, guint8 *success, gsize n)
{
  const QsRngKey key = { .seed = 6, .stream = QS_RNG_TEST };
  double         sum = 0.0, exact = 0.0;

  for (guint i = 0; i < n; i++) {
    weights[i] = qs_rng_uniform (&key, i, 0);
    success[i] = qs_rng_uniform (&key, i, 1) < 0.8;
    sum += weights[i];
  }
  for (gsize i = 0; i < n; i++) {
    weights[i] /= sum;
    exact += success[i] ? weights[i] : 0.0;
  }

  return exact;
}

static QsOracle *
oracle_of (gsize n, double *exact)
{
  g_autofree double *weights = g_new (double, n);
  g_autofree guint8 *success = g_new (guint8, n);
  g_autoptr (GError) error = NULL;
  QsOracle          *oracle;

  *exact = fill (weights, success, n);
  oracle = qs_oracle_new_register (n, weights, success, &error);
  g_assert_no_error (error);
  return oracle;
}

static void
test_powers_turn_by_twice_the_angle (void)
{
  static const guint   powers[] = { 0, 1, 2, 5, 40, 41, 3 }; /* back again, too */
  double               exact;
  g_autoptr (QsOracle) oracle = oracle_of (N, &exact);
  const double         angle = asin (sqrt (exact));

  g_assert_cmpuint (qs_register_n_qubits (oracle), ==, 10);
  for (guint i = 0; i < G_N_ELEMENTS (powers); i++) {
    double p;

    g_assert_true (oracle->klass->success (oracle, powers[i], &p, NULL, NULL));
    g_assert_cmpfloat_with_epsilon (p, pow (sin ((2 * powers[i] + 1) * angle), 2.0),
                                    1e-12);
  }
}

/* Q as matrices: A of a Householder reflection, S₀ and S_χ, on three index qubits. */
static void
test_turn_is_the_product_of_its_four_operators (void)
{
  static const double  weights[8] = { 0.1, 0.2, 0.05, 0.15, 0.25, 0.05, 0.1, 0.1 };
  static const guint8  success[8] = { 1, 0, 1, 1, 0, 1, 0, 1 };
  g_autoptr (QsOracle) oracle = qs_oracle_new_register (8, weights, success, NULL);
  double               prepare[8][8], state[8], u[8], norm = 0.0, p, expected = 0.0;

  /* A|0⟩ = √w: the reflection that swaps |0⟩ and √w. It is its own adjoint. */
  for (guint i = 0; i < 8; i++) {
    u[i] = (i == 0) - sqrt (weights[i]);
    norm += u[i] * u[i];
  }
  for (guint i = 0; i < 8; i++)
    for (guint j = 0; j < 8; j++)
      prepare[i][j] = (i == j) - 2.0 * u[i] * u[j] / norm;

  for (guint i = 0; i < 8; i++)
    state[i] = prepare[i][0];
  for (guint turn = 0; turn < 3; turn++) {
    double next[8] = { 0.0 }, last[8] = { 0.0 };

    for (guint i = 0; i < 8; i++)
      state[i] *= success[i] ? -1.0 : 1.0;
    for (guint i = 0; i < 8; i++)
      for (guint j = 0; j < 8; j++)
        next[i] += prepare[j][i] * state[j];
    next[0] = -next[0];
    for (guint i = 0; i < 8; i++)
      for (guint j = 0; j < 8; j++)
        last[i] -= prepare[i][j] * next[j];
    memcpy (state, last, sizeof state);
  }
  for (guint i = 0; i < 8; i++)
    expected += success[i] ? state[i] * state[i] : 0.0;

  g_assert_true (oracle->klass->success (oracle, 3, &p, NULL, NULL));
  g_assert_cmpfloat_with_epsilon (p, expected, 1e-14);
}

static void
test_register_measures_what_the_emulation_does (void)
{
  double               exact;
  g_autoptr (QsOracle) oracle = oracle_of (N, &exact);
  g_autoptr (QsOracle) emulated = qs_oracle_new_emulated (exact);
  double               p[32], known[32];

  g_assert_true (oracle->klass->phases (oracle, 5, p, NULL, NULL));
  qs_phase_probabilities (exact, 5, known);
  for (guint y = 0; y < 32; y++)
    g_assert_cmpfloat_with_epsilon (p[y], known[y], 1e-12);

  for (guint length = 1; length <= 13; length += 4) {
    for (guint swap = 0; swap <= 1; swap++) {
      g_assert_true (
          oracle->klass->amplified (oracle, length, 0.3, swap, &p[0], NULL, NULL));
      g_assert_true (
          emulated->klass->amplified (emulated, length, 0.3, swap, &p[1], NULL, NULL));
      g_assert_cmpfloat_with_epsilon (p[0], p[1], 1e-12);
    }
  }
}

static void
test_every_method_finds_the_exact_sum (void)
{
  double               exact;
  g_autoptr (QsOracle) oracle = oracle_of (N, &exact);

  for (guint method = 0; method < QS_N_AMPLITUDE_METHODS; method++) {
    QsAmplitudeOptions options = qs_amplitude_options_default (method);
    g_autoptr (GError) error = NULL;
    QsAmplitudeResult  result;

    options.expected = TRUE;
    g_assert_true (qs_amplitude_estimate (oracle, &options, NULL, &result, &error));
    g_assert_no_error (error);
    g_assert_cmpfloat (result.lower, <=, exact);
    g_assert_cmpfloat (result.upper, >=, exact);
    g_assert_cmpint (result.verdict, !=, QS_AMPLITUDE_CAPPED);
  }
}

static void
test_threads_never_change_a_bit (void)
{
  double found[3];

  for (guint i = 0; i < 3; i++) {
    double               exact;
    g_autoptr (QsOracle) oracle = oracle_of (100000, &exact);
    g_autoptr (QsRun)    run = qs_run_new (i == 0 ? 1 : 2 * i, NULL, NULL);

    g_assert_true (oracle->klass->success (oracle, 20, &found[i], run, NULL));
  }

  g_assert_cmpfloat (found[0], ==, found[1]);
  g_assert_cmpfloat (found[0], ==, found[2]);
}

static void
test_norm_is_kept (void)
{
  double               exact, p;
  g_autoptr (QsOracle) oracle = oracle_of (4096, &exact);

  g_assert_true (oracle->klass->success (oracle, 10000, &p, NULL, NULL));
  /* The angle itself is known to 1e-16, times 20001. */
  g_assert_cmpfloat_with_epsilon (p, pow (sin (20001.0 * asin (sqrt (exact))), 2.0),
                                  1e-10);
}

static void
test_bad_tables_are_refused (void)
{
  static const double weights[][3] = { { 0.5, 0.6, -0.1 },
                                       { 0.5, 0.4, NAN },
                                       { 0.5, 0.4, 0.0 } };
  static const guint8 success[3] = { 1, 0, 1 };
  g_autoptr (GError)  error = NULL;

  for (guint i = 0; i < 3; i++) {
    g_assert_null (qs_oracle_new_register (3, weights[i], success, &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_DATA);
    g_clear_error (&error);
  }

  g_assert_null (
      qs_oracle_new_register (((gsize) 1 << 24) + 1, weights[0], success, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_RESOURCE);
}

#define ADD(name, function) g_test_add_func ("/probability/register/" name, function)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("powers-turn-by-twice-the-angle", test_powers_turn_by_twice_the_angle);
  ADD ("turn-is-the-product-of-its-four-operators",
       test_turn_is_the_product_of_its_four_operators);
  ADD ("register-measures-what-the-emulation-does",
       test_register_measures_what_the_emulation_does);
  ADD ("every-method-finds-the-exact-sum", test_every_method_finds_the_exact_sum);
  ADD ("threads-never-change-a-bit", test_threads_never_change_a_bit);
  ADD ("norm-is-kept", test_norm_is_kept);
  ADD ("bad-tables-are-refused", test_bad_tables_are_refused);
  return g_test_run ();
}
