/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli-output.h"

#include <stdio.h>

typedef struct {
  char *public_key;
  char *data;
  char *model;
} Words;

static void
words_clear (Words *self)
{
  g_free (self->public_key);
  g_free (self->data);
  g_free (self->model);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

/* The key itself, or a file that holds it. */
static char *
read_key (const char *word, GError **error)
{
  char *text = NULL;

  if (!g_file_test (word, G_FILE_TEST_EXISTS) && g_str_has_prefix (word, "RW"))
    return g_strdup (word);

  return qs_file_read (word, QUSOP_KEY_MAX, &text, NULL, error) ? text : NULL;
}

static gboolean
report (const QsVerification *found, const char *folder, gboolean has_key, GError **error)
{
  const guint n = found->faults->len;

  for (guint i = 0; i < n; i++)
    printf ("%s\n", (const char *) found->faults->pdata[i]);
  if (n == 0) {
    printf ("%s: %" G_GSIZE_FORMAT " files as \"%s\" wrote them at %s%s\n", folder,
            found->n_files, found->command, found->created,
            has_key            ? ", and signed with this key"
            : found->is_signed ? "; say --public-key to check the signature"
                               : "; not signed");
    return TRUE;
  }

  g_set_error (error, QS_ERROR, QS_ERROR_REFUSED, "%s is not as it was written: %s%s",
               folder, (const char *) found->faults->pdata[0],
               n > 1 ? "; more above" : "");
  return FALSE;
}

static gboolean
verify (QusopCli *cli, const char *folder, const Words *words, GError **error)
{
  g_autofree char           *key = NULL, *model_sha256 = NULL;
  g_autoptr (QsModel)        model = NULL;
  g_autoptr (QsVerification) found = NULL;

  if (words->public_key != NULL && (key = read_key (words->public_key, error)) == NULL)
    return FALSE;
  if (words->model != NULL) {
    model = qs_model_load (words->model, error);
    if (model == NULL)
      return FALSE;
    model_sha256 = qs_model_sha256 (model);
  }

  const QsVerifyOptions options = { key, words->data, model_sha256 };
  found = qs_verify (folder, &options, cli->run, error);
  qusop_cli_progress_end ();
  return found != NULL && report (found, folder, key != NULL, error);
}

/* qusop-cli verify DIR [--public-key KEY] [--data DATA] [--model MODEL.json] */
gboolean
qusop_cli_verify (QusopCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Words)     words = { 0 };
  const GOptionEntry entries[] = {
    { "public-key", 0, 0, G_OPTION_ARG_FILENAME, &words.public_key,
      "Who must have signed it: a public key of minisign, or its file", "KEY" },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &words.data, "The study it must be made from",
      "DATA" },
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &words.model,
      "The model it must be made with", "MODEL.json" },
    { NULL },
  };

  return qusop_cli_parse (cli, "DIR",
                          "Compares what a command wrote with its manifest, and the "
                          "manifest with its signature.",
                          entries, 1, &argc, &argv, error) &&
         verify (cli, argv[1], &words, error);
}
