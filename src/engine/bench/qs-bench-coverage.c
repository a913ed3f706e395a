/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/qs-bench-suite.h"

#include "core/qs-parallel.h"
#include "core/qs-stats.h"
#include "pkpd/qs-crossing.h"
#include "pkpd/qs-study.h"

#include <math.h>
#include <string.h>

/* The true dose is then known to about a fifth of a percent. */
#define N_TRUE_SUBJECTS 200000

/* Virtual patients of each study's answers. */
#define N_SUBJECTS 200
#define N_REPLICATES 100

#define N_QUESTIONS 4
static const struct {
  QsPopulationName population;
  QsRegimen        regimen;
  const char      *name;
} questions[N_QUESTIONS] = {
  { QS_POPULATION_BASE, QS_REGIMEN_QD, "base-qd" },
  { QS_POPULATION_BASE, QS_REGIMEN_QW, "base-qw" },
  { QS_POPULATION_NOCOMED, QS_REGIMEN_QD, "nocomed-qd" },
  { QS_POPULATION_NOCOMED, QS_REGIMEN_QW, "nocomed-qw" },
};
static const double target = 0.9;

/* One study's answers; crossings are infinite where the target is not reached. */
typedef struct {
  gboolean answered;
  double   crossing_mg[N_QUESTIONS];
  double   low_mg[N_QUESTIONS];
  double   high_mg[N_QUESTIONS];
} Trial;

typedef struct {
  const char            *name;
  const QsTruth         *truth;
  double                 true_mg[N_QUESTIONS];
  guint                  n;
  Trial                 *trials;
  const QsBenchListener *listener;
  QsRun                 *run;

  GMutex lock; /* of what follows, and of the listener */
  guint  n_done;
} Studies;

static QsModel *
fit_study (const QsTruth *truth, guint64 seed, QsRun *run)
{
  char                 *csv = qs_study_csv (truth, seed);
  g_autoptr (GBytes)    bytes = g_bytes_new_take (csv, strlen (csv));
  g_autoptr (QsDataset) dataset = qs_dataset_parse (bytes, "study.csv", NULL, run, NULL);
  QsFitOptions          options = qs_fit_options_default (QS_MODEL_PKPD);

  options.seed = seed;
  options.structure = (QsStructureOptions){ .search = FALSE }; /* the usual: the true */
  return dataset != NULL ? qs_fit (dataset, &options, run, NULL) : NULL;
}

static void
try_study (const QsTruth *truth, guint64 seed, Trial *trial, QsRun *run)
{
  g_autoptr (QsModel)      model = fit_study (truth, seed, run);
  g_autoptr (QsPopulation) population = NULL;
  QsPopulationOptions      options = qs_population_options_default (QS_MODEL_PKPD);

  options.n_subjects = N_SUBJECTS;
  options.n_replicates = N_REPLICATES;
  if (model != NULL)
    population = qs_population_new (model, &options, run, NULL);
  if (population == NULL)
    return;

  for (guint q = 0; q < N_QUESTIONS; q++) {
    const QsScenario scenario =
        qs_scenario_named (questions[q].population, questions[q].regimen, target);
    g_autoptr (QsResult) result = qs_solve (population, &scenario, run, NULL);

    if (result == NULL)
      return;
    trial->crossing_mg[q] = result->decision.status == QS_STATUS_REACHED
                                ? result->decision.crossing_mg
                                : INFINITY;
    trial->low_mg[q] = result->decision.interval_low_mg;
    trial->high_mg[q] = result->decision.interval_high_mg;
  }
  trial->answered = TRUE;
}

/* One study as it comes, so that a run that is ended early has not been for nothing. */
static void
report_study (const Studies *self, gsize i)
{
  const Trial        *trial = &self->trials[i];
  g_autoptr (GString) words = g_string_new ("90 % dose with its 95 % interval, mg:");
  g_autofree char    *name =
      g_strdup_printf ("coverage-%s-study-%" G_GSIZE_FORMAT, self->name, i + 1);

  for (guint q = 0; q < N_QUESTIONS && trial->answered; q++)
    g_string_append_printf (words, "%s %s %.3f [%.3f, %.3f], true %.3f", q > 0 ? ";" : "",
                            questions[q].name, trial->crossing_mg[q], trial->low_mg[q],
                            trial->high_mg[q], self->true_mg[q]);
  if (!trial->answered)
    g_string_append (words, " no answer");

  qs_bench_report_value (self->listener, name, trial->answered, "answered", FALSE, 1, 1,
                         words->str);
}

static void
try_studies (gsize chunk, gsize begin, gsize end, gpointer data)
{
  Studies *self = data;

  for (gsize i = begin; i < end && !qs_run_is_cancelled (self->run); i++) {
    g_autoptr (QsRun) quiet = qs_run_new_quiet (self->run);
    QsEvent           event = { .stage = QS_STAGE_TRAIN };

    try_study (self->truth, i + 1, &self->trials[i], quiet);
    if (qs_run_is_cancelled (self->run))
      return;

    g_mutex_lock (&self->lock);
    report_study (self, i);
    event.fraction = ++self->n_done / (double) self->n;
    g_mutex_unlock (&self->lock);
    qs_run_step (self->run, &event, NULL);
  }
}

static gboolean
find_truth (Studies *self, GError **error)
{
  for (guint q = 0; q < N_QUESTIONS; q++) {
    const QsScenario scenario =
        qs_scenario_named (questions[q].population, questions[q].regimen, target);
    QsCrossing crossing = { .target = target };

    if (!qs_truth_crossings (self->truth, &scenario, 1, N_TRUE_SUBJECTS, &crossing, 1,
                             self->run, error))
      return FALSE;
    self->true_mg[q] = crossing.dose_mg;
  }

  return TRUE;
}

/* What is summed up over the studies of one question. */
typedef struct {
  guint  n_answered;
  guint  n_reached;
  guint  n_covered;
  double mean; /* of the log ratio of estimated and true dose, where it is reached */
  double mean_square;
} Sums;

static Sums
sum_up (const Studies *self, guint q)
{
  const double true_mg = self->true_mg[q];
  Sums         sums = { 0 };

  for (guint i = 0; i < self->n; i++) {
    const Trial *trial = &self->trials[i];
    const double error = log (trial->crossing_mg[q] / true_mg);

    if (!trial->answered)
      continue;
    sums.n_answered++;
    sums.n_covered += trial->low_mg[q] <= true_mg && true_mg <= trial->high_mg[q];
    if (isfinite (error)) {
      sums.n_reached++;
      sums.mean += error;
      sums.mean_square += error * error;
    }
  }
  sums.mean /= MAX (1, sums.n_reached);
  sums.mean_square /= MAX (1, sums.n_reached);

  return sums;
}

/* Bias, error and coverage of one question. A study without an answer covers nothing. */
static void
report_question (const Studies *self, guint q)
{
  const Sums   sums = sum_up (self, q);
  const guint  n_threads = qs_run_n_threads (self->run);
  const double mean_se = sqrt (MAX (0.0, sums.mean_square - sums.mean * sums.mean) /
                               MAX (1, sums.n_reached));
  double       lower, upper;

  qs_clopper_pearson (sums.n_covered, self->n, 0.95, &lower, &upper);
  g_autofree char *name =
      g_strdup_printf ("coverage-%s-%s", self->name, questions[q].name);
  g_autofree char *bias_name = g_strconcat (name, "-bias", NULL);
  g_autofree char *error_name = g_strconcat (name, "-error", NULL);
  g_autofree char *bias_words = g_strdup_printf (
      "geometric mean of estimated over true 90 %% dose (%.3f mg), less 1; ± %.2f "
      "(standard error); %u of %u studies answered, %u reached the target",
      self->true_mg[q], 100.0 * mean_se, sums.n_answered, self->n, sums.n_reached);
  g_autofree char *coverage_words = g_strdup_printf (
      "95 %% intervals that contain the true dose; 95 %% interval of this share "
      "%.1f–%.1f %%",
      100.0 * lower, 100.0 * upper);

  if (sums.n_reached > 0) {
    qs_bench_report_value (self->listener, bias_name, 100.0 * expm1 (sums.mean), "%",
                           TRUE, sums.n_reached, n_threads, bias_words);
    qs_bench_report_value (self->listener, error_name, 100.0 * sqrt (sums.mean_square),
                           "%", TRUE, sums.n_reached, n_threads,
                           "root mean square of log (estimated / true dose)");
  }
  qs_bench_report_value (self->listener, name, 100.0 * sums.n_covered / self->n, "%",
                         FALSE, self->n, n_threads, coverage_words);
}

static gboolean
report_truth (QsBench               *bench,
              const char            *name,
              const QsBenchListener *listener,
              GError               **error)
{
  g_autofree Trial *trials = g_new0 (Trial, bench->n_studies);
  QsTruth           truth;
  Studies           self = {
              .name = name,
              .truth = &truth,
              .n = bench->n_studies,
              .trials = trials,
              .listener = listener,
              .run = bench->run,
  };

  g_assert (qs_truth_find (name, &truth));
  if (!find_truth (&self, error))
    return FALSE;

  g_mutex_init (&self.lock);
  qs_parallel_for (self.run, self.n, 1, try_studies, &self);
  g_mutex_clear (&self.lock);
  if (!qs_run_step (self.run, NULL, error))
    return FALSE;

  for (guint q = 0; q < N_QUESTIONS; q++)
    report_question (&self, q);

  return TRUE;
}

/* Does a 95 % interval contain the true dose in 95 of 100 studies, and is the dose right
 * on average? Studies of known truth, as the bundled sample is one, are fitted in their
 * true structure and answered as a user would; once as they are, once with 40 %
 * variability of R0 and IC50. */
gboolean
qs_bench_coverage (QsBench *self, const QsBenchListener *listener, GError **error)
{
  return report_truth (self, "default", listener, error) &&
         report_truth (self, "large-variability", listener, error);
}
