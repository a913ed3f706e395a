/* SPDX-License-Identifier: Apache-2.0 */
/* Counting: a person belongs to the first dose that is not below the critical one. */
#include "population/qs-cohort-private.h"

#include "core/qs-parallel.h"
#include "core/qs-stats.h"

#include <math.h>
#include <string.h>

#define N_CELLS 4096

typedef struct {
  gsize  n;
  float *log_dose;
  float  first; /* of the positive doses */
  float  scale;
  guint  cell[N_CELLS + 1];
} Grid;

static Grid *
grid_new (const double *doses_mg, gsize n)
{
  Grid       *self = g_new0 (Grid, 1);
  const gsize positive = doses_mg[0] > 0.0 ? 0 : 1;
  gsize       j = positive;

  self->n = n;
  self->log_dose = g_new (float, n);
  for (gsize i = 0; i < n; i++)
    self->log_dose[i] = doses_mg[i] > 0.0 ? (float) log (doses_mg[i]) : -INFINITY;
  if (n == positive)
    return self;

  self->first = self->log_dose[positive];
  self->scale = (float) N_CELLS / MAX (1e-6f, self->log_dose[n - 1] - self->first);
  for (guint c = 0; c <= N_CELLS; c++) {
    /* One cell early, so that rounding never skips a dose. */
    while (j + 1 < n &&
           self->log_dose[j] < self->first + ((float) c - 1.0f) / self->scale)
      j++;
    self->cell[c] = (guint) j;
  }

  return self;
}

static void
grid_free (Grid *self)
{
  g_free (self->log_dose);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Grid, grid_free)

/* The first dose whose logarithm is at least @place; the number of doses for none. */
static gsize
grid_find (const Grid *self, float place)
{
  gsize j;

  if (place <= self->log_dose[0])
    return 0;
  if (!(place <= self->log_dose[self->n - 1]))
    return self->n;

  j = self->cell[(guint) CLAMP ((place - self->first) * self->scale, 0.0f,
                                (float) N_CELLS)];
  while (self->log_dose[j] < place)
    j++;
  return j;
}

#define PEOPLE_PER_TALLY 16384

typedef struct {
  const QsCohort *cohort;
  const Grid     *grid;
  gsize           n_tallies; /* of the point estimate; one more per draw */
  guint32        *tallies;   /* each grid->n + 1 */
  QsCounts       *counts;
} Tally;

static void
tally (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Tally    *self = data;
  const QsCohort *cohort = self->cohort;

  for (gsize t = begin; t < end; t++) {
    guint32     *row = self->tallies + t * (self->grid->n + 1);
    const gsize  from = t * PEOPLE_PER_TALLY;
    const float *place =
        t < self->n_tallies
            ? cohort->all.place + from
            : cohort->panel.place + (t - self->n_tallies) * QS_COHORT_N_PANEL;
    const gsize n = t < self->n_tallies ? MIN (PEOPLE_PER_TALLY, cohort->all.n - from)
                                        : QS_COHORT_N_PANEL;

    for (gsize i = 0; i < n; i++)
      row[grid_find (self->grid, place[i])]++;
  }
}

/* From people per dose to the share that succeeds at each. */
static void
fill_curve (const QsCohort *self,
            const guint32  *row,
            gsize           n_doses,
            gsize           n_people,
            double         *success)
{
  const gboolean begins =
      qs_predictor_begins (self->predictors[0], self->scenario.success);
  gsize sum = 0;

  for (gsize i = 0; i < n_doses; i++) {
    sum += row[i];
    success[i * self->n_predictors] =
        (double) (begins ? sum : n_people - sum) / (double) n_people;
  }
}

/**
 * qs_cohort_curves:
 * @doses_mg: (array length=n_doses): increasing, not negative
 * @success: (out) (array): by dose, the point estimate first, then the draws
 *
 * Needs qs_cohort_aim().
 */
void
qs_cohort_curves (const QsCohort *self,
                  gsize           n_doses,
                  const double   *doses_mg,
                  double         *success,
                  QsRun          *run)
{
  g_autoptr (Grid)    grid = grid_new (doses_mg, n_doses);
  const gsize         stride = n_doses + 1;
  const gsize         n_tallies = qs_parallel_n_chunks (self->all.n, PEOPLE_PER_TALLY);
  const gsize         n_draws = self->panel.n_predictors;
  g_autofree guint32 *tallies = g_new0 (guint32, (n_tallies + n_draws) * stride);
  Tally               work = { self, grid, n_tallies, tallies, NULL };

  qs_parallel_for (run, n_tallies + n_draws, 1, tally, &work);

  for (gsize t = 1; t < n_tallies; t++)
    for (gsize i = 0; i < stride; i++)
      tallies[i] += tallies[t * stride + i];
  fill_curve (self, tallies, n_doses, self->all.n, success);
  for (gsize j = 0; j < n_draws; j++)
    fill_curve (self, tallies + (n_tallies + j) * stride, n_doses, QS_COHORT_N_PANEL,
                success + 1 + j);
}

static Grid *
step_grid (double step_mg, guint n_steps)
{
  g_autofree double *doses = g_new (double, n_steps + 1);

  for (guint j = 0; j <= n_steps; j++)
    doses[j] = j * step_mg;

  return grid_new (doses, n_steps + 1);
}

static void
count_replicates (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Tally    *self = data;
  const QsCohort *cohort = self->cohort;
  const gsize     n_subjects = cohort->patients->n_subjects, stride = self->grid->n + 1;
  const gboolean  begins =
      qs_predictor_begins (cohort->predictors[0], cohort->scenario.success);

  for (gsize r = begin; r < end; r++) {
    gint32      *row = self->counts->rows + r * stride, sum = 0;
    const float *place = cohort->all.place + r * n_subjects;

    memset (row, 0, stride * sizeof *row);
    for (gsize i = 0; i < n_subjects; i++)
      row[grid_find (self->grid, place[i])]++;
    for (gsize j = 0; j < stride; j++) {
      sum += row[j];
      row[j] = begins ? sum : (gint32) n_subjects - sum;
    }
  }
}

/**
 * qs_cohort_count:
 * @counts: (inout): made for the same patients
 *
 * Counts who succeeds at which dose of the grid. Needs qs_cohort_aim().
 */
void
qs_cohort_count (const QsCohort *self,
                 double          step_mg,
                 guint           n_steps,
                 QsCounts       *counts,
                 QsRun          *run)
{
  g_autoptr (Grid) grid = step_grid (step_mg, n_steps);
  const gsize      stride = n_steps + 2, n_replicates = self->patients->n_replicates;
  Tally            work = { self, grid, 0, NULL, counts };

  qs_counts_reserve (counts, self->patients, n_steps);
  qs_parallel_for (run, n_replicates, 16, count_replicates, &work);

  memset (counts->totals, 0, (n_steps + 1) * sizeof *counts->totals);
  for (gsize r = 0; r < n_replicates; r++)
    for (gsize j = 0; j <= n_steps; j++)
      counts->totals[j] += (guint64) counts->rows[r * stride + j];
}

/**
 * qs_cohort_crossing:
 * @step: of the grid, with at least @needed successes, the one below with fewer
 * @counts: of qs_cohort_count()
 *
 * Returns: the smallest dose in mg at which @needed patients succeed, where success
 *   begins with the dose
 */
double
qs_cohort_crossing (const QsCohort *self,
                    double          step_mg,
                    guint           step,
                    guint64         needed,
                    const QsCounts *counts)
{
  const gsize        rank = (gsize) (needed - counts->totals[step - 1]) - 1;
  const float        low = step > 1 ? (float) log ((step - 1) * step_mg) : -INFINITY;
  const float        high = (float) log (step * step_mg);
  g_autofree double *places =
      g_new (double, counts->totals[step] - counts->totals[step - 1]);
  gsize n = 0;

  for (gsize i = 0; i < self->all.n; i++)
    if (self->all.place[i] > low && self->all.place[i] <= high)
      places[n++] = (double) self->all.place[i];
  qs_sort (places, n);

  return CLAMP (exp (places[MIN (rank, n - 1)]), (step - 1) * step_mg, step * step_mg);
}

/**
 * qs_cohort_limit:
 *
 * Returns: the share of patients whom some dose brings to success
 */
double
qs_cohort_limit (const QsCohort *self)
{
  const gboolean begins =
      qs_predictor_begins (self->predictors[0], self->scenario.success);
  gsize n = 0;

  for (gsize i = 0; i < self->all.n; i++)
    n += begins ? self->all.place[i] < INFINITY : self->all.place[i] > -INFINITY;

  return (double) n / (double) self->all.n;
}
