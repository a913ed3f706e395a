/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-pinn-effect.h"

#include "quantum/qs-gradient.h"

#include <math.h>
#include <string.h>

#define K QS_PINN_N_SHARES
#define N_QUBITS 3
#define N_LAYERS 3
#define N_PER_QUBIT 3
#define N_ANGLES (N_LAYERS * N_QUBITS * N_PER_QUBIT)

/* Binomial coefficients of K − 1. */
static const double choose[K] = { 1.0, 7.0, 21.0, 35.0, 35.0, 21.0, 7.0, 1.0 };

struct _QsPinnEffect {
  QsCircuit *circuit; /* NULL in the Emax model, with what follows */
  QsAdjoint *adjoint;
  double     angles[N_ANGLES];
  double     share[K];
  double     share_slope[K];
  double     emax;
  double     c50;
  double     emax_slope; /* by its logit */
  double     c50_slope;  /* by its logarithm */
};

gsize
qs_pinn_effect_n_params (gboolean quantum)
{
  return quantum ? 2 + N_ANGLES : 2;
}

static QsCircuit *
circuit_new (void)
{
  static const QsGateKind kinds[N_PER_QUBIT] = { QS_GATE_RX, QS_GATE_RY, QS_GATE_RX };
  QsCircuit              *circuit = qs_circuit_new (N_QUBITS);
  guint                   n = 0;

  for (guint q = 0; q < N_QUBITS; q++)
    qs_circuit_add (circuit, QS_GATE_H, 0, q, NULL);
  for (guint layer = 0; layer < N_LAYERS; layer++) {
    for (guint q = 0; q < N_QUBITS; q++)
      for (guint k = 0; k < N_PER_QUBIT; k++)
        qs_circuit_add (circuit, kinds[k], 0, q, &QS_ANGLE_PARAMETER (n++));
    for (guint q = 0; q + 1 < N_QUBITS; q++)
      qs_circuit_add (circuit, QS_GATE_X, (gsize) 1 << q, q + 1, NULL);
  }

  return circuit;
}

QsPinnEffect *
qs_pinn_effect_new (gboolean quantum)
{
  QsPinnEffect *self = g_new0 (QsPinnEffect, 1);

  if (quantum) {
    self->circuit = circuit_new ();
    self->adjoint = qs_adjoint_new (self->circuit, NULL, NULL);
  }
  return self;
}

void
qs_pinn_effect_free (QsPinnEffect *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->adjoint, qs_adjoint_free);
  g_clear_pointer (&self->circuit, qs_circuit_free);
  g_free (self);
}

/* Begins a gradient, too. */
void
qs_pinn_effect_set_params (QsPinnEffect *self, const double *params)
{
  self->emax = 1.0 / (1.0 + exp (-params[0]));
  self->c50 = exp (params[1]);
  self->emax_slope = self->c50_slope = 0.0;
  memset (self->share_slope, 0, sizeof self->share_slope);
  if (self->circuit == NULL)
    return;

  memcpy (self->angles, params + 2, sizeof self->angles);
  qs_state_probabilities (qs_adjoint_forward (self->adjoint, self->angles, NULL),
                          self->share);
}

/* The K distribution functions at @x, and the densities: probabilities that at least k +
 * 1 of K trials succeed, and their derivatives. */
static void
functions (double x, double below[K], double density[K])
{
  double tail = 0.0, up[K + 1], down[K + 1];

  up[0] = down[0] = 1.0;
  for (guint k = 1; k <= K; k++) {
    up[k] = up[k - 1] * x;
    down[k] = down[k - 1] * (1.0 - x);
  }
  for (guint k = K; k-- > 0;) {
    /* Of K trials, k + 1 succeed: K / (k + 1) times the coefficient of K − 1. */
    tail += K * choose[k] / (k + 1.0) * up[k + 1] * down[K - 1 - k];
    below[k] = tail;
    density[k] = K * choose[k] * up[k] * down[K - 1 - k];
  }
}

/* F and its derivative. */
static double
shape (const QsPinnEffect *self, double x, double *slope)
{
  double below[K], density[K], sum = 0.0;

  *slope = 1.0;
  if (self->circuit == NULL)
    return x;

  functions (x, below, density);
  *slope = 0.0;
  for (guint k = 0; k < K; k++) {
    sum += self->share[k] * below[k];
    *slope += self->share[k] * density[k];
  }
  return sum;
}

double
qs_pinn_effect_at (const QsPinnEffect *self, double concentration_mg_l)
{
  double slope;

  return self->emax *
         shape (self, concentration_mg_l / (concentration_mg_l + self->c50), &slope);
}

/* The concentration of half the greatest effect. */
double
qs_pinn_effect_ic50 (const QsPinnEffect *self)
{
  double low = 0.0, high = 1.0;

  for (guint i = 0; i < 60; i++) {
    const double x = 0.5 * (low + high);
    double       slope;

    if (shape (self, x, &slope) < 0.5)
      low = x;
    else
      high = x;
  }

  return self->c50 * low / (1.0 - low);
}

double
qs_pinn_effect_emax (const QsPinnEffect *self)
{
  return self->emax;
}

/**
 * qs_pinn_effect_learn:
 * @slope: of what is differentiated by the effect at @concentration_mg_l
 */
void
qs_pinn_effect_learn (QsPinnEffect *self, double concentration_mg_l, double slope)
{
  const double x = concentration_mg_l / (concentration_mg_l + self->c50);
  double       below[K], density[K], x_slope;

  self->emax_slope += slope * self->emax * (1.0 - self->emax) * shape (self, x, &x_slope);
  self->c50_slope -= slope * self->emax * x_slope * x * (1.0 - x);
  if (self->circuit == NULL)
    return;

  functions (x, below, density);
  for (guint k = 0; k < K; k++)
    self->share_slope[k] += slope * self->emax * below[k];
}

/**
 * qs_pinn_effect_take_gradient:
 * @gradient: (inout) (array): what was learned since the parameters were set is added;
 * that can be done once
 */
void
qs_pinn_effect_take_gradient (QsPinnEffect *self, double *gradient)
{
  gradient[0] += self->emax_slope;
  gradient[1] += self->c50_slope;
  if (self->circuit != NULL)
    qs_adjoint_backward_probabilities (self->adjoint, self->angles, NULL,
                                       self->share_slope, gradient + 2, NULL);
}
