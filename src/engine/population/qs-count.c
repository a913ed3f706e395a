/* SPDX-License-Identifier: Apache-2.0 */
#include "population/qs-count.h"

#include "core/qs-parallel.h"
#include "population/qs-score.h"

#include <math.h>
#include <string.h>

#define REPLICATES_PER_CHUNK 16

/* One (patient, dose) that lies closer to the threshold than the table is sure of. */
typedef struct {
  gsize    replicate;
  guint    step;
  guint8   comed;
  gboolean succeeds; /* as counted until the predictor is asked */
  double   dose_mg_per_kg;
  double   shift;
} Doubt;

/* One patient who begins (+1) or ceases (−1) to succeed at a dose, known to lie between
 * two. */
typedef struct {
  gsize  patient;
  double dose_mg;
  double low_mg;
  double high_mg;
  double change;
} Event;

static void
free_array (gpointer array)
{
  g_array_unref (array);
}

QsCounts *
qs_counts_new (const QsPatients *patients)
{
  QsCounts *self = g_new0 (QsCounts, 1);

  self->n_chunks = qs_parallel_n_chunks (patients->n_replicates, REPLICATES_PER_CHUNK);
  self->first = g_new (guint16, patients->n);
  self->doubtful = g_ptr_array_new_with_free_func (free_array);
  self->events = g_ptr_array_new_with_free_func (free_array);
  for (gsize i = 0; i < self->n_chunks; i++) {
    g_ptr_array_add (self->doubtful, g_array_new (FALSE, FALSE, sizeof (Doubt)));
    g_ptr_array_add (self->events, g_array_new (FALSE, FALSE, sizeof (Event)));
  }

  return self;
}

void
qs_counts_free (QsCounts *self)
{
  if (self == NULL)
    return;

  g_free (self->rows);
  g_free (self->totals);
  g_free (self->first);
  g_ptr_array_unref (self->doubtful);
  g_ptr_array_unref (self->events);
  g_free (self);
}

/* A patient's between-subject effect on the score. */
double
qs_count_shift (const QsCountTask *task, float latent)
{
  const QsPredictor *predictor = task->table->predictor;

  return task->has_effect
             ? predictor->klass->shift (predictor, task->table->criterion.success, latent)
             : 0.0;
}

static double
dose_of (const QsCountTask *task, float bw_kg, guint step)
{
  return step * task->step_mg / (double) bw_kg;
}

/* From places on the grid, not negative, to the first step that may be undecided. A place
 * within a thousandth above a step gives that step, which is then looked at in vain. */
static inline gint
step_above (float place, float last)
{
  return (gint) (MIN (place, last + 1.0f) + 0.999f);
}

/* From places on the grid to the last undecided step; below 0 where there is none. */
static inline gint
step_below (float place, float last)
{
  return (gint) MIN (place, last);
}

static inline guint
bin_of_place (float place, float last_place)
{
  return (guint) (gint) (MIN (MAX (place, -1.0f), last_place) + 1.0f);
}

/* The bin of a patient, in single precision as in the loop over all of them. */
static inline guint
bin_of (const QsCountTask *task, float shift)
{
  const QsInverse *inverse = task->inverse;
  const float      level = (float) (task->level - inverse->limit_low);

  return bin_of_place ((level - shift) * (float) inverse->bins_per_unit,
                       (float) inverse->n_bins - 2.0f);
}

typedef struct {
  const QsCountTask *task;
  QsCounts          *counts;
  QsRun             *run;
  guint32           *totals; /* per chunk */
  double             step_mg;
  guint              step;
} Count;

/* One patient on the way through the doses. */
typedef struct {
  const QsCountTask *task;
  gint32            *row;
  GArray            *doubtful;
  gsize              replicate;
  guint              comed;
  float              bw_kg;
  double             shift;
  double             limit;
  gint               next;   /* first step that is not decided yet */
  gboolean           status; /* of the steps before it */
  guint              n_changes;
  guint              change; /* step of the last one */
} Walk;

static void
walk_to (Walk *walk, gint step, gboolean status)
{
  if (status != walk->status) {
    walk->row[step] += status ? 1 : -1;
    walk->status = status;
    walk->n_changes++;
    walk->change = (guint) step;
  }
}

static void
walk_undecided (Walk *walk, gint from, gint to)
{
  for (gint step = from; step <= to; step++) {
    const double   dose = dose_of (walk->task, walk->bw_kg, (guint) step);
    double         bound;
    const double   score = qs_table_read (walk->task->table, walk->comed, dose, &bound);
    const gboolean succeeds = score <= walk->limit;

    walk_to (walk, step, succeeds);

    if (!(fabs (score - walk->limit) > bound)) {
      const Doubt doubt = {
        .replicate = walk->replicate,
        .step = (guint) step,
        .comed = (guint8) walk->comed,
        .succeeds = succeeds,
        .dose_mg_per_kg = dose,
        .shift = walk->shift,
      };

      g_array_append_val (walk->doubtful, doubt);
    }
  }
}

/* Goes through the undecided stretches of a bin; between them the status is known. */
static void
walk_bin (Walk *walk, guint bin, float steps_per_dose)
{
  const QsInverse *inverse = walk->task->inverse;
  const gint       n_steps = (gint) walk->task->n_steps;
  gboolean         known = inverse->before[walk->comed][bin];

  for (gint i = inverse->first[walk->comed][bin]; i >= 0;) {
    const QsInverseRun *run = &g_array_index (inverse->runs, QsInverseRun, i);
    const gint          from = step_above (run->from * steps_per_dose, (float) n_steps);
    const gint          to = step_below (run->to * steps_per_dose, (float) n_steps);

    if (from > walk->next && walk->next <= n_steps)
      walk_to (walk, walk->next, known);
    walk_undecided (walk, MAX (from, walk->next), to);
    walk->next = MAX (MAX (walk->next, from), to + 1);
    known = run->after;
    i = run->next;
  }

  if (walk->next <= n_steps)
    walk_to (walk, walk->next, known);
}

/* Not inlined: it would take the registers of the loop that calls it once in a hundred
 * times. */
static G_GNUC_NO_INLINE guint16
count_slowly (const Count *count,
              gsize        chunk,
              gsize        replicate,
              gsize        i,
              guint        comed,
              guint        bin)
{
  const QsCountTask *task = count->task;
  const QsPatients  *patients = task->patients;
  const double       shift = qs_count_shift (task, patients->latent[i]);
  Walk               walk = {
                  .task = task,
                  .row = count->counts->rows + replicate * (task->n_steps + 2),
                  .doubtful = g_ptr_array_index (count->counts->doubtful, chunk),
                  .replicate = replicate,
                  .comed = comed,
                  .bw_kg = patients->bw_kg[i],
                  .shift = shift,
                  .limit = task->level - shift,
  };

  walk_bin (&walk, bin, patients->bw_kg[i] * (float) (1.0 / task->step_mg));

  if (walk.n_changes == 0)
    return (guint16) (task->n_steps + 1);
  return walk.n_changes == 1 ? (guint16) walk.change : QS_COUNT_SEVERAL;
}

/* The loop that every slider step waits for: a few nanoseconds per patient. */
static void
count_replicate (const Count *count, gsize chunk, gsize replicate)
{
  const QsCountTask *task = count->task;
  const QsPatients  *patients = task->patients;
  const QsInverse   *inverse = task->inverse;
  const gsize        begin = replicate * patients->n_subjects;
  const gsize        end = begin + patients->n_subjects;
  const float       *shift = task->shift, *bw_kg = patients->bw_kg;
  const float       *comed_uniform = patients->comed_uniform;
  const guint        n_bins = inverse->n_bins;
  const float        n_steps = (float) task->n_steps;
  const float        level = (float) (task->level - inverse->limit_low);
  const float        bins_per_unit = (float) inverse->bins_per_unit;
  const float        last_place = (float) inverse->n_bins - 2.0f;
  const float        share = (float) task->comed_share;
  const float        steps_per_kg = (float) (1.0 / task->step_mg);
  const QsSpan      *spans = inverse->spans[0]; /* of both sides, one after the other */
  gint32            *row = count->counts->rows + replicate * (task->n_steps + 2);
  guint16           *first = count->counts->first;

  memset (row, 0, (task->n_steps + 2) * sizeof *row);

  for (gsize i = begin; i < end; i++) {
    const float  place = (level - shift[i]) * bins_per_unit;
    const guint  bin = bin_of_place (place, last_place);
    const guint  comed = comed_uniform[i] < share;
    const QsSpan span = spans[comed * n_bins + bin];
    const float  steps_per_dose = bw_kg[i] * steps_per_kg;
    const gint   from = step_above (span.from * steps_per_dose, n_steps);
    const gint   to = step_below (span.to * steps_per_dose, n_steps);

    if (G_LIKELY (from > to)) {
      row[from]++;
      first[i] = (guint16) from;
    } else {
      first[i] = count_slowly (count, chunk, replicate, i, comed, bin);
    }
  }
}

static void
count_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Count *count = data;

  g_array_set_size (g_ptr_array_index (count->counts->doubtful, chunk), 0);
  for (gsize r = begin; r < end && !qs_run_is_cancelled (count->run); r++)
    count_replicate (count, chunk, r);
}

static void
add_up_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Count *count = data;
  const guint  n = count->task->n_steps + 1;
  guint32     *totals = count->totals + chunk * n;

  for (gsize r = begin; r < end; r++) {
    gint32 *row = count->counts->rows + r * (n + 1);
    gint32  sum = 0;

    for (guint j = 0; j < n; j++) {
      sum += row[j];
      row[j] = sum;
      totals[j] += (guint32) sum;
    }
  }
}

/* Asks the predictor itself about everyone in doubt, in one batch. */
static gboolean
recheck (QsCounts *self, const QsCountTask *task, QsRun *run, GError **error)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Doubt));
  g_autofree double *doses = NULL, *scores = NULL;
  g_autofree guint8 *comed = NULL;

  for (gsize i = 0; i < self->n_chunks; i++) {
    const GArray *part = g_ptr_array_index (self->doubtful, i);

    if (part->len > 0)
      g_array_append_vals (all, part->data, part->len);
  }

  doses = g_new (double, all->len);
  scores = g_new (double, all->len);
  comed = g_new (guint8, all->len);
  for (guint i = 0; i < all->len; i++) {
    doses[i] = g_array_index (all, Doubt, i).dose_mg_per_kg;
    comed[i] = g_array_index (all, Doubt, i).comed;
  }

  if (!qs_score_many (task->table->predictor, &task->table->criterion, all->len, doses,
                      comed, scores, run, error))
    return FALSE;

  for (guint i = 0; i < all->len; i++) {
    const Doubt   *doubt = &g_array_index (all, Doubt, i);
    const gboolean succeeds = scores[i] + doubt->shift <= task->level;
    gint32        *row = self->rows + doubt->replicate * (task->n_steps + 2);

    row[doubt->step] += (gint32) succeeds - doubt->succeeds;
    row[doubt->step + 1] -= (gint32) succeeds - doubt->succeeds;
  }

  self->n_rechecked = all->len;
  return TRUE;
}

/**
 * qs_counts_reserve:
 *
 * Makes room for the counts of @n_steps doses above 0; what it holds is of no meaning.
 */
void
qs_counts_reserve (QsCounts *self, const QsPatients *patients, guint n_steps)
{
  const gsize size = (gsize) patients->n_replicates * (n_steps + 2);

  if (size > self->rows_size) {
    g_free (self->rows);
    self->rows = g_new (gint32, size);
    self->rows_size = size;
  }

  self->n_steps = n_steps;
  self->totals = g_renew (guint64, self->totals, n_steps + 1);
}

/**
 * qs_counts_run:
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Counts who succeeds at which dose. Every decision is what the predictor itself says:
 * where the table is not sure, the predictor is asked.
 */
gboolean
qs_counts_run (QsCounts *self, const QsCountTask *task, QsRun *run, GError **error)
{
  const gsize         n_replicates = task->patients->n_replicates;
  const guint         n = task->n_steps + 1;
  g_autofree guint32 *totals = g_new0 (guint32, self->n_chunks * n);
  Count count = { .task = task, .counts = self, .run = run, .totals = totals };

  g_return_val_if_fail (task->n_steps <= QS_COUNT_MAX_STEPS, FALSE);
  qs_counts_reserve (self, task->patients, task->n_steps);

  qs_parallel_for (run, n_replicates, REPLICATES_PER_CHUNK, count_chunk, &count);
  if (!recheck (self, task, run, error))
    return FALSE;
  qs_parallel_for (run, n_replicates, REPLICATES_PER_CHUNK, add_up_chunk, &count);

  for (guint j = 0; j < n; j++) {
    self->totals[j] = 0;
    for (gsize i = 0; i < self->n_chunks; i++)
      self->totals[j] += totals[i * n + j];
  }

  return TRUE;
}

/* The last dose up to @high (mg/kg) at which the table crosses @limit, read backwards;
 * @low where it does not. */
static double
last_crossing (const QsTable *table, guint comed, double limit, double low, double high)
{
  const QsTableNode *nodes = (const QsTableNode *) table->nodes[comed]->data;
  gsize              cell = qs_table_cell (table, comed, high);
  double             bound, after = qs_table_read (table, comed, high, &bound) - limit;
  double             end = high;

  for (; end > low; cell--) {
    const QsTableNode *node = &nodes[cell];
    const double       before = node->score - limit;

    if ((before <= 0.0) != (after <= 0.0))
      return MAX (low, end - (end - node->dose_mg_per_kg) * after / (after - before));

    after = before;
    end = node->dose_mg_per_kg;
    if (cell == 0)
      break;
  }

  return low;
}

static guint
comed_of (const QsCountTask *task, gsize i)
{
  return task->patients->comed_uniform[i] < (float) task->comed_share;
}

static double
crossing_of (const QsCountTask *task, gsize i, double low, double high)
{
  const double limit = task->level - qs_count_shift (task, task->patients->latent[i]);

  return (double) task->patients->bw_kg[i] *
         last_crossing (task->table, comed_of (task, i), limit, low, high);
}

/* Someone with one change: it lies within the undecided span of the bin, and that is
 * close enough for all but a few. */
static void
find_event (const Count *count, gsize i, GArray *events)
{
  const QsCountTask *task = count->task;
  const double       bw_kg = (double) task->patients->bw_kg[i];
  const QsSpan       span =
      task->inverse->spans[comed_of (task, i)][bin_of (task, task->shift[i])];
  const double low = MAX (span.from * bw_kg, (count->step - 1) * task->step_mg);
  const double high = MIN (span.to * bw_kg, count->step * task->step_mg);
  const Event  event = { i, 0.5 * (low + high), low, high, 1.0 };

  g_array_append_val (events, event);
}

static void
find_event_of_several (const Count *count, gsize i, GArray *events)
{
  const QsCountTask *task = count->task;
  const guint        comed = comed_of (task, i);
  const float        bw_kg = task->patients->bw_kg[i];
  const double limit = task->level - qs_count_shift (task, task->patients->latent[i]);
  const double low = dose_of (task, bw_kg, count->step - 1);
  const double high = dose_of (task, bw_kg, count->step);
  double       bound;
  const gint   before = qs_table_read (task->table, comed, low, &bound) <= limit;
  const gint   after = qs_table_read (task->table, comed, high, &bound) <= limit;

  if (before != after) {
    const double dose_mg = crossing_of (task, i, low, high);
    const Event  event = { i, dose_mg, dose_mg, dose_mg, after - before };

    g_array_append_val (events, event);
  }
}

/* Patients that are looked at together, because most have no event. */
#define BLOCK 16

static gboolean
has_event (const guint16 first[BLOCK], guint16 step)
{
  guint16 found = 0;

  for (guint i = 0; i < BLOCK; i++)
    found |= (first[i] == step) | (first[i] == QS_COUNT_SEVERAL);

  return found != 0;
}

static void
find_events (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Count   *count = data;
  const gsize    n_subjects = count->task->patients->n_subjects;
  const guint16 *first = count->counts->first;
  const guint16  step = (guint16) count->step;
  GArray        *events = g_ptr_array_index (count->counts->events, chunk);

  g_array_set_size (events, 0);
  for (gsize block = begin * n_subjects; block < end * n_subjects; block += BLOCK) {
    const gsize block_end = MIN (block + BLOCK, end * n_subjects);

    if (block_end - block == BLOCK && !has_event (first + block, step))
      continue;

    for (gsize i = block; i < block_end; i++) {
      if (first[i] == step)
        find_event (count, i, events);
      else if (first[i] == QS_COUNT_SEVERAL)
        find_event_of_several (count, i, events);
    }
  }
}

static int
by_dose (gconstpointer a, gconstpointer b)
{
  const Event *x = a, *y = b;

  if (x->dose_mg != y->dose_mg)
    return (x->dose_mg > y->dose_mg) - (x->dose_mg < y->dose_mg);
  return (x->patient > y->patient) - (x->patient < y->patient);
}

/* Keeps the events that may lie between two doses; the others above are taken off the
 * successes at the top. */
static GArray *
events_between (const QsCounts *self, double low_mg, double high_mg, double *n_successes)
{
  GArray *inside = g_array_new (FALSE, FALSE, sizeof (Event));

  for (gsize c = 0; c < self->n_chunks; c++) {
    const GArray *events = g_ptr_array_index (self->events, c);

    for (guint i = 0; i < events->len; i++) {
      const Event *event = &g_array_index (events, Event, i);

      if (event->low_mg > high_mg)
        *n_successes -= event->change;
      else if (event->high_mg >= low_mg)
        g_array_append_val (inside, *event);
    }
  }

  return inside;
}

#define N_BUCKETS 512

/* The bucket in which a count that comes from above falls below @needed. */
static gint
bucket_of (const double n_changes[N_BUCKETS], double n_successes, double needed)
{
  gint bucket = N_BUCKETS - 1;

  while (bucket > 0 && n_successes - n_changes[bucket] >= needed)
    n_successes -= n_changes[bucket--];

  return bucket;
}

/* A stretch of the step within which the crossing lies: it would be at its lower end if
 * every event were as early as it can be, at its upper end if as late. */
static void
enclose (const QsCounts *self,
         double          low_mg,
         double          step_mg,
         guint           step,
         double          needed,
         double         *from_mg,
         double         *to_mg)
{
  const double scale = N_BUCKETS / step_mg;
  const double n_successes = (double) self->totals[step];
  double       early[N_BUCKETS] = { 0.0 }, late[N_BUCKETS] = { 0.0 };

  for (gsize c = 0; c < self->n_chunks; c++) {
    const GArray *events = g_ptr_array_index (self->events, c);

    for (guint i = 0; i < events->len; i++) {
      const Event *event = &g_array_index (events, Event, i);
      const gint   first = (gint) ((event->low_mg - low_mg) * scale);
      const gint   last = (gint) ((event->high_mg - low_mg) * scale);

      early[CLAMP (first, 0, N_BUCKETS - 1)] += event->change;
      late[CLAMP (last, 0, N_BUCKETS - 1)] += event->change;
    }
  }

  *from_mg = low_mg + bucket_of (early, n_successes, needed) / scale;
  *to_mg = low_mg + (bucket_of (late, n_successes, needed) + 1) / scale;
}

/**
 * qs_counts_crossing:
 * @step: a step above 0 with at least @needed successes, the one below with fewer
 * @needed: successes to reach
 *
 * Returns: the dose in mg, between those two steps, from which on @needed patients
 *   succeed: the exact quantile of their critical doses, up to the error of the table
 */
double
qs_counts_crossing (QsCounts          *self,
                    const QsCountTask *task,
                    guint              step,
                    guint64            needed,
                    QsRun             *run)
{
  const double       low_mg = (step - 1) * task->step_mg;
  double             n_successes = (double) self->totals[step], from_mg, to_mg;
  g_autoptr (GArray) events = NULL;
  Count              count = { .task = task, .counts = self, .run = run, .step = step };

  qs_parallel_for (run, task->patients->n_replicates, REPLICATES_PER_CHUNK, find_events,
                   &count);
  enclose (self, low_mg, task->step_mg, step, (double) needed, &from_mg, &to_mg);
  events = events_between (self, from_mg, to_mg, &n_successes);

  for (guint i = 0; i < events->len; i++) {
    Event       *event = &g_array_index (events, Event, i);
    const double bw_kg = (double) task->patients->bw_kg[event->patient];

    if (event->low_mg < event->high_mg)
      event->dose_mg = crossing_of (task, event->patient, event->low_mg / bw_kg,
                                    event->high_mg / bw_kg);
  }
  g_array_sort (events, by_dose);

  for (guint i = events->len; i > 0; i--) {
    const Event *event = &g_array_index (events, Event, i - 1);

    n_successes -= event->change;
    if (n_successes < (double) needed)
      return event->dose_mg;
  }

  return low_mg;
}

/**
 * qs_count_decide:
 * @doubtful: (out): the table was not sure, and the predictor was asked
 *
 * Decides one patient at one dose the way qs_counts_run() does, for audits.
 *
 * Returns: whether the patient succeeds
 */
gboolean
qs_count_decide (const QsCountTask *task,
                 guint              comed,
                 float              bw_kg,
                 float              latent,
                 guint              step,
                 gboolean          *doubtful)
{
  const double       shift = qs_count_shift (task, latent);
  const guint        bin = bin_of (task, (float) shift);
  const QsPredictor *predictor = task->table->predictor;
  const guint8       comed_byte = (guint8) comed;
  g_autofree gint32 *row = g_new0 (gint32, task->n_steps + 2);
  g_autoptr (GArray) doubts = g_array_new (FALSE, FALSE, sizeof (Doubt));
  gint               succeeds = 0;
  Walk               walk = {
                  .task = task,
                  .row = row,
                  .doubtful = doubts,
                  .comed = comed,
                  .bw_kg = bw_kg,
                  .shift = shift,
                  .limit = task->level - shift,
  };

  walk_bin (&walk, bin, bw_kg * (float) (1.0 / task->step_mg));
  for (guint j = 0; j <= step; j++)
    succeeds += row[j];

  *doubtful = FALSE;
  for (guint i = 0; i < doubts->len; i++)
    *doubtful = *doubtful || g_array_index (doubts, Doubt, i).step == step;

  if (*doubtful) {
    const double dose = dose_of (task, bw_kg, step);
    double       score;

    predictor->klass->score (predictor, &task->table->criterion, 1, &dose, &comed_byte,
                             &score);
    succeeds = score + shift <= task->level;
  }

  return succeeds;
}
