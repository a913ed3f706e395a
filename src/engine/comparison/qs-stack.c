/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-stack.h"

#include <math.h>

void
qs_stack_init (QsStack *self, guint n)
{
  g_return_if_fail (n >= 1 && n <= QS_STACK_MAX);

  *self = (QsStack){ .n = n };
}

/* One observation and what each member predicts of it. */
void
qs_stack_add (QsStack *self, const double *predicted, double observed, double weight)
{
  for (guint i = 0; i < self->n; i++)
    for (guint k = 0; k < self->n; k++)
      self->errors[i][k] +=
          weight * (predicted[i] - observed) * (predicted[k] - observed);
}

/* The best weights of the members in @set that sum to one: proportional to the solution
 * of E w = 1. Returns whether none is negative. */
static gboolean
solve_set (const QsStack *self, guint set, double *weights)
{
  double a[QS_STACK_MAX][QS_STACK_MAX + 1], sum = 0.0;
  guint  member[QS_STACK_MAX], n = 0;

  for (guint i = 0; i < self->n; i++)
    if (set & 1u << i)
      member[n++] = i;
  for (guint i = 0; i < n; i++) {
    for (guint k = 0; k < n; k++)
      a[i][k] = self->errors[member[i]][member[k]];
    /* Members that agree everywhere share their weight. */
    a[i][i] += 1e-12 * a[i][i] + 1e-200;
    a[i][n] = 1.0;
  }
  /* E is positive definite: no pivots. */
  for (guint j = 0; j < n; j++)
    for (guint i = 0; i < n; i++) {
      const double factor = i != j ? a[i][j] / a[j][j] : 0.0;

      for (guint k = j; factor != 0.0 && k <= n; k++)
        a[i][k] -= factor * a[j][k];
    }
  for (guint i = 0; i < self->n; i++)
    weights[i] = 0.0;
  for (guint i = 0; i < n; i++)
    sum += a[i][n] / a[i][i];
  for (guint i = 0; i < n; i++) {
    weights[member[i]] = a[i][n] / a[i][i] / sum;
    if (!(weights[member[i]] >= 0.0))
      return FALSE;
  }

  return TRUE;
}

static double
squares_of (const QsStack *self, const double *weights)
{
  double sum = 0.0;

  for (guint i = 0; i < self->n; i++)
    for (guint k = 0; k < self->n; k++)
      sum += weights[i] * weights[k] * self->errors[i][k];

  return sum;
}

/**
 * qs_stack_solve:
 * @weights: (out) (array length=n)
 *
 * Looks at every set of members: the optimum is that of the equality alone within the set
 * of those with weight.
 *
 * Returns: the least sum of squared errors
 */
double
qs_stack_solve (const QsStack *self, double *weights)
{
  double best = INFINITY;

  for (guint set = 1; set < 1u << self->n; set++) {
    double         tried[QS_STACK_MAX];
    const gboolean inside = solve_set (self, set, tried);
    const double   squares = inside ? squares_of (self, tried) : INFINITY;

    if (squares >= best)
      continue;
    best = squares;
    for (guint i = 0; i < self->n; i++)
      weights[i] = tried[i];
  }

  return best;
}
