/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-report-evidence.h"

#include "qusop-diagnostics.h"
#include "qusop-words.h"

#include <math.h>

/* Enough for the shape of a visual predictive check in print. */
#define N_SIMULATIONS 300

static char *
short_number (double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  return isfinite (value)
             ? g_strdup (g_ascii_formatd (buffer, sizeof buffer, "%.3g", value))
             : g_strdup ("–");
}

/* With a point, whatever the locale of a window. */
static char *
fixed (const char *format, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_formatd (buffer, sizeof buffer, format, value));
}

static gboolean
is_cancelled (const GError *error)
{
  return g_error_matches (error, QS_ERROR, QS_ERROR_CANCELLED);
}

/* The words of ICH M15; what only the sponsor knows is left to be stated. */
void
qusop_report_add_context (QusopReport *self)
{
  static const char *const header[] = { "Element", "Assessment", NULL };

  qusop_report_add_text (self, QUSOP_BLOCK_HEADING, "Context of use");
  qusop_report_add_text (
      self, QUSOP_BLOCK_PARAGRAPH,
      "The model supports the choice of doses for a next study of the same drug, in "
      "populations like those that are listed here. It stands beside the data and the "
      "judgement of clinical pharmacologists, not in their place, and does not support a "
      "label.");
  qusop_report_add_table (self, "Assessment", 2, header);
  qusop_report_add_pair (self, "Model influence",
                         "To be stated by the sponsor: how much the decision rests on "
                         "this model beside other evidence");
  qusop_report_add_pair (self, "Consequence of a wrong decision",
                         "To be stated by the sponsor: too low a dose leaves the "
                         "biomarker uncontrolled, too high a dose exposes beyond need");
  qusop_report_add_pair (self, "Model risk",
                         "To be stated by the sponsor, from the two above");
  qusop_report_add_pair (self, "Technical criteria",
                         "Convergence, goodness of fit, predictive checks, agreement "
                         "between models and extrapolation factors, in this report");
}

/* What the same question has as its answer in the base population. */
static const QsResult *
base_of (const GPtrArray *results, const QsResult *result)
{
  for (guint i = 0; i < results->len; i++) {
    const QsResult *other = g_ptr_array_index (results, i);

    if (g_strcmp0 (other->scenario.name, "base") == 0 &&
        qs_scenario_is_same_regimen (&other->scenario, &result->scenario) &&
        other->scenario.target == result->scenario.target)
      return other;
  }

  return NULL;
}

static double
dose_of (const QsResult *result)
{
  return result != NULL && result->decision.status == QS_STATUS_REACHED
             ? result->decision.crossing_mg
             : NAN;
}

static void
add_scenario (QusopReport *self, const GPtrArray *results, const QsResult *result)
{
  const QsScenario *scenario = &result->scenario;
  const double      dose = dose_of (result), base = dose_of (base_of (results, result));
  const double      days = qs_scenario_interval_h (scenario) / 24.0;
  g_autofree char  *target = qusop_word_percent (scenario->target);
  g_autofree char  *crossing = short_number (dose);
  g_autofree char  *daily = short_number (dose / days);
  g_autofree char  *change =
      isfinite (dose) && isfinite (base)
           ? g_strdup_printf ("%+.0f %%", round (100.0 * (dose / base - 1.0)) + 0.0)
           : g_strdup ("–");
  g_autofree char *difference = isfinite (dose) && isfinite (base)
                                    ? fixed ("%+.3g", dose - base + 0.0)
                                    : g_strdup ("–");

  qusop_report_add_row (
      self, (const char *const[]){ scenario->name != NULL ? scenario->name : "own",
                                   qusop_word_regimen (scenario), target, crossing, daily,
                                   difference, change, NULL });
}

/* Every population beside the base one: how sensitive the dose is to who takes it. */
void
qusop_report_add_scenarios (QusopReport *self, const GPtrArray *results)
{
  static const char *const header[] = { "Population",   "Regimen",     "Target",
                                        "Crossing, mg", "Per day, mg", "Against base, mg",
                                        "Against base", NULL };

  qusop_report_add_text (self, QUSOP_BLOCK_HEADING, "Scenarios and sensitivity");
  qusop_report_add_table (self, "Crossing dose by scenario", 2, header);
  for (guint i = 0; i < results->len; i++)
    add_scenario (self, results, g_ptr_array_index (results, i));
  qusop_report_add_text (self, QUSOP_BLOCK_PARAGRAPH,
                         "The crossing is the dose at which the estimated share equals "
                         "the target, before it is rounded up to the grid.");
}

/* The dose of a simple model for one scenario, without intervals. */
static gboolean
ask_model (const QsDataset *dataset,
           QsModelKind      kind,
           const QsResult  *like,
           QsRun           *run,
           char           **dose,
           GError         **error)
{
  QsFitOptions             fit = qs_fit_options_default (kind);
  QsPopulationOptions      options = qs_population_options_default (kind);
  g_autoptr (GError)       cause = NULL;
  g_autoptr (QsModel)      model = NULL;
  g_autoptr (QsPopulation) population = NULL;
  g_autoptr (QsResult)     result = NULL;

  fit.seed = options.seed = like->seed;
  fit.n_bootstrap = 0;
  fit.threshold_ng_ml = like->scenario.threshold_ng_ml;
  fit.success = like->scenario.success;
  model = qs_fit (dataset, &fit, run, &cause);
  population = model != NULL ? qs_population_new (model, &options, run, &cause) : NULL;
  result =
      population != NULL ? qs_solve (population, &like->scenario, run, &cause) : NULL;
  if (cause != NULL && is_cancelled (cause)) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }

  if (result == NULL)
    *dose = g_strdup_printf ("refused: %s", cause->message);
  else if (result->decision.status == QS_STATUS_REACHED)
    *dose = short_number (result->decision.crossing_mg);
  else
    *dose = g_strdup ("not reached");
  return TRUE;
}

static const QsResult *
first_reached (const GPtrArray *results)
{
  for (guint i = 0; i < results->len; i++) {
    const QsResult *result = g_ptr_array_index (results, i);

    if (result->scenario.regimen == QS_REGIMEN_QD && isfinite (dose_of (result)))
      return result;
  }

  return NULL;
}

/* Two references that are fitted in a moment, on the same question. */
gboolean
qusop_report_add_agreement (QusopReport     *self,
                            const QsDataset *dataset,
                            const QsModel   *model,
                            const GPtrArray *results,
                            QsRun           *run,
                            GError         **error)
{
  static const QsModelKind references[] = { QS_MODEL_EMAX, QS_MODEL_LOGISTIC };
  static const char *const header[] = { "Model", "Crossing, mg", NULL };
  const QsResult          *like = first_reached (results);
  g_autofree char         *caption = NULL, *target = NULL, *own = NULL;

  if (like == NULL || like->scenario.biomarker != QS_BIOMARKER_TRUE)
    return TRUE;

  target = qusop_word_percent (like->scenario.target);
  caption =
      g_strdup_printf ("Agreement between models: population %s, %s, %s",
                       like->scenario.name, qusop_word_regimen (&like->scenario), target);
  own = short_number (dose_of (like));
  qusop_report_add_table (self, caption, 1, header);
  qusop_report_add_pair (self, qs_model_kind_name (model->kind), own);
  for (guint i = 0; i < G_N_ELEMENTS (references); i++) {
    g_autofree char *dose = NULL;

    if (references[i] == model->kind)
      continue;
    if (!ask_model (dataset, references[i], like, run, &dose, error))
      return FALSE;
    qusop_report_add_pair (self, qs_model_kind_name (references[i]), dose);
  }
  qusop_report_add_text (
      self, QUSOP_BLOCK_PARAGRAPH,
      "The inhibitory Emax model and the logistic link know dose per body weight and "
      "co-medication alone. They are references, not alternatives: where they differ "
      "widely from the model, the answer rests on what only the model assumes.");
  return TRUE;
}

static const char *
method_name (QsEstimator estimator)
{
  switch (estimator) {
  case QS_ESTIMATOR_MC:
    return "Monte Carlo";
  case QS_ESTIMATOR_QMC:
    return "Quasi-Monte Carlo (Sobol')";
  case QS_ESTIMATOR_CANONICAL:
    return "Canonical amplitude estimation";
  case QS_ESTIMATOR_MLAE:
    return "Maximum likelihood amplitude estimation";
  case QS_ESTIMATOR_IQAE:
    return "Iterative amplitude estimation";
  default:
    return qs_estimator_name (estimator);
  }
}

static gboolean
add_method (QusopReport             *self,
            const QsModel           *model,
            const QsResult          *result,
            const QsEstimateOptions *options,
            QsRun                   *run,
            GError                 **error)
{
  QsEstimate         estimate;
  g_autoptr (GError) cause = NULL;
  g_autofree char   *p = NULL, *half = NULL, *calls = NULL;

  if (!qs_estimate (model, &result->scenario, result->decision.dose_mg, options, run,
                    &estimate, &cause)) {
    if (is_cancelled (cause)) {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
    qusop_report_add_row (self, (const char *const[]){ method_name (options->estimator),
                                                       cause->message, "–", "–", NULL });
    return TRUE;
  }

  p = fixed ("%.4f", estimate.dose.probability);
  half = fixed ("%.4f", 0.5 * (estimate.dose.mc_upper - estimate.dose.mc_lower));
  calls = qusop_word_count (estimate.n_calls);
  qusop_report_add_row (self, (const char *const[]){ method_name (options->estimator), p,
                                                     half, calls, NULL });
  return TRUE;
}

/* One share by amplitude estimation on a simulated register, beside classical draws. */
gboolean
qusop_report_add_methods (QusopReport     *self,
                          const QsModel   *model,
                          const GPtrArray *results,
                          QsRun           *run,
                          GError         **error)
{
  static const QsEstimator methods[] = { QS_ESTIMATOR_MC, QS_ESTIMATOR_QMC,
                                         QS_ESTIMATOR_CANONICAL, QS_ESTIMATOR_MLAE,
                                         QS_ESTIMATOR_IQAE };
  static const char *const header[] = { "Method", "Share", "Half-width, 95 %", "Queries",
                                        NULL };
  const QsResult          *result = first_reached (results);
  QsEstimateOptions        options = qs_estimate_options_default ();
  g_autofree char         *dose = NULL, *caption = NULL;

  if (result == NULL)
    return TRUE;

  options.seed = result->seed;
  options.epsilon = 0.02;
  options.n_qubits = 8;
  options.subject_effect = result->has_subject_effect;
  dose = qusop_word_dose (&result->scenario, result->decision.dose_mg);
  caption = g_strdup_printf ("One share by several methods: population %s, %s, %s",
                             result->scenario.name,
                             qusop_word_regimen (&result->scenario), dose);
  qusop_report_add_text (self, QUSOP_BLOCK_HEADING,
                         "Quantum methods and their baselines");
  qusop_report_add_table (self, caption, 1, header);
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++) {
    options.estimator = methods[i];
    if (!add_method (self, model, result, &options, run, error))
      return FALSE;
  }
  qusop_report_add_text (
      self, QUSOP_BLOCK_PARAGRAPH,
      "A query is one virtual patient drawn, or one use of the circuit that prepares "
      "them or of its inverse. The circuits are simulated on this machine without noise, "
      "on 256 bins of virtual patients, so a share may differ by the error of the bins. "
      "Fewer queries are no saving of time here: a simulation of N queries costs at "
      "least "
      "N. The answers above rest on classical draws alone.");
  return TRUE;
}

static void
add_nca_row (QusopReport *self, const QsNca *nca, guint arm, QsNcaParameter parameter)
{
  const QsNcaSummary        s = qs_nca_summary (nca, arm, parameter);
  const QsNcaParameterInfo *info = qs_nca_parameter_info (parameter);
  g_autofree char          *dose = qusop_word_mg (qs_nca_arm_mg (nca, arm));
  g_autofree char          *name = *info->unit != '\0'
                                       ? g_strdup_printf ("%s, %s", info->title, info->unit)
                                       : g_strdup (info->title);
  g_autofree char          *n = g_strdup_printf ("%u", s.n);
  g_autofree char          *mean = short_number (s.geometric_mean);
  g_autofree char          *cv = isfinite (s.geometric_cv_percent)
                                     ? g_strdup_printf ("%.0f %%", s.geometric_cv_percent)
                                     : g_strdup ("–");
  g_autofree char          *median = short_number (s.median);
  g_autofree char          *low = short_number (s.low), *high = short_number (s.high);
  g_autofree char          *range = g_strdup_printf ("%s–%s", low, high);

  if (s.n > 0)
    qusop_report_add_row (
        self, (const char *const[]){ dose, name, n, mean, cv, median, range, NULL });
}

/* Exposure without a model. */
void
qusop_report_add_nca (QusopReport *self, const QsDataset *dataset)
{
  static const QsNcaParameter parameters[] = { QS_NCA_CMAX,     QS_NCA_TMAX,
                                               QS_NCA_AUC_TAU,  QS_NCA_AUC_INF,
                                               QS_NCA_CL_TAU,   QS_NCA_CL_INF,
                                               QS_NCA_HALF_LIFE };
  static const char *const    header[] = {
       "Arm", "Parameter", "n", "Geometric mean", "Geometric CV", "Median", "Range", NULL
  };
  g_autoptr (QsNca) nca = qs_nca_new (dataset, NULL, NULL);

  if (nca == NULL)
    return;

  qusop_report_add_table (self, "Summary of NCA PK parameters", 2, header);
  for (guint arm = 0; arm < qs_nca_n_arms (nca); arm++)
    for (guint i = 0; i < G_N_ELEMENTS (parameters); i++)
      if (qs_nca_has (nca, parameters[i]))
        add_nca_row (self, nca, arm, parameters[i]);
}

static void
add_figure (QusopReport          *self,
            const QsDiagnostics  *diagnostics,
            const QsDataset      *dataset,
            QusopDiagnosticsChart chart,
            QsEndpoint            endpoint)
{
  const QusopDiagnosticsView view = { .endpoint = endpoint, .highlighted = G_MAXUINT };

  if (qs_dataset_n_observations (dataset, endpoint) > 0)
    qusop_report_add_figure (self, NULL,
                             qusop_diagnostics_draw (diagnostics, dataset, chart, &view));
}

/* Goodness of fit and predictive checks; of models without random effects what there is.
 */
gboolean
qusop_report_add_diagnostics (QusopReport      *self,
                              const QsDataset  *dataset,
                              const QsModel    *model,
                              const QsScenario *scenario,
                              QsRun            *run,
                              GError          **error)
{
  static const QusopDiagnosticsChart charts[] = { QUSOP_DIAGNOSTICS_FIT,
                                                  QUSOP_DIAGNOSTICS_VPC };
  QsDiagnosticsOptions               options = qs_diagnostics_options_default ();
  g_autoptr (QsDiagnostics)          diagnostics = NULL;
  g_autoptr (GError)                 cause = NULL;

  options.seed = model->options.seed;
  options.n_simulations = N_SIMULATIONS;
  options.success = scenario->success;
  options.threshold_ng_ml = scenario->threshold_ng_ml;
  diagnostics = qs_diagnose (dataset, model, &options, run, &cause);
  if (diagnostics == NULL && is_cancelled (cause)) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }

  qusop_report_add_text (self, QUSOP_BLOCK_HEADING, "Diagnostics");
  if (diagnostics == NULL) {
    qusop_report_add_text (self, QUSOP_BLOCK_PARAGRAPH, cause->message);
    return TRUE;
  }
  if (diagnostics->not_applicable != NULL) {
    qusop_report_add_text (self, QUSOP_BLOCK_PARAGRAPH, diagnostics->not_applicable);
    add_figure (self, diagnostics, dataset, QUSOP_DIAGNOSTICS_FIT, QS_ENDPOINT_PD);
    return TRUE;
  }

  for (guint i = 0; i < G_N_ELEMENTS (charts); i++)
    for (guint endpoint = 0; endpoint < 2; endpoint++)
      add_figure (self, diagnostics, dataset, charts[i], endpoint);
  add_figure (self, diagnostics, dataset, QUSOP_DIAGNOSTICS_ATTAINMENT, QS_ENDPOINT_PD);
  return TRUE;
}

/* No number of threads: it never changes a result. */
void
qusop_report_add_machine (QusopReport *self)
{
  g_autofree char *build = qs_machine_build ();
  g_autofree char *cpu = qs_machine_cpu ();
  g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);

  qusop_report_add_table (self, "Software and hardware", 2,
                          (const char *const[]){ "Item", "Value", NULL });
  qusop_report_add_pair (self, "QuSOP", qs_version ());
  qusop_report_add_pair (self, "Build", build);
  qusop_report_add_pair (self, "Operating system", system != NULL ? system : "unknown");
  qusop_report_add_pair (self, "Processor", cpu);
}

/* To be filled in by hand. */
/* Who signed, when, and what the signature means; blank lines are for a pen. */
void
qusop_report_add_sign_off (QusopReport *self, const QusopReportOptions *options)
{
  static const char        blank[] = "____________";
  static const char *const header[] = { "Role",      "Name",   "Date",
                                        "Signature", "Reason", NULL };
  static const char *const roles[QUSOP_N_ROLES] = { "Author", "Reviewer", "Approver" };

  qusop_report_add_text (self, QUSOP_BLOCK_HEADING, "Sign-off");
  qusop_report_add_format (self, QUSOP_BLOCK_NOTICE,
                           "%s Whether the files are as they were written is found by "
                           "\"qusop-cli verify\".",
                           options->is_final ? "Final." : "Draft until signed.");
  qusop_report_add_table (self, "Sign-off card", 5, header);
  for (guint i = 0; i < QUSOP_N_ROLES; i++) {
    const QusopSignature *one = &options->signatures[i];
    const gboolean        is_signed = one->name != NULL;

    qusop_report_add_row (self,
                          (const char *const[]){ roles[i], is_signed ? one->name : blank,
                                                 is_signed ? one->date : blank, blank,
                                                 is_signed ? one->reason : blank, NULL });
  }
}
