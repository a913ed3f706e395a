/* SPDX-License-Identifier: Apache-2.0 */
#include "population/qs-cohort.h"

#include "core/qs-parallel.h"
#include "core/qs-rng.h"
#include "core/qs-stats.h"

#include <math.h>
#include <string.h>

/* Patients of each parameter draw. */
#define N_PANEL 2000

/* The first dimension of a patient's stream that is free for latent values. */
#define FIRST_LATENT 8

#define PER_CHUNK 256
#define CHUNKS_PER_STEP 128

/* People and what they need. */
typedef struct {
  gsize   n;
  float  *bw_kg;
  guint8 *comed;
  float  *latent;   /* n × n_latent */
  float  *critical; /* mg */
  double *sorted;
} People;

struct _QsCohort {
  QsPredictor **predictors;
  gsize         n_predictors;
  guint         n_latent;
  QsPatients   *patients; /* borrowed */
  People        all;      /* of the point estimate */
  People        panel;    /* of the draws, whose critical doses are all in a row */
  double       *panel_bw; /* uniform, jitter and co-medication, per person */
  QsScenario    scenario;
  gboolean      aimed;
};

static void
people_init (People *self, gsize n, guint n_latent, gsize n_predictors)
{
  self->n = n;
  self->bw_kg = g_new (float, n);
  self->comed = g_new (guint8, n);
  self->latent = g_new0 (float, n *n_latent);
  self->critical = g_new (float, n *n_predictors);
  self->sorted = g_new (double, n *n_predictors);
}

static void
people_clear (People *self)
{
  g_free (self->bw_kg);
  g_free (self->comed);
  g_free (self->latent);
  g_free (self->critical);
  g_free (self->sorted);
}

typedef struct {
  QsCohort         *cohort;
  guint64           seed;
  const QsScenario *scenario;
  QsCriterion       criterion;
  gsize             first;
  QsRun            *run;
} Work;

/* The same people as everywhere, with latent values of their own. */
static void
draw_latent (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Work *work = data;
  QsCohort   *self = work->cohort;
  const guint n_subjects = self->patients->n_subjects;

  for (gsize i = begin; i < end && !qs_run_is_cancelled (work->run); i++) {
    const QsRngKey key = { .seed = work->seed,
                           .stream = QS_RNG_POPULATION,
                           .replicate = (guint32) (i / n_subjects) };

    for (guint k = 0; k < self->n_latent; k++)
      self->all.latent[i * self->n_latent + k] =
          (float) qs_rng_normal (&key, (guint32) (i % n_subjects), FIRST_LATENT + k);
  }
}

/* The positive root of x^(d+1) = x + 1, whose powers make the most even Kronecker
 * sequence known in d dimensions. */
static double
kronecker_base (guint n_dimensions)
{
  double x = 1.5;

  for (guint i = 0; i < 60; i++)
    x = pow (1.0 + x, 1.0 / (n_dimensions + 1.0));

  return x;
}

/* A Kronecker sequence with a random shift: every draw sees the same even spread. */
static void
draw_panel (QsCohort *self, guint64 seed, gboolean subject_effect)
{
  const guint    n_dimensions = self->n_latent + 3;
  const double   base = kronecker_base (n_dimensions);
  const QsRngKey key = { .seed = seed,
                         .stream = QS_RNG_POPULATION,
                         .replicate = G_MAXUINT32 };

  for (guint k = 0; k < n_dimensions; k++) {
    const double stride = pow (base, -(k + 1.0));
    const double shift = qs_rng_uniform (&key, 0, k);

    for (gsize i = 0; i < N_PANEL; i++) {
      double u = shift + stride * (double) i;

      u = CLAMP (u - floor (u), 1e-9, 1.0 - 1e-9);
      if (k < 3)
        self->panel_bw[3 * i + k] = u;
      else if (subject_effect)
        self->panel.latent[i * self->n_latent + k - 3] = (float) qs_normal_quantile (u);
    }
  }
}

/**
 * qs_cohort_new:
 * @predictors: (array length=n_predictors): the point estimate, then the draws; all with
 * critical_dose(); borrowed
 * @patients: borrowed
 * @subject_effect: else all latent values are 0
 * @error: return location for %QS_ERROR_CANCELLED
 */
QsCohort *
qs_cohort_new (QsPredictor *const *predictors,
               gsize               n_predictors,
               QsPatients         *patients,
               guint64             seed,
               gboolean            subject_effect,
               QsRun              *run,
               GError            **error)
{
  g_autoptr (QsCohort) self = g_new0 (QsCohort, 1);
  Work                 work = { .cohort = self, .seed = seed, .run = run };

  self->predictors = g_memdup2 (predictors, n_predictors * sizeof *predictors);
  self->n_predictors = n_predictors;
  self->n_latent = predictors[0]->klass->n_latent;
  self->patients = patients;
  people_init (&self->all, patients->n, self->n_latent, 1);
  people_init (&self->panel, N_PANEL, self->n_latent, n_predictors - 1);
  self->panel_bw = g_new (double, 3 * N_PANEL);

  if (subject_effect)
    qs_parallel_for (run, patients->n, 4096, draw_latent, &work);
  draw_panel (self, seed, subject_effect);
  if (!qs_run_step (run, NULL, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
qs_cohort_free (QsCohort *self)
{
  if (self == NULL)
    return;

  people_clear (&self->all);
  people_clear (&self->panel);
  g_free (self->panel_bw);
  g_free (self->predictors);
  g_free (self);
}

/* Who they are in this scenario. */
static void
dress (QsCohort *self, const QsScenario *scenario, QsRun *run)
{
  const QsPatients *patients = self->patients;

  qs_patients_weigh (self->patients, &scenario->bw, run);
  memcpy (self->all.bw_kg, patients->bw_kg, patients->n * sizeof (float));
  for (gsize i = 0; i < patients->n; i++)
    self->all.comed[i] = (double) patients->comed_uniform[i] < scenario->comed_share;

  for (gsize i = 0; i < N_PANEL; i++) {
    const double *u = self->panel_bw + 3 * i;

    self->panel.bw_kg[i] =
        (float) qs_prior_quantile (&scenario->bw, u[0], qs_normal_quantile (u[1]));
    self->panel.comed[i] = u[2] < scenario->comed_share;
  }
}

static void
search (const Work        *work,
        const QsPredictor *predictor,
        People            *people,
        gsize              first,
        gsize              n,
        float             *critical)
{
  const guint n_latent = work->cohort->n_latent;

  predictor->klass->critical_dose (predictor, &work->criterion, work->scenario->regimen,
                                   work->scenario->threshold_ng_ml, n,
                                   people->bw_kg + first, people->comed + first,
                                   people->latent + first * n_latent, critical);
}

static void
search_all (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Work *work = data;
  QsCohort   *self = work->cohort;

  for (gsize c = work->first + begin; c < work->first + end; c++) {
    const gsize from = c * PER_CHUNK;
    const gsize n = MIN (PER_CHUNK, self->all.n - from);

    search (work, self->predictors[0], &self->all, from, n, self->all.critical + from);
  }
}

static void
sort_doses (const float *critical, gsize n, double *sorted)
{
  for (gsize i = 0; i < n; i++)
    sorted[i] = (double) critical[i];
  qs_sort (sorted, n);
}

static void
search_draw (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Work *work = data;
  QsCohort   *self = work->cohort;

  for (gsize j = work->first + begin; j < work->first + end; j++) {
    float *critical = self->panel.critical + j * N_PANEL;

    search (work, self->predictors[j + 1], &self->panel, 0, N_PANEL, critical);
    sort_doses (critical, N_PANEL, self->panel.sorted + j * N_PANEL);
  }
}

/* Runs @func over @n items in blocks, between which it listens for cancel. */
static gboolean
in_blocks (Work       *work,
           gsize       n,
           gsize       block,
           double      from,
           double      to,
           QsChunkFunc func,
           GError    **error)
{
  for (work->first = 0; work->first < n; work->first += block) {
    const gsize   n_now = MIN (block, n - work->first);
    const QsEvent event = {
      .stage = QS_STAGE_SIMULATE,
      .fraction = from + (to - from) * (double) (work->first + n_now) / (double) n,
    };

    qs_parallel_for (work->run, n_now, 1, func, work);
    if (!qs_run_step (work->run, &event, error))
      return FALSE;
  }

  return TRUE;
}

/* The values of a sample are borrowed and may be gone, so samples are never equal. */
static gboolean
same_question (const QsScenario *a, const QsScenario *b)
{
  return a->regimen == b->regimen && a->bw.kind == b->bw.kind &&
         a->bw.kind != QS_PRIOR_SAMPLE && a->bw.a == b->bw.a && a->bw.b == b->bw.b &&
         a->bw.min == b->bw.min && a->bw.max == b->bw.max &&
         a->comed_share == b->comed_share && a->success == b->success &&
         a->threshold_ng_ml == b->threshold_ng_ml &&
         a->window_from_h == b->window_from_h && a->window_to_h == b->window_to_h;
}

/**
 * qs_cohort_aim:
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Finds everybody's critical dose in @scenario, which costs nothing where only its target
 * differs from the last.
 */
gboolean
qs_cohort_aim (QsCohort *self, const QsScenario *scenario, QsRun *run, GError **error)
{
  const double   interval_h = qs_regimen_interval_h (scenario->regimen);
  const gboolean whole = scenario->window_to_h >= interval_h;
  const gsize    n_chunks = qs_parallel_n_chunks (self->all.n, PER_CHUNK);
  Work           work = {
              .cohort = self,
              .scenario = scenario,
              .criterion = { .success = scenario->success,
                             .window_from_h = scenario->window_from_h,
                             .window_to_h = whole ? 0.0 : scenario->window_to_h },
              .run = run,
  };

  if (self->aimed && same_question (&self->scenario, scenario))
    return TRUE;

  self->aimed = FALSE;
  dress (self, scenario, run);
  if (!in_blocks (&work, n_chunks, CHUNKS_PER_STEP, 0.0, 0.5, search_all, error) ||
      !in_blocks (&work, self->n_predictors - 1, 16, 0.5, 1.0, search_draw, error))
    return FALSE;

  sort_doses (self->all.critical, self->all.n, self->all.sorted);
  self->scenario = *scenario;
  self->aimed = TRUE;
  return TRUE;
}

/* How many of the sorted doses are at most @dose_mg. */
static gsize
n_up_to (const double *sorted, gsize n, double dose_mg)
{
  gsize low = 0, high = n;

  while (low < high) {
    const gsize middle = (low + high) / 2;

    if (sorted[middle] <= dose_mg)
      low = middle + 1;
    else
      high = middle;
  }

  return low;
}

/* How many of the sorted doses are below @dose_mg. */
static gsize
n_below (const double *sorted, gsize n, double dose_mg)
{
  gsize low = 0, high = n;

  while (low < high) {
    const gsize middle = (low + high) / 2;

    if (sorted[middle] < dose_mg)
      low = middle + 1;
    else
      high = middle;
  }

  return low;
}

static double
share (const QsCohort *self, const double *sorted, gsize n, double dose_mg)
{
  return (double) (self->scenario.success == QS_SUCCESS_BELOW
                       ? n_up_to (sorted, n, dose_mg)
                       : n - n_below (sorted, n, dose_mg)) /
         (double) n;
}

/**
 * qs_cohort_curves:
 * @success: (out) (array): by dose, the point estimate first, then the draws
 *
 * Needs qs_cohort_aim().
 */
void
qs_cohort_curves (const QsCohort *self,
                  gsize           n_doses,
                  const double   *doses_mg,
                  double         *success)
{
  for (gsize i = 0; i < n_doses; i++) {
    double *row = success + i * self->n_predictors;

    row[0] = share (self, self->all.sorted, self->all.n, doses_mg[i]);
    for (gsize j = 1; j < self->n_predictors; j++)
      row[j] = share (self, self->panel.sorted + (j - 1) * N_PANEL, N_PANEL, doses_mg[i]);
  }
}

/* The first grid step at or above @dose_mg, at most @end. */
static guint
step_of (double dose_mg, double step_mg, guint end)
{
  guint j;

  if (!(dose_mg > 0.0))
    return 0;
  if (!(dose_mg <= end * step_mg))
    return end;

  j = (guint) (dose_mg / step_mg);
  while (j * step_mg < dose_mg)
    j++;
  return j;
}

/* Marks in a row where a patient's success begins (+1) and ends (−1). */
static void
mark (const QsCohort *self, double critical, double step_mg, guint n_steps, gint32 *row)
{
  guint end;

  if (self->scenario.success == QS_SUCCESS_BELOW) {
    row[step_of (critical, step_mg, n_steps + 1)]++;
    return;
  }

  if (critical < 0.0)
    return;
  end = step_of (critical, step_mg, n_steps + 1);
  end += end <= n_steps && end * step_mg <= critical;
  row[0]++;
  row[MIN (end, n_steps + 1)]--;
}

/**
 * qs_cohort_count:
 * @counts: (inout): made for the same patients
 *
 * Counts who succeeds at which dose of the grid. Needs qs_cohort_aim().
 */
void
qs_cohort_count (const QsCohort *self, double step_mg, guint n_steps, QsCounts *counts)
{
  const gsize stride = n_steps + 2, n_subjects = self->patients->n_subjects;

  qs_counts_reserve (counts, self->patients, n_steps);
  memset (counts->rows, 0, self->patients->n_replicates * stride * sizeof (gint32));
  memset (counts->totals, 0, (n_steps + 1) * sizeof (guint64));

  for (gsize r = 0; r < self->patients->n_replicates; r++) {
    gint32 *row = counts->rows + r * stride;

    for (gsize i = r * n_subjects; i < (r + 1) * n_subjects; i++)
      mark (self, (double) self->all.critical[i], step_mg, n_steps, row);
    for (gsize j = 1; j <= n_steps; j++)
      row[j] += row[j - 1];
    for (gsize j = 0; j <= n_steps; j++)
      counts->totals[j] += (guint64) row[j];
  }
}

/**
 * qs_cohort_crossing:
 * @needed: successes, at least one
 *
 * Returns: the smallest dose in mg at which @needed patients succeed, for success below
 */
double
qs_cohort_crossing (const QsCohort *self, guint64 needed)
{
  return self->all.sorted[CLAMP (needed, 1, self->all.n) - 1];
}

/**
 * qs_cohort_limit:
 *
 * Returns: the share of patients whom some dose brings to success
 */
double
qs_cohort_limit (const QsCohort *self)
{
  return self->scenario.success == QS_SUCCESS_BELOW
             ? (double) n_below (self->all.sorted, self->all.n, INFINITY) /
                   (double) self->all.n
             : share (self, self->all.sorted, self->all.n, 0.0);
}
