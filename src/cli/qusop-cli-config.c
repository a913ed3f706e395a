/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli-output.h"

#include <string.h>

/* An option of the same name may be another command's own number, such as the layers of
 * a search. */
static const GOptionEntry *
find_entry (const GOptionEntry *entries, const char *name)
{
  for (; entries->long_name != NULL; entries++)
    if (strcmp (entries->long_name, name) == 0 && entries->arg != G_OPTION_ARG_INT &&
        entries->arg != G_OPTION_ARG_DOUBLE)
      return entries;

  return NULL;
}

/* Whether the user says it, too: then what the user says counts. */
static gboolean
is_said (char **words, const char *option)
{
  g_autofree char *name = g_strconcat ("--", option, NULL);
  const gsize      n = strlen (name);

  for (guint i = 1; words[i] != NULL; i++)
    if (strncmp (words[i], name, n) == 0 && (words[i][n] == '\0' || words[i][n] == '='))
      return TRUE;

  return FALSE;
}

/* Seed and mapping are options of every command. */
static gboolean
knows (const GOptionEntry *entries, QsConfigField field)
{
  return field == QS_CONFIG_SEED || field == QS_CONFIG_DATA_MAP ||
         find_entry (entries, qs_config_option (field)) != NULL;
}

/* The options of @entries that the configuration sets and the user does not. */
static void
add_options (const QsConfig     *config,
             const GOptionEntry *entries,
             char              **said,
             GPtrArray          *words)
{
  const gboolean has_doses = is_said (said, "regimen") || is_said (said, "schedule");

  for (QsConfigField i = 0; i < QS_CONFIG_N_FIELDS; i++) {
    const char      *option = qs_config_option (i);
    g_autofree char *word = qs_config_word (config, i);

    if (word != NULL && knows (entries, i) && !is_said (said, option) &&
        !(has_doses && (i == QS_CONFIG_REGIMEN || i == QS_CONFIG_SCHEDULE)))
      g_ptr_array_add (words, g_steal_pointer (&word));
  }
}

/**
 * qusop_cli_config_expand:
 * @entries: the options of the command
 * @error: return location for an error
 *
 * Where the command line has "--config FILE", puts in its place what the file says of the
 * command, as if it had been typed.
 */
gboolean
qusop_cli_config_expand (QusopCli           *cli,
                         const GOptionEntry *entries,
                         int                *argc,
                         char             ***argv,
                         GError            **error)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  char                **said = *argv, *path = NULL;

  g_ptr_array_add (words, g_strdup (said[0]));
  for (int i = 1; i < *argc && path == NULL; i++) {
    if (g_str_has_prefix (said[i], "--config="))
      path = said[i] + strlen ("--config=");
    else if (strcmp (said[i], "--config") == 0 && i + 1 < *argc)
      path = said[i + 1];
  }
  cli->config = path != NULL ? qs_config_load (path, error) : qs_config_new ();
  if (path == NULL || cli->config == NULL)
    return cli->config != NULL;

  add_options (cli->config, entries, said, words);
  for (int i = 1; i < *argc; i++)
    g_ptr_array_add (words, g_strdup (said[i]));
  *argc = (int) words->len;
  /* Room for a word that qusop_cli_config_data() adds. */
  g_ptr_array_add (words, NULL);
  g_ptr_array_add (words, NULL);

  /* GOption takes strings out of the array, so who owns them is another one. */
  cli->expanded = (char **) g_ptr_array_steal (words, NULL);
  *argv = g_memdup2 (cli->expanded, (gsize) (*argc + 2) * sizeof (char *));
  cli->expanded_argv = *argv;
  return TRUE;
}

/* The study, where the command line names none. */
void
qusop_cli_config_data (QusopCli *cli, int *argc, char **argv)
{
  const char *path = qs_config_get (cli->config, QS_CONFIG_DATA_FILE);

  if (*argc != 1 || path == NULL || cli->expanded_argv == NULL)
    return;
  argv[1] = (char *) path;
  argv[2] = NULL;
  *argc = 2;
}

static void
take_model (QsConfig *config, const char *model)
{
  g_autofree char *path = NULL;

  qs_config_set (config, QS_CONFIG_MODEL, NULL);
  qs_config_set (config, QS_CONFIG_MODEL_FILE, NULL);
  if (model == NULL)
    return;
  if (!g_str_has_suffix (model, ".json") && strchr (model, G_DIR_SEPARATOR) == NULL) {
    qs_config_set (config, QS_CONFIG_MODEL, model);
    return;
  }

  path = g_canonicalize_filename (model, NULL);
  qs_config_set (config, QS_CONFIG_MODEL_FILE, path);
}

static void
take_entry (QsConfig *config, QsConfigField field, const GOptionEntry *entry)
{
  g_autofree char *number = NULL;

  if (entry->arg == G_OPTION_ARG_NONE) {
    if (*(gboolean *) entry->arg_data)
      qs_config_set (config, field, field == QS_CONFIG_SUBJECT_EFFECT ? "off" : "on");
  } else if (entry->arg == G_OPTION_ARG_INT64) {
    number = g_strdup_printf ("%" G_GINT64_FORMAT, *(gint64 *) entry->arg_data);
    qs_config_set (config, field, *(gint64 *) entry->arg_data > 0 ? number : NULL);
  } else {
    qs_config_set (config, field, *(char **) entry->arg_data);
  }
}

/* The settings of this run, from now on in cli->config. */
void
qusop_cli_config_collect (QusopCli *cli, const GOptionEntry *entries)
{
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, cli->seed);

  for (QsConfigField i = 0; i < QS_CONFIG_N_FIELDS; i++) {
    const char         *option = qs_config_option (i);
    const GOptionEntry *entry = option != NULL ? find_entry (entries, option) : NULL;

    if (entry == NULL || i == QS_CONFIG_MODEL_FILE)
      continue;
    if (i == QS_CONFIG_MODEL)
      take_model (cli->config, *(char **) entry->arg_data);
    else
      take_entry (cli->config, i, entry);
  }
  qs_config_set (cli->config, QS_CONFIG_SEED, seed);
  qs_config_set (cli->config, QS_CONFIG_DATA_MAP, cli->mapping);
}

/**
 * qusop_cli_config_study:
 * @error: return location for an error
 *
 * Once the study is read: is it the configuration's, and writes --write-config.
 */
gboolean
qusop_cli_config_study (QusopCli *cli, const QsDataset *dataset, GError **error)
{
  const char      *known = qs_config_get (cli->config, QS_CONFIG_DATA_SHA256);
  const char      *found = qs_dataset_sha256 (dataset);
  g_autofree char *path = g_canonicalize_filename (qs_dataset_path (dataset), NULL);

  if (known != NULL && strcmp (known, found) != 0) {
    g_set_error (
        error, QS_ERROR, QS_ERROR_REFUSED,
        "%s is not the study of the configuration: its SHA-256 is %s, must be %s", path,
        found, known);
    return FALSE;
  }
  if (cli->write_config == NULL)
    return TRUE;

  qs_config_set (cli->config, QS_CONFIG_DATA_FILE, path);
  qs_config_set (cli->config, QS_CONFIG_DATA_SHA256, found);
  return qusop_output_file (cli->write_config, qs_config_format (cli->config), error);
}

/* Of the virtual patients, what no option says. */
void
qusop_cli_config_population (const QusopCli *cli, QsPopulationOptions *population)
{
  const char *seed = qs_config_get (cli->config, QS_CONFIG_PATIENT_SEED);
  const char *effect = qs_config_get (cli->config, QS_CONFIG_SUBJECT_EFFECT);

  if (seed != NULL)
    population->seed = g_ascii_strtoull (seed, NULL, 10);
  if (g_strcmp0 (effect, "off") == 0)
    population->subject_effect = FALSE;
  population->n_subjects =
      (guint) qs_config_number (cli->config, QS_CONFIG_SUBJECTS, population->n_subjects);
  population->n_replicates = (guint) qs_config_number (cli->config, QS_CONFIG_REPLICATES,
                                                       population->n_replicates);
}

void
qusop_cli_config_clear (QusopCli *cli)
{
  g_clear_pointer (&cli->config, qs_config_free);
  g_strfreev (cli->expanded);
  g_free (cli->expanded_argv);
  g_free (cli->write_config);
}
