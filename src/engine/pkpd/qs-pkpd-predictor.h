/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-predictor.h"
#include "pkpd/qs-pkpd-donors.h"

gboolean qs_pkpd_structure_validate (const QsPkpdStructure *structure, GError **error);
gboolean qs_pkpd_population_validate (const QsPkpdStructure  *structure,
                                      const QsPkpdPopulation *population,
                                      GError                **error);
QsPredictor *qs_pkpd_predictor_new (const QsPkpdStructure  *structure,
                                    const QsPkpdPopulation *population)
    G_GNUC_WARN_UNUSED_RESULT;
void qs_pkpd_predictor_set_donors (QsPredictor *predictor, QsPkpdDonors *donors);
const QsPkpdDonors     *qs_pkpd_predictor_donors (const QsPredictor *predictor);
const QsPkpdStructure  *qs_pkpd_predictor_structure (const QsPredictor *predictor);
const QsPkpdPopulation *qs_pkpd_predictor_population (const QsPredictor *predictor);
void                    qs_pkpd_predictor_person (const QsPredictor *predictor,
                                                  double             bw_kg,
                                                  guint              comed,
                                                  const float       *latent,
                                                  QsPkParameters    *pk,
                                                  QsPdParameters    *pd);
