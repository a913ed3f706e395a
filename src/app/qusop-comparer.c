/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-comparer.h"

#include "jobs/qusop-job.h"

#include <glib/gi18n.h>

struct _QusopComparer {
  QusopSession *session; /* borrowed: the window owns both */
  QusopJob     *job;
  gulong        dataset_handler;
};

typedef struct {
  QsDataset       *dataset;
  QsCompareOptions options;
} Input;

static void
input_free (Input *input)
{
  qs_dataset_unref (input->dataset);
  g_free (input);
}

/* On the worker. */
static gpointer
compare (gpointer data, QsRun *run, GError **error)
{
  const Input *input = data;

  return qs_compare (input->dataset, &input->options, run, error);
}

static void
event_cb (const QsEvent *event, gpointer data)
{
  QusopComparer *self = data;

  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_COMPARE,
                              CLAMP (event->fraction, 0.0, 1.0),
                              _ ("Comparing models on folds"));
}

static void
done_cb (gpointer data, const GError *error, gpointer user_data)
{
  QusopComparer *self = user_data;
  QsCompare     *comparison = data;

  g_clear_pointer (&self->job, qusop_job_unref);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_COMPARE, -1.0, NULL);
  qusop_session_set_comparison (self->session, comparison,
                                comparison == NULL ? error->message : NULL);
  g_clear_pointer (&comparison, qs_compare_unref);
}

/* Another study: what runs is of no use. */
static void
dataset_changed_cb (QusopComparer *self)
{
  if (self->job == NULL)
    return;

  g_clear_pointer (&self->job, qusop_job_abandon);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_COMPARE, -1.0, NULL);
}

QusopComparer *
qusop_comparer_new (QusopSession *session)
{
  QusopComparer *self = g_new0 (QusopComparer, 1);

  self->session = session;
  self->dataset_handler = g_signal_connect_swapped (
      session, "notify::dataset", G_CALLBACK (dataset_changed_cb), self);
  return self;
}

void
qusop_comparer_free (QusopComparer *self)
{
  g_clear_signal_handler (&self->dataset_handler, self->session);
  g_clear_pointer (&self->job, qusop_job_abandon);
  g_free (self);
}

/* Emax and the LSTM take seconds, quantum cells minutes. */
static void
choose_models (QsCompareOptions *options, gboolean with_quantum)
{
  static const QsCompareModel quick[] = { { QS_MODEL_EMAX, QS_INPUT_WINDOW },
                                          { QS_MODEL_LSTM, QS_INPUT_EXPOSURE },
                                          { QS_MODEL_LSTM, QS_INPUT_WINDOW } };

  if (with_quantum)
    return;

  options->n_models = G_N_ELEMENTS (quick);
  for (guint i = 0; i < options->n_models; i++)
    options->models[i] = quick[i];
}

/**
 * qusop_comparer_start:
 * @with_quantum: also networks with quantum cells
 * @with_answers: also every model's doses, fitted to everybody
 */
void
qusop_comparer_start (QusopComparer *self,
                      guint          n_folds,
                      gboolean       with_quantum,
                      gboolean       with_answers)
{
  QsDataset   *dataset = qusop_session_get_dataset (self->session);
  QusopJobSpec spec = {
    .func = compare,
    .free_input = (GDestroyNotify) input_free,
    .free_result = (GDestroyNotify) qs_compare_unref,
    .on_event = event_cb,
    .takes_long = TRUE,
    .on_done = done_cb,
    .user_data = self,
  };
  Input *input;

  if (self->job != NULL || dataset == NULL || !qs_dataset_is_usable (dataset))
    return;

  input = g_new0 (Input, 1);
  input->dataset = qs_dataset_ref (dataset);
  input->options = qs_compare_options_default ();
  input->options.n_folds = n_folds;
  input->options.answers = with_answers;
  input->options.threshold_ng_ml =
      qusop_session_get_scenario (self->session)->threshold_ng_ml;
  input->options.seed = qusop_session_get_population_options (self->session)->seed;
  choose_models (&input->options, with_quantum);
  spec.input = input;
  qusop_session_set_comparison (self->session, NULL, NULL);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_COMPARE, 0.0,
                              _ ("Comparing models on folds"));
  self->job = qusop_job_start (&spec);
}

void
qusop_comparer_cancel (QusopComparer *self)
{
  if (self->job != NULL)
    qusop_job_cancel (self->job);
}
