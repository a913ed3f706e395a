/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-compare.h"

#include "comparison/qs-contest.h"
#include "core/qs-error.h"
#include "core/qs-parallel.h"
#include "data/qs-split.h"
#include "data/qs-windows.h"

#include <math.h>

/* Calibration groups predictions by tenths, and the folds need subjects to train on. */
#define N_SUBJECTS_MIN 16

QsCompareOptions
qs_compare_options_default (void)
{
  QsCompareOptions self = {
    .seed = 1,
    .n_folds = 4,
    .threshold_ng_ml = 3.3,
    .n_simulations = 500,
    .kinds = { QS_MODEL_EMAX },
    .n_kinds = 1,
  };

  for (guint kind = 0; kind < QS_MODEL_N_KINDS; kind++)
    if (qs_model_kind_is_network (kind))
      self.kinds[self.n_kinds++] = kind;

  return self;
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
  for (guint i = 0; i < self->n_kinds; i++) {
    if (self->kinds[i] == QS_MODEL_LOGISTIC) {
      g_set_error_literal (error, QS_ERROR, QS_ERROR_SCENARIO,
                           "The logistic link has no biomarker that could be compared");
      return FALSE;
    }
    if (self->kinds[i] == QS_MODEL_PKPD) {
      g_set_error_literal (error, QS_ERROR, QS_ERROR_SCENARIO,
                           "The population model takes part in every comparison");
      return FALSE;
    }
  }

  return check ("The number of folds", self->n_folds, 2, 48, error) &&
         check ("The threshold (ng/mL)", self->threshold_ng_ml, 1e-9, 1e9, error) &&
         check ("The number of epochs", self->n_epochs, 0, 100000, error) &&
         check ("The number of simulations", self->n_simulations, 10, 100000, error);
}

static void
clear_contestant (gpointer data)
{
  QsContestant *self = data;

  g_free (self->name);
  g_free (self->predicted);
  g_free (self->probability);
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

static void
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
}

static void
add_contestants (QsCompare *self)
{
  add_contestant (self, "group mean", "the mean curve of the subject's arm", FALSE);
  add_contestant (self, "regression",
                  "log R = a + b log (1 + C/C50) + c COMED, C from own concentrations",
                  FALSE);
  add_contestant (self, "pkpd", "from the subject's own concentrations", FALSE);
  add_contestant (self, "pkpd population", "from dose, weight and co-medication alone",
                  FALSE);
  add_contestant (self, "lstm exposure",
                  "whole record, concentrations by pkpd from the subject's own", TRUE);
  add_contestant (self, "lstm exposure population",
                  "the same network, concentrations typical of dose and weight", TRUE);
  for (guint k = 0; k < self->options.n_kinds; k++)
    add_contestant (self, qs_model_kind_name (self->options.kinds[k]),
                    "from dose per weight and co-medication alone",
                    qs_model_kind_is_network (self->options.kinds[k]));

  g_array_index (self->contestants, QsContestant, QS_CONTESTANT_GROUP_MEAN).n_classical =
      24; /* an hourly curve of the arm */
  g_array_index (self->contestants, QsContestant, QS_CONTESTANT_REGRESSION).n_classical =
      4;
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

/* All fits: for each fold the population model, then the others. */
typedef struct {
  QsContest *contest;
  guint      n_jobs; /* per fold */
  guint      n_done; /* atomic */
  double    *cpu_s;  /* [fold][contestant] */
  GError   **errors; /* [task] */
  QsRun     *run;
} Tasks;

static void
work (gsize task, gsize begin, gsize end, gpointer data)
{
  Tasks            *self = data;
  const guint       n_tasks = self->contest->result->options.n_folds * self->n_jobs;
  const guint       fold = (guint) task / self->n_jobs, job = (guint) task % self->n_jobs;
  const guint       n_contestants = self->contest->result->contestants->len;
  double           *cpu_s = self->cpu_s + (gsize) fold * n_contestants;
  g_autoptr (QsRun) quiet = qs_run_new_quiet (self->run);
  QsEvent           event = { .stage = QS_STAGE_TRAIN };

  if (job == 0)
    qs_contest_population (self->contest, fold, cpu_s, quiet, &self->errors[task]);
  else
    qs_contest_model (self->contest, fold, job - 1, cpu_s, quiet, &self->errors[task]);

  event.fraction =
      (g_atomic_int_add ((gint *) &self->n_done, 1) + 1.0) / (double) n_tasks;
  qs_run_step (self->run, &event, NULL);
}

static gboolean
fit_all (QsContest *self, QsRun *run, GError **error)
{
  QsCompare         *result = self->result;
  const guint        n_contestants = result->contestants->len;
  const guint        n_jobs = 1 + result->options.n_kinds;
  const guint        n_tasks = result->options.n_folds * n_jobs;
  g_autofree double *cpu_s =
      g_new0 (double, (gsize) result->options.n_folds *n_contestants);
  g_autofree GError **errors = g_new0 (GError *, n_tasks);
  Tasks               tasks = {
                  .contest = self,
                  .n_jobs = n_jobs,
                  .cpu_s = cpu_s,
                  .errors = errors,
                  .run = run,
  };
  GError *first = NULL;

  qs_parallel_for (run, n_tasks, 1, work, &tasks);
  for (guint i = 0; i < n_tasks; i++) {
    if (first == NULL)
      first = g_steal_pointer (&errors[i]);
    g_clear_error (&errors[i]);
  }
  if (first != NULL) {
    g_propagate_error (error, first);
    return FALSE;
  }

  for (guint fold = 0; fold < result->options.n_folds; fold++)
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

  add_contestants (result);
  self->study = qs_pkpd_study_new (self->dataset, error);
  return self->study != NULL && fit_all (self, run, error) &&
         qs_contest_judge (self, error);
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
 * and a mean curve as its simplest rivals, and the networks.
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

  good = compare (&contest, run, error);
  g_clear_pointer (&contest.study, qs_pkpd_study_free);
  g_free (contest.first);

  return good ? g_steal_pointer (&result) : NULL;
}
