/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/qs-model-codec.h"

#include "core/qs-error.h"
#include "registry/qs-predictor-codec.h"
#include "report/qs-json.h"
#include "report/qs-report-parameters.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA "qusop-model/1"

/* A file may be this large: a model has up to 2,000 networks of some 420 kB each. */
#define N_BYTES_MAX ((gsize) 900 << 20)

/* Values in all: the tree of a parsed file stays small beside the file. */
#define N_VALUES_MAX 1000000

gsize
qs_model_n_bytes_max (void)
{
  return N_BYTES_MAX;
}

/* Value to JSON */

static json_t *
encode_cells (const QsCellOptions *cells)
{
  return json_pack ("{s:i, s:i, s:b}", "qubits", (int) cells->n_qubits, "layers",
                    (int) cells->n_layers, "replace", cells->replaces != FALSE);
}

static json_t *
encode_settings (const QsFitOptions *options)
{
  json_t *root = json_pack (
      "{s:i, s:b, s:i, s:i, s:f, s:f, s:f, s:i, s:f, s:s}", "epochs",
      (int) options->n_epochs, "early_stopping", options->early_stopping != FALSE,
      "patience", (int) options->patience, "batch_size", (int) options->batch_size,
      "learning_rate", options->learning_rate, "clip_norm", options->clip_norm,
      "validation_share", options->validation_share, "bootstrap",
      (int) options->n_bootstrap, "threshold_ng_ml", options->threshold_ng_ml, "success",
      options->success == QS_SUCCESS_ABOVE ? "above" : "below");

  if (options->uncertainty == QS_UNCERTAINTY_BOOTSTRAP)
    json_object_set_new (root, "uncertainty", json_string ("bootstrap"));
  if (options->cells.n_qubits > 0 || options->cells.n_layers > 0 ||
      options->cells.replaces)
    json_object_set_new (root, "cells", encode_cells (&options->cells));
  if (options->full_bootstrap)
    json_object_set_new (root, "full_bootstrap", json_true ());
  if (options->n_physics > 0)
    json_object_set_new (root, "physics",
                         json_pack ("{s:i, s:f}", "records", (int) options->n_physics,
                                    "weight", options->physics_weight));
  return root;
}

static json_t *
encode_facts (const QsStudyFacts *facts)
{
  json_t *doses = json_array ();

  for (guint i = 0; i < facts->n_doses; i++)
    json_array_append_new (doses, json_real (facts->doses_mg[i]));

  return json_pack (
      "{s:i, s:f, s:f, s:f, s:f, s:f, s:b, s:f, s:f, s:f, s:f, s:o}", "subjects",
      (int) facts->n_subjects, "highest_dose_mg", facts->highest_dose_mg,
      "highest_cmax_mg_l", facts->highest_cmax_mg_l, "highest_auctau_h_mg_l",
      facts->highest_auctau_h_mg_l, "bw_low_kg", facts->bw_low_kg, "bw_high_kg",
      facts->bw_high_kg, "has_comed", facts->has_comed != FALSE, "comed_share",
      facts->comed_share, "interval_h", facts->interval_h, "window_from_h",
      facts->window_from_h, "window_to_h", facts->window_to_h, "doses_mg", doses);
}

static json_t *
encode_metrics (const GArray *metrics)
{
  json_t *array = json_array ();

  for (guint i = 0; i < metrics->len; i++) {
    const QsMetric *metric = &g_array_index (metrics, QsMetric, i);

    json_array_append_new (array, json_pack ("{s:s, s:o, s:s}", "name", metric->name,
                                             "value", qs_json_number (metric->value),
                                             "unit", metric->unit));
  }

  return array;
}

static json_t *
encode_history (const GArray *history)
{
  json_t *train = json_array (), *validation = json_array ();

  for (guint i = 0; i < history->len; i++) {
    const QsLossPoint *point = &g_array_index (history, QsLossPoint, i);

    json_array_append_new (train, qs_json_number (point->train));
    json_array_append_new (validation, qs_json_number (point->validation));
  }

  return json_pack ("{s:o, s:o}", "train", train, "validation", validation);
}

static json_t *
encode_draws (const QsModel *model)
{
  json_t *array = json_array ();

  for (guint i = 0; i < model->draws->len; i++)
    json_array_append_new (array,
                           qs_predictor_encode (model->draws->pdata[i], model->kind));

  return array;
}

/* What of the study a model of this kind has seen. */
static const char *
input_of (const QsFitOptions *options)
{
  if (options->kind == QS_MODEL_PKPD || qs_model_kind_is_pinn (options->kind))
    return "record";

  return options->input == QS_INPUT_EXPOSURE ? "exposure" : "window";
}

/* Whether a file may say so of a model of @kind; then it is set. */
static gboolean
take_input (const char *text, QsFitOptions *options)
{
  options->input = QS_INPUT_WINDOW;
  if (qs_model_kind_is_network (options->kind) && strcmp (text, "exposure") == 0)
    options->input = QS_INPUT_EXPOSURE;

  return strcmp (text, input_of (options)) == 0;
}

static json_t *
encode_candidates (const GArray *candidates)
{
  json_t *array = json_array ();

  for (guint i = 0; i < candidates->len; i++) {
    const QsCandidate *one = &g_array_index (candidates, QsCandidate, i);
    json_t            *json = json_pack (
                   "{s:s, s:i, s:o, s:o, s:o, s:o, s:s, s:b}", "name", one->name, "n_parameters",
                   (int) one->n_parameters, "minus2ll", qs_json_number (one->minus2ll),
                   "minus2ll_mc_error", qs_json_number (one->minus2ll_mc_error), "aic",
                   qs_json_number (one->aic), "bic", qs_json_number (one->bic), "how", one->how,
                   "chosen", one->chosen != FALSE);

    if (one->n_draws > 0)
      json_object_set_new (json, "draws", json_integer (one->n_draws));
    json_array_append_new (array, json);
  }

  return array;
}

static json_t *
encode_parameters (const QsModel *model)
{
  g_autoptr (GArray) table = qs_report_parameters (model);
  json_t            *array = json_array ();

  for (guint i = 0; i < table->len; i++) {
    const QsReportParameter *one = &g_array_index (table, QsReportParameter, i);

    json_array_append_new (
        array,
        json_pack ("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "name", one->name, "unit",
                   one->unit, "estimate", qs_json_number (one->estimate), "se",
                   qs_json_number (one->se), "rse_percent",
                   qs_json_number (one->rse_percent), "ci_low", qs_json_number (one->low),
                   "ci_high", qs_json_number (one->high), "shrinkage_percent",
                   qs_json_number (one->shrinkage_percent)));
  }

  return array;
}

/* What people and scripts look for in a population model, said where they look: the
 * estimate and the metrics hold it too. */
static void
add_summary (json_t *root, const QsModel *model)
{
  static const struct {
    const char *key;
    const char *metric;
  } figures[] = { { "minus2ll", "-2LL" }, { "aic", "AIC" }, { "bic", "BIC" } };

  json_object_set (root, "structure",
                   json_object_get (json_object_get (root, "estimate"), "structure"));
  json_object_set_new (root, "parameters", encode_parameters (model));
  for (guint i = 0; i < model->metrics->len; i++) {
    const QsMetric *metric = &g_array_index (model->metrics, QsMetric, i);

    for (guint k = 0; k < G_N_ELEMENTS (figures); k++)
      if (strcmp (metric->name, figures[k].metric) == 0)
        json_object_set_new (root, figures[k].key, qs_json_number (metric->value));
  }
}

/* All that makes the model what it is. Not in here: the program's version and the time of
 * the fit, which would give equal models unequal checksums. */
static json_t *
encode_content (const QsModel *model)
{
  json_t *donors = qs_predictor_encode_donors (model->estimate);
  json_t *root = json_pack (
      "{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:i, s:o, s:o, s:o}", "schema",
      SCHEMA, "model", qs_model_kind_name (model->kind), "input",
      input_of (&model->options), "data_sha256", model->data_sha256, "seed",
      qs_json_seed (model->options.seed), "settings", encode_settings (&model->options),
      "facts", encode_facts (&model->facts), "metrics", encode_metrics (model->metrics),
      "history", encode_history (model->history), "best_epoch", (int) model->best_epoch,
      "layout", qs_predictor_layout (&model->options), "estimate",
      qs_predictor_encode (model->estimate, model->kind), "draws", encode_draws (model));

  if (model->kind == QS_MODEL_PKPD)
    add_summary (root, model);
  if (donors != NULL)
    json_object_set_new (root, "covariates", donors);
  if (model->candidates->len > 0)
    json_object_set_new (root, "candidates", encode_candidates (model->candidates));
  if (model->explanation != NULL)
    json_object_set_new (root, "explanation", json_string (model->explanation));
  if (model->uncertainty != NULL)
    json_object_set_new (root, "uncertainty", json_string (model->uncertainty));
  if (model->verdict != QS_VERDICT_NONE)
    json_object_set_new (root, "convergence",
                         json_pack ("{s:b, s:s}", "converged",
                                    model->verdict == QS_VERDICT_CONVERGED, "sentence",
                                    model->convergence));

  return root;
}

/* Over the values, so that white space is free and everything else is not. */
static char *
checksum (const json_t *content)
{
  char *text = json_dumps (content, JSON_SORT_KEYS | JSON_COMPACT);
  char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  free (text);
  return sha256;
}

/**
 * qs_model_checksum:
 *
 * Returns: (transfer full): SHA-256 of what the model is; the same for a model and for
 * what is read back from its file
 */
char *
qs_model_checksum (const QsModel *model)
{
  json_t *content = encode_content (model);
  char   *sha256 = checksum (content);

  json_decref (content);
  return sha256;
}

/**
 * qs_model_encode:
 *
 * Returns: (transfer full): MODEL.json
 */
char *
qs_model_encode (const QsModel *model)
{
  json_t          *root = encode_content (model);
  g_autofree char *sha256 = checksum (root);
  char            *raw, *text;

  json_object_set_new (root, "sha256", json_string (sha256));
  json_object_set_new (root, "version", json_string (QS_VERSION));
  json_object_set_new (root, "elapsed_s", qs_json_number (model->elapsed_s));
  raw = json_dumps (root, JSON_SORT_KEYS | JSON_INDENT (1));
  text = g_strconcat (raw, "\n", NULL);

  free (raw);
  json_decref (root);
  return text;
}

/* JSON to value */

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error_literal (error, QS_ERROR, QS_ERROR_MODEL, what);
  return FALSE;
}

static gboolean
is_side (const char *text)
{
  return strcmp (text, "below") == 0 || strcmp (text, "above") == 0;
}

static gboolean
is_method (const char *text)
{
  return strcmp (text, "likelihood") == 0 || strcmp (text, "bootstrap") == 0;
}

static gboolean
decode_cells (json_t *json, QsCellOptions *cells)
{
  int n_qubits, n_layers, replaces;

  if (json == NULL)
    return TRUE;
  if (json_unpack_ex (json, NULL, JSON_STRICT, "{s:i, s:i, s:b}", "qubits", &n_qubits,
                      "layers", &n_layers, "replace", &replaces) != 0)
    return FALSE;

  *cells = (QsCellOptions){ (guint) n_qubits, (guint) n_layers, replaces };
  return TRUE;
}

static gboolean
decode_physics (json_t *json, QsFitOptions *options)
{
  int n;

  if (json == NULL)
    return TRUE;
  if (json_unpack_ex (json, NULL, JSON_STRICT, "{s:i, s:F}", "records", &n, "weight",
                      &options->physics_weight) != 0)
    return FALSE;

  options->n_physics = (guint) n;
  return TRUE;
}

static gboolean
decode_settings (json_t *json, const char *seed, QsFitOptions *options, GError **error)
{
  int         n_epochs, early_stopping, patience, batch_size, n_bootstrap;
  int         full_bootstrap = 0;
  const char *side, *uncertainty = "likelihood";
  json_t     *cells = NULL, *physics = NULL;

  if (json_unpack_ex (json, NULL, JSON_STRICT,
                      "{s:i, s:b, s:i, s:i, s:F, s:F, s:F, s:i, s:F, s:s, s?s, s?o, s?b, "
                      "s?o}",
                      "epochs", &n_epochs, "early_stopping", &early_stopping, "patience",
                      &patience, "batch_size", &batch_size, "learning_rate",
                      &options->learning_rate, "clip_norm", &options->clip_norm,
                      "validation_share", &options->validation_share, "bootstrap",
                      &n_bootstrap, "threshold_ng_ml", &options->threshold_ng_ml,
                      "success", &side, "uncertainty", &uncertainty, "cells", &cells,
                      "full_bootstrap", &full_bootstrap, "physics", &physics) != 0 ||
      !is_side (side) || !is_method (uncertainty) ||
      !decode_cells (cells, &options->cells) || !decode_physics (physics, options) ||
      !g_ascii_string_to_unsigned (seed, 10, 0, G_MAXUINT64, &options->seed, NULL))
    return refuse (error,
                   "A field of its settings is missing, foreign or of another kind");

  options->n_epochs = (guint) n_epochs;
  options->early_stopping = early_stopping;
  options->full_bootstrap = full_bootstrap;
  options->patience = (guint) patience;
  options->batch_size = (guint) batch_size;
  options->n_bootstrap = (guint) n_bootstrap;
  options->success = strcmp (side, "above") == 0 ? QS_SUCCESS_ABOVE : QS_SUCCESS_BELOW;
  options->uncertainty = strcmp (uncertainty, "bootstrap") == 0
                             ? QS_UNCERTAINTY_BOOTSTRAP
                             : QS_UNCERTAINTY_LIKELIHOOD;

  if (!qs_fit_options_validate (options, NULL))
    return refuse (error, "A setting lies outside what is allowed");

  return TRUE;
}

/* Only the population PK/PD model can be fitted to a study of single doses, which have no
 * interval. */
static gboolean
are_sensible (const QsStudyFacts *facts, QsModelKind kind)
{
  for (guint i = 0; i < facts->n_doses; i++) {
    if (!(facts->doses_mg[i] >= 0.0) ||
        (i > 0 && !(facts->doses_mg[i] > facts->doses_mg[i - 1])))
      return FALSE;
  }

  return facts->highest_dose_mg > 0.0 && facts->highest_cmax_mg_l >= 0.0 &&
         facts->highest_auctau_h_mg_l >= 0.0 && facts->bw_low_kg > 0.0 &&
         facts->bw_high_kg >= facts->bw_low_kg && facts->comed_share >= 0.0 &&
         facts->comed_share <= 1.0 &&
         (facts->interval_h > 0.0 ||
          (kind == QS_MODEL_PKPD && facts->interval_h == 0.0)) &&
         facts->window_to_h >= facts->window_from_h;
}

static gboolean
decode_facts (json_t *json, QsModelKind kind, QsStudyFacts *facts, GError **error)
{
  static const char wrong[] = "A fact of its study is missing, foreign or impossible";
  int               n_subjects, has_comed;
  json_t           *doses;

  if (json_unpack_ex (json, NULL, JSON_STRICT,
                      "{s:i, s:F, s?F, s?F, s:F, s:F, s:b, s:F, s:F, s:F, s:F, s:o}",
                      "subjects", &n_subjects, "highest_dose_mg", &facts->highest_dose_mg,
                      "highest_cmax_mg_l", &facts->highest_cmax_mg_l,
                      "highest_auctau_h_mg_l", &facts->highest_auctau_h_mg_l, "bw_low_kg",
                      &facts->bw_low_kg, "bw_high_kg", &facts->bw_high_kg, "has_comed",
                      &has_comed, "comed_share", &facts->comed_share, "interval_h",
                      &facts->interval_h, "window_from_h", &facts->window_from_h,
                      "window_to_h", &facts->window_to_h, "doses_mg", &doses) != 0 ||
      n_subjects < 1 || !json_is_array (doses) ||
      json_array_size (doses) > G_N_ELEMENTS (facts->doses_mg))
    return refuse (error, wrong);

  facts->n_subjects = (guint) n_subjects;
  facts->has_comed = has_comed;
  facts->n_doses = (guint) json_array_size (doses);
  for (guint i = 0; i < facts->n_doses; i++) {
    if (!json_is_number (json_array_get (doses, i)))
      return refuse (error, wrong);
    facts->doses_mg[i] = json_number_value (json_array_get (doses, i));
  }

  return are_sensible (facts, kind) || refuse (error, wrong);
}

/* A number, or NaN where null was written. */
static gboolean
decode_number (json_t *json, double *value)
{
  *value = json_is_number (json) ? json_number_value (json) : NAN;
  return json_is_number (json) || json_is_null (json);
}

static gboolean
decode_metrics (json_t *json, QsModel *model, GError **error)
{
  const gsize n = json_array_size (json);

  for (gsize i = 0; i < n; i++) {
    const char *name, *unit;
    json_t     *number;
    double      value;

    if (json_unpack_ex (json_array_get (json, i), NULL, JSON_STRICT, "{s:s, s:o, s:s}",
                        "name", &name, "value", &number, "unit", &unit) != 0 ||
        !decode_number (number, &value))
      return refuse (error, "A metric is missing, foreign or of another kind");

    /* The names of metrics are static in a fitted model. */
    qs_model_add_metric (model, g_intern_string (name), value, g_intern_string (unit));
  }

  return TRUE;
}

static const char *
known_how (const char *how)
{
  static const char *const known[] = {
    "fitted", "score test", "residuals", "Wald test", "did not converge", "not identified"
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (how, known[i]) == 0)
      return known[i];

  return NULL;
}

/* Files of before have none. */
static gboolean
decode_convergence (json_t *json, QsModel *model, GError **error)
{
  const char *sentence;
  int         converged;

  if (json == NULL)
    return TRUE;
  if (json_unpack_ex (json, NULL, JSON_STRICT, "{s:b, s:s}", "converged", &converged,
                      "sentence", &sentence) != 0)
    return refuse (error, "Its convergence is not what it should be");

  model->verdict = converged ? QS_VERDICT_CONVERGED : QS_VERDICT_DOUBTFUL;
  model->convergence = g_strdup (sentence);
  return TRUE;
}

static gboolean
decode_candidates (json_t *json, GArray *candidates, GError **error)
{
  for (gsize i = 0; i < json_array_size (json); i++) {
    const char *name, *how;
    json_t     *minus2ll, *mc_error, *aic, *bic;
    int         n_parameters, chosen, n_draws = 0; /* files of before don't know */
    QsCandidate one;

    if (json_unpack_ex (json_array_get (json, i), NULL, JSON_STRICT,
                        "{s:s, s:i, s:o, s:o, s:o, s:o, s:s, s:b, s?i}", "name", &name,
                        "n_parameters", &n_parameters, "minus2ll", &minus2ll,
                        "minus2ll_mc_error", &mc_error, "aic", &aic, "bic", &bic, "how",
                        &how, "chosen", &chosen, "draws", &n_draws) != 0 ||
        !decode_number (minus2ll, &one.minus2ll) ||
        !decode_number (mc_error, &one.minus2ll_mc_error) ||
        !decode_number (aic, &one.aic) || !decode_number (bic, &one.bic) ||
        n_parameters < 0 || n_draws < 0 || known_how (how) == NULL)
      return refuse (error, "A candidate of its search is not what it should be");

    one.name = g_intern_string (name);
    one.n_parameters = (guint) n_parameters;
    one.how = known_how (how);
    one.chosen = chosen;
    one.n_draws = (guint) n_draws;
    g_array_append_val (candidates, one);
  }

  return TRUE;
}

static gboolean
decode_history (json_t *json, GArray *history, GError **error)
{
  static const char wrong[] = "The history of its training is not what it should be";
  json_t           *train, *validation;

  if (json_unpack_ex (json, NULL, JSON_STRICT, "{s:o, s:o}", "train", &train,
                      "validation", &validation) != 0 ||
      json_array_size (train) != json_array_size (validation))
    return refuse (error, wrong);

  for (gsize i = 0; i < json_array_size (train); i++) {
    QsLossPoint point;

    if (!decode_number (json_array_get (train, i), &point.train) ||
        !decode_number (json_array_get (validation, i), &point.validation))
      return refuse (error, wrong);
    g_array_append_val (history, point);
  }

  return TRUE;
}

static gboolean
decode_predictors (json_t *estimate, json_t *draws, QsModel *model, GError **error)
{
  const double interval_h = model->facts.interval_h;

  model->estimate = qs_predictor_decode (estimate, &model->options, interval_h, error);
  if (model->estimate == NULL)
    return FALSE;

  for (gsize i = 0; i < json_array_size (draws); i++) {
    QsPredictor *draw = qs_predictor_decode (json_array_get (draws, i), &model->options,
                                             interval_h, error);

    if (draw == NULL)
      return FALSE;
    g_ptr_array_add (model->draws, draw);
  }

  return TRUE;
}

static gboolean
check_layout (json_t *layout, const QsFitOptions *options, GError **error)
{
  json_t        *known = qs_predictor_layout (options);
  const gboolean same = json_equal (layout, known);

  json_decref (known);
  return same || refuse (error, "Its weights are laid out for another network");
}

static QsModel *
decode_content (json_t *root, double elapsed_s, GError **error)
{
  const char         *schema, *name, *input, *data_sha256, *seed;
  json_t             *settings, *facts, *metrics, *history, *layout, *estimate, *draws;
  json_t             *candidates = NULL, *told; /* told: said elsewhere too */
  const char         *explanation = NULL, *uncertainty = NULL;
  json_t             *donors = NULL, *convergence = NULL;
  int                 best_epoch;
  QsModelKind         kind;
  g_autoptr (QsModel) model = NULL;

  if (json_unpack_ex (root, NULL, JSON_STRICT,
                      "{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:i, s:o, s:o, "
                      "s:o, s?o, s?s, s?s, s?o, s?o, s?o, s?o, s?o, s?o, s?o}",
                      "schema", &schema, "model", &name, "input", &input, "data_sha256",
                      &data_sha256, "seed", &seed, "settings", &settings, "facts", &facts,
                      "metrics", &metrics, "history", &history, "best_epoch", &best_epoch,
                      "layout", &layout, "estimate", &estimate, "draws", &draws,
                      "candidates", &candidates, "explanation", &explanation,
                      "uncertainty", &uncertainty, "convergence", &convergence,
                      "covariates", &donors, "structure", &told, "parameters", &told,
                      "minus2ll", &told, "aic", &told, "bic", &told) != 0 ||
      !qs_json_is_sha256 (data_sha256) || best_epoch < 0) {
    refuse (error, "A field is missing, foreign or of another kind");
    return NULL;
  }
  if (qs_model_kind_parse (name, &kind, NULL))
    model = qs_model_new (kind);
  if (model == NULL || !take_input (input, &model->options)) {
    g_set_error (error, QS_ERROR, QS_ERROR_MODEL,
                 "It is a model \"%s\" with input \"%s\"; this version knows pkpd "
                 "with input record, lstm, qlstm, qtlstm and qklstm with input window or "
                 "exposure, and logistic and emax with input window",
                 name, input);
    return NULL;
  }

  model->elapsed_s = elapsed_s;
  model->best_epoch = (guint) best_epoch;
  model->data_sha256 = g_strdup (data_sha256);
  model->explanation = g_strdup (explanation);
  model->uncertainty = g_strdup (uncertainty);
  if (!decode_settings (settings, seed, &model->options, error) ||
      !decode_facts (facts, kind, &model->facts, error) ||
      !decode_metrics (metrics, model, error) ||
      !decode_history (history, model->history, error) ||
      !decode_candidates (candidates, model->candidates, error) ||
      !decode_convergence (convergence, model, error) ||
      !check_layout (layout, &model->options, error) ||
      !decode_predictors (estimate, draws, model, error) ||
      !qs_predictor_decode_donors (donors, model, error))
    return NULL;

  return g_steal_pointer (&model);
}

/* Takes off @root what is not content, and compares its checksum with the rest. */
static gboolean
check_root (json_t *root, double *elapsed_s, GError **error)
{
  const char      *schema = json_string_value (json_object_get (root, "schema"));
  const char      *given = json_string_value (json_object_get (root, "sha256"));
  g_autofree char *expected = g_strdup (given);
  g_autofree char *found = NULL;

  if (g_strcmp0 (schema, SCHEMA) != 0)
    return refuse (error, "Its schema is not " SCHEMA ", so it is no model");
  if (expected == NULL || !decode_number (json_object_get (root, "elapsed_s"), elapsed_s))
    return refuse (error, "Its checksum or its time is missing");

  json_object_del (root, "sha256");
  json_object_del (root, "elapsed_s");
  json_object_del (root, "version");
  found = checksum (root);

  return strcmp (found, expected) == 0 ||
         refuse (error,
                 "Its checksum does not match: it was changed after it was written");
}

/**
 * qs_model_decode:
 * @text: the bytes of a file, nothing of which is believed
 * @name: of the file, for messages
 * @error: return location for %QS_ERROR_MODEL
 */
QsModel *
qs_model_decode (const char *text, gsize n_bytes, const char *name, GError **error)
{
  json_t  *root = NULL;
  double   elapsed_s;
  QsModel *model = NULL;

  if (n_bytes > N_BYTES_MAX)
    refuse (error, "It is too large for a model");
  else
    root = qs_json_parse (text, n_bytes, N_VALUES_MAX, error);
  if (root != NULL && check_root (root, &elapsed_s, error))
    model = decode_content (root, elapsed_s, error);
  if (model == NULL)
    g_prefix_error (error, "%s is not a usable model. ", name);

  json_decref (root);
  return model;
}
