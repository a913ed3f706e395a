/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-explore.h"

#include <math.h>

#define N_THRESHOLDS 401

static const struct {
  const char *name; /* of files */
  QsEndpoint  endpoint;
  gboolean    has_scales;
} charts[QUSOP_N_EXPLORE_CHARTS] = {
  [QUSOP_EXPLORE_BIOMARKER] = { "biomarker", QS_ENDPOINT_PD, TRUE },
  [QUSOP_EXPLORE_CONCENTRATION] = { "concentration", QS_ENDPOINT_PK, TRUE },
  [QUSOP_EXPLORE_BIOMARKER_MEAN] = { "biomarker-mean", QS_ENDPOINT_PD, TRUE },
  [QUSOP_EXPLORE_CONCENTRATION_MEAN] = { "concentration-mean", QS_ENDPOINT_PK, TRUE },
  [QUSOP_EXPLORE_ATTAINMENT] = { "attainment", QS_ENDPOINT_PD, FALSE },
  [QUSOP_EXPLORE_EXTREMES] = { "extremes", QS_ENDPOINT_PD, TRUE },
  [QUSOP_EXPLORE_SWEEP] = { "threshold-sweep", QS_ENDPOINT_PD, FALSE },
  [QUSOP_EXPLORE_SWEEP_NEAR] = { "threshold-sweep-near", QS_ENDPOINT_PD, FALSE },
  [QUSOP_EXPLORE_EMAX] = { "dose-response", QS_ENDPOINT_PD, TRUE },
  [QUSOP_EXPLORE_COVARIATES] = { "covariates", QS_ENDPOINT_PD, TRUE },
};

const char *
qusop_explore_name (QusopExploreChart chart)
{
  return charts[chart].name;
}

/* Whether the value axis can be linear or logarithmic. */
gboolean
qusop_explore_has_scales (QusopExploreChart chart)
{
  return charts[chart].has_scales;
}

/* Whether one arm can be shown alone; these charts also point out a subject. */
gboolean
qusop_explore_has_arms (QusopExploreChart chart)
{
  return chart == QUSOP_EXPLORE_BIOMARKER || chart == QUSOP_EXPLORE_CONCENTRATION;
}

/* Whether there is no chart without observations of @endpoint. */
gboolean
qusop_explore_needs (QusopExploreChart chart, QsEndpoint endpoint)
{
  return charts[chart].endpoint == endpoint;
}

/* The highest of the values that decide about success; 0 without any. */
static double
highest_decider (const QsDataset *dataset, QsSuccess success)
{
  double highest = 0.0;

  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++) {
    double extreme;

    if (qs_window_extreme (qs_dataset_subject (dataset, i), success, &extreme))
      highest = fmax (highest, extreme);
  }

  return highest;
}

/**
 * qusop_explore_sweep:
 * @near: only a quarter around the threshold, in steps of 0.5 ng/mL: 2.5–4 around 3.3;
 * else from 0 to where every arm has come to its end
 *
 * Returns: (transfer full): the sweep of the thresholds
 */
QsSweep *
qusop_explore_sweep (const QsDataset        *dataset,
                     const QusopExploreView *view,
                     gboolean                near)
{
  const double around_ng_ml = view->threshold_ng_ml;
  double       low = 0.0;
  double       high =
      fmax (ceil (highest_decider (dataset, view->success)), 2.0 * around_ng_ml);

  if (near) {
    low = 0.5 * rint (2.0 * 0.75 * around_ng_ml);
    high = fmax (0.5 * rint (2.0 * 1.25 * around_ng_ml), low + 0.5);
  }

  return qs_sweep_new (dataset, view->success, low, high, N_THRESHOLDS);
}

static QusopPlotSpec *
draw_observed (const QsDataset        *dataset,
               QsEndpoint              endpoint,
               const QusopExploreView *view)
{
  const QusopObserved what = { .endpoint = endpoint,
                               .logarithmic = view->logarithmic,
                               .arm_mg = view->arm_mg,
                               .highlighted = view->highlighted };

  return qusop_figure_observed (dataset, &what);
}

static QusopPlotSpec *
draw_sweep (const QsDataset *dataset, const QusopExploreView *view, gboolean near)
{
  g_autoptr (QsSweep) sweep = qusop_explore_sweep (dataset, view, near);

  return qusop_figure_sweep (sweep, view->success, view->threshold_ng_ml);
}

/**
 * qusop_explore_draw:
 * @dataset: a usable dataset
 *
 * Returns: (transfer full): the chart, which says why where there is nothing to draw
 */
QusopPlotSpec *
qusop_explore_draw (const QsDataset        *dataset,
                    QusopExploreChart       chart,
                    const QusopExploreView *view)
{
  const QsEndpoint endpoint = charts[chart].endpoint;

  switch (chart) {
  case QUSOP_EXPLORE_BIOMARKER:
  case QUSOP_EXPLORE_CONCENTRATION:
    return draw_observed (dataset, endpoint, view);
  case QUSOP_EXPLORE_BIOMARKER_MEAN:
  case QUSOP_EXPLORE_CONCENTRATION_MEAN:
    return qusop_figure_mean (dataset, endpoint, view->logarithmic);
  case QUSOP_EXPLORE_ATTAINMENT:
    return qusop_figure_attainment (dataset, view->success, view->threshold_ng_ml);
  case QUSOP_EXPLORE_EXTREMES:
    return qusop_figure_extremes (dataset, view->success, view->threshold_ng_ml,
                                  view->logarithmic);
  case QUSOP_EXPLORE_SWEEP:
  case QUSOP_EXPLORE_SWEEP_NEAR:
    return draw_sweep (dataset, view, chart == QUSOP_EXPLORE_SWEEP_NEAR);
  case QUSOP_EXPLORE_EMAX:
    return qusop_figure_emax (dataset, view->emax, view->emax_reason, view->logarithmic);
  case QUSOP_EXPLORE_COVARIATES:
    return qusop_figure_covariates (dataset, view->logarithmic);
  case QUSOP_N_EXPLORE_CHARTS:
    break;
  }

  g_return_val_if_reached (NULL);
}
