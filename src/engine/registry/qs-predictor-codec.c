/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/qs-predictor-codec.h"

#include "analysis/qs-emax.h"
#include "analysis/qs-logistic.h"
#include "core/qs-error.h"
#include "nn/qs-exposure-predictor.h"
#include "nn/qs-lstm-predictor.h"
#include "nn/qs-pinn-predictor.h"
#include "nn/qs-window-net.h"
#include "pkpd/qs-pkpd-predictor.h"
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
encode_network (const QsPredictor *predictor)
{
  gsize         n_params;
  const double *params = qs_window_predictor_params (predictor, &n_params);

  return json_pack ("{s:f, s:f, s:f, s:o, s:o}", "interval_h",
                    qs_lstm_predictor_interval_h (predictor), "omega",
                    qs_lstm_predictor_omega (predictor), "sigma",
                    qs_lstm_predictor_sigma (predictor), "scaler",
                    encode_scaler (qs_lstm_predictor_scaler (predictor)), "weights",
                    encode_block (params, n_params));
}

static QsPredictor *
decode_network (json_t *json, const QsFitOptions *options, GError **error)
{
  const QsNetShape   shape = qs_window_shape (options);
  const gsize        n_params = qs_net_shape_layout (&shape).n_params;
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

  params = decode_block (weights, n_params, error);
  if (params == NULL)
    return NULL;

  return qs_window_predictor_new (options, &scaler, params, n_params, interval_h, omega,
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

static const struct {
  const char *name;
  gsize       offset;
  guint       n;
} pkpd_blocks[] = {
  { "theta", G_STRUCT_OFFSET (QsPkpdPopulation, theta), QS_PKPD_N_PARAMETERS },
  { "beta_comed", G_STRUCT_OFFSET (QsPkpdPopulation, beta_comed), QS_PKPD_N_PARAMETERS },
  { "beta_bw", G_STRUCT_OFFSET (QsPkpdPopulation, beta_bw), QS_PKPD_N_PARAMETERS },
  { "omega2", G_STRUCT_OFFSET (QsPkpdPopulation, omega2), QS_PKPD_N_PARAMETERS },
  { "sigma_prop", G_STRUCT_OFFSET (QsPkpdPopulation, sigma_prop), 2 },
  { "sigma_add", G_STRUCT_OFFSET (QsPkpdPopulation, sigma_add), 2 },
};

/* Names of the parameters whose bit is set. */
static json_t *
encode_names (guint bits)
{
  json_t *names = json_array ();

  for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++)
    if (bits & (1u << i))
      json_array_append_new (names, json_string (qs_pkpd_parameter_name (i)));

  return names;
}

static gboolean
decode_names (json_t *names, guint *bits)
{
  *bits = 0;

  for (gsize k = 0; k < json_array_size (names); k++) {
    const char *name = json_string_value (json_array_get (names, k));
    guint       i = 0;

    while (i < QS_PKPD_N_PARAMETERS && g_strcmp0 (name, qs_pkpd_parameter_name (i)) != 0)
      i++;
    if (i == QS_PKPD_N_PARAMETERS || (*bits & (1u << i)))
      return FALSE;
    *bits |= 1u << i;
  }

  return json_is_array (names);
}

/* The parts that only a model with effects of further covariates has. */
static void
encode_effects (json_t                 *json,
                const QsPkpdStructure  *structure,
                const QsPkpdPopulation *population)
{
  json_t *effects = json_array ();

  for (guint e = 0; e < structure->n_effects; e++)
    json_array_append_new (
        effects,
        json_pack ("{s:s, s:i, s:f}", "parameter",
                   qs_pkpd_parameter_name (structure->effects[e].parameter), "covariate",
                   (int) structure->effects[e].regressor, "beta", population->beta[e]));
  json_object_set_new (json, "effects", effects);
}

static gboolean
decode_effects (json_t *effects, QsPkpdStructure *structure, QsPkpdPopulation *population)
{
  if (effects == NULL)
    return TRUE;

  for (gsize e = 0; e < json_array_size (effects); e++) {
    const char *name;
    int         regressor;
    double      beta;
    guint       p = 0;

    if (json_unpack_ex (json_array_get (effects, e), NULL, JSON_STRICT, "{s:s, s:i, s:F}",
                        "parameter", &name, "covariate", &regressor, "beta",
                        &beta) != 0 ||
        regressor < 0 || regressor >= QS_PKPD_MAX_REGRESSORS)
      return FALSE;
    while (p < QS_PKPD_N_PARAMETERS && strcmp (name, qs_pkpd_parameter_name (p)) != 0)
      p++;
    if (p == QS_PKPD_N_PARAMETERS)
      return FALSE;
    population->beta[structure->n_effects] = beta;
    if (!qs_pkpd_structure_add_effect (structure, p, (guint) regressor))
      return FALSE;
  }

  return structure->n_effects > 0;
}

static const char *const regressor_kinds[QS_N_REGRESSOR_KINDS] = {
  [QS_REGRESSOR_RATIO] = "ratio",
  [QS_REGRESSOR_DIFFERENCE] = "difference",
  [QS_REGRESSOR_LEVEL] = "level",
};

static gboolean
decode_regressor_kind (const char *name, QsRegressorKind *kind)
{
  for (guint k = 0; k < QS_N_REGRESSOR_KINDS; k++) {
    if (g_strcmp0 (name, regressor_kinds[k]) == 0) {
      *kind = k;
      return TRUE;
    }
  }

  return FALSE;
}

/* The population model that virtual subjects have their kinetics from; @predictor itself
 * where it reads no exposure. */
static const QsPredictor *
kinetics_of (const QsPredictor *predictor)
{
  return qs_exposure_predictor_is (predictor) ? qs_exposure_predictor_kinetics (predictor)
                                              : predictor;
}

/**
 * qs_predictor_encode_donors:
 *
 * Returns: (transfer full) (nullable): the covariates of the subjects that virtual ones
 * take theirs from, of a model that needs them
 */
json_t *
qs_predictor_encode_donors (const QsPredictor *predictor)
{
  const QsPkpdDonors *donors = qs_pkpd_predictor_donors (kinetics_of (predictor));
  json_t             *names, *kinds, *centres, *values;

  if (donors == NULL)
    return NULL;

  names = json_array ();
  kinds = json_array ();
  centres = json_array ();
  values = json_array ();
  for (guint r = 0; r < donors->n; r++) {
    json_array_append_new (names, json_string (donors->names[r]));
    json_array_append_new (kinds, json_string (regressor_kinds[donors->kinds[r]]));
    json_array_append_new (centres, json_real (donors->centres[r]));
  }
  for (guint i = 0; i < donors->n_donors; i++)
    for (guint r = 0; r < donors->n; r++)
      json_array_append_new (
          values, json_real (donors->values[(gsize) i * QS_PKPD_MAX_REGRESSORS + r]));

  return json_pack ("{s:o, s:o, s:o, s:o}", "names", names, "kinds", kinds, "centres",
                    centres, "values", values);
}

/* @values has a row per donor. */
static QsPkpdDonors *
decode_donors (json_t *json)
{
  json_t                  *names, *kinds, *centres, *values;
  gsize                    n;
  g_autoptr (QsPkpdDonors) donors = NULL;

  if (json_unpack_ex (json, NULL, JSON_STRICT, "{s:o, s:o, s:o, s:o}", "names", &names,
                      "kinds", &kinds, "centres", &centres, "values", &values) != 0)
    return NULL;
  n = json_array_size (names);
  if (n == 0 || n > QS_PKPD_MAX_REGRESSORS || json_array_size (kinds) != n ||
      json_array_size (centres) != n || json_array_size (values) == 0 ||
      json_array_size (values) % n != 0)
    return NULL;

  donors = qs_pkpd_donors_new_empty ((guint) (json_array_size (values) / n));
  for (gsize r = 0; r < n; r++) {
    const char *name = json_string_value (json_array_get (names, r));

    if (name == NULL || !json_is_number (json_array_get (centres, r)) ||
        !decode_regressor_kind (json_string_value (json_array_get (kinds, r)),
                                &donors->kinds[r]))
      return NULL;
    donors->names[donors->n++] = g_strdup (name);
    donors->centres[r] = json_number_value (json_array_get (centres, r));
  }
  for (gsize i = 0; i < json_array_size (values); i++) {
    const json_t *value = json_array_get (values, i);

    if (!json_is_number (value))
      return NULL;
    donors->values[i / n * QS_PKPD_MAX_REGRESSORS + i % n] = json_number_value (value);
  }

  return g_steal_pointer (&donors);
}

static gboolean
fits (const QsPredictor *predictor, const QsPkpdDonors *donors)
{
  const QsPkpdStructure *structure =
      qs_pkpd_predictor_structure (kinetics_of (predictor));

  for (guint e = 0; structure != NULL && e < structure->n_effects; e++)
    if (donors == NULL || structure->effects[e].regressor >= donors->n)
      return FALSE;

  return TRUE;
}

/**
 * qs_predictor_decode_donors:
 * @json: (nullable): of qs_predictor_encode_donors()
 * @model: decoded but for its donors: its estimate and draws share them
 * @error: return location for %QS_ERROR_MODEL
 */
gboolean
qs_predictor_decode_donors (json_t *json, QsModel *model, GError **error)
{
  g_autoptr (QsPkpdDonors) donors = json != NULL ? decode_donors (json) : NULL;
  gboolean good = (json == NULL || donors != NULL) && fits (model->estimate, donors) &&
                  (json == NULL ||
                   qs_pkpd_predictor_structure (kinetics_of (model->estimate)) != NULL);

  for (guint i = 0; i < model->draws->len; i++)
    good = good && fits (model->draws->pdata[i], donors);
  if (!good) {
    refuse (error, "the covariates of the subjects are missing, foreign or incomplete");
    return FALSE;
  }
  if (donors == NULL)
    return TRUE;

  qs_pkpd_predictor_set_donors ((QsPredictor *) kinetics_of (model->estimate), donors);
  for (guint i = 0; i < model->draws->len; i++)
    qs_pkpd_predictor_set_donors ((QsPredictor *) kinetics_of (model->draws->pdata[i]),
                                  donors);
  return TRUE;
}

/* The part that only a model with correlated effects has: by pairs of parameters, in the
 * order of %QS_PKPD_PAIR. */
static void
encode_correlations (json_t *json, const QsPkpdPopulation *population)
{
  json_t *array = json_array ();

  for (guint k = 0; k < QS_PKPD_N_PAIRS; k++)
    json_array_append_new (array, json_real (population->correlation[k]));
  json_object_set_new (json, "correlation", array);
  json_object_set_new (json_object_get (json, "structure"), "correlated", json_true ());
}

static gboolean
decode_correlations (json_t                *array,
                     const QsPkpdStructure *structure,
                     QsPkpdPopulation      *population)
{
  if (array == NULL || !structure->correlated)
    return array == NULL && !structure->correlated;
  if (json_array_size (array) != QS_PKPD_N_PAIRS)
    return FALSE;

  for (guint k = 0; k < QS_PKPD_N_PAIRS; k++) {
    population->correlation[k] = json_number_value (json_array_get (array, k));
    if (!json_is_number (json_array_get (array, k)) ||
        !(fabs (population->correlation[k]) < 1.0))
      return FALSE;
  }

  return TRUE;
}

/* Typical values and effects are on the scale of estimation: logarithms, for Imax the
 * logit. So the file gives back the same bits. */
static json_t *
encode_pkpd (const QsPredictor *predictor)
{
  const QsPkpdStructure  *structure = qs_pkpd_predictor_structure (predictor);
  const QsPkpdPopulation *population = qs_pkpd_predictor_population (predictor);
  json_t                 *json = json_pack (
                      "{s:{s:i, s:s, s:b, s:b, s:b, s:o, s:o, s:o, s:s, s:s}}", "structure",
                      "compartments", (int) structure->n_compartments, "response",
                      qs_pkpd_response_name (structure->response), "lag", structure->has_lag,
                      "imax_estimated", structure->imax_estimated, "gamma_estimated",
                      structure->gamma_estimated, "varying", encode_names (structure->eta), "comed",
                      encode_names (structure->comed), "bw", encode_names (structure->bw), "error_pk",
                      qs_pkpd_error_name (structure->error[QS_ENDPOINT_PK]), "error_pd",
                      qs_pkpd_error_name (structure->error[QS_ENDPOINT_PD]));

  if (structure->route == QS_ROUTE_BOLUS)
    json_object_set_new (json_object_get (json, "structure"), "intravenous",
                         json_true ());

  if (structure->correlated)
    encode_correlations (json, population);
  for (gsize b = 0; b < G_N_ELEMENTS (pkpd_blocks); b++) {
    const double *values = G_STRUCT_MEMBER_P (population, pkpd_blocks[b].offset);
    json_t       *array = json_array ();

    for (guint i = 0; i < pkpd_blocks[b].n; i++)
      json_array_append_new (array, json_real (isfinite (values[i]) ? values[i] : 0.0));
    json_object_set_new (json, pkpd_blocks[b].name, array);
  }
  if (structure->n_effects > 0)
    encode_effects (json, structure, population);

  return json;
}

static gboolean
decode_error (const char *name, QsPkpdError *error)
{
  for (guint i = 0; i < QS_PKPD_N_ERRORS; i++) {
    if (strcmp (name, qs_pkpd_error_name (i)) == 0) {
      *error = i;
      return TRUE;
    }
  }

  return FALSE;
}

static gboolean
decode_response (const char *name, QsResponseKind *response)
{
  for (guint i = 0; i < QS_PKPD_N_RESPONSES; i++) {
    if (strcmp (name, qs_pkpd_response_name (i)) == 0) {
      *response = i;
      return TRUE;
    }
  }

  return FALSE;
}

static gboolean
decode_pkpd_structure (json_t *json, QsPkpdStructure *structure)
{
  json_t     *varying, *comed, *bw;
  const char *response, *errors[2];
  int         n_compartments, intravenous = 0;

  if (json_unpack_ex (json, NULL, JSON_STRICT,
                      "{s:i, s:s, s:b, s:b, s:b, s:o, s:o, s:o, s:s, s:s, s?b, s?b}",
                      "compartments", &n_compartments, "response", &response, "lag",
                      &structure->has_lag, "imax_estimated", &structure->imax_estimated,
                      "gamma_estimated", &structure->gamma_estimated, "varying", &varying,
                      "comed", &comed, "bw", &bw, "error_pk", &errors[QS_ENDPOINT_PK],
                      "error_pd", &errors[QS_ENDPOINT_PD], "intravenous", &intravenous,
                      "correlated", &structure->correlated) != 0 ||
      !decode_response (response, &structure->response))
    return FALSE;

  structure->n_compartments = (guint) MAX (n_compartments, 0);
  structure->route = intravenous ? QS_ROUTE_BOLUS : QS_ROUTE_ORAL;
  return decode_names (varying, &structure->eta) &&
         decode_names (comed, &structure->comed) && decode_names (bw, &structure->bw) &&
         decode_error (errors[QS_ENDPOINT_PK], &structure->error[QS_ENDPOINT_PK]) &&
         decode_error (errors[QS_ENDPOINT_PD], &structure->error[QS_ENDPOINT_PD]);
}

static QsPredictor *
decode_pkpd (json_t *json, GError **error)
{
  QsPkpdStructure  structure = { 0 };
  QsPkpdPopulation population = { 0 };
  json_t          *effects = json_object_get (json, "effects");
  json_t          *pairs = json_object_get (json, "correlation");

  if (json_object_size (json) !=
          1 + (effects != NULL) + (pairs != NULL) + G_N_ELEMENTS (pkpd_blocks) ||
      !decode_pkpd_structure (json_object_get (json, "structure"), &structure) ||
      !decode_effects (effects, &structure, &population) ||
      !decode_correlations (pairs, &structure, &population))
    return refuse (error, "the structure of the PK/PD model is not one that is known");

  for (gsize b = 0; b < G_N_ELEMENTS (pkpd_blocks); b++) {
    double *values = G_STRUCT_MEMBER_P (&population, pkpd_blocks[b].offset);
    json_t *array = json_object_get (json, pkpd_blocks[b].name);

    if (json_array_size (array) != pkpd_blocks[b].n)
      return refuse (error, "a list of the PK/PD model has the wrong length");
    for (guint i = 0; i < pkpd_blocks[b].n; i++) {
      if (!json_is_number (json_array_get (array, i)))
        return refuse (error, "a value of the PK/PD model is no number");
      values[i] = json_number_value (json_array_get (array, i));
    }
  }

  if (!qs_pkpd_structure_validate (&structure, error) ||
      !qs_pkpd_population_validate (&structure, &population, error))
    return NULL;

  return qs_pkpd_predictor_new (&structure, &population);
}

static json_t *
encode_numbers (const double *values, gsize n)
{
  json_t *array = json_array ();

  for (gsize i = 0; i < n; i++)
    json_array_append_new (array, json_real (values[i]));
  return array;
}

static gboolean
decode_numbers (json_t *json, double *values, gsize n)
{
  if (json_array_size (json) != n)
    return FALSE;

  for (gsize i = 0; i < n; i++) {
    if (!json_is_number (json_array_get (json, i)))
      return FALSE;
    values[i] = json_number_value (json_array_get (json, i));
  }
  return TRUE;
}

static json_t *
encode_exposure (const QsPredictor *predictor)
{
  const QsExposureScales   *scales = qs_exposure_predictor_scales (predictor);
  const QsExposureSettings *settings = qs_exposure_predictor_settings (predictor);
  const double  base[] = { scales->base.intercept, scales->base.slope, scales->base.comed,
                           scales->base.c50_mg_l };
  gsize         n_params;
  const double *params = qs_exposure_predictor_params (predictor, &n_params);

  return json_pack ("{s:f, s:f, s:f, s:f, s:o, s:f, s:o, s:o, s:f, s:f, s:o, s:o}",
                    "treated_h", settings->treated_h, "highest_mg", settings->highest_mg,
                    "omega", settings->omega, "sigma", settings->sigma, "base",
                    encode_numbers (base, G_N_ELEMENTS (base)), "c0_mg_l",
                    scales->c0_mg_l, "mean",
                    encode_numbers (scales->mean, QS_EXPOSURE_N_INPUTS), "sd",
                    encode_numbers (scales->sd, QS_EXPOSURE_N_INPUTS), "response_mean",
                    scales->response_mean, "response_sd", scales->response_sd, "weights",
                    encode_block (params, n_params), "kinetics",
                    encode_pkpd (qs_exposure_predictor_kinetics (predictor)));
}

static QsPredictor *
decode_exposure (json_t *json, const QsFitOptions *options, GError **error)
{
  const QsNetShape        shape = qs_exposure_shape (options);
  const gsize             n_params = qs_net_shape_layout (&shape).n_params;
  g_autoptr (QsPredictor) kinetics = NULL;
  g_autofree double      *params = NULL;
  QsExposureSettings      settings;
  QsExposureScales        scales;
  json_t                 *base, *mean, *sd, *inner;
  const char             *weights;
  double                  line[4];

  if (json_unpack_ex (json, NULL, JSON_STRICT,
                      "{s:F, s:F, s:F, s:F, s:o, s:F, s:o, s:o, s:F, s:F, s:s, s:o}",
                      "treated_h", &settings.treated_h, "highest_mg",
                      &settings.highest_mg, "omega", &settings.omega, "sigma",
                      &settings.sigma, "base", &base, "c0_mg_l", &scales.c0_mg_l, "mean",
                      &mean, "sd", &sd, "response_mean", &scales.response_mean,
                      "response_sd", &scales.response_sd, "weights", &weights, "kinetics",
                      &inner) != 0 ||
      !decode_numbers (base, line, G_N_ELEMENTS (line)) ||
      !decode_numbers (mean, scales.mean, QS_EXPOSURE_N_INPUTS) ||
      !decode_numbers (sd, scales.sd, QS_EXPOSURE_N_INPUTS))
    return refuse (error,
                   "a field of the network is missing, foreign or of another kind");

  scales.base = (QsExposureBase){ line[0], line[1], line[2], line[3] };
  params = decode_block (weights, n_params, error);
  kinetics = params != NULL ? decode_pkpd (inner, error) : NULL;
  if (kinetics == NULL)
    return NULL;

  return qs_exposure_predictor_new (options, &scales, params, n_params, &settings,
                                    kinetics, error);
}

static json_t *
encode_pinn (const QsPredictor *predictor)
{
  const QsPinn         *pinn = qs_pinn_predictor_pinn (predictor);
  const QsPinnSettings *settings = qs_pinn_predictor_settings (predictor);

  return json_pack ("{s:f, s:f, s:f, s:f, s:f, s:o}", "highest_mg", settings->highest_mg,
                    "omega", settings->omega, "sigma", settings->sigma, "c0_mg_l",
                    pinn->scales.c0_mg_l, "u0_mg_per_kg", pinn->scales.u0_mg_per_kg,
                    "weights", encode_block (pinn->params, pinn->n_params));
}

static QsPredictor *
decode_pinn (json_t *json, gboolean quantum, GError **error)
{
  const gsize        n_params = qs_pinn_n_params (quantum);
  g_autofree double *params = NULL;
  QsPinnSettings     settings;
  QsPinnScales       scales;
  const char        *weights;

  if (json_unpack_ex (json, NULL, JSON_STRICT, "{s:F, s:F, s:F, s:F, s:F, s:s}",
                      "highest_mg", &settings.highest_mg, "omega", &settings.omega,
                      "sigma", &settings.sigma, "c0_mg_l", &scales.c0_mg_l,
                      "u0_mg_per_kg", &scales.u0_mg_per_kg, "weights", &weights) != 0)
    return refuse (error,
                   "a field of the network is missing, foreign or of another kind");

  params = decode_block (weights, n_params, error);
  return params != NULL ? qs_pinn_predictor_new (quantum, &scales, params, n_params,
                                                 &settings, error)
                        : NULL;
}

json_t *
qs_predictor_encode (const QsPredictor *predictor, QsModelKind kind)
{
  if (qs_exposure_predictor_is (predictor))
    return encode_exposure (predictor);

  switch (kind) {
  case QS_MODEL_LSTM:
  case QS_MODEL_QLSTM:
  case QS_MODEL_QTLSTM:
  case QS_MODEL_QKLSTM:
    return encode_network (predictor);
  case QS_MODEL_PINN:
  case QS_MODEL_QPINN:
    return encode_pinn (predictor);
  case QS_MODEL_LOGISTIC:
    return encode_logistic (predictor);
  case QS_MODEL_PKPD:
    return encode_pkpd (predictor);
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
qs_predictor_decode (json_t             *json,
                     const QsFitOptions *options,
                     double              interval_h,
                     GError            **error)
{
  if (options->input == QS_INPUT_EXPOSURE)
    return decode_exposure (json, options, error);

  switch (options->kind) {
  case QS_MODEL_LSTM:
  case QS_MODEL_QLSTM:
  case QS_MODEL_QTLSTM:
  case QS_MODEL_QKLSTM:
    return decode_network (json, options, error);
  case QS_MODEL_PINN:
  case QS_MODEL_QPINN:
    return decode_pinn (json, options->kind == QS_MODEL_QPINN, error);
  case QS_MODEL_LOGISTIC:
    return decode_logistic (json, interval_h, error);
  case QS_MODEL_PKPD:
    return decode_pkpd (json, error);
  case QS_MODEL_EMAX:
  default:
    return decode_emax (json, interval_h, error);
  }
}

json_t *
qs_predictor_layout (const QsFitOptions *options)
{
  const QsNetShape  shape = options->input == QS_INPUT_EXPOSURE
                                ? qs_exposure_shape (options)
                                : qs_window_shape (options);
  const QsNetLayout layout = qs_net_shape_layout (&shape);
  json_t           *array;

  if (!qs_model_kind_is_network (options->kind))
    return json_null ();

  array = json_array ();
  for (guint i = 0; i < layout.n_views; i++) {
    const QsLstmView *view = &layout.views[i];

    json_array_append_new (array, json_pack ("{s:s, s:i, s:i, s:i}", "name", view->name,
                                             "offset", (int) view->offset, "rows",
                                             (int) view->n_rows, "columns",
                                             (int) view->n_columns));
  }

  return array;
}
