/* SPDX-License-Identifier: Apache-2.0 */
#include "probability/qs-register.h"

#include "core/qs-error.h"
#include "core/qs-parallel.h"

#include <math.h>

/* Amplitudes of a chunk: a few microseconds' work. */
#define CHUNK 16384
#define LANES 8

typedef double Lanes __attribute__ ((vector_size (64), aligned (8), may_alias));
typedef gint64 Bits __attribute__ ((vector_size (64), aligned (8), may_alias));

/**
 * Register:
 * @root: ± √w_x, negative where f (x): weight and success in one number
 * @state: Q^power A|0⟩, which is real
 * @overlap: ⟨A|0⟩|S_χ|state⟩
 * @partial: one slot per chunk
 *
 * The flag qubit is not stored: it is f (x) in every state that Q can reach.
 */
typedef struct {
  QsOracle parent;
  guint    n_qubits;
  gsize    n;
  double  *root;
  double  *state;
  guint    power;
  double   overlap;
  double  *partial;
} Register;

static const gint64 sign_bit = G_MININT64;

static double
add_up (const Register *self)
{
  const gsize n_chunks = qs_parallel_n_chunks (self->n, CHUNK);
  double      sum = 0.0;

  for (gsize i = 0; i < n_chunks; i++)
    sum += self->partial[i];

  return sum;
}

static double
add_lanes (const Lanes *sum)
{
  double total = 0.0;

  for (guint k = 0; k < LANES; k++)
    total += (*sum)[k];

  return total;
}

/* Q = (2|ψ⟩⟨ψ| − 1) S_χ with |ψ⟩ = A|0⟩, and in the same sweep the overlap that the next
 * turn needs: each amplitude is read and written once per turn. */
__attribute__ ((noinline)) static void
turn_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  Register    *self = data;
  const double twice = 2.0 * self->overlap;
  Lanes        sum = { 0.0 };

  for (gsize x = begin; x < end; x += LANES) {
    const Lanes root = *(const Lanes *) (self->root + x);
    const Bits  sign = (Bits) root & sign_bit;
    Lanes      *state = (Lanes *) (self->state + x);
    const Lanes flipped = (Lanes) ((Bits) *state ^ sign);
    const Lanes next = twice * (Lanes) ((Bits) root ^ sign) - flipped;

    *state = next;
    sum += root * next;
  }

  self->partial[chunk] = add_lanes (&sum);
}

static void
success_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  Register *self = data;
  Lanes     sum = { 0.0 };

  for (gsize x = begin; x < end; x += LANES) {
    const Bits  good = *(const Lanes *) (self->root + x) < 0.0;
    const Lanes state = *(const Lanes *) (self->state + x);

    sum += (Lanes) ((Bits) (state * state) & good);
  }

  self->partial[chunk] = add_lanes (&sum);
}

/* ⟨ψ|state⟩ */
static void
return_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  Register *self = data;
  Lanes     sum = { 0.0 };

  for (gsize x = begin; x < end; x += LANES) {
    const Lanes root = *(const Lanes *) (self->root + x);

    sum += (Lanes) ((Bits) root & ~sign_bit) * *(const Lanes *) (self->state + x);
  }

  self->partial[chunk] = add_lanes (&sum);
}

static void
prepare_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  Register *self = data;
  double    sum = 0.0;

  for (gsize x = begin; x < end; x++) {
    self->state[x] = fabs (self->root[x]);
    sum += self->root[x] * self->state[x];
  }

  self->partial[chunk] = sum;
}

static void
prepare (Register *self, QsRun *run)
{
  qs_parallel_for (run, self->n, CHUNK, prepare_chunk, self);
  self->overlap = add_up (self);
  self->power = 0;
}

static gboolean
turn (Register *self, QsRun *run, GError **error)
{
  qs_parallel_for (run, self->n, CHUNK, turn_chunk, self);
  self->overlap = add_up (self);
  self->power++;
  return qs_run_step (run, NULL, error);
}

static gboolean
register_success (QsOracle *oracle, guint power, double *p, QsRun *run, GError **error)
{
  Register *self = (Register *) oracle;

  if (power < self->power)
    prepare (self, run);
  while (self->power < power)
    if (!turn (self, run, error))
      return FALSE;

  qs_parallel_for (run, self->n, CHUNK, success_chunk, self);
  *p = CLAMP (add_up (self), 0.0, 1.0);
  return TRUE;
}

/* The evaluation register in closed form. It holds y with the norm of
 * Σ_j e^{−2πi jy/M} Q^j A|0⟩ / M, and Q is real and orthogonal, so that norm needs the
 * overlaps of A|0⟩ with Q^d A|0⟩ alone, d < M. */
static gboolean
register_phases (QsOracle *oracle, guint n_qubits, double *p, QsRun *run, GError **error)
{
  Register          *self = (Register *) oracle;
  const guint        m = 1u << n_qubits;
  g_autofree double *returned = g_new (double, m);
  g_autofree double *cosine = g_new (double, m);

  prepare (self, run);
  for (guint d = 0; d < m; d++) {
    qs_parallel_for (run, self->n, CHUNK, return_chunk, self);
    returned[d] = add_up (self);
    cosine[d] = cos (2.0 * G_PI * d / m);
    if (!turn (self, run, error))
      return FALSE;
  }

  for (guint y = 0; y < m; y++) {
    double sum = m * returned[0];

    for (guint64 d = 1; d < m; d++)
      sum += 2.0 * (double) (m - d) * returned[d] * cosine[d * y % m];
    p[y] = MAX (sum / ((double) m * m), 0.0);
    if (!qs_run_step (run, NULL, error))
      return FALSE;
  }

  return TRUE;
}

/* One step of the fixed-point sequence, −S_s(a) S_t(b), on a complex state. */
static void
fixed_point_step (const Register *self,
                  double         *re,
                  double         *im,
                  double          a,
                  double          b,
                  gboolean        swap)
{
  const double cos_b = cos (b), sin_b = sin (b);
  double       sum_re = 0.0, sum_im = 0.0;

  for (gsize x = 0; x < self->n; x++) {
    const double root = fabs (self->root[x]);

    if ((self->root[x] < 0.0) != swap) {
      const double kept = re[x];

      re[x] = cos_b * kept - sin_b * im[x];
      im[x] = sin_b * kept + cos_b * im[x];
    }
    sum_re += root * re[x];
    sum_im += root * im[x];
  }

  /* 1 − e^{−ia} times the overlap. */
  const double one_re = 1.0 - cos (a), one_im = sin (a);
  const double along_re = one_re * sum_re - one_im * sum_im;
  const double along_im = one_re * sum_im + one_im * sum_re;
  for (gsize x = 0; x < self->n; x++) {
    const double root = fabs (self->root[x]);

    re[x] = along_re * root - re[x];
    im[x] = along_im * root - im[x];
  }
}

static gboolean
register_amplified (QsOracle *oracle,
                    guint     length,
                    double    delta,
                    gboolean  swap,
                    double   *p,
                    QsRun    *run,
                    GError  **error)
{
  Register          *self = (Register *) oracle;
  g_autofree double *im = g_new0 (double, self->n);
  double            *re = self->state, sum = 0.0;

  prepare (self, run);
  for (guint step = 1; step <= (length - 1) / 2; step++) {
    double a, b;

    qs_fixed_point_angles (length, delta, step, &a, &b);
    fixed_point_step (self, re, im, a, b, swap);
    if (!qs_run_step (run, NULL, error)) {
      prepare (self, run);
      return FALSE;
    }
  }

  for (gsize x = 0; x < self->n; x++)
    if ((self->root[x] < 0.0) != swap)
      sum += re[x] * re[x] + im[x] * im[x];
  *p = CLAMP (sum, 0.0, 1.0);
  prepare (self, run);
  return TRUE;
}

static QsOracle *register_rescaled (QsOracle *oracle, QsRun *run, GError **error);

static void
register_free (QsOracle *oracle)
{
  Register *self = (Register *) oracle;

  g_free (self->root);
  g_free (self->state);
  g_free (self->partial);
  g_free (self);
}

static const QsOracleClass register_class = {
  .name = "state vector",
  .timed = TRUE,
  .success = register_success,
  .phases = register_phases,
  .amplified = register_amplified,
  .rescaled = register_rescaled,
  .free = register_free,
};

/* Of 2^@n_qubits amplitudes, all 0. */
static Register *
register_new (guint n_qubits)
{
  Register *self = g_new0 (Register, 1);

  self->parent.klass = &register_class;
  self->n_qubits = n_qubits;
  self->n = (gsize) 1 << n_qubits;
  self->root = g_new0 (double, self->n);
  self->state = g_new (double, self->n);
  self->partial = g_new0 (double, qs_parallel_n_chunks (self->n, CHUNK));
  return self;
}

/* The qubit more is 0 with probability 1/16, and only then the flag may be 1. */
static QsOracle *
register_rescaled (QsOracle *oracle, QsRun *run, GError **error)
{
  const Register *self = (Register *) oracle;
  Register       *rescaled = register_new (self->n_qubits + 1);

  for (gsize x = 0; x < self->n; x++) {
    rescaled->root[x] = 0.25 * self->root[x];
    rescaled->root[self->n + x] = sqrt (15.0 / 16.0) * fabs (self->root[x]);
  }

  prepare (rescaled, run);
  return &rescaled->parent;
}

static gboolean
check (gsize n, const double *weights, GError **error)
{
  double sum = 0.0;

  if (n < 1 || n > (gsize) 1 << QS_REGISTER_N_QUBITS_MAX) {
    g_set_error (error, QS_ERROR, n < 1 ? QS_ERROR_TOO_FEW : QS_ERROR_RESOURCE,
                 "The table has %" G_GSIZE_FORMAT " rows, must have 1 to %u", n,
                 1u << QS_REGISTER_N_QUBITS_MAX);
    return FALSE;
  }

  for (gsize i = 0; i < n; i++) {
    if (!(weights[i] >= 0.0 && weights[i] <= 1.0 + 1e-9)) {
      g_set_error (error, QS_ERROR, QS_ERROR_DATA,
                   "Weight %" G_GSIZE_FORMAT " is %g, must lie in [0, 1]", i + 1,
                   weights[i]);
      return FALSE;
    }
    sum += weights[i];
  }

  if (fabs (sum - 1.0) <= 1e-9)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_DATA,
               "The weights add up to %.12g, must add up to 1 within 1e-9", sum);
  return FALSE;
}

/**
 * qs_oracle_new_register:
 * @n: rows, at most 2^%QS_REGISTER_N_QUBITS_MAX
 * @weights: (array length=n): adding up to 1 within 1e-9
 * @success: (array length=n): what the flag becomes
 * @error: return location for %QS_ERROR_DATA, %QS_ERROR_TOO_FEW or %QS_ERROR_RESOURCE
 *
 * Returns: (transfer full): the oracle, or %NULL
 */
QsOracle *
qs_oracle_new_register (gsize         n,
                        const double *weights,
                        const guint8 *success,
                        GError      **error)
{
  guint     n_qubits = 0;
  Register *self;

  if (!check (n, weights, error))
    return NULL;

  while ((gsize) 1 << n_qubits < MAX (n, LANES))
    n_qubits++;
  self = register_new (n_qubits);
  for (gsize i = 0; i < n; i++)
    self->root[i] = success[i] ? -sqrt (weights[i]) : sqrt (weights[i]);

  prepare (self, NULL);
  return &self->parent;
}

guint
qs_register_n_qubits (const QsOracle *oracle)
{
  return ((const Register *) oracle)->n_qubits;
}
