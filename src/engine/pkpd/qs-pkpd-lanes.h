/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/**
 * QsPkpdLanesPath:
 *
 * Which instructions compute the lanes. Every path gives the same bits.
 */
typedef enum {
  QS_PKPD_LANES_AUTO,
  QS_PKPD_LANES_PLAIN,
  QS_PKPD_LANES_AVX2,
  QS_PKPD_LANES_AVX512,
} QsPkpdLanesPath;

typedef enum {
  QS_PKPD_LANE_KA,
  QS_PKPD_LANE_CL,
  QS_PKPD_LANE_V,
  QS_PKPD_LANE_Q,
  QS_PKPD_LANE_V2,
  QS_PKPD_LANE_KOUT,
  QS_PKPD_LANE_IMAX,
  QS_PKPD_LANE_IC50,
  QS_PKPD_LANE_DOSE,
} QsPkpdLane;
#define QS_PKPD_N_LANE_VALUES 9

/**
 * QsPkpdLanes:
 * @n_compartments: 1 or 2
 * @interval_h: dose every
 * @n_doses: given to someone untreated; 0 for the periodic state
 * @highest: the highest biomarker, else the lowest
 * @n: people
 * @value: per #QsPkpdLane, one number per person; Q and V2 are not read with one
 * compartment
 * @biomarker: (out) (array length=n): extreme over baseline, within the interval that
 * follows the last dose
 * @concentration: (out) (array length=n) (nullable): highest within it, mg/L
 *
 * Many people under one regimen whose drug inhibits production with γ = 1, absorbed from
 * the time of the dose on. (In the periodic state a lag time changes nothing.)
 */
typedef struct {
  guint         n_compartments;
  double        interval_h;
  guint         n_doses;
  gboolean      highest;
  gsize         n;
  const double *value[QS_PKPD_N_LANE_VALUES];
  double       *biomarker;
  double       *concentration;
} QsPkpdLanes;

gboolean    qs_pkpd_lanes_path_supported (QsPkpdLanesPath path);
const char *qs_pkpd_lanes_path_name (QsPkpdLanesPath path);
void        qs_pkpd_lanes_run (const QsPkpdLanes *self, QsPkpdLanesPath path);
void        qs_pkpd_lanes_decay (double *values, gsize n, QsPkpdLanesPath path);

/* Numbers of exponentials are multiples of this. */
#define QS_PKPD_LANES_BLOCK 8
