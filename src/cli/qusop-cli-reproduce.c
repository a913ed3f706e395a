/* SPDX-License-Identifier: Apache-2.0 */
#include "document/qusop-figures.h"
#include "qusop-cli-output.h"

#include <math.h>
#include <stdio.h>

/* What the parts of one reproduction share. Borrowed for the call. */
typedef struct {
  QusopCli          *cli;
  const QsDataset   *dataset;
  const QsPublished *published;
  const QsModel     *model;
  GPtrArray         *results; /* daily 90 and 75 %, then weekly */
  const char        *model_name;
} Reproduce;

static gboolean
draw (QusopOutput *output, const char *name, QusopPlotSpec *figure, GError **error)
{
  static const char *const  endings[] = { "png", "svg", "csv" };
  g_autoptr (QusopPlotSpec) owned = figure;

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *file = g_strdup_printf ("%s.%s", name, endings[i]);

    if (!qusop_output_figure (output, file, owned, error))
      return FALSE;
  }

  return TRUE;
}

static gboolean
write_all (const Reproduce *self, QusopOutput *output, GError **error)
{
  const QsPublishedOptions *options = &self->published->options;
  g_autofree char          *sha256 = qs_model_sha256 (self->model);
  g_autofree char          *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, options->seed);
  g_autofree char          *n_replicates = g_strdup_printf ("%u", options->n_replicates);
  g_autofree char          *n_networks = g_strdup_printf ("%u", options->n_networks);
  g_autofree char          *n_epochs = g_strdup_printf ("%u", options->n_epochs);
  const QsReportSetting     settings[] = {
        { "data", qs_dataset_path (self->dataset) },
        { "data_sha256", qs_dataset_sha256 (self->dataset) },
        { "map", self->cli->mapping },
        { "model", self->model_name },
        { "model_sha256", sha256 },
        { "replicates", n_replicates },
        { "networks", n_networks },
        { "epochs", n_epochs },
        { "seed", seed },
  };

  return qusop_output_write (
             output, "reproduce.json",
             qs_report_published_json (self->published, self->model, self->results),
             error) &&
         qusop_output_write (output, "curves.csv",
                             qs_report_published_csv (self->published), error) &&
         draw (output, "labels",
               qusop_figure_published_labels (self->published, self->dataset), error) &&
         qs_run_step (self->cli->run, NULL, error) &&
         draw (output, "success",
               qusop_figure_published_curves (self->published, self->model,
                                              self->results->pdata[0]),
               error) &&
         qusop_output_finish (output, "reproduce", settings, G_N_ELEMENTS (settings),
                              error);
}

static void
print_dose (const char *name, const QsPublishedCurve *curve, guint target, gboolean mean)
{
  const QsPublishedDose *dose = &curve->doses[target];
  const double           end_mg =
      (double) curve->n_doses * qs_regimen_grid_step_mg (curve->regimen);

  printf ("  %-34s %-3s %3.0f %%  ", name, qs_regimen_name (curve->regimen),
          100.0 * qs_published_targets[target]);
  if (isnan (dose->curve_mg))
    printf ("not reached by %g mg\n", end_mg);
  else if (mean && isfinite (dose->mean_mg))
    printf ("%.2f mg [%g, %g], on the mean curve %.2f mg\n", dose->mean_mg, dose->low_mg,
            dose->high_mg, dose->curve_mg);
  else
    printf ("%.2f mg on the mean curve\n", dose->curve_mg);
}

static void
print_view (const QsPublishedView *view, const char *title)
{
  printf ("%s: labels of %g–%g h, %u of %u succeed\n", title, view->from_h, view->to_h,
          view->n_attained, view->n);
  for (guint target = 0; target < QS_PUBLISHED_N_TARGETS; target++)
    print_dose ("logistic link", &view->logistic, target, TRUE);
  for (guint i = 0; i < view->networks->len; i++) {
    g_autofree char *name = g_strdup_printf ("network %u", i / 2);

    print_dose (name, &g_array_index (view->networks, QsPublishedCurve, i),
                QS_PUBLISHED_N_TARGETS - 1, FALSE);
  }
  puts ("");
}

static void
print (const Reproduce *self, const char *folder)
{
  const QsPublished *published = self->published;

  qusop_cli_progress_end ();
  print_view (&published->views[QS_WINDOW_PUBLISHED], "As published");
  print_view (&published->views[QS_WINDOW_LAST_DOSE], "The same from the right window");
  printf ("QuSOP's own answers, model %s\n", qs_model_kind_name (self->model->kind));
  qusop_cli_print_answers (self->results);
  puts ("\nWhy the published figures are not advice");
  for (guint i = 0; published->reasons[i] != NULL; i++)
    printf ("- %s\n", published->reasons[i]);
  printf ("\nWritten to %s: reproduce.json, curves.csv, labels and success as png, svg "
          "and csv\n%s\n",
          folder, qs_intended_use ());
}

static gboolean
reproduce (QusopCli                 *cli,
           const char               *data,
           const char               *model_name,
           const QsPublishedOptions *options,
           const char               *out,
           GError                  **error)
{
  const QsScenario        scenario = qs_scenario_default ();
  g_autoptr (QsDataset)   dataset = qusop_cli_load (cli, data, error);
  g_autoptr (QusopOutput) output = NULL;
  g_autoptr (QsPublished) published = NULL;
  g_autoptr (QsModel)     model = NULL;
  g_autoptr (GPtrArray)   results = NULL;

  output = dataset != NULL ? qusop_output_new (out, error) : NULL;
  if (output == NULL)
    return FALSE;

  published = qs_reproduce (dataset, options, cli->run, error);
  model = published != NULL ? qusop_cli_model (cli, dataset, model_name, &scenario, error)
                            : NULL;
  results =
      model != NULL ? qs_published_beside (model, cli->seed, cli->run, error) : NULL;
  if (results == NULL)
    return FALSE;

  const Reproduce self = { cli, dataset, published, model, results, model_name };

  if (!write_all (&self, output, error))
    return FALSE;

  print (&self, out);
  return TRUE;
}

static gboolean
is_count (const char *option, int value, int low, GError **error)
{
  if (value >= low && value <= 100000)
    return TRUE;

  g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
               "%s is %d, must lie in [%d, 100000]", option, value, low);
  return FALSE;
}

/* qusop-cli reproduce DATA --out DIR */
gboolean
qusop_cli_reproduce (QusopCli *cli, int argc, char **argv, GError **error)
{
  QsPublishedOptions options = qs_published_options_default ();
  g_autofree char   *model = NULL, *out = NULL;
  int                n_networks = (int) options.n_networks;
  int                n_epochs = (int) options.n_epochs;
  int                n_replicates = (int) options.n_replicates;
  const GOptionEntry entries[] = {
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &model,
      "Whose answers to show beside: a model fitted now, or a file that fit wrote "
      "(default: pkpd)",
      "MODEL" },
    { "networks", 0, 0, G_OPTION_ARG_INT, &n_networks,
      "Networks, each from its own seed (default: 5)", "N" },
    { "epochs", 0, 0, G_OPTION_ARG_INT, &n_epochs,
      "Training epochs of each (default: 400)", "N" },
    { "replicates", 0, 0, G_OPTION_ARG_INT, &n_replicates,
      "Resampled populations (default: 1000)", "N" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, "The folder to write", "DIR" },
    { NULL },
  };

  if (!qusop_cli_parse (cli, "DATA",
                        "The pipeline of the QuSOP paper as it was published, beside the "
                        "right window and QuSOP's own answers. Never advice.",
                        entries, 1, &argc, &argv, error) ||
      !qusop_cli_require (out, "--out DIR", error) ||
      !is_count ("--networks", n_networks, 0, error) ||
      !is_count ("--epochs", n_epochs, 1, error) ||
      !is_count ("--replicates", n_replicates, 1, error))
    return FALSE;

  options.seed = cli->seed;
  options.n_networks = (guint) n_networks;
  options.n_epochs = (guint) n_epochs;
  options.n_replicates = (guint) n_replicates;
  return reproduce (cli, argv[1], model != NULL ? model : "pkpd", &options, out, error);
}
