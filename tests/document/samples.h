/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-figures.h"

/* Made-up values of the right shape, for pictures and tests. */
QsResult    *sample_result (void);
QsStudyFacts sample_facts (void);
GArray      *sample_history (void);
QsDataset   *sample_study (void);
