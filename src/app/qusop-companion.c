/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-companion.h"

#include "jobs/qusop-job.h"
#include "watchdog/qusop-watchdog.h"

#include <math.h>

/* While a slider moves, answers come and go: nobody reads what stands beside them. */
static const guint patience_ms = 150;

struct _QusopCompanion {
  QusopSession *session; /* borrowed: the window owns both */
  QusopJob     *job;
  guint         timer;
  QsResult     *done; /* the answer that was looked at last */
  double        done_dose_mg;
  QsModel      *reference;  /* (nullable): whose answers others are held against */
  QsPopulation *population; /* (nullable): of it; away while a job runs */
  gulong        result_handler;
  gulong        course_handler;
  gulong        models_handler;
  gulong        comparison_handler;
};

/* Intervals come from parameter draws, whose patients these options do not count. */
static const QsPopulationOptions reference_options = {
  .seed = 1,
  .n_subjects = 100,
  .n_replicates = 50,
  .subject_effect = TRUE,
};

typedef struct {
  QsModel      *model;
  QsModel      *reference;  /* nullable */
  QsPopulation *population; /* nullable */
  QsCompare    *comparison; /* nullable */
  QsResult     *answer;
  double        dose_mg;
} Input;

typedef struct {
  QsResult *answer;
  QsResult *detailed;
  QsCourse *course; /* nullable */
  double    dose_mg;

  QsPopulation *population; /* nullable */
} Output;

static void
input_free (Input *input)
{
  qs_model_unref (input->model);
  qs_model_unref (input->reference);
  g_clear_pointer (&input->population, qs_population_free);
  g_clear_pointer (&input->comparison, qs_compare_unref);
  qs_result_unref (input->answer);
  g_free (input);
}

static void
output_free (Output *output)
{
  qs_result_unref (output->answer);
  qs_result_unref (output->detailed);
  g_clear_pointer (&output->course, qs_course_unref);
  g_clear_pointer (&output->population, qs_population_free);
  g_free (output);
}

/* Where others say something else. */
static gboolean
confront (Input *input, QsResult *result, QsRun *run, GError **error)
{
  if (input->comparison != NULL)
    qs_confront_folds (result, input->model, input->comparison);
  if (input->reference == NULL)
    return TRUE;

  if (input->population == NULL)
    input->population =
        qs_population_new (input->reference, &reference_options, run, error);
  return input->population != NULL && qs_confront (result, input->population, run, error);
}

/* On the worker. */
static gpointer
find_out (gpointer data, QsRun *run, GError **error)
{
  Input               *input = data;
  g_autoptr (QsResult) detailed = qs_result_copy (input->answer);
  g_autoptr (QsCourse) course = NULL;
  Output              *output;

  /* Only the answer's own dose has exposures, which do not change with the pointer. */
  if (isnan (detailed->exposure.dose_mg) &&
      !qs_expose (input->model, detailed, run, error))
    return NULL;
  if (!confront (input, detailed, run, error))
    return NULL;
  if (isfinite (input->dose_mg) && input->model->estimate->klass->course != NULL) {
    course = qs_course_new (input->model, detailed, input->dose_mg, run, error);
    if (course == NULL)
      return NULL;
  }

  output = g_new0 (Output, 1);
  output->answer = qs_result_ref (input->answer);
  output->detailed = g_steal_pointer (&detailed);
  output->course = g_steal_pointer (&course);
  output->dose_mg = input->dose_mg;
  output->population = g_steal_pointer (&input->population);
  return output;
}

/* What is pointed at, or the dose that the answer recommends. */
static double
wanted_dose (QusopCompanion *self)
{
  const QsResult *result = qusop_session_get_result (self->session);
  const double    pointed_mg = qusop_session_get_course_dose (self->session);

  if (isfinite (pointed_mg))
    return pointed_mg;
  return isfinite (result->decision.assured_dose_mg) ? result->decision.assured_dose_mg
                                                     : result->decision.dose_mg;
}

static gboolean
is_wanted (QusopCompanion *self)
{
  QsModel  *model = qusop_session_get_model (self->session);
  QsResult *result = qusop_session_get_result (self->session);
  double    dose_mg;

  if (model == NULL || result == NULL || qusop_session_is_stale (self->session) ||
      (model->estimate->klass->course == NULL && self->reference == NULL &&
       qusop_session_get_comparison (self->session) == NULL))
    return FALSE;

  dose_mg = wanted_dose (self);
  return result != self->done || (isfinite (dose_mg) && dose_mg != self->done_dose_mg);
}

/* Asked once: what fails would fail again. */
static void
remember (QusopCompanion *self, QsResult *answer, double dose_mg)
{
  qs_result_ref (answer);
  g_clear_pointer (&self->done, qs_result_unref);
  self->done = answer;
  self->done_dose_mg = dose_mg;
}

static void look_cb (QusopCompanion *self);

/* The last population model of the study, for the answers of others. */
static void
choose_reference (QusopCompanion *self)
{
  const GPtrArray *models = qusop_session_get_models (self->session);
  const QsModel   *current = qusop_session_get_model (self->session);
  QsModel         *reference = NULL;

  for (guint i = 0; i < models->len; i++)
    if (((QsModel *) models->pdata[i])->kind == QS_MODEL_PKPD)
      reference = models->pdata[i];
  if (current == NULL || current->kind == QS_MODEL_PKPD)
    reference = NULL;
  if (reference == self->reference)
    return;

  g_clear_pointer (&self->population, qs_population_free);
  g_clear_pointer (&self->reference, qs_model_unref);
  if (reference != NULL)
    self->reference = qs_model_ref (reference);
}

static void
done_cb (gpointer data, const GError *error, gpointer user_data)
{
  QusopCompanion *self = user_data;
  Output         *output = data;

  g_clear_pointer (&self->job, qusop_job_unref);
  if (output != NULL && self->population == NULL)
    self->population = g_steal_pointer (&output->population);
  if (output != NULL && output->answer == qusop_session_get_result (self->session)) {
    remember (self, output->detailed, output->dose_mg);
    qusop_session_set_details (self->session, output->answer, output->detailed,
                               output->course);
  }
  g_clear_pointer (&output, output_free);
  look_cb (self);
}

static gboolean
start_cb (gpointer data)
{
  QUSOP_WATCH ("details of the answer");
  QusopCompanion *self = data;
  QusopJobSpec    spec = {
       .func = find_out,
       .free_input = (GDestroyNotify) input_free,
       .free_result = (GDestroyNotify) output_free,
       /* The window needs the other processors. */
       .n_threads = 1,
       .on_done = done_cb,
       .user_data = self,
  };
  Input *input;

  self->timer = 0;
  if (self->job != NULL || !is_wanted (self))
    return G_SOURCE_REMOVE;

  input = g_new0 (Input, 1);
  input->model = qs_model_ref (qusop_session_get_model (self->session));
  input->answer = qs_result_ref (qusop_session_get_result (self->session));
  input->dose_mg = wanted_dose (self);
  if (self->reference != NULL)
    input->reference = qs_model_ref (self->reference);
  input->population = g_steal_pointer (&self->population);
  if (qusop_session_get_comparison (self->session) != NULL)
    input->comparison = qs_compare_ref (qusop_session_get_comparison (self->session));
  spec.input = input;
  remember (self, input->answer, input->dose_mg);
  self->job = qusop_job_start (&spec);
  return G_SOURCE_REMOVE;
}

/* Something changed: what runs for another answer is of no use. */
static void
look_cb (QusopCompanion *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->job == NULL)
    choose_reference (self);
  if (qusop_session_get_result (self->session) == NULL)
    g_clear_pointer (&self->job, qusop_job_abandon);
  if (self->job == NULL && is_wanted (self))
    self->timer = g_timeout_add (patience_ms, start_cb, self);
}

/* There is more to hold the answer against. */
static void
others_changed_cb (QusopCompanion *self)
{
  g_clear_pointer (&self->done, qs_result_unref);
  look_cb (self);
}

QusopCompanion *
qusop_companion_new (QusopSession *session)
{
  QusopCompanion *self = g_new0 (QusopCompanion, 1);

  self->session = session;
  self->result_handler =
      g_signal_connect_swapped (session, "notify::result", G_CALLBACK (look_cb), self);
  self->course_handler =
      g_signal_connect_swapped (session, "notify::course", G_CALLBACK (look_cb), self);
  self->models_handler = g_signal_connect_swapped (session, "notify::models",
                                                   G_CALLBACK (others_changed_cb), self);
  self->comparison_handler = g_signal_connect_swapped (
      session, "notify::comparison", G_CALLBACK (others_changed_cb), self);
  return self;
}

void
qusop_companion_free (QusopCompanion *self)
{
  g_clear_signal_handler (&self->result_handler, self->session);
  g_clear_signal_handler (&self->course_handler, self->session);
  g_clear_signal_handler (&self->models_handler, self->session);
  g_clear_signal_handler (&self->comparison_handler, self->session);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->job, qusop_job_abandon);
  g_clear_pointer (&self->done, qs_result_unref);
  g_clear_pointer (&self->population, qs_population_free);
  g_clear_pointer (&self->reference, qs_model_unref);
  g_free (self);
}
