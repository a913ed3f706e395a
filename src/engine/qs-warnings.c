/* SPDX-License-Identifier: Apache-2.0 */
#include "qs-warnings.h"

#include "decision/qs-decision.h"
#include "pkpd/qs-pkpd-predictor.h"

#include <math.h>
#include <string.h>

/* A fall smaller than this is the scatter of a level curve. */
static const double smallest_fall = 0.001;

static void add (GPtrArray *warnings, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add (GPtrArray *warnings, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_ptr_array_add (warnings, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

/* Figures in sentences: short, and with a point in every locale. */
#define NUMBER(x) (g_ascii_formatd ((char[32]){ 0 }, 32, "%.4g", (x)))
#define COUNT(x) (g_ascii_formatd ((char[32]){ 0 }, 32, "%.0f", (x)))

static void
warn_about_study (GPtrArray *warnings, const QsStudyFacts *facts, const QsResult *result)
{
  const QsDecision *decision = &result->decision;
  const double      comed_share = result->scenario.comed_share;
  const double mean_mg = qs_scenario_highest_mg (&result->scenario, decision->dose_mg);
  const double assured_mg =
      qs_scenario_highest_mg (&result->scenario, decision->assured_dose_mg);
  double low, high;

  qs_prior_range (&result->scenario.bw, &low, &high);
  if (low < facts->bw_low_kg - 1.0 || high > facts->bw_high_kg + 1.0)
    add (warnings, "Body weights from %s to %s kg reach beyond the study's, %s to %s kg.",
         NUMBER (low), NUMBER (high), NUMBER (facts->bw_low_kg),
         NUMBER (facts->bw_high_kg));

  if (result->scenario.regimen == QS_REGIMEN_SCHEDULE &&
      MAX (mean_mg, assured_mg) > facts->highest_dose_mg)
    add (warnings,
         "At the assured dose, or the mean dose where none is assured, somebody takes up "
         "to %s mg at once; the highest dose studied is %s mg.",
         NUMBER (isfinite (assured_mg) ? assured_mg : mean_mg),
         NUMBER (facts->highest_dose_mg));
  else if (decision->dose_mg > facts->highest_dose_mg)
    add (warnings, "The dose of %s mg is %s times the highest dose studied, %s mg.",
         NUMBER (decision->dose_mg), NUMBER (decision->extrapolation),
         NUMBER (facts->highest_dose_mg));
  else if (assured_mg > facts->highest_dose_mg)
    add (warnings,
         "The assured dose of %s mg lies above the highest dose studied, %s mg.",
         NUMBER (assured_mg), NUMBER (facts->highest_dose_mg));

  if (facts->has_comed && comed_share <= 0.0)
    add (warnings, "Co-medication was not randomised: what the answer says of patients "
                   "without it may be due to other differences between them.");
  else if (facts->has_comed && comed_share >= 1.0)
    add (warnings, "Co-medication was not randomised: what the answer says of patients "
                   "with it may be due to other differences between them.");
}

static void
warn_about_curve (GPtrArray *warnings, const QsStudyFacts *facts, const QsResult *result)
{
  const QsDecision *decision = &result->decision;
  const char       *unit = qs_scenario_dose_unit (&result->scenario);
  const double      end_mg = result->estimates[result->n_estimates - 1].dose_mg;
  double            from_mg, to_mg;
  const double fall = qs_decision_largest_fall (result->estimates, result->n_estimates,
                                                result->p_at_zero, &from_mg, &to_mg);

  if (fall > smallest_fall)
    add (warnings,
         "Broken rule \"success does not fall with dose\": the curve falls by %s from %s "
         "to %s %s.",
         NUMBER (fall), NUMBER (from_mg), NUMBER (to_mg), unit);

  if (decision->status == QS_STATUS_NOT_REACHED && decision->max_p >= decision->target)
    add (
        warnings,
        "The curve reaches the target but does not stay there up to %s %s, so no dose is "
        "given.",
        NUMBER (end_mg), unit);
  else if (decision->status == QS_STATUS_NOT_REACHED)
    add (warnings,
         "The target is not reached: success is at most %s %%. Doses up to %s %s were "
         "searched, 100 times the highest one studied.",
         NUMBER (100.0 * decision->max_p),
         NUMBER (MAX (end_mg, 100.0 * facts->highest_dose_mg /
                                  (result->scenario.schedule.per_kg ? 70.0 : 1.0))),
         unit);
  else if (result->n_draws > 0 && isnan (decision->assured_dose_mg))
    add (warnings,
         "No dose is assured: the lower end of the parameter band does not stay at the "
         "target.");

  if (result->p_at_zero >= decision->target)
    add (warnings, "The target is reached without any dose.");
}

/* One wording for the window, the command line and the report. */
static void
warn_about_simulation (GPtrArray *warnings, const QsResult *result)
{
  const QsDecision *decision = &result->decision;
  const char       *unit = qs_scenario_dose_unit (&result->scenario);
  const double      error_mg =
      QS_DECISION_ERROR_STEPS * qs_scenario_grid_step (&result->scenario);
  const double needed = qs_decision_n_needed (decision, result->ess, error_mg);

  if (decision->status != QS_STATUS_REACHED || decision->decision_grade)
    return;

  if (isnan (decision->mc_error_mg))
    add (warnings,
         "The dose is not decision-grade: its Monte Carlo error has no end on the grid. "
         "%s virtual patients were drawn; try %s.",
         COUNT (result->ess), COUNT (needed));
  else
    add (
        warnings,
        "The dose is not decision-grade: its Monte Carlo error of ± %s %s is larger than "
        "half a grid step, %s %s. %s virtual patients were drawn, about %s are needed.",
        NUMBER (decision->mc_error_mg), unit, NUMBER (error_mg), unit,
        COUNT (result->ess), COUNT (needed));
}

static gboolean
has_metric (const QsModel *model, const char *name)
{
  for (guint i = 0; i < model->metrics->len; i++)
    if (strcmp (g_array_index (model->metrics, QsMetric, i).name, name) == 0)
      return TRUE;

  return FALSE;
}

static void
warn_about_uncertainty (GPtrArray                 *warnings,
                        const QsModel             *model,
                        const QsPopulationOptions *options,
                        const QsResult            *result)
{
  if (!options->subject_effect)
    add (warnings, "The curve leaves out unexplained between-subject variability and is "
                   "too steep.");
  else if (!model->estimate->has_subject_effect)
    add (warnings, "The model has no between-subject effect, so the curve leaves out "
                   "unexplained between-subject variability and is too steep.");

  else if (has_metric (model, QS_METRIC_OMEGA_IN_SAMPLE))
    add (warnings,
         "The between-subject effect was read from the subjects that the network "
         "was trained on, which makes it too small and the curve too steep; a "
         "finished bootstrap reads it from subjects left out.");

  if (model->uncertainty != NULL && !has_metric (model, QS_METRIC_SIR_SIZE) &&
      model->options.uncertainty == QS_UNCERTAINTY_LIKELIHOOD)
    add (warnings, "%s", model->uncertainty);
  if (result->n_draws == 0)
    add (warnings,
         "The model has no parameter draws, so there is no parameter band and no "
         "assured dose.");
  else if (result->n_draws < 100)
    add (warnings,
         "The parameter band comes from %u draws; so few give nearly their whole range.",
         result->n_draws);
}

static void
warn_about_route (GPtrArray *warnings, const QsModel *model)
{
  const QsPkpdStructure *structure = qs_pkpd_predictor_structure (model->estimate);

  if (structure != NULL && structure->route == QS_ROUTE_BOLUS)
    add (warnings, "Doses go into a vein: virtual patients receive them at once, even if "
                   "the study infused them.");
}

/**
 * qs_warnings:
 * @result: complete but for its warnings
 *
 * Returns: (transfer full): what a reader of @result has to know, one sentence each
 */
char **
qs_warnings (const QsModel             *model,
             const QsPopulationOptions *options,
             const QsResult            *result)
{
  GPtrArray *warnings = g_ptr_array_new ();

  warn_about_study (warnings, &model->facts, result);
  warn_about_curve (warnings, &model->facts, result);
  warn_about_uncertainty (warnings, model, options, result);
  warn_about_simulation (warnings, result);
  warn_about_route (warnings, model);
  g_ptr_array_add (warnings, NULL);

  return (char **) g_ptr_array_free (warnings, FALSE);
}

/* Adds a sentence behind those that @result has, unless it is one of them. */
static void append (QsResult *result, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
append (QsResult *result, const char *format, ...)
{
  const guint      n = g_strv_length (result->warnings);
  g_autofree char *sentence = NULL;
  va_list          arguments;

  va_start (arguments, format);
  sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (g_strv_contains ((const char *const *) result->warnings, sentence))
    return;

  result->warnings = g_renew (char *, result->warnings, n + 2);
  result->warnings[n] = g_steal_pointer (&sentence);
  result->warnings[n + 1] = NULL;
}

static gboolean
asks (const QsResult *result, const char *name, QsRegimen regimen, double target)
{
  return strcmp (result->scenario.name, name) == 0 &&
         result->scenario.regimen == regimen && result->scenario.target == target;
}

static const QsResult *
find (const GPtrArray *results, const char *name, QsRegimen regimen, double target)
{
  for (guint i = 0; i < results->len; i++)
    if (asks (results->pdata[i], name, regimen, target))
      return results->pdata[i];

  return NULL;
}

/* Whether one crossing lies below @factor times another by more than the Monte Carlo
 * errors of both explain. */
static gboolean
is_below (const QsResult *result, const QsResult *other, double factor)
{
  const QsDecision *a = &result->decision, *b = other != NULL ? &other->decision : NULL;

  return b != NULL && a->crossing_mg + fmax (0.0, a->mc_error_mg) <
                          factor * (b->crossing_mg - fmax (0.0, b->mc_error_mg));
}

/**
 * qs_warn_about_rules:
 * @results: (element-type QsResult): answers of one model, not shared yet
 *
 * Names the rules of science.md 8 between answers that these break: mechanism obeys them,
 * other models may not.
 */
void
qs_warn_about_rules (const GPtrArray *results)
{
  for (guint i = 0; i < results->len; i++) {
    QsResult         *result = results->pdata[i];
    const QsScenario *scenario = &result->scenario;
    const char       *lighter = strcmp (scenario->name, "heavy") == 0           ? "base"
                                : strcmp (scenario->name, "heavy_nocomed") == 0 ? "nocomed"
                                                                                : NULL;

    if (scenario->regimen == QS_REGIMEN_QW &&
        is_below (result, find (results, scenario->name, QS_REGIMEN_QD, scenario->target),
                  7.0))
      append (
          result,
          "Broken rule \"a week's dose is at least that of seven days\": the "
          "crossing dose is %s mg, seven daily ones are %s mg.",
          NUMBER (result->decision.crossing_mg),
          NUMBER (7.0 * find (results, scenario->name, QS_REGIMEN_QD, scenario->target)
                            ->decision.crossing_mg));
    if (lighter != NULL &&
        is_below (result, find (results, lighter, scenario->regimen, scenario->target),
                  1.0))
      append (result,
              "Broken rule \"heavier patients need no less\": the crossing dose is "
              "%s mg, that of %s patients %s mg.",
              NUMBER (result->decision.crossing_mg), lighter,
              NUMBER (find (results, lighter, scenario->regimen, scenario->target)
                          ->decision.crossing_mg));
  }
}

/**
 * qs_warn_about_disagreement:
 * @result: an answer, not shared yet
 * @reference: the population model's to the same question
 */
void
qs_warn_about_disagreement (QsResult *result, const QsResult *reference)
{
  const QsDecision *mine = &result->decision, *theirs = &reference->decision;
  const char       *unit = qs_scenario_dose_unit (&result->scenario);
  const gboolean    found = mine->status == QS_STATUS_REACHED;
  g_autofree char  *interval =
      isfinite (theirs->interval_high_mg)
           ? g_strdup_printf ("%s to %s %s", NUMBER (theirs->interval_low_mg),
                              NUMBER (theirs->interval_high_mg), unit)
           : g_strdup_printf ("from %s %s on", NUMBER (theirs->interval_low_mg), unit);

  if (found != (theirs->status == QS_STATUS_REACHED))
    append (result,
            "Disagrees with the population model, which finds %s dose for this question.",
            found ? "no" : "a");
  else if (found && (mine->crossing_mg < theirs->interval_low_mg ||
                     mine->crossing_mg > theirs->interval_high_mg))
    append (
        result,
        "Disagrees with the population model: the crossing dose of %s %s lies outside "
        "of its 95 %% interval, %s.",
        NUMBER (mine->crossing_mg), unit, interval);
}

/**
 * qs_warn_about_loss:
 * @result: an answer, not shared yet
 * @reference: who did better, such as "the population model"
 * @rmse_ng_ml: of the model's kind in the last dosing interval, out of fold
 * @reference_ng_ml: the reference's
 */
void
qs_warn_about_loss (QsResult   *result,
                    const char *reference,
                    double      rmse_ng_ml,
                    double      reference_ng_ml)
{
  if (rmse_ng_ml > reference_ng_ml)
    append (result,
            "Networks of this kind predict subjects that they have not seen worse than "
            "%s: RMSE %s against %s ng/mL in the last dosing interval.",
            reference, NUMBER (rmse_ng_ml), NUMBER (reference_ng_ml));
}

/**
 * qs_warn_about_exposure:
 * @result: of qs_expose(), not shared yet
 *
 * Says where exposures lie above all that were observed, behind the other warnings.
 */
void
qs_warn_about_exposure (QsResult *result)
{
  const QsExposure *exposure = &result->exposure;
  GPtrArray        *warnings = g_ptr_array_new ();

  for (gsize i = 0; result->warnings[i] != NULL; i++)
    g_ptr_array_add (warnings, result->warnings[i]);
  g_free (result->warnings);

  if (exposure->factor_cmax > 1.0 && isnan (exposure->factor_auc))
    add (warnings,
         "One patient in twenty has a Cmax above %s mg/L, %s times the highest observed; "
         "AUCtau was not observed.",
         NUMBER (exposure->figures[QS_EXPOSURE_CMAX].high),
         NUMBER (exposure->factor_cmax));
  else if (exposure->factor_cmax > 1.0 || exposure->factor_auc > 1.0)
    add (warnings,
         "One patient in twenty has a Cmax above %s mg/L, %s times the highest observed; "
         "of AUCtau per hour it is %s times.",
         NUMBER (exposure->figures[QS_EXPOSURE_CMAX].high),
         NUMBER (exposure->factor_cmax), NUMBER (exposure->factor_auc));

  g_ptr_array_add (warnings, NULL);
  result->warnings = (char **) g_ptr_array_free (warnings, FALSE);
}
