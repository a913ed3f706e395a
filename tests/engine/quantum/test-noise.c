/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-noise.h"

#include "core/qs-error.h"
#include "qs-dense.h"

#include <math.h>

/* A qubit in a state without any symmetry, then one gate that does nothing but let it
 * suffer. */
static QsDensity *
one_qubit (const QsNoise *noise)
{
  static const QsNoise  none = { 0 };
  const QsAngle         angles[] = { QS_ANGLE_CONSTANT (1.1), QS_ANGLE_CONSTANT (0.4),
                                     QS_ANGLE_CONSTANT (-0.8) };
  const QsAngle         zero = QS_ANGLE_CONSTANT (0.0);
  QsDensity            *density = qs_density_new (1, NULL, NULL);
  g_autoptr (QsCircuit) prepare = qs_circuit_new (1), idle = qs_circuit_new (1);

  qs_circuit_add (prepare, QS_GATE_U3, 0, 0, angles);
  qs_circuit_add (idle, QS_GATE_PHASE, 0, 0, &zero);
  qs_density_run (density, &none, prepare, NULL, NULL);
  qs_density_run (density, noise, idle, NULL, NULL);
  return density;
}

static void
test_three_quarters_of_depolarising_leave_nothing (void)
{
  const QsNoise         noise = { .depolarising = 0.75 };
  g_autoptr (QsDensity) density = one_qubit (&noise);

  for (guint i = 0; i < 4; i++) {
    const QsComplex found = qs_density_element (density, i / 2, i % 2);

    g_assert_cmpfloat_with_epsilon (found.re, i % 3 == 0 ? 0.5 : 0.0, 1e-15);
    g_assert_cmpfloat_with_epsilon (found.im, 0.0, 1e-15);
  }
}

static void
test_depolarising_is_the_sum_of_three_errors (void)
{
  const double            p = 0.13;
  const QsNoise           noise = { .depolarising = p }, none = { 0 };
  g_autoptr (QsDensity)   before = one_qubit (&none), after = one_qubit (&noise);
  double complex          rho[2][2], sum[2][2];
  static const QsGateKind kinds[] = { QS_GATE_X, QS_GATE_Y, QS_GATE_Z };

  for (guint i = 0; i < 4; i++) {
    const QsComplex e = qs_density_element (before, i / 2, i % 2);

    rho[i / 2][i % 2] = e.re + I * e.im;
    sum[i / 2][i % 2] = (1.0 - p) * rho[i / 2][i % 2];
  }
  for (guint k = 0; k < 3; k++) {
    double complex u[2][2];

    qs_dense_gate1 (kinds[k], NULL, u);
    for (guint i = 0; i < 16; i++)
      sum[i / 8][i / 4 % 2] += p / 3.0 * u[i / 8][i / 2 % 2] * rho[i / 2 % 2][i % 2] *
                               conj (u[i / 4 % 2][i % 2]);
  }
  for (guint i = 0; i < 4; i++) {
    const QsComplex found = qs_density_element (after, i / 2, i % 2);

    g_assert_cmpfloat_with_epsilon (found.re, creal (sum[i / 2][i % 2]), 1e-15);
    g_assert_cmpfloat_with_epsilon (found.im, cimag (sum[i / 2][i % 2]), 1e-15);
  }
}

static void
test_damping_falls_and_dims (void)
{
  const double          damping = 0.3;
  const QsNoise         noise = { .damping = damping }, none = { 0 };
  g_autoptr (QsDensity) before = one_qubit (&none), after = one_qubit (&noise);
  const QsComplex       was = qs_density_element (before, 0, 1),
                  is = qs_density_element (after, 0, 1);

  g_assert_cmpfloat_with_epsilon (
      qs_density_expect_z (after, 1),
      1.0 - (1.0 - damping) * (1.0 - qs_density_expect_z (before, 1)), 1e-15);
  g_assert_cmpfloat_with_epsilon (is.re, sqrt (1.0 - damping) * was.re, 1e-15);
  g_assert_cmpfloat_with_epsilon (is.im, sqrt (1.0 - damping) * was.im, 1e-15);
  g_assert_cmpfloat_with_epsilon (qs_density_expect_z (after, 0), 1.0, 1e-15);
}

/* Gates of all sorts on four qubits. */
static QsCircuit *
circuit_of_all_sorts (void)
{
  const QsAngle angles[] = { QS_ANGLE_CONSTANT (0.9), QS_ANGLE_CONSTANT (-0.3),
                             QS_ANGLE_CONSTANT (1.7) };
  QsCircuit    *self = qs_circuit_new (4);

  for (guint turn = 0; turn < 2; turn++) {
    for (guint q = 0; q < 4; q++)
      qs_circuit_add (self, q % 2 == 0 ? QS_GATE_U3 : QS_GATE_RY, 0, q, angles);
    qs_circuit_add (self, QS_GATE_X, 1, 1, NULL);
    qs_circuit_add (self, QS_GATE_Y, 6, 3, NULL);
    qs_circuit_add (self, QS_GATE_RX, 8, 0, angles);
    qs_circuit_add (self, QS_GATE_T, 0, 2, NULL);
    qs_circuit_add_swap (self, 1, 2, 3);
  }
  return self;
}

static void
test_without_noise_it_is_the_state (void)
{
  const QsNoise         none = { 0 };
  g_autoptr (QsCircuit) circuit = circuit_of_all_sorts ();
  g_autoptr (QsState)   state = qs_state_new (4, FALSE, NULL, NULL);
  g_autoptr (QsDensity) density = qs_density_new (4, NULL, NULL);

  qs_circuit_run (circuit, NULL, NULL, state);
  qs_density_run (density, &none, circuit, NULL, NULL);
  for (gsize i = 0; i < 256; i++) {
    const QsComplex a = qs_state_amplitude (state, i % 16);
    const QsComplex b = qs_state_amplitude (state, i / 16);
    const QsComplex found = qs_density_element (density, i % 16, i / 16);

    g_assert_cmpfloat_with_epsilon (found.re, a.re * b.re + a.im * b.im, 1e-14);
    g_assert_cmpfloat_with_epsilon (found.im, a.im * b.re - a.re * b.im, 1e-14);
  }
}

static void
test_trajectories_agree_with_the_density_matrix (void)
{
  enum { N_TRAJECTORIES = 4000, N_OUTPUTS = 5 };
  static const QsNoise noises[] = {
    { .depolarising = 0.03 },
    { .damping = 0.08 },
    { .depolarising = 0.02, .damping = 0.05 },
  };
  static const gsize    outputs[N_OUTPUTS] = { 1, 2, 4, 8, 15 };
  const QsRngKey        key = { .seed = 12, .stream = QS_RNG_TEST };
  g_autoptr (QsCircuit) circuit = circuit_of_all_sorts ();
  g_autoptr (QsState)   state = qs_state_new (4, FALSE, NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (noises); i++) {
    g_autoptr (QsDensity) density = qs_density_new (4, NULL, NULL);
    double                sum[N_OUTPUTS] = { 0.0 }, square[N_OUTPUTS] = { 0.0 };

    qs_density_run (density, &noises[i], circuit, NULL, NULL);
    g_assert_cmpfloat_with_epsilon (qs_density_expect_z (density, 0), 1.0, 1e-13);
    for (guint32 t = 0; t < N_TRAJECTORIES; t++) {
      qs_noise_trajectory (&noises[i], circuit, NULL, NULL, &key, t, state);
      g_assert_cmpfloat_with_epsilon (qs_state_norm2 (state), 1.0, 1e-12);
      for (guint k = 0; k < N_OUTPUTS; k++) {
        const double z = qs_state_expect_z (state, outputs[k]);

        sum[k] += z / N_TRAJECTORIES;
        square[k] += z * z / N_TRAJECTORIES;
      }
    }
    for (guint k = 0; k < N_OUTPUTS; k++) {
      const double error = sqrt ((square[k] - sum[k] * sum[k]) / N_TRAJECTORIES);

      /* Four standard errors. */
      g_assert_cmpfloat_with_epsilon (sum[k], qs_density_expect_z (density, outputs[k]),
                                      4.0 * error);
    }
  }
}

/* Bits drawn, then misread, against the closed form: four standard errors. */
static void
test_readout_misreads_what_was_drawn (void)
{
  enum { N = 40000 };
  const QsNoise  noise = { .readout = { 0.04, 0.11 } };
  const QsRngKey key = { .seed = 3, .stream = QS_RNG_TEST };
  const double   p = 0.7, expected = qs_noise_read (&noise, p);
  guint          n_ones = 0;

  for (guint32 i = 0; i < N; i++) {
    const gboolean one = qs_rng_uniform (&key, i, 0) < p;

    n_ones += one != (qs_rng_uniform (&key, i, 1) < noise.readout[one]);
  }
  g_assert_cmpfloat_with_epsilon (n_ones / (double) N, expected,
                                  4.0 * sqrt (expected * (1.0 - expected) / N));
}

static void
test_what_is_no_probability_is_refused (void)
{
  static const QsNoise bad[] = { { .depolarising = 0.8 },
                                 { .damping = -0.1 },
                                 { .circuit = NAN },
                                 { .readout = { 0.5, 0.0 } },
                                 { .readout = { 0.0, 0.6 } } };
  g_autoptr (GError)   error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_assert_false (qs_noise_validate (&bad[i], &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
    g_clear_error (&error);
  }

  g_assert_null (qs_density_new (QS_DENSITY_MAX_QUBITS + 1, NULL, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_RESOURCE);
}

#define ADD(name, function) g_test_add_func ("/quantum/noise/" name, function)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("three-quarters-of-depolarising-leave-nothing",
       test_three_quarters_of_depolarising_leave_nothing);
  ADD ("depolarising-is-the-sum-of-three-errors",
       test_depolarising_is_the_sum_of_three_errors);
  ADD ("damping-falls-and-dims", test_damping_falls_and_dims);
  ADD ("without-noise-it-is-the-state", test_without_noise_it_is_the_state);
  ADD ("trajectories-agree-with-the-density-matrix",
       test_trajectories_agree_with_the_density_matrix);
  ADD ("readout-misreads-what-was-drawn", test_readout_misreads_what_was_drawn);
  ADD ("what-is-no-probability-is-refused", test_what_is_no_probability_is_refused);
  return g_test_run ();
}
