/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-compare.h"

#include "comparison/qs-contest.h"
#include "core/qs-error.h"
#include "core/qs-parallel.h"
#include "data/qs-split.h"
#include "data/qs-windows.h"

#include <math.h>
#include <string.h>

/* Calibration groups predictions by tenths, and the folds need subjects to train on. */
#define N_SUBJECTS_MIN 16

QsCompareOptions
qs_compare_options_default (void)
{
  QsCompareOptions self = {
    .seed = 1,
    .n_folds = 4,
    .physics_weight = 1.0,
    .threshold_ng_ml = 3.3,
    .n_simulations = 500,
    .models = { { QS_MODEL_EMAX, QS_INPUT_WINDOW } },
    .n_models = 1,
  };

  for (guint input = QS_INPUT_EXPOSURE + 1; input-- > 0;)
    for (guint kind = 0; kind < QS_MODEL_N_KINDS; kind++)
      if (qs_model_kind_is_network (kind))
        self.models[self.n_models++] = (QsCompareModel){ kind, input };

  return self;
}

/**
 * qs_compare_model_parse:
 * @text: such as "lstm", or "lstm-exposure" for the network that reads whole records
 * @error: %QS_ERROR_SCENARIO
 */
gboolean
qs_compare_model_parse (const char *text, QsCompareModel *model, GError **error)
{
  static const char exposure[] = "-exposure";
  g_autofree char  *bare = g_strdup (text);

  model->input = QS_INPUT_WINDOW;
  if (g_str_has_suffix (bare, exposure)) {
    bare[strlen (bare) - strlen (exposure)] = '\0';
    model->input = QS_INPUT_EXPOSURE;
  }
  if (!qs_model_kind_parse (bare, &model->kind, error))
    return FALSE;
  if (model->input == QS_INPUT_WINDOW || qs_model_kind_is_network (model->kind))
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
               "Only networks read exposure; %s does not", bare);
  return FALSE;
}

static gboolean
check (const char *name, double value, double low, double high, GError **error)
{
  if (value >= low && value <= high)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO, "%s is %g, must lie in [%g, %g]", name,
               value, low, high);
  return FALSE;
}

gboolean
qs_compare_options_validate (const QsCompareOptions *self, GError **error)
{
  for (guint i = 0; i < self->n_models; i++) {
    if (self->models[i].kind == QS_MODEL_LOGISTIC) {
      g_set_error_literal (error, QS_ERROR, QS_ERROR_SCENARIO,
                           "The logistic link has no biomarker that could be compared");
      return FALSE;
    }
    if (self->models[i].kind == QS_MODEL_PKPD) {
      g_set_error_literal (error, QS_ERROR, QS_ERROR_SCENARIO,
                           "The population model takes part in every comparison");
      return FALSE;
    }
    for (guint k = 0; k < i; k++)
      if (memcmp (&self->models[k], &self->models[i], sizeof self->models[i]) == 0) {
        g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO, "%s is named twice",
                     qs_model_kind_name (self->models[i].kind));
        return FALSE;
      }
  }

  return check ("The number of folds", self->n_folds, 2, 48, error) &&
         check ("The threshold (ng/mL)", self->threshold_ng_ml, 1e-9, 1e9, error) &&
         check ("The number of epochs", self->n_epochs, 0, 100000, error) &&
         check ("The number of physics records", self->n_physics, 0, 10000, error) &&
         check ("The weight of a physics record", self->physics_weight, 0.0, 100.0,
                error) &&
         check ("The number of simulations", self->n_simulations, 10, 100000, error);
}

static void
clear_contestant (gpointer data)
{
  QsContestant *self = data;

  g_free (self->name);
  g_free (self->predicted);
  g_free (self->probability);
  g_free (self->weights);
  g_clear_pointer (&self->answers, g_ptr_array_unref);
}

QsCompare *
qs_compare_ref (QsCompare *self)
{
  g_atomic_int_inc (&self->n_refs);
  return self;
}

void
qs_compare_unref (QsCompare *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->n_refs))
    return;

  g_free (self->fold);
  g_free (self->points);
  g_free (self->attained);
  g_array_unref (self->contestants);
  g_strfreev (self->verdicts);
  g_free (self);
}

const char *
qs_stratum_name (QsStratum stratum)
{
  static const char *const names[QS_N_STRATA] = {
    [QS_STRATUM_LIGHT] = "light",
    [QS_STRATUM_HEAVY] = "heavy",
    [QS_STRATUM_NO_COMED] = "no co-medication",
    [QS_STRATUM_COMED] = "co-medication",
  };

  return names[stratum];
}

QsContestant *
qs_contest_contestant (const QsContest *self, guint index)
{
  return &g_array_index (self->result->contestants, QsContestant, index);
}

QsDataset *
qs_contest_training (const QsContest *self, guint fold, QsRun *run, GError **error)
{
  g_autofree gboolean *keep = g_new (gboolean, self->result->n_subjects);

  for (guint i = 0; i < self->result->n_subjects; i++)
    keep[i] = self->result->fold[i] != fold;

  return qs_dataset_subset (self->dataset, keep, run, error);
}

static guint
add_contestant (QsCompare *self, const char *name, const char *what, gboolean is_network)
{
  QsContestant contestant = {
    .name = g_strdup (name),
    .what = what,
    .is_network = is_network,
    .predicted = g_new (double, self->n_points + 1),
    .probability = g_new (double, self->n_subjects + 1),
  };

  for (gsize i = 0; i < self->n_points; i++)
    contestant.predicted[i] = NAN;
  for (guint i = 0; i < self->n_subjects; i++)
    contestant.probability[i] = NAN;
  g_array_append_val (self->contestants, contestant);

  return self->contestants->len - 1;
}

/* Contestants of an entry. */
guint
qs_contest_n_ways (const QsContestEntry *entry)
{
  return entry->options.input == QS_INPUT_EXPOSURE ? QS_CONTEST_N_WAYS : 1;
}

static guint
add_entry (QsContest *self, const QsCompareModel *model, gboolean twin)
{
  static const char *const ways[QS_CONTEST_N_WAYS] = { "", " population" };
  static const char *const whats[2][QS_CONTEST_N_WAYS] = {
    { "whole record, concentrations by pkpd from the subject's own",
      "the same network, concentrations typical of dose and weight" },
    { "an LSTM of as many parameters, likewise",
      "the same LSTM, concentrations typical of dose and weight" },
  };
  const QsCompareOptions *asked = &self->result->options;
  const gboolean          is_network = qs_model_kind_is_network (model->kind);
  QsContestEntry          entry = { .options = qs_fit_options_default (model->kind) };

  if (model->input == QS_INPUT_EXPOSURE)
    qs_fit_options_set_input (&entry.options, QS_INPUT_EXPOSURE);
  entry.options.seed = asked->seed;
  entry.options.n_bootstrap = 0;
  entry.options.threshold_ng_ml = asked->threshold_ng_ml;
  entry.options.cells.twin = twin;
  if (asked->n_epochs > 0)
    entry.options.n_epochs = asked->n_epochs;
  entry.options.n_physics = asked->n_physics;
  entry.options.physics_weight = asked->physics_weight;

  entry.first = self->result->contestants->len;
  for (guint way = 0; way < qs_contest_n_ways (&entry); way++) {
    g_autofree char *name =
        g_strconcat (qs_model_kind_name (model->kind),
                     model->input == QS_INPUT_EXPOSURE ? " exposure" : "",
                     twin ? " twin" : "", ways[way], NULL);

    add_contestant (self->result, name,
                    model->input == QS_INPUT_EXPOSURE ? whats[twin][way]
                    : twin ? "an LSTM of as many parameters, likewise"
                           : "from dose per weight and co-medication alone",
                    is_network);
  }
  g_array_append_val (self->entries, entry);

  return entry.first;
}

/* A model, and beside a quantum one the LSTM of its size. */
static void
add_model (QsContest *self, const QsCompareModel *model)
{
  const guint    first = add_entry (self, model, FALSE);
  const guint    n_ways = self->result->contestants->len - first;
  const gboolean is_quantum =
      qs_model_kind_is_network (model->kind) && model->kind != QS_MODEL_LSTM;

  if (is_quantum)
    add_entry (self, model, TRUE);
  for (guint way = 0; is_quantum && way < n_ways; way++) {
    qs_contest_contestant (self, first + way)->twin = first + n_ways + way;
    qs_contest_contestant (self, first + n_ways + way)->is_twin = TRUE;
  }
}

/* The ensembles come last. */
static gboolean
has_ensemble (const QsCompare *self)
{
  guint n = 0;

  for (guint k = 0; k < self->options.n_models; k++)
    n += self->options.models[k].input == QS_INPUT_EXPOSURE;

  return n > 1;
}

static void
add_contestants (QsContest *self)
{
  QsCompare *result = self->result;

  add_contestant (result, "group mean", "the mean curve of the subject's arm", FALSE);
  add_contestant (result, "regression",
                  "log R = a + b log (1 + C/C50) + c COMED, C from own concentrations",
                  FALSE);
  add_contestant (result, "pkpd", "from the subject's own concentrations", FALSE);
  add_contestant (result, "pkpd population", "from dose, weight and co-medication alone",
                  FALSE);
  qs_contest_contestant (self, QS_CONTESTANT_GROUP_MEAN)->n_classical =
      24; /* an hourly curve of the arm */
  qs_contest_contestant (self, QS_CONTESTANT_REGRESSION)->n_classical = 4;

  for (guint k = 0; k < result->options.n_models; k++)
    add_model (self, &result->options.models[k]);
  if (has_ensemble (result)) {
    add_contestant (
        result, "ensemble",
        "networks on exposure, weighted by what the other folds' fits say of theirs",
        TRUE);
    add_contestant (result, "ensemble population",
                    "likewise, concentrations typical of dose and weight", TRUE);
  }
}

static void
add_points (QsContest *self)
{
  QsCompare *result = self->result;

  result->points = g_new (QsComparePoint,
                          qs_dataset_n_observations (self->dataset, QS_ENDPOINT_PD) + 1);
  result->attained = g_new0 (gboolean, result->n_subjects);
  self->first = g_new0 (gsize, result->n_subjects + 1);

  for (guint i = 0; i < result->n_subjects; i++) {
    const QsSubject *subject = qs_dataset_subject (self->dataset, i);
    const gboolean   seen = qs_window_points (subject, NULL, 0) > 0;
    double           extreme, from_h = 0.0, to_h = 0.0;

    qs_window_of (subject, &from_h, &to_h);
    result->attained[i] = qs_window_extreme (subject, QS_SUCCESS_BELOW, &extreme) &&
                          extreme <= result->options.threshold_ng_ml;
    for (gsize r = 0; r < subject->n_records; r++) {
      const QsRecord *record = &subject->records[r];
      const gboolean  inside = seen && record->time_h >= from_h && record->time_h <= to_h;
      const QsComparePoint point = {
        .subject = i,
        .time_h = record->time_h,
        .after_h = inside ? record->time_h - from_h : NAN,
        .observed_ng_ml = record->value,
      };

      if (record->kind == QS_RECORD_OBSERVATION && record->endpoint == QS_ENDPOINT_PD)
        result->points[result->n_points++] = point;
    }
    self->first[i + 1] = result->n_points;
  }
}

static guint
count_seen (const QsContest *self)
{
  guint n = 0;

  for (guint i = 0; i < self->result->n_subjects; i++)
    n += qs_window_points (qs_dataset_subject (self->dataset, i), NULL, 0) > 0;

  return n;
}

/* One round of fits: the population models of all folds, or all entries in all folds. */
typedef struct {
  QsContest *contest;
  gboolean   entries;
  guint      n_tasks;
  guint      n_before; /* tasks of earlier rounds */
  guint      n_all;
  guint      n_done; /* atomic */
  double    *cpu_s;  /* [fold][contestant] */
  GError   **errors; /* [task] */
  QsRun     *run;
} Round;

static void
work (gsize task, gsize begin, gsize end, gpointer data)
{
  Round            *self = data;
  const guint       n_folds = self->contest->result->options.n_folds;
  const guint       fold = (guint) task % n_folds, entry = (guint) task / n_folds;
  const guint       n_contestants = self->contest->result->contestants->len;
  double           *cpu_s = self->cpu_s + (gsize) fold * n_contestants;
  g_autoptr (QsRun) quiet = qs_run_new_quiet (self->run);
  QsEvent           event = { .stage = QS_STAGE_TRAIN };

  if (self->entries)
    qs_contest_entry (self->contest, fold, entry, cpu_s, quiet, &self->errors[task]);
  else
    qs_contest_population (self->contest, fold, cpu_s, quiet, &self->errors[task]);

  event.fraction = (self->n_before + g_atomic_int_add ((gint *) &self->n_done, 1) + 1.0) /
                   (double) self->n_all;
  qs_run_step (self->run, &event, NULL);
}

static gboolean
do_round (Round *round, GError **error)
{
  g_autofree GError **errors = g_new0 (GError *, round->n_tasks + 1);
  GError             *first = NULL;

  round->errors = errors;
  qs_parallel_for (round->run, round->n_tasks, 1, work, round);
  for (guint i = 0; i < round->n_tasks; i++) {
    if (first == NULL)
      first = g_steal_pointer (&errors[i]);
    g_clear_error (&errors[i]);
  }
  if (first != NULL) {
    g_propagate_error (error, first);
    return FALSE;
  }

  return qs_run_step (round->run, NULL, error);
}

static gboolean
fit_all (QsContest *self, QsRun *run, GError **error)
{
  QsCompare         *result = self->result;
  const guint        n_contestants = result->contestants->len;
  const guint        n_folds = result->options.n_folds;
  const guint        n_all = n_folds * (1 + self->entries->len);
  g_autofree double *cpu_s = g_new0 (double, (gsize) n_folds *n_contestants);
  Round              populations = {
                 .contest = self,
                 .n_tasks = n_folds,
                 .n_all = n_all,
                 .cpu_s = cpu_s,
                 .run = run,
  };
  Round entries = populations;

  entries.entries = TRUE;
  entries.n_before = n_folds;
  entries.n_tasks = n_all - n_folds;
  if (!do_round (&populations, error) || !do_round (&entries, error))
    return FALSE;

  for (guint fold = 0; fold < n_folds; fold++)
    for (guint c = 0; c < n_contestants; c++)
      qs_contest_contestant (self, c)->cpu_s += cpu_s[(gsize) fold * n_contestants + c];

  return qs_run_step (run, NULL, error);
}

static gboolean
compare (QsContest *self, QsRun *run, GError **error)
{
  QsCompare *result = self->result;

  result->fold = g_new (guint, result->n_subjects);
  qs_split_folds (self->dataset, result->options.n_folds, result->options.seed,
                  result->fold);
  add_points (self);
  if (count_seen (self) < N_SUBJECTS_MIN) {
    g_set_error (error, QS_ERROR, QS_ERROR_TOO_FEW,
                 "%u subjects have biomarker observations in their last dosing interval; "
                 "a comparison on folds needs at least %d",
                 count_seen (self), N_SUBJECTS_MIN);
    return FALSE;
  }

  add_contestants (self);
  self->kinetics = g_new0 (QsPredictor *, result->options.n_folds);
  self->records = g_new0 (QsExposureRecord *, (gsize) result->options.n_folds *
                                                  QS_CONTEST_N_WAYS * result->n_subjects);
  self->study = qs_pkpd_study_new (self->dataset, error);
  if (self->study == NULL || !fit_all (self, run, error))
    return FALSE;
  if (has_ensemble (result))
    for (guint way = 0; way < QS_CONTEST_N_WAYS; way++)
      qs_contest_ensemble (self, way, result->contestants->len - QS_CONTEST_N_WAYS + way);

  return qs_contest_judge (self, error) &&
         (!result->options.answers || qs_contest_answer (self, run, error));
}

static void
contest_clear (QsContest *self)
{
  const gsize n = (gsize) self->result->options.n_folds * QS_CONTEST_N_WAYS *
                  self->result->n_subjects;

  for (gsize i = 0; self->records != NULL && i < n; i++)
    qs_exposure_record_free (self->records[i]);
  g_free (self->records);
  for (guint fold = 0; self->kinetics != NULL && fold < self->result->options.n_folds;
       fold++)
    g_clear_pointer (&self->kinetics[fold], qs_predictor_unref);
  g_free (self->kinetics);
  g_clear_pointer (&self->study, qs_pkpd_study_free);
  g_array_unref (self->entries);
  g_free (self->first);
}

/**
 * qs_compare:
 * @dataset: a usable study with concentrations and biomarker
 * @run: (nullable): fits run on its threads; progress and cancel
 * @error: %QS_ERROR_SCENARIO, %QS_ERROR_TOO_FEW, %QS_ERROR_DATA, %QS_ERROR_NUMERIC,
 * %QS_ERROR_CANCELLED
 *
 * Fits every model to all folds but one and predicts the subjects of that one, in turn:
 * the population model, with and without the subject's own concentrations, a regression
 * and a mean curve as its simplest rivals, the networks, beside each quantum one the LSTM
 * of its size, and the ensemble of those on exposure.
 *
 * Returns: (transfer full): the same figures, but for times, whatever the thread count
 */
QsCompare *
qs_compare (const QsDataset        *dataset,
            const QsCompareOptions *options,
            QsRun                  *run,
            GError                **error)
{
  g_autoptr (QsCompare) result = NULL;
  QsContest             contest = { .dataset = dataset };
  gboolean              good;

  if (!qs_compare_options_validate (options, error) ||
      !qs_dataset_require (dataset, error))
    return NULL;

  result = g_new0 (QsCompare, 1);
  result->n_refs = 1;
  result->options = *options;
  result->n_subjects = qs_dataset_n_subjects (dataset);
  result->contestants = g_array_new (FALSE, FALSE, sizeof (QsContestant));
  g_array_set_clear_func (result->contestants, clear_contestant);
  contest.result = result;

  contest.entries = g_array_new (FALSE, FALSE, sizeof (QsContestEntry));
  good = compare (&contest, run, error);
  contest_clear (&contest);

  return good ? g_steal_pointer (&result) : NULL;
}
