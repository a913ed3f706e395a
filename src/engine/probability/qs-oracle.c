/* SPDX-License-Identifier: Apache-2.0 */
#include "probability/qs-oracle.h"

#include <math.h>

typedef struct {
  QsOracle parent;
  double   amplitude;
} Emulated;

void
qs_oracle_free (QsOracle *self)
{
  if (self != NULL)
    self->klass->free (self);
}

/**
 * qs_phase_kernel:
 * @distance: of a phase from an outcome's, in turns
 * @n_outcomes: 2 to the number of evaluation qubits
 *
 * Returns: the probability of that outcome, Brassard et al. 2002, theorem 11
 */
double
qs_phase_kernel (double distance, guint n_outcomes)
{
  const double d = distance - round (distance);
  const double s = n_outcomes * sin (G_PI * d);

  return fabs (d) < 1e-12 ? 1.0 : pow (sin (n_outcomes * G_PI * d) / s, 2.0);
}

/**
 * qs_phase_probabilities:
 * @p: (out) (array length=2^n_qubits): of the outcomes y, which say sin² (π y / 2^n)
 *
 * A|0⟩ is half each of the two eigenvectors of Q.
 */
void
qs_phase_probabilities (double amplitude, guint n_qubits, double *p)
{
  const double turns = asin (sqrt (amplitude)) / G_PI;
  const guint  n = 1u << n_qubits;

  for (guint y = 0; y < n; y++)
    p[y] = 0.5 * (qs_phase_kernel ((double) y / n - turns, n) +
                  qs_phase_kernel ((double) y / n + turns, n));
}

/* cosh or cos: the Chebyshev polynomial of the first kind, of any positive degree. */
static double
chebyshev (double degree, double x)
{
  return x > 1.0 ? cosh (degree * acosh (x)) : cos (degree * acos (x));
}

/**
 * qs_fixed_point_width:
 * @length: odd number of uses of A and A†
 * @delta: square root of the failure that is allowed
 *
 * Returns: the amplitude from which on success has a probability of at least
 * 1 − @delta²; below, it increases strictly with the amplitude (Yoder, Low and Chuang
 * 2014, equation 2)
 */
double
qs_fixed_point_width (guint length, double delta)
{
  return 1.0 - pow (chebyshev (1.0 / length, 1.0 / delta), -2.0);
}

/* Yoder, Low and Chuang 2014, equation (1). */
double
qs_fixed_point_success (double amplitude, guint length, double delta)
{
  const double x = chebyshev (1.0 / length, 1.0 / delta) * sqrt (1.0 - amplitude);

  return 1.0 - pow (delta * chebyshev (length, x), 2.0);
}

/**
 * qs_fixed_point_angles:
 * @step: 1 to (@length − 1) / 2
 * @a: (out): of the reflection about A|0⟩
 * @b: (out): of the reflection about the flag
 *
 * Yoder, Low and Chuang 2014, equation (11).
 */
void
qs_fixed_point_angles (guint length, double delta, guint step, double *a, double *b)
{
  const double w = sqrt (qs_fixed_point_width (length, delta));
  const guint  mirrored = (length - 1) / 2 - step + 1;

  *a = 2.0 * atan (1.0 / (tan (2.0 * G_PI * step / length) * w));
  *b = -2.0 * atan (1.0 / (tan (2.0 * G_PI * mirrored / length) * w));
}

static gboolean
emulated_success (QsOracle *self, guint power, double *p, QsRun *run, GError **error)
{
  const double angle = asin (sqrt (((Emulated *) self)->amplitude));

  *p = pow (sin ((2.0 * power + 1.0) * angle), 2.0);
  return TRUE;
}

static gboolean
emulated_phases (QsOracle *self, guint n_qubits, double *p, QsRun *run, GError **error)
{
  qs_phase_probabilities (((Emulated *) self)->amplitude, n_qubits, p);
  return TRUE;
}

static gboolean
emulated_amplified (QsOracle *self,
                    guint     length,
                    double    delta,
                    gboolean  swap,
                    double   *p,
                    QsRun    *run,
                    GError  **error)
{
  const double amplitude = ((Emulated *) self)->amplitude;

  *p = qs_fixed_point_success (swap ? 1.0 - amplitude : amplitude, length, delta);
  return TRUE;
}

static QsOracle *
emulated_rescaled (QsOracle *self, QsRun *run, GError **error)
{
  return qs_oracle_new_emulated (((Emulated *) self)->amplitude / 16.0);
}

static void
emulated_free (QsOracle *self)
{
  g_free (self);
}

static const QsOracleClass emulated_class = {
  .name = "emulated",
  .success = emulated_success,
  .phases = emulated_phases,
  .amplified = emulated_amplified,
  .rescaled = emulated_rescaled,
  .free = emulated_free,
};

QsOracle *
qs_oracle_new_emulated (double amplitude)
{
  Emulated *self = g_new0 (Emulated, 1);

  self->parent.klass = &emulated_class;
  self->amplitude = amplitude;
  return &self->parent;
}
