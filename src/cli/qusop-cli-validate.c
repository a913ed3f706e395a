/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli-output.h"

#include <stdio.h>

static gboolean
write_all (const GArray *checks, const char *out, GError **error)
{
  const QsReportSetting   settings[] = { { "seed", "1" } };
  g_autoptr (QusopOutput) output = qusop_output_new (out, error);

  return output != NULL &&
         qusop_output_write (output, "validation.json", qs_validation_json (checks),
                             error) &&
         qusop_output_write (output, "validation.txt", qs_validation_text (checks),
                             error) &&
         qusop_output_finish (output, "validate", settings, G_N_ELEMENTS (settings),
                              error);
}

static gboolean
validate (QusopCli *cli, const char *out, GError **error)
{
  /* Where it was installed, else in the source folder. */
  const char *sample =
      g_file_test (QUSOP_SAMPLE, G_FILE_TEST_EXISTS) ? QUSOP_SAMPLE : QUSOP_SOURCE_SAMPLE;
  g_autoptr (GArray) checks = qs_validate (sample, cli->run, error);
  g_autofree char   *text = NULL;

  if (checks == NULL)
    return FALSE;

  qusop_cli_progress_end ();
  text = qs_validation_text (checks);
  fputs (text, stdout);
  if (out != NULL && !write_all (checks, out, error))
    return FALSE;
  if (qs_validation_passed (checks))
    return TRUE;

  g_set_error_literal (error, QS_ERROR, QS_ERROR_NUMERIC,
                       "A check of this installation failed");
  return FALSE;
}

/* qusop-cli validate [--out DIR] */
gboolean
qusop_cli_validate (QusopCli *cli, int argc, char **argv, GError **error)
{
  g_autofree char   *out = NULL;
  const GOptionEntry entries[] = {
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out,
      "The folder to write a report of the validation to", "DIR" },
    { NULL },
  };

  return qusop_cli_parse (
             cli, NULL,
             "Checks this installation: versions, folders, known answers, and "
             "the sample study from file to dose.",
             entries, 0, &argc, &argv, error) &&
         validate (cli, out, error);
}
