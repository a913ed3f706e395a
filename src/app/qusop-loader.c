/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-loader.h"

#include "jobs/qusop-job.h"

#include <glib/gi18n.h>

struct _QusopLoader {
  QusopSession *session; /* borrowed: the window owns both */
  QusopJob     *job;
  gboolean      mapped; /* the file in work comes with a confirmed mapping */
};

typedef struct {
  char *path;
  char *mapping;
} Input;

static void
input_free (Input *input)
{
  g_free (input->path);
  g_free (input->mapping);
  g_free (input);
}

static gpointer
load (gpointer data, QsRun *run, GError **error)
{
  const Input *input = data;

  return qs_dataset_load (input->path, input->mapping, run, error);
}

static void
event_cb (const QsEvent *event, gpointer data)
{
  QusopLoader *self = data;

  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_LOAD, event->fraction,
                              event->stage == QS_STAGE_CHECK ? _ ("Checking the data")
                                                             : _ ("Reading the file"));
}

static gboolean
has_role (const QsDataset *dataset, QsColumnRole role)
{
  for (guint i = 0; i < qs_dataset_n_columns (dataset); i++) {
    if (qs_dataset_column_role (dataset, i) == role)
      return TRUE;
  }
  return FALSE;
}

/* Someone has to say what the columns mean: a name was only guessed, or no column was
 * taken for one that every study needs. */
static gboolean
needs_mapping (QusopLoader *self, const QsDataset *dataset)
{
  if (!self->mapped && !qs_dataset_mapping_is_certain (dataset))
    return TRUE;

  return qs_dataset_n_columns (dataset) > 0 &&
         !(has_role (dataset, QS_COLUMN_ID) && has_role (dataset, QS_COLUMN_TIME) &&
           has_role (dataset, QS_COLUMN_DV));
}

/* A study with fatal findings is shown all the same: the findings say what to mend. */
static void
show (QusopLoader *self, QsDataset *dataset)
{
  g_autofree char *name = g_path_get_basename (qs_dataset_path (dataset));
  g_autofree char *text = NULL;
  const gboolean   guess = needs_mapping (self, dataset);

  qusop_session_set_problem (self->session, NULL, NULL);
  qusop_session_set_dataset (self->session, dataset, guess);

  if (guess)
    text = g_strdup_printf (_ ("%s: please confirm what its columns mean"), name);
  else if (!qs_dataset_is_usable (dataset))
    text = g_strdup_printf (_ ("%s has findings that must be mended first"), name);
  else
    text = g_strdup_printf (
        ngettext ("%s: %u subject", "%s: %u subjects", qs_dataset_n_subjects (dataset)),
        name, qs_dataset_n_subjects (dataset));
  qusop_session_announce (self->session, text);
}

static void
done_cb (gpointer result, const GError *error, gpointer data)
{
  QusopLoader          *self = data;
  g_autoptr (QsDataset) dataset = result;

  g_clear_pointer (&self->job, qusop_job_unref);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_LOAD, -1.0, NULL);

  if (dataset != NULL)
    show (self, dataset);
  else if (!g_error_matches (error, QS_ERROR, QS_ERROR_CANCELLED))
    qusop_session_set_problem (self->session, _ ("The study could not be opened"),
                               error->message);
}

QusopLoader *
qusop_loader_new (QusopSession *session)
{
  QusopLoader *self = g_new0 (QusopLoader, 1);

  self->session = session;
  return self;
}

void
qusop_loader_free (QusopLoader *self)
{
  g_clear_pointer (&self->job, qusop_job_abandon);
  g_free (self);
}

/**
 * qusop_loader_open:
 * @path: of the study
 * @mapping: (nullable): confirmed meaning of columns, such as "BW=WT,ID=SUBJ"; %NULL to
 * guess
 *
 * Reads @path in the background; a file that is still being read is given up.
 */
void
qusop_loader_open (QusopLoader *self, const char *path, const char *mapping)
{
  Input             *input = g_new0 (Input, 1);
  const QusopJobSpec spec = {
    .func = load,
    .input = input,
    .free_input = (GDestroyNotify) input_free,
    .free_result = (GDestroyNotify) qs_dataset_unref,
    .on_event = event_cb,
    .on_done = done_cb,
    .user_data = self,
  };

  input->path = g_strdup (path);
  input->mapping = g_strdup (mapping);
  self->mapped = mapping != NULL;

  g_clear_pointer (&self->job, qusop_job_abandon);
  self->job = qusop_job_start (&spec);
  qusop_session_set_activity (self->session, QUSOP_ACTIVITY_LOAD, 0.0,
                              _ ("Reading the file"));
}

void
qusop_loader_cancel (QusopLoader *self)
{
  if (self->job != NULL)
    qusop_job_cancel (self->job);
}
