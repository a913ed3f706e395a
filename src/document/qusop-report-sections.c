/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-report-sections.h"

#include "qusop-figures.h"
#include "qusop-report-evidence.h"
#include "qusop-report-exposure.h"
#include "qusop-report-model.h"
#include "qusop-words.h"

#include <math.h>
#include <string.h>

#define MAX_ARMS 32

static const char *
population_name (const QsScenario *scenario)
{
  return scenario->name != NULL ? scenario->name : "own";
}

static const QsResult *
result_at (const GPtrArray *results, guint i)
{
  return g_ptr_array_index (results, i);
}

/* Takes both texts. */
static char *
range_text (char *low, char *high)
{
  g_autofree char *owned_low = low;
  g_autofree char *owned_high = high;

  return g_strdup_printf ("%s–%s", owned_low, owned_high);
}

static void
add_question (QusopReport *report, const GPtrArray *results)
{
  const QsScenario *scenario = &result_at (results, 0)->scenario;
  const gboolean    observed = result_at (results, 0)->observed;
  g_autofree char  *success = qusop_word_success (scenario);

  qusop_report_add_text (report, QUSOP_BLOCK_HEADING, "Question of interest");
  qusop_report_add_format (
      report, QUSOP_BLOCK_PARAGRAPH,
      "Which dose keeps the %s biomarker %s %s, at steady state, in the wanted share of "
      "patients? The question is asked for each population and each share in the table "
      "of "
      "answers.",
      observed ? "observed" : "true", success,
      scenario->biomarker == QS_BIOMARKER_OBSERVED
          ? "at 13 times spread over the dosing interval, residual error included"
          : "through the whole dosing interval");
  qusop_report_add_text (
      report, QUSOP_BLOCK_PARAGRAPH,
      "The mean dose is the smallest dose of the grid at which the estimated share "
      "reaches "
      "the target and stays there for every higher dose. The assured dose asks the same "
      "of "
      "the lower end of the 95 % parameter band; it is the recommended one.");
}

/* Ends of an interval, and factors, have three digits; more would claim too much. */
static char *
range_end (double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  return isfinite (value)
             ? g_strdup (g_ascii_formatd (buffer, sizeof buffer, "%.3g", value))
             : qusop_word_number (value);
}

static char *
range_end_mg (double value)
{
  g_autofree char *number = range_end (value);

  return g_strconcat (number, " mg", NULL);
}

static const char *
status_word (const QsDecision *decision)
{
  return decision->status == QS_STATUS_REFUSED ? "refused" : "not reached";
}

static void
add_answer (QusopReport *report, const QsResult *result)
{
  const QsDecision *decision = &result->decision;
  const gboolean    reached = decision->status == QS_STATUS_REACHED;
  const gboolean    refused = decision->status == QS_STATUS_REFUSED;
  g_autofree char  *target = qusop_word_percent (result->scenario.target);
  g_autofree char  *most = qusop_word_percent (decision->max_p);
  g_autofree char *mean = reached ? qusop_word_dose (&result->scenario, decision->dose_mg)
                                  : g_strdup (status_word (decision));
  g_autofree char *assured =
      reached && isnan (decision->assured_dose_mg)
          ? g_strdup ("none")
          : qusop_word_dose (&result->scenario,
                             reached ? decision->assured_dose_mg : NAN);
  g_autofree char *interval = reached && isfinite (decision->interval_low_mg)
                                  ? range_text (range_end (decision->interval_low_mg),
                                                range_end_mg (decision->interval_high_mg))
                                  : g_strdup ("–");
  g_autofree char *p = reached   ? qusop_word_percent (decision->p_at_dose)
                       : refused ? g_strdup ("–")
                                 : g_strdup_printf ("at most %s", most);
  g_autofree char *band = reached && isfinite (decision->band_low)
                              ? range_text (qusop_word_percent (decision->band_low),
                                            qusop_word_percent (decision->band_high))
                              : g_strdup ("–");
  g_autofree char *below = qusop_word_percent (reached ? decision->p_below : NAN);
  g_autofree char *factor = range_end (reached ? decision->extrapolation : NAN);

  qusop_report_add_row (
      report, (const char *const[]){ population_name (&result->scenario),
                                     qusop_word_regimen (&result->scenario), target, mean,
                                     assured, interval, p, band, below, factor, NULL });
}

/* Which doses are not, the warnings say. */
static void
add_precision (QusopReport *report, const GPtrArray *results)
{
  g_autofree char *people = qusop_word_count ((guint64) result_at (results, 0)->ess);
  guint            n_doses = 0, n_good = 0;

  for (guint i = 0; i < results->len; i++) {
    const QsDecision *decision = &result_at (results, i)->decision;

    n_doses += decision->status == QS_STATUS_REACHED;
    n_good += decision->status == QS_STATUS_REACHED && decision->decision_grade;
  }
  if (n_doses > 0)
    qusop_report_add_format (
        report, QUSOP_BLOCK_PARAGRAPH,
        "%u of %u %s decision-grade: %s virtual patients were drawn, and its Monte Carlo "
        "error "
        "is half a grid step at most. A dose that is not is named among the warnings.",
        n_good, n_doses, n_doses == 1 ? "dose is" : "doses are", people);
}

static void
add_populations (QusopReport *report, const GPtrArray *results)
{
  static const char *const header[] = { "Population", "Body weight", "Co-medication",
                                        "Window judged", NULL };
  g_autoptr (GHashTable)   seen = g_hash_table_new (g_str_hash, g_str_equal);

  qusop_report_add_table (report, "Populations", 4, header);
  for (guint i = 0; i < results->len; i++) {
    const QsScenario *scenario = &result_at (results, i)->scenario;
    const char       *name = population_name (scenario);
    const double      to_h = scenario->window_to_h > 0.0 ? scenario->window_to_h
                                                         : qs_scenario_interval_h (scenario);
    g_autofree char  *prior = qusop_word_prior (&scenario->bw);
    g_autofree char  *comed = qusop_word_percent (scenario->comed_share);
    g_autofree char  *from = qusop_word_number (scenario->window_from_h);
    g_autofree char  *to = qusop_word_number (to_h);
    g_autofree char  *window = g_strdup_printf ("%s–%s h after the dose", from, to);

    if (g_hash_table_add (seen, (gpointer) name))
      qusop_report_add_row (report,
                            (const char *const[]){ name, prior, comed, window, NULL });
  }
}

/* Which answers a warning concerns. */
static char *
concerned (const GPtrArray *results, const char *warning)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < results->len; i++) {
    const QsResult  *result = result_at (results, i);
    g_autofree char *target = qusop_word_percent (result->scenario.target);

    if (!g_strv_contains ((const char *const *) result->warnings, warning))
      continue;
    g_string_append_printf (list, "%s%s %s %s", list->len > 0 ? "; " : "",
                            population_name (&result->scenario),
                            qusop_word_regimen (&result->scenario), target);
  }

  return g_string_free (list, FALSE);
}

static void
add_warnings (QusopReport *report, const GPtrArray *results)
{
  static const char *const header[] = { "Warning or reason", "Concerns", NULL };
  g_autoptr (GHashTable)   seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < results->len; i++) {
    char **warnings = result_at (results, i)->warnings;

    for (guint w = 0; warnings[w] != NULL; w++) {
      g_autofree char *who = NULL;

      if (!g_hash_table_add (seen, warnings[w]))
        continue;
      if (g_hash_table_size (seen) == 1)
        qusop_report_add_table (report, "Warnings and reasons", 2, header);
      who = concerned (results, warnings[w]);
      qusop_report_add_pair (report, warnings[w], who);
    }
  }
}

static void
add_answers (QusopReport *report, const GPtrArray *results)
{
  static const char *const header[] = { "Population",
                                        "Regimen",
                                        "Target",
                                        "Mean dose",
                                        "Assured dose",
                                        "95 % interval of the crossing",
                                        "Share at the mean dose",
                                        "95 % band of that share",
                                        "Share one step below",
                                        "Extrapolation",
                                        NULL };

  qusop_report_add_text (report, QUSOP_BLOCK_HEADING, "Answers");
  qusop_report_add_table (report, "Doses by population, regimen and target", 2, header);
  for (guint i = 0; i < results->len; i++)
    add_answer (report, result_at (results, i));
  qusop_report_add_text (
      report, QUSOP_BLOCK_PARAGRAPH,
      "Interval and band are 95 % parameter uncertainty from the parameter draws, not "
      "Monte Carlo error; ∞ means that some fits never reach the target. Extrapolation "
      "is "
      "the dose over the highest single dose given in the study or, where the model "
      "knows "
      "concentrations, the largest of that and the factors of Cmax and AUCtau: above 1 "
      "the "
      "answer rests on the model alone.");
  add_precision (report, results);
  add_populations (report, results);
  add_warnings (report, results);
}

static gboolean
is_first (const GPtrArray *results, guint i, QsRegimen regimen)
{
  const QsScenario *scenario = &result_at (results, i)->scenario;

  if (scenario->regimen != regimen || result_at (results, i)->n_estimates == 0)
    return FALSE;
  for (guint k = 0; k < i; k++)
    if (result_at (results, k)->scenario.regimen == regimen &&
        g_strcmp0 (result_at (results, k)->scenario.name, scenario->name) == 0)
      return FALSE;

  return TRUE;
}

static gboolean
is_base (const QsResult *result)
{
  return g_strcmp0 (result->scenario.name, "base") == 0;
}

static void
add_curve (QusopReport *report, const QsModel *model, const QsResult *result)
{
  g_autofree char *lead =
      g_strdup_printf ("Population %s.", population_name (&result->scenario));

  qusop_report_add_figure (report, lead,
                           qusop_figure_dose_success (result, &model->facts, NULL,
                                                      QUSOP_BAND_PARAMETER |
                                                          QUSOP_BAND_MONTE_CARLO |
                                                          QUSOP_BAND_REPLICATES));
}

/* One daily curve per population, and the weekly one of the first; the targets are lines
 * on the same curve. */
static void
add_curves (QusopReport *report, const QsModel *model, const GPtrArray *results)
{
  qusop_report_add_text (report, QUSOP_BLOCK_HEADING, "Dose–success curves");
  for (guint i = 0; i < results->len; i++) {
    const QsResult *result = result_at (results, i);

    if ((is_first (results, i, QS_REGIMEN_QD) &&
         g_strcmp0 (result->scenario.name, "heavy_nocomed") != 0) ||
        (is_first (results, i, QS_REGIMEN_QW) && is_base (result)))
      add_curve (report, model, result);
  }
}

/* Shorter than usual: everything fits on one page. */
#define SUMMARY_FIGURE_PX 280.0
#define MAX_TARGETS 3

static guint
find_targets (const GPtrArray *results, double *targets)
{
  guint n = 0;

  for (guint i = 0; i < results->len && n < MAX_TARGETS; i++) {
    const double target = result_at (results, i)->scenario.target;
    gboolean     known = FALSE;

    for (guint k = 0; k < n; k++)
      known = known || targets[k] == target;
    if (!known)
      targets[n++] = target;
  }

  return n;
}

/* "6.5 (8) mg": the mean and the assured dose. */
static char *
short_answer (const QsResult *result)
{
  const QsDecision *decision = &result->decision;
  g_autofree char  *mean = NULL, *assured = NULL;

  if (decision->status != QS_STATUS_REACHED)
    return g_strdup (status_word (decision));

  mean = qusop_word_dose (&result->scenario, decision->dose_mg);
  assured = isfinite (decision->assured_dose_mg)
                ? qusop_word_dose (&result->scenario, decision->assured_dose_mg)
                : g_strdup ("none");
  return g_strdup_printf ("%s (%s)", mean, assured);
}

/* All targets of one population and regimen, where @first is the first of them. */
static void
add_short_answers (QusopReport     *report,
                   const GPtrArray *results,
                   guint            first,
                   const double    *targets,
                   guint            n_targets)
{
  const QsScenario     *scenario = &result_at (results, first)->scenario;
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (cells, g_strdup (population_name (scenario)));
  g_ptr_array_add (cells, g_strdup (qusop_word_regimen (scenario)));
  for (guint t = 0; t < n_targets; t++) {
    char *text = NULL, *factor = NULL;

    for (guint i = 0; i < results->len && text == NULL; i++) {
      const QsResult *other = result_at (results, i);

      if (other->scenario.target == targets[t] &&
          strcmp (population_name (&other->scenario), population_name (scenario)) == 0 &&
          qs_scenario_is_same_regimen (&other->scenario, scenario)) {
        text = short_answer (other);
        factor = range_end (other->decision.status == QS_STATUS_REACHED
                                ? other->decision.extrapolation
                                : NAN);
      }
    }
    g_ptr_array_add (cells, text != NULL ? text : g_strdup ("–"));
    g_ptr_array_add (cells, factor != NULL ? factor : g_strdup ("–"));
  }
  g_ptr_array_add (cells, NULL);
  qusop_report_add_row (report, (const char *const *) cells->pdata);
}

static gboolean
is_first_of_regimen (const GPtrArray *results, guint i)
{
  const QsScenario *scenario = &result_at (results, i)->scenario;

  for (guint k = 0; k < i; k++) {
    const QsScenario *other = &result_at (results, k)->scenario;

    if (strcmp (population_name (other), population_name (scenario)) == 0 &&
        qs_scenario_is_same_regimen (other, scenario))
      return FALSE;
  }

  return TRUE;
}

static void
add_summary_table (QusopReport *report, const GPtrArray *results)
{
  g_autoptr (GPtrArray) header = g_ptr_array_new_with_free_func (g_free);
  double                targets[MAX_TARGETS];
  const guint           n_targets = find_targets (results, targets);

  g_ptr_array_add (header, g_strdup ("Population"));
  g_ptr_array_add (header, g_strdup ("Regimen"));
  for (guint t = 0; t < n_targets; t++) {
    g_autofree char *target = qusop_word_percent (targets[t]);

    g_ptr_array_add (header, g_strdup_printf ("For %s: mean (assured)", target));
    g_ptr_array_add (header, g_strdup ("Extrapolation"));
  }
  g_ptr_array_add (header, NULL);
  qusop_report_add_table (report, "Doses by population, regimen and target", 2,
                          (const char *const *) header->pdata);
  for (guint i = 0; i < results->len; i++)
    if (is_first_of_regimen (results, i))
      add_short_answers (report, results, i, targets, n_targets);
}

/* Doses and first curve, on one page. */
static void
add_summary (QusopReport *report, const QsModel *model, const GPtrArray *results)
{
  const QsResult  *first = result_at (results, 0);
  g_autofree char *success = qusop_word_success (&first->scenario);

  qusop_report_add_text (report, QUSOP_BLOCK_HEADING, "Summary");
  qusop_report_add_format (
      report, QUSOP_BLOCK_PARAGRAPH,
      "Doses that keep the %s biomarker %s in the wanted share of patients, at steady "
      "state, by model %s. The assured dose holds at the lower end of the 95 %% "
      "parameter "
      "band; extrapolation above 1 reaches beyond the study.",
      first->observed ? "observed" : "true", success, qs_model_kind_name (model->kind));
  add_summary_table (report, results);
  for (guint i = 0; i < results->len; i++) {
    if (!is_first (results, i, QS_REGIMEN_QD))
      continue;
    add_curve (report, model, result_at (results, i));
    qusop_report_set_figure_height (report, SUMMARY_FIGURE_PX);
    break;
  }
}

static void
add_inventory (QusopReport *report, const QsDataset *dataset)
{
  const QsStudyFacts facts = qs_dataset_facts (dataset);
  g_autofree char   *rows = qusop_word_count (qs_dataset_n_rows (dataset));
  g_autofree char   *subjects = qusop_word_count (qs_dataset_n_subjects (dataset));
  g_autofree char   *pk =
      qusop_word_count (qs_dataset_n_observations (dataset, QS_ENDPOINT_PK));
  g_autofree char *pd =
      qusop_word_count (qs_dataset_n_observations (dataset, QS_ENDPOINT_PD));
  g_autofree char *low = qusop_word_number (facts.bw_low_kg);
  g_autofree char *high = qusop_word_number (facts.bw_high_kg);
  g_autofree char *weight = g_strdup_printf ("%s–%s kg", low, high);
  g_autofree char *comed = facts.has_comed ? qusop_word_percent (facts.comed_share)
                                           : g_strdup ("not recorded");
  g_autofree char *from = qusop_word_number (facts.window_from_h);
  g_autofree char *to = qusop_word_number (facts.window_to_h);
  g_autofree char *window = g_strdup_printf ("%s–%s h", from, to);
  g_autofree char *interval = qusop_word_number (facts.interval_h);
  g_autofree char *interval_h = g_strconcat (interval, " h", NULL);
  g_autofree char *highest = qusop_word_mg (facts.highest_dose_mg);

  qusop_report_add_table (report, "Inventory", 2,
                          (const char *const[]){ "Item", "Value", NULL });
  qusop_report_add_pair (report, "Rows of the file", rows);
  qusop_report_add_pair (report, "Subjects", subjects);
  qusop_report_add_pair (report, "Concentrations (mg/L)", pk);
  qusop_report_add_pair (report, "Biomarker values (ng/mL)", pd);
  qusop_report_add_pair (report, "Body weight", weight);
  qusop_report_add_pair (report, "With co-medication", comed);
  qusop_report_add_pair (report, "Highest single dose", highest);
  qusop_report_add_pair (report, "Dosing interval", interval_h);
  qusop_report_add_pair (report, "Last dosing window", window);
}

static void
add_arms (QusopReport *report, const QsDataset *dataset, const QsScenario *scenario)
{
  static const char *const header[] = {
    "Arm", "Subjects", "Attained", "Share", "95 % Clopper–Pearson interval", NULL
  };
  QsArm       arms[MAX_ARMS];
  const gsize n = MIN (qs_attainment (dataset, scenario->success,
                                      scenario->threshold_ng_ml, arms, MAX_ARMS),
                       MAX_ARMS);

  qusop_report_add_table (report, "Observed attainment during the last dosing window", 1,
                          header);
  for (gsize i = 0; i < n; i++) {
    g_autofree char *arm =
        arms[i].dose_mg > 0.0 ? qusop_word_mg (arms[i].dose_mg) : g_strdup ("placebo");
    g_autofree char *subjects = qusop_word_count (arms[i].n);
    g_autofree char *attained = qusop_word_count (arms[i].attained);
    g_autofree char *share =
        qusop_word_percent (arms[i].n > 0 ? arms[i].attained / (double) arms[i].n : NAN);
    g_autofree char *interval = NULL;
    double           low, high;

    qs_clopper_pearson (arms[i].attained, arms[i].n, 0.95, &low, &high);
    interval = range_text (qusop_word_percent (low), qusop_word_percent (high));
    qusop_report_add_row (
        report, (const char *const[]){ arm, subjects, attained, share, interval, NULL });
  }
}

static void
add_findings (QusopReport *report, const QsDataset *dataset)
{
  static const char *const header[] = { "Severity", "Row",    "ID",   "Column", "Value",
                                        "Rule",     "Action", "More", NULL };
  const guint              n = qs_dataset_n_findings (dataset);

  if (n == 0) {
    qusop_report_add_text (report, QUSOP_BLOCK_PARAGRAPH,
                           "Quality control has no finding.");
    return;
  }

  qusop_report_add_table (report, "Findings of the quality control", 7, header);
  for (guint i = 0; i < n; i++) {
    const QsFinding *finding = qs_dataset_finding (dataset, i);
    g_autofree char *row =
        finding->row > 0 ? g_strdup_printf ("%u", finding->row) : g_strdup ("file");
    g_autofree char *more = g_strdup_printf ("%u", finding->n_more);

    qusop_report_add_row (
        report, (const char *const[]){
                    qs_severity_name (finding->severity), row,
                    finding->id != NULL ? finding->id : "–",
                    finding->column != NULL ? finding->column : "–",
                    finding->value != NULL ? finding->value : "–", finding->rule,
                    finding->action != NULL ? finding->action : "–", more, NULL });
  }
}

static void
add_data (QusopReport *report, const QsDataset *dataset, const QsScenario *scenario)
{
  const QusopObserved observed = qusop_observed_default (QS_ENDPOINT_PD);
  const QusopObserved levels = qusop_observed_default (QS_ENDPOINT_PK);

  qusop_report_add_text (report, QUSOP_BLOCK_HEADING, "Data");
  add_inventory (report, dataset);
  add_findings (report, dataset);
  add_arms (report, dataset, scenario);
  qusop_report_add_figure (
      report, NULL,
      qusop_figure_attainment (dataset, scenario->success, scenario->threshold_ng_ml));
  qusop_report_add_figure (report, NULL, qusop_figure_observed (dataset, &observed));
  qusop_report_add_figure (report, NULL,
                           qusop_figure_mean (dataset, QS_ENDPOINT_PD, FALSE));
  if (qs_dataset_n_observations (dataset, QS_ENDPOINT_PK) == 0)
    return;
  qusop_report_add_figure (report, NULL, qusop_figure_observed (dataset, &levels));
  qusop_report_add_nca (report, dataset);
}

static void
add_count (QusopReport *report, const char *name, guint64 n)
{
  g_autofree char *text = qusop_word_count (n);

  qusop_report_add_pair (report, name, text);
}

static void
add_settings (QusopReport     *report,
              const QsDataset *dataset,
              const QsModel   *model,
              const QsResult  *result)
{
  g_autofree char *model_sha256 = qs_model_sha256 (model);
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, result->seed);
  g_autofree char *fit_seed = g_strdup_printf ("%" G_GUINT64_FORMAT, model->options.seed);
  g_autofree char *file = g_path_get_basename (qs_dataset_path (dataset));

  qusop_report_add_text (report, QUSOP_BLOCK_HEADING, "Settings and fingerprints");
  qusop_report_add_table (report, "What it takes to repeat this report", 2,
                          (const char *const[]){ "Item", "Value", NULL });
  qusop_report_add_pair (report, "QuSOP version", qs_version ());
  qusop_report_add_pair (report, "Data file", file);
  qusop_report_add_pair (report, "Data SHA-256", qs_dataset_sha256 (dataset));
  qusop_report_add_pair (report, "Model SHA-256", model_sha256);
  qusop_report_add_pair (report, "Seed of the fit", fit_seed);
  qusop_report_add_pair (report, "Seed of the virtual patients", seed);
  add_count (report, "Virtual patients per replicate", result->n_subjects);
  add_count (report, "Replicates", result->n_replicates);
  add_count (report, "Parameter draws", result->n_draws);
  qusop_report_add_pair (report, "Between-subject effect",
                         result->has_subject_effect ? "drawn" : "not drawn");
  qusop_report_add_pair (report, "Random numbers", "Philox 4×32-10, by patient");
}

static void
add_limits (QusopReport *report, const QsModel *model, const QsResult *result)
{
  qusop_report_add_text (report, QUSOP_BLOCK_HEADING, "Limits, in plain words");
  if (model->kind != QS_MODEL_PKPD)
    qusop_report_add_text (
        report, QUSOP_BLOCK_PARAGRAPH,
        "Regimen. A model of one dosing window has seen a single interval of one "
        "regimen. "
        "It "
        "knows the dose but not the concentration, so nothing it learned says what "
        "happens "
        "when the same drug is given less often and in larger amounts. QuSOP refuses the "
        "other regimen instead of stretching time: an answer obtained that way would "
        "have "
        "no basis in the data.");
  qusop_report_add_text (
      report, QUSOP_BLOCK_PARAGRAPH,
      "Reach. Doses above the highest studied dose and body weights outside those of the "
      "study are extrapolated by the model. They are hatched or marked, and no band here "
      "covers the error of the model itself.");
  qusop_report_add_text (report, QUSOP_BLOCK_PARAGRAPH,
                         "Co-medication was observed, not assigned by chance. An answer "
                         "for patients without "
                         "it compares groups that may differ in other ways.");
  qusop_report_add_text (
      report, QUSOP_BLOCK_PARAGRAPH,
      "Bands. The parameter band comes from the model's parameter draws; the "
      "Monte "
      "Carlo band only shows that the simulation was long enough; the band of groups "
      "shows "
      "how much a trial of that size would vary. None contains the others.");
  if (!result->has_subject_effect)
    qusop_report_add_text (
        report, QUSOP_BLOCK_NOTICE,
        "The between-subject effect was not drawn: unexplained variability between "
        "patients is missing, the curves are too steep and the doses too low.");
}

/* What the sections are made of. Borrowed for the call. */
typedef struct {
  QusopReport              *report;
  const QsDataset          *dataset;
  const QsModel            *model;
  const GPtrArray          *results;
  const QusopReportOptions *options;
  QsRun                    *run;
} Assembly;

static gboolean
add_section (const Assembly *self, QusopReportSection section, GError **error)
{
  QusopReport    *report = self->report;
  const QsResult *first = result_at (self->results, 0);

  switch (section) {
  case QUSOP_REPORT_SUMMARY:
    add_summary (report, self->model, self->results);
    return TRUE;
  case QUSOP_REPORT_QUESTION:
    add_question (report, self->results);
    return TRUE;
  case QUSOP_REPORT_CONTEXT:
    qusop_report_add_context (report);
    return TRUE;
  case QUSOP_REPORT_ANSWERS:
    add_answers (report, self->results);
    return TRUE;
  case QUSOP_REPORT_EXPOSURE:
    qusop_report_add_exposure (report, self->dataset, self->results);
    return TRUE;
  case QUSOP_REPORT_CURVES:
    add_curves (report, self->model, self->results);
    return TRUE;
  case QUSOP_REPORT_SCENARIOS:
    qusop_report_add_scenarios (report, self->results);
    return qusop_report_add_agreement (report, self->dataset, self->model, self->results,
                                       self->run, error);
  case QUSOP_REPORT_DATA:
    add_data (report, self->dataset, &first->scenario);
    return TRUE;
  case QUSOP_REPORT_MODEL:
    qusop_report_add_model (report, self->model);
    return TRUE;
  case QUSOP_REPORT_DIAGNOSTICS:
    return qusop_report_add_diagnostics (report, self->dataset, self->model,
                                         &first->scenario, self->run, error);
  case QUSOP_REPORT_METHODS:
    return qusop_report_add_methods (report, self->model, self->results, self->run,
                                     error);
  case QUSOP_REPORT_SETTINGS:
    add_settings (report, self->dataset, self->model, first);
    qusop_report_add_machine (report);
    return TRUE;
  case QUSOP_REPORT_LIMITS:
    add_limits (report, self->model, first);
    return TRUE;
  case QUSOP_REPORT_SIGN_OFF:
    qusop_report_add_sign_off (report, self->options);
    return TRUE;
  default:
    g_return_val_if_reached (FALSE);
  }
}

/**
 * qusop_report_assemble:
 * @results: (element-type QsResult): at least one
 * @options: (nullable): what it holds; %NULL for the full draft
 * @run: (nullable): the run
 * @error: return location for %QS_ERROR_CANCELLED, or %QS_ERROR_SCENARIO for options
 *
 * Returns: (transfer full): everything the report says. Holds no time of day and no
 *   duration, so that the same inputs give the same report.
 */
QusopReport *
qusop_report_assemble (const QsDataset          *dataset,
                       const QsModel            *model,
                       const GPtrArray          *results,
                       const QusopReportOptions *options,
                       QsRun                    *run,
                       GError                  **error)
{
  const QusopReportOptions  full = qusop_report_options (QUSOP_REPORT_TEMPLATE_FULL);
  const QusopReportOptions *chosen = options != NULL ? options : &full;
  g_autofree char          *file = g_path_get_basename (qs_dataset_path (dataset));
  g_autofree char          *subtitle = g_strdup_printf (
               "Study %s, model %s, QuSOP %s; %s", file, qs_model_kind_name (model->kind),
               qs_version (), chosen->is_final ? "final" : "draft, not signed");
  g_autoptr (QusopReport) report = qusop_report_new ("Dose-finding report", subtitle);
  const Assembly          self = { report, dataset, model, results, chosen, run };

  if (!qusop_report_options_validate (chosen, error))
    return NULL;

  report->is_draft = !chosen->is_final;
  qusop_report_add_text (report, QUSOP_BLOCK_NOTICE,
                         "Intended use: research and education, not for treating "
                         "patients.");
  for (guint i = 0; i < chosen->n_sections; i++)
    if (!add_section (&self, chosen->sections[i], error))
      return NULL;

  return g_steal_pointer (&report);
}
