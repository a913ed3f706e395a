/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-saem.h"

void qs_pkpd_modes (const QsPkpdStudy *study, QsSaemFit *fit, QsRun *run);
