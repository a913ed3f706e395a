/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-estimator.h"

#include "jobs/qusop-job.h"

#include <glib/gi18n.h>

struct _QusopEstimator {
  QusopSession *session; /* borrowed: the window owns both */
  QusopJob     *job;
  gulong        model_handler;
};

/* Qubits of the register's index: large enough to be honest, small enough to watch. */
static const guint n_qubits = 12;

typedef struct {
  QsModel          *model;
  QsResult         *result; /* NULL where there is no curve to search */
  QsScenario        scenario;
  double            dose_mg;
  QsEstimateOptions options;
  char             *bits; /* path of recorded ones, or NULL */
} Input;

static void
input_free (Input *input)
{
  qs_model_unref (input->model);
  qs_result_unref (input->result);
  g_free (input->bits);
  g_free (input);
}

typedef struct {
  QsRace   *race;
  QsSearch *search;
} Output;

static void
output_free (Output *output)
{
  qs_race_unref (output->race);
  qs_search_unref (output->search);
  g_free (output);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Output, output_free)

/* On the worker. */
static gpointer
estimate (gpointer data, QsRun *run, GError **error)
{
  const Input       *input = data;
  QsEstimateOptions  options = input->options;
  QsSearchOptions    search = qs_search_options_default ();
  g_autoptr (QsQrng) bits = NULL;
  g_autoptr (Output) output = g_new0 (Output, 1);

  if (input->bits != NULL) {
    options.bits = bits = qs_qrng_new_recorded (input->bits, 1.0, error);
    if (bits == NULL)
      return NULL;
  }

  output->race =
      qs_race_new (input->model, &input->scenario, input->dose_mg, &options, run, error);
  if (output->race == NULL)
    return NULL;

  search.seed = input->options.seed;
  if (input->result != NULL) {
    output->search =
        qs_search_new ((const QsResult *const *) &input->result, 1, &search, run, error);
    if (output->search == NULL)
      return NULL;
  }
  return g_steal_pointer (&output);
}

/* A curve of one of the two regimens, on a grid that a register holds. */
static QsResult *
searchable (QsResult *result)
{
  return result != NULL && result->n_estimates > 0 &&
                 result->n_estimates <= QS_SEARCH_MAX_DOSES &&
                 result->scenario.regimen != QS_REGIMEN_SCHEDULE
             ? qs_result_ref (result)
             : NULL;
}

static void
event_cb (const QsEvent *event, gpointer data)
{
  QusopEstimator *self = data;

  if (event->curve != QS_CURVE_HALF_WIDTH)
    return;

  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_ESTIMATE,
                              CLAMP (event->fraction, 0.0, 1.0),
                              _ ("Estimating the probability"));
  qusop_session_add_race_point (self->session, event->series, event->x, event->y);
}

static void
done_cb (gpointer data, const GError *error, gpointer user_data)
{
  QusopEstimator *self = user_data;
  Output         *output = data;

  g_clear_pointer (&self->job, qusop_job_unref);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_ESTIMATE, -1.0, NULL);
  qusop_session_set_race (self->session, output != NULL ? output->race : NULL,
                          output == NULL ? error->message : NULL);
  if (output != NULL)
    qusop_session_set_search (self->session, output->search);
  g_clear_pointer (&output, output_free);
}

/* Another model: the former's probability is of no use. */
static void
model_changed_cb (QusopEstimator *self)
{
  if (self->job == NULL)
    return;

  g_clear_pointer (&self->job, qusop_job_abandon);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_ESTIMATE, -1.0, NULL);
}

QusopEstimator *
qusop_estimator_new (QusopSession *session)
{
  QusopEstimator *self = g_new0 (QusopEstimator, 1);

  self->session = session;
  self->model_handler = g_signal_connect_swapped (session, "notify::model",
                                                  G_CALLBACK (model_changed_cb), self);
  return self;
}

void
qusop_estimator_free (QusopEstimator *self)
{
  g_clear_signal_handler (&self->model_handler, self->session);
  g_clear_pointer (&self->job, qusop_job_abandon);
  g_free (self);
}

void
qusop_estimator_start (QusopEstimator *self, const QusopEstimatorRequest *request)
{
  QsModel     *model = qusop_session_get_model (self->session);
  QusopJobSpec spec = {
    .func = estimate,
    .free_input = (GDestroyNotify) input_free,
    .free_result = (GDestroyNotify) output_free,
    .on_event = event_cb,
    .takes_long = TRUE,
    .on_done = done_cb,
    .user_data = self,
  };
  Input *input;

  if (self->job != NULL || model == NULL || request->estimator >= QS_N_ESTIMATORS)
    return;

  input = g_new0 (Input, 1);
  input->model = qs_model_ref (model);
  input->result = searchable (qusop_session_get_result (self->session));
  input->scenario = *qusop_session_get_scenario (self->session);
  input->dose_mg = request->dose_mg;
  input->options = qs_estimate_options_default ();
  input->options.estimator = request->estimator;
  input->options.epsilon = request->epsilon;
  input->options.noise = request->noise;
  input->bits = request->estimator == QS_ESTIMATOR_QRNG ? g_strdup (request->bits) : NULL;
  input->options.n_qubits = n_qubits;
  input->options.seed = qusop_session_get_population_options (self->session)->seed;
  input->options.subject_effect =
      qusop_session_get_population_options (self->session)->subject_effect;
  spec.input = input;
  qusop_session_begin_race (self->session);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_ESTIMATE, 0.0,
                              _ ("Estimating the probability"));
  self->job = qusop_job_start (&spec);
}

void
qusop_estimator_cancel (QusopEstimator *self)
{
  if (self->job != NULL)
    qusop_job_cancel (self->job);
}
