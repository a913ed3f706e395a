/* SPDX-License-Identifier: Apache-2.0 */
#include "qs-dense.h"

#include <math.h>
#include <string.h>

typedef double complex Matrix[2][2];

static const Matrix pauli[3] = {
  { { 0.0, 1.0 }, { 1.0, 0.0 } },
  { { 0.0, -I }, { I, 0.0 } },
  { { 1.0, 0.0 }, { 0.0, -1.0 } },
};

static void
multiply (Matrix a, Matrix b, Matrix product)
{
  for (guint r = 0; r < 2; r++)
    for (guint c = 0; c < 2; c++)
      product[r][c] = a[r][0] * b[0][c] + a[r][1] * b[1][c];
}

/* exp (−i angle / 2 × the Pauli matrix of @axis) as its power series. */
static void
exponential (guint axis, double angle, Matrix u)
{
  Matrix term = { { 1.0, 0.0 }, { 0.0, 1.0 } }, step, next;

  for (guint r = 0; r < 2; r++)
    for (guint c = 0; c < 2; c++)
      step[r][c] = -0.5 * I * angle * pauli[axis][r][c];

  memcpy (u, term, sizeof term);
  for (guint k = 1; k < 60; k++) {
    multiply (term, step, next);
    for (guint r = 0; r < 2; r++)
      for (guint c = 0; c < 2; c++) {
        term[r][c] = next[r][c] / k;
        u[r][c] += term[r][c];
      }
  }
}

static void
phases (double complex first, double complex second, Matrix u)
{
  u[0][0] = first;
  u[1][1] = second;
  u[0][1] = u[1][0] = 0.0;
}

void
qs_dense_gate1 (QsGateKind kind, const double *angles, double complex u[2][2])
{
  Matrix left, middle, right;

  switch (kind) {
  case QS_GATE_X:
  case QS_GATE_Y:
  case QS_GATE_Z:
    memcpy (u, pauli[kind - QS_GATE_X], sizeof (Matrix));
    break;
  case QS_GATE_H:
    for (guint r = 0; r < 2; r++)
      for (guint c = 0; c < 2; c++)
        u[r][c] = (pauli[0][r][c] + pauli[2][r][c]) / sqrt (2.0);
    break;
  case QS_GATE_S:
    phases (1.0, I, u);
    break;
  case QS_GATE_T:
    phases (1.0, cexp (0.25 * I * G_PI), u);
    break;
  case QS_GATE_PHASE:
    phases (1.0, cexp (I * angles[0]), u);
    break;
  case QS_GATE_RX:
  case QS_GATE_RY:
  case QS_GATE_RZ:
    exponential (kind - QS_GATE_RX, angles[0], u);
    break;
  case QS_GATE_U3:
    exponential (2, angles[1], left);
    exponential (1, angles[0], middle);
    exponential (2, angles[2], right);
    multiply (left, middle, u);
    memcpy (left, u, sizeof (Matrix));
    multiply (left, right, u);
    for (guint r = 0; r < 2; r++)
      for (guint c = 0; c < 2; c++)
        u[r][c] *= cexp (0.5 * I * (angles[1] + angles[2]));
    break;
  default:
    g_assert_not_reached ();
  }
}

static double complex
element (Matrix u, gsize controls, guint target, gsize row, gsize column)
{
  const gsize bit = (gsize) 1 << target;

  if ((row | bit) != (column | bit))
    return 0.0;

  if ((column & controls) != controls)
    return row == column;

  return u[row >> target & 1][column >> target & 1];
}

void
qs_dense_apply (double complex *v,
                guint           n_qubits,
                double complex  u[2][2],
                gsize           controls,
                guint           target)
{
  const gsize    n = (gsize) 1 << n_qubits;
  double complex w[QS_DENSE_MAX] = { 0 };

  g_assert_cmpuint (n, <=, QS_DENSE_MAX);
  for (gsize row = 0; row < n; row++)
    for (gsize column = 0; column < n; column++)
      w[row] += element (u, controls, target, row, column) * v[column];

  memcpy (v, w, n * sizeof *v);
}

void
qs_dense_swap (double complex *v, guint n_qubits, gsize controls, guint a, guint b)
{
  const gsize    n = (gsize) 1 << n_qubits;
  double complex w[QS_DENSE_MAX];

  for (gsize i = 0; i < n; i++) {
    const gsize rest = i & ~((gsize) 1 << a | (gsize) 1 << b);
    const gsize swapped = rest | (i >> a & 1) << b | (i >> b & 1) << a;

    w[i] = v[(i & controls) == controls ? swapped : i];
  }

  memcpy (v, w, n * sizeof *v);
}
