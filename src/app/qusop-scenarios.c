/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-scenarios.h"

#include <glib/gi18n.h>
#include <math.h>

/* What came of a row when its inputs were those of @of. */
typedef struct {
  QusopCase *of;
  QsResult  *result; /* nullable */
  char      *reason; /* why there is none */
} Outcome;

struct _QusopScenarios {
  GObject parent_instance;

  GPtrArray  *cases;    /* never changed once others may hold it */
  GHashTable *outcomes; /* by id */
  guint       last_id;
  guint       running; /* id, 0 for none */
  gboolean    paused;
};

G_DEFINE_FINAL_TYPE (QusopScenarios, qusop_scenarios, G_TYPE_OBJECT)

static guint edited_signal, computed_signal, resumed_signal;

/**
 * qusop_case_new:
 *
 * Returns: (transfer full): a row that is in no list yet
 */
QusopCase *
qusop_case_new (const char                *name,
                const QsScenario          *scenario,
                const QsPopulationOptions *population)
{
  QusopCase *self = g_new0 (QusopCase, 1);

  self->n_refs = 1;
  self->name = g_strdup (name);
  self->scenario = *scenario;
  self->scenario.name = "window";
  self->population = *population;
  return self;
}

QusopCase *
qusop_case_ref (QusopCase *self)
{
  g_atomic_int_inc (&self->n_refs);
  return self;
}

void
qusop_case_unref (QusopCase *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->n_refs))
    return;

  g_free (self->name);
  g_free (self);
}

static QusopCase *
case_copy (const QusopCase *self)
{
  QusopCase *copy = qusop_case_new (self->name, &self->scenario, &self->population);

  copy->id = self->id;
  copy->is_base = self->is_base;
  return copy;
}

/**
 * qusop_case_patients:
 * @kind: of the model that is asked
 *
 * Returns: the virtual patients to ask it about
 */
QsPopulationOptions
qusop_case_patients (const QusopCase *self, QsModelKind kind)
{
  const QsPopulationOptions suited = qs_population_options_default (kind);
  QsPopulationOptions       options = self->population;

  if (options.n_subjects == 0) {
    options.n_subjects = suited.n_subjects;
    options.n_replicates = suited.n_replicates;
  }
  return options;
}

static gboolean
is_same_weight (const QsPrior *a, const QsPrior *b)
{
  QsScenario one = qs_scenario_default (), other = one;

  one.bw = *a;
  other.bw = *b;
  return qs_scenario_equal (&one, &other);
}

/**
 * qusop_case_compare:
 *
 * Returns: in which inputs the two differ, of #QusopDifference; 0 where they ask the same
 */
guint
qusop_case_compare (const QusopCase *self, const QusopCase *base)
{
  const QsScenario          *a = &self->scenario, *b = &base->scenario;
  const QsPopulationOptions *p = &self->population, *q = &base->population;
  guint                      differs = 0;

  if (!qs_scenario_is_same_regimen (a, b))
    differs |= QUSOP_DIFFERS_REGIMEN;
  if (a->threshold_ng_ml != b->threshold_ng_ml || a->success != b->success)
    differs |= QUSOP_DIFFERS_THRESHOLD;
  if (a->target != b->target)
    differs |= QUSOP_DIFFERS_TARGET;
  if (!is_same_weight (&a->bw, &b->bw))
    differs |= QUSOP_DIFFERS_WEIGHT;
  if (a->comed_share != b->comed_share)
    differs |= QUSOP_DIFFERS_COMED;
  if (a->biomarker != b->biomarker)
    differs |= QUSOP_DIFFERS_BIOMARKER;
  if (a->window_from_h != b->window_from_h || a->window_to_h != b->window_to_h)
    differs |= QUSOP_DIFFERS_WINDOW;
  if (p->n_subjects != q->n_subjects || p->n_replicates != q->n_replicates)
    differs |= QUSOP_DIFFERS_PATIENTS;
  if (p->subject_effect != q->subject_effect)
    differs |= QUSOP_DIFFERS_EFFECT;
  if (p->seed != q->seed)
    differs |= QUSOP_DIFFERS_SEED;
  return differs;
}

/* A maintenance dose as one per day, in the unit of the dose. */
double
qusop_case_per_day (const QusopCase *self, double dose)
{
  return dose * 24.0 / qs_scenario_interval_h (&self->scenario);
}

/**
 * qusop_case_change_per_day:
 * @result: (nullable): of @self
 * @base_result: (nullable): of @base
 *
 * Returns: by how much the mean dose of a day differs from the base's; NaN where one of
 *   them is not known, or their units differ
 */
double
qusop_case_change_per_day (const QusopCase *self,
                           const QsResult  *result,
                           const QusopCase *base,
                           const QsResult  *base_result)
{
  if (result == NULL || base_result == NULL ||
      self->scenario.schedule.per_kg != base->scenario.schedule.per_kg)
    return NAN;

  return qusop_case_per_day (self, result->decision.dose_mg) -
         qusop_case_per_day (base, base_result->decision.dose_mg);
}

static void
outcome_free (Outcome *outcome)
{
  qusop_case_unref (outcome->of);
  g_clear_pointer (&outcome->result, qs_result_unref);
  g_free (outcome->reason);
  g_free (outcome);
}

static void
qusop_scenarios_finalize (GObject *object)
{
  QusopScenarios *self = QUSOP_SCENARIOS (object);

  g_ptr_array_unref (self->cases);
  g_hash_table_unref (self->outcomes);

  G_OBJECT_CLASS (qusop_scenarios_parent_class)->finalize (object);
}

static void
qusop_scenarios_class_init (QusopScenariosClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qusop_scenarios_finalize;

  edited_signal = g_signal_new ("edited", QUSOP_TYPE_SCENARIOS, G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 0);
  computed_signal = g_signal_new ("computed", QUSOP_TYPE_SCENARIOS, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);
  resumed_signal = g_signal_new ("resumed", QUSOP_TYPE_SCENARIOS, G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GPtrArray *
list_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) qusop_case_unref);
}

static void
qusop_scenarios_init (QusopScenarios *self)
{
  self->cases = list_new ();
  self->outcomes =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) outcome_free);
}

QusopScenarios *
qusop_scenarios_new (void)
{
  return g_object_new (QUSOP_TYPE_SCENARIOS, NULL);
}

/* Borrowed; reference it to keep it as it is now. */
GPtrArray *
qusop_scenarios_get_cases (QusopScenarios *self)
{
  return self->cases;
}

static QusopCase *
find (QusopScenarios *self, guint id, guint *index)
{
  for (guint i = 0; i < self->cases->len; i++) {
    QusopCase *one = g_ptr_array_index (self->cases, i);

    if (one->id == id) {
      if (index != NULL)
        *index = i;
      return one;
    }
  }
  return NULL;
}

QusopCase *
qusop_scenarios_find (QusopScenarios *self, guint id)
{
  return find (self, id, NULL);
}

/* What the others are held against: the first row unless another was chosen. */
QusopCase *
qusop_scenarios_get_base (QusopScenarios *self)
{
  for (guint i = 0; i < self->cases->len; i++) {
    QusopCase *one = g_ptr_array_index (self->cases, i);

    if (one->is_base)
      return one;
  }
  return self->cases->len > 0 ? g_ptr_array_index (self->cases, 0) : NULL;
}

/* Takes @cases. Rows that are gone are forgotten: what comes back is asked again. */
static void
take_cases (QusopScenarios *self, GPtrArray *cases)
{
  GHashTableIter iter;
  gpointer       id;

  g_ptr_array_unref (self->cases);
  self->cases = cases;
  self->paused = FALSE;

  g_hash_table_iter_init (&iter, self->outcomes);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (find (self, GPOINTER_TO_UINT (id), NULL) == NULL)
      g_hash_table_iter_remove (&iter);
  if (find (self, self->running, NULL) == NULL)
    self->running = 0;
  g_signal_emit (self, edited_signal, 0);
}

/* The list to change and give to take_cases(). */
static GPtrArray *
copy_cases (QusopScenarios *self)
{
  GPtrArray *copy = list_new ();

  for (guint i = 0; i < self->cases->len; i++)
    g_ptr_array_add (copy, qusop_case_ref (g_ptr_array_index (self->cases, i)));
  return copy;
}

/**
 * qusop_scenarios_set_cases:
 * @cases: (element-type QusopCase): rows that were got before, or new ones
 *
 * Results of rows that ask the same as before stay.
 */
void
qusop_scenarios_set_cases (QusopScenarios *self, GPtrArray *cases)
{
  GPtrArray *list = list_new ();

  if (cases == self->cases) {
    g_ptr_array_unref (list);
    return;
  }

  for (guint i = 0; i < cases->len; i++) {
    QusopCase *one = qusop_case_ref (g_ptr_array_index (cases, i));

    if (one->id == 0)
      one->id = ++self->last_id;
    self->last_id = MAX (self->last_id, one->id);
    g_ptr_array_add (list, one);
  }
  take_cases (self, list);
}

/* "Once weekly", then "Once weekly 2": names tell rows apart. */
static char *
unique_name (const GPtrArray *cases, const char *name)
{
  char *unique = g_strdup (name);

  for (guint n = 2, i = 0; i < cases->len; i++) {
    const QusopCase *one = g_ptr_array_index (cases, i);

    if (g_strcmp0 (one->name, unique) == 0) {
      g_free (unique);
      unique = g_strdup_printf ("%s %u", name, n++);
      i = G_MAXUINT; /* from the first again */
    }
  }
  return unique;
}

static guint
append (QusopScenarios            *self,
        GPtrArray                 *cases,
        const char                *name,
        const QsScenario          *scenario,
        const QsPopulationOptions *population)
{
  g_autofree char *unique = unique_name (cases, name);
  QusopCase       *added = qusop_case_new (unique, scenario, population);

  added->id = ++self->last_id;
  g_ptr_array_add (cases, added);
  return added->id;
}

/**
 * qusop_scenarios_add:
 *
 * Returns: the new row's id
 */
guint
qusop_scenarios_add (QusopScenarios            *self,
                     const char                *name,
                     const QsScenario          *scenario,
                     const QsPopulationOptions *population)
{
  GPtrArray  *cases = copy_cases (self);
  const guint id = append (self, cases, name, scenario, population);

  take_cases (self, cases);
  return id;
}

/* science.md 1: base, heavy and no co-medication, daily and weekly, 90 and 75 %; heavy
 * without co-medication besides. */
static void
append_challenge (QusopScenarios            *self,
                  GPtrArray                 *cases,
                  gboolean                   has_comed,
                  const QsPopulationOptions *population)
{
  static const char *const populations[QS_N_POPULATIONS] = {
    N_ ("Base"), N_ ("Heavier"), N_ ("No co-medication"), N_ ("Heavier, no co-medication")
  };
  static const char *const regimens[] = { N_ ("daily"), N_ ("weekly") };
  static const double      targets[] = { 0.9, 0.75 };

  for (guint i = 0; i < QS_N_POPULATIONS * 4; i++) {
    const QsPopulationName who = i / 4;
    const guint            regimen = i / 2 % 2;
    const double           target = targets[i % 2];
    const QsScenario       scenario =
        qs_scenario_named (who, regimen == 0 ? QS_REGIMEN_QD : QS_REGIMEN_QW, target);
    g_autofree char *name = g_strdup_printf (_ ("%s, %s, %.0f %%"), _ (populations[who]),
                                             _ (regimens[regimen]), 100.0 * target);

    if (has_comed || who < QS_POPULATION_NOCOMED)
      append (self, cases, name, &scenario, population);
  }
}

static void
append_thresholds (QusopScenarios            *self,
                   GPtrArray                 *cases,
                   const QsScenario          *present,
                   const QsPopulationOptions *population)
{
  for (guint i = 0; i <= 6; i++) {
    QsScenario       scenario = *present;
    g_autofree char *name = NULL;

    scenario.threshold_ng_ml = 2.5 + 0.25 * i;
    name = g_strdup_printf (_ ("Threshold %.2f ng/mL"), scenario.threshold_ng_ml);
    append (self, cases, name, &scenario, population);
  }
}

static void
append_populations (QusopScenarios            *self,
                    GPtrArray                 *cases,
                    gboolean                   has_comed,
                    const QsScenario          *present,
                    const QsPopulationOptions *population)
{
  QsScenario scenario = *present;

  scenario.bw = qs_scenario_named (QS_POPULATION_HEAVY, QS_REGIMEN_QD, 0.9).bw;
  append (self, cases, _ ("Heavier"), &scenario, population);
  if (!has_comed)
    return;

  scenario.comed_share = 0.0;
  append (self, cases, _ ("Heavier, no co-medication"), &scenario, population);
  scenario.bw = present->bw;
  append (self, cases, _ ("No co-medication"), &scenario, population);
  scenario.comed_share = 1.0;
  append (self, cases, _ ("All with co-medication"), &scenario, population);
}

/**
 * qusop_scenarios_add_template:
 * @has_comed: whether the study knows co-medication; else such rows are left out
 * @present: the question on Decide, which all but the challenge's vary
 */
void
qusop_scenarios_add_template (QusopScenarios            *self,
                              QusopTemplate              which,
                              gboolean                   has_comed,
                              const QsScenario          *present,
                              const QsPopulationOptions *population)
{
  GPtrArray *cases = copy_cases (self);

  switch (which) {
  case QUSOP_TEMPLATE_CHALLENGE:
    append_challenge (self, cases, has_comed, population);
    break;
  case QUSOP_TEMPLATE_THRESHOLDS:
    append_thresholds (self, cases, present, population);
    break;
  case QUSOP_TEMPLATE_POPULATIONS:
  default:
    if (cases->len == 0)
      append (self, cases, _ ("Present question"), present, population);
    append_populations (self, cases, has_comed, present, population);
  }
  take_cases (self, cases);
}

/* A copy right below; returns its id, 0 where there is no such row. */
guint
qusop_scenarios_duplicate (QusopScenarios *self, guint id)
{
  guint            index;
  const QusopCase *original = find (self, id, &index);
  GPtrArray       *cases;
  QusopCase       *copy;

  if (original == NULL)
    return 0;

  cases = copy_cases (self);
  copy = case_copy (original);
  copy->id = ++self->last_id;
  copy->is_base = FALSE;
  g_free (copy->name);
  copy->name = unique_name (cases, original->name);
  g_ptr_array_insert (cases, (int) index + 1, copy);
  take_cases (self, cases);
  return self->last_id;
}

void
qusop_scenarios_rename (QusopScenarios *self, guint id, const char *name)
{
  guint            index;
  const QusopCase *former = find (self, id, &index);
  g_autofree char *stripped = g_strstrip (g_strdup (name));
  GPtrArray       *cases;
  QusopCase       *renamed;

  if (former == NULL || *stripped == '\0' || g_str_equal (former->name, stripped))
    return;

  cases = copy_cases (self);
  renamed = case_copy (former);
  g_free (renamed->name);
  renamed->name = g_steal_pointer (&stripped);
  qusop_case_unref (cases->pdata[index]);
  cases->pdata[index] = renamed;
  take_cases (self, cases);
}

/* Up or down by as many rows; %FALSE where the list ends. */
gboolean
qusop_scenarios_move (QusopScenarios *self, guint id, int by)
{
  guint            index;
  const QusopCase *moved = find (self, id, &index);
  GPtrArray       *cases;
  gint64           to;

  if (moved == NULL || by == 0)
    return FALSE;

  to = (gint64) index + by;
  if (to < 0 || to >= self->cases->len)
    return FALSE;

  cases = copy_cases (self);
  g_ptr_array_insert (cases, (int) to, g_ptr_array_steal_index (cases, index));
  take_cases (self, cases);
  return TRUE;
}

void
qusop_scenarios_remove (QusopScenarios *self, guint id)
{
  guint      index;
  GPtrArray *cases;

  if (find (self, id, &index) == NULL)
    return;

  cases = copy_cases (self);
  g_ptr_array_remove_index (cases, index);
  take_cases (self, cases);
}

void
qusop_scenarios_set_base (QusopScenarios *self, guint id)
{
  GPtrArray *cases;

  if (find (self, id, NULL) == NULL)
    return;

  cases = list_new ();
  for (guint i = 0; i < self->cases->len; i++) {
    QusopCase *copy = case_copy (g_ptr_array_index (self->cases, i));

    copy->is_base = copy->id == id;
    g_ptr_array_add (cases, copy);
  }
  take_cases (self, cases);
}

static Outcome *
outcome_of (QusopScenarios *self, guint id)
{
  return g_hash_table_lookup (self->outcomes, GUINT_TO_POINTER (id));
}

static Outcome *
current_outcome (QusopScenarios *self, const QusopCase *which)
{
  Outcome *outcome = which != NULL ? outcome_of (self, which->id) : NULL;

  return outcome != NULL && qusop_case_compare (outcome->of, which) == 0 ? outcome : NULL;
}

QusopCaseState
qusop_scenarios_get_state (QusopScenarios *self, guint id)
{
  const QusopCase *which = find (self, id, NULL);
  const Outcome   *outcome = current_outcome (self, which);

  if (outcome != NULL)
    return outcome->result != NULL ? QUSOP_CASE_DONE : QUSOP_CASE_REFUSED;
  if (which != NULL && id == self->running)
    return QUSOP_CASE_RUNNING;
  return self->paused ? QUSOP_CASE_PAUSED : QUSOP_CASE_WAITING;
}

/* The current answer, or %NULL. */
QsResult *
qusop_scenarios_get_result (QusopScenarios *self, guint id)
{
  const Outcome *outcome = current_outcome (self, find (self, id, NULL));

  return outcome != NULL ? outcome->result : NULL;
}

/* Why there is no answer. */
const char *
qusop_scenarios_get_reason (QusopScenarios *self, guint id)
{
  const Outcome *outcome = current_outcome (self, find (self, id, NULL));

  return outcome != NULL ? outcome->reason : NULL;
}

gboolean
qusop_scenarios_is_paused (QusopScenarios *self)
{
  return self->paused;
}

/* The row whose turn it is, %NULL when all are answered, or cancelled. */
QusopCase *
qusop_scenarios_next (QusopScenarios *self)
{
  for (guint i = 0; i < self->cases->len && !self->paused; i++) {
    QusopCase *one = g_ptr_array_index (self->cases, i);

    if (current_outcome (self, one) == NULL)
      return one;
  }
  return NULL;
}

/* How many rows have no current answer. */
guint
qusop_scenarios_n_left (QusopScenarios *self)
{
  guint n = 0;

  for (guint i = 0; i < self->cases->len; i++)
    n += current_outcome (self, g_ptr_array_index (self->cases, i)) == NULL;
  return n;
}

void
qusop_scenarios_begin (QusopScenarios *self, QusopCase *which)
{
  self->running = which->id;
  g_signal_emit (self, computed_signal, 0);
}

/**
 * qusop_scenarios_finish:
 * @which: the row as it was asked
 * @result: (nullable): the answer
 * @reason: (nullable): why there is none; %NULL as well where it was given up
 */
void
qusop_scenarios_finish (QusopScenarios *self,
                        QusopCase      *which,
                        QsResult       *result,
                        const char     *reason)
{
  if (self->running == which->id)
    self->running = 0;

  if (find (self, which->id, NULL) != NULL && (result != NULL || reason != NULL)) {
    Outcome *outcome = g_new0 (Outcome, 1);

    outcome->of = qusop_case_ref (which);
    outcome->result = result != NULL ? qs_result_ref (result) : NULL;
    outcome->reason = g_strdup (reason);
    g_hash_table_replace (self->outcomes, GUINT_TO_POINTER (which->id), outcome);
  }
  g_signal_emit (self, computed_signal, 0);
}

/* What waits is not asked until somebody resumes, or changes the rows. */
void
qusop_scenarios_pause (QusopScenarios *self)
{
  self->paused = TRUE;
  self->running = 0;
  g_signal_emit (self, computed_signal, 0);
}

void
qusop_scenarios_resume (QusopScenarios *self)
{
  self->paused = FALSE;
  g_signal_emit (self, resumed_signal, 0);
  g_signal_emit (self, computed_signal, 0);
}

/* Another model or study: the rows stay, all of them are asked again. */
void
qusop_scenarios_forget (QusopScenarios *self)
{
  self->running = 0;
  g_hash_table_remove_all (self->outcomes);
  g_signal_emit (self, computed_signal, 0);
}
