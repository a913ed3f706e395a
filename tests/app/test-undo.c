/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-undo.h"

typedef struct {
  QusopSession *session;
  QusopUndo    *undo;
  guint         n_changed;
} Fixture;

static void
count_cb (gpointer data)
{
  ((Fixture *) data)->n_changed++;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->session = qusop_session_new ();
  self->undo = qusop_undo_new (self->session, count_cb, self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  qusop_undo_free (self->undo);
  g_object_unref (self->session);
}

static void
set_threshold (Fixture *self, double threshold_ng_ml)
{
  QsScenario scenario = *qusop_session_get_scenario (self->session);

  scenario.threshold_ng_ml = threshold_ng_ml;
  qusop_session_set_scenario (self->session, &scenario);
}

static void
set_comed (Fixture *self, double share)
{
  QsScenario scenario = *qusop_session_get_scenario (self->session);

  scenario.comed_share = share;
  qusop_session_set_scenario (self->session, &scenario);
}

static double
threshold (Fixture *self)
{
  return qusop_session_get_scenario (self->session)->threshold_ng_ml;
}

static guint
n_rows (Fixture *self)
{
  return qusop_scenarios_get_cases (qusop_session_get_scenarios (self->session))->len;
}

static void
test_a_drag_is_one_step (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 50; i++)
    set_threshold (self, 2.0 + 0.01 * i);
  set_comed (self, 0.2);
  set_comed (self, 0.1);

  g_assert_true (qusop_undo_undo (self->undo));
  g_assert_cmpfloat (qusop_session_get_scenario (self->session)->comed_share, ==, 0.5);
  g_assert_cmpfloat_with_epsilon (threshold (self), 2.49, 1e-12);
  g_assert_true (qusop_undo_undo (self->undo));
  g_assert_cmpfloat (threshold (self), ==, 3.3);
  g_assert_false (qusop_undo_undo (self->undo));

  g_assert_true (qusop_undo_redo (self->undo));
  g_assert_cmpfloat_with_epsilon (threshold (self), 2.49, 1e-12);
  g_assert_true (qusop_undo_redo (self->undo));
  g_assert_false (qusop_undo_redo (self->undo));
  g_assert_cmpfloat (qusop_session_get_scenario (self->session)->comed_share, ==, 0.1);
}

static void
test_a_rest_ends_a_step (Fixture *self, gconstpointer data)
{
  set_threshold (self, 3.0);
  qusop_undo_pause (self->undo);
  set_threshold (self, 2.0);
  g_assert_true (qusop_undo_undo (self->undo));
  g_assert_cmpfloat (threshold (self), ==, 3.0);
}

/* What was taken back cannot be had again after another change, but the log has it. */
static void
test_the_log_only_grows (Fixture *self, gconstpointer data)
{
  const GArray *log = qusop_undo_get_log (self->undo);

  set_threshold (self, 3.0);
  qusop_undo_undo (self->undo);
  set_comed (self, 0.2);
  g_assert_null (qusop_undo_redo_what (self->undo));
  g_assert_cmpstr (qusop_undo_what (self->undo), ==, "co-medication");

  g_assert_cmpuint (log->len, ==, 3);
  g_assert_cmpstr (g_array_index (log, QusopUndoEntry, 0).what, ==, "threshold");
  g_assert_true (g_array_index (log, QusopUndoEntry, 1).is_undo);
  g_assert_cmpstr (g_array_index (log, QusopUndoEntry, 1).what, ==, "threshold");
  g_assert_cmpstr (g_array_index (log, QusopUndoEntry, 2).what, ==, "co-medication");
}

static void
test_rows_and_settings_come_back (Fixture *self, gconstpointer data)
{
  QusopScenarios           *scenarios = qusop_session_get_scenarios (self->session);
  const QsPopulationOptions usual = { .seed = 1 };
  const guint               one = qusop_scenarios_add (
                    scenarios, "One", qusop_session_get_scenario (self->session), &usual);

  qusop_session_set_model_kind (self->session, QS_MODEL_LSTM);
  qusop_scenarios_duplicate (scenarios, one);
  qusop_scenarios_remove (scenarios, one);
  g_assert_cmpuint (n_rows (self), ==, 1);

  g_assert_true (qusop_undo_undo (self->undo));
  g_assert_cmpuint (n_rows (self), ==, 2);
  g_assert_cmpstr (qusop_scenarios_find (scenarios, one)->name, ==, "One");
  g_assert_true (qusop_undo_undo (self->undo));
  g_assert_cmpuint (n_rows (self), ==, 1);
  g_assert_true (qusop_undo_undo (self->undo));
  g_assert_cmpint (qusop_session_get_fit_options (self->session)->kind, ==,
                   QS_MODEL_PKPD);
  g_assert_true (qusop_undo_undo (self->undo));
  g_assert_cmpuint (n_rows (self), ==, 0);
  for (guint i = 0; i < 4; i++)
    g_assert_true (qusop_undo_redo (self->undo));
  g_assert_cmpuint (n_rows (self), ==, 1);
  g_assert_null (qusop_undo_redo_what (self->undo));
}

/* An LSTM is asked about another number of patients: that is nobody's step. */
static void
test_a_model_is_no_step (Fixture *self, gconstpointer data)
{
  g_autoptr (QsModel) model = qs_model_new (QS_MODEL_LSTM);
  guint               n_subjects;

  qusop_session_add_model (self->session, model);
  n_subjects = qusop_session_get_population_options (self->session)->n_subjects;
  g_assert_cmpuint (n_subjects, ==,
                    qs_population_options_default (QS_MODEL_LSTM).n_subjects);
  g_assert_null (qusop_undo_what (self->undo));

  set_threshold (self, 2.0);
  qusop_undo_undo (self->undo);
  g_assert_cmpuint (qusop_session_get_population_options (self->session)->n_subjects, ==,
                    n_subjects);
}

static void
test_another_study_begins_anew (Fixture *self, gconstpointer data)
{
  set_threshold (self, 2.0);
  qusop_session_set_dataset (self->session, NULL, FALSE);
  set_comed (self, 0.0); /* comes with it, as from a project */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (qusop_undo_what (self->undo));
  set_threshold (self, 3.0);
  g_assert_true (qusop_undo_undo (self->undo));
  g_assert_cmpfloat (threshold (self), ==, 2.0);
  g_assert_cmpuint (self->n_changed, >, 0);
}

#define ADD(name, function) \
  g_test_add ("/app/undo/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("a-drag-is-one-step", test_a_drag_is_one_step);
  ADD ("a-rest-ends-a-step", test_a_rest_ends_a_step);
  ADD ("the-log-only-grows", test_the_log_only_grows);
  ADD ("rows-and-settings-come-back", test_rows_and_settings_come_back);
  ADD ("a-model-is-no-step", test_a_model_is_no_step);
  ADD ("another-study-begins-anew", test_another_study_begins_anew);
  return g_test_run ();
}
