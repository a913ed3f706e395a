/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Fewest points of a terminal slope, and what a slope of more points may lose in adjusted
 * R² (PKNCA 0.12, vignette "Half-Life Calculation", Denney et al.). */
#define QS_NCA_MIN_POINTS 3
#define QS_NCA_R2_TOLERANCE 1e-4

/* A concentration; 0 where it was below the limit of quantification. */
typedef struct {
  double time_h;
  double value_mg_l;
} QsNcaPoint;

/**
 * QsNcaSlope:
 * @lambda_z: of the terminal phase, 1/h, positive
 * @r2_adjusted: of the line through the logarithms
 * @n_points: that the line goes through
 */
typedef struct {
  double lambda_z;
  double r2_adjusted;
  gsize  n_points;
} QsNcaSlope;

gsize    qs_nca_clean (QsNcaPoint *points, gsize n);
gsize    qs_nca_highest (const QsNcaPoint *points, gsize n);
double   qs_nca_auc (const QsNcaPoint *points, gsize n);
double   qs_nca_between (QsNcaPoint a, QsNcaPoint b, double time_h);
gboolean qs_nca_slope (const QsNcaPoint *points, gsize n, QsNcaSlope *slope);

G_END_DECLS
