/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli-output.h"

#include <math.h>
#include <stdio.h>

static gboolean
write_all (QusopCli        *cli,
           const QsDataset *dataset,
           const QsCompare *compare,
           const char      *models,
           QusopOutput     *output,
           GError         **error)
{
  const QsCompareOptions *options = &compare->options;
  g_autofree char        *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, options->seed);
  g_autofree char        *n_folds = g_strdup_printf ("%u", options->n_folds);
  g_autofree char        *n_epochs = g_strdup_printf ("%u", options->n_epochs);
  g_autofree char        *n_physics =
      options->n_physics > 0 ? g_strdup_printf ("%u", options->n_physics) : NULL;
  char                  weight[G_ASCII_DTOSTR_BUF_SIZE];
  const QsReportSetting settings[] = {
    { "data", qs_dataset_path (dataset) },
    { "data_sha256", qs_dataset_sha256 (dataset) },
    { "map", cli->mapping },
    { "models", models },
    { "folds", n_folds },
    { "epochs", n_epochs },
    { "physics_records", n_physics },
    { "physics_weight", options->n_physics > 0 ? weight : NULL },
    { "answers", options->answers ? "yes" : NULL },
    { "seed", seed },
  };

  g_ascii_dtostr (weight, sizeof weight, options->physics_weight);
  return qusop_output_write (output, "compare.json",
                             qs_report_compare_json (dataset, compare), error) &&
         qusop_output_write (output, "compare.csv", qs_report_compare_csv (compare),
                             error) &&
         qusop_output_write (output, "predictions.csv",
                             qs_report_predictions_csv (dataset, compare), error) &&
         (!options->answers ||
          qusop_output_write (output, "answers.csv",
                              qs_report_compare_answers_csv (compare), error)) &&
         qusop_output_finish (output, "compare", settings, G_N_ELEMENTS (settings),
                              error);
}

static void
print_contestant (const QsContestant *c)
{
  g_autofree char *record =
      c->record.n > 0 ? g_strdup_printf ("%6.2f", c->record.rmse_ng_ml) : g_strdup ("–");

  printf ("%-32s %7u %7u  %6.2f  %5.2f  ", c->name, c->n_classical, c->n_quantum,
          c->window.rmse_ng_ml, c->window.r_squared);
  printf (c->record.n > 0 ? "%s" : "     %s", record);
  printf ("  %5.2f  %5.2f  %5.3f  %5.2f  %5.3f  %8.1f\n", c->calibration.slope,
          c->calibration.intercept, c->calibration.ece[0],
          c->calibration.hosmer_lemeshow_p, c->calibration.auc, c->cpu_s);
}

/* The doses of who was asked, and whether daily and weekly ones agree. */
static void
print_answers (const QsContestant *c)
{
  guint       n_coherent;
  double      least;
  const guint n = qs_contestant_coherence (c, &n_coherent, &least);

  printf ("\n%s, fitted to everybody:\n", c->name);
  qusop_cli_print_answers (c->answers);
  if (n > 0)
    printf ("The week's dose is at least that of seven days in %u of %u questions; the "
            "least ratio is %.2f.\n",
            n_coherent, n, least);
}

static void
print (const QsCompare *compare, const char *folder)
{
  qusop_cli_progress_end ();
  printf ("%u subjects in %u folds, all figures from fits that had not seen the subject; "
          "seed %" G_GUINT64_FORMAT "\n\n",
          compare->n_subjects, compare->options.n_folds, compare->options.seed);
  puts ("                                  parameters       last interval  record   "
        "attainment\n"
        "model                            classic quantum    RMSE     R²    RMSE  slope  "
        "inter   "
        " ECE   "
        "HL p    AUC   seconds");
  for (guint i = 0; i < compare->contestants->len; i++)
    print_contestant (&g_array_index (compare->contestants, QsContestant, i));
  puts ("\nRMSE in ng/mL. Attainment: slope and intercept of the logit (1 and 0 are "
        "right), expected calibration\nerror over 10 bins, Hosmer–Lemeshow p value, area "
        "under the ROC curve. Seconds: of one processor, all folds.");
  for (guint i = 0; i < compare->contestants->len; i++) {
    const QsContestant *c = &g_array_index (compare->contestants, QsContestant, i);

    printf ("%s: %s\n", c->name, c->what);
  }
  puts ("");
  for (guint i = 0; compare->verdicts[i] != NULL; i++)
    printf ("- %s\n", compare->verdicts[i]);
  for (guint i = 0; i < compare->contestants->len; i++) {
    const QsContestant *c = &g_array_index (compare->contestants, QsContestant, i);

    if (c->answers != NULL)
      print_answers (c);
  }
  printf ("\nWritten to %s: compare.json, compare.csv, predictions.csv%s\n%s\n", folder,
          compare->options.answers ? ", answers.csv" : "", qs_intended_use ());
}

static gboolean
take_models (const char *text, QsCompareOptions *options, GError **error)
{
  g_auto (GStrv) names = NULL;

  if (text == NULL)
    return TRUE;

  names = g_strsplit (text, ",", -1);
  options->n_models = 0;
  for (guint i = 0; names[i] != NULL; i++) {
    if (options->n_models == QS_COMPARE_MAX_MODELS) {
      g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
                   "--models names more than %d models", QS_COMPARE_MAX_MODELS);
      return FALSE;
    }
    if (!qs_compare_model_parse (names[i], &options->models[options->n_models++], error))
      return FALSE;
  }

  return TRUE;
}

static gboolean
compare (QusopCli               *cli,
         const char             *data,
         const QsCompareOptions *options,
         const char             *models,
         const char             *out,
         GError                **error)
{
  g_autoptr (QsDataset)   dataset = NULL;
  g_autoptr (QusopOutput) output = NULL;
  g_autoptr (QsCompare)   result = NULL;

  if (!qs_compare_options_validate (options, error))
    return FALSE;

  dataset = qusop_cli_load (cli, data, error);
  output = dataset != NULL ? qusop_output_new (out, error) : NULL;
  result = output != NULL ? qs_compare (dataset, options, cli->run, error) : NULL;
  if (result == NULL || !write_all (cli, dataset, result, models, output, error))
    return FALSE;

  print (result, out);
  return TRUE;
}

/* qusop-cli compare DATA --out DIR */
gboolean
qusop_cli_compare (QusopCli *cli, int argc, char **argv, GError **error)
{
  QsCompareOptions   options = qs_compare_options_default ();
  g_autofree char   *models = NULL, *out = NULL;
  int                n_folds = (int) options.n_folds, n_epochs = (int) options.n_epochs;
  int                n_physics = (int) options.n_physics;
  int                n_simulations = (int) options.n_simulations;
  const GOptionEntry entries[] = {
    { "models", 0, 0, G_OPTION_ARG_STRING, &models,
      "What to compare with the population model, a regression and the mean curves: "
      "emax, pinn, qpinn, lstm, lstm-exposure (and so qlstm, qtlstm, qklstm), each "
      "quantum one with "
      "an LSTM of its size (default: all but pinn and qpinn)",
      "NAME,…" },
    { "folds", 0, 0, G_OPTION_ARG_INT, &n_folds,
      "Folds of subjects, dealt by arm (default: 4)", "N" },
    { "epochs", 0, 0, G_OPTION_ARG_INT, &n_epochs,
      "Training epochs of each network (default: its own)", "N" },
    { "physics-records", 0, 0, G_OPTION_ARG_INT, &n_physics,
      "Networks on exposure also learn from so many records that each fold's population "
      "model makes (default: 0)",
      "N" },
    { "physics-weight", 0, 0, G_OPTION_ARG_DOUBLE, &options.physics_weight,
      "What each of them counts beside a subject's record (default: 1)", "W" },
    { "simulations", 0, 0, G_OPTION_ARG_INT, &n_simulations,
      "Of each subject by the population model (default: 500)", "N" },
    { "answers", 0, 0, G_OPTION_ARG_NONE, &options.answers,
      "Also fit every model to the whole study and ask it every question of answer "
      "(minutes)",
      NULL },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, "The folder to write", "DIR" },
    { NULL },
  };

  if (!qusop_cli_parse (
          cli, "DATA",
          "Models beside each other on the same folds of subjects: accuracy "
          "and calibration for subjects that the fit had not seen.",
          entries, 1, &argc, &argv, error) ||
      !qusop_cli_require (out, "--out DIR", error) ||
      !take_models (models, &options, error))
    return FALSE;

  options.seed = cli->seed;
  options.n_folds = (guint) MAX (n_folds, 0);
  options.n_epochs = (guint) MAX (n_epochs, 0);
  options.n_physics = (guint) MAX (n_physics, 0);
  options.n_simulations = (guint) MAX (n_simulations, 0);
  return compare (cli, argv[1], &options, models, out, error);
}
