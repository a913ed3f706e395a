/* SPDX-License-Identifier: Apache-2.0 */
#include "population/qs-table.h"

#include "core/qs-error.h"
#include "core/qs-parallel.h"
#include "population/qs-score.h"

#include <math.h>

/* First nodes per e-fold of dose, and how often a cell between them may be halved. */
#define CELLS_PER_FOLD 16
#define MAX_DEPTH 10

/* Share of the score's range by which a midpoint may miss. */
static const double relative_tolerance = 2.5e-7;

typedef struct {
  double a, b;             /* mg/kg */
  double score_a, score_b; /* at its ends */
  guint  comed;
} Cell;

static double
lattice (const QsTable *self, gsize i)
{
  return self->scale_mg_per_kg * expm1 ((double) i / CELLS_PER_FOLD);
}

/* Evaluates the cells' midpoints, keeps those cells that are straight enough, with
 * their midpoints, and replaces the others by their halves.
 *
 * If a cell has one kink, its halves miss the curve by at most twice what its midpoint
 * missed; if it is smooth, by a quarter. */
static gboolean
refine_once (const QsTable *self,
             GArray        *cells,
             GArray        *nodes[2],
             gboolean       last,
             QsRun         *run,
             GError       **error)
{
  const gsize        n = cells->len;
  g_autofree double *doses = g_new (double, n);
  g_autofree double *scores = g_new (double, n);
  g_autofree guint8 *comed = g_new (guint8, n);
  g_autoptr (GArray) halves = g_array_new (FALSE, FALSE, sizeof (Cell));

  for (gsize i = 0; i < n; i++) {
    const Cell *cell = &g_array_index (cells, Cell, i);

    doses[i] = 0.5 * (cell->a + cell->b);
    comed[i] = (guint8) cell->comed;
  }

  if (!qs_score_many (self->predictor, &self->criterion, n, doses, comed, scores, run,
                      error))
    return FALSE;

  for (gsize i = 0; i < n; i++) {
    const Cell  *cell = &g_array_index (cells, Cell, i);
    const double miss = fabs (scores[i] - 0.5 * (cell->score_a + cell->score_b));
    const Cell   left = { cell->a, doses[i], cell->score_a, scores[i], cell->comed };
    const Cell   right = { doses[i], cell->b, scores[i], cell->score_b, cell->comed };

    if (miss <= self->tolerance || last) {
      const double      bound = 2.0 * miss + self->noise;
      const QsTableNode pair[2] = {
        { cell->a, cell->score_a, bound },
        { doses[i], scores[i], bound },
      };

      g_array_append_vals (nodes[cell->comed], pair, 2);
    } else {
      g_array_append_val (halves, left);
      g_array_append_val (halves, right);
    }
  }

  g_array_set_size (cells, 0);
  g_array_append_vals (cells, halves->data, halves->len);
  return TRUE;
}

static int
by_dose (gconstpointer a, gconstpointer b)
{
  const double x = ((const QsTableNode *) a)->dose_mg_per_kg;
  const double y = ((const QsTableNode *) b)->dose_mg_per_kg;

  return (x > y) - (x < y);
}

/* The cells of the first lattice from node @from to node @to. */
static gboolean
first_cells (const QsTable *self,
             gsize          from,
             gsize          to,
             GArray        *cells,
             QsRun         *run,
             GError       **error)
{
  const gsize        n = to - from + 1;
  g_autofree double *doses = g_new (double, 2 * n);
  g_autofree double *scores = g_new (double, 2 * n);
  g_autofree guint8 *comed = g_new (guint8, 2 * n);

  for (gsize i = 0; i < 2 * n; i++) {
    doses[i] = lattice (self, from + i % n);
    comed[i] = i >= n;
  }

  if (!qs_score_many (self->predictor, &self->criterion, 2 * n, doses, comed, scores, run,
                      error))
    return FALSE;

  for (guint c = 0; c < 2; c++) {
    for (gsize i = c * n; i + 1 < (c + 1) * n; i++) {
      const Cell cell = { doses[i], doses[i + 1], scores[i], scores[i + 1], c };

      g_array_append_val (cells, cell);
    }
  }

  return TRUE;
}

static gsize
last_node (const QsTable *self, double end_mg_per_kg)
{
  return (gsize) ceil (CELLS_PER_FOLD * log1p (end_mg_per_kg / self->scale_mg_per_kg));
}

/* The tolerance comes from the first cells alone: tables that grew in other steps have
 * the same nodes. */
static void
set_tolerance (QsTable *self, const GArray *cells)
{
  double low = g_array_index (cells, Cell, 0).score_a, high = low;

  for (gsize i = 0; i < cells->len; i++) {
    low = MIN (low, g_array_index (cells, Cell, i).score_b);
    high = MAX (high, g_array_index (cells, Cell, i).score_b);
  }

  self->tolerance = MAX (relative_tolerance * (high - low), 0.5 * self->noise);
}

/* Adds the nodes of the first lattice from @from to @to and those between them; a table
 * whose growth was cancelled is as it was. */
static gboolean
grow (QsTable *self, gsize from, gsize to, QsRun *run, GError **error)
{
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (Cell));
  g_autoptr (GArray) without = g_array_new (FALSE, FALSE, sizeof (QsTableNode));
  g_autoptr (GArray) with = g_array_new (FALSE, FALSE, sizeof (QsTableNode));
  GArray            *nodes[2] = { without, with };

  if (!first_cells (self, from, to, cells, run, error))
    return FALSE;
  if (from == 0)
    set_tolerance (self, cells);

  for (guint c = 0; c < 2; c++) {
    const Cell *end = &g_array_index (cells, Cell, (c + 1) * (to - from) - 1);

    g_array_append_val (nodes[c], ((QsTableNode){ end->b, end->score_b, self->noise }));
  }

  for (guint depth = 0; cells->len > 0; depth++)
    if (!refine_once (self, cells, nodes, depth == MAX_DEPTH, run, error))
      return FALSE;

  for (guint c = 0; c < 2; c++) {
    g_array_sort (nodes[c], by_dose);
    if (from > 0)
      g_array_set_size (self->nodes[c], self->nodes[c]->len - 1);
    g_array_append_vals (self->nodes[c], nodes[c]->data, nodes[c]->len);
  }

  self->end_mg_per_kg = lattice (self, to);
  return TRUE;
}

/* A network computed in single precision scatters about its own curve. Second
 * differences over a few doses, one millionth apart, show by how much: of a smooth curve
 * they are nothing. */
static gboolean
measure_noise (QsTable *self, double end_mg_per_kg, QsRun *run, GError **error)
{
  enum { N_PLACES = 24, N_STEPS = 8, N = 2 * N_PLACES * N_STEPS };
  g_autofree double *doses = g_new (double, N);
  g_autofree double *scores = g_new (double, N);
  g_autofree guint8 *comed = g_new (guint8, N);
  double             largest = 0.0, scale = 1.0;

  for (gsize i = 0; i < N; i++) {
    const gsize  place = i / (2 * N_STEPS);
    const double share = ((double) place + 1.0) / N_PLACES;

    doses[i] = end_mg_per_kg * share * share * (1.0 + 1e-6 * (double) (i % N_STEPS));
    comed[i] = (i / N_STEPS) % 2;
  }

  if (!qs_score_many (self->predictor, &self->criterion, N, doses, comed, scores, run,
                      error))
    return FALSE;

  for (gsize i = 0; i < N; i++) {
    scale = MAX (scale, fabs (scores[i]));
    if (i % N_STEPS >= 2)
      largest = MAX (largest, fabs (scores[i] - 2.0 * scores[i - 1] + scores[i - 2]));
  }

  /* The last term stands for the rounding of score + shift <= level itself. */
  self->noise = 2.0 * largest + 1e-13 * scale;
  return TRUE;
}

/**
 * qs_table_new:
 * @predictor: whose score
 * @criterion: what is judged
 * @scale_mg_per_kg: positive; doses far below it are spaced evenly, far above
 * proportionally
 * @end_mg_per_kg: the table reaches at least this far
 * @error: return location for %QS_ERROR_CANCELLED or %QS_ERROR_NUMERIC
 *
 * Tabulates the score, halving cells until linear interpolation misses it by less than
 * a quarter of a millionth of its range, or by less than its own noise.
 *
 * Returns: (transfer full): the table, or %NULL
 */
QsTable *
qs_table_new (QsPredictor       *predictor,
              const QsCriterion *criterion,
              double             scale_mg_per_kg,
              double             end_mg_per_kg,
              QsRun             *run,
              GError           **error)
{
  g_autoptr (QsTable) self = g_new0 (QsTable, 1);

  self->predictor = qs_predictor_ref (predictor);
  self->criterion = *criterion;
  self->scale_mg_per_kg = scale_mg_per_kg;
  for (guint c = 0; c < 2; c++)
    self->nodes[c] = g_array_new (FALSE, FALSE, sizeof (QsTableNode));

  if (!measure_noise (self, end_mg_per_kg, run, error) ||
      !grow (self, 0, last_node (self, end_mg_per_kg), run, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
qs_table_free (QsTable *self)
{
  if (self == NULL)
    return;

  qs_predictor_unref (self->predictor);
  for (guint c = 0; c < 2; c++)
    g_array_unref (self->nodes[c]);
  g_free (self);
}

/**
 * qs_table_extend:
 *
 * Makes the table reach @end_mg_per_kg. What was there before does not change.
 */
gboolean
qs_table_extend (QsTable *self, double end_mg_per_kg, QsRun *run, GError **error)
{
  if (end_mg_per_kg <= self->end_mg_per_kg)
    return TRUE;

  return grow (self, last_node (self, self->end_mg_per_kg * (1.0 - 1e-9)),
               last_node (self, end_mg_per_kg), run, error);
}

/**
 * qs_table_cell:
 * @dose_mg_per_kg: within the table
 *
 * Returns: the node at or below @dose_mg_per_kg that is not the last one
 */
gsize
qs_table_cell (const QsTable *self, guint comed, double dose_mg_per_kg)
{
  const QsTableNode *nodes = (const QsTableNode *) self->nodes[comed]->data;
  gsize              low = 0, high = self->nodes[comed]->len - 1;

  while (high - low > 1) {
    const gsize middle = low + (high - low) / 2;

    if (nodes[middle].dose_mg_per_kg <= dose_mg_per_kg)
      low = middle;
    else
      high = middle;
  }

  return low;
}

/**
 * qs_table_read:
 * @bound: (out): how far the result may be from the predictor's
 *
 * Returns: the score at @dose_mg_per_kg by linear interpolation
 */
double
qs_table_read (const QsTable *self, guint comed, double dose_mg_per_kg, double *bound)
{
  const QsTableNode *node = (const QsTableNode *) self->nodes[comed]->data +
                            qs_table_cell (self, comed, dose_mg_per_kg);
  const double rest = (dose_mg_per_kg - node[0].dose_mg_per_kg) /
                      (node[1].dose_mg_per_kg - node[0].dose_mg_per_kg);

  *bound = node->bound;
  return node[0].score + rest * (node[1].score - node[0].score);
}
