/* SPDX-License-Identifier: Apache-2.0 */
#include "probability/qs-amplitude.h"

#include "core/qs-error.h"
#include "core/qs-rng.h"
#include "core/qs-stats.h"
#include "probability/qs-amplitude-task.h"

#include <complex.h>
#include <math.h>

static QsAmplitudeResult
estimate (double p, const QsAmplitudeOptions *options)
{
  g_autoptr (QsOracle) oracle = qs_oracle_new_emulated (p);
  g_autoptr (GError)   error = NULL;
  QsAmplitudeResult    result;

  g_assert_true (qs_amplitude_estimate (oracle, options, NULL, &result, &error));
  g_assert_no_error (error);
  return result;
}

static void
test_phase_estimation_has_the_known_distribution (void)
{
  static const struct {
    double p;
    guint  n_qubits;
    double known[8];
  } cases[] = {
    { 0.2, 2, { 0.288, 0.32, 0.072, 0.32 } },
    { 0.2,
      3,
      { .0225792, .453271006463, .025088, .007528993537, .0056448, .007528993537, .025088,
        .453271006463 } },
    { 0.9,
      3,
      { .0050176, .006225654318, .014112, .454574345682, .0451584, .454574345682, .014112,
        .006225654318 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    double p[8];

    qs_phase_probabilities (cases[i].p, cases[i].n_qubits, p);
    for (guint y = 0; y < 1u << cases[i].n_qubits; y++)
      g_assert_cmpfloat_with_epsilon (p[y], cases[i].known[y], 1e-11);
  }
}

/* Qiskit's tests again: the outcome that is most likely, and the interval of a hundred
 * outcomes of three qubits for the sine integral of three. */
static void
test_phase_estimation_estimates_what_qiskit_does (void)
{
  static const struct {
    double p;
    guint  n_qubits;
  } cases[] = { { 0.2, 2 }, { 0.49, 3 }, { 0.2702903003337198, 2 } };
  QsAmplitudeOptions options = qs_amplitude_options_default (QS_AMPLITUDE_CANONICAL);
  QsAmplitudeResult  result;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const guint n = 1u << cases[i].n_qubits;
    double      p[8], best = 0.0, mode = NAN;

    qs_phase_probabilities (cases[i].p, cases[i].n_qubits, p);
    for (guint y = 0; y <= n / 2; y++) {
      const double both = p[y] + (y > 0 && y < n / 2 ? p[n - y] : 0.0);

      if (both > best) {
        best = both;
        mode = pow (sin (G_PI * y / n), 2.0);
      }
    }
    g_assert_cmpfloat_with_epsilon (mode, 0.5, 1e-12);
  }

  options.expected = TRUE;
  options.epsilon = 0.025; /* three qubits */
  options.n_shots = 100;
  options.level = 0.99;
  result = estimate (0.2720825718511670, &options);
  g_test_message ("[%.4f, %.4f]", result.lower, result.upper);
  g_assert_cmpuint (result.max_power, ==, 7);
  g_assert_cmpfloat_with_epsilon (result.lower, 0.2495, 0.005);
  g_assert_cmpfloat_with_epsilon (result.upper, 0.3004, 0.005);
}

/* Brassard et al. 2002, theorem 12: within the bound at least 8 times in π². */
static void
test_phase_estimation_keeps_its_bound (void)
{
  static const double amplitudes[] = { 0.2, 0.75, 0.9 };
  double              p[1024];

  for (guint i = 0; i < 3; i++) {
    for (guint m = 2; m <= 10; m++) {
      const double a = amplitudes[i], n = 1u << m;
      const double bound = 2.0 * G_PI * sqrt (a * (1.0 - a)) / n + G_PI * G_PI / (n * n);
      double       within = 0.0;

      qs_phase_probabilities (a, m, p);
      for (guint y = 0; y < 1u << m; y++)
        if (fabs (pow (sin (G_PI * y / n), 2.0) - a) <= bound)
          within += p[y];
      g_assert_cmpfloat (within, >=, 8.0 / (G_PI * G_PI));
    }
  }
}

static void
test_fixed_point_has_the_known_values (void)
{
  const double delta = sqrt (0.1);
  double       a[2], b[2];

  for (guint step = 1; step <= 2; step++)
    qs_fixed_point_angles (5, delta, step, &a[step - 1], &b[step - 1]);

  g_assert_cmpfloat_with_epsilon (a[0], 1.5009092962580388, 1e-12);
  g_assert_cmpfloat_with_epsilon (a[1], -2.645671499059249, 1e-12);
  g_assert_cmpfloat_with_epsilon (b[0], -a[1], 1e-15);
  g_assert_cmpfloat_with_epsilon (b[1], -a[0], 1e-15);
  g_assert_cmpfloat_with_epsilon (qs_fixed_point_width (5, delta), 0.121424, 1e-6);
  g_assert_cmpfloat_with_epsilon (qs_fixed_point_success (0.125, 5, delta), 0.9098478923,
                                  1e-10);
}

/* The two reflections written out on the plane of A|0⟩ and the flag. */
static double
fixed_point_by_hand (double amplitude, guint length, double delta)
{
  const double   s[2] = { sqrt (1.0 - amplitude), sqrt (amplitude) };
  double complex v[2] = { s[0], s[1] };

  for (guint step = 1; step <= (length - 1) / 2; step++) {
    double         a, b;
    double complex overlap;

    qs_fixed_point_angles (length, delta, step, &a, &b);
    v[1] *= cexp (I * b);
    overlap = (1.0 - cexp (-I * a)) * (s[0] * v[0] + s[1] * v[1]);
    v[0] = -(v[0] - overlap * s[0]);
    v[1] = -(v[1] - overlap * s[1]);
  }

  return creal (v[1] * conj (v[1]));
}

static void
test_fixed_point_is_what_its_circuit_does (void)
{
  for (guint length = 1; length <= 31; length += 6)
    for (double a = 0.0; a <= 1.0; a += 0.0625)
      g_assert_cmpfloat_with_epsilon (qs_fixed_point_success (a, length, 0.3),
                                      fixed_point_by_hand (a, length, 0.3), 1e-12);
}

/* Expected counts have their likelihood's maximum at the truth: the test values of
 * Qiskit's Bernoulli and sine integral problems. */
static void
test_expected_counts_give_the_truth (void)
{
  static const double amplitudes[] = {
    0.2, 0.49, 0.75, 0.2702903003337198, 0.2720825718511670, 0.2725275781908885
  };

  for (guint i = 0; i < G_N_ELEMENTS (amplitudes); i++) {
    for (guint method = 0; method < QS_N_AMPLITUDE_METHODS; method++) {
      QsAmplitudeOptions options = qs_amplitude_options_default (method);
      QsAmplitudeResult  result;

      options.expected = TRUE;
      result = estimate (amplitudes[i], &options);
      g_assert_cmpfloat (result.lower, <=, amplitudes[i]);
      g_assert_cmpfloat (result.upper, >=, amplitudes[i]);
      g_assert_cmpfloat_with_epsilon (result.estimate, amplitudes[i],
                                      method <= QS_AMPLITUDE_MLAE ? 1e-6 : 0.01);
    }
  }
}

/* Nakaji's method as Qiskit's tests have it, to three places: Bernoulli and the sine
 * integral of three qubits, with and without the qubit that makes angles small. */
static void
test_faster_estimation_has_the_known_values (void)
{
  static const struct {
    double   p;
    QsFaster plan;
  } known[] = {
    { 0.2, { 5, 0.01, FALSE } },
    { 0.12, { 3, 0.1, TRUE } },
    { 0.2720825718511670, { 6, 0.01, TRUE } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    QsAmplitudeOptions   options = qs_amplitude_options_default (QS_AMPLITUDE_FASTER);
    g_autoptr (QsOracle) oracle =
        qs_oracle_new_emulated (known[i].p / (known[i].plan.rescales ? 16.0 : 1.0));
    QsAmplitudeResult result = { .upper = 1.0 };
    QsAmplitudeTask   task = { oracle, &options, NULL, &result, 0 };

    options.expected = TRUE;
    options.epsilon = 1e-6; /* so that all powers are used */
    g_assert_true (qs_amplitude_faster_run (&task, oracle, &known[i].plan, NULL));
    g_assert_cmpfloat_with_epsilon (result.estimate, known[i].p, 5e-4);
    g_assert_cmpfloat (result.lower, <=, known[i].p);
    g_assert_cmpfloat (result.upper, >=, known[i].p);
  }
}

/* A device whose every outcome is off by as much as its bound allows. */
typedef struct {
  QsOracle parent;
  double   angle;
  guint    signs; /* of the first, second, … outcome that is asked for */
} Bent;

static gboolean
bent_success (QsOracle *oracle, guint power, double *p, QsRun *run, GError **error)
{
  Bent        *self = (Bent *) oracle;
  const double by = power < 4 ? 0.0785674 : 0.111111; /* of a cosine */

  *p = pow (sin ((2.0 * power + 1.0) * self->angle), 2.0);
  *p = CLAMP (*p + (self->signs & 1 ? 0.5 : -0.5) * by, 0.0, 1.0);
  self->signs = self->signs >> 1 | self->signs << 31;
  return TRUE;
}

/* So the interval holds the truth whenever the outcomes keep their bounds: from p = 0.35
 * on the first two powers are the first stage. */
static void
test_faster_estimation_covers_the_worst_outcomes (void)
{
  static const QsOracleClass klass = { .name = "bent", .success = bent_success };
  static const QsFaster      plan = { 7, 0.01, TRUE };

  for (guint i = 70; i <= 200; i++) {
    for (guint signs = 0; signs < 16; signs++) {
      QsAmplitudeOptions options = qs_amplitude_options_default (QS_AMPLITUDE_FASTER);
      const double       p = i / 200.0;
      Bent oracle = { { &klass }, asin (0.25 * sqrt (p)), 0x10204081u * (signs + 1) };
      QsAmplitudeResult result = { .upper = 1.0 };
      QsAmplitudeTask   task = { &oracle.parent, &options, NULL, &result, 0 };

      options.expected = TRUE;
      options.epsilon = 1e-6;
      g_assert_true (qs_amplitude_faster_run (&task, &oracle.parent, &plan, NULL));
      g_assert_cmpfloat (result.lower, <=, p);
      g_assert_cmpfloat (result.upper, >=, p);
    }
  }
}

/* A and A† each count: one before the powers of Q, two in each. */
static void
test_calls_are_uses_of_the_preparation (void)
{
  QsAmplitudeOptions options = qs_amplitude_options_default (QS_AMPLITUDE_MLAE);
  QsAmplitudeResult  result;

  options.n_shots = 1000;
  options.epsilon = 1.96 / sqrt (4000.0 * (1 + 25 + 121)) + 1e-5;
  result = estimate (0.3, &options);
  g_assert_cmpuint (result.n_calls, ==, 1000 * (1 + 5 + 11));
  g_assert_cmpuint (result.n_shots, ==, 3000);
  g_assert_cmpuint (result.max_power, ==, 5);

  options = qs_amplitude_options_default (QS_AMPLITUDE_CANONICAL);
  options.n_shots = 10;
  options.epsilon = 0.2 * sqrt (10.0) / 15.9;
  result = estimate (0.3, &options);
  g_assert_cmpuint (result.n_calls, ==, 10 * (2 * 15 + 1));

  options = qs_amplitude_options_default (QS_AMPLITUDE_MC);
  options.n_shots = 1234;
  result = estimate (0.3, &options);
  g_assert_cmpuint (result.n_calls, ==, 1234);
}

typedef struct {
  double covered;
  double half; /* mean half-width */
  double calls;
  double calls_times_half;
} Study;

static Study
study (QsAmplitudeOptions options, double p, guint n_runs)
{
  Study sums = { 0 };

  for (guint i = 0; i < n_runs; i++) {
    QsAmplitudeResult result;
    double            half;

    options.replicate = i;
    result = estimate (p, &options);
    half = 0.5 * (result.upper - result.lower);
    g_assert_cmpint (result.verdict, !=, QS_AMPLITUDE_CAPPED);
    g_assert_cmpfloat (result.lower, <=, result.estimate);
    g_assert_cmpfloat (result.upper, >=, result.estimate);
    sums.covered += (result.lower <= p && p <= result.upper) / (double) n_runs;
    sums.half += half / n_runs;
    sums.calls += (double) result.n_calls / n_runs;
    sums.calls_times_half += half * (double) result.n_calls / n_runs;
  }

  return sums;
}

/* The benchmark "amplitude" does this with 3,000 runs. */
static void
test_every_interval_covers (void)
{
  static const double amplitudes[] = { 0.5, 0.75, 0.9, 0.99 };

  for (guint method = 0; method < QS_N_AMPLITUDE_METHODS; method++) {
    for (guint i = 0; i < G_N_ELEMENTS (amplitudes); i++) {
      QsAmplitudeOptions options = qs_amplitude_options_default (method);
      Study              found;

      options.epsilon = 0.02;
      found = study (options, amplitudes[i], 250);
      g_test_message ("%s p %g: coverage %.3f, half-width %.4f, calls %.0f",
                      qs_amplitude_method_name (method), amplitudes[i], found.covered,
                      found.half, found.calls);
      /* Four standard errors below 93 %. */
      g_assert_cmpfloat (found.covered, >=, 0.93 - 4.0 * sqrt (0.93 * 0.07 / 250));
      g_assert_cmpfloat (found.half, <, 0.025);
    }
  }
}

/* Published and ported runs of the iterative method need A-calls that, times the width,
 * are 6 to 11 with 10 shots a round. */
static void
test_iterative_estimation_needs_as_many_calls_as_known (void)
{
  static const struct {
    double p, calls_times_half;
  } known[] = { { 0.5, 10.8 }, { 0.75, 10.1 }, { 0.9, 6.4 } };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    QsAmplitudeOptions options = qs_amplitude_options_default (QS_AMPLITUDE_IQAE);
    Study              found;

    options.epsilon = 1e-3;
    options.n_shots = 10;
    found = study (options, known[i].p, 100);
    g_test_message ("p %g: calls × half-width %.2f", known[i].p, found.calls_times_half);
    g_assert_cmpfloat_with_epsilon (found.calls_times_half / known[i].calls_times_half,
                                    1.0, 0.25);
  }
}

/* Fukuzawa et al.'s published runs: mean calls × ε at ε = 1e-5, 100 shots a round and
 * Clopper–Pearson intervals. */
static void
test_modified_iterative_estimation_needs_as_many_calls_as_published (void)
{
  static const struct {
    double p, calls_times_epsilon;
  } known[] = { { 0.5, 47.2 }, { 0.75, 40.2 } };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    QsAmplitudeOptions options = qs_amplitude_options_default (QS_AMPLITUDE_MIQAE);
    Study              found;

    options.epsilon = 1e-5;
    options.n_shots = 100;
    found = study (options, known[i].p, 60);
    g_test_message ("p %g: calls × epsilon %.2f", known[i].p, found.calls * 1e-5);
    g_assert_cmpfloat_with_epsilon (found.calls * 1e-5 / known[i].calls_times_epsilon,
                                    1.0, 0.35);
  }
}

/* Slope of the half-width against calls, on log axes, over three decades of epsilon. */
static double
slope_of (QsAmplitudeMethod method, double p)
{
  QsAmplitudeOptions options = qs_amplitude_options_default (method);
  Study              coarse, fine;

  options.epsilon = 0.02;
  coarse = study (options, p, 60);
  options.epsilon = method == QS_AMPLITUDE_MC ? 0.002 : 2e-4;
  fine = study (options, p, method == QS_AMPLITUDE_MLAE ? 6 : 40);
  return log (fine.half / coarse.half) / log (fine.calls / coarse.calls);
}

static void
test_half_widths_fall_as_they_should (void)
{
  g_assert_cmpfloat_with_epsilon (slope_of (QS_AMPLITUDE_MC, 0.9), -0.5, 0.03);
  g_assert_cmpfloat_with_epsilon (slope_of (QS_AMPLITUDE_IQAE, 0.9), -1.0, 0.1);
  g_assert_cmpfloat_with_epsilon (slope_of (QS_AMPLITUDE_MLAE, 0.9), -1.0, 0.1);
  g_assert_cmpfloat_with_epsilon (slope_of (QS_AMPLITUDE_MIQAE, 0.9), -1.0, 0.1);
}

/* Half-widths of the likelihood are those of its Fisher information, at 0.75 too. */
static void
test_likelihood_is_as_narrow_as_its_information (void)
{
  static const double amplitudes[] = { 0.25, 0.5, 0.75, 0.9 };

  for (guint i = 0; i < G_N_ELEMENTS (amplitudes); i++) {
    QsAmplitudeOptions options = qs_amplitude_options_default (QS_AMPLITUDE_MLAE);
    const double       p = amplitudes[i], known = 1.96 * sqrt (p * (1.0 - p)) /
                                            sqrt (100.0 * (1 + 25 + 121 + 529));

    options.epsilon = 0.005;
    options.seed = 2;
    g_assert_cmpfloat_with_epsilon (study (options, p, 50).half / known, 1.0, 0.1);
  }
}

#define N_ANGLES 16000

/* Suzuki et al. 2020's likelihood of powers 0, 1, 2, 4, …, each with 100 shots, on a
 * grid: the error of its maximum. */
static double
error_of_published_likelihood (double p, guint n_powers, guint n_runs)
{
  const QsRngKey     key = { .seed = 4, .stream = QS_RNG_TEST };
  g_autofree double *yes = g_new (double, n_powers *N_ANGLES);
  g_autofree double *no = g_new (double, n_powers *N_ANGLES);
  double             squares = 0.0;

  for (guint k = 0; k < n_powers; k++)
    for (guint j = 0; j < N_ANGLES; j++) {
      const double factor = k == 0 ? 1.0 : exp2 (k) + 1.0;
      const double at = sin (factor * (j + 0.5) * G_PI_2 / N_ANGLES);

      yes[k * N_ANGLES + j] = log (at * at);
      no[k * N_ANGLES + j] = log1p (-at * at);
    }

  for (guint r = 0; r < n_runs; r++) {
    double best = -INFINITY, found = NAN, hits[8] = { 0.0 };

    for (guint k = 0; k < n_powers; k++) {
      const double factor = k == 0 ? 1.0 : exp2 (k) + 1.0;
      const double one = pow (sin (factor * asin (sqrt (p))), 2.0);

      for (guint i = 0; i < 100; i++)
        hits[k] += qs_rng_uniform (&key, 100 * r + i, k) < one;
    }
    for (guint j = 0; j < N_ANGLES; j++) {
      double sum = 0.0;

      for (guint k = 0; k < n_powers; k++)
        sum += hits[k] * yes[k * N_ANGLES + j] + (100.0 - hits[k]) * no[k * N_ANGLES + j];
      if (sum > best) {
        best = sum;
        found = pow (sin ((j + 0.5) * G_PI_2 / N_ANGLES), 2.0);
      }
    }
    squares += pow (found - p, 2.0) / n_runs;
  }

  return sqrt (squares);
}

/* At p = 0.9: what is known of the published powers, up to the bound of Cramér and Rao;
 * and the engine's own powers 1, 5, 11 and 23 reach theirs. Half-widths are to those of
 * Monte Carlo with as many calls as √(ΣK / ΣK²), K = 2k + 1. */
static void
test_likelihood_errs_as_little_as_known (void)
{
  static const struct {
    guint  n_powers;
    double error, bound, ratio;
  } known[] = { { 4, 0.00294, 0.00279, 0.394 },
                { 6, 0.00081, 0.00078, 0.213 },
                { 8, 0.00020, 0.00020, 0.108 } };
  QsAmplitudeOptions options = qs_amplitude_options_default (QS_AMPLITUDE_MLAE);
  double             squares = 0.0;
  Study              found;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    const double error = error_of_published_likelihood (0.9, known[i].n_powers, 300);
    double       sum = 0.0, sum_squares = 0.0;

    for (guint k = 0; k < known[i].n_powers; k++) {
      const double factor = k == 0 ? 1.0 : exp2 (k) + 1.0;

      sum += factor;
      sum_squares += factor * factor;
    }
    g_test_message ("%u powers: error %.6f, known %.5f", known[i].n_powers, error,
                    known[i].error);
    g_assert_cmpfloat_with_epsilon (error / known[i].error, 1.0, 0.15);
    g_assert_cmpfloat_with_epsilon (sqrt (0.09 / (100.0 * sum_squares)), known[i].bound,
                                    6e-6);
    g_assert_cmpfloat_with_epsilon (sqrt (sum / sum_squares), known[i].ratio, 6e-4);
  }

  options.epsilon = 0.005;
  found = study (options, 0.9, 100);
  g_assert_cmpfloat_with_epsilon (found.half / (1.96 * sqrt (0.09 / found.calls)),
                                  sqrt ((1 + 5 + 11 + 23) / (1.0 + 25 + 121 + 529)),
                                  0.02);
  for (guint i = 0; i < 300; i++) {
    options.replicate = i;
    squares += pow (estimate (0.9, &options).estimate - 0.9, 2.0) / 300;
  }
  g_assert_cmpfloat_with_epsilon (
      sqrt (squares) / sqrt (0.09 / (100.0 * (1 + 25 + 121 + 529))), 1.0, 0.15);
}

/* Where the second power has mirror images nearby, too. */
static void
test_likelihood_leaves_no_image_of_the_truth (void)
{
  static const double amplitudes[] = { 0.6, 0.72, 0.75, 0.9 };

  for (guint i = 0; i < G_N_ELEMENTS (amplitudes); i++) {
    guint n_covered = 0, n_runs = 200;

    for (guint r = 0; r < n_runs; r++) {
      QsAmplitudeOptions options = qs_amplitude_options_default (QS_AMPLITUDE_MLAE);
      QsAmplitudeResult  result;

      options.epsilon = 0.02;
      options.replicate = r;
      result = estimate (amplitudes[i], &options);
      g_assert_cmpint (result.verdict, ==, QS_AMPLITUDE_REACHED);
      n_covered += result.lower <= amplitudes[i] && amplitudes[i] <= result.upper;
    }
    g_test_message ("p %g: %u of %u covered", amplitudes[i], n_covered, n_runs);
    g_assert_cmpuint (n_covered, >=, 178); /* four standard errors below 95 % */
  }
}

static void
test_same_seed_gives_the_same_bits (void)
{
  for (guint method = 0; method < QS_N_AMPLITUDE_METHODS; method++) {
    QsAmplitudeOptions      options = qs_amplitude_options_default (method);
    const QsAmplitudeResult a = estimate (0.8, &options), b = estimate (0.8, &options);

    g_assert_cmpfloat (a.estimate, ==, b.estimate);
    g_assert_cmpfloat (a.lower, ==, b.lower);
    g_assert_cmpfloat (a.upper, ==, b.upper);
    options.seed = 2;
    g_assert_cmpfloat (estimate (0.8, &options).lower, !=, a.lower);
  }
}

static void
test_every_method_stops_at_the_calls_allowed (void)
{
  for (guint method = 0; method < QS_N_AMPLITUDE_METHODS; method++) {
    QsAmplitudeOptions options = qs_amplitude_options_default (method);
    QsAmplitudeResult  result;

    options.epsilon = 1e-4;
    options.max_calls = 2000;
    options.expected = TRUE;
    result = estimate (0.75, &options);
    g_assert_cmpint (result.verdict, ==, QS_AMPLITUDE_CAPPED);
    g_assert_cmpuint (result.n_calls, <=, 2000);
    g_assert_cmpfloat (result.lower, <=, 0.75);
    g_assert_cmpfloat (result.upper, >=, 0.75);
  }
}

/* Probabilities of 0 and 1 lie at both ends of everything. */
static void
test_certain_outcomes_are_estimated_too (void)
{
  for (guint method = 0; method < QS_N_AMPLITUDE_METHODS; method++) {
    for (guint p = 0; p <= 1; p++) {
      const QsAmplitudeOptions options = qs_amplitude_options_default (method);
      const QsAmplitudeResult  result = estimate (p, &options);

      g_assert_cmpint (result.verdict, ==, QS_AMPLITUDE_REACHED);
      g_assert_cmpfloat_with_epsilon (result.estimate, p, 0.01);
    }
  }
}

static void
test_cancel_ends_every_method (void)
{
  g_autoptr (QsRun)    run = qs_run_new (1, NULL, NULL);
  g_autoptr (QsOracle) oracle = qs_oracle_new_emulated (0.9);

  qs_run_cancel (run);
  for (guint method = 0; method < QS_N_AMPLITUDE_METHODS; method++) {
    const QsAmplitudeOptions options = qs_amplitude_options_default (method);
    g_autoptr (GError)       error = NULL;
    QsAmplitudeResult        result;

    g_assert_false (qs_amplitude_estimate (oracle, &options, run, &result, &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
  }
}

static void
test_senseless_options_are_refused (void)
{
  QsAmplitudeOptions options[4];

  for (guint i = 0; i < 4; i++)
    options[i] = qs_amplitude_options_default (QS_AMPLITUDE_IQAE);
  options[0].epsilon = NAN;
  options[1].level = 1.0;
  options[2].n_shots = 1000001;
  options[3].max_calls = 0;

  for (guint i = 0; i < 4; i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (qs_amplitude_options_validate (&options[i], &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
  }
}

#define ADD(name, function) g_test_add_func ("/probability/amplitude/" name, function)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("phase-estimation-has-the-known-distribution",
       test_phase_estimation_has_the_known_distribution);
  ADD ("phase-estimation-estimates-what-qiskit-does",
       test_phase_estimation_estimates_what_qiskit_does);
  ADD ("phase-estimation-keeps-its-bound", test_phase_estimation_keeps_its_bound);
  ADD ("fixed-point-has-the-known-values", test_fixed_point_has_the_known_values);
  ADD ("fixed-point-is-what-its-circuit-does", test_fixed_point_is_what_its_circuit_does);
  ADD ("expected-counts-give-the-truth", test_expected_counts_give_the_truth);
  ADD ("faster-estimation-has-the-known-values",
       test_faster_estimation_has_the_known_values);
  ADD ("faster-estimation-covers-the-worst-outcomes",
       test_faster_estimation_covers_the_worst_outcomes);
  ADD ("calls-are-uses-of-the-preparation", test_calls_are_uses_of_the_preparation);
  ADD ("every-interval-covers", test_every_interval_covers);
  ADD ("iterative-estimation-needs-as-many-calls-as-known",
       test_iterative_estimation_needs_as_many_calls_as_known);
  ADD ("modified-iterative-estimation-needs-as-many-calls-as-published",
       test_modified_iterative_estimation_needs_as_many_calls_as_published);
  ADD ("half-widths-fall-as-they-should", test_half_widths_fall_as_they_should);
  ADD ("likelihood-is-as-narrow-as-its-information",
       test_likelihood_is_as_narrow_as_its_information);
  ADD ("likelihood-errs-as-little-as-known", test_likelihood_errs_as_little_as_known);
  ADD ("likelihood-leaves-no-image-of-the-truth",
       test_likelihood_leaves_no_image_of_the_truth);
  ADD ("same-seed-gives-the-same-bits", test_same_seed_gives_the_same_bits);
  ADD ("every-method-stops-at-the-calls-allowed",
       test_every_method_stops_at_the_calls_allowed);
  ADD ("certain-outcomes-are-estimated-too", test_certain_outcomes_are_estimated_too);
  ADD ("cancel-ends-every-method", test_cancel_ends_every_method);
  ADD ("senseless-options-are-refused", test_senseless_options_are_refused);
  return g_test_run ();
}
