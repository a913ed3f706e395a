/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-pkpd-model.h"

char *qs_pkpd_words (const QsPkpdStructure *structure) G_GNUC_WARN_UNUSED_RESULT;
