/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli-output.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  QusopCliQuestion question;
  char            *target;
  char            *json;
  char            *csv;
  int              n_layers;
  int              n_shots;
} Words;

static void
words_clear (Words *self)
{
  qusop_cli_question_clear (&self->question);
  g_free (self->target);
  g_free (self->json);
  g_free (self->csv);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

/* The curve of each regimen that is asked about. */
static gboolean
solve_all (QusopCli     *cli,
           const char   *data,
           Words        *words,
           QsLandscape **landscape,
           GError      **error)
{
  const gboolean           both = g_strcmp0 (words->question.regimen, "both") == 0;
  QsPopulationOptions      options;
  QsScenario               scenario;
  g_autoptr (GArray)       sample = NULL;
  g_autoptr (QsDataset)    dataset = NULL;
  g_autoptr (QsModel)      model = NULL;
  g_autoptr (QsPopulation) population = NULL;
  g_autoptr (GPtrArray)    results =
      g_ptr_array_new_with_free_func ((GDestroyNotify) qs_result_unref);

  if (both) {
    g_free (words->question.regimen);
    words->question.regimen = g_strdup ("qd");
  }
  if (!qusop_cli_question_scenario (&words->question, &scenario, error) ||
      !qusop_cli_take_number ("--target", words->target, &scenario.target, error))
    return FALSE;

  dataset =
      qusop_cli_question_load (&words->question, cli, data, &scenario, &sample, error);
  if (dataset == NULL)
    return FALSE;
  model = qusop_cli_model (cli, dataset, words->question.model, &scenario, error);
  if (model == NULL)
    return FALSE;

  options = qs_population_options_for (model);
  options.seed = cli->seed;
  options.subject_effect = !words->question.no_subject_effect;
  population = qs_population_new (model, &options, cli->run, error);
  if (population == NULL)
    return FALSE;

  for (guint i = 0; i < (both ? 2 : 1); i++) {
    QsResult *result = qs_solve (population, &scenario, cli->run, error);

    if (result == NULL)
      return FALSE;
    g_ptr_array_add (results, result);
    scenario.regimen = QS_REGIMEN_QW;
  }

  *landscape =
      qs_landscape_of ((const QsResult *const *) results->pdata, results->len, error);
  return *landscape != NULL;
}

static void
print_row (const QsLandscape *landscape, const char *name, const QsSearchFound *found)
{
  char doses[64] = "";

  for (guint a = 0; a < landscape->n_axes; a++) {
    const gsize used = strlen (doses);

    g_snprintf (doses + used, sizeof doses - used, "%s%g mg", a > 0 ? " + " : "",
                qs_landscape_dose_mg (landscape, found->code, a));
  }
  printf ("%-10s %-20s %12g %12" G_GUINT64_FORMAT, name, doses,
          landscape->cost[found->code], found->n_looked);
  if (isfinite (found->elapsed_s))
    printf (" %10.6f s", found->elapsed_s);
  if (isfinite (found->share))
    printf ("  answer in %.2f %% of shots", 100.0 * found->share);
  printf ("%s\n", found->code == landscape->best ? "" : "  (not the answer)");
}

static void
print_found (const QsLandscape   *landscape,
             const QsSearchFound *annealed,
             const QsSearchFound *measured)
{
  const QsSearchFound scanned = { landscape->best, landscape->n_looked, NAN, NAN };

  qusop_cli_progress_end ();
  printf ("%-10s %-20s %12s %12s\n", "Method", "Dose", "mg per week", "looked at");
  print_row (landscape, "scan", &scanned);
  print_row (landscape, "annealing", annealed);
  print_row (landscape, "qaoa", measured);
  if (!landscape->found)
    printf ("No dose of the grid reaches the target; shown is what costs least\n");
  printf ("The scan is the answer; the others are shown against it.\n%s\n",
          qs_intended_use ());
}

static gboolean
check_counts (const Words *words, GError **error)
{
  if (words->n_layers >= 1 && words->n_shots >= 1 && words->n_shots <= 1000000)
    return TRUE;

  g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
               "--layers must be at least 1, --shots must lie in [1, 1000000]");
  return FALSE;
}

static gboolean
search (QusopCli *cli, const char *data, Words *words, GError **error)
{
  QsSearchOptions         options = qs_search_options_default ();
  QsSearchFound           annealed, measured;
  g_autoptr (QsLandscape) landscape = NULL;

  if (!check_counts (words, error) ||
      (words->json != NULL && !qusop_output_probe (words->json, error)) ||
      (words->csv != NULL && !qusop_output_probe (words->csv, error)) ||
      !solve_all (cli, data, words, &landscape, error))
    return FALSE;

  options.seed = cli->seed;
  options.n_layers = (guint) words->n_layers;
  options.n_shots = (guint) words->n_shots;
  if (!qs_search_anneal (landscape, &options, cli->run, &annealed, error) ||
      !qs_search_qaoa (landscape, &options, cli->run, &measured, error) ||
      (words->json != NULL &&
       !qusop_output_file (
           words->json,
           qs_report_search_json (landscape, &annealed, &measured, cli->seed), error)) ||
      (words->csv != NULL &&
       !qusop_output_file (words->csv, qs_report_search_csv (landscape), error)))
    return FALSE;

  print_found (landscape, &annealed, &measured);
  return TRUE;
}

/* qusop-cli search DATA --model MODEL --regimen qd|qw|both … */
gboolean
qusop_cli_search (QusopCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Words)     words = { .n_layers = 8, .n_shots = 100 };
  const GOptionEntry entries[] = {
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &words.question.model,
      "A file that fit wrote, or pkpd, lstm, logistic, emax to fit now", "MODEL" },
    { "regimen", 0, 0, G_OPTION_ARG_STRING, &words.question.regimen,
      "Once daily, once weekly, or a dose of each at once", "qd|qw|both" },
    { "bw", 0, 0, G_OPTION_ARG_FILENAME, &words.question.bw,
      "Body weight, as in solve (default: uniform:50:100)", "PRIOR" },
    { "comed", 0, 0, G_OPTION_ARG_STRING, &words.question.comed,
      "Share of patients with co-medication (default: 0.5)", "P" },
    { "threshold", 0, 0, G_OPTION_ARG_STRING, &words.question.threshold,
      "Of the biomarker, ng/mL (default: 3.3)", "X" },
    { "success", 0, 0, G_OPTION_ARG_STRING, &words.question.success,
      "Side of the threshold (default: below)", "below|above" },
    { "success-on", 0, 0, G_OPTION_ARG_STRING, &words.question.success_on,
      QUSOP_CLI_SUCCESS_ON_HELP, "true|observed" },
    { "target", 0, 0, G_OPTION_ARG_STRING, &words.target,
      "Share of patients that must succeed (default: 0.9)", "P" },
    { "no-subject-effect", 0, 0, G_OPTION_ARG_NONE, &words.question.no_subject_effect,
      "Leave unexplained variability between subjects out", NULL },
    { "layers", 0, 0, G_OPTION_ARG_INT, &words.n_layers, "Of QAOA (default: 8)", "N" },
    { "shots", 0, 0, G_OPTION_ARG_INT, &words.n_shots,
      "Codes that QAOA measures (default: 100)", "N" },
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &words.json, "Write what was found to F",
      "F" },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &words.csv, "Write the landscape to F", "F" },
    { NULL },
  };

  return qusop_cli_parse (cli, "DATA",
                          "Searches the dose as a cost of bit strings: exact scan, "
                          "simulated annealing, QAOA.",
                          entries, 1, &argc, &argv, error) &&
         search (cli, argv[1], &words, error);
}
