/* SPDX-License-Identifier: Apache-2.0 */
#include "probability/qs-oracle-circuit.h"

#include "core/qs-error.h"

#include <math.h>
#include <string.h>

/* Flips those of @qubits that are 0 in @value, so that controls ask for @value. */
static void
flip_zeros (QsCircuit *circuit, gsize qubits, gsize value)
{
  for (guint q = 0; qubits >> q != 0; q++)
    if ((qubits & ~value) >> q & 1)
      qs_circuit_add (circuit, QS_GATE_X, 0, q, NULL);
}

/* @kind on @target where the qubits of @controls hold @value. */
static void
add_where (QsCircuit *circuit,
           QsGateKind kind,
           gsize      controls,
           gsize      value,
           guint      target,
           double     angle)
{
  const QsAngle angles[] = { QS_ANGLE_CONSTANT (angle) };

  flip_zeros (circuit, controls, value);
  qs_circuit_add (circuit, kind, controls, target,
                  qs_gate_n_angles (kind) > 0 ? angles : NULL);
  flip_zeros (circuit, controls, value);
}

static double
sum_of (const double *weights, gsize n)
{
  double sum = 0.0;

  for (gsize i = 0; i < n; i++)
    sum += weights[i];

  return sum;
}

/* √w_x from |0⟩: qubit by qubit from the highest, each turned by what the upper half of
 * its block weighs (Grover and Rudolph 2002). Blocks that all ask for the same angle need
 * one gate and no control. */
static void
add_weights (QsCircuit *circuit, const double *weights, guint n_qubits)
{
  for (guint q = n_qubits; q-- > 0;) {
    const gsize        half = (gsize) 1 << q, n_blocks = (gsize) 1 << (n_qubits - 1 - q);
    const gsize        controls = (((gsize) 1 << n_qubits) - 1) & ~(2 * half - 1);
    g_autofree double *angles = g_new (double, n_blocks);
    gboolean           same = TRUE;

    for (gsize b = 0; b < n_blocks; b++) {
      const double low = sum_of (weights + 2 * b * half, half);
      const double high = sum_of (weights + (2 * b + 1) * half, half);

      angles[b] = 2.0 * atan2 (sqrt (high), sqrt (low));
      same = same && fabs (angles[b] - angles[0]) < 1e-12;
    }

    if (same && fabs (angles[0] - G_PI_2) < 1e-12)
      qs_circuit_add (circuit, QS_GATE_H, 0, q, NULL);
    else if (same)
      add_where (circuit, QS_GATE_RY, 0, 0, q, angles[0]);
    else
      for (gsize b = 0; b < n_blocks; b++)
        if (angles[b] != 0.0)
          add_where (circuit, QS_GATE_RY, controls, 2 * b * half, q, angles[b]);
  }
}

/* Flips the flag over [begin, begin + size), aligned: one gate where all succeed, none
 * where none does, else both halves. */
static void
add_success (QsCircuit    *circuit,
             const guint8 *success,
             gsize         begin,
             gsize         size,
             guint         n_qubits)
{
  gsize n_good = 0;

  for (gsize i = begin; i < begin + size; i++)
    n_good += success[i] != 0;

  if (n_good == size) {
    const gsize controls = (((gsize) 1 << n_qubits) - 1) & ~(size - 1);

    add_where (circuit, QS_GATE_X, controls, begin, n_qubits, 0.0);
  } else if (n_good > 0) {
    add_success (circuit, success, begin, size / 2, n_qubits);
    add_success (circuit, success, begin + size / 2, size / 2, n_qubits);
  }
}

static guint
n_qubits_of (gsize n)
{
  guint n_qubits = 1;

  while ((gsize) 1 << n_qubits < n)
    n_qubits++;

  return n_qubits;
}

QsCircuit *
qs_oracle_circuit_new (gsize n, const double *weights, const guint8 *success)
{
  const guint        n_qubits = n_qubits_of (n);
  const gsize        n_padded = (gsize) 1 << n_qubits;
  g_autofree double *all_weights = g_new0 (double, n_padded);
  g_autofree guint8 *all_success = g_new0 (guint8, n_padded);
  QsCircuit         *circuit = qs_circuit_new (n_qubits + 1);

  memcpy (all_weights, weights, n * sizeof *weights);
  memcpy (all_success, success, n);
  add_weights (circuit, all_weights, n_qubits);
  add_success (circuit, all_success, 0, n_padded, n_qubits);
  return circuit;
}

/* Gate by gate backwards: but for turns, all gates of A are their own inverse. */
static void
add_backwards (QsCircuit *circuit, const QsCircuit *other)
{
  for (guint i = qs_circuit_n_gates (other); i-- > 0;) {
    const QsCircuitGate *gate = qs_circuit_gate (other, i);
    const QsAngle        angles[] = { QS_ANGLE_CONSTANT (-gate->angle[0].offset) };

    qs_circuit_add (circuit, gate->kind, gate->controls, gate->target,
                    qs_gate_n_angles (gate->kind) > 0 ? angles : NULL);
  }
}

static void
add_all (QsCircuit *circuit, const QsCircuit *other)
{
  for (guint i = 0; i < qs_circuit_n_gates (other); i++) {
    const QsCircuitGate *gate = qs_circuit_gate (other, i);

    qs_circuit_add (circuit, gate->kind, gate->controls, gate->target, gate->angle);
  }
}

/* A phase e^iφ where all of @n qubits are 0, then A† before and A after it. */
static void
add_reflection (QsCircuit *circuit, const QsCircuit *prepare, double phase)
{
  const guint n = qs_circuit_n_qubits (prepare);
  const gsize controls = ((gsize) 1 << (n - 1)) - 1;

  add_backwards (circuit, prepare);
  flip_zeros (circuit, controls | (gsize) 1 << (n - 1), 0);
  add_where (circuit, QS_GATE_PHASE, controls, controls, n - 1, phase);
  flip_zeros (circuit, controls | (gsize) 1 << (n - 1), 0);
  add_all (circuit, prepare);
}

/**
 * Gates:
 * @prepare: A
 * @turn: Q
 * @power: of the state, Q^power A|0⟩
 * @weights: (array length=n): the table
 * @success: (array length=n): likewise
 */
typedef struct {
  QsOracle   parent;
  QsNoise    noise;
  QsCircuit *prepare;
  QsCircuit *turn;
  QsDensity *density;
  guint      power;
  gboolean   ready;
  gsize      n;
  double    *weights;
  guint8    *success;
} Gates;

static double
flag_of (const Gates *self)
{
  const gsize flag = (gsize) 1 << (qs_circuit_n_qubits (self->prepare) - 1);

  return CLAMP (0.5 * (1.0 - qs_density_expect_z (self->density, flag)), 0.0, 1.0);
}

static void
prepare (Gates *self)
{
  qs_density_reset (self->density);
  qs_density_run (self->density, &self->noise, self->prepare, NULL, NULL);
  self->power = 0;
  self->ready = TRUE;
}

static gboolean
gates_success (QsOracle *oracle, guint power, double *p, QsRun *run, GError **error)
{
  Gates *self = (Gates *) oracle;

  if (!self->ready || power < self->power)
    prepare (self);
  for (; self->power < power; self->power++) {
    qs_density_run (self->density, &self->noise, self->turn, NULL, NULL);
    if (!qs_run_step (run, NULL, error)) {
      self->ready = FALSE;
      return FALSE;
    }
  }

  *p = flag_of (self);
  return qs_run_step (run, NULL, error);
}

static gboolean
gates_phases (QsOracle *oracle, guint n_qubits, double *p, QsRun *run, GError **error)
{
  g_set_error (error, QS_ERROR, QS_ERROR_REFUSED,
               "Phase estimation is not run with noise of single gates: choose another "
               "method, or a decay per circuit");
  return FALSE;
}

/* The steps −S_s(a) S_t(b) of qs_fixed_point_angles(), as gates. */
static gboolean
gates_amplified (QsOracle *oracle,
                 guint     length,
                 double    delta,
                 gboolean  swap,
                 double   *p,
                 QsRun    *run,
                 GError  **error)
{
  Gates      *self = (Gates *) oracle;
  const guint n = qs_circuit_n_qubits (self->prepare);

  prepare (self);
  self->ready = FALSE;
  for (guint step = 1; step <= (length - 1) / 2; step++) {
    g_autoptr (QsCircuit) circuit = qs_circuit_new (n);
    double                a, b;

    qs_fixed_point_angles (length, delta, step, &a, &b);
    add_where (circuit, QS_GATE_PHASE, 0, 0, n - 1, swap ? -b : b);
    add_reflection (circuit, self->prepare, -a);
    qs_density_run (self->density, &self->noise, circuit, NULL, NULL);
    if (!qs_run_step (run, NULL, error))
      return FALSE;
  }

  *p = swap ? 1.0 - flag_of (self) : flag_of (self);
  return TRUE;
}

/* The qubit more is 0 with probability 1/16, and only then the flag may be 1. */
static QsOracle *
gates_rescaled (QsOracle *oracle, QsRun *run, GError **error)
{
  const Gates       *self = (Gates *) oracle;
  const gsize        n = (gsize) 1 << n_qubits_of (self->n);
  g_autofree double *weights = g_new0 (double, 2 * n);
  g_autofree guint8 *success = g_new0 (guint8, 2 * n);

  for (gsize x = 0; x < self->n; x++) {
    weights[x] = self->weights[x] / 16.0;
    weights[n + x] = 15.0 / 16.0 * self->weights[x];
    success[x] = self->success[x];
  }

  return qs_oracle_new_circuit (2 * n, weights, success, &self->noise, run, error);
}

static void
gates_free (QsOracle *oracle)
{
  Gates *self = (Gates *) oracle;

  g_free (self->weights);
  g_free (self->success);
  qs_circuit_free (self->prepare);
  qs_circuit_free (self->turn);
  qs_density_free (self->density);
  g_free (self);
}

static const QsOracleClass gates_class = {
  .name = "density matrix",
  .timed = TRUE,
  .success = gates_success,
  .phases = gates_phases,
  .amplified = gates_amplified,
  .rescaled = gates_rescaled,
  .free = gates_free,
};

QsOracle *
qs_oracle_new_circuit (gsize          n,
                       const double  *weights,
                       const guint8  *success,
                       const QsNoise *noise,
                       QsRun         *run,
                       GError       **error)
{
  QsDensity *density = qs_density_new (n_qubits_of (n) + 1, run, error);
  Gates     *self;

  if (density == NULL)
    return NULL;

  self = g_new0 (Gates, 1);
  self->parent.klass = &gates_class;
  self->noise = *noise;
  self->density = density;
  self->n = n;
  self->weights = g_memdup2 (weights, n * sizeof *weights);
  self->success = g_memdup2 (success, n);
  self->prepare = qs_oracle_circuit_new (n, weights, success);
  self->turn = qs_circuit_new (qs_circuit_n_qubits (self->prepare));
  qs_circuit_add (self->turn, QS_GATE_Z, 0, qs_circuit_n_qubits (self->prepare) - 1,
                  NULL);
  add_reflection (self->turn, self->prepare, G_PI);
  return &self->parent;
}

typedef struct {
  QsOracle      parent;
  QsOracleClass klass;
  QsNoise       noise;
  QsOracle     *inner;
} Noisy;

/* What is left of @p after @n_calls uses of A and A†, when a state without any
 * information would give @blank. */
static double
decay (const Noisy *self, double p, double n_calls, double blank)
{
  return blank + exp (-self->noise.circuit * n_calls) * (p - blank);
}

static gboolean
noisy_success (QsOracle *oracle, guint power, double *p, QsRun *run, GError **error)
{
  const Noisy *self = (Noisy *) oracle;

  if (!self->inner->klass->success (self->inner, power, p, run, error))
    return FALSE;

  *p = qs_noise_read (&self->noise, decay (self, *p, 2.0 * power + 1.0, 0.5));
  return TRUE;
}

/* Each of the evaluation qubits is read by itself. */
static void
misread (const QsNoise *noise, guint n_qubits, double *p)
{
  for (guint q = 0; q < n_qubits; q++)
    for (guint y = 0; y < 1u << n_qubits; y++) {
      const guint  bit = 1u << q;
      const double zero = p[y], one = p[y | bit];

      if (y & bit)
        continue;
      p[y] = (1.0 - noise->readout[0]) * zero + noise->readout[1] * one;
      p[y | bit] = noise->readout[0] * zero + (1.0 - noise->readout[1]) * one;
    }
}

static gboolean
noisy_phases (QsOracle *oracle, guint n_qubits, double *p, QsRun *run, GError **error)
{
  const Noisy *self = (Noisy *) oracle;
  const guint  n = 1u << n_qubits;

  if (!self->inner->klass->phases (self->inner, n_qubits, p, run, error))
    return FALSE;

  for (guint y = 0; y < n; y++)
    p[y] = decay (self, p[y], 2.0 * n - 1.0, 1.0 / n);
  misread (&self->noise, n_qubits, p);
  return TRUE;
}

static gboolean
noisy_amplified (QsOracle *oracle,
                 guint     length,
                 double    delta,
                 gboolean  swap,
                 double   *p,
                 QsRun    *run,
                 GError  **error)
{
  const Noisy *self = (Noisy *) oracle;
  double       flag;

  if (!self->inner->klass->amplified (self->inner, length, delta, swap, p, run, error))
    return FALSE;

  flag = decay (self, swap ? 1.0 - *p : *p, length, 0.5);
  flag = qs_noise_read (&self->noise, flag);
  *p = swap ? 1.0 - flag : flag;
  return TRUE;
}

static QsOracle *
noisy_rescaled (QsOracle *oracle, QsRun *run, GError **error)
{
  const Noisy *self = (Noisy *) oracle;
  QsOracle    *inner = self->inner->klass->rescaled (self->inner, run, error);

  return inner != NULL ? qs_oracle_new_noisy (inner, &self->noise) : NULL;
}

static void
noisy_free (QsOracle *oracle)
{
  Noisy *self = (Noisy *) oracle;

  qs_oracle_free (self->inner);
  g_free (self);
}

QsOracle *
qs_oracle_new_noisy (QsOracle *oracle, const QsNoise *noise)
{
  Noisy *self = g_new0 (Noisy, 1);

  self->klass = (QsOracleClass){
    .name = oracle->klass->name,
    .timed = oracle->klass->timed,
    .success = noisy_success,
    .phases = noisy_phases,
    .amplified = noisy_amplified,
    .rescaled = noisy_rescaled,
    .free = noisy_free,
  };
  self->parent.klass = &self->klass;
  self->noise = *noise;
  self->inner = oracle;
  return &self->parent;
}
