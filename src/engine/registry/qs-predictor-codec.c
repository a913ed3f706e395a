/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/qs-predictor-codec.h"

#include "analysis/qs-emax.h"
#include "analysis/qs-logistic.h"
#include "core/qs-error.h"
#include "nn/qs-lstm-predictor.h"
#include "report/qs-json.h"

#include <math.h>
#include <string.h>

static gpointer
refuse (GError **error, const char *what)
{
  g_set_error (error, QS_ERROR, QS_ERROR_MODEL, "The model's parameters: %s", what);
  return NULL;
}

/* Doubles as they lie in memory, least significant byte first on every machine. */
static void
swap_to_file_order (guint64 *words, gsize n)
{
  for (gsize i = 0; i < n; i++)
    words[i] = GUINT64_TO_LE (words[i]);
}

static json_t *
encode_block (const double *values, gsize n)
{
  g_autofree guint64 *words = g_memdup2 (values, n * sizeof *values);
  g_autofree char    *text = NULL;

  swap_to_file_order (words, n);
  text = g_base64_encode ((const guchar *) words, n * sizeof *words);
  return json_string (text);
}

static double *
decode_block (const char *text, gsize n, GError **error)
{
  gsize            n_bytes = 0;
  g_autofree char *copy = g_strdup (text);

  /* Fewer than two characters are no base64, which GLib takes for the caller's mistake.
   */
  if (strlen (copy) >= 2)
    g_base64_decode_inplace (copy, &n_bytes);
  if (n_bytes != n * sizeof (double))
    return refuse (error, "the number of weights is not that of this network");

  swap_to_file_order ((guint64 *) copy, n);
  for (gsize i = 0; i < n; i++) {
    if (!isfinite (((double *) copy)[i]))
      return refuse (error, "a weight is not a finite number");
  }

  return (double *) g_steal_pointer (&copy);
}

static json_t *
encode_scaler (const QsLstmScaler *scaler)
{
  return json_pack ("{s:f, s:[f,f,f], s:[f,f,f], s:f, s:f}", "dose_scale_mg_per_kg",
                    scaler->dose_scale_mg_per_kg, "mean", scaler->mean[0],
                    scaler->mean[1], scaler->mean[2], "sd", scaler->sd[0], scaler->sd[1],
                    scaler->sd[2], "response_mean", scaler->response_mean, "response_sd",
                    scaler->response_sd);
}

static gboolean
decode_scaler (json_t *json, QsLstmScaler *scaler)
{
  if (json_unpack_ex (json, NULL, JSON_STRICT, "{s:F, s:[F,F,F!], s:[F,F,F!], s:F, s:F}",
                      "dose_scale_mg_per_kg", &scaler->dose_scale_mg_per_kg, "mean",
                      &scaler->mean[0], &scaler->mean[1], &scaler->mean[2], "sd",
                      &scaler->sd[0], &scaler->sd[1], &scaler->sd[2], "response_mean",
                      &scaler->response_mean, "response_sd", &scaler->response_sd) != 0)
    return FALSE;

  return scaler->dose_scale_mg_per_kg >= 0.0 && scaler->sd[0] > 0.0 &&
         scaler->sd[1] > 0.0 && scaler->sd[2] > 0.0 && scaler->response_sd > 0.0;
}

static json_t *
encode_lstm (const QsPredictor *predictor)
{
  const double *params = (const double *) qs_lstm_predictor_params (predictor);

  return json_pack ("{s:f, s:f, s:f, s:o, s:o}", "interval_h",
                    qs_lstm_predictor_interval_h (predictor), "omega",
                    qs_lstm_predictor_omega (predictor), "sigma",
                    qs_lstm_predictor_sigma (predictor), "scaler",
                    encode_scaler (qs_lstm_predictor_scaler (predictor)), "weights",
                    encode_block (params, QS_LSTM_N_PARAMS));
}

static QsPredictor *
decode_lstm (json_t *json, GError **error)
{
  QsLstmScaler       scaler;
  json_t            *scaler_json;
  const char        *weights;
  double             interval_h, omega, sigma;
  g_autofree double *params = NULL;

  if (json_unpack_ex (json, NULL, JSON_STRICT, "{s:F, s:F, s:F, s:o, s:s}", "interval_h",
                      &interval_h, "omega", &omega, "sigma", &sigma, "scaler",
                      &scaler_json, "weights", &weights) != 0)
    return refuse (error,
                   "a field of the network is missing, foreign or of another kind");
  if (!decode_scaler (scaler_json, &scaler))
    return refuse (error, "the network's scales must be finite, the spreads positive");
  if (!(interval_h > 0.0 && omega >= 0.0 && omega <= 20.0 && sigma >= 0.0 &&
        sigma <= 20.0))
    return refuse (error, "the interval must be positive, both deviations in [0, 20]");

  params = decode_block (weights, QS_LSTM_N_PARAMS, error);
  if (params == NULL)
    return NULL;

  return qs_lstm_predictor_new (&scaler, params, QS_LSTM_N_PARAMS, interval_h, omega,
                                sigma, error);
}

static json_t *
encode_emax (const QsPredictor *predictor)
{
  const QsEmaxParameters *p = qs_emax_parameters (predictor);

  return json_pack ("{s:f, s:f, s:f, s:f, s:f, s:f}", "r0_ng_ml", p->r0_ng_ml,
                    "beta_comed", p->beta_comed, "imax", p->imax, "u50_mg_per_kg",
                    p->u50_mg_per_kg, "omega", p->omega, "sigma", p->sigma);
}

static QsPredictor *
decode_emax (json_t *json, double interval_h, GError **error)
{
  QsEmaxParameters p;

  if (json_unpack_ex (json, NULL, JSON_STRICT, "{s:F, s:F, s:F, s:F, s:F, s:F}",
                      "r0_ng_ml", &p.r0_ng_ml, "beta_comed", &p.beta_comed, "imax",
                      &p.imax, "u50_mg_per_kg", &p.u50_mg_per_kg, "omega", &p.omega,
                      "sigma", &p.sigma) != 0)
    return refuse (error, "a field of the Emax model is missing, foreign or no number");
  if (!qs_emax_parameters_validate (&p, error))
    return NULL;

  return qs_emax_new (&p, interval_h);
}

static json_t *
encode_logistic (const QsPredictor *predictor)
{
  const QsLogisticParameters *p = qs_logistic_parameters (predictor);

  return json_pack ("{s:f, s:f, s:f, s:f, s:f, s:s}", "intercept", p->intercept, "slope",
                    p->slope, "beta_comed", p->beta_comed, "u0_mg_per_kg",
                    p->u0_mg_per_kg, "threshold_ng_ml", p->threshold_ng_ml, "success",
                    p->success == QS_SUCCESS_ABOVE ? "above" : "below");
}

static QsPredictor *
decode_logistic (json_t *json, double interval_h, GError **error)
{
  QsLogisticParameters p;
  const char          *side;

  if (json_unpack_ex (json, NULL, JSON_STRICT, "{s:F, s:F, s:F, s:F, s:F, s:s}",
                      "intercept", &p.intercept, "slope", &p.slope, "beta_comed",
                      &p.beta_comed, "u0_mg_per_kg", &p.u0_mg_per_kg, "threshold_ng_ml",
                      &p.threshold_ng_ml, "success", &side) != 0)
    return refuse (error, "a field of the logistic link is missing or foreign");
  if (strcmp (side, "below") != 0 && strcmp (side, "above") != 0)
    return refuse (error, "success must be below or above");

  p.success = strcmp (side, "above") == 0 ? QS_SUCCESS_ABOVE : QS_SUCCESS_BELOW;
  if (!qs_logistic_parameters_validate (&p, error))
    return NULL;

  return qs_logistic_new (&p, interval_h);
}

json_t *
qs_predictor_encode (const QsPredictor *predictor, QsModelKind kind)
{
  switch (kind) {
  case QS_MODEL_LSTM:
    return encode_lstm (predictor);
  case QS_MODEL_LOGISTIC:
    return encode_logistic (predictor);
  case QS_MODEL_EMAX:
  default:
    return encode_emax (predictor);
  }
}

/**
 * qs_predictor_decode:
 * @interval_h: dosing interval of the study, for the models that don't carry their own
 * @error: return location for %QS_ERROR_MODEL
 *
 * Returns: (transfer full): a predictor with the same bits as the one encoded
 */
QsPredictor *
qs_predictor_decode (json_t *json, QsModelKind kind, double interval_h, GError **error)
{
  switch (kind) {
  case QS_MODEL_LSTM:
    return decode_lstm (json, error);
  case QS_MODEL_LOGISTIC:
    return decode_logistic (json, interval_h, error);
  case QS_MODEL_EMAX:
  default:
    return decode_emax (json, interval_h, error);
  }
}

json_t *
qs_predictor_layout (QsModelKind kind)
{
  guint             n_views;
  const QsLstmView *views = qs_lstm_views (&n_views);
  json_t           *array;

  if (kind != QS_MODEL_LSTM)
    return json_null ();

  array = json_array ();
  for (guint i = 0; i < n_views; i++)
    json_array_append_new (
        array, json_pack ("{s:s, s:i, s:i, s:i}", "name", views[i].name, "offset",
                          (int) views[i].offset, "rows", (int) views[i].n_rows, "columns",
                          (int) views[i].n_columns));

  return array;
}
