/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "plots/qusop-plot.h"
#include "qusop.h"

G_BEGIN_DECLS

/* Which parts of the uncertainty a dose–success figure shows. */
typedef enum {
  QUSOP_BAND_PARAMETER = 1 << 0,
  QUSOP_BAND_MONTE_CARLO = 1 << 1,
  QUSOP_BAND_REPLICATES = 1 << 2,
} QusopBands;

/**
 * QusopObserved:
 * @endpoint: of the observations
 * @logarithmic: the value axis
 * @arm_mg: the dose of the only arm to show, NaN for all
 * @highlighted: number of the subject to point out, G_MAXUINT for nobody
 *
 * Start from qusop_observed_default().
 */
typedef struct {
  QsEndpoint endpoint;
  gboolean   logarithmic;
  double     arm_mg;
  guint      highlighted;
} QusopObserved;

QusopObserved qusop_observed_default (QsEndpoint endpoint);

/* Engine values to charts, the same for window, files and reports. All are transfer full;
 * where there is nothing to draw the chart says why. */
QusopPlotSpec *qusop_figure_dose_success (const QsResult     *result,
                                          const QsStudyFacts *facts,
                                          const QsResult     *pinned,
                                          QusopBands bands) G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_twin (const QsResult     *result,
                                  const QsResult     *twin,
                                  const QsStudyFacts *facts,
                                  QusopBands          bands) G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_loss (const QsLossPoint *points,
                                  gsize              n_points,
                                  guint best_epoch) G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_traces (const QsTracePoint *points, gsize n_points)
    G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_course (const QsCourse *course) G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_observed (const QsDataset *dataset, const QusopObserved *what)
    G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_attainment (const QsDataset *dataset,
                                        QsSuccess        success,
                                        double threshold_ng_ml) G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_mean (const QsDataset *dataset,
                                  QsEndpoint       endpoint,
                                  gboolean         logarithmic) G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_extremes (const QsDataset *dataset,
                                      QsSuccess        success,
                                      double           threshold_ng_ml,
                                      gboolean logarithmic) G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_sweep (const QsSweep *sweep,
                                   QsSuccess      success,
                                   double threshold_ng_ml) G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_covariates (const QsDataset *dataset, gboolean logarithmic)
    G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_emax (const QsDataset *dataset,
                                  const QsModel   *model,
                                  const char      *reason,
                                  gboolean         logarithmic) G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_exposure (const QsDataset *dataset,
                                      const QsNca     *nca,
                                      QsNcaParameter   parameter,
                                      guint highlighted) G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_published_labels (const QsPublished *published,
                                              const QsDataset   *dataset)
    G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_published_curves (const QsPublished *published,
                                              const QsModel     *model,
                                              const QsResult    *result)
    G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_prior (const QsPrior *prior) G_GNUC_WARN_UNUSED_RESULT;

/**
 * QusopAnswer:
 * @name: of the question
 * @result: (nullable): its answer
 * @is_base: the one that the others are held against
 * @is_chosen: the one to point out
 * @tag: of its marks in the chart, not 0
 *
 * One of several questions in a chart. Borrowed for the call.
 */
typedef struct {
  const char     *name;
  const QsResult *result;
  gboolean        is_base;
  gboolean        is_chosen;
  guint           tag;
} QusopAnswer;

QusopPlotSpec *qusop_figure_overlay (const QusopAnswer *rows, guint n)
    G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_tornado (const QusopAnswer *rows, guint n)
    G_GNUC_WARN_UNUSED_RESULT;

/* Half-width against queries by method, from curves that may still grow. */
QusopPlotSpec *qusop_figure_comparison (const QsDataset *dataset,
                                        const QsCompare *compare,
                                        guint contestant) G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_reliability (const QsCompare *compare, guint contestant)
    G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_compared_curves (const QsCompare *compare,
                                             const char      *population,
                                             guint chosen) G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_race (const QsRaceCurve *curves) G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_search (const QsSearch *search) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
