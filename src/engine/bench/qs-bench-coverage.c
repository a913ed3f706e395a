/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/qs-bench-suite.h"

#include "core/qs-parallel.h"
#include "core/qs-stats.h"
#include "pkpd/qs-crossing.h"
#include "pkpd/qs-study.h"

#include <math.h>
#include <string.h>

/* The true dose is then known to about half a percent, by brute force. */
#define N_TRUE_SUBJECTS 40000

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
  const QsTruth *truth;
  gsize          first;
  Trial         *trials;
  QsRun         *run;
} Studies;

static QsModel *
fit_study (const QsTruth *truth, guint64 seed, QsRun *run)
{
  char                 *csv = qs_study_csv (truth, seed);
  g_autoptr (GBytes)    bytes = g_bytes_new_take (csv, strlen (csv));
  g_autoptr (QsDataset) dataset = qs_dataset_parse (bytes, "study.csv", NULL, run, NULL);
  QsFitOptions          options = qs_fit_options_default (QS_MODEL_PKPD);

  options.seed = seed;
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

static void
try_studies (gsize chunk, gsize begin, gsize end, gpointer data)
{
  Studies *self = data;

  for (gsize i = self->first + begin; i < self->first + end; i++) {
    g_autoptr (QsRun) quiet = qs_run_new_quiet (self->run);

    try_study (self->truth, i + 1, &self->trials[i], quiet);
  }
}

/* As many studies at a time as there are threads, then a look at the listener. */
static gboolean
try_all (Studies *self, guint n, GError **error)
{
  const guint at_once = qs_run_n_threads (self->run);

  for (self->first = 0; self->first < n; self->first += at_once) {
    const gsize   n_now = MIN (at_once, n - self->first);
    const QsEvent event = { .stage = QS_STAGE_TRAIN,
                            .fraction = (double) (self->first + n_now) / n };

    qs_parallel_for (self->run, n_now, 1, try_studies, self);
    if (!qs_run_step (self->run, &event, error))
      return FALSE;
  }

  return TRUE;
}

static gboolean
find_truth (const QsTruth *truth, double true_mg[N_QUESTIONS], QsRun *run, GError **error)
{
  for (guint q = 0; q < N_QUESTIONS; q++) {
    const QsScenario scenario =
        qs_scenario_named (questions[q].population, questions[q].regimen, target);
    QsCrossing crossing = { .target = target };

    if (!qs_truth_crossings (truth, &scenario, 1, N_TRUE_SUBJECTS, &crossing, 1, run,
                             error))
      return FALSE;
    true_mg[q] = crossing.dose_mg;
  }

  return TRUE;
}

/* Bias, error and coverage of one question over the studies that answered. */
static void
report_question (const char            *truth_name,
                 guint                  q,
                 double                 true_mg,
                 const Trial           *trials,
                 guint                  n,
                 guint                  n_threads,
                 const QsBenchListener *listener)
{
  double sum = 0.0, squares = 0.0, lower, upper;
  guint  n_answered = 0, n_reached = 0, n_covered = 0;

  for (guint i = 0; i < n; i++) {
    const double error = log (trials[i].crossing_mg[q] / true_mg);

    if (!trials[i].answered)
      continue;
    n_answered++;
    n_covered += trials[i].low_mg[q] <= true_mg && true_mg <= trials[i].high_mg[q];
    if (isfinite (error)) {
      n_reached++;
      sum += error;
      squares += error * error;
    }
  }

  const double mean = sum / n_reached, coverage = 100.0 * n_covered / n_answered;
  const double mean_square = squares / n_reached;
  const double mean_se = sqrt (MAX (0.0, mean_square - mean * mean) / n_reached);

  qs_clopper_pearson (n_covered, n_answered, 0.95, &lower, &upper);
  g_autofree char *bias_name =
      g_strdup_printf ("coverage-%s-%s-bias", truth_name, questions[q].name);
  g_autofree char *error_name =
      g_strdup_printf ("coverage-%s-%s-error", truth_name, questions[q].name);
  g_autofree char *coverage_name =
      g_strdup_printf ("coverage-%s-%s", truth_name, questions[q].name);
  g_autofree char *bias_words = g_strdup_printf (
      "geometric mean of estimated over true 90 %% dose (%.3f mg), less 1; ± %.2f "
      "(standard error); %u of %u studies answered, %u reached the target",
      true_mg, 100.0 * mean_se, n_answered, n, n_reached);
  g_autofree char *coverage_words = g_strdup_printf (
      "95 %% intervals that contain the true dose; 95 %% interval of this share "
      "%.1f–%.1f %%",
      100.0 * lower, 100.0 * upper);
  QsBenchFigure figure = {
    .name = bias_name,
    .value = 100.0 * expm1 (mean),
    .unit = "%",
    .lower_is_better = TRUE,
    .n = n_reached,
    .n_threads = n_threads,
    .context = bias_words,
  };

  qs_bench_report (listener, &figure);
  figure.name = error_name;
  figure.value = 100.0 * sqrt (mean_square);
  figure.context = "root mean square of log (estimated / true dose)";
  qs_bench_report (listener, &figure);
  figure.name = coverage_name;
  figure.value = coverage;
  figure.lower_is_better = FALSE;
  figure.n = n_answered;
  figure.context = coverage_words;
  qs_bench_report (listener, &figure);
}

static gboolean
report_truth (const char            *name,
              const QsTruth         *truth,
              guint                  n,
              const QsBenchListener *listener,
              QsRun                 *run,
              GError               **error)
{
  g_autofree Trial *trials = g_new0 (Trial, n);
  Studies           studies = { .truth = truth, .trials = trials, .run = run };
  double            true_mg[N_QUESTIONS];

  if (!find_truth (truth, true_mg, run, error) || !try_all (&studies, n, error))
    return FALSE;

  for (guint q = 0; q < N_QUESTIONS; q++)
    report_question (name, q, true_mg[q], trials, n, qs_run_n_threads (run), listener);

  return TRUE;
}

/* Does a 95 % interval contain the true dose in 95 of 100 studies, and is the dose right
 * on average? Studies of known truth, as the bundled sample is one, are fitted and
 * answered as a user would; once as they are, once with 40 % variability of R0 and IC50.
 */
gboolean
qs_bench_coverage (QsBench *self, const QsBenchListener *listener, GError **error)
{
  const QsTruth usual = qs_truth_default ();
  QsTruth       large = usual;

  large.omega2_r0 = large.omega2_ic50 = log1p (0.4 * 0.4);
  return report_truth ("default", &usual, self->n_studies, listener, self->run, error) &&
         report_truth ("large", &large, self->n_studies, listener, self->run, error);
}
