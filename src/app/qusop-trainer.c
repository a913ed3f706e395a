/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-trainer.h"

#include "jobs/qusop-job.h"
#include "jobs/qusop-register.h"

#include <glib/gi18n.h>
#include <math.h>

struct _QusopTrainer {
  QusopSession *session; /* borrowed: the window owns both */
  QusopJob     *job;
  QsFitOptions  options; /* of the fit that runs */
  gulong        dataset_handler;
};

typedef struct {
  QsDataset   *dataset;
  QsFitOptions options;
} Input;

static void
input_free (Input *input)
{
  qs_dataset_unref (input->dataset);
  g_free (input);
}

static gpointer
fit (gpointer data, QsRun *run, GError **error)
{
  const Input   *input = data;
  QusopRegister *record = qusop_register_begin_fit (input->dataset, &input->options);
  GError        *cause = NULL;
  QsModel       *model = qs_fit_remembered (input->dataset, &input->options, run, &cause);

  qusop_register_end (record, model, NULL, cause);
  if (cause != NULL)
    g_propagate_error (error, cause);
  return model;
}

static char *
describe_progress (QusopTrainer *self, const QsEvent *event)
{
  const guint n = self->options.n_bootstrap;

  if (event->stage == QS_STAGE_SEARCH)
    return g_strdup (_ ("Searching for the structure"));
  if (event->stage == QS_STAGE_BOOTSTRAP)
    return g_strdup_printf (_ ("Bootstrap: %u of %u models"),
                            (guint) (event->fraction * n + 0.5), n);
  if (event->curve == QS_CURVE_PARAMETER)
    return g_strdup_printf (_ ("Estimating: iteration %u"), (guint) event->x);
  if (event->curve != QS_CURVE_NONE)
    return g_strdup_printf (_ ("Training: epoch %u of %u"), (guint) event->x + 1,
                            self->options.n_epochs);
  return g_strdup (_ ("Training"));
}

/* Of the population model: a search comes first, and the draws come from one likelihood.
 */
static const double search_share = 0.6, estimation_share = 0.7;

/* The estimate is a small part of the work where there are networks to come. */
static double
overall_fraction (QusopTrainer *self, const QsEvent *event)
{
  const gboolean is_pkpd = self->options.kind == QS_MODEL_PKPD;
  const double searched = is_pkpd && self->options.structure.search ? search_share : 0.0;
  const double fitted =
      is_pkpd ? estimation_share : 1.0 / (1.0 + self->options.n_bootstrap);
  double rest;

  if (event->stage == QS_STAGE_SEARCH)
    return searched * event->fraction;
  rest = event->stage == QS_STAGE_BOOTSTRAP ? fitted + (1.0 - fitted) * event->fraction
                                            : fitted * event->fraction;
  return searched + (1.0 - searched) * rest;
}

static void
add_trace (QusopTrainer *self, const QsEvent *event)
{
  const QsTracePoint point = {
    .name = g_intern_string (event->text),
    .chain = event->chain,
    .iteration = (guint) event->x,
    .value = event->y,
  };

  qusop_session_add_trace (self->session, &point);
}

static void
event_cb (const QsEvent *event, gpointer data)
{
  QusopTrainer    *self = data;
  const double     fraction = overall_fraction (self, event);
  g_autofree char *text = describe_progress (self, event);

  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_TRAIN, fraction, text);
  if (event->curve == QS_CURVE_PARAMETER)
    add_trace (self, event);

  /* The curve is the first network's; resampled ones would draw over it. */
  if (event->stage != QS_STAGE_BOOTSTRAP &&
      (event->curve == QS_CURVE_TRAIN_LOSS || event->curve == QS_CURVE_VALIDATION_LOSS))
    qusop_session_add_loss (self->session, (guint) event->x, event->curve, event->y);
  if (event->value != NULL)
    qusop_session_set_growing (self->session, event->value);
}

static void
finish (QusopTrainer *self, QsModel *model)
{
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_TRAIN, -1.0, NULL);

  if (model != NULL) {
    qusop_session_add_model (self->session, model);
    qusop_session_announce (self->session, _ ("Training finished"));
  } else {
    qusop_session_set_growing (self->session, NULL);
  }
}

static void
done_cb (gpointer result, const GError *error, gpointer data)
{
  QusopTrainer       *self = data;
  g_autoptr (QsModel) model = result;

  g_clear_pointer (&self->job, qusop_job_unref);
  finish (self, model);

  if (model == NULL && g_error_matches (error, QS_ERROR, QS_ERROR_CANCELLED))
    qusop_session_announce (self->session, _ ("Training cancelled"));
  else if (model == NULL)
    qusop_session_set_problem (self->session, _ ("The model could not be trained"),
                               error->message);
}

/* Another study: what is being fitted to the former one is of no use. */
static void
dataset_changed_cb (QusopTrainer *self)
{
  g_clear_pointer (&self->job, qusop_job_abandon);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_TRAIN, -1.0, NULL);
}

QusopTrainer *
qusop_trainer_new (QusopSession *session)
{
  QusopTrainer *self = g_new0 (QusopTrainer, 1);

  self->session = session;
  self->dataset_handler = g_signal_connect_swapped (
      session, "notify::dataset", G_CALLBACK (dataset_changed_cb), self);
  return self;
}

void
qusop_trainer_free (QusopTrainer *self)
{
  g_clear_signal_handler (&self->dataset_handler, self->session);
  g_clear_pointer (&self->job, qusop_job_abandon);
  g_free (self);
}

/**
 * qusop_trainer_start:
 *
 * Fits a model with the session's settings to its study. Does nothing while a fit runs,
 * or where there is no study to fit to.
 */
void
qusop_trainer_start (QusopTrainer *self)
{
  QsDataset   *dataset = qusop_session_get_dataset (self->session);
  Input       *input;
  QusopJobSpec spec = {
    .func = fit,
    .free_input = (GDestroyNotify) input_free,
    .free_result = (GDestroyNotify) qs_model_unref,
    .on_event = event_cb,
    .takes_long = TRUE,
    .on_done = done_cb,
    .user_data = self,
  };

  if (self->job != NULL || dataset == NULL || !qs_dataset_is_usable (dataset))
    return;

  self->options = *qusop_session_get_fit_options (self->session);
  /* Models that know one threshold learn the one that is asked about. */
  self->options.threshold_ng_ml =
      qusop_session_get_scenario (self->session)->threshold_ng_ml;

  input = g_new0 (Input, 1);
  input->dataset = qs_dataset_ref (dataset);
  input->options = self->options;
  spec.input = input;

  qusop_session_set_problem (self->session, NULL, NULL);
  qusop_session_clear_losses (self->session);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_TRAIN, 0.0, _ ("Training"));
  self->job = qusop_job_start (&spec);
}

/* Discards the fit. */
void
qusop_trainer_cancel (QusopTrainer *self)
{
  if (self->job != NULL)
    qusop_job_cancel (self->job);
}

/* Ends the bootstrap early and keeps the networks that are there. */
void
qusop_trainer_keep (QusopTrainer *self)
{
  g_autoptr (QsModel) model = NULL;

  if (self->job == NULL || !qusop_session_is_growing (self->session))
    return;

  model = qs_model_ref (qusop_session_get_model (self->session));
  g_clear_pointer (&self->job, qusop_job_abandon);
  finish (self, model);
}
