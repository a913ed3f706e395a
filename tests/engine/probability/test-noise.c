/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "core/qs-rng.h"
#include "probability/qs-amplitude.h"
#include "probability/qs-oracle-circuit.h"
#include "probability/qs-register.h"

#include <math.h>

#define N 16

/* Uneven weights, and successes in no order. */
static double
fill (double *weights, guint8 *success)
{
  const QsRngKey key = { .seed = 9, .stream = QS_RNG_TEST };
  double         sum = 0.0, exact = 0.0;

  for (guint i = 0; i < N; i++)
    sum += weights[i] = qs_rng_uniform (&key, i, 0);
  for (guint i = 0; i < N; i++) {
    success[i] = qs_rng_uniform (&key, i, 1) < 0.8;
    weights[i] /= sum;
    exact += success[i] ? weights[i] : 0.0;
  }

  return exact;
}

static void
test_gates_without_noise_are_the_register (void)
{
  const QsNoise        none = { 0 };
  double               weights[N], p, known;
  guint8               success[N];
  const double         exact = fill (weights, success);
  g_autoptr (QsOracle) gates =
      qs_oracle_new_circuit (N, weights, success, &none, NULL, NULL);
  g_autoptr (QsOracle) rotation = qs_oracle_new_emulated (exact);
  g_autoptr (GError)   error = NULL;

  for (guint power = 0; power <= 6; power += 3) {
    g_assert_true (gates->klass->success (gates, power, &p, NULL, NULL));
    g_assert_true (rotation->klass->success (rotation, power, &known, NULL, NULL));
    g_assert_cmpfloat_with_epsilon (p, known, 1e-11);
  }
  for (guint swap = 0; swap <= 1; swap++) {
    g_assert_true (gates->klass->amplified (gates, 5, 0.3, swap, &p, NULL, NULL));
    g_assert_true (
        rotation->klass->amplified (rotation, 5, 0.3, swap, &known, NULL, NULL));
    g_assert_cmpfloat_with_epsilon (p, known, 1e-11);
  }

  g_assert_false (gates->klass->phases (gates, 3, &p, NULL, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_REFUSED);
}

static void
test_noisy_gates_forget (void)
{
  const QsNoise        noise = { .depolarising = 0.02 };
  double               weights[N], p;
  guint8               success[N];
  const double         exact = fill (weights, success);
  g_autoptr (QsOracle) gates =
      qs_oracle_new_circuit (N, weights, success, &noise, NULL, NULL);

  g_assert_true (gates->klass->success (gates, 0, &p, NULL, NULL));
  g_assert_cmpfloat (fabs (p - exact), <, 0.3);
  g_assert_cmpfloat (fabs (p - exact), >, 1e-3);
  g_assert_true (gates->klass->success (gates, 40, &p, NULL, NULL));
  g_assert_cmpfloat_with_epsilon (p, 0.5, 1e-3);
}

/* Tanaka et al. 2021: ½ − ½ e^−κK cos 2Kθ; and then it is misread. */
static void
test_decay_and_readout_have_their_closed_form (void)
{
  const QsNoise        noise = { .circuit = 0.03, .readout = { 0.02, 0.05 } };
  const double         a = 0.83, angle = asin (sqrt (a));
  g_autoptr (QsOracle) oracle = qs_oracle_new_noisy (qs_oracle_new_emulated (a), &noise);
  double               phases[32], sum = 0.0, p;

  for (guint power = 0; power < 20; power += 7) {
    const double factor = 2.0 * power + 1.0;
    const double flag = 0.5 - 0.5 * exp (-0.03 * factor) * cos (2.0 * factor * angle);

    g_assert_true (oracle->klass->success (oracle, power, &p, NULL, NULL));
    g_assert_cmpfloat_with_epsilon (p, 0.02 + 0.93 * flag, 1e-12);
  }

  g_assert_true (oracle->klass->phases (oracle, 5, phases, NULL, NULL));
  for (guint y = 0; y < 32; y++) {
    g_assert_cmpfloat (phases[y], >, 0.0);
    sum += phases[y];
  }
  g_assert_cmpfloat_with_epsilon (sum, 1.0, 1e-12);

  g_assert_true (oracle->klass->amplified (oracle, 1, 0.3, TRUE, &p, NULL, NULL));
  g_assert_cmpfloat_with_epsilon (
      p, 1.0 - (0.02 + 0.93 * (0.5 + exp (-0.03) * (a - 0.5))), 1e-12);
}

typedef struct {
  double covered, half_width, calls;
} Means;

static Means
repeat (QsOracle *oracle, QsAmplitudeOptions *options, double p, guint n_runs)
{
  Means means = { 0 };

  for (guint i = 0; i < n_runs; i++) {
    QsAmplitudeResult  result;
    g_autoptr (GError) error = NULL;

    options->replicate = i;
    qs_amplitude_estimate (oracle, options, NULL, &result, &error);
    g_assert_no_error (error);
    means.covered += (result.lower <= p && p <= result.upper) / (double) n_runs;
    means.half_width += 0.5 * (result.upper - result.lower) / n_runs;
    means.calls += (double) result.n_calls / n_runs;
  }

  return means;
}

/* The bounds leave four standard errors of 60 runs below 95 %. */
static void
test_fitted_noise_covers_and_trust_does_not (void)
{
  const QsNoise        noise = { .circuit = 0.02, .readout = { 0.01, 0.02 } };
  const double         p = 0.9;
  g_autoptr (QsOracle) oracle = qs_oracle_new_noisy (qs_oracle_new_emulated (p), &noise);
  QsAmplitudeOptions   fits = qs_amplitude_options_default (QS_AMPLITUDE_MLAE);
  QsAmplitudeOptions   trusts = qs_amplitude_options_default (QS_AMPLITUDE_IQAE);
  Means                means;

  fits.fits_decay = TRUE;
  fits.readout[0] = 0.01;
  fits.readout[1] = 0.02;
  means = repeat (oracle, &fits, p, 60);
  g_assert_cmpfloat (means.covered, >=, 0.84);
  g_assert_cmpfloat (means.half_width, <=, 0.01);

  trusts.max_calls = 20000;
  g_assert_cmpfloat (repeat (oracle, &trusts, p, 60).covered, <=, 0.8);
}

/* All outcomes of p = 0.5 are a half, which a device that forgets everything has too: the
 * rescaled angle tells the two apart. At 0.77 the first powers leave mirror images. */
static void
test_forgetting_hides_no_angle (void)
{
  static const double amplitudes[] = { 0.5, 0.77 };

  for (guint i = 0; i < G_N_ELEMENTS (amplitudes); i++) {
    const QsNoise        noise = { .circuit = 0.02 };
    const double         p = amplitudes[i];
    g_autoptr (QsOracle) oracle =
        qs_oracle_new_noisy (qs_oracle_new_emulated (p), &noise);
    QsAmplitudeOptions options = qs_amplitude_options_default (QS_AMPLITUDE_MLAE);
    Means              means;

    options.fits_decay = TRUE;
    options.epsilon = 0.015;
    means = repeat (oracle, &options, p, 60);
    g_test_message ("p %g: coverage %.3f, half-width %.4f, %.0f calls", p, means.covered,
                    means.half_width, means.calls);
    g_assert_cmpfloat (means.covered, >=, 0.84); /* as above */
    g_assert_cmpfloat (means.half_width, <=, 0.015);
    g_assert_cmpfloat (means.calls, <=, 6000.0);
  }
}

static void
test_the_decay_is_found (void)
{
  const QsNoise        noise = { .circuit = 0.02 };
  g_autoptr (QsOracle) oracle =
      qs_oracle_new_noisy (qs_oracle_new_emulated (0.9), &noise);
  QsAmplitudeOptions options = qs_amplitude_options_default (QS_AMPLITUDE_MLAE);
  QsAmplitudeResult  result;

  options.fits_decay = TRUE;
  options.expected = TRUE;
  options.epsilon = 0.002;
  g_assert_true (qs_amplitude_estimate (oracle, &options, NULL, &result, NULL));
  g_assert_cmpfloat_with_epsilon (result.estimate, 0.9, 1e-4);
  g_assert_cmpfloat_with_epsilon (result.decay, 0.02, 1e-3);
}

/* On a device that never forgets half-widths fall with the calls, and on one that does
 * with their root: 0.32 / √κ below Monte Carlo for phases as they come, a little more
 * where they are chosen. */
static void
test_noise_ends_the_advantage (void)
{
  static const double decays[] = { 0.0, 0.01 };
  double              slopes[2];

  for (guint i = 0; i < 2; i++) {
    const QsNoise        noise = { .circuit = decays[i] };
    g_autoptr (QsOracle) oracle =
        qs_oracle_new_noisy (qs_oracle_new_emulated (0.85), &noise);
    QsAmplitudeOptions options = qs_amplitude_options_default (QS_AMPLITUDE_MLAE);
    QsAmplitudeResult  coarse, fine;

    options.fits_decay = TRUE;
    options.expected = TRUE;
    options.epsilon = 0.002;
    g_assert_true (qs_amplitude_estimate (oracle, &options, NULL, &coarse, NULL));
    options.epsilon = 0.0002;
    g_assert_true (qs_amplitude_estimate (oracle, &options, NULL, &fine, NULL));
    slopes[i] = log ((fine.upper - fine.lower) / (coarse.upper - coarse.lower)) /
                log ((double) fine.n_calls / (double) coarse.n_calls);

    if (i == 1) {
      const double gain = 1.96 * sqrt (0.85 * 0.15 / (double) fine.n_calls) /
                          (0.5 * (fine.upper - fine.lower));

      g_assert_cmpfloat (gain, >, 2.5);
      g_assert_cmpfloat (gain, <, 4.6);
    }
  }

  g_assert_cmpfloat (slopes[0], <, -0.85);
  g_assert_cmpfloat (slopes[1], >, -0.6);
}

#define ADD(name, function) g_test_add_func ("/probability/noise/" name, function)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("gates-without-noise-are-the-register", test_gates_without_noise_are_the_register);
  ADD ("noisy-gates-forget", test_noisy_gates_forget);
  ADD ("decay-and-readout-have-their-closed-form",
       test_decay_and_readout_have_their_closed_form);
  ADD ("fitted-noise-covers-and-trust-does-not",
       test_fitted_noise_covers_and_trust_does_not);
  ADD ("forgetting-hides-no-angle", test_forgetting_hides_no_angle);
  ADD ("the-decay-is-found", test_the_decay_is_found);
  ADD ("noise-ends-the-advantage", test_noise_ends_the_advantage);
  return g_test_run ();
}
