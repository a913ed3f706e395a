/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli-output.h"

#include <stdio.h>
#include <string.h>

/* After the languages of qs_report_code(). */
#define TO_ONNX (QS_CODE_RXODE2 + 1)

static GBytes *
translated (const QsModel *model, guint to, GError **error)
{
  char *text;

  if (to == TO_ONNX)
    return qs_report_onnx (model, error);

  text = qs_report_code (model, to, error);
  return text != NULL ? g_bytes_new_take (text, strlen (text)) : NULL;
}

static gboolean
translate (const char *path, const char *to, const char *out, GError **error)
{
  static const char *const languages[] = {
    [QS_CODE_NONMEM] = "nonmem",
    [QS_CODE_RXODE2] = "rxode2",
    [TO_ONNX] = "onnx",
    NULL,
  };
  guint               language;
  g_autoptr (QsModel) model = NULL;
  g_autoptr (GBytes)  bytes = NULL;

  if (!qusop_cli_require (to, "--to nonmem|rxode2|onnx", error) ||
      !qusop_cli_choose ("--to", to, languages, &language, error) ||
      (out != NULL && !qusop_output_probe (out, error)))
    return FALSE;

  model = qs_model_load (path, error);
  if (model != NULL) {
    qusop_record_read ("model", path);
    qusop_record_model (model);
  }
  bytes = model != NULL ? translated (model, language, error) : NULL;
  if (bytes == NULL)
    return FALSE;
  if (out != NULL)
    return qusop_output_bytes (out, bytes, error);

  fwrite (g_bytes_get_data (bytes, NULL), 1, g_bytes_get_size (bytes), stdout);
  return TRUE;
}

/* qusop-cli translate MODEL.json --to nonmem|rxode2|onnx [--out FILE] */
gboolean
qusop_cli_translate (QusopCli *cli, int argc, char **argv, GError **error)
{
  g_autofree char   *to = NULL, *out = NULL;
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_STRING, &to,
      "A NONMEM control stream or an R function for rxode2 and nlmixr2, of pkpd; an ONNX "
      "graph, of lstm",
      "nonmem|rxode2|onnx" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out,
      "The file to write (default: standard output)", "FILE" },
    { NULL },
  };

  return qusop_cli_parse (cli, "MODEL.json",
                          "Writes a fitted model in the language of another program.",
                          entries, 1, &argc, &argv, error) &&
         translate (argv[1], to, out, error);
}
