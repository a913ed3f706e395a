/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-gate.h"

#include <math.h>

static const struct {
  const char *name;
  guint       n_angles;
} kinds[QS_GATE_N_KINDS] = {
  [QS_GATE_X] = { "X", 0 },     [QS_GATE_Y] = { "Y", 0 },
  [QS_GATE_Z] = { "Z", 0 },     [QS_GATE_H] = { "H", 0 },
  [QS_GATE_S] = { "S", 0 },     [QS_GATE_T] = { "T", 0 },
  [QS_GATE_PHASE] = { "P", 1 }, [QS_GATE_RX] = { "RX", 1 },
  [QS_GATE_RY] = { "RY", 1 },   [QS_GATE_RZ] = { "RZ", 1 },
  [QS_GATE_U3] = { "U3", 3 },   [QS_GATE_SWAP] = { "SWAP", 0 },
};

guint
qs_gate_n_angles (QsGateKind kind)
{
  return kinds[kind].n_angles;
}

const char *
qs_gate_name (QsGateKind kind)
{
  return kinds[kind].name;
}

static QsComplex
polar (double radius, double angle)
{
  return (QsComplex){ radius * cos (angle), radius * sin (angle) };
}

/**
 * qs_gate1:
 * @kind: any but %QS_GATE_SWAP
 * @angles: (nullable): as many as qs_gate_n_angles() says
 */
QsGate1
qs_gate1 (QsGateKind kind, const double *angles)
{
  const double    a = kinds[kind].n_angles > 0 ? angles[0] : 0.0;
  const double    c = cos (0.5 * a), s = sin (0.5 * a), r = M_SQRT1_2;
  const QsComplex one = { 1.0, 0.0 };

  switch (kind) {
  case QS_GATE_X:
    return (QsGate1){ { { { 0.0 }, one }, { one, { 0.0 } } } };
  case QS_GATE_Y:
    return (QsGate1){ { { { 0.0 }, { 0.0, -1.0 } }, { { 0.0, 1.0 }, { 0.0 } } } };
  case QS_GATE_Z:
    return (QsGate1){ { { one, { 0.0 } }, { { 0.0 }, { -1.0, 0.0 } } } };
  case QS_GATE_H:
    return (QsGate1){ { { { r, 0.0 }, { r, 0.0 } }, { { r, 0.0 }, { -r, 0.0 } } } };
  case QS_GATE_S:
    return (QsGate1){ { { one, { 0.0 } }, { { 0.0 }, { 0.0, 1.0 } } } };
  case QS_GATE_T:
    return (QsGate1){ { { one, { 0.0 } }, { { 0.0 }, { r, r } } } };
  case QS_GATE_PHASE:
    return (QsGate1){ { { one, { 0.0 } }, { { 0.0 }, polar (1.0, a) } } };
  case QS_GATE_RX:
    return (QsGate1){ { { { c, 0.0 }, { 0.0, -s } }, { { 0.0, -s }, { c, 0.0 } } } };
  case QS_GATE_RY:
    return (QsGate1){ { { { c, 0.0 }, { -s, 0.0 } }, { { s, 0.0 }, { c, 0.0 } } } };
  case QS_GATE_RZ:
    return (QsGate1){ { { { c, -s }, { 0.0 } }, { { 0.0 }, { c, s } } } };
  case QS_GATE_U3:
    return (QsGate1){ { { { c, 0.0 }, polar (-s, angles[2]) },
                        { polar (s, angles[1]), polar (c, angles[1] + angles[2]) } } };
  default:
    g_return_val_if_reached ((QsGate1){ 0 });
  }
}

static QsComplex
times_i (QsComplex a)
{
  return (QsComplex){ -a.im, a.re };
}

/**
 * qs_gate1_slope:
 * @which: the angle, of qs_gate_n_angles()
 *
 * Returns: the derivative of the matrix by one angle
 */
QsGate1
qs_gate1_slope (QsGateKind kind, const double *angles, guint which)
{
  QsGate1 slope;

  g_return_val_if_fail (which < kinds[kind].n_angles, (QsGate1){ 0 });

  if (kind == QS_GATE_PHASE || which > 0) { /* e^iφ in one row or column */
    const QsGate1 gate = qs_gate1 (kind, angles);

    slope = (QsGate1){ 0 };
    slope.u[1][1] = times_i (gate.u[1][1]);
    if (which == 1)
      slope.u[1][0] = times_i (gate.u[1][0]);
    else if (which == 2)
      slope.u[0][1] = times_i (gate.u[0][1]);
  } else { /* half an angle in sine and cosine: the derivative is a quarter turn further
            */
    double turned[QS_GATE_MAX_ANGLES] = { 0.0 };

    for (guint k = 0; k < kinds[kind].n_angles; k++)
      turned[k] = angles[k];
    turned[0] += G_PI;
    slope = qs_gate1 (kind, turned);
    for (guint k = 0; k < 4; k++) {
      slope.u[k / 2][k % 2].re *= 0.5;
      slope.u[k / 2][k % 2].im *= 0.5;
    }
  }

  return slope;
}

/* The conjugate transpose, which undoes the gate. */
QsGate1
qs_gate1_dagger (const QsGate1 *gate)
{
  QsGate1 dagger;

  for (guint row = 0; row < 2; row++)
    for (guint column = 0; column < 2; column++)
      dagger.u[row][column] =
          (QsComplex){ gate->u[column][row].re, -gate->u[column][row].im };

  return dagger;
}
