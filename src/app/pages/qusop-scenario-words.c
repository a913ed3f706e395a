/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-scenario-words.h"

#include <glib/gi18n.h>
#include <math.h>

static char *
regimen_words (const QsScenario *scenario)
{
  switch (scenario->regimen) {
  case QS_REGIMEN_QW:
    return g_strdup (_ ("once weekly"));
  case QS_REGIMEN_SCHEDULE:
    return g_strdup (scenario->schedule.text);
  case QS_REGIMEN_QD:
  default:
    return g_strdup (_ ("once daily"));
  }
}

static char *
threshold_words (const QsScenario *scenario)
{
  return g_strdup_printf (scenario->success == QS_SUCCESS_BELOW ? _ ("≤ %g ng/mL")
                                                                : _ ("≥ %g ng/mL"),
                          scenario->threshold_ng_ml);
}

static char *
weight_words (const QsScenario *scenario)
{
  const QsPrior *bw = &scenario->bw;

  switch (bw->kind) {
  case QS_PRIOR_NORMAL:
    return g_strdup_printf (_ ("%g ± %g kg"), bw->a, bw->b);
  case QS_PRIOR_LOGNORMAL:
    return g_strdup_printf (_ ("%g kg, CV %g %%"), bw->a, 100.0 * bw->b);
  case QS_PRIOR_SAMPLE:
    return g_strdup (_ ("the study’s weights"));
  case QS_PRIOR_UNIFORM:
  default:
    return g_strdup_printf (_ ("%g–%g kg"), bw->a, bw->b);
  }
}

static char *
window_words (const QsScenario *scenario)
{
  const double to_h = scenario->window_to_h > 0.0 ? scenario->window_to_h
                                                  : qs_scenario_interval_h (scenario);

  return g_strdup_printf (_ ("judged %g–%g h after the dose"), scenario->window_from_h,
                          to_h);
}

static char *
patients_words (const QsPopulationOptions *options)
{
  return options->n_subjects == 0
             ? g_strdup (_ ("usual number of virtual patients"))
             : g_strdup_printf (_ ("%u × %u virtual patients"), options->n_replicates,
                                options->n_subjects);
}

/* One input in words. */
static char *
words_of (const QusopCase *self, QusopDifference input)
{
  const QsScenario          *scenario = &self->scenario;
  const QsPopulationOptions *patients = &self->population;
  g_autofree char           *seed = NULL;

  switch (input) {
  case QUSOP_DIFFERS_REGIMEN:
    return regimen_words (scenario);
  case QUSOP_DIFFERS_THRESHOLD:
    return threshold_words (scenario);
  case QUSOP_DIFFERS_TARGET:
    return g_strdup_printf (_ ("%g %% of patients"), 100.0 * scenario->target);
  case QUSOP_DIFFERS_WEIGHT:
    return weight_words (scenario);
  case QUSOP_DIFFERS_COMED:
    return scenario->comed_share > 0.0 ? g_strdup_printf (_ ("co-medication %g %%"),
                                                          100.0 * scenario->comed_share)
                                       : g_strdup (_ ("no co-medication"));
  case QUSOP_DIFFERS_BIOMARKER:
    return g_strdup (scenario->biomarker == QS_BIOMARKER_OBSERVED ? _ ("observed values")
                                                                  : _ ("true values"));
  case QUSOP_DIFFERS_WINDOW:
    return window_words (scenario);
  case QUSOP_DIFFERS_PATIENTS:
    return patients_words (patients);
  case QUSOP_DIFFERS_EFFECT:
    return g_strdup (patients->subject_effect ? _ ("with between-subject effect")
                                              : _ ("without between-subject effect"));
  case QUSOP_DIFFERS_SEED:
  default:
    seed = g_strdup_printf ("%" G_GUINT64_FORMAT, patients->seed);
    return g_strdup_printf (_ ("seed %s"), seed);
  }
}

/**
 * qusop_scenario_inputs:
 * @which: of #QusopDifference
 *
 * Returns: these inputs in words, "" for none
 */
char *
qusop_scenario_inputs (const QusopCase *self, guint which)
{
  GString *text = g_string_new (NULL);

  for (guint input = 1; input <= QUSOP_DIFFERS_SEED; input <<= 1) {
    g_autofree char *words = which & input ? words_of (self, input) : NULL;

    if (words == NULL)
      continue;
    if (text->len > 0)
      g_string_append (text, ", ");
    g_string_append (text, words);
  }
  return g_string_free (text, FALSE);
}

/* A name for a question that has none yet. */
char *
qusop_scenario_title (const QusopCase *self)
{
  char *text = qusop_scenario_inputs (
      self, QUSOP_DIFFERS_REGIMEN | QUSOP_DIFFERS_THRESHOLD | QUSOP_DIFFERS_TARGET);
  g_autofree char *first = g_utf8_substring (text, 0, 1);
  g_autofree char *upper = g_utf8_strup (first, -1);
  char            *title = g_strconcat (upper, g_utf8_next_char (text), NULL);

  g_free (text);
  return title;
}

/* What differs from the base; the base says what it is. */
char *
qusop_scenario_differences (QusopScenarios *scenarios, guint id)
{
  const QusopCase *self = qusop_scenarios_find (scenarios, id);
  const QusopCase *base = qusop_scenarios_get_base (scenarios);
  g_autofree char *inputs = NULL;
  guint            differs;

  if (self == NULL || base == NULL)
    return g_strdup ("");
  if (self == base) {
    inputs = qusop_scenario_inputs (
        self, QUSOP_DIFFERS_REGIMEN | QUSOP_DIFFERS_THRESHOLD | QUSOP_DIFFERS_TARGET |
                  QUSOP_DIFFERS_WEIGHT | QUSOP_DIFFERS_COMED);
    return g_strdup_printf (_ ("Base: %s"), inputs);
  }

  differs = qusop_case_compare (self, base);
  return differs != 0 ? qusop_scenario_inputs (self, differs)
                      : g_strdup (_ ("the same as the base"));
}

static char *
dose_words (const QsScenario *scenario, double dose)
{
  return isfinite (dose)
             ? g_strdup_printf ("%.4g %s", dose, qs_scenario_dose_unit (scenario))
             : g_strdup ("–");
}

/* The dose of the mean curve; where there is none, why. */
char *
qusop_scenario_mean_dose (QusopScenarios *scenarios, guint id)
{
  const QsResult *result = qusop_scenarios_get_result (scenarios, id);

  switch (qusop_scenarios_get_state (scenarios, id)) {
  case QUSOP_CASE_DONE:
    if (isfinite (result->decision.dose_mg))
      return dose_words (&result->scenario, result->decision.dose_mg);
    return g_strdup_printf (_ ("not reached, at most %.1f %%"),
                            100.0 * result->decision.max_p);
  case QUSOP_CASE_REFUSED:
    return g_strdup (_ ("no answer"));
  case QUSOP_CASE_RUNNING:
    return g_strdup (_ ("computing…"));
  case QUSOP_CASE_PAUSED:
    return g_strdup (_ ("cancelled"));
  case QUSOP_CASE_WAITING:
  default:
    return g_strdup (_ ("waiting"));
  }
}

char *
qusop_scenario_assured_dose (QusopScenarios *scenarios, guint id)
{
  const QsResult *result = qusop_scenarios_get_result (scenarios, id);

  return result != NULL ? dose_words (&result->scenario, result->decision.assured_dose_mg)
                        : g_strdup ("");
}

char *
qusop_scenario_interval (QusopScenarios *scenarios, guint id)
{
  const QsResult   *result = qusop_scenarios_get_result (scenarios, id);
  const QsDecision *decision;
  const char       *unit;

  if (result == NULL)
    return g_strdup ("");
  decision = &result->decision;
  unit = qs_scenario_dose_unit (&result->scenario);
  if (!isfinite (decision->interval_low_mg))
    return g_strdup ("–");
  if (!isfinite (decision->interval_high_mg))
    return g_strdup_printf (_ ("%.3g %s or more"), decision->interval_low_mg, unit);
  return g_strdup_printf ("%.3g–%.3g %s", decision->interval_low_mg,
                          decision->interval_high_mg, unit);
}

char *
qusop_scenario_per_day (QusopScenarios *scenarios, guint id)
{
  const QusopCase *self = qusop_scenarios_find (scenarios, id);
  const QsResult  *result = qusop_scenarios_get_result (scenarios, id);

  if (self == NULL || result == NULL)
    return g_strdup ("");
  if (!isfinite (result->decision.dose_mg))
    return g_strdup ("–");
  return g_strdup_printf ("%.3g %s", qusop_case_per_day (self, result->decision.dose_mg),
                          qs_scenario_dose_unit (&self->scenario));
}

/* Of the mean dose of a day, in its unit and in per cent. */
char *
qusop_scenario_change (QusopScenarios *scenarios, guint id)
{
  const QusopCase *self = qusop_scenarios_find (scenarios, id);
  const QusopCase *base = qusop_scenarios_get_base (scenarios);
  const QsResult  *result = qusop_scenarios_get_result (scenarios, id);
  const QsResult  *base_result;
  double           change;

  if (self == NULL || result == NULL)
    return g_strdup ("");
  if (self == base)
    return g_strdup (_ ("base"));

  base_result = qusop_scenarios_get_result (scenarios, base->id);
  change = qusop_case_change_per_day (self, result, base, base_result);
  if (!isfinite (change))
    return g_strdup ("–");
  /* A sign that is as wide as a figure. */
  return g_strdup_printf (_ ("%s%.3g (%s%.0f %%)"), change < 0.0 ? "−" : "+",
                          fabs (change), change < 0.0 ? "−" : "+",
                          100.0 * fabs (change) /
                              qusop_case_per_day (base, base_result->decision.dose_mg));
}
