/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-exposure.h"
#include "domain/qs-scenario.h"

G_BEGIN_DECLS

/**
 * QsCourse:
 * @scenario: whose population and regimen
 * @times_h: (array length=n_times): after a dose at steady state, over one interval
 * @response_ng_ml: (array length=n_times): percentiles of the biomarker
 * @concentration_mg_l: (array length=n_times): of the concentration
 *
 * What virtual patients go through between two doses. Immutable, reference-counted.
 */
typedef struct {
  int        n_refs;
  QsScenario scenario;
  double     dose_mg;
  guint      n_patients;
  gsize      n_times;
  double    *times_h;
  QsSpread  *response_ng_ml;
  QsSpread  *concentration_mg_l;
} QsCourse;

QsCourse *qs_course_ref (QsCourse *self);
void      qs_course_unref (QsCourse *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsCourse, qs_course_unref)

G_END_DECLS
