/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-state.h"

#include "core/qs-error.h"
#include "core/qs-parallel.h"
#include "quantum/qs-state-private.h"

#include <math.h>
#include <string.h>
#include <sys/mman.h>

/* Octets or pairs of octets in a chunk: below two of them threads cost more than they
 * bring. */
#define CHUNK 8192

/* From here on a plane is worth pages of 2 MiB. */
#define HUGE_PAGE ((gsize) 1 << 21)

/* Keeps the planes off each other's cache sets. */
#define PLANE_GAP 64

static const QsStateKernels *
kernels_of (QsQuantumPath path)
{
#ifdef __x86_64__
  if (path == QS_QUANTUM_PATH_AVX512)
    return &qs_state_kernels_avx512;
  if (path == QS_QUANTUM_PATH_AVX2)
    return &qs_state_kernels_avx2;
#endif
  return &qs_state_kernels_plain;
}

static double *
planes_new (gsize n)
{
  const gsize size = n * sizeof (double);
  double     *planes = g_aligned_alloc (1, size, size < HUGE_PAGE ? 64 : HUGE_PAGE);

#ifdef MADV_HUGEPAGE
  if (size >= HUGE_PAGE)
    madvise (planes, size, MADV_HUGEPAGE); /* a wish: refused, it is only slower */
#endif
  memset (planes, 0, size);
  return planes;
}

/**
 * qs_state_new:
 * @n_qubits: at least 1
 * @real: whether all amplitudes stay real: half the memory and time, but only real gates
 * @run: (nullable): whose threads to use
 * @error: return location for %QS_ERROR_RESOURCE
 *
 * Returns: (transfer full): all qubits 0
 */
QsState *
qs_state_new (guint n_qubits, gboolean real, QsRun *run, GError **error)
{
  QsState *self;
  gsize    n_padded;

  g_return_val_if_fail (n_qubits > 0, NULL);

  if (n_qubits > QS_STATE_MAX_QUBITS) {
    g_set_error (error, QS_ERROR, QS_ERROR_RESOURCE,
                 "A state of %u qubits needs more memory than is sensible; at most %d "
                 "qubits are allowed",
                 n_qubits, QS_STATE_MAX_QUBITS);
    return NULL;
  }

  self = g_new0 (QsState, 1);
  self->n_qubits = n_qubits;
  self->n_octets =
      n_qubits > QS_OCTET_QUBITS ? (gsize) 1 << (n_qubits - QS_OCTET_QUBITS) : 1;
  n_padded = QS_OCTET * self->n_octets;
  self->re = planes_new (real ? n_padded : 2 * n_padded + PLANE_GAP);
  self->im = real ? NULL : self->re + n_padded + PLANE_GAP;
  self->re[0] = 1.0;
  self->run = run != NULL ? qs_run_ref (run) : NULL;
  self->kernels = kernels_of (qs_quantum_path_best ());

  return self;
}

void
qs_state_free (QsState *self)
{
  if (self == NULL)
    return;

  g_aligned_free (self->re);
  g_clear_pointer (&self->run, qs_run_unref);
  g_free (self);
}

guint
qs_state_n_qubits (const QsState *self)
{
  return self->n_qubits;
}

gsize
qs_state_n_amplitudes (const QsState *self)
{
  return (gsize) 1 << self->n_qubits;
}

/* Whether the run whose threads the state uses was cancelled. */
gboolean
qs_state_is_cancelled (const QsState *self)
{
  return qs_run_is_cancelled (self->run);
}

QsComplex
qs_state_amplitude (const QsState *self, gsize index)
{
  g_return_val_if_fail (index < qs_state_n_amplitudes (self), ((QsComplex){ 0 }));

  return (QsComplex){ self->re[index], self->im != NULL ? self->im[index] : 0.0 };
}

/* The amplitudes' real parts, for whoever prepares a state of his own. */
double *
qs_state_re (QsState *self)
{
  return self->re;
}

/* Their imaginary parts, NULL in a real state. */
double *
qs_state_im (QsState *self)
{
  return self->im;
}

/**
 * qs_state_set_path:
 * @path: a supported path; all give the same bits
 */
void
qs_state_set_path (QsState *self, QsQuantumPath path)
{
  g_return_if_fail (qs_quantum_path_supported (path));

  self->kernels = kernels_of (path);
}

static gsize
plane_size (const QsState *self)
{
  return QS_OCTET * self->n_octets * sizeof (double);
}

void
qs_state_set_basis (QsState *self, gsize index)
{
  g_return_if_fail (index < qs_state_n_amplitudes (self));

  memset (self->re, 0, plane_size (self));
  if (self->im != NULL)
    memset (self->im, 0, plane_size (self));
  self->re[index] = 1.0;
}

/* Takes over the amplitudes of @other, a state of the same size and kind. */
void
qs_state_assign (QsState *self, const QsState *other)
{
  g_return_if_fail (self->n_qubits == other->n_qubits);
  g_return_if_fail ((self->im == NULL) == (other->im == NULL));

  memcpy (self->re, other->re, plane_size (self));
  if (self->im != NULL)
    memcpy (self->im, other->im, plane_size (self));
}

/* What a work item is asked to do. */
typedef struct {
  const QsState *state;
  double        *plane;
  const double  *a;
  const double  *b;
  const guint8  *negative;
  gsize          mask;
  double         twice;
  double        *sums; /* one per chunk */
} Task;

static void
run_task (const QsState *self, Task *task, gsize n_items, QsChunkFunc func)
{
  task->state = self;
  qs_parallel_for (self->run, n_items, CHUNK, func, task);
}

/* Adds up what @func leaves for each chunk of octets, in order. */
static double
run_sum (const QsState *self, Task *task, QsChunkFunc func)
{
  const gsize        n_chunks = qs_parallel_n_chunks (self->n_octets, CHUNK);
  g_autofree double *sums = g_new (double, n_chunks);
  double             sum = 0.0;

  task->sums = sums;
  run_task (self, task, self->n_octets, func);
  for (gsize chunk = 0; chunk < n_chunks; chunk++)
    sum += sums[chunk];

  return sum;
}

static void
dot_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Task           *task = data;
  const QsStateKernels *kernels = task->state->kernels;

  task->sums[chunk] =
      task->negative != NULL
          ? kernels->dot_where (task->a, task->b, task->negative, begin, end)
          : kernels->dot (task->a, task->b, begin, end);
}

static void
parity_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Task *task = data;

  task->sums[chunk] = task->state->kernels->parity (task->a, task->mask, begin, end);
}

static void
mirror_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Task *task = data;

  task->sums[chunk] = task->state->kernels->mirror (task->plane, task->b, task->twice,
                                                    task->negative, begin, end);
}

static double
dot (const QsState *self, const double *a, const double *b)
{
  Task task = { .a = a, .b = b };

  return a != NULL && b != NULL ? run_sum (self, &task, dot_chunk) : 0.0;
}

double
qs_state_norm2 (const QsState *self)
{
  return dot (self, self->re, self->re) + dot (self, self->im, self->im);
}

/* ⟨self|other⟩ of two states of the same size. */
QsComplex
qs_state_inner (const QsState *self, const QsState *other)
{
  g_return_val_if_fail (self->n_qubits == other->n_qubits, ((QsComplex){ 0 }));

  return (QsComplex){
    .re = dot (self, self->re, other->re) + dot (self, self->im, other->im),
    .im = dot (self, self->re, other->im) - dot (self, self->im, other->re),
  };
}

/**
 * qs_state_expect_z:
 * @qubits: bit mask of the qubits whose Z are multiplied
 */
double
qs_state_expect_z (const QsState *self, gsize qubits)
{
  Task   task = { .a = self->re, .mask = qubits };
  double sum = run_sum (self, &task, parity_chunk);

  task.a = self->im;
  if (self->im != NULL)
    sum += run_sum (self, &task, parity_chunk);

  return sum;
}

/**
 * qs_state_reflect:
 * @about: a normalised state; like @self, a real one of the same size
 * @negative: (nullable): one byte per amplitude, 0 or 1, at least eight
 * @n_times: how often
 *
 * Changes the sign of the amplitudes whose byte is 1, then reflects about @about: by
 * 2 |about⟩⟨about| − 1. With the good outcomes in @negative this is Grover's iterate
 * −A S₀ A† S (Brassard et al. 2002). Each goes through the memory once: while it writes
 * it finds the scalar product that the next one needs.
 */
void
qs_state_reflect (QsState       *self,
                  const QsState *about,
                  const guint8  *negative,
                  guint          n_times)
{
  Task task = {
    .plane = self->re,
    .a = self->re,
    .b = about->re,
    .negative = negative,
  };
  double product;

  g_return_if_fail (self->n_qubits == about->n_qubits);
  g_return_if_fail (self->im == NULL && about->im == NULL);

  product = n_times > 0 ? run_sum (self, &task, dot_chunk) : 0.0;
  for (guint i = 0; i < n_times; i++) {
    task.twice = 2.0 * product;
    product = run_sum (self, &task, mirror_chunk);
  }
}

/**
 * qs_state_probabilities:
 * @probability: (out) (array): one per amplitude
 */
void
qs_state_probabilities (const QsState *self, double *probability)
{
  for (gsize i = 0; i < qs_state_n_amplitudes (self); i++) {
    probability[i] = self->re[i] * self->re[i];
    if (self->im != NULL)
      probability[i] += self->im[i] * self->im[i];
  }
}

/* The first of @n increasing numbers that is larger than @value; one has to be. */
static gsize
search (const double *increasing, gsize n, double value)
{
  gsize low = 0, high = n - 1;

  while (low < high) {
    const gsize middle = low + (high - low) / 2;

    if (increasing[middle] > value)
      high = middle;
    else
      low = middle + 1;
  }

  return low;
}

/**
 * qs_state_sample:
 * @key: shot k is drawn with item k
 * @index: (out) (array length=n_shots): the measured index of each shot
 *
 * Measures all qubits @n_shots times; the state stays as it is. The drawing is relative
 * to the norm, so that rounding favours no outcome.
 */
void
qs_state_sample (const QsState *self, const QsRngKey *key, gsize n_shots, gsize *index)
{
  const gsize        n = qs_state_n_amplitudes (self);
  g_autofree double *cumulative = g_new (double, n);
  double             total;

  qs_state_probabilities (self, cumulative);
  for (gsize i = 1; i < n; i++)
    cumulative[i] += cumulative[i - 1];

  total = cumulative[n - 1];
  for (gsize shot = 0; shot < n_shots; shot++) {
    const double value = total * qs_rng_uniform (key, (guint32) shot, 0);

    index[shot] = search (cumulative, n, fmin (value, nextafter (total, 0.0)));
  }
}
