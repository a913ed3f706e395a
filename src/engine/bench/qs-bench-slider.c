/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/qs-bench-suite.h"

#include "core/qs-stats.h"
#include "nn/qs-exposure-fit.h"

#define N_SLIDER_STEPS 400
/* Of networks on exposure, which run anew for every patient: each control twice. */
#define N_DEAR_STEPS 14

/* What a hand on the sliders asks for: every control moves in turn. */
static QsScenario
slide (guint step)
{
  QsScenario   scenario = qs_scenario_default ();
  const double way = (step % 100) / 100.0;

  switch (step % 7) {
  case 0:
    scenario.bw = qs_prior_uniform (50.0 + 30.0 * way, 140.0);
    break;
  case 1:
    scenario.bw = qs_prior_uniform (50.0, 90.0 + 60.0 * way);
    break;
  case 2:
    scenario.bw = (QsPrior){ QS_PRIOR_NORMAL, 70.0 + 30.0 * way, 12.0, 40.0, 150.0 };
    break;
  case 3:
    scenario.bw = (QsPrior){ QS_PRIOR_LOGNORMAL, 75.0, 0.1 + 0.2 * way, 30.0, 200.0 };
    break;
  case 4:
    scenario.comed_share = way;
    break;
  case 5:
    scenario.threshold_ng_ml = 2.5 + 2.0 * way;
    break;
  default:
    scenario.target = 0.5 + 0.45 * way;
    break;
  }

  return scenario;
}

static gboolean
time_steps (QsPopulation *population,
            guint         n_steps,
            double       *ms,
            gsize        *n_doses,
            QsRun        *run,
            GError      **error)
{
  for (guint i = 0; i < n_steps; i++) {
    const QsScenario     scenario = slide (i);
    const gint64         start_us = g_get_monotonic_time ();
    g_autoptr (QsResult) result = qs_solve (population, &scenario, run, error);

    ms[i] = 1e3 * qs_bench_seconds_since (start_us);
    if (result == NULL)
      return FALSE;
    *n_doses = result->n_estimates;
  }

  qs_sort (ms, n_steps);
  return TRUE;
}

static gboolean
report_slider (QsBench                   *self,
               QsPopulation              *population,
               const QsPopulationOptions *options,
               guint                      n_steps,
               const char                *p50,
               const char                *p95,
               const QsBenchListener     *listener,
               GError                   **error)
{
  double ms[N_SLIDER_STEPS];
  gsize  n_doses = 0;

  if (!time_steps (population, n_steps, ms, &n_doses, self->run, error))
    return FALSE;

  g_autofree char *context = g_strdup_printf (
      "steps of body weight (ends and shape), co-medication, threshold and target in "
      "turn; "
      "%u replicates of %u subjects, %" G_GSIZE_FORMAT " doses",
      options->n_replicates, options->n_subjects, n_doses);
  QsBenchFigure figure = {
    .name = p50,
    .value = qs_quantile_sorted (ms, n_steps, 0.5),
    .unit = "ms",
    .lower_is_better = TRUE,
    .n = n_steps,
    .n_threads = qs_run_n_threads (self->run),
    .context = context,
  };

  qs_bench_report (listener, &figure);
  figure.name = p95;
  figure.value = qs_quantile_sorted (ms, n_steps, 0.95);
  qs_bench_report (listener, &figure);
  return TRUE;
}

gboolean
qs_bench_slider (QsBench *self, const QsBenchListener *listener, GError **error)
{
  const QsPopulationOptions options = qs_population_options_default (QS_MODEL_LSTM);
  g_autoptr (QsPopulation)  population = qs_bench_lstm_population (self, error);

  return population != NULL &&
         report_slider (self, population, &options, N_SLIDER_STEPS, "slider-p50",
                        "slider-p95", listener, error);
}

/* Makes virtual patients of @model, and tells how long that takes. */
static QsPopulation *
time_population (QsBench                   *self,
                 const QsModel             *model,
                 const QsPopulationOptions *options,
                 const char                *name,
                 const QsBenchListener     *listener,
                 GError                   **error)
{
  const gint64  start_us = g_get_monotonic_time ();
  QsPopulation *population = qs_population_new (model, options, self->run, error);

  if (population == NULL)
    return NULL;

  const QsBenchFigure figure = {
    .name = name,
    .value = qs_bench_seconds_since (start_us),
    .unit = "s",
    .lower_is_better = TRUE,
    .n = options->n_subjects * options->n_replicates,
    .n_threads = qs_run_n_threads (self->run),
    .context = "virtual patients of the estimate and 2,000 of each draw, one regimen",
  };

  qs_bench_report (listener, &figure);
  return population;
}

gboolean
qs_bench_pkpd_slider (QsBench *self, const QsBenchListener *listener, GError **error)
{
  const QsPopulationOptions options = qs_population_options_default (QS_MODEL_PKPD);
  g_autoptr (QsPopulation)  population = NULL;

  if (!qs_bench_ensure_pkpd (self, error))
    return FALSE;

  population =
      time_population (self, self->pkpd, &options, "pkpd-population", listener, error);
  return population != NULL &&
         report_slider (self, population, &options, N_SLIDER_STEPS, "pkpd-slider-p50",
                        "pkpd-slider-p95", listener, error);
}

/* A network on exposure is searched anew at every step but those of the target. */
gboolean
qs_bench_exposure_slider (QsBench *self, const QsBenchListener *listener, GError **error)
{
  QsFitOptions             fit = qs_fit_options_default (QS_MODEL_LSTM);
  QsPopulationOptions      options;
  g_autoptr (QsModel)      model = NULL;
  g_autoptr (QsPopulation) population = NULL;

  if (!qs_bench_ensure_pkpd (self, error))
    return FALSE;

  qs_fit_options_set_input (&fit, QS_INPUT_EXPOSURE);
  model = qs_exposure_fit (self->dataset, &fit, self->pkpd, self->run, error);
  if (model == NULL)
    return FALSE;

  options = qs_population_options_for (model);
  population =
      time_population (self, model, &options, "exposure-population", listener, error);
  return population != NULL &&
         report_slider (self, population, &options, N_DEAR_STEPS, "exposure-slider-p50",
                        "exposure-slider-p95", listener, error);
}
