/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-gradient.h"

#include "qs-vqc.h"

#include <math.h>
#include <string.h>

#define N_VALUES 64

/* A circuit, where it is looked at, and a loss: a sum of its outputs with odd weights. */
typedef struct {
  QsCircuit *circuit;
  QsState   *state;
  double     theta[N_VALUES];
  double     x[N_VALUES];
  double     weight[N_VALUES];
} Case;

static void
case_init (Case *self, QsCircuit *circuit)
{
  self->circuit = circuit;
  self->state = qs_state_new (qs_circuit_n_qubits (circuit), FALSE, NULL, NULL);
  for (guint k = 0; k < N_VALUES; k++) {
    self->theta[k] = sin (1.0 + 7.0 * k);
    self->x[k] = cos (2.0 + 5.0 * k);
    self->weight[k] = 1.0 + sin (3.0 * k);
  }
}

static void
case_clear (Case *self)
{
  qs_state_free (self->state);
  qs_circuit_free (self->circuit);
}

static double
loss (Case *self)
{
  double output[N_VALUES], sum = 0.0;

  qs_circuit_run (self->circuit, self->theta, self->x, self->state);
  qs_circuit_expect (self->circuit, self->state, output);
  for (guint k = 0; k < qs_circuit_n_outputs (self->circuit); k++)
    sum += self->weight[k] * output[k];

  return sum;
}

/* Richardson's extrapolation of central differences: error some 1e-11. */
static double
difference (Case *self, double *value)
{
  const double at = *value, h = 1e-3;
  double       slope[2];

  for (guint k = 0; k < 2; k++) {
    const double step = (k + 1) * h;

    *value = at + step;
    slope[k] = loss (self);
    *value = at - step;
    slope[k] = (slope[k] - loss (self)) / (2.0 * step);
  }

  *value = at;
  return (4.0 * slope[0] - slope[1]) / 3.0;
}

static void
adjoint (Case *self, double *theta_slope, double *x_slope)
{
  g_autoptr (QsAdjoint) sweep = qs_adjoint_new (self->circuit, NULL, NULL);

  qs_adjoint_forward (sweep, self->theta, self->x);
  qs_adjoint_backward (sweep, self->theta, self->x, self->weight, theta_slope, x_slope);
}

static void
check_gradient (QsCircuit *circuit)
{
  double by_adjoint[2][N_VALUES] = { { 0 } }, by_shift[2][N_VALUES] = { { 0 } };
  Case   self;

  case_init (&self, circuit);
  adjoint (&self, by_adjoint[0], by_adjoint[1]);
  qs_shift_gradient (circuit, self.theta, self.x, self.weight, self.state, by_shift[0],
                     by_shift[1]);

  for (guint which = 0; which < 2; which++) {
    const guint n =
        which == 0 ? qs_circuit_n_parameters (circuit) : qs_circuit_n_inputs (circuit);
    double *values = which == 0 ? self.theta : self.x;

    g_assert_cmpuint (n, <=, N_VALUES);
    for (guint k = 0; k < n; k++) {
      g_assert_cmpfloat (fabs (by_adjoint[which][k] - by_shift[which][k]), <, 1e-13);
      g_assert_cmpfloat (fabs (by_adjoint[which][k] - difference (&self, &values[k])), <,
                         1e-9);
    }
  }

  case_clear (&self);
}

/* A gate between layers that make all its angles count. */
static QsCircuit *
around (QsGateKind kind, gsize controls, guint target)
{
  QsCircuit *circuit = qs_circuit_new (5);
  QsAngle    angles[QS_GATE_MAX_ANGLES];

  for (guint q = 0; q < 5; q++)
    qs_circuit_add (circuit, QS_GATE_U3, 0, q,
                    (QsAngle[]){ QS_ANGLE_CONSTANT (0.4 + q), QS_ANGLE_CONSTANT (0.3),
                                 QS_ANGLE_INPUT (q) });
  for (guint k = 0; k < qs_gate_n_angles (kind); k++)
    angles[k] = QS_ANGLE_PARAMETER (k);
  qs_circuit_add (circuit, kind, controls, target, angles);
  for (guint q = 0; q < 5; q++) {
    qs_circuit_add (circuit, QS_GATE_RX, 0, q, &QS_ANGLE_CONSTANT (1.1 - q));
    qs_circuit_add (circuit, QS_GATE_X, (gsize) 1 << q, (q + 1) % 5, NULL);
  }
  for (guint q = 0; q < 5; q++)
    qs_circuit_measure (circuit, (gsize) 1 << q);

  return circuit;
}

/* Targets and controls among the lanes of a vector and beyond. */
static void
test_every_gate_agrees_with_shifts_and_differences (void)
{
  static const struct {
    gsize controls;
    guint target;
  } places[] = { { 0, 0 }, { 0, 2 },  { 0, 3 }, { 2, 0 }, { 16, 1 },
                 { 1, 4 }, { 16, 3 }, { 5, 1 }, { 9, 4 }, { 24, 2 } };

  for (QsGateKind kind = 0; kind < QS_GATE_SWAP; kind++)
    for (guint k = 0; k < G_N_ELEMENTS (places); k++)
      check_gradient (around (kind, places[k].controls, places[k].target));
}

static void
test_whole_circuits_agree_with_shifts_and_differences (void)
{
  check_gradient (qs_vqc_basic ());
  check_gradient (qs_vqc_chen (3));
  check_gradient (qs_vqc_everything ());
}

/* Computed with PennyLane. */
static void
test_chen_circuit_gives_the_known_slope (void)
{
  static const double v[] = { 0.1, -0.2, 0.3, 0.7 };
  double              slope[24] = { 0 }, sum = 0.0;
  Case                self;

  case_init (&self, qs_vqc_chen (2));
  for (guint k = 0; k < 24; k++)
    self.theta[k] = 0.1 * k;
  for (guint q = 0; q < 4; q++) {
    self.x[q] = atan (v[q]);
    self.x[4 + q] = atan (v[q] * v[q]);
    self.weight[q] = q == 0;
  }

  adjoint (&self, slope, NULL);
  for (guint k = 0; k < 24; k++)
    sum += slope[k];

  g_assert_cmpfloat (fabs (sum - 1.083467540048519), <, 1e-13);
  case_clear (&self);
}

/* With two terms where four are due the gradient is wrong: the rule is really needed. */
static void
test_two_terms_do_not_do_for_controlled_rotations (void)
{
  double two_terms, slope[1] = { 0.0 };
  Case   self;

  case_init (&self, around (QS_GATE_RY, 1, 4));
  adjoint (&self, slope, NULL);
  self.theta[0] += 0.5 * G_PI;
  two_terms = 0.5 * loss (&self);
  self.theta[0] -= G_PI;
  two_terms -= 0.5 * loss (&self);

  g_assert_cmpfloat (fabs (two_terms - slope[0]), >, 1e-4);
  case_clear (&self);
}

/* A parameter that nothing learns from is a defect. */
static void
assert_every_parameter_learns (QsCircuit *circuit)
{
  double slope[N_VALUES] = { 0 }, x_slope[N_VALUES] = { 0 };
  Case   self;

  case_init (&self, circuit);
  adjoint (&self, slope, x_slope);
  for (guint k = 0; k < qs_circuit_n_parameters (circuit); k++)
    g_assert_cmpfloat (fabs (slope[k]), >, 1e-6);
  for (guint k = 0; k < qs_circuit_n_inputs (circuit); k++)
    g_assert_cmpfloat (fabs (x_slope[k]), >, 1e-6);
  case_clear (&self);
}

static void
test_every_parameter_receives_a_gradient (void)
{
  assert_every_parameter_learns (qs_vqc_basic ());
  assert_every_parameter_learns (qs_vqc_everything ());
}

static void
test_probabilities_agree_with_differences (void)
{
  double slope[N_VALUES] = { 0 }, weight[16];
  Case   self;

  case_init (&self, qs_vqc_everything ());
  for (guint i = 0; i < 16; i++)
    weight[i] = sin (11.0 * i);

  g_autoptr (QsAdjoint) sweep = qs_adjoint_new (self.circuit, NULL, NULL);
  qs_adjoint_forward (sweep, self.theta, self.x);
  qs_adjoint_backward_probabilities (sweep, self.theta, self.x, weight, slope, NULL);

  for (guint k = 0; k < qs_circuit_n_parameters (self.circuit); k++) {
    const double at = self.theta[k], h = 1e-5;
    double       p[16], change = 0.0;

    for (int side = -1; side <= 1; side += 2) {
      self.theta[k] = at + side * h;
      qs_circuit_run (self.circuit, self.theta, self.x, self.state);
      qs_state_probabilities (self.state, p);
      for (guint i = 0; i < 16; i++)
        change += side * weight[i] * p[i];
    }
    self.theta[k] = at;
    g_assert_cmpfloat (fabs (change / (2.0 * h) - slope[k]), <, 1e-9);
  }
  case_clear (&self);
}

static void
test_threads_give_the_same_bits (void)
{
  g_autoptr (QsRun)     run = qs_run_new (3, NULL, NULL);
  g_autoptr (QsCircuit) circuit = qs_circuit_new (18);
  double                theta[36], weight[18], slope[2][36] = { { 0 } };

  qs_circuit_add_basic_layer (circuit);
  qs_circuit_add_basic_layer (circuit);
  for (guint q = 0; q < 18; q++) {
    qs_circuit_measure (circuit, (gsize) 1 << q);
    weight[q] = 1.0 + q;
  }
  for (guint k = 0; k < 36; k++)
    theta[k] = 0.1 + 0.07 * k;

  for (guint k = 0; k < 2; k++) {
    g_autoptr (QsAdjoint) sweep = qs_adjoint_new (circuit, k == 0 ? NULL : run, NULL);

    qs_adjoint_forward (sweep, theta, NULL);
    qs_adjoint_backward (sweep, theta, NULL, weight, slope[k], NULL);
  }
  g_assert_cmpmem (slope[0], sizeof slope[0], slope[1], sizeof slope[1]);
}

/* Nothing is computed after a cancel: not even the first gate of either pass. */
static void
test_cancelling_ends_a_sweep (void)
{
  g_autoptr (QsRun) run = qs_run_new (1, NULL, NULL);
  double            slope[N_VALUES] = { 0 };
  Case              self;

  case_init (&self, qs_vqc_basic ());
  g_autoptr (QsAdjoint) sweep = qs_adjoint_new (self.circuit, run, NULL);
  qs_run_cancel (run);
  g_assert_cmpfloat (
      qs_state_amplitude (qs_adjoint_forward (sweep, self.theta, self.x), 0).re, ==, 1.0);
  qs_adjoint_backward (sweep, self.theta, self.x, self.weight, slope, NULL);
  for (guint k = 0; k < N_VALUES; k++)
    g_assert_cmpfloat (slope[k], ==, 0.0);
  case_clear (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/quantum/gradient/every-gate-agrees-with-shifts-and-differences",
                   test_every_gate_agrees_with_shifts_and_differences);
  g_test_add_func ("/quantum/gradient/whole-circuits-agree-with-shifts-and-differences",
                   test_whole_circuits_agree_with_shifts_and_differences);
  g_test_add_func ("/quantum/gradient/chen-circuit-gives-the-known-slope",
                   test_chen_circuit_gives_the_known_slope);
  g_test_add_func ("/quantum/gradient/two-terms-do-not-do-for-controlled-rotations",
                   test_two_terms_do_not_do_for_controlled_rotations);
  g_test_add_func ("/quantum/gradient/every-parameter-receives-a-gradient",
                   test_every_parameter_receives_a_gradient);
  g_test_add_func ("/quantum/gradient/probabilities-agree-with-differences",
                   test_probabilities_agree_with_differences);
  g_test_add_func ("/quantum/gradient/threads-give-the-same-bits",
                   test_threads_give_the_same_bits);
  g_test_add_func ("/quantum/gradient/cancelling-ends-a-sweep",
                   test_cancelling_ends_a_sweep);

  return g_test_run ();
}
