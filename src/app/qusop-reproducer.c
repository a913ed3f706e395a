/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-reproducer.h"

#include "jobs/qusop-job.h"

#include <glib/gi18n.h>

struct _QusopReproducer {
  QusopSession *session; /* borrowed: the window owns both */
  QusopJob     *job;
  gulong        dataset_handler;
  gulong        models_handler;
};

typedef struct {
  QsDataset         *dataset;
  QsPublishedOptions options;
  QsPublished       *published; /* nullable: already there */
  QsModel           *model;     /* nullable: nobody to ask */
} Input;

typedef struct {
  QsPublished *published;
  QsModel     *model;   /* nullable */
  GPtrArray   *answers; /* nullable */
} Output;

static void
input_free (Input *input)
{
  qs_dataset_unref (input->dataset);
  qs_published_unref (input->published);
  g_clear_pointer (&input->model, qs_model_unref);
  g_free (input);
}

static void
output_free (Output *output)
{
  qs_published_unref (output->published);
  g_clear_pointer (&output->model, qs_model_unref);
  g_clear_pointer (&output->answers, g_ptr_array_unref);
  g_free (output);
}

/* On the worker. */
static gpointer
reproduce (gpointer data, QsRun *run, GError **error)
{
  const Input            *input = data;
  g_autoptr (QsPublished) published = NULL;
  g_autoptr (GPtrArray)   answers = NULL;
  Output                 *output;

  published = input->published != NULL
                  ? qs_published_ref (input->published)
                  : qs_reproduce (input->dataset, &input->options, run, error);
  if (published == NULL)
    return NULL;
  if (input->model != NULL) {
    answers = qs_published_beside (input->model, input->options.seed, run, error);
    if (answers == NULL)
      return NULL;
  }

  output = g_new0 (Output, 1);
  output->published = g_steal_pointer (&published);
  output->answers = g_steal_pointer (&answers);
  output->model = input->model != NULL ? qs_model_ref (input->model) : NULL;
  return output;
}

/* The last population model of the study. */
static QsModel *
find_model (QusopReproducer *self)
{
  const GPtrArray *models = qusop_session_get_models (self->session);

  for (guint i = models->len; i > 0; i--)
    if (((QsModel *) models->pdata[i - 1])->kind == QS_MODEL_PKPD)
      return models->pdata[i - 1];

  return NULL;
}

static void
show_progress (QusopReproducer *self, double fraction)
{
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_REPRODUCE, fraction,
                              _ ("Running the published pipeline"));
}

static void
event_cb (const QsEvent *event, gpointer data)
{
  show_progress (data, CLAMP (event->fraction, 0.0, 1.0));
}

static void models_changed_cb (QusopReproducer *self);

static void
done_cb (gpointer data, const GError *error, gpointer user_data)
{
  QusopReproducer *self = user_data;
  Output          *output = data;

  g_clear_pointer (&self->job, qusop_job_unref);
  show_progress (self, -1.0);
  if (output != NULL) {
    qusop_session_set_published (self->session, output->published, output->model,
                                 output->answers, NULL);
    models_changed_cb (self);
  } else {
    qusop_session_set_published (self->session,
                                 qusop_session_get_published (self->session), NULL, NULL,
                                 error->message);
  }
  g_clear_pointer (&output, output_free);
}

static void
start (QusopReproducer *self, QsPublished *published)
{
  QsModel     *model = find_model (self);
  Input       *input = g_new0 (Input, 1);
  QusopJobSpec spec = {
    .func = reproduce,
    .input = input,
    .free_input = (GDestroyNotify) input_free,
    .free_result = (GDestroyNotify) output_free,
    .on_event = event_cb,
    .takes_long = TRUE,
    .on_done = done_cb,
    .user_data = self,
  };

  input->dataset = qs_dataset_ref (qusop_session_get_dataset (self->session));
  input->options = qs_published_options_default ();
  input->options.seed = qusop_session_get_population_options (self->session)->seed;
  input->published = published != NULL ? qs_published_ref (published) : NULL;
  input->model = model != NULL ? qs_model_ref (model) : NULL;
  show_progress (self, 0.0);
  self->job = qusop_job_start (&spec);
}

/* Another population model has something to say beside what was published. */
static void
models_changed_cb (QusopReproducer *self)
{
  QsPublished *published = qusop_session_get_published (self->session);
  QsModel     *model = find_model (self);

  if (self->job == NULL && published != NULL && model != NULL &&
      model != qusop_session_get_published_model (self->session) &&
      qusop_session_get_published_problem (self->session) == NULL)
    start (self, published);
}

/* Another study: what runs is of no use. */
static void
dataset_changed_cb (QusopReproducer *self)
{
  if (self->job == NULL)
    return;

  g_clear_pointer (&self->job, qusop_job_abandon);
  show_progress (self, -1.0);
}

QusopReproducer *
qusop_reproducer_new (QusopSession *session)
{
  QusopReproducer *self = g_new0 (QusopReproducer, 1);

  self->session = session;
  self->dataset_handler = g_signal_connect_swapped (
      session, "notify::dataset", G_CALLBACK (dataset_changed_cb), self);
  self->models_handler = g_signal_connect_swapped (session, "notify::models",
                                                   G_CALLBACK (models_changed_cb), self);
  return self;
}

void
qusop_reproducer_free (QusopReproducer *self)
{
  g_clear_signal_handler (&self->dataset_handler, self->session);
  g_clear_signal_handler (&self->models_handler, self->session);
  g_clear_pointer (&self->job, qusop_job_abandon);
  g_free (self);
}

void
qusop_reproducer_start (QusopReproducer *self)
{
  QsDataset *dataset = qusop_session_get_dataset (self->session);

  if (self->job != NULL || dataset == NULL || !qs_dataset_is_usable (dataset))
    return;

  qusop_session_set_published (self->session, NULL, NULL, NULL, NULL);
  start (self, NULL);
}

void
qusop_reproducer_cancel (QusopReproducer *self)
{
  if (self->job != NULL)
    qusop_job_cancel (self->job);
}
