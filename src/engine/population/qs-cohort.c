/* SPDX-License-Identifier: Apache-2.0 */
#include "population/qs-cohort.h"

#include "core/qs-parallel.h"
#include "core/qs-rng.h"
#include "core/qs-stats.h"

#include <math.h>
#include <string.h>

/* Patients of each parameter draw. */
#define N_PANEL 2000

/* The first dimensions of a patient's stream that are free for latent values and for the
 * noise of looks. */
#define FIRST_LATENT 8
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

/* People and what is known of them. A place is the logarithm of a critical dose in mg:
 * −infinity for who needs none (success below) or never succeeds (success above),
 * +infinity for who never does, or always. */
typedef struct {
  gsize   n;
  gsize   n_predictors;
  float  *bw_kg;
  guint8 *comed;
  float  *latent; /* n × n_latent */
  float  *noise;  /* n × QS_N_LOOKS, once it is asked for */
  float  *place;  /* n_predictors × n */
} People;

/* Shapes of one regimen. */
typedef struct {
  gboolean    made;
  gboolean    good;
  QsCriterion criterion;
  double      low_kg;
  double      high_kg;
  float      *all;
  float      *panel;
} Shapes;

struct _QsCohort {
  QsPredictor **predictors;
  gsize         n_predictors;
  guint64       seed;
  guint         n_latent;
  gsize         shape_size;
  QsPatients   *patients; /* borrowed */
  People        all;      /* of the point estimate */
  People        panel;    /* of the draws */
  double       *panel_bw; /* uniform, jitter and co-medication, per person */
  float         lightest_kg;
  float         heaviest_kg;
  Shapes        shapes[2]; /* by regimen */
  QsScenario    scenario;
  gboolean      aimed;
};

static void
people_init (People *self, gsize n, guint n_latent, gsize n_predictors)
{
  self->n = n;
  self->n_predictors = n_predictors;
  self->bw_kg = g_new (float, n);
  self->comed = g_new (guint8, n);
  self->latent = g_new0 (float, n *n_latent);
  self->place = g_new (float, n *n_predictors);
}

static void
people_clear (People *self)
{
  g_free (self->bw_kg);
  g_free (self->comed);
  g_free (self->latent);
  g_free (self->noise);
  g_free (self->place);
}

typedef struct {
  QsCohort         *cohort;
  guint64           seed;
  const QsScenario *scenario;
  QsCriterion       criterion;
  Shapes           *shapes;
  gsize             first;
  QsRun            *run;
} Work;

/**
 * qs_cohort_draw_latent:
 * @latent: (out) (array length=n_latent): standard normal values
 *
 * The latent values of one of the virtual patients, wherever they are asked for.
 */
void
qs_cohort_draw_latent (guint64 seed,
                       guint32 replicate,
                       guint32 subject,
                       guint   n_latent,
                       float  *latent)
{
  const QsRngKey key = { .seed = seed,
                         .stream = QS_RNG_POPULATION,
                         .replicate = replicate };

  for (guint k = 0; k < n_latent; k++)
    latent[k] = (float) qs_rng_normal (&key, subject, FIRST_LATENT + k);
}

/* The same people as everywhere, with latent values of their own. */
static void
draw_latent (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Work *work = data;
  QsCohort   *self = work->cohort;
  const guint n_subjects = self->patients->n_subjects;

  for (gsize i = begin; i < end && !qs_run_is_cancelled (work->run); i++)
    qs_cohort_draw_latent (work->seed, (guint32) (i / n_subjects),
                           (guint32) (i % n_subjects), self->n_latent,
                           self->all.latent + i * self->n_latent);
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

/* Numbers per shape, 0 where one of the models has none. */
static gsize
common_shape_size (QsPredictor *const *predictors, gsize n)
{
  gsize size = 0;

  for (gsize i = 0; i < n; i++) {
    const QsPredictorClass *klass = predictors[i]->klass;
    const gsize own = klass->shape_size != NULL ? klass->shape_size (predictors[i]) : 0;

    if (own == 0 || (i > 0 && own != size))
      return 0;
    size = own;
  }

  return size;
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
  self->seed = seed;
  self->n_latent = predictors[0]->klass->n_latent;
  self->shape_size = common_shape_size (predictors, n_predictors);
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
  for (guint i = 0; i < G_N_ELEMENTS (self->shapes); i++) {
    g_free (self->shapes[i].all);
    g_free (self->shapes[i].panel);
  }
  g_free (self->panel_bw);
  g_free (self->predictors);
  g_free (self);
}

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
  self->panel.noise = g_new (float, N_PANEL *QS_N_LOOKS);
  qs_parallel_for (work->run, self->all.n, 4096, draw_noise_chunk, work);
  for (guint32 i = 0; i < N_PANEL; i++)
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

  for (gsize i = 0; i < N_PANEL; i++) {
    const double *u = self->panel_bw + 3 * i;

    self->panel.bw_kg[i] =
        (float) qs_prior_quantile (&scenario->bw, u[0], qs_normal_quantile (u[1]));
    self->panel.comed[i] = u[2] < scenario->comed_share;
  }

  self->lightest_kg = self->heaviest_kg = self->panel.bw_kg[0];
  for (gsize i = 0; i < N_PANEL; i++) {
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
        const People      *people,
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
    search (work, self->predictors[j + 1], &self->panel, 0, N_PANEL,
            self->panel.place + j * N_PANEL);
}

/* Shapes: what of a dose depends neither on weight nor on the threshold. */

static void
shape (const Work        *work,
       const QsPredictor *predictor,
       const People      *people,
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
           work->shapes->all + from * self->shape_size);
  }
}

static void
shape_draw (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Work *work = data;
  QsCohort   *self = work->cohort;

  for (gsize j = work->first + begin; j < work->first + end; j++)
    shape (work, self->predictors[j + 1], &self->panel, 0, N_PANEL,
           work->shapes->panel + j * N_PANEL * self->shape_size);
}

static void
find_where (const Shapes *shapes, const float *bw_kg, gsize n, float *where)
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
  People            *all = &work->cohort->all;
  float              where[PER_CHUNK];

  for (gsize from = begin; from < end; from += PER_CHUNK) {
    const gsize n = MIN (PER_CHUNK, end - from);

    find_where (work->shapes, all->bw_kg + from, n, where);
    predictor->klass->shape_place (predictor, work->scenario->threshold_ng_ml, n,
                                   work->shapes->all + from * work->cohort->shape_size,
                                   all->comed + from, where, all->place + from);
  }
}

static void
place_draw (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Work *work = data;
  People     *panel = &work->cohort->panel;
  float       where[N_PANEL];

  find_where (work->shapes, panel->bw_kg, N_PANEL, where);
  for (gsize j = begin; j < end; j++) {
    const QsPredictor *predictor = work->cohort->predictors[j + 1];

    predictor->klass->shape_place (predictor, work->scenario->threshold_ng_ml, N_PANEL,
                                   work->shapes->panel +
                                       j * N_PANEL * work->cohort->shape_size,
                                   panel->comed, where, panel->place + j * N_PANEL);
  }
}

/* Whether shapes tell the doses that the search finds, for the first of the patients,
 * with weights all over the range. */
static gboolean
are_shapes_good (const Work *work)
{
  QsCohort          *self = work->cohort;
  const Shapes      *shapes = work->shapes;
  const gsize        n = MIN (N_CHECKED, self->all.n);
  People             some = { .n = n, .latent = self->all.latent };
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
static float *
shapes_new (const QsCohort *self, gsize n)
{
  const gsize lanes = self->predictors[0]->klass->shape_lanes;

  return g_new (float, (n + lanes) * self->shape_size);
}

static gboolean
make_shapes (Work *work, GError **error)
{
  QsCohort   *self = work->cohort;
  Shapes     *shapes = work->shapes;
  const gsize n_chunks = qs_parallel_n_chunks (self->all.n, PER_CHUNK);
  const gsize n_draws = self->panel.n_predictors;

  if (shapes->made && shapes->criterion.success == work->criterion.success &&
      shapes->criterion.window_from_h == work->criterion.window_from_h &&
      shapes->criterion.window_to_h == work->criterion.window_to_h &&
      shapes->low_kg <= (double) self->lightest_kg &&
      shapes->high_kg >= (double) self->heaviest_kg)
    return TRUE;

  if (shapes->all == NULL) {
    shapes->all = shapes_new (self, self->all.n);
    shapes->panel = shapes_new (self, n_draws * N_PANEL);
  }

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

static void
place_by_shape (Work *work)
{
  QsCohort   *self = work->cohort;
  const gsize n_draws = self->panel.n_predictors;

  qs_parallel_for (work->run, self->all.n, 16 * PER_CHUNK, place_all, work);
  qs_parallel_for (work->run, n_draws, 8, place_draw, work);
}

/* The values of a sample are borrowed and may be gone, so samples are never equal. */
static gboolean
same_question (const QsScenario *a, const QsScenario *b)
{
  return a->regimen == b->regimen && a->bw.kind == b->bw.kind &&
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
  const gboolean whole =
      scenario->window_to_h >= qs_regimen_interval_h (scenario->regimen);
  const gsize n_chunks = qs_parallel_n_chunks (self->all.n, PER_CHUNK);
  Work        work = {
           .cohort = self,
           .scenario = scenario,
           .criterion = { .success = scenario->success,
                          .window_from_h = scenario->window_from_h,
                          .window_to_h = whole ? 0.0 : scenario->window_to_h },
           .shapes = &self->shapes[scenario->regimen],
           .run = run,
  };

  if (self->aimed && same_question (&self->scenario, scenario))
    return TRUE;

  self->aimed = FALSE;
  dress (self, scenario, run);
  if (scenario->biomarker == QS_BIOMARKER_OBSERVED)
    draw_noise (&work);
  else if (self->shape_size > 0 && !make_shapes (&work, error))
    return FALSE;

  if (work.shapes->good && scenario->biomarker == QS_BIOMARKER_TRUE)
    place_by_shape (&work);
  else if (!in_blocks (&work, n_chunks, CHUNKS_PER_STEP, 0.0, 0.5, search_all, error) ||
           !in_blocks (&work, self->panel.n_predictors, DRAWS_PER_STEP, 0.5, 1.0,
                       search_draw, error))
    return FALSE;

  self->scenario = *scenario;
  self->aimed = TRUE;
  return qs_run_step (run, NULL, error);
}

/* Counting: a person belongs to the first dose that is not below the critical one. */

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
    const float *place = t < self->n_tallies
                             ? cohort->all.place + from
                             : cohort->panel.place + (t - self->n_tallies) * N_PANEL;
    const gsize  n =
        t < self->n_tallies ? MIN (PEOPLE_PER_TALLY, cohort->all.n - from) : N_PANEL;

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
  gsize sum = 0;

  for (gsize i = 0; i < n_doses; i++) {
    sum += row[i];
    success[i * self->n_predictors] =
        (double) (self->scenario.success == QS_SUCCESS_BELOW ? sum : n_people - sum) /
        (double) n_people;
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
    fill_curve (self, tallies + (n_tallies + j) * stride, n_doses, N_PANEL,
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
  const gboolean  below = cohort->scenario.success == QS_SUCCESS_BELOW;

  for (gsize r = begin; r < end; r++) {
    gint32      *row = self->counts->rows + r * stride, sum = 0;
    const float *place = cohort->all.place + r * n_subjects;

    memset (row, 0, stride * sizeof *row);
    for (gsize i = 0; i < n_subjects; i++)
      row[grid_find (self->grid, place[i])]++;
    for (gsize j = 0; j < stride; j++) {
      sum += row[j];
      row[j] = below ? sum : (gint32) n_subjects - sum;
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
 * Returns: the smallest dose in mg at which @needed patients succeed, for success below
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
  const gboolean below = self->scenario.success == QS_SUCCESS_BELOW;
  gsize          n = 0;

  for (gsize i = 0; i < self->all.n; i++)
    n += below ? self->all.place[i] < INFINITY : self->all.place[i] > -INFINITY;

  return (double) n / (double) self->all.n;
}
