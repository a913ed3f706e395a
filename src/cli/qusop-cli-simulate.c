/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli-output.h"

#include <stdio.h>

static gboolean
simulate (QusopCli *cli, const char *truth, const char *out, GError **error)
{
  g_autofree char *beside = NULL;

  if (!qusop_cli_require (out, "--out DATA.csv", error) ||
      !qusop_output_probe (out, error) ||
      !qs_simulate_study (truth, cli->seed, out, cli->run, error))
    return FALSE;

  beside = qs_simulated_truth_path (out);
  if (g_file_test (truth, G_FILE_TEST_IS_REGULAR))
    qusop_record_read ("truth", truth);
  qusop_record_written (out);
  qusop_record_written (beside);

  qusop_cli_progress_end ();
  printf ("Study with known truth written to %s, seed %" G_GUINT64_FORMAT "\n", out,
          cli->seed);
  return TRUE;
}

/* qusop-cli simulate [--truth NAME|FILE.yaml] --out DATA.csv */
gboolean
qusop_cli_simulate (QusopCli *cli, int argc, char **argv, GError **error)
{
  g_autofree char   *truth = NULL, *out = NULL;
  const GOptionEntry entries[] = {
    { "truth", 0, 0, G_OPTION_ARG_FILENAME, &truth,
      "Design and parameters: default, large-variability, levels-off, beyond, "
      "missing-arm, without-pk, one-compartment, lag, direct, inhibits-loss, "
      "stimulates-production, stimulates-loss, comed-clearance, blq, single-dose, "
      "additive, combined, or a file (default: default)",
      "NAME|FILE.yaml" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out,
      "The file to write; the truth goes beside it as DATA.truth.json", "DATA.csv" },
    { NULL },
  };

  return qusop_cli_parse (cli, NULL, "Makes a synthetic study whose truth is known.",
                          entries, 0, &argc, &argv, error) &&
         simulate (cli, truth != NULL ? truth : "default", out, error);
}
