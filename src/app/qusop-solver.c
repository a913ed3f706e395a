/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-solver.h"

#include "jobs/qusop-job.h"

#include <glib/gi18n.h>

/* The virtual patients with the tables of one model. One solve at a time uses them. */
typedef struct {
  int                 n_refs;
  QsModel            *model;
  QsPopulationOptions options;
  QsPopulation       *population;
} Crowd;

struct _QusopSolver {
  QusopSession *session; /* borrowed: the window owns both */
  QusopJob     *job;
  Crowd        *crowd;    /* of the last solve */
  guint         asked;    /* question that is being answered */
  guint         declined; /* question that the user cancelled */
  gulong        question_handler;
};

typedef struct {
  QsModel            *model;
  QsPopulationOptions options;
  QsScenario          scenario;
  gboolean            with_twin;
  Crowd              *crowd; /* nullable */
} Input;

typedef struct {
  Crowd    *crowd;
  QsResult *result;
  QsResult *twin; /* nullable */
  GError   *error;
} Output;

static void
crowd_unref (Crowd *crowd)
{
  if (!g_atomic_int_dec_and_test (&crowd->n_refs))
    return;

  qs_population_free (crowd->population);
  qs_model_unref (crowd->model);
  g_free (crowd);
}

static Crowd *
crowd_ref (Crowd *crowd)
{
  g_atomic_int_inc (&crowd->n_refs);
  return crowd;
}

static Crowd *
crowd_new (QsModel *model, const QsPopulationOptions *options, QsRun *run, GError **error)
{
  QsPopulation *population = qs_population_new (model, options, run, error);
  Crowd        *crowd;

  if (population == NULL)
    return NULL;

  crowd = g_new0 (Crowd, 1);
  crowd->n_refs = 1;
  crowd->model = qs_model_ref (model);
  crowd->options = *options;
  crowd->population = population;
  return crowd;
}

static gboolean
crowd_fits (const Crowd *crowd, const QsModel *model, const QsPopulationOptions *options)
{
  return crowd != NULL && crowd->model == model && crowd->options.seed == options->seed &&
         crowd->options.n_subjects == options->n_subjects &&
         crowd->options.n_replicates == options->n_replicates &&
         crowd->options.subject_effect == options->subject_effect;
}

static void
input_free (Input *input)
{
  qs_model_unref (input->model);
  g_clear_pointer (&input->crowd, crowd_unref);
  g_free (input);
}

static void
output_free (Output *output)
{
  g_clear_pointer (&output->crowd, crowd_unref);
  g_clear_pointer (&output->result, qs_result_unref);
  g_clear_pointer (&output->twin, qs_result_unref);
  g_clear_error (&output->error);
  g_free (output);
}

/* The same question with the other common regimen; none is no error. */
static QsResult *
solve_twin (const Input *input, QsPopulation *population, QsRun *run)
{
  QsScenario twin = input->scenario;

  if (!input->with_twin || twin.regimen == QS_REGIMEN_SCHEDULE)
    return NULL;

  twin.regimen = twin.regimen == QS_REGIMEN_QD ? QS_REGIMEN_QW : QS_REGIMEN_QD;
  return qs_solve (population, &twin, run, NULL);
}

/* On the worker. A refused question still leaves the virtual patients for the next. */
static gpointer
solve (gpointer data, QsRun *run, GError **error)
{
  Input  *input = data;
  Crowd  *crowd = g_steal_pointer (&input->crowd);
  Output *output;

  if (crowd == NULL)
    crowd = crowd_new (input->model, &input->options, run, error);
  if (crowd == NULL)
    return NULL;

  output = g_new0 (Output, 1);
  output->crowd = crowd;
  output->result = qs_solve (crowd->population, &input->scenario, run, &output->error);
  if (output->result != NULL)
    output->twin = solve_twin (input, crowd->population, run);
  return output;
}

/* Only the making of virtual patients takes long enough to be shown. */
static void
event_cb (const QsEvent *event, gpointer data)
{
  QusopSolver *self = data;

  if (event->stage == QS_STAGE_TABULATE || event->stage == QS_STAGE_SIMULATE)
    qusop_session_set_activity (self->session, QUSOP_ACTIVITY_SOLVE, event->fraction,
                                _ ("Simulating virtual patients"));
}

static void
show_error (QusopSolver *self, const GError *error)
{
  if (g_error_matches (error, QS_ERROR, QS_ERROR_CANCELLED))
    self->declined = self->asked;
  else
    qusop_session_set_refusal (self->session, error->message, self->asked);
}

static void start (QusopSolver *self);

static void
done_cb (gpointer data, const GError *error, gpointer user_data)
{
  QusopSolver *self = user_data;
  Output      *output = data;

  g_clear_pointer (&self->job, qusop_job_unref);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_SOLVE, -1.0, NULL);

  if (output != NULL) {
    g_clear_pointer (&self->crowd, crowd_unref);
    self->crowd = g_steal_pointer (&output->crowd);
  }

  qusop_session_set_twin (self->session, output != NULL ? output->twin : NULL);
  if (output != NULL && output->result != NULL)
    qusop_session_set_result (self->session, output->result, self->asked);
  else
    show_error (self, output != NULL ? output->error : error);
  g_clear_pointer (&output, output_free);

  /* The one pending question: the latest. Those in between were never asked. */
  if (qusop_session_get_question (self->session) != self->asked)
    start (self);
}

static void
start (QusopSolver *self)
{
  const QsPopulationOptions *options =
      qusop_session_get_population_options (self->session);
  QsModel     *model = qusop_session_get_model (self->session);
  Input       *input;
  QusopJobSpec spec = {
    .func = solve,
    .free_input = (GDestroyNotify) input_free,
    .free_result = (GDestroyNotify) output_free,
    .on_event = event_cb,
    .on_done = done_cb,
    .user_data = self,
  };

  if (model == NULL || self->declined == qusop_session_get_question (self->session))
    return;

  input = g_new0 (Input, 1);
  input->model = qs_model_ref (model);
  input->options = *options;
  input->scenario = *qusop_session_get_scenario (self->session);
  input->with_twin = qusop_session_get_with_twin (self->session);
  if (crowd_fits (self->crowd, model, options))
    input->crowd = crowd_ref (self->crowd);
  spec.input = input;

  self->asked = qusop_session_get_question (self->session);
  self->job = qusop_job_start (&spec);
}

static void
question_changed_cb (QusopSolver *self)
{
  /* No model: there was another study, or none; whatever runs is of no use. */
  if (qusop_session_get_model (self->session) == NULL) {
    g_clear_pointer (&self->job, qusop_job_abandon);
    g_clear_pointer (&self->crowd, crowd_unref);
    qusop_session_set_activity (self->session, QUSOP_ACTIVITY_SOLVE, -1.0, NULL);
    return;
  }

  if (self->job == NULL)
    start (self);
}

QusopSolver *
qusop_solver_new (QusopSession *session)
{
  QusopSolver *self = g_new0 (QusopSolver, 1);

  self->session = session;
  self->declined = G_MAXUINT;
  self->question_handler = g_signal_connect_swapped (
      session, "notify::question", G_CALLBACK (question_changed_cb), self);
  return self;
}

void
qusop_solver_free (QusopSolver *self)
{
  g_clear_signal_handler (&self->question_handler, self->session);
  g_clear_pointer (&self->job, qusop_job_abandon);
  g_clear_pointer (&self->crowd, crowd_unref);
  g_free (self);
}

/* Gives up the question of now; the next change asks again. */
void
qusop_solver_cancel (QusopSolver *self)
{
  if (self->job != NULL)
    qusop_job_cancel (self->job);
}
