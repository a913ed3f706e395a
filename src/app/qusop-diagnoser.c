/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-diagnoser.h"

#include "jobs/qusop-job.h"

#include <glib/gi18n.h>

struct _QusopDiagnoser {
  QusopSession *session; /* borrowed: the window owns both */
  QusopJob     *job;
  gulong        model_handler;
};

typedef struct {
  QsDataset           *dataset;
  QsModel             *model;
  QsDiagnosticsOptions options;
} Input;

static void
input_free (Input *input)
{
  qs_dataset_unref (input->dataset);
  qs_model_unref (input->model);
  g_free (input);
}

/* On the worker. */
static gpointer
diagnose (gpointer data, QsRun *run, GError **error)
{
  const Input *input = data;

  return qs_diagnose (input->dataset, input->model, &input->options, run, error);
}

static void
event_cb (const QsEvent *event, gpointer data)
{
  QusopDiagnoser *self = data;

  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_DIAGNOSE,
                              CLAMP (event->fraction, 0.0, 1.0),
                              _ ("Diagnosing the model"));
}

static void
done_cb (gpointer data, const GError *error, gpointer user_data)
{
  QusopDiagnoser *self = user_data;
  QsDiagnostics  *diagnostics = data;

  g_clear_pointer (&self->job, qusop_job_unref);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_DIAGNOSE, -1.0, NULL);
  qusop_session_set_diagnostics (self->session, diagnostics,
                                 diagnostics == NULL ? error->message : NULL);
  qs_diagnostics_unref (diagnostics);
}

/* Another model: what is said of the former is of no use. */
static void
model_changed_cb (QusopDiagnoser *self)
{
  if (self->job == NULL)
    return;

  g_clear_pointer (&self->job, qusop_job_abandon);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_DIAGNOSE, -1.0, NULL);
}

QusopDiagnoser *
qusop_diagnoser_new (QusopSession *session)
{
  QusopDiagnoser *self = g_new0 (QusopDiagnoser, 1);

  self->session = session;
  self->model_handler = g_signal_connect_swapped (session, "notify::model",
                                                  G_CALLBACK (model_changed_cb), self);
  return self;
}

void
qusop_diagnoser_free (QusopDiagnoser *self)
{
  g_clear_signal_handler (&self->model_handler, self->session);
  g_clear_pointer (&self->job, qusop_job_abandon);
  g_free (self);
}

/* Attainment is judged at the threshold that is asked about. */
void
qusop_diagnoser_start (QusopDiagnoser *self)
{
  QsDataset        *dataset = qusop_session_get_dataset (self->session);
  QsModel          *model = qusop_session_get_model (self->session);
  const QsScenario *scenario = qusop_session_get_scenario (self->session);
  QusopJobSpec      spec = {
         .func = diagnose,
         .free_input = (GDestroyNotify) input_free,
         .free_result = (GDestroyNotify) qs_diagnostics_unref,
         .on_event = event_cb,
         .takes_long = TRUE,
         .on_done = done_cb,
         .user_data = self,
  };
  Input *input;

  if (self->job != NULL || dataset == NULL || model == NULL)
    return;

  input = g_new0 (Input, 1);
  input->dataset = qs_dataset_ref (dataset);
  input->model = qs_model_ref (model);
  input->options = qs_diagnostics_options_default ();
  input->options.success = scenario->success;
  input->options.threshold_ng_ml = scenario->threshold_ng_ml;
  spec.input = input;
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_DIAGNOSE, 0.0,
                              _ ("Diagnosing the model"));
  self->job = qusop_job_start (&spec);
}

void
qusop_diagnoser_cancel (QusopDiagnoser *self)
{
  if (self->job != NULL)
    qusop_job_cancel (self->job);
}
