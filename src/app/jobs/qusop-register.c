/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/qusop-register.h"

/* As the command line's exit codes. */
enum { STATUS_DONE = 0, STATUS_FAILED = 3, STATUS_CANCELLED = 130 };

static QusopRegisterFunc listener;
/* Atomic: that the listener knows of it. */
static int is_told;

struct _QusopRegister {
  QsRegistry  *registry; /* nullable */
  QsRunRecord *record;
};

/**
 * qusop_register_set_listener:
 * @func: called on the main thread with the reason when runs cannot be put on record;
 *   again only after one could
 */
void
qusop_register_set_listener (QusopRegisterFunc func)
{
  listener = func;
}

static gboolean
tell_cb (gpointer why)
{
  listener (why);
  return G_SOURCE_REMOVE;
}

static void
note_problem (const GError *problem)
{
  if (listener != NULL && g_atomic_int_compare_and_exchange (&is_told, FALSE, TRUE))
    g_idle_add_full (G_PRIORITY_DEFAULT, tell_cb, g_strdup (problem->message), g_free);
}

/**
 * qusop_register_begin:
 * @command: what is run
 * @arguments: %NULL-terminated: what follows it; of a command that the command line has
 *   too as that takes them, so that replay can run it again
 * @dataset: (nullable): the study
 */
QusopRegister *
qusop_register_begin (const char        *command,
                      const char *const *arguments,
                      const QsDataset   *dataset,
                      guint64            seed)
{
  QusopRegister     *self = g_new0 (QusopRegister, 1);
  g_autofree char   *folder = qs_registry_folder ();
  g_autoptr (GError) error = NULL;

  self->record = qs_run_record_new (command, arguments);
  self->record->seed = seed;
  self->record->n_threads = (guint) g_get_num_processors ();
  if (dataset != NULL)
    qs_run_record_add_data (self->record, qs_dataset_path (dataset),
                            qs_dataset_sha256 (dataset));

  self->registry = folder != NULL ? qs_registry_open (folder, &error) : NULL;
  if (self->registry != NULL && !qs_registry_begin (self->registry, self->record, &error))
    g_clear_pointer (&self->registry, qs_registry_close);
  if (error != NULL)
    note_problem (error);
  return self;
}

static gboolean
write_end (QusopRegister *self, GError **error)
{
  const QsRunRecord *record = self->record;
  g_autofree char   *what = g_strconcat ("run ", record->id, NULL);
  g_autofree char   *done =
      g_strconcat (record->command, " ", record->arguments,
                   " (window): ", qs_run_record_outcome (record), NULL);

  return qs_registry_finish (self->registry, record, error) &&
         qs_registry_audit (self->registry, what, NULL, done, NULL, error);
}

/**
 * qusop_register_end:
 * @self: (transfer full): the run
 * @model: (nullable): the model that it gave or used
 * @written: (nullable): the file that it wrote
 * @error: (nullable): why it failed
 */
void
qusop_register_end (QusopRegister *self,
                    const QsModel *model,
                    const char    *written,
                    const GError  *error)
{
  QsRunRecord       *record = self->record;
  g_autoptr (GError) problem = NULL;

  record->elapsed_s =
      (double) (g_get_real_time () - record->started_us) / (double) G_USEC_PER_SEC;
  record->status = error == NULL ? STATUS_DONE
                   : g_error_matches (error, QS_ERROR, QS_ERROR_CANCELLED)
                       ? STATUS_CANCELLED
                       : STATUS_FAILED;
  record->message = error != NULL ? g_strdup (error->message) : NULL;
  if (model != NULL) {
    record->model = g_strdup (qs_model_kind_name (model->kind));
    record->model_sha256 = qs_model_sha256 (model);
  }
  if (self->registry != NULL) {
    if ((written == NULL || error != NULL ||
         qs_run_record_add_written (record, written, &problem)) &&
        write_end (self, &problem))
      g_atomic_int_set (&is_told, FALSE);
    else
      note_problem (problem);
  }

  qs_registry_close (self->registry);
  qs_run_record_free (self->record);
  g_free (self);
}

/* What was answered where no file says it. */
void
qusop_register_print (QusopRegister *self, const char *text)
{
  qs_run_record_add_printed (self->record, text);
}

/* A fit as the command line would be asked for it. */
QusopRegister *
qusop_register_begin_fit (const QsDataset *dataset, const QsFitOptions *options)
{
  g_autoptr (QsConfig)  config = qs_config_of (dataset, options, NULL, NULL);
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (words, g_strdup (qs_dataset_path (dataset)));
  for (QsConfigField i = 0; i < QS_CONFIG_N_FIELDS; i++) {
    char *word = qs_config_word (config, i);

    if (word != NULL)
      g_ptr_array_add (words, word);
  }
  g_ptr_array_add (words, g_strdup ("--out=model.json"));
  g_ptr_array_add (words, NULL);

  return qusop_register_begin ("fit", (const char *const *) words->pdata, dataset,
                               options->seed);
}
