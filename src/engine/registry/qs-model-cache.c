/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/qs-model-cache.h"

#include "core/qs-error.h"
#include "core/qs-file.h"
#include "registry/qs-model-codec.h"

#include <glib/gstdio.h>
#include <string.h>
#include <utime.h>

/* Raise it when a fit of the same study with the same settings gives other numbers. */
#define REVISION 2

/* Models that are kept; beyond, those unused for longest go. */
#define N_KEPT 64

/* All that decides what a fit gives: program, study as read, settings. */
static char *
describe (const QsDataset *dataset, const QsFitOptions *options)
{
  const QsStructureOptions *structure = &options->structure;
  GString                  *text = g_string_new (NULL);

  g_string_printf (text, "%s %u\n%s\n", QS_VERSION, REVISION,
                   qs_dataset_sha256 (dataset));
  for (guint i = 0; i < qs_dataset_n_columns (dataset); i++)
    g_string_append_printf (text, "%s is %s\n", qs_dataset_column_name (dataset, i),
                            qs_column_role_name (qs_dataset_column_role (dataset, i)));
  g_string_append_printf (text, "%s %" G_GUINT64_FORMAT " %u %u\n",
                          qs_model_kind_name (options->kind), options->seed,
                          options->n_bootstrap, options->uncertainty);
  if (structure->search)
    g_string_append_printf (text, "%u %u %u %u %u %u %u / %u:%u %u:%u / %u %u %u %s\n",
                            structure->two_compartments, structure->turnover,
                            structure->loss, structure->stimulation, structure->imax,
                            structure->gamma, structure->lag, structure->has_error[0],
                            structure->error[0], structure->has_error[1],
                            structure->error[1], structure->search_covariates,
                            structure->comed, structure->bw, structure->others);
  if (structure->correlated)
    g_string_append (text, "correlated\n");

  return g_string_free (text, FALSE);
}

/**
 * qs_model_cache_path:
 *
 * Returns: (transfer full): where a model of @dataset with @options is or would be
 */
char *
qs_model_cache_path (const QsDataset *dataset, const QsFitOptions *options)
{
  g_autofree char *text = describe (dataset, options);
  g_autofree char *key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autofree char *name = g_strconcat (key, ".json", NULL);

  return g_build_filename (g_get_user_cache_dir (), "qusop", "models", name, NULL);
}

/* The checksum within says that the entry is whole; this, that it is the one meant. */
static gboolean
is_meant (const QsModel *model, const QsDataset *dataset, const QsFitOptions *options)
{
  return model->kind == options->kind && model->options.seed == options->seed &&
         model->options.n_bootstrap == options->n_bootstrap &&
         g_strcmp0 (model->data_sha256, qs_dataset_sha256 (dataset)) == 0;
}

/**
 * qs_model_cache_load:
 * @path: from qs_model_cache_path()
 * @error: return location for %QS_ERROR_MODEL: there is an entry, but damaged or foreign
 *
 * Returns: (transfer full) (nullable): the model; %NULL without an error where there is
 *   none
 */
QsModel *
qs_model_cache_load (const char         *path,
                     const QsDataset    *dataset,
                     const QsFitOptions *options,
                     GError            **error)
{
  g_autofree char    *text = NULL;
  g_autoptr (QsModel) model = NULL;
  GStatBuf            status;
  gsize               n_bytes;

  if (g_stat (path, &status) != 0)
    return NULL;
  if (!S_ISREG (status.st_mode) ||
      !qs_file_read (path, qs_model_n_bytes_max (), &text, &n_bytes, NULL)) {
    g_set_error (error, QS_ERROR, QS_ERROR_MODEL, "%s cannot be read as a model", path);
    return NULL;
  }

  model = qs_model_decode (text, n_bytes, path, error);
  if (model == NULL)
    return NULL;
  if (!is_meant (model, dataset, options)) {
    g_set_error (error, QS_ERROR, QS_ERROR_MODEL,
                 "%s holds a model of another study or with other settings", path);
    return NULL;
  }

  model->options = *options;
  g_utime (path, NULL);
  return g_steal_pointer (&model);
}

typedef struct {
  char  *path;
  gint64 used;
} Entry;

static void
entry_clear (gpointer data)
{
  g_free (((Entry *) data)->path);
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const gint64 x = ((const Entry *) a)->used, y = ((const Entry *) b)->used;

  return (x < y) - (x > y);
}

static void
forget_oldest (const char *folder)
{
  g_autoptr (GDir)   dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  const char        *name;

  g_array_set_clear_func (entries, entry_clear);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    Entry    entry = { .path = g_build_filename (folder, name, NULL) };
    GStatBuf status;

    if (g_str_has_suffix (name, ".json") && g_stat (entry.path, &status) == 0) {
      entry.used = status.st_mtime;
      g_array_append_val (entries, entry);
    } else {
      entry_clear (&entry);
    }
  }

  g_array_sort (entries, compare_entries);
  for (guint i = N_KEPT; i < entries->len; i++)
    g_unlink (g_array_index (entries, Entry, i).path);
}

/**
 * qs_model_cache_store:
 * @path: from qs_model_cache_path(); replaced at once or not at all
 * @error: return location for %QS_ERROR_IO
 */
gboolean
qs_model_cache_store (const char *path, const QsModel *model, GError **error)
{
  g_autofree char   *folder = g_path_get_dirname (path);
  g_autofree char   *text = qs_model_encode (model);
  g_autoptr (GError) cause = NULL;

  if (g_mkdir_with_parents (folder, 0700) != 0 ||
      !g_file_set_contents_full (path, text, (gssize) strlen (text),
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, &cause)) {
    g_set_error (error, QS_ERROR, QS_ERROR_IO, "%s cannot be written: %s", path,
                 cause != NULL ? cause->message : "no such folder");
    return FALSE;
  }

  forget_oldest (folder);
  return TRUE;
}
