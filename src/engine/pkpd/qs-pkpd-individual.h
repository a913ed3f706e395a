/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-pkpd-person.h"

/**
 * QsPkpdEvidence:
 * @QS_PKPD_FROM_COVARIATES: nothing but body weight and co-medication: who is typical
 * @QS_PKPD_FROM_CONCENTRATIONS: the own concentrations too
 * @QS_PKPD_FROM_ALL: the own biomarker too
 *
 * What of a subject tells its parameters.
 */
typedef enum {
  QS_PKPD_FROM_COVARIATES,
  QS_PKPD_FROM_CONCENTRATIONS,
  QS_PKPD_FROM_ALL,
} QsPkpdEvidence;

void qs_pkpd_individual_estimate (const QsPkpdPerson     *person,
                                  const QsPkpdStructure  *structure,
                                  const QsPkpdPopulation *population,
                                  QsPkpdEvidence          evidence,
                                  double                 *transformed);
