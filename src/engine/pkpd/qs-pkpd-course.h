/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-subject.h"
#include "pkpd/qs-pkpd-model.h"

/**
 * QsPkpdCourse:
 *
 * One subject's doses and looks, prepared once so that an estimator can predict them many
 * thousand times. Dosing intervals that look alike share their mesh and, within one
 * prediction, their exponentials. Immutable; may be used by several threads.
 */
typedef struct _QsPkpdCourse QsPkpdCourse;

QsPkpdCourse *qs_pkpd_course_new (const QsDose *doses,
                                  gsize         n_doses,
                                  const double *times_h,
                                  gsize         n_times) G_GNUC_WARN_UNUSED_RESULT;
void          qs_pkpd_course_free (QsPkpdCourse *self);
void          qs_pkpd_course_predict (const QsPkpdCourse   *self,
                                      const QsPkParameters *pk,
                                      const QsPdParameters *pd,
                                      double               *concentration_mg_l,
                                      double               *response_ng_ml);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsPkpdCourse, qs_pkpd_course_free)
