/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-pkpd-donors.h"
#include "pkpd/qs-pkpd-marginal.h"

char *qs_pkpd_words (const QsPkpdStructure *structure, const QsPkpdDonors *donors)
    G_GNUC_WARN_UNUSED_RESULT;
char *qs_pkpd_coordinate_name (const QsPkpdStructure *structure,
                               const QsPkpdDonors    *donors,
                               QsPkpdCoordinate       at) G_GNUC_WARN_UNUSED_RESULT;
