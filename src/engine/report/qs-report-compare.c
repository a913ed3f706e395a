/* SPDX-License-Identifier: Apache-2.0 */
#include "report/qs-json.h"
#include "report/qs-report.h"

#include <math.h>

static json_t *
fit_json (const QsFit *fit)
{
  return json_pack ("{s:i, s:o, s:o}", "n", (int) fit->n, "rmse_ng_ml",
                    qs_json_number (fit->rmse_ng_ml), "r_squared",
                    qs_json_number (fit->r_squared));
}

static json_t *
share_json (const QsReliability *share)
{
  return json_pack ("{s:i, s:o, s:o}", "n", (int) share->n, "predicted",
                    qs_json_number (share->predicted), "observed",
                    qs_json_number (share->observed));
}

/* Empty bins are left out but in the coarsest diagram. */
static json_t *
reliability_json (const QsCalibration *c, guint e)
{
  json_t *bins = json_array ();

  for (guint b = 0; b < qs_calibration_bins[e]; b++)
    if (e == 0 || c->bins[e][b].n > 0)
      json_array_append_new (bins, share_json (&c->bins[e][b]));

  return bins;
}

static json_t *
calibration_json (const QsContestant *contestant)
{
  const QsCalibration *c = &contestant->calibration;
  json_t              *ece = json_object (), *strata = json_object ();
  json_t              *finer = json_object ();

  for (guint e = 0; e < QS_CALIBRATION_N_ECE; e++) {
    g_autofree char *name = g_strdup_printf ("%u", qs_calibration_bins[e]);

    json_object_set_new (ece, name, qs_json_number (c->ece[e]));
    json_object_set_new (finer, name, reliability_json (c, e));
  }
  for (guint s = 0; s < QS_N_STRATA; s++)
    json_object_set_new (strata, qs_stratum_name (s),
                         share_json (&contestant->strata[s]));

  return json_pack ("{s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "n",
                    (int) c->n, "slope", qs_json_number (c->slope), "intercept",
                    qs_json_number (c->intercept), "ece_by_bins", ece, "hosmer_lemeshow",
                    json_pack ("{s:o, s:i, s:o}", "chi_square",
                               qs_json_number (c->hosmer_lemeshow), "df",
                               (int) c->hosmer_lemeshow_df, "p",
                               qs_json_number (c->hosmer_lemeshow_p)),
                    "auc", qs_json_number (c->auc), "brier", qs_json_number (c->brier),
                    "predicted", qs_json_number (c->predicted), "observed",
                    qs_json_number (c->observed), "reliability", reliability_json (c, 0),
                    "reliability_by_bins", finer, "strata", strata);
}

/* Weights of an ensemble by the names of its members; null of others. */
static json_t *
weights_json (const QsCompare *compare, const QsContestant *contestant)
{
  json_t *weights = contestant->weights != NULL ? json_object () : json_null ();

  for (guint i = 0; contestant->weights != NULL && i < compare->contestants->len; i++)
    if (contestant->weights[i] > 0.0)
      json_object_set_new (weights,
                           g_array_index (compare->contestants, QsContestant, i).name,
                           json_real (contestant->weights[i]));

  return weights;
}

/* The LSTM of equal size beside a quantum network; null beside others. */
static json_t *
twin_json (const QsCompare *compare, const QsContestant *contestant)
{
  return contestant->twin > 0
             ? json_string (
                   g_array_index (compare->contestants, QsContestant, contestant->twin)
                       .name)
             : json_null ();
}

/* Of daily and weekly answers; null of who was not asked. */
static json_t *
coherence_json (const QsContestant *contestant)
{
  guint       n_coherent;
  double      least;
  const guint n = qs_contestant_coherence (contestant, &n_coherent, &least);

  return contestant->answers == NULL
             ? json_null ()
             : json_pack ("{s:i, s:i, s:o}", "pairs", (int) n, "coherent",
                          (int) n_coherent, "least_ratio", qs_json_number (least));
}

static json_t *
contestant_json (const QsCompare *compare, const QsContestant *contestant)
{
  return json_pack (
      "{s:s, s:s, s:b, s:o, s:o, s:o, s:i, s:i, s:f, s:o, s:o, s:o}", "name",
      contestant->name, "how", contestant->what, "network", contestant->is_network,
      "twin", twin_json (compare, contestant), "weights",
      weights_json (compare, contestant), "daily_and_weekly", coherence_json (contestant),
      "classical_parameters", (int) contestant->n_classical, "quantum_parameters",
      (int) contestant->n_quantum, "cpu_s", contestant->cpu_s, "last_dosing_interval",
      fit_json (&contestant->window), "whole_record", fit_json (&contestant->record),
      "attainment", calibration_json (contestant));
}

/**
 * qs_report_compare_json:
 *
 * Returns: (transfer full): compare.json, schema qusop-compare/1
 */
char *
qs_report_compare_json (const QsDataset *dataset, const QsCompare *compare)
{
  json_t *root = json_object (), *contestants = json_array (), *verdicts = json_array ();
  json_t *folds = json_object ();

  for (guint i = 0; i < compare->contestants->len; i++)
    json_array_append_new (contestants,
                           contestant_json (compare, &g_array_index (compare->contestants,
                                                                     QsContestant, i)));
  for (guint i = 0; compare->verdicts[i] != NULL; i++)
    json_array_append_new (verdicts, json_string (compare->verdicts[i]));
  for (guint i = 0; i < compare->n_subjects; i++) {
    g_autofree char *id = g_utf8_make_valid (qs_dataset_subject (dataset, i)->id, -1);

    json_object_set_new (folds, id, json_integer (compare->fold[i]));
  }

  json_object_set_new (root, "schema", json_string ("qusop-compare/1"));
  json_object_set_new (root, "data_sha256", json_string (qs_dataset_sha256 (dataset)));
  json_object_set_new (root, "seed", qs_json_seed (compare->options.seed));
  json_object_set_new (root, "threshold_ng_ml",
                       json_real (compare->options.threshold_ng_ml));
  json_object_set_new (root, "n_folds", json_integer (compare->options.n_folds));
  json_object_set_new (root, "folds", folds);
  json_object_set_new (root, "contestants", contestants);
  json_object_set_new (root, "verdicts", verdicts);

  return qs_json_dump (root);
}

static void
append (GString *csv, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (csv, ',');
  if (isfinite (value))
    g_string_append (csv, g_ascii_formatd (text, sizeof text, "%.15g", value));
}

/* Returns: (transfer full): one line per contestant */
char *
qs_report_compare_csv (const QsCompare *compare)
{
  GString *csv = g_string_new (
      "name,classical_parameters,quantum_parameters,rmse_ng_ml,r_squared,"
      "record_rmse_ng_ml,record_r_squared,slope,intercept,ece_10,ece_20,ece_50,"
      "hosmer_lemeshow,hosmer_lemeshow_p,auc,brier,cpu_s\n");

  for (guint i = 0; i < compare->contestants->len; i++) {
    const QsContestant *c = &g_array_index (compare->contestants, QsContestant, i);
    const double        values[] = {
             c->window.rmse_ng_ml,
             c->window.r_squared,
             c->record.rmse_ng_ml,
             c->record.r_squared,
             c->calibration.slope,
             c->calibration.intercept,
             c->calibration.ece[0],
             c->calibration.ece[1],
             c->calibration.ece[2],
             c->calibration.hosmer_lemeshow,
             c->calibration.hosmer_lemeshow_p,
             c->calibration.auc,
             c->calibration.brier,
             c->cpu_s,
    };

    g_string_append_printf (csv, "%s,%u,%u", c->name, c->n_classical, c->n_quantum);
    for (gsize k = 0; k < G_N_ELEMENTS (values); k++)
      append (csv, values[k]);
    g_string_append_c (csv, '\n');
  }

  return g_string_free (csv, FALSE);
}

/* Returns: (transfer full): answers.csv of every model that was asked, one after the
 * other, each line behind the model's name */
char *
qs_report_compare_answers_csv (const QsCompare *compare)
{
  GString *csv = g_string_new (NULL);

  for (guint i = 0; i < compare->contestants->len; i++) {
    const QsContestant *c = &g_array_index (compare->contestants, QsContestant, i);
    g_autofree char    *table = NULL;
    g_auto (GStrv)      lines = NULL;

    if (c->answers == NULL)
      continue;
    table = qs_report_answers_csv (c->answers);
    lines = g_strsplit (table, "\n", -1);
    if (csv->len == 0)
      g_string_append_printf (csv, "model,%s\n", lines[0]);
    for (guint k = 1; lines[k] != NULL && *lines[k] != '\0'; k++)
      g_string_append_printf (csv, "%s,%s\n", c->name, lines[k]);
  }

  return g_string_free (csv, FALSE);
}

/* Returns: (transfer full): every observation with what each contestant predicts of it */
char *
qs_report_predictions_csv (const QsDataset *dataset, const QsCompare *compare)
{
  GString *csv = g_string_new ("id,fold,time_h,after_dose_h,observed_ng_ml");

  for (guint i = 0; i < compare->contestants->len; i++)
    g_string_append_printf (csv, ",%s_ng_ml",
                            g_array_index (compare->contestants, QsContestant, i).name);
  g_string_append_c (csv, '\n');

  for (gsize i = 0; i < compare->n_points; i++) {
    const QsComparePoint *point = &compare->points[i];

    g_string_append_printf (csv, "\"%s\",%u",
                            qs_dataset_subject (dataset, point->subject)->id,
                            compare->fold[point->subject]);
    append (csv, point->time_h);
    append (csv, point->after_h);
    append (csv, point->observed_ng_ml);
    for (guint c = 0; c < compare->contestants->len; c++)
      append (csv, g_array_index (compare->contestants, QsContestant, c).predicted[i]);
    g_string_append_c (csv, '\n');
  }

  return g_string_free (csv, FALSE);
}
