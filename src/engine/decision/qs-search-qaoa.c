/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "decision/qs-search.h"
#include "quantum/qs-qaoa.h"

#include <math.h>
#include <stdlib.h>

/* The part of what is measured that counts: its cheapest tenth (conditional value at
 * risk, Barkoutsos et al. 2020). */
static const double tail = 0.1;

typedef struct {
  const QsLandscape     *landscape;
  const QsSearchOptions *options;
  double                *cost;  /* from 0 to 1 */
  guint32               *order; /* codes, the cheapest first */
  QsState               *state;
  guint64                n_runs;
} Search;

static void
search_clear (Search *self)
{
  g_free (self->cost);
  g_free (self->order);
  qs_state_free (self->state);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  const double *cost = data;
  const double  left = cost[*(const guint32 *) a], right = cost[*(const guint32 *) b];

  return (left > right) - (left < right);
}

static double
share_of (const Search *self, gsize code)
{
  const QsComplex a = qs_state_amplitude (self->state, code);

  return a.re * a.re + a.im * a.im;
}

/* The mean of the cheapest tenth after a ramp to @phase and from @mix. */
static double
attempt (Search *self, double phase, double mix)
{
  const QsQaoaAngles angles = qs_qaoa_ramp (self->options->n_layers, phase, mix);
  double             left = tail, sum = 0.0;

  qs_qaoa_run (&angles, self->cost, self->state);
  self->n_runs++;
  for (gsize i = 0; i < self->landscape->n && left > 0.0; i++) {
    const double share = MIN (share_of (self, self->order[i]), left);

    sum += share * self->cost[self->order[i]];
    left -= share;
  }

  return sum / tail;
}

/* A grid on log axes, then ever shorter steps from its best point. */
static gboolean
tune (Search *self, double *phase, double *mix, QsRun *run, GError **error)
{
  enum { N = 9 };
  double best = INFINITY, factor = 1.35;

  for (guint i = 0; i < N; i++) {
    for (guint j = 0; j < N; j++) {
      const double a = pow (2.0, i * 0.75), b = 0.2 * pow (2.0, j * 0.4);
      const double value = attempt (self, a, b);

      if (value < best) {
        best = value;
        *phase = a;
        *mix = b;
      }
    }
    if (!qs_run_step (run, NULL, error))
      return FALSE;
  }

  for (guint turn = 0; turn < 24 && factor > 1.01; turn++) {
    gboolean better = FALSE;

    for (guint k = 0; k < 4; k++) {
      const double by = k % 2 == 0 ? factor : 1.0 / factor;
      const double a = k < 2 ? *phase * by : *phase, b = k < 2 ? *mix : *mix * by;
      const double value = attempt (self, a, b);

      if (value < best) {
        best = value;
        *phase = a;
        *mix = b;
        better = TRUE;
      }
    }
    factor = better ? factor : sqrt (factor);
    if (!qs_run_step (run, NULL, error))
      return FALSE;
  }

  return TRUE;
}

/**
 * qs_search_qaoa:
 *
 * The two slopes of a linear ramp are tuned on the cheapest tenth of what would be
 * measured; then codes are measured and the cheapest counts. The answer is not used.
 */
gboolean
qs_search_qaoa (const QsLandscape     *self,
                const QsSearchOptions *options,
                QsRun                 *run,
                QsSearchFound         *found,
                GError               **error)
{
  const gint64      start_us = g_get_monotonic_time ();
  const QsRngKey    key = { .seed = options->seed, .stream = QS_RNG_SHOTS };
  g_auto (Search)   search = { .landscape = self, .options = options };
  g_autofree gsize *measured = g_new (gsize, options->n_shots);
  double            phase = 1.0, mix = 1.0, low = self->cost[0];
  guint             n_qubits = self->n_qubits[0];

  if (self->n_axes == 2)
    n_qubits += self->n_qubits[1];
  if (options->n_layers < 1 || options->n_layers > QS_QAOA_MAX_LAYERS) {
    g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
                 "The number of layers is %u, must lie in [1, %d]", options->n_layers,
                 QS_QAOA_MAX_LAYERS);
    return FALSE;
  }
  search.state = qs_state_new (n_qubits, FALSE, run, error);
  if (search.state == NULL)
    return FALSE;

  search.cost = g_new (double, self->n);
  search.order = g_new (guint32, self->n);
  for (gsize x = 0; x < self->n; x++)
    low = MIN (low, self->cost[x]);
  for (gsize x = 0; x < self->n; x++) {
    search.cost[x] = (self->cost[x] - low) / self->span;
    search.order[x] = (guint32) x;
  }
  g_qsort_with_data (search.order, (gint) self->n, sizeof *search.order, compare,
                     search.cost);
  if (!tune (&search, &phase, &mix, run, error))
    return FALSE;

  attempt (&search, phase, mix);
  qs_state_sample (search.state, &key, options->n_shots, measured);
  *found = (QsSearchFound){ .code = measured[0],
                            .n_looked = search.n_runs * options->n_layers +
                                        (guint64) options->n_shots * options->n_layers,
                            .share = share_of (&search, self->best) };
  for (guint i = 1; i < options->n_shots; i++)
    if (self->cost[measured[i]] < self->cost[found->code])
      found->code = measured[i];
  found->elapsed_s = (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC;
  return TRUE;
}
