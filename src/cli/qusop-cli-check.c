/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli-output.h"

#include <stdio.h>

#define N_ARMS_MAX 64

static void
print_findings (const QsDataset *dataset, const char *path)
{
  const guint n_findings = qs_dataset_n_findings (dataset);

  if (n_findings == 0)
    printf ("Findings: none\n");

  for (guint i = 0; i < n_findings; i++) {
    const QsFinding *finding = qs_dataset_finding (dataset, i);
    g_autofree char *message = qs_finding_message (finding, path);

    printf ("%-8s %s\n", qs_severity_name (finding->severity), message);
  }
}

static void
print_inventory (const QsDataset *dataset)
{
  const QsStudyFacts facts = qs_dataset_facts (dataset);

  printf ("Rows %" G_GSIZE_FORMAT ", subjects %u, observations: PK %u, PD %u\n",
          qs_dataset_n_rows (dataset), qs_dataset_n_subjects (dataset),
          qs_dataset_n_observations (dataset, QS_ENDPOINT_PK),
          qs_dataset_n_observations (dataset, QS_ENDPOINT_PD));
  printf ("Body weight %g–%g kg, ", facts.bw_low_kg, facts.bw_high_kg);
  if (facts.has_comed)
    printf ("co-medication in %.0f %%", 100.0 * facts.comed_share);
  else
    printf ("no co-medication column");
  printf (", doses every %g h\n", facts.interval_h);
  printf ("Last dosing window %g–%g h\n", facts.window_from_h, facts.window_to_h);
}

static void
print_attainment (const QsDataset *dataset, double threshold_ng_ml)
{
  QsArm       arms[N_ARMS_MAX];
  const gsize n_arms =
      qs_attainment (dataset, QS_SUCCESS_BELOW, threshold_ng_ml, arms, N_ARMS_MAX);

  printf ("Observed at most %g ng/mL throughout that window:\n", threshold_ng_ml);
  for (gsize i = 0; i < n_arms; i++)
    printf ("  %6g mg  %2u of %2u\n", arms[i].dose_mg, arms[i].attained, arms[i].n);
}

static gboolean
check (QusopCli *cli, const char *path, const char *json, GError **error)
{
  const double          threshold_ng_ml = qs_scenario_default ().threshold_ng_ml;
  g_autoptr (QsDataset) dataset = qs_dataset_load (path, cli->mapping, cli->run, error);

  if (dataset == NULL)
    return FALSE;

  qusop_cli_progress_end ();
  if (json != NULL &&
      !qusop_output_file (json, qs_report_check_json (dataset, threshold_ng_ml), error))
    return FALSE;

  print_findings (dataset, path);
  if (!qs_dataset_require (dataset, error))
    return FALSE;

  print_inventory (dataset);
  print_attainment (dataset, threshold_ng_ml);
  return TRUE;
}

/* qusop-cli check DATA [--json F] */
gboolean
qusop_cli_check (QusopCli *cli, int argc, char **argv, GError **error)
{
  g_autofree char   *json = NULL;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &json, "Write the findings to F as well",
      "F" },
    { NULL },
  };

  return qusop_cli_parse (
             cli, "DATA",
             "Reads a study and says what is wrong with it, and what is in it.", entries,
             1, &argc, &argv, error) &&
         check (cli, argv[1], json, error);
}
