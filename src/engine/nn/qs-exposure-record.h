/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-subject.h"
#include "pkpd/qs-pkpd-model.h"

G_BEGIN_DECLS

/**
 * QsExposureRecord:
 * @n_steps: distinct times of the record
 * @times_h: (array length=n_steps): of doses and observations, since the first dose, and
 * between them so many that no two are more than a day apart
 * @log_response: (array length=n_steps): log biomarker; NaN where it was not observed
 * @concentration_mg_l: (array length=n_steps): as some model has it, not as observed
 * @physics_weight: what the record counts in the loss beside a subject's, where the
 * population model has made it; 0 for a subject's own
 *
 * A subject's whole record as a network with exposure as input sees it.
 */
typedef struct {
  guint   n_steps;
  double *times_h;
  double *log_response;
  double *concentration_mg_l;
  double  comed;
  double  log_bw;
  double  physics_weight;
} QsExposureRecord;

/* The longest step: a day. */
#define QS_EXPOSURE_STEP_H 24.0

QsExposureRecord *qs_exposure_record_new (const QsSubject *subject)
    G_GNUC_WARN_UNUSED_RESULT;
void qs_exposure_record_free (QsExposureRecord *self);
void qs_exposure_record_expose (QsExposureRecord      *self,
                                const QsSubject       *subject,
                                const QsPkpdStructure *structure,
                                const double          *transformed);
void qs_exposure_append_times (GArray *times_h, double to_h);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsExposureRecord, qs_exposure_record_free)

G_END_DECLS
