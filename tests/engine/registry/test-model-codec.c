/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/qs-model-codec.h"

#include "analysis/qs-emax.h"
#include "analysis/qs-logistic.h"
#include "core/qs-error.h"
#include "core/qs-rng.h"
#include "nn/qs-exposure-predictor.h"
#include "nn/qs-lstm-predictor.h"
#include "nn/qs-pinn-predictor.h"
#include "nn/qs-window-net.h"
#include "pkpd/qs-pkpd-predictor.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_POINTS 64

static const double interval_h = 24.0;
static const char   data_sha256[] =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static QsPredictor *
make_emax (guint i)
{
  const QsEmaxParameters parameters = { 15.0 + i / 3.0, 0.3, 0.97, 0.1 / 3.0, 0.2, 0.1 };

  return qs_emax_new (&parameters, interval_h);
}

static QsPredictor *
make_logistic (guint i)
{
  const QsLogisticParameters parameters = { -5.0 - i / 7.0, 3.3, -0.9,
                                            0.01,           3.3, QS_SUCCESS_ABOVE };

  return qs_logistic_new (&parameters, interval_h);
}

static QsPredictor *
make_lstm (guint i)
{
  const QsLstmScaler scaler = {
    0.01, { 0.5, 0.3, 0.5 }, { 0.3, 1.0 / 3.0, 0.5 }, 1.2, 0.7
  };
  g_autofree QsLstmParams *params = g_new0 (QsLstmParams, 1);
  QsPredictor             *predictor;

  qs_lstm_params_init (params, 7, i);
  predictor = qs_lstm_predictor_new (&scaler, (const double *) params, QS_LSTM_N_PARAMS,
                                     interval_h, 0.3, 0.2, NULL);
  g_assert_nonnull (predictor);
  return predictor;
}

/* Cells that are not the default have to come back, too. */
static QsFitOptions
quantum_options (QsModelKind kind)
{
  QsFitOptions options = qs_fit_options_default (kind);

  options.cells.n_layers = kind == QS_MODEL_QTLSTM ? 0 : 2;
  options.cells.n_qubits = kind == QS_MODEL_QKLSTM ? 3 : 0;
  options.cells.replaces = kind == QS_MODEL_QLSTM;
  return options;
}

static QsPredictor *
make_quantum (QsModelKind kind, guint i)
{
  const QsLstmScaler scaler = {
    0.01, { 0.5, 0.3, 0.5 }, { 0.3, 1.0 / 3.0, 0.5 }, 1.2, 0.7
  };
  const QsFitOptions options = quantum_options (kind);
  const QsNetShape   shape = qs_window_shape (&options);
  const gsize        n = qs_net_shape_layout (&shape).n_params;
  g_autofree double *params = g_new (double, n);
  QsPredictor       *predictor;

  qs_net_shape_init (&shape, 7, i, params);
  predictor =
      qs_window_predictor_new (&options, &scaler, params, n, interval_h, 0.3, 0.2, NULL);
  g_assert_nonnull (predictor);
  return predictor;
}

static QsPredictor *
make_pkpd (guint i)
{
  QsPkpdStructure  structure = qs_pkpd_structure_default ();
  QsPkpdPopulation population = { .sigma_prop = { 0.1, 1.0 / 3.0 } };

  structure.n_compartments = 1 + i % 2;
  structure.route = i % 2 == 1 ? QS_ROUTE_BOLUS : QS_ROUTE_ORAL;
  structure.response = i % QS_PKPD_N_RESPONSES;
  structure.bw = 1u << QS_PKPD_R0;
  structure.error[QS_ENDPOINT_PK] = i % QS_PKPD_N_ERRORS;
  structure.error[QS_ENDPOINT_PD] = QS_PKPD_ERROR_COMBINED;
  for (guint k = 0; k < QS_PKPD_N_PARAMETERS; k++) {
    population.theta[k] = 0.1 * k - i / 7.0;
    population.beta_comed[k] = -0.3 / (k + 1.0);
    population.beta_bw[k] = 0.01 / (k + 3.0);
    population.omega2[k] = 1.0 / (k + 9.0);
  }

  return qs_pkpd_predictor_new (&structure, &population);
}

static QsPredictor *
make_on_exposure (const QsFitOptions *options, guint i)
{
  const QsExposureScales scales = {
    .base = { 1.0 / 3.0, -1.0 / 7.0, -0.2, 0.9 },
    .c0_mg_l = 0.7,
    .mean = { 1.0 / 9.0, 0.2, 0.5, 0.01 },
    .sd = { 1.1, 0.3, 0.5, 1.0 / 6.0 },
    .response_mean = 0.01,
    .response_sd = 0.3,
  };
  const QsExposureSettings settings = { 96.0, 10.0, 0.3, 0.2 };
  const QsNetShape         shape = qs_exposure_shape (options);
  const gsize              n = qs_net_shape_layout (&shape).n_params;
  g_autoptr (QsPredictor)  kinetics = make_pkpd (0);
  g_autofree double       *params = g_new (double, n);
  QsPredictor             *predictor;

  qs_net_shape_init (&shape, 7, i, params);
  predictor =
      qs_exposure_predictor_new (options, &scales, params, n, &settings, kinetics, NULL);
  g_assert_nonnull (predictor);
  return predictor;
}

static QsPredictor *
make_pinn (gboolean quantum, guint i)
{
  const QsPinnScales   scales = { 1.0 / 3.0, 0.07 };
  const QsPinnSettings settings = { 10.0, 1.0 / 7.0, 0.2 };
  const gsize          n = qs_pinn_n_params (quantum);
  g_autofree double   *params = g_new (double, n);
  QsPredictor         *predictor;

  for (gsize k = 0; k < n; k++)
    params[k] = sin ((double) (k + i)) / 3.0;
  predictor = qs_pinn_predictor_new (quantum, &scales, params, n, &settings, NULL);
  g_assert_nonnull (predictor);
  return predictor;
}

static QsPredictor *
make_predictor (QsModelKind kind, guint i)
{
  switch (kind) {
  case QS_MODEL_LSTM:
    return make_lstm (i);
  case QS_MODEL_QLSTM:
  case QS_MODEL_QTLSTM:
  case QS_MODEL_QKLSTM:
    return make_quantum (kind, i);
  case QS_MODEL_PINN:
  case QS_MODEL_QPINN:
    return make_pinn (kind == QS_MODEL_QPINN, i);
  case QS_MODEL_LOGISTIC:
    return make_logistic (i);
  case QS_MODEL_PKPD:
    return make_pkpd (i);
  case QS_MODEL_EMAX:
  default:
    return make_emax (i);
  }
}

static QsModel *
make_model (QsModelKind kind)
{
  static const QsLossPoint points[] = { { 0.1, NAN }, { 1.0 / 3.0, 0.25 } };
  QsModel                 *model = qs_model_new (kind);

  if (kind >= QS_MODEL_QLSTM)
    model->options = quantum_options (kind);
  model->options.seed = G_MAXUINT64;
  model->options.success = QS_SUCCESS_ABOVE;
  model->options.n_epochs = 17;
  model->data_sha256 = g_strdup (data_sha256);
  model->elapsed_s = 1.25;
  model->best_epoch = 1;
  model->facts = (QsStudyFacts){
    .n_subjects = 48,
    .highest_dose_mg = 10.0,
    .bw_low_kg = 51.0,
    .bw_high_kg = 100.0,
    .has_comed = TRUE,
    .comed_share = 0.5,
    .interval_h = interval_h,
    .window_from_h = 480.0,
    .window_to_h = 504.0,
    .doses_mg = { 0.0, 1.0, 3.0, 10.0 },
    .n_doses = 4,
  };
  qs_model_add_metric (model, "RMSE", 0.123456789012345678, "log ng/mL");
  qs_model_add_metric (model, "not to be had", NAN, "");
  g_array_append_vals (model->history, points, G_N_ELEMENTS (points));
  model->estimate = make_predictor (kind, 0);
  for (guint i = 1; i <= 2; i++)
    g_ptr_array_add (model->draws, make_predictor (kind, i));

  return model;
}

static void
score (const QsPredictor *predictor, double scores[N_POINTS])
{
  const QsCriterion criterion = { .success = QS_SUCCESS_ABOVE };
  double            doses[N_POINTS];
  guint8            comed[N_POINTS];

  for (guint i = 0; i < N_POINTS; i++) {
    doses[i] = 0.01 * i;
    comed[i] = i % 2;
  }
  predictor->klass->score (predictor, &criterion, N_POINTS, doses, comed, scores);
}

/* The same model of a network, but on exposure. */
static QsModel *
make_exposure_model (QsModelKind kind)
{
  QsModel *model = make_model (kind);

  model->options.input = QS_INPUT_EXPOSURE;
  model->options.full_bootstrap = TRUE;
  model->options.n_physics = 30;
  model->options.physics_weight = 0.25;
  model->uncertainty = g_strdup ("From heads.");
  qs_predictor_unref (model->estimate);
  model->estimate = make_on_exposure (&model->options, 0);
  g_ptr_array_set_size (model->draws, 0);
  for (guint i = 1; i <= 2; i++)
    g_ptr_array_add (model->draws, make_on_exposure (&model->options, i));

  return model;
}

/* What a model of critical doses says of people all different. */
static void
critical_doses (const QsPredictor *predictor, float doses[N_POINTS])
{
  const QsCriterion criterion = { 0 };
  float             bw_kg[N_POINTS], latent[N_POINTS * (QS_PKPD_N_PARAMETERS + 1)];
  guint8            comed[N_POINTS];

  for (guint i = 0; i < N_POINTS; i++) {
    bw_kg[i] = 50.0f + (float) i;
    comed[i] = i % 2;
  }
  for (guint i = 0; i < G_N_ELEMENTS (latent); i++)
    latent[i] = (float) (i % 5) - 2.0f;
  predictor->klass->critical_dose (predictor, &criterion, QS_REGIMEN_QD, 0.3, N_POINTS,
                                   bw_kg, comed, latent, doses);
}

/* Bit for bit, so memory is compared, not numbers. */
static void
assert_same_predictor (const QsPredictor *a, const QsPredictor *b)
{
  double x[N_POINTS], y[N_POINTS];
  float  u[N_POINTS], v[N_POINTS];

  if (a->klass->critical_dose != NULL) {
    critical_doses (a, u);
    critical_doses (b, v);
    g_assert_cmpmem (u, sizeof u, v, sizeof v);
    return;
  }

  score (a, x);
  score (b, y);
  g_assert_cmpmem (x, sizeof x, y, sizeof y);
  g_assert_cmpfloat (a->klass->shift (a, QS_SUCCESS_BELOW, 0.7), ==,
                     b->klass->shift (b, QS_SUCCESS_BELOW, 0.7));
  g_assert_cmpfloat (a->klass->level (a, QS_SUCCESS_ABOVE, 3.3), ==,
                     b->klass->level (b, QS_SUCCESS_ABOVE, 3.3));
}

static QsModel *
decode (const char *text, GError **error)
{
  return qs_model_decode (text, strlen (text), "model.json", error);
}

#define ON_EXPOSURE 0x100

static QsModel *
model_of (gconstpointer data)
{
  const guint what = GPOINTER_TO_UINT (data);

  return what & ON_EXPOSURE ? make_exposure_model (what & ~(guint) ON_EXPOSURE)
                            : make_model (what);
}

static void
test_predictions_come_back_bit_for_bit (gconstpointer data)
{
  g_autoptr (QsModel) model = model_of (data);
  g_autofree char    *text = qs_model_encode (model);
  g_autoptr (GError)  error = NULL;
  g_autoptr (QsModel) back = decode (text, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (back->draws->len, ==, model->draws->len);
  assert_same_predictor (model->estimate, back->estimate);
  for (guint i = 0; i < model->draws->len; i++)
    assert_same_predictor (model->draws->pdata[i], back->draws->pdata[i]);
}

static void
test_checksum_and_bytes_come_back (gconstpointer data)
{
  g_autoptr (QsModel) model = model_of (data);
  g_autofree char    *text = qs_model_encode (model);
  g_autoptr (QsModel) back = decode (text, NULL);
  g_autofree char    *again = qs_model_encode (back);
  g_autofree char    *checksum = qs_model_checksum (model);

  g_assert_cmpstr (again, ==, text);
  g_assert_nonnull (strstr (text, checksum));
}

static void
test_facts_settings_and_history_come_back (void)
{
  g_autoptr (QsModel) model = make_model (QS_MODEL_EMAX);
  g_autofree char    *text = qs_model_encode (model);
  g_autoptr (QsModel) back = decode (text, NULL);
  const QsLossPoint  *point = &g_array_index (back->history, QsLossPoint, 0);
  const QsMetric     *metric = &g_array_index (back->metrics, QsMetric, 0);

  g_assert_cmpuint (back->facts.n_doses, ==, 4);
  g_assert_cmpfloat (back->facts.doses_mg[3], ==, 10.0);
  g_assert_cmpfloat (back->facts.window_to_h, ==, 504.0);
  g_assert_true (back->facts.has_comed);
  g_assert_cmpuint (back->options.seed, ==, G_MAXUINT64);
  g_assert_cmpuint (back->options.n_epochs, ==, 17);
  g_assert_cmpint (back->options.success, ==, QS_SUCCESS_ABOVE);
  g_assert_cmpuint (back->best_epoch, ==, 1);
  g_assert_cmpfloat (back->elapsed_s, ==, 1.25);
  g_assert_cmpstr (back->data_sha256, ==, data_sha256);
  g_assert_cmpfloat (point->train, ==, 0.1);
  g_assert_true (isnan (point->validation));
  g_assert_cmpstr (metric->name, ==, "RMSE");
  g_assert_cmpfloat (metric->value, ==, 0.123456789012345678);
}

/* The covariates of the study's subjects come back once for all predictors. */
static void
test_donors_come_back (void)
{
  const float              latent[QS_PKPD_N_PARAMETERS] = { 0.3f, -0.7f, 1.1f };
  g_autoptr (QsPkpdDonors) donors = qs_pkpd_donors_new_empty (3);
  g_autoptr (QsModel)      model = make_model (QS_MODEL_PKPD);
  g_autoptr (QsModel)      back = NULL;
  g_autofree char         *text = NULL, *again = NULL;
  QsPkpdStructure          structure = qs_pkpd_structure_default ();
  QsPkpdPopulation         population = *qs_pkpd_predictor_population (model->estimate);
  QsPkParameters           pk[2];
  QsPdParameters           pd[2];

  donors->n = 1;
  donors->names[0] = g_strdup ("AGE");
  donors->kinds[0] = QS_REGRESSOR_DIFFERENCE;
  donors->centres[0] = 40.0;
  for (guint i = 0; i < 3; i++)
    donors->values[i * QS_PKPD_MAX_REGRESSORS] = (i + 1) / 7.0;
  qs_pkpd_structure_add_effect (&structure, QS_PKPD_CL, 0);
  population.beta[0] = 1.0 / 3.0;
  g_ptr_array_set_size (model->draws, 0);
  g_clear_pointer (&model->estimate, qs_predictor_unref);
  model->estimate = qs_pkpd_predictor_new (&structure, &population);
  qs_pkpd_predictor_set_donors (model->estimate, donors);

  text = qs_model_encode (model);
  back = decode (text, NULL);
  again = qs_model_encode (back);
  g_assert_cmpstr (again, ==, text);
  qs_pkpd_predictor_person (model->estimate, 80.0, 1, latent, &pk[0], &pd[0]);
  qs_pkpd_predictor_person (back->estimate, 80.0, 1, latent, &pk[1], &pd[1]);
  g_assert_cmpfloat (pk[0].cl, ==, pk[1].cl);
  g_assert_cmpfloat (pd[0].r0, ==, pd[1].r0);
  g_assert_cmpfloat (pk[0].cl, !=, exp (population.theta[QS_PKPD_CL]));
}

/* Correlations come back, and contradictory ones are refused. */
static void
test_correlations_come_back (void)
{
  g_autoptr (QsModel)     model = make_model (QS_MODEL_PKPD);
  g_autoptr (QsModel)     back = NULL;
  g_autofree char        *text = NULL, *again = NULL, *wrong = NULL;
  QsPkpdStructure         structure = qs_pkpd_structure_default ();
  QsPkpdPopulation        population = *qs_pkpd_predictor_population (model->estimate);
  const QsPkpdPopulation *found;

  structure.correlated = TRUE;
  population.correlation[QS_PKPD_PAIR (QS_PKPD_V, QS_PKPD_CL)] = 1.0 / 3.0;
  g_ptr_array_set_size (model->draws, 0);
  g_clear_pointer (&model->estimate, qs_predictor_unref);
  model->estimate = qs_pkpd_predictor_new (&structure, &population);
  text = qs_model_encode (model);
  back = decode (text, NULL);
  again = qs_model_encode (back);
  g_assert_cmpstr (again, ==, text);
  found = qs_pkpd_predictor_population (back->estimate);
  g_assert_cmpmem (found->correlation, sizeof found->correlation, population.correlation,
                   sizeof population.correlation);

  population.correlation[QS_PKPD_PAIR (QS_PKPD_R0, QS_PKPD_CL)] = 0.9;
  population.correlation[QS_PKPD_PAIR (QS_PKPD_R0, QS_PKPD_V)] = -0.9;
  g_clear_pointer (&model->estimate, qs_predictor_unref);
  model->estimate = qs_pkpd_predictor_new (&structure, &population);
  wrong = qs_model_encode (model);
  g_assert_null (decode (wrong, NULL));
}

/* What the draws are of comes back; files of before say nothing of it. */
static void
test_candidates_come_back (void)
{
  const QsCandidate candidates[] = {
    { "two compartments", 12, 800.1, 0.5, 824.1, 860.2, "fitted", TRUE, 167 },
    { "the same, BW on CL", 13, 799.0, NAN, 825.0, 864.3, "score test", FALSE, 0 },
  };
  g_autoptr (QsModel) model = make_model (QS_MODEL_PKPD);
  g_autoptr (QsModel) back = NULL;
  g_autofree char    *text = NULL, *again = NULL;

  g_array_append_vals (model->candidates, candidates, G_N_ELEMENTS (candidates));
  text = qs_model_encode (model);
  g_assert_null (strstr (text, "\"draws\": 0"));
  back = decode (text, NULL);
  again = qs_model_encode (back);
  g_assert_cmpstr (again, ==, text);
  g_assert_cmpuint (back->candidates->len, ==, 2);
  g_assert_cmpuint (g_array_index (back->candidates, QsCandidate, 0).n_draws, ==, 167);
  g_assert_cmpuint (g_array_index (back->candidates, QsCandidate, 1).n_draws, ==, 0);
}

/* One dose has no interval to the next. */
static void
test_a_single_dose_study_comes_back (void)
{
  g_autoptr (QsModel) model = make_model (QS_MODEL_PKPD);
  g_autoptr (QsModel) back = NULL;
  g_autofree char    *text = NULL;

  model->facts.interval_h = 0.0;
  model->options.uncertainty = QS_UNCERTAINTY_BOOTSTRAP;
  model->uncertainty = g_strdup ("There are no intervals.");
  text = qs_model_encode (model);
  back = decode (text, NULL);
  g_assert_cmpfloat (back->facts.interval_h, ==, 0.0);
  g_assert_cmpint (back->options.uncertainty, ==, QS_UNCERTAINTY_BOOTSTRAP);
  g_assert_cmpstr (back->uncertainty, ==, "There are no intervals.");
}

static void
test_checksum_ignores_the_time_of_the_fit (void)
{
  g_autoptr (QsModel) model = make_model (QS_MODEL_EMAX);
  g_autofree char    *before = qs_model_checksum (model);
  g_autofree char    *after = NULL;

  model->elapsed_s = 99.0;
  after = qs_model_checksum (model);
  g_assert_cmpstr (before, ==, after);
}

/* What a damaged file may be: refused, or, where the change does not reach a value (white
 * space, the time of the fit), the same model. */
static void
assert_refused_or_same (const char *text, gsize n_bytes, const char *checksum)
{
  g_autoptr (GError)  error = NULL;
  g_autoptr (QsModel) model = qs_model_decode (text, n_bytes, "model.json", &error);
  g_autofree char    *found = model != NULL ? qs_model_checksum (model) : NULL;

  if (model != NULL)
    g_assert_cmpstr (found, ==, checksum);
  else
    g_assert_error (error, QS_ERROR, QS_ERROR_MODEL);
}

static void
test_every_flipped_byte_is_noticed (void)
{
  static const guint8 masks[] = { 0x01, 0x10, 0x80 };
  g_autoptr (QsModel) model = make_model (QS_MODEL_EMAX);
  g_autofree char    *text = qs_model_encode (model);
  g_autofree char    *checksum = qs_model_checksum (model);
  const gsize         n_bytes = strlen (text);

  for (gsize i = 0; i < n_bytes; i++) {
    for (gsize j = 0; j < G_N_ELEMENTS (masks); j++) {
      text[i] ^= (char) masks[j];
      assert_refused_or_same (text, n_bytes, checksum);
      text[i] ^= (char) masks[j];
    }
  }
}

static void
test_flipped_bytes_of_a_network_are_noticed (void)
{
  const QsRngKey      key = { .seed = 1, .stream = QS_RNG_TEST };
  g_autoptr (QsModel) model = make_model (QS_MODEL_LSTM);
  g_autofree char    *text = qs_model_encode (model);
  g_autofree char    *checksum = qs_model_checksum (model);
  const gsize         n_bytes = strlen (text);

  for (guint i = 0; i < 40; i++) {
    const guint at = qs_rng_below (&key, i, 0, (guint) n_bytes);

    text[at] ^= 0x01;
    assert_refused_or_same (text, n_bytes, checksum);
    text[at] ^= 0x01;
  }
}

static void
test_a_damaged_network_on_exposure_is_refused (void)
{
  const QsRngKey      key = { .seed = 2, .stream = QS_RNG_TEST };
  g_autoptr (QsModel) model = make_exposure_model (QS_MODEL_LSTM);
  g_autofree char    *text = qs_model_encode (model);
  g_autofree char    *checksum = qs_model_checksum (model);
  const gsize         n_bytes = strlen (text);

  for (guint i = 0; i < 40; i++) {
    const guint at = qs_rng_below (&key, i, 0, (guint) n_bytes);

    text[at] ^= 0x01;
    assert_refused_or_same (text, n_bytes, checksum);
    text[at] ^= 0x01;
  }
}

static void
test_truncated_files_are_refused (void)
{
  g_autoptr (QsModel) model = make_model (QS_MODEL_LOGISTIC);
  g_autofree char    *text = qs_model_encode (model);

  /* The last byte is a line end, without which the file is still complete. */
  for (gsize n_bytes = 0; n_bytes + 1 < strlen (text); n_bytes++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (qs_model_decode (text, n_bytes, "model.json", &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_MODEL);
  }
}

/* The fuzz loop: cuts, doubles and overwrites random pieces of a good file. */
static void
test_mangled_files_never_crash (void)
{
  g_autoptr (QsModel) model = make_model (QS_MODEL_LOGISTIC);
  g_autofree char    *text = qs_model_encode (model);
  g_autofree char    *checksum = qs_model_checksum (model);
  const guint         n_bytes = (guint) strlen (text);

  for (guint i = 0; i < 3000; i++) {
    const QsRngKey   key = { .seed = i, .stream = QS_RNG_TEST };
    const guint      from = qs_rng_below (&key, 0, 0, n_bytes);
    const guint      to = qs_rng_below (&key, 1, 0, n_bytes);
    const guint      n = MIN (qs_rng_below (&key, 2, 0, 64), n_bytes - MAX (from, to));
    g_autofree char *mangled = g_memdup2 (text, n_bytes);

    memmove (mangled + to, mangled + from, n);
    mangled[qs_rng_below (&key, 3, 0, n_bytes)] = (char) qs_rng_below (&key, 4, 0, 256);
    assert_refused_or_same (mangled, n_bytes, checksum);
  }
}

static void
assert_refused (const char *text, const char *why)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (decode (text, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_MODEL);
  g_assert_nonnull (strstr (error->message, "model.json"));
  g_assert_nonnull (strstr (error->message, why));
}

static void
test_foreign_files_are_refused (void)
{
  assert_refused ("", "strict JSON");
  assert_refused ("[]", "schema");
  assert_refused ("{}", "schema");
  assert_refused ("{\"schema\": \"qusop-answers/1\"}", "schema");
  assert_refused ("{\"schema\": \"qusop-model/2\"}", "schema");
  assert_refused ("{\"a\": 1, \"a\": 1}", "strict JSON");
  assert_refused ("ID,BW,COMED\n1,58,0\n", "strict JSON");
}

static void
test_deep_and_endless_files_are_refused (void)
{
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autofree char *endless = g_strnfill (4000000, ',');

  assert_refused (deep, "too deeply nested");
  assert_refused (endless, "too large");
}

/* A file with a right checksum may still be wrong: whoever forges the values can forge
 * the checksum as well. */
static void
assert_forgery_refused (QsModelKind kind,
                        const char *object,
                        const char *field,
                        json_t     *value)
{
  g_autoptr (QsModel) model = make_model (kind);
  g_autofree char    *text = qs_model_encode (model);
  g_autofree char    *sha256 = NULL;
  g_autoptr (GError)  error = NULL;
  json_t             *root = json_loads (text, 0, NULL);
  char               *content, *forged;

  json_object_set_new (json_object_get (root, object), field, value);
  json_object_del (root, "sha256");
  json_object_del (root, "elapsed_s");
  json_object_del (root, "version");
  content = json_dumps (root, JSON_SORT_KEYS | JSON_COMPACT);
  sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, content, -1);
  json_object_set_new (root, "sha256", json_string (sha256));
  json_object_set_new (root, "elapsed_s", json_real (1.0));
  forged = json_dumps (root, 0);

  g_assert_null (decode (forged, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_MODEL);
  g_assert_null (strstr (error->message, "checksum"));

  free (content);
  free (forged);
  json_decref (root);
}

static void
test_impossible_values_are_refused (void)
{
  assert_forgery_refused (QS_MODEL_EMAX, "estimate", "imax", json_real (1.5));
  assert_forgery_refused (QS_MODEL_EMAX, "estimate", "more", json_real (1.5));
  assert_forgery_refused (QS_MODEL_EMAX, "estimate", "omega", json_string ("much"));
  assert_forgery_refused (QS_MODEL_EMAX, "settings", "bootstrap", json_integer (-1));
  assert_forgery_refused (QS_MODEL_EMAX, "settings", "success", json_string ("beside"));
  assert_forgery_refused (QS_MODEL_EMAX, "facts", "interval_h", json_real (0.0));
  assert_forgery_refused (QS_MODEL_EMAX, "facts", "doses_mg",
                          json_pack ("[f,f]", 3., 1.));
  assert_forgery_refused (QS_MODEL_EMAX, "history", "train", json_array ());
  /* Effects of covariates that nobody has, and on a parameter that does not exist. */
  assert_forgery_refused (
      QS_MODEL_PKPD, "estimate", "effects",
      json_pack ("[{s:s, s:i, s:f}]", "parameter", "CL", "covariate", 0, "beta", 0.5));
  assert_forgery_refused (
      QS_MODEL_PKPD, "estimate", "effects",
      json_pack ("[{s:s, s:i, s:f}]", "parameter", "luck", "covariate", 0, "beta", 0.5));
  assert_forgery_refused (QS_MODEL_LOGISTIC, "estimate", "success", json_string ("?"));
  assert_forgery_refused (QS_MODEL_LSTM, "estimate", "weights", json_string (""));
  assert_forgery_refused (QS_MODEL_LSTM, "estimate", "weights", json_string ("AAAA"));
  assert_forgery_refused (QS_MODEL_LSTM, "estimate", "sigma", json_real (-1.0));
  assert_forgery_refused (QS_MODEL_LSTM, "estimate", "scaler", json_null ());
}

static void
test_weights_that_are_no_numbers_are_refused (void)
{
  g_autofree guchar *bytes = g_malloc (QS_LSTM_N_PARAMS * sizeof (double));
  g_autofree char   *text = NULL;

  /* All bits set is not a number. */
  memset (bytes, 0xff, QS_LSTM_N_PARAMS * sizeof (double));
  text = g_base64_encode (bytes, QS_LSTM_N_PARAMS * sizeof (double));

  assert_forgery_refused (QS_MODEL_LSTM, "estimate", "weights", json_string (text));
}

static void
add_networks_on_exposure (void)
{
  for (guint kind = 0; kind < QS_MODEL_N_KINDS; kind++) {
    const gpointer   data = GUINT_TO_POINTER (kind | ON_EXPOSURE);
    const char      *name = qs_model_kind_name (kind);
    g_autofree char *bits = g_strdup_printf (
        "/registry/codec/%s-exposure/predictions-come-back-bit-for-bit", name);
    g_autofree char *bytes = g_strdup_printf (
        "/registry/codec/%s-exposure/checksum-and-bytes-come-back", name);

    if (!qs_model_kind_is_network (kind))
      continue;
    g_test_add_data_func (bits, data, test_predictions_come_back_bit_for_bit);
    g_test_add_data_func (bytes, data, test_checksum_and_bytes_come_back);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint kind = 0; kind < QS_MODEL_N_KINDS; kind++) {
    g_autofree char *bits =
        g_strdup_printf ("/registry/codec/%s/predictions-come-back-bit-for-bit",
                         qs_model_kind_name (kind));
    g_autofree char *bytes = g_strdup_printf (
        "/registry/codec/%s/checksum-and-bytes-come-back", qs_model_kind_name (kind));

    g_test_add_data_func (bits, GUINT_TO_POINTER (kind),
                          test_predictions_come_back_bit_for_bit);
    g_test_add_data_func (bytes, GUINT_TO_POINTER (kind),
                          test_checksum_and_bytes_come_back);
  }
  add_networks_on_exposure ();
  g_test_add_func ("/registry/codec/a-damaged-network-on-exposure-is-refused",
                   test_a_damaged_network_on_exposure_is_refused);
  g_test_add_func ("/registry/codec/donors-come-back", test_donors_come_back);
  g_test_add_func ("/registry/codec/correlations", test_correlations_come_back);
  g_test_add_func ("/registry/codec/candidates", test_candidates_come_back);
  g_test_add_func ("/registry/codec/a-single-dose-study-comes-back",
                   test_a_single_dose_study_comes_back);
  g_test_add_func ("/registry/codec/facts-settings-and-history-come-back",
                   test_facts_settings_and_history_come_back);
  g_test_add_func ("/registry/codec/checksum-ignores-the-time-of-the-fit",
                   test_checksum_ignores_the_time_of_the_fit);
  g_test_add_func ("/registry/codec/every-flipped-byte-is-noticed",
                   test_every_flipped_byte_is_noticed);
  g_test_add_func ("/registry/codec/flipped-bytes-of-a-network-are-noticed",
                   test_flipped_bytes_of_a_network_are_noticed);
  g_test_add_func ("/registry/codec/truncated-files-are-refused",
                   test_truncated_files_are_refused);
  g_test_add_func ("/registry/codec/mangled-files-never-crash",
                   test_mangled_files_never_crash);
  g_test_add_func ("/registry/codec/foreign-files-are-refused",
                   test_foreign_files_are_refused);
  g_test_add_func ("/registry/codec/deep-and-endless-files-are-refused",
                   test_deep_and_endless_files_are_refused);
  g_test_add_func ("/registry/codec/impossible-values-are-refused",
                   test_impossible_values_are_refused);
  g_test_add_func ("/registry/codec/weights-that-are-no-numbers-are-refused",
                   test_weights_that_are_no_numbers_are_refused);

  return g_test_run ();
}
