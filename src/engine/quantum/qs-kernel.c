/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-kernel.h"

#include "core/qs-error.h"
#include "core/qs-parallel.h"

#include <math.h>

/* More amplitudes than this in all states together are refused: 1 GiB. */
#define MAX_AMPLITUDES ((gsize) 1 << 26)

/* Rows of the Gram matrix between two looks at the cancel flag. */
#define N_ROWS_PER_STEP 32

/**
 * qs_kernel_product:
 * @x: (array length=n_qubits)
 * @y: (array length=n_qubits)
 * @x_slope: (out) (nullable) (array length=n_qubits): the derivatives by @x
 *
 * The kernel of the map H, RY (x), RZ (x) on every qubit in closed form. Fixed gates
 * after the map, entangling or not, cancel in the fidelity; so this is also the kernel of
 * the published map with its entangler (Hsu et al. 2024, eq. 5).
 */
double
qs_kernel_product (guint n_qubits, const double *x, const double *y, double *x_slope)
{
  double product = 1.0;

  if (x_slope != NULL)
    for (guint q = 0; q < n_qubits; q++)
      x_slope[q] = 1.0;

  for (guint q = 0; q < n_qubits; q++) {
    const double cx = cos (x[q]), sx = sin (x[q]), cy = cos (y[q]), sy = sin (y[q]);
    const double c = cx * cy + sx * sy, s = sx * cy - cx * sy; /* of x − y */
    const double factor = 0.5 * (1.0 + cx * cy * c + sx * sy);
    const double slope = 0.5 * (cx * sy - cy * (sx * c + cx * s));

    product *= factor;
    for (guint k = 0; x_slope != NULL && k < n_qubits; k++)
      x_slope[k] *= k == q ? slope : factor;
  }

  return product;
}

typedef struct {
  const QsCircuit *map;
  const double    *theta;
  const double    *inputs;
  QsState        **states;
} Preparation;

typedef struct {
  QsState **rows;
  QsState **columns;
  gsize     first; /* row of the first item */
  gsize     m;
  gboolean  symmetric;
  double   *gram;
} Rows;

static void
prepare_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Preparation *self = data;

  for (gsize i = begin; i < end; i++)
    qs_circuit_run (self->map, self->theta,
                    self->inputs + i * qs_circuit_n_inputs (self->map), self->states[i]);
}

static void
row_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Rows *self = data;

  for (gsize i = self->first + begin; i < self->first + end; i++)
    for (gsize j = self->symmetric ? i : 0; j < self->m; j++) {
      const QsComplex a = qs_state_inner (self->rows[i], self->columns[j]);
      const double    k = a.re * a.re + a.im * a.im;

      self->gram[i * self->m + j] = k;
      if (self->symmetric)
        self->gram[j * self->m + i] = k;
    }
}

static GPtrArray *
states_new (const QsCircuit *map,
            const double    *theta,
            gsize            n,
            const double    *inputs,
            QsRun           *run)
{
  GPtrArray  *states = g_ptr_array_new_with_free_func ((GDestroyNotify) qs_state_free);
  Preparation preparation = { map, theta, inputs, NULL };

  for (gsize i = 0; i < n; i++)
    g_ptr_array_add (states, qs_state_new (qs_circuit_n_qubits (map), FALSE, NULL, NULL));
  preparation.states = (QsState **) states->pdata;
  qs_parallel_for (run, n, 1, prepare_chunk, &preparation);

  return states;
}

/**
 * qs_kernel_gram:
 * @map: the circuit that makes a state of inputs
 * @theta: (nullable): its parameters
 * @x: (array): [@n][input]
 * @y: (nullable) (array): [@m][input]; %NULL for @x itself, with @m = @n
 * @run: (nullable): whose threads to use
 * @gram: (out) (array): [@n][@m]
 * @error: return location for %QS_ERROR_RESOURCE or %QS_ERROR_CANCELLED
 *
 * Every state is prepared once.
 */
gboolean
qs_kernel_gram (const QsCircuit *map,
                const double    *theta,
                gsize            n,
                const double    *x,
                gsize            m,
                const double    *y,
                QsRun           *run,
                double          *gram,
                GError         **error)
{
  const gsize           n_states = y != NULL ? n + m : n;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) columns = NULL;
  Rows                  task = { .m = m, .symmetric = y == NULL, .gram = gram };

  g_return_val_if_fail (y != NULL || m == n, FALSE);

  if (n_states > MAX_AMPLITUDES >> qs_circuit_n_qubits (map)) {
    g_set_error (error, QS_ERROR, QS_ERROR_RESOURCE,
                 "%" G_GSIZE_FORMAT " states of %u qubits need more memory than is "
                 "sensible; use fewer points or qubits",
                 n_states, qs_circuit_n_qubits (map));
    return FALSE;
  }

  rows = states_new (map, theta, n, x, run);
  columns = y != NULL ? states_new (map, theta, m, y, run) : g_ptr_array_ref (rows);
  task.rows = (QsState **) rows->pdata;
  task.columns = (QsState **) columns->pdata;

  for (; task.first < n; task.first += N_ROWS_PER_STEP) {
    if (!qs_run_step (run, NULL, error))
      return FALSE;
    qs_parallel_for (run, MIN (N_ROWS_PER_STEP, n - task.first), 1, row_chunk, &task);
  }

  return TRUE;
}
