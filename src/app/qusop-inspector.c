/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-inspector.h"

#include "jobs/qusop-job.h"

typedef struct {
  GPtrArray *pairs;
  char      *csv;
} Pairs;

struct _QusopInspector {
  GObject parent_instance;

  QusopJob    *replay_job;
  char        *replaying; /* id */
  QsStage      stage;
  double       fraction;
  QusopReplay *replay;
  char        *replay_problem;

  QusopJob *pairs_job;
  Pairs    *pairs;
  char     *pairs_problem;
};

G_DEFINE_FINAL_TYPE (QusopInspector, qusop_inspector, G_TYPE_OBJECT)

enum {
  REPLAY_CHANGED,
  PAIRS_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
pairs_free (gpointer data)
{
  Pairs *self = data;

  g_clear_pointer (&self->pairs, g_ptr_array_unref);
  g_free (self->csv);
  g_free (self);
}

/* On the worker. */
static gpointer
replay (gpointer data, QsRun *run, GError **error)
{
  return qusop_replay_new (data, run, error);
}

/* On the worker; @data is two ids. */
static gpointer
compare (gpointer data, QsRun *run, GError **error)
{
  char **const            ids = data;
  g_autofree char        *folder = qs_registry_folder ();
  g_autoptr (QsRegistry)  registry = NULL;
  g_autoptr (QsRunRecord) first = NULL, second = NULL;
  Pairs                  *result;

  registry = folder != NULL ? qs_registry_open (folder, error) : NULL;
  first = registry != NULL ? qs_registry_find (registry, ids[0], error) : NULL;
  second = first != NULL ? qs_registry_find (registry, ids[1], error) : NULL;
  if (second == NULL)
    return NULL;

  result = g_new0 (Pairs, 1);
  result->pairs = qs_run_pairs_new (first, second);
  result->csv = qs_run_pairs_csv (result->pairs, first, second);
  return result;
}

static void
replay_event_cb (const QsEvent *event, gpointer data)
{
  QusopInspector *self = data;

  self->stage = event->stage;
  self->fraction = event->fraction;
  g_signal_emit (self, signals[REPLAY_CHANGED], 0);
}

static void
replay_done_cb (gpointer result, const GError *error, gpointer data)
{
  QusopInspector *self = data;

  g_clear_pointer (&self->replay_job, qusop_job_unref);
  g_clear_pointer (&self->replaying, g_free);
  self->replay = result;
  if (result == NULL && !g_error_matches (error, QS_ERROR, QS_ERROR_CANCELLED))
    self->replay_problem = g_strdup (error->message);
  g_signal_emit (self, signals[REPLAY_CHANGED], 0);
}

static void
compare_done_cb (gpointer result, const GError *error, gpointer data)
{
  QusopInspector *self = data;

  g_clear_pointer (&self->pairs_job, qusop_job_unref);
  self->pairs = result;
  self->pairs_problem = error != NULL ? g_strdup (error->message) : NULL;
  g_signal_emit (self, signals[PAIRS_CHANGED], 0);
}

static void
clear_replay (QusopInspector *self)
{
  g_clear_pointer (&self->replay_job, qusop_job_abandon);
  g_clear_pointer (&self->replaying, g_free);
  g_clear_pointer (&self->replay, qusop_replay_free);
  g_clear_pointer (&self->replay_problem, g_free);
}

static void
clear_pairs (QusopInspector *self)
{
  g_clear_pointer (&self->pairs_job, qusop_job_abandon);
  g_clear_pointer (&self->pairs, pairs_free);
  g_clear_pointer (&self->pairs_problem, g_free);
}

static void
qusop_inspector_finalize (GObject *object)
{
  clear_replay (QUSOP_INSPECTOR (object));
  clear_pairs (QUSOP_INSPECTOR (object));

  G_OBJECT_CLASS (qusop_inspector_parent_class)->finalize (object);
}

static void
qusop_inspector_class_init (QusopInspectorClass *klass)
{
  static const char *const names[] = { "replay-changed", "pairs-changed" };

  G_OBJECT_CLASS (klass)->finalize = qusop_inspector_finalize;
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], QUSOP_TYPE_INSPECTOR, G_SIGNAL_RUN_LAST, 0, NULL,
                               NULL, NULL, G_TYPE_NONE, 0);
}

static void
qusop_inspector_init (QusopInspector *self)
{
}

QusopInspector *
qusop_inspector_new (void)
{
  return g_object_new (QUSOP_TYPE_INSPECTOR, NULL);
}

/* The id of the run that is being run again. */
const char *
qusop_inspector_get_replaying (QusopInspector *self)
{
  return self->replaying;
}

QsStage
qusop_inspector_get_stage (QusopInspector *self)
{
  return self->stage;
}

/* Of the stage that the replay is in. */
double
qusop_inspector_get_fraction (QusopInspector *self)
{
  return self->fraction;
}

/* How the last replay ended. */
const QusopReplay *
qusop_inspector_get_replay (QusopInspector *self)
{
  return self->replay;
}

/* Why a run could not be run again. */
const char *
qusop_inspector_get_replay_problem (QusopInspector *self)
{
  return self->replay_problem;
}

/* Of QsRunPair. */
const GPtrArray *
qusop_inspector_get_pairs (QusopInspector *self)
{
  return self->pairs != NULL ? self->pairs->pairs : NULL;
}

const char *
qusop_inspector_get_pairs_csv (QusopInspector *self)
{
  return self->pairs != NULL ? self->pairs->csv : NULL;
}

const char *
qusop_inspector_get_pairs_problem (QusopInspector *self)
{
  return self->pairs_problem;
}

/**
 * qusop_inspector_replay:
 *
 * Runs @id again. Does nothing while another run is.
 */
void
qusop_inspector_replay (QusopInspector *self, const char *id)
{
  QusopJobSpec spec = {
    .func = replay,
    .free_input = g_free,
    .free_result = (GDestroyNotify) qusop_replay_free,
    .n_threads = 1,
    .takes_long = TRUE,
    .on_event = replay_event_cb,
    .on_done = replay_done_cb,
    .user_data = self,
  };

  if (self->replay_job != NULL)
    return;

  clear_replay (self);
  spec.input = g_strdup (id);
  self->replaying = g_strdup (id);
  self->stage = QS_STAGE_LOAD;
  self->fraction = 0.0;
  self->replay_job = qusop_job_start (&spec);
  g_signal_emit (self, signals[REPLAY_CHANGED], 0);
}

void
qusop_inspector_cancel (QusopInspector *self)
{
  if (self->replay_job != NULL)
    qusop_job_cancel (self->replay_job);
}

/**
 * qusop_inspector_compare:
 * @first: (nullable): the id of a run; %NULL compares none
 *
 * Sets two runs beside each other, whatever was compared before.
 */
void
qusop_inspector_compare (QusopInspector *self, const char *first, const char *second)
{
  const char *const ids[] = { first, second, NULL };
  QusopJobSpec      spec = {
         .func = compare,
         .free_input = (GDestroyNotify) g_strfreev,
         .free_result = pairs_free,
         .n_threads = 1,
         .on_done = compare_done_cb,
         .user_data = self,
  };

  clear_pairs (self);
  if (first != NULL) {
    spec.input = g_strdupv ((char **) ids);
    self->pairs_job = qusop_job_start (&spec);
  }
  g_signal_emit (self, signals[PAIRS_CHANGED], 0);
}
