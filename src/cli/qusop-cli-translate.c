/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli-output.h"

#include <stdio.h>

static gboolean
translate (const char *path, const char *to, const char *out, GError **error)
{
  static const char *const codes[] = {
    [QS_CODE_NONMEM] = "nonmem",
    [QS_CODE_RXODE2] = "rxode2",
    NULL,
  };
  guint               code;
  g_autoptr (QsModel) model = NULL;
  char               *text;

  if (!qusop_cli_require (to, "--to nonmem|rxode2", error) ||
      !qusop_cli_choose ("--to", to, codes, &code, error) ||
      (out != NULL && !qusop_output_probe (out, error)))
    return FALSE;

  model = qs_model_load (path, error);
  if (model != NULL) {
    qusop_record_read ("model", path);
    qusop_record_model (model);
  }
  text = model != NULL ? qs_report_code (model, code, error) : NULL;
  if (text == NULL)
    return FALSE;
  if (out != NULL)
    return qusop_output_file (out, text, error);

  fputs (text, stdout);
  g_free (text);
  return TRUE;
}

/* qusop-cli translate MODEL.json --to nonmem|rxode2 [--out FILE] */
gboolean
qusop_cli_translate (QusopCli *cli, int argc, char **argv, GError **error)
{
  g_autofree char   *to = NULL, *out = NULL;
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_STRING, &to,
      "A NONMEM control stream, or an R function for rxode2 and nlmixr2",
      "nonmem|rxode2" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out,
      "The file to write (default: standard output)", "FILE" },
    { NULL },
  };

  return qusop_cli_parse (cli, "MODEL.json",
                          "Writes a population PK/PD model as code for another program.",
                          entries, 1, &argc, &argv, error) &&
         translate (argv[1], to, out, error);
}
