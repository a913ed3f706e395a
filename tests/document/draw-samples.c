/* SPDX-License-Identifier: Apache-2.0 */

/* Draws every chart in every theme and several sizes to PNG files, for the eye; with a
 * study also its charts and its report: draw-samples FOLDER [DATA.csv] */
#include "qusop-report.h"
#include "samples.h"

static const struct {
  const char    *name;
  QusopPlotTheme theme;
  int            width, height;
  double         scale, text_scale;
} looks[] = {
  { "light", QUSOP_PLOT_LIGHT, 640, 420, 2.0, 1.0 },
  { "dark", QUSOP_PLOT_DARK, 640, 420, 2.0, 1.0 },
  { "contrast-light", QUSOP_PLOT_LIGHT_HIGH_CONTRAST, 640, 420, 2.0, 1.0 },
  { "contrast-dark", QUSOP_PLOT_DARK_HIGH_CONTRAST, 640, 420, 2.0, 1.0 },
  { "print", QUSOP_PLOT_PRINT, 640, 420, 2.0, 1.0 },
  { "large-text", QUSOP_PLOT_LIGHT, 640, 420, 2.0, 2.0 },
  { "small", QUSOP_PLOT_LIGHT, 320, 240, 2.0, 1.0 },
  { "small-large-text", QUSOP_PLOT_DARK, 320, 240, 2.0, 2.0 },
  { "wide", QUSOP_PLOT_LIGHT, 1280, 420, 1.0, 1.0 },
  { "tall", QUSOP_PLOT_LIGHT, 400, 800, 1.0, 1.0 },
  { "4k", QUSOP_PLOT_LIGHT, 3840, 2160, 1.0, 1.0 },
  { "mini", QUSOP_PLOT_LIGHT, 216, 60, 3.0, 1.0 },
};

static void
draw (const QusopPlotSpec *spec, const char *folder, const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (looks); i++) {
    g_autofree char *path = g_strdup_printf ("%s/%s-%s.png", folder, name, looks[i].name);
    cairo_surface_t *surface =
        cairo_image_surface_create (CAIRO_FORMAT_ARGB32, looks[i].width * looks[i].scale,
                                    looks[i].height * looks[i].scale);
    cairo_t *cr = cairo_create (surface);

    cairo_scale (cr, looks[i].scale, looks[i].scale);
    qusop_plot_draw (cr, spec, looks[i].width, looks[i].height, looks[i].theme,
                     looks[i].text_scale);
    cairo_destroy (cr);
    if (cairo_surface_write_to_png (surface, path) != CAIRO_STATUS_SUCCESS)
      g_printerr ("%s cannot be written\n", path);
    cairo_surface_destroy (surface);
  }
}

static void
draw_dose (const char *folder)
{
  const QsStudyFacts        facts = sample_facts ();
  g_autoptr (QsResult)      result = sample_result ();
  g_autoptr (QsResult)      pinned = sample_result ();
  g_autoptr (QusopPlotSpec) spec = NULL;
  g_autoptr (QusopPlotSpec) alone = NULL;
  g_autoptr (QusopPlotSpec) refused = NULL;

  pinned->scenario.comed_share = 0.0;
  for (gsize i = 0; i < pinned->n_estimates; i++)
    pinned->estimates[i].probability =
        pinned->estimates[i].lower * pinned->estimates[i].lower;
  spec = qusop_figure_dose_success (result, &facts, pinned,
                                    QUSOP_BAND_PARAMETER | QUSOP_BAND_MONTE_CARLO |
                                        QUSOP_BAND_REPLICATES);
  draw (spec, folder, "dose");
  alone = qusop_figure_dose_success (result, &facts, NULL, QUSOP_BAND_PARAMETER);
  draw (alone, folder, "alone");

  pinned->n_estimates = 0;
  g_strfreev (pinned->warnings);
  pinned->warnings = g_strdupv ((char *[]){
      "This model learned one day of a daily regimen, so it cannot say what a "
      "weekly dose does.",
      NULL });
  refused = qusop_figure_dose_success (pinned, &facts, NULL, QUSOP_BAND_PARAMETER);
  draw (refused, folder, "refused");
}

static void
draw_others (const char *folder)
{
  const QsPrior             prior = qs_prior_uniform (50.0, 100.0);
  g_autoptr (GArray)        history = sample_history ();
  g_autoptr (QusopPlotSpec) loss =
      qusop_figure_loss ((const QsLossPoint *) history->data, history->len, 212);
  g_autoptr (QusopPlotSpec) density = qusop_figure_prior (&prior);

  draw (loss, folder, "loss");
  draw (density, folder, "prior");
}

static void
draw_dataset (const QsDataset *dataset, const char *folder)
{
  QusopObserved             concentration = qusop_observed_default (QS_ENDPOINT_PK);
  QusopObserved             biomarker = qusop_observed_default (QS_ENDPOINT_PD);
  g_autoptr (QusopPlotSpec) pk = qusop_figure_observed (dataset, &concentration);
  g_autoptr (QusopPlotSpec) pd = qusop_figure_observed (dataset, &biomarker);
  g_autoptr (QusopPlotSpec) arms =
      qusop_figure_attainment (dataset, QS_SUCCESS_BELOW, 3.3);

  draw (pk, folder, "pk");
  draw (pd, folder, "pd");
  draw (arms, folder, "arms");
}

static gboolean
draw_study (const char *path, const char *folder, GError **error)
{
  const QsFitOptions        fit = qs_fit_options_default (QS_MODEL_LSTM);
  const QsPopulationOptions population = qs_population_options_default (QS_MODEL_LSTM);
  g_autoptr (QsRun)         run = qs_run_new (2, NULL, NULL);
  g_autoptr (QsDataset)     dataset = qs_dataset_load (path, NULL, run, error);
  g_autoptr (QsModel)       model = NULL;
  g_autoptr (GPtrArray)     results = NULL;

  if (dataset == NULL || !qs_dataset_require (dataset, error))
    return FALSE;

  draw_dataset (dataset, folder);
  model = qs_fit (dataset, &fit, run, error);
  if (model == NULL)
    return FALSE;

  results = qs_answer (model, &population, run, error);
  return results != NULL &&
         qusop_report_write (dataset, model, results, NULL, folder, run, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (argc < 2) {
    g_printerr ("usage: %s FOLDER [DATA.csv]\n", argv[0]);
    return 1;
  }
  if (g_mkdir_with_parents (argv[1], 0755) != 0)
    return 1;

  draw_dose (argv[1]);
  draw_others (argv[1]);
  if (argc > 2 && !draw_study (argv[2], argv[1], &error)) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  return 0;
}
