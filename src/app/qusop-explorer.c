/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-explorer.h"

#include "jobs/qusop-job.h"

#include <glib/gi18n.h>

struct _QusopExplorer {
  QusopSession *session; /* borrowed: the window owns both */
  QusopJob     *job;
  gulong        dataset_handler;
};

typedef struct {
  QsNca   *nca;
  QsModel *emax;
  char    *emax_reason;
} Output;

static void
output_free (Output *output)
{
  g_clear_pointer (&output->nca, qs_nca_unref);
  g_clear_pointer (&output->emax, qs_model_unref);
  g_free (output->emax_reason);
  g_free (output);
}

/* A model that the data cannot carry is an answer; only giving up is none. */
static gboolean
fit (const QsDataset *dataset, Output *output, QsRun *run, GError **error)
{
  const QsFitOptions options = qs_fit_options_default (QS_MODEL_EMAX);
  GError            *cause = NULL;

  output->emax = qs_fit (dataset, &options, run, &cause);
  if (output->emax != NULL)
    return TRUE;
  if (g_error_matches (cause, QS_ERROR, QS_ERROR_CANCELLED)) {
    g_propagate_error (error, cause);
    return FALSE;
  }

  output->emax_reason = g_strdup (cause->message);
  g_error_free (cause);
  return TRUE;
}

/* On the worker. */
static gpointer
explore (gpointer data, QsRun *run, GError **error)
{
  const QsDataset *dataset = data;
  Output          *output = g_new0 (Output, 1);
  gboolean         good = TRUE;

  if (qs_dataset_n_observations (dataset, QS_ENDPOINT_PK) > 0) {
    output->nca = qs_nca_new (dataset, run, error);
    good = output->nca != NULL;
  }
  if (good && fit (dataset, output, run, error))
    return output;

  output_free (output);
  return NULL;
}

static void
event_cb (const QsEvent *event, gpointer data)
{
  QusopExplorer *self = data;

  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_EXPLORE,
                              CLAMP (event->fraction, 0.0, 1.0),
                              _ ("Exploring the study"));
}

static void
done_cb (gpointer data, const GError *error, gpointer user_data)
{
  QusopExplorer *self = user_data;
  Output        *output = data;

  g_clear_pointer (&self->job, qusop_job_unref);
  if (output != NULL)
    qusop_session_set_exploration (self->session, output->nca, output->emax,
                                   output->emax_reason);
  else
    qusop_session_set_exploration (self->session, NULL, NULL, error->message);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_EXPLORE, -1.0, NULL);
  g_clear_pointer (&output, output_free);
}

static void
dataset_changed_cb (QusopExplorer *self)
{
  QsDataset   *dataset = qusop_session_get_dataset (self->session);
  QusopJobSpec spec = {
    .func = explore,
    .free_input = (GDestroyNotify) qs_dataset_unref,
    .free_result = (GDestroyNotify) output_free,
    /* The window needs the other processors. */
    .n_threads = 1,
    .on_event = event_cb,
    .takes_long = TRUE,
    .on_done = done_cb,
    .user_data = self,
  };

  g_clear_pointer (&self->job, qusop_job_abandon);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_EXPLORE, -1.0, NULL);
  if (dataset == NULL || !qs_dataset_is_usable (dataset))
    return;

  spec.input = qs_dataset_ref (dataset);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_EXPLORE, 0.0,
                              _ ("Exploring the study"));
  self->job = qusop_job_start (&spec);
}

QusopExplorer *
qusop_explorer_new (QusopSession *session)
{
  QusopExplorer *self = g_new0 (QusopExplorer, 1);

  self->session = session;
  self->dataset_handler = g_signal_connect_swapped (
      session, "notify::dataset", G_CALLBACK (dataset_changed_cb), self);
  return self;
}

void
qusop_explorer_free (QusopExplorer *self)
{
  g_clear_signal_handler (&self->dataset_handler, self->session);
  g_clear_pointer (&self->job, qusop_job_abandon);
  g_free (self);
}

void
qusop_explorer_cancel (QusopExplorer *self)
{
  if (self->job != NULL)
    qusop_job_cancel (self->job);
}
