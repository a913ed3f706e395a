/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-pkpd-steady.h"

/**
 * QsPkpdSchedule:
 *
 * One person under a schedule that is not at steady state, prepared so that any
 * maintenance dose costs a few divisions per step: as #QsPkpdSteady, one interval after
 * the other. Start with all zero, prepare for as many people as you like, clear at last.
 */
typedef struct {
  QsPkpdSteady steady; /* that is continued; the mesh of all intervals */
  gboolean     is_naive;
  guint        n_intervals;
  gsize        n_numbers;
  double      *numbers;  /* room for all that follows, borrowed from it by interval */
  double       unit_low; /* of 1 mg where it is judged, for the direct effect */
  double       unit_high;
} QsPkpdSchedule;

void   qs_pkpd_schedule_prepare (QsPkpdSchedule       *self,
                                 const QsPkParameters *pk,
                                 const QsPdParameters *pd,
                                 const QsCriterion    *criterion);
void   qs_pkpd_schedule_clear (QsPkpdSchedule *self);
void   qs_pkpd_schedule_doses (const QsDosing *schedule, double dose_mg, GArray *doses);
double qs_pkpd_schedule_extreme (const QsPkpdSchedule *self,
                                 double                dose_mg,
                                 gboolean              highest);
double qs_pkpd_schedule_critical (const QsPkpdSchedule *self,
                                  QsSuccess             success,
                                  double                threshold_ng_ml);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QsPkpdSchedule, qs_pkpd_schedule_clear)
