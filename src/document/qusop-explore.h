/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-figures.h"

G_BEGIN_DECLS

/* The exploratory charts, in the order in which they are offered. */
typedef enum {
  QUSOP_EXPLORE_BIOMARKER,
  QUSOP_EXPLORE_CONCENTRATION,
  QUSOP_EXPLORE_BIOMARKER_MEAN,
  QUSOP_EXPLORE_CONCENTRATION_MEAN,
  QUSOP_EXPLORE_ATTAINMENT,
  QUSOP_EXPLORE_EXTREMES,
  QUSOP_EXPLORE_SWEEP,
  QUSOP_EXPLORE_SWEEP_NEAR,
  QUSOP_EXPLORE_EMAX,
  QUSOP_EXPLORE_COVARIATES,
  QUSOP_N_EXPLORE_CHARTS,
} QusopExploreChart;

/**
 * QusopExploreView:
 * @success: side of success
 * @threshold_ng_ml: of the biomarker
 * @logarithmic: the value axis, where the chart has a choice
 * @arm_mg: the dose of the only arm to show, where the chart has that choice; NaN for all
 * @highlighted: number of the subject to point out, G_MAXUINT for nobody
 * @emax: (nullable): the fitted model of the dose–response chart
 * @emax_reason: (nullable): why there is none
 *
 * How to see a study. Borrowed for the call.
 */
typedef struct {
  QsSuccess      success;
  double         threshold_ng_ml;
  gboolean       logarithmic;
  double         arm_mg;
  guint          highlighted;
  const QsModel *emax;
  const char    *emax_reason;
} QusopExploreView;

const char *qusop_explore_name (QusopExploreChart chart);
gboolean    qusop_explore_has_scales (QusopExploreChart chart);
gboolean    qusop_explore_has_arms (QusopExploreChart chart);
gboolean    qusop_explore_needs (QusopExploreChart chart, QsEndpoint endpoint);
QsSweep    *qusop_explore_sweep (const QsDataset        *dataset,
                                 const QusopExploreView *view,
                                 gboolean                near) G_GNUC_WARN_UNUSED_RESULT;

QusopPlotSpec *qusop_explore_draw (const QsDataset        *dataset,
                                   QusopExploreChart       chart,
                                   const QusopExploreView *view)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
