/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-emax.h"
#include "core/qs-stats.h"
#include "data/qs-windows.h"
#include "report/qs-json.h"
#include "report/qs-report.h"

#include <math.h>
#include <string.h>

/* Arms listed at most; facts keep as many. */
#define N_ARMS_MAX 64
#define LEVEL 0.95

/**
 * qs_report_significant:
 *
 * Returns: (transfer full): @value with three significant digits and no exponent where
 * that can be read: 0.0437, 18.7, 1230; "" for NaN
 */
char *
qs_report_significant (double value)
{
  char   text[G_ASCII_DTOSTR_BUF_SIZE], form[8];
  double rounded;
  int    exponent;

  if (isnan (value))
    return g_strdup ("");

  g_ascii_formatd (text, sizeof text, "%.2e", value);
  rounded = g_ascii_strtod (text, NULL);
  if (!isfinite (rounded) || rounded == 0.0 || fabs (rounded) < 1e-5 ||
      fabs (rounded) >= 1e7)
    return g_strdup (rounded == 0.0 ? "0" : text);

  exponent = atoi (strchr (text, 'e') + 1);
  g_snprintf (form, sizeof form, "%%.%df", MAX (0, 2 - exponent));
  return g_strdup (g_ascii_formatd (text, sizeof text, form, rounded));
}

static void
append_number (GString *csv, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (csv, ',');
  if (isfinite (value))
    g_string_append (csv, g_ascii_formatd (text, sizeof text, "%.10g", value));
}

static void
append_significant (GString *csv, double value)
{
  g_autofree char *text = qs_report_significant (value);

  g_string_append_c (csv, ',');
  g_string_append (csv, text);
}

/* RFC 4180; a leading sign of a formula is kept from spreadsheets. */
static void
append_quoted (GString *csv, const char *text)
{
  g_string_append_c (csv, '"');
  if (*text != '\0' && strchr ("=+-@", *text) != NULL)
    g_string_append_c (csv, '\'');
  for (; *text != '\0'; text++) {
    if (*text == '"')
      g_string_append_c (csv, '"');
    g_string_append_c (csv, *text);
  }
  g_string_append_c (csv, '"');
}

/**
 * qs_report_nca_csv:
 * @nca: the analysis of @dataset
 *
 * Returns: (transfer full): nca.csv, one line per subject, CDISC's codes as names
 */
char *
qs_report_nca_csv (const QsDataset *dataset, const QsNca *nca)
{
  GString *csv = g_string_new ("ID,DOSE,BW,COMED");

  for (guint p = 0; p < QS_N_NCA_PARAMETERS; p++)
    g_string_append_printf (csv, ",%s", qs_nca_parameter_info (p)->code);
  g_string_append (csv, ",NOTE\n");

  for (guint i = 0; i < qs_nca_n_subjects (nca); i++) {
    const QsSubject *subject = qs_dataset_subject (dataset, i);

    append_quoted (csv, subject->id);
    append_number (csv, subject->dose_mg);
    append_number (csv, subject->bw_kg);
    append_number (csv, subject->comed);
    for (guint p = 0; p < QS_N_NCA_PARAMETERS; p++)
      append_number (csv, qs_nca_value (nca, i, p));
    g_string_append_c (csv, ',');
    append_quoted (csv, qs_nca_note (nca, i));
    g_string_append_c (csv, '\n');
  }

  return g_string_free (csv, FALSE);
}

/**
 * qs_report_nca_summary_csv:
 *
 * Returns: (transfer full): nca-summary.csv, one line per arm and parameter that any of
 * its subjects has, three significant digits
 */
char *
qs_report_nca_summary_csv (const QsNca *nca)
{
  GString *csv = g_string_new ("DOSE,CODE,PARAMETER,UNIT,N,GEOMEAN,GEOCV_PERCENT,MEDIAN,"
                               "MIN,MAX\n");

  for (guint arm = 0; arm < qs_nca_n_arms (nca); arm++) {
    for (guint p = 0; p < QS_N_NCA_PARAMETERS; p++) {
      const QsNcaParameterInfo *info = qs_nca_parameter_info (p);
      const QsNcaSummary        summary = qs_nca_summary (nca, arm, p);
      char                      dose[G_ASCII_DTOSTR_BUF_SIZE];

      if (summary.n == 0)
        continue;
      g_string_append_printf (
          csv, "%s,%s,%s,%s,%u",
          g_ascii_formatd (dose, sizeof dose, "%.10g", qs_nca_arm_mg (nca, arm)),
          info->code, info->title, info->unit, summary.n);
      append_significant (csv, summary.geometric_mean);
      append_significant (csv, summary.geometric_cv_percent);
      append_significant (csv, summary.median);
      append_significant (csv, summary.low);
      append_significant (csv, summary.high);
      g_string_append_c (csv, '\n');
    }
  }

  return g_string_free (csv, FALSE);
}

static void
append_attained (GString *csv, double dose_mg, guint n, guint attained)
{
  char   dose[G_ASCII_DTOSTR_BUF_SIZE];
  double low, high;

  qs_clopper_pearson (attained, n, LEVEL, &low, &high);
  g_string_append_printf (csv, "%s,%u,%u",
                          g_ascii_formatd (dose, sizeof dose, "%.10g", dose_mg), n,
                          attained);
  append_number (csv, attained / (double) n);
  append_number (csv, low);
  append_number (csv, high);
  g_string_append_c (csv, '\n');
}

#define ATTAINED_COLUMNS                               \
  "dose_mg,n,attained,share,clopper_pearson_95_lower," \
  "clopper_pearson_95_upper\n"

/**
 * qs_report_attainment_csv:
 *
 * Returns: (transfer full): attainment.csv, one line per arm with biomarker observations
 * in its last dosing window
 */
char *
qs_report_attainment_csv (const QsDataset *dataset,
                          QsSuccess        success,
                          double           threshold_ng_ml)
{
  GString    *csv = g_string_new (ATTAINED_COLUMNS);
  QsArm       arms[N_ARMS_MAX];
  const gsize n = qs_attainment (dataset, success, threshold_ng_ml, arms, N_ARMS_MAX);

  for (gsize i = 0; i < MIN (n, N_ARMS_MAX); i++)
    append_attained (csv, arms[i].dose_mg, arms[i].n, arms[i].attained);

  return g_string_free (csv, FALSE);
}

/**
 * qs_report_sweep_csv:
 *
 * Returns: (transfer full): threshold-sweep.csv, one line per threshold and arm
 */
char *
qs_report_sweep_csv (const QsSweep *sweep)
{
  GString *csv = g_string_new ("threshold_ng_ml," ATTAINED_COLUMNS);

  for (gsize t = 0; t < sweep->n_thresholds; t++) {
    for (gsize a = 0; a < sweep->n_arms; a++) {
      char text[G_ASCII_DTOSTR_BUF_SIZE];

      g_string_append_printf (
          csv, "%s,",
          g_ascii_formatd (text, sizeof text, "%.10g", sweep->thresholds_ng_ml[t]));
      append_attained (csv, sweep->doses_mg[a], sweep->n[a],
                       sweep->attained[t * sweep->n_arms + a]);
    }
  }

  return g_string_free (csv, FALSE);
}

static const struct {
  const char *name;
  const char *unit;
  gsize       offset;
} emax_parameters[] = {
  { "R0", "ng/mL", G_STRUCT_OFFSET (QsEmaxParameters, r0_ng_ml) },
  { "beta_R0_COMED", "log ratio", G_STRUCT_OFFSET (QsEmaxParameters, beta_comed) },
  { "Imax", "", G_STRUCT_OFFSET (QsEmaxParameters, imax) },
  { "u50", "mg/kg", G_STRUCT_OFFSET (QsEmaxParameters, u50_mg_per_kg) },
  { "omega", "SD of log R", G_STRUCT_OFFSET (QsEmaxParameters, omega) },
  { "sigma", "SD of log R", G_STRUCT_OFFSET (QsEmaxParameters, sigma) },
};

static json_t *
emax_parameter_json (const QsModel *model, gsize p)
{
  const gsize        offset = emax_parameters[p].offset;
  const guint        n = model->draws->len;
  g_autofree double *draws = g_new (double, n);

  for (guint i = 0; i < n; i++)
    draws[i] =
        G_STRUCT_MEMBER (double, qs_emax_parameters (model->draws->pdata[i]), offset);
  if (n > 0)
    qs_sort (draws, n);

  return json_pack ("{s:s, s:s, s:o, s:[o, o]}", "name", emax_parameters[p].name, "unit",
                    emax_parameters[p].unit, "estimate",
                    qs_json_number (G_STRUCT_MEMBER (
                        double, qs_emax_parameters (model->estimate), offset)),
                    "interval",
                    qs_json_number (qs_quantile_sorted (draws, n, 0.5 * (1.0 - LEVEL))),
                    qs_json_number (qs_quantile_sorted (draws, n, 0.5 * (1.0 + LEVEL))));
}

/**
 * qs_report_emax_json:
 * @model: of kind %QS_MODEL_EMAX
 *
 * Returns: (transfer full): emax.json, schema qusop-emax/1: the dose–response model of
 * the last dosing window, with bootstrap intervals
 */
char *
qs_report_emax_json (const QsModel *model)
{
  json_t *root = json_object ();
  json_t *parameters = json_array ();

  g_return_val_if_fail (model->kind == QS_MODEL_EMAX, NULL);

  for (gsize p = 0; p < G_N_ELEMENTS (emax_parameters); p++) {
    if (model->facts.has_comed || strcmp (emax_parameters[p].name, "beta_R0_COMED") != 0)
      json_array_append_new (parameters, emax_parameter_json (model, p));
  }

  json_object_set_new (root, "schema", json_string ("qusop-emax/1"));
  json_object_set_new (root, "version", json_string (QS_VERSION));
  json_object_set_new (root, "data_sha256", json_string (model->data_sha256));
  json_object_set_new (root, "seed", qs_json_seed (model->options.seed));
  json_object_set_new (root, "level", json_real (LEVEL));
  json_object_set_new (root, "n_draws", json_integer (model->draws->len));
  json_object_set_new (root, "parameters", parameters);
  for (guint i = 0; i < model->metrics->len; i++) {
    const QsMetric *metric = &g_array_index (model->metrics, QsMetric, i);

    if (strcmp (metric->name, "-2LL") == 0)
      json_object_set_new (root, "minus2ll", qs_json_number (metric->value));
    if (strcmp (metric->name, "AIC") == 0)
      json_object_set_new (root, "aic", qs_json_number (metric->value));
  }

  return qs_json_dump (root);
}
