/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-scenario-runner.h"

#include "jobs/qusop-job.h"

#include <glib/gi18n.h>

struct _QusopScenarioRunner {
  QusopSession *session; /* borrowed: the window owns both */
  QusopJob     *job;
  QusopCase    *asked; /* by the job */
  QsModel      *model; /* of the job */

  /* The virtual patients of the last row; the next one mostly has the same. */
  QsPopulation       *population;
  QsPopulationOptions options;
  QsModel            *population_of;

  gulong edited_handler;
  gulong resumed_handler;
  gulong model_handler;
};

typedef struct {
  QsModel            *model;
  QsScenario          scenario;
  QsPopulationOptions options;
  QsPopulation       *population; /* nullable: to be made */
} Input;

typedef struct {
  QsPopulation *population;
  QsResult     *result;
  GError       *error;
} Output;

static void
input_free (Input *input)
{
  qs_model_unref (input->model);
  g_clear_pointer (&input->population, qs_population_free);
  g_free (input);
}

static void
output_free (Output *output)
{
  g_clear_pointer (&output->population, qs_population_free);
  g_clear_pointer (&output->result, qs_result_unref);
  g_clear_error (&output->error);
  g_free (output);
}

/* On the worker. A refused question still leaves the virtual patients for the next. */
static gpointer
answer (gpointer data, QsRun *run, GError **error)
{
  Input        *input = data;
  QsPopulation *population = g_steal_pointer (&input->population);
  Output       *output;

  if (population == NULL)
    population = qs_population_new (input->model, &input->options, run, error);
  if (population == NULL)
    return NULL;

  output = g_new0 (Output, 1);
  output->population = population;
  output->result = qs_solve (population, &input->scenario, run, &output->error);
  return output;
}

static void
forget_population (QusopScenarioRunner *self)
{
  g_clear_pointer (&self->population, qs_population_free);
  g_clear_pointer (&self->population_of, qs_model_unref);
}

static void
show_progress (QusopScenarioRunner *self)
{
  QusopScenarios  *scenarios = qusop_session_get_scenarios (self->session);
  const guint      n = qusop_scenarios_get_cases (scenarios)->len;
  const guint      n_done = n - qusop_scenarios_n_left (scenarios);
  g_autofree char *text = NULL;

  if (self->job == NULL) {
    qusop_session_set_activity (self->session, QUSOP_ACTIVITY_SCENARIOS, -1.0, NULL);
    return;
  }

  text = g_strdup_printf (_ ("Answering scenario %u of %u"), n_done + 1, n);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_SCENARIOS,
                              n_done / (double) MAX (n, 1), text);
}

static void
end_job (QusopScenarioRunner *self)
{
  g_clear_pointer (&self->asked, qusop_case_unref);
  g_clear_pointer (&self->model, qs_model_unref);
}

static void start (QusopScenarioRunner *self);

static void
done_cb (gpointer data, const GError *error, gpointer user_data)
{
  QusopScenarioRunner  *self = user_data;
  QusopScenarios       *scenarios = qusop_session_get_scenarios (self->session);
  Output               *output = data;
  const GError         *cause = output != NULL ? output->error : error;
  g_autoptr (QusopCase) asked = g_steal_pointer (&self->asked);

  g_clear_pointer (&self->job, qusop_job_unref);
  if (output != NULL) {
    self->population = g_steal_pointer (&output->population);
    self->population_of = g_steal_pointer (&self->model);
  }
  end_job (self);

  if (g_error_matches (cause, QS_ERROR, QS_ERROR_CANCELLED)) {
    qusop_scenarios_pause (scenarios);
  } else {
    qusop_scenarios_finish (scenarios, asked, output != NULL ? output->result : NULL,
                            cause != NULL ? cause->message : NULL);
  }
  g_clear_pointer (&output, output_free);
  start (self);
}

/* Whether the virtual patients are those that are asked for next. */
static gboolean
population_fits (QusopScenarioRunner       *self,
                 const QsModel             *model,
                 const QsPopulationOptions *options)
{
  return self->population != NULL && self->population_of == model &&
         self->options.seed == options->seed &&
         self->options.n_subjects == options->n_subjects &&
         self->options.n_replicates == options->n_replicates &&
         self->options.subject_effect == options->subject_effect;
}

static void
start (QusopScenarioRunner *self)
{
  QusopScenarios *scenarios = qusop_session_get_scenarios (self->session);
  QsModel        *model = qusop_session_get_model (self->session);
  QusopCase      *next = qusop_scenarios_next (scenarios);
  Input          *input;
  QusopJobSpec    spec = {
       .func = answer,
       .free_input = (GDestroyNotify) input_free,
       .free_result = (GDestroyNotify) output_free,
       .takes_long = TRUE,
       .on_done = done_cb,
       .user_data = self,
  };

  if (self->job == NULL && next != NULL && model != NULL &&
      !qusop_session_is_growing (self->session)) {
    input = g_new0 (Input, 1);
    input->model = qs_model_ref (model);
    input->scenario = next->scenario;
    input->options = qusop_case_patients (next, model->kind);
    if (population_fits (self, model, &input->options))
      input->population = g_steal_pointer (&self->population);
    forget_population (self);
    self->options = input->options;
    self->asked = qusop_case_ref (next);
    self->model = qs_model_ref (model);
    spec.input = input;
    self->job = qusop_job_start (&spec);
    qusop_scenarios_begin (scenarios, self->asked);
  }
  show_progress (self);
}

/* What is asked just now may be gone, or ask something else. */
static void
rows_changed_cb (QusopScenarioRunner *self)
{
  QusopScenarios *scenarios = qusop_session_get_scenarios (self->session);

  if (self->job != NULL) {
    const QusopCase *now = qusop_scenarios_find (scenarios, self->asked->id);

    if (now == NULL || qusop_case_compare (now, self->asked) != 0) {
      g_clear_pointer (&self->job, qusop_job_abandon);
      end_job (self);
    }
  }
  start (self);
}

static void
model_changed_cb (QusopScenarioRunner *self)
{
  if (self->job != NULL && (self->model != qusop_session_get_model (self->session) ||
                            qusop_session_is_growing (self->session))) {
    g_clear_pointer (&self->job, qusop_job_abandon);
    end_job (self);
  }
  if (self->population_of != qusop_session_get_model (self->session))
    forget_population (self);
  start (self);
}

QusopScenarioRunner *
qusop_scenario_runner_new (QusopSession *session)
{
  QusopScenarioRunner *self = g_new0 (QusopScenarioRunner, 1);
  QusopScenarios      *scenarios = qusop_session_get_scenarios (session);

  self->session = session;
  self->edited_handler =
      g_signal_connect_swapped (scenarios, "edited", G_CALLBACK (rows_changed_cb), self);
  self->resumed_handler =
      g_signal_connect_swapped (scenarios, "resumed", G_CALLBACK (rows_changed_cb), self);
  self->model_handler = g_signal_connect_swapped (session, "notify::model",
                                                  G_CALLBACK (model_changed_cb), self);
  return self;
}

void
qusop_scenario_runner_free (QusopScenarioRunner *self)
{
  QusopScenarios *scenarios = qusop_session_get_scenarios (self->session);

  g_clear_signal_handler (&self->edited_handler, scenarios);
  g_clear_signal_handler (&self->resumed_handler, scenarios);
  g_clear_signal_handler (&self->model_handler, self->session);
  g_clear_pointer (&self->job, qusop_job_abandon);
  end_job (self);
  forget_population (self);
  g_free (self);
}

/* Gives up the row that is asked and those that wait. */
void
qusop_scenario_runner_cancel (QusopScenarioRunner *self)
{
  if (self->job != NULL)
    qusop_job_cancel (self->job);
}
