/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "nn/qs-lstm-evaluate.h"
#include "nn/qs-lstm-predictor.h"

#include <math.h>
#include <string.h>

#define N_DOSES 40

static const QsLstmScaler scaler = {
  .dose_scale_mg_per_kg = 0.01,
  .mean = { 0.5, 0.8, 0.5 },
  .sd = { 0.3, 0.9, 0.5 },
  .response_mean = 1.4,
  .response_sd = 0.6,
};

static QsLstmParams *
make_params (void)
{
  QsLstmParams *params = g_new (QsLstmParams, 1);

  qs_lstm_params_init (params, 4, 0);
  return params;
}

static QsPredictor *
make (double omega)
{
  g_autofree QsLstmParams *params = make_params ();

  return qs_lstm_predictor_new (&scaler, (const double *) params, QS_LSTM_N_PARAMS, 24.0,
                                omega, 0.2, NULL);
}

/* The oracle: the double network on a fine mesh of the judged window. Drift of single
 * precision is far below the tolerance. */
static void
assert_scores_agree (QsCriterion criterion)
{
  g_autoptr (QsPredictor) predictor = make (0.3);
  const double     to_h = criterion.window_to_h > 0.0 ? criterion.window_to_h : 24.0;
  const double     sign = criterion.success == QS_SUCCESS_BELOW ? 1.0 : -1.0;
  double           doses[N_DOSES], comeds[N_DOSES], scores[N_DOSES];
  guint8           comed[N_DOSES];
  QsLstmTrajectory trajectories[N_DOSES];

  for (guint i = 0; i < N_DOSES; i++) {
    doses[i] = 0.007 * i;
    comed[i] = i % 2;
    comeds[i] = i % 2;
  }
  predictor->klass->score (predictor, &criterion, N_DOSES, doses, comed, scores);
  qs_lstm_evaluate (qs_lstm_predictor_params (predictor), &scaler, N_DOSES, doses, comeds,
                    trajectories);

  for (guint i = 0; i < N_DOSES; i++) {
    double worst = -INFINITY;

    /* 23 * 120 cells, so that the nodes are on the mesh. */
    for (guint k = 0; k <= 2760; k++) {
      const double hour = 24.0 * k / 2760.0;

      if (hour >= criterion.window_from_h - 1e-9 && hour <= to_h + 1e-9)
        worst = fmax (worst, sign * qs_lstm_trajectory_at (trajectories[i], hour / 24.0));
    }
    g_assert_cmpfloat_with_epsilon (scores[i], worst, 5e-5);
  }
}

static void
test_score_agrees_with_the_network_in_double (void)
{
  assert_scores_agree ((QsCriterion){ .success = QS_SUCCESS_BELOW });
  assert_scores_agree ((QsCriterion){ .success = QS_SUCCESS_ABOVE });
}

static void
test_score_knows_windows_between_nodes (void)
{
  /* Ends on the mesh of the oracle but on no node; the second lies within one cell. */
  assert_scores_agree ((QsCriterion){ QS_SUCCESS_BELOW, 4.0, 12.0 });
  assert_scores_agree ((QsCriterion){ QS_SUCCESS_ABOVE, 0.2, 0.8 });
}

static void
test_subject_effect_moves_against_success (void)
{
  g_autoptr (QsPredictor) predictor = make (0.3);
  g_autoptr (QsPredictor) without = make (0.0);
  const QsPredictorClass *klass = predictor->klass;

  g_assert_true (predictor->has_subject_effect);
  g_assert_false (without->has_subject_effect);
  g_assert_cmpfloat_with_epsilon (klass->shift (predictor, QS_SUCCESS_BELOW, 2.0), 0.6,
                                  1e-15);
  g_assert_cmpfloat_with_epsilon (klass->shift (predictor, QS_SUCCESS_ABOVE, 2.0), -0.6,
                                  1e-15);
  g_assert_cmpfloat (klass->level (predictor, QS_SUCCESS_BELOW, 3.3), ==, log (3.3));
  g_assert_cmpfloat (klass->level (predictor, QS_SUCCESS_ABOVE, 3.3), ==, -log (3.3));
}

static void
test_trajectory_runs_through_the_nodes (void)
{
  g_autoptr (QsPredictor) predictor = make (0.3);
  const double            dose = 0.05, comed = 1.0;
  const double            times[] = { 0.0, 24.0, 24.0 / 23.0, 12.0 / 23.0 };
  double                  response[4];
  QsLstmTrajectory        nodes;

  predictor->klass->trajectory (predictor, dose, 1, times, 4, response);
  qs_lstm_evaluate (qs_lstm_predictor_params (predictor), &scaler, 1, &dose, &comed,
                    &nodes);

  g_assert_cmpfloat_with_epsilon (log (response[0]), nodes[0], 1e-12);
  g_assert_cmpfloat_with_epsilon (log (response[1]), nodes[23], 1e-12);
  g_assert_cmpfloat_with_epsilon (log (response[2]), nodes[1], 1e-12);
  g_assert_cmpfloat_with_epsilon (log (response[3]), 0.5 * (nodes[0] + nodes[1]), 1e-12);
}

static void
test_other_regimen_is_refused (void)
{
  g_autoptr (QsPredictor) predictor = make (0.3);
  g_autoptr (GError)      error = NULL;

  g_assert_true (predictor->klass->answers (predictor, QS_REGIMEN_QD, NULL));
  g_assert_false (predictor->klass->answers (predictor, QS_REGIMEN_QW, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "168 h"));
}

static void
assert_refused (const QsLstmScaler *scales, gsize n, double bad, double omega)
{
  g_autofree QsLstmParams *params = make_params ();
  g_autoptr (GError)       error = NULL;

  params->output[3] = bad;
  g_assert_null (qs_lstm_predictor_new (scales, (const double *) params, n, 24.0, omega,
                                        0.2, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_MODEL);
}

static void
test_impossible_values_are_refused (void)
{
  QsLstmScaler flat = scaler;

  flat.sd[1] = 0.0;
  assert_refused (&scaler, QS_LSTM_N_PARAMS - 1, 0.0, 0.3);
  assert_refused (&scaler, QS_LSTM_N_PARAMS, NAN, 0.3);
  assert_refused (&scaler, QS_LSTM_N_PARAMS, 0.0, -0.1);
  assert_refused (&scaler, QS_LSTM_N_PARAMS, 0.0, NAN);
  assert_refused (&flat, QS_LSTM_N_PARAMS, 0.0, 0.3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/nn/predictor/score-agrees-with-the-network-in-double",
                   test_score_agrees_with_the_network_in_double);
  g_test_add_func ("/nn/predictor/score-knows-windows-between-nodes",
                   test_score_knows_windows_between_nodes);
  g_test_add_func ("/nn/predictor/subject-effect-moves-against-success",
                   test_subject_effect_moves_against_success);
  g_test_add_func ("/nn/predictor/trajectory-runs-through-the-nodes",
                   test_trajectory_runs_through_the_nodes);
  g_test_add_func ("/nn/predictor/other-regimen-is-refused",
                   test_other_regimen_is_refused);
  g_test_add_func ("/nn/predictor/impossible-values-are-refused",
                   test_impossible_values_are_refused);

  return g_test_run ();
}
