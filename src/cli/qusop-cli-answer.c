/* SPDX-License-Identifier: Apache-2.0 */
#include "document/qusop-figures.h"
#include "document/qusop-report.h"
#include "qusop-cli-output.h"

#include <stdio.h>
#include <string.h>

typedef struct {
  char *model;
  char *success_on;
  char *mc_error;
  char *out;
  char *beside;
  char *compared;
  char *template;
  char  *sections;
  char **signatures;
  gint64 n_people_max;

  gboolean final;
} Words;

static void
words_clear (Words *self)
{
  g_free (self->model);
  g_free (self->success_on);
  g_free (self->mc_error);
  g_free (self->out);
  g_free (self->beside);
  g_free (self->compared);
  g_free (self->template);
  g_free (self->sections);
  g_strfreev (self->signatures);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

/* What the parts of one answer share. Borrowed for the call. */
typedef struct {
  QusopCli        *cli;
  const QsDataset *dataset;
  const QsModel   *model;
  GPtrArray       *results;
  const Words     *words;
  gint64           started_us;

  QusopReportOptions report;
} Answer;

static const char *
model_name (const Words *words)
{
  return words->model != NULL ? words->model : "pkpd";
}

static gboolean
write_tables (const Answer *self, QusopOutput *output, const char *sha256, GError **error)
{
  const QsReportContext context = {
    .model = self->model,
    .model_sha256 = sha256,
    .elapsed_s = (double) (g_get_monotonic_time () - self->started_us) / G_USEC_PER_SEC,
    .dataset = self->dataset,
  };

  return qusop_output_write (output, "answers.json",
                             qs_report_answers_json (&context, self->results), error) &&
         qusop_output_write (output, "answers.csv", qs_report_answers_csv (self->results),
                             error) &&
         qusop_output_write (output, "curves.csv", qs_report_curves_csv (self->results),
                             error) &&
         qusop_output_write_bytes (output, "curves.parquet",
                                   qs_report_curves_parquet (self->results), error);
}

static gboolean
draw_curve (const Answer   *self,
            QusopOutput    *output,
            const QsResult *result,
            GError        **error)
{
  static const char *const  endings[] = { "png", "svg" };
  g_autoptr (QusopPlotSpec) figure = qusop_figure_dose_success (
      result, &self->model->facts, NULL, QUSOP_BAND_PARAMETER | QUSOP_BAND_MONTE_CARLO);

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *name =
        g_strdup_printf ("curve-%s-%s.%s", result->scenario.name,
                         qs_regimen_name (result->scenario.regimen), endings[i]);

    if (!qusop_output_figure (output, name, figure, error) ||
        !qs_run_step (self->cli->run, NULL, error))
      return FALSE;
  }

  return TRUE;
}

/* One figure per population and regimen that was answered, for its highest target. */
static gboolean
draw_curves (const Answer *self, QusopOutput *output, GError **error)
{
  for (guint i = 0; i < self->results->len; i++) {
    const QsResult *result = self->results->pdata[i];
    const QsEvent   event = {
        .stage = QS_STAGE_WRITE,
        .fraction = i / (double) self->results->len,
    };

    if (!qs_run_step (self->cli->run, &event, error))
      return FALSE;
    if (result->n_estimates > 0 && result->scenario.target >= 0.9 &&
        !draw_curve (self, output, result, error))
      return FALSE;
  }

  return TRUE;
}

static gboolean
write_report (const Answer *self, QusopOutput *output, GError **error)
{
  GError *cause = NULL;

  return qusop_report_write (self->dataset, self->model, self->results, &self->report,
                             qusop_output_staging (output), self->cli->run, &cause) ||
         qusop_output_fail (error, cause);
}

static gboolean
write_all (const Answer *self, QusopOutput *output, GError **error)
{
  const QusopCli  *cli = self->cli;
  g_autofree char *sha256 = qs_model_sha256 (self->model);
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, cli->seed);
  g_autofree char *n_people_max =
      g_strdup_printf ("%" G_GINT64_FORMAT, self->words->n_people_max);
  const QsReportSetting settings[] = {
    { "data", qs_dataset_path (self->dataset) },
    { "data_sha256", self->model->data_sha256 },
    { "map", cli->mapping },
    { "model", model_name (self->words) },
    { "model_sha256", sha256 },
    { "seed", seed },
    { "success_on", self->words->success_on },
    { "max_patients", self->words->n_people_max > 0 ? n_people_max : NULL },
    { "mc_error", self->words->mc_error },
    { "template", self->words->template },
    { "sections", self->words->sections },
    { "final", self->words->final ? "on" : NULL },
  };

  return write_tables (self, output, sha256, error) &&
         draw_curves (self, output, error) && write_report (self, output, error) &&
         qusop_output_finish (output, "answer", settings, G_N_ELEMENTS (settings), error);
}

static void
print (const Answer *self, const char *folder)
{
  qusop_cli_progress_end ();
  printf ("Model %s, %u parameter draws, seed %" G_GUINT64_FORMAT "\n\n",
          qs_model_kind_name (self->model->kind), self->model->draws->len,
          self->model->options.seed);
  qusop_cli_print_answers (self->results);
  qusop_cli_print_notes (self->results);
  printf (
      "Written to %s: report.html, report.pdf, answers.json, answers.csv, curves.csv, "
      "figures\n%s\n",
      folder, qs_intended_use ());
}

/* "author:Jane Doe:2026-01-31:I wrote it"; takes its parts from @parts. */
static gboolean
take_signature (const char         *text,
                char              **parts,
                QusopReportOptions *options,
                GError            **error)
{
  for (guint i = 0; i < QUSOP_N_ROLES; i++) {
    if (g_strv_length (parts) != 4 || strcmp (parts[0], qusop_report_role_id (i)) != 0)
      continue;
    options->signatures[i] = (QusopSignature){ parts[1], parts[2], parts[3] };
    if (*parts[1] != '\0' && *parts[2] != '\0' && *parts[3] != '\0')
      return TRUE;
  }

  g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
               "--signed is \"%s\", must be ROLE:NAME:DATE:REASON with author, reviewer "
               "or approver",
               text);
  return FALSE;
}

/* @parts keeps the texts that @options borrow. */
static gboolean
take_report (const Words        *words,
             GPtrArray          *parts,
             QusopReportOptions *options,
             GError            **error)
{
  static const char *const templates[] = { "full", "summary", NULL };
  guint                    chosen = QUSOP_REPORT_TEMPLATE_FULL;

  if (words->template != NULL &&
      !qusop_cli_choose ("--template", words->template, templates, &chosen, error))
    return FALSE;
  *options = qusop_report_options (chosen);
  options->is_final = words->final;
  for (guint i = 0; words->signatures != NULL && words->signatures[i] != NULL; i++) {
    g_ptr_array_add (parts, g_strsplit (words->signatures[i], ":", 4));
    if (!take_signature (words->signatures[i], parts->pdata[i], options, error))
      return FALSE;
  }

  return words->sections != NULL
             ? qusop_report_options_set_sections (options, words->sections, error)
             : qusop_report_options_validate (options, error);
}

static gboolean
answer (QusopCli *cli, const char *data, const Words *words, GError **error)
{
  const gint64            started_us = g_get_monotonic_time ();
  const QsScenario        scenario = qs_scenario_default ();
  QsPopulationOptions     options;
  QsBiomarker             biomarker = QS_BIOMARKER_TRUE;
  g_autoptr (QsDataset)   dataset = NULL;
  g_autoptr (QusopOutput) output = NULL;
  g_autoptr (QsModel)     model = NULL;
  g_autoptr (GPtrArray)   results = NULL;
  g_autoptr (GPtrArray)   parts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  QusopReportOptions report;

  if (!qusop_cli_require (words->out, "--out DIR", error) ||
      !take_report (words, parts, &report, error) ||
      !qusop_cli_biomarker (words->success_on, &biomarker, error))
    return FALSE;

  dataset = qusop_cli_load (cli, data, error);
  output = dataset != NULL ? qusop_output_new (words->out, error) : NULL;
  if (output == NULL)
    return FALSE;

  model = qusop_cli_model (cli, dataset, model_name (words), &scenario, error);
  if (model == NULL)
    return FALSE;

  options = qs_population_options_for (model);
  options.seed = cli->seed;
  qusop_cli_config_population (cli, &options);
  options.biomarker = biomarker;
  if (!qusop_cli_take_patients (words->n_people_max, words->mc_error, &options, error))
    return FALSE;

  results = qs_answer (model, &options, cli->run, error);
  if (results == NULL || !qusop_cli_confront (cli, dataset, model, words->beside,
                                              words->compared, results, error))
    return FALSE;

  const Answer self = { cli, dataset, model, results, words, started_us, report };

  if (!write_all (&self, output, error))
    return FALSE;

  print (&self, words->out);
  return TRUE;
}

/* qusop-cli answer DATA [--model MODEL] --out DIR */
gboolean
qusop_cli_answer (QusopCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Words)     words = { 0 };
  const GOptionEntry entries[] = {
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &words.model,
      "pkpd, lstm, qlstm, qtlstm, qklstm (of the last dosing interval, or, as in "
      "lstm-exposure, of whole records), pinn, qpinn, logistic or emax, fitted now, or a "
      "file that "
      "fit "
      "wrote (default: pkpd)",
      "MODEL" },
    { "success-on", 0, 0, G_OPTION_ARG_STRING, &words.success_on,
      QUSOP_CLI_SUCCESS_ON_HELP, "true|observed" },
    { "max-patients", 0, 0, G_OPTION_ARG_INT64, &words.n_people_max,
      QUSOP_CLI_MAX_PATIENTS_HELP, "N" },
    { "mc-error", 0, 0, G_OPTION_ARG_STRING, &words.mc_error, QUSOP_CLI_MC_ERROR_HELP,
      "E" },
    { "beside", 0, 0, G_OPTION_ARG_FILENAME, &words.beside, QUSOP_CLI_BESIDE_HELP,
      "MODEL.json" },
    { "compared", 0, 0, G_OPTION_ARG_FILENAME, &words.compared, QUSOP_CLI_COMPARED_HELP,
      "FILE" },
    { "template", 0, 0, G_OPTION_ARG_STRING, &words.template,
      "The report: everything, or one page (default: full)", "full|summary" },
    { "sections", 0, 0, G_OPTION_ARG_STRING, &words.sections,
      "The report's sections in this order: summary, question, context, answers, "
      "exposure, curves, scenarios, data, model, diagnostics, methods, settings, limits, "
      "sign-off",
      "LIST" },
    { "signed", 0, 0, G_OPTION_ARG_STRING_ARRAY, &words.signatures,
      "A line of the sign-off card; may be repeated, with author, reviewer and approver",
      "ROLE:NAME:DATE:REASON" },
    { "final", 0, 0, G_OPTION_ARG_NONE, &words.final,
      "The report is signed and no draft: leaves the watermark out", NULL },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &words.out, "The folder to write", "DIR" },
    { NULL },
  };

  return qusop_cli_parse (cli, "DATA",
                          "Answers every question of the challenge, with a report.",
                          entries, 1, &argc, &argv, error) &&
         answer (cli, argv[1], &words, error);
}
