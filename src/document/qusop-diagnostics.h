/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-figures.h"

G_BEGIN_DECLS

/* The diagnostic figures, in the order in which they are offered. */
typedef enum {
  QUSOP_DIAGNOSTICS_FIT,
  QUSOP_DIAGNOSTICS_RESIDUALS,
  QUSOP_DIAGNOSTICS_INDIVIDUALS,
  QUSOP_DIAGNOSTICS_VPC,
  QUSOP_DIAGNOSTICS_CORRECTED_VPC,
  QUSOP_DIAGNOSTICS_EFFECTS,
  QUSOP_DIAGNOSTICS_COVARIATES,
  QUSOP_DIAGNOSTICS_ATTAINMENT,
  QUSOP_N_DIAGNOSTICS_CHARTS,
} QusopDiagnosticsChart;

/**
 * QusopDiagnosticsView:
 * @endpoint: where the chart has a choice
 * @logarithmic: concentrations or biomarker values, where the chart has a choice
 * @page: of figures with several pages, from 0
 * @highlighted: number of the subject to point out, G_MAXUINT for nobody
 *
 * How to see the diagnostics.
 */
typedef struct {
  QsEndpoint endpoint;
  gboolean   logarithmic;
  guint      page;
  guint      highlighted;
} QusopDiagnosticsView;

const char *qusop_diagnostics_name (QusopDiagnosticsChart chart);
gboolean    qusop_diagnostics_has_scales (QusopDiagnosticsChart chart);
gboolean    qusop_diagnostics_has_endpoints (QusopDiagnosticsChart chart);
guint       qusop_diagnostics_n_pages (const QsDiagnostics        *diagnostics,
                                       const QsDataset            *dataset,
                                       QusopDiagnosticsChart       chart,
                                       const QusopDiagnosticsView *view);
guint       qusop_diagnostics_page_of (const QsDiagnostics *diagnostics,
                                       QsEndpoint           endpoint,
                                       guint                subject);

QusopPlotSpec *qusop_diagnostics_draw (const QsDiagnostics        *diagnostics,
                                       const QsDataset            *dataset,
                                       QusopDiagnosticsChart       chart,
                                       const QusopDiagnosticsView *view)
    G_GNUC_WARN_UNUSED_RESULT;
QusopPlotSpec *qusop_figure_individual (const QsDiagnostics *diagnostics,
                                        const QsDataset     *dataset,
                                        QsEndpoint           endpoint,
                                        gboolean             logarithmic,
                                        guint subject) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
