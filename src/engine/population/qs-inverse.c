/* SPDX-License-Identifier: Apache-2.0 */
#include "population/qs-inverse.h"

#include <math.h>

/* Readers compute bin and dose in single precision; spans are wider by its rounding. */
static const double rounding = 2e-6;

#define MAX_BINS 65536
#define MIN_BINS 1024

/* The scores that table and rounding allow in the cell between two nodes. */
static void
cell_range (const QsTableNode *node, double slack, double *low, double *high)
{
  *low = MIN (node[0].score, node[1].score) - node->bound - slack;
  *high = MAX (node[0].score, node[1].score) + node->bound + slack;
}

static void
table_range (const QsTable *table, double *low, double *high)
{
  *low = G_MAXDOUBLE;
  *high = -G_MAXDOUBLE;

  for (guint c = 0; c < 2; c++) {
    const QsTableNode *nodes = (const QsTableNode *) table->nodes[c]->data;

    for (gsize i = 0; i + 1 < table->nodes[c]->len; i++) {
      double a, b;

      cell_range (&nodes[i], 0.0, &a, &b);
      *low = MIN (*low, a);
      *high = MAX (*high, b);
    }
  }
}

static double
bin_middle (const QsInverse *self, guint bin)
{
  return self->limit_low + (bin - 0.5) / self->bins_per_unit;
}

typedef struct {
  gint  *last_cell; /* per bin: the cell that its last run ends with */
  gint  *last_run;  /* per bin */
  gsize  n_cells;
  double slack;
} Build;

/* Where within a cell its bin is undecided: at the doses whose scores may be the bin's.
 */
static void
undecided_part (const QsInverse   *self,
                const QsTableNode *node,
                guint              bin,
                double             slack,
                double            *from,
                double            *to)
{
  const double half_width = 0.5 / self->bins_per_unit + node->bound + slack;
  const double rise = node[1].score - node[0].score;
  const double width = node[1].dose_mg_per_kg - node[0].dose_mg_per_kg;
  const double middle = (bin_middle (self, bin) - node[0].score) / rise;
  const double half = half_width / fabs (rise);

  *from = node[0].dose_mg_per_kg;
  *to = node[1].dose_mg_per_kg;

  /* Also FALSE for a level cell. */
  if (middle - half > 0.0)
    *from += width * MIN (middle - half, 1.0);
  if (middle + half < 1.0)
    *to -= width * MIN (1.0 - middle - half, 1.0);
}

/* Adds an undecided cell to a bin: to its last run where they touch, else as a new one.
 */
static void
add_cell (QsInverse         *self,
          Build             *build,
          guint              comed,
          guint              bin,
          const QsTableNode *node,
          gsize              cell)
{
  const gboolean last = cell + 1 == build->n_cells;
  const double   middle = bin_middle (self, bin);
  QsInverseRun  *run;
  double         from, to;

  undecided_part (self, node, bin, build->slack, &from, &to);

  if (build->last_run[bin] < 0 || build->last_cell[bin] + 1 < (gint) cell) {
    const QsInverseRun new_run = {
      .from = (float) (from * (1.0 - rounding)),
      .next = -1,
    };

    if (build->last_run[bin] < 0) {
      self->first[comed][bin] = (gint) self->runs->len;
      self->before[comed][bin] =
          (cell > 0 || from > node[0].dose_mg_per_kg) && node[0].score <= middle;
    } else {
      g_array_index (self->runs, QsInverseRun, build->last_run[bin]).next =
          (gint) self->runs->len;
    }

    build->last_run[bin] = (gint) self->runs->len;
    g_array_append_val (self->runs, new_run);
  }

  run = &g_array_index (self->runs, QsInverseRun, build->last_run[bin]);
  run->to = (float) (to * (1.0 + rounding));
  /* Behind the table's end nobody asks. */
  run->after = (last && to >= node[1].dose_mg_per_kg) || node[1].score <= middle;
  build->last_cell[bin] = (gint) cell;
}

static void
summarise_bin (QsInverse *self, guint comed, guint bin, double start_score)
{
  const gint          first = self->first[comed][bin];
  const QsInverseRun *run =
      first >= 0 ? &g_array_index (self->runs, QsInverseRun, first) : NULL;
  QsSpan *span = &self->spans[comed][bin];

  if (run == NULL && start_score <= bin_middle (self, bin)) {
    *span = (QsSpan){ 0.0f, -1e9f };
    self->before[comed][bin] = TRUE;
  } else if (run == NULL) {
    *span = (QsSpan){ G_MAXFLOAT, G_MAXFLOAT };
  } else if (run->next < 0 && !self->before[comed][bin] && run->after) {
    *span = (QsSpan){ run->from, run->to };
  } else {
    *span = (QsSpan){ 0.0f, G_MAXFLOAT };
  }
}

static void
build_side (QsInverse *self, const QsTable *table, guint comed, double slack)
{
  const QsTableNode *nodes = (const QsTableNode *) table->nodes[comed]->data;
  const guint        n = self->n_bins;
  g_autofree gint   *last_cell = g_new (gint, n);
  g_autofree gint   *last_run = g_new (gint, n);
  Build              build = {
                 .last_cell = last_cell,
                 .last_run = last_run,
                 .n_cells = table->nodes[comed]->len - 1,
                 .slack = slack,
  };

  for (guint bin = 0; bin < n; bin++)
    self->first[comed][bin] = last_run[bin] = -1;

  for (gsize cell = 0; cell < build.n_cells; cell++) {
    double low, high;

    cell_range (&nodes[cell], slack, &low, &high);
    for (guint bin = qs_inverse_bin (self, low); bin <= qs_inverse_bin (self, high);
         bin++)
      add_cell (self, &build, comed, bin, &nodes[cell], cell);
  }

  for (guint bin = 0; bin < n; bin++)
    summarise_bin (self, comed, bin, nodes[0].score);
}

/**
 * qs_inverse_new:
 * @table: a table; not kept
 * @bin_width: on the scale of the score; widened where that would be more than 65,536
 * bins
 *
 * Returns: (transfer full): the success sets of @table
 */
QsInverse *
qs_inverse_new (const QsTable *table, double bin_width)
{
  QsInverse *self = g_new0 (QsInverse, 1);
  double     low, high, slack, width;
  QsSpan    *spans;

  table_range (table, &low, &high);
  slack = rounding * MAX (1.0, MAX (fabs (low), fabs (high)));
  low -= 2.0 * slack;
  high += 2.0 * slack;
  width =
      MIN (MAX (bin_width, (high - low) / (MAX_BINS - 4)), (high - low) / (MIN_BINS - 4));

  self->limit_low = low;
  self->bins_per_unit = 1.0 / width;
  self->n_bins = (guint) ((high - low) / width) + 4;
  self->runs = g_array_new (FALSE, FALSE, sizeof (QsInverseRun));
  spans = g_new (QsSpan, 2 * self->n_bins);

  for (guint c = 0; c < 2; c++) {
    self->spans[c] = spans + c * self->n_bins;
    self->first[c] = g_new (gint, self->n_bins);
    self->before[c] = g_new0 (guint8, self->n_bins);
    build_side (self, table, c, slack);
  }

  return self;
}

void
qs_inverse_free (QsInverse *self)
{
  if (self == NULL)
    return;

  g_free (self->spans[0]);
  for (guint c = 0; c < 2; c++) {
    g_free (self->first[c]);
    g_free (self->before[c]);
  }
  g_array_unref (self->runs);
  g_free (self);
}
