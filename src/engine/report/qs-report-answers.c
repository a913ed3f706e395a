/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-proportionality.h"
#include "core/qs-error.h"
#include "report/qs-json.h"
#include "report/qs-parquet.h"
#include "report/qs-report.h"

#include <math.h>

/* The figures of a decision, in the order of the columns of answers.csv. A dose that does
 * not exist is null in JSON and empty in CSV. */
static const struct {
  const char *name;
  gsize       offset;
} figures[] = {
  { "dose_mg", G_STRUCT_OFFSET (QsDecision, dose_mg) },
  { "assured_dose_mg", G_STRUCT_OFFSET (QsDecision, assured_dose_mg) },
  { "crossing_mg", G_STRUCT_OFFSET (QsDecision, crossing_mg) },
  { "p_at_dose", G_STRUCT_OFFSET (QsDecision, p_at_dose) },
  { "p_below", G_STRUCT_OFFSET (QsDecision, p_below) },
  { "max_p", G_STRUCT_OFFSET (QsDecision, max_p) },
  { "mc_half_width", G_STRUCT_OFFSET (QsDecision, mc_half_width) },
  { "mc_error_mg", G_STRUCT_OFFSET (QsDecision, mc_error_mg) },
  { "extrapolation", G_STRUCT_OFFSET (QsDecision, extrapolation) },
};

/* Files carry units in names: a dose per kg is none in mg. @name has no unit in its
 * middle. */
static char *
name_of (const char *name, const QsScenario *scenario)
{
  return scenario->schedule.per_kg && g_str_has_suffix (name, "_mg")
             ? g_strconcat (name, "_per_kg", NULL)
             : g_strdup (name);
}

static double
figure (const QsDecision *decision, gsize i)
{
  return G_STRUCT_MEMBER (double, decision, figures[i].offset);
}

const char *
qs_status_name (QsStatus status)
{
  static const char *const names[] = { "reached", "not-reached", "refused" };

  g_return_val_if_fail (status < G_N_ELEMENTS (names), "unknown");
  return names[status];
}

static json_t *
pair (double low, double high)
{
  return json_pack ("[o, o]", qs_json_number (low), qs_json_number (high));
}

static json_t *
warnings_json (const QsResult *result)
{
  json_t *array = json_array ();

  for (gsize i = 0; result->warnings[i] != NULL; i++)
    json_array_append_new (array, qs_json_text (result->warnings[i]));

  return array;
}

/* Median and 95th percentile of exposures, the whole spread of what follows from them. */
static json_t *
spread_json (QsExposureFigure figure, const QsSpread *spread)
{
  if (isnan (spread->median))
    return json_null ();
  if (figure == QS_EXPOSURE_CMAX || figure == QS_EXPOSURE_AUC_TAU)
    return pair (spread->median, spread->high);

  return json_pack ("[o, o, o]", qs_json_number (spread->low),
                    qs_json_number (spread->median), qs_json_number (spread->high));
}

/* Models without concentrations know the factor of the dose alone. */
static void
add_exposure (json_t *answer, const QsResult *result)
{
  const QsExposure *exposure = &result->exposure;
  const double      factor_dose =
      isnan (exposure->dose_mg) ? result->decision.extrapolation : exposure->factor_dose;

  json_object_set_new (answer, "extrapolation_dose", qs_json_number (factor_dose));
  json_object_set_new (answer, "extrapolation_cmax",
                       qs_json_number (exposure->factor_cmax));
  json_object_set_new (answer, "extrapolation_auc",
                       qs_json_number (exposure->factor_auc));
  for (QsExposureFigure i = 0; i < QS_N_EXPOSURE_FIGURES; i++)
    json_object_set_new (answer, qs_exposure_info (i)->name,
                         spread_json (i, &exposure->figures[i]));
  json_object_set_new (answer, "reach_target", qs_json_number (exposure->target_share));
}

static json_t *
answer_json (const QsResult *result)
{
  const QsDecision *decision = &result->decision;
  g_autofree char  *interval = name_of ("interval_mg", &result->scenario);
  json_t           *answer = json_object ();

  json_object_set_new (answer, "scenario", json_string (result->scenario.name));
  json_object_set_new (answer, "regimen",
                       json_string (qs_scenario_regimen_name (&result->scenario)));
  json_object_set_new (answer, "target", json_real (decision->target));
  json_object_set_new (answer, "status", json_string (qs_status_name (decision->status)));

  for (gsize i = 0; i < G_N_ELEMENTS (figures); i++) {
    g_autofree char *name = name_of (figures[i].name, &result->scenario);

    json_object_set_new (answer, name, qs_json_number (figure (decision, i)));
  }

  json_object_set_new (answer, "decision_grade",
                       decision->status == QS_STATUS_REACHED
                           ? json_boolean (decision->decision_grade)
                           : json_null ());
  add_exposure (answer, result);

  json_object_set_new (answer, interval,
                       pair (decision->interval_low_mg, decision->interval_high_mg));
  json_object_set_new (answer, "band_at_dose",
                       pair (decision->band_low, decision->band_high));
  json_object_set_new (answer, "ess", qs_json_number (result->ess));
  json_object_set_new (answer, "subject_effect",
                       json_boolean (result->has_subject_effect));
  json_object_set_new (answer, "warnings", warnings_json (result));

  return answer;
}

static const char *
biomarker (const QsResult *result)
{
  return result->observed ? "observed biomarker" : "true biomarker";
}

/* What answers.json and result.json say of their origin; @first speaks for all results,
 * which share their population's settings. */
static json_t *
origin_json (const char *schema, const QsReportContext *context, const QsResult *first)
{
  const QsModel *model = context->model;
  json_t        *root = json_object ();

  json_object_set_new (root, "schema", json_string (schema));
  json_object_set_new (root, "version", json_string (QS_VERSION));
  json_object_set_new (root, "data_sha256", json_string (model->data_sha256));
  json_object_set_new (root, "model", json_string (qs_model_kind_name (model->kind)));
  json_object_set_new (root, "model_sha256", json_string (context->model_sha256));
  json_object_set_new (root, "seed", qs_json_seed (first->seed));
  json_object_set_new (root, "success", json_string (biomarker (first)));
  json_object_set_new (
      root, "side",
      json_string (first->scenario.success == QS_SUCCESS_ABOVE ? "above" : "below"));
  json_object_set_new (root, "threshold_ng_ml",
                       json_real (first->scenario.threshold_ng_ml));
  json_object_set_new (
      root, "n_subjects",
      json_integer ((json_int_t) first->n_subjects * first->n_replicates));
  json_object_set_new (root, "n_subjects_per_replicate",
                       json_integer (first->n_subjects));
  json_object_set_new (root, "n_replicates", json_integer (first->n_replicates));
  json_object_set_new (root, "n_parameter_draws", json_integer (first->n_draws));
  json_object_set_new (root, "level", json_real (first->level));
  json_object_set_new (root, "elapsed_s", json_real (context->elapsed_s));

  return root;
}

static json_t *
proportionality_json (const QsProportionality *line)
{
  const char *exposure = qs_nca_parameter_info (line->parameter)->code;

  return json_pack ("{s:s, s:i, s:o, s:f, s:f, s:o, s:o, s:o, s:s}", "exposure", exposure,
                    "n", (int) line->n_subjects, "doses_mg",
                    pair (line->low_dose_mg, line->high_dose_mg), "slope", line->slope,
                    "se", line->se, "interval95", pair (line->low95, line->high95),
                    "interval90", pair (line->low90, line->high90), "limits90",
                    pair (line->limit_low, line->limit_high), "verdict",
                    qs_proportionality_verdict_name (line->verdict));
}

/* Power models of the study's own exposures; empty where the study has too few. */
static json_t *
study_proportionality_json (const QsDataset *dataset)
{
  static const QsNcaParameter exposures[] = { QS_NCA_AUC_TAU, QS_NCA_CMAX };
  json_t                     *array = json_array ();
  g_autoptr (QsNca) nca = dataset != NULL ? qs_nca_new (dataset, NULL, NULL) : NULL;

  for (gsize i = 0; nca != NULL && i < G_N_ELEMENTS (exposures); i++) {
    QsProportionality line;

    if (qs_proportionality_of_study (&line, dataset, nca, exposures[i], NULL))
      json_array_append_new (array, proportionality_json (&line));
  }

  return array;
}

/**
 * qs_report_answers_json:
 * @results: at least one
 *
 * Returns: (transfer full): answers.json, schema qusop-answers/1
 */
char *
qs_report_answers_json (const QsReportContext *context, const GPtrArray *results)
{
  json_t *root = origin_json ("qusop-answers/1", context, results->pdata[0]);
  json_t *answers = json_array ();

  for (guint i = 0; i < results->len; i++)
    json_array_append_new (answers, answer_json (results->pdata[i]));
  json_object_set_new (root, "answers", answers);
  json_object_set_new (root, "dose_proportionality",
                       study_proportionality_json (context->dataset));

  return qs_json_dump (root);
}

static json_t *
scenario_json (const QsScenario *scenario)
{
  const double     interval_h = qs_scenario_interval_h (scenario);
  const double     to_h = scenario->window_to_h;
  g_autofree char *bw = qs_prior_format (&scenario->bw);
  json_t          *root = json_object ();

  json_object_set_new (root, "bw", json_string (bw));
  json_object_set_new (root, "comed", json_real (scenario->comed_share));
  json_object_set_new (root, "interval_h", json_real (interval_h));
  json_object_set_new (root, "window_h",
                       pair (scenario->window_from_h, to_h > 0.0 ? to_h : interval_h));
  if (!qs_scenario_is_steady (scenario))
    json_object_set_new (
        root, "judged_intervals",
        pair (scenario->schedule.judged_from, scenario->schedule.judged_to));

  return root;
}

/**
 * qs_report_result_json:
 *
 * Returns: (transfer full): result.json, schema qusop-result/1: the fields of one answer,
 * the scenario that was asked, and p at 0 mg
 */
char *
qs_report_result_json (const QsReportContext *context, const QsResult *result)
{
  json_t *root = origin_json ("qusop-result/1", context, result);

  json_object_update_new (root, answer_json (result));
  json_object_set_new (root, "settings", scenario_json (&result->scenario));
  json_object_set_new (root, "p_at_zero", qs_json_number (result->p_at_zero));

  return qs_json_dump (root);
}

static void
append_number (GString *csv, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (csv, ',');
  if (value == value && value < G_MAXDOUBLE && value > -G_MAXDOUBLE)
    g_string_append (csv, g_ascii_formatd (text, sizeof text, "%.15g", value));
}

static void
append_quoted (GString *csv, const char *text)
{
  g_string_append (csv, ",\"");
  for (; *text != '\0'; text++) {
    if (*text == '"')
      g_string_append_c (csv, '"');
    g_string_append_c (csv, *text);
  }
  g_string_append_c (csv, '"');
}

/* The text of a schedule may have commas. */
static void
append_question (GString *csv, const QsScenario *scenario)
{
  g_string_append (csv, scenario->name);
  if (scenario->regimen == QS_REGIMEN_SCHEDULE)
    append_quoted (csv, scenario->schedule.text);
  else
    g_string_append_printf (csv, ",%s", qs_regimen_name (scenario->regimen));
}

static void
append_exposure (GString *csv, const QsResult *result)
{
  const QsExposure *exposure = &result->exposure;

  append_number (csv, isnan (exposure->dose_mg) ? result->decision.extrapolation
                                                : exposure->factor_dose);
  append_number (csv, exposure->factor_cmax);
  append_number (csv, exposure->factor_auc);
  for (QsExposureFigure i = 0; i < QS_N_EXPOSURE_FIGURES; i++) {
    append_number (csv, exposure->figures[i].low);
    append_number (csv, exposure->figures[i].median);
    append_number (csv, exposure->figures[i].high);
  }
}

/* The percentiles stand in the names: a unit stays at the end. */
static void
append_exposure_names (GString *csv)
{
  g_string_append (csv, ",extrapolation_dose,extrapolation_cmax,extrapolation_auc");
  for (QsExposureFigure i = 0; i < QS_N_EXPOSURE_FIGURES; i++) {
    const char *name = qs_exposure_info (i)->name;

    g_string_append_printf (csv, ",p5_%s,p50_%s,p95_%s", name, name, name);
  }
}

static void
append_answer (GString *csv, const QsResult *result)
{
  const QsDecision *decision = &result->decision;
  g_autofree char  *warnings = g_strjoinv ("; ", result->warnings);

  append_question (csv, &result->scenario);
  append_number (csv, decision->target);
  g_string_append_printf (csv, ",%s", qs_status_name (decision->status));
  for (gsize i = 0; i < G_N_ELEMENTS (figures); i++)
    append_number (csv, figure (decision, i));
  append_number (csv, decision->interval_low_mg);
  append_number (csv, decision->interval_high_mg);
  append_number (csv, decision->band_low);
  append_number (csv, decision->band_high);
  append_number (csv, result->ess);
  append_number (csv,
                 decision->status == QS_STATUS_REACHED ? decision->decision_grade : NAN);
  append_exposure (csv, result);
  append_quoted (csv, warnings);
  g_string_append_c (csv, '\n');
}

/**
 * qs_report_answers_csv:
 *
 * Returns: (transfer full): answers.csv, one line per answer
 */
char *
qs_report_answers_csv (const GPtrArray *results)
{
  GString *csv = g_string_new ("scenario,regimen,target,status");

  for (gsize i = 0; i < G_N_ELEMENTS (figures); i++)
    g_string_append_printf (csv, ",%s", figures[i].name);
  g_string_append (csv, ",interval_low_mg,interval_high_mg,band_low,band_high,ess,"
                        "decision_grade");
  append_exposure_names (csv);
  g_string_append (csv, ",warnings\n");
  for (guint i = 0; i < results->len; i++)
    append_answer (csv, results->pdata[i]);

  return g_string_free (csv, FALSE);
}

/* Numbers of a dose, after what was asked; the first is named after the dose's unit. */
static const struct {
  const char *name;
  gsize       offset;
} curve_columns[] = {
  { "dose_mg", offsetof (QsDoseEstimate, dose_mg) },
  { "p", offsetof (QsDoseEstimate, probability) },
  { "lower", offsetof (QsDoseEstimate, lower) },
  { "upper", offsetof (QsDoseEstimate, upper) },
  { "mc_lower", offsetof (QsDoseEstimate, mc_lower) },
  { "mc_upper", offsetof (QsDoseEstimate, mc_upper) },
  { "replicate_lower", offsetof (QsDoseEstimate, replicate_lower) },
  { "replicate_upper", offsetof (QsDoseEstimate, replicate_upper) },
};

static double
curve_number (const QsDoseEstimate *estimate, gsize column)
{
  return G_STRUCT_MEMBER (double, estimate, curve_columns[column].offset);
}

static char *
curve_name (const QsScenario *scenario, gsize column)
{
  return column == 0 ? name_of (curve_columns[0].name, scenario)
                     : g_strdup (curve_columns[column].name);
}

static void
append_curve (GString *csv, const QsResult *result)
{
  for (gsize i = 0; i < result->n_estimates; i++) {
    append_question (csv, &result->scenario);
    for (gsize k = 0; k < G_N_ELEMENTS (curve_columns); k++)
      append_number (csv, curve_number (&result->estimates[i], k));
    g_string_append_c (csv, '\n');
  }
}

/* Answers to several targets read the same curve. */
static gboolean
is_same_curve (const QsResult *a, const QsResult *b)
{
  return g_str_equal (a->scenario.name, b->scenario.name) &&
         qs_scenario_is_same_regimen (&a->scenario, &b->scenario);
}

/* Targets apart, the grid may reach further for one of them: the longest curve is kept.
 */
static gboolean
is_shown_elsewhere (const GPtrArray *results, guint i)
{
  const QsResult *result = results->pdata[i];

  for (guint j = 0; j < results->len; j++) {
    const QsResult *other = results->pdata[j];

    if (j != i && is_same_curve (result, other) &&
        (other->n_estimates > result->n_estimates ||
         (other->n_estimates == result->n_estimates && j < i)))
      return TRUE;
  }

  return FALSE;
}

/**
 * qs_report_curves_csv:
 *
 * @results: at least one; all with doses of one unit
 *
 * Returns: (transfer full): curve.csv or curves.csv: every dose of every scenario and
 * regimen once. lower and upper are the 95 % band of parameter uncertainty, mc_* Monte
 * Carlo error alone, replicate_* the spread between groups of the chosen size.
 */
char *
qs_report_curves_csv (const GPtrArray *results)
{
  const QsResult *first = results->pdata[0];
  GString        *csv = g_string_new ("scenario,regimen");

  for (gsize k = 0; k < G_N_ELEMENTS (curve_columns); k++) {
    g_autofree char *name = curve_name (&first->scenario, k);

    g_string_append_printf (csv, ",%s", name);
  }
  g_string_append_c (csv, '\n');

  for (guint i = 0; i < results->len; i++) {
    if (!is_shown_elsewhere (results, i))
      append_curve (csv, results->pdata[i]);
  }

  return g_string_free (csv, FALSE);
}

/**
 * qs_report_curves_parquet:
 *
 * Returns: (transfer full): the table of qs_report_curves_csv() as a Parquet file, its
 * numbers not rounded; what is empty there is null here
 */
GBytes *
qs_report_curves_parquet (const GPtrArray *results)
{
  const QsResult       *first = results->pdata[0];
  g_autoptr (GPtrArray) scenarios = g_ptr_array_new (), regimens = g_ptr_array_new ();
  g_autoptr (GPtrArray) estimates = g_ptr_array_new ();
  g_autoptr (QsParquet) parquet = NULL;
  g_autofree double    *numbers = NULL;

  for (guint i = 0; i < results->len; i++) {
    const QsResult   *result = results->pdata[i];
    const QsScenario *scenario = &result->scenario;
    const char       *regimen = scenario->regimen == QS_REGIMEN_SCHEDULE
                                    ? scenario->schedule.text
                                    : qs_regimen_name (scenario->regimen);

    for (gsize j = 0; !is_shown_elsewhere (results, i) && j < result->n_estimates; j++) {
      g_ptr_array_add (scenarios, (gpointer) scenario->name);
      g_ptr_array_add (regimens, (gpointer) regimen);
      g_ptr_array_add (estimates, (gpointer) &result->estimates[j]);
    }
  }

  parquet = qs_parquet_new (estimates->len);
  numbers = g_new (double, estimates->len);
  qs_parquet_add_texts (parquet, "scenario", (const char *const *) scenarios->pdata);
  qs_parquet_add_texts (parquet, "regimen", (const char *const *) regimens->pdata);
  for (gsize k = 0; k < G_N_ELEMENTS (curve_columns); k++) {
    g_autofree char *name = curve_name (&first->scenario, k);

    for (guint i = 0; i < estimates->len; i++)
      numbers[i] = curve_number (estimates->pdata[i], k);
    qs_parquet_add_numbers (parquet, name, numbers);
  }

  return qs_parquet_write (parquet, "QuSOP " QS_VERSION);
}
