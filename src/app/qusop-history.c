/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-history.h"

#include "jobs/qusop-job.h"

/* Older runs are for the command line. */
#define N_RECORDS_MAX 2000

/* What a worker reads; what it could not read is empty. */
typedef struct {
  GPtrArray *records;
  QsTrail   *trail;
} Content;

/* What a worker is asked to do before it reads. */
typedef struct {
  char *id; /* NULL: nothing */
  char *label;
  char *reason;
} Input;

struct _QusopHistory {
  GObject parent_instance;

  QusopJob *job;
  gboolean  again; /* something has changed since the worker began */
  Content  *content;
  char     *problem;
};

G_DEFINE_FINAL_TYPE (QusopHistory, qusop_history, G_TYPE_OBJECT)

static guint changed_signal;

static void
input_free (gpointer data)
{
  Input *input = data;

  g_free (input->id);
  g_free (input->label);
  g_free (input->reason);
  g_free (input);
}

static void
content_free (gpointer data)
{
  Content *content = data;

  g_clear_pointer (&content->records, g_ptr_array_unref);
  g_clear_pointer (&content->trail, qs_trail_free);
  g_free (content);
}

static gboolean
put_label (QsRegistry *registry, const Input *input, GError **error)
{
  g_autoptr (QsRunRecord) record = NULL;

  if (input->id == NULL)
    return TRUE;

  record = qs_registry_find (registry, input->id, error);
  return record != NULL &&
         qs_registry_label (registry, record, *input->label != '\0' ? input->label : NULL,
                            input->reason, error);
}

/* On the worker. */
static gpointer
read_registry (gpointer data, QsRun *run, GError **error)
{
  const QsRunFilter      filter = { .n_max = N_RECORDS_MAX };
  g_autofree char       *folder = qs_registry_folder ();
  g_autoptr (QsRegistry) registry = NULL;
  Content               *content;

  if (folder == NULL) {
    g_set_error_literal (error, QS_ERROR, QS_ERROR_REFUSED,
                         "It is switched off by QUSOP_REGISTRY");
    return NULL;
  }

  registry = qs_registry_open (folder, error);
  if (registry == NULL || !put_label (registry, data, error))
    return NULL;

  content = g_new0 (Content, 1);
  content->records = qs_registry_list (registry, &filter, error);
  content->trail = content->records != NULL ? qs_registry_trail (registry, error) : NULL;
  if (content->trail == NULL)
    g_clear_pointer (&content, content_free);
  return content;
}

static void start (QusopHistory *self, Input *input);

static void
done_cb (gpointer result, const GError *error, gpointer user_data)
{
  QusopHistory *self = user_data;

  g_clear_pointer (&self->job, qusop_job_unref);
  g_clear_pointer (&self->problem, g_free);
  if (result != NULL) {
    g_clear_pointer (&self->content, content_free);
    self->content = result;
  } else {
    self->problem = g_strdup (error->message);
  }
  g_signal_emit (self, changed_signal, 0);

  if (self->again)
    start (self, g_new0 (Input, 1));
}

static void
start (QusopHistory *self, Input *input)
{
  const QusopJobSpec spec = {
    .func = read_registry,
    .input = input,
    .free_input = input_free,
    .free_result = content_free,
    .n_threads = 1,
    .on_done = done_cb,
    .user_data = self,
  };

  self->again = FALSE;
  self->job = qusop_job_start (&spec);
}

static void
qusop_history_finalize (GObject *object)
{
  QusopHistory *self = QUSOP_HISTORY (object);

  g_clear_pointer (&self->job, qusop_job_abandon);
  g_clear_pointer (&self->content, content_free);
  g_free (self->problem);

  G_OBJECT_CLASS (qusop_history_parent_class)->finalize (object);
}

static void
qusop_history_class_init (QusopHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qusop_history_finalize;
  changed_signal = g_signal_new ("changed", QUSOP_TYPE_HISTORY, G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
qusop_history_init (QusopHistory *self)
{
}

QusopHistory *
qusop_history_new (void)
{
  return g_object_new (QUSOP_TYPE_HISTORY, NULL);
}

/* Of QsRunRecord, the newest first. Nullable. */
const GPtrArray *
qusop_history_get_records (QusopHistory *self)
{
  return self->content != NULL ? self->content->records : NULL;
}

/* Of QsTrailEntry, the oldest first. Nullable. */
const GPtrArray *
qusop_history_get_entries (QusopHistory *self)
{
  return self->content != NULL ? self->content->trail->entries : NULL;
}

/* The first line of the audit trail that is not as it was written. Nullable. */
const char *
qusop_history_get_damage (QusopHistory *self)
{
  return self->content != NULL ? self->content->trail->problem : NULL;
}

/* Why there is nothing to show, or a label could not be given. Nullable. */
const char *
qusop_history_get_problem (QusopHistory *self)
{
  return self->problem;
}

gboolean
qusop_history_is_read (QusopHistory *self)
{
  return self->content != NULL;
}

void
qusop_history_refresh (QusopHistory *self)
{
  if (self->job == NULL)
    start (self, g_new0 (Input, 1));
  else
    self->again = TRUE;
}

/**
 * qusop_history_label:
 * @label: empty takes it away
 * @reason: for the audit trail
 *
 * Gives a run a label and reads the registry again. Does nothing while it is being read.
 */
void
qusop_history_label (QusopHistory *self,
                     const char   *id,
                     const char   *label,
                     const char   *reason)
{
  Input *input;

  if (self->job != NULL)
    return;

  input = g_new0 (Input, 1);
  input->id = g_strdup (id);
  input->label = g_strdup (label);
  input->reason = g_strdup (reason);
  start (self, input);
}
