/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-parallel.h"
#include "decision/qs-decision.h"
#include "qs-population.h"
#include "qs-warnings.h"

#include <math.h>
#include <string.h>

static const double level = 0.95;

/* Of a person whose mg/kg are held against the study's mg. */
static const double usual_kg = 70.0;

/* The grid that every answer shows at least. A search for the dose ends at 100 times the
 * highest studied one. */
#define FIRST_STEPS 80
#define MAX_STEPS 20000

/* A curve within this of its highest point has levelled off. */
static const double level_off = 0.002;

/* Curves of the point estimate (first) and the draws, dose 0 first. */
typedef struct {
  guint   n_steps;
  gsize   n_curves;
  double *success;
  double  highest; /* of the point estimate, over every dose that was looked at */
} Curves;

static guint
cap_of (const QsStudyFacts *facts, const QsScenario *scenario)
{
  const double step_mg =
      qs_scenario_grid_step (scenario) * (scenario->schedule.per_kg ? usual_kg : 1.0);

  return (guint) CLAMP (100.0 * facts->highest_dose_mg / step_mg, FIRST_STEPS, MAX_STEPS);
}

/* Quantiles @tail and 1 − @tail (type 7) of a few hundred values: keeps the outermost
 * ones in order, which is quicker than sorting all. */
static void
tail_quantiles (const double *values, gsize n, double tail, double *low, double *high)
{
  enum { MAX_KEPT = 64 };
  const double place = tail * (double) (n - 1);
  const gsize  n_kept = MIN ((gsize) place + 2, n);
  double       smallest[MAX_KEPT], largest[MAX_KEPT];
  gsize        n_seen = 0;

  g_return_if_fail (n > 0 && n_kept <= MAX_KEPT);

  for (gsize i = 0; i < n; i++) {
    gsize at = MIN (n_seen, n_kept - 1);

    if (n_seen < n_kept || values[i] < smallest[at]) {
      for (; at > 0 && smallest[at - 1] > values[i]; at--)
        smallest[at] = smallest[at - 1];
      smallest[at] = values[i];
    }

    at = MIN (n_seen, n_kept - 1);
    if (n_seen < n_kept || values[i] > largest[at]) {
      for (; at > 0 && largest[at - 1] < values[i]; at--)
        largest[at] = largest[at - 1];
      largest[at] = values[i];
    }

    n_seen = MIN (n_seen + 1, n_kept);
  }

  *low = qs_quantile_sorted (smallest, n_kept, place / MAX (1.0, (double) (n_kept - 1)));
  *high = qs_quantile_sorted (largest, n_kept, place / MAX (1.0, (double) (n_kept - 1)));
}

/* The lower end at one dose; the point estimate itself where there are no draws. */
static double
lower_end (const Curves *curves, const double *success)
{
  double low, high;

  if (curves->n_curves == 1)
    return success[0];

  tail_quantiles (success + 1, curves->n_curves - 1, 0.5 * (1.0 - level), &low, &high);
  return MIN (low, success[0]);
}

static gboolean
read_curves (QsPopulation     *self,
             const QsScenario *scenario,
             guint             n_steps,
             Curves           *curves,
             QsRun            *run,
             GError          **error)
{
  const double       step_mg = qs_scenario_grid_step (scenario);
  g_autofree double *doses = g_new (double, n_steps + 1);

  curves->n_steps = n_steps;
  curves->n_curves = self->model->draws->len + 1;
  curves->success = g_renew (double, curves->success, curves->n_curves *(n_steps + 1));
  for (guint j = 0; j <= n_steps; j++)
    doses[j] = j * step_mg;

  if (!qs_population_curves (self, scenario, n_steps + 1, doses, curves->success, run,
                             error))
    return FALSE;

  for (guint j = 0; j <= n_steps; j++)
    curves->highest = MAX (curves->highest, curves->success[j * curves->n_curves]);

  return TRUE;
}

/* The step from which on the point estimate, or the lower end, stays at the target. */
static guint
reached_step (const Curves *curves, double target, gboolean lower)
{
  guint j = curves->n_steps + 1;

  while (j > 0) {
    const double *success = curves->success + (j - 1) * curves->n_curves;

    if ((lower ? lower_end (curves, success) : success[0]) < target)
      break;
    j--;
  }

  return j;
}

/* Whether one of the steps 2n, 4n, … to @cap promises what the grid of n steps does not
 * show, and, if none does, the smallest of them at which the curve has levelled off. */
static gboolean
look_ahead (QsPopulation     *self,
            const QsScenario *scenario,
            Curves           *curves,
            guint             cap,
            gboolean          mean_found,
            gboolean         *promising,
            guint            *levelled_step,
            QsRun            *run,
            GError          **error)
{
  enum { MAX_AHEAD = 16 };
  const double       step_mg = qs_scenario_grid_step (scenario);
  const gsize        n_curves = curves->n_curves;
  double             doses[MAX_AHEAD];
  gsize              n = 0;
  g_autofree double *success = g_new (double, MAX_AHEAD *n_curves);
  guint              steps[MAX_AHEAD];

  for (guint j = curves->n_steps; n < MAX_AHEAD && (n == 0 || steps[n - 1] < cap); n++) {
    steps[n] = MIN (j, cap);
    doses[n] = steps[n] * step_mg;
    j = MIN (2 * j, cap);
  }

  if (!qs_population_curves (self, scenario, n, doses, success, run, error))
    return FALSE;

  *promising = FALSE;
  for (gsize i = 0; i < n; i++) {
    const double p = success[i * n_curves];

    curves->highest = MAX (curves->highest, p);
    *promising = *promising || (!mean_found && p >= scenario->target) ||
                 lower_end (curves, success + i * n_curves) >= scenario->target;
  }

  for (gsize i = n; i > 0; i--)
    if (success[(i - 1) * n_curves] >= curves->highest - level_off || i == n)
      *levelled_step = steps[i - 1];

  return TRUE;
}

/* Grows the grid by doubling until it reaches well past the assured dose, or until no
 * dose up to the cap would bring it. */
static gboolean
choose_grid (QsPopulation     *self,
             const QsScenario *scenario,
             Curves           *curves,
             QsRun            *run,
             GError          **error)
{
  const guint cap = cap_of (&self->model->facts, scenario);
  guint       n_steps = FIRST_STEPS;

  while (read_curves (self, scenario, n_steps, curves, run, error)) {
    const guint assured = reached_step (curves, scenario->target, TRUE);
    const guint mean = reached_step (curves, scenario->target, FALSE);
    gboolean    promising = assured <= n_steps;
    guint       levelled_step = n_steps;

    if (n_steps >= cap || assured + assured / 4 <= n_steps)
      return TRUE;

    if (!promising && !look_ahead (self, scenario, curves, cap, mean <= n_steps,
                                   &promising, &levelled_step, run, error))
      return FALSE;

    if (!promising && mean <= n_steps)
      return TRUE;
    if (!promising)
      return levelled_step <= n_steps ||
             read_curves (self, scenario, MIN (levelled_step, 8 * FIRST_STEPS), curves,
                          run, error);

    n_steps = MIN (2 * n_steps, cap);
  }

  return FALSE;
}

typedef struct {
  const QsPopulation *population;
  const Curves       *curves;
  QsResult           *result;
  guint32            *tallies; /* per chunk: replicates by number of successes */
} Fill;

/* Quantiles over replicates by counting: type 7, as everywhere. */
static void
replicate_quantiles (const QsCounts *counts,
                     gsize           n_replicates,
                     gsize           n_subjects,
                     guint           step,
                     guint32        *tally,
                     double         *low,
                     double         *high)
{
  const gint32 *values = counts->rows + step;
  const gsize   stride = counts->n_steps + 2;
  const double  tails[2] = { 0.5 * (1.0 - level), 0.5 + 0.5 * level };
  double        results[2];
  gint32        smallest = values[0], largest = values[0];

  for (gsize r = 0; r < n_replicates; r++) {
    const gint32 value = values[r * stride];

    tally[value]++;
    smallest = MIN (smallest, value);
    largest = MAX (largest, value);
  }

  for (guint t = 0; t < 2; t++) {
    const double place = tails[t] * (double) (n_replicates - 1);
    gsize        n_below = 0;
    gint32       value = smallest, next;

    while (n_below + tally[value] <= (gsize) place)
      n_below += tally[value++];
    next = value;
    if ((gsize) place + 1 >= n_below + tally[value])
      for (next = value + 1; next < largest && tally[next] == 0;)
        next++;
    next = MIN (next, largest);
    results[t] = value + (place - floor (place)) * (next - value);
  }

  memset (tally + smallest, 0, (gsize) (largest - smallest + 1) * sizeof *tally);
  *low = results[0] / (double) n_subjects;
  *high = results[1] / (double) n_subjects;
}

#define DOSES_PER_CHUNK 8

static void
fill_estimates (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Fill       *fill = data;
  const QsPatients *patients = fill->population->patients;
  const QsCounts   *counts = fill->population->counts;
  const gsize       n_curves = fill->curves->n_curves;
  const double      step_mg = qs_scenario_grid_step (&fill->result->scenario);
  guint32          *tally = fill->tallies + chunk * (patients->n_subjects + 1);

  for (gsize i = begin; i < end; i++) {
    QsDoseEstimate *e = &fill->result->estimates[i];
    const guint     j = (guint) i + 1;

    e->dose_mg = j * step_mg;
    e->probability = (double) counts->totals[j] / (double) patients->n;
    e->lower = e->upper = NAN;
    if (n_curves > 1) {
      tail_quantiles (fill->curves->success + j * n_curves + 1, n_curves - 1,
                      0.5 * (1.0 - level), &e->lower, &e->upper);
      e->lower = MIN (e->lower, e->probability);
      e->upper = MAX (e->upper, e->probability);
    }

    qs_proportion_interval (fill->population->proportion, counts->totals[j], &e->mc_lower,
                            &e->mc_upper);
    replicate_quantiles (counts, patients->n_replicates, patients->n_subjects, j, tally,
                         &e->replicate_lower, &e->replicate_upper);
  }
}

/* 95 % interval of the draws' crossings; an end beyond the grid is infinite. */
static void
set_interval (QsDecision *decision, const Curves *curves, double step_mg)
{
  const gsize        n = curves->n_curves - 1;
  g_autofree double *crossings = g_new (double, MAX (n, 1));
  const double       place = 0.5 * (1.0 + level) * (double) (n - 1);

  if (n == 0)
    return;

  for (gsize i = 0; i < n; i++)
    crossings[i] =
        qs_decision_crossing (curves->n_steps + 1, 0.0, step_mg, curves->success + 1 + i,
                              curves->n_curves, decision->target);
  qs_sort (crossings, n);

  decision->interval_low_mg =
      isinf (crossings[(gsize) ((double) (n - 1) - place) + (n > 1)])
          ? crossings[(gsize) ((double) (n - 1) - place)]
          : qs_quantile_sorted (crossings, n, 0.5 * (1.0 - level));
  decision->interval_high_mg =
      isinf (crossings[(gsize) ceil (place)])
          ? INFINITY
          : qs_quantile_sorted (crossings, n, 0.5 * (1.0 + level));

  /* The bootstrap's middle need not be the estimate; an interval that leaves the
   * estimate out would be read as an error. */
  if (isfinite (decision->crossing_mg)) {
    decision->interval_low_mg = MIN (decision->interval_low_mg, decision->crossing_mg);
    decision->interval_high_mg = MAX (decision->interval_high_mg, decision->crossing_mg);
  }
}

static guint64
needed_successes (double target, gsize n)
{
  guint64 needed = (guint64) ceil (target * (double) n);

  while (needed > 0 && (double) (needed - 1) / (double) n >= target)
    needed--;
  while ((double) needed / (double) n < target)
    needed++;

  return needed;
}

static void
set_decision (QsPopulation *self, QsResult *result, const Curves *curves, QsRun *run)
{
  const double step_mg = qs_scenario_grid_step (&result->scenario);
  QsDecision  *decision = &result->decision;
  const double target = result->scenario.target;

  qs_decision_select (decision, target, result->estimates, result->n_estimates,
                      result->p_at_zero);

  if (decision->status == QS_STATUS_REACHED) {
    const guint step = (guint) lround (decision->dose_mg / step_mg);

    decision->crossing_mg =
        result->p_at_zero >= target && step == 1
            ? 0.0
            : qs_population_crossing (self, &result->scenario, step,
                                      needed_successes (target, self->patients->n), run);
    if (self->model->facts.highest_dose_mg > 0.0)
      decision->extrapolation =
          qs_scenario_highest_mg (&result->scenario, decision->dose_mg) /
          self->model->facts.highest_dose_mg;
  } else {
    decision->max_p = MAX (decision->max_p, curves->highest);
  }

  set_interval (decision, curves, step_mg);
}

static QsResult *
result_new (const QsPopulation *self, const QsScenario *scenario)
{
  QsResult *result = g_new0 (QsResult, 1);

  result->n_refs = 1;
  result->scenario = *scenario;
  result->level = level;
  result->n_subjects = self->options.n_subjects;
  result->n_replicates = self->options.n_replicates;
  result->n_draws = self->model->draws->len;
  result->seed = self->options.seed;
  result->ess = (double) self->patients->n;
  result->has_subject_effect = self->has_effect;
  result->observed = scenario->biomarker == QS_BIOMARKER_OBSERVED ||
                     self->model->kind == QS_MODEL_LOGISTIC;
  result->exposure = qs_exposure_unknown ();

  return result;
}

/* The labels of the logistic link are observations already. */
static gboolean
observes (const QsModel *model, const QsScenario *scenario, GError **error)
{
  if (scenario->biomarker == QS_BIOMARKER_TRUE || model->kind == QS_MODEL_LOGISTIC ||
      model->estimate->klass->observed_dose != NULL)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_REFUSED,
               "The %s model predicts the true biomarker and has no residual error of "
               "single observations: judge success on the true biomarker",
               model->estimate->klass->name);
  return FALSE;
}

static gboolean
check (const QsPopulation *self, const QsScenario *scenario, GError **error)
{
  const QsPredictor *predictor = self->model->estimate;
  const QsCriterion  criterion = {
     .success = scenario->success,
     .window_from_h = scenario->window_from_h,
     .window_to_h = scenario->window_to_h,
  };

  return qs_scenario_validate (scenario, error) &&
         observes (self->model, scenario, error) &&
         qs_predictor_answers (predictor, scenario, error) &&
         qs_predictor_judges (predictor, &criterion, scenario->threshold_ng_ml, error);
}

/**
 * qs_solve:
 * @population: whose tables may grow
 * @scenario: the question
 * @run: (nullable): threads and cancel
 * @error: return location for %QS_ERROR_SCENARIO, %QS_ERROR_REFUSED where the model
 * cannot answer, %QS_ERROR_NUMERIC or %QS_ERROR_CANCELLED
 *
 * Computes the dose–success curve by counting virtual patients at the point estimate, its
 * 95 % band from the parameter draws, and the dose. The band has no Monte Carlo noise
 * (see #QsBand); where the estimate lies outside its own draws' band, the band is widened
 * to contain it, so that lower <= p <= upper always.
 *
 * Returns: (transfer full): the answer, the same bits for the same population options,
 *   model and scenario, or %NULL
 */
QsResult *
qs_solve (QsPopulation     *population,
          const QsScenario *scenario,
          QsRun            *run,
          GError          **error)
{
  const gint64         start_us = g_get_monotonic_time ();
  g_autoptr (QsResult) result = NULL;
  g_autofree double   *success = NULL;
  g_autofree guint32  *tallies = NULL;
  Curves               curves = { 0 };
  Fill                 fill = { .population = population, .curves = &curves };
  gboolean             found;

  if (!check (population, scenario, error) ||
      !qs_population_tabulate (population, scenario, run, error))
    return NULL;

  found = choose_grid (population, scenario, &curves, run, error);
  success = curves.success;
  if (!found)
    return NULL;

  curves.highest = MAX (curves.highest, qs_population_limit (population));
  if (!qs_population_count (population, scenario, curves.n_steps, run, error))
    return NULL;

  result = result_new (population, scenario);
  result->n_estimates = curves.n_steps;
  result->estimates = g_new0 (QsDoseEstimate, curves.n_steps);
  result->p_at_zero =
      (double) population->counts->totals[0] / (double) population->patients->n;

  tallies = g_new0 (guint32, qs_parallel_n_chunks (curves.n_steps, DOSES_PER_CHUNK) *
                                 (population->options.n_subjects + 1));
  fill.result = result;
  fill.tallies = tallies;
  qs_parallel_for (run, curves.n_steps, DOSES_PER_CHUNK, fill_estimates, &fill);

  set_decision (population, result, &curves, run);
  result->warnings = qs_warnings (population->model, &population->options, result);
  result->elapsed_s = (double) (g_get_monotonic_time () - start_us) * 1e-6;

  return g_steal_pointer (&result);
}

static QsResult *
refused_result (const QsPopulation *self, const QsScenario *scenario, const char *reason)
{
  const char *const warnings[] = { reason, NULL };
  QsResult         *result = result_new (self, scenario);

  qs_decision_select (&result->decision, scenario->target, NULL, 0, NAN);
  result->decision.status = QS_STATUS_REFUSED;
  result->p_at_zero = NAN;
  result->warnings = g_strdupv ((char **) warnings);

  return result;
}

/* The questions of qs_answer(), of this population. */
GPtrArray *
qs_population_answer (QsPopulation *self, QsRun *run, GError **error)
{
  static const double   targets[] = { 0.9, 0.75 };
  const QsModel        *model = self->model;
  g_autoptr (GPtrArray) results =
      g_ptr_array_new_with_free_func ((GDestroyNotify) qs_result_unref);
  const guint n_questions = QS_N_POPULATIONS * 4;

  for (guint i = 0; i < n_questions; i++) {
    const QsPopulationName name = i / 4;
    QsScenario             scenario = qs_scenario_named (
                    name, i / 2 % 2 == 0 ? QS_REGIMEN_QD : QS_REGIMEN_QW, targets[i % 2]);
    const QsEvent event = {
      .stage = QS_STAGE_SOLVE,
      .fraction = (i + 1.0) / n_questions,
    };
    g_autoptr (GError) failure = NULL;
    QsResult          *result;

    scenario.biomarker = self->options.biomarker;
    if (name >= QS_POPULATION_NOCOMED && !model->facts.has_comed)
      continue;

    result = qs_solve (self, &scenario, run, &failure);
    if (result == NULL && g_error_matches (failure, QS_ERROR, QS_ERROR_REFUSED))
      result = refused_result (self, &scenario, failure->message);
    if (result == NULL) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }

    g_ptr_array_add (results, result);
    if (!qs_expose (model, result, run, error) || !qs_run_step (run, &event, error))
      return NULL;
  }

  /* A population model that breaks one has a reason in its mechanism, such as γ > 1. */
  if (model->kind != QS_MODEL_PKPD)
    qs_warn_about_rules (results);
  return g_steal_pointer (&results);
}
