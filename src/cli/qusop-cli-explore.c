/* SPDX-License-Identifier: Apache-2.0 */
#include "document/qusop-explore.h"
#include "qusop-cli-output.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What the parts of one exploration share. Borrowed for the call. */
typedef struct {
  QusopCli        *cli;
  const QsDataset *dataset;
  const QsNca     *nca;  /* nullable */
  const QsModel   *emax; /* nullable */
  QusopExploreView view;
  guint            n_done;
} Explore;

static gboolean
has (const Explore *self, QsEndpoint endpoint)
{
  return qs_dataset_n_observations (self->dataset, endpoint) > 0;
}

static gboolean
write_figure (Explore             *self,
              QusopOutput         *output,
              const char          *name,
              const QusopPlotSpec *figure,
              GError             **error)
{
  static const char *const endings[] = { "png", "svg" };
  const QsEvent            event = {
               .stage = QS_STAGE_WRITE,
               .fraction = 1.0 - 1.0 / (1.0 + 0.1 * self->n_done++),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *file = g_strdup_printf ("%s.%s", name, endings[i]);

    if (!qs_run_step (self->cli->run, &event, error) ||
        !qusop_output_figure (output, file, figure, error))
      return FALSE;
  }

  return TRUE;
}

static gboolean
draw (Explore *self, QusopOutput *output, QusopExploreChart chart, GError **error)
{
  g_autoptr (QusopPlotSpec) figure =
      qusop_explore_draw (self->dataset, chart, &self->view);
  g_autofree char *arm = isfinite (self->view.arm_mg)
                             ? g_strdup_printf ("-%gmg", self->view.arm_mg)
                             : g_strdup ("");
  g_autofree char *name = g_strdup_printf ("%s%s%s", qusop_explore_name (chart), arm,
                                           !qusop_explore_has_scales (chart) ? ""
                                           : self->view.logarithmic          ? "-log"
                                                                             : "-linear");

  return write_figure (self, output, name, figure, error);
}

/* Each arm by itself, on the scale that its endpoint is usually read on. */
static gboolean
draw_arms (Explore *self, QusopOutput *output, QusopExploreChart chart, GError **error)
{
  const QsStudyFacts facts = qs_dataset_facts (self->dataset);
  gboolean           good = TRUE;

  self->view.logarithmic = qusop_explore_needs (chart, QS_ENDPOINT_PK);
  for (guint i = 0; good && i < facts.n_doses; i++) {
    self->view.arm_mg = facts.doses_mg[i];
    /* Who got nothing has no concentrations. */
    good = (facts.doses_mg[i] == 0.0 && self->view.logarithmic) ||
           draw (self, output, chart, error);
  }
  self->view.arm_mg = NAN;

  return good;
}

static gboolean
draw_chart (Explore *self, QusopOutput *output, QusopExploreChart chart, GError **error)
{
  self->view.logarithmic = FALSE;
  if (!draw (self, output, chart, error))
    return FALSE;

  self->view.logarithmic = TRUE;
  if (qusop_explore_has_scales (chart) && !draw (self, output, chart, error))
    return FALSE;

  return !qusop_explore_has_arms (chart) || draw_arms (self, output, chart, error);
}

static gboolean
draw_all (Explore *self, QusopOutput *output, GError **error)
{
  for (guint chart = 0; chart < QUSOP_N_EXPLORE_CHARTS; chart++) {
    const QsEndpoint endpoint =
        qusop_explore_needs (chart, QS_ENDPOINT_PK) ? QS_ENDPOINT_PK : QS_ENDPOINT_PD;

    if (has (self, endpoint) && !draw_chart (self, output, chart, error))
      return FALSE;
  }

  return TRUE;
}

static gboolean
write_biomarker_tables (const Explore *self, QusopOutput *output, GError **error)
{
  g_autoptr (QsSweep) sweep = qusop_explore_sweep (self->dataset, &self->view, FALSE);

  return qusop_output_write (output, "attainment.csv",
                             qs_report_attainment_csv (self->dataset, self->view.success,
                                                       self->view.threshold_ng_ml),
                             error) &&
         qusop_output_write (output, "threshold-sweep.csv", qs_report_sweep_csv (sweep),
                             error) &&
         (self->emax == NULL ||
          qusop_output_write (output, "emax.json", qs_report_emax_json (self->emax),
                              error));
}

static gboolean
write_tables (const Explore *self, QusopOutput *output, GError **error)
{
  if (self->nca != NULL &&
      (!qusop_output_write (output, "nca.csv",
                            qs_report_nca_csv (self->dataset, self->nca), error) ||
       !qusop_output_write (output, "nca-summary.csv",
                            qs_report_nca_summary_csv (self->nca), error)))
    return FALSE;

  return !has (self, QS_ENDPOINT_PD) || write_biomarker_tables (self, output, error);
}

static gboolean
write_all (Explore *self, QusopOutput *output, GError **error)
{
  const QusopCli       *cli = self->cli;
  g_autofree char      *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, cli->seed);
  g_autofree char      *threshold = g_strdup_printf ("%g", self->view.threshold_ng_ml);
  const QsReportSetting settings[] = {
    { "data", qs_dataset_path (self->dataset) },
    { "data_sha256", qs_dataset_sha256 (self->dataset) },
    { "map", cli->mapping },
    { "seed", seed },
    { "threshold_ng_ml", threshold },
    { "success", self->view.success == QS_SUCCESS_BELOW ? "below" : "above" },
  };

  return write_tables (self, output, error) && draw_all (self, output, error) &&
         qusop_output_finish (output, "explore", settings, G_N_ELEMENTS (settings),
                              error);
}

static void
print_summary (const QsNca *nca, guint arm, QsNcaParameter parameter)
{
  const QsNcaParameterInfo *info = qs_nca_parameter_info (parameter);
  const QsNcaSummary        summary = qs_nca_summary (nca, arm, parameter);
  /* printf() counts bytes. */
  const int unit_width = 8 + (int) (strlen (info->unit) - g_utf8_strlen (info->unit, -1));
  g_autofree char *mean = qs_report_significant (summary.geometric_mean);
  g_autofree char *cv = qs_report_significant (summary.geometric_cv_percent);
  g_autofree char *median = qs_report_significant (summary.median);
  g_autofree char *low = qs_report_significant (summary.low);
  g_autofree char *high = qs_report_significant (summary.high);

  if (summary.n > 0)
    printf ("%7g  %-8s %-*s %4u %10s %8s %10s  %s–%s\n", qs_nca_arm_mg (nca, arm),
            info->code, unit_width, info->unit, summary.n, mean, cv, median, low, high);
}

static void
print_nca (const QsNca *nca)
{
  static const QsNcaParameter shown[] = {
    QS_NCA_CMAX,    QS_NCA_TMAX,   QS_NCA_CTROUGH,   QS_NCA_AUC_TAU,      QS_NCA_CL_TAU,
    QS_NCA_AUC_INF, QS_NCA_CL_INF, QS_NCA_HALF_LIFE, QS_NCA_STEADY_STATE,
  };

  printf ("Dose mg  Code     Unit        n   Geo mean  Geo CV %%     Median  Range\n");
  for (guint arm = 0; arm < qs_nca_n_arms (nca); arm++) {
    for (gsize i = 0; i < G_N_ELEMENTS (shown); i++)
      print_summary (nca, arm, shown[i]);
  }
}

/* What is left out is said, with the reason. */
static void
print (const Explore *self, const char *folder)
{
  qusop_cli_progress_end ();
  if (self->nca != NULL)
    print_nca (self->nca);
  else
    printf ("Left out: noncompartmental analysis and concentration figures, because the "
            "study has no concentrations (DVID 1)\n");
  if (!has (self, QS_ENDPOINT_PD))
    printf ("Left out: attainment, threshold sweep, dose response and biomarker figures, "
            "because the study has no biomarker values (DVID 2)\n");
  else if (self->emax == NULL)
    printf ("Left out: emax.json and the curve of the dose response: %s\n",
            self->view.emax_reason);
  printf ("Written to %s\n%s\n", folder, qs_intended_use ());
}

/* A model that the data cannot carry is left out; everything else ends the command. */
static gboolean
fit (Explore *self, QsModel **model, GError **reason, GError **error)
{
  QsFitOptions options = qs_fit_options_default (QS_MODEL_EMAX);
  GError      *cause = NULL;

  options.seed = self->cli->seed;
  *model = qs_fit (self->dataset, &options, self->cli->run, &cause);
  if (*model != NULL)
    return TRUE;
  if (!g_error_matches (cause, QS_ERROR, QS_ERROR_TOO_FEW) &&
      !g_error_matches (cause, QS_ERROR, QS_ERROR_DATA)) {
    g_propagate_error (error, cause);
    return FALSE;
  }

  g_propagate_error (reason, cause);
  return TRUE;
}

static gboolean
require_observations (const Explore *self, GError **error)
{
  if (has (self, QS_ENDPOINT_PK) || has (self, QS_ENDPOINT_PD))
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_TOO_FEW,
               "%s: found no observations; exploring needs concentrations (DVID 1) or "
               "biomarker values (DVID 2). Add them, or map their column with --map",
               qs_dataset_path (self->dataset));
  return FALSE;
}

static gboolean
explore (QusopCli   *cli,
         const char *data,
         double      threshold_ng_ml,
         QsSuccess   success,
         const char *out,
         GError    **error)
{
  g_autoptr (QsDataset)   dataset = NULL;
  g_autoptr (QusopOutput) output = NULL;
  g_autoptr (QsNca)       nca = NULL;
  g_autoptr (QsModel)     emax = NULL;
  g_autoptr (GError)      reason = NULL;
  Explore                 self = {
                    .cli = cli,
                    .view = { .success = success,
                              .threshold_ng_ml = threshold_ng_ml,
                              .arm_mg = NAN,
                              .highlighted = G_MAXUINT },
  };

  dataset = qusop_cli_look (cli, data, error);
  self.dataset = dataset;
  if (dataset == NULL || !require_observations (&self, error))
    return FALSE;

  output = qusop_output_new (out, error);
  if (output == NULL)
    return FALSE;

  if (has (&self, QS_ENDPOINT_PK)) {
    nca = qs_nca_new (dataset, cli->run, error);
    if (nca == NULL)
      return FALSE;
  }
  if (has (&self, QS_ENDPOINT_PD) && !fit (&self, &emax, &reason, error))
    return FALSE;

  self.nca = nca;
  self.emax = emax;
  self.view.emax = emax;
  self.view.emax_reason = reason != NULL ? reason->message : NULL;
  if (!write_all (&self, output, error))
    return FALSE;

  print (&self, out);
  return TRUE;
}

/* qusop-cli explore DATA --out DIR */
gboolean
qusop_cli_explore (QusopCli *cli, int argc, char **argv, GError **error)
{
  static const char *const sides[] = { "below", "above", NULL };
  g_autofree char         *out = NULL, *threshold = NULL, *success = NULL;
  QsScenario               scenario = qs_scenario_default ();
  guint                    side = 0;
  const GOptionEntry       entries[] = {
          { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, "The folder to write", "DIR" },
          { "threshold", 0, 0, G_OPTION_ARG_STRING, &threshold,
            "Biomarker threshold, ng/mL (default: 3.3)", "X" },
          { "success", 0, 0, G_OPTION_ARG_STRING, &success,
            "Success is at or below the threshold, or above (default: below)", "below|above" },
          { NULL },
  };

  if (!qusop_cli_parse (cli, "DATA",
                        "Figures, noncompartmental analysis, observed attainment, "
                        "threshold sweep and dose response of a study.",
                        entries, 1, &argc, &argv, error) ||
      !qusop_cli_require (out, "--out DIR", error))
    return FALSE;
  if (threshold != NULL &&
      !qusop_cli_number ("--threshold", threshold, &scenario.threshold_ng_ml, error))
    return FALSE;
  if (success != NULL && !qusop_cli_choose ("--success", success, sides, &side, error))
    return FALSE;

  scenario.success = side == 0 ? QS_SUCCESS_BELOW : QS_SUCCESS_ABOVE;
  return qs_scenario_validate (&scenario, error) &&
         explore (cli, argv[1], scenario.threshold_ng_ml, scenario.success, out, error);
}
