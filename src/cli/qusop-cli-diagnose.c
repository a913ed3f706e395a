/* SPDX-License-Identifier: Apache-2.0 */
#include "document/qusop-diagnostics.h"
#include "qusop-cli-output.h"

#include <math.h>
#include <stdio.h>

/* What the parts of one diagnosis share. Borrowed for the call. */
typedef struct {
  QusopCli            *cli;
  const QsDataset     *dataset;
  const QsModel       *model;
  const QsDiagnostics *diagnostics;
  guint                n_done;
} Diagnose;

static gboolean
write_tables (const Diagnose *self, QusopOutput *output, GError **error)
{
  const QsDiagnostics *diagnostics = self->diagnostics;

  if (!qusop_output_write (output, "residuals.csv",
                           qs_report_residuals_csv (self->dataset, diagnostics), error))
    return FALSE;
  if (diagnostics->not_applicable != NULL)
    return TRUE;

  return qusop_output_write (output, "individual.csv",
                             qs_report_individuals_csv (self->dataset, diagnostics),
                             error) &&
         qusop_output_write (output, "parameters.csv",
                             qs_report_parameters_csv (self->model), error) &&
         qusop_output_write (output, "vpc.csv", qs_report_vpc_csv (diagnostics), error) &&
         qusop_output_write (output, "attainment-check.csv",
                             qs_report_attainment_check_csv (diagnostics), error) &&
         qusop_output_write (output, "calibration.csv",
                             qs_report_calibration_csv (diagnostics), error);
}

static gboolean
draw_page (Diagnose                   *self,
           QusopOutput                *output,
           QusopDiagnosticsChart       chart,
           const QusopDiagnosticsView *view,
           guint                       n_pages,
           GError                    **error)
{
  static const char *const  endings[] = { "png", "svg" };
  g_autoptr (QusopPlotSpec) figure =
      qusop_diagnostics_draw (self->diagnostics, self->dataset, chart, view);
  g_autofree char *page =
      n_pages > 1 ? g_strdup_printf ("-%u", view->page + 1) : g_strdup ("");
  const char *endpoint = !qusop_diagnostics_has_endpoints (chart) ? ""
                         : view->endpoint == QS_ENDPOINT_PK       ? "-pk"
                                                                  : "-pd";
  const char *scale = view->logarithmic ? "-log" : "";

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++) {
    const QsEvent    event = { .stage = QS_STAGE_WRITE,
                               .fraction = 1.0 - 1.0 / (1.0 + 0.05 * self->n_done++) };
    g_autofree char *name = g_strdup_printf (
        "%s%s%s%s.%s", qusop_diagnostics_name (chart), endpoint, scale, page, endings[i]);

    if (!qs_run_step (self->cli->run, &event, error) ||
        !qusop_output_figure (output, name, figure, error))
      return FALSE;
  }

  return TRUE;
}

static gboolean
draw_pages (Diagnose             *self,
            QusopOutput          *output,
            QusopDiagnosticsChart chart,
            QusopDiagnosticsView  view,
            GError              **error)
{
  const guint n_pages =
      qusop_diagnostics_n_pages (self->diagnostics, self->dataset, chart, &view);

  for (view.page = 0; view.page < n_pages; view.page++)
    if (!draw_page (self, output, chart, &view, n_pages, error))
      return FALSE;

  return TRUE;
}

/* Both endpoints, and both scales, of what has them; individual fits on the scale that
 * the endpoint is usually read on, for they are many. */
static gboolean
draw_chart (Diagnose             *self,
            QusopOutput          *output,
            QusopDiagnosticsChart chart,
            GError              **error)
{
  for (guint endpoint = 0; endpoint < 2; endpoint++) {
    QusopDiagnosticsView view = { .endpoint = endpoint, .highlighted = G_MAXUINT };
    const gboolean       by_endpoint = qusop_diagnostics_has_endpoints (chart);
    const gboolean       one_scale = chart == QUSOP_DIAGNOSTICS_INDIVIDUALS;

    if ((by_endpoint && qs_dataset_n_observations (self->dataset, endpoint) == 0) ||
        (self->diagnostics->not_applicable != NULL && endpoint == QS_ENDPOINT_PK))
      continue;

    view.logarithmic = one_scale && endpoint == QS_ENDPOINT_PK;
    if (!draw_pages (self, output, chart, view, error))
      return FALSE;
    view.logarithmic = TRUE;
    if (!one_scale && qusop_diagnostics_has_scales (chart) &&
        !draw_pages (self, output, chart, view, error))
      return FALSE;
    if (!by_endpoint)
      return TRUE;
  }

  return TRUE;
}

/* Models without random effects have only the first figure. */
static gboolean
draw_all (Diagnose *self, QusopOutput *output, GError **error)
{
  const guint n =
      self->diagnostics->not_applicable == NULL ? QUSOP_N_DIAGNOSTICS_CHARTS : 1;

  for (guint chart = 0; chart < n; chart++)
    if (!draw_chart (self, output, chart, error))
      return FALSE;

  return TRUE;
}

static gboolean
write_all (Diagnose *self, QusopOutput *output, const char *model_name, GError **error)
{
  const QusopCli             *cli = self->cli;
  const QsDiagnosticsOptions *options = &self->diagnostics->options;
  g_autofree char            *sha256 = qs_model_sha256 (self->model);
  g_autofree char      *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, options->seed);
  g_autofree char      *n_simulations = g_strdup_printf ("%u", options->n_simulations);
  const QsReportSetting settings[] = {
    { "data", qs_dataset_path (self->dataset) },
    { "data_sha256", qs_dataset_sha256 (self->dataset) },
    { "map", cli->mapping },
    { "model", model_name },
    { "model_sha256", sha256 },
    { "n_simulations", n_simulations },
    { "external", options->other_data ? "yes" : "no" },
    { "parameter_uncertainty", options->parameter_uncertainty ? "yes" : "no" },
    { "seed", seed },
  };

  return write_tables (self, output, error) && draw_all (self, output, error) &&
         qusop_output_finish (output, "diagnose", settings, G_N_ELEMENTS (settings),
                              error);
}

/* Mean and SD of the residuals that have them. */
static void
print_residuals (const QsDiagnostics *diagnostics, QsEndpoint endpoint)
{
  g_autofree double *cwres = g_new (double, diagnostics->n_residuals + 1);
  g_autofree double *npde = g_new (double, diagnostics->n_residuals + 1);
  gsize              n_cwres = 0, n_npde = 0;

  for (gsize i = 0; i < diagnostics->n_residuals; i++) {
    const QsResidual *residual = &diagnostics->residuals[i];

    if (residual->endpoint == endpoint && isfinite (residual->cwres))
      cwres[n_cwres++] = residual->cwres;
    if (residual->endpoint == endpoint && isfinite (residual->npde))
      npde[n_npde++] = residual->npde;
  }
  if (n_cwres > 1 && n_npde > 1)
    printf ("%s  CWRES mean %6.3f SD %.3f   NPDE mean %6.3f SD %.3f   n %" G_GSIZE_FORMAT
            "   epsilon shrinkage %.1f %%\n",
            endpoint == QS_ENDPOINT_PK ? "PK" : "PD", qs_mean (cwres, n_cwres),
            sqrt (qs_variance (cwres, n_cwres)), qs_mean (npde, n_npde),
            sqrt (qs_variance (npde, n_npde)), n_cwres,
            100.0 * diagnostics->iwres_shrinkage[endpoint]);
}

static void
print_attainment (const QsDiagnostics *diagnostics)
{
  for (guint i = 0; i < diagnostics->attainment->len; i++) {
    const QsAttainmentCheck *check =
        &g_array_index (diagnostics->attainment, QsAttainmentCheck, i);

    printf ("%g mg: attained %u/%u, predicted %.1f (95 %% interval %g–%g)\n",
            check->dose_mg, check->observed, check->n, check->mean, check->low,
            check->high);
  }
}

static void
print (const Diagnose *self, const char *folder)
{
  const QsDiagnostics *diagnostics = self->diagnostics;

  qusop_cli_progress_end ();
  if (diagnostics->not_applicable != NULL)
    printf ("%s\n", diagnostics->not_applicable);
  print_residuals (diagnostics, QS_ENDPOINT_PK);
  print_residuals (diagnostics, QS_ENDPOINT_PD);
  for (guint j = 0; j < diagnostics->n_effects; j++)
    printf ("eta of %-5s SD %.3f, shrinkage %.1f %% of %u subjects\n",
            diagnostics->effects[j].name, diagnostics->effects[j].sd,
            100.0 * diagnostics->effects[j].shrinkage,
            diagnostics->effects[j].n_informed);
  print_attainment (diagnostics);
  printf ("Written to %s\n%s\n", folder, qs_intended_use ());
}

static gboolean
diagnose (QusopCli                   *cli,
          const char                 *data,
          const char                 *model_name,
          const QsDiagnosticsOptions *options,
          const char                 *out,
          GError                    **error)
{
  const QsScenario          scenario = qs_scenario_default ();
  g_autoptr (QsDataset)     dataset = NULL;
  g_autoptr (QusopOutput)   output = NULL;
  g_autoptr (QsModel)       model = NULL;
  g_autoptr (QsDiagnostics) diagnostics = NULL;

  dataset = qusop_cli_load (cli, data, error);
  output = dataset != NULL ? qusop_output_new (out, error) : NULL;
  /* A model of other data comes from a file: it can't be fitted to these. */
  if (output != NULL)
    model = options->other_data
                ? qs_model_load (model_name, error)
                : qusop_cli_model (cli, dataset, model_name, &scenario, error);
  diagnostics =
      model != NULL ? qs_diagnose (dataset, model, options, cli->run, error) : NULL;
  if (diagnostics == NULL)
    return FALSE;

  Diagnose self = { cli, dataset, model, diagnostics, 0 };

  if (!write_all (&self, output, model_name, error))
    return FALSE;

  print (&self, out);
  return TRUE;
}

/* qusop-cli diagnose DATA [--model MODEL] --out DIR */
gboolean
qusop_cli_diagnose (QusopCli *cli, int argc, char **argv, GError **error)
{
  g_autofree char     *model = NULL, *out = NULL, *threshold = NULL;
  gint                 n_simulations = 0;
  gboolean             uncertainty = FALSE, external = FALSE;
  QsDiagnosticsOptions options = qs_diagnostics_options_default ();
  const GOptionEntry   entries[] = {
      { "model", 0, 0, G_OPTION_ARG_FILENAME, &model,
        "A file that fit wrote, or pkpd, lstm, qlstm, qtlstm, qklstm, pinn, qpinn, "
          "logistic or emax, fitted now (default: pkpd)",
        "MODEL" },
      { "simulations", 0, 0, G_OPTION_ARG_INT, &n_simulations,
        "Simulated studies, 100–10000 (default: 1000)", "N" },
      { "uncertainty", 0, 0, G_OPTION_ARG_NONE, &uncertainty,
        "Simulate each study from one of the model's parameter draws", NULL },
      { "external", 0, 0, G_OPTION_ARG_NONE, &external,
        "DATA are not those of the fit: how well are they predicted?", NULL },
      { "threshold", 0, 0, G_OPTION_ARG_STRING, &threshold,
        "Biomarker threshold of attainment, ng/mL (default: 3.3)", "X" },
      { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, "The folder to write", "DIR" },
      { NULL },
  };

  if (!qusop_cli_parse (cli, "DATA",
                        "Residuals, individual fits, visual predictive checks and "
                        "random effects of a model.",
                        entries, 1, &argc, &argv, error) ||
      !qusop_cli_require (out, "--out DIR", error))
    return FALSE;
  if (threshold != NULL &&
      !qusop_cli_number ("--threshold", threshold, &options.threshold_ng_ml, error))
    return FALSE;

  options.seed = cli->seed;
  options.parameter_uncertainty = uncertainty;
  options.other_data = external;
  if (n_simulations != 0)
    options.n_simulations = (guint) MAX (0, n_simulations);

  return qs_diagnostics_options_validate (&options, error) &&
         diagnose (cli, argv[1], model != NULL ? model : "pkpd", &options, out, error);
}
