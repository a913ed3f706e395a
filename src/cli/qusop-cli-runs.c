/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli-output.h"
#include "qusop-cli.h"

#include <stdio.h>
#include <string.h>

typedef struct {
  char    *command;
  char    *data;
  char    *label;
  char    *reason;
  char    *csv;
  gint     n_max;
  gboolean json;
} Words;

static void
words_clear (Words *self)
{
  g_free (self->command);
  g_free (self->data);
  g_free (self->label);
  g_free (self->reason);
  g_free (self->csv);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

/**
 * qusop_cli_open_registry:
 *
 * The registry, for a command that is about it.
 */
QsRegistry *
qusop_cli_open_registry (const QusopCli *cli, GError **error)
{
  g_autofree char *folder = cli->no_registry ? NULL : qs_registry_folder ();

  if (folder != NULL)
    return qs_registry_open (folder, error);

  g_set_error_literal (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
                       "The registry is switched off");
  return NULL;
}

static gboolean
list (QsRegistry *registry, char **words, const Words *options, GError **error)
{
  const QsRunFilter     filter = { .command = options->command,
                                   .data = options->data,
                                   .label = options->label,
                                   .n_max = (guint) MAX (options->n_max, 0) };
  g_autoptr (GPtrArray) records = qs_registry_list (registry, &filter, error);

  if (records == NULL)
    return FALSE;
  if (options->json) {
    g_autofree char *text = qs_run_records_json (records);

    fputs (text, stdout);
    return TRUE;
  }

  for (guint i = 0; i < records->len; i++) {
    g_autofree char *line = qs_run_record_line (records->pdata[i]);

    printf ("%s\n", line);
  }

  return TRUE;
}

static gboolean
show (QsRegistry *registry, char **words, const Words *options, GError **error)
{
  g_autoptr (QsRunRecord) record = qs_registry_find (registry, words[0], error);
  g_autofree char        *text = record != NULL ? qs_run_record_json (record) : NULL;

  if (text != NULL)
    fputs (text, stdout);
  return text != NULL;
}

static gboolean
label (QsRegistry *registry, char **words, const Words *options, GError **error)
{
  g_autoptr (QsRunRecord) record = qs_registry_find (registry, words[0], error);

  return record != NULL &&
         qs_registry_label (registry, record, *words[1] != '\0' ? words[1] : NULL,
                            options->reason, error);
}

static void
print_lines (const char *title, const GPtrArray *lines)
{
  printf ("%s%s\n", title, lines->len == 0 ? ": no difference" : ":");
  for (guint i = 0; i < lines->len; i++)
    printf ("  %s\n", (const char *) lines->pdata[i]);
}

static gboolean
compare (QsRegistry *registry, char **words, const Words *options, GError **error)
{
  g_autoptr (QsRunRecord) a = qs_registry_find (registry, words[0], error);
  g_autoptr (QsRunRecord) b =
      a != NULL ? qs_registry_find (registry, words[1], error) : NULL;
  g_autoptr (GPtrArray) settings = NULL, results = NULL;

  if (b == NULL)
    return FALSE;

  if (options->csv != NULL) {
    g_autoptr (GPtrArray) pairs = qs_run_pairs_new (a, b);

    if (!qusop_output_file (options->csv, qs_run_pairs_csv (pairs, a, b), error))
      return FALSE;
  }

  settings = qs_run_record_compare_settings (a, b);
  results = qs_run_record_compare_results (a, b);
  print_lines ("Settings", settings);
  print_lines ("Results", results);
  return TRUE;
}

static gboolean
verify (QsRegistry *registry, char **words, const Words *options, GError **error)
{
  g_autoptr (QsTrail) trail = NULL;

  if (!qs_registry_check (registry, error))
    return FALSE;
  trail = qs_registry_trail (registry, error);
  if (trail == NULL)
    return FALSE;
  if (trail->problem != NULL) {
    g_set_error (error, QS_ERROR, QS_ERROR_REFUSED, "%s: %s",
                 qs_registry_trail_path (registry), trail->problem);
    return FALSE;
  }

  printf ("The registry is whole\n%s is whole: %u lines\n",
          qs_registry_trail_path (registry), trail->entries->len);
  return TRUE;
}

static const struct {
  const char *name;
  guint       n_words;
  gboolean (*func) (QsRegistry *, char **, const Words *, GError **);
} actions[] = {
  { "show", 1, show },
  { "label", 2, label },
  { "compare", 2, compare },
  { "verify", 0, verify },
};

static gboolean
act (QusopCli *cli, char **words, const Words *options, GError **error)
{
  const guint            n_words = g_strv_length (words);
  g_autoptr (QsRegistry) registry = NULL;
  gsize                  i = 0;

  while (n_words > 0 && i < G_N_ELEMENTS (actions) &&
         (strcmp (words[0], actions[i].name) != 0 || n_words != actions[i].n_words + 1))
    i++;
  if (i == G_N_ELEMENTS (actions)) {
    g_set_error_literal (
        error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
        "There is runs, runs show RUN, runs label RUN TEXT, runs compare "
        "RUN RUN and runs verify");
    return FALSE;
  }

  registry = qusop_cli_open_registry (cli, error);
  if (registry == NULL)
    return FALSE;

  return n_words == 0 ? list (registry, words, options, error)
                      : actions[i].func (registry, words + 1, options, error);
}

/* qusop-cli runs [show RUN | label RUN TEXT | compare RUN RUN | verify] */
gboolean
qusop_cli_runs (QusopCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Words)     words = { 0 };
  const GOptionEntry entries[] = {
    { "command", 0, 0, G_OPTION_ARG_STRING, &words.command, "Only this command", "NAME" },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &words.data,
      "Only runs on this study: a file, its name or its SHA-256", "DATA" },
    { "label", 0, 0, G_OPTION_ARG_STRING, &words.label,
      "Only where the label contains this", "TEXT" },
    { "last", 'n', 0, G_OPTION_ARG_INT, &words.n_max, "Only the newest N", "N" },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &words.reason,
      "Of runs label: why, for the audit trail", "TEXT" },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &words.csv,
      "Of runs compare: write all inputs and the answers that differ, side by side",
      "FILE.csv" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &words.json, "As JSON, with all that is known",
      NULL },
    { NULL },
  };

  return qusop_cli_parse (cli, "[show RUN | label RUN TEXT | compare RUN RUN | verify]",
                          "What was run, the newest first; RUN is the beginning of an id "
                          "that no other run shares.",
                          entries, QUSOP_CLI_ANY_WORDS, &argc, &argv, error) &&
         act (cli, argv + 1, &words, error);
}
