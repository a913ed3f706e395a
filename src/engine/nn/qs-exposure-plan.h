/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-predictor.h"
#include "pkpd/qs-compartment.h"

/**
 * QsExposurePlan:
 * @times_h: (element-type double): steps since the first dose
 * @judged: (element-type gboolean): whether the biomarker at the step counts
 * @doses_h: (element-type double): when doses are taken
 * @factors: (element-type double): how many maintenance doses each is
 * @begin_h: of the interval that is judged, or of the schedule
 *
 * A regimen as a network with exposure as input reads it: the same for everybody and all
 * doses.
 */
typedef struct {
  GArray *times_h;
  GArray *judged;
  GArray *doses_h;
  GArray *factors;
  double  begin_h;
} QsExposurePlan;

QsExposurePlan *qs_exposure_plan_new (const QsCriterion *criterion,
                                      QsRegimen          regimen,
                                      double treated_h) G_GNUC_WARN_UNUSED_RESULT;
void            qs_exposure_plan_free (QsExposurePlan *self);
void            qs_exposure_plan_concentrations (const QsExposurePlan *self,
                                                 const QsPkParameters *pk,
                                                 const double         *times_h,
                                                 gsize                 n_times,
                                                 double               *concentration_mg_l);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsExposurePlan, qs_exposure_plan_free)
