/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-pkpd-lanes.h"

#define QS_PKPD_LANES_STEPS_PER_LEVEL 4
#define QS_PKPD_LANES_MAX_LEVELS 12
#define QS_PKPD_LANES_MAX_STEPS (QS_PKPD_LANES_STEPS_PER_LEVEL * QS_PKPD_LANES_MAX_LEVELS)

/* A path: the mesh has @n_levels levels, the half step of the first is @half_h. */
typedef void (*QsPkpdLanesFunc) (const QsPkpdLanes *lanes, guint n_levels, double half_h);

/* See qs_pkpd_lanes_decay(). */
typedef void (*QsPkpdDecayFunc) (double *values, gsize n);

void qs_pkpd_lanes_run_plain (const QsPkpdLanes *lanes, guint n_levels, double half_h);
void qs_pkpd_lanes_run_avx2 (const QsPkpdLanes *lanes, guint n_levels, double half_h);
void qs_pkpd_lanes_run_avx512 (const QsPkpdLanes *lanes, guint n_levels, double half_h);

void qs_pkpd_lanes_decay_plain (double *values, gsize n);
void qs_pkpd_lanes_decay_avx2 (double *values, gsize n);
void qs_pkpd_lanes_decay_avx512 (double *values, gsize n);
