/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-noise.h"

#include "core/qs-error.h"
#include "core/qs-parallel.h"

#include <math.h>

static gboolean
check (const char *what, double value, double most, GError **error)
{
  if (value >= 0.0 && value <= most)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO, "The %s is %g, must lie in [0, %g]",
               what, value, most);
  return FALSE;
}

/* Readout errors of one half or more would tell nothing. */
gboolean
qs_noise_validate (const QsNoise *self, GError **error)
{
  return check ("depolarising probability", self->depolarising, 0.75, error) &&
         check ("damping probability", self->damping, 1.0, error) &&
         check ("decay per circuit", self->circuit, 10.0, error) &&
         check ("readout error of 0", self->readout[0], 0.49, error) &&
         check ("readout error of 1", self->readout[1], 0.49, error);
}

/* Whether single gates are noisy, so that they have to be run one by one. */
gboolean
qs_noise_of_gates (const QsNoise *self)
{
  return self->depolarising > 0.0 || self->damping > 0.0;
}

gboolean
qs_noise_none (const QsNoise *self)
{
  return !qs_noise_of_gates (self) && self->circuit == 0.0 && self->readout[0] == 0.0 &&
         self->readout[1] == 0.0;
}

/* Probability that a 1 is read where it is there with probability @p. */
double
qs_noise_read (const QsNoise *self, double p)
{
  return self->readout[0] + (1.0 - self->readout[0] - self->readout[1]) * p;
}

static gsize
qubits_of (const QsCircuitGate *gate)
{
  return gate->controls | (gsize) 1 << gate->target |
         (gate->kind == QS_GATE_SWAP ? (gsize) 1 << gate->other : 0);
}

/* One of X, Y and Z, or nothing. */
static void
depolarise (const QsNoise *self, double u, guint qubit, QsState *state)
{
  static const QsGateKind kinds[] = { QS_GATE_X, QS_GATE_Y, QS_GATE_Z };

  if (u < self->depolarising)
    qs_state_apply_kind (state, kinds[MIN ((guint) (3.0 * u / self->depolarising), 2)],
                         NULL, 0, qubit);
}

/* One of the two Kraus operators, by its probability, and the norm made 1 again. */
static void
damp (const QsNoise *self, double u, guint qubit, QsState *state)
{
  const double one = 0.5 * (1.0 - qs_state_expect_z (state, (gsize) 1 << qubit));
  const double fall = self->damping * one;
  QsGate1      kraus = { 0 };

  if (u < fall) {
    kraus.u[0][1].re = 1.0 / sqrt (one);
  } else {
    kraus.u[0][0].re = 1.0 / sqrt (1.0 - fall);
    kraus.u[1][1].re = sqrt ((1.0 - self->damping) / (1.0 - fall));
  }
  qs_state_apply (state, &kraus, 0, qubit);
}

/**
 * qs_noise_trajectory:
 * @theta: (nullable): parameters
 * @x: (nullable): inputs
 * @item: which trajectory of @key
 * @state: of as many qubits as @circuit, complex; what is left in the end
 *
 * Errors of gates alone: readout is the reader's, decay per circuit the oracle's affair.
 */
void
qs_noise_trajectory (const QsNoise   *self,
                     const QsCircuit *circuit,
                     const double    *theta,
                     const double    *x,
                     const QsRngKey  *key,
                     guint32          item,
                     QsState         *state)
{
  guint32 n_drawn = 0;

  qs_state_set_basis (state, 0);
  for (guint i = 0; i < qs_circuit_n_gates (circuit); i++) {
    const QsCircuitGate *gate = qs_circuit_gate (circuit, i);
    const gsize          qubits = qubits_of (gate);
    double               angles[QS_GATE_MAX_ANGLES];

    qs_circuit_angles (gate, theta, x, angles);
    qs_circuit_apply_gate (gate, angles, state);
    for (guint q = 0; qubits >> q != 0; q++) {
      if ((qubits >> q & 1) == 0)
        continue;
      if (self->depolarising > 0.0)
        depolarise (self, qs_rng_uniform (key, item, n_drawn++), q, state);
      if (self->damping > 0.0)
        damp (self, qs_rng_uniform (key, item, n_drawn++), q, state);
    }
  }
}

/* ρ as the state Σ ρ_rc |c⟩|r⟩: rows are the low qubits, columns the high ones, so that
 * UρU† is U on the one and its complex conjugate on the other. */
struct _QsDensity {
  guint    n_qubits;
  QsRun   *run; /* borrowed */
  QsState *state;
};

QsDensity *
qs_density_new (guint n_qubits, QsRun *run, GError **error)
{
  g_autoptr (QsState) state = NULL;
  QsDensity          *self;

  if (n_qubits > QS_DENSITY_MAX_QUBITS) {
    g_set_error (error, QS_ERROR, QS_ERROR_RESOURCE,
                 "The density matrix of %u qubits needs more memory than is sensible; at "
                 "most %d qubits are allowed",
                 n_qubits, QS_DENSITY_MAX_QUBITS);
    return NULL;
  }
  state = qs_state_new (2 * n_qubits, FALSE, run, error);
  if (state == NULL)
    return NULL;

  self = g_new0 (QsDensity, 1);
  self->n_qubits = n_qubits;
  self->run = run;
  self->state = g_steal_pointer (&state);
  return self;
}

void
qs_density_free (QsDensity *self)
{
  if (self == NULL)
    return;

  qs_state_free (self->state);
  g_free (self);
}

/* All qubits 0. */
void
qs_density_reset (QsDensity *self)
{
  qs_state_set_basis (self->state, 0);
}

QsComplex
qs_density_element (const QsDensity *self, gsize row, gsize column)
{
  return qs_state_amplitude (self->state, row | column << self->n_qubits);
}

/* The expectation value of the product of Z over @qubits; without any, the trace. */
double
qs_density_expect_z (const QsDensity *self, gsize qubits)
{
  double sum = 0.0;

  for (gsize i = 0; i >> self->n_qubits == 0; i++)
    sum += (__builtin_popcountll (i & qubits) % 2 == 0 ? 1.0 : -1.0) *
           qs_density_element (self, i, i).re;

  return sum;
}

/* What a channel that treats phases alike does to a qubit's four blocks of ρ: it mixes
 * those on the diagonal and shrinks the two others. */
typedef struct {
  double *planes[2];
  gsize   row, column; /* bits */
  double  mix[2][2];
  double  coherence;
} Channel;

static void
channel_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Channel *self = data;
  const gsize    both = self->row | self->column;

  for (gsize i = begin; i < end; i++) {
    /* Zeros are put in where the two bits are. */
    const gsize low = (i & (self->row - 1)) | (i & ~(self->row - 1)) << 1;
    const gsize at = (low & (self->column - 1)) | (low & ~(self->column - 1)) << 1;

    for (guint k = 0; k < 2; k++) {
      double      *plane = self->planes[k];
      const double zero = plane[at], one = plane[at | both];

      plane[at] = self->mix[0][0] * zero + self->mix[0][1] * one;
      plane[at | both] = self->mix[1][0] * zero + self->mix[1][1] * one;
      plane[at | self->row] *= self->coherence;
      plane[at | self->column] *= self->coherence;
    }
  }
}

/* Depolarising, then damping, as one channel. */
static void
suffer (QsDensity *self, const QsNoise *noise, guint qubit)
{
  const double kept = 1.0 - 2.0 / 3.0 * noise->depolarising, lost = 1.0 - kept;
  const double fall = noise->damping, stay = 1.0 - fall;
  Channel      channel = {
         .planes = { qs_state_re (self->state), qs_state_im (self->state) },
         .row = (gsize) 1 << qubit,
         .column = (gsize) 1 << (qubit + self->n_qubits),
         .mix = { { kept + fall * lost, lost + fall * kept }, { stay * lost, stay * kept } },
         .coherence = (1.0 - 4.0 / 3.0 * noise->depolarising) * sqrt (stay),
  };

  qs_parallel_for (self->run, qs_state_n_amplitudes (self->state) / 4, 1 << 14,
                   channel_chunk, &channel);
}

static QsGate1
conjugate (QsGate1 gate)
{
  for (guint i = 0; i < 4; i++)
    gate.u[i / 2][i % 2].im = -gate.u[i / 2][i % 2].im;

  return gate;
}

/* One gate, and what its qubits suffer. */
void
qs_density_apply (QsDensity           *self,
                  const QsNoise       *noise,
                  const QsCircuitGate *gate,
                  const double        *angles)
{
  const guint n = self->n_qubits;
  const gsize qubits = qubits_of (gate);

  qs_circuit_apply_gate (gate, angles, self->state);
  if (gate->kind == QS_GATE_SWAP) {
    qs_state_swap (self->state, gate->controls << n, gate->target + n, gate->other + n);
  } else {
    const QsGate1 bar = conjugate (qs_gate1 (gate->kind, angles));

    qs_state_apply (self->state, &bar, gate->controls << n, gate->target + n);
  }

  for (guint q = 0; qs_noise_of_gates (noise) && qubits >> q != 0; q++)
    if (qubits >> q & 1)
      suffer (self, noise, q);
}

/**
 * qs_density_run:
 *
 * Goes on from where it is, see qs_density_reset(). Ends early where the run is
 * cancelled, as qs_circuit_run() does.
 */
void
qs_density_run (QsDensity       *self,
                const QsNoise   *noise,
                const QsCircuit *circuit,
                const double    *theta,
                const double    *x)
{
  g_return_if_fail (qs_circuit_n_qubits (circuit) == self->n_qubits);

  for (guint i = 0;
       i < qs_circuit_n_gates (circuit) && !qs_state_is_cancelled (self->state); i++) {
    const QsCircuitGate *gate = qs_circuit_gate (circuit, i);
    double               angles[QS_GATE_MAX_ANGLES];

    qs_circuit_angles (gate, theta, x, angles);
    qs_density_apply (self, noise, gate, angles);
  }
}
