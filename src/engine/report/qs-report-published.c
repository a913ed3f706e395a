/* SPDX-License-Identifier: Apache-2.0 */
#include "report/qs-json.h"
#include "report/qs-report.h"

#include <math.h>

static const char *const window_names[QS_N_WINDOWS] = {
  [QS_WINDOW_PUBLISHED] = "published",
  [QS_WINDOW_LAST_DOSE] = "last dose",
};

static json_t *
pair (double low, double high)
{
  return json_pack ("[o, o]", qs_json_number (low), qs_json_number (high));
}

static json_t *
dose_json (double target, const QsPublishedDose *dose)
{
  return json_pack ("{s:f, s:o, s:o, s:o, s:o}", "target", target, "dose_mg",
                    qs_json_number (dose->mean_mg), "interval_mg",
                    pair (dose->low_mg, dose->high_mg), "mean_curve_mg",
                    qs_json_number (dose->curve_mg), "decision_mg",
                    qs_json_number (dose->decision_mg));
}

static json_t *
curve_json (const QsPublishedCurve *curve)
{
  json_t *doses = json_array ();

  for (guint t = 0; t < QS_PUBLISHED_N_TARGETS; t++)
    json_array_append_new (doses, dose_json (qs_published_targets[t], &curve->doses[t]));

  return json_pack ("{s:s, s:o}", "regimen", qs_regimen_name (curve->regimen), "doses",
                    doses);
}

static json_t *
view_json (const QsPublishedView *view)
{
  const double *beta = view->coefficients;
  json_t       *networks = json_array ();
  json_t       *logistic = curve_json (&view->logistic);

  json_object_set_new (logistic, "coefficients",
                       json_pack ("{s:o, s:o, s:o, s:o}", "intercept",
                                  qs_json_number (beta[QS_PUBLISHED_INTERCEPT]), "per_kg",
                                  qs_json_number (beta[QS_PUBLISHED_BW]), "comed",
                                  qs_json_number (beta[QS_PUBLISHED_COMED]), "per_mg_kg",
                                  qs_json_number (beta[QS_PUBLISHED_DOSE])));
  for (guint i = 0; i < view->networks->len; i++) {
    json_t *network = curve_json (&g_array_index (view->networks, QsPublishedCurve, i));

    json_object_set_new (network, "network", json_integer (i / 2));
    json_array_append_new (networks, network);
  }

  return json_pack ("{s:o, s:i, s:i, s:o, s:o}", "window_h",
                    pair (view->from_h, view->to_h), "n", (int) view->n, "attained",
                    (int) view->n_attained, "logistic", logistic, "networks", networks);
}

/* The headline figures of the paper, each by the name scripts know. */
static json_t *
headline_json (const QsPublishedCurve *logistic)
{
  const QsPublishedDose *doses = logistic->doses;

  return json_pack ("{s:o, s:o, s:o, s:o, s:o, s:o}", "d60",
                    qs_json_number (doses[0].mean_mg), "d60_interval",
                    pair (doses[0].low_mg, doses[0].high_mg), "d90",
                    qs_json_number (doses[2].mean_mg), "d90_interval",
                    pair (doses[2].low_mg, doses[2].high_mg), "d75_mean_curve",
                    qs_json_number (doses[1].curve_mg), "d90_mean_curve",
                    qs_json_number (doses[2].curve_mg));
}

static json_t *
own_json (const QsResult *result)
{
  const QsDecision *d = &result->decision;

  return json_pack (
      "{s:s, s:s, s:f, s:s, s:o, s:o, s:o, s:o}", "scenario", result->scenario.name,
      "regimen", qs_regimen_name (result->scenario.regimen), "target", d->target,
      "status", qs_status_name (d->status), "dose_mg", qs_json_number (d->dose_mg),
      "assured_dose_mg", qs_json_number (d->assured_dose_mg), "crossing_mg",
      qs_json_number (d->crossing_mg), "interval_mg",
      pair (d->interval_low_mg, d->interval_high_mg));
}

/**
 * qs_report_published_json:
 * @model: whose answers stand beside
 * @results: (element-type QsResult): these
 *
 * Returns: (transfer full): reproduce.json, schema qusop-reproduce/1
 */
char *
qs_report_published_json (const QsPublished *published,
                          const QsModel     *model,
                          const GPtrArray   *results)
{
  const QsPublishedOptions *options = &published->options;
  json_t                   *root = json_object (), *own = json_array ();
  json_t                   *reasons = json_array ();

  for (guint i = 0; i < results->len; i++)
    json_array_append_new (own, own_json (results->pdata[i]));
  for (guint i = 0; published->reasons[i] != NULL; i++)
    json_array_append_new (reasons, json_string (published->reasons[i]));

  json_object_set_new (root, "schema", json_string ("qusop-reproduce/1"));
  json_object_set_new (root, "data_sha256", json_string (model->data_sha256));
  json_object_set_new (root, "seed", qs_json_seed (options->seed));
  json_object_set_new (root, "threshold_ng_ml", json_real (options->threshold_ng_ml));
  json_object_set_new (root, "replicates", json_integer (options->n_replicates));
  json_object_set_new (root, "logistic",
                       headline_json (&published->views[QS_WINDOW_PUBLISHED].logistic));
  json_object_set_new (root, "as_published",
                       view_json (&published->views[QS_WINDOW_PUBLISHED]));
  json_object_set_new (root, "last_dosing_window",
                       view_json (&published->views[QS_WINDOW_LAST_DOSE]));
  json_object_set_new (root, "model", json_string (qs_model_kind_name (model->kind)));
  json_object_set_new (root, "answers", own);
  json_object_set_new (root, "why_it_is_not_advice", reasons);

  return qs_json_dump (root);
}

static void
append_curve (GString                *csv,
              const char             *window,
              const char             *model,
              const QsPublishedCurve *curve)
{
  const double step_mg = qs_regimen_grid_step_mg (curve->regimen);
  char         text[4][G_ASCII_DTOSTR_BUF_SIZE];

  for (gsize i = 0; i < curve->n_doses; i++) {
    const double values[] = { (double) (i + 1) * step_mg, curve->p[i], curve->lower[i],
                              curve->upper[i] };

    for (guint k = 0; k < 4; k++)
      g_ascii_formatd (text[k], sizeof text[k], "%.15g", values[k]);
    g_string_append_printf (csv, "%s,%s,%s,%s,%s,%s,%s\n", window, model,
                            qs_regimen_name (curve->regimen), text[0], text[1], text[2],
                            text[3]);
  }
}

/* Returns: (transfer full): every success curve of the published pipeline */
char *
qs_report_published_csv (const QsPublished *published)
{
  GString *csv = g_string_new ("window,model,regimen,dose_mg,p,mc_lower,mc_upper\n");

  for (guint w = 0; w < QS_N_WINDOWS; w++) {
    const QsPublishedView *view = &published->views[w];

    append_curve (csv, window_names[w], "logistic", &view->logistic);
    for (guint i = 0; i < view->networks->len; i++) {
      g_autofree char *name = g_strdup_printf ("network %u", i / 2);

      append_curve (csv, window_names[w], name,
                    &g_array_index (view->networks, QsPublishedCurve, i));
    }
  }

  return g_string_free (csv, FALSE);
}
