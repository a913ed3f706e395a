/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-qaoa.h"

#include <math.h>

/**
 * qs_qaoa_ramp:
 * @n_layers: 1 to %QS_QAOA_MAX_LAYERS
 * @phase: γ that a ramp from 0 would end at
 * @mix: β that a ramp to 0 would begin at
 *
 * Returns: angles on two straight lines, taken in the middle of each layer: slow enough,
 *   they follow the state that costs least
 */
QsQaoaAngles
qs_qaoa_ramp (guint n_layers, double phase, double mix)
{
  QsQaoaAngles self = { .n_layers = n_layers };

  g_return_val_if_fail (n_layers >= 1 && n_layers <= QS_QAOA_MAX_LAYERS, self);

  for (guint i = 0; i < n_layers; i++) {
    const double place = (i + 0.5) / n_layers;

    self.phase[i] = phase * place;
    self.mix[i] = mix * (1.0 - place);
  }

  return self;
}

static void
turn_phases (const double *cost, double angle, QsState *state)
{
  double *re = qs_state_re (state), *im = qs_state_im (state);

  for (gsize x = 0; x < qs_state_n_amplitudes (state); x++) {
    const double c = cos (angle * cost[x]), s = -sin (angle * cost[x]);
    const double kept = re[x];

    re[x] = c * kept - s * im[x];
    im[x] = s * kept + c * im[x];
  }
}

/**
 * qs_qaoa_run:
 * @cost: (array): of each basis state, as many as @state has amplitudes
 * @state: complex; set to what the layers make of |+…+⟩
 */
void
qs_qaoa_run (const QsQaoaAngles *self, const double *cost, QsState *state)
{
  const guint n_qubits = qs_state_n_qubits (state);

  qs_state_set_basis (state, 0);
  for (guint q = 0; q < n_qubits; q++)
    qs_state_apply_kind (state, QS_GATE_H, NULL, 0, q);

  for (guint i = 0; i < self->n_layers; i++) {
    const double angle = -2.0 * self->mix[i];

    turn_phases (cost, self->phase[i], state);
    for (guint q = 0; q < n_qubits; q++)
      qs_state_apply_kind (state, QS_GATE_RX, &angle, 0, q);
  }
}

/* The mean cost of what is measured. */
double
qs_qaoa_expect (const double *cost, const QsState *state)
{
  double sum = 0.0;

  for (gsize x = 0; x < qs_state_n_amplitudes (state); x++) {
    const QsComplex a = qs_state_amplitude (state, x);

    sum += (a.re * a.re + a.im * a.im) * cost[x];
  }

  return sum;
}
