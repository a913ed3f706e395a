/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-gradient.h"

#include <math.h>

struct _QsAdjoint {
  const QsCircuit *circuit; /* borrowed */
  QsState         *ket;
  QsState         *bra;
  QsStateGate     *gates;
  QsComplex (*overlap)[2][2]; /* of each gate */
  gboolean forward;           /* whether @ket is at the circuit's end */
};

/**
 * qs_adjoint_new:
 * @circuit: borrowed while this lives; not to be changed
 * @run: (nullable): whose threads to use
 * @error: return location for %QS_ERROR_RESOURCE
 */
QsAdjoint *
qs_adjoint_new (const QsCircuit *circuit, QsRun *run, GError **error)
{
  const guint           n_qubits = qs_circuit_n_qubits (circuit);
  const gsize           n_gates = 3 * (gsize) qs_circuit_n_gates (circuit);
  g_autoptr (QsAdjoint) self = g_new0 (QsAdjoint, 1);

  self->circuit = circuit;
  self->ket = qs_state_new (n_qubits, FALSE, run, error);
  if (self->ket == NULL)
    return NULL;

  self->bra = qs_state_new (n_qubits, FALSE, run, error);
  if (self->bra == NULL)
    return NULL;

  self->gates = g_new (QsStateGate, n_gates);
  self->overlap = g_malloc0_n (n_gates, sizeof *self->overlap);
  return g_steal_pointer (&self);
}

void
qs_adjoint_free (QsAdjoint *self)
{
  if (self == NULL)
    return;

  qs_state_free (self->ket);
  qs_state_free (self->bra);
  g_free (self->gates);
  g_free (self->overlap);
  g_free (self);
}

/**
 * qs_adjoint_forward:
 *
 * Runs the circuit.
 *
 * Returns: (transfer none): the state at its end, until one of the backward calls
 */
const QsState *
qs_adjoint_forward (QsAdjoint *self, const double *theta, const double *x)
{
  qs_circuit_run (self->circuit, theta, x, self->ket);
  self->forward = TRUE;
  return self->ket;
}

static gboolean
is_wanted (const QsAngle *angle, const double *theta_slope, const double *x_slope)
{
  return (angle->parameter >= 0 && theta_slope != NULL) ||
         (angle->input >= 0 && x_slope != NULL);
}

/* Hands the slope by an angle on to what the angle is made of. */
static void
hand_on (const QsAngle *angle, double slope, double *theta_slope, double *x_slope)
{
  if (angle->parameter >= 0 && theta_slope != NULL)
    theta_slope[angle->parameter] += slope;
  if (angle->input >= 0 && x_slope != NULL)
    x_slope[angle->input] += angle->scale * slope;
}

/* 2 Re Σ dU[row][column] overlap[row][column] */
static double
angle_slope (const QsGate1 *du, QsComplex overlap[2][2])
{
  double sum = 0.0;

  for (guint row = 0; row < 2; row++)
    for (guint column = 0; column < 2; column++)
      sum += du->u[row][column].re * overlap[row][column].re -
             du->u[row][column].im * overlap[row][column].im;

  return 2.0 * sum;
}

/* The gates as the state takes them, with a mark on those whose slope is wanted. */
static gsize
mark_gates (QsAdjoint    *self,
            const double *theta,
            const double *x,
            const double *theta_slope,
            const double *x_slope)
{
  const gsize  n = qs_circuit_gates (self->circuit, theta, x, self->gates);
  QsStateGate *lowered = self->gates;

  for (guint i = 0; i < qs_circuit_n_gates (self->circuit); i++) {
    const QsCircuitGate *gate = qs_circuit_gate (self->circuit, i);

    for (guint k = 0; k < qs_gate_n_angles (gate->kind); k++)
      if (is_wanted (&gate->angle[k], theta_slope, x_slope))
        lowered->measured = TRUE;
    lowered += gate->kind == QS_GATE_SWAP ? 3 : 1;
  }

  return n;
}

/* Hands the slopes on that the overlaps of the gates give. */
static void
hand_on_all (QsAdjoint    *self,
             const double *theta,
             const double *x,
             double       *theta_slope,
             double       *x_slope)
{
  gsize at = 0;

  for (guint i = 0; i < qs_circuit_n_gates (self->circuit); i++) {
    const QsCircuitGate *gate = qs_circuit_gate (self->circuit, i);
    double               angles[QS_GATE_MAX_ANGLES];

    qs_circuit_angles (gate, theta, x, angles);
    for (guint k = 0; k < qs_gate_n_angles (gate->kind); k++) {
      const QsGate1 du = qs_gate1_slope (gate->kind, angles, k);

      if (is_wanted (&gate->angle[k], theta_slope, x_slope))
        hand_on (&gate->angle[k], angle_slope (&du, self->overlap[at]), theta_slope,
                 x_slope);
    }
    at += gate->kind == QS_GATE_SWAP ? 3 : 1;
  }
}

/**
 * qs_adjoint_backward_probabilities:
 * @probability_slope: (array): the derivative of the loss by each amplitude's probability
 * @theta_slope: (inout) (nullable): the derivatives by the parameters are added
 * @x_slope: (inout) (nullable): those by the inputs
 *
 * Takes the circuit back from where qs_adjoint_forward() of the same @theta and @x has
 * left it: a forward pass serves one backward pass. Ends early, with slopes that mean
 * nothing, where the run is cancelled.
 */
void
qs_adjoint_backward_probabilities (QsAdjoint    *self,
                                   const double *theta,
                                   const double *x,
                                   const double *probability_slope,
                                   double       *theta_slope,
                                   double       *x_slope)
{
  double *bra_re = qs_state_re (self->bra), *bra_im = qs_state_im (self->bra);
  double *ket_re = qs_state_re (self->ket), *ket_im = qs_state_im (self->ket);
  gsize   n_gates;

  g_return_if_fail (self->forward);

  self->forward = FALSE;
  for (gsize i = 0; i < qs_state_n_amplitudes (self->ket); i++) {
    bra_re[i] = probability_slope[i] * ket_re[i];
    bra_im[i] = probability_slope[i] * ket_im[i];
  }

  n_gates = mark_gates (self, theta, x, theta_slope, x_slope);
  qs_state_unapply_list (self->ket, self->bra, self->gates, n_gates, self->overlap);
  hand_on_all (self, theta, x, theta_slope, x_slope);
}

/**
 * qs_adjoint_backward:
 * @output_slope: (array): the derivative of the loss by each output
 *
 * As qs_adjoint_backward_probabilities(), of the circuit's outputs.
 */
void
qs_adjoint_backward (QsAdjoint    *self,
                     const double *theta,
                     const double *x,
                     const double *output_slope,
                     double       *theta_slope,
                     double       *x_slope)
{
  const gsize        n = qs_state_n_amplitudes (self->ket);
  g_autofree double *slope = g_new0 (double, n);

  for (guint k = 0; k < qs_circuit_n_outputs (self->circuit); k++) {
    const gsize qubits = qs_circuit_output (self->circuit, k);

    for (gsize i = 0; i < n; i++)
      slope[i] += __builtin_parityll (i & qubits) ? -output_slope[k] : output_slope[k];
  }

  qs_adjoint_backward_probabilities (self, theta, x, slope, theta_slope, x_slope);
}

/* Σ slope × output with one angle of one gate moved. */
static double
shifted_loss (const QsCircuit *circuit,
              const double    *theta,
              const double    *x,
              const double    *output_slope,
              QsState         *state,
              guint            moved,
              guint            which,
              double           shift)
{
  double loss = 0.0;

  qs_state_set_basis (state, 0);
  for (guint i = 0; i < qs_circuit_n_gates (circuit) && !qs_state_is_cancelled (state);
       i++) {
    const QsCircuitGate *gate = qs_circuit_gate (circuit, i);
    double               angles[QS_GATE_MAX_ANGLES];

    qs_circuit_angles (gate, theta, x, angles);
    if (i == moved)
      angles[which] += shift;
    qs_circuit_apply_gate (gate, angles, state);
  }

  for (guint k = 0; k < qs_circuit_n_outputs (circuit); k++)
    loss += output_slope[k] * qs_state_expect_z (state, qs_circuit_output (circuit, k));

  return loss;
}

/* A generator with two eigenvalues at distance 1 obeys the rule of two terms: all plain
 * gates, and phases with controls. Rotations with controls have the eigenvalues −½, 0 and
 * ½, and need four. */
static gboolean
needs_four_terms (const QsCircuitGate *gate, guint which)
{
  return gate->controls != 0 && gate->kind != QS_GATE_PHASE && which == 0;
}

/**
 * qs_shift_gradient:
 * @output_slope: (array): the derivative of the loss by each output
 * @state: to work in
 * @theta_slope: (inout) (nullable): the derivatives by the parameters are added
 * @x_slope: (inout) (nullable): those by the inputs
 *
 * The gradient as a quantum computer would measure it: every angle's from two runs with
 * the angle moved (Mitarai et al. 2018; Schuld et al. 2019) or from four (Anselmetti et
 * al. 2021, eq. 8). Ends early where @state's run is cancelled.
 */
void
qs_shift_gradient (const QsCircuit *circuit,
                   const double    *theta,
                   const double    *x,
                   const double    *output_slope,
                   QsState         *state,
                   double          *theta_slope,
                   double          *x_slope)
{
  for (guint i = 0; i < qs_circuit_n_gates (circuit) && !qs_state_is_cancelled (state);
       i++) {
    const QsCircuitGate *gate = qs_circuit_gate (circuit, i);

    for (guint k = 0; k < qs_gate_n_angles (gate->kind); k++) {
      const guint  n_terms = needs_four_terms (gate, k) ? 2 : 1;
      const double four[2] = { (M_SQRT2 + 1.0) / (4.0 * M_SQRT2),
                               -(M_SQRT2 - 1.0) / (4.0 * M_SQRT2) };
      double       slope = 0.0;

      if (!is_wanted (&gate->angle[k], theta_slope, x_slope))
        continue;

      for (guint term = 0; term < n_terms; term++) {
        const double shift = (term + 0.5) * G_PI;
        const double weight = n_terms == 2 ? four[term] : 0.5;

        slope += weight *
                 (shifted_loss (circuit, theta, x, output_slope, state, i, k, shift) -
                  shifted_loss (circuit, theta, x, output_slope, state, i, k, -shift));
      }
      hand_on (&gate->angle[k], slope, theta_slope, x_slope);
    }
  }
}
