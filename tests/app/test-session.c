/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-session.h"

static const char study[] = "ID,BW,COMED,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID\n"
                            "1,70,0,3,0,.,1,1,3,1,0\n"
                            "1,70,0,3,1,9,0,0,0,3,2\n";

static QsDataset *
make_dataset (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (study, sizeof study - 1);
  g_autoptr (GError) error = NULL;
  QsDataset         *dataset = qs_dataset_parse (bytes, "study.csv", NULL, NULL, &error);

  g_assert_no_error (error);
  return dataset;
}

static QsResult *
make_result (void)
{
  QsResult *result = g_new0 (QsResult, 1);

  result->n_refs = 1;
  result->exposure = qs_exposure_unknown ();
  result->warnings = g_new0 (char *, 1);
  return result;
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
test_another_study_clears_what_was_derived (void)
{
  g_autoptr (QusopSession) session = qusop_session_new ();
  g_autoptr (QsDataset)    dataset = make_dataset ();
  g_autoptr (QsModel)      model = qs_model_new (QS_MODEL_EMAX);
  g_autoptr (QsResult)     result = make_result ();
  g_autoptr (QsNca)        nca = qs_nca_new (dataset, NULL, NULL);
  guint                    n_notified = 0;

  qusop_session_set_dataset (session, dataset, FALSE);
  qusop_session_add_model (session, model);
  qusop_session_set_growing (session, model);
  qusop_session_add_loss (session, 3, QS_CURVE_TRAIN_LOSS, 0.5);
  qusop_session_set_result (session, result, qusop_session_get_question (session));
  qusop_session_set_pinned (session, result);
  qusop_session_set_selected_subject (session, 0);
  qusop_session_set_exploration (session, nca, model, "reason");
  qusop_session_set_diagnostics (session, NULL, "reason");
  qusop_session_set_race (session, NULL, "reason");
  g_signal_connect_swapped (session, "notify", G_CALLBACK (count_cb), &n_notified);

  qusop_session_set_dataset (session, dataset, TRUE);

  g_assert_true (qusop_session_get_dataset (session) == dataset);
  g_assert_true (qusop_session_needs_mapping (session));
  g_assert_cmpuint (qusop_session_get_models (session)->len, ==, 0);
  g_assert_null (qusop_session_get_model (session));
  g_assert_false (qusop_session_is_growing (session));
  g_assert_cmpuint (qusop_session_get_losses (session)->len, ==, 0);
  g_assert_null (qusop_session_get_result (session));
  g_assert_null (qusop_session_get_refusal (session));
  g_assert_null (qusop_session_get_pinned (session));
  g_assert_false (qusop_session_is_stale (session));
  g_assert_cmpuint (qusop_session_get_selected_subject (session), ==, QUSOP_NO_SUBJECT);
  g_assert_null (qusop_session_get_nca (session));
  g_assert_null (qusop_session_get_emax (session));
  g_assert_null (qusop_session_get_emax_reason (session));
  g_assert_null (qusop_session_get_diagnostics (session));
  g_assert_null (qusop_session_get_diagnostics_problem (session));
  g_assert_null (qusop_session_get_race_problem (session));
  g_assert_null (qusop_session_get_project (session));
  g_assert_false (qusop_session_is_unsaved (session));
  g_assert_cmpuint (n_notified, ==, 13);
}

static void
test_traces_are_those_of_the_last_fit (void)
{
  g_autoptr (QusopSession) session = qusop_session_new ();
  g_autoptr (QsDataset)    dataset = make_dataset ();
  const QsTracePoint       points[] = { { "CL", 0, 1, 0.05 }, { "V", 1, 1, 2.4 } };
  const GArray            *traces = qusop_session_get_traces (session);
  guint                    n_notified = 0;

  g_signal_connect_swapped (session, "notify::traces", G_CALLBACK (count_cb),
                            &n_notified);
  qusop_session_add_trace (session, &points[0]);
  qusop_session_add_trace (session, &points[1]);
  g_assert_cmpuint (n_notified, ==, 2);
  g_assert_cmpuint (traces->len, ==, 2);
  g_assert_cmpstr (g_array_index (traces, QsTracePoint, 1).name, ==, "V");
  g_assert_cmpuint (g_array_index (traces, QsTracePoint, 1).chain, ==, 1);

  qusop_session_clear_losses (session);
  g_assert_cmpuint (n_notified, ==, 3);
  g_assert_cmpuint (traces->len, ==, 0);

  qusop_session_add_trace (session, &points[0]);
  qusop_session_set_dataset (session, dataset, FALSE);
  g_assert_cmpuint (traces->len, ==, 0);
}

static void
test_only_a_subject_of_the_study_can_be_selected (void)
{
  g_autoptr (QusopSession) session = qusop_session_new ();
  g_autoptr (QsDataset)    dataset = make_dataset ();
  guint                    n_notified = 0;

  g_signal_connect_swapped (session, "notify::selected-subject", G_CALLBACK (count_cb),
                            &n_notified);
  qusop_session_set_selected_subject (session, 0);
  g_assert_cmpuint (qusop_session_get_selected_subject (session), ==, QUSOP_NO_SUBJECT);

  qusop_session_set_dataset (session, dataset, FALSE);
  n_notified = 0;
  qusop_session_set_selected_subject (session, 0);
  qusop_session_set_selected_subject (session, 0);
  g_assert_cmpuint (qusop_session_get_selected_subject (session), ==, 0);
  g_assert_cmpuint (n_notified, ==, 1);

  qusop_session_set_selected_subject (session, 1);
  g_assert_cmpuint (qusop_session_get_selected_subject (session), ==, QUSOP_NO_SUBJECT);
  g_assert_cmpuint (n_notified, ==, 2);
}

static void
test_a_result_is_stale_as_soon_as_the_question_changes (void)
{
  g_autoptr (QusopSession) session = qusop_session_new ();
  g_autoptr (QsResult)     result = make_result ();
  QsScenario               scenario = *qusop_session_get_scenario (session);

  qusop_session_set_result (session, result, qusop_session_get_question (session));
  g_assert_false (qusop_session_is_stale (session));

  scenario.threshold_ng_ml = 4.0;
  qusop_session_set_scenario (session, &scenario);
  g_assert_true (qusop_session_is_stale (session));

  qusop_session_set_result (session, result, qusop_session_get_question (session));
  g_assert_false (qusop_session_is_stale (session));
}

static gboolean
stop_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static void
wait_ms (guint ms)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_timeout_add (ms, stop_cb, loop);
  g_main_loop_run (loop);
}

static void
test_only_a_slow_answer_is_shown_as_overdue (void)
{
  g_autoptr (QusopSession) session = qusop_session_new ();
  g_autoptr (QsResult)     result = make_result ();
  QsScenario               scenario = *qusop_session_get_scenario (session);

  qusop_session_set_result (session, result, qusop_session_get_question (session));
  scenario.threshold_ng_ml = 4.0;
  qusop_session_set_scenario (session, &scenario);
  g_assert_false (qusop_session_is_overdue (session));

  wait_ms (300);
  g_assert_true (qusop_session_is_overdue (session));

  qusop_session_set_result (session, result, qusop_session_get_question (session));
  g_assert_false (qusop_session_is_overdue (session));
}

static void
test_a_late_answer_stays_stale (void)
{
  g_autoptr (QusopSession) session = qusop_session_new ();
  g_autoptr (QsResult)     result = make_result ();
  QsScenario               scenario = *qusop_session_get_scenario (session);
  const guint              asked = qusop_session_get_question (session);

  scenario.target = 0.75;
  qusop_session_set_scenario (session, &scenario);
  qusop_session_set_result (session, result, asked);

  g_assert_true (qusop_session_is_stale (session));
}

static void
test_the_same_question_again_is_no_change (void)
{
  g_autoptr (QusopSession)  session = qusop_session_new ();
  const QsScenario          scenario = *qusop_session_get_scenario (session);
  const QsPopulationOptions options = *qusop_session_get_population_options (session);
  const guint               asked = qusop_session_get_question (session);

  qusop_session_set_scenario (session, &scenario);
  qusop_session_set_population_options (session, &options);

  g_assert_cmpuint (qusop_session_get_question (session), ==, asked);
}

static void
test_fewer_patients_are_another_question (void)
{
  g_autoptr (QusopSession) session = qusop_session_new ();
  QsPopulationOptions      options = *qusop_session_get_population_options (session);
  const guint              asked = qusop_session_get_question (session);

  options.n_replicates /= 2;
  qusop_session_set_population_options (session, &options);

  g_assert_cmpuint (qusop_session_get_question (session), !=, asked);
}

static void
test_success_on_the_observed_biomarker_is_another_question (void)
{
  g_autoptr (QusopSession) session = qusop_session_new ();
  QsScenario               scenario = *qusop_session_get_scenario (session);
  const guint              asked = qusop_session_get_question (session);

  scenario.biomarker = QS_BIOMARKER_OBSERVED;
  qusop_session_set_scenario (session, &scenario);

  g_assert_cmpuint (qusop_session_get_question (session), !=, asked);
  g_assert_cmpint (qusop_session_get_scenario (session)->biomarker, ==,
                   QS_BIOMARKER_OBSERVED);
}

/* Of the population model 100,000 by default, see its specification. */
static void
test_another_model_brings_its_virtual_patients (void)
{
  g_autoptr (QusopSession)   session = qusop_session_new ();
  g_autoptr (QsModel)        population = qs_model_new (QS_MODEL_PKPD);
  g_autoptr (QsModel)        network = qs_model_new (QS_MODEL_LSTM);
  const QsPopulationOptions *now = qusop_session_get_population_options (session);

  g_assert_cmpuint (now->n_subjects * now->n_replicates, ==, 100000);
  qusop_session_add_model (session, network);
  g_assert_cmpuint (now->n_subjects * now->n_replicates, ==, 480000);
  qusop_session_add_model (session, population);
  g_assert_cmpuint (now->n_subjects * now->n_replicates, ==, 100000);
}

static void
test_chosen_virtual_patients_stay (void)
{
  g_autoptr (QusopSession) session = qusop_session_new ();
  g_autoptr (QsModel)      network = qs_model_new (QS_MODEL_LSTM);
  QsPopulationOptions      options = *qusop_session_get_population_options (session);

  options.n_subjects = 50;
  qusop_session_set_population_options (session, &options);
  qusop_session_add_model (session, network);

  g_assert_cmpuint (qusop_session_get_population_options (session)->n_subjects, ==, 50);
  g_assert_cmpuint (qusop_session_get_population_options (session)->n_replicates, ==,
                    options.n_replicates);
}

static void
test_a_cancelled_training_gives_the_former_model_back (void)
{
  g_autoptr (QusopSession) session = qusop_session_new ();
  g_autoptr (QsModel)      finished = qs_model_new (QS_MODEL_EMAX);
  g_autoptr (QsModel)      growing = qs_model_new (QS_MODEL_LSTM);

  qusop_session_add_model (session, finished);
  qusop_session_set_growing (session, growing);
  g_assert_true (qusop_session_get_model (session) == growing);

  qusop_session_set_growing (session, NULL);
  g_assert_true (qusop_session_get_model (session) == finished);
  g_assert_cmpuint (qusop_session_get_models (session)->len, ==, 1);
}

static void
test_a_refusal_takes_the_former_curve_away (void)
{
  g_autoptr (QusopSession) session = qusop_session_new ();
  g_autoptr (QsResult)     result = make_result ();

  qusop_session_set_result (session, result, qusop_session_get_question (session));
  qusop_session_set_refusal (session, "no", qusop_session_get_question (session));

  g_assert_null (qusop_session_get_result (session));
  g_assert_cmpstr (qusop_session_get_refusal (session), ==, "no");
  g_assert_false (qusop_session_is_stale (session));
}

static void
test_another_family_keeps_the_seed (void)
{
  g_autoptr (QusopSession) session = qusop_session_new ();
  QsFitOptions             options = *qusop_session_get_fit_options (session);

  options.seed = 7;
  qusop_session_set_fit_options (session, &options);
  qusop_session_set_model_kind (session, QS_MODEL_LOGISTIC);

  g_assert_cmpuint (qusop_session_get_fit_options (session)->seed, ==, 7);
  g_assert_cmpuint (qusop_session_get_fit_options (session)->n_bootstrap, ==,
                    qs_fit_options_default (QS_MODEL_LOGISTIC).n_bootstrap);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/another-study-clears-what-was-derived",
                   test_another_study_clears_what_was_derived);
  g_test_add_func ("/session/traces-are-those-of-the-last-fit",
                   test_traces_are_those_of_the_last_fit);
  g_test_add_func ("/session/only-a-subject-of-the-study-can-be-selected",
                   test_only_a_subject_of_the_study_can_be_selected);
  g_test_add_func ("/session/a-result-is-stale-as-soon-as-the-question-changes",
                   test_a_result_is_stale_as_soon_as_the_question_changes);
  g_test_add_func ("/session/only-a-slow-answer-is-shown-as-overdue",
                   test_only_a_slow_answer_is_shown_as_overdue);
  g_test_add_func ("/session/a-late-answer-stays-stale", test_a_late_answer_stays_stale);
  g_test_add_func ("/session/the-same-question-again-is-no-change",
                   test_the_same_question_again_is_no_change);
  g_test_add_func ("/session/fewer-patients-are-another-question",
                   test_fewer_patients_are_another_question);
  g_test_add_func ("/session/success-on-the-observed-biomarker-is-another-question",
                   test_success_on_the_observed_biomarker_is_another_question);
  g_test_add_func ("/session/another-model-brings-its-virtual-patients",
                   test_another_model_brings_its_virtual_patients);
  g_test_add_func ("/session/chosen-virtual-patients-stay",
                   test_chosen_virtual_patients_stay);
  g_test_add_func ("/session/a-cancelled-training-gives-the-former-model-back",
                   test_a_cancelled_training_gives_the_former_model_back);
  g_test_add_func ("/session/a-refusal-takes-the-former-curve-away",
                   test_a_refusal_takes_the_former_curve_away);
  g_test_add_func ("/session/another-family-keeps-the-seed",
                   test_another_family_keeps_the_seed);
  return g_test_run ();
}
