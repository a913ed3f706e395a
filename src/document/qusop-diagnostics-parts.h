/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-diagnostics.h"
#include "qusop-figure-parts.h"

/* What the diagnostic figures share; nothing here is for their users. */

/* Charts on one page. */
#define QUSOP_PANELS_PER_PAGE 6

typedef struct {
  const QsDiagnostics        *diagnostics;
  const QsDataset            *dataset;
  const QusopDiagnosticsView *view;
} QusopDiagnosis;

/* Each adds its panels to a figure that has a title. */
void qusop_draw_fit (const QusopDiagnosis *self, QusopPlotSpec *figure);
void qusop_draw_residuals (const QusopDiagnosis *self, QusopPlotSpec *figure);
void qusop_draw_individuals (const QusopDiagnosis *self, QusopPlotSpec *figure);
void qusop_draw_vpc (const QusopDiagnosis *self,
                     gboolean              corrected,
                     QusopPlotSpec        *figure);
void qusop_draw_effects (const QusopDiagnosis *self, QusopPlotSpec *figure);
void qusop_draw_covariates (const QusopDiagnosis *self, QusopPlotSpec *figure);
void qusop_draw_attainment (const QusopDiagnosis *self, QusopPlotSpec *figure);

guint qusop_n_covariate_panels (const QsDiagnostics *diagnostics,
                                const QsDataset     *dataset);
guint qusop_n_vpc_panels (const QsDiagnostics *diagnostics, QsEndpoint endpoint);
guint qusop_n_shown_individuals (const QsDiagnostics *diagnostics,
                                 QsEndpoint           endpoint,
                                 guint                before);

/* Parts of a panel. */
void qusop_add_trend (QusopPlotSpec     *spec,
                      const QusopPoints *points,
                      gboolean           log_x,
                      gboolean           log_y);
void qusop_add_identity (QusopPlotSpec *spec, const QusopPoints *points);
