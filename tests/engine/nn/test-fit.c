/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "core/qs-rng.h"
#include "nn/qs-lstm-fit.h"
#include "nn/qs-lstm-predictor.h"

#include <math.h>
#include <string.h>

#define N_SUBJECTS 40
#define OMEGA 0.3
#define SIGMA 0.1

static const double doses_mg[] = { 0.0, 1.0, 3.0, 10.0 };
static const double hours[] = { 0.0, 1.0, 2.0, 4.0, 8.0, 12.0, 24.0 };

static void
append (GString *csv, const char *format, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (csv, g_ascii_formatd (text, sizeof text, format, value));
}

/* A study with known truth: log R = log 10 − log (1 + u / 0.03) + b + e, three daily
 * doses, the last at 48 h. */
static QsDataset *
make_study (guint n_subjects)
{
  const QsRngKey      key = { 21, QS_RNG_TEST, 0 };
  g_autoptr (GString) csv =
      g_string_new ("ID,BW,COMED,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID\n");
  g_autoptr (GBytes) bytes = NULL;
  QsDataset         *dataset;
  GError            *error = NULL;

  for (guint i = 0; i < n_subjects; i++) {
    const double dose = doses_mg[i % 4];
    const double bw = 50.0 + 50.0 * qs_rng_uniform (&key, i, 0);
    const double typical = log (10.0) - log1p (dose / bw / 0.03);
    const double effect = OMEGA * qs_rng_normal (&key, i, 1);

    for (guint day = 0; dose > 0.0 && day < 3; day++) {
      g_string_append_printf (csv, "%u,", i + 1);
      append (csv, "%.3f", bw);
      g_string_append_printf (csv, ",%u,%u,%u,.,1,1,%u,1,.\n", i / 4 % 2, (guint) dose,
                              24 * day, (guint) dose);
    }

    for (guint j = 0; j < G_N_ELEMENTS (hours); j++) {
      const double noise = SIGMA * qs_rng_normal (&key, i, 2 + j);

      g_string_append_printf (csv, "%u,", i + 1);
      append (csv, "%.3f", bw);
      g_string_append_printf (csv, ",%u,%u,%u,", i / 4 % 2, (guint) dose,
                              48 + (guint) hours[j]);
      append (csv, "%.6f", exp (typical + effect + noise));
      g_string_append (csv, ",0,0,0,3,2\n");
    }
  }

  bytes = g_bytes_new (csv->str, csv->len);
  dataset = qs_dataset_parse (bytes, "truth.csv", NULL, NULL, &error);
  g_assert_no_error (error);
  return dataset;
}

static QsFitOptions
small_options (guint n_epochs, guint n_bootstrap)
{
  QsFitOptions options = qs_fit_options_default (QS_MODEL_LSTM);

  options.n_epochs = n_epochs;
  options.patience = MIN (options.patience, n_epochs);
  options.n_bootstrap = n_bootstrap;

  return options;
}

static double
metric (const QsModel *model, const char *name)
{
  for (guint i = 0; i < model->metrics->len; i++) {
    const QsMetric *m = &g_array_index (model->metrics, QsMetric, i);

    if (strcmp (m->name, name) == 0)
      return m->value;
  }

  return NAN;
}

static void
assert_same_predictor (const QsPredictor *a, const QsPredictor *b)
{
  g_assert_cmpmem (qs_lstm_predictor_params (a), sizeof (QsLstmParams),
                   qs_lstm_predictor_params (b), sizeof (QsLstmParams));
  g_assert_cmpmem (qs_lstm_predictor_scaler (a), sizeof (QsLstmScaler),
                   qs_lstm_predictor_scaler (b), sizeof (QsLstmScaler));
  g_assert_cmpfloat (qs_lstm_predictor_omega (a), ==, qs_lstm_predictor_omega (b));
  g_assert_cmpfloat (qs_lstm_predictor_sigma (a), ==, qs_lstm_predictor_sigma (b));
}

static void
test_threads_never_change_a_bit (void)
{
  g_autoptr (QsDataset) dataset = make_study (N_SUBJECTS);
  const QsFitOptions    options = small_options (6, 5);
  const guint           n_threads[] = { 1, 2, 8 };
  g_autoptr (QsModel)   first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (n_threads); i++) {
    g_autoptr (QsRun)   run = qs_run_new (n_threads[i], NULL, NULL);
    g_autoptr (QsModel) model = qs_lstm_fit (dataset, &options, run, NULL);

    if (i == 0) {
      first = g_steal_pointer (&model);
      continue;
    }

    assert_same_predictor (first->estimate, model->estimate);
    g_assert_cmpuint (model->draws->len, ==, 5);
    for (guint r = 0; r < 5; r++)
      assert_same_predictor (first->draws->pdata[r], model->draws->pdata[r]);
  }
}

static void
test_recovers_the_subject_effect (void)
{
  g_autoptr (QsDataset) dataset = make_study (N_SUBJECTS);
  const QsFitOptions    options = small_options (60, 16);
  g_autoptr (QsRun)     run = qs_run_new (2, NULL, NULL);
  g_autoptr (QsModel)   model = qs_lstm_fit (dataset, &options, run, NULL);

  /* 40 subjects tell omega to about OMEGA / sqrt (80) = 0.034, three of which are
   * allowed; out-of-bag predictions add their own error. */
  g_assert_cmpfloat (metric (model, "omega (out-of-bag)"), >, OMEGA - 0.1);
  g_assert_cmpfloat (metric (model, "omega (out-of-bag)"), <, OMEGA + 0.13);
  g_assert_cmpfloat (metric (model, "sigma"), >, SIGMA - 0.03);
  g_assert_cmpfloat (metric (model, "sigma"), <, SIGMA + 0.06);
  g_assert_cmpfloat (metric (model, "R² (out-of-bag)"), >, 0.5);
}

static void
test_without_bootstrap_the_effect_is_in_sample (void)
{
  g_autoptr (QsDataset) dataset = make_study (N_SUBJECTS);
  QsFitOptions          options = small_options (5, 0);
  g_autoptr (QsModel)   model = NULL;

  options.early_stopping = FALSE;
  model = qs_lstm_fit (dataset, &options, NULL, NULL);

  g_assert_cmpuint (model->draws->len, ==, 0);
  g_assert_cmpuint (model->history->len, ==, 5);
  g_assert_cmpuint (model->best_epoch, ==, 4);
  g_assert_true (isnan (g_array_index (model->history, QsLossPoint, 0).validation));
  g_assert_cmpfloat (metric (model, "omega (in-sample)"), >, 0.0);
  g_assert_true (isnan (metric (model, "omega (out-of-bag)")));
  g_assert_true (isnan (metric (model, "RMSE (validation)")));
  g_assert_true (model->estimate->has_subject_effect);
}

typedef struct {
  guint n_models;
  guint n_train_points;
  guint n_validation_points;
} Heard;

static void
hear_cb (const QsEvent *event, gpointer data)
{
  Heard         *heard = data;
  const QsModel *model = event->value;

  if (event->stage == QS_STAGE_TRAIN) {
    heard->n_train_points += event->curve == QS_CURVE_TRAIN_LOSS;
    heard->n_validation_points += event->curve == QS_CURVE_VALIDATION_LOSS;
  }

  if (model != NULL) {
    heard->n_models++;
    g_assert_cmpuint (model->draws->len, ==, heard->n_models);
    g_assert_nonnull (model->estimate);
  }
}

static void
test_the_band_grows_network_by_network (void)
{
  g_autoptr (QsDataset) dataset = make_study (N_SUBJECTS);
  const QsFitOptions    options = small_options (4, 6);
  Heard                 heard = { 0 };
  g_autoptr (QsRun)     run = qs_run_new (2, hear_cb, &heard);
  g_autoptr (QsModel)   model = qs_lstm_fit (dataset, &options, run, NULL);

  g_assert_nonnull (model);
  g_assert_cmpuint (heard.n_models, ==, 6);
  g_assert_cmpuint (heard.n_train_points, ==, 4);
  g_assert_cmpuint (heard.n_validation_points, ==, 4);
}

static void
cancel_in_bootstrap_cb (const QsEvent *event, gpointer data)
{
  if (event->stage == QS_STAGE_BOOTSTRAP)
    qs_run_cancel (*(QsRun **) data);
}

static void
test_cancel_ends_the_bootstrap (void)
{
  g_autoptr (QsDataset) dataset = make_study (N_SUBJECTS);
  const QsFitOptions    options = small_options (3, 2000);
  QsRun                *self = NULL;
  g_autoptr (QsRun)     run = qs_run_new (2, cancel_in_bootstrap_cb, &self);
  g_autoptr (GError)    error = NULL;

  self = run;
  g_assert_null (qs_lstm_fit (dataset, &options, run, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
}

/* Counts, the twin beside it and a falling curve, the same bits on any thread. */
static void
test_quantum_networks_come_with_their_twin (void)
{
  static const struct {
    QsModelKind kind;
    double      n_quantum;
    guint       n_epochs;
  } cases[] = {
    { QS_MODEL_QLSTM, 32.0, 30 },
    { QS_MODEL_QKLSTM, 160.0, 30 },
    { QS_MODEL_QTLSTM, 1344.0, 1 },
  };
  g_autoptr (QsDataset) dataset = make_study (N_SUBJECTS);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    QsFitOptions        options = small_options (cases[i].n_epochs, 0);
    g_autoptr (QsRun)   run = qs_run_new (2, NULL, NULL);
    g_autoptr (QsModel) model = NULL, again = NULL;
    const QsLossPoint  *history;
    double              n_params;
    gsize               n_saved[2];

    options.kind = cases[i].kind;
    model = qs_lstm_fit (dataset, &options, run, NULL);
    again = qs_lstm_fit (dataset, &options, NULL, NULL);
    g_assert_cmpmem (qs_window_predictor_params (model->estimate, &n_saved[0]),
                     n_saved[0] * sizeof (double),
                     qs_window_predictor_params (again->estimate, &n_saved[1]),
                     n_saved[1] * sizeof (double));

    n_params =
        metric (model, QS_METRIC_N_CLASSICAL) + metric (model, QS_METRIC_N_QUANTUM);
    g_assert_cmpfloat (metric (model, QS_METRIC_N_QUANTUM), ==, cases[i].n_quantum);
    g_assert_cmpfloat (n_params, ==, (double) n_saved[0]);
    g_assert_cmpfloat_with_epsilon (metric (model, QS_METRIC_N_TWIN), n_params,
                                    0.03 * n_params);
    g_assert_true (metric (model, QS_METRIC_TWIN_RMSE_VALIDATION) > 0.0);
    g_assert_true (metric (model, "RMSE (validation)") > 0.0);

    history = (const QsLossPoint *) (const void *) model->history->data;
    if (cases[i].n_epochs > 1)
      g_assert_cmpfloat (history[model->history->len - 1].train, <,
                         0.6 * history[0].train);
  }
}

static gpointer
cancel_soon (gpointer data)
{
  gint64 *cancelled_us = g_new (gint64, 1);

  g_usleep (50000);
  *cancelled_us = g_get_monotonic_time ();
  qs_run_cancel (data);
  return cancelled_us;
}

/* An epoch of Quantum-Train takes the better part of a second; nobody waits for it. */
static void
test_cancel_does_not_wait_for_an_epoch (void)
{
  g_autoptr (QsDataset) dataset = make_study (N_SUBJECTS);
  QsFitOptions          options = small_options (100000, 0);
  g_autoptr (QsRun)     run = qs_run_new (2, NULL, NULL);
  g_autoptr (GError)    error = NULL;
  GThread              *thread = g_thread_new ("cancel", cancel_soon, run);
  g_autofree gint64    *cancelled_us = NULL;
  gint64                ended_us;

  options.kind = QS_MODEL_QTLSTM;
  g_assert_null (qs_lstm_fit (dataset, &options, run, &error));
  ended_us = g_get_monotonic_time ();
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
  cancelled_us = g_thread_join (thread);
  /* 0.2 s is the promise; machines that share their processors get more. */
  g_assert_cmpint (ended_us - *cancelled_us, <, G_USEC_PER_SEC);
}

static void
test_too_few_subjects_are_refused (void)
{
  g_autoptr (QsDataset) dataset = make_study (6);
  const QsFitOptions    options = small_options (3, 0);
  g_autoptr (GError)    error = NULL;

  g_assert_null (qs_lstm_fit (dataset, &options, NULL, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_TOO_FEW);
}

static void
test_impossible_options_are_refused (void)
{
  g_autoptr (QsDataset) dataset = make_study (N_SUBJECTS);
  QsFitOptions          options = small_options (3, 0);
  g_autoptr (GError)    error = NULL;

  options.learning_rate = NAN;
  g_assert_null (qs_lstm_fit (dataset, &options, NULL, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
}

/* How far the score of @predictor ever climbs above an earlier, lower value. */
static double
highest_rise (const QsPredictor *predictor, guint8 comed)
{
  const QsCriterion criterion = { .success = QS_SUCCESS_BELOW };
  double            doses[61], scores[61], lowest = INFINITY, rise = 0.0;
  guint8            comeds[61];

  for (guint i = 0; i < 61; i++) {
    doses[i] = 0.005 * i;
    comeds[i] = comed;
  }
  predictor->klass->score (predictor, &criterion, 61, doses, comeds, scores);

  for (guint i = 0; i < 61; i++) {
    lowest = fmin (lowest, scores[i]);
    rise = fmax (rise, scores[i] - lowest);
  }

  return rise;
}

static void
test_real_study_gives_a_falling_curve (void)
{
  const char           *path = g_getenv ("QUSOP_ESTDATA");
  g_autoptr (QsDataset) dataset = NULL;
  g_autoptr (QsRun)     run = qs_run_new (2, NULL, NULL);
  g_autoptr (QsModel)   model = NULL;
  const QsFitOptions    options = qs_fit_options_default (QS_MODEL_LSTM);
  const QsCriterion     criterion = { .success = QS_SUCCESS_BELOW };
  const double          doses[] = { 0.03, 0.09 };
  const guint8          comed[] = { 0, 0 };
  double                scores[2];

  if (path == NULL) {
    g_test_skip ("QUSOP_ESTDATA is not set");
    return;
  }

  dataset = qs_dataset_load (path, NULL, NULL, NULL);
  model = qs_lstm_fit (dataset, &options, run, NULL);

  for (guint r = 0; r < model->draws->len; r++) {
    for (guint8 c = 0; c < 2; c++)
      g_assert_cmpfloat (highest_rise (model->draws->pdata[r], c), <, 0.05);
  }

  /* 6 of 12 stayed below 3.3 ng/mL at 3 mg, 11 of 12 at 10 mg. */
  model->estimate->klass->score (model->estimate, &criterion, 2, doses, comed, scores);
  g_assert_cmpfloat (scores[0], >, log (3.3));
  g_assert_cmpfloat (scores[1], <, log (3.3));
  g_assert_cmpfloat (metric (model, "omega (out-of-bag)"), >, 0.2);
  g_assert_cmpfloat (metric (model, "omega (out-of-bag)"), <, 0.35);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/nn/fit/threads-never-change-a-bit", test_threads_never_change_a_bit);
  g_test_add_func ("/nn/fit/recovers-the-subject-effect",
                   test_recovers_the_subject_effect);
  g_test_add_func ("/nn/fit/without-bootstrap-the-effect-is-in-sample",
                   test_without_bootstrap_the_effect_is_in_sample);
  g_test_add_func ("/nn/fit/the-band-grows-network-by-network",
                   test_the_band_grows_network_by_network);
  g_test_add_func ("/nn/fit/cancel-ends-the-bootstrap", test_cancel_ends_the_bootstrap);
  g_test_add_func ("/nn/fit/quantum-networks-come-with-their-twin",
                   test_quantum_networks_come_with_their_twin);
  g_test_add_func ("/nn/fit/cancel-does-not-wait-for-an-epoch",
                   test_cancel_does_not_wait_for_an_epoch);
  g_test_add_func ("/nn/fit/too-few-subjects-are-refused",
                   test_too_few_subjects_are_refused);
  g_test_add_func ("/nn/fit/impossible-options-are-refused",
                   test_impossible_options_are_refused);
  g_test_add_func ("/nn/fit/real-study-gives-a-falling-curve",
                   test_real_study_gives_a_falling_curve);

  return g_test_run ();
}
