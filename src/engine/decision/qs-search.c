/* SPDX-License-Identifier: Apache-2.0 */
#include "decision/qs-search.h"

#include "core/qs-error.h"
#include "core/qs-rng.h"

#include <math.h>

static guint
n_qubits_of (guint n_doses)
{
  guint n_qubits = 1;

  while (1u << n_qubits < n_doses)
    n_qubits++;

  return n_qubits;
}

static gboolean
check (const QsSearchAxis *axes, guint n_axes, double target, GError **error)
{
  guint n_qubits = 0;

  if (!(target > 0.0 && target < 1.0)) {
    g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
                 "The target is %g, must lie in (0, 1)", target);
    return FALSE;
  }
  for (guint a = 0; a < n_axes; a++) {
    if (axes[a].n < 1 || axes[a].n > QS_SEARCH_MAX_DOSES) {
      g_set_error (error, QS_ERROR, axes[a].n < 1 ? QS_ERROR_TOO_FEW : QS_ERROR_RESOURCE,
                   "A grid of %u doses cannot be searched, it must have 1 to %d",
                   axes[a].n, QS_SEARCH_MAX_DOSES);
      return FALSE;
    }
    n_qubits += n_qubits_of (axes[a].n);
  }
  if (n_qubits <= QS_SEARCH_MAX_QUBITS)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_RESOURCE,
               "The grids need %u qubits together, at most %d are allowed", n_qubits,
               QS_SEARCH_MAX_QUBITS);
  return FALSE;
}

/* The lowest probability from each dose on. */
static double *
settled (const QsSearchAxis *axis)
{
  double *p = g_new (double, axis->n);

  for (guint i = axis->n; i-- > 0;)
    p[i] = i + 1 < axis->n ? MIN (axis->probability[i], p[i + 1]) : axis->probability[i];

  return p;
}

/* The answer: the first dose that reaches the target; @n where none does. */
static guint
scan (const double *p, guint n, double target)
{
  guint i = 0;

  while (i < n && !(p[i] >= target))
    i++;

  return i;
}

/* What a missing share must cost at least so that no lower dose is cheaper than dose
 * @best: the largest of saved over missing. Where nothing can be saved, any price will
 * do. */
static double
price (const double *p, guint best, guint n, double step, double target)
{
  double most = step;

  for (guint i = 0; i < MIN (best, n); i++)
    most = MAX (most, (MIN (best, n - 1) - i) * step / (target - p[i]));

  return 1.1 * most;
}

/* Costs of one axis, its unused codes above the dearest dose. */
static double *
axis_costs (QsLandscape        *self,
            guint               a,
            const QsSearchAxis *axis,
            double              target,
            guint              *best)
{
  const guint        n_codes = 1u << self->n_qubits[a];
  const double       step = axis->step_mg * axis->per_week;
  g_autofree double *p = settled (axis);
  double            *cost = g_new (double, n_codes), dearest = 0.0;

  *best = scan (p, axis->n, target);
  self->penalty[a] = price (p, *best, axis->n, step, target);
  self->n_looked += MIN (*best + 1, axis->n);
  for (guint i = 0; i < axis->n; i++) {
    cost[i] = (i + 1) * step + self->penalty[a] * MAX (0.0, target - p[i]);
    dearest = MAX (dearest, cost[i]);
  }
  for (guint i = axis->n; i < n_codes; i++)
    cost[i] = dearest + step;

  if (*best < axis->n)
    return cost;

  self->found = FALSE;
  *best = 0;
  for (guint i = 1; i < axis->n; i++)
    *best = cost[i] < cost[*best] ? i : *best;
  return cost;
}

/**
 * qs_landscape_new:
 * @axes: (array length=n_axes): one regimen, or two
 * @target: the share that has to succeed
 * @error: return location for %QS_ERROR_SCENARIO, %QS_ERROR_TOO_FEW or %QS_ERROR_RESOURCE
 *
 * Also finds the answer by the exact scan.
 */
QsLandscape *
qs_landscape_new (const QsSearchAxis *axes, guint n_axes, double target, GError **error)
{
  QsLandscape *self;
  double      *cost[QS_SEARCH_MAX_AXES] = { NULL };
  guint        shift = 0;
  double       low, high;

  g_return_val_if_fail (n_axes >= 1 && n_axes <= QS_SEARCH_MAX_AXES, NULL);

  if (!check (axes, n_axes, target, error))
    return NULL;

  self = g_new0 (QsLandscape, 1);
  self->n_axes = n_axes;
  self->found = TRUE;
  for (guint a = 0; a < n_axes; a++) {
    guint best;

    self->n_qubits[a] = n_qubits_of (axes[a].n);
    self->n_doses[a] = axes[a].n;
    self->step_mg[a] = axes[a].step_mg;
    cost[a] = axis_costs (self, a, &axes[a], target, &best);
    self->best |= (gsize) best << shift;
    shift += self->n_qubits[a];
  }

  self->n = (gsize) 1 << shift;
  self->cost = g_new (double, self->n);
  for (gsize x = 0; x < self->n; x++) {
    const gsize low_code = x & (((gsize) 1 << self->n_qubits[0]) - 1);

    self->cost[x] = cost[0][low_code];
    if (n_axes == 2)
      self->cost[x] += cost[1][x >> self->n_qubits[0]];
  }
  for (guint a = 0; a < n_axes; a++)
    g_free (cost[a]);

  low = high = self->cost[0];
  for (gsize x = 1; x < self->n; x++) {
    low = MIN (low, self->cost[x]);
    high = MAX (high, self->cost[x]);
  }
  self->span = high - low;
  return self;
}

/**
 * qs_landscape_of:
 * @results: (array length=n_results): the curves of one regimen, or of both; the target
 * is that of the first
 */
QsLandscape *
qs_landscape_of (const QsResult *const *results, guint n_results, GError **error)
{
  QsSearchAxis axes[QS_SEARCH_MAX_AXES];
  double      *p[QS_SEARCH_MAX_AXES];
  QsLandscape *self;

  g_return_val_if_fail (n_results >= 1 && n_results <= QS_SEARCH_MAX_AXES, NULL);

  for (guint a = 0; a < n_results; a++) {
    const QsRegimen regimen = results[a]->scenario.regimen;

    p[a] = g_new (double, results[a]->n_estimates + 1);
    for (gsize i = 0; i < results[a]->n_estimates; i++)
      p[a][i] = results[a]->estimates[i].probability;
    axes[a] = (QsSearchAxis){ (guint) results[a]->n_estimates,
                              qs_regimen_grid_step_mg (regimen),
                              168.0 / qs_regimen_interval_h (regimen), p[a] };
  }

  self = qs_landscape_new (axes, n_results, results[0]->scenario.target, error);
  for (guint a = 0; a < n_results; a++)
    g_free (p[a]);
  return self;
}

void
qs_landscape_free (QsLandscape *self)
{
  if (self == NULL)
    return;

  g_free (self->cost);
  g_free (self);
}

/* The dose of a code; NaN beyond the grid. */
double
qs_landscape_dose_mg (const QsLandscape *self, gsize code, guint axis)
{
  const gsize i = (axis == 0 ? code : code >> self->n_qubits[0]) &
                  (((gsize) 1 << self->n_qubits[axis]) - 1);

  return i < self->n_doses[axis] ? (double) (i + 1) * self->step_mg[axis] : NAN;
}

QsSearchOptions
qs_search_options_default (void)
{
  return (QsSearchOptions){
    .seed = 1, .n_sweeps = 1000, .n_reads = 10, .n_layers = 8, .n_shots = 100
  };
}

static guint
all_qubits (const QsLandscape *self)
{
  return self->n_qubits[0] + (self->n_axes == 2 ? self->n_qubits[1] : 0);
}

/* The largest and the smallest change that one bit can make. */
static void
steps_of (const QsLandscape *self, double *largest, double *smallest)
{
  *largest = 0.0;
  *smallest = INFINITY;
  for (gsize x = 0; x < self->n; x++)
    for (guint q = 0; q < all_qubits (self); q++) {
      const double step = fabs (self->cost[x ^ (gsize) 1 << q] - self->cost[x]);

      *largest = MAX (*largest, step);
      if (step > 0.0)
        *smallest = MIN (*smallest, step);
    }
}

/* Move @k from @x: each bit turned, then each axis a dose down and up, for neighbours
 * that differ in many bits. A move that does not exist stays. */
static gsize
neighbour (const QsLandscape *self, gsize x, guint k)
{
  const guint n_qubits = all_qubits (self);

  if (k < n_qubits)
    return x ^ (gsize) 1 << k;

  const guint axis = (k - n_qubits) / 2, shift = axis == 0 ? 0 : self->n_qubits[0];
  const gsize mask = (((gsize) 1 << self->n_qubits[axis]) - 1) << shift;
  const gsize one = (gsize) 1 << shift;

  if ((k - n_qubits) % 2 == 0)
    return (x & mask) == 0 ? x : x - one;
  return (x & mask) == mask ? x : x + one;
}

/**
 * qs_search_anneal:
 *
 * Bits and doses moved by Metropolis' rule, while the temperature falls geometrically
 * from where the largest step up is taken every other time to where the smallest is taken
 * once in a hundred.
 */
gboolean
qs_search_anneal (const QsLandscape     *self,
                  const QsSearchOptions *options,
                  QsRun                 *run,
                  QsSearchFound         *found,
                  GError               **error)
{
  const gint64 start_us = g_get_monotonic_time ();
  const guint  n_qubits = all_qubits (self);
  const guint  n_moves = n_qubits + 2 * self->n_axes;
  double       largest, smallest, first, last;

  steps_of (self, &largest, &smallest);
  first = log (2.0) / largest;
  last = log (100.0) / smallest;
  *found = (QsSearchFound){ .share = NAN };
  for (guint read = 0; read < options->n_reads; read++) {
    const QsRngKey key = { .seed = options->seed,
                           .stream = QS_RNG_ANNEAL,
                           .replicate = read };
    gsize          x = qs_rng_below (&key, 0, n_qubits, (guint) self->n);

    for (guint sweep = 0; sweep < options->n_sweeps; sweep++) {
      const double beta =
          first * pow (last / first, (double) sweep / MAX (options->n_sweeps - 1, 1));

      for (guint k = 0; k < n_moves; k++) {
        const gsize  next = neighbour (self, x, k);
        const double step = self->cost[next] - self->cost[x];

        if (step <= 0.0 || qs_rng_uniform (&key, sweep, k) < exp (-beta * step))
          x = next;
        if (self->cost[x] < self->cost[found->code])
          found->code = x;
      }
    }
    found->n_looked += (guint64) options->n_sweeps * n_moves;
    if (!qs_run_step (run, NULL, error))
      return FALSE;
  }

  found->elapsed_s = (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC;
  return TRUE;
}
