/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-figures.h"

/* What the figures of a study share; nothing here is for users of a figure. */

#define QUSOP_MAX_ARMS 32

/* Values of a series, growing. */
typedef struct {
  GArray *x;
  GArray *y;
  GArray *y2; /* used by bands and intervals alone */
} QusopPoints;

QusopPoints *qusop_points_new (void) G_GNUC_WARN_UNUSED_RESULT;
void         qusop_points_free (QusopPoints *self);
void         qusop_points_add (QusopPoints *self, double x, double y);
void     qusop_points_add_range (QusopPoints *self, double x, double low, double high);
gboolean qusop_points_add_to (const QusopPoints *self,
                              QusopPlotSpec     *spec,
                              QusopSeriesKind    kind,
                              const char        *label,
                              const char        *csv_name,
                              QusopInk           ink,
                              gboolean           dashed);

/* The doses of the arms, increasing; at most %QUSOP_MAX_ARMS. */
guint    qusop_arms_of (const QsDataset *dataset, double *doses_mg);
QusopInk qusop_arm_ink (guint arm);
char    *qusop_arm_label (double dose_mg) G_GNUC_WARN_UNUSED_RESULT;
gboolean qusop_is_observed (const QsRecord *record, QsEndpoint endpoint);

const char *qusop_endpoint_axis (QsEndpoint endpoint);
const char *qusop_endpoint_csv_name (QsEndpoint endpoint);
const char *qusop_endpoint_empty_reason (QsEndpoint endpoint);

void qusop_add_window_means (QusopPlotSpec *spec, const QsDataset *dataset);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QusopPoints, qusop_points_free)
