/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-circuit.h"

#include "qs-vqc.h"

#include <math.h>

#define N 4

static void
assert_outputs (const QsCircuit *circuit,
                const double    *theta,
                const double    *x,
                const double    *expected)
{
  g_autoptr (QsState) state =
      qs_state_new (qs_circuit_n_qubits (circuit), FALSE, NULL, NULL);
  double output[8];

  qs_circuit_run (circuit, theta, x, state);
  qs_circuit_expect (circuit, state, output);
  for (guint k = 0; k < qs_circuit_n_outputs (circuit); k++)
    g_assert_cmpfloat (fabs (output[k] - expected[k]), <, 2e-15);
}

/* Computed with PennyLane; also products of cosines of x + w. */
static void
test_basic_layer_gives_known_outputs (void)
{
  static const double x[] = { 0.1, 0.2, 0.3, 0.4 }, w[] = { 0.5, 0.6, 0.7, 0.8 };
  static const double known[] = { 0.136403141769403, 0.575016860370741, 0.310682935571370,
                                  0.112578370887863 };
  g_autoptr (QsCircuit) circuit = qs_vqc_basic ();
  double                c[N], product[N];

  for (guint q = 0; q < N; q++)
    c[q] = cos (x[q] + w[q]);
  product[0] = c[1] * c[2] * c[3];
  product[1] = c[0] * c[1];
  product[2] = product[1] * c[2];
  product[3] = product[2] * c[3];

  assert_outputs (circuit, w, x, known);
  assert_outputs (circuit, w, x, product);
}

static void
test_chen_circuit_gives_known_outputs (void)
{
  static const double   v[] = { 0.1, -0.2, 0.3, 0.7 };
  static const double   known[] = { 0.182267305876042, -0.208621769844330,
                                    0.176277552405478, -0.305757912725689 };
  g_autoptr (QsCircuit) circuit = qs_vqc_chen (2);
  double                x[2 * N], theta[24];

  for (guint q = 0; q < N; q++) {
    x[q] = atan (v[q]);
    x[N + q] = atan (v[q] * v[q]);
  }
  for (guint k = 0; k < 24; k++)
    theta[k] = 0.1 * k;

  assert_outputs (circuit, theta, x, known);
}

static void
test_strong_layers_give_known_outputs (void)
{
  static const double   known[] = { -0.0408027015060911, -0.219151992447890,
                                    0.0167723304373130, -0.0205751058856506 };
  g_autoptr (QsCircuit) circuit = qs_circuit_new (N);
  double                theta[24];

  for (guint k = 0; k < 24; k++)
    theta[k] = 0.1 * k;
  qs_circuit_add_strong_layer (circuit, 1);
  g_assert_cmpuint (qs_circuit_add_strong_layer (circuit, 2), ==, 24);
  for (guint q = 0; q < N; q++)
    qs_circuit_measure (circuit, (gsize) 1 << q);

  assert_outputs (circuit, theta, NULL, known);
}

static void
test_half_turns_flip_the_ring (void)
{
  static const double theta[] = { G_PI, G_PI, G_PI };
  static const double known[][3] = { { -1.0, 1.0 }, { 1.0, 1.0, -1.0 } };

  for (guint n = 2; n <= 3; n++) {
    g_autoptr (QsCircuit) circuit = qs_circuit_new (n);

    qs_circuit_add_basic_layer (circuit);
    for (guint q = 0; q < n; q++)
      qs_circuit_measure (circuit, (gsize) 1 << q);
    assert_outputs (circuit, theta, NULL, known[n - 2]);
  }
}

/* One angle may add a constant, a parameter and an input, and an input may come again. */
static void
test_inputs_may_be_uploaded_again (void)
{
  g_autoptr (QsCircuit) circuit = qs_circuit_new (1);
  const QsAngle         first = { 0.25, 0, 0, 2.0 }, second = { -0.5, 0, 1, 1.0 };
  const double          theta = 0.3, x[] = { 0.7, -0.2 };
  const double          expected = cos ((0.25 + 0.3 + 1.4) + (-0.5 + 0.3 - 0.2));

  qs_circuit_add (circuit, QS_GATE_RY, 0, 0, &first);
  qs_circuit_add (circuit, QS_GATE_RY, 0, 0, &second);
  qs_circuit_measure (circuit, 1);

  g_assert_cmpuint (qs_circuit_n_parameters (circuit), ==, 1);
  g_assert_cmpuint (qs_circuit_n_inputs (circuit), ==, 2);
  assert_outputs (circuit, &theta, x, &expected);
}

/* Products of Z from the probabilities, by hand. */
static void
test_products_are_sums_over_the_outcomes (void)
{
  g_autoptr (QsCircuit) circuit = qs_vqc_everything ();
  g_autoptr (QsState)   state = qs_state_new (N, FALSE, NULL, NULL);
  double                theta[40], x[N], p[16], output[6];

  for (guint k = 0; k < 40; k++)
    theta[k] = sin (k + 1.0);
  for (guint k = 0; k < N; k++)
    x[k] = cos (3.0 * k);

  qs_circuit_run (circuit, theta, x, state);
  qs_circuit_expect (circuit, state, output);
  qs_state_probabilities (state, p);
  for (guint k = 0; k < 6; k++) {
    double sum = 0.0;

    for (guint i = 0; i < 16; i++)
      sum += __builtin_popcountll (i & qs_circuit_output (circuit, k)) % 2 ? -p[i] : p[i];
    g_assert_cmpfloat (fabs (sum - output[k]), <, 1e-15);
  }
}

/* Quantum-Train counts 6 parameters per qubit and block: 1344 in 14 blocks of 16. */
static void
test_blocks_count_their_parameters (void)
{
  g_autoptr (QsCircuit) circuit = qs_circuit_new (16);

  for (guint block = 0; block < 14; block++)
    qs_circuit_add_u3_layer (circuit);

  g_assert_cmpuint (qs_circuit_n_parameters (circuit), ==, 1344);
  g_assert_cmpuint (qs_circuit_n_gates (circuit), ==, 448);
}

static void
test_depth_counts_gates_that_wait (void)
{
  g_autoptr (QsCircuit) circuit = qs_circuit_new (N);

  for (guint q = 0; q < N; q++)
    qs_circuit_add (circuit, QS_GATE_H, 0, q, NULL);
  g_assert_cmpuint (qs_circuit_depth (circuit), ==, 1);

  qs_circuit_add (circuit, QS_GATE_X, 1, 3, NULL);
  qs_circuit_add (circuit, QS_GATE_X, 2, 2, NULL);
  g_assert_cmpuint (qs_circuit_depth (circuit), ==, 2);
  g_assert_cmpuint (qs_circuit_n_columns (circuit), ==, 3);
}

static void
test_drawing_shows_every_gate (void)
{
  g_autoptr (QsCircuit) circuit = qs_circuit_new (3);
  g_autofree char      *text = NULL;
  const QsAngle         angle = { 0.5, 2, 1, 2.0 };

  qs_circuit_add (circuit, QS_GATE_H, 0, 0, NULL);
  qs_circuit_add (circuit, QS_GATE_RX, 0, 2, &angle);
  qs_circuit_add (circuit, QS_GATE_X, 1, 2, NULL);
  qs_circuit_add (circuit, QS_GATE_RZ, 2, 2, &QS_ANGLE_CONSTANT (-1.0));
  qs_circuit_add_swap (circuit, 0, 0, 1);

  text = qs_circuit_draw (circuit);
  g_assert_cmpstr (text, ==,
                   "q0  ─H───────────────●────────x─\n"
                   "q1  ─────────────────│─●──────x─\n"
                   "q2  ─RX(θ2+2·x1+0.5)─X─RZ(-1)───\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/quantum/circuit/basic-layer-gives-known-outputs",
                   test_basic_layer_gives_known_outputs);
  g_test_add_func ("/quantum/circuit/chen-circuit-gives-known-outputs",
                   test_chen_circuit_gives_known_outputs);
  g_test_add_func ("/quantum/circuit/strong-layers-give-known-outputs",
                   test_strong_layers_give_known_outputs);
  g_test_add_func ("/quantum/circuit/half-turns-flip-the-ring",
                   test_half_turns_flip_the_ring);
  g_test_add_func ("/quantum/circuit/inputs-may-be-uploaded-again",
                   test_inputs_may_be_uploaded_again);
  g_test_add_func ("/quantum/circuit/products-are-sums-over-the-outcomes",
                   test_products_are_sums_over_the_outcomes);
  g_test_add_func ("/quantum/circuit/blocks-count-their-parameters",
                   test_blocks_count_their_parameters);
  g_test_add_func ("/quantum/circuit/depth-counts-gates-that-wait",
                   test_depth_counts_gates_that_wait);
  g_test_add_func ("/quantum/circuit/drawing-shows-every-gate",
                   test_drawing_shows_every_gate);

  return g_test_run ();
}
