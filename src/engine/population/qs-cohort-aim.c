/* SPDX-License-Identifier: Apache-2.0 */
/* Everybody's critical dose in a scenario: searched, or read off shapes. */
#include "population/qs-cohort-private.h"

#include "core/qs-parallel.h"
#include "core/qs-rng.h"
#include "core/qs-stats.h"

#include <math.h>
#include <string.h>

/* The first dimension of a patient's stream that is free for the noise of looks. */
#define FIRST_NOISE 64

#define PER_CHUNK 256
#define CHUNKS_PER_STEP 64
#define DRAWS_PER_STEP 8

/* Shapes serve all weights between these, and more where a prior needs more. */
static const double usual_low_kg = 40.0, usual_high_kg = 160.0;

/* Beyond them a little more than is asked for, so that the next step of a slider does not
 * ask for new shapes again. */
static const double margin_down = 0.9, margin_up = 1.1;

/* Shapes are believed where, in people of all weights, they miss the logarithm of the
 * critical dose by less than this. */
#define N_CHECKED 512
static const double tolerance = 2e-3;

typedef struct {
  QsCohort         *cohort;
  const QsScenario *scenario;
  QsCriterion       criterion;
  QsShapes         *shapes;
  gboolean          by_shape;
  gsize             first;
  QsRun            *run;
} Work;

static void
noise_of (const QsRngKey *key, guint32 subject, float *noise)
{
  for (guint k = 0; k < QS_N_LOOKS; k++)
    noise[k] = (float) qs_rng_normal (key, subject, FIRST_NOISE + k);
}

static void
draw_noise_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Work *work = data;
  QsCohort   *self = work->cohort;
  const guint n_subjects = self->patients->n_subjects;

  for (gsize i = begin; i < end; i++) {
    const QsRngKey key = { .seed = self->seed,
                           .stream = QS_RNG_POPULATION,
                           .replicate = (guint32) (i / n_subjects) };

    noise_of (&key, (guint32) (i % n_subjects), self->all.noise + i * QS_N_LOOKS);
  }
}

/* What a look at a patient adds, the same for all doses and parameter draws. */
static void
draw_noise (Work *work)
{
  QsCohort      *self = work->cohort;
  const QsRngKey key = { .seed = self->seed,
                         .stream = QS_RNG_POPULATION,
                         .replicate = G_MAXUINT32 };

  if (self->all.noise != NULL)
    return;

  self->all.noise = g_new (float, self->all.n *QS_N_LOOKS);
  self->panel.noise = g_new (float, QS_COHORT_N_PANEL *QS_N_LOOKS);
  qs_parallel_for (work->run, self->all.n, 4096, draw_noise_chunk, work);
  for (guint32 i = 0; i < QS_COHORT_N_PANEL; i++)
    noise_of (&key, i, self->panel.noise + i * QS_N_LOOKS);
}

/* Who they are in this scenario. */
static void
dress (QsCohort *self, const QsScenario *scenario, QsRun *run)
{
  const QsPatients *patients = self->patients;
  const float       share = (float) scenario->comed_share;

  qs_patients_weigh (self->patients, &scenario->bw, run);
  memcpy (self->all.bw_kg, patients->bw_kg, patients->n * sizeof (float));
  for (gsize i = 0; i < patients->n; i++)
    self->all.comed[i] = patients->comed_uniform[i] < share;

  for (gsize i = 0; i < QS_COHORT_N_PANEL; i++) {
    const double *u = self->panel_bw + 3 * i;

    self->panel.bw_kg[i] =
        (float) qs_prior_quantile (&scenario->bw, u[0], qs_normal_quantile (u[1]));
    self->panel.comed[i] = u[2] < scenario->comed_share;
  }

  self->lightest_kg = self->heaviest_kg = self->panel.bw_kg[0];
  for (gsize i = 0; i < QS_COHORT_N_PANEL; i++) {
    self->lightest_kg = MIN (self->lightest_kg, self->panel.bw_kg[i]);
    self->heaviest_kg = MAX (self->heaviest_kg, self->panel.bw_kg[i]);
  }
  for (gsize i = 0; i < patients->n; i++) {
    self->lightest_kg = MIN (self->lightest_kg, self->all.bw_kg[i]);
    self->heaviest_kg = MAX (self->heaviest_kg, self->all.bw_kg[i]);
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

/* Search: everybody's dose by itself. */

static void
search (const Work        *work,
        const QsPredictor *predictor,
        const QsPeople    *people,
        gsize              first,
        gsize              n,
        float             *place)
{
  const guint       n_latent = work->cohort->n_latent;
  const QsScenario *scenario = work->scenario;

  if (scenario->biomarker == QS_BIOMARKER_OBSERVED)
    predictor->klass->observed_dose (
        predictor, &work->criterion, scenario->regimen, scenario->threshold_ng_ml, n,
        people->bw_kg + first, people->comed + first, people->latent + first * n_latent,
        people->noise + first * QS_N_LOOKS, place);
  else
    predictor->klass->critical_dose (predictor, &work->criterion, scenario->regimen,
                                     scenario->threshold_ng_ml, n, people->bw_kg + first,
                                     people->comed + first,
                                     people->latent + first * n_latent, place);
  for (gsize i = 0; i < n; i++)
    place[i] = place[i] > 0.0f ? logf (place[i]) : -INFINITY;
}

static void
search_all (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Work *work = data;
  QsCohort   *self = work->cohort;

  for (gsize c = work->first + begin; c < work->first + end; c++) {
    const gsize from = c * PER_CHUNK;

    search (work, self->predictors[0], &self->all, from,
            MIN (PER_CHUNK, self->all.n - from), self->all.place + from);
  }
}

static void
search_draw (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Work *work = data;
  QsCohort   *self = work->cohort;

  for (gsize j = work->first + begin; j < work->first + end; j++)
    if (!work->by_shape || self->shape_size[j + 1] == 0)
      search (work, self->predictors[j + 1], &self->panel, 0, QS_COHORT_N_PANEL,
              self->panel.place + j * QS_COHORT_N_PANEL);
}

/* Shapes: what of a dose depends neither on weight nor on the threshold. */

static void
shape (const Work        *work,
       const QsPredictor *predictor,
       const QsPeople    *people,
       gsize              first,
       gsize              n,
       float             *shapes)
{
  predictor->klass->shape_make (predictor, &work->criterion, work->scenario->regimen,
                                work->shapes->low_kg, work->shapes->high_kg, n,
                                people->latent + first * work->cohort->n_latent, shapes);
}

static void
shape_all (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Work *work = data;
  QsCohort   *self = work->cohort;

  for (gsize c = work->first + begin; c < work->first + end; c++) {
    const gsize from = c * PER_CHUNK;

    shape (work, self->predictors[0], &self->all, from,
           MIN (PER_CHUNK, self->all.n - from),
           work->shapes->all + from * self->shape_size[0]);
  }
}

static void
shape_draw (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Work *work = data;
  QsCohort   *self = work->cohort;

  for (gsize j = work->first + begin; j < work->first + end; j++)
    if (self->shape_size[j + 1] > 0)
      shape (work, self->predictors[j + 1], &self->panel, 0, QS_COHORT_N_PANEL,
             work->shapes->panel + self->panel_at[j]);
}

static void
find_where (const QsShapes *shapes, const float *bw_kg, gsize n, float *where)
{
  const float from = (float) log (shapes->low_kg);
  const float scale = (float) (2.0 / log (shapes->high_kg / shapes->low_kg));

  for (gsize i = 0; i < n; i++)
    where[i] = (logf (bw_kg[i]) - from) * scale - 1.0f;
}

static void
place_all (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Work        *work = data;
  const QsPredictor *predictor = work->cohort->predictors[0];
  QsPeople          *all = &work->cohort->all;
  float              where[PER_CHUNK];

  for (gsize from = begin; from < end; from += PER_CHUNK) {
    const gsize n = MIN (PER_CHUNK, end - from);

    find_where (work->shapes, all->bw_kg + from, n, where);
    predictor->klass->shape_place (predictor, work->scenario->threshold_ng_ml, n,
                                   work->shapes->all + from * work->cohort->shape_size[0],
                                   all->comed + from, where, all->place + from);
  }
}

static void
place_draw (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Work *work = data;
  QsPeople   *panel = &work->cohort->panel;
  float       where[QS_COHORT_N_PANEL];

  find_where (work->shapes, panel->bw_kg, QS_COHORT_N_PANEL, where);
  for (gsize j = begin; j < end; j++) {
    const QsPredictor *predictor = work->cohort->predictors[j + 1];

    if (work->cohort->shape_size[j + 1] > 0)
      predictor->klass->shape_place (
          predictor, work->scenario->threshold_ng_ml, QS_COHORT_N_PANEL,
          work->shapes->panel + work->cohort->panel_at[j], panel->comed, where,
          panel->place + j * QS_COHORT_N_PANEL);
  }
}

/* Whether shapes tell the doses that the search finds, for the first of the patients,
 * with weights all over the range. */
static gboolean
are_shapes_good (const Work *work)
{
  QsCohort          *self = work->cohort;
  const QsShapes    *shapes = work->shapes;
  const gsize        n = MIN (N_CHECKED, self->all.n);
  QsPeople           some = { .n = n, .latent = self->all.latent };
  float              bw_kg[N_CHECKED], where[N_CHECKED], found[N_CHECKED];
  float              read[N_CHECKED];
  guint8             comed[N_CHECKED];
  const QsPredictor *predictor = self->predictors[0];

  some.bw_kg = bw_kg;
  some.comed = comed;
  for (gsize i = 0; i < n; i++) {
    const double u = (double) i / (double) MAX (1, n - 1);

    bw_kg[i] = (float) (shapes->low_kg * pow (shapes->high_kg / shapes->low_kg, u));
    comed[i] = i % 2;
  }

  search (work, predictor, &some, 0, n, found);
  find_where (shapes, bw_kg, n, where);
  predictor->klass->shape_place (predictor, work->scenario->threshold_ng_ml, n,
                                 shapes->all, comed, where, read);

  for (gsize i = 0; i < n; i++)
    if (read[i] != found[i] && !(fabsf (read[i] - found[i]) < (float) tolerance))
      return FALSE;

  return TRUE;
}

/* glib's arrays are aligned to 16 bytes, as shapes have to be. */
static void
shapes_alloc (const QsCohort *self, QsShapes *shapes)
{
  const gsize lanes = self->predictors[0]->klass->shape_lanes;

  shapes->all = g_new (float, (self->all.n + lanes) * self->shape_size[0]);
  shapes->panel = g_new (float, self->panel_at[self->panel.n_predictors] + 1);
}

static gboolean
make_shapes (Work *work, GError **error)
{
  QsCohort   *self = work->cohort;
  QsShapes   *shapes = work->shapes;
  const gsize n_chunks = qs_parallel_n_chunks (self->all.n, PER_CHUNK);
  const gsize n_draws = self->panel.n_predictors;

  if (shapes->made && qs_criterion_equal (&shapes->criterion, &work->criterion) &&
      shapes->low_kg <= (double) self->lightest_kg &&
      shapes->high_kg >= (double) self->heaviest_kg)
    return TRUE;

  if (shapes->all == NULL)
    shapes_alloc (self, shapes);

  shapes->made = FALSE;
  shapes->criterion = work->criterion;
  shapes->low_kg = MIN (usual_low_kg, margin_down * (double) self->lightest_kg);
  shapes->high_kg = MAX (usual_high_kg, margin_up * (double) self->heaviest_kg);
  if (!in_blocks (work, n_chunks, CHUNKS_PER_STEP, 0.0, 0.5, shape_all, error) ||
      !in_blocks (work, n_draws, DRAWS_PER_STEP, 0.5, 1.0, shape_draw, error))
    return FALSE;

  shapes->good = are_shapes_good (work);
  shapes->made = TRUE;
  return TRUE;
}

static gboolean
place_by_shape (Work *work, GError **error)
{
  QsCohort   *self = work->cohort;
  const gsize n_draws = self->panel.n_predictors;
  gboolean    all_have = TRUE;

  for (gsize j = 0; j < n_draws; j++)
    all_have = all_have && self->shape_size[j + 1] > 0;

  qs_parallel_for (work->run, self->all.n, 16 * PER_CHUNK, place_all, work);
  qs_parallel_for (work->run, n_draws, 8, place_draw, work);
  return all_have ||
         in_blocks (work, n_draws, DRAWS_PER_STEP, 0.5, 1.0, search_draw, error);
}

/* From mg to the schedule's unit, per kg or times what a band of weights takes. */
static void
per_unit (const QsScenario *scenario, const float *bw_kg, gsize n, float *place)
{
  if (scenario->regimen != QS_REGIMEN_SCHEDULE)
    return;

  for (gsize i = 0; i < n; i++)
    place[i] -= (float) log (qs_scenario_weight_factor (scenario, (double) bw_kg[i]));
}

static void
scale_all (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Work *work = data;
  QsPeople   *all = &work->cohort->all;

  per_unit (work->scenario, all->bw_kg + begin, end - begin, all->place + begin);
}

static void
scale_draw (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Work *work = data;
  QsPeople   *panel = &work->cohort->panel;

  for (gsize j = begin; j < end; j++)
    per_unit (work->scenario, panel->bw_kg, QS_COHORT_N_PANEL,
              panel->place + j * QS_COHORT_N_PANEL);
}

/* The values of a sample are borrowed and may be gone, so samples are never equal. */
static gboolean
same_question (const QsScenario *a, const QsScenario *b)
{
  return qs_scenario_is_same_regimen (a, b) && a->bw.kind == b->bw.kind &&
         a->bw.kind != QS_PRIOR_SAMPLE && a->bw.a == b->bw.a && a->bw.b == b->bw.b &&
         a->bw.min == b->bw.min && a->bw.max == b->bw.max &&
         a->comed_share == b->comed_share && a->success == b->success &&
         a->biomarker == b->biomarker && a->threshold_ng_ml == b->threshold_ng_ml &&
         a->window_from_h == b->window_from_h && a->window_to_h == b->window_to_h;
}

/**
 * qs_cohort_aim:
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Finds everybody's critical dose in @scenario. Body weight, co-medication and threshold
 * are read off shapes that are made once per regimen, window and side of the threshold,
 * and anew where a prior leaves their weights. Where shapes are not exact enough for the
 * model, every dose is searched.
 */
gboolean
qs_cohort_aim (QsCohort *self, const QsScenario *scenario, QsRun *run, GError **error)
{
  const gsize    n_chunks = qs_parallel_n_chunks (self->all.n, PER_CHUNK);
  const gboolean has_shapes = self->shape_size[0] > 0 &&
                              qs_scenario_is_steady (scenario) &&
                              scenario->biomarker == QS_BIOMARKER_TRUE;
  Work work = {
    .cohort = self,
    .scenario = scenario,
    .criterion = qs_scenario_criterion (scenario),
    .shapes = &self->shapes[scenario->regimen],
    .run = run,
  };

  if (self->aimed && same_question (&self->scenario, scenario))
    return TRUE;

  self->aimed = FALSE;
  dress (self, scenario, run);
  if (scenario->biomarker == QS_BIOMARKER_OBSERVED)
    draw_noise (&work);
  else if (has_shapes && !make_shapes (&work, error))
    return FALSE;

  work.by_shape = has_shapes && work.shapes->good;
  if (work.by_shape
          ? !place_by_shape (&work, error)
          : !in_blocks (&work, n_chunks, CHUNKS_PER_STEP, 0.0, 0.5, search_all, error) ||
                !in_blocks (&work, self->panel.n_predictors, DRAWS_PER_STEP, 0.5, 1.0,
                            search_draw, error))
    return FALSE;

  qs_parallel_for (run, self->all.n, 8192, scale_all, &work);
  qs_parallel_for (run, self->panel.n_predictors, 8, scale_draw, &work);

  self->scenario = *scenario;
  self->aimed = TRUE;
  return qs_run_step (run, NULL, error);
}
