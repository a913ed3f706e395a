/* SPDX-License-Identifier: Apache-2.0 */
#include "document/qusop-figures.h"
#include "qusop-cli-output.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  QusopCliQuestion question;
  char            *interval;
  char            *window;
  char            *target;
  char            *mc_error;
  char            *out;
  char            *beside;
  char            *compared;
  gint64           n_people_max;
} Words;

static void
words_clear (Words *self)
{
  qusop_cli_question_clear (&self->question);
  g_free (self->interval);
  g_free (self->window);
  g_free (self->target);
  g_free (self->mc_error);
  g_free (self->beside);
  g_free (self->compared);
  g_free (self->out);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

static gboolean
check_interval (const char *text, const QsScenario *scenario, GError **error)
{
  const double known_h = qs_scenario_interval_h (scenario);
  double       interval_h = known_h;

  if (!qusop_cli_take_number ("--interval", text, &interval_h, error))
    return FALSE;
  if (fabs (interval_h - known_h) < 1e-9)
    return TRUE;

  g_set_error (
      error, QS_ERROR, QS_ERROR_REFUSED,
      "--interval is %s h, but %s means every %g h: leave it out, or say --schedule "
      "q%sh",
      text, qs_scenario_regimen_name (scenario), known_h, text);
  return FALSE;
}

static gboolean
take_window (const char *text, QsScenario *scenario, GError **error)
{
  g_auto (GStrv) ends = NULL;

  if (text == NULL)
    return TRUE;

  ends = g_strsplit (text, ":", -1);
  if (g_strv_length (ends) != 2) {
    g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
                 "--window is %s, must be FROM:TO in hours after the dose", text);
    return FALSE;
  }
  if (!qusop_cli_number ("The start of --window", ends[0], &scenario->window_from_h,
                         error) ||
      !qusop_cli_number ("The end of --window", ends[1], &scenario->window_to_h, error))
    return FALSE;
  if (scenario->window_to_h > 0.0)
    return TRUE;

  g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
               "The end of --window is %s h, must lie after the dose", ends[1]);
  return FALSE;
}

/* All but the prior, which may need the study. */
static gboolean
take_words (const Words *words, QsScenario *scenario, GError **error)
{
  return qusop_cli_question_scenario (&words->question, scenario, error) &&
         qusop_cli_require (words->out, "--out DIR", error) &&
         qusop_cli_take_number ("--target", words->target, &scenario->target, error) &&
         take_window (words->window, scenario, error) &&
         qs_scenario_validate (scenario, error) &&
         check_interval (words->interval, scenario, error);
}

static QsResult *
ask (QusopCli         *cli,
     const QsModel    *model,
     const QsScenario *scenario,
     const Words      *words,
     GError          **error)
{
  QsPopulationOptions  options = qs_population_options_for (model);
  g_autoptr (QsResult) result = NULL;

  options.seed = cli->seed;
  qusop_cli_config_population (cli, &options);
  options.subject_effect = !words->question.no_subject_effect;
  if (!qusop_cli_take_patients (words->n_people_max, words->mc_error, &options, error))
    return NULL;

  result = qs_solve_refined (model, &options, scenario, cli->run, error);
  if (result == NULL || !qs_expose (model, result, cli->run, error))
    return NULL;

  return g_steal_pointer (&result);
}

static gboolean
draw (QusopOutput *output, const QsModel *model, const QsResult *result, GError **error)
{
  g_autoptr (QusopPlotSpec) figure = qusop_figure_dose_success (
      result, &model->facts, NULL, QUSOP_BAND_PARAMETER | QUSOP_BAND_MONTE_CARLO);

  return qusop_output_figure (output, "curve.png", figure, error);
}

static gboolean
write_all (QusopCli       *cli,
           QusopOutput    *output,
           const Words    *words,
           const QsModel  *model,
           const QsResult *result,
           gint64          started_us,
           GError        **error)
{
  g_autofree char *sha256 = qs_model_sha256 (model);
  g_autofree char *bw = qs_prior_format (&result->scenario.bw);
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, cli->seed);
  g_autofree char *n_people_max =
      g_strdup_printf ("%" G_GINT64_FORMAT, words->n_people_max);
  g_autoptr (GPtrArray) results = g_ptr_array_new ();
  const QsReportContext context = {
    .model = model,
    .model_sha256 = sha256,
    .elapsed_s = (double) (g_get_monotonic_time () - started_us) / G_USEC_PER_SEC,
  };
  const QsReportSetting settings[] = {
    { "data_sha256", model->data_sha256 },
    { "model", words->question.model },
    { "model_sha256", sha256 },
    { "regimen", qs_scenario_regimen_name (&result->scenario) },
    { "bw", bw },
    { "comed", words->question.comed },
    { "threshold", words->question.threshold },
    { "success", words->question.success },
    { "success_on", words->question.success_on },
    { "window", words->window },
    { "target", words->target },
    { "max_patients", words->n_people_max > 0 ? n_people_max : NULL },
    { "mc_error", words->mc_error },
    { "subject_effect", words->question.no_subject_effect ? "off" : "on" },
    { "map", cli->mapping },
    { "seed", seed },
  };

  g_ptr_array_add (results, (gpointer) result);
  return qusop_output_write (output, "result.json",
                             qs_report_result_json (&context, result), error) &&
         qusop_output_write (output, "curve.csv", qs_report_curves_csv (results),
                             error) &&
         qusop_output_write_bytes (output, "curve.parquet",
                                   qs_report_curves_parquet (results), error) &&
         draw (output, model, result, error) && qs_run_step (cli->run, NULL, error) &&
         qusop_output_finish (output, "solve", settings, G_N_ELEMENTS (settings), error);
}

static void
print_result (const QsResult *result, const char *folder)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new ();

  qusop_cli_progress_end ();
  g_ptr_array_add (results, (gpointer) result);
  qusop_cli_print_answers (results);
  qusop_cli_print_notes (results);
  printf ("Written to %s\n%s\n", folder, qs_intended_use ());
}

static gboolean
solve (QusopCli *cli, const char *data, const Words *words, GError **error)
{
  const gint64            started_us = g_get_monotonic_time ();
  QsScenario              scenario;
  g_autoptr (GArray)      sample = NULL;
  g_autoptr (QsDataset)   dataset = NULL;
  g_autoptr (QusopOutput) output = NULL;
  g_autoptr (QsModel)     model = NULL;
  g_autoptr (QsResult)    result = NULL;
  g_autoptr (GPtrArray)   results = g_ptr_array_new ();

  if (!take_words (words, &scenario, error))
    return FALSE;

  dataset =
      qusop_cli_question_load (&words->question, cli, data, &scenario, &sample, error);
  if (dataset == NULL)
    return FALSE;

  output = qusop_output_new (words->out, error);
  if (output == NULL)
    return FALSE;

  model = qusop_cli_model (cli, dataset, words->question.model, &scenario, error);
  if (model == NULL)
    return FALSE;

  result = ask (cli, model, &scenario, words, error);
  if (result == NULL)
    return FALSE;
  g_ptr_array_add (results, result);
  if (!qusop_cli_confront (cli, dataset, model, words->beside, words->compared, results,
                           error) ||
      !write_all (cli, output, words, model, result, started_us, error))
    return FALSE;

  print_result (result, words->out);
  return TRUE;
}

/* qusop-cli solve DATA --model MODEL --regimen qd|qw … --out DIR */
gboolean
qusop_cli_solve (QusopCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Words)     words = { 0 };
  const GOptionEntry entries[] = {
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &words.question.model,
      "A file that fit wrote, or pkpd, lstm, lstm-exposure (and so qlstm, qtlstm, "
      "qklstm), pinn, qpinn, logistic, emax to fit now",
      "MODEL" },
    { "regimen", 0, 0, G_OPTION_ARG_STRING, &words.question.regimen,
      "Once daily (qd) or once weekly (qw)", "qd|qw" },
    { "schedule", 0, 0, G_OPTION_ARG_STRING, &words.question.schedule,
      "In place of --regimen: " QS_DOSING_GRAMMAR, "TEXT" },
    { "bw", 0, 0, G_OPTION_ARG_FILENAME, &words.question.bw,
      "Body weight, kg: uniform:LOW:HIGH, normal:MEAN:SD[:MIN:MAX], "
      "lognormal:MEAN:CV[:MIN:MAX], data, file:F.csv (default: uniform:50:100)",
      "PRIOR" },
    { "comed", 0, 0, G_OPTION_ARG_STRING, &words.question.comed,
      "Share of patients with co-medication (default: 0.5)", "P" },
    { "interval", 0, 0, G_OPTION_ARG_STRING, &words.interval,
      "Hours between doses (default: the regimen's)", "H" },
    { "threshold", 0, 0, G_OPTION_ARG_STRING, &words.question.threshold,
      "Of the biomarker, ng/mL (default: 3.3)", "X" },
    { "success", 0, 0, G_OPTION_ARG_STRING, &words.question.success,
      "Side of the threshold (default: below)", "below|above" },
    { "success-on", 0, 0, G_OPTION_ARG_STRING, &words.question.success_on,
      QUSOP_CLI_SUCCESS_ON_HELP, "true|observed" },
    { "window", 0, 0, G_OPTION_ARG_STRING, &words.window,
      "Judged part of the interval, h after the dose (default: all)", "FROM:TO" },
    { "target", 0, 0, G_OPTION_ARG_STRING, &words.target,
      "Share of patients that must succeed (default: 0.9)", "P" },
    { "no-subject-effect", 0, 0, G_OPTION_ARG_NONE, &words.question.no_subject_effect,
      "Leave unexplained variability between subjects out", NULL },
    { "max-patients", 0, 0, G_OPTION_ARG_INT64, &words.n_people_max,
      QUSOP_CLI_MAX_PATIENTS_HELP, "N" },
    { "mc-error", 0, 0, G_OPTION_ARG_STRING, &words.mc_error, QUSOP_CLI_MC_ERROR_HELP,
      "E" },
    { "beside", 0, 0, G_OPTION_ARG_FILENAME, &words.beside, QUSOP_CLI_BESIDE_HELP,
      "MODEL.json" },
    { "compared", 0, 0, G_OPTION_ARG_FILENAME, &words.compared, QUSOP_CLI_COMPARED_HELP,
      "FILE" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &words.out, "The folder to write", "DIR" },
    { NULL },
  };

  return qusop_cli_parse (cli, "DATA",
                          "Finds the dose for one regimen, population and target.",
                          entries, 1, &argc, &argv, error) &&
         solve (cli, argv[1], &words, error);
}
