/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-recorder.h"

#include "jobs/qusop-job.h"
#include "jobs/qusop-register.h"
#include "watchdog/qusop-watchdog.h"

/* How long an answer stands before it counts as one. */
#define REST_MS 3000

struct _QusopRecorder {
  QusopSession *session; /* borrowed: the window owns both */
  QusopJob     *job;
  QsResult     *kept; /* on record */
  guint         rest;
  gulong        result_handler;
};

typedef struct {
  QsDataset          *dataset;
  QsModel            *model;
  QsResult           *result;
  QsPopulationOptions options;
} Input;

static void
input_free (gpointer data)
{
  Input *input = data;

  qs_dataset_unref (input->dataset);
  qs_model_unref (input->model);
  qs_result_unref (input->result);
  g_free (input);
}

/* As a file has it, whatever the country. */
static char *
number (const char *format, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_formatd (text, sizeof text, format, value));
}

/* The question, in the words of the command line as far as it has some. */
static GPtrArray *
question_words (const Input *input)
{
  const QsScenario *scenario = &input->result->scenario;
  GPtrArray        *words = g_ptr_array_new_with_free_func (g_free);
  g_autofree char  *comed = number ("%.15g", scenario->comed_share);
  g_autofree char  *threshold = number ("%.15g", scenario->threshold_ng_ml);
  g_autofree char  *target = number ("%.15g", scenario->target);
  g_autofree char  *from = number ("%.15g", scenario->window_from_h);
  g_autofree char  *to = number ("%.15g", scenario->window_to_h);

#define ADD(name, ...)                           \
  g_ptr_array_add (words, g_strdup ("--" name)); \
  g_ptr_array_add (words, g_strdup_printf (__VA_ARGS__))
  g_ptr_array_add (words, g_strdup (qs_dataset_path (input->dataset)));
  ADD ("model", "%s", qs_model_kind_name (input->model->kind));
  ADD ("schedule", "%s", qs_scenario_regimen_name (scenario));
  g_ptr_array_add (words, g_strdup ("--bw"));
  g_ptr_array_add (words, qs_prior_format (&scenario->bw));
  ADD ("comed", "%s", comed);
  ADD ("threshold", "%s", threshold);
  ADD ("target", "%s", target);
  ADD ("window", "%s:%s", from, to);
  ADD ("success", "%s", scenario->success == QS_SUCCESS_BELOW ? "below" : "above");
  ADD ("success-on", "%s", input->result->observed ? "observed" : "true");
#undef ADD
  g_ptr_array_add (words, NULL);

  return words;
}

/* The answer, as the registry's readers see it. */
static char *
answer_text (const QsResult *result)
{
  const QsDecision *decision = &result->decision;
  const char       *unit = qs_scenario_dose_unit (&result->scenario);

  g_autofree char *mean = number ("%.10g", decision->dose_mg);
  g_autofree char *assured = number ("%.10g", decision->assured_dose_mg);
  g_autofree char *crossing = number ("%.17g", decision->crossing_mg);
  g_autofree char *low = number ("%.17g", decision->interval_low_mg);
  g_autofree char *high = number ("%.17g", decision->interval_high_mg);
  g_autofree char *share = number ("%.17g", decision->p_at_dose);
  g_autofree char *least = number ("%.17g", decision->band_low);
  g_autofree char *most = number ("%.17g", decision->band_high);

  return g_strdup_printf ("Mean dose %s %s, assured dose %s %s, crossing %s [%s, %s], "
                          "success at the mean dose %s [%s, %s]\n",
                          mean, unit, assured, unit, crossing, low, high, share, least,
                          most);
}

/* On the worker. Returns the result as a token. */
static gpointer
keep (gpointer data, QsRun *run, GError **error)
{
  const Input          *input = data;
  g_autoptr (GPtrArray) words = question_words (input);
  g_autofree char      *text = answer_text (input->result);
  QusopRegister        *record = qusop_register_begin (
             "decide", (const char *const *) words->pdata, input->dataset, input->options.seed);

  qusop_register_print (record, text);
  qusop_register_end (record, input->model, NULL, NULL);
  return qs_result_ref (input->result);
}

static void
done_cb (gpointer result, const GError *error, gpointer data)
{
  QusopRecorder *self = data;

  g_clear_pointer (&self->job, qusop_job_unref);
  g_clear_pointer (&self->kept, qs_result_unref);
  self->kept = result;
}

static void
start (QusopRecorder *self, QsResult *result)
{
  Input             *input = g_new0 (Input, 1);
  const QusopJobSpec spec = {
    .func = keep,
    .input = input,
    .free_input = input_free,
    .free_result = (GDestroyNotify) qs_result_unref,
    .n_threads = 1,
    .on_done = done_cb,
    .user_data = self,
  };

  input->dataset = qs_dataset_ref (qusop_session_get_dataset (self->session));
  input->model = qs_model_ref (qusop_session_get_model (self->session));
  input->result = qs_result_ref (result);
  input->options = *qusop_session_get_population_options (self->session);
  self->job = qusop_job_start (&spec);
}

static gboolean
rest_cb (gpointer data)
{
  QUSOP_WATCH ("answer on record");
  QusopRecorder *self = data;
  QsResult      *result = qusop_session_get_result (self->session);

  /* Once more while the former one is being written. */
  if (self->job != NULL)
    return G_SOURCE_CONTINUE;

  self->rest = 0;
  if (result != NULL && result != self->kept && !qusop_session_is_stale (self->session) &&
      !qusop_session_is_growing (self->session))
    start (self, result);
  return G_SOURCE_REMOVE;
}

static void
result_changed_cb (QusopRecorder *self)
{
  g_clear_handle_id (&self->rest, g_source_remove);
  if (qusop_session_get_result (self->session) != NULL)
    self->rest = g_timeout_add (REST_MS, rest_cb, self);
}

QusopRecorder *
qusop_recorder_new (QusopSession *session)
{
  QusopRecorder *self = g_new0 (QusopRecorder, 1);

  self->session = session;
  self->result_handler = g_signal_connect_swapped (session, "notify::result",
                                                   G_CALLBACK (result_changed_cb), self);
  return self;
}

void
qusop_recorder_free (QusopRecorder *self)
{
  g_clear_signal_handler (&self->result_handler, self->session);
  g_clear_handle_id (&self->rest, g_source_remove);
  g_clear_pointer (&self->job, qusop_job_abandon);
  g_clear_pointer (&self->kept, qs_result_unref);
  g_free (self);
}
