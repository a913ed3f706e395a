/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/qs-bench-suite.h"

#include "core/qs-parallel.h"
#include "quantum/qs-batch.h"
#include "quantum/qs-gradient.h"

#include <math.h>
#include <time.h>

#define N_SAMPLES 4096
#define N_ITERATES 20

static const double angles[QS_GATE_MAX_ANGLES] = { 0.3, 0.4, 0.5 };

/* Seconds that this thread has computed: other processes do not count. */
static double
cpu_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

typedef enum {
  WORK_GATE,    /* a general gate on every qubit in turn */
  WORK_CNOT,    /* on every qubit, controlled by the next */
  WORK_LAYER,   /* the general gates in one list, as a circuit has them */
  WORK_RING,    /* the CNOTs in one list */
  WORK_REFLECT, /* Grover's iterate with a table of good outcomes */
} Work;

/* What is repeated and timed. */
typedef struct {
  QsRun   *run;
  Work     work;
  QsState *state;
  QsState *about;
  guint8  *good;
} Task;

static void
scale_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  double *plane = data;

  for (gsize i = begin; i < end; i++)
    plane[i] *= 1.0000001;
}

/* Milliseconds of another way to read and write every amplitude once, to compare a gate
 * with: this plain loop is no floor, gates have been quicker. */
static double
scale_ms (Task *self)
{
  const gsize  n = qs_state_n_amplitudes (self->state);
  const gint64 start_us = g_get_monotonic_time ();

  qs_parallel_for (self->run, n, 1 << 15, scale_chunk, qs_state_re (self->state));
  if (qs_state_im (self->state) != NULL)
    qs_parallel_for (self->run, n, 1 << 15, scale_chunk, qs_state_im (self->state));
  return 1e3 * qs_bench_seconds_since (start_us);
}

/* The gate that @work applies to @qubit of @n_qubits. */
static QsStateGate
gate_of (Work work, guint qubit, guint n_qubits)
{
  if (work == WORK_GATE || work == WORK_LAYER)
    return (QsStateGate){ qs_gate1 (QS_GATE_U3, angles), 0, qubit, FALSE };

  return (QsStateGate){ qs_gate1 (QS_GATE_X, NULL), (gsize) 1 << (qubit + 1) % n_qubits,
                        qubit, FALSE };
}

/* Milliseconds of a gate on @qubit, or in a list of all. */
static double
work_ms (Task *self, guint qubit)
{
  const guint n_qubits = qs_state_n_qubits (self->state);
  QsStateGate gates[QS_STATE_MAX_QUBITS];
  gint64      start_us;

  for (guint q = 0; q < n_qubits; q++)
    gates[q] = gate_of (self->work, q, n_qubits);

  start_us = g_get_monotonic_time ();
  switch (self->work) {
  case WORK_GATE:
  case WORK_CNOT:
    qs_state_apply_list (self->state, &gates[qubit], 1);
    break;
  case WORK_LAYER:
  case WORK_RING:
    qs_state_apply_list (self->state, gates, n_qubits);
    return 1e3 * qs_bench_seconds_since (start_us) / n_qubits;
  case WORK_REFLECT:
    qs_state_reflect (self->state, self->about, self->good, N_ITERATES);
    return 1e3 * qs_bench_seconds_since (start_us) / N_ITERATES;
  }

  return 1e3 * qs_bench_seconds_since (start_us);
}

static gboolean
time_work (Task                  *self,
           const char            *name,
           const char            *what,
           guint                  n_repeats,
           const QsBenchListener *listener,
           GError               **error)
{
  g_autofree char *context = NULL;
  const guint      n_qubits = qs_state_n_qubits (self->state);
  const gboolean   alone = self->work == WORK_GATE || self->work == WORK_CNOT;
  const guint      n_works = alone ? n_qubits : 1;
  double           mean_ms = 0.0, least_ms = INFINITY;

  for (guint qubit = 0; qubit < n_works; qubit++) {
    double best_ms = INFINITY;

    for (guint i = 0; i < n_repeats; i++) {
      best_ms = MIN (best_ms, work_ms (self, qubit));
      least_ms = MIN (least_ms, scale_ms (self));
      if (!qs_run_step (self->run, NULL, error))
        return FALSE;
    }
    mean_ms += best_ms / n_works;
  }

  context = g_strdup_printf ("%s, double precision, path %s%s, best of %u; scaling "
                             "the amplitudes in place takes %.3f ms",
                             what, qs_quantum_path_name (qs_quantum_path_best ()),
                             alone ? ", mean over the qubits" : "", n_repeats, least_ms);
  const QsBenchFigure figure = {
    .name = name,
    .value = mean_ms,
    .unit = "ms",
    .lower_is_better = TRUE,
    .n = (guint64) 1 << n_qubits,
    .n_threads = qs_run_n_threads (self->run),
    .context = context,
  };

  qs_bench_report (listener, &figure);
  return TRUE;
}

static gboolean
time_gates (QsBench               *self,
            guint                  n_qubits,
            guint                  n_repeats,
            const QsBenchListener *listener,
            GError               **error)
{
  static const struct {
    Work        work;
    const char *name;
    const char *what;
  } works[] = {
    { WORK_GATE, "gate", "a general gate of one qubit alone" },
    { WORK_CNOT, "cnot", "CNOT alone" },
    { WORK_LAYER, "layer", "a general gate of one qubit in a circuit: of one on each" },
    { WORK_RING, "ring", "CNOT in a circuit: of a ring of them" },
  };
  g_autoptr (QsState) state = qs_state_new (n_qubits, FALSE, self->run, error);
  Task                task = { .run = self->run, .state = state };

  for (guint i = 0; state != NULL && i < G_N_ELEMENTS (works); i++) {
    g_autofree char *name = g_strdup_printf ("quantum-%s-%u", works[i].name, n_qubits);

    task.work = works[i].work;
    if (!time_work (&task, name, works[i].what, n_repeats, listener, error))
      return FALSE;
  }

  return state != NULL;
}

static gboolean
time_reflection (QsBench *self, const QsBenchListener *listener, GError **error)
{
  g_autoptr (QsState) state = qs_state_new (20, TRUE, self->run, NULL);
  g_autoptr (QsState) about = qs_state_new (20, TRUE, self->run, NULL);
  g_autofree guint8  *good = g_new (guint8, qs_state_n_amplitudes (state));
  Task                task = {
                   .run = self->run,
                   .work = WORK_REFLECT,
                   .state = state,
                   .about = about,
                   .good = good,
  };

  for (gsize i = 0; i < qs_state_n_amplitudes (state); i++)
    good[i] = i % 4 != 0;
  for (guint q = 0; q < 20; q++)
    qs_state_apply_kind (about, QS_GATE_H, NULL, 0, q);
  qs_state_assign (state, about);

  return time_work (&task, "quantum-grover",
                    "Grover's iterate by sign table and reflection, real, of 20 in a row",
                    40, listener, error);
}

/* CPU time of forward and backward passes over that of forward passes, in turns. */
static gboolean
time_adjoint (QsBench *self, const QsBenchListener *listener, GError **error)
{
  enum { n_qubits = 18, n_repeats = 5 };
  g_autoptr (QsCircuit) circuit = qs_circuit_new (n_qubits);
  g_autoptr (QsAdjoint) adjoint = NULL;
  g_autofree double    *theta = NULL, *slope = NULL;
  g_autofree char      *context = NULL;
  const double          weight = 1.0;
  double                best_s[2] = { INFINITY, INFINITY };
  guint                 n;

  n = qs_circuit_add_u3_layer (circuit);
  qs_circuit_measure (circuit, 1);
  theta = g_new (double, n);
  slope = g_new0 (double, n);
  for (guint k = 0; k < n; k++)
    theta[k] = 0.1 * k;

  adjoint = qs_adjoint_new (circuit, NULL, error);
  if (adjoint == NULL)
    return FALSE;

  for (guint i = 0; i < n_repeats; i++) {
    double start_s = cpu_seconds ();

    qs_adjoint_forward (adjoint, theta, NULL);
    best_s[0] = MIN (best_s[0], cpu_seconds () - start_s);
    start_s = cpu_seconds ();
    qs_adjoint_forward (adjoint, theta, NULL);
    qs_adjoint_backward (adjoint, theta, NULL, &weight, slope, NULL);
    best_s[1] = MIN (best_s[1], cpu_seconds () - start_s);
    if (!qs_run_step (self->run, NULL, error))
      return FALSE;
  }

  context =
      g_strdup_printf ("gradient by %u parameters over one run of the circuit: %d "
                       "qubits, U3 and a ring of controlled U3, CPU time, best of %d",
                       n, n_qubits, n_repeats);
  const QsBenchFigure figure = {
    .name = "quantum-adjoint",
    .value = best_s[1] / best_s[0],
    .unit = "forward passes",
    .lower_is_better = TRUE,
    .n = n,
    .n_threads = 1,
    .context = context,
  };

  qs_bench_report (listener, &figure);
  return TRUE;
}

/* The circuit of Chen et al. (2020): two inputs per qubit, two layers of a double ring of
 * CNOTs and three rotations. */
static QsCircuit *
chen_circuit (guint n_qubits)
{
  static const QsGateKind kinds[] = { QS_GATE_RZ, QS_GATE_RY, QS_GATE_RZ };
  QsCircuit              *circuit = qs_circuit_new (n_qubits);
  guint                   n = 0;

  for (guint q = 0; q < n_qubits; q++) {
    qs_circuit_add (circuit, QS_GATE_H, 0, q, NULL);
    qs_circuit_add (circuit, QS_GATE_RY, 0, q, &QS_ANGLE_INPUT (q));
    qs_circuit_add (circuit, QS_GATE_RZ, 0, q, &QS_ANGLE_INPUT (n_qubits + q));
    qs_circuit_measure (circuit, (gsize) 1 << q);
  }

  for (guint layer = 0; layer < 2; layer++) {
    for (guint range = 1; range <= 2; range++)
      for (guint q = 0; q < n_qubits; q++)
        qs_circuit_add (circuit, QS_GATE_X, (gsize) 1 << q, (q + range) % n_qubits, NULL);
    for (guint q = 0; q < n_qubits; q++)
      for (guint k = 0; k < 3; k++)
        qs_circuit_add (circuit, kinds[k], 0, q, &QS_ANGLE_PARAMETER (n++));
  }

  return circuit;
}

static gboolean
time_batch (QsBench               *self,
            guint                  n_qubits,
            const QsBenchListener *listener,
            GError               **error)
{
  enum { n_repeats = 11 };
  g_autoptr (QsCircuit) circuit = chen_circuit (n_qubits);
  g_autoptr (QsBatch)   batch = qs_batch_new (circuit);
  const guint           n_values = 2 * n_qubits * N_SAMPLES;
  g_autofree double *x = g_new (double, n_values), *x_slope = g_new0 (double, n_values);
  g_autofree double *output = g_new (double, n_values);
  g_autofree double *theta = g_new (double, qs_circuit_n_parameters (circuit));
  g_autofree double *theta_slope = g_new0 (double, qs_circuit_n_parameters (circuit));
  g_autofree char   *context = NULL, *name = NULL;
  double             best_s[2] = { INFINITY, INFINITY };

  for (guint k = 0; k < n_values; k++)
    x[k] = sin (k);
  for (guint k = 0; k < qs_circuit_n_parameters (circuit); k++)
    theta[k] = 0.1 * k;
  qs_batch_set_parameters (batch, theta);

  for (guint i = 0; i < n_repeats; i++) {
    double start_s = cpu_seconds ();

    qs_batch_forward (batch, N_SAMPLES, x, output);
    best_s[0] = MIN (best_s[0], cpu_seconds () - start_s);
    start_s = cpu_seconds ();
    qs_batch_backward (batch, N_SAMPLES, x, output, theta_slope, x_slope);
    best_s[1] = MIN (best_s[1], cpu_seconds () - start_s);
    if (!qs_run_step (self->run, NULL, error))
      return FALSE;
  }

  name = g_strdup_printf ("quantum-batch-%u", n_qubits);
  context = g_strdup_printf ("per gate and amplitude, %u gates, path %s, CPU time of one "
                             "thread, best of %d; %.3g ns per circuit, %.3g with all "
                             "gradients",
                             qs_circuit_n_gates (circuit),
                             qs_quantum_path_name (qs_quantum_path_best ()), n_repeats,
                             1e9 * best_s[0] / N_SAMPLES, 1e9 * best_s[1] / N_SAMPLES);
  const QsBenchFigure figure = {
    .name = name,
    .value = 1e9 * best_s[0] /
             ((double) N_SAMPLES * qs_circuit_n_gates (circuit) * exp2 (n_qubits)),
    .unit = "ns",
    .lower_is_better = TRUE,
    .n = N_SAMPLES,
    .n_threads = 1,
    .context = context,
  };

  qs_bench_report (listener, &figure);
  return TRUE;
}

/* The state vector, gradients and batched circuits. */
gboolean
qs_bench_quantum (QsBench *self, const QsBenchListener *listener, GError **error)
{
  for (guint n_qubits = 4; n_qubits <= 8; n_qubits += 2)
    if (!time_batch (self, n_qubits, listener, error))
      return FALSE;

  return time_gates (self, 20, 15, listener, error) &&
         time_gates (self, 24, 3, listener, error) &&
         time_reflection (self, listener, error) && time_adjoint (self, listener, error);
}
