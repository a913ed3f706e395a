/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-pkpd-estimate.h"

/* Doses that are told of every population: of people as heavy as the heaviest of the
 * study, and of its median weight. */
#define QS_PKPD_N_ROUGH 2

/**
 * QsPkpdRough:
 *
 * Doses by rule of thumb, good enough to sort populations of one structure by: of a
 * constant infusion that brings nine of ten people where three quarters of the largest
 * effect would bring the typical one of the estimate.
 */
typedef struct _QsPkpdRough QsPkpdRough;

QsPkpdRough *qs_pkpd_rough_new (const QsPkpdStudy    *study,
                                const QsPkpdEstimate *estimate,
                                guint64               seed) G_GNUC_WARN_UNUSED_RESULT;
void         qs_pkpd_rough_free (QsPkpdRough *self);
void         qs_pkpd_rough_log_dose (const QsPkpdRough      *self,
                                     const QsPkpdPopulation *population,
                                     double                  log_dose[QS_PKPD_N_ROUGH]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsPkpdRough, qs_pkpd_rough_free)
