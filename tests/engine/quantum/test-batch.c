/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-batch.h"

#include "qs-vqc.h"
#include "quantum/qs-gradient.h"

#include <math.h>
#include <string.h>

#define N 21 /* two blocks and a rest */
#define N_VALUES 64

typedef struct {
  QsCircuit *circuit;
  double     theta[N_VALUES];
  double     x[8 * N];
  double     slope[8 * N];
  double     output[8 * N];
  double     theta_slope[N_VALUES];
  double     x_slope[8 * N];
} Case;

static void
case_init (Case *self, QsCircuit *circuit)
{
  *self = (Case){ .circuit = circuit };
  for (guint k = 0; k < N_VALUES; k++)
    self->theta[k] = sin (1.0 + 7.0 * k);
  for (guint k = 0; k < 8 * N; k++) {
    self->x[k] = 4.0 * cos (2.0 + 5.0 * k);
    self->slope[k] = sin (0.5 + 3.0 * k);
  }
}

static void
case_run (Case *self, QsQuantumPath path)
{
  g_autoptr (QsBatch) batch = qs_batch_new (self->circuit);

  qs_batch_set_path (batch, path);
  qs_batch_set_parameters (batch, self->theta);
  memset (self->theta_slope, 0, sizeof self->theta_slope);
  memset (self->x_slope, 0, sizeof self->x_slope);
  qs_batch_forward (batch, N, self->x, self->output);
  qs_batch_backward (batch, N, self->x, self->slope, self->theta_slope, self->x_slope);
}

/* Against one state vector per sample; some hundred operations of 1e-16. */
static void
check_batch (QsCircuit *circuit)
{
  const guint           n_inputs = qs_circuit_n_inputs (circuit);
  const guint           n_outputs = qs_circuit_n_outputs (circuit);
  double                theta_slope[N_VALUES] = { 0 };
  Case                  self;
  g_autoptr (QsAdjoint) adjoint = qs_adjoint_new (circuit, NULL, NULL);

  case_init (&self, circuit);
  case_run (&self, qs_quantum_path_best ());

  for (guint i = 0; i < N; i++) {
    double x[8], output[8], slope[8], x_slope[8] = { 0 };

    for (guint k = 0; k < n_inputs; k++)
      x[k] = self.x[N * k + i];
    for (guint k = 0; k < n_outputs; k++)
      slope[k] = self.slope[N * k + i];
    qs_circuit_expect (circuit, qs_adjoint_forward (adjoint, self.theta, x), output);
    qs_adjoint_backward (adjoint, self.theta, x, slope, theta_slope, x_slope);

    for (guint k = 0; k < n_outputs; k++)
      g_assert_cmpfloat (fabs (self.output[N * k + i] - output[k]), <, 1e-14);
    for (guint k = 0; k < n_inputs; k++)
      g_assert_cmpfloat (fabs (self.x_slope[N * k + i] - x_slope[k]), <, 1e-13);
  }

  for (guint k = 0; k < qs_circuit_n_parameters (circuit); k++)
    g_assert_cmpfloat (fabs (self.theta_slope[k] - theta_slope[k]), <, 1e-12);

  qs_circuit_free (circuit);
}

static void
test_agrees_with_state_vectors (void)
{
  check_batch (qs_vqc_basic ());
  check_batch (qs_vqc_chen (3));
  check_batch (qs_vqc_everything ());
}

/* Every gate alone, with and without controls. */
static void
test_every_gate_agrees_with_state_vectors (void)
{
  static const gsize controls[] = { 0, 2, 10 };

  for (QsGateKind kind = 0; kind < QS_GATE_N_KINDS; kind++)
    for (guint c = 0; c < G_N_ELEMENTS (controls); c++) {
      QsCircuit *circuit = qs_circuit_new (5);
      QsAngle    angles[QS_GATE_MAX_ANGLES];

      for (guint q = 0; q < 5; q++)
        qs_circuit_add (circuit, QS_GATE_U3, 0, q,
                        (QsAngle[]){ QS_ANGLE_CONSTANT (0.4 + q), QS_ANGLE_CONSTANT (0.3),
                                     QS_ANGLE_INPUT (q) });
      for (guint k = 0; k < qs_gate_n_angles (kind); k++)
        angles[k] = (QsAngle){ 0.2, (int) k, (int) (k + 1), -1.5 };
      if (kind == QS_GATE_SWAP)
        qs_circuit_add_swap (circuit, controls[c], 2, 0);
      else
        qs_circuit_add (circuit, kind, controls[c], 2, angles);
      for (guint q = 0; q < 5; q++) {
        qs_circuit_add (circuit, QS_GATE_RX, 0, q, &QS_ANGLE_CONSTANT (1.1 - q));
        qs_circuit_measure (circuit, (gsize) 1 << q);
      }
      check_batch (circuit);
    }
}

static void
test_paths_give_the_same_bits (void)
{
  g_autoptr (QsCircuit) circuit = qs_vqc_everything ();
  Case                  plain, other;

  case_init (&plain, circuit);
  case_run (&plain, QS_QUANTUM_PATH_PLAIN);
  for (QsQuantumPath path = 1; path < QS_QUANTUM_N_PATHS; path++) {
    if (!qs_quantum_path_supported (path))
      continue;

    case_init (&other, circuit);
    case_run (&other, path);
    g_assert_cmpmem (&plain, sizeof plain, &other, sizeof other);
  }
}

/* cos x of an angle: far from zero too, and not a number where it has none. */
static void
test_angles_of_any_size_turn (void)
{
  static const double x[] = { 0.0, 1e-9, 3.1, -3.2, 6.3, 1e3, -1e5, 12345.678, 1e8, NAN };
  g_autoptr (QsCircuit) circuit = qs_circuit_new (1);
  g_autoptr (QsBatch)   batch = NULL;
  double                output[G_N_ELEMENTS (x)];

  qs_circuit_add (circuit, QS_GATE_RY, 0, 0, &QS_ANGLE_INPUT (0));
  qs_circuit_measure (circuit, 1);
  batch = qs_batch_new (circuit);
  qs_batch_forward (batch, G_N_ELEMENTS (x), x, output);

  for (guint i = 0; i + 1 < G_N_ELEMENTS (x); i++)
    g_assert_cmpfloat (fabs (output[i] - cos (x[i])), <, 2e-15);
  g_assert_true (isnan (output[G_N_ELEMENTS (x) - 1]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/quantum/batch/agrees-with-state-vectors",
                   test_agrees_with_state_vectors);
  g_test_add_func ("/quantum/batch/every-gate-agrees-with-state-vectors",
                   test_every_gate_agrees_with_state_vectors);
  g_test_add_func ("/quantum/batch/paths-give-the-same-bits",
                   test_paths_give_the_same_bits);
  g_test_add_func ("/quantum/batch/angles-of-any-size-turn",
                   test_angles_of_any_size_turn);

  return g_test_run ();
}
