/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-subject.h"

G_BEGIN_DECLS

typedef struct {
  double time_h;
  double dose_mg;
} QsPinnDose;

/**
 * QsPinnLook:
 * @log_value: logarithm of what was seen, mg/L or ng/mL
 */
typedef struct {
  double time_h;
  double log_value;
} QsPinnLook;

/**
 * QsPinnPerson:
 * @doses: (element-type QsPinnDose): by time
 * @looks: (element-type QsPinnLook): quantified observations by time, by endpoint
 * @end_h: of the last record
 *
 * One subject as a physics-informed network sees it.
 */
typedef struct {
  double  log_bw; /* over 70 kg */
  double  comed;
  double  dose_mg_per_kg;
  double  end_h;
  GArray *doses;
  GArray *looks[2];
} QsPinnPerson;

QsPinnPerson *qs_pinn_person_new (const QsSubject *subject, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void qs_pinn_person_free (QsPinnPerson *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsPinnPerson, qs_pinn_person_free)

G_END_DECLS
